/*
 * NAME
 *     command.h: whether a row fits a client's command
 *
 * DESCRIPTION
 *     By its verb, in any case; MAIL and RCPT by the mailbox and by the parameters written, in any
 *     order, others allowed; AUTH by its mechanism; all else exactly (notation, section 3). A source
 *     route belongs to the path: a row without one does not fit a command that has one.
 */
#ifndef CONFORMANCE_PLAYER_COMMAND_H
#define CONFORMANCE_PLAYER_COMMAND_H

#include "player/vars.h"

enum { COMMAND_MAX = 4096 }; /* of a row's line, filled in */

/* `line` is without CRLF; `i` counts the repeats of the row's line. */
bool command_fits(const struct scenario_row *row, struct vars *vars, uint32_t i, smtp_span line);

/* What stands in front of the first blank, or all of it. */
smtp_span command_verb(smtp_span line);

/* What stands between "<" and ">", quotes heeded; empty also for want of them. */
smtp_span command_path(smtp_span line);

/* The row's line, filled in. False: it does not fit `room`. */
bool command_print(const struct scenario_command *command, struct vars *vars, uint32_t i,
                   smtp_room room, size_t *n);

#endif
