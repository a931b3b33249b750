#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "groups.h"
#include "options.h"

enum { SHOWN = 5, STEP = 8192 };

struct tally {
    uint64_t strings;
    uint64_t valid, prose, near; /* generated; generated, and forbidden by prose; not generated */
    uint64_t agreed, open;
};

static void show(const struct abnf_group *group, smtp_span text, const struct abnf_answer *answer)
{
    printf("%s: %s", group->name,
           answer->generated ? "the grammar generates it" : "the grammar does not");
    if (answer->prose != NULL)
        printf(", %s forbids it", answer->prose);
    printf("; the parser %s%s: ", answer->fault == NULL ? "accepts it" : "says ",
           answer->fault == NULL ? "" : answer->fault);
    cmd_show(text);
    putchar('\n');
}

static void compare(struct abnf_pair *pair, const struct abnf_group *group, smtp_span text,
                    struct tally *tally)
{
    struct abnf_answer answer;
    bool agreed = abnf_agree(pair, group, text, &answer);
    tally->strings++;
    tally->valid += answer.generated && answer.prose == NULL;
    tally->prose += answer.prose != NULL;
    tally->near += !answer.generated;
    tally->agreed += agreed;
    if (!agreed && tally->open++ < SHOWN)
        show(group, text, &answer);
}

static void show_progress(const struct abnf_group *group, uint64_t done, uint64_t count)
{
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r%-18s %3u %%", group->name, (unsigned)(100 * done / count));
    if (isatty(STDERR_FILENO) && done == count)
        fprintf(stderr, "\r%24s\r", "");
}

static void put_row(const char *name, const struct tally *t)
{
    printf("%-18s %10llu %10llu %10llu %10llu %10llu %5llu\n", name, (unsigned long long)t->strings,
           (unsigned long long)t->valid, (unsigned long long)t->prose, (unsigned long long)t->near,
           (unsigned long long)t->agreed, (unsigned long long)t->open);
}

static bool run(struct abnf_pair *pair, const struct abnf_group *group, uint64_t count,
                uint64_t seed, struct tally *sum)
{
    char text[ABNF_TEXT_MAX];
    struct abnf_dice dice = {seed};
    struct tally tally = {.strings = 0};
    struct cmd_string how = {
        .g = abnf_grammar_of(pair, group), .tail = strlen(group->tail), .mend = group->mend};
    how.rule = abnf_rule(how.g, group->rule);
    while (tally.strings < count) {
        how.near = tally.strings % 2 == 1;
        size_t n = cmd_string(&how, &dice, (smtp_room){text, sizeof text});
        if (n <= sizeof text)
            compare(pair, group, (smtp_span){text, n}, &tally);
        if (tally.strings % STEP == 0 || tally.strings == count)
            show_progress(group, tally.strings, count);
    }
    put_row(group->name, &tally);
    fflush(stdout);
    sum->strings += tally.strings;
    sum->valid += tally.valid;
    sum->near += tally.near;
    sum->agreed += tally.agreed;
    sum->prose += tally.prose;
    sum->open += tally.open;
    return tally.open == 0;
}

static bool run_all(uint64_t count, uint64_t seed, const char *only)
{
    struct abnf_pair pair = {NULL, NULL};
    struct tally sum = {.strings = 0};
    printf("%-18s %10s %10s %10s %10s %10s %5s\n", "group", "strings", "valid", "by prose",
           "nearly", "agreed", "open");
    for (const struct abnf_group *group = abnf_groups; group->name != NULL; group++)
        if (only == NULL || strcmp(only, group->name) == 0)
            (void)run(&pair, group, count, seed, &sum);
    put_row("all", &sum);
    abnf_pair_free(&pair);
    return sum.open == 0;
}

enum { COUNT, GROUP, SEED };

int cmd_agree(int argc, char **argv)
{
    static const struct option_row rows[] = {
        {"count", true}, {"group", true}, {"seed", true}, {NULL, false}};
    struct options o = {"abnf agree", rows, argc, argv, false};
    uint64_t count = 20000, seed = 1;
    const char *value, *only = NULL;
    int row;
    bool good = true;
    while (good && (row = options_next(&o, &value)) >= 0) {
        if (row == COUNT)
            good = options_number(&o, "count", value, UINT64_MAX / 2, &count);
        else if (row == SEED)
            good = options_number(&o, "seed", value, UINT64_MAX, &seed);
        else
            only = value;
    }
    if (!good || row == OPTIONS_BAD)
        return EXIT_USAGE;
    if (only != NULL && abnf_group_of(only) == NULL) {
        fprintf(stderr, "abnf agree: no group %s; abnf list\n", only);
        return EXIT_USAGE;
    }
    return run_all(count, seed, only) ? EXIT_SUCCESS : EXIT_FAILURE;
}
