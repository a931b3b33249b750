#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blocks.h"
#include "check_main.h"
#include "guard.h"
#include "scenario/scenario.h"

#define PRELUDES SOURCE_ROOT "/conformance/prelude"

/* The files that ship in runs of this many, and the hard ones: a test each, so that one that
 * crashes is named. */
enum { RUN = 10, RUNS = 90 };

static struct scenario_set *ship;
static struct blocks hard;

static void setup(void)
{
    struct scenario_error error;
    ship = scenario_set_new(PRELUDES);
    ck_assert(scenario_load(ship, SOURCE_ROOT "/conformance/scenarios", &error));
    hard = blocks_read("scenarios.txt");
}

static void teardown(void)
{
    scenario_set_free(ship);
    blocks_free(&hard);
}

static bool has_line(smtp_span text, const char *head)
{
    size_t n = strlen(head);
    for (size_t i = 0; i + n <= text.n; i++)
        if ((i == 0 || text.p[i - 1] == '\n') && memcmp(text.p + i, head, n) == 0)
            return true;
    return false;
}

/* What a text needs to be a scenario at all. */
static bool could_be_whole(smtp_span text)
{
    return has_line(text, "test:\n") && has_line(text, "req: ") &&
           (text.p[0] == 'c' || has_line(text, "effect: "));
}

/* A file that ends within a line is refused, for that or for what it cut; others may be whole. */
static void check_prefix(bool accepted, smtp_span text, const struct scenario_error *error)
{
    bool line_end = text.n > 0 && text.p[text.n - 1] == '\n';
    unsigned lines = 1;
    for (size_t i = 0; i < text.n; i++)
        lines += text.p[i] == '\n';
    if (accepted) {
        ck_assert(line_end && could_be_whole(text));
        return;
    }
    ck_assert_uint_ge(error->line, 1);
    ck_assert_uint_le(error->line, lines);
    ck_assert_uint_gt(strlen(error->text), 0);
    if (text.n > 0 && !line_end)
        ck_assert_msg(strstr(error->text, "no line end at the end of the file") != NULL ||
                          strstr(error->text, "blank at the end of the line") != NULL ||
                          strstr(error->text, "not UTF-8") != NULL,
                      "%s", error->text);
}

/* At every octet, but in the middle of a file that is very long: its lines are all alike. */
static size_t next_cut(size_t n, size_t whole)
{
    enum { ENDS = 1536, STEP = 61 };
    return n < ENDS || whole - n <= ENDS ? n + 1 : n + STEP;
}

/* Each prefix ends at the page that nobody may touch. */
static void cut_everywhere(smtp_span whole)
{
    smtp_span page = guard_copy(whole);
    char *end = (char *)(uintptr_t)(page.p + page.n);
    struct scenario_set *set = scenario_set_new(PRELUDES);
    for (size_t n = 0; n <= whole.n; n = next_cut(n, whole.n)) {
        smtp_span cut = {end - n, n};
        struct scenario_error error = {.line = 0};
        memcpy(end - n, whole.p, n);
        bool accepted = scenario_parse(set, "a", "a.smtp", cut, &error);
        check_prefix(accepted, cut, &error);
        ck_assert(n < whole.n || accepted);
    }
    scenario_set_free(set);
    guard_free(page);
}

START_TEST(shipped)
{
    size_t file = 0;
    for (size_t i = 0; i < scenario_count(ship); i++) {
        const char *path = scenario_at(ship, i)->file;
        if (i > 0 && strcmp(path, scenario_at(ship, i - 1)->file) == 0)
            continue;
        if (file++ / RUN != (size_t)_i)
            continue;
        size_t n = 0;
        char *octets = blocks_file(path, &n);
        cut_everywhere((smtp_span){octets, n});
        free(octets);
    }
    ck_assert_uint_lt(file, (size_t)RUN * RUNS);
}
END_TEST

START_TEST(hard_ones)
{
    cut_everywhere(hard.all[_i].text);
}
END_TEST

/* Any octet in the place of any other never makes the parser read or write where it should not. */
START_TEST(other_octets)
{
    static const char others[] = "\n {}\"\\[]:|=*.\r\t\0\xFF";
    const struct block *block = &hard.all[_i];
    smtp_span page = guard_copy(block->text);
    char *text = (char *)(uintptr_t)page.p;
    struct scenario_set *set = scenario_set_new(PRELUDES);
    for (size_t i = 0; i < page.n; i++) {
        struct scenario_error error = {.line = 0};
        char kept = text[i];
        text[i] = others[i % (sizeof others - 1)];
        if (!scenario_parse(set, "a", "a.smtp", page, &error))
            ck_assert_uint_gt(error.line, 0);
        text[i] = kept;
    }
    scenario_set_free(set);
    guard_free(page);
}
END_TEST

static Suite *prefix_suite(void)
{
    Suite *s = suite_create("scenario/prefix");
    TCase *t = tcase_create("cut");
    tcase_set_timeout(t, 120);
    tcase_add_unchecked_fixture(t, setup, teardown); /* once, for all of these tests */
    tcase_add_loop_test(t, shipped, 0, RUNS);
    tcase_add_loop_test(t, hard_ones, 0, 70);
    tcase_add_loop_test(t, other_octets, 0, 70);
    suite_add_tcase(s, t);
    return s;
}

CHECK_MAIN(prefix_suite)
