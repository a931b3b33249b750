/*
 * NAME
 *     cluster.h: differences between servers, those of one kind together
 *
 * DESCRIPTION
 *     A row is one thing that all servers were asked, and what each of them answered, as a short word. Rows
 *     with the same words in the same order are one cluster (for replies also of one subject); where
 *     all words are equal there is no difference. A difference that is known and harmless is masked, with
 *     the reason.
 */
#ifndef FUZZ_BLACKBOX_CLUSTER_H
#define FUZZ_BLACKBOX_CLUSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { CLUSTER_SERVERS = 16, CLUSTER_WORD = 48, CLUSTER_EXAMPLE = 200, CLUSTERS = 256 };

struct cluster {
    char subject[CLUSTER_WORD];                /* "MAIL", "end of data" */
    char words[CLUSTER_SERVERS][CLUSTER_WORD]; /* a server each */
    char example[CLUSTER_EXAMPLE];             /* the first, or a shorter one */
    size_t times;
    const char *reason; /* why it is masked; NULL: it is not */
};

struct clusters {
    size_t servers;
    struct cluster list[CLUSTERS];
    size_t count, rows, equal, lost; /* lost: there was no room for another cluster */
};

/* A row; `words` one for each server. */
void clusters_add(struct clusters *c, const char *subject, const char *const *words,
                  const char *example);

/* Those that differ, the most frequent first, masked ones behind them. Returns how many are not
 * masked. */
size_t clusters_print(FILE *to, const struct clusters *c, const char *const *names);

#endif
