/*
 * NAME
 *     shrink.h: the shortest conversation that still breaks the rule
 *
 * DESCRIPTION
 *     Takes away moves, then lines of moves, then octets, in halves and quarters and so on (delta
 *     debugging, Zeller and Hildebrandt 2002), and keeps what still holds. It knows no server: the
 *     caller says whether a conversation is still a find. Bounded by the number of times it asks.
 */
#ifndef FUZZ_BLACKBOX_SHRINK_H
#define FUZZ_BLACKBOX_SHRINK_H

#include "blackbox/moves.h"

struct shrink {
    bool (*holds)(void *arg, const struct moves *moves);
    void *arg;
    size_t left; /* how often it may still ask */
};

/* Makes the moves fewer and shorter. False: no memory, and they are as they were or shorter. */
SMTP_CHECK bool shrink_moves(struct shrink *s, struct moves *moves);

#endif
