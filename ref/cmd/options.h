/*
 * NAME
 *     options.h: long options of a subcommand, read off its arguments
 *
 * SYNOPSIS
 *     struct options o = {.program = "smtpref serve", .rows = rows, .argc = argc, .argv = argv};
 *     while ((row = options_next(&o, &value)) >= 0)
 *         ...
 *     row == OPTIONS_BAD: it has been said why; end with EXIT_USAGE
 *
 * DESCRIPTION
 *     `--name`, `--name VALUE` and `--name=VALUE`. argv begins with the first argument, and nothing
 *     but options may stand there; with `operands` they end at the first that is none, or behind
 *     `--`, and argv is left there.
 */
#ifndef CMD_OPTIONS_H
#define CMD_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

enum { EXIT_USAGE = 64 }; /* EX_USAGE of sysexits */

struct option_row {
    const char *name; /* without the hyphens; NULL ends the table */
    bool has_value;
};

enum { OPTIONS_END = -1, OPTIONS_BAD = -2 };

struct options {
    const char *program;
    const struct option_row *rows;
    int argc;
    char **argv;
    bool operands;
};

/* The index of the next option's row. */
int options_next(struct options *o, const char **value);

/* A number of decimal digits, at most `most`; false: it has been said that it is none. */
bool options_number(const struct options *o, const char *name, const char *value, uint64_t most,
                    uint64_t *out);

#endif
