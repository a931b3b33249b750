/*
 * NAME
 *     moves.h: a conversation as a list of moves of the client
 *
 * DESCRIPTION
 *     A move is what leaves before the next replies are waited for: one command, a pipelined group, a
 *     text, a chunk. It says how many replies it is owed (MOVES_OPEN: nobody can tell, the server is
 *     then heard until it is silent) and behind which reply it stands: a text is said behind 354
 *     alone, an AUTH response behind 334. A move that does not come to its turn is left out, so a list
 *     of moves can be played on any server, and with any of its moves taken away.
 */
#ifndef FUZZ_BLACKBOX_MOVES_H
#define FUZZ_BLACKBOX_MOVES_H

#include "smtp/span.h"

enum { MOVES_OPEN = -1, MOVE_CUTS = 4 };

enum move_kind {
    MOVE_SAY,        /* octets, whenever */
    MOVE_TEXT,       /* octets, behind 354 */
    MOVE_RESPONSE,   /* octets, behind 334 */
    MOVE_STARTTLS,   /* octets; behind a 220 the handshake */
    MOVE_HALF_CLOSE, /* octets, then no more from us */
    MOVE_RESET       /* octets, then the connection is broken off */
};

struct move {
    enum move_kind kind;
    smtp_span octets;
    size_t cuts[MOVE_CUTS]; /* a write ends there, a new one begins; 0: no more cuts */
    int due;                /* replies */
    bool lone; /* one reply is due, and more would be content that is run as commands */
};

struct moves {
    struct move *list; /* octets are the list's own */
    size_t count, room;
};

/* A copy of the move. False: no memory. */
SMTP_CHECK bool moves_add(struct moves *moves, const struct move *move);
SMTP_CHECK bool moves_copy(const struct moves *from, size_t count, struct moves *out);

/* The octets of move i are others now; cuts behind their end are forgotten. */
SMTP_CHECK bool moves_replace(struct moves *moves, size_t i, smtp_span octets);
void moves_remove(struct moves *moves, size_t from, size_t count);
void moves_free(struct moves *moves);

/* Whole lines that end with CRLF. */
size_t move_lines(smtp_span octets);

#endif
