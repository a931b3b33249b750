/*
 * NAME
 *     client_golden.h: what a client session makes of a server's octets
 *
 * DESCRIPTION
 *     A row is a config, the caller's calls, what the server does, and the log that it has to give.
 *     client_golden_check() plays it whole and compares; then again with the server's octets one by
 *     one, cut in two at every place, cut at random, and to a server that takes few octets at a time,
 *     from a caller who gives his text in small pieces. All logs are the same. Says NULL, or what is
 *     wrong. Rows with `chunks` keep the caller's pieces as they are: each is a chunk.
 */
#ifndef CLIENT_GOLDEN_H
#define CLIENT_GOLDEN_H

#include "client_log.h"

enum { CLIENT_CALLS = 4, CLIENT_STEPS = 8, CLIENT_LOG = 1 << 16 };

struct client_golden {
    const char *clause;
    const struct smtp_client_config *config;
    struct client_call calls[CLIENT_CALLS];
    size_t call_count;
    struct client_step steps[CLIENT_STEPS]; /* ended by a write of nothing */
    const char *log;
    bool chunks, secure, stalled;
    size_t piece;
};

#define CLIENT_SAYS(literal)                                                                       \
    {                                                                                              \
        .does = CLIENT_WRITE, .octets = {(literal), sizeof(literal) - 1 }                          \
    }
#define CLIENT_WAITS(time)                                                                         \
    {                                                                                              \
        .does = CLIENT_WAIT, .ms = (time)                                                          \
    }
#define CLIENT_SHAKES                                                                              \
    {                                                                                              \
        .does = CLIENT_TLS                                                                         \
    }
#define CLIENT_SHAKES_NOT                                                                          \
    {                                                                                              \
        .does = CLIENT_TLS_FAILS                                                                   \
    }
#define CLIENT_ENDS(end)                                                                           \
    {                                                                                              \
        .does = CLIENT_END, .how = (end)                                                           \
    }
#define CLIENT_LEAVES                                                                              \
    {                                                                                              \
        .does = CLIENT_LEAVE                                                                       \
    }
#define CLIENT_MAILS(from, to, octets)                                                             \
    {                                                                                              \
        .what = CLIENT_MAIL, .sender = (from), .rcpts = (to), .text = {                            \
            (octets),                                                                              \
            sizeof(octets) - 1                                                                     \
        }                                                                                          \
    }

/* What most logs are made of: the opening, with and without extensions; a mail; the end. */
#define LOG_LISTS "S: 220 s.test\nC: EHLO c.test\nS: 250-s.test\n"
#define LOG_MET "S: 220 s.test\nC: EHLO c.test\nS: 250 s.test\nREADY\n"
#define LOG_RCPT                                                                                   \
    "C: MAIL FROM:<a@c.test>\nS: 250 ok\nC: RCPT TO:<b@s.test>\nS: 250 ok\nRCPT 0 250 ok\n"
#define LOG_DATA "C: DATA\nS: 354 go\n"
#define LOG_SENT "T: x\\r\\n.\\r\\n\nS: 250 ok\nDONE DELIVERED 250, DELIVERED 250\n"
#define LOG_QUIT "C: QUIT\nS: 221 bye\nCLOSED\n"
#define LOG_BYE "READY\n" LOG_QUIT

const char *client_golden_check(const struct client_golden *g);

/* One play, its whole log. Good until the next call. */
const char *client_golden_play(const struct client_golden *g, struct client_cuts cuts, size_t drain,
                               size_t piece);

#endif
