/*
 * NAME
 *     blocks.h: files of many small texts, each below a line "=== heading"
 */
#ifndef BLOCKS_H
#define BLOCKS_H

#include "smtp/span.h"

struct block {
    char heading[160];
    smtp_span text;
};

struct blocks {
    char *octets; /* the file */
    size_t n;
    struct block *all;
    size_t count;
};

/* Reads data/NAME of this folder; a missing file fails the test. */
struct blocks blocks_read(const char *name);
void blocks_free(struct blocks *b);

/* The block with this heading; a missing one fails the test. */
const struct block *blocks_find(const struct blocks *b, const char *heading);

/* A file as it is. */
char *blocks_file(const char *path, size_t *n);

#endif
