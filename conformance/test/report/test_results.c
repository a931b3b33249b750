#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check_main.h"
#include "guard.h"
#include "report/results.h"

static const char whole[] =
    "{ \"schema\": \"smtpspec-report/1\", \"tool\": \"smtpspec 0.1.0\",\n"
    "  \"target\": {\"url\": \"self\", \"role\": \"server\", \"tls\": \"none\", \"greeting\": "
    "null,\n"
    "    \"ehlo\": [\"SIZE 1\", \"\\\\x00\"], \"tls_version\": null, \"profile\": \"mx\"},\n"
    "  \"started\": \"2026-11-23T16:00:00Z\", \"seconds\": 7.4, \"seed\": 18446744073709551615,\n"
    "  \"interrupted\": false, \"summary\": {\"pass\": 1, \"fail\": 1, \"warn\": 0, \"info\": 0,\n"
    "    \"inconclusive\": 0, \"skip\": 0, \"error\": 0, \"must\": {\"met\": 1, \"of\": 2},\n"
    "    \"should\": {\"met\": 0, \"of\": 0}}, \"exit\": 1, \"cases\": [\n"
    "    {\"id\": \"a/b\", \"title\": \"t\", \"verdict\": \"fail\", \"level\": \"must\", \"req\": "
    "[\"R1\"],\n"
    "     \"why\": \"w\", \"line\": 14, \"ms\": 0.5, \"effect\": \"none\", \"tags\": [], "
    "\"expected\": \"e\",\n"
    "     \"received\": \"250\\\\r\\\\n\", \"expectation\": \"unexpected\", \"again\": \"x\", "
    "\"transcript\":\n"
    "      [{\"ms\": 0, \"conn\": 1, \"from\": \"S\", \"tls\": true, \"bytes\": "
    "\"220\\\\\\\\\"}]},\n"
    "    {\"id\": \"a/c\", \"title\": \"t\", \"verdict\": \"pass\", \"level\": \"may\", \"req\": "
    "[],\n"
    "     \"why\": \"\", \"line\": 0, \"ms\": 0, \"effect\": \"mail\", \"tags\": [\"z\"], "
    "\"expected\": \"\",\n"
    "     \"received\": \"\", \"expectation\": \"as-expected\", \"again\": \"x\"}],\n"
    "  \"findings\": [{\"rule\": \"r\", \"req\": [\"R2\"], \"level\": \"must\", \"verdict\": "
    "\"fail\",\n"
    "     \"side\": \"server\", \"case\": \"a/b\", \"count\": 1, \"why\": \"w\", \"bytes\": \"\"}] "
    "}\n";

/* The report with one place changed: its first `from` is `to`. REPORT, version 1, and its schema. */
static const struct {
    const char *from, *to, *why;
} refused[] = {
    {"\"smtpspec-report/1\"", "\"smtpspec-report/2\"",
     "r.json: schema is smtpspec-report/2, and this program reads smtpspec-report/1"},
    {"\"smtpspec-report/1\"", "\"\\u0007\"",
     "r.json: schema is \\x07, and this program reads smtpspec-report/1"},
    {"\"smtpspec-report/1\"", "1", "r.json: is no report of smtpspec: it has no schema"},
    {"\"schema\"", "\"scheme\"", "r.json: is no report of smtpspec: it has no schema"},
    {"\"tool\"", "\"tooll\"", "r.json: tool: is missing"},
    {"\"smtpspec 0.1.0\"", "null", "r.json: tool: is no string"},
    {"\"smtpspec 0.1.0\"", "\"\\u001b[2J\"", "r.json: tool: has controls in it"},
    {"\"smtpspec 0.1.0\"", "\"\\u009b2J\"", "r.json: tool: has controls in it"},
    {"\"role\": \"server\"", "\"role\": \"Server\"",
     "r.json: target.role: is none of the words that it can be"},
    {"\"greeting\": null", "\"greeting\": \"\\u00e9\"",
     "r.json: target.greeting: is not written as octets are"},
    {"\\\\x00", "\\\\x0", "r.json: target.ehlo[1]: is not written as octets are"},
    {"\\\\x00", "\\\\xA0", "r.json: target.ehlo[1]: is not written as octets are"},
    {"\\\\x00", "\\\\", "r.json: target.ehlo[1]: is not written as octets are"},
    {"\\\\x00", "\\\\q", "r.json: target.ehlo[1]: is not written as octets are"},
    {"[\"SIZE 1\", \"\\\\x00\"]", "{}", "r.json: target.ehlo: is no list"},
    {"\"profile\": \"mx\"", "\"profile\": 1", "r.json: target.profile: is no string"},
    {"\"seconds\": 7.4", "\"seconds\": -0.1",
     "r.json: seconds: is below zero or beyond all numbers"},
    {"\"seconds\": 7.4", "\"seconds\": \"7\"", "r.json: seconds: is no number"},
    {"\"interrupted\": false", "\"interrupted\": 0",
     "r.json: interrupted: is neither true nor false"},
    {"\"pass\": 1", "\"pass\": 1.5", "r.json: summary.pass: is no whole number"},
    {"\"pass\": 1", "\"pass\": 1e300", "r.json: summary.pass: is beyond all counts"},
    {"\"pass\": 1", "\"pass\": 9007199254740994", "r.json: summary.pass: is beyond all counts"},
    {"\"seed\": 18", "\"seed\": 98", "r.json: seed: is beyond all counts"},
    {"{\"met\": 1, \"of\": 2}", "[]", "r.json: summary.must: is no object"},
    {"\"of\": 2", "\"off\": 2", "r.json: summary.must.of: is missing"},
    {"\"verdict\": \"fail\"", "\"verdict\": \"failed\"",
     "r.json: cases[0].verdict: is none of the words that it can be"},
    {"[\"R1\"]", "[\"R1\", 2]", "r.json: cases[0].req[1]: is no string"},
    {"\"conn\": 1", "\"conn\": null", "r.json: cases[0].transcript[0].conn: is no number"},
    {"\"from\": \"S\"", "\"from\": \"s\"",
     "r.json: cases[0].transcript[0].from: is none of the words that it can be"},
    {"\"a/c\"", "\"a/b\"", "r.json: cases[1].id: is there twice"},
    {"\"side\": \"server\"", "\"side\": \"us\"",
     "r.json: findings[0].side: is none of the words that it can be"},
    {"\"seed\": 18", "\"seed\": 1, \"seed\": 18",
     "r.json:4:70: duplicate object key near '\"seed\"'"},
    {"\"exit\": 1", "\"exit\": 1e999", "r.json:7:49: real number overflow near '1e999'"},
    {"\"exit\": 1", "\"exit\": ", "r.json:7:45: unexpected token near ','"},
};

/* RFC 8259 4 and REPORT: "fields are added"; a reader passes over what it does not know. */
static const struct {
    const char *from, *to;
} taken[] = {
    {"\"exit\": 1", "\"exit\": 1"},
    {"\"exit\": 1", "\"exit\": 1, \"later\": [{}]"},
    {"\"greeting\": null", "\"greeting\": \"220 \\\\xff\""},
    {"\"profile\": \"mx\"", "\"profile\": null, \"ehlo_clear\": null"},
    {"\"profile\": \"mx\"", "\"profile\": null, \"ehlo_clear\": [\"STARTTLS\"]"},
    {"\"title\": \"t\"",
     "\"title\": \"\\u00fc \\u20ac\", \"file\": \"a/b.smtp\", \"cite\": [\"CVE-1\"]"},
    {"\"again\": \"x\"", "\"disputed\": \"why\", \"again\": \"x\""},
};

/* The caller frees. */
static char *changed(const char *from, const char *to)
{
    const char *at = strstr(whole, from);
    char *out = malloc(sizeof whole + strlen(to));
    ck_assert_ptr_nonnull(at);
    ck_assert_ptr_nonnull(out);
    memcpy(out, whole, (size_t)(at - whole));
    strcpy(out + (at - whole), to);
    strcat(out, at + strlen(from));
    return out;
}

static struct results *parse(const char *text, size_t n, char *why, size_t size)
{
    smtp_span in = guard_copy((smtp_span){text, n});
    why[0] = '\0';
    struct results *results = results_parse("r.json", in, why, size);
    guard_free(in);
    return results;
}

START_TEST(refuses)
{
    char why[256], *text = changed(refused[_i].from, refused[_i].to);
    ck_assert_ptr_null(parse(text, strlen(text), why, sizeof why));
    ck_assert_str_eq(why, refused[_i].why);
    free(text);
}
END_TEST

START_TEST(takes)
{
    char why[256], *text = changed(taken[_i].from, taken[_i].to);
    struct results *results = parse(text, strlen(text), why, sizeof why);
    ck_assert_str_eq(why, "");
    ck_assert_ptr_nonnull(results);
    ck_assert_str_eq(results->file, "r.json");
    ck_assert_uint_eq(json_array_size(json_object_get(results->root, "cases")), 2);
    results_free(results);
    free(text);
}
END_TEST

/* RFC 8259 2: a part of a value is none. */
START_TEST(cut_off_anywhere)
{
    char why[256];
    for (size_t n = 0; n < sizeof whole - 2; n++) { /* without its "}" */
        ck_assert_ptr_null(parse(whole, n, why, sizeof why));
        ck_assert_msg(strncmp(why, "r.json:", 7) == 0, "%zu: %s", n, why);
    }
}
END_TEST

static const struct {
    const char *text, *why;
} no_reports[] = {
    {"", "r.json:1:0: '[' or '{' expected near end of file"},
    {"null", "r.json:1:4: '[' or '{' expected near 'null'"},
    {"[]", "r.json: is no report of smtpspec: it has no schema"},
    {"\xff\xfe", "r.json:1:0: unable to decode byte 0xff"},
    {"{} {}", "r.json:1:4: end of file expected near '{'"},
    {"{\"schema\": \"\\u0000\"}",
     "r.json:1:19: \\u0000 is not allowed without JSON_ALLOW_NUL near '\"\\u0000\"'"},
};

START_TEST(no_report)
{
    char why[256];
    const char *text = no_reports[_i].text;
    ck_assert_ptr_null(parse(text, strlen(text), why, sizeof why));
    ck_assert_str_eq(why, no_reports[_i].why);
}
END_TEST

START_TEST(deeper_than_anything)
{
    enum { DEPTH = 1 << 20 };
    char why[256], *text = malloc(DEPTH);
    ck_assert_ptr_nonnull(text);
    memset(text, '[', DEPTH);
    ck_assert_ptr_null(parse(text, DEPTH, why, sizeof why));
    ck_assert_msg(strstr(why, "maximum parsing depth") != NULL, "%s", why);
    free(text);
}
END_TEST

START_TEST(larger_than_anything)
{
    char why[256], want[256], name[] = "/tmp/smtpspec-large-XXXXXX";
    int file = mkstemp(name);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(ftruncate(file, (off_t)100 << 20), 0);
    struct results *results = results_read(name, why, sizeof why);
    close(file);
    unlink(name);
    ck_assert_ptr_null(results);
    snprintf(want, sizeof want, "%s: more than 64 MiB: no report is that large", name);
    ck_assert_str_eq(why, want);
}
END_TEST

START_TEST(not_there)
{
    char why[256];
    ck_assert_ptr_null(results_read("/nonexistent/r.json", why, sizeof why));
    ck_assert_str_eq(why, "/nonexistent/r.json: No such file or directory");
    ck_assert_ptr_null(results_read("/", why, sizeof why));
    ck_assert_str_eq(why, "/: Is a directory");
    results_free(NULL);
}
END_TEST

static Suite *results_suite(void)
{
    Suite *suite = suite_create("report/results");
    TCase *tcase = tcase_create("results");
    tcase_add_loop_test(tcase, refuses, 0, sizeof refused / sizeof *refused);
    tcase_add_loop_test(tcase, takes, 0, sizeof taken / sizeof *taken);
    tcase_add_loop_test(tcase, no_report, 0, sizeof no_reports / sizeof *no_reports);
    tcase_add_test(tcase, cut_off_anywhere);
    tcase_add_test(tcase, deeper_than_anything);
    tcase_add_test(tcase, larger_than_anything);
    tcase_add_test(tcase, not_there);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(results_suite)
