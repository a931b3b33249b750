/*
 * Our lines: groups, cuts, exact octets, messages (notation, section 3).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stage.h"
#include "suites.h"

#define COUNT(table) ((int)(sizeof(table) / sizeof *(table)))

/* What the server hears up to QUIT, a "|" behind each read: one write is one read in memory. */
static const struct {
    const char *name, *body, *script, *heard;
    enum player_verdict verdict;
} cases[] = {
    {"a line and CRLF", "S: 220\ntest:\nC: NOOP x\nS: 250\n", "say 220 a\nline\nsay 250 b",
     "1:NOOP x\r\n|1:QUIT\r\n|", PLAYER_PASS},
    {"a group is one write",
     "S: 220\ntest:\nC: MAIL\nC= \"RCPT\\r\\n\"\nC: DATA\nS: 250\nS: 250\nS: 354\n",
     "say 220 a\nline\nsay 250 b\nline\nsay 250 c\nline\nsay 354 d",
     "1:MAIL\r\nRCPT\r\nDATA\r\n|1:QUIT\r\n|", PLAYER_PASS},
    {"a target's line ends it", "S: 220\ntest:\nC: A\nS: 250\nC: B\nS: 250\n",
     "say 220 a\nline\nsay 250 b\nline\nsay 250 c", "1:A\r\n|1:B\r\n|", PLAYER_PASS},
    {"a directive ends it", "S: 220\ntest:\nC: A\n@pause 10ms\nC: B\nS: 250\nS: 250\n",
     "say 220 a\nline\nsay 250 b\nline\nsay 250 c", "1:A\r\n|1:B\r\n|", PLAYER_PASS},
    {"another connection ends it",
     "S: 220\nS2: 220\ntest:\nC: A\nC2: B\nC: C\nS: 250\nS: 250\nS2: 250\n@close2\n",
     "say 220 a\nline\nsay 250 b\nline\nsay 250 c", "1:A\r\n|2:B\r\n|1:C\r\n|2#|", PLAYER_PASS},
    {"a pause ends the write", "S: 220\ntest:\nC= \"NO\" 50ms \"OP\\r\" 0ms \"\\n\"\nS: 250\n",
     "say 220 a\nline\nsay 250 b", "1:NO|1:OP\r|1:\n|", PLAYER_PASS},
    {"bytewise", "S: 220\ntest:\nC= bytewise \"NOO\" \"P\\r\\n\"\nS: 250\n",
     "say 220 a\nline\nsay 250 b", "1:N|1:O|1:O|1:P|1:\r|1:\n|1:QUIT", PLAYER_PASS},
    {"repeats", "S: 220\ntest:\nC= \"ab\" * 3 \"\\r\\n\"\nS: 250\n", "say 220 a\nline\nsay 250 b",
     "1:ababab\r\n|", PLAYER_PASS},
    {"escapes", "S: 220\ntest:\nC= \"\\x01\\xff\\\\\\\"{{}}\\r\\n\"\nS: 250\n",
     "say 220 a\nline\nsay 250 b", "1:\x01\xff\\\"{}\r\n|", PLAYER_PASS},
    {"n lines in one write, {i} counts",
     "S: 220\ntest:\nC* 3: RCPT {i}\nC: RSET\nS* 3: 250\nS: 250\n",
     "say 220 a\nline\nsay 250 b\nline\nsay 250 c\nline\nsay 250 d\nline\nsay 250 e",
     "1:RCPT 1\r\nRCPT 2\r\nRCPT 3\r\nRSET\r\n|", PLAYER_PASS},
    {"S* right under C*: one by one", "S: 220\ntest:\nC* 3: RCPT {i}\nS* 3: 250\n",
     "say 220 a\nline\nsay 250 b\nline\nsay 250 c\nline\nsay 250 d",
     "1:RCPT 1\r\n|1:RCPT 2\r\n|1:RCPT 3\r\n|1:QUIT", PLAYER_PASS},
    {"braces are written twice", "S: 220\ntest:\nC: NOOP {{{rcpt}}}\nS: 250\n",
     "say 220 a\nline\nsay 250 b", "1:NOOP {tester@example.test}\r\n|", PLAYER_PASS},
    {"periods are doubled, and the end",
     "message:\n> .\n> ..x\n> a.\n>= \"b\\n.c\"\nS: 220\ntest:\nC. message\nS: 250\n",
     "say 220 a\nline\nline\nline\nline\nline\nline\nsay 250 b",
     "1:..\r\n...x\r\na.\r\nb\n.c\r\n.\r\n|", PLAYER_PASS},
    {"BDAT and the octets as they are",
     "message:\n> .\n>= \"\\0x\"\nS: 220\ntest:\nC. message by BDAT\nC: QUIT\nS: 250\nS: 221\n",
     "say 220 a\noctets 18\nsay 250 b\nline\nsay 221 c", "1:BDAT 5 LAST\r\n.\r\n", PLAYER_PASS},
};

START_TEST(writes)
{
    struct stage stage;
    char text[1024];
    bool message = strncmp(cases[_i].body, "message:", 8) == 0;
    snprintf(text, sizeof text, "server must: speak\nreq: R5321-4.2-a\neffect: %s\n%s",
             message ? "mail" : "none", cases[_i].body);
    stage_open(&stage);
    stage.fake.scripts[0] = cases[_i].script;
    stage.fake.scripts[1] = "say 220 b\nline\nsay 250 c\nhold";
    stage_play(&stage, text);
    ck_assert_msg(stage.outcome->verdict == cases[_i].verdict, "%s: %s", cases[_i].name,
                  stage.outcome->why);
    ck_assert_msg(memcmp(stage.fake.heard, cases[_i].heard, strlen(cases[_i].heard)) == 0, "%s: %s",
                  cases[_i].name, stage.fake.heard);
    stage_close(&stage);
}
END_TEST

/* Four megabytes through an edge of 16 KiB, and the whole of it, in order. */
START_TEST(large_output)
{
    struct stage stage;
    char *text = stage_text(NULL, "S: 220\ntest:\nC= \"ab\" * 2000000 \"\\r\\n\"\nS: 250\n");
    stage_open(&stage);
    stage.fake.scripts[0] = "say 220 a\noctets 4000002\nsay 250 b";
    stage_play(&stage, text);
    ck_assert_msg(stage.outcome->verdict == PLAYER_PASS, "%s", stage.outcome->why);
    ck_assert_uint_eq(stage.fake.octets, 4000002 + 6);
    stage_close(&stage);
    free(text);
}
END_TEST

/* An early reply answers the group all the same, and what is left is still sent. */
START_TEST(early_reply)
{
    struct stage stage;
    char *text =
        stage_text(NULL, "S: 220\ntest:\nC= \"ab\" * 200000 \"\\r\\n\"\nS: 552\nC: NOOP\nS: 250\n");
    stage_open(&stage);
    stage.fake.scripts[0] = "say 220 a\noctets 1000\nsay 552 b\noctets 399002\nline\nsay 250 c";
    stage_play(&stage, text);
    ck_assert_msg(stage.outcome->verdict == PLAYER_PASS, "%s", stage.outcome->why);
    ck_assert_uint_eq(stage.fake.octets, 400002 + 6 + 6);
    stage_close(&stage);
    free(text);
}
END_TEST

/* A server that answers while it reads no more: we read while we write. */
START_TEST(deaf_server)
{
    struct stage stage;
    char *text = stage_text(NULL, "S: 220\ntest:\nC= \"ab\" * 200000 \"\\r\\n\"\nS: 552 => pass\n");
    stage_open(&stage);
    stage.fake.scripts[0] = "say 220 a\noctets 1000\nsay 552 b\ndeaf\nhold";
    stage_play(&stage, text);
    ck_assert_msg(stage.outcome->verdict == PLAYER_PASS, "%s", stage.outcome->why);
    stage_close(&stage);
    free(text);
}
END_TEST

/* One that takes no more octets is found out at the deadline. */
START_TEST(stuck_server)
{
    struct stage stage;
    char *text =
        stage_text(NULL, "S: 220\ntest:\nC= \"ab\" * 200000 \"\\r\\n\"\n@pause 1s\nS: 250\n");
    stage_open(&stage);
    stage.fake.scripts[0] = "say 220 a\noctets 1000\ndeaf\nhold";
    stage_play(&stage, text);
    ck_assert_int_eq(stage.outcome->verdict, PLAYER_FAIL);
    ck_assert_ptr_nonnull(strstr(stage.outcome->why, "takes no more octets"));
    stage_close(&stage);
    free(text);
}
END_TEST

Suite *writes_suite(void)
{
    Suite *s = suite_create("writes");
    TCase *c = tcase_create("cases");
    tcase_add_loop_test(c, writes, 0, COUNT(cases));
    tcase_add_test(c, large_output);
    tcase_add_test(c, early_reply);
    tcase_add_test(c, deaf_server);
    tcase_add_test(c, stuck_server);
    suite_add_tcase(s, c);
    return s;
}
