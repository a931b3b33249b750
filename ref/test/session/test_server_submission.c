#include "check_main.h"
#include "golden.h"

static const struct smtp_server_config submission = {
    .name = "mx.test",
    .mode = SMTP_MODE_SUBMISSION,
    .extensions = SMTP_X_ENHANCEDSTATUSCODES | SMTP_X_8BITMIME | SMTP_X_SMTPUTF8};
static const struct smtp_server_config relay = {.name = "mx.test"};
static const struct smtp_server_config mailless = {
    .name = "mx.test", .extensions = SMTP_X_ENHANCEDSTATUSCODES | SMTP_X_CHUNKING};

#define HELLO "\r\nEHLO a.test\r\n"

static const struct golden rows[] = {
    /* RFC 6409 4.2 */
    {"6409-4.2",
     &submission,
     HELLO,
     {GOLDEN_WRITE(
         "MAIL FROM:<a@b>\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<d@e>\r\nRCPT TO:<d@[192.0.2.1]>\r\n")},
     "REJECTED READY SENDER_SHORT@0 MAIL FROM:<a@b>\n"
     "S: 554 5.1.8 a domain of one label is not fully qualified\n"
     "COMMAND READY MAIL FROM:<a@b.c>\n"
     "S: 250 2.1.0 sender ok\n"
     "REJECTED MAIL RCPT_SHORT@0 RCPT TO:<d@e>\n"
     "S: 554 5.1.2 a domain of one label is not fully qualified\n"
     "COMMAND MAIL RCPT TO:<d@[192.0.2.1]>\n"
     "S: 250 2.1.5 recipient ok\n",
     0,
     0},
    {"6409-3.2",
     &submission,
     HELLO,
     {GOLDEN_WRITE("MAIL FROM:<>\r\nRCPT TO:<postmaster>\r\n")},
     "COMMAND READY MAIL FROM:<>\n"
     "S: 250 2.1.0 sender ok\n"
     "COMMAND MAIL RCPT TO:<postmaster>\n"
     "S: 250 2.1.5 recipient ok\n",
     0,
     0},
    {"5321-4.1.2",
     &relay,
     HELLO,
     {GOLDEN_WRITE("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n")},
     "COMMAND READY MAIL FROM:<a@b>\n"
     "S: 250 sender ok\n"
     "COMMAND MAIL RCPT TO:<c@d>\n"
     "S: 250 recipient ok\n",
     0,
     0},
    /* RFC 7504 3: 521 to all but QUIT */
    {"7504-3",
     &mailless,
     "",
     {GOLDEN_WRITE("EHLO a.test\r\nNOOP\r\nXYZZY\r\nBDAT 3\r\nabcMAIL FROM:<a\r\nQUIT\r\n")},
     "CONNECT CONNECT\n"
     "S: 521 this host does not accept mail\n"
     "REJECTED REFUSED NO_MAIL@0 EHLO a.test\n"
     "S: 521 this host does not accept mail\n"
     "REJECTED REFUSED NO_MAIL@0 NOOP\n"
     "S: 521 5.3.2 this host does not accept mail\n"
     "REJECTED REFUSED NO_MAIL@0 XYZZY\n"
     "S: 521 5.3.2 this host does not accept mail\n"
     "REJECTED REFUSED NO_MAIL@0 size 3\n"
     "S: 521 5.3.2 this host does not accept mail\n"
     "REJECTED REFUSED NO_MAIL@12 MAIL FROM:<a\n"
     "S: 521 5.3.2 this host does not accept mail\n"
     "COMMAND REFUSED QUIT\n"
     "S: 221 2.0.0 mx.test closing connection\n"
     "CLOSED CLOSED\n",
     SMTP_V_CONNECT,
     SMTP_E_NO_MAIL},
};
enum { ROWS = sizeof rows / sizeof *rows };

START_TEST(test_rows)
{
    const char *wrong = golden_check(&rows[_i]);
    ck_assert_msg(wrong == NULL, "%s:\n%s", rows[_i].clause, wrong);
}
END_TEST

static Suite *submission_suite(void)
{
    Suite *suite = suite_create("server submission");
    TCase *tcase = tcase_create("submission");
    tcase_add_loop_test(tcase, test_rows, 0, ROWS);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(submission_suite)
