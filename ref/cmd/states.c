#include <stdio.h>
#include <stdlib.h>

#include "commands.h"
#include "options.h"
#include "smtp/server.h"

static const struct option_row rows[] = {{"help", false}, {NULL, false}};

static const char help[] = "usage: smtpref states\n\n"
                           "Prints the sequencing table of the server, a row a line, between tabs: "
                           "verb, states in which the row\n"
                           "applies, state after (SAME: it stays), reply code, text, clause. The "
                           "first row that fits counts.\n";

static void print_states(unsigned in)
{
    const char *comma = "";
    for (int i = 0; i < SMTP_STATE_COUNT; i++) {
        if ((in & 1U << i) == 0)
            continue;
        printf("%s%s", comma, smtp_state_name((enum smtp_state)(1U << i)));
        comma = ",";
    }
}

static void print_row(const struct smtp_rule *rule)
{
    const char *verb = rule->verb == SMTP_V_UNKNOWN ? "(unknown)" : smtp_verb_name(rule->verb);
    printf("%s\t", verb);
    print_states(rule->in);
    printf("\t%s\t", smtp_state_name(rule->then));
    if (rule->code != 0)
        printf("%u", rule->code);
    printf("\t%s%s%s\t%s\n", rule->enhanced != NULL ? rule->enhanced : "",
           rule->enhanced != NULL ? " " : "", rule->text, rule->clause);
}

int command_states(int argc, char **argv)
{
    struct options o = {"smtpref states", rows, argc, argv};
    const char *value;
    int row = options_next(&o, &value);
    if (row == OPTIONS_BAD)
        return EXIT_USAGE;
    if (row != OPTIONS_END) {
        fputs(help, stdout);
        return EXIT_SUCCESS;
    }
    for (const struct smtp_rule *rule = smtp_server_rules; rule->in != 0; rule++)
        print_row(rule);
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
