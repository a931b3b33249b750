/*
 * NAME
 *     match.h: whether a row fits a reply
 *
 * DESCRIPTION
 *     By code and brackets, or by exact octets (notation, section 3). Regular expressions are
 *     compiled when they are first tried and kept for the case.
 */
#ifndef CONFORMANCE_PLAYER_MATCH_H
#define CONFORMANCE_PLAYER_MATCH_H

#include "player/reply.h"
#include "player/vars.h"

struct match_code;

struct matcher {
    struct vars *vars;
    struct match_code *codes;
    size_t count, room;
};

void match_free(struct matcher *m);

/* `i` counts the repeats of the line. */
bool match_row(struct matcher *m, const struct scenario_row *row, const struct reply *reply,
               uint32_t i);

/* The row was taken: its named groups become variables. False: no memory. */
SMTP_CHECK bool match_capture(struct matcher *m, const struct scenario_row *row,
                              const struct reply *reply);

/* Whether the regular expression is found in the octets; its named groups become variables. False
 * also for want of memory. */
bool match_octets(struct matcher *m, const struct scenario_condition *condition, smtp_span octets);

/* Whether an outcome names the code. */
bool match_outcome(const struct scenario_outcome *outcome, unsigned code);

#endif
