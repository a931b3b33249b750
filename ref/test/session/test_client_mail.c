/* What becomes of a transaction: what MAIL, RCPT, DATA and the end of the text are answered. */
#include "check_main.h"
#include "client_golden.h"

static const struct smtp_client_config plain = {.name = "c.test", .tls = SMTP_TLS_NEVER};

static const struct client_golden rows[] = {
    /* recipients one by one */
    {.clause = "5321-3.3",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test e@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n250 2.1.5 ok\r\n550 5.1.1 no "
                           "such\r\n450 4.2.0 later\r\n354 go\r\n250 2.0.0 got it\r\n221 bye\r\n")},
     .log = LOG_MET
     "C: MAIL FROM:<a@c.test>\n"
     "S: 250 ok\n"
     "C: RCPT TO:<b@s.test>\n"
     "S: 250 2.1.5 ok\n"
     "RCPT 0 250/2.1.5 ok\n"
     "C: RCPT TO:<d@s.test>\n"
     "S: 550 5.1.1 no such\n"
     "RCPT 1 550/5.1.1 no such\n"
     "C: RCPT TO:<e@s.test>\n"
     "S: 450 4.2.0 later\n"
     "RCPT 2 450/4.2.0 later\n" LOG_DATA "T: x\\r\\n.\\r\\n\n"
     "S: 250 2.0.0 got it\n"
     "DONE DELIVERED 250/2.0.0, DELIVERED 250/2.0.0, NEVER 550/5.1.1, LATER 450/4.2.0\n" LOG_BYE},
    /* 251 and 252 are success */
    {.clause = "5321-3.4",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n251 forwarded\r\n252 "
                           "tried\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_MET "C: MAIL FROM:<a@c.test>\n"
                    "S: 250 ok\n"
                    "C: RCPT TO:<b@s.test>\n"
                    "S: 251 forwarded\n"
                    "RCPT 0 251 forwarded\n"
                    "C: RCPT TO:<d@s.test>\n"
                    "S: 252 tried\n"
                    "RCPT 1 252 tried\n" LOG_DATA "T: x\\r\\n.\\r\\n\n"
                    "S: 250 ok\n"
                    "DONE DELIVERED 250, DELIVERED 250, DELIVERED 250\n" LOG_BYE},
    /* codes that nobody knows, by their first digit */
    {.clause = "5321-4.2.1",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test e@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n249 ok\r\n258 ok\r\n459 hm\r\n571 "
                           "no\r\n359 go\r\n297 ok\r\n221 bye\r\n")},
     .log = LOG_MET "C: MAIL FROM:<a@c.test>\n"
                    "S: 249 ok\n"
                    "C: RCPT TO:<b@s.test>\n"
                    "S: 258 ok\n"
                    "RCPT 0 258 ok\n"
                    "C: RCPT TO:<d@s.test>\n"
                    "S: 459 hm\n"
                    "RCPT 1 459 hm\n"
                    "C: RCPT TO:<e@s.test>\n"
                    "S: 571 no ! REPLY_CODE@1\n"
                    "RCPT 2 571 no\n"
                    "C: DATA\n"
                    "S: 359 go\n"
                    "T: x\\r\\n.\\r\\n\n"
                    "S: 297 ok ! REPLY_CODE@1\n"
                    "DONE DELIVERED 297, DELIVERED 297, LATER 459, NEVER 571\n" LOG_BYE},
    /* 552 to RCPT is 452 */
    {.clause = "5321-4.5.3.1.10",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n552 too many\r\n354 "
                           "go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_MET LOG_RCPT "C: RCPT TO:<d@s.test>\n"
                             "S: 552 too many\n"
                             "RCPT 1 552 too many\n" LOG_DATA "T: x\\r\\n.\\r\\n\n"
                             "S: 250 ok\n"
                             "DONE DELIVERED 250, DELIVERED 250, LATER 552\n" LOG_BYE},
    /* MAIL refused: nothing is open */
    {.clause = "5321-4.3.2",
     .config = &plain,
     .call_count = 2,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n"),
               CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n450 4.7.1 later\r\n550 5.7.1 never\r\n221 bye\r\n")},
     .log = LOG_MET "C: MAIL FROM:<a@c.test>\n"
                    "S: 450 4.7.1 later\n"
                    "DONE LATER 450/4.7.1, LATER 450/4.7.1\n"
                    "READY\n"
                    "C: MAIL FROM:<a@c.test>\n"
                    "S: 550 5.7.1 never\n"
                    "DONE NEVER 550/5.7.1, NEVER 550/5.7.1\n" LOG_BYE},
    /* 552 to MAIL is 5yz */
    {.clause = "5321-4.3.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n552 5.3.4 too big\r\n221 bye\r\n")},
     .log = LOG_MET "C: MAIL FROM:<a@c.test>\n"
                    "S: 552 5.3.4 too big\n"
                    "DONE NEVER 552/5.3.4, NEVER 552/5.3.4\n" LOG_BYE},
    /* no recipient: RSET ends it */
    {.clause = "5321-4.1.4",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n550 no\r\n450 later\r\n250 reset\r\n221 bye\r\n")},
     .log = LOG_MET "C: MAIL FROM:<a@c.test>\n"
                    "S: 250 ok\n"
                    "C: RCPT TO:<b@s.test>\n"
                    "S: 550 no\n"
                    "RCPT 0 550 no\n"
                    "C: RCPT TO:<d@s.test>\n"
                    "S: 450 later\n"
                    "RCPT 1 450 later\n"
                    "C: RSET\n"
                    "S: 250 reset\n"
                    "DONE LATER 450, NEVER 550, LATER 450\n" LOG_BYE},
    {.clause = "5321-4.1.4",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n550 no\r\n553 no\r\n250 reset\r\n221 bye\r\n")},
     .log = LOG_MET "C: MAIL FROM:<a@c.test>\n"
                    "S: 250 ok\n"
                    "C: RCPT TO:<b@s.test>\n"
                    "S: 550 no\n"
                    "RCPT 0 550 no\n"
                    "C: RCPT TO:<d@s.test>\n"
                    "S: 553 no\n"
                    "RCPT 1 553 no\n"
                    "C: RSET\n"
                    "S: 250 reset\n"
                    "DONE NEVER 550, NEVER 550, NEVER 553\n" LOG_BYE},
    /* RSET that is refused: QUIT */
    {.clause = "5321-4.1.1.5",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n550 no\r\n500 what\r\n221 bye\r\n")},
     .log = LOG_MET "C: MAIL FROM:<a@c.test>\n"
                    "S: 250 ok\n"
                    "C: RCPT TO:<b@s.test>\n"
                    "S: 550 no\n"
                    "RCPT 0 550 no\n"
                    "C: RSET\n"
                    "S: 500 what\n"
                    "C: QUIT\n"
                    "DONE NEVER 550, NEVER 550\n"
                    "S: 221 bye\n"
                    "CLOSED 500 REPLY_CLASS\n"},
    /* DATA refused */
    {.clause = "5321-4.1.1.4",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n550 no\r\n451 4.3.0 no "
                           "text now\r\n250 reset\r\n221 bye\r\n")},
     .log = LOG_MET LOG_RCPT "C: RCPT TO:<d@s.test>\n"
                             "S: 550 no\n"
                             "RCPT 1 550 no\n"
                             "C: DATA\n"
                             "S: 451 4.3.0 no text now\n"
                             "C: RSET\n"
                             "S: 250 reset\n"
                             "DONE LATER 451/4.3.0, LATER 451/4.3.0, NEVER 550\n" LOG_BYE},
    {.clause = "5321-4.1.1.4",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n554 no\r\n250 reset\r\n221 bye\r\n")},
     .log = LOG_MET LOG_RCPT "C: DATA\n"
                             "S: 554 no\n"
                             "C: RSET\n"
                             "S: 250 reset\n"
                             "DONE NEVER 554, NEVER 554\n" LOG_BYE},
    /* 250 in place of 354 */
    {.clause = "5321-4.3.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n250 what\r\n221 bye\r\n")},
     .log = LOG_MET LOG_RCPT "C: DATA\n"
                             "S: 250 what\n"
                             "DONE NONE, NONE\n"
                             "CLOSED 250 REPLY_CLASS\n"},
    {.clause = "5321-4.3.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n354 what\r\n221 bye\r\n")},
     .log = LOG_MET "C: MAIL FROM:<a@c.test>\n"
                    "S: 354 what\n"
                    "C: QUIT\n"
                    "DONE NONE, NONE\n"
                    "S: 221 bye\n"
                    "CLOSED 354 REPLY_CLASS\n"},
    {.clause = "5321-4.3.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n354 what\r\n221 bye\r\n")},
     .log = LOG_MET "C: MAIL FROM:<a@c.test>\n"
                    "S: 250 ok\n"
                    "C: RCPT TO:<b@s.test>\n"
                    "S: 354 what\n"
                    "C: QUIT\n"
                    "DONE NONE, NONE\n"
                    "S: 221 bye\n"
                    "CLOSED 354 REPLY_CLASS\n"},
    /* 354 to the end of the text: nobody knows */
    {.clause = "5321-4.3.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n354 go on\r\n221 bye\r\n")},
     .log = LOG_MET LOG_RCPT LOG_DATA "T: x\\r\\n.\\r\\n\n"
                                      "S: 354 go on\n"
                                      "C: QUIT\n"
                                      "DONE UNKNOWN, UNKNOWN\n"
                                      "S: 221 bye\n"
                                      "CLOSED 354 REPLY_CLASS\n"},
    /* the end of data ends the transaction whatever the answer */
    {.clause = "5321-4.1.1.4",
     .config = &plain,
     .call_count = 2,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n"),
               CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n554 5.6.0 "
                           "spam\r\n250 ok\r\n250 ok\r\n354 go\r\n452 4.3.1 full\r\n221 bye\r\n")},
     .log = LOG_MET LOG_RCPT LOG_DATA "T: x\\r\\n.\\r\\n\n"
                                      "S: 554 5.6.0 spam\n"
                                      "DONE NEVER 554/5.6.0, NEVER 554/5.6.0\n"
                                      "READY\n" LOG_RCPT LOG_DATA "T: x\\r\\n.\\r\\n\n"
                                      "S: 452 4.3.1 full\n"
                                      "DONE LATER 452/4.3.1, LATER 452/4.3.1\n" LOG_BYE},
    /* after HELO no parameter */
    {.clause = "5321-4.1.1.11",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_MAIL,
                .sender = "a@c.test",
                .rcpts = "b@s.test",
                .text = {"x\r\n", sizeof "x\r\n" - 1},
                .params = {.given = SMTP_P_SIZE | SMTP_P_RET | SMTP_P_BODY,
                           .size = 3,
                           .ret = SMTP_RET_FULL,
                           .body = SMTP_BODY_7BIT},
                .rcpt_params = {.given = SMTP_P_NOTIFY, .notify = SMTP_NOTIFY_NEVER}}},
     .steps = {CLIENT_SAYS("220 s.test\r\n500 what\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 "
                           "go\r\n250 ok\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 500 what\n"
            "C: HELO c.test\n"
            "S: 250 s.test\n"
            "READY\n" LOG_RCPT LOG_DATA "T: x\\r\\n.\\r\\n\n"
            "S: 250 ok\n"
            "DONE DELIVERED 250 left out 11, DELIVERED 250\n" LOG_BYE},
};

START_TEST(test_rows)
{
    const char *wrong = client_golden_check(&rows[_i]);
    ck_assert_msg(wrong == NULL, "%s: row %d\n%s\nand not\n%s", rows[_i].clause, _i, wrong,
                  rows[_i].log);
}
END_TEST

static Suite *mail_suite(void)
{
    Suite *suite = suite_create("client_mail");
    TCase *tcase = tcase_create("rows");
    tcase_add_loop_test(tcase, test_rows, 0, sizeof rows / sizeof *rows);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(mail_suite)
