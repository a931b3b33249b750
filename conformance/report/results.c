/*
 * NAME
 *     results.c: a JSON report, read back
 */
#include "report/results.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/escape.h"
#include "report/shape.h"

#define SCHEMA "smtpspec-report/1"

/* ---- REPORT, version 1 ----------------------------------------------------------------------- */

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define LEVELS WORDS("must", "should", "may", "info")

static const struct shape_field text_item[] = {{.name = "", .kind = SHAPE_TEXT}};
static const struct shape_field octets_item[] = {{.name = "", .kind = SHAPE_OCTETS}};

static const struct shape_field target_fields[] = {
    {.name = "url", .kind = SHAPE_TEXT},
    {.name = "role", .kind = SHAPE_WORD, .words = WORDS("server", "client")},
    {.name = "tls", .kind = SHAPE_WORD, .words = WORDS("none", "starttls", "implicit")},
    {.name = "greeting", .kind = SHAPE_OCTETS, .need = SHAPE_OR_NULL},
    {.name = "ehlo", .kind = SHAPE_LIST, .fields = octets_item},
    {.name = "ehlo_clear", .kind = SHAPE_LIST, .need = SHAPE_OR_NEITHER, .fields = octets_item},
    {.name = "tls_version", .kind = SHAPE_TEXT, .need = SHAPE_OR_NULL},
    {.name = "profile", .kind = SHAPE_TEXT, .need = SHAPE_OR_NULL},
    {.name = NULL},
};

static const struct shape_field met_fields[] = {
    {.name = "met", .kind = SHAPE_COUNT},
    {.name = "of", .kind = SHAPE_COUNT},
    {.name = NULL},
};

static const struct shape_field summary_fields[] = {
    {.name = "pass", .kind = SHAPE_COUNT},
    {.name = "fail", .kind = SHAPE_COUNT},
    {.name = "warn", .kind = SHAPE_COUNT},
    {.name = "info", .kind = SHAPE_COUNT},
    {.name = "inconclusive", .kind = SHAPE_COUNT},
    {.name = "skip", .kind = SHAPE_COUNT},
    {.name = "error", .kind = SHAPE_COUNT},
    {.name = "must", .kind = SHAPE_OBJECT, .fields = met_fields},
    {.name = "should", .kind = SHAPE_OBJECT, .fields = met_fields},
    {.name = NULL},
};

static const struct shape_field said_fields[] = {
    {.name = "ms", .kind = SHAPE_NUMBER},
    {.name = "conn", .kind = SHAPE_COUNT},
    {.name = "from", .kind = SHAPE_WORD, .words = WORDS("C", "S")},
    {.name = "tls", .kind = SHAPE_FLAG},
    {.name = "bytes", .kind = SHAPE_OCTETS},
    {.name = NULL},
};
static const struct shape_field said_item[] = {
    {.name = "", .kind = SHAPE_OBJECT, .fields = said_fields}};

static const struct shape_field case_fields[] = {
    {.name = "id", .kind = SHAPE_TEXT},
    {.name = "title", .kind = SHAPE_TEXT},
    {.name = "verdict",
     .kind = SHAPE_WORD,
     .words = WORDS("pass", "fail", "warn", "info", "inconclusive", "skip", "error")},
    {.name = "level", .kind = SHAPE_WORD, .words = LEVELS},
    {.name = "req", .kind = SHAPE_LIST, .fields = text_item},
    {.name = "why", .kind = SHAPE_TEXT},
    {.name = "file", .kind = SHAPE_TEXT, .need = SHAPE_OR_MISSING},
    {.name = "line", .kind = SHAPE_COUNT},
    {.name = "ms", .kind = SHAPE_NUMBER},
    {.name = "effect", .kind = SHAPE_WORD, .words = WORDS("none", "mail", "load", "hostile")},
    {.name = "tags", .kind = SHAPE_LIST, .fields = text_item},
    {.name = "cite", .kind = SHAPE_LIST, .need = SHAPE_OR_MISSING, .fields = text_item},
    {.name = "expected", .kind = SHAPE_TEXT},
    {.name = "received", .kind = SHAPE_OCTETS},
    {.name = "expectation",
     .kind = SHAPE_WORD,
     .words = WORDS("as-expected", "unexpected", "baseline")},
    {.name = "disputed", .kind = SHAPE_TEXT, .need = SHAPE_OR_MISSING},
    {.name = "known", .kind = SHAPE_TEXT, .need = SHAPE_OR_MISSING},
    {.name = "attempts", .kind = SHAPE_COUNT, .need = SHAPE_OR_MISSING},
    {.name = "again", .kind = SHAPE_TEXT},
    {.name = "transcript", .kind = SHAPE_LIST, .need = SHAPE_OR_MISSING, .fields = said_item},
    {.name = NULL},
};
static const struct shape_field case_item[] = {
    {.name = "", .kind = SHAPE_OBJECT, .fields = case_fields}};

static const struct shape_field finding_fields[] = {
    {.name = "rule", .kind = SHAPE_TEXT},
    {.name = "req", .kind = SHAPE_LIST, .fields = text_item},
    {.name = "level", .kind = SHAPE_WORD, .words = LEVELS},
    {.name = "verdict", .kind = SHAPE_WORD, .words = WORDS("fail", "warn", "info")},
    {.name = "side", .kind = SHAPE_WORD, .words = WORDS("server", "client")},
    {.name = "case", .kind = SHAPE_TEXT},
    {.name = "count", .kind = SHAPE_COUNT},
    {.name = "why", .kind = SHAPE_TEXT},
    {.name = "bytes", .kind = SHAPE_OCTETS},
    {.name = "known", .kind = SHAPE_TEXT, .need = SHAPE_OR_MISSING},
    {.name = NULL},
};
static const struct shape_field finding_item[] = {
    {.name = "", .kind = SHAPE_OBJECT, .fields = finding_fields}};

static const struct shape_field report_fields[] = {
    {.name = "tool", .kind = SHAPE_TEXT},
    {.name = "target", .kind = SHAPE_OBJECT, .fields = target_fields},
    {.name = "started", .kind = SHAPE_TEXT},
    {.name = "seconds", .kind = SHAPE_NUMBER},
    {.name = "seed", .kind = SHAPE_WIDE},
    {.name = "interrupted", .kind = SHAPE_FLAG},
    {.name = "not_run", .kind = SHAPE_COUNT, .need = SHAPE_OR_MISSING},
    {.name = "summary", .kind = SHAPE_OBJECT, .fields = summary_fields},
    {.name = "exit", .kind = SHAPE_COUNT},
    {.name = "cases", .kind = SHAPE_LIST, .fields = case_item},
    {.name = "findings", .kind = SHAPE_LIST, .fields = finding_item},
    {.name = NULL},
};

/* ---- the whole ------------------------------------------------------------------------------- */

static bool check_schema(const struct shape_place *at, const json_t *root)
{
    char what[128];
    const char *schema = json_string_value(json_object_get(root, "schema"));
    if (schema == NULL)
        return shape_fault(at, "is no report of smtpspec: it has no schema");
    if (strcmp(schema, SCHEMA) == 0)
        return true;
    char *clean = escape_text(schema);
    snprintf(what, sizeof what, "schema is %.60s, and this program reads " SCHEMA,
             clean == NULL ? "another" : clean);
    free(clean);
    return shape_fault(at, what);
}

/* Twice the same case: one of the two would be left out in silence. */
static bool check_ids(struct shape_place *at, const json_t *root)
{
    const json_t *cases = json_object_get(root, "cases");
    json_t *seen = json_object();
    bool ok = true;
    for (size_t i = 0; ok && i < json_array_size(cases); i++) {
        const char *id = json_string_value(json_object_get(json_array_get(cases, i), "id"));
        snprintf(at->path, sizeof at->path, "cases[%zu].id", i);
        if (json_object_get(seen, id) != NULL)
            ok = shape_fault(at, "is there twice");
        else if (json_object_set_new(seen, id, json_true()) != 0)
            ok = shape_fault(at, "no memory");
    }
    json_decref(seen);
    return ok;
}

static json_t *parse(const char *file, smtp_span text, char *why, size_t size)
{
    json_error_t error;
    json_t *root = json_loadb(text.n == 0 ? "" : text.p, text.n,
                              JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, &error);
    if (root != NULL)
        return root;
    char *clean = escape_text(error.text); /* it can quote the file */
    snprintf(why, size, "%s:%d:%d: %s", file, error.line, error.column,
             clean == NULL ? "no JSON" : clean);
    free(clean);
    return NULL;
}

struct results *results_parse(const char *file, smtp_span text, char *why, size_t size)
{
    struct shape_place at = {.file = file, .why = why, .size = size};
    json_t *root = parse(file, text, why, size);
    if (root == NULL)
        return NULL;
    if (!check_schema(&at, root) || !shape_check(&at, root, report_fields) ||
        !check_ids(&at, root)) {
        json_decref(root);
        return NULL;
    }
    struct results *results = malloc(sizeof *results);
    char *name = strdup(file);
    if (results == NULL || name == NULL) {
        shape_fault(&at, "no memory");
        json_decref(root);
        free(results);
        free(name);
        return NULL;
    }
    *results = (struct results){name, root};
    return results;
}

/* All of it, or a little more than may be; NULL: an error, or no memory. */
static char *read_all(FILE *f, size_t *size)
{
    size_t room = 1 << 16, n = 0, got = 1;
    char *text = malloc(room);
    while (text != NULL && got > 0 && n <= RESULTS_MOST) {
        if (n == room) {
            char *more = realloc(text, room *= 2);
            if (more == NULL)
                break;
            text = more;
        }
        got = fread(text + n, 1, room - n, f);
        n += got;
    }
    if (text == NULL || ferror(f) != 0 || (got > 0 && n <= RESULTS_MOST)) {
        free(text);
        return NULL;
    }
    *size = n;
    return text;
}

struct results *results_read(const char *file, char *why, size_t size)
{
    struct results *results = NULL;
    size_t n = 0;
    errno = 0;
    FILE *f = fopen(file, "rb");
    char *text = f == NULL ? NULL : read_all(f, &n);
    if (text == NULL)
        snprintf(why, size, "%s: %s", file, errno != 0 ? strerror(errno) : "no memory");
    else if (n > RESULTS_MOST)
        snprintf(why, size, "%s: more than %d MiB: no report is that large", file,
                 RESULTS_MOST >> 20);
    else
        results = results_parse(file, (smtp_span){text, n}, why, size);
    free(text);
    if (f != NULL)
        fclose(f);
    return results;
}

void results_free(struct results *results)
{
    if (results == NULL)
        return;
    json_decref(results->root);
    free(results->file);
    free(results);
}
