/*
 * What the outcome tells: expected, received, transcript, findings, reachability; and abort.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "player/log.h"
#include "stage.h"
#include "suites.h"

#define COUNT(table) ((int)(sizeof(table) / sizeof *(table)))
#define GREETED "S: 220\ntest:\nC: NOOP\n" /* lines 4 to 6 */

static void perform(struct stage *stage, const char *body, const char *script)
{
    char *text = stage_text(NULL, body);
    stage->fake.scripts[0] = script;
    stage_play(stage, text);
    free(text);
}

START_TEST(expected_and_received)
{
    struct stage stage;
    stage_open(&stage);
    perform(&stage, GREETED "S: 250 [has X]\nS| 251 | 55z => warn \"w\"\n",
            "say 220 a\nline\nsay 250-b\nsay 250 c");
    const struct player_outcome *o = stage.outcome;
    ck_assert_str_eq(o->expected, "250 [has X] | 251 | 55z");
    ck_assert_uint_eq(o->received_length, 14);
    ck_assert_mem_eq(o->received, "250-b\r\n250 c\r\n", 14);
    stage_close(&stage);
}
END_TEST

START_TEST(nothing_to_tell)
{
    struct stage stage;
    stage_open(&stage);
    perform(&stage, GREETED "S: 250\n", "say 220 a\nline\nsay 250 b");
    const struct player_outcome *o = stage.outcome;
    bool empty = o->why[0] == '\0' && o->expected[0] == '\0' && o->received_length == 0;
    ck_assert(empty && o->scenario == stage.scenario);
    ck_assert(!o->unreachable && !o->disputed);
    stage_close(&stage);
}
END_TEST

static const struct {
    const char *name, *body, *script;
    enum player_verdict verdict;
    bool unreachable;
} reaches[] = {
    {"refused", "S: 220\ntest:\nC: NOOP\nS: 250\n", NULL, PLAYER_INCONCLUSIVE, true},
    {"refused, in the test", "test:\nS: 220\n", NULL, PLAYER_INCONCLUSIVE, true},
    {"never says anything", "S: 220\ntest:\nC: NOOP\nS: 250\n", "hold", PLAYER_INCONCLUSIVE, true},
    {"never says anything, in the test", "test:\nS: 220\n", "hold", PLAYER_FAIL, true},
    {"has said something", GREETED "S: 250\n", "say 220 a\nhold", PLAYER_FAIL, false},
    {"hangs up at once", "S: 220\ntest:\nC: NOOP\nS: 250\n", "close", PLAYER_INCONCLUSIVE, false},
};

START_TEST(reachable)
{
    struct stage stage;
    stage_open(&stage);
    perform(&stage, reaches[_i].body, reaches[_i].script);
    ck_assert_msg(stage.outcome->verdict == reaches[_i].verdict, "%s", stage.outcome->why);
    ck_assert_msg(stage.outcome->unreachable == reaches[_i].unreachable, "%s", reaches[_i].name);
    stage_close(&stage);
}
END_TEST

START_TEST(disputed)
{
    struct stage stage;
    stage_open(&stage);
    perform(&stage, "disputed: see the errata\n" GREETED "S: 250\n", "say 220 a\nline\nsay 500 b");
    ck_assert_int_eq(stage.outcome->verdict, PLAYER_FAIL);
    ck_assert(stage.outcome->disputed);
    stage_close(&stage);
}
END_TEST

/* ---- transcript ------------------------------------------------------------------------------ */

START_TEST(transcript)
{
    static const struct {
        char from;
        uint64_t ms;
        const char *octets;
    } lines[] = {{'S', 0, "220-a\r\n220 b\r\n"}, {'C', 0, "NO"},        {'C', 40, "OP\r\n"},
                 {'S', 90, "250 c\r\n"},         {'C', 90, "QUIT\r\n"}, {'S', 90, "221 bye\r\n"}};
    struct stage stage;
    stage_open(&stage);
    perform(&stage, "S: 220\ntest:\nC= \"NO\" 40ms \"OP\\r\\n\"\nS: 250\n",
            "raw 220-a\\r\\n220 b\\r\\n\nline\nwait 50\nsay 250 c");
    const struct player_outcome *o = stage.outcome;
    ck_assert_uint_eq(o->line_count, COUNT(lines));
    for (size_t i = 0; i < o->line_count; i++) {
        ck_assert_int_eq(o->lines[i].from, lines[i].from);
        ck_assert_uint_eq(o->lines[i].ms, lines[i].ms);
        ck_assert_uint_eq(o->lines[i].conn, 1);
        ck_assert(!o->lines[i].secure);
        ck_assert(smtp_span_is(o->lines[i].bytes, smtp_span_of(lines[i].octets)));
    }
    stage_close(&stage);
}
END_TEST

/* Four megabytes of ours are a few kilobytes of transcript, with beginning and end. */
START_TEST(long_write)
{
    struct stage stage;
    stage_open(&stage);
    perform(&stage, "S: 220\ntest:\nC= \"begin\" \"ab\" * 2000000 \"end\\r\\n\"\nS: 250\n",
            "say 220 a\nline\nsay 250 b");
    smtp_span bytes = stage.outcome->lines[1].bytes;
    ck_assert_uint_lt(bytes.n, 5000);
    ck_assert_mem_eq(bytes.p, "beginabab", 9);
    ck_assert_mem_eq(bytes.p + bytes.n - 7, "abend\r\n", 7);
    ck_assert_mem_eq(bytes.p + 2048, "[3995914 octets left out]", 25);
    stage_close(&stage);
}
END_TEST

/* However much is said: the log is bounded, its beginning and end are there. */
START_TEST(bounded_log)
{
    static char octets[3000];
    struct log log = {.lines = NULL};
    struct player_line line = {.from = 'C', .conn = 1, .bytes = {octets, sizeof octets}};
    size_t count = 0, total = 0;
    for (unsigned i = 0; i < 1000; i++) {
        line.ms = i;
        log_add(&log, &line, false);
    }
    struct player_line *lines = log_lines(&log, &count);
    for (size_t i = 0; i < count; i++)
        total += lines[i].bytes.n;
    ck_assert_uint_le(total, LOG_MAX + 64);
    ck_assert_uint_eq(lines[0].ms, 0);
    ck_assert_uint_eq(lines[count - 1].ms, 999);
    free(lines);
    log_free(&log);
}
END_TEST

/* ---- findings -------------------------------------------------------------------------------- */

START_TEST(findings_are_joined)
{
    struct stage stage;
    stage_open(&stage);
    stage.run.observe = true;
    perform(&stage, GREETED "S: 250\nC: NOOP\nS: 250\n",
            "say 220 a\nline\nraw 250 b\\n\nline\nraw 250 c\\n");
    const struct player_outcome *o = stage.outcome;
    ck_assert_int_eq(o->verdict, PLAYER_PASS);
    ck_assert_uint_ge(o->finding_count, 1);
    bool found = false;
    for (size_t i = 0; i < o->finding_count; i++) {
        found = found || o->findings[i].count == 2;
        ck_assert_int_eq(o->findings[i].side, 'S');
        ck_assert_uint_gt(strlen(o->findings[i].why), 0);
    }
    ck_assert(found);
    stage_close(&stage);
}
END_TEST

/* The rule that a missing CR breaks, found by breaking it. */
static const char *missing_cr_id(void)
{
    static char id[64];
    struct stage stage;
    stage_open(&stage);
    stage.run.observe = true;
    perform(&stage, GREETED "S: 250\n", "say 220 a\nline\nraw 250 b\\n");
    for (size_t i = 0; i < stage.outcome->finding_count; i++)
        strncpy(id, stage.outcome->findings[i].req[0], sizeof id - 1);
    stage_close(&stage);
    return id;
}

/* A finding on an id of req: is a mismatch here, before test: and after it. */
START_TEST(finding_of_req)
{
    char text[512];
    struct stage stage;
    const char *body =
        _i == 0 ? GREETED "S: 250\n" : "S: 220\nC: NOOP\nS: 250\ntest:\nC: RSET\nS: 250\n";
    snprintf(text, sizeof text, "server must: x\nreq: %s\neffect: none\n%s", missing_cr_id(), body);
    stage_open(&stage);
    stage.run.observe = true;
    stage.fake.scripts[0] = "say 220 a\nline\nraw 250 b\\n\nline\nsay 250 c";
    stage_play(&stage, text);
    ck_assert_int_eq(stage.outcome->verdict, _i == 0 ? PLAYER_FAIL : PLAYER_INCONCLUSIVE);
    ck_assert_uint_eq(stage.outcome->line, _i == 0 ? 7 : 6);
    ck_assert_uint_gt(strlen(stage.outcome->why), 0);
    stage_close(&stage);
}
END_TEST

/* ---- abort ----------------------------------------------------------------------------------- */

static void finished(void *arg, struct player_outcome *outcome)
{
    struct stage *stage = arg;
    stage->times_done++;
    stage->outcome = outcome;
    stage->done = true;
}

struct aborter {
    struct net_timer timer;
    struct player *player;
};

static void stop_it(struct net_timer *timer, uint64_t now_ms)
{
    (void)now_ms;
    player_abort(((struct aborter *)timer)->player, "interrupted");
}

/* ERROR, connections are reset, done() once, and only when they are gone. */
START_TEST(abort_ends_it)
{
    struct stage stage;
    struct scenario_error error;
    char *text = stage_text(NULL, GREETED "S: 250\n");
    stage_open(&stage);
    stage.fake.scripts[0] = "say 220 a\nhold";
    ck_assert(scenario_parse(stage.set, "x", "x.smtp", smtp_span_of(text), &error));
    struct net_world *world = net_mem_world(stage.mem);
    struct aborter aborter = {.timer = {.at_ms = 100, .done = stop_it}};
    aborter.player = player_start(scenario_at(stage.set, 0), &stage.run, world, &stage.fake.dialler,
                                  finished, &stage);
    net_mem_timer(stage.mem, &aborter.timer);
    ck_assert(world->ops->run(world, &stage.done));
    ck_assert_uint_eq(stage.times_done, 1);
    ck_assert_int_eq(stage.outcome->verdict, PLAYER_ERROR);
    ck_assert_str_eq(stage.outcome->why, "interrupted");
    bool reset = false;
    world->ops->run(world, &reset); /* the server's end goes too */
    ck_assert(stage_heard(&stage, "1!|"));
    stage_close(&stage);
    free(text);
}
END_TEST

/* A SKIP is told before player_start() returns; abort does nothing then. */
START_TEST(abort_after_the_end)
{
    struct stage stage;
    struct scenario_error error;
    char *text = stage_text(NULL, "needs: CHUNKING\n" GREETED "S: 250\n");
    stage_open(&stage);
    ck_assert(scenario_parse(stage.set, "x", "x.smtp", smtp_span_of(text), &error));
    struct player *player =
        player_start(scenario_at(stage.set, 0), &stage.run, net_mem_world(stage.mem),
                     &stage.fake.dialler, finished, &stage);
    ck_assert(stage.done);
    player_abort(player, "interrupted");
    ck_assert_uint_eq(stage.times_done, 1);
    ck_assert_int_eq(stage.outcome->verdict, PLAYER_SKIP);
    stage_close(&stage);
    free(text);
}
END_TEST

START_TEST(verdict_names)
{
    static const char *const names[] = {"pass", "info",         "warn", "fail",
                                        "skip", "inconclusive", "error"};
    ck_assert_str_eq(player_verdict_name((enum player_verdict)_i), names[_i]);
}
END_TEST

Suite *outcome_suite(void)
{
    Suite *s = suite_create("outcome");
    TCase *c = tcase_create("cases");
    tcase_add_test(c, expected_and_received);
    tcase_add_test(c, nothing_to_tell);
    tcase_add_loop_test(c, reachable, 0, COUNT(reaches));
    tcase_add_test(c, disputed);
    tcase_add_test(c, transcript);
    tcase_add_test(c, long_write);
    tcase_add_test(c, bounded_log);
    tcase_add_test(c, findings_are_joined);
    tcase_add_loop_test(c, finding_of_req, 0, 2);
    tcase_add_test(c, abort_ends_it);
    tcase_add_test(c, abort_after_the_end);
    tcase_add_loop_test(c, verdict_names, 0, 7);
    suite_add_tcase(s, c);
    return s;
}
