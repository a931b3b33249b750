/*
 * Directives: notation, section 5.
 */
#include <stdlib.h>
#include <string.h>

#include "stage.h"
#include "suites.h"

#define COUNT(table) ((int)(sizeof(table) / sizeof *(table)))
#define GREETED "S: 220\ntest:\nC: NOOP\n" /* lines 4 to 6 */

static const struct stage_case cases[] = {
    {"@close",
     NULL,
     GREETED "S: 250\n@close\n",
     {"say 220 a\nline\nsay 250 b\nhold"},
     PLAYER_PASS,
     "",
     0},
    {"@reset",
     NULL,
     GREETED "S: 250\n@reset\n",
     {"say 220 a\nline\nsay 250 b\nhold"},
     PLAYER_PASS,
     "",
     0},
    {"@half-close: replies still come",
     NULL,
     GREETED "@half-close\nS: 250\nS: close\n",
     {"say 220 a\nline\nsay 250 b\nclose"},
     PLAYER_PASS,
     "",
     0},
    {"@drain judges nothing",
     NULL,
     GREETED "S: 250\n@drain\n",
     {"say 220 a\nline\nsay 250 b\nsay 250 c\nsay what\nline\nsay 999 d\nclose"},
     PLAYER_PASS,
     "",
     0},
    {"@drain of a server that floods",
     NULL,
     GREETED "S: 250\n@drain\n",
     {"say 220 a\nline\nsay 250 b\nflood 250 c"},
     PLAYER_PASS,
     "",
     0},
    {"@drain of a server that says nothing",
     NULL,
     GREETED "S: 250\n@drain\n",
     {"say 220 a\nline\nsay 250 b\nhold"},
     PLAYER_PASS,
     "",
     0},
    {"@alive",
     NULL,
     GREETED "S: 250\n@close\n@alive\n",
     {"say 220 a\nline\nsay 250 b\nhold", "say 220 c\nline\nsay 250 d\nline\nsay 221 e"},
     PLAYER_PASS,
     "",
     0},
    {"@alive: refused",
     "server may",
     GREETED "S: 250\n@close\n@alive\n",
     {"say 220 a\nline\nsay 250 b\nhold"},
     PLAYER_FAIL,
     "@alive: expected 220, connection refused",
     9},
    {"@alive: no 220, FAIL at any level",
     "server info",
     GREETED "S: 250\n@alive\n",
     {"say 220 a\nline\nsay 250 b", "say 421 busy\nclose"},
     PLAYER_FAIL,
     "@alive: expected 220, got \"421 busy\"",
     8},
    {"@alive: no 221",
     "server should",
     GREETED "S: 250\n@alive\n",
     {"say 220 a\nline\nsay 250 b", "say 220 c\nline\nsay 250 d\nline\nclose"},
     PLAYER_FAIL,
     "@alive: expected 221, the target hung up",
     8},
    {"@alive twice",
     NULL,
     GREETED "S: 250\n@alive\n@alive\n",
     {"say 220 a\nline\nsay 250 b", "say 220 c\nline\nsay 250 d\nline\nsay 221 e",
      "say 220 c\nline\nsay 250 d\nline\nsay 221 e"},
     PLAYER_PASS,
     "",
     0},
    {"a second connection",
     NULL,
     "S: 220\ntest:\nS2: 220\nC2: NOOP\nS2: 250\nC: NOOP\nS: 251\n@close2\n",
     {"say 220 a\nline\nsay 251 b", "say 220 c\nline\nsay 250 d\nhold"},
     PLAYER_PASS,
     "",
     0},
    {"a second connection is opened by our line",
     NULL,
     "S: 220\ntest:\nC2: NOOP\nS2: 220\nS2: 250\n",
     {"say 220 a", "line\nsay 220 c\nsay 250 d"},
     PLAYER_PASS,
     "",
     0},
    {"a second connection is refused",
     NULL,
     "S: 220\ntest:\nS2: 220\n",
     {"say 220 a"},
     PLAYER_FAIL,
     "expected 220, connection refused",
     6},
    {"the first connection is refused",
     NULL,
     "test:\nS: 220\n",
     {NULL},
     PLAYER_INCONCLUSIVE,
     "unreachable: connection refused",
     5},
};

START_TEST(directives)
{
    stage_check(&cases[_i]);
}
END_TEST

#define SECURE "S: 220\nC: STARTTLS\nS: 220\n@tls\n" /* lines 4 to 7 */

/* With a server that can do TLS. */
static const struct stage_case secure[] = {
    {"@tls",
     NULL,
     SECURE "test:\nC: NOOP\nS: 250\n",
     {"say 220 a\nline\nsay 220 b\ntls\nline\nsay 250 c"},
     PLAYER_PASS,
     "",
     0},
    {"a reply in clear behind the 220 is one too many",
     NULL,
     "S: 220\ntest:\nC: STARTTLS\nS: 220\n@tls\nC: NOOP\nS: 250\n",
     {"say 220 a\nline\nsay 220 b\nsay 250 c\ntls\nline\nsay 250 d"},
     PLAYER_FAIL,
     "one reply too many: \"250 c\"",
     8},
    {"a handshake that fails is a close",
     NULL,
     SECURE "test:\nC: NOOP\nS: 250\nS| close => warn \"no\"\n",
     {"say 220 a\nline\nsay 220 b\nclose"},
     PLAYER_WARN,
     "no",
     11},
    {"and says why",
     NULL,
     SECURE "test:\nC: NOOP\nS: 250\n",
     {"say 220 a\nline\nsay 220 b\nline\nsay 501 what\nclose"},
     PLAYER_FAIL,
     "not TLS",
     10},
    {"a handshake that does not end",
     NULL,
     SECURE "test:\nC: NOOP\nS: 250\n",
     {"say 220 a\nline\nsay 220 b\ndeaf\nhold"},
     PLAYER_INCONCLUSIVE,
     "handshake did not end within 30 s",
     7},
    {"@tls-end, then on in clear",
     NULL,
     SECURE "test:\nC: NOOP\nS: 250\n@tls-end\n@close\n",
     {"say 220 a\nline\nsay 220 b\ntls\nline\nsay 250 c\nhold"},
     PLAYER_PASS,
     "",
     0},
    {"a close inside TLS",
     NULL,
     SECURE "test:\nC: NOOP\nS: close\n",
     {"say 220 a\nline\nsay 220 b\ntls\nline\nclose"},
     PLAYER_PASS,
     "",
     0},
    {"QUIT inside TLS",
     NULL,
     SECURE "test:\nC: NOOP\nS: 250\n",
     {"say 220 a\nline\nsay 220 b\ntls\nline\nsay 250 c\nsay 250 d\nline\nsay 221 e"},
     PLAYER_FAIL,
     "one reply too many: \"250 d\"",
     10},
};

START_TEST(tls)
{
    struct stage stage;
    const struct stage_case *c = &secure[_i];
    char body[512] = "needs: STARTTLS\n";
    strncat(body, c->body, sizeof body - 64);
    char *text = stage_text(c->claim, body);
    static const char *const ehlo[] = {"STARTTLS", NULL};
    stage_open(&stage);
    stage.fake.tls = true;
    stage.run.tls = fake_tls();
    stage.run.ehlo = ehlo;
    stage.fake.scripts[0] = c->scripts[0];
    stage_play(&stage, text);
    const struct player_outcome *o = stage.outcome;
    ck_assert_msg(o->verdict == c->verdict, "%s: %s: %s", c->name, player_verdict_name(o->verdict),
                  o->why);
    ck_assert_msg(strstr(o->why, c->why) != NULL, "%s: %s", c->name, o->why);
    ck_assert_msg(o->line == (c->line == 0 ? 0 : c->line + 1), "%s: line %u: %s", c->name, o->line,
                  o->why);
    stage_close(&stage);
    free(text);
}
END_TEST

static const struct player_var login[] = {
    {"me", "client.example.org"}, {"user", "tester"}, {"password", "secret"}, {NULL, NULL}};

static const struct {
    const char *body, *script, *heard, *why;
    enum player_verdict verdict;
} auths[] = {
    {"S: 220\n@auth PLAIN\ntest:\nC: NOOP\nS: 250\n", "say 220 a\nline\nsay 235 b\nline\nsay 250 c",
     "1:AUTH PLAIN AHRlc3RlcgBzZWNyZXQ=\r\n|", "", PLAYER_PASS},
    {"S: 220\n@auth LOGIN\ntest:\nC: NOOP\nS: 250\n",
     "say 220 a\nline\nsay 334 VXNlcm5hbWU6\nline\nsay 334 x\nline\nsay 235 b\nline\nsay 250 c",
     "1:AUTH LOGIN\r\n|1:dGVzdGVy\r\n|1:c2VjcmV0\r\n|", "", PLAYER_PASS},
    {"S: 220\n@auth PLAIN\ntest:\nC: NOOP\nS: 250\n", "say 220 a\nline\nsay 535 no", "1:AUTH PLAIN",
     "AUTH PLAIN: expected 235, got \"535 no\"", PLAYER_INCONCLUSIVE},
    {"S: 220\ntest:\n@auth PLAIN\nC: NOOP\nS: 250\n", "say 220 a\nline\nsay 535 no", "1:AUTH PLAIN",
     "AUTH PLAIN: expected 235, got \"535 no\"", PLAYER_FAIL},
};

START_TEST(auth)
{
    struct stage stage;
    char *text = stage_text(NULL, auths[_i].body);
    stage_open(&stage);
    stage.run.vars = login;
    stage.fake.scripts[0] = auths[_i].script;
    stage_play(&stage, text);
    ck_assert_msg(stage.outcome->verdict == auths[_i].verdict, "%s", stage.outcome->why);
    ck_assert_msg(strstr(stage.outcome->why, auths[_i].why) != NULL, "%s", stage.outcome->why);
    ck_assert_msg(stage_heard(&stage, auths[_i].heard), "%s", stage.fake.heard);
    stage_close(&stage);
    free(text);
}
END_TEST

static const struct {
    const char *body, *script, *heard;
} closes[] = {
    {GREETED "S: 250\nC= \"RS\"\n@reset\n", "say 220 a\nline\nsay 250 b\nhold", "1!|"},
    {GREETED "S: 250\nC= \"RS\"\n@close\n", "say 220 a\nline\nsay 250 b\nhold", "1:RS|1#|"},
    {GREETED "@half-close\nS: 250\n", "say 220 a\nline\nwait 10\nsay 250 b\nhold",
     "1:NOOP\r\n|1#|"},
    {GREETED "S: 250\n@drain\n", "say 220 a\nline\nsay 250 b\nline\nsay 221 c\nhold",
     "1:QUIT\r\n|"},
};

/* What the server sees of our hanging up. */
START_TEST(hanging_up)
{
    struct stage stage;
    char *text = stage_text(NULL, closes[_i].body);
    stage_open(&stage);
    stage.fake.scripts[0] = closes[_i].script;
    stage_play(&stage, text);
    ck_assert_msg(stage_heard(&stage, closes[_i].heard), "%s", stage.fake.heard);
    stage_close(&stage);
    free(text);
}
END_TEST

Suite *directives_suite(void)
{
    Suite *s = suite_create("directives");
    TCase *c = tcase_create("cases");
    tcase_add_loop_test(c, directives, 0, COUNT(cases));
    tcase_add_loop_test(c, tls, 0, COUNT(secure));
    tcase_add_loop_test(c, auth, 0, COUNT(auths));
    tcase_add_loop_test(c, hanging_up, 0, COUNT(closes));
    suite_add_tcase(s, c);
    return s;
}
