/*
 * NAME
 *     log.h: the transcript of a case
 *
 * DESCRIPTION
 *     Who said what when. Bounded: a long write keeps its beginning and its end, and when a case
 *     has said more than LOG_MAX in all, lines from the middle go. What was left out is written in
 *     their place, between brackets. A log that is to be whole has no bounds.
 */
#ifndef CONFORMANCE_PLAYER_LOG_H
#define CONFORMANCE_PLAYER_LOG_H

#include "player/player.h"

enum {
    LOG_KEEP = 2048, /* octets at either end of a line */
    LOG_MAX = 262144,
    LOG_LINES = 8192
};

struct log_line {
    struct player_line line; /* bytes: p, n */
    char *p;
    size_t n, room;
    uint64_t cut; /* octets left out in the middle, at LOG_KEEP */
};

struct log {
    struct log_line *lines;
    size_t count, room, total;
    size_t lost_lines; /* behind line LOG_FIRST */
    bool joined;       /* the last line goes on with the next octets of its side */
    bool whole;        /* nothing is left out */
};

/* `joins`: what comes next on that side belongs to the same write or line. */
void log_add(struct log *log, const struct player_line *line, bool joins);

/* Puts asterisks in the place of a secret, wherever it was said. */
void log_hide(struct log *log, smtp_span secret);

/* All lines in one allocation. NULL: no memory, or none. */
struct player_line *log_lines(const struct log *log, size_t *count);
void log_free(struct log *log);

/* A copy of the octets as they stand in a bounded log, and a NUL. NULL: no memory. */
char *log_excerpt(smtp_span octets, size_t *length);

#endif
