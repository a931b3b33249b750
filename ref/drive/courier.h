/*
 * NAME
 *     courier.h: one connection of a submission, over any transport
 *
 * DESCRIPTION
 *     An end that serves a client session: logs in, hands the text over for the recipients of its
 *     job that have no result yet, in as many transactions as the server's limits ask for, and
 *     leaves. Knows no sockets, so that tests drive it in memory.
 *
 *         courier.c        events, coming and going
 *         courier_mail.c   transactions, the text, results
 *         courier_auth.c   AUTH
 *         courier_trace.c  lines for people
 */
#ifndef DRIVE_COURIER_H
#define DRIVE_COURIER_H

#include "net/tls.h"
#include "sasl_client.h"
#include "source.h"

/* Why a recipient has no result of his own. */
struct courier_why {
    enum smtp_outcome outcome; /* LATER, NEVER; NONE: there was no trouble */
    unsigned code;
    struct smtp_enhanced enhanced;
    char text[DRIVE_TEXT_MAX];
    bool denied; /* AUTH failed for good */
};

struct courier_job {
    const struct drive_submit_config *config;
    const struct source_facts *facts;
    struct drive_mail *mail;
    const size_t *who; /* indices into mail->rcpts; done are those whose outcome is not NONE */
    size_t who_count;
    const char *host;                      /* for results */
    enum smtp_client_tls tls;              /* STARTTLS */
    struct net_tls_context *context;       /* NULL: no TLS */
    bool implicit;                         /* TLS from the first octet */
    bool verified;                         /* the context verifies */
    void (*done)(struct courier_job *job); /* the connection is over */
    void *arg;                             /* the caller's */
    /* the result */
    bool up;                /* there was a connection */
    bool progress;          /* somebody has a result */
    bool tls_failed;        /* no handshake could be had */
    struct courier_why why; /* of those without a result */
};

struct courier;

/* Its end, for a transport to serve; freed by itself after gone(), before done(). NULL: no memory. */
struct courier *courier_new(struct courier_job *job, uint64_t now_ms);
struct net_end *courier_end(struct courier *courier);

/* Gives up, as drive_submit_stop(): first what was not sent to its end; `hard`: all. */
void courier_stop(struct courier *courier, bool hard);

/* ---- what its files share ---- */

enum { COURIER_IN = 16384, COURIER_OUT = 65536, COURIER_BATCH = 100 }; /* RFC 5321 4.5.3.1.8 */

struct courier_reply {
    unsigned code;
    struct smtp_enhanced enhanced;
    char text[DRIVE_TEXT_MAX]; /* of its last line */
};

struct courier {
    struct net_end end; /* first: a courier is its own end */
    struct smtp_client client;
    struct smtp_client_config client_config;
    struct courier_job *job;
    struct net_end *outer; /* what the transport serves: the end or its TLS filter */
    /* the transaction */
    struct smtp_mail mail;
    struct smtp_rcpt rcpts[COURIER_BATCH];
    size_t index[COURIER_BATCH];   /* into the job's mail */
    bool told[COURIER_BATCH];      /* the text of the reply that decided is known */
    bool open;                     /* mail() was called, DONE has not come */
    struct courier_reply last;     /* the last reply */
    struct courier_reply bad;      /* the first refusal since the transaction began */
    struct courier_reply last_bad; /* the last refusal */
    char piece[COURIER_OUT];
    size_t piece_n, piece_at; /* read from the source, taken by the session */
    bool read_all;
    uint64_t mails;
    /* AUTH */
    struct sasl_client *sasl;
    smtp_span initial; /* did not fit the command: answers the first challenge */
    bool has_initial, authenticated;
    bool stopping, broken;
    size_t traced; /* where the output ended when it was looked at last */
    char in[COURIER_IN], out[COURIER_OUT];
};

/* The first trouble counts. */
void courier_trouble(struct courier *c, enum smtp_outcome outcome, const char *enhanced,
                     const char *text);
/* The reply with this code is the trouble. */
void courier_reply_trouble(struct courier *c, unsigned code);
const struct courier_reply *courier_reply_of(const struct courier *c, unsigned code);

/* ---- courier_mail.c ---- */

/* Begins the next transaction; false: there is none to begin. */
bool courier_begin_mail(struct courier *c);
void courier_give_text(struct courier *c, size_t room);
void courier_note_rcpt(struct courier *c, const struct smtp_client_event *ev);
void courier_take_results(struct courier *c);

/* ---- courier_auth.c ---- */

void courier_begin_auth(struct courier *c);
void courier_answer(struct courier *c, smtp_span challenge);
void courier_end_auth(struct courier *c, const struct smtp_client_event *ev);

/* ---- courier_trace.c ---- */

void courier_trace_begin(struct courier *c); /* at the beginning of a step */
void courier_trace_said(struct courier *c);  /* the output has grown by commands */
void courier_trace_text(struct courier *c);  /* the output has grown by text */
void courier_trace_heard(struct courier *c, const struct smtp_client_event *ev);
void courier_note(struct courier *c, const char *what);

#endif
