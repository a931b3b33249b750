/* The parts of a line: verb and parameters, RFC 5321 4.1.1. */
#include <string.h>

#include "mutator_parts.h"

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* A line without its CR and LF: where it begins and ends. */
static bool any_text(struct edit *e, size_t *from, size_t *to)
{
    struct unit line;
    if (!unit_line(e, &line))
        return false;
    *from = line.at;
    *to = line.at + line.n;
    while (*to > *from && (e->p[*to - 1] == '\n' || e->p[*to - 1] == '\r'))
        --*to;
    return *to > *from;
}

bool edit_verb(struct edit *e)
{
    size_t from, to;
    if (!any_text(e, &from, &to))
        return false;
    size_t end = from;
    while (end < to && is_letter(e->p[end]))
        end++;
    return end > from && edit_replace(e, from, end - from, word_any(e, WORDS_VERBS));
}

/* Any `c` of the text in [from, to): its place. */
static bool any_octet(struct edit *e, char c, size_t from, size_t to, size_t *at)
{
    size_t found = 0;
    for (size_t i = from; i < to; i++)
        found += e->p[i] == c;
    size_t skip = edit_below(e, found);
    for (*at = from; *at < to; ++*at)
        if (e->p[*at] == c && skip-- == 0)
            return true;
    return false;
}

/* The word that begins at `at`, up to a space or `stop`: its end. */
static size_t word_end(const struct edit *e, size_t at, size_t to, char stop)
{
    while (at < to && e->p[at] != ' ' && e->p[at] != stop)
        at++;
    return at;
}

/* SP keyword ["=" value] behind all others; to a reply a keyword of EHLO. */
bool edit_param_add(struct edit *e)
{
    size_t from, to, n = 0;
    if (!any_text(e, &from, &to))
        return false;
    bool reply = e->p[from] >= '2' && e->p[from] <= '5';
    char text[128];
    smtp_room room = {text, sizeof text};
    smtp_span keyword = word_any(e, reply ? WORDS_KEYWORDS : WORDS_PARAMS);
    smtp_room_put(room, &n, SMTP_SPAN(" "));
    smtp_room_put(room, &n, keyword);
    if (keyword.p[keyword.n - 1] == '=')
        smtp_room_put(room, &n, word_any(e, WORDS_VALUES));
    return n <= sizeof text && edit_replace(e, to, 0, (smtp_span){text, n});
}

bool edit_param_drop(struct edit *e)
{
    size_t from, to, at;
    if (!any_text(e, &from, &to) || !any_octet(e, ' ', from, to, &at))
        return false;
    return edit_replace(e, at, word_end(e, at + 1, to, ' ') - at, (smtp_span){NULL, 0});
}

bool edit_param_value(struct edit *e)
{
    size_t from, to, at;
    if (!any_text(e, &from, &to) || !any_octet(e, '=', from, to, &at))
        return false;
    enum words_kind kind = edit_once_in(e, 4) ? WORDS_NUMBERS : WORDS_VALUES;
    return edit_replace(e, at + 1, word_end(e, at + 1, to, ' ') - at - 1, word_any(e, kind));
}

bool edit_param_keyword(struct edit *e)
{
    size_t from, to, at;
    if (!any_text(e, &from, &to) || !any_octet(e, ' ', from, to, &at))
        return false;
    size_t end = word_end(e, at + 1, to, '=');
    smtp_span keyword = word_any(e, WORDS_PARAMS);
    bool twice = end < to && e->p[end] == '=' && keyword.p[keyword.n - 1] == '=';
    return edit_replace(e, at + 1, end - at - 1 + twice, keyword);
}

/* Of a bracket or quote that opens the one that closes; NUL: it opens nothing. */
static char closing(char c)
{
    static const char pairs[][2] = {{'<', '>'}, {'(', ')'}, {'[', ']'}, {'"', '"'}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (pairs[i][0] == c)
            return pairs[i][1];
    return '\0';
}

/* Any bracket or quote that opens, in [from, to): its place. */
static bool any_opening(struct edit *e, size_t from, size_t to, size_t *at)
{
    size_t found = 0;
    for (size_t i = from; i < to; i++)
        found += closing(e->p[i]) != '\0';
    size_t skip = edit_below(e, found);
    for (*at = from; *at < to; ++*at)
        if (closing(e->p[*at]) != '\0' && skip-- == 0)
            return true;
    return false;
}

/* What stands in brackets or quotes: emptied, or an address in place of all of it (RFC 5321 4.1.2, 4.1.3). */
bool edit_inside(struct edit *e)
{
    size_t from, to, at;
    if (!any_text(e, &from, &to) || !any_opening(e, from, to, &at))
        return false;
    const char *end = memchr(e->p + at + 1, closing(e->p[at]), to - at - 1);
    if (end == NULL)
        return false;
    size_t n = (size_t)(end - (e->p + at)) + 1;
    if (edit_once_in(e, 2))
        return edit_replace(e, at + 1, n - 2, (smtp_span){NULL, 0});
    return edit_replace(e, at, n, word_any(e, WORDS_ADDRESSES));
}
