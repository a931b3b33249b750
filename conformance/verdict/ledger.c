/*
 * NAME
 *     ledger.c: the tables of requirements
 *
 * DESCRIPTION
 *     All rfcNNNN.tsv of a folder, in the order of their names; the rows point into their texts. A
 *     table with a fault is refused as a whole: a requirement that is silently missing would look
 *     like one that nobody broke.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "smtp/chars.h"
#include "verdict/table.h"
#include "verdict/verdict.h"

enum { PATH_SIZE = 1024 };

/* A row, in the order of the ids. */
struct index_entry {
    const struct ledger_row *row;
};

struct file {
    char *text;
    struct file *next;
};

struct ledger {
    struct file *files;
    struct ledger_row *rows;
    size_t count, room;
    struct index_entry *by_id; /* sorted */
};

static const char header[] = "id\tsection\tlevel\trole\trequirement\ttestability\thint\tbasis";

/* ---- a line ---------------------------------------------------------------------------------- */

static bool is_level(const char *word)
{
    static const char *const levels[] = {"MUST",       "MUST NOT", "SHOULD",
                                         "SHOULD NOT", "MAY",      "GRAMMAR"};
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
        if (strcmp(levels[i], word) == 0)
            return true;
    return false;
}

/* R5321-4.1.1-a in rfc5321.tsv, section 4.1.1. */
static bool is_id(const char *id, unsigned rfc, const char *section)
{
    char head[64];
    int n = snprintf(head, sizeof head, "R%u-%s-", rfc, section);
    return n > 0 && (size_t)n < sizeof head && strncmp(id, head, (size_t)n) == 0 && id[n] != '\0' &&
           id[n + (int)strspn(id + n, "abcdefghijklmnopqrstuvwxyz")] == '\0';
}

static struct ledger_row *add_row(struct ledger *ledger)
{
    if (ledger->count == ledger->room) {
        size_t room = ledger->room == 0 ? 256 : ledger->room * 2;
        struct ledger_row *rows = realloc(ledger->rows, room * sizeof *rows);
        if (rows == NULL)
            return NULL;
        ledger->rows = rows;
        ledger->room = room;
    }
    return &ledger->rows[ledger->count++];
}

/* What the rows of a table are added to. */
struct reading {
    struct ledger *ledger;
    unsigned rfc;
};

static bool read_row(void *arg, const struct table_place *at, const char *const *cells)
{
    const struct reading *reading = arg;
    if (!is_id(cells[0], reading->rfc, cells[1]))
        return table_fault(at, "not an id of this file and section: ", cells[0]);
    if (!is_level(cells[2]))
        return table_fault(at, "no such level: ", cells[2]);
    struct ledger_row *row = add_row(reading->ledger);
    if (row == NULL)
        return table_fault(at, "no memory", "");
    *row = (struct ledger_row){.id = cells[0],
                               .section = cells[1],
                               .level = cells[2],
                               .role = cells[3],
                               .text = cells[4],
                               .testability = cells[5],
                               .hint = cells[6],
                               .basis = cells[7],
                               .rfc = reading->rfc};
    return true;
}

static bool read_table(struct ledger *ledger, struct table_place *at, unsigned rfc)
{
    struct reading reading = {ledger, rfc};
    struct file *file = malloc(sizeof *file);
    if (file == NULL)
        return table_fault(at, "no memory", "");
    bool ok = table_read(at, header, read_row, &reading, &file->text);
    file->next = ledger->files;
    ledger->files = file;
    return ok;
}

/* ---- all of them ----------------------------------------------------------------------------- */

static unsigned rfc_of(const char *name)
{
    uint64_t number = 0;
    smtp_span all = smtp_span_of(name), tail = SMTP_SPAN(".tsv");
    if (all.n <= 3 + tail.n || strncmp(name, "rfc", 3) != 0 ||
        !smtp_span_is(smtp_span_cut(all, all.n - tail.n, all.n), tail) ||
        !smtp_span_number(smtp_span_cut(all, 3, all.n - tail.n), 5, &number))
        return 0;
    return (unsigned)number;
}

static int is_table(const struct dirent *entry)
{
    return rfc_of(entry->d_name) != 0;
}

/* alphasort() depends on the locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool read_folder(struct ledger *ledger, const char *dir, char *why, size_t why_size)
{
    struct dirent **names = NULL;
    int n = scandir(dir, &names, is_table, by_name);
    if (n <= 0)
        snprintf(why, why_size, "%s: no rfcNNNN.tsv to be read here", dir);
    bool ok = n > 0;
    for (int i = 0; i < n; i++) {
        char path[PATH_SIZE];
        struct table_place at = {path, 0, why, why_size};
        snprintf(path, sizeof path, "%s/%s", dir, names[i]->d_name);
        ok = ok && read_table(ledger, &at, rfc_of(names[i]->d_name));
        free(names[i]);
    }
    free(names);
    return ok;
}

static int compare_rows(const void *left, const void *right)
{
    const struct index_entry *a = left, *b = right;
    return strcmp(a->row->id, b->row->id);
}

/* The line of a row: an id stands in the file of its RFC only, below the header. */
static unsigned line_of(const struct ledger *ledger, const struct ledger_row *row)
{
    unsigned line = 2;
    for (const struct ledger_row *at = ledger->rows; at != row; at++)
        line += at->rfc == row->rfc;
    return line;
}

static bool index_rows(struct ledger *ledger, const char *dir, char *why, size_t why_size)
{
    ledger->by_id = calloc(ledger->count + 1, sizeof *ledger->by_id);
    if (ledger->by_id == NULL) {
        snprintf(why, why_size, "no memory");
        return false;
    }
    for (size_t i = 0; i < ledger->count; i++)
        ledger->by_id[i].row = &ledger->rows[i];
    qsort(ledger->by_id, ledger->count, sizeof *ledger->by_id, compare_rows);
    for (size_t i = 1; i < ledger->count; i++) {
        const struct ledger_row *a = ledger->by_id[i - 1].row, *b = ledger->by_id[i].row;
        if (strcmp(a->id, b->id) != 0)
            continue;
        const struct ledger_row *first = a < b ? a : b, *second = a < b ? b : a;
        snprintf(why, why_size, "%s/rfc%u.tsv:%u: %s stands on line %u already", dir, second->rfc,
                 line_of(ledger, second), second->id, line_of(ledger, first));
        return false;
    }
    return true;
}

struct ledger *ledger_load(const char *dir, char *why, size_t why_size)
{
    struct ledger *ledger = calloc(1, sizeof *ledger);
    if (ledger == NULL) {
        snprintf(why, why_size, "no memory");
        return NULL;
    }
    if (read_folder(ledger, dir, why, why_size) && index_rows(ledger, dir, why, why_size))
        return ledger;
    ledger_free(ledger);
    return NULL;
}

void ledger_free(struct ledger *ledger)
{
    if (ledger == NULL)
        return;
    while (ledger->files != NULL) {
        struct file *file = ledger->files;
        ledger->files = file->next;
        free(file->text);
        free(file);
    }
    free(ledger->rows);
    free(ledger->by_id);
    free(ledger);
}

static int compare_id(const void *key, const void *element)
{
    const struct index_entry *at = element;
    return strcmp(key, at->row->id);
}

const struct ledger_row *ledger_find(const struct ledger *ledger, const char *id)
{
    const struct index_entry *at =
        bsearch(id, ledger->by_id, ledger->count, sizeof *ledger->by_id, compare_id);
    return at == NULL ? NULL : at->row;
}

size_t ledger_count(const struct ledger *ledger)
{
    return ledger->count;
}

const struct ledger_row *ledger_at(const struct ledger *ledger, size_t i)
{
    return i < ledger->count ? &ledger->rows[i] : NULL;
}
