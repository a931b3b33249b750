/*
 * NAME
 *     smtpspec matrix: many servers beside one another
 *
 * DESCRIPTION
 *     Reads the JSON reports of `smtpspec check`, and prints or writes what they say together. One
 *     that cannot be read stops it: a server that is silently missing would look like one that
 *     nobody asked for.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "data.h"
#include "options.h"
#include "report/matrix.h"

#define PROGRAM "smtpspec matrix"

enum row { HTML, JSON, JUDGEMENTS, DIFFER, CASES, HELP };

static const struct option_row rows[] = {
    [HTML] = {"html", "FILE", "a page for a browser, all in one file, with the evidence", NULL},
    [JSON] = {"json", "FILE", "the matrix for programs; - is standard output", NULL},
    [JUDGEMENTS] = {"judgements", "FILE",
                    "what people have said about failures: a table of peer, case, judgement,\n"
                    "clause and remark; those that it leaves are counted",
                    NULL},
    [DIFFER] = {"differ", NULL, "only rows in which servers differ", NULL},
    [CASES] = {"cases", NULL, "a row a case, in place of a row a requirement", NULL},
    [HELP] = {"help", NULL, "this text", NULL},
    {NULL, NULL, NULL, NULL},
};

struct arguments {
    const char *html, *json, *judgements;
    const char **files;
    size_t file_count;
    bool differ, cases, help;
};

static void print_help(void)
{
    fputs("usage: smtpspec matrix RESULT.json... [OPTION...]\n"
          "\n"
          "Puts the reports of `smtpspec check --json` beside one another: servers in columns,\n"
          "requirements in rows. Files whose names agree up to the first dot are runs of one\n"
          "server, such as postfix.json and postfix.2.json: the worst verdict stands, and those\n"
          "that were not the same in all runs are listed. A star marks them.\n",
          stdout);
    options_print_help(stdout, rows);
    fputs("\nExit status: 0 good; 1 verdicts of a server were not the same in all of its runs; 3 a "
          "file\n"
          "could not be read or written; 64 wrong arguments.\n",
          stdout);
}

static bool set(const struct options *parser, int row, const char **to, const char *value)
{
    if (value[0] == '\0' || *to != NULL)
        return options_refuse(parser, row, value, *to != NULL ? "is given twice" : "it is empty");
    *to = value;
    return true;
}

static bool take(const struct options *parser, struct arguments *a, int row, const char *value)
{
    switch (row) {
    case OPTIONS_WORD:
        a->files[a->file_count++] = value;
        return true;
    case HTML:
        return set(parser, row, &a->html, value);
    case JSON:
        return set(parser, row, &a->json, value);
    case JUDGEMENTS:
        return set(parser, row, &a->judgements, value);
    case DIFFER:
        a->differ = true;
        return true;
    case CASES:
        a->cases = true;
        return true;
    case HELP:
        a->help = true;
        return true;
    default:
        return false;
    }
}

static int read_arguments(struct arguments *a, int argc, char **argv)
{
    struct options parser = {PROGRAM, rows, argc, argv, false};
    const char *value = NULL;
    int row;
    *a = (struct arguments){.files = calloc((size_t)argc + 1, sizeof *a->files)};
    if (a->files == NULL)
        return VERDICT_TROUBLE;
    while ((row = options_next(&parser, &value)) != OPTIONS_END)
        if (row == OPTIONS_BAD || !take(&parser, a, row, value))
            return VERDICT_USAGE;
    if (a->help || a->file_count > 0)
        return VERDICT_OK;
    fputs(PROGRAM ": no report is named (smtpspec check --json FILE writes one)\n", stderr);
    return VERDICT_USAGE;
}

/* ---- files ----------------------------------------------------------------------------------- */

/* False: it has been said which one cannot be read. */
static bool read_results(const struct arguments *a, struct results **out)
{
    char why[512];
    for (size_t i = 0; i < a->file_count; i++) {
        out[i] = results_read(a->files[i], why, sizeof why);
        if (out[i] == NULL) {
            fprintf(stderr, PROGRAM ": %s\n", why);
            return false;
        }
    }
    return true;
}

typedef bool writer(FILE *to, const struct matrix *matrix, const char *version);

static bool write_file(const char *name, writer *write, const struct matrix *matrix)
{
    bool standard = strcmp(name, "-") == 0;
    errno = 0;
    FILE *to = standard ? stdout : fopen(name, "wb");
    bool ok = to != NULL && write(to, matrix, SMTPSPEC_VERSION);
    if (to != NULL && !standard)
        ok = fclose(to) == 0 && ok;
    if (!ok)
        fprintf(stderr, PROGRAM ": %s: %s\n", name, errno != 0 ? strerror(errno) : "no memory");
    return ok;
}

static bool is_out(const char *file)
{
    return file != NULL && strcmp(file, "-") == 0;
}

static enum verdict_exit print_all(const struct arguments *a, const struct matrix *matrix)
{
    FILE *text = is_out(a->json) || is_out(a->html) ? stderr : stdout;
    matrix_text(text, matrix, a->cases ? MATRIX_CASES : MATRIX_REQUIREMENTS, a->differ);
    if ((a->json != NULL && !write_file(a->json, matrix_json, matrix)) ||
        (a->html != NULL && !write_file(a->html, matrix_html, matrix)))
        return VERDICT_TROUBLE;
    return matrix_changes(matrix) == 0 ? VERDICT_OK : VERDICT_FAIL;
}

/* All that is read, and what is made of it. */
struct read {
    struct data data;
    struct results **results;
    struct judgements *judgements;
    struct matrix *matrix;
};

/* False: it has been said which file cannot be read. */
static bool read_files(const struct arguments *a, struct read *read)
{
    char why[512];
    if (!read_results(a, read->results))
        return false;
    if (a->judgements == NULL)
        return true;
    read->judgements = judgements_read(a->judgements, why, sizeof why);
    if (read->judgements == NULL)
        fprintf(stderr, PROGRAM ": %s\n", why);
    return read->judgements != NULL;
}

static enum verdict_exit read_all(const struct arguments *a, struct read *read)
{
    enum verdict_exit status = data_open(&read->data, PROGRAM);
    if (status != VERDICT_OK)
        return status;
    read->results = calloc(a->file_count, sizeof(struct results *));
    if (read->results != NULL) {
        if (!read_files(a, read))
            return VERDICT_TROUBLE;
        read->matrix = matrix_new(read->results, a->file_count, read->data.ledger);
    }
    if (read->matrix == NULL) {
        fputs(PROGRAM ": no memory\n", stderr);
        return VERDICT_TROUBLE;
    }
    read->matrix->judgements = read->judgements;
    return VERDICT_OK;
}

static void free_all(const struct arguments *a, struct read *read)
{
    matrix_free(read->matrix);
    judgements_free(read->judgements);
    for (size_t i = 0; read->results != NULL && i < a->file_count; i++)
        results_free(read->results[i]);
    free(read->results);
    data_close(&read->data);
}

int command_matrix(int argc, char **argv)
{
    struct arguments a;
    struct read read = {.matrix = NULL};
    int status = read_arguments(&a, argc, argv);
    if (status == VERDICT_OK && a.help) {
        print_help();
    } else if (status == VERDICT_OK) {
        status = (int)read_all(&a, &read);
        if (status == VERDICT_OK)
            status = (int)print_all(&a, read.matrix);
        free_all(&a, &read);
    }
    free(a.files);
    return status;
}
