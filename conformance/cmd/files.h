/*
 * NAME
 *     files.h: scenario files, and the text of one
 */
#ifndef CONFORMANCE_CMD_FILES_H
#define CONFORMANCE_CMD_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/*
 * Calls each() for a file, or for all *.smtp below a folder in the order of their names; id is the
 * path below that folder without ".smtp", or the file's name without it. False: *path cannot be
 * read.
 */
bool files_each(const char *path, void (*each)(void *arg, const char *id, const char *file),
                void *arg);

/* Its octets, with a NUL behind them; the caller frees. NULL: it cannot be read. */
char *files_read(const char *file, size_t *size);

/* Prints a file, each line behind so many blanks. False: it cannot be read. */
bool files_print(FILE *to, const char *file, int indent);

#endif
