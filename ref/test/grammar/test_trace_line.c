#include <stdio.h>
#include <string.h>

#include "check_main.h"
#include "guard.h"
#include "rule_table.h"
#include "smtp/received.h"

#define OK SMTP_T_OK
#define NOT SMTP_T_NOMATCH
#define BLANK SMTP_T_BLANK
#define PATH SMTP_T_PATH
#define TRAILING SMTP_T_TRAILING
#define CLAUSE SMTP_T_CLAUSE
#define STAMP "from a.b\r\n\tby e.f;\r\n\tThu, 1 Jan 1970 00:00:00 +0000"
#define JAN "; Thu, 1 Jan 2026 12:30:05 +0100"

enum { ROOM = 512 };

/* ---- lines as they are found in the world, all names and addresses from RFC 2606 and RFC 5737 ---- */

static const struct {
    const char *who;
    smtp_span in;
    enum smtp_trace_fault fault;
    const char *at; /* what stands at the fault */
    const char *from, *by, *id, *recipient, *clauses;
    enum smtp_with protocol;
} lines[] = {
    {"Postfix",
     T("Received: from mail.example.com (mail.example.com [192.0.2.1])\r\n"
       "\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)\r\n"
       "\t key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256)\r\n"
       "\t(No client certificate requested)\r\n"
       "\tby mx.example.org (Postfix) with ESMTPS id 4XyZab12cdz3Q\r\n"
       "\tfor <user@example.org>; Thu,  1 Jan 2026 12:30:05 +0100 (CET)\r\n"),
     OK, NULL, "mail.example.com", "mx.example.org", "4XyZab12cdz3Q", "user@example.org", "",
     SMTP_WITH_ESMTPS},
    {"Postfix, no name for the address",
     T("Received: from localhost (unknown [IPv6:2001:db8::7])\r\n\tby mx.example.org (Postfix) "
       "with "
       "UTF8SMTPSA id 1A2B3C" JAN "\r\n"),
     OK, NULL, "localhost", "mx.example.org", "1A2B3C", "", "", SMTP_WITH_UTF8SMTPSA},
    {"Postfix, from the same host",
     T("Received: by mx.example.org (Postfix, from userid 1000)\r\n\tid 1A2B3C" JAN "\r\n"),
     SMTP_T_FROM, "by mx", NULL, NULL, NULL, NULL, NULL, SMTP_WITH_NONE},
    {"Postfix, HELO with an underscore",
     T("Received: from mail_1.example.com (unknown [192.0.2.1])\r\n\tby mx.example.org (Postfix) "
       "with SMTP id 1A2B3C" JAN "\r\n"),
     SMTP_T_HOST, "_1.example", NULL, NULL, NULL, NULL, NULL, SMTP_WITH_NONE},
    {"Exim",
     T("Received: from mail.example.com ([192.0.2.1]:40312)\r\n\tby mx.example.org with esmtps "
       "(TLS1.3) tls TLS_AES_256_GCM_SHA384\r\n\t(Exim 4.96)\r\n\t(envelope-from "
       "<sender@example.com>)\r\n\tid 1tABcd-000123-2X\r\n\tfor user@example.org" JAN "\r\n"),
     SMTP_T_ORDER, "id 1tAB", NULL, NULL, NULL, NULL, NULL, SMTP_WITH_NONE},
    {"Exim, without its tls clause",
     T("Received: from mail.example.com ([192.0.2.1] helo=client.example)\r\n\tby mx.example.org "
       "with esmtpsa (TLS1.3:ECDHE:256)\r\n\t(Exim 4.94.2)\r\n\t(envelope-from "
       "<sender@example.com>)\r\n\tid 1tABcd-000123-2X\r\n\tfor user@example.org" JAN "\r\n"),
     OK, NULL, "mail.example.com", "mx.example.org", "1tABcd-000123-2X", "user@example.org", "",
     SMTP_WITH_ESMTPSA},
    {"Exim, no name for the address",
     T("Received: from [192.0.2.1] (helo=client.example)\r\n\tby mx.example.org with esmtp (Exim "
       "4.94.2)\r\n\tid 1tABcd-000123-2X" JAN "\r\n"),
     SMTP_T_TCP_INFO, "=client", NULL, NULL, NULL, NULL, NULL, SMTP_WITH_NONE},
    {"OpenSMTPD",
     T("Received: from client.example (mail.example.com [192.0.2.1])\r\n\tby mx.example.org "
       "(OpenSMTPD) with ESMTPS id 0a1b2c3d "
       "(TLSv1.3:TLS_AES_256_GCM_SHA384:256:NO)\r\n\tfor <user@example.org>;\r\n\tThu, 1 Jan 2026 "
       "12:30:05 +0100 (CET)\r\n"),
     OK, NULL, "client.example", "mx.example.org", "0a1b2c3d", "user@example.org", "",
     SMTP_WITH_ESMTPS},
    {"OpenSMTPD, authenticated",
     T("Received: from client.example (mail.example.com [192.0.2.1])\r\n\tby mx.example.org "
       "(OpenSMTPD) with ESMTPSA id 0a1b2c3d (TLSv1.3:X:256:NO) auth=yes user=u" JAN "\r\n"),
     OK, NULL, "client.example", "mx.example.org", "0a1b2c3d", "", "auth=yes user=u",
     SMTP_WITH_ESMTPSA},
    {"sendmail",
     T("Received: from mail.example.com (mail.example.com [192.0.2.1] (may be forged))\r\n\tby "
       "mx.example.org (8.17.1/8.17.1) with ESMTPS id 601BU5ab012345\r\n\t(version=TLSv1.3 "
       "cipher=TLS_AES_256_GCM_SHA384 bits=256 verify=NOT)\r\n\tfor <user@example.org>" JAN "\r\n"),
     OK, NULL, "mail.example.com", "mx.example.org", "601BU5ab012345", "user@example.org", "",
     SMTP_WITH_ESMTPS},
    {"as of a large provider, from outside",
     T("Received: from mail.example.com (mail.example.com. [192.0.2.1])\r\n        by "
       "mx.example.org with ESMTPS id a1b2c3-d4e5f6si123456qtb.12.2026.01.01.03.30.05\r\n        "
       "for <user@example.org>\r\n        (version=TLS1_3 cipher=X bits=256/256);\r\n        Thu, "
       "01 Jan 2026 03:30:05 -0800 (PST)\r\n"),
     CLAUSE, ".12.2026", NULL, NULL, NULL, NULL, NULL, SMTP_WITH_NONE},
    {"as of a large provider, the same with an Atom for the id",
     T("Received: from mail.example.com (mail.example.com. [192.0.2.1])\r\n        by "
       "mx.example.org with ESMTPS id a1b2c3-d4e5f6si123456qtb\r\n        for "
       "<user@example.org>\r\n        (version=TLS1_3 cipher=X bits=256/256);\r\n        Thu, 01 "
       "Jan "
       "2026 03:30:05 -0800 (PST)\r\n"),
     OK, NULL, "mail.example.com", "mx.example.org", "a1b2c3-d4e5f6si123456qtb", "user@example.org",
     "", SMTP_WITH_ESMTPS},
    {"as of a large provider, inside",
     T("Received: by 2001:db8:6000:1a2b:b0:42f with SMTP id x1csp123" JAN " (PST)\r\n"),
     SMTP_T_FROM, "by 2001", NULL, NULL, NULL, NULL, NULL, SMTP_WITH_NONE},
    {"as of another large provider",
     T("Received: from A1.prod.example.com (2001:db8:a03::1)\r\n by B2.prod.example.com "
       "(2001:db8:a03::2) with Microsoft SMTP Server\r\n (version=TLS1_2, cipher=X) id "
       "15.20.1.2" JAN "\r\n"),
     SMTP_T_ORDER, "id 15.20", NULL, NULL, NULL, NULL, NULL, SMTP_WITH_NONE},
    {"qmail, its queue",
     T("Received: (qmail 1234 invoked by uid 89); 1 Jan 2026 11:30:05 -0000\r\n"), SMTP_T_FROM,
     "(qmail", NULL, NULL, NULL, NULL, NULL, SMTP_WITH_NONE},
    {"qmail, from the net",
     T("Received: from unknown (HELO mail.example.com) (192.0.2.1)\r\n  by mx.example.org with "
       "SMTP; "
       "1 Jan 2026 11:30:05 -0000\r\n"),
     OK, NULL, "unknown", "mx.example.org", "", "", "", SMTP_WITH_SMTP},
    {"qmail, with the name of a user",
     T("Received: from unknown (HELO mail.example.com) (user@192.0.2.1)\r\n  by 0 with ESMTPA; 1 "
       "Jan "
       "2026 11:30:05 -0000\r\n"),
     OK, NULL, "unknown", "0", "", "", "", SMTP_WITH_ESMTPA},
    {"Dovecot's LMTP",
     T("Received: from mx.example.org ([192.0.2.1])\r\n\tby store.example.org with LMTP\r\n\tid "
       "aBcDeFgHij/KlM+nOp\r\n\t(envelope-from <sender@example.com>)\r\n\tfor "
       "<user@example.org>" JAN "\r\n"),
     OK, NULL, "mx.example.org", "store.example.org", "aBcDeFgHij/KlM+nOp", "user@example.org", "",
     SMTP_WITH_LMTP},
    {"RFC 5322 A.4",
     T("Received: from x.y.test\r\n   by example.net\r\n   via TCP\r\n   with ESMTP\r\n   id "
       "ABC12345\r\n   for <mary@example.net>;  21 Nov 1997 10:05:43 -0600\r\nReceived: from "
       "node.example by x.y.test; 21 Nov 1997 10:01:22 -0600\r\n"),
     OK, NULL, "x.y.test", "example.net", "ABC12345", "mary@example.net", "", SMTP_WITH_ESMTP},
};
enum { LINES = sizeof lines / sizeof *lines };

static bool is(smtp_span s, const char *want)
{
    return smtp_span_is(s, smtp_span_of(want));
}

static void check_parts(size_t i, const struct smtp_received *r)
{
    const char *who = lines[i].who;
    ck_assert_msg(is(r->from.domain.text, lines[i].from), "%s: from", who);
    ck_assert_msg(is(r->by.domain.text, lines[i].by), "%s: by", who);
    ck_assert_msg(is(r->id, lines[i].id), "%s: id %.*s", who, (int)r->id.n, r->id.p);
    ck_assert_msg(is(r->recipient.mailbox, lines[i].recipient), "%s: for", who);
    ck_assert_msg(is(r->clauses, lines[i].clauses), "%s: clauses", who);
    ck_assert_msg(r->protocol == lines[i].protocol, "%s: with", who);
}

/* Print, read, print again: the same octets. */
static void check_identity(const struct smtp_received *r)
{
    char line[ROOM], second[ROOM];
    size_t n = smtp_print_received((smtp_room){line, ROOM}, r);
    struct smtp_cursor c = smtp_cursor_of((smtp_span){line, n}, 0);
    struct smtp_received again;
    ck_assert_uint_le(n, ROOM);
    ck_assert_int_eq(smtp_parse_received(&c, &again), OK);
    ck_assert_uint_eq(smtp_print_received((smtp_room){second, ROOM}, &again), n);
    ck_assert_mem_eq(line, second, n);
}

START_TEST(test_world)
{
    smtp_span in = guard_copy(lines[_i].in);
    struct smtp_cursor c = smtp_cursor_of(in, 0);
    struct smtp_received read;
    enum smtp_trace_fault fault = smtp_parse_received(&c, &read);
    ck_assert_msg(fault == lines[_i].fault, "%s: %s at %zu", lines[_i].who,
                  smtp_trace_row(fault)->symbol, (size_t)(c.fault_at - in.p));
    if (fault == OK) {
        ck_assert(c.at[-1] == '\n' && c.at[-2] == '\r');
        check_parts((size_t)_i, &read);
        check_identity(&read);
    } else {
        smtp_span rest = {c.fault_at, (size_t)(c.end - c.fault_at)};
        ck_assert_msg(smtp_span_has_head_nocase(rest, smtp_span_of(lines[_i].at)), "%s: at %.*s",
                      lines[_i].who, (int)rest.n, rest.p);
        ck_assert(c.at == in.p);
    }
    guard_free(in);
}
END_TEST

/* ---- name and end of the two lines ---- */

static const struct frame {
    const char *clause;
    smtp_span in;
    enum smtp_trace_fault fault;
    size_t at; /* OK: octets read; else the offset of the fault */
} received[] =
    {
        {"5321-4.4", T("Received: " STAMP "\r\n"), OK, 63},
        {"5321-4.4", T("Received: " STAMP), OK, 61},
        {"5321-4.4", T("rECEIVED:\r\n\t" STAMP "\r\nTo: x"), OK, 65},
        {"5321-4.4", T("Received: " STAMP " (UTC)\r\nReceived: "), OK, 69},
        {"5321-4.4", T("Received:" STAMP), BLANK, 9},
        {"5321-4.4", T("Received:"), BLANK, 9},
        {"5321-4.4", T("Received : " STAMP), NOT, 0},
        {"5321-4.4", T(" Received: " STAMP), NOT, 0},
        {"5321-4.4", T("Received-SPF: pass"), NOT, 0},
        {"5321-4.4", T(""), NOT, 0},
        {"5321-4.4", T("Received: " STAMP "\n"), TRAILING, 61},
        {"5321-4.4", T("Received: " STAMP "\r"), TRAILING, 61},
        {"5321-4.4", T("Received: " STAMP " x\r\n"), TRAILING, 62},
        {"5321-4.4", T("Received: " STAMP ";\r\n"), TRAILING, 61},
        {"5322 3.2.2", T("Received: " STAMP "\r\n \r\n"), TRAILING, 61},
        {"5322 3.2.2", T("Received: " STAMP "\r\n\t\r\n"), TRAILING, 61},
        {"5322 3.2.2", T("Received: \r\n \r\n " STAMP "\r\n"), SMTP_T_FROM, 10},
},
  paths[] = {
      {"5321-4.4", T("Return-Path: <a@b.c>\r\n"), OK, 22},
      {"5321-4.4", T("Return-Path: <>\r\n"), OK, 17},
      {"5321-4.4", T("Return-Path: <a@b.c>"), OK, 20},
      {"5321-4.4", T("return-path:\r\n <@x.y:\"a b\"@[192.0.2.1]>\r\nTo: x"), OK, 41},
      {"5321-4.4", T("Return-Path:<a@b.c>\r\n"), BLANK, 12},
      {"5321-4.4", T("Return-Path : <a@b.c>\r\n"), NOT, 0},
      {"5321-4.4", T("Return-Receipt-To: <a@b.c>\r\n"), NOT, 0},
      {"5321-4.4", T("Return-Path: a@b.c\r\n"), PATH, 13},
      {"5321-4.4", T("Return-Path: \r\n"), PATH, 13},
      {"5321-4.4", T("Return-Path: (x) <a@b.c>\r\n"), PATH, 13},
      {"5321-4.4", T("Return-Path: <a@b_c>\r\n"), PATH, 17},
      {"5321-4.4", T("Return-Path: < >\r\n"), PATH, 14},
      {"5321-4.4", T("Return-Path: <a@b.c> \r\n"), TRAILING, 20},
      {"5321-4.4", T("Return-Path: <a@b.c> (x)\r\n"), TRAILING, 20},
      {"5321-4.4", T("Return-Path: <a@b.c>\r\n x\r\n"), TRAILING, 20},
      {"5321-4.4", T("Return-Path: <a@b.c>\n"), TRAILING, 20},
};
enum { RECEIVED = sizeof received / sizeof *received, PATHS = sizeof paths / sizeof *paths };

static void check_frame(const struct frame *row, const struct smtp_cursor *c, const char *begin,
                        enum smtp_trace_fault fault)
{
    size_t at = (size_t)((fault == OK ? c->at : c->fault_at) - begin);
    ck_assert_msg(fault == row->fault, "%s %.*s: %s at %zu", row->clause, (int)row->in.n, row->in.p,
                  smtp_trace_row(fault)->symbol, at);
    if (fault != NOT)
        ck_assert_msg(at == row->at, "%s %.*s: at %zu", row->clause, (int)row->in.n, row->in.p, at);
    ck_assert(fault == OK || c->at == begin);
}

START_TEST(test_received_line)
{
    smtp_span in = guard_copy(received[_i].in);
    struct smtp_cursor c = smtp_cursor_of(in, 0);
    struct smtp_received read;
    enum smtp_trace_fault fault = smtp_parse_received(&c, &read);
    check_frame(&received[_i], &c, in.p, fault);
    if (fault == OK) {
        char line[ROOM];
        ck_assert_uint_eq(smtp_print_received((smtp_room){line, ROOM}, &read), 63);
        ck_assert_mem_eq(line, "Received: " STAMP "\r\n", 63);
    }
    guard_free(in);
}
END_TEST

/* Into rooms of every size, flush against a guard page. */
static void check_path_print(const struct smtp_path *path)
{
    static const char blank[ROOM];
    char want[ROOM];
    size_t all = (size_t)snprintf(want, sizeof want, "Return-Path: %.*s\r\n", (int)path->text.n,
                                  path->text.p);
    for (size_t room = 0; room <= all + 1; room++) {
        smtp_span place = guard_copy((smtp_span){blank, room});
        size_t n = smtp_print_return_path((smtp_room){(char *)(uintptr_t)place.p, room}, path);
        ck_assert_uint_eq(n, all);
        ck_assert_mem_eq(place.p, want, room < n ? room : n);
        guard_free(place);
    }
}

START_TEST(test_return_path_line)
{
    smtp_span in = guard_copy(paths[_i].in);
    struct smtp_cursor c = smtp_cursor_of(in, 0);
    struct smtp_path read;
    enum smtp_trace_fault fault = smtp_parse_return_path(&c, &read);
    check_frame(&paths[_i], &c, in.p, fault);
    if (fault == OK)
        check_path_print(&read);
    guard_free(in);
}
END_TEST

/* ---- print of what no parser made ---- */

START_TEST(test_made)
{
    static const char want[] = "Received: from c.example ([192.0.2.1])\r\n\tby e.f\r\n\twith LMTPS "
                               "id 1 for <u@d.e> loop 2;\r\n\tSat, 31 Dec 2016 19:00:00 -0500\r\n";
    struct smtp_received r;
    memset(&r, 0, sizeof r);
    r.from.domain = (struct smtp_domain){.kind = SMTP_D_NAME, .value = SMTP_SPAN("c.example")};
    r.from.address = (struct smtp_domain){.kind = SMTP_D_IPV4, .value = SMTP_SPAN("192.0.2.1")};
    r.by.domain = (struct smtp_domain){.kind = SMTP_D_NAME, .value = SMTP_SPAN("e.f")};
    r.with = SMTP_SPAN("LMTPS");
    r.id = SMTP_SPAN("1");
    r.recipient.local = SMTP_SPAN("u");
    r.recipient.domain = (struct smtp_domain){.kind = SMTP_D_NAME, .value = SMTP_SPAN("d.e")};
    r.clauses = SMTP_SPAN(" (x) loop\r\n 2 (not one more");
    ck_assert(smtp_date_at(1483228800, -300, &r.date));
    char line[ROOM];
    ck_assert_uint_eq(smtp_print_received((smtp_room){line, ROOM}, &r), sizeof want - 1);
    ck_assert_mem_eq(line, want, sizeof want - 1);
}
END_TEST

/* Every fault has a row that names its clause. */
START_TEST(test_fault_rows)
{
    const struct smtp_trace_row *row = smtp_trace_row((enum smtp_trace_fault)_i);
    bool cites = strncmp(row->clause, "5321-", 5) == 0 || strncmp(row->clause, "5322 ", 5) == 0;
    ck_assert_str_ne(row->symbol, "");
    ck_assert_int_eq(cites, _i > NOT);
    ck_assert_int_eq(row->text[0] != '\0', _i > NOT);
}
END_TEST

static Suite *trace_line_suite(void)
{
    Suite *suite = suite_create("trace_line");
    TCase *tcase = tcase_create("trace_line");
    tcase_add_loop_test(tcase, test_world, 0, LINES);
    tcase_add_loop_test(tcase, test_received_line, 0, RECEIVED);
    tcase_add_loop_test(tcase, test_return_path_line, 0, PATHS);
    tcase_add_test(tcase, test_made);
    tcase_add_loop_test(tcase, test_fault_rows, 0, SMTP_T_COUNT);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(trace_line_suite)
