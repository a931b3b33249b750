/*
 * NAME
 *     afl.c: the mutator as a library for AFL++ (AFL_CUSTOM_MUTATOR_LIBRARY)
 *
 * DESCRIPTION
 *     Built once for conversations and once for texts (MUTATOR_INPUT). AFL++'s own stages go on beside
 *     it; in its havoc stage one edit of ours is mixed in now and then. Trimming leaves out units.
 *     Nothing is post-processed: inputs are octets as they are.
 */
#include <stdlib.h>
#include <string.h>

#include "mutator.h"

enum { HAVOC_PERCENT = 5, NAMES = 128 };

struct afl {
    uint64_t seed;
    char *out; /* what AFL++ was handed last */
    size_t room;
    char *best; /* of the trim */
    struct mutator_trim trim;
    char names[NAMES]; /* of the last edits */
};

void *afl_custom_init(void *afl, unsigned seed);
void afl_custom_deinit(void *data);
size_t afl_custom_fuzz(void *data, uint8_t *in, size_t n, uint8_t **out, uint8_t *other,
                       size_t other_n, size_t most);
size_t afl_custom_havoc_mutation(void *data, uint8_t *in, size_t n, uint8_t **out, size_t most);
uint8_t afl_custom_havoc_mutation_probability(void *data);
const char *afl_custom_describe(void *data, size_t most);
int32_t afl_custom_init_trim(void *data, uint8_t *in, size_t n);
size_t afl_custom_trim(void *data, uint8_t **out);
int32_t afl_custom_post_trim(void *data, uint8_t success);

void *afl_custom_init(void *afl, unsigned seed)
{
    (void)afl;
    struct afl *a = calloc(1, sizeof *a);
    if (a != NULL)
        a->seed = seed;
    return a;
}

void afl_custom_deinit(void *data)
{
    struct afl *a = data;
    free(a->out);
    free(a->best);
    free(a);
}

static void *grown(void *p, size_t n)
{
    p = realloc(p, n > 0 ? n : 1);
    if (p == NULL)
        abort();
    return p;
}

/* Room for `most` octets, with the first n of `in` in them. */
static smtp_room copy_in(struct afl *a, const uint8_t *in, size_t n, size_t most)
{
    if (most > a->room) {
        a->out = grown(a->out, most);
        a->room = most;
    }
    if (n > 0)
        memcpy(a->out, in, n < most ? n : most);
    return (smtp_room){a->out, most};
}

static void keep_names(struct afl *a, const struct mutator_done *done)
{
    size_t at = 0;
    smtp_room room = {a->names, sizeof a->names - 1};
    for (size_t i = 0; i < done->n; i++) {
        smtp_room_put(room, &at, smtp_span_of(i > 0 ? "+" : ""));
        smtp_room_put(room, &at, smtp_span_of(done->names[i]));
    }
    a->names[at < room.n ? at : room.n] = '\0';
}

/* NOLINTNEXTLINE(readability-function-size): AFL++'s parameters */
size_t afl_custom_fuzz(void *data, uint8_t *in, size_t n, uint8_t **out, uint8_t *other,
                       size_t other_n, size_t most)
{
    struct afl *a = data;
    struct mutator_done done;
    smtp_room room = copy_in(a, in, n, most);
    smtp_span donor = {(const char *)other, other == NULL ? 0 : other_n};
    n = mutator_mutate(MUTATOR_INPUT, a->seed++, room, n, donor, &done);
    keep_names(a, &done);
    *out = (uint8_t *)a->out;
    return n;
}

size_t afl_custom_havoc_mutation(void *data, uint8_t *in, size_t n, uint8_t **out, size_t most)
{
    return afl_custom_fuzz(data, in, n, out, NULL, 0, most);
}

uint8_t afl_custom_havoc_mutation_probability(void *data)
{
    (void)data;
    return HAVOC_PERCENT;
}

/* AFL++ puts it into file names, and cuts it when it is too long for them. */
const char *afl_custom_describe(void *data, size_t most)
{
    struct afl *a = data;
    if (most < strlen(a->names))
        a->names[most] = '\0';
    return a->names;
}

/* How many steps there will be nobody knows: AFL++ asks on while post_trim says 0 of 1. */
int32_t afl_custom_init_trim(void *data, uint8_t *in, size_t n)
{
    struct afl *a = data;
    (void)copy_in(a, in, n, n);
    a->best = grown(a->best, n);
    if (n > 0)
        memcpy(a->best, in, n);
    mutator_trim_init(&a->trim, MUTATOR_INPUT, (smtp_room){a->best, n}, n);
    return a->trim.count > 0;
}

size_t afl_custom_trim(void *data, uint8_t **out)
{
    struct afl *a = data;
    *out = (uint8_t *)a->out;
    return mutator_trim_next(&a->trim, a->out);
}

int32_t afl_custom_post_trim(void *data, uint8_t success)
{
    struct afl *a = data;
    mutator_trim_tell(&a->trim, success != 0);
    return a->trim.count == 0;
}
