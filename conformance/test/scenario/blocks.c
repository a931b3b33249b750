#include "blocks.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char mark[] = "=== ";

enum { MARK = sizeof mark - 1 };

char *blocks_file(const char *path, size_t *n)
{
    FILE *f = fopen(path, "rb");
    ck_assert_msg(f != NULL, "%s is not there", path);
    ck_assert_int_eq(fseek(f, 0, SEEK_END), 0);
    long size = ftell(f);
    ck_assert_int_gt(size, 0);
    rewind(f);
    char *octets = malloc((size_t)size + 1);
    ck_assert_ptr_nonnull(octets);
    *n = fread(octets, 1, (size_t)size, f);
    octets[*n] = '\0';
    fclose(f);
    return octets;
}

/* The next heading at or behind `p`, at the begin of a line; NULL: none. */
static const char *next_mark(const char *begin, const char *p)
{
    for (p = strstr(p, mark); p != NULL && p != begin && p[-1] != '\n'; p = strstr(p + 1, mark))
        continue;
    return p;
}

struct blocks blocks_read(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/conformance/test/scenario/data/%s", SOURCE_ROOT, name);
    struct blocks b = {0};
    b.octets = blocks_file(path, &b.n);
    for (const char *p = next_mark(b.octets, b.octets); p != NULL;) {
        const char *line = strchr(p, '\n');
        ck_assert_ptr_nonnull(line);
        const char *next = next_mark(b.octets, line);
        const char *end = next == NULL ? b.octets + b.n : next;
        b.all = realloc(b.all, (b.count + 1) * sizeof *b.all);
        ck_assert_ptr_nonnull(b.all);
        struct block *block = &b.all[b.count++];
        ck_assert_uint_lt((size_t)(line - p), sizeof block->heading);
        snprintf(block->heading, sizeof block->heading, "%.*s", (int)(line - p - MARK), p + MARK);
        block->text = (smtp_span){line + 1, (size_t)(end - line) - 1};
        p = next;
    }
    return b;
}

void blocks_free(struct blocks *b)
{
    free(b->all);
    free(b->octets);
}

const struct block *blocks_find(const struct blocks *b, const char *heading)
{
    for (size_t i = 0; i < b->count; i++)
        if (strcmp(b->all[i].heading, heading) == 0)
            return &b->all[i];
    ck_abort_msg("no block %s", heading);
    return NULL;
}
