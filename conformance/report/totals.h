/*
 * NAME
 *     totals.h: the last lines of the text for people
 */
#ifndef CONFORMANCE_REPORT_TOTALS_H
#define CONFORMANCE_REPORT_TOTALS_H

#include "report/layout.h"
#include "report/report.h"

/* Why cases were skipped, sums, what was left out, and what it all amounts to. */
void totals_print(struct layout *l, const struct report_run *run);

#endif
