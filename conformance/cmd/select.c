#include "select.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "closest.h"

bool select_init(struct selection *selection, size_t most)
{
    *selection = (struct selection){.level = SCENARIO_INFO};
    selection->only.patterns = calloc(most + 1, sizeof *selection->only.patterns);
    selection->exclude.patterns = calloc(most + 1, sizeof *selection->exclude.patterns);
    return selection->only.patterns != NULL && selection->exclude.patterns != NULL;
}

void select_free(struct selection *selection)
{
    free(selection->only.patterns);
    free(selection->exclude.patterns);
}

void select_add(struct select_list *list, const char *pattern)
{
    list->patterns[list->count++] = pattern;
}

bool select_read_level(const char *word, enum scenario_level *out)
{
    static const enum scenario_level levels[] = {SCENARIO_MUST, SCENARIO_SHOULD, SCENARIO_MAY,
                                                 SCENARIO_INFO};
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        if (strcmp(scenario_level_name(levels[i]), word) != 0)
            continue;
        *out = levels[i];
        return true;
    }
    return false;
}

/* "data" and "data/" are the front of "data/accepted". */
static bool is_front(const char *pattern, const char *id)
{
    size_t n = strlen(pattern);
    if (n > 0 && pattern[n - 1] == '/')
        n--;
    return n > 0 && strncmp(pattern, id, n) == 0 && (id[n] == '/' || id[n] == '\0');
}

bool select_matches(const char *pattern, const struct scenario *scenario)
{
    if (is_front(pattern, scenario->id))
        return true;
    for (size_t i = 0; i < scenario->req_count; i++)
        if (strcmp(scenario->req[i], pattern) == 0)
            return true;
    return strpbrk(pattern, "*?[") != NULL && fnmatch(pattern, scenario->id, 0) == 0;
}

static bool fits_any(const struct select_list *list, const struct scenario *scenario)
{
    for (size_t i = 0; i < list->count; i++)
        if (select_matches(list->patterns[i], scenario))
            return true;
    return false;
}

bool select_has(const struct selection *selection, const struct scenario *scenario)
{
    return scenario->level <= selection->level &&
           (selection->only.count == 0 || fits_any(&selection->only, scenario)) &&
           !fits_any(&selection->exclude, scenario);
}

static bool fits_one_of(const char *pattern, const struct scenario_set *set)
{
    for (size_t i = 0; i < scenario_count(set); i++)
        if (select_matches(pattern, scenario_at(set, i)))
            return true;
    return false;
}

static bool refuse(const char *pattern, const struct scenario_set *set, const char *program)
{
    struct closest near = closest_to(pattern);
    for (size_t i = 0; i < scenario_count(set); i++)
        closest_offer(&near, scenario_at(set, i)->id);
    fprintf(stderr, "%s: no scenario is called %s", program, pattern);
    if (closest_best(&near) != NULL)
        closest_print(stderr, &near);
    else
        fputs(" (smtpspec list shows all)", stderr);
    fputs("\n", stderr);
    return false;
}

static bool check_list(const struct select_list *list, const struct scenario_set *set,
                       const char *program)
{
    for (size_t i = 0; i < list->count; i++)
        if (!fits_one_of(list->patterns[i], set))
            return refuse(list->patterns[i], set, program);
    return true;
}

bool select_check(const struct selection *selection, const struct scenario_set *set,
                  const char *program)
{
    return check_list(&selection->only, set, program) &&
           check_list(&selection->exclude, set, program);
}
