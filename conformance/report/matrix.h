/*
 * NAME
 *     matrix.h: many servers beside one another
 *
 * DESCRIPTION
 *     Servers in columns; requirements, cases and broken rules of the observer in rows. Reports
 *     whose files agree in their names up to the first dot are runs of one server: the worst of
 *     them stands, and a verdict that was not the same in all of them is marked as changed.
 *
 *     A requirement is broken where a case or a rule that cites it is; else it is met where one is.
 *     Skips and inconclusive cases are no conclusions: where servers differ, two have concluded
 *     different things.
 *
 *     Borrows from the results and the ledger.
 */
#ifndef CONFORMANCE_REPORT_MATRIX_H
#define CONFORMANCE_REPORT_MATRIX_H

#include <stdio.h>

#include "report/judgements.h"
#include "report/results.h"
#include "verdict/verdict.h"

enum matrix_verdict { /* of several runs a later one outweighs an earlier one */
                      MATRIX_NONE,
                      MATRIX_PASS,
                      MATRIX_INFO,
                      MATRIX_SKIP,
                      MATRIX_INCONCLUSIVE,
                      MATRIX_DISPUTED,
                      MATRIX_WARN,
                      MATRIX_ERROR,
                      MATRIX_FAIL
};

struct matrix_cell {
    enum matrix_verdict verdict;
    bool changed;
    json_t *item;      /* the case or finding that it is of; NULL: of none, or of several */
    size_t runs, last; /* of a rule: in how many it was broken; the last of them, from 1 */
};

struct matrix_row {
    const char *id;
    const json_t *about;             /* the case or finding as first seen; NULL: a requirement */
    const struct ledger_row *clause; /* of a requirement; NULL: not in the ledger */
    struct matrix_cell *cells;       /* one a server */
    bool differs;
};

struct matrix_table {
    struct matrix_row *rows;
    size_t count, room;
    json_t *index; /* from id to row */
};

struct matrix_server {
    char *name;
    const struct results **runs;
    size_t run_count;
};

struct matrix {
    struct matrix_server *servers;
    size_t server_count, run_count;
    struct matrix_table requirements, cases, rules;
    const struct ledger *ledger;
    const struct judgements *judgements; /* the caller's, set behind matrix_new(); NULL: none */
};

/* NULL: no memory. The ledger may be NULL. */
struct matrix *matrix_new(struct results *const *results, size_t count,
                          const struct ledger *ledger);
void matrix_free(struct matrix *matrix);

const char *matrix_verdict_name(enum matrix_verdict verdict); /* "pass"; "none" */

/* How many cells of cases and rules were not the same in all runs. */
size_t matrix_changes(const struct matrix *matrix);

/* How many failures there are, and how many of them no judgement is about. */
size_t matrix_failures(const struct matrix *matrix, size_t *unjudged);

enum matrix_rows { MATRIX_REQUIREMENTS, MATRIX_CASES };

/* Sums of each server, a table, and what changed; `differing`: only rows in which servers differ. */
void matrix_text(FILE *to, const struct matrix *matrix, enum matrix_rows rows, bool differing);

bool matrix_json(FILE *to, const struct matrix *matrix, const char *version);
bool matrix_html(FILE *to, const struct matrix *matrix, const char *version);

#endif
