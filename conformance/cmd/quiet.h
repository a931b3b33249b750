/*
 * NAME
 *     quiet.h: what --quiet leaves of the text for people
 *
 * DESCRIPTION
 *     Failures and errors with their evidence, and one line for the whole run: what a log of a
 *     build should hold.
 */
#ifndef CONFORMANCE_CMD_QUIET_H
#define CONFORMANCE_CMD_QUIET_H

#include "report/report.h"

void quiet_text(FILE *to, const struct report_run *run, bool colour);

#endif
