/*
 * NAME
 *     groups.h: a run by topic, and why cases were skipped
 *
 * DESCRIPTION
 *     A topic is the first folder of a scenario's id. Topics stand in the order of the outcomes,
 *     reasons by how often they were given. Both borrow from the outcomes; the caller frees the
 *     arrays.
 */
#ifndef CONFORMANCE_REPORT_GROUPS_H
#define CONFORMANCE_REPORT_GROUPS_H

#include "report/report.h"

enum { GROUP_VERDICTS = PLAYER_ERROR + 1 };

struct topic {
    smtp_span name;
    size_t counts[GROUP_VERDICTS]; /* by verdict; disputed and known ones are not among them */
    size_t disputed, known, cases;
    double ms;
};

struct topics {
    struct topic *items;
    size_t count;
};

struct reason {
    const char *why;
    size_t count;
};

struct reasons {
    struct reason *items;
    size_t count;
};

smtp_span topic_name(const struct scenario *scenario);
bool topics_collect(const struct report_run *run, struct topics *out);   /* false: no memory */
bool reasons_collect(const struct report_run *run, struct reasons *out); /* false: no memory */

/* Outcomes that are missing: the run was interrupted before them. */
size_t groups_not_run(const struct report_run *run);

#endif
