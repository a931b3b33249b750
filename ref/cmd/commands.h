/*
 * NAME
 *     commands.h: the subcommands of smtpref
 *
 * DESCRIPTION
 *     Each takes the arguments behind its name and returns the exit status: 0, 1 for trouble (said
 *     on standard error), EXIT_USAGE.
 */
#ifndef CMD_COMMANDS_H
#define CMD_COMMANDS_H

int command_parse(int argc, char **argv);
int command_send(int argc, char **argv);
int command_serve(int argc, char **argv);
int command_states(int argc, char **argv);
int command_trace(int argc, char **argv); /* also 2: findings */

#endif
