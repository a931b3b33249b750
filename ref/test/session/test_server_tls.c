#include <string.h>

#include "check_main.h"
#include "golden.h"

static const struct smtp_server_config plain = {.name = "mx.test"};
static const struct smtp_server_config offers = {
    .name = "mx.test", .extensions = SMTP_X_STARTTLS | SMTP_X_ENHANCEDSTATUSCODES};
static const struct smtp_server_config needs = {
    .name = "mx.test", .extensions = SMTP_X_STARTTLS, .tls_needed = true};
static const struct smtp_server_config lax = {
    .name = "mx.test", .extensions = SMTP_X_STARTTLS, .lax = SMTP_LAX_ARGUMENTS};

#define EHLO "EHLO a.test\r\n"
#define READY "S: 220 2.0.0 mx.test ready to start TLS\n"

static const struct golden rows[] = {
    {"3207-4.2",
     &offers,
     EHLO,
     {GOLDEN_WRITE("STARTTLS\r\n"), GOLDEN_TLS,
      GOLDEN_WRITE("MAIL FROM:<>\r\n" EHLO "STARTTLS\r\n")},
     "COMMAND READY STARTTLS\n" READY "TLS START\n"
     "REJECTED START SEQUENCE@0 MAIL FROM:<>\n"
     "S: 503 5.5.1 say EHLO or HELO first\n"
     "COMMAND START EHLO a.test\n"
     "S: 250-mx.test at your service\n"
     "S: 250 ENHANCEDSTATUSCODES\n"
     "REJECTED READY TLS_HERE@0 STARTTLS\n"
     "S: 503 5.5.1 TLS is active already\n",
     0,
     0},
    {"3207-4.2",
     &offers,
     EHLO "MAIL FROM:<>\r\nRCPT TO:<b@b.test>\r\n",
     {GOLDEN_WRITE("STARTTLS\r\n"), GOLDEN_TLS, GOLDEN_WRITE(EHLO "DATA\r\n")},
     "COMMAND RCPT STARTTLS\n" READY "TLS START\n"
     "COMMAND START EHLO a.test\n"
     "S: 250-mx.test at your service\n"
     "S: 250 ENHANCEDSTATUSCODES\n"
     "REJECTED READY SEQUENCE@0 DATA\n"
     "S: 503 5.5.1 MAIL and RCPT come first\n",
     0,
     0},
    GOLDEN_ROW("3207-4", &offers, EHLO, "STARTTLS x\r\nstarttls\r\n",
               "REJECTED READY TLS_ARGUMENT@8 STARTTLS x\n"
               "S: 501 5.5.2 STARTTLS takes no parameters\n"
               "COMMAND READY starttls\n" READY),
    GOLDEN_ROW("3207-4", &lax, EHLO, "STARTTLS x\r\n",
               "COMMAND READY lax 512 STARTTLS x\n"
               "S: 220 mx.test ready to start TLS\n"),
    {"3207-4",
     &offers,
     EHLO,
     {GOLDEN_WRITE("STARTTLS\r\n"), GOLDEN_TLS},
     "COMMAND READY STARTTLS\n"
     "S: 454 4.7.0 TLS not available now\n",
     SMTP_V_STARTTLS,
     SMTP_E_TLS_NONE},
    {"5321-4.2.4",
     &plain,
     EHLO,
     {GOLDEN_WRITE("STARTTLS\r\n"), GOLDEN_TLS, GOLDEN_WRITE("NOOP\r\n")},
     "REJECTED READY NOT_HERE@0 STARTTLS\n"
     "S: 502 command not implemented\n"
     "COMMAND READY NOOP\n"
     "S: 250 ok\n",
     0,
     0},
    GOLDEN_ROW("5321-4.1.4", &offers, "\r\n", "STARTTLS\r\n",
               "REJECTED START SEQUENCE@0 STARTTLS\n"
               "S: 503 5.5.1 say EHLO first\n"),
    {"3207-4.1",
     &offers,
     EHLO,
     {GOLDEN_WRITE("STARTTLS\r\n"), GOLDEN_TLS_FAILS},
     "COMMAND READY STARTTLS\n" READY "TLS CLOSED TLS_FAILED@0\nCLOSED CLOSED\n",
     0,
     0},
    {"3207-4.1",
     &offers,
     EHLO,
     {GOLDEN_WRITE("STARTTLS\r\n"), GOLDEN_END(SMTP_END_RESET)},
     "COMMAND READY STARTTLS\n" READY "CLOSED CLOSED\n",
     0,
     0},
    /* RFC 3207 4: 530 to all but NOOP, EHLO, STARTTLS and QUIT; not where 500 is due */
    {"3207-4",
     &needs,
     "",
     {GOLDEN_WRITE("NOOP\r\nHELO a.test\r\n" EHLO
                   "MAIL FROM:<>\r\nDATA\r\nRSET\r\nXYZZY\r\nSTARTTLS\r\n"),
      GOLDEN_TLS, GOLDEN_WRITE("HELO a.test\r\nMAIL FROM:<>\r\nQUIT\r\n")},
     "CONNECT CONNECT\n"
     "S: 220 mx.test ESMTP smtpref\n"
     "COMMAND START NOOP\n"
     "S: 250 ok\n"
     "REJECTED START TLS_NEEDED@0 HELO a.test\n"
     "S: 530 STARTTLS first\n"
     "COMMAND START EHLO a.test\n"
     "S: 250-mx.test at your service\n"
     "S: 250 STARTTLS\n"
     "REJECTED READY TLS_NEEDED@0 MAIL FROM:<>\n"
     "S: 530 STARTTLS first\n"
     "REJECTED READY TLS_NEEDED@0 DATA\n"
     "S: 530 STARTTLS first\n"
     "REJECTED READY TLS_NEEDED@0 RSET\n"
     "S: 530 STARTTLS first\n"
     "REJECTED READY VERB@0 XYZZY\n"
     "S: 500 command not recognized\n"
     "COMMAND READY STARTTLS\n"
     "S: 220 mx.test ready to start TLS\n"
     "TLS START\n"
     "COMMAND START HELO a.test\n"
     "S: 250 mx.test at your service\n"
     "COMMAND READY MAIL FROM:<>\n"
     "S: 250 sender ok\n"
     "COMMAND MAIL QUIT\n"
     "S: 221 mx.test closing connection\n"
     "CLOSED CLOSED\n",
     0,
     0},
    GOLDEN_ROW("3207-4", &needs, EHLO, "QUIT\r\n",
               "COMMAND READY QUIT\n"
               "S: 221 mx.test closing connection\n"
               "CLOSED CLOSED\n"),
};
enum { ROWS = sizeof rows / sizeof *rows };

START_TEST(test_rows)
{
    const char *wrong = golden_check(&rows[_i]);
    ck_assert_msg(wrong == NULL, "%s:\n%s", rows[_i].clause, wrong);
}
END_TEST

/* ---- octets behind STARTTLS ---- */

static const struct golden injection = {
    "3207-4.2",
    &offers,
    EHLO,
    {GOLDEN_WRITE("STARTTLS\r\nNOOP\r\nMAIL FROM:<>\r\nRSET"), GOLDEN_TLS, GOLDEN_WRITE(EHLO)},
    NULL,
    0,
    0};

/* Dropped where they are here already; later they fail the handshake. They are never a command. */
START_TEST(test_injected)
{
    size_t ok = 0, failed = 0;
    for (size_t at = 1; at < 64; at++) {
        const char *log = golden_play(&injection, (struct event_cuts){.at = at}, at % 2);
        ck_assert_ptr_null(strstr(log, "NOOP"));
        ck_assert_ptr_null(strstr(log, "MAIL"));
        ck_assert_ptr_null(strstr(log, "RSET"));
        const char *tls = strstr(log, "TLS START\nCOMMAND START EHLO a.test\n");
        const char *fault = strstr(log, "TLS CLOSED TLS_FAILED@0\nCLOSED CLOSED\n");
        ck_assert_msg((tls != NULL) != (fault != NULL), "%s", log);
        ok += tls != NULL ? 1 : 0;
        failed += fault != NULL ? 1 : 0;
    }
    ck_assert_uint_gt(ok, 0);
    ck_assert_uint_gt(failed, 0);
}
END_TEST

/* How many were dropped is told. */
START_TEST(test_injected_count)
{
    static char in[1024], out[2048];
    struct smtp_server s;
    struct smtp_event ev;
    uint64_t dropped = 0;
    ck_assert_int_eq(
        smtp_server_init(&s, &offers, (smtp_room){in, sizeof in}, (smtp_room){out, sizeof out}, 0),
        SMTP_OK);
    smtp_span said = SMTP_SPAN(EHLO "STARTTLS\r\nNOOP\r\n");
    memcpy(smtp_edge_room(&s.edge).p, said.p, said.n);
    smtp_edge_got(&s.edge, said.n);
    for (bool moved = true; moved;) {
        moved = smtp_server_next(&s, 0, &ev);
        if (moved && ev.wants_reply)
            smtp_server_accept(&s);
        if (moved && ev.kind == SMTP_EV_INJECTED)
            dropped += ev.size;
        moved = moved || s.edge.out_len > 0;
        smtp_edge_sent(&s.edge, s.edge.out_len);
    }
    ck_assert_uint_eq(dropped, 6);
    ck_assert_uint_eq(smtp_edge_want(&s.edge), SMTP_WANT_TLS);
}
END_TEST

/* The handshake waits for the 220 to leave, and nothing is read meanwhile. */
START_TEST(test_reply_leaves_first)
{
    static char in[1024], out[2048], text[1024];
    struct event_play p = {.config = &offers,
                           .in = {in, sizeof in},
                           .out = {out, sizeof out},
                           .log = {.room = {text, sizeof text}}};
    ck_assert(event_play_begin(&p));
    event_play_write(&p, SMTP_SPAN(EHLO));
    smtp_span said = SMTP_SPAN("STARTTLS\r\n");
    memcpy(smtp_edge_room(&p.server.edge).p, said.p, said.n);
    smtp_edge_got(&p.server.edge, said.n);
    struct smtp_event ev;
    ck_assert(smtp_server_next(&p.server, 0, &ev) && ev.wants_reply);
    smtp_server_accept(&p.server);
    ck_assert_uint_eq(smtp_edge_want(&p.server.edge), SMTP_WANT_WRITE | SMTP_WANT_TLS);
    smtp_edge_sent(&p.server.edge, p.server.edge.out_len);
    ck_assert_uint_eq(smtp_edge_want(&p.server.edge), SMTP_WANT_TLS);
}
END_TEST

static Suite *tls_suite(void)
{
    Suite *suite = suite_create("server tls");
    TCase *tcase = tcase_create("tls");
    tcase_add_loop_test(tcase, test_rows, 0, ROWS);
    tcase_add_test(tcase, test_injected);
    tcase_add_test(tcase, test_injected_count);
    tcase_add_test(tcase, test_reply_leaves_first);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(tls_suite)
