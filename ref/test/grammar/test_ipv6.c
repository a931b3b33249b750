#include <stdio.h>
#include <string.h>

#include "check_main.h"
#include "rule_table.h"

#define OK SMTP_OK
#define BAD SMTP_E_LITERAL
#define ONE SMTP_LAX_V6_ONE
#define V6(text) T("[IPv6:" text "]")

static const struct rule_row rows[] = {
    /* IPv6-full = IPv6-hex 7(":" IPv6-hex), IPv6-hex = 1*4HEXDIG */
    {"5321-4.1.3", V6("1:2:3:4:5:6:7:8"), OK, 22, 0, 0},
    {"5321-4.1.3", V6("0001:0002:0003:0004:0005:0006:0007:0008"), OK, 46, 0, 0},
    {"5321-4.1.3", V6("a:B:c:D:e:F:0:9"), OK, 22, 0, 0},
    {"5321-4.1.3", V6("1:2:3:4:5:6:7"), BAD, 19, 0, 0},
    {"5321-4.1.3", V6("1:2:3:4:5:6:7:8:9"), BAD, 21, 0, 0},
    {"5321-4.1.3", V6("12345:2:3:4:5:6:7:8"), BAD, 10, 0, 0},
    {"5321-4.1.3", V6("1:2:3:4:5:6:7:"), BAD, 20, 0, 0},
    {"5321-4.1.3", V6("1:2:3:4:5:6:7:g"), BAD, 20, 0, 0},
    {"5321-4.1.3", V6("1:2:3:4:5:6:7:8 "), BAD, 21, 0, 0},
    {"5321-4.1.3", V6(":2:3:4:5:6:7:8"), BAD, 7, 0, 0},
    /* IPv6-comp: "::" is at least two groups, so six at most stand beside it */
    {"5321-4.1.3", V6("::"), OK, 9, 0, 0},
    {"5321-4.1.3", V6("1::"), OK, 10, 0, 0},
    {"5321-4.1.3", V6("::1"), OK, 10, 0, 0},
    {"5321-4.1.3", V6("1::2"), OK, 11, 0, 0},
    {"5321-4.1.3", V6("1:2:3:4:5:6::"), OK, 20, 0, 0},
    {"5321-4.1.3", V6("::1:2:3:4:5:6"), OK, 20, 0, 0},
    {"5321-4.1.3", V6("1:2:3::4:5:6"), OK, 19, 0, 0},
    {"5321-4.1.3", V6("fe80::ffff"), OK, 17, 0, 0},
    {"5321-4.1.3", V6("1:2:3:4:5:6:7::"), BAD, 20, 0, 0},
    {"5321-4.1.3", V6("::1:2:3:4:5:6:7"), BAD, 19, 0, 0},
    {"5321-4.1.3", V6("1:2:3::4:5:6:7"), BAD, 18, 0, 0},
    {"5321-4.1.3", V6("1:2:3:4:5:6::7"), BAD, 19, 0, 0},
    {"5321-4.1.3", V6("1:2:3:4:5:6:7:8::"), BAD, 21, 0, 0},
    {"5321-4.1.3", V6("1::2::3"), BAD, 11, 0, 0},
    {"5321-4.1.3", V6(":::"), BAD, 8, 0, 0},
    {"5321-4.1.3", V6("1:::2"), BAD, 9, 0, 0},
    {"5321-4.1.3", V6("::1:"), BAD, 10, 0, 0},
    {"5321-4.1.3", V6(":"), BAD, 7, 0, 0},
    {"5321-4.1.3", V6("1"), BAD, 7, 0, 0},
    {"5321-4.1.3", V6("12345::"), BAD, 10, 0, 0},
    {"5321-4.1.3", V6("::12345"), BAD, 12, 0, 0},
    {"5321-4.1.3", V6("::g"), BAD, 8, 0, 0},
    {"5321-4.1.3", V6("::1/64"), BAD, 9, 0, 0},
    {"5321-4.1.3", T("[IPv6:::1"), BAD, 9, 0, 0},
    {"5321-4.1.3", T("[IPv6::"), BAD, 7, 0, 0},
    {"5321-4.1.3", T("[IPv6:1:"), BAD, 8, 0, 0},
    /* erratum 4315 */
    {"5321-4.1.3", V6("1:2:3:4:5:6:7::"), OK, 22, ONE, ONE},
    {"5321-4.1.3", V6("::1:2:3:4:5:6:7"), OK, 22, ONE, ONE},
    {"5321-4.1.3", V6("1:2:3::4:5:6:7"), OK, 21, ONE, ONE},
    {"5321-4.1.3", V6("1:2:3:4:5::1.2.3.4"), OK, 25, ONE, ONE},
    {"5321-4.1.3", V6("1:2:3:4:5:6::"), OK, 20, ONE, 0},
    {"5321-4.1.3", V6("1:2:3:4::5:6:7:8"), BAD, 20, ONE, 0},
    {"5321-4.1.3", V6("1:2:3:4:5:6:7:8::"), BAD, 21, ONE, 0},
    /* IPv6v4-full = IPv6-hex 5(":" IPv6-hex) ":" IPv4-address-literal */
    {"5321-4.1.3", V6("1:2:3:4:5:6:1.2.3.4"), OK, 26, 0, 0},
    {"5321-4.1.3", V6("1:2:3:4:5:6:255.255.255.255"), OK, 34, 0, 0},
    {"5321-4.1.3", V6("1:2:3:4:5:6:01.002.3.4"), OK, 29, 0, 0},
    {"5321-4.1.3", V6("1:2:3:4:5:1.2.3.4"), BAD, 17, 0, 0},
    {"5321-4.1.3", V6("1:2:3:4:5:6:7:1.2.3.4"), BAD, 21, 0, 0},
    {"5321-4.1.3", V6("1:2:3:4:5:6:1.2.3"), BAD, 23, 0, 0},
    {"5321-4.1.3", V6("1:2:3:4:5:6:256.2.3.4"), BAD, 21, 0, 0},
    {"5321-4.1.3", V6("1:2:3:4:5:6:1.2.3.4:7"), BAD, 25, 0, 0},
    {"5321-4.1.3", V6("1:2:3:4:5:6:a.2.3.4"), BAD, 19, 0, 0},
    /* IPv6v4-comp: no more than four groups beside "::" and the IPv4 address */
    {"5321-4.1.3", V6("::1.2.3.4"), OK, 16, 0, 0},
    {"5321-4.1.3", V6("::ffff:192.0.2.1"), OK, 23, 0, 0},
    {"5321-4.1.3", V6("1:2:3:4::1.2.3.4"), OK, 23, 0, 0},
    {"5321-4.1.3", V6("::1:2:3:4:1.2.3.4"), OK, 24, 0, 0},
    {"5321-4.1.3", V6("1::2:3:4:1.2.3.4"), OK, 23, 0, 0},
    {"5321-4.1.3", V6("1:2:3:4:5::1.2.3.4"), BAD, 18, 0, 0},
    {"5321-4.1.3", V6("::1:2:3:4:5:1.2.3.4"), BAD, 19, 0, 0},
    {"5321-4.1.3", V6("1:2::3:4:5:1.2.3.4"), BAD, 18, 0, 0},
    {"5321-4.1.3", V6("::1.2.3.4:5"), BAD, 15, 0, 0},
    {"5321-4.1.3", V6("::1.2.3.4::"), BAD, 15, 0, 0},
    {"5321-4.1.3", V6("1.2.3.4::"), BAD, 7, 0, 0},
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

/* ---- every count of groups on either side ---- */

enum { MOST = 10 };

/* The numbers in the comments of RFC 5321 4.1.3. */
static bool is_legal(unsigned head, bool gap, unsigned tail, bool v4, bool one)
{
    unsigned groups = head + tail, whole = v4 ? 6 : 8, least = one ? 1 : 2;
    return gap ? groups + least <= whole : groups == whole;
}

static size_t put_groups(char *to, size_t room, unsigned n, unsigned first)
{
    size_t at = 0;
    for (unsigned i = 0; i < n; i++)
        at += (size_t)snprintf(to + at, room - at, "%s%x", i > 0 ? ":" : "", first + i);
    return at;
}

static size_t compose(char *to, size_t room, unsigned head, bool gap, unsigned tail, bool v4)
{
    size_t at = (size_t)snprintf(to, room, "[IPv6:");
    at += put_groups(to + at, room - at, head, 1);
    if (gap)
        at += (size_t)snprintf(to + at, room - at, "::");
    at += put_groups(to + at, room - at, tail, 0xa0);
    if (v4)
        at += (size_t)snprintf(to + at, room - at, "%s9.8.7.6",
                               tail > 0 || (head > 0 && !gap) ? ":" : "");
    return at + (size_t)snprintf(to + at, room - at, "]");
}

static void check_octets(const struct smtp_domain *d, unsigned head, unsigned tail, bool v4)
{
    uint8_t want[16] = {0};
    unsigned end = v4 ? 12 : 16;
    for (unsigned i = 0; i < head; i++)
        want[2 * i + 1] = (uint8_t)(1 + i);
    for (unsigned i = 0; i < tail; i++)
        want[end - 2 * tail + 2 * i + 1] = (uint8_t)(0xa0 + i);
    for (unsigned i = 0; v4 && i < 4; i++)
        want[12 + i] = (uint8_t)(9 - i);
    ck_assert_mem_eq(d->address, want, sizeof want);
}

static void check_shape(unsigned head, bool gap, unsigned tail, bool v4, bool one)
{
    char text[128];
    size_t n = compose(text, sizeof text, head, gap, tail, v4);
    struct smtp_cursor c = smtp_cursor_of((smtp_span){text, n}, one ? ONE : 0U);
    struct smtp_domain d;
    bool whole = smtp_parse_literal(&c, &d) == SMTP_OK && c.at == c.end;
    ck_assert_msg(whole == is_legal(head, gap, tail, v4, one), "%s", text);
    if (whole)
        check_octets(&d, head, tail, v4);
    if (whole && one)
        ck_assert_msg((c.lax_used == ONE) != is_legal(head, gap, tail, v4, false), "%s", text);
}

START_TEST(test_shapes)
{
    unsigned head = (unsigned)_i;
    for (unsigned tail = 0; tail < MOST; tail++)
        for (unsigned bits = 0; bits < 8; bits++) {
            bool gap = (bits & 1) != 0;
            if (gap || tail == 0) /* without "::" there is no tail */
                check_shape(head, gap, tail, (bits & 2) != 0, (bits & 4) != 0);
        }
}
END_TEST

static Suite *ipv6_suite(void)
{
    Suite *suite = suite_create("ipv6");
    TCase *tcase = tcase_create("ipv6");
    tcase_add_loop_test(tcase, test_rows, 0, ROWS);
    tcase_add_loop_test(tcase, test_shapes, 0, MOST);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(ipv6_suite)
