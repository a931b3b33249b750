/* Whole units: lines and marks of a conversation, words of a text. */
#include <string.h>

#include "mutator_parts.h"

enum { RUN = 8, /* units at a time, at most */ NEAR = 48 /* octets */ };

/* Whether most of what is said here is said by a server. */
static bool says_replies(const struct edit *e)
{
    struct unit u = {0};
    size_t replies = 0, lines = 0;
    while (unit_at(MUTATOR_RECORDS, (smtp_span){e->p, e->n}, u.at + u.n, &u)) {
        lines += !u.mark;
        replies += !u.mark && e->p[u.at] >= '2' && e->p[u.at] <= '5';
    }
    return 2 * replies > lines;
}

static bool holds(smtp_span text, smtp_span word)
{
    for (size_t at = 0; at + word.n <= text.n; at++)
        if (text.p[at] == word.p[0] && memcmp(text.p + at, word.p, word.n) == 0)
            return true;
    return false;
}

/* Whether a word of a kind, of no few octets, stands near `at`. */
static bool speaks(const struct edit *e, enum words_kind kind, size_t at)
{
    size_t from = at < NEAR ? 0 : at - NEAR;
    smtp_span near = smtp_span_cut((smtp_span){e->p, e->n}, from, at + NEAR);
    struct words words = words_of(kind);
    for (size_t i = 0; i < words.n; i++)
        if (words.row[i].n >= 4 && holds(near, words.row[i]))
            return true;
    return false;
}

/* As a rule a kind that is spoken there already, so that words meet those that belong to them. */
static enum words_kind kind_near(struct edit *e, size_t at)
{
    enum words_kind kind;
    size_t tries = edit_once_in(e, 3) ? 1 : 6;
    do
        kind = (enum words_kind)edit_below(e, WORDS_KINDS);
    while (--tries > 0 && !speaks(e, kind, at));
    return kind;
}

static bool insert_word(struct edit *e)
{
    size_t at = unit_edge(e);
    return edit_replace(e, at, 0, word_any(e, kind_near(e, at)));
}

bool edit_unit_insert(struct edit *e)
{
    if (e->kind == MUTATOR_TEXT)
        return insert_word(e);
    bool other = edit_once_in(e, 8);
    enum words_kind kind = says_replies(e) != other ? WORDS_REPLIES : WORDS_COMMANDS;
    return edit_replace(e, unit_edge(e), 0, word_any(e, kind));
}

/* A run of units that begins at u: where it ends. */
static size_t run_end(struct edit *e, smtp_span in, const struct unit *u)
{
    struct unit last = *u, next;
    for (size_t more = edit_below(e, edit_once_in(e, 3) ? RUN : 2); more > 0; more--) {
        if (!unit_at(e->kind, in, last.at + last.n, &next))
            break;
        last = next;
    }
    return last.at + last.n;
}

bool edit_unit_delete(struct edit *e)
{
    struct unit u;
    if (!unit_any(e, &u))
        return false;
    size_t end = run_end(e, (smtp_span){e->p, e->n}, &u);
    return end - u.at < e->n && edit_replace(e, u.at, end - u.at, (smtp_span){NULL, 0});
}

bool edit_unit_duplicate(struct edit *e)
{
    struct unit u;
    if (!unit_any(e, &u))
        return false;
    size_t end = run_end(e, (smtp_span){e->p, e->n}, &u),
           to = edit_once_in(e, 2) ? end : unit_edge(e);
    if (to > u.at && to < end)
        to = end;
    return edit_repeat(e, u.at, end - u.at, to);
}

bool edit_unit_swap(struct edit *e)
{
    struct unit a, b;
    if (!unit_any(e, &a) || !unit_any(e, &b) || a.at == b.at)
        return false;
    if (a.at > b.at) {
        struct unit c = a;
        a = b;
        b = c;
    }
    edit_rotate(e, a.at, b.at,
                b.at + b.n); /* b in front of a and what stood between, then that of a */
    edit_rotate(e, a.at + b.n, a.at + b.n + a.n, b.at + b.n);
    return true;
}

bool edit_unit_splice(struct edit *e)
{
    size_t units = unit_count(e->kind, e->donor);
    struct unit from = unit_index(e->kind, e->donor, edit_below(e, units)), here = {.at = e->n};
    if (from.n == 0)
        return false;
    size_t end = run_end(e, e->donor, &from), at = unit_edge(e), gone = 0;
    if (edit_once_in(e, 3) && unit_at(e->kind, (smtp_span){e->p, e->n}, at, &here))
        gone = run_end(e, (smtp_span){e->p, e->n}, &here) - at;
    return edit_replace(e, at, gone, smtp_span_cut(e->donor, from.at, end));
}
