/*
 * NAME
 *     finds.h: finds on paper: a scenario file each, and a summary by rule
 */
#ifndef FUZZ_CMD_FINDS_H
#define FUZZ_CMD_FINDS_H

#include "blackbox/hunt.h"
#include "hunt_options.h"

/* Writes the scenario of a find and plays it; c->file and c->reproduced. False: it cannot be
 * written, and it has been said why. */
bool finds_write(const struct hunt_options *o, struct site *site, uint64_t seed, struct catch *c);

/* A line for the find and the line that reproduces it. */
void finds_print(const struct hunt_options *o, const struct catch *c);

void finds_summary(const struct hunt_options *o, const struct hunt *h);

#endif
