#include "verdict/coverage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_SIZE = 1024 };

struct coverage {
    const struct ledger *ledger;
    struct coverage_row *rows; /* those that count, in the order of the tables */
    size_t count;
    char *reasons; /* the text of reasons.tsv */
};

/* ---- which rows ------------------------------------------------------------------------------ */

static bool is_one_of(const char *word, const char *const *words)
{
    while (*words != NULL && strcmp(word, *words) != 0)
        words++;
    return *words != NULL;
}

bool coverage_counts(const struct ledger_row *row)
{
    static const char *const seen[] = {"wire-server", "delivered", NULL};
    static const char *const servers[] = {"server", "both", "relay", "gateway", NULL};
    if (!is_one_of(row->testability, seen))
        return false;
    bool client_has_to = strcmp(row->role, "client") == 0 && strcmp(row->level, "MAY") != 0;
    return is_one_of(row->role, servers) || client_has_to;
}

/* ---- who cites them -------------------------------------------------------------------------- */

/* Rows lie in one array, in the ledger and here. */
static int compare_row(const void *key, const void *element)
{
    const struct ledger_row *row = key;
    const struct coverage_row *at = element;
    return row < at->row ? -1 : row > at->row;
}

/* NULL: there is no such row, or it does not count. */
static struct coverage_row *find(const struct coverage *coverage, const char *id)
{
    const struct ledger_row *row = ledger_find(coverage->ledger, id);
    if (row == NULL)
        return NULL;
    return bsearch(row, coverage->rows, coverage->count, sizeof *coverage->rows, compare_row);
}

static void count_scenario(const struct coverage *coverage, const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->req_count; i++) {
        struct coverage_row *row = find(coverage, scenario->req[i]);
        if (row == NULL)
            continue;
        row->scenarios++;
        row->binding += scenario->level <= SCENARIO_SHOULD;
    }
}

static void count_rule(const struct coverage *coverage, const struct observer_rule *rule)
{
    for (const char *const *id = rule->req; *id != NULL; id++) {
        struct coverage_row *row = find(coverage, *id);
        if (row != NULL)
            row->rules++;
    }
}

static void count_all(const struct coverage *coverage, const struct scenario_set *set)
{
    for (size_t i = 0; i < scenario_count(set); i++)
        if (scenario_at(set, i)->role == SCENARIO_SERVER)
            count_scenario(coverage, scenario_at(set, i));
    for (const struct observer_rule *rule = observer_rules; rule->name != NULL; rule++)
        if (rule->side == 'S')
            count_rule(coverage, rule);
}

struct coverage *coverage_new(const struct ledger *ledger, const struct scenario_set *set)
{
    struct coverage *coverage = calloc(1, sizeof *coverage);
    struct coverage_row *rows = calloc(ledger_count(ledger) + 1, sizeof *rows);
    if (coverage == NULL || rows == NULL) {
        free(coverage);
        free(rows);
        return NULL;
    }
    *coverage = (struct coverage){.ledger = ledger, .rows = rows};
    for (size_t i = 0; i < ledger_count(ledger); i++)
        if (coverage_counts(ledger_at(ledger, i)))
            rows[coverage->count++].row = ledger_at(ledger, i);
    count_all(coverage, set);
    return coverage;
}

void coverage_free(struct coverage *coverage)
{
    if (coverage == NULL)
        return;
    free(coverage->rows);
    free(coverage->reasons);
    free(coverage);
}

/* ---- a row ----------------------------------------------------------------------------------- */

size_t coverage_count(const struct coverage *coverage)
{
    return coverage->count;
}

const struct coverage_row *coverage_at(const struct coverage *coverage, size_t i)
{
    return i < coverage->count ? &coverage->rows[i] : NULL;
}

const struct coverage_row *coverage_find(const struct coverage *coverage, const char *id)
{
    return find(coverage, id);
}

enum coverage_kind coverage_by(const struct coverage_row *row)
{
    if (row->scenarios > 0)
        return COVERAGE_SCENARIO;
    if (row->rules > 0)
        return COVERAGE_RULE;
    return row->reason != NULL ? COVERAGE_REASON : COVERAGE_NONE;
}

bool coverage_is_soft(const struct coverage_row *row)
{
    return row->scenarios > 0 && row->binding == 0 && row->rules == 0;
}

/* ---- reasons --------------------------------------------------------------------------------- */

const char *coverage_excuse(struct coverage *coverage, const char *id, const char *reason,
                            const char *needed)
{
    if (ledger_find(coverage->ledger, id) == NULL)
        return "is not in the ledger";
    struct coverage_row *row = find(coverage, id);
    if (row == NULL)
        return "needs no reason: it binds no server, or is not to be seen from outside";
    if (row->reason != NULL)
        return "has a reason already";
    if (row->scenarios > 0)
        return "is covered by a scenario: its reason is stale";
    if (row->rules > 0)
        return "is covered by a rule of the observer: its reason is stale";
    row->reason = reason;
    row->needed = needed;
    return NULL;
}

struct reading {
    struct coverage *coverage;
    const struct coverage_complaints *complaints;
};

static bool read_reason(void *arg, const struct table_place *at, const char *const *cells)
{
    const struct reading *reading = arg;
    const char *wrong = coverage_excuse(reading->coverage, cells[0], cells[1], cells[2]);
    if (wrong != NULL && reading->complaints->hear != NULL)
        reading->complaints->hear(reading->complaints->arg, at, cells[0], wrong);
    return true;
}

bool coverage_read_reasons(struct coverage *coverage, const char *dir,
                           const struct coverage_complaints *complaints, char *why, size_t why_size)
{
    char path[PATH_SIZE];
    struct table_place at = {path, 0, why, why_size};
    struct reading reading = {coverage, complaints};
    snprintf(path, sizeof path, "%s/reasons.tsv", dir);
    return table_read(&at, "id\treason\tneeded", read_reason, &reading, &coverage->reasons);
}
