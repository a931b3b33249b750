/*
 * NAME
 *     connection.h: one connection of the server, over any transport
 *
 * DESCRIPTION
 *     An end that serves a session: asks the policy, gives texts to the store, writes the log. A
 *     host is what all connections of a server share; its owner looks at `sessions` and
 *     `transfers`, and is told by left() whenever one of them is gone. Knows no sockets, so that
 *     tests drive it in memory.
 *
 *         connection.c   events, questions and answers
 *         envelope.c     what MAIL and RCPT said
 *         transfer.c     a message on its way to the store
 *         log.c          lines for people
 */
#ifndef DRIVE_CONNECTION_H
#define DRIVE_CONNECTION_H

#include "drive/serve.h"
#include "envelope.h"

struct transfer;

struct drive_host {
    const struct drive_serve_config *config;
    struct drive_session *first;
    size_t sessions, transfers; /* those that are there */
    uint64_t number;            /* of the last session */
    void (*left)(struct drive_host *host);
};

enum { DRIVE_HELLO_MAX = 1024, DRIVE_PEER_MAX = 64, DRIVE_OUT = 8192 };

struct drive_session {
    struct net_end end; /* first: a session is its own end */
    struct smtp_server server;
    struct drive_host *host;
    struct drive_session *next, *before;
    struct net_end *outer;     /* what the transport serves: the end or its TLS filter */
    struct smtp_event ev;      /* the event that waits for its answer */
    bool asked;                /* the policy has it */
    bool implicit;             /* TLS from the first octet */
    bool over;                 /* one too many */
    bool storing;              /* the store has the last word about a text */
    bool broken;               /* RESET is wanted, nothing else happens any more */
    struct envelope *envelope; /* NULL: no transaction */
    struct transfer *transfer; /* NULL: no text, or one that cannot be stored */
    char peer[DRIVE_PEER_MAX];
    char hello[DRIVE_HELLO_MAX];
    size_t hello_n;
    /* for the log */
    uint64_t number, since_ms, messages, refused;
    const char *tls, *how;
    char in[DRIVE_WRITE_MAX], out[DRIVE_OUT];
};

/*
 * The end of a new connection, for a transport to serve; it is freed by itself after gone(). NULL:
 * no memory, or far too many connections. `over` many get a 421 instead of the greeting.
 */
struct net_end *connection_new(struct drive_host *host, const char *peer, bool implicit,
                               uint64_t now_ms);

/* Told to stop (RFC 5321 3.8). */
void connection_stop(struct drive_session *s);

/* Broken off. */
void connection_break(struct drive_session *s);

/* ---- transfer.c ---- */

/* Begins at DATA, with the trace fields; the session's envelope is the transfer's from then on, until
 * it is let go. NULL: no memory. */
struct transfer *transfer_new(struct drive_session *s);
/* The Atom that names the message in Received, in the log and in the store. */
const char *transfer_id(const struct transfer *t);
/* Whether DRIVE_WRITE_MAX octets may be written. Else connection_room() tells when. */
bool transfer_has_room(const struct transfer *t);
void transfer_write(struct transfer *t, smtp_span octets);
/* Ends it; connection_stored() answers, possibly at once, unless the session lets go before. The
 * transfer is still there in that call, and let go of in it. */
void transfer_commit(struct transfer *t);
/* The session has no interest in it any more. What was not committed is not stored. */
void transfer_let_go(struct transfer *t);

void connection_room(struct drive_session *s);
void connection_stored(struct drive_session *s, enum smtp_fault fault);

/* ---- log.c ---- */

/* The transaction has ended so: "accepted", "abandoned", "unanswered" (stored or not: the client
 * was gone), or the reply code that refused it. */
void log_transaction(const struct drive_session *s, uint64_t size, const char *outcome);
void log_session(const struct drive_session *s, uint64_t now_ms);

#endif
