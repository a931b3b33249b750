#include <assert.h>
#include <openssl/crypto.h>
#include <stdio.h>

#include "connection.h"

void login_end(struct drive_session *s)
{
    drive_exchange_drop(s->exchange);
    s->exchange = NULL;
}

static void refuse(struct drive_session *s, enum smtp_fault fault)
{
    login_end(s);
    answer_say(s, &(struct drive_verdict){.fault = fault});
}

/* Now or later; a session that has gone is not told. */
static void answered(void *who, const struct drive_sasl_answer *answer)
{
    struct drive_session *s = who;
    if (answer->fault != SMTP_OK) {
        refuse(s, answer->fault);
    } else if (answer->done) {
        snprintf(s->user, sizeof s->user, "%s", answer->user);
        login_end(s);
        smtp_server_accept(&s->server);
    } else if (!smtp_server_challenge(&s->server, answer->challenge)) {
        refuse(s, SMTP_E_AUTH_TEMPORARY);
    }
    net_kick(&s->end);
}

/* Base64 took a third more than what stands there now, and it lies in our own input. */
static void wipe(struct drive_session *s, smtp_span octets)
{
    size_t n = (octets.n + 2) / 3 * 4;
    if (n == 0)
        return;
    size_t at = (size_t)(octets.p - s->in);
    assert(octets.p >= s->in && at < sizeof s->in);
    OPENSSL_cleanse(s->in + at, n < sizeof s->in - at ? n : sizeof s->in - at);
}

void login_step(struct drive_session *s)
{
    bool begins = s->ev.kind == SMTP_EV_COMMAND;
    struct drive_ask ask = {
        .mechanism = s->ev.cmd.mechanism,
        .outer = s->server.edge.secure ? s->outer : NULL,
        .answer = answered,
        .who = s,
    };
    enum smtp_fault fault = s->host->config->sasl == NULL ? SMTP_E_AUTH_MECHANISM : SMTP_OK;
    if (fault == SMTP_OK && begins)
        fault = drive_exchange_new(s->host->config->sasl, &ask, &s->exchange);
    if (fault != SMTP_OK) {
        refuse(s, fault);
        return;
    }
    bool has_input = !begins || s->ev.cmd.has_initial;
    smtp_span octets = s->ev.bytes;
    drive_exchange_step(s->exchange, has_input, octets);
    wipe(s, octets);
}

const char *drive_session_user(const struct drive_session *s)
{
    return s->user[0] != '\0' ? s->user : NULL;
}
