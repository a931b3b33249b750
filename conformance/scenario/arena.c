#include "scenario/arena.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 16384 };

struct arena_block {
    struct arena_block *next;
    size_t used, size;
    alignas(max_align_t) char octets[];
};

static struct arena_block *block_new(size_t size, struct arena_block *next)
{
    struct arena_block *b = calloc(1, sizeof *b + size);
    if (b == NULL) {
        fputs("smtpspec: no memory\n", stderr);
        exit(EXIT_FAILURE);
    }
    b->next = next;
    b->size = size;
    return b;
}

void arena_free(struct arena *a)
{
    while (a->blocks != NULL) {
        struct arena_block *next = a->blocks->next;
        free(a->blocks);
        a->blocks = next;
    }
}

void *arena_get(struct arena *a, size_t size)
{
    size = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
    struct arena_block *b = a->blocks;
    if (b == NULL || b->size - b->used < size) {
        b = block_new(size > BLOCK ? size : BLOCK, b);
        a->blocks = b;
    }
    void *p = b->octets + b->used;
    b->used += size;
    return p;
}

char *arena_string(struct arena *a, smtp_span s)
{
    char *copy = arena_get(a, s.n + 1);
    if (s.n > 0)
        memcpy(copy, s.p, s.n);
    return copy;
}

void *list_add(struct list *l)
{
    if (l->count == l->room) {
        size_t room = l->room == 0 ? 8 : 2 * l->room;
        void *items = arena_get(l->arena, room * l->size);
        if (l->count > 0)
            memcpy(items, l->items, l->count * l->size);
        l->items = items;
        l->room = room;
    }
    return (char *)l->items + l->size * l->count++;
}

void *list_at(const struct list *l, size_t i)
{
    return (char *)l->items + l->size * i;
}
