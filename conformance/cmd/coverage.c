/*
 * NAME
 *     smtpspec coverage: how much of the ledger the suite covers, and what it leaves open
 *
 * DESCRIPTION
 *     verdict/coverage.h says which rows count and what covers one. The counts are by RFC and level;
 *     two measures say whether enough is shown and not only excused.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "data.h"
#include "options.h"
#include "verdict/coverage.h"

#define PROGRAM "smtpspec coverage"

enum row { GAPS, RFC, ALLOW_GAPS, JSON, HELP };

static const struct option_row rows[] = {
    [GAPS] = {"gaps", NULL, "list the rows that nothing covers", NULL},
    [RFC] = {"rfc", "N", "the rows of one RFC only", NULL},
    [ALLOW_GAPS] = {"allow-gaps", "N", "so many rows may be left open (default 0)", NULL},
    [JSON] = {"json", NULL, "one object: counts, measures, rows", NULL},
    [HELP] = {"help", NULL, "this text", NULL},
    {NULL, NULL, NULL, NULL},
};

static const char *const kinds[COVERAGE_KINDS] = {"scenario", "rule", "reason", "none"};

struct command {
    bool gaps, json, help;
    unsigned rfc; /* 0: all of them */
    uint64_t allowed;
    struct data data;
    struct coverage *coverage;
    size_t wrong; /* reasons that are */
};

static bool is_chosen(const struct command *c, const struct coverage_row *row)
{
    return c->rfc == 0 || row->row->rfc == c->rfc;
}

/* The first RFC of the report, or the one behind another; 0: there is none. */
static unsigned next_rfc(const struct command *c, unsigned rfc)
{
    do
        rfc = coverage_next_rfc(c->coverage, rfc);
    while (rfc != 0 && c->rfc != 0 && rfc != c->rfc);
    return rfc;
}

static size_t count_gaps(const struct command *c)
{
    return coverage_counts_of(c->coverage, c->rfc, NULL).by[COVERAGE_NONE];
}

/* ---- text ------------------------------------------------------------------------------------ */

static void print_counts(const char *rfc, const char *level, const struct coverage_counts *counts)
{
    if (counts->rows == 0)
        return;
    printf("%-6s%-12s%6zu", rfc, level, counts->rows);
    for (size_t i = 0; i < COVERAGE_KINDS; i++)
        printf("%10zu", counts->by[i]);
    printf("%10zu\n", counts->soft);
}

static void print_levels(const struct command *c, const char *name, unsigned rfc)
{
    for (const char *const *level = coverage_levels; *level != NULL; level++) {
        struct coverage_counts counts = coverage_counts_of(c->coverage, rfc, *level);
        print_counts(name, *level, &counts);
    }
}

static void print_table(const struct command *c)
{
    char name[16];
    printf("%-6s%-12s%6s%10s%10s%10s%10s%10s\n", "RFC", "level", "rows", "scenario", "rule only",
           "reason", "none", "may only");
    for (unsigned rfc = 0; (rfc = next_rfc(c, rfc)) != 0;) {
        snprintf(name, sizeof name, "%u", rfc);
        print_levels(c, name, rfc);
    }
    if (c->rfc == 0)
        print_levels(c, "all", 0);
    struct coverage_counts all = coverage_counts_of(c->coverage, c->rfc, NULL);
    print_counts("all", "all", &all);
}

static void print_measure(const struct coverage_measure *m)
{
    if (m->rows > 0)
        printf("%-46s%4zu.%zu %%, %s: %s\n", m->name, m->permille / 10, m->permille % 10, m->wanted,
               m->met ? "met" : "NOT MET");
}

/* Those that have it, below a heading if there are any. */
static void print_rows(const struct command *c, const char *heading,
                       bool (*has)(const struct coverage_row *))
{
    for (size_t i = 0; i < coverage_count(c->coverage); i++) {
        const struct coverage_row *row = coverage_at(c->coverage, i);
        if (!is_chosen(c, row) || !has(row))
            continue;
        fputs(heading, stdout);
        heading = "";
        printf("  %-18s  %-10s  %s\n", row->row->id, row->row->level, row->row->text);
    }
}

static bool is_gap(const struct coverage_row *row)
{
    return coverage_by(row) == COVERAGE_NONE;
}

/* A scenario that cannot fail says little about a row that binds. */
static bool is_soft_but_binds(const struct coverage_row *row)
{
    return coverage_is_soft(row) && strcmp(row->row->level, "MAY") != 0;
}

static void print_gaps(const struct command *c)
{
    size_t gaps = count_gaps(c);
    if (c->gaps)
        print_rows(c, "", is_gap);
    printf("%zu row%s with no scenario, rule or reason", gaps, gaps == 1 ? "" : "s");
    if (c->allowed > 0)
        printf(", %zu allowed", (size_t)c->allowed);
    puts(gaps > 0 && !c->gaps ? " (--gaps lists them)" : "");
}

static void print_text(const struct command *c)
{
    struct coverage_measure excused = coverage_excused(c->coverage, c->rfc);
    struct coverage_measure should = coverage_should(c->coverage, c->rfc);
    if (!c->gaps) {
        print_table(c);
        print_rows(c, "\nRows that bind, but have scenarios of level may and info only:\n",
                   is_soft_but_binds);
        puts("");
        print_measure(&excused);
        print_measure(&should);
    }
    print_gaps(c);
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static json_t *json_count(unsigned rfc, const char *level, const struct coverage_counts *counts)
{
    json_t *object = json_pack("{s:i, s:s, s:I, s:I}", "rfc", (int)rfc, "level", level, "rows",
                               (json_int_t)counts->rows, "may_only", (json_int_t)counts->soft);
    for (size_t i = 0; i < COVERAGE_KINDS; i++)
        json_object_set_new(object, kinds[i], json_integer((json_int_t)counts->by[i]));
    return object;
}

static json_t *json_counts(const struct command *c)
{
    json_t *array = json_array();
    for (unsigned rfc = 0; (rfc = next_rfc(c, rfc)) != 0;)
        for (const char *const *level = coverage_levels; *level != NULL; level++) {
            struct coverage_counts counts = coverage_counts_of(c->coverage, rfc, *level);
            if (counts.rows > 0)
                json_array_append_new(array, json_count(rfc, *level, &counts));
        }
    return array;
}

static json_t *json_measure(struct coverage_measure m)
{
    return json_pack("{s:s, s:s, s:I, s:f, s:b}", "name", m.name, "wanted", m.wanted, "rows",
                     (json_int_t)m.rows, "percent", (double)m.permille / 10, "met", (int)m.met);
}

static json_t *json_row(const struct coverage_row *at)
{
    const struct ledger_row *row = at->row;
    return json_pack("{s:s, s:i, s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:b, s:s?, s:s?}", "id",
                     row->id, "rfc", (int)row->rfc, "section", row->section, "level", row->level,
                     "role", row->role, "requirement", row->text, "covered", kinds[coverage_by(at)],
                     "scenarios", (json_int_t)at->scenarios, "rules", (json_int_t)at->rules,
                     "may_only", (int)coverage_is_soft(at), "reason", at->reason, "needed",
                     at->needed);
}

static json_t *json_rows(const struct command *c)
{
    json_t *array = json_array();
    for (size_t i = 0; i < coverage_count(c->coverage); i++) {
        const struct coverage_row *row = coverage_at(c->coverage, i);
        if (is_chosen(c, row) && (!c->gaps || is_gap(row)))
            json_array_append_new(array, json_row(row));
    }
    return array;
}

static bool print_json(const struct command *c)
{
    json_t *all =
        json_pack("{s:o, s:[o, o], s:o}", "counts", json_counts(c), "measures",
                  json_measure(coverage_excused(c->coverage, c->rfc)),
                  json_measure(coverage_should(c->coverage, c->rfc)), "rows", json_rows(c));
    bool ok = all != NULL && json_dumpf(all, stdout, JSON_INDENT(2)) == 0;
    json_decref(all);
    puts("");
    return ok;
}

/* ---- the command ----------------------------------------------------------------------------- */

static void complain(void *arg, const struct table_place *at, const char *id, const char *what)
{
    struct command *c = arg;
    fprintf(stderr, "%s:%u: %s %s\n", at->path, at->line, id, what);
    c->wrong++;
}

static enum verdict_exit trouble(const char *what)
{
    fprintf(stderr, PROGRAM ": %s\n", what);
    return VERDICT_TROUBLE;
}

static enum verdict_exit open_coverage(struct command *c)
{
    char folder[DATA_PATH_SIZE], why[512];
    enum verdict_exit status = data_open(&c->data, PROGRAM);
    if (status == VERDICT_OK)
        status = data_load(&c->data, PROGRAM, NULL);
    if (status != VERDICT_OK)
        return status;
    c->coverage = coverage_new(c->data.ledger, c->data.set);
    if (c->coverage == NULL)
        return trouble("no memory");
    data_path(&c->data, "requirements", folder);
    struct coverage_complaints complaints = {complain, c};
    if (!coverage_read_reasons(c->coverage, folder, &complaints, why, sizeof why))
        return trouble(why);
    return VERDICT_OK;
}

static enum verdict_exit print(struct command *c)
{
    enum verdict_exit status = open_coverage(c);
    if (status != VERDICT_OK)
        return status;
    if (next_rfc(c, 0) == 0) {
        fprintf(stderr, PROGRAM ": --rfc %u: no such table with rows that count\n", c->rfc);
        return VERDICT_USAGE;
    }
    bool ok = true;
    if (c->json)
        ok = print_json(c);
    else
        print_text(c);
    if (!ok || fflush(stdout) != 0)
        return VERDICT_TROUBLE;
    return count_gaps(c) > c->allowed || c->wrong > 0 ? VERDICT_FAIL : VERDICT_OK;
}

static bool take(struct command *c, const struct options *parser, int row, const char *value)
{
    enum { LARGEST = 99999 };
    uint64_t number = 0;
    bool ok;
    switch (row) {
    case GAPS:
        return c->gaps = true;
    case JSON:
        return c->json = true;
    case HELP:
        return c->help = true;
    case RFC:
        ok = options_number(parser, row, value, LARGEST, &number);
        c->rfc = (unsigned)number;
        return ok;
    case ALLOW_GAPS:
        return options_number(parser, row, value, LARGEST, &c->allowed);
    case OPTIONS_WORD:
        fprintf(stderr, PROGRAM ": takes options only, not %s\n", value);
        return false;
    default: /* OPTIONS_BAD: it has been said */
        return false;
    }
}

int command_coverage(int argc, char **argv)
{
    struct command c = {.rfc = 0};
    struct options parser = {PROGRAM, rows, argc, argv, false};
    const char *value = NULL;
    int row;
    while ((row = options_next(&parser, &value)) != OPTIONS_END)
        if (!take(&c, &parser, row, value))
            return VERDICT_USAGE;
    if (c.help) {
        fputs("usage: smtpspec coverage [OPTION...]\n\n"
              "Counts the requirements that bind a server and can be seen from outside, by what "
              "covers them:\n"
              "a scenario that cites them, a rule of the observer only, a written reason, or "
              "nothing.\n"
              "\"may only\": only scenarios of level may and info, which cannot fail. Exit status: "
              "1 where\n"
              "nothing covers a row, or a reason is wrong or stale.\n\n",
              stdout);
        options_print_help(stdout, rows);
        return VERDICT_OK;
    }
    int status = (int)print(&c);
    coverage_free(c.coverage);
    data_close(&c.data);
    return status;
}
