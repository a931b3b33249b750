/*
 * NAME
 *     compare.h: the same octets to several servers
 *
 * DESCRIPTION
 *     compare_replies(): conversations that grow on the first server and are then said to each of the
 *     others, octet for octet; a row for each move, of the classes of its replies. Behind the first move
 *     that servers take differently the states differ too, so the rest of that conversation is not
 *     compared. compare_ends(): octets within a text, a row for each (eod.h).
 */
#ifndef FUZZ_BLACKBOX_COMPARE_H
#define FUZZ_BLACKBOX_COMPARE_H

#include "blackbox/cluster.h"
#include "blackbox/eod.h"

struct compare {
    const struct eod *servers; /* and their sites */
    size_t count;
    struct clusters *clusters; /* its `servers` is count */
    void (*progress)(void *arg);
    void *arg;
};

/* False: interrupted. */
bool compare_replies(struct compare *c, uint64_t seed, uint64_t conversations);
bool compare_ends(struct compare *c, const struct word *words, size_t count);

/* "CR LF . CR LF" */
void compare_word_text(const struct word *word, char out[CLUSTER_EXAMPLE]);

/* All words with a period in them, of up to `longest` letters; returns how many there are, and writes
 * those that there is room for. */
size_t compare_words(size_t longest, struct word *out, size_t room);

#endif
