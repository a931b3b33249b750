#include <string.h>

#include "verdict/coverage.h"

const char *const coverage_levels[] = {"MUST",       "MUST NOT", "GRAMMAR", "SHOULD",
                                       "SHOULD NOT", "MAY",      NULL};

static void add(struct coverage_counts *counts, const struct coverage_row *row)
{
    counts->rows++;
    counts->by[coverage_by(row)]++;
    counts->soft += coverage_is_soft(row);
}

struct coverage_counts coverage_counts_of(const struct coverage *coverage, unsigned rfc,
                                          const char *level)
{
    struct coverage_counts counts = {.rows = 0};
    for (size_t i = 0; i < coverage_count(coverage); i++) {
        const struct coverage_row *at = coverage_at(coverage, i);
        if ((rfc == 0 || at->row->rfc == rfc) &&
            (level == NULL || strcmp(at->row->level, level) == 0))
            add(&counts, at);
    }
    return counts;
}

unsigned coverage_next_rfc(const struct coverage *coverage, unsigned rfc)
{
    unsigned best = 0;
    for (size_t i = 0; i < coverage_count(coverage); i++) {
        unsigned other = coverage_at(coverage, i)->row->rfc;
        if (other > rfc && (best == 0 || other < best))
            best = other;
    }
    return best;
}

/* ---- measures -------------------------------------------------------------------------------- */

enum { ALL = 1000, MOST_EXCUSED = 100, LEAST_COVERED = 950 };

static struct coverage_counts count_levels(const struct coverage *coverage, unsigned rfc,
                                           const char *const *names)
{
    struct coverage_counts sum = {.rows = 0};
    for (; *names != NULL; names++) {
        struct coverage_counts part = coverage_counts_of(coverage, rfc, *names);
        sum.rows += part.rows;
        sum.soft += part.soft;
        for (size_t i = 0; i < COVERAGE_KINDS; i++)
            sum.by[i] += part.by[i];
    }
    return sum;
}

static size_t share(size_t part, size_t whole)
{
    return whole == 0 ? 0 : part * ALL / whole;
}

struct coverage_measure coverage_excused(const struct coverage *coverage, unsigned rfc)
{
    static const char *const names[] = {"MUST", "MUST NOT", "GRAMMAR", NULL};
    struct coverage_counts counts = count_levels(coverage, rfc, names);
    size_t excused = counts.by[COVERAGE_REASON];
    return (struct coverage_measure){.name = "MUST, MUST NOT, GRAMMAR: by a reason alone",
                                     .wanted = "at most 10 %",
                                     .rows = counts.rows,
                                     .permille = share(excused, counts.rows),
                                     .met = excused * ALL <= counts.rows * MOST_EXCUSED};
}

struct coverage_measure coverage_should(const struct coverage *coverage, unsigned rfc)
{
    static const char *const names[] = {"SHOULD", "SHOULD NOT", NULL};
    struct coverage_counts counts = count_levels(coverage, rfc, names);
    size_t covered = counts.rows - counts.by[COVERAGE_NONE];
    return (struct coverage_measure){.name = "SHOULD, SHOULD NOT: covered, or with a reason",
                                     .wanted = "at least 95 %",
                                     .rows = counts.rows,
                                     .permille = share(covered, counts.rows),
                                     .met = covered * ALL >= counts.rows * LEAST_COVERED};
}
