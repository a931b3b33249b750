/*
 * NAME
 *     options.h: the options of a subcommand, read off its arguments, and their help
 *
 * SYNOPSIS
 *     struct options o = {"smtpspec check", rows, argc, argv};
 *     while ((row = options_next(&o, &value)) != OPTIONS_END && row != OPTIONS_BAD)
 *         row == OPTIONS_WORD: value is an argument that is no option
 *
 * DESCRIPTION
 *     `--name`, `--name VALUE`, `--name=VALUE`; behind `--` all are words. The table that is parsed
 *     is the one that the help is printed from.
 */
#ifndef CONFORMANCE_CMD_OPTIONS_H
#define CONFORMANCE_CMD_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct option_row {
    const char *name;    /* without the hyphens; NULL ends the table */
    const char *value;   /* what the help calls its value; NULL: it takes none */
    const char *about;   /* '\n' goes on in the next line; NULL: not in the help */
    const char *heading; /* stands above this row; NULL: none */
};

enum { OPTIONS_END = -1, OPTIONS_BAD = -2, OPTIONS_WORD = -3 };

struct options {
    const char *program;
    const struct option_row *rows;
    int argc;
    char **argv;
    bool words_only; /* "--" has been seen */
};

/* The index of the next option's row, or one of OPTIONS_; BAD: it has been said why. */
int options_next(struct options *o, const char **value);

/* Says that the value of an option is wrong; returns false. */
bool options_refuse(const struct options *o, int row, const char *value, const char *why);

/* A number of decimal digits, at most `most`; false: it has been said that it is none. */
bool options_number(const struct options *o, int row, const char *value, uint64_t most,
                    uint64_t *out);

/* A time of 1 ms to a day: seconds, or with one of the units s, ms, m. */
bool options_time(const struct options *o, int row, const char *value, uint64_t *out_ms);

void options_print_help(FILE *to, const struct option_row *rows);

#endif
