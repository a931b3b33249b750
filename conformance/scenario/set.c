/*
 * NAME
 *     set.c: the set of scenarios
 */
#include "scenario/set_parts.h"

#include <stdlib.h>
#include <string.h>

#include "scenario/parse.h"

struct scenario_set {
    struct arena arena;
    const char *prelude_dir;
    struct list scenarios; /* struct scenario * */
    struct list preludes;
};

struct scenario_set *scenario_set_new(const char *prelude_dir)
{
    struct scenario_set *set = calloc(1, sizeof *set);
    if (set == NULL)
        return NULL;
    if (prelude_dir != NULL)
        set->prelude_dir = arena_string(&set->arena, smtp_span_of(prelude_dir));
    set->scenarios = LIST_OF(&set->arena, struct scenario *);
    set->preludes = LIST_OF(&set->arena, struct prelude_text);
    return set;
}

void scenario_set_free(struct scenario_set *set)
{
    if (set == NULL)
        return;
    arena_free(&set->arena);
    free(set);
}

void scenario_set_prelude(struct scenario_set *set, const char *name, smtp_span octets)
{
    struct prelude_text *prelude = list_add(&set->preludes);
    prelude->path = prelude_path(&set->arena, set->prelude_dir, smtp_span_of(name));
    prelude->octets = (smtp_span){arena_string(&set->arena, octets), octets.n};
}

struct file {
    const char *id, *name;
    smtp_span octets;
};

/* One reading of the file, with the octets of its each: line at `index`. */
static struct scenario *read_once(struct scenario_set *set, const struct file *file, size_t index,
                                  struct scenario_error *error, size_t *readings)
{
    struct arena *arena = &set->arena;
    struct scenario *s = arena_get(arena, sizeof *s);
    struct parser p = {.arena = arena,
                       .prelude_dir = set->prelude_dir,
                       .preludes = &set->preludes,
                       .error = error,
                       .id = file->id,
                       .file = file->name,
                       .octets = file->octets,
                       .scenario = s,
                       .eaches = LIST_OF(arena, struct each),
                       .each_index = index,
                       .message = LIST_OF(arena, struct scenario_string),
                       .names = LIST_OF(arena, const char *),
                       .steps = LIST_OF(arena, struct scenario_step)};
    s->id = file->id;
    s->file = file->name;
    if (!parse_file(&p))
        return NULL;
    *readings = p.eaches.count == 0 ? 1 : p.eaches.count;
    if (p.each != NULL) {
        size_t n = strlen(file->id), each = strlen(p.each->name);
        char *id = arena_get(arena, n + each + 2);
        memcpy(id, file->id, n);
        id[n] = '/';
        memcpy(id + n + 1, p.each->name, each);
        s->id = id;
    }
    return s;
}

bool scenario_parse(struct scenario_set *set, const char *id, const char *file, smtp_span octets,
                    struct scenario_error *error)
{
    struct arena *arena = &set->arena;
    struct list made = LIST_OF(arena, struct scenario *);
    struct file f = {arena_string(arena, smtp_span_of(id)), arena_string(arena, smtp_span_of(file)),
                     octets};
    size_t readings = 1;
    for (size_t i = 0; i < readings; i++) {
        struct scenario *s = read_once(set, &f, i, error, &readings);
        if (s == NULL)
            return false;
        *(struct scenario **)list_add(&made) = s;
    }
    for (size_t i = 0; i < made.count; i++)
        *(struct scenario **)list_add(&set->scenarios) = *(struct scenario **)list_at(&made, i);
    return true;
}

struct arena *set_arena(struct scenario_set *set)
{
    return &set->arena;
}

size_t scenario_count(const struct scenario_set *set)
{
    return set->scenarios.count;
}

const struct scenario *scenario_at(const struct scenario_set *set, size_t i)
{
    return *(struct scenario **)list_at(&set->scenarios, i);
}

const struct scenario *scenario_find(const struct scenario_set *set, const char *id)
{
    for (size_t i = 0; i < set->scenarios.count; i++)
        if (strcmp(scenario_at(set, i)->id, id) == 0)
            return scenario_at(set, i);
    return NULL;
}
