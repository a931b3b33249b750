#include <string.h>

#include "check_main.h"
#include "guard.h"
#include "rule_table.h"
#include "smtp/addresses.h"

enum { MOST = 512 };

/* What is read: the mailboxes with a space behind each. */
static const struct accepted {
    const char *clause, *in, *mailboxes;
} accepted[] = {
    {"5322 3.4.1", "a@b", "a@b "},
    {"5322 3.4.1", "a.b@c.d, e@f", "a.b@c.d e@f "},
    {"5322 3.4.1", "joe@[192.0.2.1]", "joe@[192.0.2.1] "},
    {"5322 3.4.1", "joe@[IPv6: 2001:db8::1\r\n ]", "joe@[IPv6:2001:db8::1] "},
    {"5322 3.4.1", "joe@[x:(y)]", "joe@[x:(y)] "},
    {"5322 3.4", "Joe <a@b>", "a@b "},
    {"5322 3.4", "<a@b>", "a@b "},
    {"5322 3.4", "\"Joe, Q. <x@y>\" <a@b>,\"z\" <c@d>", "a@b c@d "},
    {"5322 3.4", "Joe Q. Public <a@b>", "a@b "},
    {"5322 3.4", "=?utf-8?q?J=C3=B6rg?= <a@b>", "a@b "},
    {"5322 3.4", "friends: a@b, Joe <c@d>;", "a@b c@d "},
    {"5322 3.4", "undisclosed-recipients:;", ""},
    {"5322 3.4", "x:;, a@b, \"y z\": c@d; , e@f", "a@b c@d e@f "},
    {"5322 3.4", "x: a@b; (all of them)", "a@b "},
    {"5322 3.2.2", "a(one)@(two)b(three)", "a@b "},
    {"5322 3.2.2", "(a (nested \\) comment)) Joe (x) < (y) a@b (z) > (end)", "a@b "},
    {"5322 3.2.2", "a@b (backslash at the end of the comment \\\\)", "a@b "},
    {"5322 3.2.2", "Joe\r\n <a@b>,\r\n\tc@d", "a@b c@d "},
    {"5322 3.2.2", "()a@b", "a@b "},
    {"5322 3.2.4", "\"two words\"@b", "\"two words\"@b "},
    {"5322 3.2.4", "\"a\\\"b\"@c", "\"a\\\"b\"@c "},
    {"5322 3.2.4", "\"a\\\\\"@c", "\"a\\\\\"@c "},
    {"5322 3.2.4", "\"folded\r\n here\"@b", "\"folded here\"@b "},
    {"5322 3.2.4", "\"\"@b", "\"\"@b "},
    {"5322 3.2.4", "\"(no comment)\"@b", "\"(no comment)\"@b "},
    {"5322 4.4", "a . b@c . d", "a.b@c.d "},
    {"5322 4.4", "a (x) . (y) \"b c\" @ d (z) . (w) e", "\"a.b c\"@d.e "},
    {"5322 4.4", "\"a\".\"b\"@c", "\"a.b\"@c "},
    {"5322 4.4", "a . (\") b@c", "a.b@c "},
    {"5322 4.4", "<@x,@y:a@b>", "a@b "},
    {"5322 4.4", "<@x, , @[y] : a@b>", "a@b "},
    {"5322 4.4", ", ,a@b,,c@d,", "a@b c@d "},
    {"5322 4.4", "g:,a@b,,;", "a@b "},
    {"5321 C", "<@x:a@b>, c@d", "a@b c@d "},
    {"6532 3.2", "J\xc3\xb6rg <j\xc3\xb6rg@\xc3\xa4.test>", "j\xc3\xb6rg@\xc3\xa4.test "},
    {"6409 8", "root, Joe <joe>, \"x y\"", "root joe \"x y\" "},
    {"5322 3.4", "", ""},
    {"5322 3.4", "  \r\n ", ""},
    {"5322 3.4", "(nobody)", ""},
};
enum { ACCEPTED = sizeof accepted / sizeof *accepted };

static void put_mailbox(smtp_room to, size_t *at, const struct smtp_address *address)
{
    size_t n = smtp_print_address((smtp_room){to.p + *at, to.n - *at}, address);
    ck_assert_uint_le(n, to.n - *at);
    *at += n;
    smtp_room_put(to, at, SMTP_SPAN(" "));
}

START_TEST(test_accepted)
{
    const struct accepted *row = &accepted[_i];
    smtp_span in = guard_copy(smtp_span_of(row->in));
    struct smtp_addresses list = smtp_addresses_of(in);
    struct smtp_address address;
    char out[MOST];
    size_t at = 0;
    enum smtp_fault fault;
    while ((fault = smtp_addresses_next(&list, &address)) == SMTP_OK)
        put_mailbox((smtp_room){out, sizeof out}, &at, &address);
    ck_assert_msg(fault == SMTP_NOMATCH, "%s %s: %s", row->clause, row->in,
                  smtp_fault_row(fault)->symbol);
    ck_assert_uint_eq(at, strlen(row->mailboxes));
    ck_assert_mem_eq(out, row->mailboxes, at);
    ck_assert_int_eq(smtp_addresses_next(&list, &address), SMTP_NOMATCH);
    guard_free(in);
}
END_TEST

/* An address as it is printed is a list of one, and prints as itself. */
static void check_again(const struct smtp_address *address)
{
    char text[MOST], twice[MOST];
    size_t n = smtp_print_address((smtp_room){text, sizeof text}, address);
    struct smtp_addresses list = smtp_addresses_of((smtp_span){text, n});
    struct smtp_address again, more;
    ck_assert_int_eq(smtp_addresses_next(&list, &again), SMTP_OK);
    ck_assert_uint_eq(smtp_print_address((smtp_room){twice, sizeof twice}, &again), n);
    ck_assert_mem_eq(text, twice, n);
    ck_assert_int_eq(smtp_addresses_next(&list, &more), SMTP_NOMATCH);
}

START_TEST(test_identity)
{
    struct smtp_addresses list = smtp_addresses_of(smtp_span_of(accepted[_i].in));
    struct smtp_address address;
    while (smtp_addresses_next(&list, &address) == SMTP_OK)
        check_again(&address);
}
END_TEST

/* `good` addresses are read before the fault. */
static const struct refused {
    const char *clause, *in;
    enum smtp_fault fault;
    size_t at, good;
} refused[] = {
    {"5322 3.4.1", "a b", SMTP_E_AT, 3, 0},
    {"5322 3.4.1", "a b, c@d", SMTP_E_AT, 3, 0},
    {"5322 3.4.1", "@b", SMTP_E_LOCAL_PART, 0, 0},
    {"5322 3.4.1", "x@y, >", SMTP_E_LOCAL_PART, 5, 1},
    {"5322 3.4.1", "a b@c", SMTP_E_LOCAL_PART, 3, 0},
    {"5322 3.4.1", "a..b@c", SMTP_E_LOCAL_PART, 4, 0},
    {"5322 3.4.1", ".a@c", SMTP_E_LOCAL_PART, 2, 0},
    {"5322 3.4.1", "a.@c", SMTP_E_LOCAL_PART, 2, 0},
    {"5322 3.4", "<>", SMTP_E_LOCAL_PART, 1, 0},
    {"5322 3.4.1", "a@", SMTP_E_DOMAIN, 2, 0},
    {"5322 3.4.1", "a@b.", SMTP_E_DOMAIN, 4, 0},
    {"5322 3.4.1", "a@b..c", SMTP_E_DOMAIN, 4, 0},
    {"5322 3.4.1", "a@.b", SMTP_E_DOMAIN, 2, 0},
    {"5322 3.4.1", "a@,", SMTP_E_DOMAIN, 2, 0},
    {"5322 3.4.1", "a@[1.2.3.4", SMTP_E_LITERAL, 10, 0},
    {"5322 3.4.1", "a@[[]", SMTP_E_LITERAL, 3, 0},
    {"5322 3.4", "a@b c@d", SMTP_E_TRAILING, 4, 0},
    {"5322 3.4", "<a@b", SMTP_E_PATH_CLOSE, 4, 0},
    {"5322 3.4", "<a@b,c@d>", SMTP_E_PATH_CLOSE, 4, 0},
    {"5322 3.4", "<a@b> x", SMTP_E_TRAILING, 6, 0},
    {"5322 3.4", "a@b;", SMTP_E_TRAILING, 3, 0},
    {"5322 3.4", "x: a@b", SMTP_E_GROUP, 6, 1},
    {"5322 3.4", "x:", SMTP_E_GROUP, 2, 0},
    {"5322 3.4", "x:; y", SMTP_E_TRAILING, 4, 0},
    {"5322 3.4", "x: y: a@b;;", SMTP_E_TRAILING, 4, 0},
    {"5322 3.4", ":a@b;", SMTP_E_LOCAL_PART, 0, 0},
    {"5322 3.2.4", "\"a@b", SMTP_E_QUOTED_OPEN, 4, 0},
    {"5322 3.2.4", "\"a\\", SMTP_E_QUOTED_OPEN, 3, 0},
    {"5322 3.2.4", "<\"a@b>", SMTP_E_QUOTED_OPEN, 6, 0},
    {"5322 3.2.2", "(a", SMTP_E_COMMENT, 2, 0},
    {"5322 3.2.2", "(a\\", SMTP_E_COMMENT, 3, 0},
    {"5322 3.2.2", "a@b ((c)", SMTP_E_COMMENT, 8, 0},
    {"5322 3.2.2", "a (", SMTP_E_COMMENT, 3, 0},
    {"5322 3.2.2", "a@(", SMTP_E_COMMENT, 3, 0},
    {"5322 3.2.2", "a@b.(", SMTP_E_COMMENT, 5, 0},
    {"5322 3.2.2", "a@[b](", SMTP_E_COMMENT, 6, 0},
    {"5322 3.2.2", "<(a@b>", SMTP_E_COMMENT, 6, 0},
    {"5322 3.2.2", "<a@b>(", SMTP_E_COMMENT, 6, 0},
    {"5322 3.2.2", "x:;(", SMTP_E_COMMENT, 4, 0},
    {"5322 4.4", "<@x a@b>", SMTP_E_ROUTE, 4, 0},
    {"5322 4.4", "<@x:(", SMTP_E_COMMENT, 5, 0},
    {"5322 4.4", "<@x,(", SMTP_E_COMMENT, 5, 0},
    {"5322 4.4", "<@:a@b>", SMTP_E_DOMAIN, 2, 0},
    {"5322 3.2.3", "a\x01@b", SMTP_E_TRAILING, 1, 0},
};
enum { REFUSED = sizeof refused / sizeof *refused };

START_TEST(test_refused)
{
    const struct refused *row = &refused[_i];
    smtp_span in = guard_copy(smtp_span_of(row->in));
    struct smtp_addresses list = smtp_addresses_of(in);
    struct smtp_address address;
    size_t good = 0;
    enum smtp_fault fault;
    while ((fault = smtp_addresses_next(&list, &address)) == SMTP_OK)
        good++;
    ck_assert_msg(fault == row->fault, "%s %s: %s", row->clause, row->in,
                  smtp_fault_row(fault)->symbol);
    ck_assert_uint_eq((size_t)(list.cursor.fault_at - in.p), row->at);
    ck_assert_uint_eq(good, row->good);
    guard_free(in);
}
END_TEST

/* Into rooms of every size, never beyond. */
START_TEST(test_print_room)
{
    static const char want[] = "\"a b\"@c.d";
    struct smtp_addresses list = smtp_addresses_of(SMTP_SPAN("\"a\r\n b\" (x) @ c . d"));
    struct smtp_address address;
    ck_assert_int_eq(smtp_addresses_next(&list, &address), SMTP_OK);
    for (size_t room = 0; room <= sizeof want; room++) {
        static const char blank[sizeof want];
        smtp_span place = guard_copy((smtp_span){blank, room});
        smtp_room to = {(char *)(uintptr_t)place.p, room};
        ck_assert_uint_eq(smtp_print_address(to, &address), strlen(want));
        ck_assert_mem_eq(place.p, want, room < strlen(want) ? room : strlen(want));
        guard_free(place);
    }
}
END_TEST

static Suite *addresses_suite(void)
{
    Suite *suite = suite_create("addresses");
    TCase *tcase = tcase_create("addresses");
    tcase_add_loop_test(tcase, test_accepted, 0, ACCEPTED);
    tcase_add_loop_test(tcase, test_identity, 0, ACCEPTED);
    tcase_add_loop_test(tcase, test_refused, 0, REFUSED);
    tcase_add_test(tcase, test_print_room);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(addresses_suite)
