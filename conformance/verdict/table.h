/*
 * NAME
 *     table.h: a file of lines and columns
 *
 * DESCRIPTION
 *     The first line names the columns; tabs stand between the cells, and none is empty. The text
 *     of the file is kept whole, with NULs where tabs and line ends stood, and cells point into it.
 *     A table with a fault is refused as a whole.
 */
#ifndef CONFORMANCE_VERDICT_TABLE_H
#define CONFORMANCE_VERDICT_TABLE_H

#include <stdbool.h>
#include <stddef.h>

enum { TABLE_COLUMNS = 8 }; /* at most */

/* Where a table is read, and room to say what is wrong with it. */
struct table_place {
    const char *path;
    unsigned line;
    char *why;
    size_t why_size;
};

/* Takes a line below the first; false: it has been said in `why` what is wrong with it. */
typedef bool table_row(void *arg, const struct table_place *at, const char *const *cells);

/*
 * Reads at->path, whose first line is `header`. *text is the caller's to free() when the cells are
 * not needed any more, also after false; NULL: the file could not be read.
 */
bool table_read(struct table_place *at, const char *header, table_row *row, void *arg, char **text);

/* Says "PATH:LINE: text what"; returns false. */
bool table_fault(const struct table_place *at, const char *text, const char *what);

#endif
