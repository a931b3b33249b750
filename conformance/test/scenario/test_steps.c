#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blocks.h"
#include "check_main.h"
#include "describe.h"
#include "guard.h"

/* Files with what has to become of them: "=== ID", the file, and a line "--->" between the two. */
static const char between[] = "--->\n";

enum { BETWEEN = sizeof between - 1, BLOCKS = 9 };

static struct blocks steps;

static void setup(void)
{
    steps = blocks_read("steps.txt");
}

static void teardown(void)
{
    blocks_free(&steps);
}

/* Where the file ends and its steps begin. */
static size_t file_length(smtp_span text)
{
    for (size_t i = 0; i + BETWEEN <= text.n; i++)
        if (memcmp(text.p + i, between, BETWEEN) == 0)
            return i;
    ck_abort_msg("no line --->");
    return 0;
}

START_TEST(becomes_steps)
{
    const struct block *block = &steps.all[_i];
    size_t n = file_length(block->text), at = n + BETWEEN;
    smtp_span octets = guard_copy((smtp_span){block->text.p, n});
    struct scenario_set *set = scenario_set_new(SOURCE_ROOT "/conformance/prelude");
    struct scenario_error error;
    ck_assert_msg(scenario_parse(set, block->heading, "x.smtp", octets, &error), "%s: line %u: %s",
                  block->heading, error.line, error.text);
    guard_free(octets); /* nothing of it is used any more */
    for (size_t i = 0; i < scenario_count(set); i++) {
        char *text = describe(scenario_at(set, i));
        size_t length = strlen(text);
        ck_assert_msg(block->text.n - at >= length && memcmp(block->text.p + at, text, length) == 0,
                      "%s", text);
        at += length;
        free(text);
    }
    ck_assert_uint_eq(at, block->text.n);
    scenario_set_free(set);
}
END_TEST

START_TEST(has_all_blocks)
{
    ck_assert_uint_eq(steps.count, BLOCKS);
}
END_TEST

static Suite *steps_suite(void)
{
    Suite *s = suite_create("scenario/steps");
    TCase *t = tcase_create("files");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, has_all_blocks);
    tcase_add_loop_test(t, becomes_steps, 0, BLOCKS);
    suite_add_tcase(s, t);
    return s;
}

CHECK_MAIN(steps_suite)
