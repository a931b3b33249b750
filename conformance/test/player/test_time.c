/*
 * Silences, pauses and deadlines: notation, section 4. The clock is virtual.
 */
#include <stdlib.h>

#include "stage.h"
#include "suites.h"

#define COUNT(table) ((int)(sizeof(table) / sizeof *(table)))
#define GREETED "S: 220\ntest:\nC: NOOP\n" /* lines 4 to 6 */

static const struct stage_case cases[] = {
    {"a pause while no connection is open",
     NULL,
     "test:\n@pause 2s\nS: 220\n@close\n@pause 3s\nS2: 220\n",
     {"say 220 a\nhold", "say 220 b"},
     PLAYER_PASS,
     "",
     0},
    {"a reply in time",
     NULL,
     GREETED "S: 250\n",
     {"say 220 a\nline\nwait 29000\nsay 250 b"},
     PLAYER_PASS,
     "",
     0},
    {"nothing before the deadline",
     NULL,
     GREETED "S: 250\n",
     {"say 220 a\nline\nwait 31000\nsay 250 b"},
     PLAYER_FAIL,
     "expected 250, nothing came within 30 s",
     7},
    {"nothing before the deadline, in the setup",
     NULL,
     "S: 220\nC: NOOP\nS: 250\ntest:\nC: NOOP\nS: 250\n",
     {"say 220 a\nline\nhold"},
     PLAYER_INCONCLUSIVE,
     "before test: expected 250, nothing came",
     6},
    {"half a reply before the deadline",
     NULL,
     GREETED "S: 250\n",
     {"say 220 a\nline\nraw 250-b\\r\\n\nhold"},
     PLAYER_FAIL,
     "the reply did not end within 30 s",
     7},
    {"the deadline runs from our last octet",
     NULL,
     "S: 220\ntest:\nC= \"NO\" 25s \"OP\\r\\n\"\nS: 250\n",
     {"say 220 a\nline\nwait 29000\nsay 250 b"},
     PLAYER_PASS,
     "",
     0},
    {"timeout: replaces the 30 s",
     NULL,
     "timeout: 2m\n" GREETED "S: 250\n",
     {"say 220 a\nline\nwait 119000\nsay 250 b"},
     PLAYER_PASS,
     "",
     0},
    {"and is a limit too",
     NULL,
     "timeout: 2s\n" GREETED "S: 250\n",
     {"say 220 a\nline\nwait 2500\nsay 250 b"},
     PLAYER_FAIL,
     "nothing came within 2 s",
     8},
    {"silence",
     NULL,
     GREETED "S: silence 500ms\nS: 250\n",
     {"say 220 a\nline\nwait 600\nsay 250 b"},
     PLAYER_PASS,
     "",
     0},
    {"no silence",
     NULL,
     GREETED "S: silence 500ms\n",
     {"say 220 a\nline\nwait 400\nsay 250 b"},
     PLAYER_FAIL,
     "expected silence 500ms, got \"250 b\"",
     7},
    {"no silence, but a row for it",
     NULL,
     GREETED "S: silence 500ms\nS| 250 => warn \"early\"\n",
     {"say 220 a\nline\nwait 400\nsay 250 b"},
     PLAYER_WARN,
     "early",
     8},
    {"a reply or silence",
     NULL,
     GREETED "S: 250\nS| silence 500ms => info \"nothing\"\n",
     {"say 220 a\nline\nhold"},
     PLAYER_INFO,
     "nothing",
     8},
    {"half a reply is no silence",
     NULL,
     GREETED "S: silence 500ms\n",
     {"say 220 a\nline\nraw 25\nhold"},
     PLAYER_FAIL,
     "the reply did not end",
     7},
    {"a close is no silence",
     NULL,
     GREETED "S: silence 500ms\n",
     {"say 220 a\nline\nwait 100\nclose"},
     PLAYER_FAIL,
     "expected silence 500ms, the target hung up",
     7},
    {"a long silence is longer than the deadline",
     NULL,
     "S: 220\ntest:\nS: silence 290s\nC: NOOP\nS: 250\n",
     {"say 220 a\nline\nwait 29000\nsay 250 b"},
     PLAYER_PASS,
     "",
     0},
    {"silence runs from our last octet",
     NULL,
     "S: 220\ntest:\nC= \"NO\" 400ms \"OP\"\nS: silence 500ms\n",
     {"say 220 a\noctets 4\nwait 450\nsay 250 b"},
     PLAYER_FAIL,
     "expected silence",
     7},
    {"a reply that waits through a silence is due 30 s after it",
     NULL,
     GREETED "S: silence 29s\nS: 250\n",
     {"say 220 a\nline\nwait 40000\nsay 250 b"},
     PLAYER_PASS,
     "",
     0},
    {"a pause waits",
     NULL,
     GREETED "@pause 5s\nC: RSET\nS: 250\nS: 250\n",
     {"say 220 a\nline\nwait 4900\nsay 250 b\nline\nsay 250 c"},
     PLAYER_PASS,
     "",
     0},
    {"a late greeting",
     NULL,
     "test:\nS: silence 500ms\nS: 220\n",
     {"wait 600\nsay 220 a"},
     PLAYER_PASS,
     "",
     0},
};

START_TEST(times)
{
    stage_check(&cases[_i]);
}
END_TEST

/* Milliseconds that a case takes, on the virtual clock. */
static double time_of(const char *body, const char *script, void (*change)(struct player_run *run),
                      enum player_verdict verdict)
{
    struct stage stage;
    char *text = stage_text(NULL, body);
    stage_open(&stage);
    stage.run.slow = true;
    if (change != NULL)
        change(&stage.run);
    stage.fake.scripts[0] = script;
    stage_play(&stage, text);
    ck_assert_msg(stage.outcome->verdict == verdict, "%s", stage.outcome->why);
    double ms = stage.outcome->ms;
    stage_close(&stage);
    free(text);
    return ms;
}

static void stretch(struct player_run *run)
{
    run->stretch = 3;
}

static void shorten(struct player_run *run)
{
    run->timeout_ms = 5000;
}

START_TEST(run_changes_deadlines)
{
    const char *silent = "say 220 a\nline\nhold", *body = GREETED "S: 250 => pass\n";
    ck_assert_double_ge(time_of(body, silent, NULL, PLAYER_FAIL), 30000);
    ck_assert_double_lt(time_of(body, silent, NULL, PLAYER_FAIL), 35000);
    ck_assert_double_ge(time_of(body, silent, stretch, PLAYER_FAIL), 90000);
    ck_assert_double_lt(time_of(body, silent, shorten, PLAYER_FAIL), 10000);
}
END_TEST

/* One octet a second for more than twice as long: none of them puts the deadline off. */
START_TEST(drip)
{
#define DRIP "raw 2\nwait 1000\n"
#define DRIP_8 DRIP DRIP DRIP DRIP DRIP DRIP DRIP DRIP
#define DRIP_72 DRIP_8 DRIP_8 DRIP_8 DRIP_8 DRIP_8 DRIP_8 DRIP_8 DRIP_8 DRIP_8 "hold"
    const char *reply = "say 220 a\nline\n" DRIP_72, *rest = "say 220 a\nline\nsay 250 b\n" DRIP_72;
    double ms = time_of(GREETED "S: 250\n", reply, NULL, PLAYER_FAIL);
    ck_assert_double_ge(ms, 30000);
    ck_assert_double_lt(ms, 35000);
    ck_assert_double_lt(time_of(GREETED "S: 250\n", reply, shorten, PLAYER_FAIL), 10000);
    ck_assert_double_lt(time_of(GREETED "S: 250\n@drain\n", rest, NULL, PLAYER_PASS), 35000);
}
END_TEST

START_TEST(silences_are_exact)
{
    const char *quiet = "say 220 a\nline\nline\nsay 221 b";
    ck_assert_double_eq(time_of(GREETED "S: silence 290s\n", quiet, NULL, PLAYER_PASS), 290000);
    ck_assert_double_eq(time_of(GREETED "S: silence 290s\n", quiet, stretch, PLAYER_PASS), 290000);
    ck_assert_double_eq(time_of("S: 220\ntest:\nC= \"A\" 70ms \"B\" 30ms \"\\r\\n\"\nS: 250\n",
                                "say 220 a\nline\nsay 250 b", NULL, PLAYER_PASS),
                        100);
}
END_TEST

Suite *time_suite(void)
{
    Suite *s = suite_create("time");
    TCase *c = tcase_create("cases");
    tcase_add_loop_test(c, times, 0, COUNT(cases));
    tcase_add_test(c, run_changes_deadlines);
    tcase_add_test(c, drip);
    tcase_add_test(c, silences_are_exact);
    suite_add_tcase(s, c);
    return s;
}
