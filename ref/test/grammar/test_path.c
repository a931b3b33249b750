#include <string.h>

#include "check_main.h"
#include "rule_table.h"

#define OK SMTP_OK
#define NOT SMTP_NOMATCH
#define LOCAL SMTP_E_LOCAL_PART
#define DOMAIN SMTP_E_DOMAIN
#define ROUTE SMTP_E_ROUTE
#define CLOSE SMTP_E_PATH_CLOSE
#define BARE SMTP_LAX_NO_BRACKETS
#define LONG SMTP_LAX_LONG

/* 250 octets; five more and ">" make 256. */
#define LONGEST "<" X64("a") "@" X63("b") "." X63("c") "." X8("ddddddd")

/* As Reverse-path and as Forward-path alike. */
static const struct rule_row both[] = {
    /* Path = "<" [ A-d-l ":" ] Mailbox ">" */
    {"5321-4.1.2", T("<a@b.c>"), OK, 7, 0, 0},
    {"5321-4.1.2", T("<a@b>"), OK, 5, 0, 0},
    {"5321-4.1.2", T("<a@b> SIZE=1"), OK, 5, 0, 0},
    {"5321-4.1.2", T("<first.last@example.com>"), OK, 24, 0, 0},
    {"5321-4.1.2", T("<a@[192.168.1.1]>"), OK, 17, 0, 0},
    {"5321-4.1.2", T("<a@[IPv6:2001:db8::1]>"), OK, 22, 0, 0},
    {"5321-4.1.2", T("<a@[tag:x]>"), OK, 11, 0, 0},
    {"5321-4.1.2", T("<\"john doe\"@example.com>"), OK, 24, 0, 0},
    {"5321-4.1.2", T("<\"a\\\"b>@c\"@x.y>"), OK, 15, 0, 0},
    {"5321-4.1.2", T("<\"\"@x.y>"), OK, 8, 0, 0},
    {"5321-4.1.1.3", T("<postmaster@example.com>"), OK, 24, 0, 0},
    {"5321-4.1.2", T(""), NOT, 0, 0, 0},
    {"5321-4.1.2", T(" <a@b>"), NOT, 0, 0, 0},
    {"5321-4.1.2", T("a@b.c"), NOT, 0, 0, 0},
    {"5321-4.1.2", T("@a:b@c"), NOT, 0, 0, 0},
    {"5321-4.1.2", T("<"), LOCAL, 1, 0, 0},
    {"5321-4.1.2", T("<.a@b.c>"), LOCAL, 1, 0, 0},
    {"5321-4.1.2", T("<a.@b.c>"), LOCAL, 3, 0, 0},
    {"5321-4.1.2", T("<a..b@c.d>"), LOCAL, 3, 0, 0},
    {"5321-4.1.2", T("< a@b.c>"), LOCAL, 1, 0, 0},
    {"5321-4.1.2", T("<<a@b.c>>"), LOCAL, 1, 0, 0},
    {"5321-4.1.2", T("<\"a\tb\"@x.y>"), LOCAL, 3, 0, 0},
    {"5321-4.1.2", T("<\"a@b.c>"), SMTP_E_QUOTED_OPEN, 8, 0, 0},
    {"5321-4.1.2", T("<a"), SMTP_E_AT, 2, 0, 0},
    {"5321-4.1.2", T("<a>"), SMTP_E_AT, 2, 0, 0},
    {"5321-4.1.2", T("<a b@c.d>"), SMTP_E_AT, 2, 0, 0},
    {"5321-4.1.2", T("<a(b@c.d>"), SMTP_E_AT, 2, 0, 0},
    {"5321-4.1.2", T("<\"a\"b@c>"), SMTP_E_AT, 4, 0, 0},
    {"5321-4.1.2", T("<a,b@c>"), SMTP_E_AT, 2, 0, 0},
    {"5321-4.1.2", T("<a@>"), DOMAIN, 3, 0, 0},
    {"5321-4.1.2", T("<a@"), DOMAIN, 3, 0, 0},
    {"5321-4.1.2", T("<a@@b>"), DOMAIN, 3, 0, 0},
    {"5321-4.1.2", T("<a@-b.c>"), DOMAIN, 3, 0, 0},
    {"5321-4.1.2", T("<a@b-.c>"), DOMAIN, 5, 0, 0},
    {"5321-4.1.2", T("<a@b.c.>"), DOMAIN, 7, 0, 0},
    {"5321-4.1.2", T("<a@b..c>"), DOMAIN, 5, 0, 0},
    {"5321-4.1.2", T("<a@b_c.d>"), DOMAIN, 4, 0, 0},
    {"5321-4.1.3", T("<a@[1.2.3.256]>"), SMTP_E_LITERAL, 12, 0, 0},
    {"5321-4.1.3", T("<a@[1.2.3.4>"), SMTP_E_LITERAL, 11, 0, 0},
    {"5321-4.1.2", T("<a@b@c>"), CLOSE, 4, 0, 0},
    {"5321-4.1.2", T("<a@b.c"), CLOSE, 6, 0, 0},
    {"5321-4.1.2", T("<a@b.c >"), CLOSE, 6, 0, 0},
    {"5321-4.1.2", T("<a@b!c>"), CLOSE, 4, 0, 0},
    {"5321-4.1.2", T("<a@[1.2.3.4]x>"), CLOSE, 12, 0, 0},
    /* A-d-l = At-domain *( "," At-domain ) */
    {"5321-4.1.2", T("<@a.b:e@f.g>"), OK, 12, 0, 0},
    {"5321-4.1.2", T("<@a.b,@c.d:e@f.g>"), OK, 17, 0, 0},
    {"5321-4.1.2", T("<@a,@b,@c,@d:e@f>"), OK, 17, 0, 0},
    {"5321-4.1.2", T("<@b.c>"), ROUTE, 5, 0, 0},
    {"5321-4.1.2", T("<@>"), ROUTE, 2, 0, 0},
    {"5321-4.1.2", T("<@:a@b>"), ROUTE, 2, 0, 0},
    {"5321-4.1.2", T("<@a,b:c@d>"), ROUTE, 4, 0, 0},
    {"5321-4.1.2", T("<@a,:c@d>"), ROUTE, 4, 0, 0},
    {"5321-4.1.2", T("<@a, @b:c@d>"), ROUTE, 4, 0, 0},
    {"5321-4.1.2", T("<@a @b:c@d>"), ROUTE, 3, 0, 0},
    {"5321-4.1.2", T("<@[1.2.3.4]:c@d>"), ROUTE, 2, 0, 0},
    {"5321-4.1.2", T("<@a..b:c@d>"), DOMAIN, 4, 0, 0},
    {"5321-4.1.2", T("<@a:>"), LOCAL, 4, 0, 0},
    {"5321-4.1.2", T("<@a:@b:c@d>"), LOCAL, 4, 0, 0},
    {"5321-4.1.2", T("<@a"), ROUTE, 3, 0, 0},
    /* 256 octets with brackets and punctuation */
    {"5321-4.5.3.1.3", T(LONGEST "dddd>"), OK, 255, 0, 0},
    {"5321-4.5.3.1.3", T(LONGEST "ddddd>"), OK, 256, 0, 0},
    {"5321-4.5.3.1.3", T(LONGEST "dddddd>"), SMTP_E_PATH_LONG, 256, 0, 0},
    {"5321-4.5.3.1.3", T(LONGEST "dddddd> X=1"), SMTP_E_PATH_LONG, 256, 0, 0},
    {"5321-4.5.3.1.3", T("<" X64("a") "@" X63("b") "." X63("c") "." X63("d") ">"), OK, 258, LONG,
     LONG},
    {"5321-4.5.3.1.3",
     T("<@" X64("r") ","
                     "@" X64("r") ":" X64("a") "@" X64("b") ">"),
     SMTP_E_PATH_LONG, 256, 0, 0},
    {"5321-4.5.3.1.1", T("<" X64("a") "a@b>"), SMTP_E_LOCAL_LONG, 65, 0, 0},
    {"5321-4.5.3.1.1", T("<" X64("a") "a@b>"), OK, 69, LONG, LONG},
    {"5321-4.5.3.1.2", T("<a@" X64("b") X64("b") X64("b") X64("b") ">"), SMTP_E_DOMAIN_LONG, 258, 0,
     0},
    /* tolerances */
    {"5321-4.1.2", T("a@b.c"), OK, 5, BARE, BARE},
    {"5321-4.1.2", T("a@b.c X=1"), OK, 5, BARE, BARE},
    {"5321-4.1.2", T("\"a b\"@c"), OK, 7, BARE, BARE},
    {"5321-4.1.2", T("<a@b>"), OK, 5, BARE, 0},
    {"5321-4.1.2", T("a@"), DOMAIN, 2, BARE, 0},
    {"5321-4.1.2", T("=x"), SMTP_E_AT, 2, BARE, 0},
    {"5321-4.1.2", T(".a@b"), LOCAL, 0, BARE, 0},
    {"5321-4.1.2", T(".a@b"), OK, 4, BARE | SMTP_LAX_DOTS, BARE | SMTP_LAX_DOTS},
    {"5321-4.1.2", T(">"), NOT, 0, BARE, 0},
    {"5321-4.1.2", T("<.a.@b>"), OK, 7, SMTP_LAX_DOTS, SMTP_LAX_DOTS},
    {"5321-4.1.2", T("<a@b_c>"), OK, 7, SMTP_LAX_UNDERSCORE, SMTP_LAX_UNDERSCORE},
    {"5321-4.1.2", T("<@r_t:a@b>"), OK, 10, SMTP_LAX_UNDERSCORE, SMTP_LAX_UNDERSCORE},
    {"5321-4.1.2", T("<\xe9@b>"), OK, 5, SMTP_LAX_HIGH, SMTP_LAX_HIGH},
};
enum { BOTH = sizeof both / sizeof *both };

static const struct rule_row reverse[] = {
    {"5321-4.1.2", T("<>"), OK, 2, 0, 0},
    {"5321-4.1.2", T("<> BODY=8BITMIME"), OK, 2, 0, 0},
    {"5321-4.1.2", T("<>>"), OK, 2, 0, 0},
    {"5321-4.1.2", T("< >"), LOCAL, 1, 0, 0},
    {"5321-4.1.2", T("<@a:>"), LOCAL, 4, 0, 0},
    {"5321-4.1.1.2", T("<postmaster>"), SMTP_E_AT, 11, 0, 0},
    {"5321-4.1.1.2", T("postmaster"), SMTP_E_AT, 10, BARE, 0},
};
enum { REVERSE = sizeof reverse / sizeof *reverse };

/* 4.1.1.3: "<Postmaster>", in any case */
static const struct rule_row forward[] = {
    {"5321-4.1.2", T("<>"), SMTP_E_PATH_NULL, 1, 0, 0},
    {"5321-4.1.1.3", T("<Postmaster>"), OK, 12, 0, 0},
    {"5321-4.1.1.3", T("<postmaster>"), OK, 12, 0, 0},
    {"5321-4.1.1.3", T("<POSTmaster> X"), OK, 12, 0, 0},
    {"5321-4.1.1.3", T("<pOsTmAsTeR@b.c>"), OK, 16, 0, 0},
    {"5321-4.1.1.3", T("<postmaster@[192.0.2.1]>"), OK, 24, 0, 0},
    {"5321-4.1.1.3", T("<postmasters>"), SMTP_E_AT, 12, 0, 0},
    {"5321-4.1.1.3", T("<postmaste>"), SMTP_E_AT, 10, 0, 0},
    {"5321-4.1.1.3", T("<postmaster"), SMTP_E_AT, 11, 0, 0},
    {"5321-4.1.1.3", T("<\"postmaster\">"), SMTP_E_AT, 13, 0, 0},
    {"5321-4.1.1.3", T("<@a:postmaster>"), SMTP_E_AT, 14, 0, 0},
    {"5321-4.1.1.3", T("<postmaster@>"), DOMAIN, 12, 0, 0},
    {"5321-4.1.1.3", T("postmaster"), NOT, 0, 0, 0},
    {"5321-4.1.1.3", T("postmaster"), OK, 10, BARE, BARE},
    {"5321-4.1.1.3", T("postmaster X=1"), OK, 10, BARE, BARE},
    {"5321-4.1.1.3", T("postmaster>"), SMTP_E_AT, 10, BARE, 0},
    {"5321-4.1.1.3", T("postmaster@b"), OK, 12, BARE, BARE},
};
enum { FORWARD = sizeof forward / sizeof *forward };

static enum smtp_fault parse_reverse(struct smtp_cursor *c, void *result)
{
    return smtp_parse_reverse_path(c, result);
}

static enum smtp_fault parse_forward(struct smtp_cursor *c, void *result)
{
    return smtp_parse_forward_path(c, result);
}

static size_t print(smtp_room to, const void *result)
{
    return smtp_print_path(to, result);
}

static void check_row(const struct rule_row *row, bool is_forward)
{
    struct smtp_path path;
    const struct rule rule = {is_forward ? parse_forward : parse_reverse, print, &path};
    const char *wrong = rule_check(&rule, row);
    ck_assert_msg(wrong == NULL, "%s", wrong);
    if (row->fault == SMTP_OK)
        ck_assert_uint_eq(path.text.n, row->at);
}

START_TEST(test_both)
{
    check_row(&both[_i], false);
    check_row(&both[_i], true);
}
END_TEST

START_TEST(test_reverse)
{
    check_row(&reverse[_i], false);
}
END_TEST

START_TEST(test_forward)
{
    check_row(&forward[_i], true);
}
END_TEST

static const struct {
    const char *in, *route, *mailbox, *local;
    enum smtp_domain_kind domain;
    bool null, quoted;
} parts[] = {
    {"<>", "", "", "", SMTP_D_NONE, true, false},
    {"<a.b@c.d>", "", "a.b@c.d", "a.b", SMTP_D_NAME, false, false},
    {"<\"a b\"@[192.0.2.1]>", "", "\"a b\"@[192.0.2.1]", "\"a b\"", SMTP_D_IPV4, false, true},
    {"<@x,@y.z:a@[IPv6:::1]>", "@x,@y.z", "a@[IPv6:::1]", "a", SMTP_D_IPV6, false, false},
};
enum { PARTS = sizeof parts / sizeof *parts };

START_TEST(test_parts)
{
    struct smtp_cursor c = smtp_cursor_of(smtp_span_of(parts[_i].in), 0);
    struct smtp_path p;
    ck_assert_int_eq(smtp_parse_reverse_path(&c, &p), SMTP_OK);
    ck_assert(smtp_span_is(p.text, smtp_span_of(parts[_i].in)));
    ck_assert(smtp_span_is(p.route, smtp_span_of(parts[_i].route)));
    ck_assert(smtp_span_is(p.mailbox, smtp_span_of(parts[_i].mailbox)));
    ck_assert(smtp_span_is(p.local, smtp_span_of(parts[_i].local)));
    ck_assert_int_eq(p.domain.kind, parts[_i].domain);
    ck_assert_int_eq(p.null, parts[_i].null);
    ck_assert_int_eq(p.quoted, parts[_i].quoted);
}
END_TEST

START_TEST(test_postmaster_alone)
{
    struct smtp_cursor c = smtp_cursor_of(SMTP_SPAN("<Postmaster>"), 0);
    struct smtp_path p;
    ck_assert_int_eq(smtp_parse_forward_path(&c, &p), SMTP_OK);
    ck_assert(smtp_span_is(p.local, SMTP_SPAN("Postmaster")));
    ck_assert(smtp_span_is(p.mailbox, SMTP_SPAN("Postmaster")));
    ck_assert_int_eq(p.domain.kind, SMTP_D_NONE);
    ck_assert(!p.null);
}
END_TEST

static Suite *path_suite(void)
{
    Suite *suite = suite_create("path");
    TCase *tcase = tcase_create("path");
    tcase_add_loop_test(tcase, test_both, 0, BOTH);
    tcase_add_loop_test(tcase, test_reverse, 0, REVERSE);
    tcase_add_loop_test(tcase, test_forward, 0, FORWARD);
    tcase_add_loop_test(tcase, test_parts, 0, PARTS);
    tcase_add_test(tcase, test_postmaster_alone);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(path_suite)
