/*
 * NAME
 *     golden.h: conversations with the event log that they have to give
 *
 * DESCRIPTION
 *     A row is a config, what leads up to the point (setup), what then happens (steps), and the log
 *     from there on. golden_check() plays it whole and compares; then again with the octets one by
 *     one, cut in two at every place, cut at random, and to a peer that takes few octets of reply
 *     at a time, in the smallest buffers that the session accepts. By laws 5 and 8 of the sessions
 *     all logs are the same. Says NULL, or what is wrong.
 */
#ifndef GOLDEN_H
#define GOLDEN_H

#include "event_log.h"

enum { GOLDEN_STEPS = 8, GOLDEN_LOG = 1 << 16 };

struct golden {
    const char *clause;
    const struct smtp_server_config *config;
    const char *setup;
    struct event_step steps[GOLDEN_STEPS]; /* ended by a write of nothing */
    const char *log;
    enum smtp_verb refuse; /* the first decision about this verb is a refusal; UNKNOWN: none. LMTP:
                              END_OF_DATA for every other recipient */
    enum smtp_fault why;
};

#define GOLDEN_WRITE(literal)                                                                      \
    {                                                                                              \
        .what = EVENT_WRITE, .octets = {(literal), sizeof(literal) - 1 }                           \
    }
#define GOLDEN_WAIT(time)                                                                          \
    {                                                                                              \
        .what = EVENT_WAIT, .ms = (time)                                                           \
    }
#define GOLDEN_TLS                                                                                 \
    {                                                                                              \
        .what = EVENT_TLS                                                                          \
    }
#define GOLDEN_TLS_FAILS                                                                           \
    {                                                                                              \
        .what = EVENT_TLS_FAILS                                                                    \
    }
#define GOLDEN_END(end)                                                                            \
    {                                                                                              \
        .what = EVENT_END, .how = (end)                                                            \
    }
#define GOLDEN_STOP                                                                                \
    {                                                                                              \
        .what = EVENT_STOP                                                                         \
    }

/* A row of one write, in which the application refuses nothing. */
#define GOLDEN_ROW(clause, config, setup, literal, log)                                            \
    {                                                                                              \
        clause, config, setup, {GOLDEN_WRITE(literal)}, log, 0, 0                                  \
    }

const char *golden_check(const struct golden *g);

/* One play, its whole log; `drain` as in event_log.h. Good until the next call. */
const char *golden_play(const struct golden *g, struct event_cuts cuts, size_t drain);

#endif
