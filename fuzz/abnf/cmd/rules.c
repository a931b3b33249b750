#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "groups.h"
#include "options.h"

int cmd_rule(const struct abnf *g, const char *name)
{
    int rule = abnf_rule(g, name);
    if (rule < 0)
        fprintf(stderr, "abnf: no rule %s; abnf list\n", name);
    return rule;
}

static void list_grammar(bool utf8)
{
    for (const struct abnf_grammar_file *file = abnf_grammar_files; file->name != NULL; file++)
        if (abnf_grammar_has(file, utf8))
            printf("%.*s\n", (int)file->text.n, file->text.p);
}

static void list_groups(void)
{
    for (const struct abnf_group *group = abnf_groups; group->name != NULL; group++)
        printf("%s\t%s\t%s\n", group->name, group->rule, group->utf8 ? "utf8" : "ascii");
}

int cmd_list(int argc, char **argv)
{
    static const struct option_row rows[] = {{"utf8", false}, {"groups", false}, {NULL, false}};
    struct options o = {"abnf list", rows, argc, argv, false};
    const char *value;
    int row = 0;
    bool utf8 = false, groups = false;
    while ((row = options_next(&o, &value)) >= 0) {
        utf8 = utf8 || row == 0;
        groups = groups || row == 1;
    }
    if (row == OPTIONS_BAD)
        return EXIT_USAGE;
    if (groups)
        list_groups();
    else
        list_grammar(utf8);
    return EXIT_SUCCESS;
}

/* ---- match ---- */

enum { SHOWN_MAX = 4 * ABNF_TEXT_MAX };

static bool match_one(struct abnf *g, int rule, smtp_span shown)
{
    char text[SHOWN_MAX];
    size_t n = cmd_unshow((smtp_room){text, sizeof text}, shown);
    bool good = n <= sizeof text && abnf_matches(g, rule, (smtp_span){text, n});
    printf("%s\t%.*s\n", good ? "yes" : "no", (int)shown.n, shown.p);
    return good;
}

static bool match_input(struct abnf *g, int rule)
{
    char line[SHOWN_MAX];
    bool good = true;
    while (fgets(line, sizeof line, stdin) != NULL) {
        size_t n = strcspn(line, "\n");
        good = match_one(g, rule, (smtp_span){line, n}) && good;
    }
    return good;
}

int cmd_match(int argc, char **argv)
{
    static const struct option_row rows[] = {{"utf8", false}, {NULL, false}};
    const char *value, *name = argc > 0 ? argv[0] : NULL;
    if (name == NULL || name[0] == '-') {
        fprintf(stderr, "usage: abnf match RULE [--utf8] [TEXT...]\n");
        return EXIT_USAGE;
    }
    struct options o = {"abnf match", rows, argc - 1, argv + 1, true};
    int row;
    bool utf8 = false;
    while ((row = options_next(&o, &value)) >= 0)
        utf8 = true;
    if (row == OPTIONS_BAD)
        return EXIT_USAGE;
    struct abnf *g = abnf_load(utf8);
    int rule = cmd_rule(g, name);
    bool good = rule >= 0 && (o.argc > 0 || match_input(g, rule));
    for (int i = 0; rule >= 0 && i < o.argc; i++)
        good = match_one(g, rule, smtp_span_of(o.argv[i])) && good;
    abnf_free(g);
    if (rule < 0)
        return EXIT_USAGE;
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
