#include "verdict/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool table_fault(const struct table_place *at, const char *text, const char *what)
{
    snprintf(at->why, at->why_size, "%s:%u: %s%s", at->path, at->line, text, what);
    return false;
}

/* The octets of a file with a NUL behind them; NULL: it cannot be read, or there is no memory. */
static char *read_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    char *text = NULL;
    long size = -1;
    if (f != NULL && fseek(f, 0, SEEK_END) == 0 && (size = ftell(f)) >= 0 &&
        fseek(f, 0, SEEK_SET) == 0)
        text = malloc((size_t)size + 1);
    if (text != NULL) {
        size_t n = fread(text, 1, (size_t)size, f);
        text[n] = '\0';
    }
    if (f != NULL)
        fclose(f);
    return text;
}

static size_t columns_of(const char *header)
{
    size_t n = 1;
    for (const char *at = header; (at = strchr(at, '\t')) != NULL; at++)
        n++;
    return n;
}

/* Cuts a line at its tabs; the number of columns. */
static size_t cut(char *line, const char *cells[TABLE_COLUMNS])
{
    size_t n = 0;
    for (char *at = line; at != NULL; n++) {
        char *tab = strchr(at, '\t');
        if (n < TABLE_COLUMNS)
            cells[n] = at;
        if (tab != NULL)
            *tab++ = '\0';
        at = tab;
    }
    return n;
}

static bool refuse_header(const struct table_place *at, const char *header)
{
    char names[128];
    snprintf(names, sizeof names, "%s", header);
    for (char *tab = names; (tab = strchr(tab, '\t')) != NULL;)
        *tab = ' ';
    return table_fault(at, "the first line names the columns: ", names);
}

static bool read_row(const struct table_place *at, const char *header, char *line, table_row *row,
                     void *arg)
{
    const char *cells[TABLE_COLUMNS];
    size_t columns = columns_of(header);
    if (cut(line, cells) != columns) {
        char number[16];
        snprintf(number, sizeof number, "%zu", columns);
        return table_fault(at, number, " columns, with a tab between them");
    }
    for (size_t i = 0; i < columns; i++)
        if (cells[i][0] == '\0')
            return table_fault(at, "an empty column", "");
    return row(arg, at, cells);
}

bool table_read(struct table_place *at, const char *header, table_row *row, void *arg, char **text)
{
    *text = read_file(at->path);
    if (*text == NULL)
        return table_fault(at, "cannot be read", "");
    for (char *line = *text, *end; *line != '\0'; line = end + 1) {
        end = strchr(line, '\n');
        at->line++;
        if (end == NULL)
            return table_fault(at, "no line end", "");
        *end = '\0';
        if (at->line == 1 && strcmp(line, header) != 0)
            return refuse_header(at, header);
        if (at->line > 1 && !read_row(at, header, line, row, arg))
            return false;
    }
    return at->line > 0 || table_fault(at, "an empty file", "");
}
