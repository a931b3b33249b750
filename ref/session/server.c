#include "server_parts.h"

#include <assert.h>

bool smtp_session_has(const struct smtp_server *s, enum smtp_ext extension)
{
    return (s->config->extensions & (unsigned)extension) != 0;
}

static const struct smtp_limits *limits_of(const struct smtp_server_config *config)
{
    return config->limits != NULL ? config->limits : &smtp_limits_default;
}

static size_t command_max(const struct smtp_server_config *config)
{
    return limits_of(config)->command_line + smtp_session_ext_line(config->extensions);
}

size_t smtp_server_line_max(const struct smtp_server_config *config)
{
    size_t command = command_max(config), auth = limits_of(config)->auth_line;
    bool exchanges = (config->extensions & (unsigned)SMTP_X_AUTH) != 0;
    return exchanges && auth > command ? auth : command;
}

enum smtp_fault smtp_server_init(struct smtp_server *s, const struct smtp_server_config *config,
                                 smtp_room in, smtp_room out, uint64_t now_ms)
{
    assert(config->name != NULL && config->name[0] != '\0');
    assert((config->extensions & (unsigned)SMTP_X_AUTH) == 0 || limits_of(config)->auth_line >= 2);
    const struct smtp_rule *own =
        config->mode == SMTP_MODE_LMTP ? smtp_lmtp_rules : smtp_server_rules;
    if (in.n < smtp_server_line_max(config) || out.n < SMTP_SERVER_REPLY_MAX)
        return SMTP_E_BUFFER;
    *s = (struct smtp_server){
        .config = config,
        .rules = config->rules != NULL ? config->rules : own,
        .limits = limits_of(config),
        .state = SMTP_S_CONNECT,
        .line = {.limit = command_max(config), .lax = config->lax},
        .since_ms = now_ms,
    };
    smtp_edge_init(&s->edge, in, out);
    return smtp_session_hello_fits(s) ? SMTP_OK : SMTP_E_BUFFER;
}

void smtp_session_release(struct smtp_server *s)
{
    smtp_edge_take(&s->edge, s->taken);
    s->taken = 0;
}

/* Law 10: MAIL and RCPT live and die together. */
static void forget_transaction(struct smtp_server *s)
{
    s->recipients = 0;
    s->utf8 = s->binary = false;
}

static void begin_text(struct smtp_server *s)
{
    s->dot = (struct smtp_dot){.lax = s->config->lax};
    s->hops = (struct smtp_hops){.state = 0};
    s->ending = (struct smtp_ending){.reached = false};
    s->text = 0;
    s->cr = false;
}

void smtp_session_enter(struct smtp_server *s, enum smtp_state state)
{
    switch (state) {
    case SMTP_S_SAME:
        return;
    case SMTP_S_START:
        s->extended = s->authenticated = false;
        forget_transaction(s);
        break;
    case SMTP_S_READY:
        forget_transaction(s);
        break;
    case SMTP_S_MAIL:
        s->recipients = 0;
        break;
    case SMTP_S_CHUNK:
        if (s->state != SMTP_S_CHUNKS)
            begin_text(s);
        break;
    case SMTP_S_TEXT:
        begin_text(s);
        break;
    case SMTP_S_TLS:
        s->edge.ask |= SMTP_WANT_TLS;
        break;
    case SMTP_S_CLOSED:
        s->edge.ask = SMTP_WANT_CLOSE;
        break;
    case SMTP_S_CONNECT:
    case SMTP_S_REFUSED:
    case SMTP_S_RCPT:
    case SMTP_S_CHUNKS:
    case SMTP_S_FAILED:
    case SMTP_S_AUTH:
        break;
    }
    s->state = state;
    /* RFC 4954 4: the lines of an exchange have a limit of their own */
    s->line.limit = state == SMTP_S_AUTH ? s->limits->auth_line : command_max(s->config);
    s->restart = true;
}

/* ---- time ---- */

static uint64_t patience(const struct smtp_server *s)
{
    if (s->state == SMTP_S_TEXT || s->state == SMTP_S_CHUNK || s->chunk.left > 0)
        return s->limits->text_ms;
    return s->state == SMTP_S_TLS ? s->limits->tls_ms : s->limits->command_ms;
}

void smtp_session_came(struct smtp_server *s, size_t octets, uint64_t now_ms)
{
    uint64_t rate = s->limits->text_rate, worth = rate > 0 ? octets * UINT64_C(1000) / rate : 0;
    bool all = rate == 0 || worth >= now_ms - s->since_ms;
    s->since_ms = all ? now_ms : s->since_ms + worth;
}

/* While an answer is due it is not the peer who lets us wait. */
static uint64_t deadline(const struct smtp_server *s)
{
    uint64_t ms = patience(s);
    bool done = s->closed_said && s->edge.out_len == 0;
    if (s->due != NULL || done || ms > SMTP_NEVER - s->since_ms)
        return SMTP_NEVER;
    return s->since_ms + ms;
}

static bool is_late(const struct smtp_server *s, uint64_t now_ms)
{
    return deadline(s) != SMTP_NEVER && now_ms >= deadline(s);
}

static bool has_room(struct smtp_server *s)
{
    if (s->edge.out_len == 0)
        s->flush = false;
    return !s->flush && smtp_edge_free(&s->edge) >= SMTP_SERVER_REPLY_MAX;
}

/* RFC 5321 4.5.3.2.7. A peer that takes no octets gets no 421 either, nor does one in a handshake.
 */
static void time_out(struct smtp_server *s, struct smtp_event *ev)
{
    bool mute = s->state == SMTP_S_TLS || smtp_edge_free(&s->edge) < SMTP_SERVER_REPLY_MAX;
    ev->kind = SMTP_EV_TIMEOUT;
    ev->fault = SMTP_E_TIMEOUT;
    if (mute)
        smtp_session_enter(s, SMTP_S_CLOSED);
    else
        smtp_session_refuse(s, SMTP_V_UNKNOWN, SMTP_E_TIMEOUT);
}

/* ---- ends ---- */

/* The last event, once; what still comes is dropped, and what does not leave in time is broken off.
 */
static bool close_down(struct smtp_server *s, uint64_t now_ms, struct smtp_event *ev)
{
    smtp_edge_take(&s->edge, s->edge.in_len);
    if (!s->closed_said) {
        s->closed_said = true;
        ev->kind = SMTP_EV_CLOSED;
        return true;
    }
    if (is_late(s, now_ms))
        s->edge.ask |= SMTP_WANT_RESET;
    return false;
}

static bool close_now(struct smtp_server *s, uint64_t now_ms, struct smtp_event *ev)
{
    smtp_session_enter(s, SMTP_S_CLOSED);
    return close_down(s, now_ms, ev);
}

static bool is_cut_off(const struct smtp_server *s)
{
    if (s->edge.tls_failed)
        return s->state != SMTP_S_TLS;
    return s->edge.end == SMTP_END_RESET || s->edge.end == SMTP_END_REFUSED;
}

/* RFC 5321 3.8: 421 "asynchronously from command receipt", where no part of a command is here. */
static bool is_idle(const struct smtp_server *s)
{
    bool busy = s->state == SMTP_S_TEXT || s->state == SMTP_S_CHUNK || s->state == SMTP_S_TLS;
    return !busy && s->edge.in_len == 0 && s->chunk.left == 0 && !s->line.draining;
}

/* ---- the order of things ---- */

static bool step_connect(struct smtp_server *s, struct smtp_event *ev)
{
    ev->kind = SMTP_EV_CONNECT;
    ev->rule = smtp_rule_for(s->rules, SMTP_V_CONNECT, SMTP_S_CONNECT, s->config->extensions);
    bool refused = ev->rule == NULL || ev->rule->code >= 400;
    if (!s->shutting && !refused) {
        ev->wants_reply = smtp_session_ask(s, SMTP_V_CONNECT, ev->rule);
        return true;
    }
    ev->kind = SMTP_EV_REJECTED;
    ev->fault = s->shutting ? SMTP_E_SHUTDOWN : SMTP_E_NO_SERVICE;
    if (s->shutting || ev->rule == NULL)
        smtp_session_refuse(s, SMTP_V_CONNECT, ev->fault);
    else
        smtp_session_answer(s, SMTP_V_CONNECT, ev->rule);
    return true;
}

static bool step_state(struct smtp_server *s, uint64_t now_ms, struct smtp_event *ev)
{
    switch (s->state) {
    case SMTP_S_CONNECT:
        return step_connect(s, ev);
    case SMTP_S_TEXT:
        return smtp_session_step_text(s, now_ms, ev);
    case SMTP_S_TLS:
        return smtp_session_step_tls(s, ev);
    case SMTP_S_REFUSED:
    case SMTP_S_START:
    case SMTP_S_READY:
    case SMTP_S_MAIL:
    case SMTP_S_RCPT:
    case SMTP_S_CHUNKS:
    case SMTP_S_FAILED:
        return smtp_session_step_command(s, now_ms, ev);
    case SMTP_S_CHUNK:
        return smtp_session_step_chunk(s, now_ms, ev);
    case SMTP_S_AUTH:
        return smtp_session_step_auth(s, ev);
    case SMTP_S_CLOSED:
    case SMTP_S_SAME:
        break;
    }
    return false;
}

/* What came in time is answered before anybody is told that time is over. */
static bool produce(struct smtp_server *s, uint64_t now_ms, struct smtp_event *ev)
{
    if (s->state == SMTP_S_CLOSED)
        return close_down(s, now_ms, ev);
    if (is_cut_off(s))
        return close_now(s, now_ms, ev);
    /* In a handshake there is nothing to say: it begins when the last plain octet has left. */
    if (s->state == SMTP_S_TLS || has_room(s)) {
        if (step_state(s, now_ms, ev))
            return true;
        if (s->edge.end != SMTP_END_NONE)
            return close_now(s, now_ms, ev);
        if (s->shutting && is_idle(s)) {
            smtp_session_refuse(s, SMTP_V_UNKNOWN, SMTP_E_SHUTDOWN);
            ev->fault = SMTP_E_SHUTDOWN;
            return close_down(s, now_ms, ev);
        }
    }
    if (!is_late(s, now_ms))
        return false;
    time_out(s, ev);
    return true;
}

bool smtp_server_next(struct smtp_server *s, uint64_t now_ms, struct smtp_event *ev)
{
    *ev = (struct smtp_event){.kind = SMTP_EV_CLOSED};
    if (s->due != NULL)
        return false;
    smtp_session_release(s);
    if (s->restart)
        s->since_ms = now_ms;
    s->restart = false;
    bool some = produce(s, now_ms, ev);
    s->edge.deadline_ms = deadline(s);
    return some;
}

void smtp_server_waited(struct smtp_server *s)
{
    s->restart = true;
}

/* RFC 5321 3.8 */
void smtp_server_stop(struct smtp_server *s)
{
    s->shutting = true;
}

enum smtp_state smtp_server_state(const struct smtp_server *s)
{
    return s->state;
}

bool smtp_server_is_authenticated(const struct smtp_server *s)
{
    return s->authenticated;
}
