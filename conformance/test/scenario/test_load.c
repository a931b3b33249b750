#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check_main.h"
#include "scenario/scenario.h"

#define HEAD "server must: do it\nreq: R5321-3.1-a\neffect: none\n"
#define GOOD HEAD "test:\nS: 220\n"
#define TWO HEAD "each: a \"x\"\neach: b \"y\"\ntest:\nC: {each}\nS: 220\n"

/* A folder of its own for each test; paths are below it. */
enum { PATHS = 12 };

static char root[64], made[PATHS][160];
static size_t count;

static const char *below(const char *path)
{
    static char whole[160];
    snprintf(whole, sizeof whole, "%s/%s", root, path);
    return whole;
}

static void remember(const char *path)
{
    ck_assert_uint_lt(count, PATHS);
    snprintf(made[count++], sizeof made[0], "%s", below(path));
}

static void make_folder(const char *path)
{
    remember(path);
    ck_assert_int_eq(mkdir(below(path), 0700), 0);
}

static void make_file(const char *path, const char *text)
{
    remember(path);
    FILE *f = fopen(below(path), "wb");
    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    ck_assert_int_eq(fclose(f), 0);
}

static struct scenario_set *set;
static struct scenario_error error;

static void setup(void)
{
    snprintf(root, sizeof root, "/tmp/smtpspec-load-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(root));
    count = 0;
    set = scenario_set_new(SOURCE_ROOT "/conformance/prelude");
    ck_assert_ptr_nonnull(set);
}

static void teardown(void)
{
    scenario_set_free(set);
    while (count > 0)
        ck_assert_int_eq(remove(made[--count]), 0);
    ck_assert_int_eq(rmdir(root), 0);
}

static void check_ids(const char *const *ids, size_t n)
{
    ck_assert_uint_eq(scenario_count(set), n);
    for (size_t i = 0; i < n; i++)
        ck_assert_str_eq(scenario_at(set, i)->id, ids[i]);
}

START_TEST(order_of_names)
{
    static const char *const ids[] = {"a", "b/c", "b/d/e/a", "b/d/e/b", "z"};
    make_folder("b");
    make_file("z.smtp", GOOD);
    make_file("b/c.smtp", GOOD);
    make_file("b/d.smtp.txt", "not looked at");
    make_file("a.smtp", GOOD);
    make_folder("b/d");
    make_file("b/d/e.smtp", TWO);
    make_file(".hidden.smtp", "not looked at");
    make_file("b/.smtp", "not looked at");
    ck_assert_msg(scenario_load(set, root, &error), "%s: %s", error.file, error.text);
    check_ids(ids, 5);
    ck_assert_str_eq(scenario_at(set, 1)->file, below("b/c.smtp"));
}
END_TEST

/* A folder named scenarios is where ids begin, wherever the path that was given ends. */
START_TEST(ids_begin_below_scenarios)
{
    static const char *const ids[] = {"data/x", "data/x", "data/x", "y"};
    make_folder("scenarios");
    make_folder("scenarios/data");
    make_file("scenarios/data/x.smtp", GOOD);
    make_folder("my-scenarios");
    make_file("my-scenarios/y.smtp", GOOD);
    ck_assert(scenario_load(set, below("scenarios/data"), &error));
    ck_assert(scenario_load(set, below("scenarios/data/x.smtp"), &error));
    ck_assert(scenario_load(set, below("scenarios/"), &error));
    ck_assert(scenario_load(set, below("my-scenarios/y.smtp"), &error));
    check_ids(ids, 4);
}
END_TEST

static void check_error(const char *path, unsigned line, const char *piece)
{
    ck_assert_str_eq(error.file, below(path));
    ck_assert_uint_eq(error.line, line);
    ck_assert_msg(strstr(error.text, piece) != NULL, "%s", error.text);
}

START_TEST(not_there)
{
    ck_assert(!scenario_load(set, below("nothing.smtp"), &error));
    check_error("nothing.smtp", 0, "cannot be read: ");
    ck_assert_uint_eq(error.column, 0);
}
END_TEST

START_TEST(not_to_be_opened)
{
    make_file("x.smtp", GOOD);
    ck_assert_int_eq(symlink("missing", below("y.smtp")), 0);
    remember("y.smtp");
    ck_assert(!scenario_load(set, root, &error));
    check_error("y.smtp", 0, "cannot be read: ");
    ck_assert_uint_eq(scenario_count(set), 1);
}
END_TEST

START_TEST(nothing_in_it)
{
    make_folder("b");
    make_file("b/a.txt", GOOD);
    ck_assert(!scenario_load(set, below("b"), &error));
    check_error("b", 0, "no scenarios in this folder");
}
END_TEST

START_TEST(first_error_ends_it)
{
    make_file("a.smtp", GOOD);
    make_file("b.smtp", HEAD "\ntest:\nS: 220 ready\n");
    make_file("c.smtp", "worse\n");
    ck_assert(!scenario_load(set, root, &error));
    check_error("b.smtp", 6, "text after a code is not compared: \"ready\"");
    ck_assert_uint_eq(error.column, 8);
    ck_assert_uint_eq(scenario_count(set), 1);
}
END_TEST

/* The second of two each: lines is wrong: neither of them is added. */
START_TEST(all_or_nothing)
{
    make_file("a.smtp", HEAD "each: a \"250\"\neach: b \"2 0\"\ntest:\nC: x\nS: 250 "
                             "[~ /^250$/ \"{each}\"]\n");
    ck_assert(!scenario_load(set, root, &error));
    check_error("a.smtp", 8, "the sample does not fit");
    ck_assert_uint_eq(scenario_count(set), 0);
}
END_TEST

START_TEST(empty_file)
{
    make_file("a.smtp", "");
    ck_assert(!scenario_load(set, below("a.smtp"), &error));
    check_error("a.smtp", 1, "empty file");
}
END_TEST

START_TEST(names)
{
    ck_assert_str_eq(scenario_level_name(SCENARIO_MUST), "must");
    ck_assert_str_eq(scenario_level_name(SCENARIO_INFO), "info");
    ck_assert_str_eq(scenario_effect_name(SCENARIO_EFFECT_NONE), "none");
    ck_assert_str_eq(scenario_effect_name(SCENARIO_EFFECT_HOSTILE), "hostile");
    ck_assert_str_eq(scenario_verdict_name(SCENARIO_PASS), "pass");
    ck_assert_str_eq(scenario_verdict_name(SCENARIO_NOTE), "info");
    ck_assert_str_eq(scenario_verdict_name(SCENARIO_SKIP), "skip");
}
END_TEST

static Suite *load_suite(void)
{
    Suite *s = suite_create("scenario/load");
    TCase *t = tcase_create("files");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, order_of_names);
    tcase_add_test(t, ids_begin_below_scenarios);
    tcase_add_test(t, not_there);
    tcase_add_test(t, not_to_be_opened);
    tcase_add_test(t, nothing_in_it);
    tcase_add_test(t, first_error_ends_it);
    tcase_add_test(t, all_or_nothing);
    tcase_add_test(t, empty_file);
    tcase_add_test(t, names);
    suite_add_tcase(s, t);
    return s;
}

CHECK_MAIN(load_suite)
