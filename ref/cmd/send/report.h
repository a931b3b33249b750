/*
 * NAME
 *     report.h: what became of each recipient, for people and for programs
 */
#ifndef SEND_REPORT_H
#define SEND_REPORT_H

#include "drive/submit.h"

/* A line each: delivered to standard output (not when `quiet`), all else to standard error. */
void report_lines(const struct drive_mail *mail, bool quiet);

/* All of them as one JSON object on standard output; false: no memory, or it cannot be written. */
bool report_json(const struct drive_mail *mail, int status);

/* The exit status that says it all. */
int report_status(const struct drive_mail *mail);

#endif
