/* Several requests and transactions on one connection, and QUIT. */
#include "check_main.h"
#include "client_golden.h"

static const struct smtp_client_config plain = {.name = "c.test", .tls = SMTP_TLS_NEVER};

static const struct client_golden rows[] = {
    /* several on a connection; the null reverse-path, Postmaster, an empty text */
    {.clause = "5321-3.3",
     .config = &plain,
     .call_count = 2,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n"),
               CLIENT_MAILS("", "postmaster Postmaster@s.test \"a,b\"@s.test", "")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n250 ok\r\n250 "
         "ok\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_MET LOG_RCPT LOG_DATA LOG_SENT
     "READY\n"
     "C: MAIL FROM:<>\n"
     "S: 250 ok\n"
     "C: RCPT TO:<postmaster>\n"
     "S: 250 ok\n"
     "RCPT 0 250 ok\n"
     "C: RCPT TO:<Postmaster@s.test>\n"
     "S: 250 ok\n"
     "RCPT 1 250 ok\n"
     "C: RCPT TO:<\"a,b\"@s.test>\n"
     "S: 250 ok\n"
     "RCPT 2 250 ok\n" LOG_DATA "T: .\\r\\n\n"
     "S: 250 ok\n"
     "DONE DELIVERED 250, DELIVERED 250, DELIVERED 250, DELIVERED 250\n" LOG_BYE},
    /* success is kept when 221 is missing */
    {.clause = "5321-4.2.5",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n"),
               CLIENT_ENDS(SMTP_END_CLOSE)},
     .log = LOG_MET LOG_RCPT LOG_DATA LOG_SENT "READY\n"
                                               "C: QUIT\n"
                                               "CLOSED\n"},
    /* quit() waits for the transaction */
    {.clause = "5321-4.1.1.10",
     .config = &plain,
     .call_count = 1,
     .calls =
         {{.what = CLIENT_MAIL, .sender = "a@c.test", .rcpts = "b@s.test", .text = {"x\r\n", 3}}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n"), CLIENT_LEAVES,
               CLIENT_SAYS("250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_MET LOG_RCPT LOG_DATA "T: x\\r\\n.\\r\\n\n"
                                      "S: 250 ok\n"
                                      "C: QUIT\n"
                                      "DONE DELIVERED 250, DELIVERED 250\n"
                                      "S: 221 bye\n"
                                      "CLOSED\n"},
    {.clause = "5321-4.5.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_MET LOG_RCPT LOG_DATA "T: .\\r\\n\n"
                                      "S: 250 ok\n"
                                      "DONE DELIVERED 250, DELIVERED 250\n" LOG_BYE},
    {.clause = "5321-4.5.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", ".")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_MET LOG_RCPT LOG_DATA "T: ..\\r\\n.\\r\\n\n"
                                      "S: 250 ok\n"
                                      "DONE DELIVERED 250, DELIVERED 250\n" LOG_BYE},
    {.clause = "5321-4.5.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", ".\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_MET LOG_RCPT LOG_DATA "T: ..\\r\\n.\\r\\n\n"
                                      "S: 250 ok\n"
                                      "DONE DELIVERED 250, DELIVERED 250\n" LOG_BYE},
    {.clause = "5321-4.5.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "..\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_MET LOG_RCPT LOG_DATA "T: ...\\r\\n.\\r\\n\n"
                                      "S: 250 ok\n"
                                      "DONE DELIVERED 250, DELIVERED 250\n" LOG_BYE},
    {.clause = "5321-4.5.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_MET LOG_RCPT LOG_DATA "T: \\r\\n.\\r\\n\n"
                                      "S: 250 ok\n"
                                      "DONE DELIVERED 250, DELIVERED 250\n" LOG_BYE},
    {.clause = "5321-4.5.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "\r\n.\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_MET LOG_RCPT LOG_DATA "T: \\r\\n..\\r\\n.\\r\\n\n"
                                      "S: 250 ok\n"
                                      "DONE DELIVERED 250, DELIVERED 250\n" LOG_BYE},
    {.clause = "5321-4.5.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "a\r\n.b")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_MET LOG_RCPT LOG_DATA "T: a\\r\\n..b\\r\\n.\\r\\n\n"
                                      "S: 250 ok\n"
                                      "DONE DELIVERED 250, DELIVERED 250\n" LOG_BYE},
    {.clause = "5321-4.5.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", ".a\r\n..b\r\n\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_MET LOG_RCPT LOG_DATA "T: ..a\\r\\n...b\\r\\n\\r\\n.\\r\\n\n"
                                      "S: 250 ok\n"
                                      "DONE DELIVERED 250, DELIVERED 250\n" LOG_BYE},
    {.clause = "5321-4.5.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n.\r\nRSET\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_MET LOG_RCPT LOG_DATA "T: x\\r\\n..\\r\\nRSET\\r\\n.\\r\\n\n"
                                      "S: 250 ok\n"
                                      "DONE DELIVERED 250, DELIVERED 250\n" LOG_BYE},
    {.clause = "5321-4.5.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "\0\r\n.\0")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_MET LOG_RCPT LOG_DATA "T: \\x00\\r\\n..\\x00\\r\\n.\\r\\n\n"
                                      "S: 250 ok\n"
                                      "DONE DELIVERED 250, DELIVERED 250\n" LOG_BYE},
};

START_TEST(test_rows)
{
    const char *wrong = client_golden_check(&rows[_i]);
    ck_assert_msg(wrong == NULL, "%s: row %d\n%s\nand not\n%s", rows[_i].clause, _i, wrong,
                  rows[_i].log);
}
END_TEST

static Suite *turns_suite(void)
{
    Suite *suite = suite_create("client_turns");
    TCase *tcase = tcase_create("rows");
    tcase_add_loop_test(tcase, test_rows, 0, sizeof rows / sizeof *rows);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(turns_suite)
