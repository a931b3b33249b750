#include <stdlib.h>
#include <string.h>

#include "check_main.h"
#include "fixture.h"
#include "report/conversation.h"
#include "report/findings.h"
#include "report/groups.h"

/* ---- topics ---------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    size_t cases, pass, fail, skip, disputed;
} topic_rows[] = {
    {"ehlo", 1, 1, 0, 0, 0}, {"data", 3, 1, 1, 0, 0},     {"replies", 2, 0, 1, 0, 0},
    {"quit", 3, 0, 0, 0, 1}, {"starttls", 1, 0, 0, 1, 0}, {"transaction", 3, 0, 0, 3, 0},
};
enum { TOPICS = sizeof topic_rows / sizeof *topic_rows };

START_TEST(test_topics)
{
    struct topics list;
    ck_assert(topics_collect(fixture_run("full", NULL), &list));
    ck_assert_uint_eq(list.count, TOPICS);
    for (size_t i = 0; i < TOPICS; i++) {
        const struct topic *topic = &list.items[i];
        ck_assert(smtp_span_is(topic->name, smtp_span_of(topic_rows[i].name)));
        ck_assert_uint_eq(topic->cases, topic_rows[i].cases);
        ck_assert_uint_eq(topic->counts[PLAYER_PASS], topic_rows[i].pass);
        ck_assert_uint_eq(topic->counts[PLAYER_FAIL], topic_rows[i].fail);
        ck_assert_uint_eq(topic->counts[PLAYER_SKIP], topic_rows[i].skip);
        ck_assert_uint_eq(topic->disputed, topic_rows[i].disputed);
    }
    free(list.items);
}
END_TEST

/* A topic whose cases stand apart is one topic all the same; an id without folder is its own. */
START_TEST(test_topics_apart)
{
    struct scenario scenarios[] = {
        {.id = "a/x"}, {.id = "b/x"}, {.id = "a/y"}, {.id = "a"}, {.id = "ab/x"}};
    struct player_outcome outcomes[5];
    struct player_outcome *list_of[5];
    for (size_t i = 0; i < 5; i++) {
        outcomes[i] = (struct player_outcome){.scenario = &scenarios[i]};
        list_of[i] = &outcomes[i];
    }
    struct report_run run = {.outcomes = list_of, .count = 5};
    struct topics list;
    ck_assert(topics_collect(&run, &list));
    ck_assert_uint_eq(list.count, 3);
    ck_assert_uint_eq(list.items[0].cases, 3);
    ck_assert_uint_eq(list.items[1].cases, 1);
    ck_assert(smtp_span_is(list.items[2].name, SMTP_SPAN("ab")));
    free(list.items);
}
END_TEST

/* ---- reasons, what was left out ------------------------------------------------ */

START_TEST(test_reasons)
{
    struct reasons list;
    ck_assert(reasons_collect(fixture_run("full", NULL), &list));
    ck_assert_uint_eq(list.count, 3);
    ck_assert_str_eq(list.items[0].why, "needs --rcpt"); /* twice: before what came earlier */
    ck_assert_uint_eq(list.items[0].count, 2);
    ck_assert_str_eq(list.items[1].why, "STARTTLS is not offered");
    ck_assert_str_eq(list.items[2].why, "needs: inbox");
    free(list.items);
}
END_TEST

START_TEST(test_not_run)
{
    ck_assert_uint_eq(groups_not_run(fixture_run("full", NULL)), 0);
    ck_assert_uint_eq(groups_not_run(fixture_run("interrupted", NULL)), 9);
}
END_TEST

/* ---- findings -------------------------------------------------------------------------------- */

START_TEST(test_findings_of_target)
{
    struct findings list;
    ck_assert(findings_of_target(fixture_run("full", NULL), &list));
    ck_assert_uint_eq(list.count, 2);
    ck_assert_str_eq(list.items[0].first->rule, "reply-line-ends-in-crlf");
    ck_assert_uint_eq(list.items[0].count, 6);
    ck_assert_uint_eq(list.items[0].cases, 2);
    ck_assert_str_eq(list.items[0].scenario->id, "data/eod-lf-dot-lf");
    ck_assert_str_eq(list.items[1].first->rule, "reply-is-ascii");
    free(list.items);
}
END_TEST

START_TEST(test_findings_of_case)
{
    struct findings list;
    ck_assert(findings_of_case(fixture_run("full", NULL)->outcomes[1], &list));
    ck_assert_uint_eq(list.count, 2); /* joined; both sides */
    ck_assert_uint_eq(list.items[0].count, 5);
    ck_assert_int_eq(list.items[1].first->side, 'C');
    free(list.items);
}
END_TEST

/* report.h: one for each rule, side and case. */
START_TEST(test_findings_of_both_sides)
{
    struct scenario scenario = {.id = "a/b"};
    struct player_finding both[] = {{.rule = "x", .side = 'S', .count = 1},
                                    {.rule = "x", .side = 'C', .count = 4}};
    struct player_outcome outcome = {.scenario = &scenario, .findings = both, .finding_count = 2};
    struct findings list;
    ck_assert(findings_of_case(&outcome, &list));
    ck_assert_uint_eq(list.count, 2);
    ck_assert_uint_eq(list.items[0].count, 1);
    ck_assert_uint_eq(list.items[1].count, 4);
    free(list.items);
}
END_TEST

static const struct {
    enum scenario_level level;
    enum player_verdict verdict;
} level_rows[] = {
    {SCENARIO_MUST, PLAYER_FAIL},
    {SCENARIO_SHOULD, PLAYER_WARN},
    {SCENARIO_MAY, PLAYER_INFO},
    {SCENARIO_INFO, PLAYER_INFO},
};

START_TEST(test_finding_verdict)
{
    struct player_finding finding = {.level = level_rows[_i].level};
    ck_assert_int_eq((int)finding_verdict(&finding), (int)level_rows[_i].verdict);
}
END_TEST

/* ---- what was sent last ---------------------------------------------------------------------- */

#define LINE(conn, side, text)                                                                     \
    {                                                                                              \
        0, (conn), (side), false,                                                                  \
        {                                                                                          \
            (text), sizeof(text) - 1                                                               \
        }                                                                                          \
    }

static struct player_line said[] = {
    LINE(1, 'S', "220 a\r\n"),  LINE(1, 'C', "EHLO x\r\n"), LINE(1, 'S', "250 a\r\n"),
    LINE(1, 'C', "MAIL\r\n"),   LINE(2, 'S', "220 b\r\n"),  LINE(2, 'C', "NOOP\r\n"),
    LINE(1, 'S', "451 no\r\n"), LINE(1, 'C', "QUIT\r\n"),   LINE(1, 'S', "221 a\r\n"),
};

static struct player_line only_quit[] = {LINE(1, 'S', "220 a\r\n"), LINE(1, 'C', "QUIT\r\n")};

static const struct {
    struct player_line *lines;
    size_t count;
    const char *received, *sent;
} sent_rows[] = {
    {said, 9, "451 no\r\n", "MAIL\r\n"}, /* on its own connection */
    {said, 9, "250 a\r\n", "EHLO x\r\n"},
    {said, 9, "220 a\r\n", NULL},
    {said, 9, "221 a\r\n", "QUIT\r\n"},
    {said, 9, "", "NOOP\r\n"},          /* silence: the last write that is no goodbye */
    {said, 9, "never\r\n", "NOOP\r\n"}, /* not among what was said */
    {only_quit, 2, "", "QUIT\r\n"},
    {said, 0, "", NULL},
};

START_TEST(test_sent)
{
    char received[32];
    struct scenario scenario = {.id = "a/b"};
    snprintf(received, sizeof received, "%s", sent_rows[_i].received);
    struct player_outcome outcome = {.scenario = &scenario,
                                     .lines = sent_rows[_i].lines,
                                     .line_count = sent_rows[_i].count,
                                     .received = received,
                                     .received_length = strlen(received)};
    const struct player_line *sent = conversation_sent(&outcome);
    ck_assert_int_eq(sent == NULL, sent_rows[_i].sent == NULL);
    if (sent != NULL)
        ck_assert(smtp_span_is(sent->bytes, smtp_span_of(sent_rows[_i].sent)));
}
END_TEST

static Suite *groups_suite(void)
{
    Suite *suite = suite_create("groups");
    TCase *tcase = tcase_create("groups");
    tcase_add_test(tcase, test_topics);
    tcase_add_test(tcase, test_topics_apart);
    tcase_add_test(tcase, test_reasons);
    tcase_add_test(tcase, test_not_run);
    tcase_add_test(tcase, test_findings_of_target);
    tcase_add_test(tcase, test_findings_of_case);
    tcase_add_test(tcase, test_findings_of_both_sides);
    tcase_add_loop_test(tcase, test_finding_verdict, 0, sizeof level_rows / sizeof *level_rows);
    tcase_add_loop_test(tcase, test_sent, 0, sizeof sent_rows / sizeof *sent_rows);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(groups_suite)
