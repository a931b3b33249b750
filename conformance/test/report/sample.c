/*
 * NAME
 *     sample: a run of the fixture in one of the formats
 *
 * SYNOPSIS
 *     report_sample text|verbose|colour|json|bare|junit|tap|html RUN
 *
 * DESCRIPTION
 *     What check_reports.py reads, and what the golden files were made with. `bare` is JSON without
 *     transcripts.
 */
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

static bool write_as(const char *format, const struct report_run *run)
{
    if (strcmp(format, "json") == 0)
        return report_json(stdout, run, true);
    if (strcmp(format, "bare") == 0)
        return report_json(stdout, run, false);
    if (strcmp(format, "junit") == 0)
        return report_junit(stdout, run);
    if (strcmp(format, "tap") == 0)
        return report_tap(stdout, run);
    if (strcmp(format, "html") == 0)
        return report_html(stdout, run, true);
    report_text(stdout, run, strcmp(format, "colour") == 0, strcmp(format, "verbose") == 0);
    return true;
}

int main(int argc, char **argv)
{
    struct ledger *ledger = fixture_ledger();
    const struct report_run *run = argc == 3 ? fixture_run(argv[2], ledger) : NULL;
    bool ok = ledger != NULL && run != NULL && write_as(argv[1], run);
    ledger_free(ledger);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
