#include "grammar.h"

#include <stdlib.h>
#include <string.h>

/* ---- sets of places ---- */

struct abnf_set {
    struct abnf_set *next; /* spare */
    uint64_t words[];
};

struct matcher {
    struct abnf *g;
    smtp_span text;
    size_t words;
};

void abnf_sets_free(struct abnf *g)
{
    while (g->spare != NULL) {
        struct abnf_set *next = g->spare->next;
        free(g->spare);
        g->spare = next;
    }
}

static struct abnf_set *take_set(struct matcher *m)
{
    struct abnf_set *set = m->g->spare;
    if (set != NULL)
        m->g->spare = set->next;
    else
        set = malloc(sizeof *set + m->g->set_words * sizeof set->words[0]);
    if (set == NULL)
        abort();
    memset(set->words, 0, m->words * sizeof set->words[0]);
    return set;
}

static void give_set(struct matcher *m, struct abnf_set *set)
{
    set->next = m->g->spare;
    m->g->spare = set;
}

static bool is_empty(const struct matcher *m, const struct abnf_set *set)
{
    for (size_t i = 0; i < m->words; i++)
        if (set->words[i] != 0)
            return false;
    return true;
}

static bool has(const struct abnf_set *set, size_t place)
{
    return (set->words[place / 64] >> (place % 64) & 1) != 0;
}

static void put(struct abnf_set *set, size_t place)
{
    set->words[place / 64] |= (uint64_t)1 << (place % 64);
}

static void join(const struct matcher *m, struct abnf_set *to, const struct abnf_set *from)
{
    for (size_t i = 0; i < m->words; i++)
        to->words[i] |= from->words[i];
}

static unsigned lowest_bit(uint64_t bits)
{
#if defined(__GNUC__)
    return (unsigned)__builtin_ctzll(bits);
#else
    unsigned n = 0;
    for (; (bits & 1) == 0; bits >>= 1)
        n++;
    return n;
#endif
}

/* The first place of the set from *at on, and *at behind it; false: there is none. */
static bool next_place(const struct matcher *m, const struct abnf_set *set, size_t *at,
                       size_t *place)
{
    size_t word = *at / 64;
    if (word >= m->words)
        return false;
    uint64_t bits = set->words[word] & ~(uint64_t)0 << (*at % 64);
    while (bits == 0) {
        if (++word == m->words)
            return false;
        bits = set->words[word];
    }
    *place = 64 * word + lowest_bit(bits);
    *at = *place + 1;
    return true;
}

/* ---- from where an element may begin to where it may end ---- */

static void match(struct matcher *m, uint32_t at, const struct abnf_set *from, struct abnf_set *to);

static bool fits(const struct matcher *m, const struct abnf_node *node, size_t place)
{
    return place < m->text.n && abnf_has_octet(&node->first, m->text.p[place]);
}

static bool may_begin(const struct matcher *m, const struct abnf_node *node,
                      const struct abnf_set *from)
{
    if (node->empty)
        return !is_empty(m, from);
    for (size_t at = 0, place; next_place(m, from, &at, &place);)
        if (fits(m, node, place))
            return true;
    return false;
}

static void match_single(const struct matcher *m, const struct abnf_node *node,
                         const struct abnf_set *from, struct abnf_set *to)
{
    for (size_t at = 0, place; next_place(m, from, &at, &place);)
        if (fits(m, node, place))
            put(to, place + 1);
}

static void match_text(const struct matcher *m, const struct abnf_node *node,
                       const struct abnf_set *from, struct abnf_set *to)
{
    smtp_span wanted = {m->g->text + node->min, node->max};
    for (size_t at = 0, place; next_place(m, from, &at, &place);)
        if (smtp_span_is_nocase(smtp_span_cut(m->text, place, place + wanted.n), wanted))
            put(to, place + wanted.n);
}

static void match_all_of(struct matcher *m, uint32_t child, const struct abnf_set *from,
                         struct abnf_set *to)
{
    struct abnf_set *here = take_set(m);
    join(m, here, from);
    for (; child != ABNF_NONE; child = m->g->nodes[child].next) {
        struct abnf_set *there = take_set(m);
        match(m, child, here, there);
        give_set(m, here);
        here = there;
    }
    join(m, to, here);
    give_set(m, here);
}

/* *single: each run of fitting octets is walked once, however many places lie in it. */
static void match_run(struct matcher *m, const struct abnf_node *child, const struct abnf_set *from,
                      struct abnf_set *to)
{
    struct abnf_set *reached = take_set(m);
    for (size_t at = 0, place; next_place(m, from, &at, &place);) {
        put(reached, place);
        for (; fits(m, child, place) && !has(reached, place + 1); place++)
            put(reached, place + 1);
    }
    join(m, to, reached);
    give_set(m, reached);
}

/* What is reached in this round counts from the minimum on; without a maximum only new places go on. */
static void end_round(const struct matcher *m, const struct abnf_node *node, struct abnf_set *there,
                      struct abnf_set *ends)
{
    for (size_t i = 0; i < m->words; i++) {
        uint64_t all = there->words[i];
        if (node->max == ABNF_MANY)
            there->words[i] &= ~ends->words[i];
        ends->words[i] |= all;
    }
}

static void match_repeat(struct matcher *m, const struct abnf_node *node,
                         const struct abnf_set *from, struct abnf_set *to)
{
    const struct abnf_node *child = &m->g->nodes[node->child];
    bool run = child->single && node->max == ABNF_MANY;
    struct abnf_set *here = take_set(m), *ends = take_set(m);
    join(m, here, from);
    if (node->min == 0)
        join(m, ends, from);
    for (uint32_t round = 1; round <= (run ? node->min : node->max) && !is_empty(m, here);
         round++) {
        struct abnf_set *there = take_set(m);
        match(m, node->child, here, there);
        if (round >= node->min)
            end_round(m, node, there, ends);
        give_set(m, here);
        here = there;
    }
    if (run)
        match_run(m, child, here, ends);
    join(m, to, ends);
    give_set(m, here);
    give_set(m, ends);
}

/* Adds to `to` what can be reached from `from`. */
static void match(struct matcher *m, uint32_t at, const struct abnf_set *from, struct abnf_set *to)
{
    const struct abnf_node *node = &m->g->nodes[at];
    if (!may_begin(m, node, from))
        return;
    if (node->single) {
        match_single(m, node, from, to);
        return;
    }
    switch (node->kind) {
    case ABNF_ANY_OF:
        for (uint32_t child = node->child; child != ABNF_NONE; child = m->g->nodes[child].next)
            match(m, child, from, to);
        break;
    case ABNF_ALL_OF:
        match_all_of(m, node->child, from, to);
        break;
    case ABNF_REPEAT:
        match_repeat(m, node, from, to);
        break;
    case ABNF_USE:
        match(m, m->g->rules[node->min].node, from, to);
        break;
    case ABNF_TEXT:
        match_text(m, node, from, to);
        break;
    case ABNF_RANGE: /* single */
        break;
    }
}

bool abnf_matches(struct abnf *g, int rule, smtp_span text)
{
    struct matcher m = {.g = g, .text = text, .words = text.n / 64 + 1};
    if (m.words > g->set_words) {
        abnf_sets_free(g);
        g->set_words = m.words * 2;
    }
    struct abnf_set *from = take_set(&m), *to = take_set(&m);
    put(from, 0);
    match(&m, g->rules[rule].node, from, to);
    bool good = has(to, text.n);
    give_set(&m, from);
    give_set(&m, to);
    return good;
}
