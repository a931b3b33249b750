/*
 * NAME
 *     conversation.h: what was said in a case
 */
#ifndef CONFORMANCE_REPORT_CONVERSATION_H
#define CONFORMANCE_REPORT_CONVERSATION_H

#include "report/layout.h"
#include "report/report.h"

/* What did not fit the rows; empty: nothing came. */
smtp_span conversation_received(const struct player_outcome *outcome);

/* The write of ours that this answers; NULL: there is none. */
const struct player_line *conversation_sent(const struct player_outcome *outcome);

/* A line each for the beginning and the end of it; what lies between is counted. */
void conversation_print(struct layout *l, const struct player_outcome *outcome);

#endif
