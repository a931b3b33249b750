/*
 * NAME
 *     mail.c: M lines, which look at a message (notation, sections 1 and 5)
 */
#include "scenario/parse.h"

#include <string.h>

static bool fail_field(struct parser *p)
{
    return parse_fail(p, "an M line is written M: Field: value, or M: no Field");
}

/* fname = 1*(%x21-39 / %x3B-7E) */
static bool is_field_name(smtp_span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~' || s.p[i] == ':')
            return false;
    return s.n > 0;
}

/* "[" match "]", the cursor on the bracket */
static bool read_match(struct parser *p, struct scenario_step *step)
{
    struct scenario_condition *c = arena_get(p->arena, sizeof *c);
    smtp_span rest = parse_rest(p);
    if (!smtp_span_is(smtp_span_cut(rest, 0, 4), SMTP_SPAN("[~ /")))
        return parse_fail(p, "what begins with \"[\" is a pattern: [~ /re/ \"sample\"]");
    p->at++;
    if (!condition_match(p, c))
        return false;
    step->match = c;
    return parse_end(p) || parse_fail(p, "expected the end of the line");
}

static bool read_absent(struct parser *p, struct scenario_step *step)
{
    parse_take(p, "no ");
    smtp_span name = parse_rest(p);
    step->mail = SCENARIO_MAIL_NO_FIELD;
    step->field = arena_string(p->arena, name);
    return is_field_name(name) || fail_field(p);
}

/* fname ": " (plain *(*SP char) / "[" match "]") */
static bool read_field(struct parser *p, struct scenario_step *step)
{
    smtp_span rest = parse_rest(p);
    const char *colon = memchr(rest.p, ':', rest.n);
    smtp_span name = smtp_span_cut(rest, 0, colon == NULL ? 0 : (size_t)(colon - rest.p));
    if (!is_field_name(name))
        return fail_field(p);
    p->at += name.n;
    if (!parse_take(p, ": ") || parse_end(p) || p->line.p[p->at] == ' ')
        return fail_field(p);
    step->field = arena_string(p->arena, name);
    if (p->line.p[p->at] == '[') {
        step->mail = SCENARIO_MAIL_FIELD_MATCH;
        return read_match(p, step);
    }
    struct list pieces = LIST_OF(p->arena, struct scenario_piece);
    step->mail = SCENARIO_MAIL_FIELD;
    if (!text_until(p, p->line.n, &pieces))
        return false;
    step->text = text_of_pieces(p, &pieces);
    return true;
}

static bool read_tail(struct parser *p, struct scenario_step *step)
{
    if (smtp_span_is(parse_rest(p), SMTP_SPAN("message"))) {
        step->mail = SCENARIO_MAIL_TAIL;
        return true;
    }
    if (parse_end(p) || p->line.p[p->at] != '[')
        return parse_fail(p, "\"M.\" is followed by: message, or [~ /re/ \"sample\"]");
    step->mail = SCENARIO_MAIL_BODY_MATCH;
    return read_match(p, step);
}

bool mail_line(struct parser *p)
{
    if (!exchange_end(p))
        return false;
    if (p->brought == 0)
        return parse_fail(p, "M line without a message above it");
    const struct scenario_step *above = list_at(&p->steps, p->brought - 1);
    struct mark mark = {.hop = above->hop, .conn = above->conn, .times = 1};
    struct scenario_step read = {0};
    p->repeated = false;
    p->at = 2;
    if (!parse_take(p, " "))
        return parse_fail(p, "a blank after \"%.2s\"", p->line.p);
    bool absent = smtp_span_is(smtp_span_cut(parse_rest(p), 0, 3), SMTP_SPAN("no "));
    if (p->line.p[1] == '.' ? !read_tail(p, &read)
        : absent            ? !read_absent(p, &read)
                            : !read_field(p, &read))
        return false;
    struct scenario_step *step = line_step(p, SCENARIO_MAIL, &mark);
    step->mail = read.mail;
    step->field = read.field;
    step->text = read.text;
    step->match = read.match;
    p->has_expect |= p->in_test;
    return true;
}
