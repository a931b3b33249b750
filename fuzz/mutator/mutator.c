#include "mutator.h"

#include <string.h>

#include "mutator_parts.h"

/* Each with its share of the draws in a conversation and in a text; 0: not there. */
static const struct {
    const char *name;
    bool (*make)(struct edit *e);
    unsigned share[2]; /* by enum mutator_input */
} edits[] = {
    {"unit-insert", edit_unit_insert, {12, 12}},
    {"unit-delete", edit_unit_delete, {8, 8}},
    {"unit-duplicate", edit_unit_duplicate, {6, 6}},
    {"unit-swap", edit_unit_swap, {4, 4}},
    {"unit-splice", edit_unit_splice, {10, 10}},
    {"write-cut", edit_write_cut, {6, 0}},
    {"write-merge", edit_write_merge, {2, 0}},
    {"outcome", edit_outcome, {6, 0}},
    {"tls", edit_tls, {3, 0}},
    {"time", edit_time, {3, 0}},
    {"mode", edit_mode, {3, 0}},
    {"hang-up", edit_hang_up, {1, 0}},
    {"verb", edit_verb, {6, 2}},
    {"param-add", edit_param_add, {4, 4}},
    {"param-drop", edit_param_drop, {2, 3}},
    {"param-value", edit_param_value, {3, 4}},
    {"param-keyword", edit_param_keyword, {2, 3}},
    {"inside", edit_inside, {2, 4}},
    {"size-lie", edit_size_lie, {4, 5}},
    {"size-fit", edit_size_fit, {3, 0}},
    {"number", edit_number, {2, 6}},
    {"reply-code", edit_reply_code, {4, 3}},
    {"reply-more", edit_reply_more, {3, 3}},
    {"octet-class", edit_octet_class, {8, 14}},
    {"terminator", edit_terminator, {8, 6}},
    {"case", edit_case, {2, 3}},
    {"length", edit_length, {2, 4}},
};
enum {
    EDITS = sizeof edits / sizeof *edits,
    TRIES = 8,
    LARGE = 1024 /* octets: from here on half of the edits take units away, for the sake of speed */
};

const char *mutator_edit_name(size_t i)
{
    return i < EDITS ? edits[i].name : NULL;
}

static size_t draw(struct edit *e)
{
    size_t sum = 0, i = 0;
    for (size_t k = 0; k < EDITS; k++)
        sum += edits[k].share[e->kind];
    for (size_t at = edit_below(e, sum); at >= edits[i].share[e->kind]; i++)
        at -= edits[i].share[e->kind];
    return i;
}

/* One edit that found its place; NULL: none of so many did. */
static const char *make_one(struct edit *e)
{
    if (e->n > LARGE && edit_once_in(e, 2) && edit_unit_delete(e))
        return "unit-delete";
    for (unsigned k = 0; k < TRIES; k++) {
        size_t i = draw(e);
        if (edits[i].make(e))
            return edits[i].name;
    }
    return NULL;
}

static struct edit edit_of(enum mutator_input kind, uint64_t seed, smtp_room buffer, size_t n,
                           smtp_span donor)
{
    return (struct edit){.p = buffer.p,
                         .n = n < buffer.n ? n : buffer.n,
                         .max = buffer.n,
                         .kind = kind,
                         .random = seed,
                         .donor = donor};
}

size_t mutator_mutate(enum mutator_input kind, uint64_t seed, smtp_room buffer, size_t n,
                      smtp_span donor, struct mutator_done *out)
{
    struct edit e = edit_of(kind, seed, buffer, n, donor);
    *out = (struct mutator_done){.n = 0};
    do {
        const char *name = make_one(&e);
        if (name != NULL)
            out->names[out->n++] = name;
    } while (out->n < MUTATOR_STACKED && edit_once_in(&e, 2));
    if (e.n == 0)
        (void)edit_replace(&e, 0, 0, SMTP_SPAN("\n"));
    return e.n;
}

size_t mutator_apply(const char *name, enum mutator_input kind, uint64_t seed, smtp_room buffer,
                     size_t n, smtp_span donor)
{
    struct edit e = edit_of(kind, seed, buffer, n, donor);
    for (size_t i = 0; i < EDITS; i++)
        if (strcmp(edits[i].name, name) == 0)
            (void)edits[i].make(&e);
    return e.n;
}
