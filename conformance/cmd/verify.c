/*
 * NAME
 *     smtpspec verify: reads scenario files and plays each against itself
 *
 * DESCRIPTION
 *     A line a file. Parsing stops at the first thing that is wrong in a file; the witness
 *     (NOTATION section 6) then shows that every verdict of it can come out; requirements are
 *     looked up in the ledger.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "data.h"
#include "files.h"
#include "options.h"
#include "player/witness.h"

#define PROGRAM "smtpspec verify"

enum row { QUIET, HELP };

static const struct option_row rows[] = {
    [QUIET] = {"quiet", NULL, "only files that are wrong, and the last line", NULL},
    [HELP] = {"help", NULL, "this text", NULL},
    {NULL, NULL, NULL, NULL},
};

struct verifier {
    struct data data;
    char prelude[DATA_PATH_SIZE];
    bool quiet;
    size_t files, wrong, scenarios, runs, warnings, unplayed;
};

/* ---- one file -------------------------------------------------------------------------------- */

static void look_up(struct verifier *v, const char *file, const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->req_count; i++) {
        if (ledger_find(v->data.ledger, scenario->req[i]) != NULL)
            continue;
        fprintf(stderr, "%s: warning: %s is not in the ledger\n", file, scenario->req[i]);
        v->warnings++;
    }
}

/* False: it has been said what does not come out. */
static bool witness(struct verifier *v, const char *file, const struct scenario *scenario,
                    const char **unplayed)
{
    struct witness_result result;
    bool ok = witness_check(scenario, &result);
    v->scenarios++;
    v->runs += result.runs;
    if (result.unplayable) {
        v->unplayed++;
        *unplayed = "not played";
        if (!v->quiet)
            printf("%s: not played: %s\n", file, result.why);
        return true;
    }
    if (ok)
        return true;
    if (result.line > 0)
        fprintf(stderr, "%s:%u: %s (%s)\n", file, result.line, result.why, scenario->id);
    else
        fprintf(stderr, "%s: %s (%s)\n", file, result.why, scenario->id);
    return false;
}

static bool check_set(struct verifier *v, const char *file, const struct scenario_set *set)
{
    size_t runs = v->runs;
    const char *unplayed = NULL;
    bool ok = true;
    look_up(v, file, scenario_at(set, 0));
    for (size_t i = 0; i < scenario_count(set); i++)
        ok = witness(v, file, scenario_at(set, i), &unplayed) && ok;
    if (ok && !v->quiet && unplayed == NULL)
        printf("%s: good, %zu scenario%s, %zu run%s\n", file, scenario_count(set),
               scenario_count(set) == 1 ? "" : "s", v->runs - runs, v->runs - runs == 1 ? "" : "s");
    return ok;
}

static bool check_octets(struct verifier *v, const char *id, const char *file, smtp_span octets)
{
    struct scenario_error error;
    struct scenario_set *set = scenario_set_new(v->prelude);
    bool ok = set != NULL;
    if (!ok)
        fprintf(stderr, PROGRAM ": no memory\n");
    if (ok && !scenario_parse(set, id, file, octets, &error)) {
        data_print_error(&error);
        ok = false;
    }
    ok = ok && check_set(v, file, set);
    if (set != NULL)
        scenario_set_free(set);
    return ok;
}

static void check_file(void *arg, const char *id, const char *file)
{
    struct verifier *v = arg;
    size_t size;
    char *text = files_read(file, &size);
    v->files++;
    if (text == NULL)
        fprintf(stderr, "%s: cannot be read\n", file);
    if (text == NULL || !check_octets(v, id, file, (smtp_span){text, size}))
        v->wrong++;
    free(text);
}

/* ---- the command ----------------------------------------------------------------------------- */

static bool check_path(struct verifier *v, const char *path)
{
    size_t before = v->files;
    if (!files_each(path, check_file, v))
        fprintf(stderr, PROGRAM ": %s: cannot be read\n", path);
    else if (v->files == before)
        fprintf(stderr, PROGRAM ": %s: no *.smtp file here\n", path);
    else
        return true;
    return false;
}

static int conclude(const struct verifier *v)
{
    printf("%zu file%s, %zu scenarios, %zu runs", v->files, v->files == 1 ? "" : "s", v->scenarios,
           v->runs);
    if (v->unplayed > 0)
        printf(", %zu not played", v->unplayed);
    if (v->warnings > 0)
        printf(", %zu warning%s", v->warnings, v->warnings == 1 ? "" : "s");
    if (v->wrong > 0)
        printf(": %zu wrong\n", v->wrong);
    else
        puts(": all good");
    if (fflush(stdout) != 0)
        return VERDICT_TROUBLE;
    return v->wrong > 0 ? VERDICT_FAIL : VERDICT_OK;
}

static bool check_shipped(struct verifier *v)
{
    char path[DATA_PATH_SIZE];
    data_path(&v->data, "scenarios", path);
    return check_path(v, path) && (!data_weaknesses(&v->data, path) || check_path(v, path));
}

static int verify(struct verifier *v, char **paths, int count)
{
    int status = (int)data_open(&v->data, PROGRAM);
    if (status != VERDICT_OK)
        return status;
    data_path(&v->data, "prelude", v->prelude);
    if (count == 0 && !check_shipped(v))
        return VERDICT_TROUBLE;
    for (int i = 0; i < count; i++)
        if (!check_path(v, paths[i]))
            return VERDICT_USAGE;
    return conclude(v);
}

/* The words move to the front of argv; their number, or -1: it has been said what is wrong. */
static int read_options(struct verifier *v, int argc, char **argv, bool *help)
{
    struct options parser = {PROGRAM, rows, argc, argv, false};
    const char *value = NULL;
    int row, count = 0;
    while ((row = options_next(&parser, &value)) != OPTIONS_END) {
        if (row == OPTIONS_BAD)
            return -1;
        if (row == OPTIONS_WORD)
            argv[count++] = parser.argv[-1];
        else if (row == QUIET)
            v->quiet = true;
        else
            *help = true;
    }
    return count;
}

int command_verify(int argc, char **argv)
{
    struct verifier v = {.files = 0};
    bool help = false;
    int count = read_options(&v, argc, argv, &help);
    if (count < 0)
        return VERDICT_USAGE;
    if (help) {
        fputs("usage: smtpspec verify [FILE|FOLDER...] [OPTION...]\n\n"
              "Reads scenario files (those that ship, if none is named) and plays each against "
              "itself,\n"
              "so that every verdict in it is seen to come out. Exit status: 0, 1 for a wrong "
              "file.\n\n",
              stdout);
        options_print_help(stdout, rows);
        return VERDICT_OK;
    }
    int status = verify(&v, argv, count);
    data_close(&v.data);
    return status;
}
