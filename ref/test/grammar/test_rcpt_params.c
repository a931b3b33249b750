#include <string.h>

#include "check_main.h"
#include "rule_table.h"
#include "smtp/params.h"

#define OK SMTP_OK
#define NOTIFY SMTP_E_PARAM_NOTIFY
#define ORCPT SMTP_E_PARAM_ORCPT
#define TWICE SMTP_E_PARAM_TWICE
#define UTF8 SMTP_LAX_UTF8

#define X10(s) s s s s s s s s s s
#define X490(s) X10(X10(s s s s)) X10(s s s s s s s s s)

/* In the form in which they are printed. */
static const struct rule_row rows[] = {
    {"5321-4.1.2", T(""), OK, 0, 0, 0},
    {"5321-4.1.1.11", T(" SIZE=1"), SMTP_NOMATCH, 0, 0, 0},
    /* NOTIFY */
    {"3461-4.1", T(" NOTIFY=NEVER"), OK, 13, 0, 0},
    {"3461-4.1", T(" NOTIFY=SUCCESS"), OK, 15, 0, 0},
    {"3461-4.1", T(" NOTIFY=FAILURE,DELAY"), OK, 21, 0, 0},
    {"3461-4.1", T(" NOTIFY=SUCCESS,FAILURE,DELAY"), OK, 29, 0, 0},
    {"3461-4.1", T(" NOTIFY"), NOTIFY, 7, 0, 0},
    {"3461-4.1", T(" NOTIFY=,"), NOTIFY, 9, 0, 0},
    {"3461-4.1", T(" NOTIFY=NEVE"), NOTIFY, 12, 0, 0},
    {"3461-4.1", T(" NOTIFY=NEVERS"), NOTIFY, 13, 0, 0},
    {"3461-4.1", T(" NOTIFY=NEVER,DELAY"), NOTIFY, 13, 0, 0},
    {"3461-4.1", T(" NOTIFY=NEVER,"), NOTIFY, 13, 0, 0},
    {"3461-4.1", T(" NOTIFY=,NEVER"), NOTIFY, 9, 0, 0},
    {"3461-4.1", T(" NOTIFY=DELAY,NEVER"), NOTIFY, 14, 0, 0},
    {"3461-4.1", T(" NOTIFY=DELAY;FAILURE"), NOTIFY, 13, 0, 0},
    {"3461-4.1", T(" NOTIFY=DELAY,FAIL"), NOTIFY, 18, 0, 0},
    {"3461-4.1", T(" NOTIFY=SOMETIMES"), NOTIFY, 9, 0, 0},
    {"3461-4.5", T(" NOTIFY=NEVER NOTIFY=NEVER"), TWICE, 21, 0, 0},
    /* ORCPT */
    {"3461-4.2", T(" ORCPT=rfc822;Bob@Example.COM"), OK, 29, 0, 0},
    {"3461-4.2", T(" ORCPT=RFC822;a+2Bb+20c@x"), OK, 25, 0, 0},
    {"3461-4.2", T(" ORCPT=x-1!*;not+40an+40address"), OK, 31, 0, 0},
    {"3461-4.2", T(" ORCPT=rfc822;"), OK, 14, 0, 0},
    {"3461-4.2", T(" ORCPT=rfc822;a;b"), OK, 17, 0, 0},
    {"3461-4.2", T(" ORCPT=rfc822;\\x{E9}@x"), OK, 22, 0, 0},
    {"3461-4.2", T(" ORCPT=rfc822;123" X490("x")), OK, 507, 0, 0},
    {"3461-4.2", T(" ORCPT=rfc822;123" X490("x") "x"), ORCPT, 507, 0, 0},
    {"3461-4.2", T(" ORCPT=rfc822;123" X490("x") "xx+"), ORCPT, 507, 0, 0},
    {"3461-4.2", T(" ORCPT"), ORCPT, 6, 0, 0},
    {"3461-4.2", T(" ORCPT=;a"), ORCPT, 7, 0, 0},
    {"3461-4.2", T(" ORCPT=a@b"), ORCPT, 8, 0, 0},
    {"3461-4.2", T(" ORCPT=rfc.822;a"), ORCPT, 10, 0, 0},
    {"3461-4.2", T(" ORCPT=rfc822"), ORCPT, 13, 0, 0},
    {"3461-4", T(" ORCPT=rfc822;a+2bb"), ORCPT, 17, 0, 0},
    {"3461-4.2", T(" ORCPT=rfc822;a+0D+0Ab"), ORCPT, 15, 0, 0},
    {"3461-4.2", T(" ORCPT=rfc822;+C3+A9"), ORCPT, 14, 0, 0},
    {"3461-4", T(" ORCPT=rfc822;\xc3\xa9"), ORCPT, 14, UTF8, 0},
    {"3461-4.5", T(" ORCPT=a;b ORCPT=a;b"), TWICE, 17, 0, 0},
    /* utf-8-addr-xtext */
    {"6533-3", T(" ORCPT=utf-8;bob@example.com"), OK, 28, 0, 0},
    {"6533-3", T(" ORCPT=UTF-8;\\x{E9}@example.com"), OK, 31, 0, 0},
    {"6533-3", T(" ORCPT=utf-8;\\x{01}\\x{19}\\x{10}\\x{20}\\x{2B}\\x{3D}\\x{7F}\\x{5C}"), OK, 61,
     0, 0},
    {"6533-3", T(" ORCPT=utf-8;\\x{80}\\x{ff}\\x{100}\\x{D7FF}\\x{e000}\\x{FFFF}"), OK, 56, 0, 0},
    {"6533-3", T(" ORCPT=utf-8;\\x{10000}\\x{FFFFF}\\x{100000}\\x{10FFFF}"), OK, 51, 0, 0},
    {"6533-3", T(" ORCPT=utf-8;"), ORCPT, 13, 0, 0},
    {"6533-3", T(" ORCPT=utf-8;a+2Bb"), ORCPT, 14, 0, 0},
    {"6533-3", T(" ORCPT=utf-8;a\\b"), ORCPT, 15, 0, 0},
    {"6533-3", T(" ORCPT=utf-8;a\\"), ORCPT, 15, 0, 0},
    {"6533-3", T(" ORCPT=utf-8;a\\x"), ORCPT, 16, 0, 0},
    {"6533-3", T(" ORCPT=utf-8;\\X{E9}"), ORCPT, 14, 0, 0},
    {"6533-3", T(" ORCPT=utf-8;\\x{}"), ORCPT, 16, 0, 0},
    {"6533-3", T(" ORCPT=utf-8;\\x{8}"), ORCPT, 16, 0, 0},
    {"6533-3", T(" ORCPT=utf-8;\\x{E9"), ORCPT, 18, 0, 0},
    {"6533-3", T(" ORCPT=utf-8;\\x{E9G}"), ORCPT, 18, 0, 0},
    {"6533-3", T(" ORCPT=utf-8;\\x{00}"), ORCPT, 16, 0, 0},
    {"6533-3", T(" ORCPT=utf-8;\\x{0A}"), ORCPT, 16, 0, 0},
    {"6533-3", T(" ORCPT=utf-8;\\x{1F}"), ORCPT, 16, 0, 0},
    {"6533-3", T(" ORCPT=utf-8;\\x{61}"), ORCPT, 16, 0, 0},
    {"6533-3", T(" ORCPT=utf-8;\\x{0E9}"), ORCPT, 16, 0, 0},
    {"6533-3", T(" ORCPT=utf-8;\\x{00E9}"), ORCPT, 16, 0, 0},
    {"6533-3", T(" ORCPT=utf-8;\\x{D800}"), ORCPT, 16, 0, 0},
    {"6533-3", T(" ORCPT=utf-8;\\x{DFFF}"), ORCPT, 16, 0, 0},
    {"6533-3", T(" ORCPT=utf-8;\\x{110000}"), ORCPT, 16, 0, 0},
    {"6533-3", T(" ORCPT=utf-8;\\x{01FFFF}"), ORCPT, 16, 0, 0},
    {"6533-3", T(" ORCPT=utf-8;\\x{1000000}"), ORCPT, 22, 0, 0},
    /* utf-8-addr-unitext */
    {"6533-3", T(" ORCPT=utf-8;j\xc3\xb6rg@example.com"), OK, 30, UTF8, UTF8},
    {"6533-3", T(" ORCPT=utf-8;j\xc3\xb6\\x{20}@b\xc3\xbc.example"), OK, 34, UTF8, UTF8},
    {"6533-3", T(" ORCPT=utf-8;j\xc3\xb6+2B"), ORCPT, 16, UTF8, 0},
    /* both */
    {"3461-4", T(" NOTIFY=NEVER ORCPT=rfc822;a@b"), OK, 30, 0, 0},
};
enum { ROWS = sizeof rows / sizeof *rows };

static bool prints_same(const struct smtp_rcpt_params *a, const struct smtp_rcpt_params *b)
{
    char left[1024], right[1024];
    size_t n = smtp_print_rcpt_params((smtp_room){left, sizeof left}, a);
    size_t m = smtp_print_rcpt_params((smtp_room){right, sizeof right}, b);
    ck_assert_uint_lt(n, sizeof left);
    return smtp_span_is((smtp_span){left, n}, (smtp_span){right, m});
}

/* All parameters of a text; those that are refused leave no trace. */
static enum smtp_fault parse(struct smtp_cursor *c, void *result)
{
    struct smtp_rcpt_params *out = result;
    struct smtp_cursor at = *c;
    struct smtp_param param;
    *out = (struct smtp_rcpt_params){.given = 0};
    while (smtp_param_next(&at, &param) == SMTP_OK) {
        size_t off = 0;
        struct smtp_rcpt_params before = *out;
        enum smtp_fault fault = smtp_parse_rcpt_param(&param, c->lax, out, &off);
        if (fault == SMTP_OK)
            continue;
        ck_assert(prints_same(&before, out));
        ck_assert((fault == SMTP_NOMATCH) == (smtp_rcpt_param_of(param.keyword) == 0));
        c->fault_at = param.value.p + off;
        return fault;
    }
    ck_assert_ptr_eq(at.at, at.end);
    *c = at;
    return SMTP_OK;
}

static size_t print(smtp_room to, const void *result)
{
    return smtp_print_rcpt_params(to, result);
}

START_TEST(test_rows)
{
    struct smtp_rcpt_params params;
    const struct rule rule = {parse, print, &params};
    const char *wrong = rule_check(&rule, &rows[_i]);
    ck_assert_msg(wrong == NULL, "%s", wrong);
}
END_TEST

/* Other spellings, and the one in which they are printed. */
static const struct {
    const char *clause, *in, *printed;
    unsigned lax;
} spellings[] = {
    {"3461-4.1", " notify=never", " NOTIFY=NEVER", 0},
    {"3461-4.1", " NOTIFY=Delay,Success", " NOTIFY=SUCCESS,DELAY", 0},
    {"3461-4.1", " NOTIFY=DELAY,DELAY", " NOTIFY=DELAY", 0},
    {"3461-4.1", " NOTIFY=,DELAY,,SUCCESS,", " NOTIFY=SUCCESS,DELAY", 0},
    {"5321-2.4", " orcpt=Utf-8;A", " ORCPT=Utf-8;A", 0},
    {"5321-4.1.2", " ORCPT=a;b NOTIFY=FAILURE", " NOTIFY=FAILURE ORCPT=a;b", 0},
    {"6533-3", " ORCPT=utf-8;\xe2\x82\xac", " ORCPT=utf-8;\xe2\x82\xac", UTF8},
};
enum { SPELLINGS = sizeof spellings / sizeof *spellings };

START_TEST(test_spellings)
{
    struct smtp_rcpt_params params, again;
    char text[128], twice[128];
    struct smtp_cursor c = smtp_cursor_of(smtp_span_of(spellings[_i].in), spellings[_i].lax);
    ck_assert_int_eq(parse(&c, &params), SMTP_OK);
    size_t n = print((smtp_room){text, sizeof text}, &params);
    ck_assert(smtp_span_is((smtp_span){text, n}, smtp_span_of(spellings[_i].printed)));
    c = smtp_cursor_of((smtp_span){text, n}, spellings[_i].lax);
    ck_assert_int_eq(parse(&c, &again), SMTP_OK);
    ck_assert_uint_eq(print((smtp_room){twice, sizeof twice}, &again), n);
    ck_assert_int_eq(memcmp(text, twice, n), 0);
}
END_TEST

START_TEST(test_values)
{
    struct smtp_rcpt_params p;
    struct smtp_cursor c = smtp_cursor_of(SMTP_SPAN(" NOTIFY=DELAY,SUCCESS ORCPT=rfc822;a+2Bb"), 0);
    ck_assert_int_eq(parse(&c, &p), SMTP_OK);
    ck_assert_uint_eq(p.given, SMTP_P_NOTIFY | SMTP_P_ORCPT);
    ck_assert_uint_eq(p.notify, SMTP_NOTIFY_SUCCESS | SMTP_NOTIFY_DELAY);
    ck_assert(smtp_span_is(p.orcpt_type, SMTP_SPAN("rfc822")));
    ck_assert(smtp_span_is(p.orcpt, SMTP_SPAN("a+2Bb")));
    ck_assert_uint_eq(smtp_rcpt_param_of(SMTP_SPAN("orcpt")), SMTP_P_ORCPT);
    ck_assert_uint_eq(smtp_rcpt_param_of(SMTP_SPAN("Notify")), SMTP_P_NOTIFY);
}
END_TEST

/* An octet that no parameter lets through can still be handed in by who made the parameter. */
START_TEST(test_foreign_octets)
{
    static const char *const values[] = {"utf-8;\xc3(", "utf-8;\x7f", "utf-8;\xff",
                                         "utf-8;a\xc3\xa9"};
    static const size_t places[] = {7, 6, 6, 7};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct smtp_param param = {SMTP_SPAN("ORCPT"), smtp_span_of(values[i]), true};
        struct smtp_rcpt_params out = {.given = 0};
        size_t off = 0;
        unsigned lax = i < 3 ? (unsigned)UTF8 : 0;
        ck_assert_int_eq(smtp_parse_rcpt_param(&param, lax, &out, &off), ORCPT);
        ck_assert_uint_eq(off, places[i]);
    }
}
END_TEST

static Suite *rcpt_params_suite(void)
{
    Suite *suite = suite_create("rcpt params");
    TCase *tcase = tcase_create("rcpt params");
    tcase_add_loop_test(tcase, test_rows, 0, ROWS);
    tcase_add_loop_test(tcase, test_spellings, 0, SPELLINGS);
    tcase_add_test(tcase, test_values);
    tcase_add_test(tcase, test_foreign_octets);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(rcpt_params_suite)
