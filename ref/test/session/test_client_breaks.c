/* A transaction that something ends: the peer, 421, a line that is no reply, the caller. */
#include "check_main.h"
#include "client_golden.h"

static const struct smtp_client_config plain = {.name = "c.test", .tls = SMTP_TLS_NEVER};

static const struct client_golden rows[] = {
    /* the end was said and not answered: nobody knows */
    {.clause = "5321-3.8",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n"),
               CLIENT_ENDS(SMTP_END_CLOSE)},
     .log = LOG_MET LOG_RCPT LOG_DATA "T: x\\r\\n.\\r\\n\n"
                                      "DONE UNKNOWN, UNKNOWN\n"
                                      "CLOSED BROKEN\n"},
    {.clause = "5321-3.8",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n"),
               CLIENT_ENDS(SMTP_END_RESET)},
     .log = LOG_MET LOG_RCPT LOG_DATA "T: x\\r\\n.\\r\\n\n"
                                      "DONE UNKNOWN, UNKNOWN\n"
                                      "CLOSED BROKEN\n"},
    /* closed before the text: try again */
    {.clause = "5321-3.8",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n"), CLIENT_ENDS(SMTP_END_CLOSE)},
     .log = LOG_MET "C: MAIL FROM:<a@c.test>\n"
                    "DONE NONE, NONE, NONE\n"
                    "CLOSED BROKEN\n"},
    {.clause = "5321-3.8",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n"), CLIENT_ENDS(SMTP_END_CLOSE)},
     .log = LOG_MET "C: MAIL FROM:<a@c.test>\n"
                    "S: 250 ok\n"
                    "C: RCPT TO:<b@s.test>\n"
                    "DONE NONE, NONE, NONE\n"
                    "CLOSED BROKEN\n"},
    {.clause = "5321-3.8",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n550 no\r\n"),
               CLIENT_ENDS(SMTP_END_CLOSE)},
     .log = LOG_MET "C: MAIL FROM:<a@c.test>\n"
                    "S: 250 ok\n"
                    "C: RCPT TO:<b@s.test>\n"
                    "S: 550 no\n"
                    "RCPT 0 550 no\n"
                    "C: RCPT TO:<d@s.test>\n"
                    "DONE NONE, NEVER 550, NONE\n"
                    "CLOSED BROKEN\n"},
    /* 421 anywhere */
    {.clause = "5321-3.8",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n421 s.test 4.3.2 down\r\n")},
     .log = LOG_MET "C: MAIL FROM:<a@c.test>\n"
                    "S: 421 s.test 4.3.2 down\n"
                    "DONE LATER 421, LATER 421, LATER 421\n"
                    "CLOSED 421 SERVICE\n"},
    {.clause = "5321-3.8",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n421 s.test 4.3.2 down\r\n")},
     .log = LOG_MET "C: MAIL FROM:<a@c.test>\n"
                    "S: 250 ok\n"
                    "C: RCPT TO:<b@s.test>\n"
                    "S: 421 s.test 4.3.2 down\n"
                    "DONE LATER 421, LATER 421, LATER 421\n"
                    "CLOSED 421 SERVICE\n"},
    {.clause = "5321-3.8",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n550 no\r\n421 s.test 4.3.2 down\r\n")},
     .log = LOG_MET "C: MAIL FROM:<a@c.test>\n"
                    "S: 250 ok\n"
                    "C: RCPT TO:<b@s.test>\n"
                    "S: 550 no\n"
                    "RCPT 0 550 no\n"
                    "C: RCPT TO:<d@s.test>\n"
                    "S: 421 s.test 4.3.2 down\n"
                    "DONE LATER 421, NEVER 550, LATER 421\n"
                    "CLOSED 421 SERVICE\n"},
    {.clause = "5321-3.8",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n421 down\r\n")},
     .log = LOG_MET LOG_RCPT "C: DATA\n"
                             "S: 421 down\n"
                             "DONE LATER 421, LATER 421\n"
                             "CLOSED 421 SERVICE\n"},
    {.clause = "5321-3.8",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n421 4.3.2 down\r\n")},
     .log = LOG_MET LOG_RCPT LOG_DATA "T: x\\r\\n.\\r\\n\n"
                                      "S: 421 4.3.2 down\n"
                                      "DONE LATER 421/4.3.2, LATER 421/4.3.2\n"
                                      "CLOSED 421 SERVICE\n"},
    {.clause = "5321-3.8",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n550 no\r\n421 down\r\n")},
     .log = LOG_MET "C: MAIL FROM:<a@c.test>\n"
                    "S: 250 ok\n"
                    "C: RCPT TO:<b@s.test>\n"
                    "S: 550 no\n"
                    "RCPT 0 550 no\n"
                    "C: RSET\n"
                    "S: 421 down\n"
                    "DONE NEVER 550, NEVER 550\n"
                    "CLOSED 421 SERVICE\n"},
    /* the text cannot be had */
    {.clause = "5321-4.1.1.4",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_MAIL, .sender = "a@c.test", .rcpts = "b@s.test"}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n")},
     .log = LOG_MET LOG_RCPT LOG_DATA "DONE NONE, NONE\n"
                                      "CLOSED ABANDONED\n"},
    /* a line that is no reply */
    {.clause = "5321-4.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n2\r\n")},
     .log = LOG_MET "C: MAIL FROM:<a@c.test>\n"
                    "S: 250 ok\n"
                    "C: RCPT TO:<b@s.test>\n"
                    "C: QUIT\n"
                    "S: 2 ! REPLY_CODE@1\n"
                    "DONE NONE, NONE\n"},
    {.clause = "5321-4.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n2\r\n221 bye\r\n")},
     .log = LOG_MET "C: MAIL FROM:<a@c.test>\n"
                    "S: 250 ok\n"
                    "C: RCPT TO:<b@s.test>\n"
                    "C: QUIT\n"
                    "S: 2 ! REPLY_CODE@1\n"
                    "DONE NONE, NONE\n"
                    "S: 221 bye\n"
                    "CLOSED REPLY_CODE\n"},
    /* behind DATA a QUIT could be text */
    {.clause = "5321-4.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\nzzz\r\n221 bye\r\n")},
     .log = LOG_MET LOG_RCPT "C: DATA\n"
                             "S: zzz ! REPLY_CODE@0\n"
                             "DONE NONE, NONE\n"
                             "CLOSED REPLY_CODE\n"},
    {.clause = "5321-4.2.1",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250-one\r\n550 two\r\n221 bye\r\n")},
     .log = LOG_MET "C: MAIL FROM:<a@c.test>\n"
                    "S: 250 ok\n"
                    "C: RCPT TO:<b@s.test>\n"
                    "S: 250-one\n"
                    "C: QUIT\n"
                    "S: 550 two ! REPLY_MIXED@0\n"
                    "DONE NONE, NONE\n"
                    "S: 221 bye\n"
                    "CLOSED REPLY_MIXED\n"},
};

START_TEST(test_rows)
{
    const char *wrong = client_golden_check(&rows[_i]);
    ck_assert_msg(wrong == NULL, "%s: row %d\n%s\nand not\n%s", rows[_i].clause, _i, wrong,
                  rows[_i].log);
}
END_TEST

static Suite *breaks_suite(void)
{
    Suite *suite = suite_create("client_breaks");
    TCase *tcase = tcase_create("rows");
    tcase_add_loop_test(tcase, test_rows, 0, sizeof rows / sizeof *rows);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(breaks_suite)
