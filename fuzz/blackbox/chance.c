#include "blackbox/chance.h"

struct chance chance_of(uint64_t seed, uint64_t number)
{
    struct chance c = {seed};
    uint64_t mixed = chance_next(&c) ^ number;
    return (struct chance){mixed};
}

uint64_t chance_next(struct chance *c)
{
    c->state += 0x9e3779b97f4a7c15U;
    uint64_t z = c->state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

size_t chance_below(struct chance *c, size_t n)
{
    return n == 0 ? 0 : (size_t)(chance_next(c) % n);
}

bool chance_percent(struct chance *c, unsigned percent)
{
    return chance_below(c, 100) < percent;
}
