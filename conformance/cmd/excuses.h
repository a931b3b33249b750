/*
 * NAME
 *     excuses.h: the baseline of a run, from its file to its file
 *
 * DESCRIPTION
 *     Read before the server is asked anything: a table that is malformed, or an entry for what is
 *     not there, is known then. Written behind a run that was finished; another one leaves the file
 *     as it was.
 */
#ifndef CONFORMANCE_CMD_EXCUSES_H
#define CONFORMANCE_CMD_EXCUSES_H

#include "check_options.h"
#include "report/report.h"

struct excuses {
    struct baseline *baseline; /* NULL: none */
    FILE *to;                  /* NULL: none is to be written */
    bool whole;                /* nothing was chosen from the set */
};

/* False: it has been said what is wrong. */
bool excuses_open(struct excuses *excuses, const struct check_options *options,
                  const struct scenario_set *set, size_t chosen);

/* Before the tally. False: no memory. */
bool excuses_apply(struct excuses *excuses, struct report_run *run);

/* False: it has been said what was not written. */
bool excuses_write(struct excuses *excuses, const struct check_options *options,
                   const struct report_run *run);
void excuses_close(struct excuses *excuses);

#endif
