#include <stdio.h>
#include <stdlib.h>

#include "player/judge.h"

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* 30 s after our last octet; what had to be waited for exactly does not count. */
uint64_t expect_due(const struct player *p, const struct conn *c)
{
    return later(c->left_ms, p->exact_ms) + p->timeout_ms;
}

/* ---- rows that were taken -------------------------------------------------------------------- */

/* Whether the file still asks for replies to what was said last. */
static bool is_owed(struct player *p, const struct scenario_step *step)
{
    const struct frame *frame = machine_frame(p);
    if (p->repeat + 1 < step->times && !step->with_above)
        return true;
    for (size_t i = frame->at + 1; i < frame->count; i++)
        if (frame->steps[i].conn == step->conn && !frame->steps[i].hop)
            return frame->steps[i].op == SCENARIO_EXPECT && !frame->steps[i].with_above;
    return false;
}

/* The next repeat of the step, or the next step. */
static bool go_on(struct player *p, const struct scenario_step *step, struct conn *c)
{
    reply_reset(&c->reply);
    p->entered = false;
    if (c->passed || ++p->repeat >= step->times)
        return machine_next(p);
    if (step->with_above)
        machine_frame(p)->at--;
    return true;
}

static bool end_here(struct player *p, const struct scenario_step *step, struct conn *c,
                     const struct ruling *ruling)
{
    /* who knows what a server makes of exact octets, or of half a group */
    p->judged = ruling->verdict == PLAYER_PASS && !c->exact && !is_owed(p, step);
    reply_reset(&c->reply);
    judge_end(p, ruling);
    return true;
}

static bool rule(struct player *p, const struct scenario_step *step, const struct scenario_row *row,
                 struct conn *c)
{
    struct ruling ruling = {.line = row->line, .step = step, .received = reply_octets(&c->reply)};
    snprintf(ruling.why, sizeof ruling.why, "%s", row->reason == NULL ? "" : row->reason);
    ruling.verdict = judge_row(p->scenario->level, row);
    switch (row->verdict) {
    case SCENARIO_GO_ON:
        return go_on(p, step, c);
    case SCENARIO_WARN:
    case SCENARIO_NOTE:
        judge_note(p, &ruling);
        return go_on(p, step, c);
    case SCENARIO_PASS:
    case SCENARIO_FAIL:
    case SCENARIO_INCONCLUSIVE:
    case SCENARIO_SKIP:
        return end_here(p, step, c, &ruling);
    }
    return true;
}

/* A finding on an id of req: is a mismatch where the row says that all is well. */
static bool is_spoiled(struct player *p, const struct scenario_step *step,
                       const struct scenario_row *row)
{
    const struct finding_entry *finding = findings_mismatch(&p->findings);
    bool well = row->verdict == SCENARIO_GO_ON || row->verdict == SCENARIO_PASS ||
                row->verdict == SCENARIO_WARN || row->verdict == SCENARIO_NOTE;
    if (finding == NULL || !well)
        return false;
    judge_mismatch(p, step, findings_octets(finding), "%s",
                   finding->text == NULL ? finding->rule->text : finding->text);
    return true;
}

static bool take(struct player *p, const struct scenario_step *step, const struct scenario_row *row,
                 struct conn *c)
{
    c->last_line = machine_origin(p, step)->line;
    c->answered = true;
    if (is_spoiled(p, step, row))
        return true;
    if (c->reply.n > 0 && !match_capture(&p->matcher, row, &c->reply)) {
        judge_stop(p, PLAYER_ERROR, row->line, "no memory");
        return true;
    }
    return rule(p, step, row, c);
}

/* ---- what comes ------------------------------------------------------------------------------ */

static bool play_reply(struct player *p, const struct scenario_step *step, struct conn *c)
{
    for (size_t i = 0; i < step->row_count; i++)
        if (match_row(&p->matcher, &step->rows[i], &c->reply, p->repeat + 1))
            return take(p, step, &step->rows[i], c);
    judge_reply(p, step, &c->reply, true);
    return true;
}

static const struct scenario_row *row_with(const struct scenario_step *step,
                                           enum scenario_outcome_kind kind, uint64_t *ms)
{
    for (size_t i = 0; i < step->row_count; i++)
        for (size_t k = 0; k < step->rows[i].outcome_count; k++)
            if (step->rows[i].outcomes[k].kind == kind) {
                *ms = step->rows[i].outcomes[k].ms;
                return &step->rows[i];
            }
    return NULL;
}

/* There never was a conversation: no connection, or no TLS where it has to begin at once. */
static bool is_unreachable(const struct player *p, const struct conn *c)
{
    bool refused = c->edge.end == SMTP_END_REFUSED;
    bool no_tls = p->implicit && !c->edge.secure && c->why[0] != '\0';
    return !p->heard && (refused || no_tls);
}

static const char *why_over(const struct player *p, const struct conn *c)
{
    if (c->edge.end == SMTP_END_REFUSED)
        return p->dialler->why != NULL ? p->dialler->why : "no connection";
    if (c->why[0] != '\0')
        return c->why;
    return c->edge.end == SMTP_END_RESET ? "the connection was reset" : "the target hung up";
}

static bool play_over(struct player *p, const struct scenario_step *step, struct conn *c)
{
    uint64_t ms = 0;
    if (is_unreachable(p, c)) {
        p->outcome->unreachable = true;
        judge_stop(p, PLAYER_INCONCLUSIVE, machine_origin(p, step)->line, "unreachable: %s",
                   why_over(p, c));
        return true;
    }
    const struct scenario_row *row = row_with(step, SCENARIO_CLOSE, &ms);
    char *expected = NULL;
    /* a reset takes octets along that had been sent: what is left of a reply says nothing */
    if (row != NULL && (c->reply.n == 0 || c->edge.end == SMTP_END_RESET)) {
        reply_reset(&c->reply);
        c->passed = true;
        return take(p, step, row, c);
    }
    expected = judge_expected(step);
    judge_mismatch(p, step, reply_octets(&c->reply), "expected %.200s, %s%s",
                   expected == NULL ? "" : expected, why_over(p, c),
                   c->reply.n > 0 ? " inside a reply" : "");
    free(expected);
    return true;
}

static bool play_deadline(struct player *p, const struct scenario_step *step, struct conn *c)
{
    char *expected = judge_expected(step);
    p->outcome->unreachable = !p->heard;
    p->outcome->silent = true;
    judge_mismatch(p, step, reply_octets(&c->reply), "expected %.200s, %s within %.6g s",
                   expected == NULL ? "" : expected,
                   c->reply.n > 0 ? "the reply did not end" : "nothing came",
                   (double)p->timeout_ms / 1000);
    free(expected);
    return true;
}

static bool play_time(struct player *p, const struct scenario_step *step, struct conn *c)
{
    uint64_t ms = 0, now = player_now(p);
    const struct scenario_row *row = row_with(step, SCENARIO_SILENCE, &ms);
    if (row != NULL && c->reply.n == 0 && conn_is_drained(c)) {
        uint64_t until = later(p->since_ms, c->left_ms) + ms;
        if (now >= until) {
            p->exact_ms = now;
            return take(p, step, row, c);
        }
        player_wait(p, until);
        return false;
    }
    if (!c->connected || c->stream.resume_ms != SMTP_NEVER)
        return false;
    if (now >= expect_due(p, c))
        return play_deadline(p, step, c);
    player_wait(p, expect_due(p, c));
    return false;
}

bool expect_play(struct player *p, const struct scenario_step *step)
{
    struct conn *c = machine_conn(p, step);
    if (c == NULL)
        return true;
    if (c->passed)
        return machine_next(p);
    uint64_t now = player_now(p);
    conn_fill(c, now);
    if (!p->entered) {
        p->entered = true;
        p->since_ms = now;
        p->group = NULL;
    }
    switch (conn_read(c)) {
    case REPLY_WHOLE:
    case REPLY_BROKEN:
        return play_reply(p, step, c);
    case REPLY_LONG:
        judge_reply(p, step, &c->reply, true);
        return true;
    case REPLY_PART:
        break;
    }
    return conn_is_over(c) ? play_over(p, step, c) : play_time(p, step, c);
}

bool expect_unasked(struct player *p, struct conn *c, const struct scenario_step *step)
{
    if (c->passed || conn_read(c) == REPLY_PART)
        return false;
    judge_reply(p, step, &c->reply, false);
    return true;
}
