#include <string.h>

#include "check_main.h"
#include "guard.h"
#include "rule_table.h"
#include "smtp/reply.h"

/* Behind "220 ": ( Domain / address-literal ) [ SP textstring ] */
static const struct {
    const char *clause;
    smtp_span text;
    enum smtp_fault fault;
    const char *host;
} greetings[] = {
    {"5321-4.2", T("foo.com Simple Mail Transfer Service Ready"), SMTP_OK, "foo.com"},
    {"5321-4.2", T("foo.com"), SMTP_OK, "foo.com"},
    {"5321-4.2", T("[192.0.2.1] ESMTP"), SMTP_OK, "[192.0.2.1]"},
    {"5321-4.2", T("foo.com \tx"), SMTP_OK, "foo.com"},
    {"5321-4.2", T(""), SMTP_E_GREETING, ""},
    {"5321-4.2", T(" foo.com"), SMTP_E_GREETING, ""},
    {"5321-4.2", T("-foo ESMTP"), SMTP_E_GREETING, ""},
    {"5321-4.2", T("foo_bar ESMTP"), SMTP_E_GREETING, ""},
    {"5321-4.2", T("foo.com. ESMTP"), SMTP_E_GREETING, ""},
    {"5321-4.2", T("foo.com, hello"), SMTP_E_GREETING, ""},
    {"5321-4.2", T("foo.com "), SMTP_E_GREETING, ""},
    {"5321-4.2", T("foo.com\tx"), SMTP_E_GREETING, ""},
    {"5321-4.2", T("foo.com x\x01"), SMTP_E_GREETING, ""},
    {"5321-4.2", T("[192.0.2] ESMTP"), SMTP_E_GREETING, ""},
};
enum { GREETINGS = sizeof greetings / sizeof *greetings };

START_TEST(test_greetings)
{
    smtp_span text = guard_copy(greetings[_i].text);
    struct smtp_domain host = {.kind = SMTP_D_NONE};
    ck_assert_msg(smtp_parse_greeting(text, &host) == greetings[_i].fault, "%s",
                  greetings[_i].text.p);
    ck_assert(smtp_span_is(host.text, smtp_span_of(greetings[_i].host)));
    guard_free(text);
}
END_TEST

/* ehlo-line = ehlo-keyword *( SP ehlo-param ) */
static const struct {
    const char *clause;
    smtp_span text;
    enum smtp_fault fault;
    size_t at;
    const char *keyword, *params;
    size_t count;
} lines[] = {
    {"5321-4.1.1.1", T("8BITMIME"), SMTP_OK, 0, "8BITMIME", "", 0},
    {"5321-4.1.1.1", T("SIZE"), SMTP_OK, 0, "SIZE", "", 0},
    {"5321-4.1.1.1", T("SIZE 1000"), SMTP_OK, 0, "SIZE", "1000", 1},
    {"5321-4.1.1.1", T("AUTH PLAIN LOGIN"), SMTP_OK, 0, "AUTH", "PLAIN LOGIN", 2},
    {"5321-4.1.1.1", T("x"), SMTP_OK, 0, "x", "", 0},
    {"5321-4.1.1.1", T("X-A-"), SMTP_OK, 0, "X-A-", "", 0},
    {"5321-4.1.1.1", T("LIMITS RCPTMAX=9 ~!"), SMTP_OK, 0, "LIMITS", "RCPTMAX=9 ~!", 2},
    {"5321-4.1.1.1", T(""), SMTP_E_EHLO_LINE, 0, "", "", 0},
    {"5321-4.1.1.1", T(" SIZE"), SMTP_E_EHLO_LINE, 0, "", "", 0},
    {"5321-4.1.1.1", T("-SIZE"), SMTP_E_EHLO_LINE, 0, "", "", 0},
    {"5321-4.1.1.1", T("AUTH=LOGIN"), SMTP_E_EHLO_LINE, 4, "", "", 0},
    {"5321-4.1.1.1", T("X_Y"), SMTP_E_EHLO_LINE, 1, "", "", 0},
    {"5321-4.1.1.1", T("SIZE "), SMTP_E_EHLO_LINE, 5, "", "", 0},
    {"5321-4.1.1.1", T("SIZE  1"), SMTP_E_EHLO_LINE, 5, "", "", 0},
    {"5321-4.1.1.1", T("SIZE 1 "), SMTP_E_EHLO_LINE, 7, "", "", 0},
    {"5321-4.1.1.1", T("SIZE\t1"), SMTP_E_EHLO_LINE, 4, "", "", 0},
    {"5321-4.1.1.1", T("SIZE 1\t2"), SMTP_E_EHLO_LINE, 6, "", "", 0},
    {"5321-4.1.1.1", T("SIZE \x7f"), SMTP_E_EHLO_LINE, 5, "", "", 0},
    {"5321-4.1.1.1", T("SIZE \xe9"), SMTP_E_EHLO_LINE, 5, "", "", 0},
};
enum { LINES = sizeof lines / sizeof *lines };

START_TEST(test_lines)
{
    smtp_span text = guard_copy(lines[_i].text);
    struct smtp_ehlo_keyword k = {.keyword = {NULL, 0}};
    size_t off = SIZE_MAX;
    ck_assert_int_eq(smtp_parse_ehlo_line(text, &k, &off), lines[_i].fault);
    ck_assert(smtp_span_is(k.keyword, smtp_span_of(lines[_i].keyword)));
    ck_assert(smtp_span_is(k.params, smtp_span_of(lines[_i].params)));
    ck_assert_uint_eq(off, lines[_i].fault == SMTP_OK ? SIZE_MAX : lines[_i].at);
    smtp_span params = k.params, param;
    size_t count = 0;
    while (smtp_ehlo_param_next(&params, &param)) {
        ck_assert_uint_gt(param.n, 0);
        ck_assert_ptr_null(memchr(param.p, ' ', param.n));
        count++;
    }
    ck_assert_uint_eq(count, lines[_i].count);
    ck_assert_uint_eq(params.n, 0);
    guard_free(text);
}
END_TEST

START_TEST(test_params)
{
    smtp_span params = SMTP_SPAN("PLAIN LOGIN"), param;
    ck_assert(smtp_ehlo_param_next(&params, &param));
    ck_assert(smtp_span_is(param, SMTP_SPAN("PLAIN")));
    ck_assert(smtp_ehlo_param_next(&params, &param));
    ck_assert(smtp_span_is(param, SMTP_SPAN("LOGIN")));
    ck_assert(!smtp_ehlo_param_next(&params, &param));
}
END_TEST

static Suite *ehlo_suite(void)
{
    Suite *suite = suite_create("ehlo");
    TCase *tcase = tcase_create("ehlo");
    tcase_add_loop_test(tcase, test_greetings, 0, GREETINGS);
    tcase_add_loop_test(tcase, test_lines, 0, LINES);
    tcase_add_test(tcase, test_params);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(ehlo_suite)
