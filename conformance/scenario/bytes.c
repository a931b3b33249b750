/*
 * NAME
 *     bytes.c: strings with escapes, and exact bytes (notation, sections 1 and 2)
 */
#include "scenario/parse.h"

#include <string.h>

static int hex_value(char c)
{
    static const char digits[] = "0123456789abcdef", capitals[] = "ABCDEF";
    const char *found = c == '\0' ? NULL : strchr(digits, c);
    if (found != NULL)
        return (int)(found - digits);
    found = c == '\0' ? NULL : strchr(capitals, c);
    return found == NULL ? -1 : 10 + (int)(found - capitals);
}

/* Names it with all the octets of its character. */
static bool fail_escape(struct parser *p, smtp_span rest)
{
    size_t n = rest.n < 2 ? rest.n : 2;
    while (n < rest.n && ((unsigned char)rest.p[n] & 0xC0) == 0x80)
        n++;
    return parse_fail(p, "unknown escape %.*s", (int)n, rest.p);
}

/* "\" ("r" / "n" / "t" / "0" / "\" / DQUOTE / "x" 2HEXDIG), the cursor on the backslash */
static bool take_escape(struct parser *p, char *out)
{
    static const char names[] = "rnt0\\\"", values[] = "\r\n\t\0\\\"";
    smtp_span rest = parse_rest(p);
    char c = '\0';
    if (rest.n > 1)
        c = rest.p[1];
    const char *found = c == '\0' ? NULL : strchr(names, c);
    if (c == '0' && rest.n > 2 && text_is_digit(rest.p[2]))
        return parse_fail(p, "\\0 before a digit: write \\x00");
    if (c == 'x' && rest.n > 3 && hex_value(rest.p[2]) >= 0 && hex_value(rest.p[3]) >= 0) {
        *out = (char)(hex_value(rest.p[2]) * 16 + hex_value(rest.p[3]));
        p->at += 4;
        return true;
    }
    if (found == NULL)
        return fail_escape(p, rest);
    *out = values[found - names];
    p->at += 2;
    return true;
}

/* Where this string ends: at its closing quote, or at the end of the line. */
static size_t closing_quote(const struct parser *p)
{
    size_t i = p->at;
    while (i < p->line.n && p->line.p[i] != '"')
        i += p->line.p[i] == '\\' ? 2 : 1;
    return i < p->line.n ? i : p->line.n;
}

/* string, the cursor on its first quote */
bool text_string(struct parser *p, struct list *pieces)
{
    size_t from = p->at++, end = closing_quote(p);
    while (p->at < end) {
        const char *next = memchr(p->line.p + p->at, '\\', end - p->at);
        size_t plain = next == NULL ? end : (size_t)(next - p->line.p);
        char octet = 0;
        if (!text_until(p, plain, pieces))
            return false;
        if (p->at >= end)
            break;
        if (!take_escape(p, &octet))
            return false;
        text_add_octets(p, pieces, (smtp_span){&octet, 1});
    }
    if (parse_end(p)) {
        p->at = from;
        return parse_fail(p, "string without closing quote");
    }
    p->at++;
    return true;
}

/* ---- exact bytes ----------------------------------------------------------------------------- */

static bool add_pause(struct parser *p, struct list *strings)
{
    size_t from = p->at;
    smtp_span word = text_word(p);
    uint64_t ms = 0;
    bool number = word.n > 0 && text_is_digit(word.p[0]);
    bool good = text_duration(word, &ms);
    p->at = from;
    if (!good && number)
        return parse_fail(p, "duration %.*s has no unit: ms, s or m", (int)word.n, word.p);
    if (!good)
        return parse_fail(p, "expected a \"string\" or a pause, not %.*s", (int)word.n, word.p);
    if (p->received)
        return parse_fail(p, "a pause stands only in bytes that the player sends");
    p->at += word.n;
    struct scenario_string *s = list_add(strings);
    s->is_pause = true;
    s->pause_ms = ms;
    s->times = 1;
    p->scenario->slow_ms += ms;
    return true;
}

/* bytes = string [" * " count] */
static bool add_string(struct parser *p, struct list *strings)
{
    struct list pieces = LIST_OF(p->arena, struct scenario_piece);
    if (!text_string(p, &pieces))
        return false;
    struct scenario_string *s = list_add(strings);
    s->pieces = pieces.items;
    s->count = pieces.count;
    s->times = 1;
    return !parse_take(p, " * ") || text_count(p, "bad count", &s->times);
}

static bool no_string(struct parser *p)
{
    const char *blank = memchr(p->line.p, ' ', p->line.n);
    size_t n = blank == NULL ? p->line.n : (size_t)(blank - p->line.p);
    return parse_fail(p, "%.*s needs a \"string\"", (int)n, p->line.p);
}

static bool add_bytes(struct parser *p, struct list *strings, bool *any)
{
    bool quote = !parse_end(p) && p->line.p[p->at] == '"';
    if (!parse_end(p) && p->line.p[p->at] == ' ')
        return parse_fail(p, "one blank between strings");
    *any |= quote;
    return quote ? add_string(p, strings) : add_pause(p, strings);
}

bool text_bytes(struct parser *p, struct scenario_text *out)
{
    struct list strings = LIST_OF(p->arena, struct scenario_string);
    bool any = false;
    if (parse_end(p))
        return no_string(p);
    for (;;) {
        if (!add_bytes(p, &strings, &any))
            return false;
        if (row_at_verdict(p))
            break;
        if (!parse_take(p, " "))
            return parse_fail(p, "one blank between strings");
    }
    if (!any)
        return no_string(p);
    out->strings = strings.items;
    out->count = strings.count;
    return true;
}
