/*
 * The end, and one reply too many: notation, section 4.
 */
#include <stdlib.h>

#include "stage.h"
#include "suites.h"

#define COUNT(table) ((int)(sizeof(table) / sizeof *(table)))
#define GREETED "S: 220\ntest:\nC: NOOP\n" /* lines 4 to 6 */

static const struct stage_case cases[] = {
    {"QUIT and 221",
     NULL,
     GREETED "S: 250\n",
     {"say 220 a\nline\nsay 250 b\nline\nsay 221 c\nclose"},
     PLAYER_PASS,
     "",
     0},
    {"a reply in front of the 221",
     NULL,
     GREETED "S: 250\n",
     {"say 220 a\nline\nsay 250 b\nsay 250 again\nline\nsay 221 c"},
     PLAYER_FAIL,
     "one reply too many: \"250 again\"",
     7},
    {"weighed as a fail",
     "server should",
     GREETED "S: 250\n",
     {"say 220 a\nline\nsay 250 b\nsay 250 again\nline\nsay 221 c"},
     PLAYER_WARN,
     "one reply too many: \"250 again\"",
     7},
    {"a late one",
     NULL,
     GREETED "S: 250\n",
     {"say 220 a\nline\nsay 250 b\nwait 900\nsay 250 late\nline\nsay 221 c"},
     PLAYER_FAIL,
     "one reply too many: \"250 late\"",
     7},
    {"no proper reply in front of the 221",
     NULL,
     GREETED "S: 250\n",
     {"say 220 a\nline\nsay 250 b\nsay what\nline\nsay 221 c"},
     PLAYER_FAIL,
     "one reply too many: \"what\"",
     7},
    {"421 in front of the 221 says nothing",
     NULL,
     GREETED "S: 250\n",
     {"say 220 a\nline\nsay 250 b\nsay 421 bye\nline\nsay 221 c"},
     PLAYER_INCONCLUSIVE,
     "421 bye",
     7},
    {"two, and no 221",
     NULL,
     GREETED "S: 250\n",
     {"say 220 a\nline\nsay 250 b\nsay 250 again\nline\nsay 250 bye\nclose"},
     PLAYER_FAIL,
     "one reply too many: \"250 again\"",
     7},
    {"another answer to QUIT is not judged",
     NULL,
     GREETED "S: 250\n",
     {"say 220 a\nline\nsay 250 b\nline\nsay 250 bye\nclose"},
     PLAYER_PASS,
     "",
     0},
    {"no answer to QUIT is not judged",
     NULL,
     GREETED "S: 250\n",
     {"say 220 a\nline\nsay 250 b\nline\nclose"},
     PLAYER_PASS,
     "",
     0},
    {"silence at QUIT is not judged",
     NULL,
     GREETED "S: 250\n",
     {"say 220 a\nline\nsay 250 b\nhold"},
     PLAYER_PASS,
     "",
     0},
    {"a server that has gone is not asked",
     NULL,
     GREETED "S: 250\n",
     {"say 220 a\nline\nsay 250 b\nclose"},
     PLAYER_PASS,
     "",
     0},
    {"more than was listed, behind the close",
     NULL,
     GREETED "S: 250\n",
     {"say 220 a\nline\nsay 250 b\nsay 250 c\nsay 250 d\nclose"},
     PLAYER_FAIL,
     "one reply too many: \"250 c\"",
     7},
    {"QUIT of the file, behind its 221",
     NULL,
     "S: 220\ntest:\nC: QUIT\nS: 221\n",
     {"say 220 a\nline\nsay 221 b\nsay 221 c\nclose"},
     PLAYER_FAIL,
     "one reply too many: \"221 c\"",
     7},
    {"at the file's own close",
     NULL,
     GREETED "S: 250\n@close\n",
     {"say 220 a\nline\nsay 250 b\nsay 250 c\nhold"},
     PLAYER_FAIL,
     "one reply too many: \"250 c\"",
     8},
    {"what was asked for and not expected yet",
     NULL,
     GREETED "C: RSET\nS: 250\nS: 250\n",
     {"say 220 a\nline\nline\nsay 250 b\nsay 250 c"},
     PLAYER_PASS,
     "",
     0},
    {"behind pass, too",
     NULL,
     GREETED "S: 250 => pass\n",
     {"say 220 a\nline\nsay 250 b\nsay 250 c\nline\nsay 221 d"},
     PLAYER_FAIL,
     "one reply too many: \"250 c\"",
     7},
    {"not behind pass in the middle of a group",
     NULL,
     GREETED "C: RSET\nS: 250 => pass\nS: 250\n",
     {"say 220 a\nline\nline\nsay 250 b\nsay 250 c\nline\nsay 221 d"},
     PLAYER_PASS,
     "",
     8},
    {"not behind pass for exact octets",
     NULL,
     "S: 220\ntest:\nC= \"STARTTLS\\r\\nHE\"\nS: 501 => pass \"refused\"\n",
     {"say 220 a\nline\nsay 501 b\nline\nsay 500 c\nline\nsay 221 d"},
     PLAYER_PASS,
     "refused",
     7},
    {"a fail stands, whatever comes behind",
     NULL,
     GREETED "S: 250 => fail \"no\"\n",
     {"say 220 a\nline\nsay 250 b\nsay 250 c\nline\nsay 221 d"},
     PLAYER_FAIL,
     "no",
     7},
    {"each connection has its end",
     NULL,
     "S: 220\nS2: 220\ntest:\nC: NOOP\nS: 250\nC2: NOOP\nS2: 250\n",
     {"say 220 a\nline\nsay 250 b", "say 220 a\nline\nsay 250 b\nsay 250 c\nline\nsay 221 d"},
     PLAYER_FAIL,
     "one reply too many: \"250 c\"",
     10},
};

START_TEST(ends)
{
    stage_check(&cases[_i]);
}
END_TEST

static const struct {
    const char *name, *body, *script, *heard;
} quits[] = {
    {"we say QUIT", GREETED "S: 250\n", "say 220 a\nline\nsay 250 b\nline\nsay 221 c\nclose",
     "1:QUIT\r\n|"},
    {"also when it is over early", GREETED "S: 250 => skip \"x\"\nC: DATA\nS: 354\n",
     "say 220 a\nline\nsay 250 b\nline\nsay 221 c\nclose", "1:NOOP\r\n|1:QUIT\r\n|"},
    {"and in the setup", "S: 220\nS| 554 => skip \"no\"\ntest:\nC: NOOP\nS: 250\n",
     "say 554 a\nline\nsay 221 c\nclose", "1:QUIT\r\n|"},
};

START_TEST(quit_is_said)
{
    struct stage stage;
    char *text = stage_text(NULL, quits[_i].body);
    stage_open(&stage);
    stage.fake.scripts[0] = quits[_i].script;
    stage_play(&stage, text);
    ck_assert_msg(stage_heard(&stage, quits[_i].heard), "%s: %s", quits[_i].name, stage.fake.heard);
    ck_assert_uint_eq(stage.fake.dialled, 1);
    stage_close(&stage);
    free(text);
}
END_TEST

/* Not twice, when the file said it. */
START_TEST(quit_of_the_file)
{
    struct stage stage;
    char *text = stage_text(NULL, "S: 220\ntest:\nC: QUIT\nS: 221\n");
    stage_open(&stage);
    stage.fake.scripts[0] = "say 220 a\nline\nsay 221 b\nhold";
    stage_play(&stage, text);
    ck_assert_str_eq(stage.fake.heard, "1:QUIT\r\n|1#|");
    ck_assert_int_eq(stage.outcome->verdict, PLAYER_PASS);
    stage_close(&stage);
    free(text);
}
END_TEST

Suite *ends_suite(void)
{
    Suite *s = suite_create("ends");
    TCase *c = tcase_create("cases");
    tcase_add_loop_test(c, ends, 0, COUNT(cases));
    tcase_add_loop_test(c, quit_is_said, 0, COUNT(quits));
    tcase_add_test(c, quit_of_the_file);
    suite_add_tcase(s, c);
    return s;
}
