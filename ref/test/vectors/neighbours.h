/*
 * NAME
 *     neighbours.h: print and parse are inverses around each row too
 *
 * DESCRIPTION
 *     Reads every text that differs from the row's in one octet: left out, doubled, or another in
 *     its place, one of each class that the grammar knows. Of what is accepted without a tolerance
 *     what is printed has to read and print as itself, and every tolerance together has to accept
 *     it too, and use none. Of a long text only both ends are changed.
 */
#ifndef NEIGHBOURS_H
#define NEIGHBOURS_H

#include "reading.h"
#include "row.h"

/* Reads the text; ends the program when there is no memory. */
void neighbours_read(struct reading *r, const struct reading_kind *kind, smtp_span text,
                     unsigned lax);

/* What was printed prints the same and, without tolerances, reads as the same, field by field. */
bool neighbours_identity(const struct row *row, const struct reading *r);

/* False: one does not do it, and it has been said which. Counts those that were accepted. */
bool neighbours_check(const struct row *row, const struct reading_kind *kind,
                      unsigned long *accepted);

#endif
