/*
 * NAME
 *     hunt_parts.h: what the files of a hunt share
 */
#ifndef FUZZ_BLACKBOX_HUNT_PARTS_H
#define FUZZ_BLACKBOX_HUNT_PARTS_H

#include "blackbox/hunt.h"

/* Says nothing but EHLO and QUIT. False: no greeting with 220, no 250, or interrupted. */
bool hunt_is_alive(struct hunt *h);

/* Takes what a conversation has found; false: stop. */
bool hunt_take(struct hunt *h, const struct talk_result *result);

/* A find of ours about the moves. */
bool hunt_add(struct hunt *h, const struct observer_rule *rule, enum verb verb, const char *why,
              const struct moves *moves);

/* Says one frame sixteen times and compares the replies; false: stop. */
bool hunt_leak(struct hunt *h, const struct moves *moves);

#endif
