/*
 * NAME
 *     records.h: a conversation as fuzz input, in octets and as text
 *
 * DESCRIPTION
 *     Octets are what the peer sends. 0xFF begins a mark:
 *
 *       0xFF 'c'     @cut            the write ends here; the next octets are another segment
 *       0xFF 't'     @tls            the handshake that is wanted succeeds (a peer that begins TLS
 *                                    unasked is ended)
 *       0xFF 'f'     @tls-fails      it fails
 *       0xFF 'w' n   @pause 5s       n seconds pass (n = 0 to 255)
 *       0xFF 'r'     @refuse         the application refuses at the next decision (550)
 *       0xFF 'd'     @defer          the application defers at the next decision (451)
 *       0xFF 'q'     @shutdown       the application closes at the next decision (421)
 *       0xFF 'a' n   @reply 3        the application words its n-th reply at the next decision
 *       0xFF 's'     @stop           the application is told to stop
 *       0xFF 'b' n   @busy 5s        for n seconds the application does not look after the session
 *       0xFF 'x'     @close          the peer hangs up
 *       0xFF 'm' n   @mode 1         the target is set up in its n-th way; counts in front of all else
 *       0xFF 0xFF                    the octet 0xFF
 *       0xFF other                   nothing: both octets are dropped
 *
 *     No lengths, so that no edit puts the rest out of step.
 *     As text, a line of the peer is "C: " (of a server, "S: ") and its octets as NOTATION.md writes
 *     them, CRLF understood; all other octets are strings: C= "a\xff" "b" * 3. A mark is a line of its
 *     own; empty lines and those that begin with # mean nothing.
 */
#ifndef FUZZ_RECORDS_H
#define FUZZ_RECORDS_H

#include <string.h>

#include "smtp/span.h"

enum record_kind {
    RECORD_WRITE,
    RECORD_TLS,
    RECORD_TLS_FAILS,
    RECORD_WAIT,
    RECORD_REFUSE,
    RECORD_DEFER,
    RECORD_CLOSE,
    RECORD_HANG_UP,
    RECORD_REPLY,
    RECORD_STOP,
    RECORD_BUSY,
    RECORD_MODE
};

struct record {
    enum record_kind kind;
    smtp_span octets; /* WRITE: a run of plain octets, no mark inside */
    bool cut;         /* WRITE: the write ends behind it */
    unsigned n;       /* WAIT, BUSY: seconds; REPLY, MODE: which */
};

/* Whether its mark has an octet for n. */
static inline bool record_is_counted(enum record_kind kind)
{
    return kind == RECORD_WAIT || kind == RECORD_BUSY || kind == RECORD_REPLY ||
           kind == RECORD_MODE;
}

/* Takes the next record off the front of *in. False: the end. */
static inline bool record_next(smtp_span *in, struct record *out)
{
    *out = (struct record){.kind = RECORD_WRITE};
    if (in->n == 0)
        return false;
    const char *found = memchr(in->p, 0xff, in->n);
    size_t n = found != NULL ? (size_t)(found - in->p) : in->n;
    if (n > 0 || in->n < 2) {
        out->octets = (smtp_span){in->p, n};
        in->p += n;
        in->n = n == 0 ? 0 : in->n - n; /* a lone 0xFF at the end */
        return n > 0;
    }
    static const struct {
        char mark;
        enum record_kind kind;
    } marks[] = {{'t', RECORD_TLS},     {'f', RECORD_TLS_FAILS}, {'w', RECORD_WAIT},
                 {'r', RECORD_REFUSE},  {'d', RECORD_DEFER},     {'q', RECORD_CLOSE},
                 {'x', RECORD_HANG_UP}, {'a', RECORD_REPLY},     {'s', RECORD_STOP},
                 {'b', RECORD_BUSY},    {'m', RECORD_MODE}};
    char mark = in->p[1];
    size_t used = 2;
    if (mark == (char)0xff)
        out->octets = (smtp_span){in->p, 1};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (marks[i].mark == mark && (in->n > 2 || !record_is_counted(marks[i].kind)))
            out->kind = marks[i].kind;
    out->cut = mark == 'c';
    if (record_is_counted(out->kind)) {
        out->n = (unsigned char)in->p[2];
        used = 3;
    }
    in->p += used;
    in->n -= used;
    return true;
}

/* The n of a mode mark in front, which is taken off; 0 where there is none. */
static inline unsigned record_mode(smtp_span *in)
{
    smtp_span rest = *in;
    struct record first;
    if (!record_next(&rest, &first) || first.kind != RECORD_MODE)
        return 0;
    *in = rest;
    return first.n;
}

/* Adds the record behind *at, as smtp_room_put does. record_next() gives it back, its octets 0xFF as
 * runs of their own. */
void record_put(smtp_room to, size_t *at, const struct record *r);

/*
 * Prints records as text, the peer's lines with `who` ('C' or 'S') in front; returns the room needed.
 * What means nothing is left out.
 */
size_t records_print(smtp_span in, char who, smtp_room to);

struct records_error {
    size_t line;     /* from 1 */
    const char *why; /* the rule */
};

/*
 * Reads text; *n is the room needed. False, and *error says where and why, if a line is none of the
 * above. The inverse: what this makes of a printed text prints as that text, and is the same
 * records.
 */
SMTP_CHECK bool records_parse(smtp_span text, smtp_room to, size_t *n, struct records_error *error);

/* The word of a kind of record that is a mark ("@tls"); NULL: none. One table for both directions. */
const char *records_mark(const struct record *r);

#endif
