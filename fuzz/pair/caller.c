#include <string.h>

#include "fuzz.h"
#include "pair/play.h"

/* ---- requests ---- */

static void fill_mail(struct caller *c)
{
    const struct script_request *r = c->request;
    c->mail = (struct smtp_mail){
        .sender = r->argument, .params = r->params, .rcpts = c->rcpts, .rcpt_count = r->rcpt_count};
    for (size_t i = 0; i < r->rcpt_count; i++) {
        c->rcpts[i].address = r->rcpts[i].address;
        c->rcpts[i].params = r->rcpts[i].params;
    }
}

static bool begin_mail(struct play *p)
{
    struct caller *c = &p->caller;
    size_t which;
    fill_mail(c);
    if (smtp_client_mail(&p->client, &c->mail, &which) != SMTP_OK)
        return false;
    c->begun++;
    c->text_at = c->turn = 0;
    fates_begin(p);
    return true;
}

static bool begin(struct play *p)
{
    const struct script_request *r = p->caller.request;
    if (r->verb == SMTP_V_MAIL)
        return begin_mail(p);
    if (r->verb != SMTP_V_AUTH)
        return smtp_client_command(&p->client, r->verb, r->argument) == SMTP_OK;
    bool initial = smtp_span_is(r->argument, SMTP_SPAN("PLAIN"));
    return smtp_client_auth(&p->client, r->argument, initial, SMTP_SPAN("secret")) == SMTP_OK;
}

/* What cannot be asked for is passed over. */
static void take_turn(struct play *p)
{
    struct caller *c = &p->caller;
    while (c->next < p->script->request_count) {
        c->request = &p->script->requests[c->next++];
        if (begin(p))
            return;
    }
    smtp_client_quit(&p->client);
}

/* ---- the text ---- */

static void pause_until(struct play *p, unsigned late_s)
{
    p->caller.pauses = true;
    p->caller.until_ms = p->now_ms + 1000ULL * late_s;
}

static size_t turn_at(const struct caller *c)
{
    const struct script_request *r = c->request;
    return c->turn < r->turn_count ? r->turns[c->turn].at : SIZE_MAX;
}

/* Pieces of many sizes, the same ones in every play; the last octets come with the end or before it. */
static void give_piece(struct play *p)
{
    struct caller *c = &p->caller;
    smtp_span text = c->request->text;
    size_t left = text.n - c->text_at, most = 1 + (c->text_at * 7 + text.n * 13) % 700;
    size_t n = left < most ? left : most;
    if (turn_at(c) - c->text_at < n)
        n = turn_at(c) - c->text_at;
    bool last = n == left && (n == 0 || text.n % 2 == 0);
    size_t taken =
        smtp_client_text(&p->client, smtp_span_cut(text, c->text_at, c->text_at + n), last);
    FUZZ_CHECK(taken <= n, "closed-loop", "%zu octets taken of %zu", taken, n);
    c->text_at += taken;
}

/* A pause that is over is not taken again. */
static void give_text(struct play *p)
{
    struct caller *c = &p->caller;
    if (turn_at(c) == c->text_at)
        pause_until(p, c->request->turns[c->turn].late_s);
    else
        give_piece(p);
}

static void end_turn(struct play *p)
{
    struct caller *c = &p->caller;
    const struct script_turn *turn = &c->request->turns[c->turn++];
    p->trouble = p->trouble || turn->gives_up || turn->dies;
    if (turn->dies)
        wire_break(p);
    else if (turn->gives_up)
        smtp_client_abandon(&p->client);
    else
        give_text(p);
}

bool caller_resume(struct play *p)
{
    if (!p->caller.pauses || p->caller.until_ms > p->now_ms)
        return false;
    p->caller.pauses = false;
    if (p->client.phase == SMTP_CP_TEXT)
        end_turn(p);
    return true;
}

/* ---- events ---- */

static void note(struct play *p, const struct smtp_client_event *ev)
{
    if (p->trace)
        fprintf(stderr, "%8llu client %d %s %u %s: %.*s\n", (unsigned long long)p->now_ms,
                (int)ev->kind, smtp_verb_name(ev->verb), ev->code,
                smtp_fault_row(ev->fault)->symbol, (int)ev->text.n,
                ev->text.n > 0 ? ev->text.p : "");
    if (ev->kind == SMTP_CE_TEXT || ev->kind == SMTP_CE_INJECTED)
        return;
    wire_note(&p->client_log, (uint64_t)ev->kind << 32 | (uint64_t)ev->verb << 16 | ev->code);
    wire_note(&p->client_log, (uint64_t)ev->fault << 48 | (uint64_t)ev->rcpt << 32 | ev->text.n);
}

static void finish_mail(struct play *p)
{
    struct caller *c = &p->caller;
    c->done++;
    FUZZ_CHECK(c->done == c->begun, "closed-loop", "%zu done, %zu begun", c->done, c->begun);
    fates_check(p);
    for (size_t i = 0; i < c->mail.rcpt_count; i++) {
        c->delivered += c->rcpts[i].outcome == SMTP_O_DELIVERED;
        wire_note(&p->client_log, (uint64_t)c->rcpts[i].outcome << 32 | c->rcpts[i].code);
    }
    wire_note(&p->client_log, (uint64_t)c->mail.fault << 32 | c->mail.left_out);
}

bool caller_step(struct play *p)
{
    struct smtp_client_event ev;
    if (!smtp_client_next(&p->client, p->now_ms, &ev))
        return false;
    FUZZ_CHECK(!p->caller.closed, "closes", "an event behind CLOSED");
    note(p, &ev);
    p->trouble = p->trouble || ev.kind == SMTP_CE_TIMEOUT;
    if (ev.kind == SMTP_CE_READY)
        take_turn(p);
    else if (ev.kind == SMTP_CE_TEXT)
        give_text(p);
    else if (ev.kind == SMTP_CE_CHALLENGE && !smtp_client_respond(&p->client, SMTP_SPAN("joe")))
        smtp_client_cancel(&p->client);
    else if (ev.kind == SMTP_CE_DONE)
        finish_mail(p);
    p->caller.closed = ev.kind == SMTP_CE_CLOSED;
    return true;
}
