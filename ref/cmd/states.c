#include "states.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "options.h"

#define PROGRAM "smtpref states"

enum row { HELP, LMTP, VERB, STATE, DOT, MERMAID, TSV };
static const struct option_row rows[] = {
    [HELP] = {"help", false}, [LMTP] = {"lmtp", false},
    [VERB] = {"verb", true},  [STATE] = {"state", true},
    [DOT] = {"dot", false},   [MERMAID] = {"mermaid", false},
    [TSV] = {"tsv", false},   {NULL, false},
};

static const char help[] =
    "usage: smtpref states [--lmtp] [--verb VERB] [--state STATE] [--tsv | --dot | --mermaid]\n"
    "\n"
    "Prints the sequencing table of the server: verb, states in which the row applies, state "
    "after\n"
    "(SAME: it stays), reply, clause, and the extension with which the row falls away. The first "
    "row that\n"
    "fits counts.\n"
    "\n"
    "  --lmtp         the table of LMTP\n"
    "  --verb VERB    the rows of this verb\n"
    "  --state STATE  what can happen in this state\n"
    "  --tsv          the columns between tabs\n"
    "  --dot          a graph for Graphviz: smtpref states --dot | dot -Tsvg\n"
    "  --mermaid      the same for Mermaid\n";

const char *states_verb(const struct smtp_rule *rule)
{
    return rule->verb == SMTP_V_UNKNOWN ? "(unknown)" : smtp_verb_name(rule->verb);
}

static bool is_named(const char *name, const char *wanted)
{
    return smtp_span_is_nocase(smtp_span_of(name), smtp_span_of(wanted));
}

unsigned states_shown(const struct smtp_rule *rule, const struct states_filter *filter)
{
    unsigned in = 0;
    if (*filter->verb != '\0' && !is_named(states_verb(rule), filter->verb))
        return 0;
    for (int i = 0; i < SMTP_STATE_COUNT; i++)
        if (*filter->state == '\0' ||
            is_named(smtp_state_name((enum smtp_state)(1U << i)), filter->state))
            in |= rule->in & 1U << i;
    return in;
}

static size_t put_states(unsigned in, bool print)
{
    size_t n = 0;
    for (int i = 0; i < SMTP_STATE_COUNT; i++) {
        if ((in & 1U << i) == 0)
            continue;
        const char *name = smtp_state_name((enum smtp_state)(1U << i));
        if (print)
            printf("%s%s", n > 0 ? "," : "", name);
        n += strlen(name) + (n > 0 ? 1 : 0);
    }
    return n;
}

/* The answer as it would be said, {name} and all. */
static size_t put_reply(const struct smtp_rule *rule, const char *between, bool print)
{
    if (rule->code == 0)
        return print ? (size_t)printf("%s", between) : strlen(between);
    const char *enhanced = rule->enhanced != NULL ? rule->enhanced : "";
    const char *blank = rule->enhanced != NULL ? " " : "";
    if (print)
        printf("%u%s%s%s%s", rule->code, between, enhanced, blank, rule->text);
    return 3 + strlen(between) + strlen(enhanced) + strlen(blank) + strlen(rule->text);
}

/* The extension that, where it is offered, makes the row fall away. */
static const char *unless(const struct smtp_rule *rule)
{
    static const struct {
        unsigned bit;
        const char *name;
    } names[] = {{SMTP_X_CHUNKING, "CHUNKING"}, {SMTP_X_AUTH, "AUTH"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (rule->without == names[i].bit)
            return names[i].name;
    return rule->without != 0 ? "?" : "";
}

struct widths {
    size_t verb, in, then, reply, clause;
};

static void widen(size_t *width, size_t n)
{
    if (n > *width)
        *width = n;
}

static struct widths measure(const struct smtp_rule *rules, const struct states_filter *filter)
{
    struct widths w = {4, 2, 4, 5, 6};
    for (const struct smtp_rule *rule = rules; rule->in != 0; rule++) {
        if (states_shown(rule, filter) == 0)
            continue;
        widen(&w.verb, strlen(states_verb(rule)));
        widen(&w.in, put_states(states_shown(rule, filter), false));
        widen(&w.then, strlen(smtp_state_name(rule->then)));
        widen(&w.reply, put_reply(rule, " ", false));
        widen(&w.clause, strlen(rule->clause));
    }
    return w;
}

static void pad(size_t width, size_t n)
{
    printf("%*s", (int)(width - n) + 2, "");
}

void states_table(const struct smtp_rule *rules, const struct states_filter *filter)
{
    struct widths w = measure(rules, filter);
    printf("%-*s%-*s%-*s%-*s%-*sunless\n", (int)w.verb + 2, "verb", (int)w.in + 2, "in",
           (int)w.then + 2, "then", (int)w.reply + 2, "reply", (int)w.clause + 2, "clause");
    for (const struct smtp_rule *rule = rules; rule->in != 0; rule++) {
        unsigned in = states_shown(rule, filter);
        if (in == 0)
            continue;
        printf("%-*s", (int)w.verb + 2, states_verb(rule));
        pad(w.in, put_states(in, true));
        printf("%-*s", (int)w.then + 2, smtp_state_name(rule->then));
        pad(w.reply, put_reply(rule, " ", true));
        printf("%s", rule->clause);
        if (*unless(rule) != '\0')
            pad(w.clause, strlen(rule->clause));
        puts(unless(rule));
    }
}

void states_tsv(const struct smtp_rule *rules, const struct states_filter *filter)
{
    for (const struct smtp_rule *rule = rules; rule->in != 0; rule++) {
        unsigned in = states_shown(rule, filter);
        if (in == 0)
            continue;
        printf("%s\t", states_verb(rule));
        put_states(in, true);
        printf("\t%s\t", smtp_state_name(rule->then));
        put_reply(rule, "\t", true);
        printf("\t%s\t%s\n", rule->clause, unless(rule));
    }
}

/* ---- options ---- */

struct wishes {
    const struct smtp_rule *rules;
    struct states_filter filter;
    void (*print)(const struct smtp_rule *rules, const struct states_filter *filter);
    bool help, format;
};

static int usage(const char *what, const char *argument)
{
    fprintf(stderr, PROGRAM ": %s: %s (" PROGRAM " --help lists all)\n", argument, what);
    return EXIT_USAGE;
}

static bool has_rows(const struct wishes *w)
{
    for (const struct smtp_rule *rule = w->rules; rule->in != 0; rule++)
        if (states_shown(rule, &w->filter) != 0)
            return true;
    return false;
}

static int set_format(struct wishes *w, const char *name,
                      void (*print)(const struct smtp_rule *rules,
                                    const struct states_filter *filter))
{
    if (w->format)
        return usage("one of --tsv, --dot and --mermaid", name);
    w->format = true;
    w->print = print;
    return 0;
}

static int take(struct wishes *w, enum row row, const char *value)
{
    switch (row) {
    case HELP:
        w->help = true;
        return 0;
    case LMTP:
        w->rules = smtp_lmtp_rules;
        return 0;
    case VERB:
        w->filter.verb = value;
        return has_rows(w) ? 0 : usage("no row of the table has it", value);
    case STATE:
        w->filter.state = value;
        return has_rows(w) ? 0 : usage("no row of the table has it", value);
    case DOT:
        return set_format(w, "--dot", states_dot);
    case MERMAID:
        return set_format(w, "--mermaid", states_mermaid);
    case TSV:
        return set_format(w, "--tsv", states_tsv);
    }
    return EXIT_USAGE;
}

int command_states(int argc, char **argv)
{
    struct options o = {.program = PROGRAM, .rows = rows, .argc = argc, .argv = argv};
    struct wishes w = {.rules = smtp_server_rules, .filter = {"", ""}, .print = states_table};
    const char *value;
    int row, status = 0;
    while (status == 0 && (row = options_next(&o, &value)) != OPTIONS_END)
        status = row == OPTIONS_BAD ? EXIT_USAGE : take(&w, (enum row)row, value);
    if (status != 0)
        return status;
    if (w.help)
        fputs(help, stdout);
    else
        w.print(w.rules, &w.filter);
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
