/* What may stand in a text, and what is left of one that breaks off. */
#include "check_main.h"
#include "client_golden.h"

static const struct smtp_client_config plain = {.name = "c.test", .tls = SMTP_TLS_NEVER};
static const struct smtp_client_config bold = {
    .name = "c.test", .tls = SMTP_TLS_NEVER, .just_send_8 = true};

static const struct client_golden rows[] = {
    /* bare LF: broken off */
    {.clause = "5321-2.3.8",
     .config = &plain,
     .chunks = true,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "a\nb\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n")},
     .log = LOG_MET LOG_RCPT LOG_DATA "T: a\\nb\\r\\n\n"
                                      "DONE NEVER TEXT_BARE_LF, NEVER\n"
                                      "CLOSED TEXT_BARE_LF\n"},
    {.clause = "5321-2.3.8",
     .config = &plain,
     .chunks = true,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n")},
     .log = LOG_MET LOG_RCPT LOG_DATA "T: \\n\n"
                                      "DONE NEVER TEXT_BARE_LF, NEVER\n"
                                      "CLOSED TEXT_BARE_LF\n"},
    /* bare CR */
    {.clause = "5321-2.3.8",
     .config = &plain,
     .chunks = true,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "a\r\rb\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n")},
     .log = LOG_MET LOG_RCPT LOG_DATA "T: a\\r\\rb\\r\\n\n"
                                      "DONE NEVER TEXT_BARE_CR, NEVER\n"
                                      "CLOSED TEXT_BARE_CR\n"},
    {.clause = "5321-2.3.8",
     .config = &plain,
     .chunks = true,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "a\r")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n")},
     .log = LOG_MET LOG_RCPT LOG_DATA "T: a\\r\n"
                                      "DONE NEVER TEXT_BARE_CR, NEVER\n"
                                      "CLOSED TEXT_BARE_CR\n"},
    {.clause = "5321-2.3.8",
     .config = &plain,
     .chunks = true,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "\ra")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n")},
     .log = LOG_MET LOG_RCPT LOG_DATA "T: \\ra\n"
                                      "DONE NEVER TEXT_BARE_CR, NEVER\n"
                                      "CLOSED TEXT_BARE_CR\n"},
    {.clause = "5321-2.3.8",
     .config = &plain,
     .chunks = true,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "a\r\n\nb")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n")},
     .log = LOG_MET LOG_RCPT LOG_DATA "T: a\\r\\n\\nb\n"
                                      "DONE NEVER TEXT_BARE_LF, NEVER\n"
                                      "CLOSED TEXT_BARE_LF\n"},
    /* 8-bit octets that were not announced */
    {.clause = "6152-3",
     .config = &plain,
     .chunks = true,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "a\xe4\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n")},
     .log = LOG_MET LOG_RCPT LOG_DATA "T: a\\xe4\\r\\n\n"
                                      "DONE NEVER NEEDS_8BITMIME, NEVER\n"
                                      "CLOSED NEEDS_8BITMIME\n"},
    {.clause = "6152-3",
     .config = &bold,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "a\xe4\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_MET LOG_RCPT LOG_DATA "T: a\\xe4\\r\\n.\\r\\n\n"
                                      "S: 250 ok\n"
                                      "DONE DELIVERED 250, DELIVERED 250\n" LOG_BYE},
};

START_TEST(test_rows)
{
    const char *wrong = client_golden_check(&rows[_i]);
    ck_assert_msg(wrong == NULL, "%s: row %d\n%s\nand not\n%s", rows[_i].clause, _i, wrong,
                  rows[_i].log);
}
END_TEST

/* A request that nothing can be done about is a caller's mistake, but a late one is not. */
START_TEST(test_late_text)
{
    static char in[SMTP_CLIENT_IN_MIN], out[SMTP_CLIENT_OUT_MIN];
    struct smtp_client c;
    ck_assert_int_eq(
        smtp_client_init(&c, &plain, (smtp_room){in, sizeof in}, (smtp_room){out, sizeof out}, 0),
        SMTP_OK);
    ck_assert_uint_eq(smtp_client_text(&c, SMTP_SPAN("x"), true), 0);
    smtp_client_abandon(&c);
    smtp_client_abandon(&c);
    struct smtp_client_event ev;
    ck_assert(smtp_client_next(&c, 0, &ev));
    ck_assert_int_eq(ev.kind, SMTP_CE_CLOSED);
    ck_assert_int_eq(ev.fault, SMTP_E_ABANDONED);
    ck_assert(!smtp_client_next(&c, 0, &ev));
    ck_assert_uint_eq(smtp_edge_want(&c.edge), SMTP_WANT_CLOSE);
}
END_TEST

/* What is broken off in the middle of the text does not leave any more. */
START_TEST(test_nothing_leaves)
{
    static char log[CLIENT_LOG], in[SMTP_CLIENT_IN_MIN], out[SMTP_CLIENT_OUT_MIN];
    const struct client_call call = CLIENT_MAILS("a@c.test", "b@s.test", "bare\nLF");
    struct client_play p = {.config = &plain,
                            .calls = &call,
                            .call_count = 1,
                            .in = {in, sizeof in},
                            .out = {out, sizeof out},
                            .log = {.room = {log, sizeof log}}};
    ck_assert(client_play_begin(&p));
    client_play_write(&p, SMTP_SPAN("220 x\r\n250 x\r\n250 x\r\n250 x\r\n354 x\r\n"));
    ck_assert(p.closed);
    ck_assert_uint_gt(p.client.edge.out_len, 0);
    ck_assert_uint_eq(smtp_edge_want(&p.client.edge), SMTP_WANT_RESET);
    ck_assert_int_eq(p.mail.outcome, SMTP_O_NEVER);
}
END_TEST

static Suite *text_suite(void)
{
    Suite *suite = suite_create("client_text");
    TCase *tcase = tcase_create("rows");
    tcase_add_loop_test(tcase, test_rows, 0, sizeof rows / sizeof *rows);
    tcase_add_test(tcase, test_late_text);
    tcase_add_test(tcase, test_nothing_leaves);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(text_suite)
