#include <string.h>

#include "check_main.h"
#include "smtp/client.h"

/* ---- calls that come when they mean nothing, or when all is decided ---- */

static char in[SMTP_CLIENT_IN_MIN], out[SMTP_CLIENT_OUT_MIN];
static const struct smtp_client_config smtp = {.name = "c.test", .tls = SMTP_TLS_NEVER};
static const struct smtp_client_config lmtp = {
    .name = "c.test", .tls = SMTP_TLS_NEVER, .lmtp = true};

static void says(struct smtp_client *c, const char *octets)
{
    smtp_room room = smtp_edge_room(&c->edge);
    ck_assert_uint_le(strlen(octets), room.n);
    memcpy(room.p, octets, strlen(octets));
    smtp_edge_got(&c->edge, strlen(octets));
}

/* The next event of that kind; what the client says leaves at once. */
static struct smtp_client_event until(struct smtp_client *c, enum smtp_client_event_kind kind)
{
    struct smtp_client_event ev;
    do {
        bool some = smtp_client_next(c, 0, &ev);
        ck_assert(some || c->edge.out_len > 0);
        smtp_edge_sent(&c->edge, c->edge.out_len);
        ev.kind = some ? ev.kind : SMTP_CE_LINE;
    } while (ev.kind != kind);
    return ev;
}

static struct smtp_client ready(const struct smtp_client_config *config)
{
    struct smtp_client c;
    smtp_room in_room = {in, sizeof in}, out_room = {out, sizeof out};
    ck_assert_int_eq(smtp_client_init(&c, config, in_room, out_room, 0), SMTP_OK);
    says(&c, "220 x\r\n250 x\r\n");
    until(&c, SMTP_CE_READY);
    return c;
}

/* RFC 4954 4: "*" is a line of an exchange, and said in no other place. */
START_TEST(test_nothing_to_cancel)
{
    struct smtp_client c = ready(&smtp);
    smtp_client_cancel(&c);
    ck_assert_uint_eq(c.edge.out_len, 0);
    ck_assert_int_eq(smtp_client_command(&c, SMTP_V_NOOP, (smtp_span){NULL, 0}), SMTP_OK);
    says(&c, "250 x\r\n");
    ck_assert_uint_eq(until(&c, SMTP_CE_REPLY).code, 250);
    smtp_client_cancel(&c);
    ck_assert_uint_eq(c.edge.out_len, 0);
    until(&c, SMTP_CE_READY);
}
END_TEST

/* RFC 2033 4.2: the last answer is here, and DONE not yet told: what is decided stays so. */
START_TEST(test_abandoned_when_decided)
{
    struct smtp_client c = ready(&lmtp);
    struct smtp_rcpt rcpt = {.address = SMTP_SPAN("b@s.test")};
    struct smtp_mail mail = {.rcpts = &rcpt, .rcpt_count = 1};
    size_t which;
    ck_assert_int_eq(smtp_client_mail(&c, &mail, &which), SMTP_OK);
    says(&c, "250 x\r\n250 x\r\n354 x\r\n");
    until(&c, SMTP_CE_TEXT);
    ck_assert_uint_eq(smtp_client_text(&c, SMTP_SPAN("x\r\n"), true), 3);
    says(&c, "250 x\r\n");
    until(&c, SMTP_CE_RCPT);
    smtp_client_abandon(&c);
    until(&c, SMTP_CE_DONE);
    ck_assert_int_eq(mail.outcome, SMTP_O_DELIVERED);
    ck_assert_int_eq(rcpt.outcome, SMTP_O_DELIVERED);
    ck_assert_int_eq(until(&c, SMTP_CE_CLOSED).fault, SMTP_E_ABANDONED);
}
END_TEST

static Suite *calls_suite(void)
{
    Suite *suite = suite_create("client calls");
    TCase *tcase = tcase_create("calls");
    tcase_add_test(tcase, test_nothing_to_cancel);
    tcase_add_test(tcase, test_abandoned_when_decided);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(calls_suite)
