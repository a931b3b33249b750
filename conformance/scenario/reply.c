/*
 * NAME
 *     reply.c: what a server is expected to say (notation, sections 1, 3 and 7)
 */
#include "scenario/parse.h"

/* "silence " time, the cursor behind the word */
bool reply_silence(struct parser *p, struct scenario_outcome *out)
{
    smtp_span rest = parse_rest(p);
    bool given = rest.n > 1 && rest.p[0] == ' ' && text_is_digit(rest.p[1]);
    if (!given)
        return parse_fail(p, "silence needs a length: silence 300ms");
    size_t from = ++p->at;
    smtp_span word = text_word(p);
    out->kind = SCENARIO_SILENCE;
    if (text_duration(word, &out->ms)) {
        p->scenario->slow_ms += out->ms * p->mark.times;
        return true;
    }
    p->at = from;
    return parse_fail(p, "bad length of silence: %.*s", (int)word.n, word.p);
}

/* %x32-35 ("yz" / DIGIT ("z" / DIGIT)) */
static bool is_code(smtp_span w, unsigned char digits[static 3])
{
    if (w.n != 3 || w.p[0] < '2' || w.p[0] > '5')
        return false;
    bool y = w.p[1] == 'y', z = w.p[2] == 'z';
    if ((!y && !text_is_digit(w.p[1])) || (!z && !text_is_digit(w.p[2])) || (y && !z))
        return false;
    digits[0] = (unsigned char)(w.p[0] - '0');
    digits[1] = y ? 255 : (unsigned char)(w.p[1] - '0');
    digits[2] = z ? 255 : (unsigned char)(w.p[2] - '0');
    return true;
}

static bool fail_code(struct parser *p, smtp_span word)
{
    unsigned char digits[3];
    if (word.n > 3 && word.p[3] == '-' && is_code(smtp_span_cut(word, 0, 3), digits))
        return parse_fail(p,
                          "a reply is one line here, however many it has on the wire: write "
                          "%.3s, and [has X] for a keyword",
                          word.p);
    if (word.n == 0)
        return parse_fail(p, "expected what? a reply code, close or silence");
    return parse_fail(p, "not a reply code, close or silence: \"%.*s\"", (int)word.n, word.p);
}

static bool read_outcome(struct parser *p, struct scenario_outcome *out)
{
    size_t from = p->at;
    smtp_span word = text_word(p);
    if (smtp_span_is(word, SMTP_SPAN("silence")))
        return reply_silence(p, out);
    if (smtp_span_is(word, SMTP_SPAN("any"))) {
        out->kind = SCENARIO_ANY;
        return true;
    }
    if (smtp_span_is(word, SMTP_SPAN("close"))) {
        out->kind = SCENARIO_CLOSE;
        return true;
    }
    out->kind = SCENARIO_CODE;
    if (is_code(word, out->digits))
        return true;
    p->at = from;
    return fail_code(p, word);
}

static bool check_conditions(struct parser *p, const struct scenario_row *row, size_t from)
{
    for (size_t i = 0; row->condition_count > 0 && i < row->outcome_count; i++)
        if (row->outcomes[i].kind == SCENARIO_CLOSE || row->outcomes[i].kind == SCENARIO_SILENCE) {
            p->at = from;
            return parse_fail(p, "a condition needs a reply code");
        }
    return true;
}

/* outcome *(" | " outcome) *(" [" (enhanced / has / match) "]") */
static bool read_outcomes(struct parser *p, struct scenario_row *row)
{
    struct list outcomes = LIST_OF(p->arena, struct scenario_outcome);
    do {
        struct scenario_outcome *o = list_add(&outcomes);
        if (!read_outcome(p, o))
            return false;
    } while (parse_take(p, " | "));
    row->outcomes = outcomes.items;
    row->outcome_count = outcomes.count;
    size_t from = p->at;
    if (!conditions_read(p, true, row) || !check_conditions(p, row, from))
        return false;
    if (row_at_verdict(p))
        return true;
    smtp_span text = smtp_span_cut(p->line, p->at + 1, p->line.n);
    p->at++;
    return parse_fail(
        p, "text after a code is not compared: \"%.*s\"; leave it out or use [~ /re/ \"sample\"]",
        (int)text.n, text.p);
}

bool reply_row(struct parser *p, struct scenario_row *row)
{
    row->is_exact = p->mark.kind == '=';
    return row->is_exact ? text_bytes(p, &row->exact) : read_outcomes(p, row);
}
