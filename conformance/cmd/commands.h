/*
 * NAME
 *     commands.h: the subcommands of smtpspec
 *
 * DESCRIPTION
 *     Each takes the arguments behind its name and returns the exit status of the program (enum
 *     verdict_exit). What went wrong has been said on standard error.
 */
#ifndef CONFORMANCE_CMD_COMMANDS_H
#define CONFORMANCE_CMD_COMMANDS_H

int command_check(int argc, char **argv);
int command_matrix(int argc, char **argv);
int command_list(int argc, char **argv);
int command_explain(int argc, char **argv);
int command_coverage(int argc, char **argv);
int command_verify(int argc, char **argv);

#endif
