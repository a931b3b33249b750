/*
 * NAME
 *     outputs.h: the files that reports go to
 *
 * DESCRIPTION
 *     Opened before the run, so that a name that cannot be written is known before the server is
 *     asked anything; written behind it. "-" is standard output, and then the text for people goes
 *     to standard error.
 */
#ifndef CONFORMANCE_CMD_OUTPUTS_H
#define CONFORMANCE_CMD_OUTPUTS_H

#include "check_options.h"
#include "report/report.h"

enum { OUTPUTS = 4 };

struct outputs {
    FILE *files[OUTPUTS]; /* NULL: not asked for */
    FILE *text;
    bool colour;
};

/* False: it has been said which file cannot be written. */
bool outputs_open(struct outputs *outputs, const struct check_options *options);

/* Text for people, then the files. False: it has been said what was not written. */
bool outputs_write(struct outputs *outputs, const struct check_options *options,
                   const struct report_run *run);

/* The files only, of a run without any result; closes them. */
bool outputs_write_files(struct outputs *outputs, const struct check_options *options,
                         const struct report_run *run);

#endif
