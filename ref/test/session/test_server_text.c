#include <stdio.h>
#include <string.h>

#include "check_main.h"
#include "golden.h"

static const struct smtp_limits ten = {.command_line = 512,
                                       .recipients = 100,
                                       .message = 10,
                                       .errors = 0,
                                       .command_ms = 300000,
                                       .text_ms = 300000,
                                       .tls_ms = 60000};
static const struct smtp_server_config plain = {.name = "mx.test"};
static const struct smtp_server_config small = {
    .name = "mx.test", .limits = &ten, .extensions = SMTP_X_SIZE};
static const struct smtp_server_config strict = {.name = "mx.test", .refuse_bare = true};
static const struct smtp_server_config strict_small = {
    .name = "mx.test", .limits = &ten, .refuse_bare = true};
static const struct smtp_server_config lf_lf = {.name = "mx.test", .lax = SMTP_LAX_EOD_LF_LF};

#define TO_TEXT "EHLO a.test\r\nMAIL FROM:<>\r\nRCPT TO:<b@b.test>\r\nDATA\r\n"
#define NOOP_OK "COMMAND READY NOOP\nS: 250 ok\n"
#define ACCEPTED "S: 250 message accepted\n"

static const struct golden rows[] = {
    /* 4.1.1.4, 4.5.2 */
    GOLDEN_ROW("5321-4.1.1.4", &plain, TO_TEXT, "a\r\nb\r\n.\r\nNOOP\r\n",
               "BODY a\\r\\nb\\r\\n\nMESSAGE TEXT size 6\n" ACCEPTED NOOP_OK),
    GOLDEN_ROW("5321-4.1.1.4", &plain, TO_TEXT, ".\r\nNOOP\r\n",
               "MESSAGE TEXT size 0\n" ACCEPTED NOOP_OK),
    GOLDEN_ROW("5321-4.1.1.4", &plain, TO_TEXT, "\r\n.\r\nNOOP\r\n",
               "BODY \\r\\n\nMESSAGE TEXT size 2\n" ACCEPTED NOOP_OK),
    GOLDEN_ROW("5321-4.5.2", &plain, TO_TEXT, "..\r\n..x\r\n.y\r\nz.\r\n.\r\nNOOP\r\n",
               "BODY .\\r\\n.x\\r\\ny\\r\\nz.\\r\\n\nMESSAGE TEXT size 14\n" ACCEPTED NOOP_OK),
    GOLDEN_ROW("5321-4.1.1.4", &plain, TO_TEXT, "QUIT\r\nRSET\r\nDATA\r\n.\r\nNOOP\r\n",
               "BODY QUIT\\r\\nRSET\\r\\nDATA\\r\\n\nMESSAGE TEXT size 18\n" ACCEPTED NOOP_OK),
    GOLDEN_ROW("5321-4.1.1.4", &plain, TO_TEXT, "a\0\xff\x01\t\r\n.\r\n",
               "BODY a\\x00\\xff\\x01\\t\\r\\n\nMESSAGE TEXT size 7\n" ACCEPTED),
    GOLDEN_ROW("5321-3.3", &plain, TO_TEXT ".\r\n", "DATA\r\nRCPT TO:<b@b.test>\r\n",
               "REJECTED READY SEQUENCE@0 DATA\nS: 503 MAIL and RCPT come first\n"
               "REJECTED READY SEQUENCE@0 RCPT TO:<b@b.test>\nS: 503 MAIL comes first\n"),
    /* bare CR and LF end nothing */
    GOLDEN_ROW("5321-2.3.8", &plain, TO_TEXT, "a\n.\nQUIT\r\n.\r\n",
               "BODY a\\n.\\nQUIT\\r\\n\nMESSAGE TEXT size 10\n" ACCEPTED),
    GOLDEN_ROW(
        "5321-2.3.8", &plain, TO_TEXT, "a\r.\rb\n.\r\nc\r\n.\rd\r\n.\nx\r\n.\r\n",
        "BODY a\\r.\\rb\\n.\\r\\nc\\r\\n\\rd\\r\\n\\nx\\r\\n\nMESSAGE TEXT size 20\n" ACCEPTED),
    GOLDEN_ROW(
        "5321-2.3.8", &strict, TO_TEXT, "ab\nc\r\n.\r\nNOOP\r\n",
        "BODY ab\\nc\\r\\n\nMESSAGE READY TEXT_BARE_LF@2 size 6\nS: 554 bare LF in the message "
        "text\n" NOOP_OK),
    GOLDEN_ROW(
        "5321-2.3.8", &strict, TO_TEXT, "abc\rd\n\r\n.\r\nNOOP\r\n",
        "BODY abc\\rd\\n\\r\\n\nMESSAGE READY TEXT_BARE_CR@3 size 8\nS: 554 bare CR in the message "
        "text\n" NOOP_OK),
    GOLDEN_ROW("5321-2.3.8", &strict, TO_TEXT, "abc\r\n.\r\n",
               "BODY abc\\r\\n\nMESSAGE TEXT size 5\n" ACCEPTED),
    GOLDEN_ROW("5321-4.1.1.4", &lf_lf, TO_TEXT, "a\n.\nNOOP\r\n",
               "BODY a\\n\nMESSAGE TEXT size 2 lax 524288\n" ACCEPTED NOOP_OK),
    /* RFC 1870 6.3: as much as the limit; one more is drained, not delivered, and answered 552 */
    GOLDEN_ROW("1870-6.3", &small, TO_TEXT, "12345678\r\n.\r\nNOOP\r\n",
               "BODY 12345678\\r\\n\nMESSAGE TEXT size 10\n" ACCEPTED NOOP_OK),
    GOLDEN_ROW("1870-6.3", &small, TO_TEXT, "123456789\r\n.\r\nNOOP\r\n",
               "BODY 123456789\\r\nMESSAGE READY SIZE@10 size 11\nS: 552 message size exceeds the "
               "limit\n" NOOP_OK),
    GOLDEN_ROW(
        "1870-6.3", &small, TO_TEXT, "1234567\r\n..89\r\n.\r\nNOOP\r\n",
        "BODY 1234567\\r\\n.\nMESSAGE READY SIZE@10 size 14\nS: 552 message size exceeds the "
        "limit\n" NOOP_OK),
    GOLDEN_ROW("1870-6.3", &small, TO_TEXT,
               "1234567890\r\nQUIT\r\nMAIL FROM:<>\r\n\r\n..\r\n.\r\nNOOP\r\n",
               "BODY 1234567890\nMESSAGE READY SIZE@10 size 37\nS: 552 message size exceeds the "
               "limit\n" NOOP_OK),
    GOLDEN_ROW("1870-6.3", &strict_small, TO_TEXT, "a\nb34567890\r\n.\r\n",
               "BODY a\\nb3456789\nMESSAGE READY SIZE@10 size 13\nS: 552 message size exceeds the "
               "limit\n"),
    /* 4.1.1.4: the end of data ends the transaction whatever the answer */
    {"5321-4.1.1.4",
     &plain,
     TO_TEXT,
     {GOLDEN_WRITE("a\r\n.\r\nDATA\r\nMAIL FROM:<>\r\n")},
     "BODY a\\r\\n\nMESSAGE TEXT size 3\nS: 451 local error in processing\n"
     "REJECTED READY SEQUENCE@0 DATA\nS: 503 MAIL and RCPT come first\n"
     "COMMAND READY MAIL FROM:<>\nS: 250 sender ok\n",
     SMTP_V_END_OF_DATA,
     SMTP_E_STORE},
    {"5321-3.8",
     &plain,
     TO_TEXT,
     {GOLDEN_WRITE("a\r\n.\r\nNOOP\r\n")},
     "BODY a\\r\\n\nMESSAGE TEXT size 3\nS: 421 mx.test service shutting down\nCLOSED CLOSED\n",
     SMTP_V_END_OF_DATA,
     SMTP_E_SHUTDOWN},
    /* a second transaction begins with a new text */
    GOLDEN_ROW("5321-3.3", &plain, TO_TEXT "a\n\r\n.\r\n",
               "MAIL FROM:<>\r\nRCPT TO:<b@b.test>\r\nDATA\r\n.x\r\n.\r\n",
               "COMMAND READY MAIL FROM:<>\nS: 250 sender ok\n"
               "COMMAND MAIL RCPT TO:<b@b.test>\nS: 250 recipient ok\n"
               "COMMAND RCPT DATA\nS: 354 start the text, end it with CRLF.CRLF\n"
               "BODY x\\r\\n\nMESSAGE TEXT size 3\n" ACCEPTED),
    /* the peer goes within the text: no message */
    {"5321-4.1.1.10",
     &plain,
     TO_TEXT,
     {GOLDEN_WRITE("a\r\n"), GOLDEN_END(SMTP_END_CLOSE)},
     "BODY a\\r\\n\nCLOSED CLOSED\n",
     0,
     0},
    {"5321-4.1.1.10",
     &plain,
     TO_TEXT,
     {GOLDEN_WRITE("a\r\n."), GOLDEN_END(SMTP_END_CLOSE)},
     "BODY a\\r\\n\nCLOSED CLOSED\n",
     0,
     0},
    {"5321-4.1.1.10",
     &plain,
     TO_TEXT,
     {GOLDEN_WRITE("a\r\n.\r\n"), GOLDEN_END(SMTP_END_CLOSE)},
     "BODY a\\r\\n\nMESSAGE TEXT size 3\n" ACCEPTED "CLOSED CLOSED\n",
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

/* 4.5.3.1.7: 64K at least, in buffers that hold a command line. */
START_TEST(test_long_text)
{
    static char in[512], out[SMTP_SERVER_REPLY_MAX], text[1 << 18], log[1 << 18];
    struct event_play p = {.config = &plain,
                           .in = {in, sizeof in},
                           .out = {out, sizeof out},
                           .log = {.room = {log, sizeof log}}};
    size_t n = 0;
    for (size_t line = 0; n + 4 < 100000; line++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%zu\r\n", line % 7 == 0 ? "." : "",
                              line);
    ck_assert(event_play_begin(&p));
    event_play_write(&p, SMTP_SPAN(TO_TEXT));
    size_t before = p.log.n;
    event_play_write(&p, (smtp_span){text, n});
    event_play_write(&p, SMTP_SPAN(".\r\n"));
    ck_assert_uint_gt(p.log.n - before, n);
    ck_assert_int_eq(smtp_server_state(&p.server), SMTP_S_READY);
    ck_assert_uint_eq(p.unread, 0);
    log[p.log.n < sizeof log ? p.log.n : sizeof log - 1] = '\0';
    ck_assert_ptr_nonnull(strstr(log + before, "\n"
                                               "MESSAGE TEXT size "));
}
END_TEST

static Suite *text_suite(void)
{
    Suite *suite = suite_create("server text");
    TCase *tcase = tcase_create("text");
    tcase_add_loop_test(tcase, test_rows, 0, ROWS);
    tcase_add_test(tcase, test_long_text);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(text_suite)
