/*
 * NAME
 *     command.c: what a client is expected to say (notation, sections 1, 3 and 7)
 */
#include "scenario/parse.h"

#include <string.h>

/* ---- pattern = (%x41-5A / "*" / var) *char *(SP pword) [" ..."] ------------------------------ */

static bool fail_verb(struct parser *p, smtp_span word)
{
    return parse_fail(p,
                      "a client's line begins with a verb in capitals, a variable, \"*\", "
                      "\"...\", close or silence: \"%.*s\"",
                      (int)word.n, word.p);
}

static bool fail_dots(struct parser *p)
{
    return parse_fail(p, "\"...\" stands at the end, after a blank");
}

static bool begins(smtp_span word, char c)
{
    return word.n > 0 && word.p[0] == c;
}

static bool is_dots(smtp_span word)
{
    return smtp_span_is(word, SMTP_SPAN("..."));
}

/* "no word begins with [ . or =", but for "=" alone */
static bool check_word(struct parser *p, smtp_span word)
{
    if (word.n == 0)
        return parse_fail(p, "one blank between words");
    if (word.n > 3 && is_dots(smtp_span_cut(word, word.n - 3, word.n)))
        return fail_dots(p);
    if (begins(word, '.') || (begins(word, '=') && word.n > 1))
        return parse_fail(p, "no word of a client's line begins with \"%c\": %.*s", word.p[0],
                          (int)word.n, word.p);
    return true;
}

/* The next word, checked. */
static bool take_word(struct parser *p)
{
    size_t from = p->at;
    smtp_span word = text_word(p);
    size_t behind = p->at;
    p->at = from;
    if (!check_word(p, word))
        return false;
    p->at = behind;
    return true;
}

static bool at_end_of_line(const struct parser *p)
{
    return row_at_verdict(p) || smtp_span_has_head_nocase(parse_rest(p), SMTP_SPAN(" ["));
}

/* Behind the last word of the pattern, without its " ..."; the cursor goes behind that. */
static bool pattern_end(struct parser *p, bool *dots, size_t *end)
{
    if (!take_word(p))
        return false;
    for (;;) {
        *end = p->at;
        if (at_end_of_line(p))
            return true;
        *dots = parse_take(p, " ...");
        if (*dots)
            return at_end_of_line(p) || fail_dots(p);
        p->at++;
        if (!take_word(p))
            return false;
    }
}

/* The verb of the line as it will come: {each} is filled in, other variables are open. */
static const char *verb_of(struct parser *p, const struct list *pieces)
{
    const struct scenario_piece *first = pieces->count == 0 ? NULL : list_at(pieces, 0);
    if (first == NULL || first->var != NULL || first->octets.p[0] < 'A' || first->octets.p[0] > 'Z')
        return NULL;
    const char *blank = memchr(first->octets.p, ' ', first->octets.n);
    if (blank == NULL && pieces->count > 1)
        return NULL;
    size_t n = blank == NULL ? first->octets.n : (size_t)(blank - first->octets.p);
    return arena_string(p->arena, smtp_span_cut(first->octets, 0, n));
}

static bool read_pattern(struct parser *p, struct scenario_command *c)
{
    struct list pieces = LIST_OF(p->arena, struct scenario_piece);
    size_t from = p->at, end = 0;
    if (!pattern_end(p, &c->open, &end))
        return false;
    size_t behind = p->at;
    p->at = from;
    if (!text_until(p, end, &pieces))
        return false;
    p->at = behind;
    c->kind = SCENARIO_CMD_PATTERN;
    c->verb = verb_of(p, &pieces);
    c->text = text_of_pieces(p, &pieces);
    return true;
}

/* ---- conditions ------------------------------------------------------------------------------ */

static bool is_mailbox_verb(const char *verb)
{
    smtp_span v = smtp_span_of(verb);
    return smtp_span_is_nocase(v, SMTP_SPAN("MAIL")) || smtp_span_is_nocase(v, SMTP_SPAN("RCPT"));
}

static bool read_conditions(struct parser *p, struct scenario_row *row)
{
    size_t from = p->at, behind;
    if (!conditions_read(p, false, row))
        return false;
    behind = p->at;
    p->at = from;
    for (size_t i = 0; i < row->condition_count; i++)
        if (row->conditions[i].kind == SCENARIO_ENHANCED)
            return parse_fail(p, "a client's line takes only [has X] and [lacks X]");
    if (row->condition_count > 0 && (row->command == NULL || !is_mailbox_verb(row->command->verb)))
        return parse_fail(p, "[has X] looks at parameters: it belongs to MAIL or RCPT");
    p->at = behind;
    return true;
}

/* ---- all that may stand behind the mark ------------------------------------------------------ */

/* ". " ["any "] "message" [" by " ["DATA or "] "BDAT"] */
static bool read_message(struct parser *p, struct scenario_command *c)
{
    size_t from = p->at;
    c->kind = SCENARIO_CMD_MESSAGE;
    bool blank = parse_take(p, " ");
    c->any_message = parse_take(p, "any ");
    bool good = blank && parse_take(p, "message");
    if (good && parse_take(p, " by ")) {
        c->by_data = parse_take(p, "DATA or ");
        c->by_bdat = parse_take(p, "BDAT");
        good = c->by_bdat;
    }
    if (good && row_at_verdict(p))
        return true;
    p->at = from;
    return parse_fail(p, "\"%s\" is followed by: message, any message; by BDAT or by DATA or BDAT",
                      p->mark.text);
}

static bool read_outcome(struct parser *p, bool silence, struct scenario_row *row)
{
    struct scenario_outcome *o = arena_get(p->arena, sizeof *o);
    row->outcomes = o;
    row->outcome_count = 1;
    o->kind = SCENARIO_CLOSE;
    return !silence || reply_silence(p, o);
}

static bool read_line(struct parser *p, struct scenario_row *row)
{
    struct scenario_command *c = arena_get(p->arena, sizeof *c);
    size_t from = p->at;
    smtp_span word = text_word(p);
    bool silence = smtp_span_is(word, SMTP_SPAN("silence"));
    if (silence || smtp_span_is(word, SMTP_SPAN("close")))
        return read_outcome(p, silence, row);
    row->command = c;
    c->kind = SCENARIO_CMD_ANYTHING;
    if (is_dots(word)) {
        c->open = true;
        return at_end_of_line(p) || fail_dots(p);
    }
    p->at = from;
    bool variable = begins(word, '{') && !smtp_span_has_head_nocase(word, SMTP_SPAN("{{"));
    bool capital = word.n > 0 && word.p[0] >= 'A' && word.p[0] <= 'Z';
    if (!variable && !capital && !begins(word, '*'))
        return fail_verb(p, word);
    return read_pattern(p, c);
}

bool command_row(struct parser *p, struct scenario_row *row)
{
    if (p->mark.kind == '=') {
        row->is_exact = true;
        return text_bytes(p, &row->exact);
    }
    if (p->mark.kind == '.') {
        struct scenario_command *c = arena_get(p->arena, sizeof *c);
        row->command = c;
        return read_message(p, c);
    }
    return read_line(p, row) && read_conditions(p, row);
}

/* ---- whether all that fits b fits a ---------------------------------------------------------- */

static bool same_piece(const struct scenario_piece *a, const struct scenario_piece *b)
{
    if (a->var == NULL || b->var == NULL)
        return a->var == b->var && smtp_span_is(a->octets, b->octets);
    return strcmp(a->var, b->var) == 0;
}

/* Whether the text of b is that of a, or (`prefix`) goes on behind it after a blank. */
static bool text_covers(const struct scenario_string *a, const struct scenario_string *b,
                        bool prefix)
{
    if (a->count == 0 || a->count > b->count)
        return a->count == b->count;
    size_t last = a->count - 1;
    for (size_t i = 0; i < last; i++)
        if (!same_piece(&a->pieces[i], &b->pieces[i]))
            return false;
    if (same_piece(&a->pieces[last], &b->pieces[last]))
        return a->count == b->count || (prefix && b->pieces[last + 1].var == NULL &&
                                        b->pieces[last + 1].octets.p[0] == ' ');
    smtp_span head = a->pieces[last].octets, whole = b->pieces[last].octets;
    return prefix && a->pieces[last].var == NULL && b->pieces[last].var == NULL &&
           whole.n > head.n && smtp_span_is(smtp_span_cut(whole, 0, head.n), head) &&
           whole.p[head.n] == ' ';
}

bool command_covers(const struct scenario_row *a, const struct scenario_row *b)
{
    const struct scenario_command *x = a->command, *y = b->command;
    if (x == NULL || y == NULL || x->kind == SCENARIO_CMD_MESSAGE)
        return false;
    if (x->kind == SCENARIO_CMD_ANYTHING)
        return true;
    if (y->kind != SCENARIO_CMD_PATTERN)
        return false;
    bool open = x->open || is_mailbox_verb(x->verb);
    return (open || !y->open) && text_covers(x->text.strings, y->text.strings, open);
}
