/*
 * NAME
 *     smtpspec list: the scenarios that there are
 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "data.h"
#include "options.h"
#include "select.h"

#define PROGRAM "smtpspec list"

enum row { ONLY, EXCLUDE, LEVEL, SCENARIOS, JSON, HELP };

static const struct option_row rows[] = {
    [ONLY] = {"only", "WHICH", "an id, a topic such as data, a glob, or a requirement; repeatable",
              NULL},
    [EXCLUDE] = {"exclude", "WHICH", "not these, repeatable", NULL},
    [LEVEL] = {"level", "LEVEL", "must, should, may or info: that level and what binds more", NULL},
    [SCENARIOS] = {"scenarios", "PATH",
                   "a scenario file or a folder in place of the set that ships", NULL},
    [JSON] = {"json", NULL, "an array of objects", NULL},
    [HELP] = {"help", NULL, "this text", NULL},
    {NULL, NULL, NULL, NULL},
};

struct listing {
    struct selection selection;
    const char *scenarios;
    bool json, help;
    struct data data;
};

static bool take(struct listing *l, const struct options *parser, int row, const char *value)
{
    switch (row) {
    case ONLY:
    case OPTIONS_WORD:
        select_add(&l->selection.only, value);
        return true;
    case EXCLUDE:
        select_add(&l->selection.exclude, value);
        return true;
    case LEVEL:
        return select_read_level(value, &l->selection.level) ||
               options_refuse(parser, row, value, "must, should, may or info");
    case SCENARIOS:
        l->scenarios = value;
        return true;
    case JSON:
        l->json = true;
        return true;
    case HELP:
        l->help = true;
        return true;
    default: /* OPTIONS_BAD: it has been said */
        return false;
    }
}

/* ---- text ------------------------------------------------------------------------------------ */

static size_t widest(const struct listing *l)
{
    size_t width = 0;
    for (size_t i = 0; i < scenario_count(l->data.set); i++) {
        const struct scenario *scenario = scenario_at(l->data.set, i);
        size_t n = strlen(scenario->id);
        if (n > width && select_has(&l->selection, scenario))
            width = n;
    }
    return width;
}

static void print_line(const struct scenario *scenario, size_t width)
{
    char head[256];
    snprintf(head, sizeof head, "%-6s  %-7s", scenario_level_name(scenario->level),
             scenario->role == SCENARIO_SERVER ? scenario_effect_name(scenario->effect) : "client");
    printf("%-*s  %s  %s  [", (int)width, scenario->id, head, scenario->title);
    for (size_t i = 0; i < scenario->req_count; i++)
        printf("%s%s", i > 0 ? " " : "", scenario->req[i]);
    puts("]");
}

static void print_text(const struct listing *l)
{
    size_t width = widest(l), count = 0;
    for (size_t i = 0; i < scenario_count(l->data.set); i++) {
        const struct scenario *scenario = scenario_at(l->data.set, i);
        if (!select_has(&l->selection, scenario))
            continue;
        print_line(scenario, width);
        count++;
    }
    printf("%zu scenario%s\n", count, count == 1 ? "" : "s");
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static json_t *words(const char *const *list, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        if (json_array_append_new(array, json_string(list[i])) != 0)
            break;
    return array;
}

static json_t *object(const struct scenario *s)
{
    bool server = s->role == SCENARIO_SERVER;
    return json_pack("{s:s, s:s, s:s, s:s, s:s?, s:o, s:o, s:o, s:s}", "id", s->id, "title",
                     s->title, "role", server ? "server" : "client", "level",
                     scenario_level_name(s->level), "effect",
                     server ? scenario_effect_name(s->effect) : NULL, "req",
                     words(s->req, s->req_count), "needs", words(s->needs, s->need_count), "tags",
                     words(s->tags, s->tag_count), "file", s->file);
}

static bool print_json(const struct listing *l)
{
    json_t *array = json_array();
    bool ok = array != NULL;
    for (size_t i = 0; i < scenario_count(l->data.set); i++)
        if (select_has(&l->selection, scenario_at(l->data.set, i)))
            ok = ok && json_array_append_new(array, object(scenario_at(l->data.set, i))) == 0;
    ok = ok && json_dumpf(array, stdout, JSON_INDENT(2)) == 0;
    json_decref(array);
    puts("");
    return ok;
}

/* ---- the command ----------------------------------------------------------------------------- */

static enum verdict_exit print(struct listing *l)
{
    enum verdict_exit status = data_open(&l->data, PROGRAM);
    if (status == VERDICT_OK)
        status = data_load(&l->data, PROGRAM, l->scenarios);
    if (status == VERDICT_OK && !select_check(&l->selection, l->data.set, PROGRAM))
        status = VERDICT_USAGE;
    if (status != VERDICT_OK)
        return status;
    bool ok = true;
    if (l->json)
        ok = print_json(l);
    else
        print_text(l);
    return ok && fflush(stdout) == 0 ? VERDICT_OK : VERDICT_TROUBLE;
}

static int read_options(struct listing *l, int argc, char **argv)
{
    struct options parser = {PROGRAM, rows, argc, argv, false};
    const char *value = NULL;
    int row;
    if (!select_init(&l->selection, (size_t)argc))
        return VERDICT_TROUBLE;
    while ((row = options_next(&parser, &value)) != OPTIONS_END)
        if (!take(l, &parser, row, value))
            return VERDICT_USAGE;
    return VERDICT_OK;
}

int command_list(int argc, char **argv)
{
    struct listing l = {.scenarios = NULL};
    int status = read_options(&l, argc, argv);
    if (status == VERDICT_OK && l.help) {
        fputs("usage: smtpspec list [OPTION...]\n\n"
              "Prints the scenarios, one a line: id, level, what it does to a server, title,\n"
              "requirements.\n\n",
              stdout);
        options_print_help(stdout, rows);
    } else if (status == VERDICT_OK) {
        status = (int)print(&l);
        data_close(&l.data);
    }
    select_free(&l.selection);
    return status;
}
