#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "explore/explore.h"

/* ---- states ---- */

struct edge {
    size_t to; /* SIZE_MAX: the session is over */
    unsigned short letter, choice;
};

struct state {
    char *key;
    size_t key_n;
    uint64_t hash;
    void *saved;
    size_t parent;
    unsigned short letter, choice; /* that led here from the parent */
    unsigned depth;
    struct edge *edges;
    size_t edge_count;
};

struct graph {
    const struct world *world;
    struct state *states;
    size_t count, room;
    unsigned depth;
    size_t *slots; /* by hash, linear; SIZE_MAX: free */
    size_t slot_count;
    struct explored *out;
};

static uint64_t hash_of(const char *key, size_t n)
{
    uint64_t h = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)key[i]) * UINT64_C(1099511628211);
    return h;
}

static bool grow(struct graph *g)
{
    size_t room = g->room == 0 ? 1024 : 2 * g->room, slots = 4 * room;
    struct state *states = realloc(g->states, room * sizeof *states);
    if (states == NULL)
        return false;
    g->states = states;
    g->room = room;
    size_t *fresh = malloc(slots * sizeof *fresh);
    if (fresh == NULL)
        return false;
    memset(fresh, 0xff, slots * sizeof *fresh);
    for (size_t i = 0; i < g->count; i++) {
        size_t at = g->states[i].hash % slots;
        while (fresh[at] != SIZE_MAX)
            at = (at + 1) % slots;
        fresh[at] = i;
    }
    free(g->slots);
    g->slots = fresh;
    g->slot_count = slots;
    return true;
}

/* The slot of the key: that of its state, or the free one where it belongs. */
static size_t *find(struct graph *g, const char *key, size_t n, uint64_t hash)
{
    size_t at = hash % g->slot_count;
    for (; g->slots[at] != SIZE_MAX; at = (at + 1) % g->slot_count) {
        const struct state *s = &g->states[g->slots[at]];
        if (s->hash == hash && s->key_n == n && memcmp(s->key, key, n) == 0)
            break;
    }
    return &g->slots[at];
}

/* The state that the world is in now; a new one comes behind all others. SIZE_MAX: no memory. */
static size_t enter(struct graph *g, const struct state *from)
{
    static char key[EXPLORE_KEY_MAX];
    size_t n = g->world->key(key);
    uint64_t hash = hash_of(key, n);
    if (g->count == g->room && !grow(g))
        return SIZE_MAX;
    size_t *slot = find(g, key, n, hash);
    if (*slot != SIZE_MAX)
        return *slot;
    struct state s = *from;
    bool grows = s.depth < g->depth; /* else it is only counted */
    s.key = malloc(n);
    s.saved = grows ? malloc(g->world->size) : NULL;
    if (s.key == NULL || (s.saved == NULL && grows)) {
        free(s.key);
        free(s.saved);
        return SIZE_MAX;
    }
    memcpy(s.key, key, n);
    s.key_n = n;
    s.hash = hash;
    if (grows)
        g->world->save(s.saved);
    *slot = g->count;
    g->states[g->count] = s;
    return g->count++;
}

/* ---- the way to a finding ---- */

static void append(char *to, size_t room, const char *word)
{
    size_t n = strlen(to), more = strlen(word);
    if (n + more < room)
        memcpy(to + n, word, more + 1);
}

static void name_step(const struct graph *g, size_t letter, size_t choice)
{
    char *path = g->out->path;
    append(path, sizeof g->out->path, path[0] != '\0' ? " / " : "");
    append(path, sizeof g->out->path, g->world->letter_name(letter));
    if (choice != 0) {
        append(path, sizeof g->out->path, " -> ");
        append(path, sizeof g->out->path, g->world->choice_name(choice));
    }
}

static void name_path(const struct graph *g, size_t state, size_t letter, size_t choice)
{
    size_t way[EXPLORE_DEPTH_MAX + 1], n = 0;
    for (size_t at = state; at != 0 && n <= EXPLORE_DEPTH_MAX; at = g->states[at].parent)
        way[n++] = at;
    g->out->path[0] = '\0';
    while (n > 0) {
        const struct state *s = &g->states[way[--n]];
        name_step(g, s->letter, s->choice);
    }
    name_step(g, letter, choice);
}

/* ---- expansion ---- */

static bool add_edge(struct state *s, size_t to, size_t letter, size_t choice)
{
    if (s->edge_count % 64 == 0) {
        struct edge *more = realloc(s->edges, (s->edge_count + 64) * sizeof *more);
        if (more == NULL)
            return false;
        s->edges = more;
    }
    s->edges[s->edge_count++] = (struct edge){to, (unsigned short)letter, (unsigned short)choice};
    return true;
}

/* One letter with one choice. *asked: the other choices are to be tried too. */
static bool try_step(struct graph *g, size_t at, size_t letter, size_t choice, bool *asked)
{
    g->world->load(g->states[at].saved);
    enum step step = g->world->step(letter, choice, asked, &g->out->finding);
    if (g->out->finding.found)
        name_path(g, at, letter, choice);
    if (step == STEP_NONE)
        return true;
    g->out->transitions++;
    struct state from = {.parent = at,
                         .letter = (unsigned short)letter,
                         .choice = (unsigned short)choice,
                         .depth = g->states[at].depth + 1};
    size_t to = step == STEP_OVER ? SIZE_MAX : enter(g, &from);
    return (to != SIZE_MAX || step == STEP_OVER) && add_edge(&g->states[at], to, letter, choice);
}

static bool expand(struct graph *g, size_t at)
{
    for (size_t letter = 0; letter < g->world->letters; letter++) {
        bool asked = true;
        for (size_t choice = 0; asked && choice < g->world->choices; choice++) {
            asked = false;
            if (!try_step(g, at, letter, choice, &asked))
                return false;
            if (g->out->finding.found)
                return true;
        }
    }
    return true;
}

/* ---- words ---- */

/* How many words of each length lead to each state: the sum over all of them. */
static bool count_words(struct graph *g, unsigned depth)
{
    if (g->count == 0)
        return true;
    uint64_t *now = calloc(g->count, sizeof *now), *next = calloc(g->count, sizeof *next);
    bool ok = now != NULL && next != NULL;
    if (ok)
        now[0] = 1;
    for (unsigned d = 0; ok && d < depth; d++) {
        memset(next, 0, g->count * sizeof *next);
        for (size_t i = 0; i < g->count; i++)
            for (size_t e = 0; now[i] > 0 && e < g->states[i].edge_count; e++) {
                size_t to = g->states[i].edges[e].to;
                g->out->words += now[i];
                if (to != SIZE_MAX)
                    next[to] += now[i];
            }
        uint64_t *swap = now;
        now = next;
        next = swap;
    }
    free(now);
    free(next);
    return ok;
}

/* ---- all of it ---- */

static void drop_saved(const struct graph *g, struct state *s)
{
    if (s->saved != NULL)
        g->world->drop(s->saved);
    free(s->saved);
    s->saved = NULL;
}

static void forget(struct graph *g)
{
    for (size_t i = 0; i < g->count; i++) {
        drop_saved(g, &g->states[i]);
        free(g->states[i].key);
        free(g->states[i].edges);
    }
    free(g->states);
    free(g->slots);
}

bool explore(const struct world *world, unsigned depth, struct explored *out)
{
    struct graph g = {.world = world, .out = out, .depth = depth};
    struct state first = {.depth = 0};
    memset(out, 0, sizeof *out);
    world->begin();
    bool ok = enter(&g, &first) != SIZE_MAX;
    for (size_t i = 0; ok && i < g.count && !out->finding.found; i++)
        if (g.states[i].depth < depth) {
            ok = expand(&g, i);
            drop_saved(&g, &g.states[i]);
        }
    out->states = g.count;
    if (ok && !out->finding.found)
        ok = count_words(&g, depth);
    forget(&g);
    return ok;
}

void finding_add(struct finding *f, const char *rule, const char *format, ...)
{
    if (f->found)
        return;
    f->found = true;
    int n = snprintf(f->why, sizeof f->why, "%s: ", rule);
    va_list args;
    va_start(args, format);
    if (n > 0 && (size_t)n < sizeof f->why)
        vsnprintf(f->why + n, sizeof f->why - (size_t)n, format, args);
    va_end(args);
}
