#include "player/match.h"

#include <stdlib.h>
#include <string.h>

#include "player/text.h"
#include "scenario/regex.h"

struct match_code {
    const struct scenario_condition *condition;
    pcre2_code *code;
};

void match_free(struct matcher *m)
{
    for (size_t i = 0; i < m->count; i++)
        pcre2_code_free(m->codes[i].code);
    free(m->codes);
}

/* NULL: no memory; the parser has tried the expression. */
static const pcre2_code *code_of(struct matcher *m, const struct scenario_condition *condition)
{
    for (size_t i = 0; i < m->count; i++)
        if (m->codes[i].condition == condition)
            return m->codes[i].code;
    if (m->count == m->room) {
        size_t room = m->room == 0 ? 4 : 2 * m->room;
        struct match_code *codes = realloc(m->codes, room * sizeof *codes);
        if (codes == NULL)
            return NULL;
        m->codes = codes;
        m->room = room;
    }
    char why[128];
    pcre2_code *code = regex_compile(condition->text, why, sizeof why);
    if (code != NULL)
        m->codes[m->count++] = (struct match_code){condition, code};
    return code;
}

/* ---- words of a line ------------------------------------------------------------------------- */

static bool next_word(smtp_span *rest, smtp_span *word)
{
    size_t from = 0, to = 0;
    while (from < rest->n && rest->p[from] == ' ')
        from++;
    for (to = from; to < rest->n && rest->p[to] != ' ';)
        to++;
    *word = smtp_span_cut(*rest, from, to);
    *rest = smtp_span_cut(*rest, to, rest->n);
    return word->n > 0;
}

static bool has_word(smtp_span line, smtp_span wanted)
{
    smtp_span word;
    while (next_word(&line, &word))
        if (smtp_span_is_nocase(word, wanted))
            return true;
    return false;
}

/* The keyword first, the other words anywhere behind it. */
static bool line_has(smtp_span line, const struct scenario_condition *condition)
{
    smtp_span keyword;
    if (!next_word(&line, &keyword) ||
        !smtp_span_is_nocase(keyword, smtp_span_of(condition->words[0])))
        return false;
    for (size_t i = 1; i < condition->count; i++)
        if (!has_word(line, smtp_span_of(condition->words[i])))
            return false;
    return true;
}

/* RFC 5321 4.1.1.1: keywords stand in the lines after the first. */
static bool reply_has(smtp_span rest, const struct scenario_condition *condition)
{
    smtp_span line;
    bool first = true;
    while (reply_next_line(&rest, &line)) {
        if (!first && line_has(line, condition))
            return true;
        first = false;
    }
    return false;
}

/* RFC 2034 section 4: the enhanced code is the first word of the text. */
static bool reply_enhanced(smtp_span rest, smtp_span wanted)
{
    smtp_span line, word;
    return reply_next_line(&rest, &line) && next_word(&line, &word) && smtp_span_is(word, wanted);
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* Whether some line fits; its groups are told. */
static bool reply_matches(struct matcher *m, smtp_span rest,
                          const struct scenario_condition *condition, regex_group *group, void *arg)
{
    const pcre2_code *code = code_of(m, condition);
    smtp_span line;
    while (code != NULL && reply_next_line(&rest, &line))
        if (regex_find(code, line, group, arg))
            return true;
    return false;
}

static bool holds(struct matcher *m, const struct scenario_condition *condition, smtp_span octets)
{
    switch (condition->kind) {
    case SCENARIO_ENHANCED:
        return reply_enhanced(octets, smtp_span_of(condition->text));
    case SCENARIO_HAS:
        return reply_has(octets, condition);
    case SCENARIO_LACKS:
        return !reply_has(octets, condition);
    case SCENARIO_MATCH:
        return reply_matches(m, octets, condition, NULL, NULL);
    }
    return false;
}

bool match_outcome(const struct scenario_outcome *outcome, unsigned code)
{
    if (outcome->kind == SCENARIO_ANY)
        return true;
    if (outcome->kind != SCENARIO_CODE)
        return false;
    const unsigned digits[3] = {code / 100, code / 10 % 10, code % 10};
    for (size_t i = 0; i < 3; i++)
        if (outcome->digits[i] != 255 && outcome->digits[i] != digits[i])
            return false;
    return true;
}

static bool code_fits(const struct scenario_row *row, const struct reply *reply)
{
    for (size_t i = 0; i < row->outcome_count; i++)
        if (match_outcome(&row->outcomes[i], reply->code))
            return true;
    return false;
}

bool match_row(struct matcher *m, const struct scenario_row *row, const struct reply *reply,
               uint32_t i)
{
    if (row->is_exact)
        return text_is(&row->exact, m->vars, i, reply_octets(reply));
    if (reply->state != REPLY_WHOLE || !code_fits(row, reply))
        return false;
    for (size_t k = 0; k < row->condition_count; k++)
        if (!holds(m, &row->conditions[k], reply_octets(reply)))
            return false;
    return true;
}

struct capture {
    struct vars *vars;
    bool good;
};

static void keep_group(void *arg, const char *name, smtp_span value)
{
    struct capture *capture = arg;
    capture->good = vars_set(capture->vars, name, value) && capture->good;
}

bool match_capture(struct matcher *m, const struct scenario_row *row, const struct reply *reply)
{
    struct capture capture = {m->vars, true};
    for (size_t k = 0; k < row->condition_count; k++)
        if (row->conditions[k].kind == SCENARIO_MATCH)
            reply_matches(m, reply_octets(reply), &row->conditions[k], keep_group, &capture);
    return capture.good;
}

bool match_octets(struct matcher *m, const struct scenario_condition *condition, smtp_span octets)
{
    struct capture capture = {m->vars, true};
    const pcre2_code *code = code_of(m, condition);
    return code != NULL && regex_find(code, octets, keep_group, &capture) && capture.good;
}
