#include "check_main.h"
#include "client_golden.h"

static const struct smtp_client_config plain = {.name = "c.test", .tls = SMTP_TLS_NEVER};
static const struct smtp_client_config datum = {
    .name = "c.test", .tls = SMTP_TLS_NEVER, .ignore = SMTP_KW_CHUNKING};

static const struct client_golden rows[] = {
    /* a text in one chunk */
    {.clause = "3030-2",
     .config = &plain,
     .chunks = true,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 CHUNKING\r\n250 ok\r\n250 ok\r\n250 "
                           "got it\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 CHUNKING\n"
                      "READY\n" LOG_RCPT "T: BDAT 3 LAST\\r\\nx\\r\\n\n"
                      "S: 250 got it\n"
                      "DONE DELIVERED 250, DELIVERED 250\n" LOG_BYE},
    /* lock-step: a chunk, its reply */
    {.clause = "3030-2",
     .config = &plain,
     .chunks = true,
     .piece = 3,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", ".\r\nab\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 CHUNKING\r\n250 ok\r\n250 ok\r\n250 "
                           "one\r\n250 two\r\n250 all\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 CHUNKING\n"
                      "READY\n" LOG_RCPT "T: BDAT 3\\r\\n.\\r\\n\n"
                      "S: 250 one\n"
                      "T: BDAT 3\\r\\nab\\r\n"
                      "S: 250 two\n"
                      "T: BDAT 1 LAST\\r\\n\\n\n"
                      "S: 250 all\n"
                      "DONE DELIVERED 250, DELIVERED 250\n" LOG_BYE},
    /* all chunks at once */
    {.clause = "3030-2",
     .config = &plain,
     .chunks = true,
     .piece = 3,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test", ".\r\nab\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250-s.test\r\n250-PIPELINING\r\n250-CHUNKING\r\n250-BINARYMIME\r\n250 "
         "8BITMIME\r\n250 ok\r\n250 ok\r\n550 no\r\n250 one\r\n250 two\r\n250 all\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250-PIPELINING\n"
                      "S: 250-CHUNKING\n"
                      "S: 250-BINARYMIME\n"
                      "S: 250 8BITMIME\n"
                      "READY\n"
                      "C: MAIL FROM:<a@c.test>\n"
                      "C: RCPT TO:<b@s.test>\n"
                      "C: RCPT TO:<d@s.test>\n"
                      "S: 250 ok\n"
                      "S: 250 ok\n"
                      "RCPT 0 250 ok\n"
                      "S: 550 no\n"
                      "RCPT 1 550 no\n"
                      "T: BDAT 3\\r\\n.\\r\\nBDAT 3\\r\\nab\\rBDAT 1 LAST\\r\\n\\n\n"
                      "S: 250 one\n"
                      "S: 250 two\n"
                      "S: 250 all\n"
                      "DONE DELIVERED 250, DELIVERED 250, NEVER 550\n" LOG_BYE},
    /* an empty text */
    {.clause = "3030-2",
     .config = &plain,
     .chunks = true,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250-s.test\r\n250 CHUNKING\r\n250 ok\r\n250 ok\r\n250 all\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 CHUNKING\n"
                      "READY\n" LOG_RCPT "T: BDAT 0 LAST\\r\\n\n"
                      "S: 250 all\n"
                      "DONE DELIVERED 250, DELIVERED 250\n" LOG_BYE},
    {.clause = "3030-2",
     .config = &plain,
     .chunks = true,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "no end")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250-s.test\r\n250 CHUNKING\r\n250 ok\r\n250 ok\r\n250 all\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 CHUNKING\n"
                      "READY\n" LOG_RCPT "T: BDAT 6 LAST\\r\\nno end\n"
                      "S: 250 all\n"
                      "DONE DELIVERED 250, DELIVERED 250\n" LOG_BYE},
    /* no more chunks after a refusal, and RSET */
    {.clause = "3030-2",
     .config = &plain,
     .chunks = true,
     .piece = 3,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", ".\r\nab\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 CHUNKING\r\n250 ok\r\n250 ok\r\n250 "
                           "one\r\n552 5.3.4 too big\r\n250 reset\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 CHUNKING\n"
                      "READY\n" LOG_RCPT "T: BDAT 3\\r\\n.\\r\\n\n"
                      "S: 250 one\n"
                      "T: BDAT 3\\r\\nab\\r\n"
                      "S: 552 5.3.4 too big\n"
                      "C: RSET\n"
                      "S: 250 reset\n"
                      "DONE NEVER 552/5.3.4, NEVER 552/5.3.4\n" LOG_BYE},
    /* those under way are answered */
    {.clause = "3030-2",
     .config = &plain,
     .chunks = true,
     .piece = 3,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", ".\r\nab\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250-s.test\r\n250-PIPELINING\r\n250-CHUNKING\r\n250-BINARYMIME\r\n250 "
         "8BITMIME\r\n250 ok\r\n250 ok\r\n452 4.3.1 full\r\n503 no\r\n503 no\r\n250 reset\r\n221 "
         "bye\r\n")},
     .log = LOG_LISTS "S: 250-PIPELINING\n"
                      "S: 250-CHUNKING\n"
                      "S: 250-BINARYMIME\n"
                      "S: 250 8BITMIME\n"
                      "READY\n"
                      "C: MAIL FROM:<a@c.test>\n"
                      "C: RCPT TO:<b@s.test>\n"
                      "S: 250 ok\n"
                      "S: 250 ok\n"
                      "RCPT 0 250 ok\n"
                      "T: BDAT 3\\r\\n.\\r\\nBDAT 3\\r\\nab\\rBDAT 1 LAST\\r\\n\\n\n"
                      "S: 452 4.3.1 full\n"
                      "S: 503 no\n"
                      "S: 503 no\n"
                      "C: RSET\n"
                      "S: 250 reset\n"
                      "DONE LATER 452/4.3.1, LATER 452/4.3.1\n" LOG_BYE},
    /* the last is refused */
    {.clause = "3030-2",
     .config = &plain,
     .chunks = true,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 CHUNKING\r\n250 ok\r\n250 ok\r\n554 "
                           "no\r\n250 reset\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 CHUNKING\n"
                      "READY\n" LOG_RCPT "T: BDAT 3 LAST\\r\\nx\\r\\n\n"
                      "S: 554 no\n"
                      "C: RSET\n"
                      "S: 250 reset\n"
                      "DONE NEVER 554, NEVER 554\n" LOG_BYE},
    /* no recipient: no chunk, RSET */
    {.clause = "3030-2",
     .config = &plain,
     .chunks = true,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250-s.test\r\n250-PIPELINING\r\n250-CHUNKING\r\n250-BINARYMIME\r\n250 "
         "8BITMIME\r\n250 ok\r\n550 no\r\n250 reset\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250-PIPELINING\n"
                      "S: 250-CHUNKING\n"
                      "S: 250-BINARYMIME\n"
                      "S: 250 8BITMIME\n"
                      "READY\n"
                      "C: MAIL FROM:<a@c.test>\n"
                      "C: RCPT TO:<b@s.test>\n"
                      "S: 250 ok\n"
                      "S: 550 no\n"
                      "RCPT 0 550 no\n"
                      "C: RSET\n"
                      "S: 250 reset\n"
                      "DONE NEVER 550, NEVER 550\n" LOG_BYE},
    {.clause = "3030-2",
     .config = &plain,
     .chunks = true,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250-s.test\r\n250-PIPELINING\r\n250-CHUNKING\r\n250-BINARYMIME\r\n250 "
         "8BITMIME\r\n550 no\r\n503 no\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250-PIPELINING\n"
                      "S: 250-CHUNKING\n"
                      "S: 250-BINARYMIME\n"
                      "S: 250 8BITMIME\n"
                      "READY\n"
                      "C: MAIL FROM:<a@c.test>\n"
                      "C: RCPT TO:<b@s.test>\n"
                      "S: 550 no\n"
                      "S: 503 no\n"
                      "DONE NEVER 550, NEVER 550\n" LOG_BYE},
    /* a reply of another kind */
    {.clause = "3030-2",
     .config = &plain,
     .chunks = true,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 CHUNKING\r\n250 ok\r\n250 ok\r\n354 "
                           "what\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 CHUNKING\n"
                      "READY\n" LOG_RCPT "T: BDAT 3 LAST\\r\\nx\\r\\n\n"
                      "S: 354 what\n"
                      "C: QUIT\n"
                      "DONE UNKNOWN, UNKNOWN\n"
                      "S: 221 bye\n"
                      "CLOSED 354 REPLY_CLASS\n"},
    {.clause = "5321-3.8",
     .config = &plain,
     .chunks = true,
     .piece = 3,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", ".\r\nab\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250-s.test\r\n250 CHUNKING\r\n250 ok\r\n250 ok\r\n421 down\r\n")},
     .log = LOG_LISTS "S: 250 CHUNKING\n"
                      "READY\n" LOG_RCPT "T: BDAT 3\\r\\n.\\r\\n\n"
                      "S: 421 down\n"
                      "DONE LATER 421, LATER 421\n"
                      "CLOSED 421 SERVICE\n"},
    {.clause = "5321-3.8",
     .config = &plain,
     .chunks = true,
     .piece = 3,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", ".\r\nab\r\n")},
     .steps = {CLIENT_SAYS(
                   "220 s.test\r\n250-s.test\r\n250 CHUNKING\r\n250 ok\r\n250 ok\r\n250 ok\r\n"),
               CLIENT_ENDS(SMTP_END_CLOSE)},
     .log = LOG_LISTS "S: 250 CHUNKING\n"
                      "READY\n" LOG_RCPT "T: BDAT 3\\r\\n.\\r\\n\n"
                      "S: 250 ok\n"
                      "T: BDAT 3\\r\\nab\\r\n"
                      "DONE NONE, NONE\n"
                      "CLOSED BROKEN\n"},
    /* LAST was said: nobody knows */
    {.clause = "5321-3.8",
     .config = &plain,
     .chunks = true,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 CHUNKING\r\n250 ok\r\n250 ok\r\n"),
               CLIENT_ENDS(SMTP_END_CLOSE)},
     .log = LOG_LISTS "S: 250 CHUNKING\n"
                      "READY\n" LOG_RCPT "T: BDAT 3 LAST\\r\\nx\\r\\n\n"
                      "DONE UNKNOWN, UNKNOWN\n"
                      "CLOSED BROKEN\n"},
    /* between chunks QUIT may be said */
    {.clause = "5321-4.2",
     .config = &plain,
     .chunks = true,
     .piece = 3,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", ".\r\nab\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250-s.test\r\n250 CHUNKING\r\n250 ok\r\n250 ok\r\nwhat\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 CHUNKING\n"
                      "READY\n" LOG_RCPT "T: BDAT 3\\r\\n.\\r\\n\n"
                      "C: QUIT\n"
                      "S: what ! REPLY_CODE@0\n"
                      "DONE NONE, NONE\n"
                      "S: 221 bye\n"
                      "CLOSED REPLY_CODE\n"},
    /* and behind one that was refused */
    {.clause = "5321-4.2",
     .config = &plain,
     .chunks = true,
     .piece = 3,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", ".\r\nab\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250-PIPELINING\r\n250 CHUNKING\r\n250 "
                           "ok\r\n250 ok\r\n554 no\r\nwhat\r\n554 no\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250-PIPELINING\n"
                      "S: 250 CHUNKING\n"
                      "READY\n"
                      "C: MAIL FROM:<a@c.test>\n"
                      "C: RCPT TO:<b@s.test>\n"
                      "S: 250 ok\n"
                      "S: 250 ok\n"
                      "RCPT 0 250 ok\n"
                      "T: BDAT 3\\r\\n.\\r\\nBDAT 3\\r\\nab\\rBDAT 1 LAST\\r\\n\\n\n"
                      "S: 554 no\n"
                      "C: QUIT\n"
                      "S: what ! REPLY_CODE@0\n"
                      "DONE NEVER 554, NEVER 554\n"
                      "S: 554 no\n"
                      "S: 221 bye\n"
                      "CLOSED REPLY_CODE\n"},
    /* a binary text is free */
    {.clause = "3030-3",
     .config = &plain,
     .chunks = true,
     .call_count = 1,
     .calls = {{.what = CLIENT_MAIL,
                .sender = "a@c.test",
                .rcpts = "b@s.test",
                .text = {"a\nb\r\0\xff", sizeof "a\nb\r\0\xff" - 1},
                .params = {.given = SMTP_P_BODY, .body = SMTP_BODY_BINARYMIME}}},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250-s.test\r\n250-PIPELINING\r\n250-CHUNKING\r\n250-BINARYMIME\r\n250 "
         "8BITMIME\r\n250 ok\r\n250 ok\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250-PIPELINING\n"
                      "S: 250-CHUNKING\n"
                      "S: 250-BINARYMIME\n"
                      "S: 250 8BITMIME\n"
                      "READY\n"
                      "C: MAIL FROM:<a@c.test> BODY=BINARYMIME\n"
                      "C: RCPT TO:<b@s.test>\n"
                      "S: 250 ok\n"
                      "S: 250 ok\n"
                      "RCPT 0 250 ok\n"
                      "T: BDAT 6 LAST\\r\\na\\nb\\r\\x00\\xff\n"
                      "S: 250 ok\n"
                      "DONE DELIVERED 250, DELIVERED 250\n" LOG_BYE},
    /* another has CRLF only */
    {.clause = "3030-2",
     .config = &plain,
     .chunks = true,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "a\nb")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 CHUNKING\r\n250 ok\r\n250 ok\r\n")},
     .log = LOG_LISTS "S: 250 CHUNKING\n"
                      "READY\n" LOG_RCPT "T: BDAT 3 LAST\\r\\na\\nb\n"
                      "DONE NEVER TEXT_BARE_LF, NEVER\n"
                      "CLOSED TEXT_BARE_LF\n"},
    /* BINARYMIME is not offered */
    {.clause = "3030-3",
     .config = &plain,
     .chunks = true,
     .call_count = 1,
     .calls = {{.what = CLIENT_MAIL,
                .sender = "a@c.test",
                .rcpts = "b@s.test",
                .text = {"a", sizeof "a" - 1},
                .params = {.given = SMTP_P_BODY, .body = SMTP_BODY_BINARYMIME}}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 CHUNKING\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 CHUNKING\n"
                      "READY\n"
                      "DONE NEVER NEEDS_BINARY, NEVER\n" LOG_BYE},
    /* nor good for anything without CHUNKING */
    {.clause = "3030-3",
     .config = &plain,
     .chunks = true,
     .call_count = 1,
     .calls = {{.what = CLIENT_MAIL,
                .sender = "a@c.test",
                .rcpts = "b@s.test",
                .text = {"a", sizeof "a" - 1},
                .params = {.given = SMTP_P_BODY, .body = SMTP_BODY_BINARYMIME}}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 BINARYMIME\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 BINARYMIME\n"
                      "READY\n"
                      "DONE NEVER NEEDS_BINARY, NEVER\n" LOG_BYE},
    /* DATA to a server with CHUNKING */
    {.clause = "3030-2",
     .config = &datum,
     .chunks = true,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250-s.test\r\n250-PIPELINING\r\n250-CHUNKING\r\n250-BINARYMIME\r\n250 "
         "8BITMIME\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250-PIPELINING\n"
                      "S: 250-CHUNKING\n"
                      "S: 250-BINARYMIME\n"
                      "S: 250 8BITMIME\n"
                      "READY\n"
                      "C: MAIL FROM:<a@c.test>\n"
                      "C: RCPT TO:<b@s.test>\n"
                      "C: DATA\n"
                      "S: 250 ok\n"
                      "S: 250 ok\n"
                      "RCPT 0 250 ok\n"
                      "S: 354 go\n" LOG_SENT LOG_BYE},
    /* QUIT behind what is not answered yet */
    {.clause = "2920-3.1",
     .config = &plain,
     .chunks = true,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250-PIPELINING\r\n250 "
                           "CHUNKING\r\nwhat\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250-PIPELINING\n"
                      "S: 250 CHUNKING\n"
                      "READY\n"
                      "C: MAIL FROM:<a@c.test>\n"
                      "C: RCPT TO:<b@s.test>\n"
                      "C: QUIT\n"
                      "S: what ! REPLY_CODE@0\n"
                      "DONE NONE, NONE\n"
                      "S: 250 ok\n"
                      "S: 221 bye\n"
                      "CLOSED REPLY_CODE\n"},
    {.clause = "2920-3.1",
     .config = &plain,
     .chunks = true,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS(
                   "220 s.test\r\n250-s.test\r\n250-PIPELINING\r\n250 CHUNKING\r\nwhat\r\n"),
               CLIENT_ENDS(SMTP_END_CLOSE)},
     .log = LOG_LISTS "S: 250-PIPELINING\n"
                      "S: 250 CHUNKING\n"
                      "READY\n"
                      "C: MAIL FROM:<a@c.test>\n"
                      "C: RCPT TO:<b@s.test>\n"
                      "C: QUIT\n"
                      "S: what ! REPLY_CODE@0\n"
                      "DONE NONE, NONE\n"
                      "CLOSED REPLY_CODE\n"},
};

START_TEST(test_rows)
{
    const char *wrong = client_golden_check(&rows[_i]);
    ck_assert_msg(wrong == NULL, "%s: row %d\n%s\nand not\n%s", rows[_i].clause, _i, wrong,
                  rows[_i].log);
}
END_TEST

static Suite *chunk_suite(void)
{
    Suite *suite = suite_create("client_chunk");
    TCase *tcase = tcase_create("rows");
    tcase_add_loop_test(tcase, test_rows, 0, sizeof rows / sizeof *rows);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(chunk_suite)
