#include <stdio.h>
#include <string.h>

#include "player/needs.h"
#include "player/text.h"
#include "player/witness_plan.h"

/* ---- a reply, line by line ------------------------------------------------------------------- */

struct lines {
    smtp_span texts[64];
    size_t count;
    char room[2048]; /* of those that stand nowhere else */
    size_t used;
    bool full;
};

static void add_line(struct lines *lines, smtp_span text)
{
    lines->full = lines->full || lines->count == sizeof lines->texts / sizeof *lines->texts;
    if (!lines->full)
        lines->texts[lines->count++] = text;
}

static void add_made(struct lines *lines, const char *first, const char *second)
{
    char *at = lines->room + lines->used;
    size_t room = sizeof lines->room - lines->used;
    int n = snprintf(at, room, "%s%s", first, second);
    lines->full = lines->full || n < 0 || (size_t)n >= room;
    if (lines->full)
        return;
    lines->used += (size_t)n;
    add_line(lines, (smtp_span){at, (size_t)n});
}

/* "AUTH PLAIN": the keyword and the words behind it. */
static void add_words(struct lines *lines, const struct scenario_condition *condition)
{
    size_t from = lines->used, at = lines->count;
    for (size_t i = 0; i < condition->count && !lines->full; i++) {
        add_made(lines, i == 0 ? "" : " ", condition->words[i]);
        lines->count = at;
    }
    add_line(lines, (smtp_span){lines->room + from, lines->used - from});
}

/* "AUTH=PLAIN" is listed as "AUTH PLAIN"; SIZE with a limit. */
static void add_needs(struct lines *lines, const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->need_count && !lines->full; i++) {
        const char *need = scenario->needs[i];
        if (!needs_is_keyword(need))
            continue;
        char *equals = strchr(need, '=') == NULL ? NULL : lines->room + lines->used;
        add_made(lines, need, strcmp(need, "SIZE") == 0 ? " 1000000" : "");
        if (equals != NULL)
            equals[strcspn(need, "=")] = ' ';
    }
}

/* The text of the first line: the enhanced code, or the first sample, or whatever else. */
static void add_first(struct lines *lines, const struct scenario_row *row, const char *filler)
{
    const struct scenario_condition *sample = NULL;
    for (size_t i = 0; i < row->condition_count; i++) {
        const struct scenario_condition *c = &row->conditions[i];
        if (c->kind == SCENARIO_ENHANCED) {
            add_made(lines, c->text, " ok");
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
        reply_feed(out, lines->texts[i]);
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
        struct lines lines;
        lines.count = lines.used = 0;
        lines.full = false;
        add_first(&lines, row, fillers[f]);
        add_conditions(&lines, row);
        if ((lists & LIST_NEEDS) != 0)
            add_needs(&lines, plan->scenario);
        if ((lists & LIST_LACKED) != 0)
            add_lacked(&lines, step, row);
        for (size_t i = 0; i < row->outcome_count && !found; i++)
            found = try_codes(plan, step, row, &row->outcomes[i], &lines, out);
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
