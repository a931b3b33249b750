/*
 * NAME
 *     verdict.h: what the outcomes of a run amount to; the ledger of requirements
 *
 * DESCRIPTION
 *     Tally, and the exit status of DESIGN section 3: the first that holds of 64 usage; 3 the run
 *     could not be made; 1 a FAIL; 2 nothing was concluded, or too many inconclusive; 0. A skip, an
 *     inconclusive case or an unreachable target is never a pass.
 */
#ifndef CONFORMANCE_VERDICT_H
#define CONFORMANCE_VERDICT_H

#include "player/player.h"

enum verdict_exit {
    VERDICT_OK = 0,
    VERDICT_FAIL = 1,
    VERDICT_NOTHING = 2,
    VERDICT_TROUBLE = 3,
    VERDICT_USAGE = 64
};

struct verdict_tally {
    size_t pass, fail, warn, info, inconclusive, skip, error;
    size_t known;             /* cases and rules that a baseline excuses: in no other column */
    size_t baseline_broken;   /* entries of it that do not hold; the caller's to count */
    size_t must_met, must_of; /* requirement ids of must cases that were concluded: all their cases
                                 passed / all */
    size_t should_met, should_of;
    size_t finding_fail, finding_warn; /* distinct findings of the observer about the target */
};

void verdict_tally(struct player_outcome *const *outcomes, size_t count, struct verdict_tally *out);
enum verdict_exit verdict_exit(const struct verdict_tally *tally, bool trouble,
                               size_t allow_inconclusive, bool strict);

/* ---- the ledger: conformance/requirements/rfcNNNN.tsv ---------------------------------------- */

struct ledger_row {
    const char *id, *section, *level, *role, *text, *testability, *hint, *basis;
    unsigned rfc;
};
struct ledger;

struct ledger *ledger_load(const char *dir, char *why, size_t why_size);
void ledger_free(struct ledger *ledger);
const struct ledger_row *ledger_find(const struct ledger *ledger,
                                     const char *id); /* NULL: no such id */
size_t ledger_count(const struct ledger *ledger);
const struct ledger_row *ledger_at(const struct ledger *ledger, size_t i);

#endif
