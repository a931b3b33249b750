/*
 * NAME
 *     matrix_json.c: the matrix for programs, and as a page
 *
 * DESCRIPTION
 *     smtpspec-matrix.schema.json says what it holds. The page has the evidence of what did not
 *     pass besides, and the clauses.
 */
#include <stdlib.h>
#include <string.h>

#include "report/escape.h"
#include "report/matrix.h"
#include "report/page.h"

#define SCHEMA "smtpspec-matrix/1"

static json_t *clean(const char *text)
{
    char *copy = escape_text(text);
    json_t *value = copy == NULL ? NULL : json_string(copy);
    free(copy);
    return value;
}

/* Writes it and drops it; NULL, from a lack of memory, is passed on as false. */
static bool put(FILE *to, json_t *value)
{
    enum { DIGITS = 15 };
    bool ok =
        value != NULL &&
        json_dumpf(value, to, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(DIGITS)) == 0;
    json_decref(value);
    return ok;
}

/* ---- servers --------------------------------------------------------------------------------- */

/* A number that was read as a real, as the whole one that it is. */
static json_t *whole(const json_t *object, const char *name)
{
    return json_integer((json_int_t)json_number_value(json_object_get(object, name)));
}

static json_t *met(const json_t *sums, const char *name)
{
    const json_t *of = json_object_get(sums, name);
    return json_pack("{so so}", "met", whole(of, "met"), "of", whole(of, "of"));
}

static json_t *summary(const json_t *root)
{
    const json_t *sums = json_object_get(root, "summary");
    return json_pack("{so so so so so so so so so}", "pass", whole(sums, "pass"), "fail",
                     whole(sums, "fail"), "warn", whole(sums, "warn"), "info", whole(sums, "info"),
                     "inconclusive", whole(sums, "inconclusive"), "skip", whole(sums, "skip"),
                     "error", whole(sums, "error"), "must", met(sums, "must"), "should",
                     met(sums, "should"));
}

static json_t *run_value(const struct results *run)
{
    const json_t *root = run->root, *target = json_object_get(root, "target");
    return json_pack(
        "{so sO sO sO sO sO sO sO sO sO so so}", "file", clean(run->file), "tool",
        json_object_get(root, "tool"), "url", json_object_get(target, "url"), "tls",
        json_object_get(target, "tls"), "tls_version", json_object_get(target, "tls_version"),
        "profile", json_object_get(target, "profile"), "greeting",
        json_object_get(target, "greeting"), "started", json_object_get(root, "started"), "seconds",
        json_object_get(root, "seconds"), "interrupted", json_object_get(root, "interrupted"),
        "exit", whole(root, "exit"), "summary", summary(root));
}

static json_t *server_value(const struct matrix_server *server)
{
    json_t *runs = json_array();
    for (size_t r = 0; r < server->run_count; r++) {
        if (json_array_append_new(runs, run_value(server->runs[r])) != 0) {
            json_decref(runs);
            return NULL;
        }
    }
    return json_pack("{so so}", "name", clean(server->name), "runs", runs);
}

static bool put_servers(FILE *to, const struct matrix *m)
{
    fputs("\"servers\": [", to);
    for (size_t s = 0; s < m->server_count; s++) {
        fputs(s == 0 ? "\n" : ",\n", to);
        if (!put(to, server_value(&m->servers[s])))
            return false;
    }
    fputs("]", to);
    return true;
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* Where the runs of a server did not agree; NULL: no memory. */
static json_t *changed_value(const struct matrix *m, const struct matrix_row *row)
{
    json_t *list = json_array();
    for (size_t s = 0; s < m->server_count; s++)
        if (row->cells[s].changed && json_array_append_new(list, clean(m->servers[s].name)) != 0)
            goto no_memory;
    return list;
no_memory:
    json_decref(list);
    return NULL;
}

static json_t *cells_value(const struct matrix *m, const struct matrix_row *row)
{
    json_t *list = json_array();
    for (size_t s = 0; s < m->server_count; s++) {
        if (json_array_append_new(list, json_string(matrix_verdict_name(row->cells[s].verdict))) !=
            0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

static json_t *about_value(const struct matrix_row *row)
{
    const struct ledger_row *clause = row->clause;
    if (row->about != NULL && json_object_get(row->about, "title") != NULL)
        return json_pack("{sO sO sO}", "title", json_object_get(row->about, "title"), "level",
                         json_object_get(row->about, "level"), "req",
                         json_object_get(row->about, "req"));
    if (row->about != NULL)
        return json_pack("{sO sO sO}", "why", json_object_get(row->about, "why"), "level",
                         json_object_get(row->about, "level"), "req",
                         json_object_get(row->about, "req"));
    if (clause == NULL)
        return json_object();
    return json_pack("{sI ss ss so}", "rfc", (json_int_t)clause->rfc, "section", clause->section,
                     "level", clause->level, "text", clean(clause->text));
}

static json_t *row_value(const struct matrix *m, const struct matrix_row *row)
{
    json_t *value = json_pack("{ss sb so so}", "id", row->id, "differs", (int)row->differs, "cells",
                              cells_value(m, row), "changed", changed_value(m, row));
    json_t *about = about_value(row);
    if (value == NULL || about == NULL || json_object_update(value, about) != 0) {
        json_decref(value);
        value = NULL;
    }
    json_decref(about);
    return value;
}

static bool put_rows(FILE *to, const struct matrix *m, const char *name,
                     const struct matrix_table *table)
{
    fprintf(to, ",\n\"%s\": [", name);
    for (size_t i = 0; i < table->count; i++) {
        fputs(i == 0 ? "\n" : ",\n", to);
        if (!put(to, row_value(m, &table->rows[i])))
            return false;
    }
    fputs("]", to);
    return true;
}

/* ---- judgements ------------------------------------------------------------------------------ */

static json_t *judgement_value(const char *server, const char *id, const struct judgement *j)
{
    return json_pack("{so so so so so}", "server", clean(server), "id", clean(id), "judgement",
                     clean(j->judgement), "clause", clean(j->clause), "remark", clean(j->remark));
}

/* Those of a row's failures; *between stands before the next one. */
static bool put_judgements_of(FILE *to, const struct matrix *m, const struct matrix_row *row,
                              const char **between)
{
    for (size_t s = 0; s < m->server_count; s++) {
        const char *server = m->servers[s].name;
        const struct judgement *j = judgements_find(m->judgements, server, row->id);
        if (j == NULL || row->cells[s].verdict != MATRIX_FAIL)
            continue;
        fputs(*between, to);
        *between = ",\n";
        if (!put(to, judgement_value(server, row->id, j)))
            return false;
    }
    return true;
}

static bool put_judgements(FILE *to, const struct matrix *m)
{
    const char *between = "\n";
    bool ok = true;
    fputs(",\n\"judgements\": [", to);
    for (size_t i = 0; ok && i < m->cases.count; i++)
        ok = put_judgements_of(to, m, &m->cases.rows[i], &between);
    for (size_t i = 0; ok && i < m->rules.count; i++)
        ok = put_judgements_of(to, m, &m->rules.rows[i], &between);
    fputs("]", to);
    return ok;
}

bool matrix_json(FILE *to, const struct matrix *m, const char *version)
{
    fprintf(to, "{ \"schema\": \"" SCHEMA "\", \"tool\": \"smtpspec %s\",\n", version);
    bool ok = put_servers(to, m) && put_rows(to, m, "requirements", &m->requirements) &&
              put_rows(to, m, "cases", &m->cases) && put_rows(to, m, "rules", &m->rules) &&
              (m->judgements == NULL || put_judgements(to, m));
    fputs(" }\n", to);
    return ok && fflush(to) == 0 && ferror(to) == 0;
}

/* ---- the page -------------------------------------------------------------------------------- */

struct content {
    const struct matrix *matrix;
    const char *version;
};

/* A pass or a skip is told by its verdict and why; all else with what was said. */
static json_t *evidence_value(const struct matrix_cell *cell)
{
    const json_t *why = json_object_get(cell->item, "why");
    if (cell->item == NULL)
        return json_null();
    if (cell->verdict == MATRIX_PASS || cell->verdict == MATRIX_SKIP)
        return json_pack("{sO}", "why", why);
    json_t *copy = json_copy(cell->item);
    if (copy != NULL && cell->verdict == MATRIX_INFO)
        json_object_del(copy, "transcript");
    return copy;
}

static bool put_evidence_of(FILE *to, const struct matrix *m, const struct matrix_row *row)
{
    if (!put(to, json_string(row->id)))
        return false;
    fputs(": [", to);
    for (size_t s = 0; s < m->server_count; s++) {
        fputs(s == 0 ? "" : ",\n", to);
        if (!put(to, evidence_value(&row->cells[s])))
            return false;
    }
    fputs("]", to);
    return true;
}

static bool put_evidence(FILE *to, const struct matrix *m, const char *name,
                         const struct matrix_table *table)
{
    fprintf(to, ",\n\"%s\": {", name);
    for (size_t i = 0; i < table->count; i++) {
        fputs(i == 0 ? "\n" : ",\n", to);
        if (!put_evidence_of(to, m, &table->rows[i]))
            return false;
    }
    fputs("}", to);
    return true;
}

static bool put_data(FILE *to, const void *arg)
{
    const struct content *content = arg;
    const struct matrix *m = content->matrix;
    fputs("{ \"matrix\": ", to);
    bool ok = matrix_json(to, m, content->version) &&
              put_evidence(to, m, "caseEvidence", &m->cases) &&
              put_evidence(to, m, "ruleEvidence", &m->rules);
    fputs(" }", to);
    return ok;
}

bool matrix_html(FILE *to, const struct matrix *matrix, const char *version)
{
    struct content content = {matrix, version};
    return page_write(to, &page_matrix, put_data, &content);
}
