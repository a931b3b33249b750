/*
 * NAME
 *     vars.h: the values of {name}
 *
 * DESCRIPTION
 *     Those of the run, those that are the player's own ({nonce} {date} {i} {size}) or follow from
 *     others ({local} {plain} {too-big}), and named groups of regular expressions, from their line
 *     on. Values live as long as the variables, but for that of {i}, which is good until the next
 *     call.
 */
#ifndef CONFORMANCE_PLAYER_VARS_H
#define CONFORMANCE_PLAYER_VARS_H

#include "player/player.h"

struct vars_entry {
    char *name, *value; /* one allocation */
    size_t n;
};

struct vars {
    const struct scenario *scenario;
    const struct player_run *run;
    struct vars_entry *entries;
    size_t count, room;
    char number[16]; /* {i} */
};

/* Fills in what does not wait for a reply. False: no memory. */
SMTP_CHECK bool vars_init(struct vars *vars, const struct scenario *scenario,
                          const struct player_run *run);
void vars_free(struct vars *vars);

/* The value of a variable; `i` counts the repeats of a line. False: it has none. */
bool vars_find(struct vars *vars, const char *name, uint32_t i, smtp_span *out);

/* Sets one, a group or {size}. False: no memory. */
SMTP_CHECK bool vars_set(struct vars *vars, const char *name, smtp_span value);

/* What would give a value to a variable of the notation, for people; NULL: it is a group. */
const char *vars_remedy(const char *name);

/* Whether the run's facts have the word. */
bool vars_fact(const struct player_run *run, const char *fact);

/* The EHLO line of the target with that keyword, behind the keyword; NULL: it has none. */
const char *vars_ehlo(const struct player_run *run, smtp_span keyword);

#endif
