/*
 * NAME
 *     scenario.h: an input of the target server as a scenario
 *
 * DESCRIPTION
 *     Plays the input on the reference in memory and writes what the client said in the notation of
 *     scenarios, and under it the codes of the replies that came. Cuts without a reply between them become
 *     pauses of 50 ms, and the mode the "needs:" of the servers that are like it. Where the input tells the
 *     application what to decide the reply may be any.
 *
 * BUGS
 *     A reply is its code. A handshake that fails ends the scenario.
 */
#ifndef FUZZ_SERVER_SCENARIO_H
#define FUZZ_SERVER_SCENARIO_H

#include <stdio.h>

#include "records/records.h"

/* Writes it; the name stands in the title. False: the input is longer than the target takes. */
bool server_scenario_print(smtp_span input, const char *name, FILE *out);

#endif
