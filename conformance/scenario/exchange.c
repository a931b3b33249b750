/*
 * NAME
 *     exchange.c: what the target is expected to say, and a client's exchanges (notation, sections
 *     3 and 5)
 */
#include "scenario/parse.h"

static struct scenario_step *step_of(const struct parser *p)
{
    return list_at(&p->steps, p->step - 1);
}

static struct scenario_row *last_row(const struct parser *p)
{
    return list_at(&p->rows, p->rows.count - 1);
}

bool exchange_takes(const struct parser *p, const struct mark *mark)
{
    return p->exchange && step_of(p)->conn == mark->conn && step_of(p)->hop == mark->hop;
}

/* ---- the end of a row ------------------------------------------------------------------------ */

static bool is_answer(const struct scenario_step *step)
{
    return step->op == SCENARIO_SEND ||
           (step->op == SCENARIO_DIRECTIVE &&
            (step->directive == SCENARIO_AT_CLOSE || step->directive == SCENARIO_AT_RESET));
}

/* A client that does not pipeline would wait for ever for a reply that is not there. */
static bool check_answered(struct parser *p)
{
    const struct scenario_row *row = p->exchange ? last_row(p) : NULL;
    if (row == NULL || row->command == NULL || row_ends_scenario(row))
        return true;
    for (size_t i = 0; i < row->step_count; i++)
        if (is_answer(&row->steps[i]))
            return true;
    return parse_fail_at(
        p, row->line, "no reply under it: a client may wait for the reply before its next command");
}

bool exchange_end(struct parser *p)
{
    if (!check_answered(p))
        return false;
    p->open = false;
    p->exchange = false;
    return true;
}

/* ---- an expectation against those above it --------------------------------------------------- */

/* The expectation on the same connection before the step at `from`; NULL: none. */
static const struct scenario_step *expected_before(const struct parser *p, size_t from,
                                                   const struct mark *mark, size_t *at)
{
    for (size_t i = from; i-- > 0;) {
        const struct scenario_step *step = list_at(&p->steps, i);
        *at = i;
        if (step->op == SCENARIO_EXPECT && step->conn == mark->conn && step->hop == mark->hop)
            return step;
    }
    return NULL;
}

/* A run of C& ends where another expectation, or none, follows. */
static bool check_run(struct parser *p, const struct mark *mark, bool goes_on)
{
    size_t at = 0;
    const struct scenario_step *last = expected_before(p, p->steps.count, mark, &at);
    if (last == NULL || !last->any_order || (goes_on && last->in_test == p->in_test))
        return true;
    const struct scenario_step *before = expected_before(p, at, mark, &at);
    if (before != NULL && before->any_order && before->in_test == last->in_test)
        return true;
    return parse_fail_at(p, last->line, "a single \"C&\": any order needs two");
}

/* C? stands for "if it comes": the command that it takes would be missing from the line below. */
static bool check_optional(struct parser *p, const struct scenario_row *row)
{
    size_t at = p->step - 1;
    const struct scenario_step *above = expected_before(p, at, &p->mark, &at);
    for (; above != NULL && above->optional; above = expected_before(p, at, &p->mark, &at))
        for (size_t i = 0; i < above->row_count; i++)
            if (command_covers(&above->rows[i], row))
                return parse_fail_at(p, above->rows[i].line,
                                     "optional line takes the command of line %u", row->line);
    return true;
}

/* "C. message follows our 354; by DATA or BDAT leaves the choice." */
static bool check_354(struct parser *p, const struct scenario_row *row)
{
    size_t at = 0;
    const struct scenario_step *above = expected_before(p, p->step - 1, &p->mark, &at);
    const struct scenario_command *c = row->command;
    bool said = false;
    for (size_t i = 0; above != NULL && i < above->row_count; i++)
        said |= row_says_354(&above->rows[i]);
    p->at = 0;
    if (c->kind == SCENARIO_CMD_MESSAGE && !(c->by_bdat && said))
        return said || c->by_bdat ||
               parse_fail(p, "\"C. message\" without a 354 above it; for either way write C. "
                             "message by DATA or BDAT");
    return !said || p->mark.kind == '|' ||
           parse_fail(p, "after 354 the client sends its message: C. message");
}

static bool check_row(struct parser *p, const struct scenario_row *row)
{
    if (!row_reachable(p, &p->rows))
        return false;
    if (row->command == NULL)
        return true;
    if (row->command->kind == SCENARIO_CMD_MESSAGE)
        p->brought = p->step;
    return check_354(p, row) && check_optional(p, row);
}

/* ---- rows ------------------------------------------------------------------------------------ */

static bool add_row(struct parser *p)
{
    struct scenario_row *row = list_add(&p->rows);
    size_t from = p->at;
    row->line = parse_step_line(p);
    p->received = true;
    p->row_steps = LIST_OF(p->arena, struct scenario_step);
    p->row_closed_line = 0;
    if (p->mark.side == 'S' ? !reply_row(p, row) : !command_row(p, row))
        return false;
    row->source = parse_copy(p, p->mark.kind == '.' ? from + 1 : from, p->at);
    if (!row_verdict(p, row) || !check_row(p, row))
        return false;
    struct scenario_step *step = step_of(p);
    step->rows = p->rows.items;
    step->row_count = p->rows.count;
    p->has_expect |= p->in_test;
    return true;
}

/* X| : one more row for the line above */
static bool another_row(struct parser *p)
{
    const struct mark *m = &p->mark;
    const char *name = m->side == 'S' ? "an S" : m->hop ? "an HC" : "a C";
    char side = p->open && p->exchange ? 'C' : 'S';
    size_t at = p->at;
    p->at = 0;
    if (!p->open || side != m->side || step_of(p)->hop != m->hop)
        return parse_fail(p, "\"%s\" without %s line above it", m->text, name);
    if (step_of(p)->conn != m->conn)
        return parse_fail(p, "\"%s\" is on another connection than the line above it", m->text);
    p->at = at;
    p->mark.times = step_of(p)->times;
    p->repeated = p->mark.times > 1;
    return check_answered(p) && add_row(p);
}

static bool new_expectation(struct parser *p)
{
    const struct mark *m = &p->mark;
    if (!exchange_end(p) || !connection_open(p, m) || !check_run(p, m, m->kind == '&'))
        return false;
    struct scenario_step *step = line_step(p, SCENARIO_EXPECT, m);
    step->optional = m->kind == '?';
    step->any_order = m->kind == '&';
    step->with_above = m->with_above;
    p->step = p->steps.count;
    p->rows = LIST_OF(p->arena, struct scenario_row);
    p->open = true;
    p->exchange = m->side == 'C';
    p->conns[m->hop][m->conn].expect = p->step;
    return add_row(p);
}

bool exchange_target_line(struct parser *p)
{
    return p->mark.kind == '|' ? another_row(p) : new_expectation(p);
}

bool exchange_all_end(struct parser *p)
{
    for (int hop = 0; hop < 2; hop++)
        for (unsigned conn = 1; conn < CONNS; conn++)
            if (!check_run(p, &(struct mark){.hop = hop != 0, .conn = conn}, false))
                return false;
    return true;
}
