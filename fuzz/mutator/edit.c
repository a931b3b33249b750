#include <string.h>

#include "mutator_parts.h"

/* Steele, Lea, Flood: SplitMix64; any seed will do, and the state is one number. */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

size_t edit_below(struct edit *e, size_t below)
{
    return below == 0 ? 0 : (size_t)(next_random(&e->random) % below);
}

bool edit_once_in(struct edit *e, size_t n)
{
    return edit_below(e, n) == 0;
}

bool edit_replace(struct edit *e, size_t at, size_t gone, smtp_span in)
{
    if (in.n > e->max || e->n - gone > e->max - in.n)
        return false;
    memmove(e->p + at + in.n, e->p + at + gone, e->n - at - gone);
    if (in.n > 0)
        memcpy(e->p + at, in.p, in.n);
    e->n = e->n - gone + in.n;
    return true;
}

bool edit_repeat(struct edit *e, size_t from, size_t n, size_t to)
{
    if (n == 0 || n > e->max - e->n)
        return false;
    memmove(e->p + to + n, e->p + to, e->n - to);
    memcpy(e->p + to, e->p + (from >= to ? from + n : from), n);
    e->n += n;
    return true;
}

static void reverse(char *p, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        char c = p[i];
        p[i] = p[n - 1 - i];
        p[n - 1 - i] = c;
    }
}

void edit_rotate(struct edit *e, size_t a, size_t b, size_t c)
{
    reverse(e->p + a, b - a);
    reverse(e->p + b, c - b);
    reverse(e->p + a, c - a);
}
