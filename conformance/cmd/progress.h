/*
 * NAME
 *     progress.h: one line on a terminal while a run goes on
 *
 * DESCRIPTION
 *     Nothing is written where standard error is no terminal.
 */
#ifndef CONFORMANCE_CMD_PROGRESS_H
#define CONFORMANCE_CMD_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
    bool on;
    size_t total, done, fails;
    uint64_t shown_ms; /* when the line was written last */
};

struct progress progress_begin(size_t total);

/* Writes the line again, ten times a second at most. */
void progress_show(struct progress *progress, const char *id);

/* Takes the line away. */
void progress_end(const struct progress *progress);

#endif
