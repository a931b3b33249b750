#include <string.h>

#include "mutator_parts.h"
#include "records/records.h"

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* A word, a CRLF, or any other octet. */
static size_t text_unit(smtp_span in)
{
    size_t n = 0;
    while (n < in.n && is_word(in.p[n]))
        n++;
    if (n > 0)
        return n;
    return in.n >= 2 && memcmp(in.p, "\r\n", 2) == 0 ? 2 : 1;
}

/* A line with its LF, or what of it stands in front of a mark. */
static size_t line_unit(smtp_span in)
{
    size_t n = 0;
    while (n < in.n && (unsigned char)in.p[n] != 0xff)
        if (in.p[n++] == '\n')
            return n;
    return n;
}

bool unit_at(enum mutator_input kind, smtp_span in, size_t at, struct unit *out)
{
    smtp_span rest = smtp_span_cut(in, at, in.n), behind = rest;
    *out = (struct unit){.at = at};
    if (rest.n == 0)
        return false;
    if (kind == MUTATOR_TEXT) {
        out->n = text_unit(rest);
        return true;
    }
    out->n = line_unit(rest);
    if (out->n > 0)
        return true;
    struct record mark;
    out->mark = true;
    out->n = record_next(&behind, &mark) ? rest.n - behind.n : rest.n; /* half a mark: all of it */
    return true;
}

size_t unit_count(enum mutator_input kind, smtp_span in)
{
    size_t n = 0;
    struct unit u = {0};
    while (unit_at(kind, in, u.at + u.n, &u))
        n++;
    return n;
}

struct unit unit_index(enum mutator_input kind, smtp_span in, size_t i)
{
    struct unit u = {0};
    while (unit_at(kind, in, u.at + u.n, &u) && i > 0)
        i--;
    return u;
}

bool unit_any(struct edit *e, struct unit *out)
{
    smtp_span in = {e->p, e->n};
    *out = unit_index(e->kind, in, edit_below(e, unit_count(e->kind, in)));
    return out->n > 0;
}

bool unit_find(struct edit *e, bool (*is)(const struct edit *e, const struct unit *u),
               struct unit *out)
{
    smtp_span in = {e->p, e->n};
    size_t found = 0;
    struct unit u = {0};
    while (unit_at(MUTATOR_RECORDS, in, u.at + u.n, &u))
        found += is(e, &u);
    size_t skip = edit_below(e, found);
    u = (struct unit){0};
    while (unit_at(MUTATOR_RECORDS, in, u.at + u.n, &u))
        if (is(e, &u) && skip-- == 0) {
            *out = u;
            return true;
        }
    return false;
}

static bool is_line(const struct edit *e, const struct unit *u)
{
    (void)e;
    return !u->mark;
}

bool unit_line(struct edit *e, struct unit *out)
{
    return unit_find(e, is_line, out);
}

size_t unit_edge(struct edit *e)
{
    smtp_span in = {e->p, e->n};
    return unit_index(e->kind, in, edit_below(e, unit_count(e->kind, in) + 1)).at;
}

smtp_span word_any(struct edit *e, enum words_kind kind)
{
    struct words words = words_of(kind);
    return words.row[edit_below(e, words.n)];
}
