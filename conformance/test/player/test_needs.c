/*
 * What a run has to have: notation, section 2.
 */
#include <stdio.h>
#include <string.h>

#include "stage.h"
#include "suites.h"

#define COUNT(table) ((int)(sizeof(table) / sizeof *(table)))
#define BODY "S: 220\ntest:\nC: NOOP\nS: 250\n"

static const char *const ehlo[] = {"SIZE 1000", "AUTH LOGIN PLAIN", "8bitmime", NULL};
static const char *const facts[] = {"list", NULL};

static const struct {
    const char *name, *fields, *body;
    enum player_verdict verdict;
    const char *why;
} cases[] = {
    {"a keyword that is listed", "needs: SIZE\n", BODY, PLAYER_PASS, ""},
    {"in any case", "needs: 8BITMIME\n", BODY, PLAYER_PASS, ""},
    {"with a parameter", "needs: AUTH=PLAIN\n", BODY, PLAYER_PASS, ""},
    {"a keyword that is not listed", "needs: SIZE CHUNKING\n", BODY, PLAYER_SKIP,
     "the server does not list CHUNKING"},
    {"a parameter that is not listed", "needs: AUTH=CRAM-MD5\n", BODY, PLAYER_SKIP,
     "the server does not list AUTH=CRAM-MD5"},
    {"a fact", "needs: list\n", BODY, PLAYER_PASS, ""},
    {"no such fact", "needs: alias\n", BODY, PLAYER_SKIP, "needs --alias MAILBOX"},
    {"STARTTLS that is not listed", "needs: STARTTLS\n", BODY, PLAYER_SKIP,
     "does not list STARTTLS"},
    {"a variable without a value", "", "S: 220\ntest:\nC: RCPT TO:<{rcpt3}>\nS: 250\n", PLAYER_SKIP,
     "needs a third --rcpt MAILBOX"},
    {"one that is NULL", "", "S: 220\ntest:\nC: RCPT TO:<{bad-rcpt}>\nS: 250\n", PLAYER_SKIP,
     "needs --bad-rcpt MAILBOX"},
    {"credentials", "", "S: 220\ntest:\nC: AUTH PLAIN {plain}\nS: 235\n", PLAYER_SKIP,
     "needs --auth USER:PASSWORD"},
    {"one in exact octets of the target", "", "S: 220\ntest:\nC: NOOP\nS= \"250 {list}\\r\\n\"\n",
     PLAYER_SKIP, "needs --list MAILBOX"},
    {"@tls without TLS", "", "S: 220\nC: STARTTLS\nS: 220\n@tls\ntest:\nC: NOOP\nS: 250\n",
     PLAYER_SKIP, "this run cannot do TLS"},
    {"@auth without credentials", "", "S: 220\n@auth PLAIN\ntest:\nC: NOOP\nS: 250\n", PLAYER_SKIP,
     "needs --auth USER:PASSWORD"},
    {"over 10 s of silence", "", "S: 220\ntest:\nS: silence 6s\nC: NOOP\nS: 250\nS: silence 5s\n",
     PLAYER_SKIP, "slow: waits 11 s"},
    {"10 s are not slow", "", "S: 220\ntest:\nS: silence 6s\nC: NOOP\nS: 250\nS: silence 4s\n",
     PLAYER_PASS, ""},
    {"messages that were delivered", "needs: inbox\n", BODY, PLAYER_SKIP, "needs --inbox WHERE"},
};

START_TEST(needs)
{
    struct stage stage;
    char text[1024];
    snprintf(text, sizeof text, "server must: x\nreq: R5321-4.2-a\neffect: none\n%s%s",
             cases[_i].fields, cases[_i].body);
    stage_open(&stage);
    stage.run.ehlo = ehlo;
    stage.run.facts = facts;
    stage.fake.scripts[0] = "say 220 a\nline\nsay 250 b";
    stage_play(&stage, text);
    ck_assert_msg(stage.outcome->verdict == cases[_i].verdict, "%s: %s", cases[_i].name,
                  stage.outcome->why);
    ck_assert_msg(strstr(stage.outcome->why, cases[_i].why) != NULL, "%s: %s", cases[_i].name,
                  stage.outcome->why);
    ck_assert_uint_eq(stage.fake.dialled, cases[_i].verdict == PLAYER_SKIP ? 0 : 1);
    stage_close(&stage);
}
END_TEST

/* What is not played yet is skipped, with the reason, even where the run has what it needs. */
static const struct {
    const char *text, *why;
} unplayed[] = {
    {"server must: x\nreq: R5321-4.2-a\neffect: none\nneeds: stop\nuse hello\ntest:\n@stop\nS: "
     "421\n",
     "needs --on-stop COMMAND"},
    {"server must: x\nreq: R5321-4.2-a\neffect: none\nneeds: stop\nuse hello\ntest:\n@kill\nS: "
     "close\n",
     "needs --on-kill COMMAND"},
    {"server must: x\nreq: R5321-4.2-a\neffect: mail\nneeds: inbox\nuse data\ntest:\nC. "
     "message\nS: 250\n@inbox 1\n",
     "needs --inbox WHERE"},
    {"client must: x\nreq: R5321-4.2-a\nS: 220 {mx}\ntest:\nC: EHLO ...\nS: 250 {mx}\n",
     "clients under test are not played yet"},
};

START_TEST(not_played)
{
    static const char *const all[] = {"stop", "inbox", "hop", NULL};
    struct stage stage;
    stage_open(&stage);
    stage.run.facts = all;
    stage_play(&stage, unplayed[_i].text);
    ck_assert_int_eq(stage.outcome->verdict, PLAYER_SKIP);
    ck_assert_str_eq(stage.outcome->why, unplayed[_i].why);
    stage_close(&stage);
}
END_TEST

/* Another door of the same server: it is the one that is dialled, and what it wants is done. */
static const struct {
    const char *need, *heard;
} doors[] = {
    {"submission", "AUTH PLAIN"},
    {"lmtp", "LHLO"},
};

START_TEST(other_doors)
{
    static const struct player_var vars[] = {
        {"me", "c.example"}, {"user", "u"}, {"password", "p"}, {NULL, NULL}};
    char text[256];
    struct stage stage;
    stage_open(&stage);
    stage.run.vars = vars;
    stage.run.submission = stage.run.lmtp = &stage.fake.dialler;
    stage.fake.scripts[0] = _i == 0 ? "say 220 a\nline\nsay 250 b\nline\nsay 235 c\nline\nsay 250 d"
                                    : "say 220 a\nline\nsay 250 b\nline\nsay 250 c";
    snprintf(text, sizeof text,
             "server must: x\nreq: R5321-4.2-a\neffect: none\nneeds: %s\nuse hello\ntest:\nC: "
             "NOOP\nS: 250\n",
             doors[_i].need);
    stage_play(&stage, text);
    ck_assert_msg(stage.outcome->verdict == PLAYER_PASS, "%s", stage.outcome->why);
    ck_assert_msg(strstr(stage.fake.heard, doors[_i].heard) != NULL, "%s", stage.fake.heard);
    stage_close(&stage);
}
END_TEST

Suite *needs_suite(void)
{
    Suite *s = suite_create("needs");
    TCase *c = tcase_create("cases");
    tcase_add_loop_test(c, needs, 0, COUNT(cases));
    tcase_add_loop_test(c, not_played, 0, COUNT(unplayed));
    tcase_add_loop_test(c, other_doors, 0, COUNT(doors));
    suite_add_tcase(s, c);
    return s;
}
