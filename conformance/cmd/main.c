/*
 * NAME
 *     smtpspec: whether an SMTP implementation does what RFC 5321 says, clause by clause
 *
 * SYNOPSIS
 *     smtpspec check [TARGET] [OPTION...]
 *     smtpspec matrix FILE...
 *     smtpspec list | explain ID | coverage | verify [FILE...]
 */
#include <stdio.h>
#include <string.h>

#include "closest.h"
#include "commands.h"
#include "verdict/verdict.h"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *arguments, *about;
} commands[] = {
    {"check", command_check, "[TARGET]",
     "test a server: self (the reference, in memory) or HOST:PORT"},
    {"matrix", command_matrix, "FILE...",
     "many servers beside one another, from their JSON reports"},
    {"list", command_list, "", "the scenarios that there are"},
    {"explain", command_explain, "ID",
     "what a scenario, a requirement or a rule of the observer means"},
    {"coverage", command_coverage, "", "which requirements the scenarios cover, and which not"},
    {"verify", command_verify, "[FILE...]", "read scenario files and play each against itself"},
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static void print_help(FILE *to)
{
    fputs("usage: smtpspec COMMAND [ARGUMENT...]\n"
          "       smtpspec help COMMAND\n"
          "       smtpspec --version\n"
          "\n"
          "Tells, clause by clause, whether an SMTP server does what RFC 5321 and its companions "
          "say.\n"
          "\n",
          to);
    for (size_t i = 0; i < COMMANDS; i++)
        fprintf(to, "  %-9s%-10s %s\n", commands[i].name, commands[i].arguments, commands[i].about);
    fputs(
        "\n"
        "Begin with:\n"
        "  smtpspec check                                     the reference server, under a "
        "second\n"
        "  smtpspec check mx.example.net                      a server, without sending mail\n"
        "  smtpspec check mx.example.net --rcpt me@example.net --starttls\n"
        "\n"
        "Exit status: 0 all as expected, 1 a clause is broken, 2 nothing was concluded, 3 the run "
        "could\n"
        "not be made, 64 wrong arguments.\n",
        to);
}

static int find(const char *name)
{
    for (int i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i].name, name) == 0)
            return i;
    return -1;
}

static int unknown(const char *name)
{
    struct closest near = closest_to(name);
    for (size_t i = 0; i < COMMANDS; i++)
        closest_offer(&near, commands[i].name);
    fprintf(stderr, "smtpspec: no such command: %s", name);
    if (closest_best(&near) != NULL)
        fprintf(stderr, "; did you mean \"%s\"?\n", closest_best(&near));
    else
        fputs(" (smtpspec --help lists all)\n", stderr);
    return VERDICT_USAGE;
}

/* "help COMMAND" is "COMMAND --help". */
static int help(int argc, char **argv)
{
    static char option[] = "--help";
    char *arguments[] = {option, NULL};
    if (argc == 0) {
        print_help(stdout);
        return VERDICT_OK;
    }
    int i = find(argv[0]);
    return i < 0 ? unknown(argv[0]) : commands[i].run(1, arguments);
}

static bool is_one_of(const char *word, const char *a, const char *b, const char *c)
{
    return strcmp(word, a) == 0 || strcmp(word, b) == 0 || strcmp(word, c) == 0;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        print_help(stderr);
        return VERDICT_USAGE;
    }
    if (is_one_of(argv[1], "help", "--help", "-h"))
        return help(argc - 2, argv + 2);
    if (is_one_of(argv[1], "version", "--version", "-V")) {
        puts("smtpspec " SMTPSPEC_VERSION);
        return VERDICT_OK;
    }
    int i = find(argv[1]);
    return i < 0 ? unknown(argv[1]) : commands[i].run(argc - 2, argv + 2);
}
