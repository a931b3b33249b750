/*
 * NAME
 *     matrix.c: many servers beside one another
 */
#include "report/matrix.h"

#include <stdlib.h>
#include <string.h>

const char *matrix_verdict_name(enum matrix_verdict verdict)
{
    static const char *const names[] = {
        [MATRIX_NONE] = "none",
        [MATRIX_PASS] = "pass",
        [MATRIX_INFO] = "info",
        [MATRIX_SKIP] = "skip",
        [MATRIX_INCONCLUSIVE] = "inconclusive",
        [MATRIX_DISPUTED] = "disputed",
        [MATRIX_WARN] = "warn",
        [MATRIX_ERROR] = "error",
        [MATRIX_FAIL] = "fail",
    };
    return names[verdict];
}

static const char *word(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

/* Of a case or a finding; results.h has seen to the words. */
static enum matrix_verdict verdict_of(const json_t *item)
{
    enum matrix_verdict verdict = MATRIX_PASS;
    while (verdict < MATRIX_FAIL &&
           strcmp(matrix_verdict_name(verdict), word(item, "verdict")) != 0)
        verdict++;
    bool disputed = json_object_get(item, "disputed") != NULL;
    return verdict == MATRIX_FAIL && disputed ? MATRIX_DISPUTED : verdict;
}

/* ---- servers --------------------------------------------------------------------------------- */

/* "postfix" of "results/postfix.2.json". */
static smtp_span server_name(const char *file)
{
    const char *slash = strrchr(file, '/');
    const char *name = slash == NULL ? file : slash + 1;
    size_t n = strcspn(name, ".");
    return (smtp_span){name, n > 0 ? n : strlen(name)};
}

/* The server of that name, or a new one; NULL: no memory. There is room for one a result. */
static struct matrix_server *find_server(struct matrix *m, smtp_span name, size_t most)
{
    for (size_t i = 0; i < m->server_count; i++)
        if (smtp_span_is(smtp_span_of(m->servers[i].name), name))
            return &m->servers[i];
    struct matrix_server *server = &m->servers[m->server_count];
    server->name = strndup(name.p, name.n);
    server->runs = calloc(most, sizeof(const struct results *));
    m->server_count++;
    return server->name != NULL && server->runs != NULL ? server : NULL;
}

static bool collect_servers(struct matrix *m, struct results *const *results, size_t count)
{
    m->servers = calloc(count + 1, sizeof *m->servers);
    if (m->servers == NULL)
        return false;
    m->run_count = count;
    for (size_t i = 0; i < count; i++) {
        struct matrix_server *server = find_server(m, server_name(results[i]->file), count);
        if (server == NULL)
            return false;
        server->runs[server->run_count++] = results[i];
    }
    return true;
}

/* ---- rows ------------------------------------------------------------------------------------ */

static struct matrix_row *new_row(const struct matrix *m, struct matrix_table *table,
                                  const char *id)
{
    if (table->count == table->room) {
        size_t room = table->room == 0 ? 256 : 2 * table->room;
        struct matrix_row *rows = realloc(table->rows, room * sizeof *rows);
        if (rows == NULL)
            return NULL;
        table->rows = rows;
        table->room = room;
    }
    struct matrix_row *row = &table->rows[table->count];
    *row = (struct matrix_row){.id = id, .cells = calloc(m->server_count, sizeof *row->cells)};
    if (row->cells == NULL)
        return NULL;
    table->count++;
    return row;
}

/* NULL: no memory. Good until the next row is made. */
static struct matrix_row *find_row(const struct matrix *m, struct matrix_table *table,
                                   const char *id)
{
    const json_t *at = json_object_get(table->index, id);
    if (at != NULL)
        return &table->rows[json_integer_value(at)];
    if (json_object_set_new(table->index, id, json_integer((json_int_t)table->count)) != 0)
        return NULL;
    return new_row(m, table, id);
}

/* One more run of the same server. */
static void join(struct matrix_cell *cell, enum matrix_verdict verdict, json_t *item)
{
    if (cell->verdict != MATRIX_NONE && cell->verdict != verdict)
        cell->changed = true;
    if (verdict > cell->verdict) {
        cell->verdict = verdict;
        cell->item = item;
    }
}

/* ---- cases and rules ------------------------------------------------------------------------- */

static bool take_cases(struct matrix *m, size_t server, const json_t *root)
{
    const json_t *cases = json_object_get(root, "cases");
    for (size_t i = 0; i < json_array_size(cases); i++) {
        json_t *item = json_array_get(cases, i);
        struct matrix_row *row = find_row(m, &m->cases, word(item, "id"));
        if (row == NULL)
            return false;
        if (row->about == NULL)
            row->about = item;
        join(&row->cells[server], verdict_of(item), item);
    }
    return true;
}

/* A rule can be broken in many cases of a run; that is no change. */
static void take_finding(struct matrix_cell *cell, json_t *finding, size_t run)
{
    enum matrix_verdict verdict = verdict_of(finding);
    cell->runs += cell->last != run;
    cell->last = run;
    if (verdict <= cell->verdict)
        return;
    cell->verdict = verdict;
    cell->item = finding;
}

static bool take_findings(struct matrix *m, size_t server, size_t run, const json_t *root)
{
    const json_t *findings = json_object_get(root, "findings");
    const char *role = word(json_object_get(root, "target"), "role");
    for (size_t i = 0; i < json_array_size(findings); i++) {
        json_t *finding = json_array_get(findings, i);
        if (strcmp(word(finding, "side"), role) != 0)
            continue;
        struct matrix_row *row = find_row(m, &m->rules, word(finding, "rule"));
        if (row == NULL)
            return false;
        if (row->about == NULL)
            row->about = finding;
        take_finding(&row->cells[server], finding, run);
    }
    return true;
}

static bool take_runs(struct matrix *m)
{
    for (size_t s = 0; s < m->server_count; s++)
        for (size_t r = 0; r < m->servers[s].run_count; r++)
            if (!take_cases(m, s, m->servers[s].runs[r]->root) ||
                !take_findings(m, s, r + 1, m->servers[s].runs[r]->root))
                return false;
    return true;
}

static bool has_talked(const struct matrix_server *server)
{
    static const char *const concluded[] = {"pass", "fail", "warn", "info"};
    for (size_t r = 0; r < server->run_count; r++) {
        const json_t *sums = json_object_get(server->runs[r]->root, "summary");
        for (size_t i = 0; i < sizeof concluded / sizeof *concluded; i++)
            if (json_number_value(json_object_get(sums, concluded[i])) > 0)
                return true;
    }
    return false;
}

/* What was not broken was kept, by whoever said anything. */
static void settle_rules(struct matrix *m)
{
    for (size_t i = 0; i < m->rules.count; i++) {
        for (size_t s = 0; s < m->server_count; s++) {
            struct matrix_cell *cell = &m->rules.rows[i].cells[s];
            if (cell->runs == 0 && has_talked(&m->servers[s]))
                cell->verdict = MATRIX_PASS;
            cell->changed = cell->runs > 0 && cell->runs < m->servers[s].run_count;
        }
    }
}

/* ---- requirements ---------------------------------------------------------------------------- */

/* What one case says of a requirement counts before what another does not say. */
static unsigned weight(enum matrix_verdict verdict)
{
    static const unsigned char weights[] = {
        [MATRIX_NONE] = 0,     [MATRIX_SKIP] = 1,         [MATRIX_ERROR] = 2,
        [MATRIX_DISPUTED] = 3, [MATRIX_INCONCLUSIVE] = 4, [MATRIX_PASS] = 5,
        [MATRIX_INFO] = 5,     [MATRIX_WARN] = 6,         [MATRIX_FAIL] = 7,
    };
    return weights[verdict];
}

static bool cite(struct matrix *m, const struct matrix_row *from)
{
    const json_t *req = json_object_get(from->about, "req");
    for (size_t i = 0; i < json_array_size(req); i++) {
        struct matrix_row *row =
            find_row(m, &m->requirements, json_string_value(json_array_get(req, i)));
        if (row == NULL)
            return false;
        for (size_t s = 0; s < m->server_count; s++) {
            struct matrix_cell *cell = &row->cells[s];
            const struct matrix_cell *other = &from->cells[s];
            cell->changed = cell->changed || other->changed;
            if (weight(other->verdict) > weight(cell->verdict))
                cell->verdict = other->verdict == MATRIX_INFO ? MATRIX_PASS : other->verdict;
        }
    }
    return true;
}

static bool cite_all(struct matrix *m, const struct matrix_table *table)
{
    for (size_t i = 0; i < table->count; i++)
        if (!cite(m, &table->rows[i]))
            return false;
    return true;
}

/* In the order of the ledger, those that it does not have behind them. */
static int compare(const void *left, const void *right)
{
    const struct matrix_row *a = left, *b = right;
    if (a->clause != NULL && b->clause != NULL)
        return (a->clause > b->clause) - (a->clause < b->clause);
    if (a->clause != NULL || b->clause != NULL)
        return a->clause != NULL ? -1 : 1;
    return strcmp(a->id, b->id);
}

static void sort_requirements(struct matrix *m)
{
    struct matrix_table *table = &m->requirements;
    for (size_t i = 0; i < table->count; i++)
        table->rows[i].clause =
            m->ledger == NULL ? NULL : ledger_find(m->ledger, table->rows[i].id);
    if (table->count > 0)
        qsort(table->rows, table->count, sizeof *table->rows, compare);
    json_object_clear(table->index); /* it names rows by where they stood */
}

/* ---- all of it ------------------------------------------------------------------------------- */

static bool is_concluded(enum matrix_verdict verdict)
{
    return verdict == MATRIX_PASS || verdict == MATRIX_INFO || verdict == MATRIX_WARN ||
           verdict == MATRIX_FAIL;
}

static void find_differences(const struct matrix *m, struct matrix_table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        struct matrix_row *row = &table->rows[i];
        enum matrix_verdict first = MATRIX_NONE;
        for (size_t s = 0; s < m->server_count; s++) {
            enum matrix_verdict verdict = row->cells[s].verdict;
            if (!is_concluded(verdict))
                continue;
            row->differs = row->differs || (first != MATRIX_NONE && verdict != first);
            first = verdict;
        }
    }
}

static bool fill(struct matrix *m, struct results *const *results, size_t count)
{
    enum { TABLES = 3 };
    struct matrix_table *tables[TABLES] = {&m->requirements, &m->cases, &m->rules};
    for (size_t i = 0; i < TABLES; i++)
        if ((tables[i]->index = json_object()) == NULL)
            return false;
    if (!collect_servers(m, results, count) || !take_runs(m))
        return false;
    settle_rules(m);
    if (!cite_all(m, &m->cases) || !cite_all(m, &m->rules))
        return false;
    sort_requirements(m);
    for (size_t i = 0; i < TABLES; i++)
        find_differences(m, tables[i]);
    return true;
}

struct matrix *matrix_new(struct results *const *results, size_t count, const struct ledger *ledger)
{
    struct matrix *m = calloc(1, sizeof *m);
    if (m == NULL)
        return NULL;
    m->ledger = ledger;
    if (fill(m, results, count))
        return m;
    matrix_free(m);
    return NULL;
}

static void free_table(struct matrix_table *table)
{
    for (size_t i = 0; i < table->count; i++)
        free(table->rows[i].cells);
    free(table->rows);
    json_decref(table->index);
}

void matrix_free(struct matrix *m)
{
    if (m == NULL)
        return;
    for (size_t i = 0; i < m->server_count; i++) {
        free(m->servers[i].name);
        free(m->servers[i].runs);
    }
    free(m->servers);
    free_table(&m->requirements);
    free_table(&m->cases);
    free_table(&m->rules);
    free(m);
}

size_t matrix_failures(const struct matrix *m, size_t *unjudged)
{
    const struct matrix_table *const tables[] = {&m->cases, &m->rules};
    size_t failures = 0;
    *unjudged = 0;
    for (size_t t = 0; t < 2; t++) {
        for (size_t i = 0; i < tables[t]->count; i++) {
            const struct matrix_row *row = &tables[t]->rows[i];
            for (size_t s = 0; s < m->server_count; s++) {
                bool failed = row->cells[s].verdict == MATRIX_FAIL;
                failures += failed;
                *unjudged +=
                    failed && judgements_find(m->judgements, m->servers[s].name, row->id) == NULL;
            }
        }
    }
    return failures;
}

static size_t changes_in(const struct matrix *m, const struct matrix_table *table)
{
    size_t n = 0;
    for (size_t i = 0; i < table->count; i++)
        for (size_t s = 0; s < m->server_count; s++)
            n += table->rows[i].cells[s].changed;
    return n;
}

size_t matrix_changes(const struct matrix *m)
{
    return changes_in(m, &m->cases) + changes_in(m, &m->rules);
}
