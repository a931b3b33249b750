#include <string.h>

#include "check_main.h"
#include "rule_table.h"
#include "smtp/params.h"

#define OK SMTP_OK
#define SIZE SMTP_E_PARAM_SIZE
#define BODY SMTP_E_PARAM_BODY
#define RET SMTP_E_PARAM_RET
#define ENVID SMTP_E_PARAM_ENVID
#define AUTH SMTP_E_PARAM_AUTH
#define BY SMTP_E_PARAM_BY
#define HOLD SMTP_E_PARAM_HOLD
#define PRIORITY SMTP_E_PARAM_PRIORITY
#define TWICE SMTP_E_PARAM_TWICE
#define VALUE SMTP_E_PARAM_VALUE
#define UTF8 SMTP_LAX_UTF8

#define X10(s) s s s s s s s s s s
#define X100(s) X10(X10(s))

/* In the form in which they are printed. */
static const struct rule_row rows[] = {
    {"5321-4.1.2", T(""), OK, 0, 0, 0},
    {"5321-4.1.1.11", T(" X-OTHER=1"), SMTP_NOMATCH, 0, 0, 0},
    {"5321-4.1.1.11", T(" NOTIFY=NEVER"), SMTP_NOMATCH, 0, 0, 0},
    {"5321-4.1.1.11", T(" SIZ=1"), SMTP_NOMATCH, 0, 0, 0},
    {"5321-4.1.1.11", T(" SIZES=1"), SMTP_NOMATCH, 0, 0, 0},
    /* SIZE: 1*20DIGIT */
    {"1870-4", T(" SIZE=0"), OK, 7, 0, 0},
    {"1870-4", T(" SIZE=1000000"), OK, 13, 0, 0},
    {"1870-4", T(" SIZE=18446744073709551615"), OK, 26, 0, 0},
    {"1870-4", T(" SIZE"), SIZE, 5, 0, 0},
    {"1870-4", T(" SIZE=x"), SIZE, 6, 0, 0},
    {"1870-4", T(" SIZE=1x"), SIZE, 7, 0, 0},
    {"1870-4", T(" SIZE=-1"), SIZE, 6, 0, 0},
    {"1870-4", T(" SIZE=000000000000000000001"), SIZE, 26, 0, 0},
    {"5321-4.1.1.11", T(" SIZE=1 SIZE=2"), TWICE, 13, 0, 0},
    /* BODY */
    {"6152-2", T(" BODY=7BIT"), OK, 10, 0, 0},
    {"6152-2", T(" BODY=8BITMIME"), OK, 14, 0, 0},
    {"3030-3", T(" BODY=BINARYMIME"), OK, 16, 0, 0},
    {"6152-2", T(" BODY"), BODY, 5, 0, 0},
    {"6152-2", T(" BODY=8BIT"), BODY, 10, 0, 0},
    {"6152-2", T(" BODY=8BITMIMEX"), BODY, 14, 0, 0},
    {"6152-2", T(" BODY=9"), BODY, 6, 0, 0},
    {"3030-3", T(" BODY=BINARY"), BODY, 12, 0, 0},
    {"6152-2", T(" BODY=7BIT BODY=7BIT"), TWICE, 16, 0, 0},
    /* no value */
    {"6531-3.1", T(" SMTPUTF8"), OK, 9, 0, 0},
    {"6531-3.1", T(" SMTPUTF8=1"), VALUE, 10, 0, 0},
    {"6531-3.1", T(" SMTPUTF8 SMTPUTF8"), TWICE, 18, 0, 0},
    {"8689-2", T(" REQUIRETLS"), OK, 11, 0, 0},
    {"8689-2", T(" REQUIRETLS=yes"), VALUE, 12, 0, 0},
    {"8689-2", T(" REQUIRETLS REQUIRETLS"), TWICE, 22, 0, 0},
    /* RET */
    {"3461-4.3", T(" RET=FULL"), OK, 9, 0, 0},
    {"3461-4.3", T(" RET=HDRS"), OK, 9, 0, 0},
    {"3461-4.3", T(" RET"), RET, 4, 0, 0},
    {"3461-4.3", T(" RET=FUL"), RET, 8, 0, 0},
    {"3461-4.3", T(" RET=FULLY"), RET, 9, 0, 0},
    {"3461-4.3", T(" RET=NONE"), RET, 5, 0, 0},
    {"3461-4.5", T(" RET=FULL RET=FULL"), TWICE, 14, 0, 0},
    /* ENVID */
    {"3461-4.4", T(" ENVID=QQ314159"), OK, 15, 0, 0},
    {"3461-4.4", T(" ENVID=a+20b+09c"), OK, 16, 0, 0},
    {"3461-4.4", T(" ENVID=" X100("x")), OK, 107, 0, 0},
    {"3461-4.4", T(" ENVID=" X100("x") "x"), ENVID, 107, 0, 0},
    {"3461-4.4", T(" ENVID=" X100("x") "x+"), ENVID, 107, 0, 0},
    {"3461-4.4", T(" ENVID"), ENVID, 6, 0, 0},
    {"3461-4", T(" ENVID=a+2b"), ENVID, 10, 0, 0},
    {"3461-4", T(" ENVID=a+"), ENVID, 9, 0, 0},
    {"3461-4.4", T(" ENVID=a+0D+0A"), ENVID, 8, 0, 0},
    {"3461-4.4", T(" ENVID=+00"), ENVID, 7, 0, 0},
    {"3461-4.4", T(" ENVID=+7F"), ENVID, 7, 0, 0},
    {"3461-4.4", T(" ENVID=ab+E9"), ENVID, 9, 0, 0},
    {"3461-4", T(" ENVID=ab\xc3\xa9"), ENVID, 9, UTF8, 0},
    {"3461-4.5", T(" ENVID=a ENVID=a"), TWICE, 15, 0, 0},
    /* AUTH */
    {"4954-5", T(" AUTH=<>"), OK, 8, 0, 0},
    {"4954-5", T(" AUTH=e+3Dmc2@example.com"), OK, 25, 0, 0},
    {"4954-8", T(" AUTH=e+3dmc2@example.com"), OK, 25, 0, 0},
    {"4954-8", T(" AUTH=e+3gmc2@example.com"), AUTH, 9, 0, 0},
    {"4954-8", T(" AUTH=e+3`mc2@example.com"), AUTH, 9, 0, 0},
    {"4954-5", T(" AUTH=\"a+20b\"@[192.0.2.1]"), OK, 25, 0, 0},
    {"4954-5", T(" AUTH=" X63("x") "x@example.com"), OK, 82, 0, 0},
    {"4954-5", T(" AUTH"), AUTH, 5, 0, 0},
    {"4954-5", T(" AUTH=<"), AUTH, 6, 0, 0},
    {"4954-5", T(" AUTH=<>x"), AUTH, 6, 0, 0},
    {"4954-5", T(" AUTH=<a@example.com>"), AUTH, 6, 0, 0},
    {"4954-5", T(" AUTH=a"), AUTH, 7, 0, 0},
    {"4954-5", T(" AUTH=a@"), AUTH, 8, 0, 0},
    {"4954-5", T(" AUTH=+61+62@-"), AUTH, 13, 0, 0},
    {"4954-5", T(" AUTH=+61+62+20c@x.example"), AUTH, 12, 0, 0},
    {"4954-5", T(" AUTH=a@b.example+20"), AUTH, 17, 0, 0},
    {"4954-5", T(" AUTH=" X64("+61") "+61@example.com"), AUTH, 198, 0, 0},
    {"4954-5", T(" AUTH=a@" X100("+61+2E") X100("b.")), AUTH, 663, 0, 0},
    {"3461-4", T(" AUTH=a+4@example.com"), AUTH, 9, 0, 0},
    {"6531-3.3", T(" AUTH=+C3+A9@example.com"), AUTH, 6, 0, 0},
    {"6531-3.3", T(" AUTH=+C3+A9@example.com"), OK, 24, UTF8, 0},
    {"6531-3.3", T(" AUTH=a+C3+28@example.com"), AUTH, 10, UTF8, 0},
    {"3461-4", T(" AUTH=\xc3\xa9@example.com"), AUTH, 6, UTF8, 0},
    {"4954-5", T(" AUTH=<> AUTH=<>"), TWICE, 14, 0, 0},
    /* BY */
    {"2852-4", T(" BY=120;R"), OK, 9, 0, 0},
    {"2852-4", T(" BY=1;RT"), OK, 8, 0, 0},
    {"2852-4", T(" BY=0;N"), OK, 7, 0, 0},
    {"2852-4", T(" BY=-999999999;NT"), OK, 17, 0, 0},
    {"2852-4", T(" BY=999999999;R"), OK, 15, 0, 0},
    {"2852-4", T(" BY"), BY, 3, 0, 0},
    {"2852-4", T(" BY=R"), BY, 4, 0, 0},
    {"2852-4", T(" BY=-;N"), BY, 5, 0, 0},
    {"2852-4", T(" BY=+-1;N"), BY, 5, 0, 0},
    {"2852-4", T(" BY=120"), BY, 7, 0, 0},
    {"2852-4", T(" BY=120;"), BY, 8, 0, 0},
    {"2852-4", T(" BY=120;T"), BY, 8, 0, 0},
    {"2852-4", T(" BY=120;RTT"), BY, 10, 0, 0},
    {"2852-4", T(" BY=0;R"), BY, 6, 0, 0},
    {"2852-4", T(" BY=-1;R"), BY, 7, 0, 0},
    {"2852-4", T(" BY=1000000000;N"), BY, 13, 0, 0},
    {"2852-4", T(" BY=1;N BY=1;N"), TWICE, 11, 0, 0},
    /* HOLDFOR: integer in the range 1-999999999 */
    {"4865-3", T(" HOLDFOR=1"), OK, 10, 0, 0},
    {"4865-3", T(" HOLDFOR=999999999"), OK, 18, 0, 0},
    {"4865-3", T(" HOLDFOR"), HOLD, 8, 0, 0},
    {"4865-3", T(" HOLDFOR=0"), HOLD, 9, 0, 0},
    {"4865-3", T(" HOLDFOR=01"), HOLD, 9, 0, 0},
    {"4865-3", T(" HOLDFOR=x"), HOLD, 9, 0, 0},
    {"4865-3", T(" HOLDFOR=1000000000"), HOLD, 18, 0, 0},
    {"4865-3", T(" HOLDFOR=60s"), HOLD, 11, 0, 0},
    /* HOLDUNTIL: date-time of RFC 3339 (erratum 2040), in UTC */
    {"4865-3", T(" HOLDUNTIL=2026-02-28T12:30:00Z"), OK, 31, 0, 0},
    {"4865-3", T(" HOLDUNTIL=2024-02-29t00:00:00z"), OK, 31, 0, 0},
    {"4865-3", T(" HOLDUNTIL=2026-12-31T23:59:60Z"), OK, 31, 0, 0},
    {"4865-3", T(" HOLDUNTIL=2026-12-31T23:59:59.25Z"), OK, 34, 0, 0},
    {"4865-3", T(" HOLDUNTIL=2026-01-01T00:00:00+00:00"), OK, 36, 0, 0},
    {"4865-3", T(" HOLDUNTIL=2026-01-01T00:00:00-00:00"), OK, 36, 0, 0},
    {"4865-3", T(" HOLDUNTIL"), HOLD, 10, 0, 0},
    {"4865-3", T(" HOLDUNTIL=26-01-01T00:00:00Z"), HOLD, 13, 0, 0},
    {"4865-3", T(" HOLDUNTIL=0000-01-01T00:00:00Z"), HOLD, 11, 0, 0},
    {"4865-3", T(" HOLDUNTIL=1899-12-31T23:59:59Z"), HOLD, 11, 0, 0},
    {"4865-3", T(" HOLDUNTIL=1900-01-01T00:00:00Z"), OK, 31, 0, 0},
    {"4865-3", T(" HOLDUNTIL=9999-12-31T23:59:59Z"), OK, 31, 0, 0},
    {"4865-3", T(" HOLDUNTIL=2026-00-01T00:00:00Z"), HOLD, 16, 0, 0},
    {"4865-3", T(" HOLDUNTIL=2026-13-01T00:00:00Z"), HOLD, 16, 0, 0},
    {"4865-3", T(" HOLDUNTIL=2026/01-01T00:00:00Z"), HOLD, 15, 0, 0},
    {"4865-3", T(" HOLDUNTIL=2026-01/01T00:00:00Z"), HOLD, 18, 0, 0},
    {"4865-3", T(" HOLDUNTIL=2026-02-29T00:00:00Z"), HOLD, 19, 0, 0},
    {"4865-3", T(" HOLDUNTIL=2026-02-00T00:00:00Z"), HOLD, 19, 0, 0},
    {"4865-3", T(" HOLDUNTIL=2026-01-01"), HOLD, 21, 0, 0},
    {"4865-3", T(" HOLDUNTIL=2026-01-01_00:00:00Z"), HOLD, 21, 0, 0},
    {"4865-3", T(" HOLDUNTIL=2026-01-01T24:00:00Z"), HOLD, 22, 0, 0},
    {"4865-3", T(" HOLDUNTIL=2026-01-01T00.00:00Z"), HOLD, 24, 0, 0},
    {"4865-3", T(" HOLDUNTIL=2026-01-01T00:60:00Z"), HOLD, 25, 0, 0},
    {"4865-3", T(" HOLDUNTIL=2026-01-01T00:00Z"), HOLD, 27, 0, 0},
    {"4865-3", T(" HOLDUNTIL=2026-01-01T23:58:60Z"), HOLD, 28, 0, 0},
    {"4865-3", T(" HOLDUNTIL=2026-01-01T22:59:60Z"), HOLD, 28, 0, 0},
    {"4865-3", T(" HOLDUNTIL=2026-01-01T23:59:61Z"), HOLD, 28, 0, 0},
    {"4865-3", T(" HOLDUNTIL=2026-01-01T00:00:00"), HOLD, 30, 0, 0},
    {"4865-3", T(" HOLDUNTIL=2026-01-01T00:00:00.Z"), HOLD, 31, 0, 0},
    {"4865-3", T(" HOLDUNTIL=2026-01-01T00:00:00+01:00"), HOLD, 32, 0, 0},
    {"4865-3", T(" HOLDUNTIL=2026-01-01T00:00:00ZZ"), HOLD, 31, 0, 0},
    {"4865-4.1", T(" HOLDFOR=1 HOLDFOR=1"), TWICE, 19, 0, 0},
    {"4865-4.1", T(" HOLDFOR=1 HOLDUNTIL=2026-01-01T00:00:00Z"), TWICE, 21, 0, 0},
    {"4865-4.1", T(" HOLDUNTIL=2026-01-01T00:00:00Z HOLDFOR=1"), TWICE, 40, 0, 0},
    /* MT-PRIORITY */
    {"6710-7", T(" MT-PRIORITY=0"), OK, 14, 0, 0},
    {"6710-7", T(" MT-PRIORITY=9"), OK, 14, 0, 0},
    {"6710-7", T(" MT-PRIORITY=-9"), OK, 15, 0, 0},
    {"6710-7", T(" MT-PRIORITY"), PRIORITY, 12, 0, 0},
    {"6710-7", T(" MT-PRIORITY=-0"), PRIORITY, 14, 0, 0},
    {"6710-7", T(" MT-PRIORITY=+1"), PRIORITY, 13, 0, 0},
    {"6710-7", T(" MT-PRIORITY=-"), PRIORITY, 14, 0, 0},
    {"6710-7", T(" MT-PRIORITY=00"), PRIORITY, 14, 0, 0},
    {"6710-7", T(" MT-PRIORITY=10"), PRIORITY, 14, 0, 0},
    {"6710-4.1", T(" MT-PRIORITY=1 MT-PRIORITY=1"), TWICE, 27, 0, 0},
    /* many */
    {"5321-4.1.2",
     T(" SIZE=1 BODY=7BIT SMTPUTF8 RET=HDRS ENVID=x AUTH=<> REQUIRETLS BY=1;N HOLDFOR=1 "
       "MT-PRIORITY=1"),
     OK, 93, 0, 0},
};
enum { ROWS = sizeof rows / sizeof *rows };

static bool prints_same(const struct smtp_mail_params *a, const struct smtp_mail_params *b)
{
    char left[1024], right[1024];
    size_t n = smtp_print_mail_params((smtp_room){left, sizeof left}, a);
    size_t m = smtp_print_mail_params((smtp_room){right, sizeof right}, b);
    ck_assert_uint_lt(n, sizeof left);
    return smtp_span_is((smtp_span){left, n}, (smtp_span){right, m});
}

/* All parameters of a text; those that are refused leave no trace. */
static enum smtp_fault parse(struct smtp_cursor *c, void *result)
{
    struct smtp_mail_params *out = result;
    struct smtp_cursor at = *c;
    struct smtp_param param;
    *out = (struct smtp_mail_params){.given = 0};
    while (smtp_param_next(&at, &param) == SMTP_OK) {
        size_t off = 0;
        struct smtp_mail_params before = *out;
        enum smtp_fault fault = smtp_parse_mail_param(&param, c->lax, out, &off);
        if (fault == SMTP_OK)
            continue;
        ck_assert(prints_same(&before, out));
        ck_assert((fault == SMTP_NOMATCH) == (smtp_mail_param_of(param.keyword) == 0));
        c->fault_at = param.value.p + off;
        return fault;
    }
    ck_assert_ptr_eq(at.at, at.end);
    *c = at;
    return SMTP_OK;
}

static size_t print(smtp_room to, const void *result)
{
    return smtp_print_mail_params(to, result);
}

START_TEST(test_rows)
{
    struct smtp_mail_params params;
    const struct rule rule = {parse, print, &params};
    const char *wrong = rule_check(&rule, &rows[_i]);
    ck_assert_msg(wrong == NULL, "%s", wrong);
}
END_TEST

/* Other spellings, and the one in which they are printed. */
static const struct {
    const char *clause, *in, *printed;
} spellings[] = {
    {"5321-2.4", " size=007", " SIZE=7"},
    {"1870-4", " SIZE=99999999999999999999", " SIZE=18446744073709551615"},
    {"6152-2", " body=8BitMime", " BODY=8BITMIME"},
    {"5321-2.4", " smtputf8 requiretls", " SMTPUTF8 REQUIRETLS"},
    {"3461-4.3", " ret=hdrs", " RET=HDRS"},
    {"2852-4", " BY=+5;rt", " BY=5;RT"},
    {"2852-4", " BY=-0;n", " BY=0;N"},
    {"2852-4", " BY=007;N", " BY=7;N"},
    {"6710-7", " mt-priority=-1", " MT-PRIORITY=-1"},
    {"5321-4.1.2", " MT-PRIORITY=3 AUTH=<> SIZE=1", " SIZE=1 AUTH=<> MT-PRIORITY=3"},
};
enum { SPELLINGS = sizeof spellings / sizeof *spellings };

START_TEST(test_spellings)
{
    struct smtp_mail_params params, again;
    char text[128], twice[128];
    struct smtp_cursor c = smtp_cursor_of(smtp_span_of(spellings[_i].in), 0);
    ck_assert_int_eq(parse(&c, &params), SMTP_OK);
    size_t n = print((smtp_room){text, sizeof text}, &params);
    ck_assert(smtp_span_is((smtp_span){text, n}, smtp_span_of(spellings[_i].printed)));
    c = smtp_cursor_of((smtp_span){text, n}, 0);
    ck_assert_int_eq(parse(&c, &again), SMTP_OK);
    ck_assert_uint_eq(print((smtp_room){twice, sizeof twice}, &again), n);
    ck_assert_int_eq(memcmp(text, twice, n), 0);
}
END_TEST

static struct smtp_mail_params read_all(const char *text)
{
    struct smtp_mail_params params;
    struct smtp_cursor c = smtp_cursor_of(smtp_span_of(text), 0);
    ck_assert_int_eq(parse(&c, &params), SMTP_OK);
    return params;
}

START_TEST(test_values)
{
    struct smtp_mail_params p = read_all(" SIZE=5 BODY=BINARYMIME RET=FULL ENVID=a+20b AUTH=x@y");
    ck_assert_uint_eq(p.given, SMTP_P_SIZE | SMTP_P_BODY | SMTP_P_RET | SMTP_P_ENVID | SMTP_P_AUTH);
    ck_assert_uint_eq(p.size, 5);
    ck_assert_int_eq(p.body, SMTP_BODY_BINARYMIME);
    ck_assert_int_eq(p.ret, SMTP_RET_FULL);
    ck_assert(smtp_span_is(p.envid, SMTP_SPAN("a+20b")));
    ck_assert(smtp_span_is(p.auth, SMTP_SPAN("x@y")));
}
END_TEST

START_TEST(test_times)
{
    struct smtp_mail_params p =
        read_all(" BY=-7;NT MT-PRIORITY=-4 HOLDUNTIL=1970-01-02T00:00:01.9Z");
    ck_assert_uint_eq(p.given, SMTP_P_BY | SMTP_P_MT_PRIORITY | SMTP_P_HOLDUNTIL);
    ck_assert_int_eq(p.by.seconds, -7);
    ck_assert(!p.by.returns && p.by.trace);
    ck_assert_int_eq(p.priority, -4);
    ck_assert_int_eq(p.hold_until_s, 86401);
    p = read_all(" BY=7;R HOLDFOR=86400");
    ck_assert_int_eq(p.by.seconds, 7);
    ck_assert(p.by.returns && !p.by.trace);
    ck_assert_uint_eq(p.hold_for, 86400);
}
END_TEST

START_TEST(test_keywords)
{
    ck_assert_uint_eq(smtp_mail_param_of(SMTP_SPAN("size")), SMTP_P_SIZE);
    ck_assert_uint_eq(smtp_mail_param_of(SMTP_SPAN("Mt-Priority")), SMTP_P_MT_PRIORITY);
    ck_assert_uint_eq(smtp_mail_param_of(SMTP_SPAN("ORCPT")), 0);
    ck_assert_uint_eq(smtp_mail_param_of(SMTP_SPAN("")), 0);
}
END_TEST

static Suite *mail_params_suite(void)
{
    Suite *suite = suite_create("mail params");
    TCase *tcase = tcase_create("mail params");
    tcase_add_loop_test(tcase, test_rows, 0, ROWS);
    tcase_add_loop_test(tcase, test_spellings, 0, SPELLINGS);
    tcase_add_test(tcase, test_values);
    tcase_add_test(tcase, test_times);
    tcase_add_test(tcase, test_keywords);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(mail_params_suite)
