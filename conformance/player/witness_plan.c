#include "player/witness_plan.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "player/judge.h"
#include "player/stream.h"

bool plan_fail(struct plan *plan, unsigned line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(plan->why, sizeof plan->why, format, args);
    va_end(args);
    plan->line = line;
    return false;
}

/* ---- connections and acts -------------------------------------------------------------------- */

static struct act_list *dial(struct plan *plan)
{
    struct witness_dialler *w = plan->witness;
    if (w->count == WITNESS_CONNS)
        return NULL;
    w->lists[w->count] = (struct act_list){.count = 0};
    return &w->lists[w->count++];
}

static bool open_conn(struct plan *plan, const struct scenario_step *step)
{
    if (plan->lists[step->conn] == NULL)
        plan->lists[step->conn] = dial(plan);
    return plan->lists[step->conn] != NULL || plan_fail(plan, step->line, "too many connections");
}

bool plan_add(struct plan *plan, struct act_list *list, enum act_kind kind, uint64_t n)
{
    return (list != NULL && act_add(list, (struct act){.kind = kind, .n = n})) ||
           plan_fail(plan, 0, "no memory");
}

bool plan_add_octets(struct plan *plan, struct act_list *list, smtp_span octets)
{
    char *copy = malloc(octets.n + 1);
    if (copy == NULL || list == NULL) {
        free(copy);
        return plan_fail(plan, 0, "no memory");
    }
    memcpy(copy, octets.p, octets.n);
    return act_add(list, (struct act){.kind = ACT_SAY, .n = octets.n, .p = copy}) ||
           plan_fail(plan, 0, "no memory");
}

static bool add_text(struct plan *plan, struct act_list *list, const char *text)
{
    return plan_add_octets(plan, list, smtp_span_of(text));
}

/* ---- our lines ------------------------------------------------------------------------------- */

/* How many octets the message is on the wire: its own, what is doubled, and what surrounds it. */
static bool message_size(struct plan *plan, const struct scenario_step *step, uint64_t *out)
{
    enum { ROOM = 65536 };
    struct stream stream;
    struct smtp_edge edge;
    char *room = malloc(ROOM);
    stream_init(&stream);
    bool good = room != NULL && stream_add(&stream, (struct stream_item){step, 1, 1, false});
    *out = 0;
    if (good)
        smtp_edge_init(&edge, (smtp_room){NULL, 0}, (smtp_room){room, ROOM});
    while (good && !stream_idle(&stream)) {
        stream_fill(&stream, &edge, &plan->vars, 0);
        *out += edge.out_len;
        smtp_edge_sent(&edge, edge.out_len);
        if (stream.resume_ms != SMTP_NEVER)
            stream.resume_ms = 0;
    }
    stream_free(&stream);
    free(room);
    return good || plan_fail(plan, 0, "no memory");
}

static bool await_repeat(struct plan *plan, const struct scenario_step *step, uint32_t i)
{
    uint64_t size = 0;
    if (step->op != SCENARIO_SEND_MESSAGE)
        size = text_size(&step->text, &plan->vars, i);
    else if (!message_size(plan, step, &size))
        return false;
    return plan_add(plan, plan->lists[step->conn], ACT_AWAIT, size);
}

static bool walk_say(struct plan *plan, const struct scenario_step *step, bool one_by_one)
{
    plan->said[step->conn] = step;
    if (step->op == SCENARIO_SEND && text_missing(&step->text, &plan->vars) != NULL) {
        plan->verdict = PLAYER_INCONCLUSIVE;
        plan->decided = 0;
        plan->ended = true;
        return true;
    }
    for (uint32_t i = 1; !one_by_one && i <= step->times; i++)
        if (!await_repeat(plan, step, i))
            return false;
    return true;
}

/* ---- rows ------------------------------------------------------------------------------------ */

static unsigned goal_line(const struct plan *plan)
{
    return plan->goal->row != NULL ? plan->goal->row->line : plan->goal->step->line;
}

static bool is_plain(const struct scenario_row *row)
{
    return row->verdict == SCENARIO_GO_ON || row->verdict == SCENARIO_PASS;
}

static bool is_close(const struct scenario_row *row)
{
    return row->outcome_count > 0 && row->outcomes[0].kind == SCENARIO_CLOSE;
}

/* The first row that leads on to the goal; behind it, or without one, the first without a note. */
static const struct scenario_row *choose(struct plan *plan, const struct scenario_step *step)
{
    const struct scenario_step *goal = plan->goal->step;
    bool leads = goal != NULL && !plan->met;
    for (size_t i = 0; i < step->row_count; i++) {
        const struct scenario_row *row = &step->rows[i];
        bool cuts = leads && is_close(row) && goal->conn == step->conn;
        if (leads ? judge_goes_on(row) && !cuts : is_plain(row))
            return row;
    }
    for (size_t i = 0; i < step->row_count && !leads && goal != NULL; i++)
        if (judge_goes_on(&step->rows[i]))
            return &step->rows[i];
    if (leads)
        plan_fail(plan, goal_line(plan), "is never reached: no row on line %u goes on", step->line);
    else
        plan_fail(plan, step->line, "no row without a verdict, and none with pass");
    return NULL;
}

static void rule(struct plan *plan, const struct scenario_row *row)
{
    enum player_verdict verdict = judge_row(plan->scenario->level, row);
    if (verdict > plan->verdict) {
        plan->verdict = verdict;
        plan->decided = row->line;
    }
    plan->ended = plan->ended || !judge_goes_on(row);
}

static bool is_ehlo(const struct scenario_step *said)
{
    if (said == NULL || said->op != SCENARIO_SEND || said->text.count == 0 ||
        said->text.strings[0].count == 0)
        return false;
    return smtp_span_has_head_nocase(said->text.strings[0].pieces[0].octets, SMTP_SPAN("EHLO"));
}

static bool say_row(struct plan *plan, const struct scenario_step *step,
                    const struct scenario_row *row)
{
    struct act_list *list = plan->lists[step->conn];
    smtp_room octets;
    if (!row->is_exact && row->outcomes[0].kind == SCENARIO_SILENCE)
        return plan_add(plan, list, ACT_WAIT, row->outcomes[0].ms + 1);
    if (is_close(row)) {
        plan->passed[step->conn] = true;
        return plan_add(plan, list, ACT_CLOSE, 0);
    }
    if (!plan_say(plan, step, row, is_ehlo(plan->said[step->conn]), &octets))
        return plan_fail(plan, row->line,
                         "is never reached: nothing fits it that no row above takes");
    return act_add(list, (struct act){.kind = ACT_SAY, .n = octets.n, .p = octets.p}) ||
           plan_fail(plan, 0, "no memory");
}

const struct scenario_row *plan_take(struct plan *plan, const struct scenario_step *step)
{
    bool goal = step == plan->goal->step && !plan->met;
    const struct scenario_row *row = goal ? plan->goal->row : choose(plan, step);
    if (row == NULL)
        return NULL;
    plan->met = plan->met || goal;
    if (!plan->ended)
        rule(plan, row);
    if (plan->taken != NULL)
        plan->taken[step - plan->scenario->steps] = (size_t)(row - step->rows) + 1;
    return row;
}

static bool take_row(struct plan *plan, const struct scenario_step *step)
{
    const struct scenario_row *row = plan_take(plan, step);
    return row != NULL && say_row(plan, step, row);
}

static bool walk_expect(struct plan *plan, const struct scenario_step *step)
{
    bool ended = plan->ended && !plan->ended_by_hop;
    for (uint32_t i = 1; i <= step->times && !ended && !plan->passed[step->conn]; i++) {
        if (step->with_above && !await_repeat(plan, step - 1, i))
            return false;
        if (!take_row(plan, step))
            return false;
        ended = plan->ended && !plan->ended_by_hop;
    }
    return true;
}

/* ---- directives ------------------------------------------------------------------------------ */

static bool walk_alive(struct plan *plan)
{
    struct act_list *list = dial(plan);
    return add_text(plan, list, "220 ok\r\n") && plan_add(plan, list, ACT_LINE, 0) &&
           add_text(plan, list, "250 ok\r\n");
}

static bool walk_auth(struct plan *plan, const struct scenario_step *step)
{
    struct act_list *list = plan->lists[step->conn];
    unsigned challenges = strcmp(step->word, "LOGIN") == 0 ? 2 : 0;
    while (challenges-- > 0)
        if (!plan_add(plan, list, ACT_LINE, 0) || !add_text(plan, list, "334 \r\n"))
            return false;
    return plan_add(plan, list, ACT_LINE, 0) && add_text(plan, list, "235 ok\r\n");
}

/*
 * A mismatch at the goal: inconclusive before test:, weighed by the first line after it. Elsewhere the
 * message has the sample, and its named groups become variables.
 */
static void walk_mail(struct plan *plan, const struct scenario_step *step)
{
    if (step != plan->goal->step) {
        if (step->op == SCENARIO_MAIL && step->match != NULL)
            (void)match_octets(&plan->matcher, step->match,
                               (smtp_span){step->match->sample, step->match->sample_length});
        return;
    }
    plan->met = plan->ended = true;
    plan->mail->goal = step;
    plan->verdict = step->in_test ? judge_weight(plan->scenario->level) : PLAYER_INCONCLUSIVE;
    plan->decided = step->line;
}

static bool walk_inbox(struct plan *plan, const struct scenario_step *step)
{
    walk_mail(plan, step);
    return witness_mail_pass(plan->mail, step) ||
           plan_fail(plan, step->line, "too many @inbox lines");
}

static bool walk_directive(struct plan *plan, const struct scenario_step *step)
{
    struct act_list *list = plan->lists[step->conn];
    switch (step->directive) {
    case SCENARIO_AT_TLS:
        plan->witness->tls = true;
        return plan_add(plan, list, ACT_TLS, 0);
    case SCENARIO_AT_CLOSE:
    case SCENARIO_AT_RESET:
    case SCENARIO_AT_DRAIN: /* behind the last act any line is taken for QUIT */
        plan->passed[step->conn] = true;
        return true;
    case SCENARIO_AT_AUTH:
        return walk_auth(plan, step);
    case SCENARIO_AT_ALIVE:
        return walk_alive(plan);
    case SCENARIO_AT_START: /* the connection that shows that the server is there */
        return dial(plan) != NULL || plan_fail(plan, step->line, "too many connections");
    case SCENARIO_AT_INBOX:
        return walk_inbox(plan, step);
    case SCENARIO_AT_TLS_END:
    case SCENARIO_AT_HALF_CLOSE:
    case SCENARIO_AT_PAUSE:
    case SCENARIO_AT_STOP:
    case SCENARIO_AT_KILL:
    case SCENARIO_AT_RESULT:
        break;
    }
    return true;
}

/* ---- the walk -------------------------------------------------------------------------------- */

static bool needs_conn(const struct scenario_step *step)
{
    if (step->op != SCENARIO_DIRECTIVE)
        return step->op != SCENARIO_MAIL;
    switch (step->directive) {
    case SCENARIO_AT_PAUSE:
    case SCENARIO_AT_ALIVE:
    case SCENARIO_AT_STOP:
    case SCENARIO_AT_KILL:
    case SCENARIO_AT_START:
    case SCENARIO_AT_INBOX:
    case SCENARIO_AT_RESULT:
        return false;
    case SCENARIO_AT_TLS:
    case SCENARIO_AT_TLS_END:
    case SCENARIO_AT_CLOSE:
    case SCENARIO_AT_RESET:
    case SCENARIO_AT_HALF_CLOSE:
    case SCENARIO_AT_DRAIN:
    case SCENARIO_AT_AUTH:
        break;
    }
    return true;
}

static bool walk_hop(struct plan *plan, size_t i)
{
    const struct scenario_step *step = &plan->scenario->steps[i];
    bool good = true;
    if (step->op == SCENARIO_MAIL)
        walk_mail(plan, step);
    else
        good = plan_hop(plan, i);
    plan->ended_by_hop = plan->ended;
    return good;
}

static bool walk_step(struct plan *plan, size_t i)
{
    const struct scenario_step *step = &plan->scenario->steps[i];
    bool one_by_one = i + 1 < plan->scenario->step_count && step[1].with_above;
    if (step->hop)
        return plan->ended || walk_hop(plan, i);
    if (needs_conn(step) && !open_conn(plan, step))
        return false;
    if (plan->passed[step->conn] && needs_conn(step))
        return true;
    switch (step->op) {
    case SCENARIO_SEND:
    case SCENARIO_SEND_MESSAGE:
        return walk_say(plan, step, one_by_one);
    case SCENARIO_EXPECT:
        return walk_expect(plan, step);
    case SCENARIO_DIRECTIVE:
        return walk_directive(plan, step);
    case SCENARIO_MAIL:
        walk_mail(plan, step);
        return plan->ended || witness_mail_foresee(plan->mail, step) ||
               plan_fail(plan, 0, "no memory");
    }
    return true;
}

bool plan_walk(struct plan *plan)
{
    const struct scenario_step *goal = plan->goal->step;
    if (goal != NULL && goal->op == SCENARIO_MAIL)
        plan->mail->goal = goal; /* a message that comes before it is to be broken */
    for (size_t i = 0; i < plan->scenario->step_count && (!plan->ended || plan->ended_by_hop); i++)
        if (!walk_step(plan, i))
            return false;
    if (plan->goal->step != NULL && !plan->met)
        return plan_fail(plan, goal_line(plan), "is never reached");
    return true;
}
