/*
 * NAME
 *     rerun.h: which cases an earlier report has left to be done
 *
 * DESCRIPTION
 *     Those that failed and were not excused, those that were not concluded, and those in which the
 *     target broke a rule of the observer that binds it; where advice counts as failure, those that
 *     did not follow it too. Skips are not among them. Or, to go on where a run was interrupted,
 *     those that it does not have at all.
 */
#ifndef CONFORMANCE_CMD_RERUN_H
#define CONFORMANCE_CMD_RERUN_H

#include "report/results.h"
#include "scenario/scenario.h"

struct rerun {
    json_t *ids; /* NULL: no report was named, all cases are meant */
    bool resume; /* those are meant that are not among the ids */
};

/* Reads it, to leave out what it has run. False: it has been said why. */
bool rerun_read_resume(struct rerun *rerun, const char *file, const char *program);

/* Reads it. False: it has been said why. */
bool rerun_read(struct rerun *rerun, const char *file, bool strict, const char *program);
void rerun_free(struct rerun *rerun);

bool rerun_has(const struct rerun *rerun, const struct scenario *scenario);

/* Says how many cases of the report are not in the set any more. */
void rerun_note_gone(const struct rerun *rerun, const struct scenario_set *set,
                     const char *program);

#endif
