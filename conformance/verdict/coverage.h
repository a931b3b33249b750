/*
 * NAME
 *     coverage.h: which rows of the ledger the suite covers, and by what
 *
 * SYNOPSIS
 *     struct coverage *coverage = coverage_new(ledger, set);
 *     for each reason: why = coverage_excuse(coverage, id, reason);
 *     for each row that counts: coverage_by(coverage_at(coverage, i))
 *
 * DESCRIPTION
 *     A row counts when it can be seen from outside (testability wire-server or delivered) and binds
 *     a server: role server, both, relay or gateway. What a client has to send is what a server has
 *     to read: those rows count too, its liberties (MAY) do not. A row is covered by a scenario for
 *     servers or by a rule about servers that cites it, and by nothing else.
 *
 *     reasons.tsv (id, reason, needed) stands beside the tables: why a row that counts cannot be
 *     tested from outside, and what it would take.
 */
#ifndef CONFORMANCE_VERDICT_COVERAGE_H
#define CONFORMANCE_VERDICT_COVERAGE_H

#include "observer/observer.h"
#include "verdict/table.h"
#include "verdict/verdict.h"

enum coverage_kind { COVERAGE_SCENARIO, COVERAGE_RULE, COVERAGE_REASON, COVERAGE_NONE };
enum { COVERAGE_KINDS = COVERAGE_NONE + 1 };

struct coverage_row {
    const struct ledger_row *row;
    size_t scenarios, binding; /* that cite it; those of level must or should */
    size_t rules;
    const char *reason, *needed; /* NULL: none is written */
};

/* The ledger is borrowed. NULL: no memory. */
struct coverage *coverage_new(const struct ledger *ledger, const struct scenario_set *set);
void coverage_free(struct coverage *coverage);

/* The rows that count, in the order of the tables; by id NULL for one that does not. */
size_t coverage_count(const struct coverage *coverage);
const struct coverage_row *coverage_at(const struct coverage *coverage, size_t i);
const struct coverage_row *coverage_find(const struct coverage *coverage, const char *id);

/* The first that holds: a scenario cites it; a rule does; a reason is written; none. */
enum coverage_kind coverage_by(const struct coverage_row *row);

/* It is cited by scenarios of level may and info only, and by no rule. */
bool coverage_is_soft(const struct coverage_row *row);

/* Whether the suite has to cover a row. */
bool coverage_counts(const struct ledger_row *row);

/* ---- counts ---------------------------------------------------------------------------------- */

extern const char *const coverage_levels[]; /* "MUST" and so on; NULL ends them */

/* In all, by what covers them, and those of coverage_is_soft(). */
struct coverage_counts {
    size_t rows, by[COVERAGE_KINDS], soft;
};

/* Of one RFC (0: of all) and one level (NULL: of all). */
struct coverage_counts coverage_counts_of(const struct coverage *coverage, unsigned rfc,
                                          const char *level);

/* The next RFC behind `rfc` that has rows, in the order of numbers; 0: there is none. */
unsigned coverage_next_rfc(const struct coverage *coverage, unsigned rfc);

/* Whether enough is shown, and not only excused. */
struct coverage_measure {
    const char *name, *wanted;
    size_t rows, permille; /* that it is about; the share of them */
    bool met;
};
struct coverage_measure coverage_excused(const struct coverage *coverage, unsigned rfc);
struct coverage_measure coverage_should(const struct coverage *coverage, unsigned rfc);

/* ---- reasons --------------------------------------------------------------------------------- */

/* Notes why a row is not covered and what it would take, borrowed; or returns what is wrong with that. */
const char *coverage_excuse(struct coverage *coverage, const char *id, const char *reason,
                            const char *needed);

/* Hears of each reason that is wrong, and of what is wrong with it; hear may be NULL. */
struct coverage_complaints {
    void (*hear)(void *arg, const struct table_place *at, const char *id, const char *what);
    void *arg;
};

/*
 * Reads reasons.tsv of a folder, once, and to its end even where some are wrong. False: the file is
 * no such table; `why` says so.
 */
bool coverage_read_reasons(struct coverage *coverage, const char *dir,
                           const struct coverage_complaints *complaints, char *why,
                           size_t why_size);

#endif
