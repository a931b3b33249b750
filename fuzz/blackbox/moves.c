#include "blackbox/moves.h"

#include <stdlib.h>
#include <string.h>

static bool own(smtp_span octets, smtp_span *out)
{
    char *p = malloc(octets.n + 1);
    if (p == NULL)
        return false;
    if (octets.n > 0)
        memcpy(p, octets.p, octets.n);
    p[octets.n] = '\0';
    *out = (smtp_span){p, octets.n};
    return true;
}

static void drop(smtp_span octets)
{
    free((void *)(uintptr_t)octets.p); /* own() has made it */
}

static bool grow(struct moves *moves)
{
    size_t room = moves->room == 0 ? 8 : 2 * moves->room;
    struct move *list = realloc(moves->list, room * sizeof *list);
    if (list == NULL)
        return false;
    moves->list = list;
    moves->room = room;
    return true;
}

bool moves_add(struct moves *moves, const struct move *move)
{
    if (moves->count == moves->room && !grow(moves))
        return false;
    struct move *to = &moves->list[moves->count];
    *to = *move;
    if (!own(move->octets, &to->octets))
        return false;
    moves->count++;
    return true;
}

bool moves_copy(const struct moves *from, size_t count, struct moves *out)
{
    *out = (struct moves){.list = NULL};
    for (size_t i = 0; i < count && i < from->count; i++) {
        if (moves_add(out, &from->list[i]))
            continue;
        moves_free(out);
        return false;
    }
    return true;
}

bool moves_replace(struct moves *moves, size_t i, smtp_span octets)
{
    struct move *move = &moves->list[i];
    smtp_span fresh;
    if (!own(octets, &fresh))
        return false;
    drop(move->octets);
    move->octets = fresh;
    size_t kept = 0;
    for (size_t k = 0; k < MOVE_CUTS; k++)
        if (move->cuts[k] > 0 && move->cuts[k] < fresh.n)
            move->cuts[kept++] = move->cuts[k];
    while (kept < MOVE_CUTS)
        move->cuts[kept++] = 0;
    return true;
}

void moves_remove(struct moves *moves, size_t from, size_t count)
{
    for (size_t i = from; i < from + count; i++)
        drop(moves->list[i].octets);
    memmove(moves->list + from, moves->list + from + count,
            (moves->count - from - count) * sizeof *moves->list);
    moves->count -= count;
}

void moves_free(struct moves *moves)
{
    for (size_t i = 0; i < moves->count; i++)
        drop(moves->list[i].octets);
    free(moves->list);
    *moves = (struct moves){.list = NULL};
}

size_t move_lines(smtp_span octets)
{
    size_t count = 0;
    for (size_t i = 1; i < octets.n; i++)
        count += octets.p[i] == '\n' && octets.p[i - 1] == '\r';
    return count;
}
