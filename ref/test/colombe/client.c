#include <stdio.h>
#include <string.h>

#include "cases.h"
#include "client_golden.h"
#include "sasl_client.h"
#include "streams.h"

#define HELLO "220 s.test\r\n250 s.test\r\n"
#define LOGIN "220 s.test\r\n250-s.test\r\n250 AUTH PLAIN LOGIN\r\n"
#define OK "250 ok\r\n"
#define SENDS "354 go\r\n250 ok\r\n221 bye\r\n"
#define DONE "DATA text DELIVERED QUIT CLOSED"

/* 05: a read that ended inside of a line broke a reply of several lines. */
START_TEST(replies_in_pieces)
{
    static struct verdict v;
    ck_assert(
        stream_replies(SMTP_SPAN("250-a\r\n250-b\r\n250 c\r\n354 d\r\n250-a\r\n250\r\n"), &v));
    ck_assert_str_eq(v.text, "250 354 250");
    ck_assert_str_eq(SAYS("client-mail", "220-s.test\r\n220 hi\r\n250-s.test\r\n250-8BITMIME\r\n"
                                         "250 HELP\r\n" OK OK SENDS),
                     "EHLO MAIL RCPT " DONE);
}
END_TEST

/* 09: HELO and EHLO were one. */
START_TEST(helo_is_not_ehlo)
{
    struct smtp_command helo, ehlo;
    char text[2][32];
    ck_assert_int_eq(smtp_parse_command(SMTP_SPAN("HELO a.test"), 0, &helo), SMTP_OK);
    ck_assert_int_eq(smtp_parse_command(SMTP_SPAN("EHLO a.test"), 0, &ehlo), SMTP_OK);
    ck_assert_int_eq(helo.verb, SMTP_V_HELO);
    ck_assert_int_eq(ehlo.verb, SMTP_V_EHLO);
    size_t n = smtp_print_command((smtp_room){text[0], 32}, &helo);
    ck_assert(smtp_span_is((smtp_span){text[0], n}, SMTP_SPAN("HELO a.test\r\n")));
    n = smtp_print_command((smtp_room){text[1], 32}, &ehlo);
    ck_assert(smtp_span_is((smtp_span){text[1], n}, SMTP_SPAN("EHLO a.test\r\n")));
    ck_assert_str_eq(
        ANSWERS(
            "HELO a.test\r\nMAIL FROM:<> SIZE=1\r\nEHLO a.test\r\nMAIL FROM:<> SIZE=1\r\nQUIT\r\n"),
        "220 250 555 250 250 221");
}
END_TEST

/* 09: and no client of theirs fell back. */
START_TEST(client_falls_back_to_helo)
{
    ck_assert_str_eq(SAYS("client-mail", "220 s.test\r\n500 what\r\n250 s.test\r\n" OK OK SENDS),
                     "EHLO HELO MAIL RCPT " DONE);
    ck_assert_str_eq(SAYS("client-mail", "220 s.test\r\n502 what\r\n250 s.test\r\n" OK OK SENDS),
                     "EHLO HELO MAIL RCPT " DONE);
}
END_TEST

/* 11: 251 and 252 were errors. */
START_TEST(forwarded_is_accepted)
{
    ck_assert_str_eq(SAYS("client-mail", HELLO OK "251 will forward\r\n" SENDS),
                     "EHLO MAIL RCPT " DONE);
    ck_assert_str_eq(SAYS("client-mail", HELLO OK "252 will try\r\n" SENDS),
                     "EHLO MAIL RCPT " DONE);
}
END_TEST

/* 11: what is temporary was not; no QUIT was said. */
START_TEST(temporary_is_later)
{
    static const char *const codes[] = {"450", "451", "452", "455"};
    char server[256];
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        snprintf(server, sizeof server, HELLO "%s x\r\n221 bye\r\n", codes[i]);
        ck_assert_str_eq(SAYS("client-mail", server), "EHLO MAIL LATER QUIT CLOSED");
        snprintf(server, sizeof server, HELLO OK "%s x\r\n" OK "221 bye\r\n", codes[i]);
        ck_assert_str_eq(SAYS("client-mail", server), "EHLO MAIL RCPT RSET LATER QUIT CLOSED");
        snprintf(server, sizeof server, HELLO OK OK "354 go\r\n%s x\r\n221 bye\r\n", codes[i]);
        ck_assert_str_eq(SAYS("client-mail", server), "EHLO MAIL RCPT DATA text LATER QUIT CLOSED");
    }
    ck_assert_str_eq(SAYS("client-mail", HELLO "421 bye\r\n"), "EHLO MAIL LATER CLOSED:SERVICE");
    ck_assert_str_eq(SAYS("client-mail", HELLO "550 no\r\n221 bye\r\n"),
                     "EHLO MAIL NEVER QUIT CLOSED");
}
END_TEST

/* 12: a message that was accepted counted as failed when 221 did not come. */
START_TEST(success_outlives_quit)
{
    ck_assert_str_eq(SAYS("client-mail", HELLO OK OK "354 go\r\n250 got it\r\n"),
                     "EHLO MAIL RCPT " DONE);
    ck_assert_str_eq(SAYS("client-mail", HELLO OK OK "354 go\r\n250 got it\r\n421 bye\r\n"),
                     "EHLO MAIL RCPT " DONE);
}
END_TEST

/* What GNU SASL's side says to a challenge; "" where it refuses it. */
static const char *answer(const char *mechanism, smtp_span first, smtp_span second)
{
    static char got[128];
    const struct sasl_login login = {
        .user = "tim", .password = "tanstaaf", .mechanism = mechanism, .clear = true};
    const struct sasl_binding none = {{NULL, 0}, {NULL, 0}};
    struct sasl_client *client = sasl_client_new(&login, mechanism, &none);
    ck_assert_ptr_nonnull(client);
    smtp_span said;
    size_t n = 0;
    smtp_room room = {got, sizeof got - 1};
    if (sasl_client_step(client, first, &said))
        smtp_room_put(room, &n, said);
    if (second.p != NULL && sasl_client_step(client, second, &said)) {
        smtp_room_put(room, &n, SMTP_SPAN("|"));
        smtp_room_put(room, &n, said);
    }
    for (size_t i = 0; i < n; i++)
        if (got[i] == '\0')
            got[i] = '0';
    got[n] = '\0';
    sasl_client_free(client);
    return got;
}

/* 13: AUTH LOGIN took one form of the challenge only; what stands in it is for people. */
START_TEST(login_whatever_the_challenge)
{
    ck_assert_str_eq(answer("LOGIN", SMTP_SPAN("Username:"), SMTP_SPAN("Password:")),
                     "tim|tanstaaf");
    ck_assert_str_eq(answer("LOGIN", SMTP_SPAN("User Name\0"), SMTP_SPAN("Password\0")),
                     "tim|tanstaaf");
    ck_assert_str_eq(SAYS("client-login",
                          LOGIN "334 VXNlcm5hbWU6\r\n334 UGFzc3dvcmQ6\r\n235 ok\r\n" OK OK SENDS),
                     "EHLO AUTH Zmlyc3Q= c2Vjb25k auth:235 MAIL RCPT " DONE);
    ck_assert_str_eq(SAYS("client-login", LOGIN
                          "334 VXNlciBOYW1lAA==\r\n334 UGFzc3dvcmQA\r\n235 ok\r\n" OK OK SENDS),
                     "EHLO AUTH Zmlyc3Q= c2Vjb25k auth:235 MAIL RCPT " DONE);
}
END_TEST

/* 14: the text of 334 became the authorization identity. */
START_TEST(challenge_is_no_identity)
{
    ck_assert_str_eq(answer("PLAIN", SMTP_SPAN(""), (smtp_span){NULL, 0}), "0tim0tanstaaf");
    const char *said = answer("PLAIN", SMTP_SPAN("root"), (smtp_span){NULL, 0});
    ck_assert_msg(strcmp(said, "") == 0 || strcmp(said, "0tim0tanstaaf") == 0, "%s", said);
    ck_assert_str_eq(SAYS("client-plain", LOGIN "334 cm9vdA==\r\n235 ok\r\n" OK OK SENDS),
                     "EHLO AUTH Zmlyc3Q= auth:235 MAIL RCPT " DONE);
}
END_TEST

/* ---- 15, read_03: dots, as a stream of octets whatever the pieces ---- */

static const char *text_sent(const char *text, size_t piece)
{
    static const struct smtp_client_config config = {.name = "c.test", .tls = SMTP_TLS_NEVER};
    struct client_golden g = {.config = &config,
                              .calls = {{.what = CLIENT_MAIL,
                                         .sender = "a@c.test",
                                         .rcpts = "b@s.test",
                                         .text = smtp_span_of(text)}},
                              .call_count = 1,
                              .steps = {CLIENT_SAYS(HELLO OK OK SENDS)}};
    static char line[256];
    const char *log = client_golden_play(&g, (struct client_cuts){.step = 0}, 0, piece);
    const char *at = strstr(log, "T: ");
    ck_assert_ptr_nonnull(at);
    size_t n = strcspn(at + 3, "\n");
    ck_assert_uint_lt(n, sizeof line);
    memcpy(line, at + 3, n);
    line[n] = '\0';
    return line;
}

START_TEST(stuffing_whatever_the_pieces)
{
    static const struct {
        const char *text, *sent;
    } rows[] = {
        {"a\r\n.b\r\n.\r\nQUIT\r\n", "a\\r\\n..b\\r\\n..\\r\\nQUIT\\r\\n.\\r\\n"},
        {"a.b\r\n", "a.b\\r\\n.\\r\\n"},
        {"abc", "abc\\r\\n.\\r\\n"},
        {".", "..\\r\\n.\\r\\n"},
        {"...\r\n", "....\\r\\n.\\r\\n"},
        {"", ".\\r\\n"},
        {"\r\n.\r\n", "\\r\\n..\\r\\n.\\r\\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t piece = 0; piece < 8; piece++)
            ck_assert_str_eq(text_sent(rows[i].text, piece), rows[i].sent);
}
END_TEST

/* ---- read_01, read_02, read_03: STARTTLS, and several messages ---- */

static const char *play(const struct client_golden *g)
{
    return client_golden_play(g, (struct client_cuts){.step = 0}, 0, 0);
}

#define MAIL_CALL CLIENT_MAILS("a@c.test", "b@s.test", ".x\r\n")

/* read_01: what a server says behind 220 is no reply inside TLS. */
START_TEST(client_drops_what_stands_behind_220)
{
    static const struct smtp_client_config config = {.name = "c.test", .tls = SMTP_TLS_ALWAYS};
    static const struct client_golden g = {
        .config = &config,
        .calls = {MAIL_CALL},
        .call_count = 1,
        .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 STARTTLS\r\n220 go\r\n"
                              "250-evil.test\r\n250 X-EVIL\r\n250 evil\r\n"),
                  CLIENT_SHAKES, CLIENT_SAYS("250 s.test\r\n" OK OK SENDS)}};
    const char *log = play(&g);
    ck_assert_ptr_null(strstr(log, "evil"));
    ck_assert_ptr_null(strstr(log, "EVIL"));
    const char *tls = strstr(log, "TLS\n");
    ck_assert_ptr_nonnull(tls);
    ck_assert_ptr_nonnull(strstr(tls, "C: EHLO c.test\n"));
    ck_assert_ptr_nonnull(strstr(tls, "DONE DELIVERED"));
}
END_TEST

/* read_02: that STARTTLS was taken off the list went unseen. */
START_TEST(stripped_starttls_is_seen)
{
    static const struct smtp_client_config config = {.name = "c.test", .tls = SMTP_TLS_ALWAYS};
    static const struct client_golden stripped = {.config = &config,
                                                  .calls = {MAIL_CALL},
                                                  .call_count = 1,
                                                  .steps = {CLIENT_SAYS(HELLO "221 bye\r\n")}};
    static const struct client_golden refused = {
        .config = &config,
        .calls = {MAIL_CALL},
        .call_count = 1,
        .steps = {
            CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 STARTTLS\r\n454 not now\r\n221 bye\r\n")}};
    const char *log = play(&stripped);
    ck_assert_ptr_null(strstr(log, "C: MAIL"));
    ck_assert_ptr_nonnull(strstr(log, "C: QUIT\n"));
    ck_assert_ptr_nonnull(strstr(log, "CLOSED TLS_NEEDED"));
    log = play(&refused);
    ck_assert_ptr_null(strstr(log, "C: MAIL"));
    ck_assert_ptr_nonnull(strstr(log, "TLS_NEEDED"));
}
END_TEST

/* read_03: no stuffing without STARTTLS, and the wrong octet looked at with it. */
START_TEST(stuffing_with_and_without_tls)
{
    static const struct smtp_client_config config = {.name = "c.test", .tls = SMTP_TLS_IF_OFFERED};
    static const struct client_golden rows[] = {
        {.config = &config,
         .calls = {MAIL_CALL},
         .call_count = 1,
         .steps = {CLIENT_SAYS(HELLO OK OK SENDS)}},
        {.config = &config,
         .calls = {MAIL_CALL},
         .call_count = 1,
         .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 STARTTLS\r\n220 go\r\n"),
                   CLIENT_SHAKES, CLIENT_SAYS("250 s.test\r\n" OK OK SENDS)}},
    };
    for (size_t i = 0; i < 2; i++) {
        const char *log = play(&rows[i]);
        ck_assert_ptr_nonnull(strstr(log, "T: ..x\\r\\n.\\r\\n\n"));
        ck_assert_ptr_nonnull(strstr(log, "DONE DELIVERED"));
    }
}
END_TEST

/* read_03: after a temporary failure RSET was said behind QUIT; a list that ended raised. */
START_TEST(several_messages)
{
    static const struct smtp_client_config config = {.name = "c.test", .tls = SMTP_TLS_NEVER};
    static const struct client_golden g = {
        .config = &config,
        .calls = {MAIL_CALL, MAIL_CALL, MAIL_CALL},
        .call_count = 3,
        .steps = {CLIENT_SAYS(HELLO OK OK "354 go\r\n451 later\r\n" OK OK "354 go\r\n250 ok\r\n"
                                          "450 later\r\n221 bye\r\n")}};
    const char *log = play(&g);
    const char *first = strstr(log, "DONE LATER 451");
    ck_assert_ptr_nonnull(first);
    const char *second = strstr(first, "DONE DELIVERED 250");
    ck_assert_ptr_nonnull(second);
    const char *third = strstr(second, "DONE LATER 450");
    ck_assert_ptr_nonnull(third);
    const char *quit = strstr(third, "C: QUIT\n");
    ck_assert_ptr_nonnull(quit);
    ck_assert_ptr_null(strstr(quit + 1, "C: "));
    ck_assert(strstr(log, "C: QUIT\n") == quit);
}
END_TEST

void client_cases(Suite *suite)
{
    add_case(suite, "05", replies_in_pieces);
    add_case(suite, "09", helo_is_not_ehlo);
    add_case(suite, "09", client_falls_back_to_helo);
    add_case(suite, "11", forwarded_is_accepted);
    add_case(suite, "11", temporary_is_later);
    add_case(suite, "12", success_outlives_quit);
    add_case(suite, "13", login_whatever_the_challenge);
    add_case(suite, "14", challenge_is_no_identity);
    add_case(suite, "15", stuffing_whatever_the_pieces);
    add_case(suite, "read_01", client_drops_what_stands_behind_220);
    add_case(suite, "read_02", stripped_starttls_is_seen);
    add_case(suite, "read_03", stuffing_with_and_without_tls);
    add_case(suite, "read_03", several_messages);
}
