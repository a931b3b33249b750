/*
 * NAME
 *     baseline.h: failures that are known, and what they are excused with
 *
 * SYNOPSIS
 *     b = baseline_read(file, why, sizeof why);
 *     baseline_apply(b, outcomes, count, "2026-11-27", whole);
 *     verdict_tally(), the reports; baseline_free(b)
 *
 * DESCRIPTION
 *     A table with tabs (verdict/table.h). Its columns: case, the id of a scenario or the name of a
 *     rule of the observer; verdict, fail or warn; message, as the JSON report has it in `why`, with
 *     * for what may change; reason; link; expires, the last day that it holds, YYYY-MM-DD. "-" stands for nothing
 *     in the last three.
 *
 *     An entry is held against a case only if that was concluded, and against a rule that was not
 *     broken only if the whole set was played. Excused is what comes out as written, no more: an
 *     entry whose case passes or says something else, or that has expired, is broken, and so is the
 *     run.
 *
 * LIFETIME
 *     Outcomes borrow from the baseline what they are excused with.
 */
#ifndef CONFORMANCE_REPORT_BASELINE_H
#define CONFORMANCE_REPORT_BASELINE_H

#include <stdio.h>

#include "player/player.h"

enum baseline_fate {
    BASELINE_OPEN, /* nothing came that could be held against it */
    BASELINE_KNOWN,
    BASELINE_PASSED,
    BASELINE_OTHER, /* it failed with another message or verdict */
    BASELINE_EXPIRED
};

struct baseline_row {
    const char *id, *verdict, *message, *reason, *link, *expires;
    unsigned line;
    enum baseline_fate fate;
};

struct baseline {
    char *text;
    struct baseline_row *rows;
    size_t count;
};

/* NULL: why says it, with file and line. */
struct baseline *baseline_read(const char *file, char *why, size_t size);
void baseline_free(struct baseline *baseline);

/* Marks what is known among outcomes and findings. `whole`: all scenarios were to be played. */
SMTP_CHECK bool baseline_apply(struct baseline *baseline, struct player_outcome *const *outcomes,
                               size_t count, const char *today, bool whole); /* false: no memory */

bool baseline_is_broken(const struct baseline_row *row);
size_t baseline_count_broken(const struct baseline *baseline); /* NULL: 0 */
size_t baseline_count_unreasoned(const struct baseline *baseline);

/* "passed", for a row that is broken. */
const char *baseline_says(const struct baseline_row *row);

/*
 * What failed now, with `strict` also what was warned of: with the reason, link and day of an entry
 * of `old` (NULL: none) that excuses it, else with "-". Entries that nothing was held against stay.
 */
SMTP_CHECK bool baseline_write(FILE *to, const struct baseline *old,
                               struct player_outcome *const *outcomes, size_t count, bool strict);

#endif
