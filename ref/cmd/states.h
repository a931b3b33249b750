/*
 * NAME
 *     states.h: the sequencing table drawn
 */
#ifndef CMD_STATES_H
#define CMD_STATES_H

#include "smtp/server.h"

/* Which rows; "" for all. */
struct states_filter {
    const char *verb, *state;
};

/* "(unknown)" for the row of all other words. */
const char *states_verb(const struct smtp_rule *rule);

/* Whether the row is to be shown, and in these of its states. */
unsigned states_shown(const struct smtp_rule *rule, const struct states_filter *filter);

void states_table(const struct smtp_rule *rules, const struct states_filter *filter);
void states_tsv(const struct smtp_rule *rules, const struct states_filter *filter);

/* A vertex a state, an edge a change of state; commands that leave it where it is stand in the vertex. */
void states_dot(const struct smtp_rule *rules, const struct states_filter *filter);
void states_mermaid(const struct smtp_rule *rules, const struct states_filter *filter);

#endif
