#include <string.h>

#include "check_main.h"
#include "rule_table.h"

#define OK SMTP_OK
#define NOT SMTP_NOMATCH
#define BAD SMTP_E_DOMAIN
#define US SMTP_LAX_UNDERSCORE

static const struct rule_row rows[] = {
    /* sub-domain = Let-dig [Ldh-str] */
    {"5321-4.1.2", T("a"), OK, 1, 0, 0},
    {"5321-4.1.2", T("7"), OK, 1, 0, 0},
    {"5321-4.1.2", T("ab"), OK, 2, 0, 0},
    {"5321-4.1.2", T("a-b"), OK, 3, 0, 0},
    {"5321-4.1.2", T("a--b"), OK, 4, 0, 0},
    {"5321-4.1.2", T("a-1"), OK, 3, 0, 0},
    {"5321-4.1.2", T("xn--nxasmq6b"), OK, 12, 0, 0},
    {"5321-4.1.2", T("3com"), OK, 4, 0, 0},
    {"5321-4.1.2", T(""), NOT, 0, 0, 0},
    {"5321-4.1.2", T("-a"), NOT, 0, 0, 0},
    {"5321-4.1.2", T("-"), NOT, 0, 0, 0},
    {"5321-4.1.2", T("[a]"), NOT, 0, 0, 0},
    {"5321-4.1.2", T(" a"), NOT, 0, 0, 0},
    {"5321-4.1.2", T("\xe9"), NOT, 0, 0, 0},
    {"5321-4.1.2", T("\0"), NOT, 0, 0, 0},
    {"5321-4.1.2", T("a-"), BAD, 2, 0, 0},
    {"5321-4.1.2", T("a--"), BAD, 3, 0, 0},
    {"5321-4.1.2", T("a-.b"), BAD, 2, 0, 0},
    {"5321-4.1.2", T("a->"), BAD, 2, 0, 0},
    /* Domain = sub-domain *("." sub-domain) */
    {"5321-4.1.2", T("a.b"), OK, 3, 0, 0},
    {"5321-4.1.2", T("a.b.c.d.e.f"), OK, 11, 0, 0},
    {"5321-4.1.2", T("FOO.Bar"), OK, 7, 0, 0},
    {"5321-4.1.2", T("1.2.3.4"), OK, 7, 0, 0},
    {"5321-4.1.2", T("mail.sub.example.co.uk"), OK, 22, 0, 0},
    {"5321-4.1.2", T(X63("b") ".c"), OK, 65, 0, 0},
    {"5321-4.1.2", T(X64("b") ".c"), OK, 66, 0, 0},
    {"5321-4.1.2", T(".a"), NOT, 0, 0, 0},
    {"5321-4.1.2", T("a."), BAD, 2, 0, 0},
    {"5321-2.3.5", T("a.b."), BAD, 4, 0, 0},
    {"5321-4.1.2", T("a..b"), BAD, 2, 0, 0},
    {"5321-4.1.2", T("a.-b"), BAD, 2, 0, 0},
    {"5321-4.1.2", T("a.b-"), BAD, 4, 0, 0},
    {"5321-4.1.2", T("a.>"), BAD, 2, 0, 0},
    /* what may follow */
    {"5321-4.1.2", T("a.b>"), OK, 3, 0, 0},
    {"5321-4.1.2", T("a,@b"), OK, 1, 0, 0},
    {"5321-4.1.2", T("a:b"), OK, 1, 0, 0},
    {"5321-4.2", T("a.b hello."), OK, 3, 0, 0},
    {"5321-4.1.2", T("a!b"), OK, 1, 0, 0},
    {"5321-4.1.2", T("caf\xe9"), OK, 3, 0, 0},
    {"5321-4.1.2", T("a\0.b"), OK, 1, 0, 0},
    /* "the underscore character is not permitted" */
    {"5321-4.1.2", T("_a"), NOT, 0, 0, 0},
    {"5321-4.1.2", T("a_b"), BAD, 1, 0, 0},
    {"5321-4.1.2", T("a.b_"), BAD, 3, 0, 0},
    {"5321-4.1.2", T("a._b"), BAD, 2, 0, 0},
    {"5321-4.1.2", T("a_b"), OK, 3, US, US},
    {"5321-4.1.2", T("_a._b.c_"), OK, 8, US, US},
    {"5321-4.1.2", T("a-_.b"), OK, 5, US, US},
    {"5321-4.1.2", T("a.b"), OK, 3, US, 0},
    {"5321-4.1.2", T("_-"), BAD, 2, US, 0},
    /* 255 octets */
    {"5321-4.5.3.1.2", T(X63("a") "." X63("b") "." X63("c") "." X63("d")), OK, 255, 0, 0},
    {"5321-4.5.3.1.2", T(X63("a") "." X63("b") "." X63("c") "." X64("d")), SMTP_E_DOMAIN_LONG, 255,
     0, 0},
    {"5321-4.5.3.1.2", T(X64("a") "." X64("b") "." X64("c") "." X64("d") ">"), SMTP_E_DOMAIN_LONG,
     255, 0, 0},
    {"5321-4.5.3.1.2", T(X64("a") X64("b") X64("c") X64("d") "."), BAD, 257, 0, 0},
    {"5321-4.5.3.1.2", T(X64("a") "." X64("b") "." X64("c") "." X64("d")), OK, 259, SMTP_LAX_LONG,
     SMTP_LAX_LONG},
};
enum { ROWS = sizeof rows / sizeof *rows };

static enum smtp_fault parse(struct smtp_cursor *c, void *result)
{
    return smtp_parse_domain(c, result);
}

static size_t print(smtp_room to, const void *result)
{
    return smtp_print_domain(to, result);
}

START_TEST(test_rows)
{
    struct smtp_domain d;
    const struct rule rule = {parse, print, &d};
    const char *wrong = rule_check(&rule, &rows[_i]);
    ck_assert_msg(wrong == NULL, "%s", wrong);
    if (rows[_i].fault != SMTP_OK)
        return;
    ck_assert_int_eq(d.kind, SMTP_D_NAME);
    ck_assert_uint_eq(d.text.n, rows[_i].at);
    ck_assert_ptr_eq(d.value.p, d.text.p);
    ck_assert_uint_eq(d.tag.n, 0);
}
END_TEST

/* RFC 5321 4.1.2, read label by label, for the whole text. */
static bool is_domain(const char *s, size_t n)
{
    bool ok = n > 0 && s[n - 1] != '.' && s[0] != '.';
    for (size_t i = 0; i < n; i++) {
        bool edge = i == 0 || i + 1 == n || s[i - 1] == '.' || s[i + 1] == '.';
        ok = ok && !(s[i] == '-' && edge) && !(s[i] == '.' && s[i + 1] == '.');
    }
    return ok;
}

/* All texts of up to seven octets of "a-." */
START_TEST(test_all_short_texts)
{
    size_t texts = 1, accepted = 0;
    for (size_t n = 1; n <= 7; n++) {
        texts *= 3;
        for (size_t code = 0; code < texts; code++) {
            char s[8] = "";
            for (size_t i = 0, rest = code; i < n; i++, rest /= 3)
                s[i] = "a-."[rest % 3];
            struct smtp_cursor c = smtp_cursor_of((smtp_span){s, n}, 0);
            struct smtp_domain d;
            bool whole = smtp_parse_domain(&c, &d) == SMTP_OK && c.at == c.end;
            ck_assert_msg(whole == is_domain(s, n), "%s", s);
            accepted += whole ? 1 : 0;
        }
    }
    ck_assert_uint_gt(accepted, 100);
}
END_TEST

/* Domain / address-literal */
START_TEST(test_host)
{
    static const struct {
        smtp_span in;
        enum smtp_fault fault;
        enum smtp_domain_kind kind;
    } hosts[] = {
        {T("a.b"), OK, SMTP_D_NAME},        {T("[192.0.2.1]"), OK, SMTP_D_IPV4},
        {T("[IPv6:::1]"), OK, SMTP_D_IPV6}, {T("[x:y]"), OK, SMTP_D_GENERAL},
        {T("192.0.2.1"), OK, SMTP_D_NAME},  {T("[192.0.2.1"), SMTP_E_LITERAL, SMTP_D_NONE},
        {T("a..b"), BAD, SMTP_D_NONE},      {T("<a>"), NOT, SMTP_D_NONE},
    };
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        struct smtp_cursor c = smtp_cursor_of(hosts[i].in, 0);
        struct smtp_domain d = {.kind = SMTP_D_NONE};
        ck_assert_int_eq(smtp_parse_host(&c, &d), hosts[i].fault);
        ck_assert_int_eq(d.kind, hosts[i].kind);
    }
}
END_TEST

static Suite *domain_suite(void)
{
    Suite *suite = suite_create("domain");
    TCase *tcase = tcase_create("domain");
    tcase_add_loop_test(tcase, test_rows, 0, ROWS);
    tcase_add_test(tcase, test_all_short_texts);
    tcase_add_test(tcase, test_host);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(domain_suite)
