/* Numbers: what SIZE= and BDAT announce, reply codes, any other. */
#include <string.h>

#include "mutator_parts.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t digits_end(const struct edit *e, size_t at)
{
    while (at < e->n && is_digit(e->p[at]))
        at++;
    return at;
}

static bool put_number(struct edit *e, size_t at, size_t end, uint64_t n)
{
    char text[24];
    size_t used = 0;
    smtp_room_put_number((smtp_room){text, sizeof text}, &used, n);
    return edit_replace(e, at, end - at, (smtp_span){text, used});
}

/* None, off by one, or a number at which something begins or ends. */
static bool change(struct edit *e, size_t at)
{
    size_t end = digits_end(e, at);
    uint64_t n;
    if (edit_once_in(e, 8))
        return put_number(e, at, end, 0);
    if (edit_once_in(e, 2) || !smtp_span_number((smtp_span){e->p + at, end - at}, 20, &n))
        return edit_replace(e, at, end - at, word_any(e, WORDS_NUMBERS));
    return put_number(e, at, end, edit_once_in(e, 2) ? n + 1 : n - (n > 0));
}

/* Whether a number that begins at `at` is one that announces octets (RFC 1870 3, RFC 3030 2). */
static bool announces(const struct edit *e, size_t at)
{
    static const char *const heads[] = {"SIZE=", "BDAT "};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        if (at >= 5 && smtp_span_is_nocase((smtp_span){e->p + at - 5, 5}, (smtp_span){heads[i], 5}))
            return true;
    return false;
}

/* The same of scenarios: how often a string or a line is there. */
static bool repeats(const struct edit *e, size_t at)
{
    static const char *const heads[] = {" * ", "C* ", "S* "};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        if (at >= 3 && memcmp(e->p + at - 3, heads[i], 3) == 0)
            return true;
    return false;
}

static bool begins_number(const struct edit *e, size_t at)
{
    bool inside = at > 0 && (is_digit(e->p[at - 1]) || (unsigned char)e->p[at - 1] == 0xff);
    return is_digit(e->p[at]) && !inside;
}

static bool is_wanted(const struct edit *e, size_t at, bool announced)
{
    return begins_number(e, at) && (!announced || announces(e, at) || repeats(e, at));
}

/* Any number, or any that says how much follows. */
static bool any_number(struct edit *e, bool announced, size_t *at)
{
    size_t found = 0;
    for (size_t i = 0; i < e->n; i++)
        found += is_wanted(e, i, announced);
    size_t skip = edit_below(e, found);
    for (*at = 0; *at < e->n; ++*at)
        if (is_wanted(e, *at, announced) && skip-- == 0)
            return true;
    return false;
}

bool edit_size_lie(struct edit *e)
{
    size_t at;
    return any_number(e, true, &at) && change(e, at);
}

bool edit_number(struct edit *e)
{
    size_t at;
    return any_number(e, false, &at) && change(e, at);
}

static bool is_chunk(const struct edit *e, const struct unit *u)
{
    return !u->mark && u->n > 6 && is_digit(e->p[u->at + 5]) && announces(e, u->at + 5);
}

/* The octets of the next few units behind `at`; a mark is none, but 0xFF twice is one. */
static uint64_t octets_behind(struct edit *e, size_t at)
{
    uint64_t octets = 0;
    struct unit u = {.at = at};
    for (size_t units = edit_below(e, 8); units > 0; units--) {
        if (!unit_at(MUTATOR_RECORDS, (smtp_span){e->p, e->n}, u.at + u.n, &u))
            break;
        bool octet = u.n == 2 && (unsigned char)e->p[u.at + 1] == 0xff;
        octets += !u.mark ? u.n : (size_t)octet;
    }
    return octets;
}

/* RFC 3030 2: a count that ends the chunk where a line ends, so that a command stands behind it. */
bool edit_size_fit(struct edit *e)
{
    struct unit u;
    if (!unit_find(e, is_chunk, &u))
        return false;
    size_t at = u.at + 5;
    return put_number(e, at, digits_end(e, at), octets_behind(e, u.at + u.n));
}

static bool is_reply(const struct edit *e, const struct unit *u)
{
    if (u->mark || u->n < 4)
        return false;
    const char *p = e->p + u->at;
    return is_digit(p[0]) && is_digit(p[1]) && is_digit(p[2]);
}

bool edit_reply_code(struct edit *e)
{
    struct unit u;
    if (!unit_find(e, is_reply, &u))
        return false;
    if (!edit_once_in(e, 4))
        return edit_replace(e, u.at, 3, word_any(e, WORDS_CODES));
    size_t at = u.at + 4, end = at;
    while (end < u.at + u.n && (is_digit(e->p[end]) || e->p[end] == '.'))
        end++;
    end += end > at && end < u.at + u.n && e->p[end] == ' ';
    return at <= u.at + u.n && edit_replace(e, at, end - at, word_any(e, WORDS_ENHANCED));
}

/* RFC 5321 4.2.1: a hyphen behind the code says that a line of the reply follows. */
bool edit_reply_more(struct edit *e)
{
    struct unit u;
    if (!unit_find(e, is_reply, &u))
        return false;
    char *mark = e->p + u.at + 3;
    if (edit_once_in(e, 2) && edit_repeat(e, u.at, u.n, u.at)) {
        *mark = '-';
        return true;
    }
    *mark = *mark == '-' ? ' ' : '-';
    return true;
}
