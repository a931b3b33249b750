/*
 * NAME
 *     libfuzzer.c: the hooks by which libFuzzer calls the mutator
 *
 * DESCRIPTION
 *     Linked into every target, with MUTATOR_INPUT saying what its inputs are. libFuzzer draws between
 *     the two hooks; what it would have done by itself (octets, its dictionary, what comparisons showed)
 *     comes from LLVMFuzzerMutate, to which a share of the draws goes back. Engines that are linked like
 *     libFuzzer and have no such function never call the hooks.
 */
#include <string.h>

#include "mutator.h"

#if defined(__GNUC__)
#define WEAK __attribute__((weak))
#else
#define WEAK
#endif

/* libFuzzer's own mutation: one in so many. */
static const unsigned own_share[] = {[MUTATOR_RECORDS] = 4, [MUTATOR_TEXT] = 2};

/* NOLINTBEGIN(readability-identifier-naming,readability-function-size): libFuzzer's names and parameters */
WEAK size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size,
                                 uint8_t *out, size_t most, unsigned seed);

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed)
{
    struct mutator_done done;
    if (seed % own_share[MUTATOR_INPUT] == 0)
        return LLVMFuzzerMutate(data, size, most);
    return mutator_mutate(MUTATOR_INPUT, seed, (smtp_room){(char *)data, most}, size,
                          (smtp_span){NULL, 0}, &done);
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size,
                                 uint8_t *out, size_t most, unsigned seed)
{
    struct mutator_done done;
    size_t n = a_size < most ? a_size : most;
    if (n > 0)
        memcpy(out, a, n);
    return mutator_mutate(MUTATOR_INPUT, seed, (smtp_room){(char *)out, most}, n,
                          (smtp_span){(const char *)b, b_size}, &done);
}
/* NOLINTEND(readability-identifier-naming,readability-function-size) */
