/*
 * NAME
 *     chance.h: the same numbers for the same seed
 *
 * DESCRIPTION
 *     A SplitMix64 generator (Steele, Lea, Flood 2014): one word of state, every seed is good. Each
 *     case has one of its own, made of the run's seed and the case's number, so that a case does
 *     not depend on how many numbers those before it have drawn.
 */
#ifndef FUZZ_BLACKBOX_CHANCE_H
#define FUZZ_BLACKBOX_CHANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct chance {
    uint64_t state;
};

struct chance chance_of(uint64_t seed, uint64_t number);
uint64_t chance_next(struct chance *c);

/* 0 to n - 1; 0 for n = 0. */
size_t chance_below(struct chance *c, size_t n);

/* True in so many of a hundred draws. */
bool chance_percent(struct chance *c, unsigned percent);

#endif
