/* Single octets: classes, line ends, case, length. */
#include "mutator_parts.h"

static const smtp_span nothing = {NULL, 0};

/* One octet of [from, to) changed, put in or taken out; in a conversation that piece has no marks. */
static bool change_octet(struct edit *e, size_t from, size_t to)
{
    size_t at = from + edit_below(e, to - from);
    switch (edit_below(e, 4)) {
    case 0:
        return e->n > 1 && edit_replace(e, at, 1, nothing);
    case 1:
        return edit_replace(e, at + edit_below(e, 2), 0, word_any(e, WORDS_OCTETS));
    default:
        return edit_replace(e, at, 1, word_any(e, WORDS_OCTETS));
    }
}

bool edit_octet_class(struct edit *e)
{
    struct unit line;
    if (e->kind == MUTATOR_TEXT)
        return e->n > 0 && change_octet(e, 0, e->n);
    return unit_line(e, &line) && change_octet(e, line.at, line.at + line.n);
}

static bool ends_line(const struct edit *e, const struct unit *u)
{
    return !u->mark && e->p[u->at + u->n - 1] == '\n';
}

/* RFC 5321 4.1.1.4, 2.3.8: the octets around the line ends, and between them where the write ends. */
bool edit_terminator(struct edit *e)
{
    struct unit u;
    if (!unit_find(e, ends_line, &u))
        return edit_replace(e, unit_edge(e), 0, word_any(e, WORDS_TERMINATORS));
    size_t end = u.at + u.n, from = u.n >= 3 ? end - 3 : u.at;
    if (edit_once_in(e, 3))
        return change_octet(e, from, end);
    size_t at = u.n >= 2 && e->p[end - 2] == '\r' ? end - 2 : end - 1;
    smtp_span word = word_any(e, WORDS_TERMINATORS);
    if (!edit_replace(e, at, end - at, word))
        return false;
    static const char cut[] = {(char)0xff, 'c'};
    if (e->kind == MUTATOR_RECORDS && edit_once_in(e, 2))
        (void)edit_replace(e, at + edit_below(e, word.n), 0, (smtp_span){cut, sizeof cut});
    return true;
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* A run of letters and digits in a line: where it begins and ends. */
static bool any_word(struct edit *e, size_t *from, size_t *to)
{
    struct unit line, word = {0};
    if (!unit_line(e, &line))
        return false;
    smtp_span text = {e->p + line.at, line.n};
    for (size_t skip = edit_below(e, unit_count(MUTATOR_TEXT, text)); skip > 0; skip--)
        (void)unit_at(MUTATOR_TEXT, text, word.at + word.n, &word);
    while (unit_at(MUTATOR_TEXT, text, word.at + word.n, &word))
        if (is_letter(text.p[word.at]))
            break;
    *from = line.at + word.at;
    *to = *from + word.n;
    return word.n > 0 && is_letter(e->p[*from]);
}

/* RFC 5321 2.4: verbs, keywords and domains in any case; local-parts as they are. */
bool edit_case(struct edit *e)
{
    size_t from, to;
    if (!any_word(e, &from, &to))
        return false;
    bool all = edit_once_in(e, 2);
    size_t one = from + edit_below(e, to - from);
    for (size_t i = from; i < to; i++)
        if ((all || i == one) && is_letter(e->p[i]))
            e->p[i] = (char)(e->p[i] ^ 0x20);
    return true;
}

/* RFC 5321 4.5.3.1, RFC 1035 2.3.4, RFC 3461 4.4: a word as long as some limit, or one more or less. */
bool edit_length(struct edit *e)
{
    static const size_t limits[] = {63, 64, 100, 253, 255, 256, 500, 512, 998, 1000, 2048, 4096};
    size_t limit = limits[edit_below(e, sizeof limits / sizeof *limits)] + edit_below(e, 3) - 1;
    size_t from, to;
    if (!any_word(e, &from, &to) || limit <= to - from || limit - (to - from) > e->max - e->n)
        return false;
    while (to - from < limit) {
        size_t more = limit - (to - from) < to - from ? limit - (to - from) : to - from;
        if (!edit_repeat(e, from, more, from))
            return false;
        to += more;
    }
    return true;
}
