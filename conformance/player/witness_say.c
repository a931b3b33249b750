#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "player/needs.h"
#include "player/text.h"
#include "player/witness_plan.h"

/* ---- a reply, line by line ------------------------------------------------------------------- */

struct lines {
    char *texts[64];
    size_t count;
    bool full; /* no memory, or too many */
};

static void add_line(struct lines *lines, smtp_span text)
{
    char *copy =
        lines->count < sizeof lines->texts / sizeof *lines->texts ? malloc(text.n + 1) : NULL;
    if (copy == NULL) {
        lines->full = true;
        return;
    }
    if (text.n > 0)
        memcpy(copy, text.p, text.n);
    copy[text.n] = '\0';
    lines->texts[lines->count++] = copy;
}

static void add_words(struct lines *lines, const struct scenario_condition *condition)
{
    char text[512];
    size_t at = 0;
    for (size_t i = 0; i < condition->count && at < sizeof text; i++) {
        int n =
            snprintf(text + at, sizeof text - at, "%s%s", i == 0 ? "" : " ", condition->words[i]);
        at += n < 0 ? 0 : (size_t)n;
    }
    add_line(lines, smtp_span_of(text));
}

/* "AUTH=PLAIN" is listed as "AUTH PLAIN"; SIZE with a limit. */
static void add_needs(struct lines *lines, const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->need_count; i++) {
        const char *need = scenario->needs[i];
        if (!needs_is_keyword(need))
            continue;
        add_line(lines, smtp_span_of(strcmp(need, "SIZE") == 0 ? "SIZE 1000000" : need));
        char *equals = lines->full ? NULL : strchr(lines->texts[lines->count - 1], '=');
        if (equals != NULL)
            *equals = ' ';
    }
}

/* The text of the first line: the enhanced code, or the first sample, or whatever else. */
static void add_first(struct lines *lines, const struct scenario_row *row, const char *filler)
{
    const struct scenario_condition *sample = NULL;
    for (size_t i = 0; i < row->condition_count; i++) {
        const struct scenario_condition *c = &row->conditions[i];
        if (c->kind == SCENARIO_ENHANCED) {
            char text[64];
            snprintf(text, sizeof text, "%s ok", c->text);
            add_line(lines, smtp_span_of(text));
            return;
        }
        if (c->kind == SCENARIO_MATCH && sample == NULL)
            sample = c;
    }
    add_line(lines, sample == NULL ? smtp_span_of(filler)
                                   : (smtp_span){sample->sample, sample->sample_length});
}

static void add_conditions(struct lines *lines, const struct scenario_row *row)
{
    for (size_t i = 0; i < row->condition_count; i++) {
        const struct scenario_condition *c = &row->conditions[i];
        if (c->kind == SCENARIO_HAS)
            add_words(lines, c);
        else if (c->kind == SCENARIO_MATCH)
            add_line(lines, (smtp_span){c->sample, c->sample_length});
    }
}

/* Reply-line = *( Reply-code "-" [ textstring ] CRLF ) Reply-code [ SP textstring ] CRLF */
static bool print_reply(const struct lines *lines, unsigned code, struct reply *out)
{
    reply_reset(out);
    for (size_t i = 0; i < lines->count; i++) {
        char head[8];
        snprintf(head, sizeof head, "%03u%c", code, i + 1 < lines->count ? '-' : ' ');
        reply_feed(out, smtp_span_of(head));
        reply_feed(out, smtp_span_of(lines->texts[i]));
        reply_feed(out, SMTP_SPAN("\r\n"));
    }
    return !lines->full && out->state == REPLY_WHOLE;
}

/* ---- which of them --------------------------------------------------------------------------- */

/* The row fits, and no row above does. */
static bool is_rows(struct plan *plan, const struct scenario_step *step,
                    const struct scenario_row *row, const struct reply *reply)
{
    for (const struct scenario_row *above = step->rows; above < row; above++)
        if (match_row(&plan->matcher, above, reply, 1))
            return false;
    return match_row(&plan->matcher, row, reply, 1);
}

static bool try_code(struct plan *plan, const struct scenario_step *step,
                     const struct scenario_row *row, const struct lines *lines, struct reply *out,
                     unsigned code)
{
    return print_reply(lines, code, out) && is_rows(plan, step, row, out);
}

/* The plain code of a class first, then the lowest that fits (RFC 5321 4.2: 2-5, 0-5, 0-9). */
static bool try_codes(struct plan *plan, const struct scenario_step *step,
                      const struct scenario_row *row, const struct scenario_outcome *outcome,
                      const struct lines *lines, struct reply *out)
{
    static const unsigned plain[] = {250, 354, 450, 550};
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (match_outcome(outcome, plain[i]) && try_code(plan, step, row, lines, out, plain[i]))
            return true;
    for (unsigned code = 200; code < 560; code++)
        if (code / 10 % 10 < 6 && match_outcome(outcome, code) &&
            try_code(plan, step, row, lines, out, code))
            return true;
    return false;
}

/* Keywords that a row above lacks: what has them is not taken by it. */
static void add_lacked(struct lines *lines, const struct scenario_step *step,
                       const struct scenario_row *row)
{
    for (const struct scenario_row *above = step->rows; above < row; above++)
        for (size_t i = 0; i < above->condition_count; i++)
            if (above->conditions[i].kind == SCENARIO_LACKS)
                add_words(lines, &above->conditions[i]);
}

enum { LIST_NEEDS = 1 << 0, LIST_LACKED = 1 << 1 };

static bool try_lines(struct plan *plan, const struct scenario_step *step,
                      const struct scenario_row *row, unsigned lists, struct reply *out)
{
    static const char *const fillers[] = {"ok", "", "."};
    bool found = false;
    for (size_t f = 0; f < sizeof fillers / sizeof *fillers && !found; f++) {
        struct lines lines = {.count = 0};
        add_first(&lines, row, fillers[f]);
        add_conditions(&lines, row);
        if ((lists & LIST_NEEDS) != 0)
            add_needs(&lines, plan->scenario);
        if ((lists & LIST_LACKED) != 0)
            add_lacked(&lines, step, row);
        for (size_t i = 0; i < row->outcome_count && !found; i++)
            found = try_codes(plan, step, row, &row->outcomes[i], &lines, out);
        for (size_t i = 0; i < lines.count; i++)
            free(lines.texts[i]);
    }
    return found;
}

/* Keywords of needs: where an EHLO is answered, if the row may have them; then without. */
static bool try_lists(struct plan *plan, const struct scenario_step *step,
                      const struct scenario_row *row, bool ehlo, struct reply *out)
{
    for (unsigned lacked = 0; lacked <= LIST_LACKED; lacked += LIST_LACKED)
        if ((ehlo && try_lines(plan, step, row, LIST_NEEDS | lacked, out)) ||
            try_lines(plan, step, row, lacked, out))
            return true;
    return false;
}

static bool try_exact(struct plan *plan, const struct scenario_step *step,
                      const struct scenario_row *row, struct reply *out)
{
    struct text_cursor cursor = {.text = &row->exact, .i = 1};
    smtp_span octets;
    uint64_t pause = 0;
    while (text_next(&cursor, &plan->vars, &octets, &pause) == TEXT_OCTETS)
        if (reply_feed(out, octets) < octets.n)
            return false;
    return out->state != REPLY_PART && is_rows(plan, step, row, out);
}

bool plan_say(struct plan *plan, const struct scenario_step *step, const struct scenario_row *row,
              bool ehlo, smtp_room *out)
{
    struct reply reply = {.p = NULL};
    bool found = row->is_exact ? try_exact(plan, step, row, &reply)
                               : try_lists(plan, step, row, ehlo, &reply);
    if (found)
        found = match_capture(&plan->matcher, row, &reply);
    if (!found) {
        reply_free(&reply);
        return false;
    }
    *out = (smtp_room){reply.p, reply.n};
    return true;
}
