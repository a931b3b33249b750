/*
 * NAME
 *     results.c: the reader of result files, and the matrix of them
 *
 * DESCRIPTION
 *     Input: the octets of a file. Oracles:
 *
 *       refused-well       what is refused is told in one printable sentence that names the file
 *       read-again         what is read is what stands in the file, and written again it reads the same
 *       same-no-difference of a report beside itself no row differs, as another run of the same
 *                          server nothing has changed, and twice the failures are counted
 *       matrix-json        the matrix for programs is JSON, has each row once, and the report's sums
 *       text-clean         no text that is shown to people holds a control, and neither does the matrix
 *                          for a terminal
 *       page-closed        JSON in a page ends no script and begins no comment, and means the same
 */
#include <string.h>

#include "fuzz.h"
#include "report/matrix.h"
#include "report/page.h"

enum { MOST = 65536 };

struct written {
    char *octets;
    size_t n;
};

/* ---- refused --------------------------------------------------------------------------------- */

static void check_refusal(const char *why, size_t size)
{
    size_t n = strnlen(why, size);
    FUZZ_CHECK(n < size && strncmp(why, "dir/a.json:", 11) == 0, "refused-well", "%.80s", why);
    for (size_t i = 0; i < n; i++)
        FUZZ_CHECK((unsigned char)why[i] >= ' ' && why[i] != 0x7f, "refused-well", "octet %d in %s",
                   why[i], why);
}

/* ---- written --------------------------------------------------------------------------------- */

static FILE *begin(struct written *w)
{
    FILE *to = open_memstream(&w->octets, &w->n);
    if (to == NULL)
        abort();
    return to;
}

static void check_again(const struct results *r, smtp_span file)
{
    char why[256];
    json_t *plain = json_loadb(file.p, file.n, JSON_DECODE_INT_AS_REAL, NULL);
    FUZZ_CHECK(json_equal(plain, r->root) == 1, "read-again", "not what the file says");
    json_decref(plain);
    char *text = json_dumps(r->root, JSON_COMPACT);
    FUZZ_CHECK(text != NULL, "read-again", "it cannot be written");
    struct results *again = results_parse("b.json", smtp_span_of(text), why, sizeof why);
    FUZZ_CHECK(again != NULL, "read-again", "%s", why);
    FUZZ_CHECK(json_equal(again->root, r->root) == 1, "read-again", "another value");
    results_free(again);
    free(text);
}

/* The first control of a text, in octets of UTF-8; its length: none. C1 among them, which terminals obey too. */
static size_t find_control(smtp_span s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool c1 = c == 0xc2 && i + 1 < s.n && (unsigned char)s.p[i + 1] < 0xa0;
        if (c < ' ' || c == 0x7f || c1)
            return i;
    }
    return s.n;
}

/* Those members of an object that are texts for people; items of a list, too. */
static void check_members(const json_t *object, const char *const *names)
{
    for (; *names != NULL; names++) {
        const json_t *value = json_object_get(object, *names);
        size_t items = json_is_array(value) ? json_array_size(value) : 1;
        for (size_t i = 0; i < items; i++) {
            const json_t *item = json_is_array(value) ? json_array_get(value, i) : value;
            smtp_span text = smtp_span_of(json_is_string(item) ? json_string_value(item) : "");
            FUZZ_CHECK(find_control(text) == text.n, "text-clean", "%s has controls", *names);
        }
    }
}

static void check_rows_clean(const json_t *rows, const char *const *names)
{
    for (size_t i = 0; i < json_array_size(rows); i++)
        check_members(json_array_get(rows, i), names);
}

static void check_clean(const json_t *root)
{
    static const char *const of_root[] = {"tool", "started", NULL},
                             *const of_target[] = {"url", "greeting", "ehlo", "profile", NULL},
                             *const of_case[] = {"id",       "title", "req",  "why",   "file",
                                                 "expected", "tags",  "cite", "again", NULL},
                             *const of_finding[] = {"rule", "req", "case", "why", "bytes", NULL};
    check_members(root, of_root);
    check_members(json_object_get(root, "target"), of_target);
    check_rows_clean(json_object_get(root, "cases"), of_case);
    check_rows_clean(json_object_get(root, "findings"), of_finding);
}

static void check_text(const struct matrix *m)
{
    struct written w;
    FILE *to = begin(&w);
    matrix_text(to, m, MATRIX_CASES, false);
    matrix_text(to, m, MATRIX_REQUIREMENTS, true);
    fclose(to);
    for (size_t at = 0, n; at < w.n; at += n + 1) { /* line by line */
        smtp_span rest = {w.octets + at, w.n - at};
        n = find_control(rest);
        FUZZ_CHECK(n == rest.n || rest.p[n] == '\n', "text-clean", "octet %d", rest.p[n]);
    }
    free(w.octets);
}

/* ---- the matrix for programs ----------------------------------------------------------------- */

static void check_rows(const json_t *rows)
{
    json_t *seen = json_object();
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        const char *id = json_string_value(json_object_get(row, "id"));
        FUZZ_CHECK(id != NULL && json_object_get(seen, id) == NULL, "matrix-json",
                   "%s is there twice", id == NULL ? "no id" : id);
        FUZZ_CHECK(json_is_false(json_object_get(row, "differs")), "same-no-difference", "%s", id);
        json_object_set_new(seen, id, json_true());
    }
    json_decref(seen);
}

static void check_sums(const json_t *run, const json_t *report)
{
    const char *name;
    json_t *value;
    json_t *sums = json_object_get(run, "summary");
    const json_t *wanted = json_object_get(report, "summary");
    FUZZ_CHECK(sums != NULL, "matrix-json", "no summary");
    json_object_foreach(sums, name, value) if (json_is_number(value))
        FUZZ_CHECK(json_number_value(value) == json_number_value(json_object_get(wanted, name)),
                   "matrix-json", "summary.%s", name);
}

/* As page.h says, and the same value. */
static void check_page(smtp_span json)
{
    struct written w;
    FILE *to = begin(&w);
    page_put_json(to, json);
    fclose(to);
    for (size_t i = 0; i < w.n; i++)
        FUZZ_CHECK(strchr("<>&", w.octets[i]) == NULL, "page-closed", "%c at %zu", w.octets[i], i);
    json_t *plain = json_loadb(json.p, json.n, 0, NULL),
           *in_page = json_loadb(w.octets, w.n, 0, NULL);
    FUZZ_CHECK(json_equal(plain, in_page) == 1, "page-closed", "another value");
    json_decref(plain);
    json_decref(in_page);
    free(w.octets);
}

static void check_json(const struct matrix *m, const struct results *r)
{
    static const char *const tables[] = {"requirements", "cases", "rules"};
    struct written w;
    json_error_t error;
    FILE *to = begin(&w);
    FUZZ_CHECK(matrix_json(to, m, "0"), "matrix-json", "it cannot be written");
    fclose(to);
    json_t *out = json_loadb(w.octets, w.n, JSON_REJECT_DUPLICATES, &error);
    FUZZ_CHECK(out != NULL, "matrix-json", "%d:%d: %s", error.line, error.column, error.text);
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        check_rows(json_object_get(out, tables[i]));
    const json_t *server = json_array_get(json_object_get(out, "servers"), 0);
    check_sums(json_array_get(json_object_get(server, "runs"), 0), r->root);
    json_decref(out);
    check_page((smtp_span){w.octets, w.n});
    free(w.octets);
}

/* ---- the whole ------------------------------------------------------------------------------- */

/* The same report under two names; `name` says whether they are runs of one server. */
static size_t failures_of(const struct results *r, const char *name, size_t servers)
{
    char second[16];
    snprintf(second, sizeof second, "%s", name);
    struct results other = {second, r->root};
    struct results *both[] = {(struct results[]){*r}, &other};
    size_t unjudged;
    struct matrix *m = matrix_new(both, 2, NULL);
    if (m == NULL)
        abort();
    FUZZ_CHECK(m->server_count == servers, "same-no-difference", "%zu servers", m->server_count);
    FUZZ_CHECK(matrix_changes(m) == 0, "same-no-difference", "%zu changed", matrix_changes(m));
    size_t failures = matrix_failures(m, &unjudged);
    check_text(m);
    check_json(m, r);
    matrix_free(m);
    return failures;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > MOST)
        return 0;
    char why[256] = "";
    smtp_span text = {(const char *)data, size};
    struct results *r = results_parse("dir/a.json", text, why, sizeof why);
    if (r == NULL) {
        check_refusal(why, sizeof why);
        return 0;
    }
    check_again(r, text);
    check_clean(r->root);
    size_t one = failures_of(r, "a.2.json", 1), two = failures_of(r, "b.json", 2);
    FUZZ_CHECK(two == 2 * one, "same-no-difference", "%zu failures, and %zu of one", two, one);
    results_free(r);
    return 0;
}
