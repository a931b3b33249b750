/*
 * NAME
 *     condition.c: what stands in brackets behind a reply or a command (notation, section 3)
 */
#include "scenario/parse.h"

#include <string.h>

#include "scenario/regex.h"

/* enhanced = ("2" / "4" / "5") 2("." 1*3DIGIT), RFC 3463 section 2 */
static bool is_enhanced(smtp_span s)
{
    if (s.n < 5 || (s.p[0] != '2' && s.p[0] != '4' && s.p[0] != '5'))
        return false;
    size_t i = 1;
    for (int part = 0; part < 2; part++) {
        size_t digits = 0;
        if (i >= s.n || s.p[i++] != '.')
            return false;
        while (i < s.n && digits < 4 && text_is_digit(s.p[i])) {
            i++;
            digits++;
        }
        if (digits == 0 || digits > 3)
            return false;
    }
    return i == s.n;
}

/* has = ("has " / "lacks ") word *(SP word), up to `end` */
static bool read_words(struct parser *p, size_t end, struct scenario_condition *out)
{
    struct list words = LIST_OF(p->arena, const char *);
    while (p->at < end) {
        size_t from = p->at;
        while (p->at < end && p->line.p[p->at] != ' ')
            p->at++;
        if (!text_is_word(smtp_span_cut(p->line, from, p->at)))
            return false;
        *(const char **)list_add(&words) = parse_copy(p, from, p->at);
        if (p->at < end)
            p->at++;
    }
    out->words = words.items;
    out->count = words.count;
    return words.count > 0;
}

/* "[" (enhanced / has) "]", the cursor behind the bracket */
static bool simple_condition(struct parser *p, struct scenario_condition *out)
{
    smtp_span rest = parse_rest(p);
    const char *close = memchr(rest.p, ']', rest.n);
    size_t start = p->at, end = close == NULL ? p->line.n : p->at + (size_t)(close - rest.p);
    smtp_span inside = smtp_span_cut(p->line, start, end);
    bool has = parse_take(p, "has "), lacks = !has && parse_take(p, "lacks ");
    bool good = close != NULL;
    if (has || lacks) {
        out->kind = has ? SCENARIO_HAS : SCENARIO_LACKS;
        good = good && read_words(p, end, out);
    } else {
        out->kind = SCENARIO_ENHANCED;
        out->text = arena_string(p->arena, inside);
        good = good && is_enhanced(inside);
    }
    if (!good) {
        p->at = start;
        return parse_fail(
            p, "unknown condition [%.*s]: [5.1.1], [has X], [lacks X] or [~ /re/ \"sample\"]",
            (int)inside.n, inside.p);
    }
    p->at = end + 1;
    return true;
}

struct group_check {
    struct parser *p;
    bool good;
};

static void check_group(void *arg, const char *name, smtp_span value)
{
    struct group_check *check = arg;
    (void)value;
    if (text_is_builtin(smtp_span_of(name)))
        check->good =
            parse_fail(check->p, "group %s has the name of a variable that is built in", name);
    else
        *(const char **)list_add(&check->p->names) =
            arena_string(check->p->arena, smtp_span_of(name));
}

static bool check_regex(struct parser *p, const struct scenario_condition *c)
{
    char why[128];
    pcre2_code *code = regex_compile(c->text, why, sizeof why);
    if (code == NULL)
        return parse_fail(p, "regular expression: %s", why);
    struct group_check check = {p, true};
    bool fits = regex_find(code, (smtp_span){c->sample, c->sample_length}, NULL, NULL);
    regex_names(code, check_group, &check);
    pcre2_code_free(code);
    if (!check.good)
        return false;
    return fits || parse_fail(p, "the sample does not fit its own regular expression");
}

/* match = "~ /" regular expression "/ " string, the cursor on the tilde */
bool condition_match(struct parser *p, struct scenario_condition *out)
{
    parse_take(p, "~ /");
    size_t from = p->at, i = from;
    while (i < p->line.n && p->line.p[i] != '/')
        i += p->line.p[i] == '\\' ? 2 : 1;
    if (i >= p->line.n)
        return parse_fail(p, "regular expression without closing slash");
    if (i == from)
        return parse_fail(p, "empty regular expression");
    out->kind = SCENARIO_MATCH;
    out->text = parse_copy(p, from, i);
    p->at = i + 1;
    if (!parse_take(p, " ") || parse_end(p) || p->line.p[p->at] != '"')
        return parse_fail(p, "a regular expression needs a sample that fits: [~ /re/ \"sample\"]");
    if (!text_plain_string(p, &out->sample, &out->sample_length))
        return false;
    if (!parse_take(p, "]"))
        return parse_fail(p, "no \"]\" behind the sample");
    size_t end = p->at;
    p->at = from;
    if (!check_regex(p, out))
        return false;
    p->at = end;
    return true;
}

/* *(" [" ... "]") */
bool conditions_read(struct parser *p, bool regex, struct scenario_row *row)
{
    struct list conditions = LIST_OF(p->arena, struct scenario_condition);
    while (parse_take(p, " [")) {
        struct scenario_condition *c = list_add(&conditions);
        bool match = regex && smtp_span_has_head_nocase(parse_rest(p), SMTP_SPAN("~ /"));
        if (match ? !condition_match(p, c) : !simple_condition(p, c))
            return false;
    }
    row->conditions = conditions.items;
    row->condition_count = conditions.count;
    return true;
}
