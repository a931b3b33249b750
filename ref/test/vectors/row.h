/*
 * NAME
 *     row.h: the rows of corpus/vectors/FILE.tsv
 *
 * DESCRIPTION
 *     Between tabs: kind, input, verdict, clause, note and, where it is not the input, what print
 *     gives. corpus/vectors/README.md tells the form; a row that departs from it is an error.
 */
#ifndef ROW_H
#define ROW_H

#include <stdio.h>

#include "smtp/span.h"

enum { ROW_MAX = 1 << 17, INPUT_MAX = 1 << 17 };

struct row {
    const char *file;
    unsigned number;
    char *kind, *verdict, *clause, *note;
    smtp_span input;
    smtp_span print; /* p is NULL: the input */
    unsigned lax;    /* of the note */
    char line[ROW_MAX], octets[INPUT_MAX], printed[INPUT_MAX];
};

/* The next row. 0: none, -1: malformed, and it has been said why. */
int row_next(struct row *row, FILE *file);

/* Says what is wrong with the row. */
void row_complain(const struct row *row, const char *what, const char *got);

#endif
