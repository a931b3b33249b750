#include "blackbox/shrink.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool still(struct shrink *s, const struct moves *moves)
{
    if (s->left == 0)
        return false;
    s->left--;
    return s->holds(s->arg, moves);
}

/* Takes the new moves if they hold; frees those that are not kept. */
static bool try_moves(struct shrink *s, struct moves *moves, struct moves *fresh)
{
    bool good = still(s, fresh);
    if (!good) {
        moves_free(fresh);
        return false;
    }
    moves_free(moves);
    *moves = *fresh;
    return true;
}

/* ---- moves ----------------------------------------------------------------------------------- */

static bool without_moves(struct shrink *s, struct moves *moves, size_t from, size_t count,
                          bool *memory)
{
    struct moves fresh;
    *memory = moves_copy(moves, moves->count, &fresh);
    if (!*memory)
        return false;
    moves_remove(&fresh, from, count);
    return try_moves(s, moves, &fresh);
}

static bool fewer_moves(struct shrink *s, struct moves *moves)
{
    bool memory = true;
    for (size_t part = moves->count; part > 0 && memory; part /= 2)
        for (size_t from = 0; from + part <= moves->count && memory;)
            if (s->left == 0 || !without_moves(s, moves, from, part, &memory))
                from += part;
    return memory;
}

/* ---- octets ---------------------------------------------------------------------------------- */

/* RFC 3030 2: the number in front of a chunk is that of its octets; a move that is none stays. */
static size_t chunk_head(const struct move *move)
{
    const char *end = NULL;
    if (move->kind == MOVE_SAY && move->lone && move->octets.n > 0)
        end = memchr(move->octets.p, '\n', move->octets.n);
    return end == NULL ? 0 : (size_t)(end - move->octets.p) + 1;
}

/* What may be taken away: of a text not its end, of a chunk not its line. */
static size_t tail(const struct move *move)
{
    static const char end[] = "\r\n.\r\n";
    size_t n = sizeof end - 1;
    bool whole = move->kind == MOVE_TEXT && move->octets.n >= n &&
                 memcmp(move->octets.p + move->octets.n - n, end, n) == 0;
    return whole ? n : 0;
}

static bool is_last(smtp_span head)
{
    return head.n > 7 &&
           smtp_span_is_nocase(smtp_span_cut(head, head.n - 7, head.n), SMTP_SPAN(" LAST\r\n"));
}

/* The move without [from, from + n), its chunk size corrected; the caller frees. NULL: no memory. */
static char *cut_out(const struct move *move, size_t from, size_t n, size_t *size)
{
    smtp_span o = move->octets;
    size_t head = chunk_head(move);
    char *text = NULL;
    FILE *to = open_memstream(&text, size);
    if (to == NULL)
        return NULL;
    if (head > 0)
        fprintf(to, "BDAT %zu%s\r\n", o.n - head - n,
                is_last(smtp_span_cut(o, 0, head)) ? " LAST" : "");
    fwrite(o.p + head, 1, from - head, to);
    fwrite(o.p + from + n, 1, o.n - from - n, to);
    if (fclose(to) == 0)
        return text;
    free(text);
    return NULL;
}

static bool without_octets(struct shrink *s, struct moves *moves, size_t i, size_t from, size_t n,
                           bool *memory)
{
    struct moves fresh;
    size_t size;
    char *text = cut_out(&moves->list[i], from, n, &size);
    *memory = text != NULL && moves_copy(moves, moves->count, &fresh);
    if (*memory && !moves_replace(&fresh, i, (smtp_span){text, size})) {
        moves_free(&fresh);
        *memory = false;
    }
    free(text);
    if (!*memory)
        return false;
    struct move *move = &fresh.list[i];
    if (move->due > 1)
        move->due = (int)move_lines(move->octets);
    return try_moves(s, moves, &fresh);
}

/* Lines of groups as a whole; of what is content, any octets. */
static bool is_content(const struct move *move)
{
    return move->lone || move->due == MOVES_OPEN;
}

static bool fewer_octets(struct shrink *s, struct moves *moves, size_t i)
{
    bool memory = true;
    size_t n = moves->list[i].octets.n;
    for (size_t part = n / 2; part > 0 && memory; part /= 2) {
        size_t from = chunk_head(&moves->list[i]);
        while (memory && s->left > 0) {
            const struct move *move = &moves->list[i];
            if (from + part + tail(move) > move->octets.n)
                break;
            if (!without_octets(s, moves, i, from, part, &memory))
                from += part;
            from = from < chunk_head(&moves->list[i]) ? chunk_head(&moves->list[i]) : from;
        }
    }
    return memory;
}

/* Each line is a command: not so where chunks stand in it. */
static bool is_lines(const struct move *move)
{
    return move_lines(move->octets) == (size_t)move->due;
}

static size_t line_end(smtp_span octets, size_t from)
{
    const char *lf = memchr(octets.p + from, '\n', octets.n - from);
    return lf == NULL ? octets.n : (size_t)(lf - octets.p) + 1;
}

static bool fewer_lines(struct shrink *s, struct moves *moves, size_t i)
{
    bool memory = true;
    for (size_t from = 0; memory && s->left > 0 && from < moves->list[i].octets.n;) {
        size_t end = line_end(moves->list[i].octets, from);
        if (end - from == moves->list[i].octets.n ||
            !without_octets(s, moves, i, from, end - from, &memory))
            from = end;
    }
    return memory;
}

/* ---- cuts ------------------------------------------------------------------------------------ */

static bool without_cuts(struct shrink *s, struct moves *moves, size_t i)
{
    struct moves fresh;
    if (moves->list[i].cuts[0] == 0)
        return true;
    if (!moves_copy(moves, moves->count, &fresh))
        return false;
    memset(fresh.list[i].cuts, 0, sizeof fresh.list[i].cuts);
    (void)try_moves(s, moves, &fresh);
    return true;
}

bool shrink_moves(struct shrink *s, struct moves *moves)
{
    bool good = fewer_moves(s, moves);
    for (size_t i = 0; i < moves->count && good; i++) {
        good = without_cuts(s, moves, i);
        if (good && moves->list[i].due > 1 && is_lines(&moves->list[i]))
            good = fewer_lines(s, moves, i);
        if (good && is_content(&moves->list[i]))
            good = fewer_octets(s, moves, i);
    }
    return good && fewer_moves(s, moves);
}
