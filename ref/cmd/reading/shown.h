/*
 * NAME
 *     shown.h: octets as a person may see them, and back
 *
 * DESCRIPTION
 *     Control octets are shown as \r \n \t or \xHH, and so is what is no UTF-8 or would move the
 *     cursor of a terminal; nothing else is touched, but a backslash is doubled where the input was
 *     written with escapes. Each octet's place is kept: a caret can stand below the right column.
 */
#ifndef READING_SHOWN_H
#define READING_SHOWN_H

#include <stdio.h>

#include "smtp/span.h"

/* One character or octet in its shown form. */
struct shown {
    char text[8];
    size_t n;      /* of text */
    size_t octets; /* that it stands for */
    size_t width;  /* columns */
};

/* The one at the front of the octets, which are not empty. */
struct shown shown_next(smtp_span octets, bool doubled);

void shown_print(FILE *to, smtp_span octets, bool doubled);

/* How many columns stand before the character that holds the octet `off`; off = n: before the end. */
size_t shown_column(smtp_span octets, size_t off, bool doubled);

/* The shown form into a room that holds four times as many octets; returns its length. */
size_t shown_put(smtp_room to, smtp_span octets, bool doubled);

/* Whether it is UTF-8 (RFC 3629). */
bool shown_is_utf8(smtp_span octets);

/*
 * Undoes \r \n \t \\ \xHH in place; returns the length, or, where a backslash begins none of these,
 * -1 with its place in *wrong.
 */
long shown_undo(smtp_room text, size_t *wrong);

#endif
