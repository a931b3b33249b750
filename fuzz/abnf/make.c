#include <assert.h>

#include "grammar.h"

enum { DEPTH_MAX = 24 };

/* ---- dice ---- */

size_t abnf_roll(struct abnf_dice *dice, size_t sides)
{ /* splitmix64 (Steele, Lea and Flood, OOPSLA 2014) */
    assert(sides > 0);
    uint64_t z = dice->state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return (size_t)((z ^ z >> 31) % sides);
}

/* ---- making ---- */

struct maker {
    const struct abnf *g;
    struct abnf_dice *dice;
    smtp_room to;
    size_t n;
    size_t length; /* that a repetition still to be chosen grows to; 0: as it comes */
};

static void put_octet(struct maker *m, uint32_t octet)
{
    if (m->n < m->to.n)
        m->to.p[m->n] = (char)octet;
    m->n++;
}

/* Half of the time an end of the range. */
static void make_range(struct maker *m, const struct abnf_node *node)
{
    size_t way = abnf_roll(m->dice, 4);
    if (way == 0)
        put_octet(m, node->min);
    else if (way == 1)
        put_octet(m, node->max);
    else
        put_octet(m, node->min + (uint32_t)abnf_roll(m->dice, node->max - node->min + 1));
}

static void make_text(struct maker *m, const struct abnf_node *node)
{
    size_t way = abnf_roll(m->dice, 4);
    for (uint32_t i = 0; i < node->max; i++) {
        unsigned char octet = (unsigned char)m->g->text[node->min + i];
        bool letter = (octet | 0x20) >= 'a' && (octet | 0x20) <= 'z';
        if (letter && (way == 0 || (way == 1 && abnf_roll(m->dice, 2) == 0)))
            octet ^= 0x20;
        put_octet(m, octet);
    }
}

static uint32_t nth_child(const struct maker *m, const struct abnf_node *node, bool shortest)
{
    uint32_t count = 0, best = node->child;
    for (uint32_t child = node->child; child != ABNF_NONE; child = m->g->nodes[child].next) {
        count++;
        if (m->g->nodes[child].depth < m->g->nodes[best].depth)
            best = child;
    }
    if (shortest)
        return best;
    uint32_t chosen = node->child;
    for (size_t left = abnf_roll(m->dice, count); left > 0; left--)
        chosen = m->g->nodes[chosen].next;
    return chosen;
}

/* Mostly few, now and then many. */
static uint32_t times_of(struct maker *m, const struct abnf_node *node, bool shortest)
{
    uint32_t times = node->min;
    if (shortest || m->n > m->to.n)
        return times;
    if (node->max != ABNF_MANY)
        return times + (uint32_t)abnf_roll(m->dice, node->max - node->min + 1);
    if (abnf_roll(m->dice, 100) == 0)
        return times + (uint32_t)abnf_roll(m->dice, 80);
    while (abnf_roll(m->dice, 3) != 0)
        times++;
    return times;
}

static void make(struct maker *m, uint32_t at, unsigned depth);

/* The repetition, or the text with it, gets as long as was asked for, as far as its maximum lets it. */
static void make_long(struct maker *m, const struct abnf_node *node, unsigned depth)
{
    size_t begin = abnf_roll(m->dice, 2) == 0 ? m->n : 0, length = m->length;
    uint32_t times = 0;
    m->length = 0;
    for (; times < node->min || (times < node->max && m->n - begin < length); times++) {
        size_t before = m->n;
        make(m, node->child, depth);
        if (m->n == before && times >= node->min)
            return;
    }
}

static void make_repeat(struct maker *m, const struct abnf_node *node, unsigned depth)
{
    bool shortest = depth > DEPTH_MAX;
    if (m->length > 0 && !shortest && node->max > 1 && abnf_roll(m->dice, 3) == 0) {
        make_long(m, node, depth);
        return;
    }
    for (uint32_t left = times_of(m, node, shortest); left > 0; left--)
        make(m, node->child, depth);
}

static void make(struct maker *m, uint32_t at, unsigned depth)
{
    const struct abnf_node *node = &m->g->nodes[at];
    switch (node->kind) {
    case ABNF_ANY_OF:
        make(m, nth_child(m, node, depth > DEPTH_MAX), depth);
        break;
    case ABNF_ALL_OF:
        for (uint32_t child = node->child; child != ABNF_NONE; child = m->g->nodes[child].next)
            make(m, child, depth);
        break;
    case ABNF_REPEAT:
        make_repeat(m, node, depth);
        break;
    case ABNF_USE:
        make(m, m->g->rules[node->min].node, depth + 1);
        break;
    case ABNF_RANGE:
        make_range(m, node);
        break;
    case ABNF_TEXT:
        make_text(m, node);
        break;
    }
}

size_t abnf_make(const struct abnf *g, int rule, struct abnf_dice *dice, size_t length,
                 smtp_room to)
{
    struct maker m = {.g = g, .dice = dice, .to = to, .length = length};
    make(&m, g->rules[rule].node, 0);
    return m.n;
}

/* ---- nearly valid ---- */

static char any_octet(struct abnf_dice *dice)
{
    static const char telling[] =
        "\0\t\n\r\v\x1f\x7f\x80\xc3\xa9\xff !\"()+,-./019:;<=>@AZ[\\]_azx{}~";
    if (abnf_roll(dice, 8) == 0)
        return (char)abnf_roll(dice, 256);
    return telling[abnf_roll(dice, sizeof telling - 1)];
}

static void shift(smtp_room to, size_t at, size_t n)
{
    for (size_t i = n; i > at; i--)
        to.p[i] = to.p[i - 1];
}

static size_t leave_out(smtp_room to, size_t at, size_t n)
{
    for (size_t i = at; i + 1 < n; i++)
        to.p[i] = to.p[i + 1];
    return n - 1;
}

size_t abnf_spoil(struct abnf_dice *dice, smtp_room to, size_t n)
{
    size_t at = abnf_roll(dice, n + 1);
    size_t way = abnf_roll(dice, 5);
    bool full = n == to.n;
    if (full && (at == n || way == 0 || way == 2))
        return n;
    if (at == n || way == 0) { /* put in */
        shift(to, at, n);
        to.p[at] = any_octet(dice);
        return n + 1;
    }
    if (way == 1)
        return leave_out(to, at, n);
    if (way == 2) { /* doubled */
        shift(to, at, n);
        return n + 1;
    }
    if (way == 3 && at + 1 < n) {
        char octet = to.p[at];
        to.p[at] = to.p[at + 1];
        to.p[at + 1] = octet;
        return n;
    }
    to.p[at] = any_octet(dice);
    return n;
}
