#include "fuzz.h"
#include "pair/play.h"

/* ---- which decision the script has ---- */

static struct script_decision next_session(struct play *p)
{
    struct application *a = &p->application;
    bool more = a->session < SCRIPT_SESSION;
    return more ? p->script->session[a->session++] : (struct script_decision){.late_s = 0};
}

/* The one about DATA is about the first chunk where there is no DATA. */
static struct script_decision next_chunk(const struct play *p, uint64_t size)
{
    const struct application *a = &p->application;
    const struct script_request *r = p->caller.request;
    if (a->body_n == size)
        return r->data;
    bool here = a->body_n >= r->chunk_at;
    return here ? r->chunk : (struct script_decision){.late_s = 0};
}

static struct script_decision next_decision(struct play *p, const struct smtp_event *ev)
{
    const struct script_request *r = p->caller.request;
    if (ev->kind == SMTP_EV_CHUNK)
        return next_chunk(p, ev->size);
    if (ev->kind == SMTP_EV_MESSAGE)
        return r->end[ev->recipient % SCRIPT_RCPTS];
    if (ev->kind == SMTP_EV_COMMAND && ev->cmd.verb == SMTP_V_MAIL)
        return r->sender;
    if (ev->kind == SMTP_EV_COMMAND && ev->cmd.verb == SMTP_V_RCPT)
        return r->rcpts[(p->application.rcpts - 1) % SCRIPT_RCPTS].decision;
    if (ev->kind == SMTP_EV_COMMAND && ev->cmd.verb == SMTP_V_DATA)
        return r->data;
    return next_session(p);
}

/* ---- making it ---- */

static enum smtp_verb answered_verb(const struct smtp_event *ev)
{
    if (ev->kind == SMTP_EV_MESSAGE)
        return SMTP_V_END_OF_DATA;
    if (ev->kind == SMTP_EV_CHUNK)
        return SMTP_V_BDAT;
    return ev->kind == SMTP_EV_CONNECT ? SMTP_V_CONNECT : ev->cmd.verb;
}

static void accept(struct play *p)
{
    struct application *a = &p->application;
    if (a->verb == SMTP_V_RCPT && a->taken_n < SCRIPT_RCPTS)
        a->taken[a->taken_n++] = a->rcpts - 1;
    a->messages += a->kind == SMTP_EV_MESSAGE;
    if (a->challenges && smtp_server_challenge(&p->server, SMTP_SPAN("who?")))
        return;
    smtp_server_accept(&p->server);
}

static void answer(struct play *p)
{
    static const enum smtp_fault faults[] = {SMTP_OK, SMTP_E_NO_MAILBOX, SMTP_E_LATER,
                                             SMTP_E_SHUTDOWN};
    enum smtp_fault fault = faults[p->application.decision.answer];
    fates_answer(p, p->application.verb, fault == SMTP_OK ? 250 : smtp_fault_row(fault)->code);
    if (fault == SMTP_OK)
        accept(p);
    else
        smtp_server_refuse(&p->server, fault);
}

static void be_asked(struct play *p, const struct smtp_event *ev)
{
    struct application *a = &p->application;
    const struct script_decision d = next_decision(p, ev);
    a->decision = d;
    a->kind = ev->kind;
    a->verb = answered_verb(ev);
    a->recipient = ev->recipient;
    a->challenges = ev->kind == SMTP_EV_COMMAND && a->verb == SMTP_V_AUTH && !ev->cmd.has_initial;
    a->decides = d.late_s > 0 || d.dies || d.lost;
    a->until_ms = p->now_ms + 1000ULL * d.late_s;
    if (!a->decides)
        answer(p);
}

bool application_resume(struct play *p)
{
    struct application *a = &p->application;
    if (!a->decides || a->until_ms > p->now_ms)
        return false;
    a->decides = false;
    p->trouble = p->trouble || a->decision.dies || a->decision.lost;
    if (!a->decision.dies)
        answer(p);
    if (a->decision.dies || a->decision.lost)
        wire_break(p);
    if (a->decision.dies) /* nobody waits for it any more, but the session does */
        smtp_server_refuse(&p->server, SMTP_E_SHUTDOWN);
    return true;
}

/* ---- events ---- */

static void note(struct play *p, const struct smtp_event *ev)
{
    if (p->trace)
        fprintf(stderr, "%8llu server %d %s %s size %llu: %.*s\n", (unsigned long long)p->now_ms,
                (int)ev->kind, smtp_verb_name(ev->cmd.verb), smtp_fault_row(ev->fault)->symbol,
                (unsigned long long)ev->size, (int)ev->cmd.line.n,
                ev->cmd.line.n > 0 ? ev->cmd.line.p : "");
    if (ev->kind == SMTP_EV_INJECTED)
        return;
    wire_note(&p->server_log, (uint64_t)ev->kind << 32 | (uint64_t)ev->cmd.verb << 16);
    wire_note(&p->server_log, (uint64_t)ev->fault << 48 | ev->cmd.line.n << 32 | ev->size);
}

static void begin_mail(struct application *a)
{
    a->mails++;
    a->rcpts = a->taken_n = 0;
    a->body_n = 0;
}

static void count(struct application *a, const struct smtp_event *ev)
{
    enum smtp_verb verb = ev->cmd.verb;
    if (verb == SMTP_V_MAIL)
        begin_mail(a);
    a->rcpts += verb == SMTP_V_RCPT;
    if (ev->kind == SMTP_EV_COMMAND && (verb == SMTP_V_DATA || verb == SMTP_V_BDAT))
        a->chunked = verb == SMTP_V_BDAT;
}

/* What the session has refused by itself. */
static void refused(struct play *p, const struct smtp_event *ev)
{
    unsigned code = ev->rule != NULL ? ev->rule->code : 0;
    if (code < 400)
        code = smtp_fault_row(ev->fault)->code;
    p->application.recipient = ev->recipient;
    fates_answer(p, answered_verb(ev), code);
}

static void take_event(struct play *p, const struct smtp_event *ev)
{
    struct application *a = &p->application;
    switch (ev->kind) {
    case SMTP_EV_COMMAND:
    case SMTP_EV_REJECTED:
        count(a, ev);
        judge_command(p, ev);
        break;
    case SMTP_EV_MESSAGE:
        judge_message(p, ev);
        break;
    case SMTP_EV_TIMEOUT:
        p->trouble = true;
        break;
    case SMTP_EV_CLOSED:
        a->closed = true;
        break;
    case SMTP_EV_BODY:
    case SMTP_EV_CONNECT:
    case SMTP_EV_CHUNK:
    case SMTP_EV_RESPONSE:
    case SMTP_EV_INJECTED:
    case SMTP_EV_TLS:
        break;
    }
    if (ev->wants_reply)
        be_asked(p, ev);
    else if (ev->fault != SMTP_OK && ev->kind != SMTP_EV_TLS && ev->kind != SMTP_EV_INJECTED)
        refused(p, ev);
}

bool application_step(struct play *p)
{
    struct smtp_event ev;
    if (!smtp_server_next(&p->server, p->now_ms, &ev))
        return false;
    FUZZ_CHECK(!p->application.closed, "closes", "an event behind CLOSED");
    if (ev.kind == SMTP_EV_BODY) {
        judge_body(p, ev.bytes);
        p->application.body_n += ev.bytes.n;
        return true;
    }
    note(p, &ev);
    take_event(p, &ev);
    return true;
}
