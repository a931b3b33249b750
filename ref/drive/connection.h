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
 *         connection.c   coming and going, events
 *         answer.c       questions and answers
 *         transaction.c  what commands do to the envelope, what becomes of a text
 *         login.c        AUTH
 *         callers.c      how many connections an address has
 *         envelope.c     what MAIL and RCPT said
 *         transfer.c     a message on its way to the store
 *         log.c          lines for people
 */
#ifndef DRIVE_CONNECTION_H
#define DRIVE_CONNECTION_H

#include "callers.h"
#include "drive/serve.h"
#include "envelope.h"
#include "return_path.h"
#include "smtp/mend.h"

struct transfer;

struct drive_host {
    const struct drive_serve_config *config;
    struct callers *callers; /* NULL: addresses are not counted */
    struct drive_session *first;
    size_t sessions, transfers; /* those that are there */
    size_t told;                /* sessions that are only told 421 */
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
    const char *turned_away;   /* why it is only told 421; NULL: it is served */
    bool answering;            /* the text has its outcome, and some recipient still hears of it */
    bool storing;              /* the store has the last word about a text */
    bool stuck;                /* the store has no room */
    bool broken;               /* RESET is wanted, nothing else happens any more */
    struct envelope *envelope; /* NULL: no transaction */
    struct transfer *transfer; /* NULL: no text, or one that cannot be stored */
    struct drive_verdict text; /* about the text, for each recipient of LMTP */
    struct drive_exchange *exchange; /* AUTH; NULL: none */
    char user[DRIVE_USER_MAX];       /* "": nobody has authenticated */
    char peer[DRIVE_PEER_MAX];
    char hello[DRIVE_HELLO_MAX];
    size_t hello_n;
    /* for the log */
    uint64_t number, since_ms, messages, refused;
    const char *tls, *how;
    /* a piece of text may come out longer by what was held back */
    char in[DRIVE_WRITE_MAX - RETURN_PATH_HELD - SMTP_MEND_MORE], out[DRIVE_OUT];
};

/*
 * The end of a new connection, for a transport to serve; it is freed by itself after gone(). NULL:
 * no memory, or far too many connections. Those that are too many get a 421 instead of the greeting.
 */
struct net_end *connection_new(struct drive_host *host, const char *peer, bool implicit,
                               uint64_t now_ms);

/* Told to stop (RFC 5321 3.8). */
void connection_stop(struct drive_session *s);

/* Broken off. */
void connection_break(struct drive_session *s);

/* ---- answer.c ---- */

/* s->ev wants a reply. */
void answer_ask(struct drive_session *s);

/* Says it, and nothing else. */
void answer_say(struct drive_session *s, const struct drive_verdict *v);
unsigned answer_code(const struct drive_verdict *v);

/* ---- transaction.c ---- */

/* A command will be accepted, unless there is no memory for it; its spans are still good. */
enum smtp_fault transaction_note(struct drive_session *s, const struct smtp_event *ev);

/* DATA, or the first chunk (RFC 3030 2). A text that cannot be stored is refused at its end. */
void transaction_text(struct drive_session *s);

/* The policy has judged s->ev, the end of a chunk or of a text. */
void transaction_chunk(struct drive_session *s, const struct drive_verdict *v);
void transaction_end(struct drive_session *s, const struct drive_verdict *v);

/* Whether s->ev is the end of a text that has been judged already: it is answered (RFC 2033 4.2). */
bool transaction_answers(struct drive_session *s);

/* It ends so, and is logged (log.c has the words). Law 10: what belongs to it ends with it. */
void transaction_over(struct drive_session *s, uint64_t size, const char *outcome);
void transaction_refused(struct drive_session *s, uint64_t size, unsigned code);

/* ---- login.c ---- */

/* s->ev is AUTH or a line of its exchange. */
void login_step(struct drive_session *s);
void login_end(struct drive_session *s); /* the exchange is over, whoever ended it */

/* ---- transfer.c ---- */

/* Begins with the trace fields. NULL: no memory. */
struct transfer *transfer_new(struct drive_session *s);
/* The Atom that names the message in Received, in the log and in the store. */
const char *transfer_id(const struct transfer *t);
/* Whether DRIVE_WRITE_MAX octets may be written. Else connection_room() tells when. */
bool transfer_has_room(const struct transfer *t);
/* Writes a piece of the text, without Return-Path fields where it is delivered (RFC 5321 4.4). */
void transfer_write(struct transfer *t, smtp_span text);
/* The text has come to its end: what a submission server finds wrong with it (RFC 6409 5.1). */
enum smtp_fault transfer_finish(struct transfer *t);
/* Ends it; connection_stored() answers, possibly at once, unless the session lets go before. The
 * transfer is still there in that call, and no longer. */
void transfer_commit(struct transfer *t);
/* The session has no interest in it any more, and its envelope is the transfer's. What was not
 * committed is not stored. */
void transfer_let_go(struct transfer *t);

void connection_room(struct drive_session *s);
void connection_stored(struct drive_session *s, enum smtp_fault fault);

/* ---- log.c ---- */

/* The transaction has ended so: "accepted", "abandoned", "unanswered" (stored or not: the client
 * was gone), or the reply code that refused it. */
void log_transaction(const struct drive_session *s, uint64_t size, const char *outcome);
void log_session(const struct drive_session *s, uint64_t now_ms);

#endif
