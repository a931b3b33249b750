#include <string.h>

#include "check_main.h"
#include "client_golden.h"

static const struct smtp_client_config offered = {.name = "c.test", .tls = SMTP_TLS_IF_OFFERED};
static const struct smtp_client_config always = {.name = "c.test", .tls = SMTP_TLS_ALWAYS};
static const struct smtp_client_config never = {.name = "c.test", .tls = SMTP_TLS_NEVER};

static const struct client_golden rows[] = {
    /* and EHLO again (4.2) */
    {.clause = "3207-4",
     .config = &offered,
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 STARTTLS\r\n220 go\r\n"), CLIENT_SHAKES,
               CLIENT_SAYS("250-s.test\r\n250 PIPELINING\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 STARTTLS\n"
                      "C: STARTTLS\n"
                      "S: 220 go\n"
                      "TLS\n"
                      "C: EHLO c.test\n"
                      "S: 250-s.test\n"
                      "S: 250 PIPELINING\n" LOG_BYE},
    /* what was offered in clear is forgotten */
    {.clause = "3207-4.2",
     .config = &offered,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS(
                   "220 s.test\r\n250-s.test\r\n250-PIPELINING\r\n250 STARTTLS\r\n220 go\r\n"),
               CLIENT_SHAKES,
               CLIENT_SAYS("250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250-PIPELINING\n"
                      "S: 250 STARTTLS\n"
                      "C: STARTTLS\n"
                      "S: 220 go\n"
                      "TLS\n"
                      "C: EHLO c.test\n"
                      "S: 250 s.test\n"
                      "READY\n" LOG_RCPT LOG_DATA LOG_SENT LOG_BYE},
    {.clause = "3207-4",
     .config = &offered,
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n221 bye\r\n")},
     .log = LOG_MET LOG_QUIT},
    /* refused: on in clear */
    {.clause = "3207-4",
     .config = &offered,
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250-s.test\r\n250 STARTTLS\r\n454 4.7.0 not now\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 STARTTLS\n"
                      "C: STARTTLS\n"
                      "S: 454 4.7.0 not now\n" LOG_BYE},
    {.clause = "3207-4",
     .config = &offered,
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 STARTTLS\r\n501 no\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 STARTTLS\n"
                      "C: STARTTLS\n"
                      "S: 501 no\n" LOG_BYE},
    {.clause = "3207-4",
     .config = &always,
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250-s.test\r\n250 STARTTLS\r\n454 4.7.0 not now\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 STARTTLS\n"
                      "C: STARTTLS\n"
                      "S: 454 4.7.0 not now\n"
                      "C: QUIT\n"
                      "S: 221 bye\n"
                      "CLOSED 454 TLS_NEEDED\n"},
    /* not offered */
    {.clause = "3207-4",
     .config = &always,
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "C: QUIT\n"
            "S: 221 bye\n"
            "CLOSED TLS_NEEDED\n"},
    {.clause = "3207-4",
     .config = &always,
     .steps = {CLIENT_SAYS("220 s.test\r\n500 what\r\n250 s.test\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 500 what\n"
            "C: HELO c.test\n"
            "S: 250 s.test\n"
            "C: QUIT\n"
            "S: 221 bye\n"
            "CLOSED TLS_NEEDED\n"},
    {.clause = "3207-4",
     .config = &always,
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 STARTTLS\r\n220 go\r\n"), CLIENT_SHAKES,
               CLIENT_SAYS("250 s.test\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 STARTTLS\n"
                      "C: STARTTLS\n"
                      "S: 220 go\n"
                      "TLS\n"
                      "C: EHLO c.test\n"
                      "S: 250 s.test\n" LOG_BYE},
    {.clause = "3207-4",
     .config = &never,
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 STARTTLS\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 STARTTLS\n" LOG_BYE},
    /* inside TLS there is no STARTTLS */
    {.clause = "3207-4.2",
     .config = &always,
     .secure = true,
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 STARTTLS\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 STARTTLS\n" LOG_BYE},
    {.clause = "3207-4.1",
     .config = &offered,
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 STARTTLS\r\n220 go\r\n"),
               CLIENT_SHAKES_NOT},
     .log = LOG_LISTS "S: 250 STARTTLS\n"
                      "C: STARTTLS\n"
                      "S: 220 go\n"
                      "TLS TLS_FAILED\n"
                      "CLOSED TLS_FAILED\n"},
    {.clause = "5321-4.3.2",
     .config = &offered,
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 STARTTLS\r\n354 go\r\n")},
     .log = LOG_LISTS "S: 250 STARTTLS\n"
                      "C: STARTTLS\n"
                      "S: 354 go\n"
                      "C: QUIT\n"},
    {.clause = "5321-3.8",
     .config = &offered,
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 STARTTLS\r\n421 s.test\r\n")},
     .log = LOG_LISTS "S: 250 STARTTLS\n"
                      "C: STARTTLS\n"
                      "S: 421 s.test\n"
                      "CLOSED 421 SERVICE\n"},
    {.clause = "5321-3.8",
     .config = &offered,
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 STARTTLS\r\n220 go\r\n"),
               CLIENT_ENDS(SMTP_END_RESET)},
     .log = LOG_LISTS "S: 250 STARTTLS\n"
                      "C: STARTTLS\n"
                      "S: 220 go\n"
                      "CLOSED BROKEN\n"},
    {.clause = "5321-3.8",
     .config = &offered,
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 STARTTLS\r\n"),
               CLIENT_ENDS(SMTP_END_CLOSE)},
     .log = LOG_LISTS "S: 250 STARTTLS\n"
                      "C: STARTTLS\n"
                      "CLOSED BROKEN\n"},
    /* not before a QUIT that is due */
    {.clause = "3207-4",
     .config = &offered,
     .steps = {CLIENT_SAYS("220 s.test\r\n"), CLIENT_LEAVES,
               CLIENT_SAYS("250-s.test\r\n250 STARTTLS\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 STARTTLS\n" LOG_QUIT},
    /* HELO inside TLS */
    {.clause = "3207-4.2",
     .config = &offered,
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 STARTTLS\r\n220 go\r\n"), CLIENT_SHAKES,
               CLIENT_SAYS("500 what\r\n250 s.test\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 STARTTLS\n"
                      "C: STARTTLS\n"
                      "S: 220 go\n"
                      "TLS\n"
                      "C: EHLO c.test\n"
                      "S: 500 what\n"
                      "C: HELO c.test\n"
                      "S: 250 s.test\n" LOG_BYE},
};

START_TEST(test_rows)
{
    const char *wrong = client_golden_check(&rows[_i]);
    ck_assert_msg(wrong == NULL, "%s: row %d\n%s\nand not\n%s", rows[_i].clause, _i, wrong,
                  rows[_i].log);
}
END_TEST

/* The session gets octets in clear, all at once; how many it dropped. */
static size_t dropped_of(struct smtp_client *c, smtp_span said)
{
    struct smtp_client_event ev;
    size_t dropped = 0;
    memcpy(smtp_edge_room(&c->edge).p, said.p, said.n);
    smtp_edge_got(&c->edge, said.n);
    /* once more where it says nothing: what was said gets a chance to leave, and does not take it */
    while (smtp_client_next(c, 0, &ev) || smtp_client_next(c, 0, &ev)) {
        ck_assert(ev.kind != SMTP_CE_LINE || !smtp_span_is(ev.text, SMTP_SPAN("evil")));
        dropped += ev.kind == SMTP_CE_INJECTED ? ev.size : 0;
    }
    return dropped;
}

/* RFC 3207 4.2: of what stands behind 220 nothing is a reply. What is here already is dropped and
 * counted, what comes later fails the handshake. */
START_TEST(test_injected)
{
    static char in[SMTP_CLIENT_IN_MIN], out[SMTP_CLIENT_OUT_MIN];
    static const char clear[] = "220 x\r\n250-x\r\n250 STARTTLS\r\n220 go\r\n";
    static const char said[] = "220 x\r\n250-x\r\n250 STARTTLS\r\n220 go\r\n250-evil\r\n25";
    smtp_room in_room = {in, sizeof in}, out_room = {out, sizeof out};
    for (size_t at = sizeof clear - 1; at < sizeof said; at++) {
        struct smtp_client c;
        struct smtp_client_event ev;
        ck_assert_int_eq(smtp_client_init(&c, &always, in_room, out_room, 0), SMTP_OK);
        ck_assert_uint_eq(dropped_of(&c, (smtp_span){said, at}), at - (sizeof clear - 1));
        smtp_edge_sent(&c.edge, c.edge.out_len);
        ck_assert_uint_eq(smtp_edge_want(&c.edge), SMTP_WANT_TLS);
        smtp_edge_tls_done(&c.edge, true);
        ck_assert(smtp_client_next(&c, 0, &ev));
        ck_assert_int_eq(ev.kind, SMTP_CE_TLS);
        ck_assert(!smtp_client_next(&c, 0, &ev));
        ck_assert(smtp_span_is(smtp_edge_out(&c.edge), SMTP_SPAN("EHLO c.test\r\n")));
        ck_assert_uint_eq(c.offered.given, 0);
        ck_assert(!smtp_client_is_extended(&c));
    }
}
END_TEST

static Suite *tls_suite(void)
{
    Suite *suite = suite_create("client_tls");
    TCase *tcase = tcase_create("rows");
    tcase_add_loop_test(tcase, test_rows, 0, sizeof rows / sizeof *rows);
    tcase_add_test(tcase, test_injected);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(tls_suite)
