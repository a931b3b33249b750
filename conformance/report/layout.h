/*
 * NAME
 *     layout.h: lines of text in columns
 *
 * DESCRIPTION
 *     Writes to a file and knows in which column it is, so that words can be wrapped and columns
 *     line up. Colour is written only when it was asked for and never counts as width. What is put
 *     is clean already (escape.h), or is cleaned here where the name says so.
 */
#ifndef CONFORMANCE_REPORT_LAYOUT_H
#define CONFORMANCE_REPORT_LAYOUT_H

#include <stdio.h>

#include "smtp/span.h"

enum { LAYOUT_WIDTH = 110 };

enum layout_style {
    LAYOUT_PLAIN,
    LAYOUT_STRONG,
    LAYOUT_DIM,
    LAYOUT_GOOD,
    LAYOUT_BAD,
    LAYOUT_WARN,
    LAYOUT_NOTE,
    LAYOUT_OPEN
};

struct layout {
    FILE *to;
    bool colour;
    size_t column; /* 0: at the beginning of a line */
    size_t padded; /* blanks that are due before the next text */
};

void layout_put(struct layout *l, enum layout_style style, const char *text);
void layout_print(struct layout *l, enum layout_style style, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Blanks up to that column; at least two if text is there already. */
void layout_tab(struct layout *l, size_t column);
void layout_end(struct layout *l);

/*
 * Words of a text that is cleaned first; what does not fit goes on in the next line at `indent`,
 * and what fits into no line is cut.
 */
void layout_wrap(struct layout *l, size_t indent, const char *text);

/*
 * Octets, escaped; each LF among them ends a line, the next one begins at `indent`. At most `lines`
 * lines (2 or more), the middle left out.
 */
void layout_octets(struct layout *l, size_t indent, size_t lines, smtp_span octets);

#endif
