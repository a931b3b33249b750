#include "connection.h"

#include <assert.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

/* Beyond the connections that are served: so many are told 421, all others are dropped. */
enum { TOLD_MAX = 32 };

void connection_room(struct drive_session *s)
{
    net_kick(&s->end);
}

/* ---- events -------------------------------------------------------------------------------- */

/* RFC 5321 3.8, 7.8 and RFC 4954 9: what the session has said by itself. */
static void reject(struct drive_session *s, const struct smtp_event *ev)
{
    static const struct {
        enum smtp_fault fault;
        const char *how;
    } ends[] = {
        {SMTP_E_SHUTDOWN, "shutdown"},
        {SMTP_E_ERRORS_MANY, "too many errors"},
        {SMTP_E_AUTH_MANY, "too many logins"},
    };
    s->refused++;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (ends[i].fault == ev->fault)
            s->how = ends[i].how;
    if (ev->cmd.verb == SMTP_V_AUTH)
        login_end(s);
    if (smtp_server_state(&s->server) == SMTP_S_FAILED) /* RFC 3030 2 */
        transaction_refused(s, ev->size, smtp_fault_row(ev->fault)->code);
}

static void handle(struct drive_session *s, const struct smtp_event *ev)
{
    if (ev->wants_reply) {
        s->ev = *ev;
        answer_ask(s);
        return;
    }
    switch (ev->kind) {
    case SMTP_EV_COMMAND: /* BDAT, which has no reply of its own */
        if (ev->cmd.verb == SMTP_V_BDAT && s->transfer == NULL)
            transaction_text(s);
        break;
    case SMTP_EV_BODY:
        if (s->transfer != NULL)
            transfer_write(s->transfer, ev->bytes);
        break;
    case SMTP_EV_MESSAGE: /* the session has refused it */
    case SMTP_EV_CHUNK:
        s->refused++;
        transaction_refused(s, ev->size, smtp_fault_row(ev->fault)->code);
        break;
    case SMTP_EV_REJECTED:
        reject(s, ev);
        break;
    case SMTP_EV_TLS: /* RFC 3207 4.2: what was known before is forgotten */
        transaction_over(s, 0, "abandoned");
        s->hello_n = 0;
        s->user[0] = '\0';
        s->how = ev->fault == SMTP_OK ? s->how : "handshake failed";
        break;
    case SMTP_EV_TIMEOUT:
        s->how = "timeout";
        break;
    case SMTP_EV_CLOSED:
        if (ev->fault == SMTP_E_SHUTDOWN)
            s->how = "shutdown";
        transaction_over(s, 0, "abandoned");
        break;
    case SMTP_EV_CONNECT:
    case SMTP_EV_RESPONSE:
    case SMTP_EV_INJECTED:
        break;
    }
}

/* What the store has no room for stays in the input, and then with the peer. */
static bool is_stuck(const struct drive_session *s)
{
    return s->transfer != NULL && !transfer_has_room(s->transfer);
}

static void break_off(struct drive_session *s, const char *how)
{
    s->how = how;
    s->broken = true;
    s->server.edge.deadline_ms = SMTP_NEVER;
    s->server.edge.ask |= SMTP_WANT_RESET;
}

/* Before the handshake of implicit TLS nothing is said, and the handshake has its time. */
static bool is_early(struct drive_session *s, uint64_t now_ms)
{
    const struct smtp_edge *edge = &s->server.edge;
    if (!s->implicit || edge->secure || edge->tls_failed)
        return false;
    if (edge->end != SMTP_END_NONE || now_ms >= edge->deadline_ms)
        break_off(s, "handshake failed");
    return true;
}

static void session_step(struct net_end *end, uint64_t now_ms)
{
    struct drive_session *s = (struct drive_session *)end;
    struct smtp_event ev;
    if (s->broken || is_early(s, now_ms))
        return;
    if (s->server.edge.secure && s->tls == NULL)
        s->tls = net_tls_version(s->outer);
    if (s->stuck && !is_stuck(s)) /* it was the store who let the client wait */
        smtp_server_waited(&s->server);
    while (!is_stuck(s) && smtp_server_next(&s->server, now_ms, &ev))
        handle(s, &ev);
    s->stuck = is_stuck(s);
    if (s->stuck)
        s->server.edge.deadline_ms = SMTP_NEVER;
}

/* ---- coming and going ---------------------------------------------------------------------- */

static void link_in(struct drive_session *s)
{
    struct drive_host *host = s->host;
    s->next = host->first;
    if (s->next != NULL)
        s->next->before = s;
    host->first = s;
    host->sessions++;
    host->told += s->turned_away != NULL;
}

static void take_out(struct drive_session *s)
{
    struct drive_host *host = s->host;
    if (s->next != NULL)
        s->next->before = s->before;
    if (s->before != NULL)
        s->before->next = s->next;
    else
        host->first = s->next;
    host->sessions--;
    host->told -= s->turned_away != NULL;
    if (s->turned_away == NULL && host->callers != NULL)
        callers_left(host->callers, s->peer);
}

static void session_gone(struct net_end *end, uint64_t now_ms)
{
    struct drive_session *s = (struct drive_session *)end;
    struct drive_host *host = s->host;
    struct drive_policy *policy = host->config->policy;
    if (s->asked)
        policy->forget(policy, s);
    transaction_over(s, 0, s->storing ? "unanswered" : "abandoned");
    login_end(s);
    log_session(s, now_ms);
    take_out(s);
    OPENSSL_cleanse(s->in, sizeof s->in); /* what was refused unread may have been a password */
    free(s);
    host->left(host);
}

static bool start(struct drive_session *s, uint64_t now_ms)
{
    smtp_room in = {s->in, sizeof s->in}, out = {s->out, sizeof s->out};
    if (smtp_server_init(&s->server, &s->host->config->session, in, out, now_ms) != SMTP_OK)
        return false;
    s->outer = &s->end;
    if (s->host->config->tls != NULL)
        s->outer = net_tls_wrap(s->host->config->tls, &s->end, s->implicit);
    if (s->implicit)
        s->server.edge.deadline_ms = now_ms + s->server.limits->tls_ms;
    return s->outer != NULL;
}

/* NULL: it is served, and counted. */
static const char *look_at_caller(struct drive_session *s, uint64_t now_ms)
{
    const struct drive_host *host = s->host;
    enum caller caller = CALLER_WELCOME;
    s->how = "too many";
    if (host->sessions - host->told >= host->config->connections)
        return "too many connections";
    if (host->callers != NULL)
        caller = callers_came(host->callers, s->peer, now_ms);
    if (caller == CALLER_MANY)
        return "too many connections from your address";
    s->how = caller == CALLER_OFTEN ? "too often" : "cut";
    return caller == CALLER_OFTEN ? "too many new connections from your address" : NULL;
}

struct net_end *connection_new(struct drive_host *host, const char *peer, bool implicit,
                               uint64_t now_ms)
{
    assert(!implicit || host->config->tls != NULL);
    if (host->told >= TOLD_MAX)
        return NULL;
    struct drive_session *s = calloc(1, sizeof *s);
    if (s == NULL)
        return NULL;
    s->end = (struct net_end){&s->server.edge, session_step, session_gone, NULL};
    s->host = host;
    s->implicit = implicit;
    s->number = ++host->number;
    s->since_ms = now_ms;
    snprintf(s->peer, sizeof s->peer, "%s", peer);
    if (!start(s, now_ms)) {
        free(s);
        return NULL;
    }
    s->turned_away = look_at_caller(s, now_ms);
    link_in(s);
    return s->outer;
}

const char *drive_session_peer(const struct drive_session *s)
{
    return s->peer;
}

void connection_stop(struct drive_session *s)
{
    smtp_server_stop(&s->server);
    net_kick(&s->end);
}

void connection_break(struct drive_session *s)
{
    break_off(s, "broken off");
    net_kick(&s->end);
}
