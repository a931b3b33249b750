/*
 * NAME
 *     fixture.h: runs to be reported
 *
 * DESCRIPTION
 *     "full" has each verdict, octets of every kind and findings of both sides; "interrupted" the
 *     first half of it; "clean" only passes and a skip; "nothing" only skips; "hostile" strings
 *     that no format likes; "client" a client under test. Storage is static: one run at a time.
 */
#ifndef REPORT_FIXTURE_H
#define REPORT_FIXTURE_H

#include "report/report.h"

/* NULL: no such run. The ledger may be NULL. */
const struct report_run *fixture_run(const char *name, const struct ledger *ledger);

/* The ledger of the test's data; the caller frees it. */
struct ledger *fixture_ledger(void);

#endif
