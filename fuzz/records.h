/*
 * NAME
 *     records.h: a conversation as fuzz input
 *
 * DESCRIPTION
 *     Octets are what the peer sends. 0xFF begins a mark:
 *
 *       0xFF 'c'     the write ends here; the next octets are another segment
 *       0xFF 't'     the handshake that is wanted succeeds (a peer that begins TLS unasked is ended)
 *       0xFF 'f'     it fails
 *       0xFF 'w' n   n seconds pass (n = 0 to 255)
 *       0xFF 'r'     the application refuses at the next decision (550)
 *       0xFF 'd'     the application defers at the next decision (451)
 *       0xFF 'q'     the application closes at the next decision (421)
 *       0xFF 'x'     the peer hangs up
 *       0xFF 'm' n   the target is set up in its n-th way; counts in front of everything else
 *       0xFF 0xFF    the octet 0xFF
 *       0xFF other   nothing: both octets are dropped
 *
 *     No lengths, so that no edit puts the rest out of step.
 */
#ifndef FUZZ_RECORDS_H
#define FUZZ_RECORDS_H

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
    RECORD_MODE
};

struct record {
    enum record_kind kind;
    smtp_span octets; /* WRITE: a run of plain octets, no mark inside */
    bool cut;         /* WRITE: the write ends behind it */
    unsigned n;       /* WAIT: seconds; MODE: which */
};

/* Takes the next record off the front of *in. False: the end. */
static inline bool record_next(smtp_span *in, struct record *out)
{
    *out = (struct record){.kind = RECORD_WRITE};
    size_t n = 0;
    while (n < in->n && (unsigned char)in->p[n] != 0xff)
        n++;
    if (n > 0 || in->n < 2) {
        out->octets = (smtp_span){in->p, n};
        in->p += n;
        in->n = n == 0 ? 0 : in->n - n;
        return n > 0;
    }
    char mark = in->p[1];
    size_t used = 2;
    if (mark == (char)0xff) {
        out->octets = (smtp_span){in->p, 1};
    } else if ((mark == 'w' || mark == 'm') && in->n > 2) {
        *out = (struct record){.kind = mark == 'w' ? RECORD_WAIT : RECORD_MODE,
                               .n = (unsigned char)in->p[2]};
        used = 3;
    } else {
        static const struct {
            char mark;
            enum record_kind kind;
        } marks[] = {{'t', RECORD_TLS},   {'f', RECORD_TLS_FAILS}, {'r', RECORD_REFUSE},
                     {'d', RECORD_DEFER}, {'q', RECORD_CLOSE},     {'x', RECORD_HANG_UP}};
        for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
            if (marks[i].mark == mark)
                out->kind = marks[i].kind;
        out->cut = mark == 'c';
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

#endif
