/*
 * NAME
 *     exchange.h: one AUTH exchange of the server
 *
 * DESCRIPTION
 *     sasl.c            mechanisms: which there are, who may use them
 *     exchange.c        steps, each a job for the worker, and what comes of them
 *     exchange_ask.c    what GNU SASL asks for while it makes a step
 */
#ifndef DRIVE_EXCHANGE_H
#define DRIVE_EXCHANGE_H

#include "users.h"

struct mechanism {
    const char *name;
    unsigned needs;    /* bits of enum form; 0: any */
    bool client_first; /* RFC 4422 5: who begins */
    bool plus;         /* needs a channel binding */
    bool in_clear;     /* good against a listener */
};

struct drive_sasl {
    Gsasl *gsasl;
    const struct drive_users *users;
    struct drive_worker *worker;
    char offers[DRIVE_OFFER_CLEAR_ALL + 1][128];
};

/* NULL: not one that every user can use. */
const struct mechanism *sasl_mechanism(const struct drive_sasl *sasl, smtp_span name);

enum { BINDING_TEXT = 128 }; /* base64 */

struct drive_exchange {
    struct drive_job job; /* first */
    struct drive_sasl *sasl;
    const struct mechanism *mechanism;
    struct drive_ask ask;
    bool working, dropped;
    unsigned telling; /* answers that are being given: the next step may begin inside of one */
    bool begun;       /* the first step was made */
    bool spoken;      /* the client has said something */
    bool last; /* our last octets were sent as a challenge: an empty line is due (RFC 4954 4) */
    char exporter[BINDING_TEXT], unique[BINDING_TEXT]; /* empty: there is none */
    /* the worker's while `working` */
    Gsasl_session *session;
    const struct user *user; /* that the client names; NULL: not yet */
    struct user nobody;      /* `user`, where there is no such */
    char *input, *output;
    size_t input_n, output_n;
    int result;
    bool no_memory; /* in an answer to GNU SASL, who does not hear of it */
};

/* GNU SASL's callback. */
int exchange_asked(Gsasl *gsasl, Gsasl_session *session, Gsasl_property what);

/* Wipes what GNU SASL keeps of a password. */
void exchange_wipe(Gsasl_session *session);

/* Who was authenticated, prepared and to be freed; NULL: nobody, or he asks to act for another. */
char *exchange_identity(struct drive_exchange *e);

#endif
