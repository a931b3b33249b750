/*
 * NAME
 *     sasl_client.h: authentication, the client's side, by GNU SASL
 *
 * SYNOPSIS
 *     name = sasl_client_choose(offered, &login, &binding);
 *     client = sasl_client_new(&login, name, &binding);
 *     sasl_client_step(client, challenge, &answer)    for each challenge; the initial response: the empty one
 *     code 235: sasl_client_is_done(client), or somebody else is at the other end
 *
 * DESCRIPTION
 *     The strongest of what is offered, in this order: SCRAM-SHA-256-PLUS, SCRAM-SHA-256, SCRAM-SHA-1-PLUS,
 *     SCRAM-SHA-1, CRAM-MD5, PLAIN, LOGIN; the -PLUS forms where there is a channel binding. The password itself
 *     (PLAIN, LOGIN) is shown inside TLS only, unless told otherwise (RFC 4954 4, 4616 4).
 *     Secrets are wiped, and never logged.
 *
 * BUGS
 *     Who could bind and is not offered -PLUS has to say so, by "y" (RFC 5802 6), so that the server finds
 *     out whether somebody took it off the list. GNU SASL knows no "y": "n" is said.
 */
#ifndef DRIVE_SASL_CLIENT_H
#define DRIVE_SASL_CLIENT_H

#include "smtp/capabilities.h"

struct sasl_login {
    const char *user, *password; /* UTF-8 */
    const char *mechanism;       /* only this one; NULL: the strongest */
    bool clear;                  /* the password may be shown outside of TLS */
    bool secure;                 /* this connection is inside TLS */
};

/* RFC 5056; empty where there is none. */
struct sasl_binding {
    smtp_span exporter; /* tls-exporter (RFC 9266) */
    smtp_span unique;   /* tls-unique (RFC 5929 3) */
};

struct sasl_client;

/* Of those offered, bits of enum smtp_mechanism; NULL: none of them will do. */
const char *sasl_client_choose(unsigned offered, const struct sasl_login *login,
                               const struct sasl_binding *binding);

/* NULL: no memory, or a mechanism that is not known. */
struct sasl_client *sasl_client_new(const struct sasl_login *login, const char *mechanism,
                                    const struct sasl_binding *binding);
void sasl_client_free(struct sasl_client *client);

/* Whether the mechanism begins with an initial response of the client. */
bool sasl_client_is_first(const struct sasl_client *client);

/* The answer to a challenge, good until the next call; false: the challenge is wrong. */
SMTP_CHECK bool sasl_client_step(struct sasl_client *client, smtp_span challenge, smtp_span *out);

/* All that the mechanism wants was said and, where it can be, the server has shown that it knows the password too. */
bool sasl_client_is_done(const struct sasl_client *client);

/* Why a step failed, for people. */
const char *sasl_client_why(const struct sasl_client *client);

#endif
