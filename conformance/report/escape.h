/*
 * NAME
 *     escape.h: octets and text made fit to be shown
 *
 * DESCRIPTION
 *     Wire values are escaped octet by octet, so that they can be read back (report_escape). Text
 *     for people keeps its UTF-8; only what does not show itself is escaped: controls, octets that
 *     are not UTF-8, marks that turn the direction of writing, and what XML 1.0 cannot carry. A
 *     target therefore never reaches the terminal, and no format is broken by what it sent.
 */
#ifndef CONFORMANCE_REPORT_ESCAPE_H
#define CONFORMANCE_REPORT_ESCAPE_H

#include "smtp/span.h"

/* One octet as REPORT writes wire values. Returns how many of `out` it took. */
size_t escape_octet(unsigned char octet, char out[4]);

/* Text for people; NULL is empty text. Caller frees; NULL: no memory. */
char *escape_text(const char *text);

/*
 * As report_escape, in at most `columns` (40 or more): what is too long loses its middle, and the
 * gap says how many octets are missing. Caller frees; NULL: no memory.
 */
char *escape_elided(smtp_span octets, size_t columns);

/* How many columns clean UTF-8 takes: its code points. */
size_t escape_width(const char *text);

#endif
