#include <assert.h>
#include <string.h>

#include "client_parts.h"

/* RFC 5321 4.1.1.1: ehlo = "EHLO" SP ( Domain / address-literal ) */
static bool is_host(const char *name)
{
    struct smtp_domain host;
    struct smtp_cursor at = smtp_cursor_of(smtp_span_of(name), 0);
    return smtp_parse_host(&at, &host) == SMTP_OK && at.at == at.end;
}

enum smtp_fault smtp_client_init(struct smtp_client *c, const struct smtp_client_config *config,
                                 smtp_room in, smtp_room out, uint64_t now_ms)
{
    if (in.n < SMTP_CLIENT_IN_MIN || out.n < SMTP_CLIENT_OUT_MIN)
        return SMTP_E_BUFFER;
    if (!is_host(config->name))
        return SMTP_E_DOMAIN;
    *c = (struct smtp_client){
        .config = config,
        .limits = config->limits != NULL ? config->limits : &smtp_client_limits_default,
        .phase = SMTP_CP_GREETING,
        .said = 1, /* the connection asks for its greeting (RFC 5321 4.3.1) */
        .line = {.limit = in.n, .lax = SMTP_LAX_LINE_LF},
        .since_ms = now_ms,
    };
    smtp_edge_init(&c->edge, in, out);
    return SMTP_OK;
}

void smtp_dialog_enter(struct smtp_client *c, enum smtp_client_phase phase)
{
    c->phase = phase;
    c->said = c->heard = 0;
    c->asked = false;
    c->restart = true;
    c->edge.ask &= ~(unsigned)SMTP_WANT_REPLY;
    if (phase == SMTP_CP_TLS)
        c->edge.ask |= SMTP_WANT_TLS;
    if (phase == SMTP_CP_CLOSED)
        c->edge.ask = c->edge.out_len > 0 ? SMTP_WANT_RESET : SMTP_WANT_CLOSE;
}

size_t smtp_dialog_open(const struct smtp_client *c)
{
    return c->said - c->heard;
}

bool smtp_dialog_has(const struct smtp_client *c, enum smtp_keyword keyword)
{
    return (c->offered.given & ~c->config->ignore & (unsigned)keyword) != 0;
}

/* ---- the output ---- */

smtp_room smtp_dialog_tail(const struct smtp_client *c)
{
    const struct smtp_edge *e = &c->edge;
    return (smtp_room){e->out.p + e->out_head + e->out_len, smtp_edge_free(e)};
}

void smtp_dialog_grow(struct smtp_client *c, size_t n)
{
    assert(n <= smtp_edge_free(&c->edge));
    c->edge.out_len += n;
    c->restart = true;
}

bool smtp_dialog_say(struct smtp_client *c, smtp_span verb, smtp_span argument)
{
    size_t n = 0;
    smtp_room tail = smtp_dialog_tail(c);
    smtp_room_put(tail, &n, verb);
    if (argument.n > 0)
        smtp_room_put(tail, &n, SMTP_SPAN(" "));
    smtp_room_put(tail, &n, argument);
    smtp_room_put(tail, &n, SMTP_SPAN("\r\n"));
    if (n > tail.n)
        return false;
    smtp_dialog_grow(c, n);
    c->said++;
    return true;
}

static void say_quit(struct smtp_client *c)
{
    if (!smtp_dialog_say(c, SMTP_SPAN("QUIT"), SMTP_SPAN("")))
        smtp_dialog_enter(c, SMTP_CP_CLOSED);
}

/* What the phase has to say by itself, as soon as it fits. */
static void speak(struct smtp_client *c)
{
    switch (c->phase) {
    case SMTP_CP_HELLO:
        smtp_dialog_say_hello(c);
        break;
    case SMTP_CP_STARTTLS:
        if (c->said == 0)
            (void)smtp_dialog_say(c, SMTP_SPAN("STARTTLS"), SMTP_SPAN(""));
        break;
    case SMTP_CP_ENVELOPE:
        smtp_dialog_say_envelope(c);
        break;
    case SMTP_CP_END:
        smtp_dialog_say_end(c);
        break;
    case SMTP_CP_RESET:
        if (c->said == 0)
            (void)smtp_dialog_say(c, SMTP_SPAN("RSET"), SMTP_SPAN(""));
        break;
    case SMTP_CP_GREETING:
    case SMTP_CP_TLS:
    case SMTP_CP_READY:
    case SMTP_CP_AUTH:
    case SMTP_CP_COMMAND:
    case SMTP_CP_TEXT:
    case SMTP_CP_FAILED:
    case SMTP_CP_QUIT:
    case SMTP_CP_CLOSED:
        break;
    }
}

/* ---- ends ---- */

static void quit_now(struct smtp_client *c)
{
    size_t open = smtp_dialog_open(c);
    smtp_dialog_enter(c, SMTP_CP_QUIT);
    c->said = open;
    say_quit(c);
}

void smtp_dialog_ready(struct smtp_client *c)
{
    if (c->leaving)
        quit_now(c);
    else
        smtp_dialog_enter(c, SMTP_CP_READY);
}

/* RFC 5321 4.1.1.10: QUIT before the connection is closed; but never where it would be read as text,
 * as a line of an AUTH exchange, or behind STARTTLS. */
static bool may_quit(const struct smtp_client *c)
{
    switch (c->phase) {
    case SMTP_CP_GREETING:
        return c->heard > 0;
    case SMTP_CP_ENVELOPE:
        return c->said < c->rcpts + 2;
    case SMTP_CP_TEXT:
        return c->chunked;
    case SMTP_CP_END: /* what is given up must not arrive after all */
        return c->edge.out_len == 0;
    case SMTP_CP_STARTTLS:
        return c->said == c->heard;
    case SMTP_CP_HELLO:
    case SMTP_CP_READY:
    case SMTP_CP_COMMAND:
    case SMTP_CP_FAILED:
    case SMTP_CP_RESET:
        return true;
    case SMTP_CP_TLS:
    case SMTP_CP_AUTH:
    case SMTP_CP_QUIT:
    case SMTP_CP_CLOSED:
        break;
    }
    return false;
}

static void abort_mail(struct smtp_client *c)
{
    if (c->mail == NULL || c->done)
        return;
    /* RFC 1047: what the server made of a text whose end has been said, nobody knows: octets that the
     * transport has not counted as sent may have left all the same. */
    if (c->phase == SMTP_CP_END)
        smtp_dialog_decide_all(c, SMTP_O_ACCEPTED, SMTP_O_UNKNOWN);
    smtp_dialog_settle(c);
}

void smtp_dialog_break(struct smtp_client *c, enum smtp_fault why)
{
    if (c->phase == SMTP_CP_CLOSED)
        return;
    abort_mail(c);
    if (c->fault == SMTP_OK)
        c->fault = why;
    smtp_dialog_enter(c, SMTP_CP_CLOSED);
}

void smtp_dialog_end(struct smtp_client *c, enum smtp_fault why)
{
    if (!may_quit(c) || c->edge.end != SMTP_END_NONE) {
        smtp_dialog_break(c, why);
        return;
    }
    abort_mail(c);
    c->fault = why;
    quit_now(c);
}

void smtp_client_abandon(struct smtp_client *c)
{
    smtp_dialog_break(c, SMTP_E_ABANDONED);
}

void smtp_client_quit(struct smtp_client *c)
{
    c->leaving = true;
    if (c->phase == SMTP_CP_READY)
        quit_now(c);
    if (c->phase == SMTP_CP_AUTH && c->asked)
        smtp_client_cancel(c);
}

bool smtp_client_is_extended(const struct smtp_client *c)
{
    return c->extended;
}

/* The last event, once. What still comes is dropped. */
static bool close_down(struct smtp_client *c, struct smtp_client_event *ev)
{
    smtp_edge_take(&c->edge, c->edge.in_len);
    if (c->closed_said)
        return false;
    c->closed_said = true;
    ev->kind = SMTP_CE_CLOSED;
    ev->fault = c->fault;
    ev->code = c->code;
    return true;
}

/* ---- time ---- */

/* Where the caller is asked, and all that he asked for has left, nobody else lets us wait. */
static bool is_callers_turn(const struct smtp_client *c)
{
    bool his = c->phase == SMTP_CP_READY || c->phase == SMTP_CP_TEXT || c->phase == SMTP_CP_AUTH;
    return his && smtp_dialog_open(c) == 0 && c->edge.out_len == 0;
}

/* RFC 5321 4.5.3.2 */
static uint64_t patience(const struct smtp_client *c)
{
    bool text = c->phase == SMTP_CP_TEXT || c->phase == SMTP_CP_END;
    if (c->phase == SMTP_CP_TLS)
        return c->limits->tls_ms;
    if (c->phase == SMTP_CP_QUIT)
        return c->limits->quit_ms;
    if (text && c->edge.out_len > 0) /* 4.5.3.2.5: each write of the text */
        return c->limits->block_ms;
    const struct smtp_client_rule *rule = smtp_client_rule_for(smtp_dialog_awaited(c));
    uint64_t ms = c->limits->command_ms;
    if (rule != NULL)
        memcpy(&ms, (const char *)c->limits + rule->patience, sizeof ms);
    return ms;
}

static uint64_t deadline(const struct smtp_client *c)
{
    if (c->phase == SMTP_CP_CLOSED || is_callers_turn(c))
        return SMTP_NEVER;
    uint64_t ms = patience(c);
    return ms > SMTP_NEVER - c->since_ms ? SMTP_NEVER : c->since_ms + ms;
}

static void time_out(struct smtp_client *c, struct smtp_client_event *ev)
{
    if (c->phase == SMTP_CP_QUIT) { /* RFC 5321 4.1.1.10: 221 is waited for, and changes nothing */
        smtp_dialog_enter(c, SMTP_CP_CLOSED);
        close_down(c, ev);
        return;
    }
    ev->kind = SMTP_CE_TIMEOUT;
    ev->fault = SMTP_E_TIMEOUT;
    ev->verb = smtp_dialog_awaited(c);
    smtp_dialog_end(c, SMTP_E_TIMEOUT);
}

/* ---- the order of things ---- */

static bool give_done(struct smtp_client *c, struct smtp_client_event *ev)
{
    ev->kind = SMTP_CE_DONE;
    c->done = false;
    c->mail = NULL;
    return true;
}

static bool give_turn(struct smtp_client *c, struct smtp_client_event *ev)
{
    if (c->phase == SMTP_CP_TEXT)
        return smtp_dialog_step_text(c, ev);
    /* When all has left, so that every request fits. */
    if (c->phase != SMTP_CP_READY || c->asked || c->edge.out_len > 0)
        return false;
    ev->kind = SMTP_CE_READY;
    c->asked = true;
    c->edge.ask |= SMTP_WANT_REPLY;
    return true;
}

/* RFC 5321 3.8: an end that was not asked for. After QUIT it is all that is left to come. */
static void peer_ended(struct smtp_client *c)
{
    if (c->phase == SMTP_CP_QUIT)
        smtp_dialog_enter(c, SMTP_CP_CLOSED);
    else
        smtp_dialog_break(c, SMTP_E_BROKEN);
}

/* What was just said goes out before the next line is looked at: so no reply counts for a command that
 * had no chance to leave, whatever came in one piece with it. */
static bool may_leave_first(const struct smtp_client *c)
{
    bool broken = c->edge.end == SMTP_END_RESET || c->edge.end == SMTP_END_REFUSED;
    return c->edge.out_len > c->unsent && !broken;
}

/* One step; true: `ev` holds an event. *more: something moved, and another step may find more. */
static bool step(struct smtp_client *c, uint64_t now_ms, struct smtp_client_event *ev, bool *more)
{
    *more = c->phase != SMTP_CP_CLOSED || c->done;
    if (c->done)
        return give_done(c, ev);
    if (c->phase == SMTP_CP_CLOSED)
        return close_down(c, ev);
    if (c->reply.complete)
        return smtp_dialog_hear(c, ev);
    smtp_dialog_release(c);
    speak(c);
    if (c->done)
        return false;
    if (give_turn(c, ev))
        return true;
    *more = false;
    if (may_leave_first(c))
        return false;
    if (c->phase == SMTP_CP_TLS ? smtp_dialog_step_tls(c, ev) : smtp_dialog_line(c, ev))
        return true;
    if (c->edge.end != SMTP_END_NONE) {
        peer_ended(c);
        *more = true;
        return false;
    }
    if (deadline(c) > now_ms)
        return false;
    time_out(c, ev);
    return true;
}

static void mark_time(struct smtp_client *c, uint64_t now_ms)
{
    if (c->restart)
        c->since_ms = now_ms;
    c->restart = false;
}

bool smtp_client_next(struct smtp_client *c, uint64_t now_ms, struct smtp_client_event *ev)
{
    bool some = false, more = true;
    if (c->edge.out_len != c->unsent) /* octets have left */
        c->restart = true;
    while (!some && more) {
        *ev = (struct smtp_client_event){.kind = SMTP_CE_CLOSED};
        mark_time(c, now_ms);
        some = step(c, now_ms, ev, &more);
    }
    mark_time(c, now_ms);
    c->unsent = c->edge.out_len;
    c->edge.deadline_ms = deadline(c);
    return some;
}
