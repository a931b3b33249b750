#include "player/text.h"

#include <stdio.h>
#include <string.h>

/* A copy of {i}: others may look at it before its octets have left. */
static smtp_span keep_number(struct text_cursor *cursor, smtp_span number)
{
    memcpy(cursor->number, number.p, number.n);
    return (smtp_span){cursor->number, number.n};
}

enum text_kind text_next(struct text_cursor *cursor, struct vars *vars, smtp_span *out,
                         uint64_t *pause_ms)
{
    while (cursor->string < cursor->text->count) {
        const struct scenario_string *s = &cursor->text->strings[cursor->string];
        if (s->is_pause) {
            cursor->string++;
            *pause_ms = s->pause_ms;
            return TEXT_PAUSE;
        }
        if (cursor->piece < s->count) {
            const struct scenario_piece *piece = &s->pieces[cursor->piece++];
            *out = piece->octets;
            if (piece->var != NULL)
                vars_find(vars, piece->var, cursor->i, out);
            if (out->p == vars->number)
                *out = keep_number(cursor, *out);
            if (out->n > 0)
                return TEXT_OCTETS;
            continue;
        }
        cursor->piece = 0;
        if (++cursor->time >= s->times) {
            cursor->time = 0;
            cursor->string++;
        }
    }
    return TEXT_END;
}

uint64_t text_size(const struct scenario_text *text, struct vars *vars, uint32_t i)
{
    uint64_t size = 0;
    for (size_t s = 0; s < text->count; s++) {
        const struct scenario_string *string = &text->strings[s];
        uint64_t once = 0;
        for (size_t p = 0; p < string->count; p++) {
            smtp_span octets = string->pieces[p].octets;
            if (string->pieces[p].var != NULL)
                vars_find(vars, string->pieces[p].var, i, &octets);
            once += octets.n;
        }
        size += once * string->times;
    }
    return size;
}

const char *text_missing(const struct scenario_text *text, struct vars *vars)
{
    smtp_span value;
    for (size_t s = 0; s < text->count; s++)
        for (size_t p = 0; p < text->strings[s].count; p++) {
            const char *var = text->strings[s].pieces[p].var;
            if (var != NULL && !vars_find(vars, var, 1, &value))
                return var;
        }
    return NULL;
}

bool text_is(const struct scenario_text *text, struct vars *vars, uint32_t i, smtp_span octets)
{
    struct text_cursor cursor = {.text = text, .i = i};
    smtp_span next;
    uint64_t pause = 0;
    for (;;) {
        enum text_kind kind = text_next(&cursor, vars, &next, &pause);
        if (kind == TEXT_END)
            return octets.n == 0;
        if (kind == TEXT_PAUSE)
            continue;
        if (next.n > octets.n || memcmp(next.p, octets.p, next.n) != 0)
            return false;
        octets = smtp_span_cut(octets, next.n, octets.n);
    }
}

#define OCTETS(text)                                                                               \
    {                                                                                              \
        .octets = { text, sizeof(text) - 1 }                                                       \
    }
#define VAR(name)                                                                                  \
    {                                                                                              \
        .var = (name)                                                                              \
    }

const struct scenario_text *text_message(const struct scenario *scenario)
{
    static const struct scenario_piece pieces[] = {
        OCTETS("From: <"),
        VAR("from"),
        OCTETS(">\r\nTo: <"),
        VAR("rcpt"),
        OCTETS(">\r\nSubject: conformance test "),
        VAR("nonce"),
        OCTETS("\r\nDate: "),
        VAR("date"),
        OCTETS("\r\nMessage-ID: <"),
        VAR("nonce"),
        OCTETS("@"),
        VAR("me"),
        OCTETS(">\r\n\r\nA test of the mail system. Nothing is wanted of you.\r\n"),
    };
    static const struct scenario_string string = {
        .pieces = pieces, .count = sizeof pieces / sizeof *pieces, .times = 1};
    static const struct scenario_text text = {.strings = &string, .count = 1};
    return scenario->has_message ? &scenario->message : &text;
}

bool text_set_size(const struct scenario *scenario, struct vars *vars)
{
    char number[24];
    snprintf(number, sizeof number, "%llu",
             (unsigned long long)text_size(text_message(scenario), vars, 1));
    return vars_set(vars, "size", smtp_span_of(number));
}
