/*
 * NAME
 *     commands.h: what smtpfuzz can do
 */
#ifndef FUZZ_CMD_COMMANDS_H
#define FUZZ_CMD_COMMANDS_H

/* Exit status: the first that holds. */
enum fuzz_exit {
    FUZZ_NONE = 0,        /* no find */
    FUZZ_FIND = 1,        /* a find, or servers that differ */
    FUZZ_UNREACHABLE = 3, /* the run could not be made, or trouble of ours */
    FUZZ_USAGE = 64
};

/* argv begins behind the name of the command. */
int command_hunt(int argc, char **argv);
int command_diff(int argc, char **argv);

#endif
