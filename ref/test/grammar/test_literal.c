#include <string.h>

#include "check_main.h"
#include "rule_table.h"

#define OK SMTP_OK
#define NOT SMTP_NOMATCH
#define BAD SMTP_E_LITERAL

static const struct rule_row rows[] = {
    /* IPv4-address-literal = Snum 3("." Snum), Snum = 1*3DIGIT up to 255 */
    {"5321-4.1.3", T("[1.2.3.4]"), OK, 9, 0, 0},
    {"5321-4.1.3", T("[127.0.0.1]"), OK, 11, 0, 0},
    {"5321-4.1.3", T("[255.255.255.255]"), OK, 17, 0, 0},
    {"5321-4.1.3", T("[0.0.0.0]"), OK, 9, 0, 0},
    {"5321-4.1.3", T("[01.2.3.4]"), OK, 10, 0, 0},
    {"5321-4.1.3", T("[001.002.003.004]"), OK, 17, 0, 0},
    {"5321-4.1.3", T("[1.2.3.4]>"), OK, 9, 0, 0},
    {"5321-4.1.3", T("[256.0.0.0]"), BAD, 4, 0, 0},
    {"5321-4.1.3", T("[1.2.3.256]"), BAD, 9, 0, 0},
    {"5321-4.1.3", T("[1.300.3.4]"), BAD, 5, 0, 0},
    {"5321-4.1.3", T("[1.2.3.0004]"), BAD, 10, 0, 0},
    {"5321-4.1.3", T("[1.2.3]"), BAD, 6, 0, 0},
    {"5321-4.1.3", T("[1.2.3.]"), BAD, 7, 0, 0},
    {"5321-4.1.3", T("[1.2.3.4.5]"), BAD, 8, 0, 0},
    {"5321-4.1.3", T("[1.2..4]"), BAD, 5, 0, 0},
    {"5321-4.1.3", T("[.1.2.3]"), BAD, 1, 0, 0},
    {"5321-4.1.3", T("[0x7f.0.0.1]"), BAD, 5, 0, 0},
    {"5321-4.1.3", T("[1.2.3.4x]"), BAD, 8, 0, 0},
    {"5321-4.1.3", T("[1.2.3.-4]"), BAD, 7, 0, 0},
    {"5321-4.1.3", T("[ 1.2.3.4]"), BAD, 1, 0, 0},
    {"5321-4.1.3", T("[1.2.3.4 ]"), BAD, 8, 0, 0},
    {"5321-4.1.3", T("[1234]"), BAD, 5, 0, 0},
    /* the brackets */
    {"5321-4.1.2", T("[1.2.3.4"), BAD, 8, 0, 0},
    {"5321-4.1.2", T("["), BAD, 1, 0, 0},
    {"5321-4.1.2", T("[]"), BAD, 1, 0, 0},
    {"5321-4.1.2", T("[[1.2.3.4]]"), BAD, 1, 0, 0},
    {"5321-4.1.2", T("1.2.3.4]"), NOT, 0, 0, 0},
    {"5321-4.1.2", T(""), NOT, 0, 0, 0},
    {"5321-4.1.2", T("a"), NOT, 0, 0, 0},
    /* General-address-literal = Standardized-tag ":" 1*dcontent, Standardized-tag = Ldh-str */
    {"5321-4.1.3", T("[tag:value]"), OK, 11, 0, 0},
    {"5321-4.1.3", T("[X-CUSTOM:value]"), OK, 16, 0, 0},
    {"5321-4.1.3", T("[-tag:v]"), OK, 8, 0, 0},
    {"5321-4.1.3", T("[1:v]"), OK, 5, 0, 0},
    {"5321-4.1.3", T("[127:0.0.1]"), OK, 11, 0, 0},
    {"5321-4.1.3", T("[a:!Z^~]"), OK, 8, 0, 0},
    {"5321-4.1.3", T("[a::]"), OK, 5, 0, 0},
    {"5321-4.1.3", T("[IPv4:1.2.3.4]"), OK, 14, 0, 0},
    {"5321-4.1.3", T("[tag-:v]"), BAD, 5, 0, 0},
    {"5321-4.1.3", T("[tag:]"), BAD, 5, 0, 0},
    {"5321-4.1.3", T("[tag:"), BAD, 5, 0, 0},
    {"5321-4.1.3", T("[tag]"), BAD, 4, 0, 0},
    {"5321-4.1.3", T("[:v]"), BAD, 1, 0, 0},
    {"5321-4.1.3", T("[a:b c]"), BAD, 4, 0, 0},
    {"5321-4.1.3", T("[a:b[c]"), BAD, 4, 0, 0},
    {"5321-4.1.3", T("[a:b\\c]"), BAD, 4, 0, 0},
    {"5321-4.1.3", T("[a:\x7f]"), BAD, 3, 0, 0},
    {"5321-4.1.3", T("[a:\xe9]"), BAD, 3, 0, 0},
    {"5321-4.1.3", T("[a_b:c]"), BAD, 2, 0, 0},
    {"5321-4.1.3", T("[some literal]"), BAD, 5, 0, 0},
    /* the tag "IPv6" stands for its own grammar, in any case (RFC 5234 2.3) */
    {"5321-4.1.3", T("[IPv6:::1]"), OK, 10, 0, 0},
    {"5321-4.1.3", T("[ipv6:::1]"), OK, 10, 0, 0},
    {"5321-4.1.3", T("[IPV6:::1]"), OK, 10, 0, 0},
    {"5321-4.1.3", T("[IPv6:xyz]"), BAD, 6, 0, 0},
    {"5321-4.1.3", T("[IPv6:]"), BAD, 6, 0, 0},
    {"5321-4.1.3", T("[IPv6:1.2.3.4]"), BAD, 7, 0, 0},
    {"5321-4.1.3", T("[IPv6:fe80::1%eth0]"), BAD, 13, 0, 0},
    {"5321-4.1.3", T("[IPv6::1]"), BAD, 7, 0, 0},
    {"5321-4.1.3", T("[IPv6 :::1]"), BAD, 5, 0, 0},
    {"5321-4.1.3", T("[::1]"), BAD, 1, 0, 0},
    /* "domain name or number": 255 octets */
    {"5321-4.5.3.1.2",
     T("[a:" X63("v") X63("v") X63("v") X8("v") X8("v") X8("v") X8("v") X8("v") X8("v")
           X8("v") "vvvvvv]"),
     OK, 255, 0, 0},
    {"5321-4.5.3.1.2", T("[a:" X64("v") X64("v") X64("v") X64("v") "]"), SMTP_E_DOMAIN_LONG, 255, 0,
     0},
    {"5321-4.5.3.1.2", T("[a:" X64("v") X64("v") X64("v") X64("v") "]"), OK, 260, SMTP_LAX_LONG,
     SMTP_LAX_LONG},
};
enum { ROWS = sizeof rows / sizeof *rows };

static enum smtp_fault parse(struct smtp_cursor *c, void *result)
{
    return smtp_parse_literal(c, result);
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
}
END_TEST

static const struct {
    const char *in, *tag, *value;
    enum smtp_domain_kind kind;
    uint8_t address[16];
} parts[] = {
    {"[192.0.2.1]", "", "192.0.2.1", SMTP_D_IPV4, {192, 0, 2, 1}},
    {"[010.001.000.255]", "", "010.001.000.255", SMTP_D_IPV4, {10, 1, 0, 255}},
    {"[IPv6:::]", "IPv6", "::", SMTP_D_IPV6, {0}},
    {"[iPV6:::1]", "iPV6", "::1", SMTP_D_IPV6, {[15] = 1}},
    {"[IPv6:2001:DB8::ff]", "IPv6", "2001:DB8::ff", SMTP_D_IPV6, {0x20, 1, 0xd, 0xb8, [15] = 0xff}},
    {"[IPv6:1:2:3:4:5:6:7:abcd]",
     "IPv6",
     "1:2:3:4:5:6:7:abcd",
     SMTP_D_IPV6,
     {0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0xab, 0xcd}},
    {"[IPv6:1:2::]", "IPv6", "1:2::", SMTP_D_IPV6, {0, 1, 0, 2}},
    {"[IPv6:::ffff:192.0.2.1]",
     "IPv6",
     "::ffff:192.0.2.1",
     SMTP_D_IPV6,
     {[10] = 0xff, 0xff, 192, 0, 2, 1}},
    {"[IPv6:1:2:3:4:5:6:9.8.7.6]",
     "IPv6",
     "1:2:3:4:5:6:9.8.7.6",
     SMTP_D_IPV6,
     {0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 9, 8, 7, 6}},
    {"[x-y:a:b]", "x-y", "a:b", SMTP_D_GENERAL, {0}},
};
enum { PARTS = sizeof parts / sizeof *parts };

START_TEST(test_parts)
{
    smtp_span in = smtp_span_of(parts[_i].in);
    struct smtp_cursor c = smtp_cursor_of(in, 0);
    struct smtp_domain d;
    ck_assert_int_eq(smtp_parse_literal(&c, &d), SMTP_OK);
    ck_assert_int_eq(d.kind, parts[_i].kind);
    ck_assert(smtp_span_is(d.text, in));
    ck_assert(smtp_span_is(d.tag, smtp_span_of(parts[_i].tag)));
    ck_assert(smtp_span_is(d.value, smtp_span_of(parts[_i].value)));
    ck_assert_mem_eq(d.address, parts[_i].address, sizeof d.address);
}
END_TEST

static Suite *literal_suite(void)
{
    Suite *suite = suite_create("literal");
    TCase *tcase = tcase_create("literal");
    tcase_add_loop_test(tcase, test_rows, 0, ROWS);
    tcase_add_loop_test(tcase, test_parts, 0, PARTS);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(literal_suite)
