/*
 * NAME
 *     mutant_list.c: mutants.tsv
 *
 * DESCRIPTION
 *     One mutant a line: name, change, requirement, killers (words), parted by tabs. The first line
 *     names the columns; lines that begin with # are comments.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "target/mutant.h"

enum { COLUMNS = 4 };

struct entry {
    struct mutant_row row;
    char *line; /* owns the strings */
    const char **killers;
    struct mutant *mutant;
};

struct mutant_list {
    struct entry *entries;
    size_t count, room;
};

/* Cuts the line at its tabs. */
static size_t columns(char *line, char *cells[COLUMNS])
{
    size_t n = 0;
    for (char *at = line; at != NULL && n < COLUMNS; n++) {
        cells[n] = at;
        at = strchr(at, '\t');
        if (at != NULL)
            *at++ = '\0';
    }
    return n;
}

static const char **words(char *text)
{
    size_t n = 1;
    for (const char *p = text; *p != '\0'; p++)
        n += *p == ' ';
    const char **out = calloc(n + 1, sizeof *out);
    if (out == NULL)
        return NULL;
    n = 0;
    for (char *at = text; at != NULL && *at != '\0';) {
        out[n++] = at;
        at = strchr(at, ' ');
        if (at != NULL)
            *at++ = '\0';
    }
    return out;
}

static struct entry *add(struct mutant_list *list)
{
    if (list->count == list->room) {
        size_t room = list->room == 0 ? 64 : list->room * 2;
        struct entry *entries = realloc(list->entries, room * sizeof *entries);
        if (entries == NULL)
            return NULL;
        list->entries = entries;
        list->room = room;
    }
    struct entry *entry = &list->entries[list->count++];
    memset(entry, 0, sizeof *entry);
    return entry;
}

static bool read_line(struct mutant_list *list, const char *line, char *why, size_t why_size)
{
    char *cells[COLUMNS];
    struct entry *entry = add(list);
    if (entry == NULL || (entry->line = strdup(line)) == NULL) {
        snprintf(why, why_size, "no memory");
        return false;
    }
    entry->line[strcspn(entry->line, "\r\n")] = '\0';
    if (columns(entry->line, cells) != COLUMNS) {
        snprintf(why, why_size, "four columns: name, change, requirement, killers");
        return false;
    }
    entry->mutant = mutant_parse(cells[1], why, why_size);
    entry->killers = words(cells[3]);
    if (entry->mutant == NULL || entry->killers == NULL)
        return false;
    entry->row = (struct mutant_row){cells[0], cells[1], cells[2], entry->killers, entry->mutant};
    return true;
}

struct mutant_list *mutant_list_load(const char *file, char *why, size_t why_size)
{
    char line[2048], text[256] = "";
    FILE *f = fopen(file, "r");
    struct mutant_list *list = calloc(1, sizeof *list);
    bool ok = f != NULL && list != NULL;
    if (!ok)
        snprintf(why, why_size, "%s: cannot be read", file);
    for (unsigned number = 1; ok && fgets(line, sizeof line, f) != NULL; number++) {
        if (number == 1 || line[0] == '#' || line[0] == '\n')
            continue;
        ok = read_line(list, line, text, sizeof text);
        if (!ok)
            snprintf(why, why_size, "%s:%u: %s", file, number, text);
    }
    if (f != NULL)
        fclose(f);
    if (ok)
        return list;
    mutant_list_free(list);
    return NULL;
}

void mutant_list_free(struct mutant_list *list)
{
    if (list == NULL)
        return;
    for (size_t i = 0; i < list->count; i++) {
        mutant_free(list->entries[i].mutant);
        free(list->entries[i].killers);
        free(list->entries[i].line);
    }
    free(list->entries);
    free(list);
}

size_t mutant_count(const struct mutant_list *list)
{
    return list->count;
}

const struct mutant_row *mutant_at(const struct mutant_list *list, size_t i)
{
    return &list->entries[i].row;
}
