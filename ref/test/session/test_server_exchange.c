#include <stdio.h>
#include <string.h>

#include "check_main.h"
#include "golden.h"

/* What an application does in an exchange of AUTH, call by call. */

static const struct smtp_server_config plain = {.name = "mx.test",
                                                .extensions = SMTP_X_AUTH | SMTP_X_STARTTLS |
                                                              SMTP_X_ENHANCEDSTATUSCODES,
                                                .auth_clear = "PLAIN"};

static char in[16384], out[4096];

static void begin(struct smtp_server *s, const struct smtp_server_config *config, const char *said)
{
    struct smtp_event ev;
    ck_assert_int_eq(
        smtp_server_init(s, config, (smtp_room){in, sizeof in}, (smtp_room){out, sizeof out}, 0),
        SMTP_OK);
    smtp_room room = smtp_edge_room(&s->edge);
    memcpy(room.p, said, strlen(said));
    smtp_edge_got(&s->edge, strlen(said));
    for (int i = 0; i < 3; i++) {
        ck_assert(smtp_server_next(s, 0, &ev) && ev.wants_reply);
        if (i < 2)
            smtp_server_accept(s);
        if (i < 2)
            smtp_edge_sent(&s->edge, s->edge.out_len);
    }
}

static void expect_said(struct smtp_server *s, const char *text)
{
    smtp_span said = smtp_edge_out(&s->edge);
    ck_assert_msg(smtp_span_is(said, smtp_span_of(text)), "%.*s", (int)said.n, said.p);
    smtp_edge_sent(&s->edge, said.n);
}

/* RFC 4954 4: "334 " with its space; what would not fit is not said, and still due. */
START_TEST(test_challenge)
{
    static char octets[800];
    struct smtp_server s;
    begin(&s, &plain, "EHLO a.test\r\nAUTH PLAIN\r\n");
    ck_assert(!smtp_server_challenge(&s, (smtp_span){octets, 764}));
    ck_assert(!smtp_server_reply(&s, 334, NULL, SMTP_SPAN("")));
    ck_assert_int_eq(smtp_server_state(&s), SMTP_S_READY);
    ck_assert(smtp_server_challenge(&s, (smtp_span){octets, 763 - 763 % 3}));
    ck_assert_int_eq(smtp_server_state(&s), SMTP_S_AUTH);
    ck_assert_uint_eq(smtp_edge_out(&s.edge).n, 4 + 254 * 4 + 2);
    begin(&s, &plain, "EHLO a.test\r\nAUTH PLAIN\r\n");
    ck_assert(smtp_server_challenge(&s, SMTP_SPAN("")));
    expect_said(&s, "334 \r\n");
}
END_TEST

/* Every answer that an application can give: to the command, and to a line of the exchange. */
static const struct outcome {
    enum smtp_fault fault; /* OK: accepted */
    unsigned code;         /* not 0: by smtp_server_reply() */
    const char *said;
    bool authenticated, failed;
    enum smtp_state state;
} outcomes[] = {
    {SMTP_OK, 0, "235 2.7.0 authentication succeeded\r\n", true, false, SMTP_S_READY},
    {SMTP_OK, 235, "235 2.0.0 x\r\n", true, false, SMTP_S_READY},
    {SMTP_E_AUTH_CREDENTIALS, 0, "535 5.7.8 authentication credentials invalid\r\n", false, true,
     SMTP_S_READY},
    {SMTP_E_AUTH_TEMPORARY, 0, "454 4.7.0 temporary authentication failure\r\n", false, false,
     SMTP_S_READY},
    {SMTP_E_AUTH_WEAK, 0, "534 5.7.9 the mechanism is too weak\r\n", false, true, SMTP_S_READY},
    {SMTP_E_AUTH_ENCRYPT, 0, "504 5.5.4 this mechanism takes TLS, STARTTLS first\r\n", false, true,
     SMTP_S_READY},
    {SMTP_E_AUTH_MECHANISM, 0, "504 5.5.4 no such mechanism here\r\n", false, true, SMTP_S_READY},
    {SMTP_E_AUTH_INITIAL, 0, "501 5.7.0 with this mechanism the server begins\r\n", false, true,
     SMTP_S_READY},
    {SMTP_OK, 432, "432 4.0.0 x\r\n", false, false, SMTP_S_READY},
    {SMTP_OK, 550, "550 5.0.0 x\r\n", false, true, SMTP_S_READY},
    {SMTP_OK, 421, "421 4.0.0 mx.test x\r\n", false, false, SMTP_S_CLOSED},
};

static void play_outcome(const struct outcome *o, bool response)
{
    struct smtp_server s;
    struct smtp_event ev;
    begin(&s, &plain,
          response ? "EHLO a.test\r\nAUTH PLAIN\r\nAGEA\r\n"
                   : "EHLO a.test\r\nAUTH PLAIN AGEA\r\n");
    if (response) {
        ck_assert(smtp_server_challenge(&s, SMTP_SPAN("")));
        smtp_edge_sent(&s.edge, s.edge.out_len);
        ck_assert(smtp_server_next(&s, 0, &ev));
        ck_assert_int_eq(ev.kind, SMTP_EV_RESPONSE);
    }
    ck_assert(!smtp_server_is_authenticated(&s));
    if (o->code != 0)
        ck_assert(smtp_server_reply(&s, o->code, NULL, SMTP_SPAN("x")));
    else if (o->fault != SMTP_OK)
        smtp_server_refuse(&s, o->fault);
    else
        smtp_server_accept(&s);
    expect_said(&s, o->said);
    ck_assert(smtp_server_is_authenticated(&s) == o->authenticated);
    ck_assert_int_eq(smtp_server_state(&s), o->state);
    ck_assert_uint_eq(s.auth_failures, o->failed);
}

START_TEST(test_outcomes)
{
    play_outcome(&outcomes[_i], false);
    play_outcome(&outcomes[_i], true);
}
END_TEST

/* RFC 4954 4: 12,288 octets a line of the exchange; the command keeps its limit. */
START_TEST(test_default_limits)
{
    static const struct smtp_server_config config = {
        .name = "mx.test", .extensions = SMTP_X_AUTH, .auth_clear = "PLAIN"};
    static char said[13000], text[65536], small_in[12288];
    struct event_play p = {.config = &config,
                           .in = {small_in, sizeof small_in},
                           .out = {out, sizeof out},
                           .log = {.room = {text, sizeof text - 1}}};
    size_t total = 12284 + 4 * (size_t)_i; /* with CRLF: two less, two more */
    ck_assert_uint_eq(smtp_server_line_max(&config), 12288);
    memset(said, 'A', sizeof said);
    memcpy(said + total, "\r\n", 2);
    ck_assert(event_play_begin(&p));
    event_play_write(&p, SMTP_SPAN("EHLO a.test\r\nAUTH PLAIN\r\n"));
    event_play_write(&p, (smtp_span){said, total + 2});
    text[p.log.n] = '\0';
    ck_assert_ptr_nonnull(
        strstr(text, total + 2 <= 12288 ? "S: 235 " : "S: 500 authentication exchange"));
    /* 512 and 500 for MAIL: RFC 4954 3(5) */
    size_t command = 1008 + 4 * (size_t)_i;
    memcpy(said, "AUTH PLAIN AA", 13);
    memset(said + 13, 'A', command - 13);
    memcpy(said + command + 1, "\r\n", 2);
    struct event_play q = p;
    q.log.n = 0;
    ck_assert(event_play_begin(&q));
    event_play_write(&q, SMTP_SPAN("EHLO a.test\r\n"));
    event_play_write(&q, (smtp_span){said, command + 3});
    text[q.log.n] = '\0';
    bool fits = command + 3 <= 1012;
    ck_assert_msg(strstr(text, fits ? "S: 501 malformed base64" : "S: 500 command line too long") !=
                      NULL,
                  "%s", text);
}
END_TEST

static Suite *exchange_suite(void)
{
    Suite *suite = suite_create("server exchange");
    TCase *tcase = tcase_create("exchange");
    tcase_add_test(tcase, test_challenge);
    tcase_add_loop_test(tcase, test_outcomes, 0, sizeof outcomes / sizeof *outcomes);
    tcase_add_loop_test(tcase, test_default_limits, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(exchange_suite)
