#include <string.h>

#include "check_main.h"
#include "guard.h"
#include "rule_table.h"
#include "smtp/received.h"

#define OK SMTP_T_OK
#define FROM SMTP_T_FROM
#define BY SMTP_T_BY
#define HOST SMTP_T_HOST
#define TCP SMTP_T_TCP_INFO
#define CLAUSE SMTP_T_CLAUSE
#define ORDER SMTP_T_ORDER
#define VALUE SMTP_T_VALUE
#define BLANK SMTP_T_BLANK
#define COMMENT SMTP_T_COMMENT
#define RECIPIENT SMTP_T_RECIPIENT
#define DATE "; Thu, 1 Jan 1970 00:00:00 +0000"
#define AB "from a.b by e.f"

static const struct row {
    const char *clause;
    smtp_span in; /* a Stamp */
    enum smtp_trace_fault fault;
    size_t at;            /* offset of the fault */
    const char *opt_info; /* OK: the third line as printed, "" if there is none */
} rows[] = {
    {"5321-4.4", T("from a.b by e.f" DATE), OK, 0, ""},
    {"5321-4.4", T("from a.b by e.f via TCP" DATE), OK, 0, "via TCP"},
    {"5321-4.4", T("from a.b by e.f with ESMTP" DATE), OK, 0, "with ESMTP"},
    {"5321-4.4", T("from a.b by e.f id 4XyZ" DATE), OK, 0, "id 4XyZ"},
    {"5321-4.4", T("from a.b by e.f for <u@d.e>" DATE), OK, 0, "for <u@d.e>"},
    {"5321-4.4", T("from a.b by e.f for u@d.e" DATE), OK, 0, "for <u@d.e>"},
    {"5321-4.4", T("from a.b by e.f for \"u v\"@[192.0.2.1]" DATE), OK, 0,
     "for <\"u v\"@[192.0.2.1]>"},
    {"5321-4.4", T("from a.b by e.f for <@r.s:u@d.e>" DATE), OK, 0, "for <@r.s:u@d.e>"},
    {"5322 3.6.4", T("from a.b by e.f id <m.n@x.y>" DATE), OK, 0, "id <m.n@x.y>"},
    {"5322 3.6.4", T("from a.b by e.f id <m@[192.0.2.1]>" DATE), OK, 0, "id <m@[192.0.2.1]>"},
    {"5322 3.6.4", T("from a.b by e.f id (c) <m@[]>(d)" DATE), OK, 0, "id <m@[]>"},
    {"5321-4.4", T(AB " via TCP with ESMTPS id i for <u@d.e> x y z \"a b\"" DATE), OK, 0,
     "via TCP with ESMTPS id i for <u@d.e> x y z \"a b\""},
    {"5321-2.4", T("FROM a.b BY e.f VIA tcp WITH esmtp ID 1 FOR <u@d.e>" DATE), OK, 0,
     "via tcp with esmtp id 1 for <u@d.e>"},
    {"5322 3.2.2",
     T("from\r\n a.b\r\n\tby  e.f \r\n with\tSMTP \r\n ; \r\n 1 Jan 1970 00:00:00 +0000"), OK, 0,
     "with SMTP"},
    {"5322 3.2.2", T("from a.b(x)by e.f(y)(z) with SMTP (w)id 1(v)" DATE " (UTC)"), OK, 0,
     "with SMTP id 1"},
    {"5322 3.2.2", T("from a.b (c.d 192.0.2.1) by e.f ([192.0.2.1)" DATE), OK, 0, ""},
    {"5322 3.2.2", T("from a.b ([192.0.2.1] helo=x) by e.f (a_b [192.0.2.1])" DATE), OK, 0, ""},
    /* erratum 1683: any number of them */
    {"5321-4.4", T("from a.b by e.f loop 3" DATE), OK, 0, "loop 3"},
    {"5321-4.4", T("from a.b by e.f a b (c) d\t\"e;f\"\r\n g h ;\t1 Jan 1970 00:00 +0000"), OK, 0,
     "a b d \"e;f\" g h"},
    {"5321-4.4", T("from a.b by e.f x for" DATE), OK, 0, "x for"},
    /* the places */
    {"5321-4.4", T(""), FROM, 0, NULL},
    {"5321-4.4", T(" from a.b by e.f" DATE), FROM, 0, NULL},
    {"5321-4.4", T("by e.f" DATE), FROM, 0, NULL},
    {"5321-4.4", T("form a.b by e.f" DATE), FROM, 1, NULL},
    {"5321-4.4", T("from(x) a.b by e.f" DATE), BLANK, 4, NULL},
    {"5321-4.4", T("from (x) a.b by e.f" DATE), HOST, 5, NULL},
    {"5321-4.4", T("from  by e.f" DATE), BY, 9, NULL},
    {"5321-4.4", T("from a.b" DATE), BY, 8, NULL},
    {"5321-4.4", T("from a.b with SMTP" DATE), BY, 9, NULL},
    {"5321-4.4", T("from a.b by" DATE), BLANK, 11, NULL},
    {"5321-4.4", T("from a.b by " DATE), HOST, 12, NULL},
    {"5321-4.1.2", T("from mail_x.example by e.f" DATE), HOST, 9, NULL},
    {"5321-4.1.2", T("from a.b. by e.f" DATE), HOST, 9, NULL},
    {"5321-4.1.2", T("from a.b by -e.f" DATE), HOST, 12, NULL},
    {"5321-4.1.3", T("from [192.0.2.256] by e.f" DATE), HOST, 16, NULL},
    {"5321-4.1.3", T("from 2001:db8::1 by e.f" DATE), BY, 9, NULL},
    {"6531-3.7.3", T("from caf\xc3\xa9.example by e.f" DATE), BY, 8, NULL},
    /* TCP-info */
    {"5321-4.4", T("from [192.0.2.1] by e.f" DATE), TCP, 17, NULL},
    {"5321-4.4", T("from [192.0.2.1] (helo=c.d) by e.f" DATE), TCP, 22, NULL},
    {"5321-4.4", T("from [192.0.2.1] (c.d) by e.f" DATE), TCP, 21, NULL},
    {"5321-4.4", T("from [192.0.2.1]([192.0.2.1]) by e.f" DATE), TCP, 16, NULL},
    {"5321-4.4", T("from [192.0.2.1] ( [192.0.2.1]) by e.f" DATE), TCP, 18, NULL},
    {"5321-4.4", T("from [192.0.2.1] ([192.0.2.1] x) by e.f" DATE), TCP, 29, NULL},
    {"5321-4.4", T("from [192.0.2.1] ([192.0.2.1])by e.f" DATE), BLANK, 30, NULL},
    {"5321-4.4", T("from [192.0.2.1] ([192.0.2.1])BY e.f" DATE), BLANK, 30, NULL},
    {"5321-4.4", T("from [192.0.2.1] ([192.0.2.1])with SMTP" DATE), BY, 30, NULL},
    /* clauses */
    {"5321-4.4", T("from a.b by e.f"), CLAUSE, 15, NULL},
    {"5321-4.4", T("from a.b by e.f "), CLAUSE, 16, NULL},
    {"5321-4.4", T("from a.b by e.f, with SMTP" DATE), CLAUSE, 15, NULL},
    {"5321-4.4", T("from a.b by e.f!x y" DATE), CLAUSE, 15, NULL},
    {"5321-4.4", T("from a.b by e.f id a.b" DATE), CLAUSE, 20, NULL},
    {"5321-4.4", T("from a.b by e.f for <u@d.e>,<v@d.e>" DATE), CLAUSE, 27, NULL},
    {"5321-4.4", T("from a.b by e.f for <u@d.e> <v@d.e>" DATE), CLAUSE, 28, NULL},
    {"5321-4.4", T("from a.b by e.f with SMTP via TCP" DATE), ORDER, 26, NULL},
    {"5321-4.4", T("from a.b by e.f id 1 ID 2" DATE), ORDER, 21, NULL},
    {"5321-4.4", T("from a.b by e.f x y for <u@d.e>" DATE), ORDER, 20, NULL},
    {"5321-4.4", T("from a.b by e.f by g.h" DATE), ORDER, 16, NULL},
    {"5321-4.4", T("from a.b by e.f via TCP from g.h" DATE), ORDER, 24, NULL},
    {"5321-4.4", T("from a.b by e.f with" DATE), BLANK, 20, NULL},
    {"5321-4.4", T("from a.b by e.f with (x) SMTP" DATE), VALUE, 21, NULL},
    {"5321-4.4", T("from a.b by e.f via \"TCP\"" DATE), VALUE, 20, NULL},
    {"5321-4.4", T("from a.b by e.f x <y>" DATE), VALUE, 18, NULL},
    {"5321-4.4", T("from a.b by e.f x \"y\tz\"" DATE), VALUE, 20, NULL},
    {"5321-4.4", T("from a.b by e.f id" DATE), BLANK, 18, NULL},
    {"5321-4.4", T("from a.b by e.f id <m>" DATE), SMTP_T_ID, 21, NULL},
    {"5322 3.6.4", T("from a.b by e.f id <m.@x>" DATE), SMTP_T_ID, 22, NULL},
    {"5322 3.6.4", T("from a.b by e.f id <m@[x>" DATE), SMTP_T_ID, 26, NULL},
    {"5322 3.6.4", T("from a.b by e.f id <m@[x]y>" DATE), SMTP_T_ID, 25, NULL},
    {"5322 3.2.2", T("from a.b by e.f id (c <m@x>" DATE), COMMENT, 59, NULL},
    {"5321-4.4", T("from a.b by e.f id (c) m" DATE), SMTP_T_ID, 23, NULL},
    {"5321-4.4", T("from a.b by e.f for <>" DATE), RECIPIENT, 21, NULL},
    {"5321-4.4", T("from a.b by e.f for u" DATE), RECIPIENT, 21, NULL},
    {"5321-4.4", T("from a.b by e.f for ;"), RECIPIENT, 20, NULL},
    {"5321-4.4", T("from a.b by e.f for <u@d.e" DATE), RECIPIENT, 26, NULL},
    {"5322 3.2.2", T("from a.b (c by e.f" DATE), COMMENT, 50, NULL},
    {"5322 3.2.2", T("from a.b by e.f (\x01) id 1" DATE), COMMENT, 17, NULL},
    {"5322 3.2.2", T("from a.b\r\nby e.f" DATE), BY, 8, NULL},
    {"5322 3.2.2", T("from a.b \n by e.f" DATE), BY, 9, NULL},
    /* date-time */
    {"5321-4.4", T(AB ";Thu, 1 Jan 1970 00:00:00 +0000"), BLANK, 16, NULL},
    {"5321-4.4", T(AB ";(x) Thu, 1 Jan 1970 00:00:00 +0000"), BLANK, 16, NULL},
    {"5321-4.4", T(AB "; "), SMTP_T_DAY, 17, NULL},
    {"5321-4.4", T(AB "; Thu, 1 Jan 1970 00:00:00 GMT"), SMTP_T_ZONE, 42, NULL},
    {"5321-4.4", T(AB "; 2022-01-01T00:00:00Z"), BLANK, 19, NULL},
};
enum { ROWS = sizeof rows / sizeof *rows };

/* Prints into rooms of every size, flush against a guard page. */
static void check_print(const struct smtp_received *r, smtp_span want)
{
    static const char blank[512];
    for (size_t room = 0; room <= want.n + 1; room++) {
        smtp_span place = guard_copy((smtp_span){blank, room});
        size_t n = smtp_print_received((smtp_room){(char *)(uintptr_t)place.p, room}, r);
        ck_assert_msg(n == want.n, "printed %zu of %.*s", n, (int)want.n, want.p);
        ck_assert_mem_eq(place.p, want.p, room < n ? room : n);
        guard_free(place);
    }
}

/* What was printed reads as the same, and prints to the same octets. */
static void check_again(const struct smtp_received *r)
{
    static char line[512];
    size_t n = smtp_print_received((smtp_room){line, sizeof line}, r);
    ck_assert_uint_le(n, sizeof line);
    struct smtp_cursor c = smtp_cursor_of((smtp_span){line, n}, 0);
    struct smtp_received again;
    enum smtp_trace_fault fault = smtp_parse_received(&c, &again);
    ck_assert_msg(fault == OK && c.at == c.end, "%.*s: %s at %zu", (int)n, line,
                  smtp_trace_row(fault)->symbol, (size_t)(c.fault_at - line));
    check_print(&again, (smtp_span){line, n});
    ck_assert_int_eq(again.protocol, r->protocol);
    ck_assert_int_eq(smtp_date_seconds(&again.date), smtp_date_seconds(&r->date));
}

/* The third line of three: between the fold behind by and the semicolon. */
static void check_opt_info(const struct smtp_received *r, const char *want)
{
    static char line[512];
    size_t n = smtp_print_received((smtp_room){line, sizeof line}, r);
    size_t begin = n - strlen(";\r\n\tThu, 1 Jan 1970 00:00:00 +0000\r\n") - strlen(want);
    ck_assert_mem_eq(line + begin, want, strlen(want));
    ck_assert(want[0] == '\0' || memcmp(line + begin - 3, "\r\n\t", 3) == 0);
    ck_assert(want[0] != '\0' || memcmp(line + begin - 3, "e.f", 3) == 0);
}

START_TEST(test_rows)
{
    const struct row *row = &rows[_i];
    smtp_span in = guard_copy(row->in);
    struct smtp_cursor c = smtp_cursor_of(in, 0);
    struct smtp_received read;
    enum smtp_trace_fault fault = smtp_parse_stamp(&c, &read);
    size_t at = fault == OK ? 0 : (size_t)(c.fault_at - in.p);
    ck_assert_msg(fault == row->fault && at == row->at, "%s %.*s: %s at %zu", row->clause,
                  (int)row->in.n, row->in.p, smtp_trace_row(fault)->symbol, at);
    ck_assert(c.at == (fault == OK ? c.end : in.p));
    if (fault == OK) {
        check_opt_info(&read, row->opt_info);
        check_again(&read);
    }
    guard_free(in);
}
END_TEST

/* No part of a Stamp is one: each cut is a fault, at the cut or before it. */
START_TEST(test_cuts)
{
    static const char text[] = "from a.b (c.d [192.0.2.1]) by e.f (x) via TCP with LMTP\r\n id "
                               "<m@n> for <u@d.e> p \"q\"; Thu, 1 Jan 1970 00:00:00 +0000";
    for (size_t n = 0; n < sizeof text; n++) {
        smtp_span in = guard_copy((smtp_span){text, n});
        struct smtp_cursor c = smtp_cursor_of(in, 0);
        struct smtp_received read;
        enum smtp_trace_fault fault = smtp_parse_stamp(&c, &read);
        ck_assert_msg((fault == OK) == (n == sizeof text - 1), "cut at %zu", n);
        ck_assert(fault == OK || (c.fault_at >= in.p && c.fault_at <= c.end));
        guard_free(in);
    }
}
END_TEST

static const struct {
    const char *in, *name, *address; /* of TCP-info; "": none */
} infos[] = {
    {"from a.b by e.f" DATE, "", ""},
    {"from a.b ([192.0.2.1]) by e.f" DATE, "", "[192.0.2.1]"},
    {"from a.b (c.d [192.0.2.1]) by e.f" DATE, "c.d", "[192.0.2.1]"},
    {"from a.b\r\n (c.d\r\n [IPv6:2001:db8::1]) by e.f" DATE, "c.d", "[IPv6:2001:db8::1]"},
    {"from [192.0.2.1] (unknown [192.0.2.2]) by e.f" DATE, "unknown", "[192.0.2.2]"},
    {"from [IPv6:::1] ([127.0.0.1]) by e.f" DATE, "", "[127.0.0.1]"},
    {"from a.b (x) (c.d [192.0.2.1]) by e.f" DATE, "", ""},
    {"from a.b (c.d. [192.0.2.1]) by e.f" DATE, "", ""},
};
enum { INFOS = sizeof infos / sizeof *infos };

START_TEST(test_tcp_info)
{
    struct smtp_cursor c = smtp_cursor_of(smtp_span_of(infos[_i].in), 0);
    struct smtp_received read;
    ck_assert_int_eq(smtp_parse_stamp(&c, &read), OK);
    ck_assert_msg(smtp_span_is(read.from.name.text, smtp_span_of(infos[_i].name)), "%s",
                  infos[_i].in);
    ck_assert_msg(smtp_span_is(read.from.address.text, smtp_span_of(infos[_i].address)), "%s",
                  infos[_i].in);
    ck_assert_int_eq(read.by.address.kind, SMTP_D_NONE);
    check_again(&read);
}
END_TEST

/* Clauses that no Stamp gave: what is no clause ends them, and stays. */
static const struct {
    const char *clauses;
    unsigned count;
    const char *rest;
} lists[] = {
    {"", 0, ""},
    {"a b", 1, ""},
    {"a b (c) d \"e f\" (g)", 2, " (g)"},
    {"a", 0, "a"},
    {"a ", 0, "a "},
    {"a b c", 1, " c"},
    {"a b c <d>", 1, " c <d>"},
    {"a b (c", 1, " (c"},
    {"\"a\" b", 0, "\"a\" b"},
};
enum { LISTS = sizeof lists / sizeof *lists };

START_TEST(test_clauses)
{
    smtp_span in = guard_copy(smtp_span_of(lists[_i].clauses)), rest = in;
    struct smtp_clause clause;
    unsigned count = 0;
    while (smtp_clause_next(&rest, &clause))
        count++;
    ck_assert_uint_eq(count, lists[_i].count);
    ck_assert_msg(smtp_span_is(rest, smtp_span_of(lists[_i].rest)), "%s: %.*s", lists[_i].clauses,
                  (int)rest.n, rest.p);
    guard_free(in);
}
END_TEST

static const struct {
    const char *name;
    enum smtp_with with;
} withs[] = {
#define ROW(name, clause) {#name, SMTP_WITH_##name},
    SMTP_WITHS(ROW)
#undef ROW
        {"", SMTP_WITH_NONE},
    {"esmtpsa", SMTP_WITH_ESMTPSA},
    {"ESMTPSAX", SMTP_WITH_OTHER},
    {"HTTP", SMTP_WITH_OTHER},
    {"ESMT", SMTP_WITH_OTHER},
    {"utf8lmtps", SMTP_WITH_UTF8LMTPS},
};
enum { WITHS = sizeof withs / sizeof *withs };

START_TEST(test_withs)
{
    ck_assert_msg(smtp_with_of(smtp_span_of(withs[_i].name)) == withs[_i].with, "%s",
                  withs[_i].name);
}
END_TEST

static const struct {
    enum smtp_with with;
    unsigned traits;
} traits[] = {
    {SMTP_WITH_NONE, 0},
    {SMTP_WITH_OTHER, 0},
    {SMTP_WITH_SMTP, 0},
    {SMTP_WITH_ESMTP, SMTP_TRAIT_EXTENDED},
    {SMTP_WITH_ESMTPA, SMTP_TRAIT_EXTENDED | SMTP_TRAIT_AUTH},
    {SMTP_WITH_ESMTPS, SMTP_TRAIT_EXTENDED | SMTP_TRAIT_TLS},
    {SMTP_WITH_ESMTPSA, SMTP_TRAIT_EXTENDED | SMTP_TRAIT_AUTH | SMTP_TRAIT_TLS},
    {SMTP_WITH_LMTP, SMTP_TRAIT_EXTENDED | SMTP_TRAIT_LMTP},
    {SMTP_WITH_LMTPS, SMTP_TRAIT_EXTENDED | SMTP_TRAIT_LMTP | SMTP_TRAIT_TLS},
    {SMTP_WITH_UTF8SMTPA, SMTP_TRAIT_EXTENDED | SMTP_TRAIT_UTF8 | SMTP_TRAIT_AUTH},
    {SMTP_WITH_UTF8LMTPSA,
     SMTP_TRAIT_EXTENDED | SMTP_TRAIT_UTF8 | SMTP_TRAIT_LMTP | SMTP_TRAIT_TLS | SMTP_TRAIT_AUTH},
};
enum { TRAITS = sizeof traits / sizeof *traits };

START_TEST(test_traits)
{
    ck_assert_uint_eq(smtp_with_traits(traits[_i].with), traits[_i].traits);
}
END_TEST

/* Every name comes back from its traits, and its traits are the letters in it. */
START_TEST(test_names)
{
    enum smtp_with with = withs[_i].with;
    const char *name = smtp_with_name(with);
    if (with <= SMTP_WITH_OTHER) {
        ck_assert_str_eq(name, "");
        return;
    }
    unsigned of = smtp_with_traits(with);
    size_t n = strlen(name);
    ck_assert_int_eq(smtp_with_of(smtp_span_of(name)), with);
    ck_assert_int_eq(smtp_with_made(of), with);
    ck_assert((of & SMTP_TRAIT_AUTH) == 0 || name[n - 1] == 'A');
    ck_assert(((of & SMTP_TRAIT_TLS) != 0) == (strstr(name, "PS") != NULL));
    ck_assert(((of & SMTP_TRAIT_UTF8) != 0) == (strncmp(name, "UTF8", 4) == 0));
    ck_assert(((of & SMTP_TRAIT_LMTP) != 0) == (strstr(name, "LMTP") != NULL));
}
END_TEST

/* A tolerance of smtp/lax.h counts here as well, and only where it was needed. */
START_TEST(test_tolerance)
{
    static const char *const in[] = {"from a_b by e.f" DATE, "from a.b (a_b x) by e.f" DATE,
                                     "from a.b (a_b [192.0.2.1]) by e.f" DATE};
    static const unsigned used[] = {SMTP_LAX_UNDERSCORE, 0, SMTP_LAX_UNDERSCORE};
    struct smtp_cursor c = smtp_cursor_of(smtp_span_of(in[_i]), SMTP_LAX_UNDERSCORE);
    struct smtp_received read;
    ck_assert_int_eq(smtp_parse_stamp(&c, &read), OK);
    ck_assert_uint_eq(c.lax_used, used[_i]);
}
END_TEST

static Suite *received_suite(void)
{
    Suite *suite = suite_create("received");
    TCase *tcase = tcase_create("received");
    tcase_add_loop_test(tcase, test_rows, 0, ROWS);
    tcase_add_test(tcase, test_cuts);
    tcase_add_loop_test(tcase, test_tcp_info, 0, INFOS);
    tcase_add_loop_test(tcase, test_clauses, 0, LISTS);
    tcase_add_loop_test(tcase, test_withs, 0, WITHS);
    tcase_add_loop_test(tcase, test_traits, 0, TRAITS);
    tcase_add_loop_test(tcase, test_names, 0, WITHS);
    tcase_add_loop_test(tcase, test_tolerance, 0, 3);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(received_suite)
