#include <string.h>

#include "check_main.h"
#include "client_golden.h"

static const struct smtp_client_config plain = {.name = "c.test", .tls = SMTP_TLS_NEVER};
static const struct smtp_client_config blind = {
    .name = "c.test", .tls = SMTP_TLS_NEVER, .ignore = SMTP_KW_AUTH};

static const struct client_golden rows[] = {
    {.clause = "4954-4",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_AUTH, .mechanism = "PLAIN", .initial = "x"}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 AUTH PLAIN LOGIN X-OTHER\r\n235 2.7.0 "
                           "in\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 AUTH PLAIN LOGIN X-OTHER\n"
                      "READY\n"
                      "C: AUTH PLAIN eA==\n"
                      "S: 235 2.7.0 in\n"
                      "AUTH 235/2.7.0 in\n" LOG_BYE},
    /* "=": an initial response of no octets */
    {.clause = "4954-4",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_AUTH, .mechanism = "PLAIN", .initial = ""}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 AUTH PLAIN LOGIN X-OTHER\r\n235 2.7.0 "
                           "in\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 AUTH PLAIN LOGIN X-OTHER\n"
                      "READY\n"
                      "C: AUTH PLAIN =\n"
                      "S: 235 2.7.0 in\n"
                      "AUTH 235/2.7.0 in\n" LOG_BYE},
    {.clause = "4954-4",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_AUTH, .mechanism = "LOGIN", .answers = {"user", "pass"}}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 AUTH PLAIN LOGIN X-OTHER\r\n334 "
                           "VXNlcm5hbWU6\r\n334 UGFzc3dvcmQ6\r\n235 in\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 AUTH PLAIN LOGIN X-OTHER\n"
                      "READY\n"
                      "C: AUTH LOGIN\n"
                      "S: 334 VXNlcm5hbWU6\n"
                      "CHALLENGE 334 Username:\n"
                      "C: dXNlcg==\n"
                      "S: 334 UGFzc3dvcmQ6\n"
                      "CHALLENGE 334 Password:\n"
                      "C: cGFzcw==\n"
                      "S: 235 in\n"
                      "AUTH 235 in\n" LOG_BYE},
    /* an empty challenge, and an empty answer */
    {.clause = "4954-4",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_AUTH, .mechanism = "LOGIN", .answers = {""}}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 AUTH PLAIN LOGIN X-OTHER\r\n334 "
                           "\r\n235 in\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 AUTH PLAIN LOGIN X-OTHER\n"
                      "READY\n"
                      "C: AUTH LOGIN\n"
                      "S: 334 \n"
                      "CHALLENGE 334\n"
                      "C: \n"
                      "S: 235 in\n"
                      "AUTH 235 in\n" LOG_BYE},
    {.clause = "4954-4",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_AUTH, .mechanism = "LOGIN", .answers = {""}}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 AUTH PLAIN LOGIN X-OTHER\r\n334\r\n235 "
                           "in\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 AUTH PLAIN LOGIN X-OTHER\n"
                      "READY\n"
                      "C: AUTH LOGIN\n"
                      "S: 334 \n"
                      "CHALLENGE 334\n"
                      "C: \n"
                      "S: 235 in\n"
                      "AUTH 235 in\n" LOG_BYE},
    /* the caller cancels */
    {.clause = "4954-4",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_AUTH, .mechanism = "LOGIN"}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 AUTH PLAIN LOGIN X-OTHER\r\n334 "
                           "VXNlcm5hbWU6\r\n501 5.7.0 cancelled\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 AUTH PLAIN LOGIN X-OTHER\n"
                      "READY\n"
                      "C: AUTH LOGIN\n"
                      "S: 334 VXNlcm5hbWU6\n"
                      "CHALLENGE 334 Username:\n"
                      "C: *\n"
                      "S: 501 5.7.0 cancelled\n"
                      "AUTH 501/5.7.0 cancelled\n" LOG_BYE},
    /* no base64: cancelled */
    {.clause = "4954-4",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_AUTH, .mechanism = "LOGIN", .answers = {"u"}}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 AUTH PLAIN LOGIN X-OTHER\r\n334 no "
                           "base64!\r\n501 5.7.0 cancelled\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 AUTH PLAIN LOGIN X-OTHER\n"
                      "READY\n"
                      "C: AUTH LOGIN\n"
                      "S: 334 no base64!\n"
                      "C: *\n"
                      "S: 501 5.7.0 cancelled\n"
                      "AUTH 501/5.7.0 cancelled AUTH_BASE64\n" LOG_BYE},
    {.clause = "4954-4",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_AUTH, .mechanism = "LOGIN", .answers = {"u"}}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 AUTH PLAIN LOGIN X-OTHER\r\n334 "
                           "VXNlcm5hbWU6\r\n334 VX\r\n501 x\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 AUTH PLAIN LOGIN X-OTHER\n"
                      "READY\n"
                      "C: AUTH LOGIN\n"
                      "S: 334 VXNlcm5hbWU6\n"
                      "CHALLENGE 334 Username:\n"
                      "C: dQ==\n"
                      "S: 334 VX\n"
                      "C: *\n"
                      "S: 501 x\n"
                      "AUTH 501 x AUTH_BASE64\n" LOG_BYE},
    /* a cancelled exchange does not go on */
    {.clause = "4954-4",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_AUTH, .mechanism = "LOGIN"}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 AUTH PLAIN LOGIN X-OTHER\r\n334 "
                           "VXNlcm5hbWU6\r\n334 VXNlcm5hbWU6\r\n")},
     .log = LOG_LISTS "S: 250 AUTH PLAIN LOGIN X-OTHER\n"
                      "READY\n"
                      "C: AUTH LOGIN\n"
                      "S: 334 VXNlcm5hbWU6\n"
                      "CHALLENGE 334 Username:\n"
                      "C: *\n"
                      "S: 334 VXNlcm5hbWU6\n"
                      "CLOSED 334 REPLY_CLASS\n"},
    {.clause = "4954-6",
     .config = &plain,
     .call_count = 2,
     .calls = {{.what = CLIENT_AUTH, .mechanism = "PLAIN", .initial = "x"},
               {.what = CLIENT_AUTH, .mechanism = "PLAIN", .initial = "y"}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 AUTH PLAIN LOGIN X-OTHER\r\n535 5.7.8 "
                           "wrong\r\n235 in\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 AUTH PLAIN LOGIN X-OTHER\n"
                      "READY\n"
                      "C: AUTH PLAIN eA==\n"
                      "S: 535 5.7.8 wrong\n"
                      "AUTH 535/5.7.8 wrong\n"
                      "READY\n"
                      "C: AUTH PLAIN eQ==\n"
                      "S: 235 in\n"
                      "AUTH 235 in\n" LOG_BYE},
    {.clause = "4954-6",
     .config = &plain,
     .call_count = 2,
     .calls = {{.what = CLIENT_AUTH, .mechanism = "PLAIN", .initial = "x"},
               {.what = CLIENT_AUTH, .mechanism = "PLAIN", .initial = "y"}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 AUTH PLAIN LOGIN X-OTHER\r\n454 4.7.0 "
                           "later\r\n235 in\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 AUTH PLAIN LOGIN X-OTHER\n"
                      "READY\n"
                      "C: AUTH PLAIN eA==\n"
                      "S: 454 4.7.0 later\n"
                      "AUTH 454/4.7.0 later\n"
                      "READY\n"
                      "C: AUTH PLAIN eQ==\n"
                      "S: 235 in\n"
                      "AUTH 235 in\n" LOG_BYE},
    {.clause = "4954-6",
     .config = &plain,
     .call_count = 2,
     .calls = {{.what = CLIENT_AUTH, .mechanism = "PLAIN", .initial = "x"},
               {.what = CLIENT_AUTH, .mechanism = "PLAIN", .initial = "y"}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 AUTH PLAIN LOGIN X-OTHER\r\n504 5.5.4 "
                           "what\r\n235 in\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 AUTH PLAIN LOGIN X-OTHER\n"
                      "READY\n"
                      "C: AUTH PLAIN eA==\n"
                      "S: 504 5.5.4 what\n"
                      "AUTH 504/5.5.4 what\n"
                      "READY\n"
                      "C: AUTH PLAIN eQ==\n"
                      "S: 235 in\n"
                      "AUTH 235 in\n" LOG_BYE},
    {.clause = "4954-6",
     .config = &plain,
     .call_count = 2,
     .calls = {{.what = CLIENT_AUTH, .mechanism = "PLAIN", .initial = "x"},
               {.what = CLIENT_AUTH, .mechanism = "PLAIN", .initial = "y"}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 AUTH PLAIN LOGIN X-OTHER\r\n534 5.7.9 "
                           "weak\r\n235 in\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 AUTH PLAIN LOGIN X-OTHER\n"
                      "READY\n"
                      "C: AUTH PLAIN eA==\n"
                      "S: 534 5.7.9 weak\n"
                      "AUTH 534/5.7.9 weak\n"
                      "READY\n"
                      "C: AUTH PLAIN eQ==\n"
                      "S: 235 in\n"
                      "AUTH 235 in\n" LOG_BYE},
    /* once */
    {.clause = "4954-4",
     .config = &plain,
     .call_count = 2,
     .calls = {{.what = CLIENT_AUTH, .mechanism = "PLAIN", .initial = "x"},
               {.what = CLIENT_AUTH, .mechanism = "PLAIN", .initial = "y"}},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250-s.test\r\n250 AUTH PLAIN LOGIN X-OTHER\r\n235 in\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 AUTH PLAIN LOGIN X-OTHER\n"
                      "READY\n"
                      "C: AUTH PLAIN eA==\n"
                      "S: 235 in\n"
                      "AUTH 235 in\n"
                      "READY\n"
                      "REFUSED AUTH_HERE\n" LOG_QUIT},
    /* any 2yz (RFC 5321 4.2.1) */
    {.clause = "4954-4",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_AUTH, .mechanism = "PLAIN", .initial = "x"}},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250-s.test\r\n250 AUTH PLAIN LOGIN X-OTHER\r\n250 ok\r\n")},
     .log = LOG_LISTS "S: 250 AUTH PLAIN LOGIN X-OTHER\n"
                      "READY\n"
                      "C: AUTH PLAIN eA==\n"
                      "S: 250 ok\n"
                      "AUTH 250 ok\n"
                      "READY\n"
                      "C: QUIT\n"},
    {.clause = "5321-4.3.2",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_AUTH, .mechanism = "PLAIN", .initial = "x"}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 AUTH PLAIN LOGIN "
                           "X-OTHER\r\n250-a\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 AUTH PLAIN LOGIN X-OTHER\n"
                      "READY\n"
                      "C: AUTH PLAIN eA==\n"
                      "S: 250-a\n"
                      "S: 250 ok\n"
                      "AUTH 250 ok\n" LOG_BYE},
    /* not offered */
    {.clause = "4954-4",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_AUTH, .mechanism = "PLAIN", .initial = "x"}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n221 bye\r\n")},
     .log = LOG_MET "REFUSED NOT_HERE\n" LOG_QUIT},
    {.clause = "4954-4",
     .config = &blind,
     .call_count = 1,
     .calls = {{.what = CLIENT_AUTH, .mechanism = "PLAIN", .initial = "x"}},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250-s.test\r\n250 AUTH PLAIN LOGIN X-OTHER\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 AUTH PLAIN LOGIN X-OTHER\n"
                      "READY\n"
                      "REFUSED NOT_HERE\n" LOG_QUIT},
    {.clause = "4954-4",
     .config = &plain,
     .call_count = 4,
     .calls = {{.what = CLIENT_AUTH, .mechanism = "CRAM-MD5"},
               {.what = CLIENT_AUTH, .mechanism = "plain"},
               {.what = CLIENT_AUTH, .mechanism = ""},
               {.what = CLIENT_AUTH, .mechanism = "A\r\nB"}},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250-s.test\r\n250 AUTH PLAIN LOGIN X-OTHER\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 AUTH PLAIN LOGIN X-OTHER\n"
                      "READY\n"
                      "REFUSED AUTH_MECHANISM\n"
                      "REFUSED AUTH_MECHANISM\n"
                      "REFUSED AUTH_MECHANISM\n"
                      "REFUSED AUTH_MECHANISM\n" LOG_QUIT},
    /* one that we do not know */
    {.clause = "4954-4",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_AUTH, .mechanism = "X-OTHER"}},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250-s.test\r\n250 AUTH PLAIN LOGIN X-OTHER\r\n535 no\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 AUTH PLAIN LOGIN X-OTHER\n"
                      "READY\n"
                      "C: AUTH X-OTHER\n"
                      "S: 535 no\n"
                      "AUTH 535 no\n" LOG_BYE},
    {.clause = "5321-3.8",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_AUTH, .mechanism = "PLAIN", .initial = "x"}},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250-s.test\r\n250 AUTH PLAIN LOGIN X-OTHER\r\n421 s.test\r\n")},
     .log = LOG_LISTS "S: 250 AUTH PLAIN LOGIN X-OTHER\n"
                      "READY\n"
                      "C: AUTH PLAIN eA==\n"
                      "S: 421 s.test\n"
                      "CLOSED 421 SERVICE\n"},
    /* a server that closes after 535 */
    {.clause = "5321-3.8",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_AUTH, .mechanism = "PLAIN", .initial = "x"}},
     .steps = {CLIENT_SAYS(
                   "220 s.test\r\n250-s.test\r\n250 AUTH PLAIN LOGIN X-OTHER\r\n535 no\r\n"),
               CLIENT_ENDS(SMTP_END_CLOSE)},
     .log = LOG_LISTS "S: 250 AUTH PLAIN LOGIN X-OTHER\n"
                      "READY\n"
                      "C: AUTH PLAIN eA==\n"
                      "S: 535 no\n"
                      "AUTH 535 no\n"
                      "READY\n"
                      "C: QUIT\n"
                      "CLOSED\n"},
    {.clause = "5321-3.8",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_AUTH, .mechanism = "PLAIN", .initial = "x"}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 AUTH PLAIN LOGIN X-OTHER\r\n"),
               CLIENT_ENDS(SMTP_END_CLOSE)},
     .log = LOG_LISTS "S: 250 AUTH PLAIN LOGIN X-OTHER\n"
                      "READY\n"
                      "C: AUTH PLAIN eA==\n"
                      "CLOSED BROKEN\n"},
    /* no QUIT, which would be a line of the exchange */
    {.clause = "5321-4.2",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_AUTH, .mechanism = "PLAIN", .initial = "x"}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 AUTH PLAIN LOGIN X-OTHER\r\nwhat\r\n")},
     .log = LOG_LISTS "S: 250 AUTH PLAIN LOGIN X-OTHER\n"
                      "READY\n"
                      "C: AUTH PLAIN eA==\n"
                      "S: what ! REPLY_CODE@0\n"
                      "CLOSED REPLY_CODE\n"},
    /* sasl-mech = 1*20mech-char */
    {.clause = "4954-4",
     .config = &plain,
     .call_count = 3,
     .calls = {{.what = CLIENT_AUTH, .mechanism = "X_2"},
               {.what = CLIENT_AUTH, .mechanism = "ABCDEFGHIJKLMNOPQRSTU"},
               {.what = CLIENT_AUTH, .mechanism = "ABCDEFGHIJKLMNOPQRST"}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 AUTH PLAIN LOGIN X-OTHER\r\n504 "
                           "what\r\n504 what\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 AUTH PLAIN LOGIN X-OTHER\n"
                      "READY\n"
                      "C: AUTH X_2\n"
                      "S: 504 what\n"
                      "AUTH 504 what\n"
                      "READY\n"
                      "REFUSED AUTH_MECHANISM\n"
                      "C: AUTH ABCDEFGHIJKLMNOPQRST\n"
                      "S: 504 what\n"
                      "AUTH 504 what\n" LOG_BYE},
};

START_TEST(test_rows)
{
    const char *wrong = client_golden_check(&rows[_i]);
    ck_assert_msg(wrong == NULL, "%s: row %d\n%s\nand not\n%s", rows[_i].clause, _i, wrong,
                  rows[_i].log);
}
END_TEST

static void feed(struct smtp_client *c, const char *octets)
{
    smtp_room room = smtp_edge_room(&c->edge);
    ck_assert_uint_le(strlen(octets), room.n);
    memcpy(room.p, octets, strlen(octets));
    smtp_edge_got(&c->edge, strlen(octets));
}

static void until(struct smtp_client *c, enum smtp_client_event_kind kind,
                  struct smtp_client_event *ev)
{
    for (;;) {
        /* once more, for what was just said does not leave; in the end it does */
        if (!smtp_client_next(c, 0, ev) && !smtp_client_next(c, 0, ev)) {
            ck_assert_uint_gt(c->edge.out_len, 0);
            smtp_edge_sent(&c->edge, c->edge.out_len);
        } else if (ev->kind == kind) {
            return;
        }
    }
}

/* RFC 4954 4: 512 octets for the command, 12,288 for a line of the exchange. */
START_TEST(test_lengths)
{
    static char in[SMTP_CLIENT_IN_MIN], out[SMTP_CLIENT_OUT_MIN], secret[9217];
    struct smtp_client c;
    struct smtp_client_event ev;
    size_t fits = (size_t)(512 - sizeof "AUTH PLAIN \r\n" + 1) / 4 * 3,
           answer = (size_t)(12288 - 2) / 4 * 3;
    ck_assert_int_eq(
        smtp_client_init(&c, &plain, (smtp_room){in, sizeof in}, (smtp_room){out, sizeof out}, 0),
        SMTP_OK);
    feed(&c, "220 x\r\n250-x\r\n250 AUTH PLAIN\r\n");
    until(&c, SMTP_CE_READY, &ev);
    smtp_edge_sent(&c.edge, c.edge.out_len);
    ck_assert_int_eq(smtp_client_auth(&c, SMTP_SPAN("PLAIN"), true, (smtp_span){secret, fits + 1}),
                     SMTP_E_LINE_LONG);
    ck_assert_uint_eq(c.edge.out_len, 0);
    ck_assert(!smtp_client_respond(&c, SMTP_SPAN("")));
    ck_assert_int_eq(smtp_client_auth(&c, SMTP_SPAN("PLAIN"), true, (smtp_span){secret, fits}),
                     SMTP_OK);
    ck_assert_uint_le(c.edge.out_len, 512);
    smtp_edge_sent(&c.edge, c.edge.out_len);
    feed(&c, "334 \r\n");
    until(&c, SMTP_CE_CHALLENGE, &ev);
    ck_assert(!smtp_client_respond(&c, (smtp_span){secret, answer + 1}));
    ck_assert(smtp_client_respond(&c, (smtp_span){secret, answer}));
    ck_assert_uint_le(c.edge.out_len, 12288);
    ck_assert(!smtp_client_respond(&c, SMTP_SPAN("twice")));
    smtp_edge_sent(&c.edge, c.edge.out_len);
    smtp_client_cancel(&c); /* nothing to cancel */
    ck_assert_uint_eq(c.edge.out_len, 0);
}
END_TEST

/* quit() in the middle of an exchange cancels it first. */
START_TEST(test_quit)
{
    static char in[SMTP_CLIENT_IN_MIN], out[SMTP_CLIENT_OUT_MIN];
    struct smtp_client c;
    struct smtp_client_event ev;
    ck_assert_int_eq(
        smtp_client_init(&c, &plain, (smtp_room){in, sizeof in}, (smtp_room){out, sizeof out}, 0),
        SMTP_OK);
    feed(&c, "220 x\r\n250-x\r\n250 AUTH LOGIN\r\n");
    until(&c, SMTP_CE_READY, &ev);
    ck_assert_int_eq(smtp_client_auth(&c, SMTP_SPAN("LOGIN"), false, SMTP_SPAN("")), SMTP_OK);
    smtp_client_quit(&c);
    feed(&c, "334 eA==\r\n");
    until(&c, SMTP_CE_CHALLENGE, &ev);
    ck_assert(smtp_span_is(ev.text, SMTP_SPAN("x")));
    smtp_client_quit(&c);
    feed(&c, "501 no\r\n");
    until(&c, SMTP_CE_AUTH, &ev);
    ck_assert_uint_eq(ev.code, 501);
    ck_assert(!smtp_client_next(&c, 0, &ev));
    ck_assert(smtp_span_is(smtp_edge_out(&c.edge), SMTP_SPAN("AUTH LOGIN\r\n*\r\nQUIT\r\n")));
}
END_TEST

static Suite *auth_suite(void)
{
    Suite *suite = suite_create("client_auth");
    TCase *tcase = tcase_create("rows");
    tcase_add_loop_test(tcase, test_rows, 0, sizeof rows / sizeof *rows);
    tcase_add_test(tcase, test_lengths);
    tcase_add_test(tcase, test_quit);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(auth_suite)
