/*
 * NAME
 *     fuzz.h: what every fuzz target shares
 *
 * DESCRIPTION
 *     A target is one file with one LLVMFuzzerTestOneInput, built three ways from the same source:
 *     for libFuzzer, for AFL++ (persistent mode, shared memory), and as a plain program that
 *     replays files. It checks properties: FUZZ_CHECK names the oracle that a wrong result has
 *     broken, so that finds are told apart by oracle. Targets open no file, read no clock and keep
 *     nothing between two inputs.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "smtp/span.h"

/* NOLINTNEXTLINE(readability-identifier-naming): the name that fuzzers call */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Says which oracle was broken and dies, so that every engine keeps the input. */
#define FUZZ_CHECK(holds, oracle, ...)                                                             \
    do {                                                                                           \
        if (!(holds)) {                                                                            \
            fprintf(stderr, "ORACLE %s: ", oracle);                                                \
            fprintf(stderr, __VA_ARGS__);                                                          \
            fprintf(stderr, "\n");                                                                 \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* Whether a span lies within the input (the empty span may be anywhere). No sum: a length below 0 would wrap. */
static inline bool fuzz_inside(smtp_span input, smtp_span s)
{
    if (s.n == 0)
        return true;
    return s.n <= input.n && s.p >= input.p && (size_t)(s.p - input.p) <= input.n - s.n;
}

#endif
