/*
 * NAME
 *     results.h: a JSON report, read back
 *
 * SYNOPSIS
 *     struct results *r = results_read("postfix.json", why, sizeof why);
 *     json_array_foreach (json_object_get(r->root, "cases"), i, item) ...
 *     results_free(r);
 *
 * DESCRIPTION
 *     Strict and total: either the whole file is what smtpspec-report.schema.json says, case ids
 *     are there once, and every field that is read below has its type, or there is one sentence
 *     that names the file, the place and the fault. Fields that are not known are passed over.
 *     Numbers are reals, whole ones too: a seed takes 64 bits without a sign.
 */
#ifndef CONFORMANCE_REPORT_RESULTS_H
#define CONFORMANCE_REPORT_RESULTS_H

#include <jansson.h>

#include "smtp/span.h"

enum { RESULTS_MOST = 64 << 20 }; /* octets of a file */

struct results {
    char *file; /* as given */
    json_t *root;
};

/* NULL: why says it, "FILE:LINE:COLUMN: ..." or "FILE: cases[3].level: ...". */
struct results *results_read(const char *file, char *why, size_t size);

/* The same for octets that are in memory. */
struct results *results_parse(const char *file, smtp_span text, char *why, size_t size);

void results_free(struct results *results);

#endif
