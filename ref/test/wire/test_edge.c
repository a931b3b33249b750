#include <string.h>

#include "check_main.h"
#include "smtp/edge.h"

static char in_octets[8], out_octets[8];

static struct smtp_edge fresh(void)
{
    struct smtp_edge e;
    smtp_edge_init(&e, (smtp_room){in_octets, sizeof in_octets},
                   (smtp_room){out_octets, sizeof out_octets});
    return e;
}

static void arrive(struct smtp_edge *e, const char *text)
{
    smtp_room room = smtp_edge_room(e);
    ck_assert_uint_ge(room.n, strlen(text));
    memcpy(room.p, text, strlen(text));
    smtp_edge_got(e, strlen(text));
}

static void shows(smtp_span span, const char *text)
{
    ck_assert_uint_eq(span.n, strlen(text));
    ck_assert(span.n == 0 || memcmp(span.p, text, span.n) == 0);
}

static const struct {
    unsigned ask, want;
    bool hold, full, output;
    enum smtp_end end;
} wants[] = {
    {0, SMTP_WANT_READ, false, false, false, SMTP_END_NONE},
    {0, SMTP_WANT_READ | SMTP_WANT_WRITE, false, false, true, SMTP_END_NONE},
    {0, 0, true, false, false, SMTP_END_NONE},
    {0, 0, false, true, false, SMTP_END_NONE},
    {0, SMTP_WANT_WRITE, false, false, true, SMTP_END_CLOSE},
    {0, SMTP_WANT_WRITE, false, false, true, SMTP_END_CUT},
    {0, 0, false, false, true, SMTP_END_RESET},
    {0, 0, false, false, true, SMTP_END_REFUSED},
    {SMTP_WANT_REPLY, SMTP_WANT_REPLY | SMTP_WANT_READ, false, false, false, SMTP_END_NONE},
    {SMTP_WANT_TLS, SMTP_WANT_TLS | SMTP_WANT_WRITE, false, false, true, SMTP_END_NONE},
    {SMTP_WANT_TLS_END, SMTP_WANT_TLS_END, false, false, false, SMTP_END_NONE},
    {SMTP_WANT_SHUT, SMTP_WANT_SHUT | SMTP_WANT_READ, false, false, false, SMTP_END_NONE},
    {SMTP_WANT_CLOSE, SMTP_WANT_CLOSE | SMTP_WANT_WRITE, false, false, true, SMTP_END_NONE},
    {SMTP_WANT_RESET | SMTP_WANT_CLOSE, SMTP_WANT_RESET, false, false, true, SMTP_END_NONE},
};

START_TEST(test_want)
{
    struct smtp_edge e = fresh();
    e.ask = wants[_i].ask;
    e.hold = wants[_i].hold;
    if (wants[_i].full)
        arrive(&e, "12345678");
    if (wants[_i].output)
        ck_assert(smtp_edge_put(&e, SMTP_SPAN("x")));
    smtp_edge_ended(&e, wants[_i].end);
    ck_assert_uint_eq(smtp_edge_want(&e), wants[_i].want);
}
END_TEST

START_TEST(test_fresh)
{
    struct smtp_edge e = fresh();
    shows(smtp_edge_in(&e), "");
    shows(smtp_edge_out(&e), "");
    ck_assert(e.deadline_ms == SMTP_NEVER);
    ck_assert_uint_eq(smtp_edge_free(&e), 8);
}
END_TEST

START_TEST(test_input)
{
    struct smtp_edge e = fresh();
    arrive(&e, "abcdef");
    smtp_edge_take(&e, 4);
    shows(smtp_edge_in(&e), "ef");
    arrive(&e, "ghijkl"); /* what is left moves to the front and makes room */
    shows(smtp_edge_in(&e), "efghijkl");
    ck_assert_uint_eq(smtp_edge_room(&e).n, 0);
    ck_assert_uint_eq(smtp_edge_want(&e) & SMTP_WANT_READ, 0);
    smtp_edge_take(&e, 8);
    ck_assert_uint_eq(smtp_edge_room(&e).n, 8);
}
END_TEST

START_TEST(test_output)
{
    struct smtp_edge e = fresh();
    ck_assert(smtp_edge_put(&e, SMTP_SPAN("12345")));
    smtp_span shown = smtp_edge_out(&e);
    smtp_edge_sent(&e, 2);
    ck_assert_ptr_eq(smtp_edge_out(&e).p, shown.p + 2); /* handed out octets do not move */
    shows(smtp_edge_out(&e), "345");
    ck_assert(!smtp_edge_put(&e, SMTP_SPAN("6789"))); /* all or nothing */
    shows(smtp_edge_out(&e), "345");
    ck_assert(smtp_edge_put(&e, SMTP_SPAN("678")));
    ck_assert_uint_eq(smtp_edge_free(&e), 0);
    ck_assert(smtp_edge_put(&e, (smtp_span){NULL, 0}));
    shows(smtp_edge_out(&e), "345678");
    smtp_edge_sent(&e, 6);
    ck_assert_uint_eq(smtp_edge_free(&e), 8);
}
END_TEST

START_TEST(test_first_end_counts)
{
    struct smtp_edge e = fresh();
    smtp_edge_ended(&e, SMTP_END_CUT);
    smtp_edge_ended(&e, SMTP_END_CLOSE);
    ck_assert_int_eq(e.end, SMTP_END_CUT);
}
END_TEST

/* RFC 3207 4.2 */
START_TEST(test_tls_drops_input)
{
    struct smtp_edge e = fresh();
    bool ok = _i == 0;
    e.ask = SMTP_WANT_TLS | SMTP_WANT_REPLY;
    arrive(&e, "NOOP\r\n");
    ck_assert_uint_eq(smtp_edge_tls_done(&e, ok), 6);
    shows(smtp_edge_in(&e), "");
    ck_assert(e.secure == ok && e.tls_failed == !ok);
    ck_assert_uint_eq(e.ask, SMTP_WANT_REPLY);
}
END_TEST

START_TEST(test_tls_ended)
{
    struct smtp_edge e = fresh();
    ck_assert_uint_eq(smtp_edge_tls_done(&e, true), 0);
    e.ask = SMTP_WANT_TLS_END;
    smtp_edge_tls_ended(&e);
    ck_assert(!e.secure);
    ck_assert_uint_eq(smtp_edge_want(&e), SMTP_WANT_READ);
}
END_TEST

static Suite *edge_suite(void)
{
    Suite *suite = suite_create("edge");
    TCase *tcase = tcase_create("edge");
    tcase_add_loop_test(tcase, test_want, 0, (int)(sizeof wants / sizeof *wants));
    tcase_add_test(tcase, test_fresh);
    tcase_add_test(tcase, test_input);
    tcase_add_test(tcase, test_output);
    tcase_add_test(tcase, test_first_end_counts);
    tcase_add_loop_test(tcase, test_tls_drops_input, 0, 2);
    tcase_add_test(tcase, test_tls_ended);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(edge_suite)
