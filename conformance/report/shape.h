/*
 * NAME
 *     shape.h: whether JSON is of the shape that a table says
 *
 * DESCRIPTION
 *     A table of fields for an object, ended by a NULL name; a list has the one field of its items,
 *     named "". The first fault is told with its place, "FILE: cases[3].level: ...". What no table
 *     names is passed over.
 */
#ifndef CONFORMANCE_REPORT_SHAPE_H
#define CONFORMANCE_REPORT_SHAPE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum shape_kind {
    SHAPE_TEXT,   /* a string without controls */
    SHAPE_OCTETS, /* one that is written as REPORT writes octets */
    SHAPE_COUNT,  /* a whole number from 0 to 2^53, which a real holds exactly */
    SHAPE_WIDE,   /* one of 64 bits */
    SHAPE_NUMBER, /* any from 0 */
    SHAPE_FLAG,
    SHAPE_WORD,
    SHAPE_OBJECT,
    SHAPE_LIST
};

enum shape_need { SHAPE_NEEDED, SHAPE_OR_NULL, SHAPE_OR_MISSING, SHAPE_OR_NEITHER };

struct shape_field {
    const char *name;
    enum shape_kind kind;
    enum shape_need need;
    const char *const *words;         /* of a WORD, ended by NULL */
    const struct shape_field *fields; /* of an OBJECT or a LIST */
};

struct shape_place {
    const char *file;
    char path[256]; /* "cases[3].level" */
    char *why;
    size_t size;
};

/* Says what is wrong there; returns false. */
bool shape_fault(const struct shape_place *at, const char *what);

/* False: at->why says it. */
bool shape_check(struct shape_place *at, const json_t *object, const struct shape_field *fields);

#endif
