/*
 * NAME
 *     smtpspec explain: what a scenario, a requirement or a rule of the observer means
 */
#include <stdio.h>
#include <string.h>

#include "closest.h"
#include "commands.h"
#include "data.h"
#include "files.h"
#include "observer/observer.h"
#include "options.h"
#include "select.h"
#include "verdict/coverage.h"

#define PROGRAM "smtpspec explain"

enum { INDENT = 2 };

static const struct option_row rows[] = {
    {"scenarios", "PATH", "a scenario file or a folder in place of the set that ships", NULL},
    {"help", NULL, "this text", NULL},
    {NULL, NULL, NULL, NULL},
};
enum row { SCENARIOS, HELP };

/* ---- text in columns ------------------------------------------------------------------------- */

/* Words, wrapped at 96 columns. */
static void print_wrapped(const char *text, size_t indent)
{
    enum { WIDTH = 96 };
    size_t column = indent;
    printf("%*s", (int)indent, "");
    for (bool first = true; *text != '\0'; first = false) {
        size_t n = strcspn(text, " ");
        if (!first && column + 1 + n > WIDTH) {
            printf("\n%*s", (int)indent, "");
            column = indent;
        } else if (!first) {
            putchar(' ');
            column++;
        }
        printf("%.*s", (int)n, text);
        column += n;
        text += n + (text[n] == ' ');
    }
    puts("");
}

static void print_requirement(const struct ledger *ledger, const char *id)
{
    const struct ledger_row *row = ledger_find(ledger, id);
    if (row == NULL) {
        printf("  %s  (not in the ledger)\n", id);
        return;
    }
    bool both = strcmp(row->role, "both") == 0;
    printf("  %s  RFC %u section %s, %s, binds %s%s\n", id, row->rfc, row->section, row->level,
           both ? "" : "the ", both ? "client and server" : row->role);
    print_wrapped(row->text, (size_t)2 * INDENT);
}

static void print_list(const char *label, const char *const *words, size_t count)
{
    if (count == 0)
        return;
    printf("%s", label);
    for (size_t i = 0; i < count; i++)
        printf(" %s", words[i]);
    puts("");
}

/* ---- a scenario ------------------------------------------------------------------------------ */

/* Whether the id is that of a file with each: lines. */
static bool is_of_file(const struct scenario *scenario, const char *id)
{
    size_t n = strlen(id);
    return strncmp(scenario->id, id, n) == 0 && scenario->id[n] == '/' &&
           strchr(scenario->id + n + 1, '/') == NULL && strstr(scenario->file, ".smtp") != NULL &&
           strlen(scenario->file) >= n + 5 &&
           strncmp(scenario->file + strlen(scenario->file) - n - 5, id, n) == 0;
}

static const struct scenario *find_scenario(const struct scenario_set *set, const char *id)
{
    const struct scenario *scenario = scenario_find(set, id);
    for (size_t i = 0; scenario == NULL && i < scenario_count(set); i++)
        if (is_of_file(scenario_at(set, i), id))
            scenario = scenario_at(set, i);
    return scenario;
}

static void print_siblings(const struct data *data, const struct scenario *scenario)
{
    size_t count = 0;
    for (size_t i = 0; i < scenario_count(data->set); i++)
        count += strcmp(scenario_at(data->set, i)->file, scenario->file) == 0;
    if (count < 2)
        return;
    puts("\nOne file, several cases:");
    for (size_t i = 0; i < scenario_count(data->set); i++)
        if (strcmp(scenario_at(data->set, i)->file, scenario->file) == 0)
            printf("  %s\n", scenario_at(data->set, i)->id);
}

static bool explain_scenario(const struct data *data, const char *id)
{
    const struct scenario *s = find_scenario(data->set, id);
    if (s == NULL)
        return false;
    bool server = s->role == SCENARIO_SERVER;
    printf("%s\n  A %s %s %s.\n", id, server ? "server" : "client", scenario_level_name(s->level),
           s->title);
    if (server)
        printf("  effect: %s\n", scenario_effect_name(s->effect));
    print_list("  needs:", s->needs, s->need_count);
    print_list("  tags:", s->tags, s->tag_count);
    print_list("  see:", s->cite, s->cite_count);
    if (s->disputed != NULL)
        printf("  a failure does not count: %s\n", s->disputed);
    puts("\nRequirements:");
    for (size_t i = 0; i < s->req_count; i++)
        print_requirement(data->ledger, s->req[i]);
    print_siblings(data, s);
    printf("\n%s:\n", s->file);
    files_print(stdout, s->file, INDENT);
    return true;
}

/* ---- a requirement --------------------------------------------------------------------------- */

static bool cites(const char *const *list, const char *id)
{
    for (; *list != NULL; list++)
        if (strcmp(*list, id) == 0)
            return true;
    return false;
}

static size_t print_scenarios(const struct data *data, const char *id)
{
    size_t count = 0;
    for (size_t i = 0; i < scenario_count(data->set); i++) {
        const struct scenario *s = scenario_at(data->set, i);
        if (select_matches(id, s)) {
            printf("  %s  %s %s\n", s->id, scenario_level_name(s->level), s->title);
            count++;
        }
    }
    return count;
}

static size_t print_rules(const char *id)
{
    size_t count = 0;
    for (const struct observer_rule *rule = observer_rules; rule->name != NULL; rule++) {
        if (!cites(rule->req, id))
            continue;
        printf("  rule %s, in every conversation: %s\n", rule->name, rule->text);
        count++;
    }
    return count;
}

/* Why nothing does, if that is written. */
static bool print_reason(const struct data *data, const char *id)
{
    char folder[DATA_PATH_SIZE], why[512];
    const struct coverage_complaints none = {NULL, NULL};
    struct coverage *coverage = coverage_new(data->ledger, data->set);
    if (coverage == NULL)
        return false;
    data_path(data, "requirements", folder);
    const struct coverage_row *row = coverage_find(coverage, id);
    bool has = coverage_read_reasons(coverage, folder, &none, why, sizeof why) && row != NULL &&
               row->reason != NULL;
    if (has) {
        puts("  nothing; the reason:");
        print_wrapped(row->reason, (size_t)2 * INDENT);
        puts("  what it would take:");
        print_wrapped(row->needed, (size_t)2 * INDENT);
    }
    coverage_free(coverage);
    return has;
}

static bool explain_requirement(const struct data *data, const char *id)
{
    const struct ledger_row *row = ledger_find(data->ledger, id);
    if (row == NULL)
        return false;
    print_requirement(data->ledger, id);
    printf("\nHow it can be seen: %s\n", row->testability);
    print_wrapped(row->hint, INDENT);
    puts("\nCovered by:");
    if (print_scenarios(data, id) + print_rules(id) == 0 && !print_reason(data, id))
        puts("  nothing");
    return true;
}

/* ---- a rule ---------------------------------------------------------------------------------- */

static bool explain_rule(const struct data *data, const char *name)
{
    for (const struct observer_rule *rule = observer_rules; rule->name != NULL; rule++) {
        if (strcmp(rule->name, name) != 0)
            continue;
        printf("%s\n  A rule of the observer, looked at in every conversation; %s, binds the %s.\n",
               name, scenario_level_name(rule->level), rule->side == 'S' ? "server" : "client");
        print_wrapped(rule->text, INDENT);
        puts("\nRequirements:");
        for (const char *const *id = rule->req; *id != NULL; id++)
            print_requirement(data->ledger, *id);
        return true;
    }
    return false;
}

/* ---- the command ----------------------------------------------------------------------------- */

static bool explain_topic(const struct data *data, const char *id)
{
    bool any = false;
    for (size_t i = 0; !any && i < scenario_count(data->set); i++)
        any = select_matches(id, scenario_at(data->set, i));
    if (any)
        print_scenarios(data, id);
    return any;
}

static int unknown(const struct data *data, const char *id)
{
    struct closest near = closest_to(id);
    for (size_t i = 0; i < scenario_count(data->set); i++)
        closest_offer(&near, scenario_at(data->set, i)->id);
    for (size_t i = 0; i < ledger_count(data->ledger); i++)
        closest_offer(&near, ledger_at(data->ledger, i)->id);
    for (const struct observer_rule *rule = observer_rules; rule->name != NULL; rule++)
        closest_offer(&near, rule->name);
    fprintf(stderr, PROGRAM ": %s is no scenario, requirement or rule of the observer", id);
    closest_print(stderr, &near);
    fputs("\n", stderr);
    return VERDICT_USAGE;
}

static int explain(const char *id, const char *scenarios)
{
    struct data data;
    int status = (int)data_open(&data, PROGRAM);
    if (status == VERDICT_OK)
        status = (int)data_load(&data, PROGRAM, scenarios);
    if (status == VERDICT_OK && !explain_scenario(&data, id) && !explain_requirement(&data, id) &&
        !explain_rule(&data, id) && !explain_topic(&data, id))
        status = unknown(&data, id);
    data_close(&data);
    return status;
}

static int help(void)
{
    fputs(
        "usage: smtpspec explain ID [OPTION...]\n\n"
        "ID: a scenario (data/accepted), a requirement (R5321-4.1.1.4-i), a rule of the observer\n"
        "(reply-line-ends-in-crlf), or a topic (data).\n\n",
        stdout);
    options_print_help(stdout, rows);
    return VERDICT_OK;
}

static int one_only(void)
{
    fputs(PROGRAM ": one ID at a time\n", stderr);
    return VERDICT_USAGE;
}

int command_explain(int argc, char **argv)
{
    struct options parser = {PROGRAM, rows, argc, argv, false};
    const char *value = NULL, *id = NULL, *scenarios = NULL;
    int row;
    while ((row = options_next(&parser, &value)) != OPTIONS_END) {
        if (row == OPTIONS_BAD)
            return VERDICT_USAGE;
        if (row == HELP)
            return help();
        if (row == SCENARIOS)
            scenarios = value;
        else if (id == NULL)
            id = value;
        else
            return one_only();
    }
    if (id != NULL)
        return explain(id, scenarios);
    fputs(PROGRAM ": what? An ID is missing (smtpspec list shows those of scenarios)\n", stderr);
    return VERDICT_USAGE;
}
