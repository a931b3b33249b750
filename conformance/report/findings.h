/*
 * NAME
 *     findings.h: the observer's findings, joined
 *
 * DESCRIPTION
 *     One for each rule and side of a case (JSON), or one for each rule that the target broke in
 *     the run (text, TAP, JUnit). The first of those joined lends its octets and its why. A joined
 *     finding borrows from the outcomes.
 */
#ifndef CONFORMANCE_REPORT_FINDINGS_H
#define CONFORMANCE_REPORT_FINDINGS_H

#include "report/report.h"

struct finding {
    const struct player_finding *first;
    const struct scenario *scenario; /* of the case that it was first seen in */
    size_t count, cases;
};

struct findings {
    struct finding *items;
    size_t count;
};

/* All of one case. False: no memory. The caller frees items. */
bool findings_of_case(const struct player_outcome *outcome, struct findings *out);

/* Those about the target, whole run, in the order of their coming. */
bool findings_of_target(const struct report_run *run, struct findings *out);

/* Whether it is about the side under test, and not about ours. */
bool finding_is_targets(const struct scenario *scenario, const struct player_finding *finding);

/* must: fail, should: warn, others: info. */
enum player_verdict finding_verdict(const struct player_finding *finding);

#endif
