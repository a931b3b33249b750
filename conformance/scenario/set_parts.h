/*
 * NAME
 *     set_parts.h: the set of scenarios, for the parser and the set only
 */
#ifndef CONFORMANCE_SET_PARTS_H
#define CONFORMANCE_SET_PARTS_H

#include "scenario/arena.h"

struct scenario_set;

struct arena *set_arena(struct scenario_set *set);

/* Reads a whole file into the arena. False: it cannot be read, errno says why. */
bool set_read_file(struct arena *arena, const char *path, smtp_span *out);

/* Where the prelude "server/hello" stands. */
const char *prelude_path(struct arena *arena, const char *dir, smtp_span name);

struct prelude_text { /* a prelude's file, read once for all that use it */
    const char *path;
    smtp_span octets;
};

#endif
