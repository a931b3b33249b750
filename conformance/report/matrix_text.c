/*
 * NAME
 *     matrix_text.c: the matrix for a terminal
 */
#include <string.h>

#include "report/matrix.h"

enum { GAP = 2, CELL = 4, NAMES = 12 };

/* Short enough for a column of four. */
static const char *short_name(enum matrix_verdict verdict)
{
    static const char *const names[] = {
        [MATRIX_NONE] = "-",    [MATRIX_PASS] = "pass",         [MATRIX_INFO] = "info",
        [MATRIX_SKIP] = "skip", [MATRIX_INCONCLUSIVE] = "open", [MATRIX_DISPUTED] = "disp",
        [MATRIX_WARN] = "warn", [MATRIX_ERROR] = "err",         [MATRIX_FAIL] = "FAIL",
    };
    return names[verdict];
}

static int width_of(const char *name)
{
    int n = (int)strlen(name);
    return n < CELL ? CELL : n;
}

static int longest_name(const struct matrix *m)
{
    int longest = NAMES;
    for (size_t s = 0; s < m->server_count; s++)
        if (width_of(m->servers[s].name) > longest)
            longest = width_of(m->servers[s].name);
    return longest;
}

/* ---- sums of each server --------------------------------------------------------------------- */

static size_t number(const json_t *object, const char *name)
{
    return (size_t)json_number_value(json_object_get(object, name));
}

static void print_run(FILE *to, const json_t *root)
{
    static const char *const verdicts[] = {"pass",         "fail", "warn", "info",
                                           "inconclusive", "skip", "error"};
    const json_t *sums = json_object_get(root, "summary");
    const json_t *must = json_object_get(sums, "must"), *should = json_object_get(sums, "should");
    fprintf(to, "  MUST %3zu of %3zu  SHOULD %3zu of %3zu ", number(must, "met"),
            number(must, "of"), number(should, "met"), number(should, "of"));
    for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++)
        fprintf(to, " %4zu %s", number(sums, verdicts[i]), verdicts[i]);
    if (json_is_true(json_object_get(root, "interrupted")))
        fputs("  interrupted", to);
    fputs("\n", to);
}

static void print_sums(FILE *to, const struct matrix *m)
{
    int width = longest_name(m);
    for (size_t s = 0; s < m->server_count; s++)
        for (size_t r = 0; r < m->servers[s].run_count; r++) {
            fprintf(to, "%-*s", width, r == 0 ? m->servers[s].name : "");
            print_run(to, m->servers[s].runs[r]->root);
        }
}

/* ---- the table ------------------------------------------------------------------------------- */

static int longest_id(const struct matrix_table *table, bool differing)
{
    int longest = 0;
    for (size_t i = 0; i < table->count; i++)
        if ((!differing || table->rows[i].differs) && (int)strlen(table->rows[i].id) > longest)
            longest = (int)strlen(table->rows[i].id);
    return longest;
}

static const char *level_of(const struct matrix_row *row)
{
    if (row->about != NULL)
        return json_string_value(json_object_get(row->about, "level"));
    return row->clause == NULL ? "" : row->clause->level;
}

static void print_head(FILE *to, const struct matrix *m, int id_width, const char *what)
{
    fprintf(to, "\n%-*s  %-10s", id_width, what, "");
    for (size_t s = 0; s < m->server_count; s++)
        fprintf(to, "%*s%s", GAP + width_of(m->servers[s].name) - (int)strlen(m->servers[s].name),
                "", m->servers[s].name);
    fputs("\n", to);
}

static void print_row(FILE *to, const struct matrix *m, const struct matrix_row *row, int id_width)
{
    fprintf(to, "%-*s  %-10s", id_width, row->id, level_of(row));
    for (size_t s = 0; s < m->server_count; s++) {
        char text[16];
        snprintf(text, sizeof text, "%s%s", row->cells[s].changed ? "*" : "",
                 short_name(row->cells[s].verdict));
        fprintf(to, "%*s", GAP + width_of(m->servers[s].name), text);
    }
    fputs("\n", to);
}

static void print_table(FILE *to, const struct matrix *m, const struct matrix_table *table,
                        const char *what, bool differing)
{
    int width = longest_id(table, differing);
    size_t shown = 0;
    if (width < (int)strlen(what))
        width = (int)strlen(what);
    for (size_t i = 0; i < table->count; i++) {
        if (differing && !table->rows[i].differs)
            continue;
        if (shown++ == 0)
            print_head(to, m, width, what);
        print_row(to, m, &table->rows[i], width);
    }
    if (shown == 0)
        fprintf(to, "\n%s: %s\n", what, differing ? "no difference" : "none");
}

/* ---- repeated runs --------------------------------------------------------------------------- */

static void print_verdicts(FILE *to, const struct matrix_server *server, const char *id)
{
    for (size_t r = 0; r < server->run_count; r++) {
        const json_t *cases = json_object_get(server->runs[r]->root, "cases");
        const char *verdict = "not run";
        for (size_t i = 0; i < json_array_size(cases); i++) {
            const json_t *item = json_array_get(cases, i);
            if (strcmp(json_string_value(json_object_get(item, "id")), id) == 0)
                verdict = json_string_value(json_object_get(item, "verdict"));
        }
        fprintf(to, "%s%s", r == 0 ? "  " : ", ", verdict);
    }
}

static void print_changes_in(FILE *to, const struct matrix *m, const struct matrix_table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        for (size_t s = 0; s < m->server_count; s++) {
            const struct matrix_cell *cell = &table->rows[i].cells[s];
            if (!cell->changed)
                continue;
            fprintf(to, "  %s: %s", m->servers[s].name, table->rows[i].id);
            if (table == &m->rules)
                fprintf(to, "  broken in %zu of %zu runs", cell->runs, m->servers[s].run_count);
            else
                print_verdicts(to, &m->servers[s], table->rows[i].id);
            fputs("\n", to);
        }
    }
}

static void print_changes(FILE *to, const struct matrix *m)
{
    size_t changes = matrix_changes(m);
    if (m->run_count == m->server_count)
        return;
    if (changes == 0) {
        fputs("\nThe same verdicts in all runs of a server.\n", to);
        return;
    }
    fprintf(to, "\n%zu verdict%s not the same in all runs of a server:\n", changes,
            changes == 1 ? " was" : "s were");
    print_changes_in(to, m, &m->cases);
    print_changes_in(to, m, &m->rules);
}

static void print_judged(FILE *to, const struct matrix *m)
{
    size_t unjudged;
    size_t failures = matrix_failures(m, &unjudged);
    if (m->judgements != NULL)
        fprintf(to, "\n%zu failure%s, %zu without a judgement\n", failures,
                failures == 1 ? "" : "s", unjudged);
}

void matrix_text(FILE *to, const struct matrix *m, enum matrix_rows rows, bool differing)
{
    print_sums(to, m);
    if (rows == MATRIX_REQUIREMENTS)
        print_table(to, m, &m->requirements, "requirements", differing);
    else
        print_table(to, m, &m->cases, "cases", differing);
    print_table(to, m, &m->rules, "rules of the observer that were broken", differing);
    print_judged(to, m);
    print_changes(to, m);
}
