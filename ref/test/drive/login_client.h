/*
 * NAME
 *     login_client.h: a client of GNU SASL, for tests of the server's exchanges
 */
#ifndef LOGIN_CLIENT_H
#define LOGIN_CLIENT_H

#include <gsasl.h>

#include "net/tls.h"

struct login_client {
    Gsasl *gsasl;
    Gsasl_session *session;
    char *output;
    size_t output_n;
    bool done;
};

struct login {
    const char *mechanism, *user, *password,
        *other;                  /* other: the authorization identity, or NULL */
    const struct net_end *outer; /* what it binds to; NULL: nothing */
};

void login_client_begin(struct login_client *c, const struct login *login);

/* The response to a challenge, in output; false: the client gives up. */
bool login_client_step(struct login_client *c, smtp_span challenge);

void login_client_end(struct login_client *c);

#endif
