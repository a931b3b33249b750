#include "blackbox/guide.h"

static uint32_t key_of(enum verb last, unsigned code, enum verb next, unsigned answer)
{
    uint32_t key = (uint32_t)last << 26 | (uint32_t)next << 20 | (code & 1023) << 10;
    return (key | (answer & 1023)) + 1;
}

/* A table that is full counts no more. */
static const struct guide_slot *find(const struct guide_slot *slots, uint32_t key)
{
    uint32_t hash = key * 2654435761U;
    for (size_t i = 0; i < GUIDE_SLOTS; i++) {
        const struct guide_slot *slot = &slots[(hash + i) % GUIDE_SLOTS];
        if (slot->key == key || slot->key == 0)
            return slot;
    }
    return NULL;
}

static unsigned count_in(const struct guide_slot *slots, uint32_t key)
{
    const struct guide_slot *slot = find(slots, key);
    return slot == NULL ? 0 : slot->count;
}

/* True: for the first time. */
static bool add_to(struct guide_slot *slots, uint32_t key)
{
    const struct guide_slot *found = find(slots, key);
    if (found == NULL)
        return false;
    struct guide_slot *slot = &slots[found - slots];
    slot->key = key;
    return slot->count++ == 0;
}

unsigned guide_tried(const struct guide *g, enum verb last, unsigned code, enum verb next)
{
    return count_in(g->tried, key_of(last, code, next, 0));
}

bool guide_note(struct guide *g, enum verb last, unsigned code, enum verb next, unsigned answer)
{
    (void)add_to(g->tried, key_of(last, code, next, 0));
    bool is_new = add_to(g->seen, key_of(last, code, next, answer));
    g->transitions += is_new;
    return is_new;
}

void guide_keep(struct guide *g, const struct moves *moves, size_t count)
{
    if (g->kept_count == GUIDE_KEPT || count == 0)
        return;
    g->kept_count += moves_copy(moves, count, &g->kept[g->kept_count]);
}

const struct moves *guide_pick(const struct guide *g, struct chance *chance)
{
    return g->kept_count == 0 ? NULL : &g->kept[chance_below(chance, g->kept_count)];
}

void guide_free(struct guide *g)
{
    for (size_t i = 0; i < g->kept_count; i++)
        moves_free(&g->kept[i]);
    g->kept_count = 0;
}
