#include "check_main.h"
#include "golden.h"

static const struct smtp_limits few = {.command_line = 512,
                                       .recipients = 2,
                                       .message = 1000,
                                       .errors = 2,
                                       .command_ms = 300000,
                                       .text_ms = 300000,
                                       .tls_ms = 60000};
static const struct smtp_server_config plain = {.name = "mx.test"};
static const struct smtp_server_config narrow = {
    .name = "mx.test", .limits = &few, .extensions = SMTP_X_SIZE | SMTP_X_8BITMIME};
static const struct smtp_server_config rich = {
    .name = "mx.test",
    .limits = &few,
    .extensions = SMTP_X_SIZE | SMTP_X_8BITMIME | SMTP_X_PIPELINING | SMTP_X_ENHANCEDSTATUSCODES |
                  SMTP_X_STARTTLS | SMTP_X_HELP | SMTP_X_VRFY | SMTP_X_EXPN};
static const struct smtp_server_config blanks = {.name = "mx.test", .lax = SMTP_LAX_ADVISED};
static const struct smtp_server_config nuls = {.name = "mx.test", .lax = SMTP_LAX_LINE_NUL};

#define EHLO "EHLO a.test\r\n"
#define TO_RCPT EHLO "MAIL FROM:<>\r\nRCPT TO:<b@b.test>\r\n"

static const struct golden rows[] = {
    GOLDEN_ROW("5321-3.1", &plain, "", "",
               "CONNECT CONNECT\n"
               "S: 220 mx.test ESMTP smtpref\n"),
    {"5321-3.1",
     &plain,
     "",
     {GOLDEN_WRITE("NOOP\r\nEHLO a.test\r\nQUIT\r\nNOOP\r\n")},
     "CONNECT CONNECT\n"
     "S: 554 no SMTP service here\n"
     "REJECTED REFUSED SEQUENCE@0 NOOP\n"
     "S: 503 no service here, only QUIT\n"
     "REJECTED REFUSED SEQUENCE@0 EHLO a.test\n"
     "S: 503 no service here, only QUIT\n"
     "COMMAND REFUSED QUIT\n"
     "S: 221 mx.test closing connection\n"
     "CLOSED CLOSED\n",
     SMTP_V_CONNECT,
     SMTP_E_NO_SERVICE},
    GOLDEN_ROW("5321-4.1.1.1", &rich, "\r\n", EHLO "HELO a.test\r\n",
               "COMMAND START EHLO a.test\n"
               "S: 250-mx.test at your service\n"
               "S: 250-PIPELINING\n"
               "S: 250-SIZE 1000\n"
               "S: 250-8BITMIME\n"
               "S: 250-ENHANCEDSTATUSCODES\n"
               "S: 250-STARTTLS\n"
               "S: 250-VRFY\n"
               "S: 250-EXPN\n"
               "S: 250 HELP\n"
               "COMMAND READY HELO a.test\n"
               "S: 250 mx.test at your service\n"),
    GOLDEN_ROW("2034-4", &rich, EHLO,
               "MAIL FROM:<>\r\nRCPT TO:<b@b.test>\r\nDATA\r\n.\r\nRSET x\r\n",
               "COMMAND READY MAIL FROM:<>\n"
               "S: 250 2.1.0 sender ok\n"
               "COMMAND MAIL RCPT TO:<b@b.test>\n"
               "S: 250 2.1.5 recipient ok\n"
               "COMMAND RCPT DATA\n"
               "S: 354 start the text, end it with CRLF.CRLF\n"
               "MESSAGE TEXT size 0\n"
               "S: 250 2.6.0 message accepted\n"
               "REJECTED READY ARGUMENT@4 RSET x\n"
               "S: 501 5.5.4 this command takes no argument\n"),
    GOLDEN_ROW("5321-2.4", &plain, EHLO, "noop\r\nMaIl fRoM:<a@A.test>\r\nrset\r\n",
               "COMMAND READY noop\n"
               "S: 250 ok\n"
               "COMMAND READY MaIl fRoM:<a@A.test>\n"
               "S: 250 sender ok\n"
               "COMMAND MAIL rset\n"
               "S: 250 transaction forgotten\n"),
    GOLDEN_ROW("5321-4.2.4", &plain, EHLO, "\r\nXYZZY a\r\n NOOP\r\nVRFY a@b.test\r\nHELP a b\r\n",
               "REJECTED READY NO_COMMAND@0\n"
               "S: 500 command not recognized\n"
               "REJECTED READY VERB@0 XYZZY a\n"
               "S: 500 command not recognized\n"
               "REJECTED READY VERB@0  NOOP\n"
               "S: 500 command not recognized\n"
               "COMMAND READY VRFY a@b.test\n"
               "S: 252 not verified, but mail is tried\n"
               "REJECTED READY STRING@6 HELP a b\n"
               "S: 501 the argument is not a String: one Atom or Quoted-string\n"),
    GOLDEN_ROW("5321-2.3.8", &plain, EHLO,
               "NO\nOP\r\nNOOP\rQUIT\r\nNO\0OP\r\nNOOP \x01\r\nNOOP\r\n",
               "REJECTED READY BARE_LF@2 NO\\nOP\n"
               "S: 500 bare LF in a command\n"
               "REJECTED READY BARE_CR@4 NOOP\\rQUIT\n"
               "S: 500 bare CR in a command\n"
               "REJECTED READY NUL@2 NO\\x00OP\n"
               "S: 501 NUL in a command\n"
               "REJECTED READY CONTROL@5 NOOP \\x01\n"
               "S: 501 control character in a command\n"
               "COMMAND READY NOOP\n"
               "S: 250 ok\n"),
    GOLDEN_ROW("5321-4.1.1", &blanks, EHLO, "NOOP \t\r\nDATA  \r\n",
               "COMMAND READY lax 1 NOOP \\t\n"
               "S: 250 ok\n"
               "REJECTED READY SEQUENCE@0 lax 1 DATA  \n"
               "S: 503 MAIL and RCPT come first\n"),
    GOLDEN_ROW("5321-4.1.2", &nuls, EHLO, "N\0OO\0P\r\n",
               "COMMAND READY lax 262144 NOOP\n"
               "S: 250 ok\n"),
    /* 4.1.4: a refused command leaves the transaction as it was */
    GOLDEN_ROW("5321-4.1.4", &plain, TO_RCPT,
               "MAIL FROM:<b@b.test>\r\nEHLO a..b\r\nRCPT TO:<>\r\nDATA x\r\nDATA\r\n.\r\n",
               "REJECTED RCPT SEQUENCE@0 MAIL FROM:<b@b.test>\n"
               "S: 503 a transaction is open already\n"
               "REJECTED RCPT DOMAIN@7 EHLO a..b\n"
               "S: 501 malformed domain\n"
               "REJECTED RCPT PATH_NULL@9 RCPT TO:<>\n"
               "S: 501 the null path is no forward-path\n"
               "REJECTED RCPT ARGUMENT@4 DATA x\n"
               "S: 501 this command takes no argument\n"
               "COMMAND RCPT DATA\n"
               "S: 354 start the text, end it with CRLF.CRLF\n"
               "MESSAGE TEXT size 0\n"
               "S: 250 message accepted\n"),
    GOLDEN_ROW("5321-4.1.4", &plain, TO_RCPT, EHLO "DATA\r\n",
               "COMMAND RCPT EHLO a.test\n"
               "S: 250 mx.test at your service\n"
               "REJECTED READY SEQUENCE@0 DATA\n"
               "S: 503 MAIL and RCPT come first\n"),
    /* what the application refuses */
    {"5321-3.3",
     &plain,
     EHLO,
     {GOLDEN_WRITE("MAIL FROM:<x@a.test>\r\nRCPT TO:<b@b.test>\r\nMAIL FROM:<>\r\n")},
     "COMMAND READY MAIL FROM:<x@a.test>\n"
     "S: 550 sender refused\n"
     "REJECTED READY SEQUENCE@0 RCPT TO:<b@b.test>\n"
     "S: 503 MAIL comes first\n"
     "COMMAND READY MAIL FROM:<>\n"
     "S: 250 sender ok\n",
     SMTP_V_MAIL,
     SMTP_E_SENDER},
    {"5321-3.3",
     &plain,
     EHLO "MAIL FROM:<>\r\n",
     {GOLDEN_WRITE("RCPT TO:<no@b.test>\r\nDATA\r\nRCPT TO:<b@b.test>\r\nDATA\r\n.\r\n")},
     "COMMAND MAIL RCPT TO:<no@b.test>\n"
     "S: 550 no such mailbox here\n"
     "REJECTED MAIL SEQUENCE@0 DATA\n"
     "S: 503 no valid recipients\n"
     "COMMAND MAIL RCPT TO:<b@b.test>\n"
     "S: 250 recipient ok\n"
     "COMMAND RCPT DATA\n"
     "S: 354 start the text, end it with CRLF.CRLF\n"
     "MESSAGE TEXT size 0\n"
     "S: 250 message accepted\n",
     SMTP_V_RCPT,
     SMTP_E_NO_MAILBOX},
    {"5321-4.2.3",
     &plain,
     EHLO,
     {GOLDEN_WRITE(EHLO "MAIL FROM:<>\r\n")},
     "COMMAND READY EHLO a.test\n"
     "S: 250 mx.test at your service\n"
     "COMMAND READY MAIL FROM:<>\n"
     "S: 421 mx.test service shutting down\n"
     "CLOSED CLOSED\n",
     SMTP_V_MAIL,
     SMTP_E_SHUTDOWN},
    /* the octets of a chunk are never commands */
    GOLDEN_ROW("3030-2", &plain, EHLO, "BDAT 12 LAST\r\nQUIT\r\nQUIT\r\nNOOP\r\n",
               "REJECTED READY NOT_HERE@0 size 12 BDAT 12 LAST\n"
               "S: 502 CHUNKING is not offered\n"
               "COMMAND READY NOOP\n"
               "S: 250 ok\n"),
    {"3030-2",
     &plain,
     "",
     {GOLDEN_WRITE("BDAT 6\r\nQUIT\r\nBDAT 0 LAST\r\nBDAT 6\r\n"), GOLDEN_WRITE("NO"),
      GOLDEN_WRITE("OP\r\nNOOP\r\n")},
     "CONNECT CONNECT\n"
     "S: 220 mx.test ESMTP smtpref\n"
     "REJECTED START NOT_HERE@0 size 6 BDAT 6\n"
     "S: 502 CHUNKING is not offered\n"
     "REJECTED START NOT_HERE@0 BDAT 0 LAST\n"
     "S: 502 CHUNKING is not offered\n"
     "REJECTED START NOT_HERE@0 size 6 BDAT 6\n"
     "S: 502 CHUNKING is not offered\n"
     "COMMAND START NOOP\n"
     "S: 250 ok\n",
     0,
     0},
    {"3030-2",
     &plain,
     "",
     {GOLDEN_WRITE("BDAT 6\r\nQUIT\r\nNOOP\r\n")},
     "CONNECT CONNECT\n"
     "S: 554 no SMTP service here\n"
     "REJECTED REFUSED SEQUENCE@0 size 6 BDAT 6\n"
     "S: 503 no service here, only QUIT\n"
     "REJECTED REFUSED SEQUENCE@0 NOOP\n"
     "S: 503 no service here, only QUIT\n",
     SMTP_V_CONNECT,
     SMTP_E_NO_SERVICE},
    {"3030-2",
     &narrow,
     EHLO,
     {GOLDEN_WRITE("BDAT 99999999999999999999999\r\nQUIT\r\nNOOP\r\n"), GOLDEN_END(SMTP_END_CLOSE)},
     "REJECTED READY NOT_HERE@0 size 18446744073709551615 BDAT 99999999999999999999999\n"
     "S: 502 CHUNKING is not offered\n"
     "CLOSED CLOSED\n",
     0,
     0},
    /* the peer goes */
    {"5321-4.1.1.10",
     &plain,
     EHLO,
     {GOLDEN_WRITE("NOOP\r\nNOO"), GOLDEN_END(SMTP_END_CLOSE)},
     "COMMAND READY NOOP\n"
     "S: 250 ok\n"
     "CLOSED CLOSED\n",
     0,
     0},
    {"5321-4.1.1.10", &plain, TO_RCPT, {GOLDEN_END(SMTP_END_RESET)}, "CLOSED CLOSED\n", 0, 0},
    {"5321-4.1.1.10",
     &plain,
     EHLO,
     {GOLDEN_WRITE("QUIT\r\nNOOP\r\n"), GOLDEN_WRITE("NOOP\r\n")},
     "COMMAND READY QUIT\n"
     "S: 221 mx.test closing connection\n"
     "CLOSED CLOSED\n",
     0,
     0},
};
enum { ROWS = sizeof rows / sizeof *rows };

START_TEST(test_rows)
{
    const char *wrong = golden_check(&rows[_i]);
    ck_assert_msg(wrong == NULL, "%s:\n%s", rows[_i].clause, wrong);
}
END_TEST

static Suite *replies_suite(void)
{
    Suite *suite = suite_create("server replies");
    TCase *tcase = tcase_create("replies");
    tcase_add_loop_test(tcase, test_rows, 0, ROWS);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(replies_suite)
