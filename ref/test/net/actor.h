/*
 * NAME
 *     actor.h: an end that plays a part
 *
 * DESCRIPTION
 *     Each line of its part is done when it can be, then the next; behind the last it closes. What
 *     happens to its edge stands in `log`: "|" before the octets of each arrival, then <tls> <no
 *     tls> <clear> <close> <cut> <reset> <refused> <late> <gone>. A deadline that passes breaks
 *     the connection off, unless it was waited for.
 */
#ifndef ACTOR_H
#define ACTOR_H

#include "net/net.h"

enum actor_op {
    ACTOR_STOP,      /* the part is over: CLOSE */
    ACTOR_SAY,       /* text, as one write */
    ACTOR_HEAR,      /* this text; what stands behind it stays in the input */
    ACTOR_SENT,      /* the output has left */
    ACTOR_TLS,       /* handshake */
    ACTOR_TLS_AGAIN, /* though there is one */
    ACTOR_TLS_END,   /* and on in clear */
    ACTOR_SHUT,      /* half-close */
    ACTOR_RESET,     /* break off */
    ACTOR_END,       /* until the peer's octets end */
    ACTOR_LIMIT,     /* from now on a deadline of n milliseconds; 0 = none */
    ACTOR_WAIT,      /* n milliseconds */
    ACTOR_POUR,      /* n octets of a pattern, as fast as they leave */
    ACTOR_SWALLOW,   /* n octets of the pattern, not logged */
    ACTOR_EXCHANGE,  /* both at once */
    ACTOR_HOLD,      /* n = 1: nothing is read, 0: again */
    ACTOR_FOREVER    /* nothing more */
};

struct actor_line {
    enum actor_op op;
    const char *text;
    uint64_t n;
};

struct actor {
    struct net_end end; /* first */
    struct smtp_edge edge;
    const struct actor_line *line;
    bool begun; /* the line */
    uint64_t poured, swallowed;
    size_t seen; /* octets of the input that stand in the log */
    enum smtp_end end_seen;
    bool was_secure, failed_seen;
    bool joined; /* no "|" in the log: TCP may join what was written apart */
    bool broke_pattern;
    uint64_t gone_ms;
    bool *gone;                   /* set true */
    const struct net_end *filter; /* NULL, or the one around it: */
    char version[16], why[160];   /* what it said */
    char in[4096], out[4096];
    char log[4096];
    size_t log_n;
};

/* On the heap; never frees itself, so that its log can be read. Input of `room` octets; 0 = 4096.
 */
struct actor *actor_new(const struct actor_line *part, size_t room);
void actor_free(struct actor *a);

#endif
