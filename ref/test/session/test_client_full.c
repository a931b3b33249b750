#include <stdio.h>
#include <string.h>

#include "check_main.h"
#include "smtp/client.h"

/* A session in the hands of the test: what the server says comes at once, what the client says stays. */
static char in[SMTP_CLIENT_IN_MIN], out[SMTP_CLIENT_OUT_MIN];
static const struct smtp_client_config config = {.name = "c.test", .tls = SMTP_TLS_NEVER};

/* Twice: what was just said gets its chance to leave first, and does not take it. */
static bool next(struct smtp_client *c, struct smtp_client_event *ev)
{
    return smtp_client_next(c, 0, ev) || smtp_client_next(c, 0, ev);
}

static void says(struct smtp_client *c, const char *octets)
{
    smtp_room room = smtp_edge_room(&c->edge);
    ck_assert_uint_le(strlen(octets), room.n);
    memcpy(room.p, octets, strlen(octets));
    smtp_edge_got(&c->edge, strlen(octets));
}

static struct smtp_client_event until(struct smtp_client *c, enum smtp_client_event_kind kind)
{
    struct smtp_client_event ev;
    do
        ck_assert(next(c, &ev));
    while (ev.kind != kind);
    return ev;
}

static void rest(struct smtp_client *c)
{
    struct smtp_client_event ev;
    while (next(c, &ev))
        ;
}

/* READY, with these keywords offered, and nothing in the output. */
static struct smtp_client ready(const char *keywords)
{
    struct smtp_client c;
    smtp_room in_room = {in, sizeof in}, out_room = {out, sizeof out};
    ck_assert_int_eq(smtp_client_init(&c, &config, in_room, out_room, 0), SMTP_OK);
    says(&c, "220 x\r\n250-x\r\n");
    says(&c, keywords);
    rest(&c);
    smtp_edge_sent(&c.edge, c.edge.out_len);
    until(&c, SMTP_CE_READY);
    return c;
}

/* ---- a group larger than the output, to a server that reads nothing ---- */

enum { MANY = 500 };
static struct smtp_rcpt rcpts[MANY];
static struct smtp_mail mail;

static struct smtp_client begin_group(const char *keywords)
{
    static const char name[] = "somebody-with-a-long-name@s.test";
    size_t rcpt;
    struct smtp_client c = ready(keywords);
    for (size_t i = 0; i < MANY; i++)
        rcpts[i] = (struct smtp_rcpt){.address = {name, sizeof name - 1}};
    mail = (struct smtp_mail){.rcpts = rcpts, .rcpt_count = MANY};
    ck_assert_int_eq(smtp_client_mail(&c, &mail, &rcpt), SMTP_OK);
    rest(&c);
    ck_assert_uint_gt(c.edge.out_len, SMTP_CLIENT_OUT_MIN - 64);
    ck_assert_uint_lt(c.said, MANY);
    ck_assert((smtp_edge_want(&c.edge) & SMTP_WANT_READ) != 0);
    return c;
}

/* MAIL is refused while recipients are still to be said: they are not said any more. */
START_TEST(test_mail_refused)
{
    struct smtp_client c = begin_group("250 PIPELINING\r\n");
    size_t said = c.said, n = c.edge.out_len;
    says(&c, "450 later\r\n");
    rest(&c);
    ck_assert_uint_eq(c.edge.out_len, n);
    smtp_edge_sent(&c.edge, n);
    for (size_t i = 1; i < said; i++) {
        says(&c, "503 x\r\n");
        rest(&c);
    }
    ck_assert_uint_eq(c.edge.out_len, 0);
    ck_assert_int_eq(c.phase, SMTP_CP_READY);
    ck_assert_int_eq(mail.outcome, SMTP_O_LATER);
    ck_assert_int_eq(rcpts[MANY - 1].outcome, SMTP_O_LATER);
}
END_TEST

/* A reply that is none, and no room for QUIT: broken off. */
START_TEST(test_no_room_for_quit)
{
    struct smtp_client c = begin_group("250 PIPELINING\r\n");
    says(&c, "what\r\n");
    ck_assert_int_eq(until(&c, SMTP_CE_CLOSED).fault, SMTP_E_REPLY_CODE);
    ck_assert_uint_eq(smtp_edge_want(&c.edge), SMTP_WANT_RESET);
    ck_assert_int_eq(mail.outcome, SMTP_O_NONE);
}
END_TEST

/* 421 while a group is under way: what has not left does not leave. */
START_TEST(test_421)
{
    struct smtp_client c = begin_group("250 PIPELINING\r\n");
    says(&c, "421 x\r\n");
    ck_assert_int_eq(until(&c, SMTP_CE_CLOSED).fault, SMTP_E_SERVICE);
    ck_assert_uint_eq(smtp_edge_want(&c.edge), SMTP_WANT_RESET);
    ck_assert_int_eq(mail.outcome, SMTP_O_LATER);
}
END_TEST

/* A line that is none, and then nothing: nobody is there for QUIT. */
START_TEST(test_end_behind_it)
{
    struct smtp_client c = ready("250 x\r\n");
    says(&c, "what\r\n");
    smtp_edge_ended(&c.edge, SMTP_END_CLOSE);
    ck_assert_int_eq(until(&c, SMTP_CE_CLOSED).fault, SMTP_E_REPLY_CODE);
    ck_assert_uint_eq(c.edge.out_len, 0);
}
END_TEST

/* Broken off: nothing leaves any more, but what came before is read. */
START_TEST(test_reset)
{
    struct smtp_client c;
    struct smtp_client_event ev;
    smtp_room in_room = {in, sizeof in}, out_room = {out, sizeof out};
    ck_assert_int_eq(smtp_client_init(&c, &config, in_room, out_room, 0), SMTP_OK);
    says(&c, "220 x\r\n250 x\r\n");
    smtp_edge_ended(&c.edge, SMTP_END_RESET);
    for (unsigned code = 220; code <= 250; code += 30) {
        ck_assert(smtp_client_next(&c, 0, &ev));
        ck_assert_int_eq(ev.kind, SMTP_CE_LINE);
        ck_assert_uint_eq(ev.code, code);
    }
    ck_assert(smtp_client_next(&c, 0, &ev));
    ck_assert_int_eq(ev.kind, SMTP_CE_CLOSED);
    ck_assert_int_eq(ev.fault, SMTP_E_BROKEN);
}
END_TEST

/* ---- requests to a server that answers what it has not read ---- */

START_TEST(test_ready_waits)
{
    struct smtp_client c = ready("250 x\r\n");
    struct smtp_client_event ev;
    ck_assert_int_eq(smtp_client_command(&c, SMTP_V_NOOP, SMTP_SPAN("x")), SMTP_OK);
    says(&c, "250 x\r\n");
    until(&c, SMTP_CE_REPLY);
    ck_assert(!next(&c, &ev));
    ck_assert_uint_ne(c.edge.deadline_ms, SMTP_NEVER);
    smtp_edge_sent(&c.edge, c.edge.out_len);
    until(&c, SMTP_CE_READY);
    ck_assert_uint_eq(c.edge.deadline_ms, SMTP_NEVER);
}
END_TEST

START_TEST(test_challenges)
{
    static char secret[9000];
    struct smtp_client c = ready("250 AUTH LOGIN\r\n");
    ck_assert_int_eq(smtp_client_auth(&c, SMTP_SPAN("LOGIN"), false, SMTP_SPAN("")), SMTP_OK);
    smtp_client_cancel(&c); /* there is nothing to cancel */
    smtp_edge_sent(&c.edge, c.edge.out_len);
    says(&c, "334 \r\n334 \r\n");
    until(&c, SMTP_CE_CHALLENGE);
    ck_assert(smtp_client_respond(&c, (smtp_span){secret, sizeof secret}));
    until(&c, SMTP_CE_CHALLENGE);
    ck_assert(!smtp_client_respond(&c, (smtp_span){secret, sizeof secret}));
    ck_assert(smtp_client_respond(&c, (smtp_span){secret, (12290 - 12002 - 4) / 4 * 3}));
    says(&c, "334 \r\n");
    until(&c, SMTP_CE_CHALLENGE);
    smtp_client_cancel(&c);
    until(&c, SMTP_CE_CLOSED);
    ck_assert_int_eq(c.fault, SMTP_E_BUFFER);
}
END_TEST

/* ---- text ---- */

static struct smtp_client begin_text(const char *keywords)
{
    size_t rcpt;
    struct smtp_client c = ready(keywords);
    rcpts[0] = (struct smtp_rcpt){.address = {"b@s.test", 8}};
    mail = (struct smtp_mail){.rcpts = rcpts, .rcpt_count = 1};
    ck_assert_int_eq(smtp_client_mail(&c, &mail, &rcpt), SMTP_OK);
    rest(&c);
    smtp_edge_sent(&c.edge, c.edge.out_len);
    says(&c, "250 x\r\n");
    rest(&c);
    smtp_edge_sent(&c.edge, c.edge.out_len);
    says(&c, "250 x\r\n");
    rest(&c);
    smtp_edge_sent(&c.edge, c.edge.out_len);
    return c;
}

START_TEST(test_asked_once)
{
    struct smtp_client_event ev;
    struct smtp_client c = begin_text("250 x\r\n");
    says(&c, "354 x\r\n");
    ev = until(&c, SMTP_CE_TEXT);
    ck_assert_uint_eq(ev.room, SMTP_CLIENT_OUT_MIN - 5);
    ck_assert(!next(&c, &ev));
    ck_assert_uint_eq(smtp_client_text(&c, SMTP_SPAN(""), false), 0);
    ck_assert(!next(&c, &ev));
    ck_assert_uint_eq(smtp_client_text(&c, SMTP_SPAN("a\r\n"), false), 3);
    ck_assert_uint_eq(smtp_client_text(&c, SMTP_SPAN("b\r\n"), false), 0); /* not asked */
    until(&c, SMTP_CE_TEXT);
    ck_assert_uint_eq(smtp_client_text(&c, SMTP_SPAN(""), true), 0);
    ck_assert(smtp_span_is(smtp_edge_out(&c.edge), SMTP_SPAN("a\r\n.\r\n")));
    ck_assert_uint_eq(smtp_client_text(&c, SMTP_SPAN("c\r\n"), true), 0); /* over */
}
END_TEST

/* Pieces larger than the room: a part is taken, the end only with the last of it. */
START_TEST(test_large_pieces)
{
    static char text[30000];
    struct smtp_client c = begin_text(_i == 0 ? "250 x\r\n" : "250 CHUNKING\r\n");
    size_t at = 0, rounds = 0;
    struct smtp_client_event ev;
    memset(text, 'x', sizeof text);
    if (_i == 0)
        says(&c, "354 x\r\n");
    for (; at < sizeof text; rounds++) {
        if (!c.asked)
            until(&c, SMTP_CE_TEXT);
        size_t n = smtp_client_text(&c, (smtp_span){text + at, sizeof text - at}, true);
        ck_assert_uint_gt(n, 0);
        ck_assert_uint_ge(c.edge.out_len, n);
        at += n;
        ck_assert(!next(&c, &ev)); /* nothing more until half of it has left */
        smtp_edge_sent(&c.edge, c.edge.out_len);
        if (_i == 1 && at < sizeof text)
            says(&c, "250 x\r\n");
    }
    ck_assert_uint_eq(rounds, 3);
    ck_assert_int_eq(c.phase, SMTP_CP_END);
    says(&c, "250 x\r\n");
    until(&c, SMTP_CE_DONE);
    ck_assert_int_eq(mail.outcome, SMTP_O_DELIVERED);
}
END_TEST

/* A reply in the middle of the text is none that anybody asked for; 421 may be. */
START_TEST(test_early_reply)
{
    struct smtp_client c = begin_text("250 x\r\n");
    says(&c, "354 x\r\n");
    until(&c, SMTP_CE_TEXT);
    ck_assert_uint_eq(smtp_client_text(&c, SMTP_SPAN("a\r\n"), false), 3);
    says(&c, _i == 0 ? "552 too big\r\n" : "421 down\r\n");
    struct smtp_client_event ev = until(&c, SMTP_CE_CLOSED);
    ck_assert_int_eq(ev.fault, _i == 0 ? SMTP_E_REPLY_UNASKED : SMTP_E_SERVICE);
    ck_assert_uint_eq(ev.code, _i == 0 ? 552 : 421);
    ck_assert_int_eq(mail.outcome, _i == 0 ? SMTP_O_NONE : SMTP_O_LATER);
    ck_assert_uint_eq(smtp_edge_want(&c.edge), SMTP_WANT_RESET);
}
END_TEST

/* The end was said and not counted as sent: what the server has of it nobody knows, and no more leaves. */
START_TEST(test_end_that_did_not_leave)
{
    struct smtp_client c = begin_text("250 x\r\n");
    says(&c, "354 x\r\n");
    until(&c, SMTP_CE_TEXT);
    ck_assert_uint_eq(smtp_client_text(&c, SMTP_SPAN("a\r\n"), true), 3);
    smtp_edge_sent(&c.edge, 5);
    says(&c, "what\r\n");
    until(&c, SMTP_CE_CLOSED);
    ck_assert_int_eq(mail.outcome, SMTP_O_UNKNOWN);
    ck_assert_uint_eq(smtp_edge_want(&c.edge), SMTP_WANT_RESET);
}
END_TEST

/* abandon() in any phase, twice, and behind QUIT. */
START_TEST(test_abandon)
{
    struct smtp_client c = ready("250 x\r\n");
    smtp_client_quit(&c);
    smtp_client_abandon(&c);
    smtp_client_abandon(&c);
    ck_assert_int_eq(until(&c, SMTP_CE_CLOSED).fault, SMTP_E_ABANDONED);
    c = ready("250 x\r\n");
    says(&c, "what\r\n");
    until(&c, SMTP_CE_LINE);
    smtp_client_abandon(&c);
    ck_assert_int_eq(until(&c, SMTP_CE_CLOSED).fault, SMTP_E_REPLY_CODE);
}
END_TEST

static Suite *full_suite(void)
{
    Suite *suite = suite_create("client_full");
    TCase *tcase = tcase_create("full");
    tcase_add_test(tcase, test_mail_refused);
    tcase_add_test(tcase, test_no_room_for_quit);
    tcase_add_test(tcase, test_421);
    tcase_add_test(tcase, test_end_behind_it);
    tcase_add_test(tcase, test_reset);
    tcase_add_test(tcase, test_ready_waits);
    tcase_add_test(tcase, test_challenges);
    tcase_add_test(tcase, test_asked_once);
    tcase_add_loop_test(tcase, test_large_pieces, 0, 2);
    tcase_add_loop_test(tcase, test_early_reply, 0, 2);
    tcase_add_test(tcase, test_end_that_did_not_leave);
    tcase_add_test(tcase, test_abandon);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(full_suite)
