/*
 * NAME
 *     reading.h: a text read as one kind of thing, with all that can be told about it
 *
 * SYNOPSIS
 *     if (!reading_begin(&r, reading_kind_of("path"), text, lax))
 *         no memory
 *     r.fault.symbol == NULL: r.fields, r.canonical; else r.fault, at octet r.off
 *     reading_end(&r)
 *
 * DESCRIPTION
 *     The parsers of the pure layers answer each in its own way; here all of them answer in one:
 *     `smtpref parse` explains it, and the runner of corpus/vectors compares it. The whole text has
 *     to be what it is read as: text that is left over is a fault.
 *
 * LIFETIME
 *     Spans borrow from the text or from the reading.
 */
#ifndef READING_H
#define READING_H

#include "smtp/params.h"
#include "smtp/received.h"

struct reading_field {
    const char *name;
    smtp_span value;
};

struct reading_fault {
    const char *symbol; /* NULL: none */
    unsigned code;      /* what a server answers; 0: nothing, it is not said by a client */
    const char *enhanced, *clause, *text;
    const char *rule; /* of rules.h */
};

/* Which lines of a file are one text. */
enum reading_unit {
    READING_LINE,
    READING_REPLY, /* lines up to one without a hyphen behind its code, each ended by CRLF */
    READING_FOLDED /* a line and those behind it that begin with a blank */
};

struct reading_kind;

struct reading {
    const struct reading_kind *kind;
    smtp_span text;
    unsigned lax, lax_used;
    struct reading_fault fault;
    size_t off;
    struct reading_field *fields;
    size_t field_count;
    smtp_span canonical; /* as print prints it */
    /* the reading's own storage */
    smtp_room print, scratch;
    size_t scratch_at, field_max;
};

struct reading_kind {
    const char *name, *about;
    const char *rule; /* of rules.h */
    enum reading_unit unit;
    void (*read)(struct reading *r);
};

/* Ended by a row without a name. */
extern const struct reading_kind reading_kinds[];

/* NULL: no such kind. */
const struct reading_kind *reading_kind_of(const char *name);

/* Reads the text. False: no memory. */
bool reading_begin(struct reading *r, const struct reading_kind *kind, smtp_span text,
                   unsigned lax);
void reading_end(struct reading *r);

#endif
