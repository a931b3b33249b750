/*
 * NAME
 *     needs.h: whether a scenario can be played in this run
 */
#ifndef CONFORMANCE_PLAYER_NEEDS_H
#define CONFORMANCE_PLAYER_NEEDS_H

#include "player/machine.h"

/* "SIZE", "8BITMIME", "AUTH=PLAIN"; otherwise the need is a fact of the run. */
bool needs_is_keyword(const char *need);

/* What the player cannot do yet and the scenario asks for; NULL: nothing. */
const char *needs_unplayed(const struct scenario *scenario);

/*
 * Looks at needs:, variables and the mode of the run, and decides what a prelude's EHLO is followed
 * by. False: SKIP, and why.
 */
bool needs_met(struct player *p, char *why, size_t size);

#endif
