/*
 * NAME
 *     tls_filter.h: the filter of net/tls.h, and its states
 */
#ifndef TLS_FILTER_H
#define TLS_FILTER_H

#include "tls_context.h"

/* RFC 8446 5.1: a record holds up to 2^14 octets; the pipe out takes one and what surrounds it. */
enum { RECORD = 16384, PIPE_OUT = RECORD + 2048, PIPE_IN = RECORD };

enum tls_state {
    CLEAR,
    HANDSHAKE,
    SECURE,
    ENDING, /* our close_notify was made, the peer's is waited for; then on in clear */
    FAILED
};

/*
 * Outside, an edge for the transport; inside, the transport of the inner edge. What the outer edge
 * shows is never a copy: in clear it is the inner edge's output, inside TLS it is the pipe's. What
 * arrives is handed on at once, and no more is read than can be: so there are no octets in between
 * when the inner edge begins to want TLS.
 */
struct net_tls {
    struct net_end end; /* first */
    struct smtp_edge edge;
    struct net_end *inner;
    const struct net_tls_context *context;
    enum tls_state state;
    bool implicit; /* TLS is still to begin by itself */
    bool bye;      /* our close_notify was made */
    SSL *ssl;      /* in CLEAR: kept for octets that came in clear behind the peer's close_notify */
    BIO *wire;     /* the transport's side of the pipe */
    size_t offered; /* octets that the outer edge was given to write */
    size_t left;    /* of the inner edge's write; a record takes a part */
    size_t plain;   /* octets of the inner edge in the record that is being written */
    char why[256];
    char in[RECORD];
};

/* Whether something happened to the inner edge: then its end's step() is due, and this again. */
bool tls_advance(struct net_tls *t);

bool tls_fail(struct net_tls *t, const char *what); /* true, as tls_advance() */
void tls_drop_pipe(struct net_tls *t);

/* How many octets the inner edge has room for; puts as many of t->in there. */
size_t tls_room(const struct net_tls *t);
void tls_give(struct net_tls *t, size_t n);

/* Octets in clear that stand in the pipe, behind a TLS that is over. */
size_t tls_rest(const struct net_tls *t);

/* Close is wanted, `wish` (to or from TLS) is not any more, and nothing waits to be said. */
bool tls_is_given_up(const struct net_tls *t, unsigned wish);

#endif
