/*
 * What a reply is and what brackets ask of it: notation, section 3.
 */
#include <stdlib.h>
#include <string.h>

#include "stage.h"
#include "suites.h"

#define COUNT(table) ((int)(sizeof(table) / sizeof *(table)))
#define GREETED "S: 220\ntest:\nC: NOOP\n" /* lines 4 to 6 */

static const struct stage_case cases[] = {
    {"a reply of many lines is one",
     NULL,
     GREETED "S: 250\n",
     {"say 220-a\nsay 220-b\nsay 220 c\nline\nsay 250 d"},
     PLAYER_PASS,
     "",
     0},
    {"a reply in pieces is one",
     NULL,
     GREETED "S: 250\n",
     {"raw 22\nwait 5\nraw 0-a\\r\nwait 5\nraw \\n220\nwait 5\nraw  b\\r\\n\nline\nsay 250 c"},
     PLAYER_PASS,
     "",
     0},
    {"framing goes by LF",
     NULL,
     GREETED "S: 250\n",
     {"raw 220-a\\n220 b\\n\nline\nsay 250 c"},
     PLAYER_PASS,
     "",
     0},
    {"a code alone", NULL, GREETED "S: 250\n", {"say 220\nline\nsay 250"}, PLAYER_PASS, "", 0},
    {"unequal codes are the observer's",
     NULL,
     GREETED "S: 250\n",
     {"say 220-a\nsay 221 b\nline\nsay 250 c"},
     PLAYER_PASS,
     "",
     0},
    {"no proper reply: no code",
     NULL,
     GREETED "S: any\n",
     {"say 220 a\nline\nsay hello there"},
     PLAYER_FAIL,
     "no proper reply: \"hello there\"",
     7},
    {"no proper reply: a line without a code",
     NULL,
     GREETED "S: 250\n",
     {"say 220 a\nline\nsay 250-b\nsay c\nsay 250 d"},
     PLAYER_FAIL,
     "no proper reply",
     7},
    {"no proper reply: neither blank nor hyphen",
     NULL,
     GREETED "S: 250\n",
     {"say 220 a\nline\nsay 250=b"},
     PLAYER_FAIL,
     "no proper reply: \"250=b\"",
     7},
    {"no proper reply: the class",
     NULL,
     GREETED "S: any\n",
     {"say 220 a\nline\nsay 650 b"},
     PLAYER_FAIL,
     "no proper reply: \"650 b\"",
     7},
    {"no proper reply before test:",
     NULL,
     "S: 220\ntest:\nC: NOOP\nS: 250\n",
     {"say SSH-2.0-x"},
     PLAYER_INCONCLUSIVE,
     "before test: expected 220, got no proper reply",
     4},
    {"octets that cannot be printed",
     NULL,
     GREETED "S: 250\n",
     {"say 220 a\nline\nsay 500 \\x01\\xff"},
     PLAYER_FAIL,
     "\"500 \\x01\\xff\"",
     7},
    {"half a reply, then a close",
     NULL,
     GREETED "S: 250\nS| close\n",
     {"say 220 a\nline\nraw 250-b\\r\\n250\nclose"},
     PLAYER_FAIL,
     "hung up inside a reply",
     7},
    {"[5.1.1]",
     NULL,
     GREETED "S: 550 [5.1.1]\n",
     {"say 220 a\nline\nsay 550 5.1.1 b"},
     PLAYER_PASS,
     "",
     0},
    {"[5.1.1] is not 5.1.10",
     NULL,
     GREETED "S: 550 [5.1.1]\n",
     {"say 220 a\nline\nsay 550 5.1.10 b"},
     PLAYER_FAIL,
     "expected 550 [5.1.1], got",
     7},
    {"[has X Y]",
     NULL,
     GREETED "S: 250 [has AUTH PLAIN]\n",
     {"say 220 a\nline\nsay 250-b\nsay 250 auth LOGIN plain"},
     PLAYER_PASS,
     "",
     0},
    {"[has X Y] without Y",
     NULL,
     GREETED "S: 250 [has AUTH PLAIN]\n",
     {"say 220 a\nline\nsay 250-b\nsay 250 AUTH LOGIN PLAINER"},
     PLAYER_FAIL,
     "has AUTH PLAIN",
     7},
    {"[has X] looks behind the first line",
     NULL,
     GREETED "S: 250 [has SIZE]\n",
     {"say 220 a\nline\nsay 250-SIZE\nsay 250 b"},
     PLAYER_FAIL,
     "has SIZE",
     7},
    {"[has X] wants a keyword, not a word",
     NULL,
     GREETED "S: 250 [has SIZE]\n",
     {"say 220 a\nline\nsay 250-b\nsay 250 X SIZE"},
     PLAYER_FAIL,
     "has SIZE",
     7},
    {"[lacks X]",
     NULL,
     GREETED "S: 250 [lacks SIZE]\n",
     {"say 220 a\nline\nsay 250-b\nsay 250 SIZE2"},
     PLAYER_PASS,
     "",
     0},
    {"[lacks X] with X",
     NULL,
     GREETED "S: 250 [lacks SIZE]\n",
     {"say 220 a\nline\nsay 250-b\nsay 250 size 1000"},
     PLAYER_FAIL,
     "lacks SIZE",
     7},
    {"[~ /re/] in the text of some line",
     NULL,
     GREETED "S: 250 [~ /^b+$/ \"b\"]\n",
     {"say 220 a\nline\nsay 250-a\nsay 250 bbb"},
     PLAYER_PASS,
     "",
     0},
    {"[~ /re/] not in the code",
     NULL,
     GREETED "S: 250 [~ /2/ \"2\"]\n",
     {"say 220 a\nline\nsay 250 b"},
     PLAYER_FAIL,
     "expected 250 [~ /2/",
     7},
    {"all brackets",
     NULL,
     GREETED "S: 250 [has B] [lacks C] [~ /a/ \"a\"]\n",
     {"say 220 a\nline\nsay 250-a\nsay 250-B\nsay 250 C"},
     PLAYER_FAIL,
     "expected",
     7},
    {"a group is a variable from its line on",
     NULL,
     GREETED "S: 250 [~ /<(?<found>[^>]+)>/ \"<x>\"]\nC: VRFY {found}\nS: 252\n",
     {"say 220 a\nline\nsay 250 b <seen@here>\nline\nsay 252 c"},
     PLAYER_PASS,
     "",
     0},
    {"a group of a row that was not taken",
     NULL,
     GREETED "S: 250 [~ /<(?<found>[^>]+)>/ \"<x>\"]\nS| 250\nC: VRFY {found}\nS: 252\n",
     {"say 220 a\nline\nsay 250 b\nline\nsay 252 c"},
     PLAYER_INCONCLUSIVE,
     "{found} has no value",
     9},
    {"S= the octets of the next reply",
     NULL,
     GREETED "S= \"250 {rcpt}\\r\\n\"\n",
     {"say 220 a\nline\nsay 250 tester@example.test"},
     PLAYER_PASS,
     "",
     0},
    {"S= other octets",
     NULL,
     GREETED "S= \"334 \\r\\n\"\n",
     {"say 220 a\nline\nsay 334"},
     PLAYER_FAIL,
     "got \"334\"",
     7},
    {"S= or another row",
     NULL,
     GREETED "S= \"334 \\r\\n\"\nS| 334 => warn \"close to it\"\n",
     {"say 220 a\nline\nsay 334"},
     PLAYER_WARN,
     "close to it",
     8},
    {"half a reply, then a reset: it may have been sent whole",
     NULL,
     GREETED "S: 250\nS| close => pass\n",
     {"say 220 a\nline\nraw 250-b\\r\\n250\nwait 1000\nreset"},
     PLAYER_PASS,
     "",
     8},
    {"half a reply, then a reset, where no close is allowed",
     NULL,
     GREETED "S: 250\n",
     {"say 220 a\nline\nraw 250-b\\r\\n250\nwait 1000\nreset"},
     PLAYER_FAIL,
     "reset inside a reply",
     7},
};

START_TEST(replies)
{
    stage_check(&cases[_i]);
}
END_TEST

/* The value goes out as it came in. */
START_TEST(group_is_sent)
{
    struct stage stage;
    char *text = stage_text(NULL, cases[23].body);
    stage_open(&stage);
    stage.fake.scripts[0] = cases[23].scripts[0];
    stage_play(&stage, text);
    ck_assert(stage_heard(&stage, "1:VRFY seen@here\r\n|"));
    stage_close(&stage);
    free(text);
}
END_TEST

static const struct {
    const char *name, *script, *why, *received;
} floods[] = {
    {"one line for ever", "say 220 a\nline\nflood 250-more", "a reply of more than 65536 octets",
     "[61440 octets left out]"},
    {"replies for ever", "say 220 a\nline\nflood 250 more", "one reply too many: \"250 more\"",
     "250 more\r\n"},
};

/* A server that floods is found out in bounded memory. */
START_TEST(flood)
{
    struct stage stage;
    char *text = stage_text(NULL, GREETED "S: 250\n");
    stage_open(&stage);
    stage.fake.scripts[0] = floods[_i].script;
    stage_play(&stage, text);
    ck_assert_msg(stage.outcome->verdict == PLAYER_FAIL, "%s", stage.outcome->why);
    ck_assert_msg(strstr(stage.outcome->why, floods[_i].why) != NULL, "%s: %s", floods[_i].name,
                  stage.outcome->why);
    ck_assert_ptr_nonnull(strstr(stage.outcome->received, floods[_i].received));
    ck_assert_uint_le(stage.outcome->received_length, 4200);
    stage_close(&stage);
    free(text);
}
END_TEST

Suite *replies_suite(void)
{
    Suite *s = suite_create("replies");
    TCase *c = tcase_create("cases");
    tcase_add_loop_test(c, replies, 0, COUNT(cases));
    tcase_add_test(c, group_is_sent);
    tcase_add_loop_test(c, flood, 0, COUNT(floods));
    suite_add_tcase(s, c);
    return s;
}
