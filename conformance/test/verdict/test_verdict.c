#include <string.h>

#include "check_main.h"
#include "verdict/verdict.h"

/* ---- exit status: DESIGN section 3, the first that holds ------------------------------------- */

static const struct {
    const char *what;
    struct verdict_tally tally;
    bool trouble, strict;
    enum verdict_exit exit;
    size_t allow;
} exits[] = {
    {"all passed", {.pass = 3}, false, false, VERDICT_OK, 0},
    {"notes alone", {.warn = 1}, false, false, VERDICT_OK, 0},
    {"notes alone", {.info = 1}, false, true, VERDICT_OK, 0},
    {"skips beside a pass", {.pass = 1, .skip = 9}, false, true, VERDICT_OK, 0},
    {"nothing at all", {0}, false, false, VERDICT_NOTHING, 0},
    {"only skips", {.skip = 9}, false, false, VERDICT_NOTHING, 0},
    {"only inconclusive", {.inconclusive = 1}, false, false, VERDICT_NOTHING, 5},
    {"one inconclusive too many", {.pass = 3, .inconclusive = 1}, false, false, VERDICT_NOTHING, 0},
    {"as many as allowed", {.pass = 3, .inconclusive = 2}, false, false, VERDICT_OK, 2},
    {"one more than allowed", {.pass = 3, .inconclusive = 3}, false, false, VERDICT_NOTHING, 2},
    {"a failure", {.pass = 3, .fail = 1}, false, false, VERDICT_FAIL, 0},
    {"a failure before inconclusive",
     {.fail = 1, .inconclusive = 9},
     false,
     false,
     VERDICT_FAIL,
     0},
    {"a finding", {.pass = 3, .finding_fail = 1}, false, false, VERDICT_FAIL, 0},
    {"a finding and nothing else", {.finding_fail = 1}, false, false, VERDICT_FAIL, 0},
    {"a warning, strict", {.pass = 3, .warn = 1}, false, true, VERDICT_FAIL, 0},
    {"a finding of should", {.pass = 3, .finding_warn = 1}, false, false, VERDICT_OK, 0},
    {"a finding of should, strict", {.pass = 3, .finding_warn = 1}, false, true, VERDICT_FAIL, 0},
    {"what is known", {.known = 1}, false, true, VERDICT_OK, 0},
    {"a baseline that does not hold",
     {.pass = 3, .known = 1, .baseline_broken = 1},
     false,
     false,
     VERDICT_FAIL,
     0},
    {"trouble before all", {.pass = 3, .fail = 1}, true, true, VERDICT_TROUBLE, 0},
    {"trouble alone", {0}, true, false, VERDICT_TROUBLE, 0},
    {"an error of ours", {.pass = 3, .error = 1}, false, false, VERDICT_TROUBLE, 0},
    {"an error of ours before a failure",
     {.fail = 1, .error = 1},
     false,
     false,
     VERDICT_TROUBLE,
     0},
};

START_TEST(exit_status)
{
    enum verdict_exit status =
        verdict_exit(&exits[_i].tally, exits[_i].trouble, exits[_i].allow, exits[_i].strict);
    ck_assert_msg(status == exits[_i].exit, "%s: %d instead of %d", exits[_i].what, (int)status,
                  (int)exits[_i].exit);
}
END_TEST

/* ---- tally ----------------------------------------------------------------------------------- */

static const char *const a[] = {"R5321-1-a"};
static const char *const ab[] = {"R5321-1-a", "R5321-1-b"};
static const char *const c[] = {"R5321-1-c"};
static const struct scenario must_a = {.level = SCENARIO_MUST, .req = a, .req_count = 1};
static const struct scenario must_ab = {.level = SCENARIO_MUST, .req = ab, .req_count = 2};
static const struct scenario must_c = {.level = SCENARIO_MUST, .req = c, .req_count = 1};
static const struct scenario should_a = {.level = SCENARIO_SHOULD, .req = a, .req_count = 1};
static const struct scenario should_c = {.level = SCENARIO_SHOULD, .req = c, .req_count = 1};
static const struct scenario may_c = {.level = SCENARIO_MAY, .req = c, .req_count = 1};
static const struct scenario client_a = {
    .role = SCENARIO_CLIENT, .level = SCENARIO_MUST, .req = a, .req_count = 1};

enum { OUTCOMES = 8 };
static const struct {
    const char *what;
    struct {
        const struct scenario *scenario;
        enum player_verdict verdict;
        bool disputed;
    } outcomes[OUTCOMES];
    struct verdict_tally tally;
} tallies[] = {
    {"nothing", {{NULL, PLAYER_PASS, false}}, {0}},
    {"each id once",
     {{&must_a, PLAYER_PASS, false}, {&must_ab, PLAYER_PASS, false}, {&must_c, PLAYER_PASS, false}},
     {.pass = 3, .must_met = 3, .must_of = 3}},
    {"one failure is enough",
     {{&must_a, PLAYER_PASS, false}, {&must_ab, PLAYER_FAIL, false}, {&must_a, PLAYER_PASS, false}},
     {.pass = 2, .fail = 1, .must_met = 0, .must_of = 2}},
    {"another id is not touched",
     {{&must_c, PLAYER_FAIL, false}, {&must_a, PLAYER_PASS, false}},
     {.pass = 1, .fail = 1, .must_met = 1, .must_of = 2}},
    {"notes are no failures",
     {{&must_a, PLAYER_WARN, false}, {&must_c, PLAYER_INFO, false}},
     {.warn = 1, .info = 1, .must_met = 2, .must_of = 2}},
    {"what was not concluded is not counted",
     {{&must_a, PLAYER_SKIP, false},
      {&must_ab, PLAYER_INCONCLUSIVE, false},
      {&must_c, PLAYER_ERROR, false}},
     {.skip = 1, .inconclusive = 1, .error = 1}},
    {"levels apart",
     {{&must_a, PLAYER_PASS, false},
      {&should_a, PLAYER_INFO, false},
      {&should_c, PLAYER_WARN, false},
      {&may_c, PLAYER_PASS, false}},
     {.pass = 2,
      .info = 1,
      .warn = 1,
      .must_met = 1,
      .must_of = 1,
      .should_met = 1,
      .should_of = 2}},
    {"a disputed failure counts nowhere",
     {{&must_a, PLAYER_FAIL, true}, {&must_c, PLAYER_PASS, true}},
     {.pass = 1, .must_met = 1, .must_of = 1}},
};

static void is_same(const struct verdict_tally *got, const struct verdict_tally *want,
                    const char *what)
{
    ck_assert_msg(memcmp(got, want, sizeof *got) == 0,
                  "%s: pass %zu fail %zu warn %zu info %zu inconclusive %zu skip %zu error %zu "
                  "must %zu of %zu should "
                  "%zu of %zu findings %zu %zu",
                  what, got->pass, got->fail, got->warn, got->info, got->inconclusive, got->skip,
                  got->error, got->must_met, got->must_of, got->should_met, got->should_of,
                  got->finding_fail, got->finding_warn);
}

START_TEST(tally)
{
    struct player_outcome *list[OUTCOMES + 1] = {NULL}; /* the last: a case that was not played */
    struct verdict_tally got;
    size_t n = 0;
    for (; n < OUTCOMES && tallies[_i].outcomes[n].scenario != NULL; n++) {
        list[n] = calloc(1, sizeof *list[n]);
        ck_assert_ptr_nonnull(list[n]);
        list[n]->scenario = tallies[_i].outcomes[n].scenario;
        list[n]->verdict = tallies[_i].outcomes[n].verdict;
        list[n]->disputed = tallies[_i].outcomes[n].disputed;
    }
    verdict_tally(list, n + 1, &got);
    for (size_t i = 0; i < n; i++)
        free(list[i]);
    is_same(&got, &tallies[_i].tally, tallies[_i].what);
}
END_TEST

/* ---- findings -------------------------------------------------------------------------------- */

static struct player_finding finding(const char *rule, enum scenario_level level, char side)
{
    return (struct player_finding){.rule = rule, .level = level, .side = side, .count = 1};
}

START_TEST(findings_are_counted_by_rule)
{
    struct player_finding first[] = {
        finding("x", SCENARIO_MUST, 'S'), finding("y", SCENARIO_SHOULD, 'S'),
        finding("z", SCENARIO_MUST, 'C'), finding("x", SCENARIO_MUST, 'S')};
    struct player_finding second[] = {finding("y", SCENARIO_SHOULD, 'S'),
                                      finding("x", SCENARIO_MUST, 'S'),
                                      finding("v", SCENARIO_INFO, 'S')};
    struct player_outcome one = {.scenario = &must_a, .findings = first, .finding_count = 4};
    struct player_outcome two = {
        .scenario = &must_c, .verdict = PLAYER_SKIP, .findings = second, .finding_count = 3};
    struct player_outcome *list[] = {&one, &two};
    struct verdict_tally got;
    verdict_tally(list, 2, &got);
    is_same(&got,
            &(struct verdict_tally){.pass = 1,
                                    .skip = 1,
                                    .must_met = 1,
                                    .must_of = 1,
                                    .finding_fail = 1,
                                    .finding_warn = 1},
            "server");
}
END_TEST

/* Excused is the verdict, not the clause: it is not met. */
START_TEST(known_is_a_column_of_its_own)
{
    struct player_finding own[] = {finding("x", SCENARIO_MUST, 'S'),
                                   finding("y", SCENARIO_MUST, 'S')};
    own[0].known = "the vendor's bug 7";
    struct player_outcome one = {.scenario = &must_a,
                                 .verdict = PLAYER_FAIL,
                                 .known = "-",
                                 .findings = own,
                                 .finding_count = 2};
    struct player_outcome *list[] = {&one};
    struct verdict_tally got;
    verdict_tally(list, 1, &got);
    is_same(&got, &(struct verdict_tally){.known = 2, .must_of = 1, .finding_fail = 1}, "known");
}
END_TEST

/* What our side does wrong is never laid to the target. */
START_TEST(findings_are_the_targets)
{
    struct player_finding both[] = {finding("x", SCENARIO_MUST, 'S'),
                                    finding("z", SCENARIO_MUST, 'C')};
    struct player_outcome server = {.scenario = &must_a, .findings = both + 1, .finding_count = 1};
    struct player_outcome client = {.scenario = &client_a, .findings = both, .finding_count = 1};
    struct player_outcome *list[] = {&server, &client};
    struct verdict_tally got;
    verdict_tally(list, 2, &got);
    ck_assert_uint_eq(got.finding_fail, 0);
    client.finding_count = 2;
    verdict_tally(list, 2, &got);
    ck_assert_uint_eq(got.finding_fail, 1);
}
END_TEST

static Suite *verdict_suite(void)
{
    Suite *suite = suite_create("verdict");
    TCase *tc = tcase_create("verdict");
    tcase_add_test(tc, known_is_a_column_of_its_own);
    tcase_add_loop_test(tc, exit_status, 0, sizeof exits / sizeof *exits);
    tcase_add_loop_test(tc, tally, 0, sizeof tallies / sizeof *tallies);
    tcase_add_test(tc, findings_are_counted_by_rule);
    tcase_add_test(tc, findings_are_the_targets);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(verdict_suite)
