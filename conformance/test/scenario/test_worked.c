#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blocks.h"
#include "check_main.h"
#include "guard.h"
#include "scenario/scenario.h"

#define PRELUDES SOURCE_ROOT "/conformance/prelude"

/* The notation's own examples, and the hard ones of both roles. */
enum { EXAMPLES = 12, HARD = 70 };

static struct blocks examples, hard;

static void setup(void)
{
    examples = blocks_read("examples.txt");
    hard = blocks_read("scenarios.txt");
}

static void teardown(void)
{
    blocks_free(&examples);
    blocks_free(&hard);
}

/* Counted without the parser: each: lines. */
static size_t expected_count(smtp_span text)
{
    size_t eaches = 0;
    for (size_t i = 0; i + 6 < text.n; i++)
        if ((i == 0 || text.p[i - 1] == '\n') && memcmp(text.p + i, "each: ", 6) == 0)
            eaches++;
    return eaches == 0 ? 1 : eaches;
}

static unsigned line_of(smtp_span text, const char *line)
{
    size_t n = strlen(line);
    unsigned number = 1;
    for (size_t i = 0; i + n <= text.n; i++) {
        if ((i == 0 || text.p[i - 1] == '\n') && memcmp(text.p + i, line, n) == 0)
            return number;
        number += text.p[i] == '\n';
    }
    return 0;
}

static void check_step(const struct scenario_step *step, unsigned test)
{
    ck_assert_int_eq(step->in_test, step->line > test);
    ck_assert(step->conn >= 1 && step->conn <= 9 && step->times >= 1);
    ck_assert_int_eq(step->op == SCENARIO_EXPECT, step->row_count > 0);
}

/* What holds for every scenario, read off its text. */
static void check_scenario(const struct scenario *s, const char *id, smtp_span text)
{
    unsigned test = line_of(text, "test:\n");
    ck_assert_int_eq(strncmp(s->id, id, strlen(id)), 0);
    ck_assert_uint_eq(s->first_test_line, test + 1);
    ck_assert(s->has_message == (line_of(text, "message:\n") != 0));
    ck_assert(s->role == (text.p[0] == 's' ? SCENARIO_SERVER : SCENARIO_CLIENT));
    ck_assert(s->req_count > 0 && s->step_count > 0);
    for (size_t i = 0; i < s->step_count; i++)
        check_step(&s->steps[i], test);
}

static void parse_one(const struct block *block)
{
    struct scenario_set *set = scenario_set_new(PRELUDES);
    struct scenario_error error;
    smtp_span octets = guard_copy(block->text);
    bool good = scenario_parse(set, block->heading, block->heading, octets, &error);
    ck_assert_msg(good, "%s:%u:%u: %s", error.file, error.line, error.column, error.text);
    ck_assert_uint_eq(scenario_count(set), expected_count(block->text));
    for (size_t i = 0; i < scenario_count(set); i++)
        check_scenario(scenario_at(set, i), block->heading, block->text);
    guard_free(octets);
    scenario_set_free(set);
}

START_TEST(parses_examples)
{
    parse_one(&examples.all[_i]);
}
END_TEST

START_TEST(parses_hard)
{
    parse_one(&hard.all[_i]);
}
END_TEST

START_TEST(has_all_blocks)
{
    ck_assert_uint_eq(examples.count, EXAMPLES);
    ck_assert_uint_eq(hard.count, HARD);
}
END_TEST

/* ---- those that ship ------------------------------------------------------------------------- */

/* As many scenarios as the file has to make stand at `at`. */
static size_t check_file(const struct scenario_set *set, size_t at)
{
    const struct scenario *s = scenario_at(set, at);
    size_t n = 0;
    char *octets = blocks_file(s->file, &n);
    size_t many = expected_count((smtp_span){octets, n});
    free(octets);
    ck_assert_uint_le(at + many, scenario_count(set));
    for (size_t i = 0; i < many; i++)
        ck_assert_str_eq(scenario_at(set, at + i)->file, s->file);
    ck_assert_ptr_eq(scenario_find(set, s->id), s);
    return many;
}

START_TEST(ships)
{
    struct scenario_set *set = scenario_set_new(PRELUDES);
    struct scenario_error error;
    size_t files = 0;
    bool good = scenario_load(set, SOURCE_ROOT "/conformance/scenarios", &error);
    ck_assert_msg(good, "%s:%u:%u: %s", error.file, error.line, error.column, error.text);
    for (size_t i = 0; i < scenario_count(set); files++)
        i += check_file(set, i);
    ck_assert_uint_ge(files, 150);
    ck_assert_ptr_null(scenario_find(set, "data/no-such"));
    scenario_set_free(set);
}
END_TEST

/* Ids: of a file, and of the lines each: in one. */
START_TEST(ids)
{
    struct scenario_set *set = scenario_set_new(PRELUDES);
    struct scenario_error error;
    ck_assert(scenario_load(set, SOURCE_ROOT "/conformance/scenarios/data", &error));
    ck_assert_ptr_nonnull(scenario_find(set, "data/eod-lf-dot-lf"));
    ck_assert_ptr_nonnull(scenario_find(set, "data/eod-bare/cr-dot-cr"));
    ck_assert_ptr_null(scenario_find(set, "data/eod-bare"));
    for (size_t i = 1; i < scenario_count(set); i++)
        ck_assert_int_le(strcmp(scenario_at(set, i - 1)->file, scenario_at(set, i)->file), 0);
    scenario_set_free(set);
}
END_TEST

static Suite *worked_suite(void)
{
    Suite *s = suite_create("scenario/worked");
    TCase *t = tcase_create("files");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, has_all_blocks);
    tcase_add_loop_test(t, parses_examples, 0, EXAMPLES);
    tcase_add_loop_test(t, parses_hard, 0, HARD);
    tcase_add_test(t, ships);
    tcase_add_test(t, ids);
    suite_add_tcase(s, t);
    return s;
}

CHECK_MAIN(worked_suite)
