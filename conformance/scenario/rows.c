/*
 * NAME
 *     rows.c: verdicts, and rows that no reply can reach (notation, sections 4 and 7)
 */
#include "scenario/parse.h"

#include <stdio.h>
#include <string.h>

/* ---- verdict = "pass" [SP string] / ("fail" / ...) SP string --------------------------------- */

static const char *const verdicts[] = {"", "pass", "fail", "warn", "info", "inconclusive", "skip"};

enum { VERDICTS = sizeof verdicts / sizeof *verdicts };

const char *scenario_verdict_name(enum scenario_verdict verdict)
{
    return verdicts[verdict];
}

bool row_at_verdict(const struct parser *p)
{
    smtp_span rest = parse_rest(p);
    return rest.n == 0 || smtp_span_is(smtp_span_cut(rest, 0, 4), SMTP_SPAN(" => ")) ||
           smtp_span_is(rest, SMTP_SPAN(" =>"));
}

static bool read_reason(struct parser *p, smtp_span whole, smtp_span name, struct scenario_row *row)
{
    size_t from = p->at, length = 0;
    if (parse_end(p))
        return row->verdict == SCENARIO_PASS ||
               parse_fail(p, "%.*s needs a reason: => %.*s \"why\"", (int)name.n, name.p,
                          (int)name.n, name.p);
    bool string = parse_take(p, " ") && !parse_end(p) && p->line.p[p->at] == '"';
    if (string && !text_plain_string(p, &row->reason, &length))
        return false;
    if (string && parse_end(p))
        return true;
    p->at = from;
    return parse_fail(p, "bad verdict: %.*s", (int)whole.n, whole.p);
}

/* Rows before test: may only say skip and inconclusive. */
static bool check_setup(struct parser *p, enum scenario_verdict verdict)
{
    if (p->in_test || verdict == SCENARIO_SKIP || verdict == SCENARIO_INCONCLUSIVE)
        return true;
    return parse_fail(
        p, "\"%s\" before test: the setup judges nothing, only skip and inconclusive stand there",
        verdicts[verdict]);
}

bool row_verdict(struct parser *p, struct scenario_row *row)
{
    if (parse_end(p))
        return true;
    if (!row_at_verdict(p))
        return parse_fail(p, "expected the end of the line or => and a verdict, not \"%.*s\"",
                          (int)parse_rest(p).n, parse_rest(p).p);
    if (!parse_take(p, " => "))
        return parse_fail(p, "=> without a verdict");
    smtp_span whole = parse_rest(p);
    size_t from = p->at;
    smtp_span name = text_word(p);
    for (size_t i = 1; i < VERDICTS; i++)
        if (smtp_span_is(name, smtp_span_of(verdicts[i])))
            row->verdict = (enum scenario_verdict)i;
    size_t behind = p->at;
    p->at = from;
    if (row->verdict == SCENARIO_GO_ON)
        return parse_fail(p,
                          "unknown verdict \"%.*s\": pass, fail, warn, info, inconclusive or skip",
                          (int)name.n, name.p);
    if (!check_setup(p, row->verdict))
        return false;
    p->at = behind;
    return read_reason(p, whole, name, row);
}

bool row_ends_scenario(const struct scenario_row *row)
{
    switch (row->verdict) {
    case SCENARIO_PASS:
    case SCENARIO_FAIL:
    case SCENARIO_INCONCLUSIVE:
    case SCENARIO_SKIP:
        return true;
    case SCENARIO_GO_ON:
    case SCENARIO_WARN:
    case SCENARIO_NOTE:
        return false;
    }
    return false;
}

/* ---- what a row does ------------------------------------------------------------------------- */

static bool is_closing(const struct scenario_step *step)
{
    return step->op == SCENARIO_DIRECTIVE &&
           (step->directive == SCENARIO_AT_CLOSE || step->directive == SCENARIO_AT_RESET);
}

unsigned row_closes(const struct scenario_row *row, const struct scenario_step *step)
{
    size_t closes = 0;
    for (size_t i = 0; i < row->outcome_count; i++)
        closes += row->outcomes[i].kind == SCENARIO_CLOSE;
    if (closes > 0 && closes == row->outcome_count)
        return row->line;
    for (size_t i = 0; i < row->step_count; i++)
        if (is_closing(&row->steps[i]) && row->steps[i].conn == step->conn)
            return row->steps[i].line;
    return 0;
}

/* The first octets of what is sent, as far as they are literal. */
static size_t first_octets(const struct scenario_text *text, char *to, size_t room)
{
    size_t n = 0;
    for (size_t i = 0; i < text->count; i++)
        for (size_t j = 0; j < text->strings[i].count; j++) {
            const struct scenario_piece *piece = &text->strings[i].pieces[j];
            if (piece->var != NULL)
                return n;
            for (size_t k = 0; k < piece->octets.n && n < room; k++)
                to[n++] = piece->octets.p[k];
        }
    return n;
}

bool row_says_354(const struct scenario_row *row)
{
    for (size_t i = 0; i < row->step_count; i++) {
        char code[3];
        if (row->steps[i].op == SCENARIO_SEND &&
            first_octets(&row->steps[i].text, code, sizeof code) == sizeof code &&
            memcmp(code, "354", sizeof code) == 0)
            return true;
    }
    return false;
}

/* ---- rows that cannot be reached ------------------------------------------------------------- */

static bool same_condition(const struct scenario_condition *a, const struct scenario_condition *b)
{
    if (a->kind != b->kind || a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->words[i], b->words[i]) != 0)
            return false;
    return a->text == NULL || strcmp(a->text, b->text) == 0;
}

/* Whether b asks for all that a asks for. */
static bool asks_as_much(const struct scenario_row *a, const struct scenario_row *b)
{
    for (size_t i = 0; i < a->condition_count; i++) {
        size_t j = 0;
        while (j < b->condition_count && !same_condition(&a->conditions[i], &b->conditions[j]))
            j++;
        if (j == b->condition_count)
            return false;
    }
    return true;
}

static bool outcome_covers(const struct scenario_outcome *a, const struct scenario_outcome *b)
{
    if (a->kind == SCENARIO_ANY)
        return b->kind == SCENARIO_ANY || b->kind == SCENARIO_CODE;
    if (a->kind != b->kind)
        return false;
    for (size_t i = 0; a->kind == SCENARIO_CODE && i < 3; i++)
        if (a->digits[i] != 255 && a->digits[i] != b->digits[i])
            return false;
    return true;
}

static const char *outcome_name(const struct scenario_outcome *o, char text[static 8])
{
    switch (o->kind) {
    case SCENARIO_ANY:
        return "any";
    case SCENARIO_CLOSE:
        return "close";
    case SCENARIO_SILENCE:
        return "silence";
    case SCENARIO_CODE:
        break;
    }
    for (size_t i = 0; i < 3; i++)
        text[i] = (char)(o->digits[i] == 255 ? "xyz"[i] : '0' + o->digits[i]);
    text[3] = '\0';
    return text;
}

/* Outcome `at` of the last row against the outcomes of a row above, or its own before it. */
static bool check_outcome(struct parser *p, const struct scenario_row *above,
                          const struct scenario_row *row, size_t at)
{
    size_t end = above == row ? at : above->outcome_count;
    const struct scenario_outcome *b = &row->outcomes[at];
    char text[2][8];
    for (size_t i = 0; i < end; i++) {
        const struct scenario_outcome *a = &above->outcomes[i];
        if (!outcome_covers(a, b) || !asks_as_much(above, row))
            continue;
        if (b->kind == SCENARIO_SILENCE)
            return parse_fail(p, "two silences in one expectation");
        return parse_fail(p, "%s is never reached: %s on line %u takes it",
                          outcome_name(b, text[0]), outcome_name(a, text[1]), above->line);
    }
    return true;
}

static bool check_command(struct parser *p, const struct scenario_row *above,
                          const struct scenario_row *row)
{
    if (above == row || !command_covers(above, row) || !asks_as_much(above, row))
        return true;
    return parse_fail(p, "%s is never reached: %s on line %u takes it", row->source, above->source,
                      above->line);
}

bool row_reachable(struct parser *p, const struct list *rows)
{
    const struct scenario_row *row = list_at(rows, rows->count - 1);
    p->at = 0;
    for (size_t i = 0; i < rows->count; i++) {
        const struct scenario_row *above = list_at(rows, i);
        if (!check_command(p, above, row))
            return false;
        for (size_t j = 0; j < row->outcome_count; j++)
            if (!check_outcome(p, above, row, j))
                return false;
    }
    return true;
}
