/*
 * NAME
 *     conn.h: one connection of a scenario
 *
 * DESCRIPTION
 *     An edge with its buffers, what is still to be said on it, the reply that is coming in, and an
 *     observer that is told of both directions. What arrives is logged and observed once, when it
 *     is noticed; what we say, when it is handed to the edge. A connection that is over stays until
 *     the end of the case: replies that came before its end may be unread.
 */
#ifndef CONFORMANCE_PLAYER_CONN_H
#define CONFORMANCE_PLAYER_CONN_H

#include "observer/observer.h"
#include "player/reply.h"
#include "player/stream.h"

struct conn {
    struct net_end end; /* first: a connection is its own end */
    struct smtp_edge edge;
    struct player *player;
    unsigned number;
    struct net_end *filter; /* TLS around it; NULL: none */
    struct observer *observer;
    struct stream stream;
    struct reply reply;
    size_t seen;      /* octets of the input that are logged */
    size_t out_seen;  /* octets of the output at the last look */
    uint64_t left_ms; /* when our last octet left, or the connection began */
    bool connected, gone, stepping, dirty, secure, end_told;
    bool passed;        /* the rest of its lines is passed over */
    bool shut;          /* our half-close */
    bool quit;          /* our last line is QUIT */
    bool answered;      /* a row was taken since our last line */
    bool exact;         /* our last line is exact octets: who knows how many replies it makes */
    unsigned last_line; /* of the last row that was taken */
    char why[128];      /* why TLS failed; "" if it did not */
    bool leaving;       /* the end of the case: our QUIT has been said */
    unsigned extra;     /* replies in front of its 221 */
    struct reply first; /* the first of them */
    char *buffers;
};

/* A connection of the player with that number, asked of the dialler. NULL: no memory. */
struct conn *conn_open(struct player *p, unsigned number);
void conn_free(struct conn *c);

/* Looks at what happened to the edge. */
void conn_notice(struct conn *c, uint64_t now_ms);

/* Hands to the edge what may leave now. */
void conn_fill(struct conn *c, uint64_t now_ms);

/* Takes the next reply together as far as it has come. */
enum reply_state conn_read(struct conn *c);
void conn_drop_input(struct conn *c);

/* One more wish: SMTP_WANT_... */
void conn_ask(struct conn *c, unsigned want);

bool conn_is_over(const struct conn *c);    /* nothing more will come */
bool conn_is_drained(const struct conn *c); /* nothing of ours waits to leave */
bool conn_is_live(const struct conn *c);    /* connected and not gone */
bool conn_is_ready(const struct conn *c);   /* our lines may leave: TLS, if it comes first, is up */

#endif
