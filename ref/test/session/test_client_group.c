#include "check_main.h"
#include "client_golden.h"

static const struct smtp_client_config plain = {.name = "c.test", .tls = SMTP_TLS_NEVER};
static const struct smtp_client_config deaf = {
    .name = "c.test", .tls = SMTP_TLS_NEVER, .ignore = SMTP_KW_PIPELINING};

static const struct client_golden rows[] = {
    /* one group, DATA at its end */
    {.clause = "2920-3.1",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test e@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 PIPELINING\r\n250 ok\r\n250 ok\r\n550 "
                           "5.1.1 no\r\n250 ok\r\n354 go\r\n250 2.0.0 ok\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 PIPELINING\n"
                      "READY\n"
                      "C: MAIL FROM:<a@c.test>\n"
                      "C: RCPT TO:<b@s.test>\n"
                      "C: RCPT TO:<d@s.test>\n"
                      "C: RCPT TO:<e@s.test>\n"
                      "C: DATA\n"
                      "S: 250 ok\n"
                      "S: 250 ok\n"
                      "RCPT 0 250 ok\n"
                      "S: 550 5.1.1 no\n"
                      "RCPT 1 550/5.1.1 no\n"
                      "S: 250 ok\n"
                      "RCPT 2 250 ok\n"
                      "S: 354 go\n"
                      "T: x\\r\\n.\\r\\n\n"
                      "S: 250 2.0.0 ok\n"
                      "DONE DELIVERED 250/2.0.0, DELIVERED 250/2.0.0, NEVER 550/5.1.1, DELIVERED "
                      "250/2.0.0\n" LOG_BYE},
    /* no recipient, and 354: nothing but the end */
    {.clause = "2920-3.1",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 PIPELINING\r\n250 ok\r\n550 no\r\n450 "
                           "no\r\n354 go\r\n554 no valid recipients\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 PIPELINING\n"
                      "READY\n"
                      "C: MAIL FROM:<a@c.test>\n"
                      "C: RCPT TO:<b@s.test>\n"
                      "C: RCPT TO:<d@s.test>\n"
                      "C: DATA\n"
                      "S: 250 ok\n"
                      "S: 550 no\n"
                      "RCPT 0 550 no\n"
                      "S: 450 no\n"
                      "RCPT 1 450 no\n"
                      "S: 354 go\n"
                      "C: .\n"
                      "S: 554 no valid recipients\n"
                      "DONE LATER 450, NEVER 550, LATER 450\n" LOG_BYE},
    /* whatever is said to it */
    {.clause = "2920-3.1",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 PIPELINING\r\n250 ok\r\n550 no\r\n450 "
                           "no\r\n354 go\r\n250 well\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 PIPELINING\n"
                      "READY\n"
                      "C: MAIL FROM:<a@c.test>\n"
                      "C: RCPT TO:<b@s.test>\n"
                      "C: RCPT TO:<d@s.test>\n"
                      "C: DATA\n"
                      "S: 250 ok\n"
                      "S: 550 no\n"
                      "RCPT 0 550 no\n"
                      "S: 450 no\n"
                      "RCPT 1 450 no\n"
                      "S: 354 go\n"
                      "C: .\n"
                      "S: 250 well\n"
                      "DONE LATER 450, NEVER 550, LATER 450\n" LOG_BYE},
    /* no recipient, DATA refused: RSET */
    {.clause = "5321-3.3",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 PIPELINING\r\n250 ok\r\n550 no\r\n450 "
                           "no\r\n503 no recipients\r\n250 reset\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 PIPELINING\n"
                      "READY\n"
                      "C: MAIL FROM:<a@c.test>\n"
                      "C: RCPT TO:<b@s.test>\n"
                      "C: RCPT TO:<d@s.test>\n"
                      "C: DATA\n"
                      "S: 250 ok\n"
                      "S: 550 no\n"
                      "RCPT 0 550 no\n"
                      "S: 450 no\n"
                      "RCPT 1 450 no\n"
                      "S: 503 no recipients\n"
                      "C: RSET\n"
                      "S: 250 reset\n"
                      "DONE LATER 450, NEVER 550, LATER 450\n" LOG_BYE},
    /* MAIL refused: the rest says nothing */
    {.clause = "5321-3.3",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 PIPELINING\r\n450 4.7.0 grey\r\n503 no "
                           "MAIL\r\n503 no MAIL\r\n503 no MAIL\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 PIPELINING\n"
                      "READY\n"
                      "C: MAIL FROM:<a@c.test>\n"
                      "C: RCPT TO:<b@s.test>\n"
                      "C: RCPT TO:<d@s.test>\n"
                      "C: DATA\n"
                      "S: 450 4.7.0 grey\n"
                      "S: 503 no MAIL\n"
                      "S: 503 no MAIL\n"
                      "S: 503 no MAIL\n"
                      "DONE LATER 450/4.7.0, LATER 450/4.7.0, LATER 450/4.7.0\n" LOG_BYE},
    /* MAIL refused, and all the rest taken */
    {.clause = "2920-3.1",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 PIPELINING\r\n550 no\r\n250 ok\r\n250 "
                           "ok\r\n354 go\r\n250 well\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 PIPELINING\n"
                      "READY\n"
                      "C: MAIL FROM:<a@c.test>\n"
                      "C: RCPT TO:<b@s.test>\n"
                      "C: RCPT TO:<d@s.test>\n"
                      "C: DATA\n"
                      "S: 550 no\n"
                      "S: 250 ok\n"
                      "S: 250 ok\n"
                      "S: 354 go\n"
                      "C: .\n"
                      "S: 250 well\n"
                      "DONE NEVER 550, NEVER 550, NEVER 550\n" LOG_BYE},
    {.clause = "2920-3.1",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 PIPELINING\r\n550 no\r\n354 "
                           "what\r\n250 ok\r\n503 no\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 PIPELINING\n"
                      "READY\n"
                      "C: MAIL FROM:<a@c.test>\n"
                      "C: RCPT TO:<b@s.test>\n"
                      "C: RCPT TO:<d@s.test>\n"
                      "C: DATA\n"
                      "S: 550 no\n"
                      "S: 354 what\n"
                      "S: 250 ok\n"
                      "S: 503 no\n"
                      "DONE NEVER 550, NEVER 550, NEVER 550\n" LOG_BYE},
    {.clause = "5321-4.3.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 PIPELINING\r\n250 ok\r\n250 ok\r\n250 "
                           "ok\r\n451 later\r\n250 reset\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 PIPELINING\n"
                      "READY\n"
                      "C: MAIL FROM:<a@c.test>\n"
                      "C: RCPT TO:<b@s.test>\n"
                      "C: RCPT TO:<d@s.test>\n"
                      "C: DATA\n"
                      "S: 250 ok\n"
                      "S: 250 ok\n"
                      "RCPT 0 250 ok\n"
                      "S: 250 ok\n"
                      "RCPT 1 250 ok\n"
                      "S: 451 later\n"
                      "C: RSET\n"
                      "S: 250 reset\n"
                      "DONE LATER 451, LATER 451, LATER 451\n" LOG_BYE},
    /* behind DATA no QUIT */
    {.clause = "5321-4.3.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 PIPELINING\r\n250 ok\r\n354 what\r\n")},
     .log = LOG_LISTS "S: 250 PIPELINING\n"
                      "READY\n"
                      "C: MAIL FROM:<a@c.test>\n"
                      "C: RCPT TO:<b@s.test>\n"
                      "C: RCPT TO:<d@s.test>\n"
                      "C: DATA\n"
                      "S: 250 ok\n"
                      "S: 354 what\n"
                      "DONE NONE, NONE, NONE\n"
                      "CLOSED 354 REPLY_CLASS\n"},
    {.clause = "5321-3.8",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250-s.test\r\n250 PIPELINING\r\n250 ok\r\n250 ok\r\n421 down\r\n")},
     .log = LOG_LISTS "S: 250 PIPELINING\n"
                      "READY\n"
                      "C: MAIL FROM:<a@c.test>\n"
                      "C: RCPT TO:<b@s.test>\n"
                      "C: RCPT TO:<d@s.test>\n"
                      "C: DATA\n"
                      "S: 250 ok\n"
                      "S: 250 ok\n"
                      "RCPT 0 250 ok\n"
                      "S: 421 down\n"
                      "DONE LATER 421, LATER 421, LATER 421\n"
                      "CLOSED 421 SERVICE\n"},
    {.clause = "5321-3.8",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 PIPELINING\r\n421 down\r\n")},
     .log = LOG_LISTS "S: 250 PIPELINING\n"
                      "READY\n"
                      "C: MAIL FROM:<a@c.test>\n"
                      "C: RCPT TO:<b@s.test>\n"
                      "C: RCPT TO:<d@s.test>\n"
                      "C: DATA\n"
                      "S: 421 down\n"
                      "DONE LATER 421, LATER 421, LATER 421\n"
                      "CLOSED 421 SERVICE\n"},
    {.clause = "5321-3.8",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 PIPELINING\r\n250 ok\r\n250 ok\r\n"),
               CLIENT_ENDS(SMTP_END_CLOSE)},
     .log = LOG_LISTS "S: 250 PIPELINING\n"
                      "READY\n"
                      "C: MAIL FROM:<a@c.test>\n"
                      "C: RCPT TO:<b@s.test>\n"
                      "C: RCPT TO:<d@s.test>\n"
                      "C: DATA\n"
                      "S: 250 ok\n"
                      "S: 250 ok\n"
                      "RCPT 0 250 ok\n"
                      "DONE NONE, NONE, NONE\n"
                      "CLOSED BROKEN\n"},
    /* two in a row */
    {.clause = "2920-3.1",
     .config = &plain,
     .call_count = 2,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n"),
               CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 PIPELINING\r\n250 ok\r\n250 ok\r\n354 "
                           "go\r\n250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 PIPELINING\n"
                      "READY\n"
                      "C: MAIL FROM:<a@c.test>\n"
                      "C: RCPT TO:<b@s.test>\n"
                      "C: DATA\n"
                      "S: 250 ok\n"
                      "S: 250 ok\n"
                      "RCPT 0 250 ok\n"
                      "S: 354 go\n" LOG_SENT "READY\n"
                      "C: MAIL FROM:<a@c.test>\n"
                      "C: RCPT TO:<b@s.test>\n"
                      "C: DATA\n"
                      "S: 250 ok\n"
                      "S: 250 ok\n"
                      "RCPT 0 250 ok\n"
                      "S: 354 go\n" LOG_SENT LOG_BYE},
    /* offered, and not used */
    {.clause = "2920-3.1",
     .config = &deaf,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 PIPELINING\r\n250 ok\r\n250 ok\r\n354 "
                           "go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 PIPELINING\n"
                      "READY\n" LOG_RCPT LOG_DATA LOG_SENT LOG_BYE},
    /* multi-line replies are one each */
    {.clause = "2920-3.1",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250-s.test\r\n250 PIPELINING\r\n250-one\r\n250-two\r\n250 "
         "three\r\n250-a\r\n250 b\r\n250 ok\r\n354-go\r\n354 on\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 PIPELINING\n"
                      "READY\n"
                      "C: MAIL FROM:<a@c.test>\n"
                      "C: RCPT TO:<b@s.test>\n"
                      "C: RCPT TO:<d@s.test>\n"
                      "C: DATA\n"
                      "S: 250-one\n"
                      "S: 250-two\n"
                      "S: 250 three\n"
                      "S: 250-a\n"
                      "S: 250 b\n"
                      "RCPT 0 250 b\n"
                      "S: 250 ok\n"
                      "RCPT 1 250 ok\n"
                      "S: 354-go\n"
                      "S: 354 on\n"
                      "T: x\\r\\n.\\r\\n\n"
                      "S: 250 ok\n"
                      "DONE DELIVERED 250, DELIVERED 250, DELIVERED 250\n" LOG_BYE},
    /* RCPTMAX: the third stays NONE */
    {.clause = "9422-4.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test e@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 LIMITS RCPTMAX=2\r\n250 ok\r\n250 "
                           "ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 LIMITS RCPTMAX=2\n"
                      "READY\n" LOG_RCPT "C: RCPT TO:<d@s.test>\n"
                      "S: 250 ok\n"
                      "RCPT 1 250 ok\n" LOG_DATA "T: x\\r\\n.\\r\\n\n"
                      "S: 250 ok\n"
                      "DONE DELIVERED 250, DELIVERED 250, DELIVERED 250, NONE\n" LOG_BYE},
    /* MAILMAX */
    {.clause = "9422-4.1",
     .config = &plain,
     .call_count = 2,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n"),
               CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 LIMITS MAILMAX=1\r\n250 ok\r\n250 "
                           "ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 LIMITS MAILMAX=1\n"
                      "READY\n" LOG_RCPT LOG_DATA LOG_SENT "READY\n"
                      "DONE NONE MAILMAX, NONE\n" LOG_BYE},
    /* which counts those that are refused */
    {.clause = "9422-4.1",
     .config = &plain,
     .call_count = 2,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n"),
               CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250-s.test\r\n250 LIMITS MAILMAX=1\r\n550 no\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 LIMITS MAILMAX=1\n"
                      "READY\n"
                      "C: MAIL FROM:<a@c.test>\n"
                      "S: 550 no\n"
                      "DONE NEVER 550, NEVER 550\n"
                      "READY\n"
                      "DONE NONE MAILMAX, NONE\n" LOG_BYE},
    {.clause = "9422-4.1",
     .config = &plain,
     .call_count = 2,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n"),
               CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 LIMITS MAILMAX=2 RCPTMAX=9\r\n550 "
                           "no\r\n550 no\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 LIMITS MAILMAX=2 RCPTMAX=9\n"
                      "READY\n"
                      "C: MAIL FROM:<a@c.test>\n"
                      "S: 550 no\n"
                      "DONE NEVER 550, NEVER 550\n"
                      "READY\n"
                      "C: MAIL FROM:<a@c.test>\n"
                      "S: 550 no\n"
                      "DONE NEVER 550, NEVER 550\n" LOG_BYE},
};

START_TEST(test_rows)
{
    const char *wrong = client_golden_check(&rows[_i]);
    ck_assert_msg(wrong == NULL, "%s: row %d\n%s\nand not\n%s", rows[_i].clause, _i, wrong,
                  rows[_i].log);
}
END_TEST

static Suite *group_suite(void)
{
    Suite *suite = suite_create("client_group");
    TCase *tcase = tcase_create("rows");
    tcase_add_loop_test(tcase, test_rows, 0, sizeof rows / sizeof *rows);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(group_suite)
