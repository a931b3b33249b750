#include <stdio.h>
#include <stdlib.h>

#include "cmd.h"
#include "groups.h"
#include "options.h"

struct wish {
    uint64_t count, seed, most;
    bool utf8, near, verdict;
};

enum { UTF8, NEAR, VERDICT, COUNT, SEED, MOST };
static const struct option_row rows[] = {{"utf8", false}, {"near", false}, {"verdict", false},
                                         {"count", true}, {"seed", true},  {"most", true},
                                         {NULL, false}};

static bool read_wish(struct options *o, struct wish *out)
{
    const char *value;
    int row;
    bool good = true;
    while (good && (row = options_next(o, &value)) >= 0) {
        out->utf8 = out->utf8 || row == UTF8;
        out->near = out->near || row == NEAR;
        out->verdict = out->verdict || row == VERDICT;
        if (row == COUNT)
            good = options_number(o, "count", value, UINT64_MAX, &out->count);
        else if (row == SEED)
            good = options_number(o, "seed", value, UINT64_MAX, &out->seed);
        else if (row == MOST)
            good = options_number(o, "most", value, ABNF_TEXT_MAX, &out->most);
    }
    return good && row != OPTIONS_BAD;
}

static void put_line(struct abnf *g, int rule, smtp_span text, bool verdict)
{
    if (verdict) {
        printf("%d ", abnf_matches(g, rule, text));
        for (size_t i = 0; i < text.n; i++)
            printf("%02x", (unsigned char)text.p[i]);
    } else {
        cmd_show(text);
    }
    putchar('\n');
}

/* Strings that do not fit are made again, and again: a rule whose shortest is too long ends that. */
static bool put_strings(struct abnf *g, int rule, const struct wish *wish)
{
    enum { PATIENCE = 100000 };
    char text[ABNF_TEXT_MAX];
    struct abnf_dice dice = {wish->seed};
    unsigned misses = 0;
    for (uint64_t made = 0; made < wish->count && misses < PATIENCE;) {
        const struct cmd_string how = {.g = g, .rule = rule, .near = wish->near && made % 2 == 1};
        size_t n = cmd_string(&how, &dice, (smtp_room){text, wish->most});
        if (n > wish->most) {
            misses++;
            continue;
        }
        misses = 0;
        put_line(g, rule, (smtp_span){text, n}, wish->verdict);
        made++;
    }
    return misses < PATIENCE;
}

int cmd_make(int argc, char **argv)
{
    struct wish wish = {.count = 10, .seed = 1, .most = ABNF_TEXT_MAX};
    if (argc < 1 || argv[0][0] == '-') {
        fprintf(stderr, "usage: abnf make RULE [OPTION...]; abnf --help\n");
        return EXIT_USAGE;
    }
    struct options o = {"abnf make", rows, argc - 1, argv + 1, false};
    if (!read_wish(&o, &wish))
        return EXIT_USAGE;
    struct abnf *g = abnf_load(wish.utf8);
    int rule = cmd_rule(g, argv[0]);
    bool good = rule >= 0 && put_strings(g, rule, &wish);
    abnf_free(g);
    if (rule < 0)
        return EXIT_USAGE;
    if (!good)
        fprintf(stderr, "abnf make: hardly a string of %s has %llu octets or less\n", argv[0],
                (unsigned long long)wish.most);
    return good ? EXIT_SUCCESS : EXIT_TROUBLE;
}
