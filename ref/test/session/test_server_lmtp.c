#include <stdio.h>
#include <string.h>

#include "check_main.h"
#include "golden.h"

static const struct smtp_limits twenty = {.command_line = 512,
                                          .recipients = 3,
                                          .message = 20,
                                          .errors = 0,
                                          .command_ms = 300000,
                                          .text_ms = 300000,
                                          .tls_ms = 60000};
#define OFFERS                                                                                     \
    .name = "mx.test", .mode = SMTP_MODE_LMTP,                                                     \
    .extensions = SMTP_X_CHUNKING | SMTP_X_PIPELINING | SMTP_X_ENHANCEDSTATUSCODES
static const struct smtp_server_config lmtp = {OFFERS};
static const struct smtp_server_config small = {OFFERS, .limits = &twenty};
static const struct smtp_server_config plain = {.name = "mx.test", .mode = SMTP_MODE_LMTP};

#define HELLO "LHLO a.test\r\n"
#define TO_RCPT HELLO "MAIL FROM:<>\r\nRCPT TO:<b@b.test>\r\n"
#define THREE TO_RCPT "RCPT TO:<c@b.test>\r\nRCPT TO:<b@b.test>\r\n"

static const struct golden rows[] = {
    /* LHLO in place of EHLO and HELO */
    GOLDEN_ROW("2033-4.1", &lmtp, "",
               "EHLO a.test\r\nHELO a.test\r\nLHLO a.test\r\nMAIL FROM:<>\r\nEHLO "
               "a.test\r\nRCPT TO:<b@b.test>\r\nLHLO b.test\r\nRCPT TO:<b@b.test>\r\n",
               "CONNECT CONNECT\n"
               "S: 220 mx.test LMTP smtpref\n"
               "REJECTED START VERB@0 EHLO a.test\n"
               "S: 500 this is LMTP, not SMTP: say LHLO\n"
               "REJECTED START VERB@0 HELO a.test\n"
               "S: 500 this is LMTP, not SMTP: say LHLO\n"
               "COMMAND START LHLO a.test\n"
               "S: 250-mx.test at your service\n"
               "S: 250-PIPELINING\n"
               "S: 250-ENHANCEDSTATUSCODES\n"
               "S: 250 CHUNKING\n"
               "COMMAND READY MAIL FROM:<>\n"
               "S: 250 2.1.0 sender ok\n"
               "REJECTED MAIL VERB@0 EHLO a.test\n"
               "S: 500 this is LMTP, not SMTP: say LHLO\n"
               "COMMAND MAIL RCPT TO:<b@b.test>\n"
               "S: 250 2.1.5 recipient ok\n"
               "COMMAND RCPT LHLO b.test\n"
               "S: 250-mx.test at your service\n"
               "S: 250-PIPELINING\n"
               "S: 250-ENHANCEDSTATUSCODES\n"
               "S: 250 CHUNKING\n"
               "REJECTED READY SEQUENCE@0 RCPT TO:<b@b.test>\n"
               "S: 503 5.5.1 MAIL comes first\n"),
    GOLDEN_ROW("2033-4.1", &plain, "",
               "NOOP\r\nMAIL FROM:<>\r\nSTARTTLS\r\nAUTH PLAIN\r\nLHLO\r\nHELP\r\nLHLO "
               "a.test\r\nQUIT\r\n",
               "CONNECT CONNECT\n"
               "S: 220 mx.test LMTP smtpref\n"
               "COMMAND START NOOP\n"
               "S: 250 ok\n"
               "REJECTED START SEQUENCE@0 MAIL FROM:<>\n"
               "S: 503 say LHLO first\n"
               "REJECTED START SEQUENCE@0 STARTTLS\n"
               "S: 503 say LHLO first\n"
               "REJECTED START NOT_HERE@0 AUTH PLAIN\n"
               "S: 502 AUTH is not offered\n"
               "REJECTED START NO_ARGUMENT@4 LHLO\n"
               "S: 501 an argument is missing\n"
               "COMMAND START HELP\n"
               "S: 214 LHLO MAIL RCPT DATA RSET VRFY EXPN HELP NOOP QUIT, see RFC 2033\n"
               "COMMAND START LHLO a.test\n"
               "S: 250 mx.test at your service\n"
               "COMMAND READY QUIT\n"
               "S: 221 mx.test closing connection\n"
               "CLOSED CLOSED\n"),
    /* no DATA without recipients */
    {"2033-4.2",
     &lmtp,
     HELLO,
     {GOLDEN_WRITE("DATA\r\nMAIL FROM:<>\r\nDATA\r\nRCPT TO:<x@b.test>\r\nDATA\r\nRCPT "
                   "TO:<b@b.test>\r\nDATA\r\n.\r\n")},
     "REJECTED READY SEQUENCE@0 DATA\n"
     "S: 503 5.5.1 MAIL and RCPT come first\n"
     "COMMAND READY MAIL FROM:<>\n"
     "S: 250 2.1.0 sender ok\n"
     "REJECTED MAIL SEQUENCE@0 DATA\n"
     "S: 503 5.5.1 no valid recipients\n"
     "COMMAND MAIL RCPT TO:<x@b.test>\n"
     "S: 550 5.1.1 no such mailbox here\n"
     "REJECTED MAIL SEQUENCE@0 DATA\n"
     "S: 503 5.5.1 no valid recipients\n"
     "COMMAND MAIL RCPT TO:<b@b.test>\n"
     "S: 250 2.1.5 recipient ok\n"
     "COMMAND RCPT DATA\n"
     "S: 354 start the text, end it with CRLF.CRLF\n"
     "MESSAGE TEXT size 0 for 0 of 1\n"
     "S: 250 2.6.0 message accepted\n",
     SMTP_V_RCPT,
     SMTP_E_NO_MAILBOX},
    /* an answer for each recipient, also for the one that comes twice */
    GOLDEN_ROW("2033-4.2", &lmtp, THREE,
               "DATA\r\na\r\n.\r\nNOOP\r\nRCPT TO:<b@b.test>\r\nMAIL FROM:<>\r\n",
               "COMMAND RCPT DATA\n"
               "S: 354 start the text, end it with CRLF.CRLF\n"
               "BODY a\\r\\n\n"
               "MESSAGE TEXT size 3 for 0 of 3\n"
               "S: 250 2.6.0 message accepted\n"
               "MESSAGE TEXT size 3 for 1 of 3\n"
               "S: 250 2.6.0 message accepted\n"
               "MESSAGE TEXT size 3 for 2 of 3\n"
               "S: 250 2.6.0 message accepted\n"
               "COMMAND READY NOOP\n"
               "S: 250 2.0.0 ok\n"
               "REJECTED READY SEQUENCE@0 RCPT TO:<b@b.test>\n"
               "S: 503 5.5.1 MAIL comes first\n"
               "COMMAND READY MAIL FROM:<>\n"
               "S: 250 2.1.0 sender ok\n"),
    {"2033-4.2",
     &lmtp,
     THREE,
     {GOLDEN_WRITE("DATA\r\na\r\n.\r\nNOOP\r\n")},
     "COMMAND RCPT DATA\n"
     "S: 354 start the text, end it with CRLF.CRLF\n"
     "BODY a\\r\\n\n"
     "MESSAGE TEXT size 3 for 0 of 3\n"
     "S: 250 2.6.0 message accepted\n"
     "MESSAGE TEXT size 3 for 1 of 3\n"
     "S: 452 4.3.1 insufficient system storage\n"
     "MESSAGE TEXT size 3 for 2 of 3\n"
     "S: 250 2.6.0 message accepted\n"
     "COMMAND READY NOOP\n"
     "S: 250 2.0.0 ok\n",
     SMTP_V_END_OF_DATA,
     SMTP_E_STORE_FULL},
    GOLDEN_ROW("2033-4.2", &lmtp, TO_RCPT, "DATA\r\n.\r\nNOOP\r\n",
               "COMMAND RCPT DATA\n"
               "S: 354 start the text, end it with CRLF.CRLF\n"
               "MESSAGE TEXT size 0 for 0 of 1\n"
               "S: 250 2.6.0 message accepted\n"
               "COMMAND READY NOOP\n"
               "S: 250 2.0.0 ok\n"),
    /* all of them also where the session refuses it */
    GOLDEN_ROW("2033-4.2", &small, THREE,
               "RCPT TO:<d@b.test>\r\nDATA\r\n0123456789012345678\r\n.\r\nNOOP\r\n",
               "REJECTED RCPT RCPT_MANY@0 RCPT TO:<d@b.test>\n"
               "S: 452 4.5.3 too many recipients\n"
               "COMMAND RCPT DATA\n"
               "S: 354 start the text, end it with CRLF.CRLF\n"
               "BODY 0123456789012345678\\r\n"
               "MESSAGE TEXT SIZE@20 size 21 for 0 of 3\n"
               "S: 552 5.3.4 message size exceeds the limit\n"
               "MESSAGE TEXT SIZE@20 size 21 for 1 of 3\n"
               "S: 552 5.3.4 message size exceeds the limit\n"
               "MESSAGE READY SIZE@20 size 21 for 2 of 3\n"
               "S: 552 5.3.4 message size exceeds the limit\n"
               "COMMAND READY NOOP\n"
               "S: 250 2.0.0 ok\n"),
    /* 421 is the last */
    {"2033-4.2",
     &lmtp,
     THREE,
     {GOLDEN_WRITE("DATA\r\n.\r\nNOOP\r\n")},
     "COMMAND RCPT DATA\n"
     "S: 354 start the text, end it with CRLF.CRLF\n"
     "MESSAGE TEXT size 0 for 0 of 3\n"
     "S: 250 2.6.0 message accepted\n"
     "MESSAGE TEXT size 0 for 1 of 3\n"
     "S: 421 4.3.2 mx.test service shutting down\n"
     "CLOSED CLOSED\n",
     SMTP_V_END_OF_DATA,
     SMTP_E_SHUTDOWN},
    /* chunks: one answer, the last one for each */
    GOLDEN_ROW("2033-4.3", &lmtp, THREE, "BDAT 3\r\nabcBDAT 2 LAST\r\ndeNOOP\r\n",
               "COMMAND CHUNK BDAT 3\n"
               "BODY abc\n"
               "CHUNK CHUNK size 3\n"
               "S: 250 2.0.0 chunk taken\n"
               "COMMAND CHUNK BDAT 2 LAST\n"
               "BODY de\n"
               "MESSAGE CHUNK size 5 for 0 of 3\n"
               "S: 250 2.6.0 message accepted\n"
               "MESSAGE CHUNK size 5 for 1 of 3\n"
               "S: 250 2.6.0 message accepted\n"
               "MESSAGE CHUNK size 5 for 2 of 3\n"
               "S: 250 2.6.0 message accepted\n"
               "COMMAND READY NOOP\n"
               "S: 250 2.0.0 ok\n"),
    {"2033-4.3",
     &lmtp,
     THREE,
     {GOLDEN_WRITE("BDAT 0 LAST\r\nMAIL FROM:<>\r\n")},
     "COMMAND CHUNK BDAT 0 LAST\n"
     "MESSAGE CHUNK size 0 for 0 of 3\n"
     "S: 250 2.6.0 message accepted\n"
     "MESSAGE CHUNK size 0 for 1 of 3\n"
     "S: 451 4.3.0 local error in processing\n"
     "MESSAGE CHUNK size 0 for 2 of 3\n"
     "S: 250 2.6.0 message accepted\n"
     "COMMAND READY MAIL FROM:<>\n"
     "S: 250 2.1.0 sender ok\n",
     SMTP_V_END_OF_DATA,
     SMTP_E_STORE},
    /* after a failed chunk the last one still has an answer for each */
    {"2033-4.3",
     &lmtp,
     THREE,
     {GOLDEN_WRITE("BDAT 3\r\nabcBDAT 3\r\ndefBDAT 2 LAST\r\nghNOOP\r\nRSET\r\nMAIL FROM:<>\r\n")},
     "COMMAND CHUNK BDAT 3\n"
     "BODY abc\n"
     "CHUNK CHUNK size 3\n"
     "S: 451 4.3.0 local error in processing\n"
     "REJECTED FAILED SEQUENCE@0 size 3\n"
     "S: 503 5.5.1 a chunk was refused, say RSET\n"
     "REJECTED FAILED SEQUENCE@0 size 2\n"
     "S: 503 5.5.1 a chunk was refused, say RSET\n"
     "REJECTED FAILED SEQUENCE@0 size 2\n"
     "S: 503 5.5.1 a chunk was refused, say RSET\n"
     "REJECTED FAILED SEQUENCE@0 size 2\n"
     "S: 503 5.5.1 a chunk was refused, say RSET\n"
     "COMMAND FAILED NOOP\n"
     "S: 250 2.0.0 ok\n"
     "COMMAND FAILED RSET\n"
     "S: 250 2.0.0 transaction forgotten\n"
     "COMMAND READY MAIL FROM:<>\n"
     "S: 250 2.1.0 sender ok\n",
     SMTP_V_END_OF_CHUNK,
     SMTP_E_STORE},
    GOLDEN_ROW("2033-4.3", &small, THREE,
               "BDAT 21 LAST\r\n012345678901234567890NOOP\r\nMAIL FROM:<>\r\n",
               "COMMAND CHUNK BDAT 21 LAST\n"
               "BODY 01234567890123456789\n"
               "MESSAGE CHUNK SIZE@20 size 21 for 0 of 3\n"
               "S: 552 5.3.4 message size exceeds the limit\n"
               "MESSAGE CHUNK SIZE@20 size 21 for 1 of 3\n"
               "S: 552 5.3.4 message size exceeds the limit\n"
               "MESSAGE READY SIZE@20 size 21 for 2 of 3\n"
               "S: 552 5.3.4 message size exceeds the limit\n"
               "COMMAND READY NOOP\n"
               "S: 250 2.0.0 ok\n"
               "COMMAND READY MAIL FROM:<>\n"
               "S: 250 2.1.0 sender ok\n"),
    /* without recipients the last one has none */
    GOLDEN_ROW("2033-4.3", &lmtp, HELLO,
               "MAIL FROM:<>\r\nBDAT 3 LAST\r\nabcNOOP\r\nMAIL FROM:<>\r\nRCPT "
               "TO:<b@b.test>\r\nBDAT 0 LAST\r\n",
               "COMMAND READY MAIL FROM:<>\n"
               "S: 250 2.1.0 sender ok\n"
               "REJECTED READY NO_RCPT@0 size 3\n"
               "COMMAND READY NOOP\n"
               "S: 250 2.0.0 ok\n"
               "COMMAND READY MAIL FROM:<>\n"
               "S: 250 2.1.0 sender ok\n"
               "COMMAND MAIL RCPT TO:<b@b.test>\n"
               "S: 250 2.1.5 recipient ok\n"
               "COMMAND CHUNK BDAT 0 LAST\n"
               "MESSAGE CHUNK size 0 for 0 of 1\n"
               "S: 250 2.6.0 message accepted\n"),
    GOLDEN_ROW("2033-4.3", &lmtp, HELLO,
               "MAIL FROM:<>\r\nBDAT 3\r\nabcBDAT 3 LAST\r\ndefNOOP\r\nRSET\r\n",
               "COMMAND READY MAIL FROM:<>\n"
               "S: 250 2.1.0 sender ok\n"
               "REJECTED FAILED SEQUENCE@0 size 3\n"
               "S: 503 5.5.1 no valid recipients\n"
               "REJECTED FAILED NO_RCPT@0 size 3\n"
               "COMMAND FAILED NOOP\n"
               "S: 250 2.0.0 ok\n"
               "COMMAND FAILED RSET\n"
               "S: 250 2.0.0 transaction forgotten\n"),
    GOLDEN_ROW("2033-4.3", &lmtp, HELLO, "BDAT 3 LAST\r\nabcNOOP\r\n",
               "REJECTED READY SEQUENCE@0 size 3\n"
               "S: 503 5.5.1 MAIL and RCPT come first\n"
               "COMMAND READY NOOP\n"
               "S: 250 2.0.0 ok\n"),
    {"5321-3.8",
     &lmtp,
     THREE,
     {GOLDEN_WRITE("BDAT 3 LA"), GOLDEN_STOP, GOLDEN_WRITE("ST\r\nabcNOOP\r\n")},
     "REJECTED CLOSED SHUTDOWN@0 size 3\n"
     "S: 421 4.3.2 mx.test service shutting down\n"
     "CLOSED CLOSED\n",
     0,
     0},
    {"5321-3.8",
     &lmtp,
     THREE,
     {GOLDEN_WRITE("DATA\r\na\r\n"), GOLDEN_STOP, GOLDEN_WRITE(".\r\n")},
     "COMMAND RCPT DATA\n"
     "S: 354 start the text, end it with CRLF.CRLF\n"
     "BODY a\\r\\n\n"
     "MESSAGE TEXT size 3 for 0 of 3\n"
     "S: 250 2.6.0 message accepted\n"
     "MESSAGE TEXT size 3 for 1 of 3\n"
     "S: 250 2.6.0 message accepted\n"
     "MESSAGE TEXT size 3 for 2 of 3\n"
     "S: 250 2.6.0 message accepted\n"
     "CLOSED CLOSED SHUTDOWN@0\n"
     "S: 421 4.3.2 mx.test service shutting down\n",
     0,
     0},
    {"5321-4.5.3.2.7",
     &lmtp,
     THREE,
     {GOLDEN_WRITE("DATA\r\na\r\n."), GOLDEN_WAIT(300000)},
     "COMMAND RCPT DATA\n"
     "S: 354 start the text, end it with CRLF.CRLF\n"
     "BODY a\\r\\n\n"
     "TIMEOUT CLOSED TIMEOUT@0\n"
     "S: 421 4.4.2 mx.test timeout, closing the connection\n"
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

/* ---- a hundred recipients, and a client that reads slowly ---- */

enum { HUNDRED = 100 };

static enum smtp_fault mixed(void *arg, const struct smtp_event *ev)
{
    size_t *seen = arg;
    if (ev->kind != SMTP_EV_MESSAGE)
        return SMTP_OK;
    ck_assert_uint_eq(ev->recipient, *seen);
    ck_assert_uint_eq(ev->recipients, HUNDRED);
    ++*seen;
    return ev->recipient % 3 == 1 ? SMTP_E_STORE_FULL : SMTP_OK;
}

/* Law 8: the output never holds more than its room, and every answer comes, in order, once. */
START_TEST(test_slow_reader)
{
    static const size_t drains[] = {0, 1, 7, 100, 1500};
    static char in[2048], out[SMTP_SERVER_REPLY_MAX + 40], text[1 << 18];
    size_t seen = 0;
    struct event_play p = {.config = &lmtp,
                           .in = {in, sizeof in},
                           .out = {out, _i % 2 == 0 ? SMTP_SERVER_REPLY_MAX : sizeof out},
                           .log = {.room = {text, sizeof text - 1}},
                           .drain = drains[_i],
                           .decide = mixed,
                           .arg = &seen};
    ck_assert(event_play_begin(&p));
    event_play_write(&p, SMTP_SPAN(HELLO "MAIL FROM:<>\r\n"));
    for (int i = 0; i < HUNDRED; i++)
        event_play_write(&p, SMTP_SPAN("RCPT TO:<b@b.test>\r\n"));
    event_play_write(&p, SMTP_SPAN("BDAT 3 LAST\r\nabcNOOP\r\n"));
    text[p.log.n] = '\0';
    ck_assert_uint_eq(seen, HUNDRED);
    const char *at = strstr(text, "MESSAGE ");
    for (int i = 0; i < HUNDRED; i++) {
        char want[128];
        snprintf(want, sizeof want, "MESSAGE CHUNK size 3 for %d of 100\nS: %s\n", i,
                 i % 3 == 1 ? "452 4.3.1 insufficient system storage"
                            : "250 2.6.0 message accepted");
        ck_assert_msg(strncmp(at, want, strlen(want)) == 0, "%s\nnot %s", at, want);
        at += strlen(want);
    }
    ck_assert_str_eq(at, "COMMAND READY NOOP\nS: 250 2.0.0 ok\n");
}
END_TEST

/* While nothing leaves, no more is asked than there is room for. */
START_TEST(test_full_output)
{
    static char in[4096], out[SMTP_SERVER_REPLY_MAX + 60];
    struct smtp_server s;
    struct smtp_event ev;
    unsigned asked = 0;
    static const char said[] = THREE "DATA\r\n.\r\n";
    ck_assert_int_eq(
        smtp_server_init(&s, &lmtp, (smtp_room){in, sizeof in}, (smtp_room){out, sizeof out}, 0),
        SMTP_OK);
    memcpy(smtp_edge_room(&s.edge).p, said, sizeof said - 1);
    smtp_edge_got(&s.edge, sizeof said - 1);
    while (smtp_server_state(&s) != SMTP_S_TEXT) {
        if (smtp_server_next(&s, 0, &ev))
            smtp_server_accept(&s);
        smtp_edge_sent(&s.edge, s.edge.out_len);
    }
    for (; smtp_server_next(&s, 0, &ev); asked++)
        smtp_server_accept(&s);
    /* "250 2.6.0 message accepted\r\n" has 28 octets: two fit into the 60, a third one on top */
    ck_assert_uint_eq(asked, 3);
    ck_assert_int_eq(smtp_server_state(&s), SMTP_S_READY);
}
END_TEST

/* The answer may come long after; the deadline waits, and the next question too. */
START_TEST(test_late_answers)
{
    static char in[4096], out[4096];
    struct smtp_server s;
    struct smtp_event ev, none;
    size_t answered = 0;
    static const char said[] = THREE "DATA\r\n.\r\n";
    ck_assert_int_eq(
        smtp_server_init(&s, &lmtp, (smtp_room){in, sizeof in}, (smtp_room){out, sizeof out}, 0),
        SMTP_OK);
    memcpy(smtp_edge_room(&s.edge).p, said, sizeof said - 1);
    smtp_edge_got(&s.edge, sizeof said - 1);
    for (uint64_t now = 0; answered < 3; now += 1000000) {
        ck_assert(smtp_server_next(&s, now, &ev));
        ck_assert_msg(ev.wants_reply, "%s", smtp_fault_row(ev.fault)->symbol);
        ck_assert(s.edge.deadline_ms == SMTP_NEVER);
        ck_assert(!smtp_server_next(&s, now + 999999, &none));
        answered += ev.kind == SMTP_EV_MESSAGE;
        smtp_server_accept(&s);
        smtp_edge_sent(&s.edge, s.edge.out_len);
    }
    ck_assert_int_eq(smtp_server_state(&s), SMTP_S_READY);
}
END_TEST

static Suite *lmtp_suite(void)
{
    Suite *suite = suite_create("server lmtp");
    TCase *tcase = tcase_create("lmtp");
    tcase_add_loop_test(tcase, test_rows, 0, ROWS);
    tcase_add_loop_test(tcase, test_slow_reader, 0, 5);
    tcase_add_test(tcase, test_full_output);
    tcase_add_test(tcase, test_late_answers);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(lmtp_suite)
