/*
 * The text for people, line for line. A golden file is what report_sample writes; it is read by a
 * person before it is kept.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check_main.h"
#include "fixture.h"

#define GOLDEN SOURCE_ROOT "/conformance/test/report/golden/"

static const struct {
    const char *run, *file;
    bool colour, verbose;
} rows[] = {
    {"full", "full.txt", false, false},          {"full", "full.colour.txt", true, false},
    {"clean", "clean.verbose.txt", false, true}, {"interrupted", "interrupted.txt", false, false},
    {"nothing", "nothing.txt", false, false},    {"client", "client.txt", false, false},
    {"hostile", "hostile.txt", false, false},
};

static char *read_file(const char *name)
{
    enum { MOST = 1 << 20 };
    char path[512], *text = calloc(1, MOST);
    snprintf(path, sizeof path, GOLDEN "%s", name);
    FILE *f = fopen(path, "rb");
    ck_assert_msg(f != NULL && text != NULL, "%s cannot be read", path);
    size_t n = fread(text, 1, MOST - 1, f);
    ck_assert_uint_lt(n, MOST - 1);
    fclose(f);
    return text;
}

static char *written(const struct report_run *run, bool colour, bool verbose)
{
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    ck_assert_ptr_nonnull(to);
    report_text(to, run, colour, verbose);
    fclose(to);
    return text;
}

/* Fails with the first line that differs. */
static void compare(const char *name, const char *got, const char *want)
{
    for (unsigned line = 1; *got != '\0' || *want != '\0'; line++) {
        size_t got_length = strcspn(got, "\n"), want_length = strcspn(want, "\n");
        ck_assert_msg(smtp_span_is((smtp_span){got, got_length}, (smtp_span){want, want_length}),
                      "%s:%u\n  is     \"%.*s\"\n  golden \"%.*s\"", name, line, (int)got_length,
                      got, (int)want_length, want);
        got += got_length;
        want += want_length;
        ck_assert_msg(*got == *want, "%s:%u: one of them ends here", name, line);
        got += *got == '\n';
        want += *want == '\n';
    }
}

START_TEST(test_golden)
{
    struct ledger *ledger = fixture_ledger();
    ck_assert_ptr_nonnull(ledger);
    const struct report_run *run = fixture_run(rows[_i].run, ledger);
    char *got = written(run, rows[_i].colour, rows[_i].verbose), *want = read_file(rows[_i].file);
    compare(rows[_i].file, got, want);
    free(got);
    free(want);
    ledger_free(ledger);
}
END_TEST

/* Without a ledger the ids stand for themselves. */
START_TEST(test_no_ledger)
{
    char *text = written(fixture_run("full", NULL), false, false);
    ck_assert_ptr_nonnull(strstr(text, "clause     R5321-4.1.1.4-i\n"));
    ck_assert_ptr_null(strstr(text, "RFC 5321"));
    free(text);
}
END_TEST

/* ---- a file that takes nothing --------------------------------------------------------------- */

static bool json(FILE *to, const struct report_run *run)
{
    return report_json(to, run, true);
}

static bool (*const writers[])(FILE *to, const struct report_run *run) = {json, report_junit,
                                                                          report_tap};

START_TEST(test_full_disk)
{
    FILE *to = fopen("/dev/full", "w");
    ck_assert_ptr_nonnull(to);
    ck_assert(!writers[_i](to, fixture_run("full", NULL)));
    fclose(to);
}
END_TEST

static Suite *text_suite(void)
{
    Suite *suite = suite_create("text");
    TCase *tcase = tcase_create("text");
    tcase_add_loop_test(tcase, test_golden, 0, sizeof rows / sizeof *rows);
    tcase_add_test(tcase, test_no_ledger);
    tcase_add_loop_test(tcase, test_full_disk, 0, sizeof writers / sizeof *writers);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(text_suite)
