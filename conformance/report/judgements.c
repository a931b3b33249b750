/*
 * NAME
 *     judgements.c: what people have said about failures of servers
 */
#include "report/judgements.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 5 };

static const char header[] = "peer\tcase\tjudgement\tclause\tremark";

static bool is_kind(const char *word)
{
    static const char *const kinds[] = {"true deviation", "policy", "our reading"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i], word) == 0)
            return true;
    return false;
}

/* What is wrong with a line; NULL: nothing. */
static const char *read_row(struct judgement *out, char *line)
{
    const char *cells[COLUMNS];
    size_t n = 0;
    for (char *at = line, *tab; at != NULL; at = tab) {
        tab = strchr(at, '\t');
        if (tab != NULL)
            *tab++ = '\0';
        if (n == COLUMNS || at[0] == '\0')
            return n == COLUMNS ? "more than five columns" : "an empty column";
        cells[n++] = at;
    }
    if (n != COLUMNS)
        return "fewer than five columns";
    *out = (struct judgement){cells[0], cells[1], cells[2], cells[3], cells[4]};
    return is_kind(out->judgement) ? NULL : "no such judgement";
}

/* As above, of the whole table; *number is the line. */
static const char *read_rows(struct judgements *j, unsigned *number)
{
    bool in_table = false;
    *number = 0;
    for (char *line = j->text, *end; *line != '\0'; line = end) {
        const char *what = NULL;
        ++*number;
        end = line + strcspn(line, "\n");
        if (*end != '\0')
            *end++ = '\0';
        if (line[0] == '#')
            continue;
        if (in_table)
            what = read_row(&j->rows[j->count++], line);
        else if (strcmp(line, header) != 0)
            what = "the first line does not name the columns";
        in_table = true;
        if (what != NULL)
            return what;
    }
    return in_table ? NULL : "no line names the columns";
}

static size_t count_lines(const char *text)
{
    size_t n = 1;
    for (; *text != '\0'; text++)
        n += *text == '\n';
    return n;
}

/* The octets with a NUL behind them; NULL: an error, or no memory. */
static char *read_text(const char *file)
{
    FILE *f = fopen(file, "rb");
    char *text = NULL;
    size_t size = 0;
    ssize_t n = f == NULL ? -1 : getdelim(&text, &size, '\0', f);
    bool empty = n < 0 && f != NULL && feof(f) != 0;
    if (f != NULL)
        fclose(f);
    if (n >= 0)
        return text;
    free(text);
    return empty ? calloc(1, 1) : NULL;
}

struct judgements *judgements_read(const char *file, char *why, size_t size)
{
    unsigned number = 0;
    errno = 0;
    struct judgements *j = calloc(1, sizeof *j);
    if (j != NULL && (j->text = read_text(file)) != NULL)
        j->rows = calloc(count_lines(j->text), sizeof *j->rows);
    if (j == NULL || j->rows == NULL) {
        snprintf(why, size, "%s: %s", file, errno != 0 ? strerror(errno) : "no memory");
        judgements_free(j);
        return NULL;
    }
    const char *what = read_rows(j, &number);
    if (what == NULL)
        return j;
    snprintf(why, size, "%s:%u: %s", file, number, what);
    judgements_free(j);
    return NULL;
}

void judgements_free(struct judgements *j)
{
    if (j == NULL)
        return;
    free(j->rows);
    free(j->text);
    free(j);
}

const struct judgement *judgements_find(const struct judgements *j, const char *server,
                                        const char *id)
{
    for (size_t i = 0; j != NULL && i < j->count; i++) {
        const struct judgement *row = &j->rows[i];
        if (fnmatch(row->id, id, 0) == 0 &&
            (strcmp(row->peer, server) == 0 || strcmp(row->peer, "*") == 0))
            return row;
    }
    return NULL;
}
