#include <stdio.h>
#include <string.h>

#include "submission.h"

enum { CONNECT_MS = 30000, SMTP_PORT = 25, SMTPS_PORT = 465, LMTP_PORT = 24 };

/* ---- how ----------------------------------------------------------------------------------- */

static bool needs_tls(const struct drive_submit *s)
{
    return (s->mail->params.given & SMTP_P_REQUIRETLS) != 0;
}

static enum smtp_client_tls starttls_of(const struct drive_submit *s)
{
    switch (s->config->tls) {
    case DRIVE_TLS_OPPORTUNISTIC:
        return needs_tls(s) ? SMTP_TLS_ALWAYS : s->clear ? SMTP_TLS_NEVER : SMTP_TLS_IF_OFFERED;
    case DRIVE_TLS_REQUIRED:
        return SMTP_TLS_ALWAYS;
    case DRIVE_TLS_IMPLICIT:
    case DRIVE_TLS_NEVER:
        break;
    }
    return SMTP_TLS_NEVER;
}

/* RFC 8689 4.2.1: REQUIRETLS is verified TLS, whatever the config says. RFC 7435: the other kind is not. */
static bool verifies(const struct drive_submit *s)
{
    bool required = s->config->tls == DRIVE_TLS_REQUIRED || s->config->tls == DRIVE_TLS_IMPLICIT;
    return needs_tls(s) || (required && !s->config->insecure);
}

static bool has_tls(const struct drive_submit *s)
{
    return s->config->tls == DRIVE_TLS_IMPLICIT || starttls_of(s) != SMTP_TLS_NEVER;
}

struct net_tls_context *submit_tls(const struct drive_submit *s, const char *host, const char **why)
{
    struct net_tls_options options = {
        .ca_file = s->config->ca_file,
        .insecure = !verifies(s),
        .name = host,
    };
    return net_tls_context_new(&options, why);
}

static uint16_t port_of(const struct drive_submit_config *config)
{
    if (config->port != 0)
        return config->port;
    if (config->lmtp)
        return LMTP_PORT;
    return config->tls == DRIVE_TLS_IMPLICIT ? SMTPS_PORT : SMTP_PORT;
}

/* ---- one connection ------------------------------------------------------------------------ */

static void connection_over(struct courier_job *job)
{
    struct drive_submit *s = job->arg;
    s->courier = NULL;
    submit_go(s, TURN_CLOSED);
}

static const char *next_address(struct drive_submit *s)
{
    bool itself = submit_is_address(s->host);
    size_t count = itself ? 1 : s->addresses.address_count;
    if (s->address_at == count)
        return NULL;
    size_t at = s->address_at++;
    return itself ? s->host : s->addresses.addresses[at].text;
}

static bool prepare(struct drive_submit *s, const char **why)
{
    s->job = (struct courier_job){
        .config = s->config,
        .facts = &s->facts,
        .mail = s->mail,
        .who = s->who,
        .who_count = s->who_count,
        .host = s->host,
        .tls = starttls_of(s),
        .implicit = s->config->tls == DRIVE_TLS_IMPLICIT,
        .verified = verifies(s),
        .done = connection_over,
        .arg = s,
    };
    *why = "no memory";
    return !has_tls(s) || (s->job.context = submit_tls(s, s->host, why)) != NULL;
}

static void note_dial(const struct drive_submit *s, const char *address)
{
    char line[DRIVE_HOST_MAX + LOOKUP_ADDRESS_MAX + 32];
    int n =
        snprintf(line, sizeof line, "%s [%s]:%u", s->host, address, (unsigned)port_of(s->config));
    if (s->config->trace != NULL && n > 0)
        s->config->trace(s->config->trace_arg, DRIVE_TRACE_NOTE, (smtp_span){line, (size_t)n});
}

static bool dial(struct drive_submit *s, const char *address)
{
    uint64_t ms = s->config->connect_ms != 0 ? s->config->connect_ms : CONNECT_MS;
    struct net_world *world = net_uv_world(s->uv);
    s->dialler = net_uv_dialler(s->uv, address, port_of(s->config), ms);
    if (s->dialler == NULL)
        return false;
    s->courier = courier_new(&s->job, world->ops->now(world));
    if (s->courier == NULL)
        return false;
    note_dial(s, address);
    s->dialler->ops->dial(s->dialler, courier_end(s->courier));
    return true;
}

static void put_away(struct drive_submit *s)
{
    if (s->dialler != NULL)
        net_uv_dialler_free(s->dialler);
    s->dialler = NULL;
    net_tls_context_free(s->job.context);
    s->job.context = NULL;
}

void submit_dial(struct drive_submit *s)
{
    const char *why, *address = s->stopping ? NULL : next_address(s);
    if (address == NULL) {
        submit_go(s, TURN_HOST);
        return;
    }
    if (prepare(s, &why) && dial(s, address))
        return;
    struct courier_why trouble = submit_why(SMTP_O_LATER, 0, "4.3.0", why);
    put_away(s);
    submit_trouble(s, s->host, &trouble);
    submit_go(s, TURN_DIAL);
}

/* ---- its end ------------------------------------------------------------------------------- */

static bool is_all_done(const struct drive_submit *s)
{
    for (size_t i = 0; i < s->who_count; i++)
        if (s->mail->rcpts[s->who[i]].outcome == SMTP_O_NONE)
            return false;
    return true;
}

/* The same address once more: without TLS that cannot be had, or for those that the last connection had no room for. */
static bool tries_again(struct drive_submit *s)
{
    bool clear = s->job.tls_failed && !s->clear && s->job.tls == SMTP_TLS_IF_OFFERED;
    bool more = s->job.progress && s->job.why.outcome == SMTP_O_NONE;
    if (s->stopping || !(clear || more))
        return false;
    s->clear = s->clear || clear;
    s->address_at--;
    return true;
}

static struct courier_why connection_why(const struct drive_submit *s)
{
    if (s->job.up || s->stopping)
        return s->job.why;
    const char *why = s->dialler->why != NULL ? s->dialler->why : "no connection";
    return submit_why(SMTP_O_LATER, 0, "4.4.1", why);
}

/* A login that failed is not tried elsewhere: each try counts against the user. */
void submit_take_connection(struct drive_submit *s)
{
    struct courier_why why = connection_why(s);
    bool again = !is_all_done(s) && tries_again(s);
    put_away(s);
    if (!again) {
        s->clear = false;
        submit_trouble(s, s->host, &why);
    }
    if (is_all_done(s) || why.denied)
        submit_go(s, TURN_GROUP);
    else
        submit_go(s, TURN_DIAL);
}
