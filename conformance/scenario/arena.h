/*
 * NAME
 *     arena.h: memory that is freed all at once, and lists that grow in it
 *
 * DESCRIPTION
 *     Scenarios are read once and never changed, so that nothing is freed singly. When memory runs
 *     out the process ends with a message: a tool that reads a few hundred kilobytes has no better
 *     answer.
 */
#ifndef CONFORMANCE_ARENA_H
#define CONFORMANCE_ARENA_H

#include "smtp/span.h"

struct arena {
    struct arena_block *blocks;
};

void arena_free(struct arena *a);

/* Zeroed, aligned for any object. */
void *arena_get(struct arena *a, size_t size);

/* A copy that ends with NUL. */
char *arena_string(struct arena *a, smtp_span s);

struct list {
    struct arena *arena;
    void *items;
    size_t size, count, room;
};

#define LIST_OF(arena, type) ((struct list){(arena), NULL, sizeof(type), 0, 0})

/* One more item, zeroed. Pointers to items are good until the next one is added. */
void *list_add(struct list *l);

/* The item at i. */
void *list_at(const struct list *l, size_t i);

#endif
