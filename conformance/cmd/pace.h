/*
 * NAME
 *     pace.h: when a server that is not ours may be asked again
 *
 * DESCRIPTION
 *     Connections keep a mean distance from one another: a case that has opened several makes the
 *     next one wait for longer. Behind a case that was answered 421 or 450 there is a pause, which
 *     doubles while that goes on. All times are the world's, and given; nothing here waits.
 */
#ifndef CONFORMANCE_CMD_PACE_H
#define CONFORMANCE_CMD_PACE_H

#include "player/player.h"

enum { PACE_PAUSE_MS = 5000, PACE_PAUSE_MOST_MS = 300000 };

struct pace {
    uint64_t interval_ms; /* between connections; 0: as fast as can be, and no pauses */
    uint64_t due_ms;      /* when the next case may begin */
    uint64_t pause_ms;    /* the last pause; 0: the last case was welcome */
};

/* 0: no limit. */
struct pace pace_of(uint64_t connections_a_minute);

bool pace_is_due(const struct pace *pace, uint64_t now_ms);

/* No case before that time. */
void pace_hold(struct pace *pace, uint64_t until_ms);

/* A connection is about to be opened; a case has ended. */
void pace_begin(struct pace *pace, uint64_t now_ms);
void pace_end(struct pace *pace, uint64_t now_ms, const struct player_outcome *outcome);

/* Messages whose text has been asked for (354) or sent (BDAT LAST) in a case. */
size_t pace_messages(const struct player_outcome *outcome);

#endif
