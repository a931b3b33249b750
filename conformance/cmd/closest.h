/*
 * NAME
 *     closest.h: what somebody may have meant
 *
 * SYNOPSIS
 *     struct closest near = closest_to(word);
 *     for each candidate: closest_offer(&near, candidate);
 *     closest_print(stderr, &near);
 *
 * DESCRIPTION
 *     Keeps the three candidates with the fewest changes of one octet between them and the word.
 *     One that differs in more than a third of its octets is no help and is not kept, but one that
 *     holds the word is. Candidates are borrowed.
 */
#ifndef CONFORMANCE_CMD_CLOSEST_H
#define CONFORMANCE_CMD_CLOSEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { CLOSEST_KEPT = 3 };

struct closest {
    const char *word;
    const char *kept[CLOSEST_KEPT];
    size_t distance[CLOSEST_KEPT];
    size_t count;
};

struct closest closest_to(const char *word);
void closest_offer(struct closest *near, const char *candidate);

/* The nearest; NULL: none is near. */
const char *closest_best(const struct closest *near);

/* "; did you mean \"a\", \"b\"?", or nothing. */
void closest_print(FILE *to, const struct closest *near);

#endif
