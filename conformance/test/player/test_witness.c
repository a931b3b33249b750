/*
 * The witness: notation, section 6.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check_main.h"
#include "player/witness.h"

#define COUNT(table) ((int)(sizeof(table) / sizeof *(table)))
#define HEAD "server must: x\nreq: R5321-4.2-a\neffect: none\n" /* lines 1 to 3 */
#define GREETED HEAD "S: 220\ntest:\nC: NOOP\n"                 /* lines 4 to 6 */
#define MAILED                                                                                     \
    "server must: x\nreq: R5321-4.2-a\neffect: mail\nneeds: inbox\nuse data\nC. message\nS: "      \
    "250\ntest:\n"
#define DATA SOURCE_ROOT "/conformance/"

static struct scenario_set *parse(const char *text)
{
    struct scenario_error error;
    struct scenario_set *set = scenario_set_new(DATA "prelude");
    ck_assert_ptr_nonnull(set);
    ck_assert_msg(scenario_parse(set, "test/case", "case.smtp", smtp_span_of(text), &error),
                  "%u: %s", error.line, error.text);
    return set;
}

#define HOP                                                                                        \
    "server must: x\nreq: R5321-4.2-a\neffect: none\nneeds: hop\nS: 220\nHS: 220 {mx} x\n"         \
    "HC: EHLO ...\nHS: 250 {mx}\ntest:\n" /* lines 1 to 9 */
#define HOP_DATA "HC: DATA\nHS: 354 go\nHC. message\nHS: 250 ok\n"

/* ---- what survives, and in how many runs ----------------------------------------------------- */

static const struct {
    const char *name, *text;
    unsigned runs;
} good[] = {
    {"one row", GREETED "S: 250\n", 1},
    {"each other row has a run", GREETED "S: 250\nS| 251 => warn \"w\"\nS| 5yz => fail \"f\"\n", 3},
    {"rows behind pass are led to", GREETED "S: 503 => pass\nS| 354 => info \"i\"\nC: .\nS: 5yz\n",
     3},
    {"silence and close", GREETED "S: silence 5s\nS| close => warn \"w\"\n", 2},
    {"a class under one of its codes", GREETED "S: 503\nS| 5yz => info \"i\"\n", 2},
    {"a class whose plain code is taken", GREETED "S: 550 | 500\nS| 5yz => info \"i\"\n", 2},
    {"any behind others", GREETED "S: 2yz\nS| any => fail \"f\"\n", 2},
    {"brackets",
     GREETED
     "S: 250 [has AUTH PLAIN] [lacks SIZE] [~ /^x+/ \"xx\"] [2.1.5]\nS| 250 => fail \"f\"\n",
     2},
    {"exact octets", GREETED "S= \"250 {rcpt}\\r\\n\"\nS| 250 => warn \"w\"\n", 2},
    {"n exchanges", HEAD "S: 220\ntest:\nC* 3: RCPT {i}\nS* 3: 250\nS| 452 => info \"i\"\n", 2},
    {"n replies to a group",
     HEAD "S: 220\ntest:\nC* 3: RCPT {i}\nC: NOOP\nS* 3: 250 | 452\nS: 250\n", 1},
    {"a group and its variable",
     GREETED "S: 250 [~ /<(?<found>[^>]+)>/ \"a <b@c> d\"]\nS| 5yz => skip \"s\"\nC: VRFY "
             "{found}\nS: 250\n",
     2},
    {"a row without the group",
     GREETED "S: 250 [~ /<(?<found>[^>]+)>/ \"<b>\"]\nS| 250\nC: VRFY {found}\nS: 250\n", 2},
    {"a relay",
     HOP "HC: MAIL FROM:<{from}>\nHS: 250 a\nHC: RCPT TO:<{rcpt}>\nHS: 250 b\n" HOP_DATA
         "M: Received: [~ /^from / \"from x\"]\nM: no Bcc\nM. message\nHC: QUIT\nHS: 221 c\n",
     3},
    {"a relay's other rows",
     HOP "HC: MAIL FROM:<{from}> [lacks SIZE]\nHS: 250 a\nHC| MAIL FROM:<{from}> => fail \"f\"\n"
         "HC| ... => info \"i\"\nHS: 250 b\nHC: close\nHC| silence 2s => warn \"w\"\n",
     4},
    {"a relay's choices",
     HOP "HC: MAIL FROM:<{from}>\nHS: 250 a\nHC? NOOP\nHS: 250 n\nHC& RCPT TO:<{rcpt}>\nHS: 250 b\n"
         "HC& RCPT TO:<{rcpt2}>\nHS: 250 c\nHC. message by DATA or BDAT\nHS: 250 d\n",
     2},
    {"a relay's second connection",
     HOP
     "HC: MAIL FROM:<{from}>\nHS: 450 a\n@close\nHS2: 220 {mx} x\nHC2: EHLO ...\nHS2: 250 {mx}\n"
     "HC2: MAIL FROM:<{from}>\nHS2: 250 a\nHC2| ... => fail \"f\"\n",
     2},
    {"what a relay says and what we say go their own ways",
     HOP "HC: MAIL FROM:<{from}>\nHS: 250 a\nHC| ... => fail \"f\"\nC: NOOP\nS: 250\nS| 5yz => "
         "warn \"w\"\n",
     3},
    {"two connections",
     HEAD
     "S: 220\nS2: 220\ntest:\nC2: NOOP\nC: NOOP\nS2: 250\nS: 250\nS| 5yz => fail \"f\"\n@close2\n",
     2},
    {"exact octets of ours",
     HEAD "S: 220\ntest:\nC= \"NO\" 20ms \"OP\\r\\nNOOP\\r\\n\" \"ab\" * 20000 \"\\r\\n\"\nS: "
          "250\nS: 250\nS: 500\n",
     1},
    {"a should",
     "server should: x\nreq: R5321-4.2-a\neffect: none\nS: 220\ntest:\nC: NOOP\nS: 250\nS| 5yz => "
     "fail \"f\"\n",
     2},
    {"keywords of needs:",
     "server must: x\nreq: R5321-4.2-a\neffect: none\nneeds: SIZE\nS: 220\ntest:\nC: EHLO {me}\nS: "
     "250 [~ /^SIZE/ \"SIZE 5\"]\nS| 250 => fail \"f\"\n",
     2},
    {"a lacking keyword of needs:",
     "server must: x\nreq: R5321-4.2-a\neffect: none\nneeds: SIZE\nS: 220\ntest:\nC: EHLO {me}\nS: "
     "250 [lacks SIZE]\nS| 250 => fail \"f\"\n",
     2},
    {"@alive, @drain, @pause, @auth",
     HEAD "S: 220\n@auth LOGIN\n@auth PLAIN\ntest:\n@pause 1s\nC: NOOP\nS: 250\n@drain\n@alive\n",
     1},
    {"TLS",
     "server must: x\nreq: R5321-4.2-a\neffect: none\nneeds: STARTTLS\nS: 220\nC: STARTTLS\nS: "
     "220\n@tls\ntest:\nC: NOOP\nS: 250\nS| close => warn \"w\"\n@tls-end\n@close\n",
     2},
    {"a message",
     "server must: x\nreq: R5321-4.2-a\neffect: mail\nmessage:\n> .a\n>= \"x\" * 100000\nuse "
     "data\ntest:\nC. message\nS: 250\n",
     2},
    {"a message by BDAT",
     "server must: x\nreq: R5321-4.2-a\neffect: mail\nneeds: CHUNKING\nmessage:\n>= \"\\n.\"\nuse "
     "rcpt\ntest:\nC. message by BDAT\nS: 250\n",
     2},
    {"a text that no row above takes",
     GREETED
     "S: 250 [~ /^[a-z]+/ \"a\"]\nS| 250 [~ /^$/ \"\"] => info \"i\"\nS| 250 => fail \"f\"\n",
     3},
    {"a keyword that the row above lacks", GREETED "S: 250 [lacks X]\nS| 250 => fail \"f\"\n", 2},
    {"@inbox finds one more", MAILED "@inbox 1\n", 3},
    {"two mailboxes", MAILED "@inbox 2\n@inbox 0 {rcpt2}\n@inbox 3\n", 5},
    {"each M line is broken",
     MAILED "@inbox 1\nM: Return-Path: <{from}>\nM: Received: [~ /by/ \"a by b\"]\nM: no X\n"
            "M. message\n",
     7},
    {"what the message has by itself cannot be",
     MAILED "@inbox 1\nM: Subject: [~ /./ \"a\"]\nM. [~ /wanted/ \"wanted\"]\nM. message\n", 4},
    {"a field that is taken away on delivery", MAILED "@inbox 1\nM: no Subject\n", 4},
    {"something in the body", MAILED "@inbox 1\nM. [~ /x+/ \"xx\"]\n", 4},
    {"@kill and @start",
     "server must: x\nreq: R5321-4.2-a\neffect: none\nneeds: stop\nS: 220\ntest:\n@kill\nS: "
     "close\n@start\nS2: 220\n",
     1},
    {"a close in front of more", GREETED "S: 250\nS| close => info \"i\"\nC: NOOP\nS: 250\n", 2},
};

START_TEST(survives)
{
    struct scenario_set *set = parse(good[_i].text);
    struct witness_result result;
    bool all = witness_check(scenario_at(set, 0), &result);
    ck_assert_msg(all && !result.unplayable, "%s: line %u: %s", good[_i].name, result.line,
                  result.why);
    ck_assert_msg(result.runs == good[_i].runs, "%s: %u runs", good[_i].name, result.runs);
    scenario_set_free(set);
}
END_TEST

/* ---- what is caught -------------------------------------------------------------------------- */

static const struct {
    const char *name, *text, *why;
    unsigned line;
} bad[] = {
    {"no row leads on", GREETED "S: 250 => pass\nS| 5yz => fail \"f\"\nC: RSET\nS: 250\n",
     "is never reached: no row on line 7 goes on", 10},
    {"every row ends badly", GREETED "S: 250 => warn \"w\"\nS| 5yz => fail \"f\"\n",
     "no row without a verdict", 7},
    {"a row above takes all texts", GREETED "S: 250 [~ /./ \"a\"]\nS| 250 [2.1.5] => info \"i\"\n",
     "nothing fits it that no row above takes", 8},
    {"a sample that a row above takes",
     GREETED "S: 250 [~ /a/ \"a\"]\nS| 250 [~ /^a/ \"ab\"] => fail \"f\"\n",
     "nothing fits it that no row above takes", 8},
    {"a bracket that the reply cannot fit", GREETED "S: 250 [has X] [lacks X]\nS| 250\n",
     "nothing fits it", 7},
    {"a relay's M line that its text contradicts",
     HOP "HC: DATA\nHS: 354 a\nHC. message\nHS: 250 b\nM: no Subject\n", "should end with pass",
     14},
    {"an M line that the message contradicts", MAILED "@inbox 1\nM: no Subject\nM. message\n",
     "should end with pass", 10},
    {"exact octets that are no reply", GREETED "S= \"250 x\"\nS| 250 => warn \"w\"\n",
     "nothing fits it", 7},
};

START_TEST(caught)
{
    struct scenario_set *set = parse(bad[_i].text);
    struct witness_result result;
    ck_assert_msg(!witness_check(scenario_at(set, 0), &result), "%s", bad[_i].name);
    ck_assert_msg(strstr(result.why, bad[_i].why) != NULL, "%s: %s", bad[_i].name, result.why);
    ck_assert_msg(result.line == bad[_i].line, "%s: line %u: %s", bad[_i].name, result.line,
                  result.why);
    scenario_set_free(set);
}
END_TEST

/* ---- what is not played ---------------------------------------------------------------------- */

START_TEST(unplayable)
{
    static const char text[] = "server must: x\nreq: R5321-4.2-a\neffect: none\nneeds: hop\n"
                               "use hello\ntest:\nHC= \"MAIL\"\nHS: 250 ok\n";
    struct scenario_set *set = parse(text);
    struct witness_result result;
    ck_assert(witness_check(scenario_at(set, 0), &result));
    ck_assert(result.unplayable && result.runs == 0);
    ck_assert_str_eq(result.why, "exact octets of a relay are not played yet");
    scenario_set_free(set);
}
END_TEST

/* ---- everything that ships, and the worked examples ------------------------------------------ */

static unsigned check_all(const struct scenario_set *set, unsigned *unplayed)
{
    unsigned bad_ones = 0;
    for (size_t i = 0; i < scenario_count(set); i++) {
        struct witness_result result;
        const struct scenario *s = scenario_at(set, i);
        if (!witness_check(s, &result)) {
            fprintf(stderr, "%s:%u: %s: %s\n", s->file, result.line, s->id, result.why);
            bad_ones++;
        }
        *unplayed += result.unplayable;
    }
    return bad_ones;
}

START_TEST(shipped)
{
    struct scenario_error error;
    struct scenario_set *set = scenario_set_new(DATA "prelude");
    unsigned unplayed = 0;
    ck_assert_msg(scenario_load(set, DATA "scenarios", &error), "%s:%u: %s", error.file, error.line,
                  error.text);
    ck_assert_uint_gt(scenario_count(set), 0);
    ck_assert_uint_eq(check_all(set, &unplayed), 0);
    ck_assert_uint_lt(unplayed, scenario_count(set) / 10);
    scenario_set_free(set);
}
END_TEST

/* A file of many: "=== ID" in front of each. */
static void parse_worked(struct scenario_set *set, char *text)
{
    struct scenario_error error;
    for (char *at = strstr(text, "=== "), *next; at != NULL; at = next) {
        char *id = at + 4, *body = strchr(id, '\n');
        ck_assert_ptr_nonnull(body);
        *body++ = '\0';
        next = strstr(body, "\n=== ");
        if (next != NULL)
            *++next = '\0';
        bool parsed = scenario_parse(set, id, id, smtp_span_of(body), &error);
        ck_assert_msg(parsed, "%s:%u: %s", error.file, error.line, error.text);
        if (next != NULL)
            *next = '=';
    }
}

START_TEST(worked)
{
    static char text[65536];
    FILE *file = fopen(DATA "test/player/worked.txt", "rb");
    ck_assert_ptr_nonnull(file);
    size_t n = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    ck_assert_uint_lt(n, sizeof text - 1);
    struct scenario_set *set = scenario_set_new(DATA "prelude");
    unsigned unplayed = 0;
    parse_worked(set, text);
    ck_assert_uint_gt(scenario_count(set), 40);
    ck_assert_uint_eq(check_all(set, &unplayed), 0);
    ck_assert_uint_eq(unplayed, 0);
    scenario_set_free(set);
}
END_TEST

static Suite *witness_suite(void)
{
    Suite *s = suite_create("witness");
    TCase *c = tcase_create("cases");
    tcase_add_loop_test(c, survives, 0, COUNT(good));
    tcase_add_loop_test(c, caught, 0, COUNT(bad));
    tcase_add_test(c, unplayable);
    tcase_add_test(c, shipped);
    tcase_add_test(c, worked);
    tcase_set_timeout(c, 30);
    suite_add_tcase(s, c);
    return s;
}

CHECK_MAIN(witness_suite)
