#include <stdio.h>
#include <string.h>

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

#define EHLO "EHLO a.test\r\n"

static const struct golden rows[] = {
    GOLDEN_ROW("5321-4.5.3.1.10", &narrow, EHLO "MAIL FROM:<>\r\n",
               "RCPT TO:<a@b.test>\r\nRCPT TO:<b@b.test>\r\nRCPT TO:<c@b.test>\r\nDATA\r\n.\r\n"
               "MAIL FROM:<>\r\nRCPT TO:<a@b.test>\r\n",
               "COMMAND MAIL RCPT TO:<a@b.test>\n"
               "S: 250 recipient ok\n"
               "COMMAND RCPT RCPT TO:<b@b.test>\n"
               "S: 250 recipient ok\n"
               "REJECTED RCPT RCPT_MANY@0 RCPT TO:<c@b.test>\n"
               "S: 452 too many recipients\n"
               "COMMAND RCPT DATA\n"
               "S: 354 start the text, end it with CRLF.CRLF\n"
               "MESSAGE TEXT size 0\n"
               "S: 250 message accepted\n"
               "COMMAND READY MAIL FROM:<>\n"
               "S: 250 sender ok\n"
               "COMMAND MAIL RCPT TO:<a@b.test>\n"
               "S: 250 recipient ok\n"),
    GOLDEN_ROW("5321-7.8", &narrow, EHLO, "X\r\nY\r\nNOOP\r\nNOOP\r\n",
               "REJECTED READY VERB@0 X\n"
               "S: 500 command not recognized\n"
               "REJECTED READY VERB@0 Y\n"
               "S: 500 command not recognized\n"
               "REJECTED CLOSED ERRORS_MANY@0 NOOP\n"
               "S: 421 mx.test too many errors\n"
               "CLOSED CLOSED\n"),
    GOLDEN_ROW("5321-4.1.1.10", &narrow, EHLO, "X\r\nY\r\nQUIT\r\n",
               "REJECTED READY VERB@0 X\n"
               "S: 500 command not recognized\n"
               "REJECTED READY VERB@0 Y\n"
               "S: 500 command not recognized\n"
               "COMMAND READY QUIT\n"
               "S: 221 mx.test closing connection\n"
               "CLOSED CLOSED\n"),
    /* parameters */
    GOLDEN_ROW("5321-4.1.1.11", &narrow, EHLO, "MAIL FROM:<> X=1\r\nMAIL FROM:<> SIZE=1 sIzE=2\r\n",
               "REJECTED READY PARAM_UNKNOWN@13 MAIL FROM:<> X=1\n"
               "S: 555 parameter not recognized or not implemented\n"
               "REJECTED READY PARAM_TWICE@20 MAIL FROM:<> SIZE=1 sIzE=2\n"
               "S: 501 the same parameter twice\n"),
    GOLDEN_ROW("1870-4", &narrow, EHLO, "MAIL FROM:<> SIZE=1x\r\nMAIL FROM:<> SIZE\r\n",
               "REJECTED READY PARAM_SIZE@19 MAIL FROM:<> SIZE=1x\n"
               "S: 501 SIZE= takes 1 to 20 digits\n"
               "REJECTED READY PARAM_SIZE@17 MAIL FROM:<> SIZE\n"
               "S: 501 SIZE= takes 1 to 20 digits\n"),
    {"1870-6.1",
     &narrow,
     EHLO,
     {GOLDEN_WRITE("MAIL FROM:<> SIZE=1001\r\nMAIL FROM:<> SIZE=99999999999999999999\r\n"),
      GOLDEN_WRITE("QUIT\r\n")},
     "REJECTED READY SIZE_DECLARED@0 MAIL FROM:<> SIZE=1001\n"
     "S: 552 declared message size exceeds the limit\n"
     "REJECTED READY SIZE_DECLARED@0 MAIL FROM:<> SIZE=99999999999999999999\n"
     "S: 552 declared message size exceeds the limit\n"
     "COMMAND READY QUIT\n"
     "S: 221 mx.test closing connection\n"
     "CLOSED CLOSED\n",
     0,
     0},
    GOLDEN_ROW("1870-6.1", &narrow, EHLO, "MAIL FROM:<> SIZE=1000 body=8bitmime\r\n",
               "COMMAND READY MAIL FROM:<> SIZE=1000 body=8bitmime\n"
               "S: 250 sender ok\n"),
    GOLDEN_ROW("6152-2", &narrow, EHLO, "MAIL FROM:<> BODY=9BIT\r\nMAIL FROM:<> BODY\r\n",
               "REJECTED READY PARAM_BODY@18 MAIL FROM:<> BODY=9BIT\n"
               "S: 501 BODY= takes 7BIT, 8BITMIME or, where it is offered, BINARYMIME\n"
               "REJECTED READY PARAM_BODY@17 MAIL FROM:<> BODY\n"
               "S: 501 BODY= takes 7BIT, 8BITMIME or, where it is offered, BINARYMIME\n"),
    GOLDEN_ROW("5321-4.1.1.11", &narrow, "HELO a.test\r\n", "MAIL FROM:<> SIZE=1\r\n",
               "REJECTED READY PARAM_UNKNOWN@13 MAIL FROM:<> SIZE=1\n"
               "S: 555 parameter not recognized or not implemented\n"),
    GOLDEN_ROW("5321-4.1.1.11", &narrow, EHLO "MAIL FROM:<>\r\n",
               "RCPT TO:<a@b.test> NOTIFY=NEVER\r\n",
               "REJECTED MAIL PARAM_UNKNOWN@19 RCPT TO:<a@b.test> NOTIFY=NEVER\n"
               "S: 555 parameter not recognized or not implemented\n"),
};
enum { ROWS = sizeof rows / sizeof *rows };

START_TEST(test_rows)
{
    const char *wrong = golden_check(&rows[_i]);
    ck_assert_msg(wrong == NULL, "%s:\n%s", rows[_i].clause, wrong);
}
END_TEST

/* 4.5.3.1.4: 512 octets with CRLF; one octet less, as many, one more. */
START_TEST(test_line_edge)
{
    char line[600], want[64];
    int total = 511 + _i;
    snprintf(line, sizeof line, "NOOP %0*d\r\n", total - 7, 0);
    struct golden g = {.clause = "5321-4.5.3.1.4", .config = &plain, .setup = EHLO};
    g.steps[0] = (struct event_step){.what = EVENT_WRITE, .octets = {line, (size_t)total}};
    g.steps[1] = (struct event_step)GOLDEN_WRITE("QUIT\r\n");
    const char *end = "COMMAND READY QUIT\nS: 221 mx.test closing connection\nCLOSED CLOSED\n";
    snprintf(want, sizeof want, "%s",
             total > 512 ? "REJECTED READY LINE_LONG@512\nS: 500 command line too long\n"
                         : "COMMAND READY NOOP 0");
    const char *log = golden_play(&g, (struct event_cuts){.step = 0}, 0);
    ck_assert_msg(strstr(log, want) != NULL, "%d octets:\n%s", total, log);
    ck_assert_ptr_nonnull(strstr(log, end));
    char whole[4096];
    snprintf(whole, sizeof whole, "%s", log);
    for (size_t step = 1; step < 9; step++)
        ck_assert_str_eq(golden_play(&g, (struct event_cuts){.step = step}, step % 3), whole);
}
END_TEST

/* RFC 1870 3: MAIL may be 26 octets longer where SIZE is offered; 14 more for BODY. */
START_TEST(test_line_with_extensions)
{
    ck_assert_uint_eq(smtp_server_line_max(&plain), 512);
    ck_assert_uint_eq(smtp_server_line_max(&narrow), 512 + 26 + 14);
}
END_TEST

START_TEST(test_small_buffers)
{
    static char octets[2048];
    struct smtp_server s;
    smtp_room in = {octets, 512}, out = {octets + 512, SMTP_SERVER_REPLY_MAX};
    ck_assert_int_eq(smtp_server_init(&s, &plain, in, out, 0), SMTP_OK);
    in.n--;
    ck_assert_int_eq(smtp_server_init(&s, &plain, in, out, 0), SMTP_E_BUFFER);
    in.n++;
    out.n--;
    ck_assert_int_eq(smtp_server_init(&s, &plain, in, out, 0), SMTP_E_BUFFER);
    ck_assert_int_eq(smtp_server_init(&s, &narrow, in, out, 0), SMTP_E_BUFFER);
}
END_TEST

static Suite *limits_suite(void)
{
    Suite *suite = suite_create("server limits");
    TCase *tcase = tcase_create("limits");
    tcase_add_loop_test(tcase, test_rows, 0, ROWS);
    tcase_add_loop_test(tcase, test_line_edge, 0, 3);
    tcase_add_test(tcase, test_line_with_extensions);
    tcase_add_test(tcase, test_small_buffers);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(limits_suite)
