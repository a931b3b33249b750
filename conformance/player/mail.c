#include "player/mail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "player/judge.h"

enum { POLL_MS = 100, TEXT = 400 };

/* ---- what has come --------------------------------------------------------------------------- */

smtp_span mail_nonce(struct player *p)
{
    smtp_span nonce = {NULL, 0};
    (void)vars_find(&p->vars, "nonce", 1, &nonce);
    return nonce;
}

smtp_span mail_mailbox(struct player *p, const struct scenario_step *inbox)
{
    smtp_span mailbox = {NULL, 0};
    (void)vars_find(&p->vars, inbox->word == NULL ? "rcpt" : inbox->word, 1, &mailbox);
    return mailbox;
}

/* False: the inbox cannot be read, and the case has ended. */
static bool look(struct player *p, const struct scenario_step *step)
{
    struct inbox *inbox = p->run->inbox;
    const char *why = "";
    if (inbox->look == NULL || inbox->look(inbox, inbox->arg, &why))
        return true;
    judge_stop(p, PLAYER_ERROR, step->line, "@inbox: %s", why);
    return false;
}

static smtp_span last_of(const struct inbox *inbox, smtp_span mailbox, smtp_span nonce)
{
    const struct inbox_message *m = NULL, *last = NULL;
    while ((m = inbox_next(inbox, m, mailbox, nonce)) != NULL)
        last = m;
    return last == NULL ? (smtp_span){NULL, 0} : smtp_span_cut(last->octets, 0, MAIL_SHOWN);
}

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

static void say_count(char *expected, size_t size, size_t count, smtp_span mailbox)
{
    snprintf(expected, size, "%zu message%s for %.*s, and no more", count, plural(count),
             (int)mailbox.n, mailbox.p);
}

static bool too_many(struct player *p, const struct scenario_step *step, smtp_span mailbox,
                     size_t wanted, size_t count)
{
    char expected[TEXT];
    say_count(expected, sizeof expected, wanted, mailbox);
    judge_other(p, step, expected, last_of(p->run->inbox, mailbox, mail_nonce(p)),
                "%zu message%s for %.*s, not %zu", count, plural(count), (int)mailbox.n, mailbox.p,
                wanted);
    return true;
}

/*
 * RFC 5321 4.2.5, 6.1: who says 250 delivers, or sends a notice, but in its own time (4.5.4.1: four
 * or five days). What has not come may still come, so that only a target without a queue, which
 * says so, has lost it.
 */
static void too_few(struct player *p, const struct scenario_step *step, smtp_span mailbox,
                    size_t count)
{
    char expected[TEXT], why[TEXT];
    say_count(expected, sizeof expected, step->number, mailbox);
    snprintf(why, sizeof why, "%zu of %u message%s for %.*s came within %.6g s", count,
             (unsigned)step->number, plural(step->number), (int)mailbox.n, mailbox.p,
             (double)p->run->inbox->wait_ms / 1000);
    if (p->run->inbox->prompt)
        judge_other(p, step, expected, last_of(p->run->inbox, mailbox, mail_nonce(p)), "%s", why);
    else
        judge_stop(p, PLAYER_INCONCLUSIVE, step->line, "%s", why);
}

/* The outcome remembers what it may not become more than. */
static void note_mailbox(struct player *p, const struct scenario_step *step, smtp_span mailbox)
{
    struct player_outcome *o = p->outcome;
    size_t i = 0;
    while (i < o->mailbox_count && !smtp_span_is(o->mailboxes[i].name, mailbox))
        i++;
    if (i == PLAYER_MAILBOXES)
        return;
    o->mailboxes[i] = (struct player_mailbox){mailbox, step->number, step->line};
    o->mailbox_count += i == o->mailbox_count;
    snprintf(o->nonce, sizeof o->nonce, "%.*s", (int)mail_nonce(p).n, mail_nonce(p).p);
}

/* ---- @inbox ---------------------------------------------------------------------------------- */

static bool await(struct player *p, const struct scenario_step *step, smtp_span mailbox,
                  size_t count)
{
    uint64_t now = player_now(p), until = p->since_ms + p->run->inbox->wait_ms;
    if (now < until) {
        player_wait(p, now + POLL_MS < until ? now + POLL_MS : until);
        return false;
    }
    too_few(p, step, mailbox, count);
    return true;
}

bool mail_inbox_play(struct player *p, const struct scenario_step *step)
{
    smtp_span mailbox = mail_mailbox(p, step);
    if (!p->entered)
        p->since_ms = player_now(p);
    p->entered = true;
    if (!look(p, step))
        return true;
    size_t count = inbox_count(p->run->inbox, mailbox, mail_nonce(p));
    if (count < step->number)
        return await(p, step, mailbox, count);
    if (count > step->number)
        return too_many(p, step, mailbox, step->number, count);
    free(p->mail_at);
    p->mail_at = calloc(count + 1, sizeof *p->mail_at);
    if (p->mail_at == NULL) {
        judge_stop(p, PLAYER_ERROR, step->line, "no memory");
        return true;
    }
    p->inbox = step;
    note_mailbox(p, step, mailbox);
    return machine_next(p);
}

/* ---- no more than that ----------------------------------------------------------------------- */

void mail_end(struct player *p)
{
    struct player_outcome *o = p->outcome;
    if (o->mailbox_count == 0 || o->verdict > PLAYER_WARN || !look(p, p->inbox))
        return;
    for (size_t i = 0; i < o->mailbox_count; i++) {
        const struct player_mailbox *m = &o->mailboxes[i];
        size_t count = inbox_count(p->run->inbox, m->name, mail_nonce(p));
        p->end_line = m->line;
        if (count > m->count) {
            too_many(p, NULL, m->name, m->count, count);
            return;
        }
    }
}

static char *copy(const char *text, size_t n)
{
    char *to = malloc(n + 1);
    if (to != NULL && n > 0)
        memcpy(to, text, n);
    if (to != NULL)
        to[n] = '\0';
    return to;
}

/* A report is written of it: the outcome changes as a whole, or not at all. */
static bool recount(struct player_outcome *o, const struct player_mailbox *m, size_t count,
                    smtp_span received)
{
    char why[TEXT], text[TEXT];
    snprintf(why, sizeof why, "at the end of the run: %zu message%s for %.*s, not %zu", count,
             plural(count), (int)m->name.n, m->name.p, m->count);
    say_count(text, sizeof text, m->count, m->name);
    char *new_why = copy(why, strlen(why)), *expected = copy(text, strlen(text));
    char *octets = copy(received.p, received.n);
    if (new_why == NULL || expected == NULL || octets == NULL) {
        free(new_why);
        free(expected);
        free(octets);
        return false;
    }
    free(o->why);
    free(o->expected);
    free(o->received);
    o->why = new_why;
    o->expected = expected;
    o->received = octets;
    o->received_length = received.n;
    o->line = m->line;
    o->verdict = judge_weight(o->scenario->level);
    o->disputed = o->scenario->disputed != NULL && o->verdict == PLAYER_FAIL;
    return true;
}

bool player_recount(struct player_outcome *o, const struct player_run *run, const char **why)
{
    if (o->mailbox_count == 0 || o->verdict > PLAYER_WARN)
        return true;
    if (run->inbox->look != NULL && !run->inbox->look(run->inbox, run->inbox->arg, why))
        return false;
    *why = "no memory";
    for (size_t i = 0; i < o->mailbox_count; i++) {
        const struct player_mailbox *m = &o->mailboxes[i];
        smtp_span nonce = smtp_span_of(o->nonce);
        size_t count = inbox_count(run->inbox, m->name, nonce);
        if (count > m->count)
            return recount(o, m, count, last_of(run->inbox, m->name, nonce));
    }
    return true;
}

/* ---- whether it can be seen ------------------------------------------------------------------ */

bool mail_met(struct player *p, char *why, size_t size)
{
    const struct inbox *inbox = p->run->inbox;
    bool asks = false;
    for (size_t i = 0; i < p->scenario->step_count; i++) {
        const struct scenario_step *step = &p->scenario->steps[i];
        if (step->op != SCENARIO_DIRECTIVE || step->directive != SCENARIO_AT_INBOX)
            continue;
        const char *name = step->word == NULL ? "rcpt" : step->word;
        smtp_span mailbox = mail_mailbox(p, step);
        asks = true;
        if (inbox != NULL && mailbox.n > 0 &&
            (inbox->sees == NULL || inbox->sees(inbox->arg, mailbox)))
            continue;
        snprintf(why, size, "needs an inbox for {%s}", name);
        return false;
    }
    snprintf(why, size, "no memory");
    return !asks || inbox_expect(p->run->inbox, mail_nonce(p));
}
