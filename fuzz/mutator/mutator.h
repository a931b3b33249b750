/*
 * NAME
 *     mutator.h: edits of fuzz inputs that know what an input is made of
 *
 * DESCRIPTION
 *     An input is a row of units: of a conversation (records/records.h) each mark and each line, of a
 *     text each word, line end or other octet. mutator_mutate() applies a few edits to it in place,
 *     drawn by a seed: the same seed and input give the same result, the result never outgrows the
 *     buffer, and no heap is used. Each edit can be asked for by its name, too. A trim takes units
 *     away until none can go: ask for the next try, say whether it would do, until there is none.
 *
 * LIFETIME
 *     Everything is the caller's; names are constants.
 *
 * SEE
 *     libfuzzer.c and afl.c: the same code behind the hooks of both engines.
 */
#ifndef MUTATOR_H
#define MUTATOR_H

#include "smtp/span.h"

enum mutator_input { MUTATOR_RECORDS, MUTATOR_TEXT };

enum { MUTATOR_STACKED = 4 }; /* edits at a time */

struct mutator_done {
    const char *names[MUTATOR_STACKED]; /* of the edits that were made */
    size_t n;
};

/*
 * Edits the first n octets of `buffer`; returns how many there are then, never 0 unless the buffer has
 * no room. `donor` is another input, from which pieces are taken; it may be empty, and does not overlap.
 */
size_t mutator_mutate(enum mutator_input kind, uint64_t seed, smtp_room buffer, size_t n,
                      smtp_span donor, struct mutator_done *out);

/* One edit by its name: octets then. Where it finds no place, or no room, nothing changes. */
size_t mutator_apply(const char *name, enum mutator_input kind, uint64_t seed, smtp_room buffer,
                     size_t n, smtp_span donor);

/* The names, in order; NULL behind the last. */
const char *mutator_edit_name(size_t i);

struct mutator_trim {
    enum mutator_input kind;
    smtp_room best;      /* the smallest that would do */
    size_t n;            /* of it: octets */
    size_t units;        /* of it */
    size_t first, count; /* units that the try leaves out */
};

/* Begins with the first n octets of `best`, which is written to with every success. */
void mutator_trim_init(struct mutator_trim *t, enum mutator_input kind, smtp_room best, size_t n);

/* Writes a smaller input to `out`, which has room for n octets. 0: nothing more can be tried. */
size_t mutator_trim_next(const struct mutator_trim *t, char *out);

/* Says whether the last try would do. */
void mutator_trim_tell(struct mutator_trim *t, bool good);

#endif
