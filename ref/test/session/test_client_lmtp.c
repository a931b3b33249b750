#include "check_main.h"
#include "client_golden.h"

static const struct smtp_client_config lmtp = {
    .name = "c.test", .tls = SMTP_TLS_NEVER, .lmtp = true};

static const struct client_golden rows[] = {
    /* a reply for each that was accepted */
    {.clause = "2033-4.2",
     .config = &lmtp,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test e@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250-s.test\r\n250-PIPELINING\r\n250 ENHANCEDSTATUSCODES\r\n250 ok\r\n250 "
         "ok\r\n550 no\r\n250 ok\r\n354 go\r\n250 2.1.5 <b>\r\n452 4.2.2 full\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: LHLO c.test\n"
            "S: 250-s.test\n"
            "S: 250-PIPELINING\n"
            "S: 250 ENHANCEDSTATUSCODES\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "C: RCPT TO:<b@s.test>\n"
            "C: RCPT TO:<d@s.test>\n"
            "C: RCPT TO:<e@s.test>\n"
            "C: DATA\n"
            "S: 250 ok\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "S: 550 no\n"
            "RCPT 1 550 no\n"
            "S: 250 ok\n"
            "RCPT 2 250 ok\n"
            "S: 354 go\n"
            "T: x\\r\\n.\\r\\n\n"
            "S: 250 2.1.5 <b>\n"
            "RCPT 0 250/2.1.5 <b>\n"
            "S: 452 4.2.2 full\n"
            "RCPT 2 452/4.2.2 full\n"
            "DONE DELIVERED 250/2.1.5, DELIVERED 250/2.1.5, NEVER 550, LATER 452/4.2.2\n" LOG_BYE},
    {.clause = "2033-4.2",
     .config = &lmtp,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: LHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n" LOG_RCPT LOG_DATA "T: x\\r\\n.\\r\\n\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "DONE DELIVERED 250, DELIVERED 250\n" LOG_BYE},
    /* no HELO in LMTP */
    {.clause = "2033-4.1",
     .config = &lmtp,
     .steps = {CLIENT_SAYS("220 s.test\r\n500 what\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: LHLO c.test\n"
            "S: 500 what\n"
            "C: QUIT\n"
            "S: 221 bye\n"
            "CLOSED 500 HELLO\n"},
    {.clause = "2033-4.2",
     .config = &lmtp,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250-s.test\r\n250-PIPELINING\r\n250 ENHANCEDSTATUSCODES\r\n250 ok\r\n250 "
         "ok\r\n250 ok\r\n354 go\r\n550 5.2.1 no\r\n550 5.2.1 no\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: LHLO c.test\n"
            "S: 250-s.test\n"
            "S: 250-PIPELINING\n"
            "S: 250 ENHANCEDSTATUSCODES\n"
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
            "S: 354 go\n"
            "T: x\\r\\n.\\r\\n\n"
            "S: 550 5.2.1 no\n"
            "RCPT 0 550/5.2.1 no\n"
            "S: 550 5.2.1 no\n"
            "RCPT 1 550/5.2.1 no\n"
            "DONE NEVER 550/5.2.1, NEVER 550/5.2.1, NEVER 550/5.2.1\n" LOG_BYE},
    /* the second is not answered: unknown, the first is delivered */
    {.clause = "2033-4.2",
     .config = &lmtp,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS(
                   "220 s.test\r\n250-s.test\r\n250-PIPELINING\r\n250 ENHANCEDSTATUSCODES\r\n250 "
                   "ok\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n"),
               CLIENT_ENDS(SMTP_END_CLOSE)},
     .log = "S: 220 s.test\n"
            "C: LHLO c.test\n"
            "S: 250-s.test\n"
            "S: 250-PIPELINING\n"
            "S: 250 ENHANCEDSTATUSCODES\n"
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
            "S: 354 go\n"
            "T: x\\r\\n.\\r\\n\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "DONE DELIVERED 250, DELIVERED 250, UNKNOWN\n"
            "CLOSED BROKEN\n"},
    {.clause = "2033-4.2",
     .config = &lmtp,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250-s.test\r\n250-PIPELINING\r\n250 ENHANCEDSTATUSCODES\r\n250 ok\r\n250 "
         "ok\r\n250 ok\r\n354 go\r\n250 ok\r\n421 down\r\n")},
     .log = "S: 220 s.test\n"
            "C: LHLO c.test\n"
            "S: 250-s.test\n"
            "S: 250-PIPELINING\n"
            "S: 250 ENHANCEDSTATUSCODES\n"
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
            "S: 354 go\n"
            "T: x\\r\\n.\\r\\n\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "S: 421 down\n"
            "DONE DELIVERED 250, DELIVERED 250, LATER 421\n"
            "CLOSED 421 SERVICE\n"},
    /* 354 without a recipient: the end, and no reply to it */
    {.clause = "2033-4.2",
     .config = &lmtp,
     .call_count = 2,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n"),
               CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250-s.test\r\n250-PIPELINING\r\n250 ENHANCEDSTATUSCODES\r\n250 ok\r\n550 "
         "no\r\n354 go\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: LHLO c.test\n"
            "S: 250-s.test\n"
            "S: 250-PIPELINING\n"
            "S: 250 ENHANCEDSTATUSCODES\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "C: RCPT TO:<b@s.test>\n"
            "C: DATA\n"
            "S: 250 ok\n"
            "S: 550 no\n"
            "RCPT 0 550 no\n"
            "S: 354 go\n"
            "C: .\n"
            "DONE NEVER 550, NEVER 550\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "C: RCPT TO:<b@s.test>\n"
            "C: DATA\n"
            "S: 250 ok\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "S: 354 go\n"
            "T: x\\r\\n.\\r\\n\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "DONE DELIVERED 250, DELIVERED 250\n" LOG_BYE},
    {.clause = "2033-4.2",
     .config = &lmtp,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250-s.test\r\n250-PIPELINING\r\n250 ENHANCEDSTATUSCODES\r\n250 ok\r\n550 "
         "no\r\n503 no\r\n250 reset\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: LHLO c.test\n"
            "S: 250-s.test\n"
            "S: 250-PIPELINING\n"
            "S: 250 ENHANCEDSTATUSCODES\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "C: RCPT TO:<b@s.test>\n"
            "C: DATA\n"
            "S: 250 ok\n"
            "S: 550 no\n"
            "RCPT 0 550 no\n"
            "S: 503 no\n"
            "C: RSET\n"
            "S: 250 reset\n"
            "DONE NEVER 550, NEVER 550\n" LOG_BYE},
    /* chunks one by one; the last has a reply for each */
    {.clause = "2033-4.3",
     .config = &lmtp,
     .chunks = true,
     .piece = 4,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test", "ab\r\ncd\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250-CHUNKING\r\n250 PIPELINING\r\n250 "
                           "ok\r\n250 ok\r\n250 ok\r\n250 one\r\n250 b\r\n450 d\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: LHLO c.test\n"
            "S: 250-s.test\n"
            "S: 250-CHUNKING\n"
            "S: 250 PIPELINING\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "C: RCPT TO:<b@s.test>\n"
            "C: RCPT TO:<d@s.test>\n"
            "S: 250 ok\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "S: 250 ok\n"
            "RCPT 1 250 ok\n"
            "T: BDAT 4\\r\\nab\\r\\n\n"
            "S: 250 one\n"
            "T: BDAT 4 LAST\\r\\ncd\\r\\n\n"
            "S: 250 b\n"
            "RCPT 0 250 b\n"
            "S: 450 d\n"
            "RCPT 1 450 d\n"
            "DONE DELIVERED 250, DELIVERED 250, LATER 450\n" LOG_BYE},
    {.clause = "2033-4.3",
     .config = &lmtp,
     .chunks = true,
     .piece = 4,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test", "ab\r\ncd\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250-CHUNKING\r\n250 PIPELINING\r\n250 "
                           "ok\r\n250 ok\r\n250 ok\r\n452 full\r\n250 reset\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: LHLO c.test\n"
            "S: 250-s.test\n"
            "S: 250-CHUNKING\n"
            "S: 250 PIPELINING\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "C: RCPT TO:<b@s.test>\n"
            "C: RCPT TO:<d@s.test>\n"
            "S: 250 ok\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "S: 250 ok\n"
            "RCPT 1 250 ok\n"
            "T: BDAT 4\\r\\nab\\r\\n\n"
            "S: 452 full\n"
            "C: RSET\n"
            "S: 250 reset\n"
            "DONE LATER 452, LATER 452, LATER 452\n" LOG_BYE},
};

START_TEST(test_rows)
{
    const char *wrong = client_golden_check(&rows[_i]);
    ck_assert_msg(wrong == NULL, "%s: row %d\n%s\nand not\n%s", rows[_i].clause, _i, wrong,
                  rows[_i].log);
}
END_TEST

static Suite *lmtp_suite(void)
{
    Suite *suite = suite_create("client_lmtp");
    TCase *tcase = tcase_create("rows");
    tcase_add_loop_test(tcase, test_rows, 0, sizeof rows / sizeof *rows);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(lmtp_suite)
