/*
 * NAME
 *     reply.h: whole replies, framed by LF
 *
 * DESCRIPTION
 *     Collects the octets of one reply (RFC 5321 4.2: Reply-line). A missing CR or unequal codes do
 *     not matter here, they are findings of the observer; a line that does not begin with a code
 *     makes it no proper reply, which ends there. At most REPLY_MAX octets are kept.
 */
#ifndef CONFORMANCE_PLAYER_REPLY_H
#define CONFORMANCE_PLAYER_REPLY_H

#include "smtp/span.h"

enum { REPLY_MAX = 65536 };

enum reply_state {
    REPLY_PART,   /* more has to come */
    REPLY_WHOLE,  /* code is good */
    REPLY_BROKEN, /* no proper reply */
    REPLY_LONG    /* longer than REPLY_MAX */
};

struct reply {
    char *p;
    size_t n, room, line; /* line: where the last line begins */
    unsigned code;        /* of the first line */
    enum reply_state state;
};

/* Takes octets until the state is another than REPLY_PART; returns how many. No memory: REPLY_LONG.
 */
size_t reply_feed(struct reply *r, smtp_span in);

/* Makes room for the next reply. */
void reply_reset(struct reply *r);
void reply_free(struct reply *r);

/* The reply's octets. */
smtp_span reply_octets(const struct reply *r);

/*
 * Cuts the next line off a whole reply and returns its text, without code, separator and line end.
 * False: there are no more.
 */
bool reply_next_line(smtp_span *rest, smtp_span *text);

#endif
