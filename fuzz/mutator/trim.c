#include <string.h>

#include "mutator_parts.h"

enum { FINEST = 512 }; /* of a large input, runs of units rather than each */

static void begin(struct mutator_trim *t, size_t count)
{
    t->first = 0;
    t->count = count;
}

void mutator_trim_init(struct mutator_trim *t, enum mutator_input kind, smtp_room best, size_t n)
{
    *t = (struct mutator_trim){.kind = kind, .best = best, .n = n};
    t->units = unit_count(kind, (smtp_span){best.p, n});
    begin(t, t->units / 2);
}

/* The piece that the try leaves out: where it begins and ends. */
static void left_out(const struct mutator_trim *t, size_t *from, size_t *to)
{
    smtp_span in = {t->best.p, t->n};
    *from = unit_index(t->kind, in, t->first).at;
    struct unit last = unit_index(t->kind, in, t->first + t->count - 1);
    *to = last.n > 0 ? last.at + last.n : t->n;
}

size_t mutator_trim_next(const struct mutator_trim *t, char *out)
{
    size_t from, to;
    if (t->count == 0)
        return 0;
    left_out(t, &from, &to);
    memcpy(out, t->best.p, from);
    memcpy(out + from, t->best.p + to, t->n - to);
    return t->n - (to - from);
}

static void halve(struct mutator_trim *t)
{
    size_t half = t->count / 2;
    begin(t, half > t->units / FINEST ? half : 0);
}

/* Behind the last run of this size come runs half as long, from the front again. */
static void advance(struct mutator_trim *t)
{
    if (t->first >= t->units)
        halve(t);
    while (t->count > 0 && t->count >= t->units) /* never all of it */
        halve(t);
}

void mutator_trim_tell(struct mutator_trim *t, bool good)
{
    size_t from, to;
    if (t->count == 0)
        return;
    left_out(t, &from, &to);
    if (good) {
        memmove(t->best.p + from, t->best.p + to, t->n - to);
        t->n -= to - from;
        t->units = unit_count(t->kind, (smtp_span){t->best.p, t->n});
    } else {
        t->first += t->count;
    }
    advance(t);
}
