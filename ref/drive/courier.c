#include "courier.h"

#include <stdlib.h>
#include <string.h>

/* ---- trouble ------------------------------------------------------------------------------- */

/* "4.7.10" as numbers; "": none. */
static struct smtp_enhanced enhanced_of(const char *text)
{
    struct smtp_enhanced out;
    struct smtp_cursor c = smtp_cursor_of(smtp_span_of(text), SMTP_LAX_NONE);
    if (smtp_parse_enhanced(&c, &out) != SMTP_OK)
        out = (struct smtp_enhanced){.class = 0};
    return out;
}

void courier_trouble(struct courier *c, enum smtp_outcome outcome, const char *enhanced,
                     const char *text)
{
    struct courier_why *why = &c->job->why;
    if (why->outcome != SMTP_O_NONE)
        return;
    *why = (struct courier_why){.outcome = outcome, .enhanced = enhanced_of(enhanced)};
    snprintf(why->text, sizeof why->text, "%s", text);
}

/* A reply that decided may have others behind it: to what was said at once, and to QUIT. */
const struct courier_reply *courier_reply_of(const struct courier *c, unsigned code)
{
    if (c->bad.code == code)
        return &c->bad;
    return c->last_bad.code == code ? &c->last_bad : &c->last;
}

void courier_reply_trouble(struct courier *c, unsigned code)
{
    const struct courier_reply *reply = courier_reply_of(c, code);
    if (c->job->why.outcome != SMTP_O_NONE)
        return;
    courier_trouble(c, code / 100 == 5 ? SMTP_O_NEVER : SMTP_O_LATER, "", reply->text);
    c->job->why.code = code;
    c->job->why.enhanced = reply->enhanced;
}

/* RFC 8689 4.2.1: what needs REQUIRETLS is not tried again; other policies may find the server mended. */
static void tls_trouble(struct courier *c, const char *text)
{
    bool required = (c->job->mail->params.given & SMTP_P_REQUIRETLS) != 0;
    c->job->tls_failed = true;
    courier_trouble(c, required ? SMTP_O_NEVER : SMTP_O_LATER, required ? "5.7.10" : "4.7.10",
                    text);
}

static const char *tls_why(const struct courier *c)
{
    const char *why = c->outer != &c->end ? net_tls_why(c->outer) : NULL;
    return why != NULL ? why : smtp_fault_row(SMTP_E_TLS_FAILED)->text;
}

/* ---- events -------------------------------------------------------------------------------- */

static void ready(struct courier *c)
{
    bool login = c->job->config->user != NULL && !c->authenticated;
    if (c->stopping)
        courier_trouble(c, SMTP_O_LATER, "", "given up");
    else if (login && c->job->why.outcome == SMTP_O_NONE)
        courier_begin_auth(c);
    if (c->client.phase != SMTP_CP_READY)
        return;
    if (c->job->why.outcome != SMTP_O_NONE || !courier_begin_mail(c))
        smtp_client_quit(&c->client);
}

static void note_tls(struct courier *c, const struct smtp_client_event *ev)
{
    if (ev->fault != SMTP_OK)
        tls_trouble(c, tls_why(c));
    else
        courier_note(c, net_tls_version(c->outer));
}

/* The trouble that ends a connection for all who have no result yet. */
static void note_closed(struct courier *c, const struct smtp_client_event *ev)
{
    const char *text = smtp_fault_row(ev->fault)->text;
    if (ev->fault == SMTP_OK)
        return;
    if (ev->fault == SMTP_E_TLS_NEEDED && ev->code == 0)
        tls_trouble(c, "TLS is required, and the server does not offer STARTTLS");
    else if (ev->fault == SMTP_E_TLS_FAILED || ev->fault == SMTP_E_TLS_NEEDED)
        tls_trouble(c, ev->fault == SMTP_E_TLS_FAILED ? tls_why(c)
                                                      : courier_reply_of(c, ev->code)->text);
    else if (ev->code >= 400)
        courier_reply_trouble(c, ev->code);
    else
        courier_trouble(c, SMTP_O_LATER, "4.4.2", text);
}

/* RFC 2034 4: the enhanced code stands in front of the text, and goes its own way. */
static smtp_span take_enhanced(smtp_span text, struct smtp_enhanced *out)
{
    struct smtp_cursor c = smtp_cursor_of(text, SMTP_LAX_NONE);
    *out = (struct smtp_enhanced){.class = 0};
    if (smtp_parse_enhanced(&c, out) != SMTP_OK)
        return text;
    smtp_span rest = {c.at, (size_t)(c.end - c.at)};
    return rest.n > 0 && rest.p[0] == ' ' ? smtp_span_cut(rest, 1, rest.n) : rest;
}

static void note_line(struct courier *c, const struct smtp_client_event *ev)
{
    struct courier_reply *reply = &c->last;
    smtp_span text = take_enhanced(ev->text, &reply->enhanced);
    size_t n = text.n < sizeof reply->text ? text.n : sizeof reply->text - 1;
    courier_trace_heard(c, ev);
    reply->code = ev->code;
    if (n > 0)
        memcpy(reply->text, text.p, n);
    reply->text[n] = '\0';
    if (!ev->last || ev->code < 400)
        return;
    c->last_bad = *reply;
    if (c->bad.code == 0)
        c->bad = *reply;
}

static void handle(struct courier *c, const struct smtp_client_event *ev)
{
    switch (ev->kind) {
    case SMTP_CE_LINE:
        note_line(c, ev);
        break;
    case SMTP_CE_READY:
        ready(c);
        break;
    case SMTP_CE_TLS:
        note_tls(c, ev);
        break;
    case SMTP_CE_CHALLENGE:
        courier_answer(c, ev->text);
        break;
    case SMTP_CE_AUTH:
        courier_end_auth(c, ev);
        break;
    case SMTP_CE_RCPT:
        courier_note_rcpt(c, ev);
        break;
    case SMTP_CE_TEXT:
        courier_give_text(c, ev->room);
        break;
    case SMTP_CE_DONE:
        courier_take_results(c);
        break;
    case SMTP_CE_TIMEOUT:
        courier_trouble(c, SMTP_O_LATER, "4.4.2", "no answer in time");
        break;
    case SMTP_CE_CLOSED:
        note_closed(c, ev);
        break;
    case SMTP_CE_INJECTED:
        courier_note(c, smtp_fault_row(SMTP_E_TLS_INJECTED)->text);
        break;
    case SMTP_CE_REPLY:
        break;
    }
    courier_trace_said(c);
}

/* Before the handshake of implicit TLS nothing is heard, and the handshake has its time. */
static bool is_early(struct courier *c, uint64_t now_ms)
{
    struct smtp_edge *edge = &c->client.edge;
    if (!c->job->implicit || edge->secure)
        return false;
    if (edge->tls_failed || edge->end != SMTP_END_NONE || now_ms >= edge->deadline_ms) {
        bool late = !edge->tls_failed && edge->end == SMTP_END_NONE;
        tls_trouble(c, late ? "no TLS handshake in time" : tls_why(c));
        c->broken = true;
        edge->deadline_ms = SMTP_NEVER;
        edge->ask |= SMTP_WANT_RESET;
    }
    return true;
}

static void drain(struct courier *c, uint64_t now_ms)
{
    struct smtp_client_event ev;
    while (smtp_client_next(&c->client, now_ms, &ev)) {
        courier_trace_said(c);
        handle(c, &ev);
    }
    courier_trace_said(c);
}

static void courier_step(struct net_end *end, uint64_t now_ms)
{
    struct courier *c = (struct courier *)end;
    c->job->up = true;
    courier_trace_begin(c);
    if (!c->broken && !is_early(c, now_ms))
        drain(c, now_ms);
}

/* ---- coming and going ---------------------------------------------------------------------- */

static void courier_free(struct courier *c)
{
    sasl_client_free(c->sasl);
    free(c);
}

/* The session has the last word about what was under way. */
static void courier_gone(struct net_end *end, uint64_t now_ms)
{
    struct courier *c = (struct courier *)end;
    struct courier_job *job = c->job;
    if (job->up && (!job->implicit || c->client.edge.secure)) {
        smtp_edge_ended(&c->client.edge, SMTP_END_RESET);
        drain(c, now_ms);
    }
    courier_free(c);
    job->done(job);
}

static bool start(struct courier *c, uint64_t now_ms)
{
    smtp_room in = {c->in, sizeof c->in}, out = {c->out, sizeof c->out};
    const struct drive_submit_config *config = c->job->config;
    c->client_config = (struct smtp_client_config){
        .name = config->name,
        .limits = config->limits,
        .tls = c->job->tls,
        .lmtp = config->lmtp,
        .ignore = config->ignore,
        .just_send_8 = config->just_send_8,
    };
    if (smtp_client_init(&c->client, &c->client_config, in, out, now_ms) != SMTP_OK)
        return false;
    c->outer = &c->end;
    if (c->job->context != NULL)
        c->outer = net_tls_wrap(c->job->context, &c->end, c->job->implicit);
    if (c->job->implicit)
        c->client.edge.deadline_ms = now_ms + c->client.limits->tls_ms;
    return c->outer != NULL;
}

struct courier *courier_new(struct courier_job *job, uint64_t now_ms)
{
    struct courier *c = calloc(1, sizeof *c);
    if (c == NULL)
        return NULL;
    c->job = job;
    c->end = (struct net_end){&c->client.edge, courier_step, courier_gone, NULL};
    job->up = job->progress = job->tls_failed = false;
    job->why = (struct courier_why){.outcome = SMTP_O_NONE};
    if (start(c, now_ms))
        return c;
    courier_free(c);
    return NULL;
}

struct net_end *courier_end(struct courier *c)
{
    return c->outer;
}

/* RFC 5321 4.1.1.4: what is broken off before its end is not delivered; behind it an answer is due. */
void courier_stop(struct courier *c, bool hard)
{
    c->stopping = true;
    courier_trouble(c, SMTP_O_LATER, "", "given up");
    if (hard || (c->open && c->client.phase != SMTP_CP_END))
        smtp_client_abandon(&c->client);
    else
        smtp_client_quit(&c->client);
    net_kick(&c->end);
}
