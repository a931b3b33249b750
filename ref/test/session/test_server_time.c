#include <string.h>

#include "check_main.h"
#include "golden.h"

static const struct smtp_limits limits = {.command_line = 512,
                                          .recipients = 100,
                                          .message = 1000,
                                          .errors = 0,
                                          .command_ms = 300000,
                                          .text_ms = 180000,
                                          .tls_ms = 60000};
static const struct smtp_limits endless = {.command_line = 512,
                                           .recipients = 100,
                                           .command_ms = UINT64_MAX,
                                           .text_ms = UINT64_MAX,
                                           .tls_ms = UINT64_MAX};
static const struct smtp_limits rated = {.command_line = 512,
                                         .recipients = 100,
                                         .message = 1000,
                                         .command_ms = 300000,
                                         .text_ms = 180000,
                                         .text_rate = 10}; /* an octet is worth 100 ms */
static const struct smtp_server_config hasty = {
    .name = "mx.test", .limits = &rated, .extensions = SMTP_X_CHUNKING};
static const struct smtp_server_config config = {
    .name = "mx.test", .limits = &limits, .extensions = SMTP_X_STARTTLS};
static const struct smtp_server_config lmtp = {
    .name = "mx.test", .mode = SMTP_MODE_LMTP, .limits = &limits, .extensions = SMTP_X_CHUNKING};
static const struct smtp_server_config patient = {.name = "mx.test", .limits = &endless};

#define EHLO "EHLO a.test\r\n"
#define TO_TEXT EHLO "MAIL FROM:<>\r\nRCPT TO:<b@b.test>\r\nDATA\r\n"
#define LATE "S: 421 mx.test timeout, closing the connection\nCLOSED CLOSED\n"
#define STOPPED "S: 421 mx.test service shutting down\nCLOSED CLOSED\n"
/* 421 without a command to answer */
#define ASKED "CLOSED CLOSED SHUTDOWN@0\nS: 421 mx.test service shutting down\n"
#define NOOP_OK "COMMAND READY NOOP\nS: 250 ok\n"

static const struct golden rows[] = {
    /* 4.5.3.2.7 */
    {"5321-4.5.3.2.7",
     &config,
     EHLO,
     {GOLDEN_WAIT(299999), GOLDEN_WRITE("NOOP\r\n")},
     NOOP_OK,
     0,
     0},
    {"5321-4.5.3.2.7",
     &config,
     EHLO,
     {GOLDEN_WAIT(300000)},
     "TIMEOUT CLOSED TIMEOUT@0\n" LATE,
     0,
     0},
    {"5321-4.5.3.2.7",
     &config,
     EHLO,
     {GOLDEN_WAIT(299999), GOLDEN_WRITE("NOOP\r\n"), GOLDEN_WAIT(299999), GOLDEN_WRITE("NOOP\r\n"),
      GOLDEN_WAIT(300000)},
     NOOP_OK NOOP_OK "TIMEOUT CLOSED TIMEOUT@0\n" LATE,
     0,
     0},
    /* nor is it forgotten where the answer is none (RFC 2033 4.3) */
    {"5321-4.5.3.2.7",
     &lmtp,
     "LHLO a.test\r\nMAIL FROM:<>\r\nBDAT 1\r\nx",
     {GOLDEN_WAIT(299999), GOLDEN_WRITE("BDAT 0 LAST\r\n"), GOLDEN_WAIT(299999),
      GOLDEN_WRITE("NOOP\r\n")},
     "REJECTED FAILED NO_RCPT@0\nCOMMAND FAILED NOOP\nS: 250 ok\n",
     0,
     0},
    /* half a command does not win time */
    {"5321-4.5.3.2.7",
     &config,
     EHLO,
     {GOLDEN_WRITE("NO"), GOLDEN_WAIT(200000), GOLDEN_WRITE("OP"), GOLDEN_WAIT(100000)},
     "TIMEOUT CLOSED TIMEOUT@0\n" LATE,
     0,
     0},
    {"5321-4.5.3.2.7",
     &config,
     "",
     {GOLDEN_WAIT(300000)},
     "CONNECT CONNECT\nS: 220 mx.test ESMTP smtpref\nTIMEOUT CLOSED TIMEOUT@0\n" LATE,
     0,
     0},
    {"5321-4.5.3.2.7",
     &config,
     "",
     {GOLDEN_WAIT(300000)},
     "CONNECT CONNECT\nS: 554 no SMTP service here\nTIMEOUT CLOSED TIMEOUT@0\n" LATE,
     SMTP_V_CONNECT,
     SMTP_E_NO_SERVICE},
    /* in the text each octet wins time */
    {"5321-4.5.3.2.5",
     &config,
     TO_TEXT,
     {GOLDEN_WRITE("a"), GOLDEN_WAIT(179999), GOLDEN_WRITE("b"), GOLDEN_WAIT(179999),
      GOLDEN_WRITE("\r\n.\r\nNOOP\r\n")},
     "BODY ab\\r\\n\nMESSAGE TEXT size 4\nS: 250 message accepted\n" NOOP_OK,
     0,
     0},
    {"5321-4.5.3.2.5",
     &config,
     TO_TEXT,
     {GOLDEN_WRITE("a\r\n"), GOLDEN_WAIT(180000)},
     "BODY a\\r\\n\nTIMEOUT CLOSED TIMEOUT@0\n" LATE,
     0,
     0},
    /* with a rate an octet wins what it is worth */
    {"5321-4.5.3.2.5",
     &hasty,
     TO_TEXT,
     {GOLDEN_WRITE("a"), GOLDEN_WAIT(179999), GOLDEN_WRITE("b"), GOLDEN_WAIT(100),
      GOLDEN_WRITE("\r\n.\r\nNOOP\r\n")},
     "BODY ab\\r\\n\nMESSAGE TEXT size 4\nS: 250 message accepted\n" NOOP_OK,
     0,
     0},
    {"5321-4.5.3.2.5",
     &hasty,
     TO_TEXT,
     {GOLDEN_WRITE("a"), GOLDEN_WAIT(179999), GOLDEN_WRITE("b"), GOLDEN_WAIT(101)},
     "BODY ab\nTIMEOUT CLOSED TIMEOUT@0\n" LATE,
     0,
     0},
    /* who was fast has no more patience to come than everybody */
    {"5321-4.5.3.2.5",
     &hasty,
     TO_TEXT,
     {GOLDEN_WRITE("0123456789"), GOLDEN_WAIT(180000)},
     "BODY 0123456789\nTIMEOUT CLOSED TIMEOUT@0\n" LATE,
     0,
     0},
    /* 4.5.3.2.5: ten octets in a second are fast enough, however long it takes */
    {"5321-4.5.3.2.5",
     &hasty,
     TO_TEXT,
     {GOLDEN_WRITE("0123456789"), GOLDEN_WAIT(1000), GOLDEN_WRITE("0123456789"),
      GOLDEN_WAIT(179999), GOLDEN_WRITE("\r\n.\r\n")},
     "BODY 01234567890123456789\\r\\n\nMESSAGE TEXT size 22\nS: 250 message accepted\n",
     0,
     0},
    {"3030-2",
     &hasty,
     EHLO "MAIL FROM:<>\r\nRCPT TO:<b@b.test>\r\n",
     {GOLDEN_WRITE("BDAT 3 LAST\r\na"), GOLDEN_WAIT(179999), GOLDEN_WRITE("b"), GOLDEN_WAIT(101)},
     "COMMAND CHUNK BDAT 3 LAST\nBODY ab\nTIMEOUT CLOSED TIMEOUT@0\n" LATE,
     0,
     0},
    /* a handshake is broken off without a word */
    {"3207-4.1",
     &config,
     EHLO "STARTTLS\r\n",
     {GOLDEN_WAIT(59999), GOLDEN_TLS, GOLDEN_WRITE("NOOP\r\n")},
     "TLS START\nCOMMAND START NOOP\nS: 250 ok\n",
     0,
     0},
    {"3207-4.1",
     &config,
     EHLO "STARTTLS\r\n",
     {GOLDEN_WAIT(60000)},
     "TIMEOUT CLOSED TIMEOUT@0\nCLOSED CLOSED\n",
     0,
     0},
    {"5321-4.5.3.2",
     &patient,
     EHLO,
     {GOLDEN_WAIT(1000000000000000), GOLDEN_WRITE("NOOP\r\n")},
     NOOP_OK,
     0,
     0},
    /* a chunk that is dropped has no more time than a command */
    {"5321-4.5.3.2.6",
     &config,
     EHLO,
     {GOLDEN_WRITE("BDAT 10\r\n12345"), GOLDEN_WAIT(300000)},
     "REJECTED READY NOT_HERE@0 size 10 BDAT 10\nS: 502 CHUNKING is not offered\n"
     "TIMEOUT CLOSED TIMEOUT@0\n" LATE,
     0,
     0},
    /* 3.8: told to stop */
    {"5321-3.8", &config, EHLO, {GOLDEN_STOP}, ASKED, 0, 0},
    {"5321-3.8",
     &config,
     EHLO,
     {GOLDEN_WRITE("NO"), GOLDEN_STOP, GOLDEN_WRITE("OP\r\nNOOP\r\n")},
     "REJECTED CLOSED SHUTDOWN@0 NOOP\n" STOPPED,
     0,
     0},
    {"5321-3.8",
     &config,
     EHLO,
     {GOLDEN_WRITE("QU"), GOLDEN_STOP, GOLDEN_WRITE("IT\r\n")},
     "COMMAND READY QUIT\nS: 221 mx.test closing connection\nCLOSED CLOSED\n",
     0,
     0},
    {"5321-3.8",
     &config,
     TO_TEXT,
     {GOLDEN_WRITE("a\r\n"), GOLDEN_STOP, GOLDEN_WRITE("b\r\n.\r\n")},
     "BODY a\\r\\nb\\r\\n\nMESSAGE TEXT size 6\nS: 250 message accepted\n" ASKED,
     0,
     0},
    {"5321-3.8",
     &config,
     EHLO "STARTTLS\r\n",
     {GOLDEN_STOP, GOLDEN_TLS},
     "TLS START\n" ASKED,
     0,
     0},
    {"5321-3.8",
     &config,
     EHLO,
     {GOLDEN_WRITE("BDAT 6\r\nNO"), GOLDEN_STOP, GOLDEN_WRITE("OP\r\n")},
     "REJECTED READY NOT_HERE@0 size 6 BDAT 6\nS: 502 CHUNKING is not offered\n" ASKED,
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

/* ---- the deadline that a caller reads ---- */

static struct {
    char in[1024], out[SMTP_SERVER_REPLY_MAX];
    struct smtp_server s;
} one;

static void begin(uint64_t now_ms)
{
    ck_assert_int_eq(smtp_server_init(&one.s, &config, (smtp_room){one.in, sizeof one.in},
                                      (smtp_room){one.out, sizeof one.out}, now_ms),
                     SMTP_OK);
}

static void say(const char *text)
{
    smtp_span octets = smtp_span_of(text);
    memcpy(smtp_edge_room(&one.s.edge).p, octets.p, octets.n);
    smtp_edge_got(&one.s.edge, octets.n);
}

/* Events until there are none, all accepted; the last of them. */
static enum smtp_event_kind run(uint64_t now_ms)
{
    struct smtp_event ev;
    enum smtp_event_kind last = SMTP_EV_CONNECT;
    while (smtp_server_next(&one.s, now_ms, &ev)) {
        last = ev.kind;
        if (ev.wants_reply)
            smtp_server_accept(&one.s);
    }
    return last;
}

static void send_all(void)
{
    smtp_edge_sent(&one.s.edge, one.s.edge.out_len);
}

START_TEST(test_deadlines)
{
    static const char *const lines[] = {EHLO, "MAIL FROM:<>\r\n", "RCPT TO:<b@b.test>\r\n", "NOO"};
    begin(1000);
    run(1000);
    ck_assert_uint_eq(one.s.edge.deadline_ms, 301000);
    send_all();
    run(5000);
    ck_assert_uint_eq(one.s.edge.deadline_ms, 301000);
    for (uint64_t i = 0; i < 4; i++) {
        uint64_t now = 6000 + 1000 * i, since = i < 3 ? now : now - 1000;
        say(lines[i]);
        run(now);
        ck_assert_uint_eq(one.s.edge.deadline_ms, since + 300000);
        send_all();
    }
    say("P\r\n");
    run(10000);
    send_all();
    say("DATA\r\n");
    run(10000);
    send_all();
    run(10000);
    ck_assert_uint_eq(one.s.edge.deadline_ms, 10000 + 180000);
    say("x");
    run(11000);
    ck_assert_uint_eq(one.s.edge.deadline_ms, 11000 + 180000);
}
END_TEST

/* A peer that takes nothing gets no 421 in a full output, and is broken off in the end. */
START_TEST(test_peer_takes_nothing)
{
    begin(0);
    run(0);
    ck_assert_int_eq(run(300000), SMTP_EV_CLOSED);
    ck_assert_int_eq(smtp_server_state(&one.s), SMTP_S_CLOSED);
    ck_assert_uint_eq(smtp_edge_want(&one.s.edge), SMTP_WANT_WRITE | SMTP_WANT_CLOSE);
    ck_assert_uint_eq(one.s.edge.deadline_ms, 600000);
    run(599999);
    ck_assert_uint_eq(smtp_edge_want(&one.s.edge), SMTP_WANT_WRITE | SMTP_WANT_CLOSE);
    run(600000);
    ck_assert_uint_eq(smtp_edge_want(&one.s.edge), SMTP_WANT_RESET);
}
END_TEST

/* When the last octet has left nothing is waited for. */
START_TEST(test_nothing_left)
{
    begin(0);
    run(0);
    send_all();
    say("QUIT\r\n");
    run(1);
    send_all();
    run(2);
    ck_assert_uint_eq(one.s.edge.deadline_ms, SMTP_NEVER);
    ck_assert_uint_eq(smtp_edge_want(&one.s.edge), SMTP_WANT_CLOSE);
}
END_TEST

/* 3.8: stopped before the greeting */
START_TEST(test_stopped_at_once)
{
    begin(0);
    smtp_server_stop(&one.s);
    ck_assert_int_eq(run(0), SMTP_EV_CLOSED);
    ck_assert(smtp_span_is(smtp_edge_out(&one.s.edge),
                           SMTP_SPAN("421 mx.test service shutting down\r\n")));
}
END_TEST

static Suite *time_suite(void)
{
    Suite *suite = suite_create("server time");
    TCase *tcase = tcase_create("time");
    tcase_add_loop_test(tcase, test_rows, 0, ROWS);
    tcase_add_test(tcase, test_deadlines);
    tcase_add_test(tcase, test_peer_takes_nothing);
    tcase_add_test(tcase, test_nothing_left);
    tcase_add_test(tcase, test_stopped_at_once);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(time_suite)
