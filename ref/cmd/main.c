#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "options.h"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *about;
} commands[] = {
    {"serve", command_serve, "receive mail for some domains"},
    {"send", command_send, "send mail, with sendmail(8)'s options and its own"},
    {"parse", command_parse,
     "say what a command, address, reply or field is, or what is wrong with it"},
    {"states", command_states, "print the sequencing table of the server"},
    {"trace", command_trace, "show the way of a message, and what is wrong with it"},
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static void print_help(FILE *to)
{
    fputs("usage: smtpref COMMAND [OPTION...]\n"
          "       smtpref --help | --version\n\n",
          to);
    for (size_t i = 0; i < COMMANDS; i++)
        fprintf(to, "  %-8s %s\n", commands[i].name, commands[i].about);
    fputs("\nsmtpref COMMAND --help tells more.\n", to);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        print_help(stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0) {
        print_help(stdout);
        return EXIT_SUCCESS;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("smtpref " SMTPSPEC_VERSION);
        return EXIT_SUCCESS;
    }
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(argc - 2, argv + 2);
    fprintf(stderr, "smtpref: %s: no such command (smtpref --help lists all)\n", argv[1]);
    return EXIT_USAGE;
}
