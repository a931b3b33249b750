/*
 * NAME
 *     select.h: which scenarios are meant
 *
 * DESCRIPTION
 *     A pattern is the id of a scenario, the front of an id up to a slash (a topic, or all of one
 *     each: file), the id of a requirement, or a glob over ids in which "*" also takes slashes.
 */
#ifndef CONFORMANCE_CMD_SELECT_H
#define CONFORMANCE_CMD_SELECT_H

#include "scenario/scenario.h"

struct select_list {
    const char **patterns;
    size_t count;
};

struct selection {
    struct select_list only, exclude; /* none: all; none */
    enum scenario_level level;        /* this one and those that bind more */
};

/* Room for `most` patterns each, all levels. False: no memory. */
SMTP_CHECK bool select_init(struct selection *selection, size_t most);
void select_free(struct selection *selection);

void select_add(struct select_list *list, const char *pattern);

/* "must" and so on; false: no such level. */
bool select_read_level(const char *word, enum scenario_level *out);

bool select_matches(const char *pattern, const struct scenario *scenario);

/* Whether each pattern fits something in the set; false: it has been said which one does not. */
bool select_check(const struct selection *selection, const struct scenario_set *set,
                  const char *program);

bool select_has(const struct selection *selection, const struct scenario *scenario);

#endif
