#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check_main.h"
#include "guard.h"
#include "rule_table.h"
#include "smtp/chain.h"

#define OK SMTP_T_OK
#define DATE "; Thu, 15 Jan 2026 10:00:0"
#define Z " +0000\r\n"
#define BIT(finding) (1U << SMTP_FI_##finding)

enum { ROOM = 40 };

static bool is(smtp_span s, const char *want)
{
    return smtp_span_is(s, smtp_span_of(want));
}

/* ---- fields ---- */

static const struct {
    const char *clause;
    smtp_span in;
    const char *names; /* with a comma behind each; a line that is no field: "-" */
    size_t end;        /* where the section ends */
} sections[] = {
    {"5322 2.2", T(""), "", 0},
    {"5322 2.2", T("\r\n"), "", 0},
    {"5322 2.2", T("\r\nTo: x\r\n"), "", 0},
    {"5322 2.2", T("To: x"), "To,", 5},
    {"5322 2.2", T("To: x\r\n"), "To,", 7},
    {"5322 2.2", T("To: x\r\n\r\nCc: y\r\n"), "To,", 7},
    {"5322 2.2", T("To: x\r\nCc:\r\n"), "To,Cc,", 12},
    {"5322 2.2.3", T("To: x\r\n y\r\n\tz\r\nCc: y\r\n"), "To,Cc,", 22},
    {"5322 2.2.3", T("To: x\r\n"), "To,", 7},
    {"5322 2.2.3", T("To: x\r\n "), "To,", 8},
    {"5322 2.2.3", T(" x\r\nTo: y"), "-,To,", 9},
    {"5322 2.2", T("To: x\ry\nz\r\r\nCc: y\n\n\r"), "To,Cc,", 20},
    {"5322 4.5", T("To \t: x\r\n"), "To,", 9},
    {"5322 2.2", T("To x: y\r\nTo\r\n:\r\nT\177: x\r\nT\200: x\r\n"), "-,-,-,-,-,", 30},
};
enum { SECTIONS = sizeof sections / sizeof *sections };

START_TEST(test_fields)
{
    smtp_span in = guard_copy(sections[_i].in);
    struct smtp_field field;
    char names[80] = "";
    size_t at = 0, next = 0;
    while (smtp_field_next(in, &at, &field)) {
        ck_assert_uint_eq(field.at, next);
        ck_assert(field.text.p == in.p + field.at && field.body <= field.text.n);
        ck_assert(field.name.n == 0 || field.text.p[field.body - 1] == ':');
        next = at;
        snprintf(names + strlen(names), sizeof names - strlen(names), "%.*s,",
                 field.name.n > 0 ? (int)field.name.n : 1, field.name.n > 0 ? field.name.p : "-");
    }
    ck_assert_msg(strcmp(names, sections[_i].names) == 0, "%s %d: %s", sections[_i].clause, _i,
                  names);
    ck_assert_uint_eq(at, sections[_i].end);
    guard_free(in);
}
END_TEST

/* ---- what is seen in one field ---- */

static const struct {
    const char *in;                               /* behind "Received: " */
    const char *from, *from_name, *from_address;  /* NULL: not there */
    const char *by, *by_address, *with, *id, *to; /* to: for */
    enum smtp_hop_tls tls;
} looks[] = {
    {"", NULL, NULL, NULL, NULL, NULL, "", "", "", SMTP_HOP_UNKNOWN},
    {"from a.b by c.d with ESMTP id 1 for <u@d.e>", "a.b", NULL, NULL, "c.d", NULL, "ESMTP", "1",
     "<u@d.e>", SMTP_HOP_CLEAR},
    {"FROM a.b (m.n [192.0.2.1]) BY c.d ([192.0.2.2]) WITH esmtps ID <x@y> FOR u@d.e", "a.b", "m.n",
     "192.0.2.1", "c.d", "192.0.2.2", "esmtps", "<x@y>", "u@d.e", SMTP_HOP_TLS},
    {"from a.b ([IPv6:2001:db8::1]) by c.d", "a.b", NULL, "2001:db8::1", "c.d", NULL, "", "", "",
     SMTP_HOP_UNKNOWN},
    {"from a.b ([2001:db8::1]) by c.d", "a.b", NULL, "2001:db8::1", "c.d", NULL, "", "", "",
     SMTP_HOP_UNKNOWN},
    {"from a.b (2001:db8::1) by c.d (192.0.2.2)", "a.b", NULL, "2001:db8::1", "c.d", "192.0.2.2",
     "", "", "", SMTP_HOP_UNKNOWN},
    {"from a.b(192.0.2.1)by c.d", "a.b", NULL, "192.0.2.1", "c.d", NULL, "", "", "",
     SMTP_HOP_UNKNOWN},
    {"from a.b (HELO m.n) (192.0.2.1) by 0 with SMTP", "a.b", "m.n", "192.0.2.1", "0", NULL, "SMTP",
     "", "", SMTP_HOP_CLEAR},
    {"from a.b ([192.0.2.1]:41250 helo=m.n) by c.d", "a.b", "m.n", "192.0.2.1", "c.d", NULL, "", "",
     "", SMTP_HOP_UNKNOWN},
    {"from a.b (m.n. [192.0.2.1]) (Authenticated sender: x@y.z) by c.d", "a.b", "m.n", "192.0.2.1",
     "c.d", NULL, "", "", "", SMTP_HOP_UNKNOWN},
    {"from a.b (unknown [192.0.2.1]) (user u@y.z, ehlo m.n) by c.d", "a.b", "m.n", "192.0.2.1",
     "c.d", NULL, "", "", "", SMTP_HOP_UNKNOWN},
    {"from a.b (me@192.0.2.1) (192.0.2.9 [192.0.2.9) by c.d", "a.b", NULL, "192.0.2.1", "c.d", NULL,
     "", "", "", SMTP_HOP_UNKNOWN},
    {"from a.b (1.2.3 4.5) (x_y.z [X-T:y]) by c.d", "a.b", "x_y.z", NULL, "c.d", NULL, "", "", "",
     SMTP_HOP_UNKNOWN},
    {"from a.b ([192.0.2.1]x) (m..n) (.) (-) by c.d", "a.b", NULL, "192.0.2.1", "c.d", NULL, "", "",
     "", SMTP_HOP_UNKNOWN},
    {"from a.b ([]) ([x]) ([192.0.2.1x]) by c.d", "a.b", NULL, NULL, "c.d", NULL, "", "", "",
     SMTP_HOP_UNKNOWN},
    {"from [192.0.2.1] by [IPv6:2001:db8::1] (TLS_X)", "192.0.2.1", NULL, NULL, "2001:db8::1", NULL,
     "", "", "", SMTP_HOP_TLS},
    {"from 192.0.2.1 by 2001:db8::1 (no TLS2, tlsv1.3)", "192.0.2.1", NULL, NULL, "2001:db8::1",
     NULL, "", "", "", SMTP_HOP_TLS},
    {"from a.b. by . with SMTP (TLS1_3)", "a.b", NULL, NULL, ".", NULL, "SMTP", "", "",
     SMTP_HOP_TLS},
    {"by c.d from a.b for <u@d.e>,<v@d.e>", "a.b", NULL, NULL, "c.d", NULL, "", "",
     "<u@d.e>,<v@d.e>", SMTP_HOP_UNKNOWN},
    {"from a.b from x.y by c.d for \"a b;(\"@d with HTTP", "a.b", NULL, NULL, "c.d", NULL, "HTTP",
     "", "\"a b;(\"@d", SMTP_HOP_UNKNOWN},
    {"from a.b by c.d for \"a \\\"b", "a.b", NULL, NULL, "c.d", NULL, "", "", "\"a \\\"b",
     SMTP_HOP_UNKNOWN},
    {"from a.b by c.d for \"a\\", "a.b", NULL, NULL, "c.d", NULL, "", "", "\"a\\",
     SMTP_HOP_UNKNOWN},
    {"from a.b (x (y \\) z) [192.0.2.1]) by c.d", "a.b", NULL, "192.0.2.1", "c.d", NULL, "", "", "",
     SMTP_HOP_UNKNOWN},
    {"from a.b (192.0.2.1 by c.d", "a.b", NULL, "192.0.2.1", NULL, NULL, "", "", "",
     SMTP_HOP_UNKNOWN},
    {"from a.b (", "a.b", NULL, NULL, NULL, NULL, "", "", "", SMTP_HOP_UNKNOWN},
    {"from a.b (\\", "a.b", NULL, NULL, NULL, NULL, "", "", "", SMTP_HOP_UNKNOWN},
    {"from a.b\r\n (\tm.n\r\n [192.0.2.1])\r\n\tby c.d", "a.b", "m.n", "192.0.2.1", "c.d", NULL, "",
     "", "", SMTP_HOP_UNKNOWN},
    {"from", NULL, NULL, NULL, NULL, NULL, "", "", "", SMTP_HOP_UNKNOWN},
    {"with Microsoft SMTP Server id 15.2 via Frontend Transport by c.d", NULL, NULL, NULL, "c.d",
     NULL, "Microsoft", "15.2", "", SMTP_HOP_UNKNOWN},
};
enum { LOOKS = sizeof looks / sizeof *looks };

static void same(const char *in, const char *what, const struct smtp_domain *got, const char *want)
{
    bool fits =
        want == NULL ? got->kind == SMTP_D_NONE : got->kind != SMTP_D_NONE && is(got->value, want);
    ck_assert_msg(fits, "%s: %s is %.*s", in, what, (int)got->value.n, got->value.p);
}

/* The only hop of a message with this field. */
static struct smtp_hop hop_of(smtp_span header)
{
    struct smtp_hop hop;
    struct smtp_chain chain;
    ck_assert(smtp_chain_read(header, &hop, 1, SMTP_HOPS_MAX, &chain));
    ck_assert_uint_eq(chain.count, 1);
    return hop;
}

START_TEST(test_look)
{
    const char *in = looks[_i].in;
    char text[512];
    int n = snprintf(text, sizeof text, "Received: %s", in);
    smtp_span header = guard_copy((smtp_span){text, (size_t)n});
    struct smtp_hop hop = hop_of(header);
    const struct smtp_received *seen = &hop.seen;
    same(in, "from", &seen->from.domain, looks[_i].from);
    same(in, "its name", &seen->from.name, looks[_i].from_name);
    same(in, "its address", &seen->from.address, looks[_i].from_address);
    same(in, "by", &seen->by.domain, looks[_i].by);
    same(in, "its address", &seen->by.address, looks[_i].by_address);
    ck_assert_msg(is(seen->with, looks[_i].with), "%s: with", in);
    ck_assert_msg(is(seen->id, looks[_i].id), "%s: id", in);
    ck_assert_msg(is(seen->recipient.text, looks[_i].to), "%s: for", in);
    ck_assert_msg(hop.tls == looks[_i].tls, "%s: TLS %d", in, hop.tls);
    ck_assert((hop.findings & BIT(MALFORMED)) != 0);
    guard_free(header);
}
END_TEST

/* ---- dates ---- */

static const struct {
    const char *clause, *in;
    bool dated, guessed;
    int64_t seconds;
} dates[] = {
    {"5322 3.3", "; Thu, 15 Jan 2026 10:00:00 +0000", true, false, 1768471200},
    {"5322 3.3", "; 15 Jan 2026 11:30 +0130 (x)", true, false, 1768471200},
    {"5322 3.3", "; Thu, 15 Jan 2026 10:00:00 -0000", true, false, 1768471200},
    {"5322 4.3", "; Thu,15 Jan 2026 10:00:00 GMT", true, false, 1768471200},
    {"5322 4.3", "; Thu (a) , (b) 15 (c) Jan (d) 26 (e) 10:00:00 (f) UT (g)", true, false,
     1768471200},
    {"5322 4.3", "; 15 Jan 126 05:00:00 EST", true, false, 1768471200},
    {"5322 4.3", "; 1 Jan 50 00:00:00 Z", true, false, -631152000},
    {"5322 4.3", "; 1 Jan 49 00:00:00 utc", true, false, 2493072000},
    {"5322 4.3", "; 15 Jan 2026 3:00:00 PDT", true, false, 1768471200},
    {"5322 4.3", "; 15 Jan 2026 10:00:00 CEST", true, true, 1768471200},
    {"5322 4.3", "; 15 Jan 2026 10:00:00 A", true, true, 1768471200},
    {"5322 4.3", "; 15 Jan 2026 10:00:00", true, true, 1768471200},
    {"5321-4.4", " id 1; x; 15 Jan 2026 10:00:00 +0000", true, false, 1768471200},
    {"5322 3.3", " 15 Jan 2026 10:00:00 +0000", false, false, 0},
    {"5322 3.3", ";", false, false, 0},
    {"5322 3.3", "; Thu", false, false, 0},
    {"5322 3.3", "; 15 Jan 2026", false, false, 0},
    {"5322 3.3", "; 32 Jan 2026 10:00:00 +0000", false, false, 0},
    {"5322 3.3", "; 15 Jan 2026 10:00:00 +0060", false, false, 0},
    {"5322 3.3", "; 15 Jan 2026 10:00:00 +00000", false, false, 0},
    {"5322 3.3", "; 15 Jan 2026 10:00:00 +0000x", false, false, 0},
    {"5322 3.3", "; 15 Jan 2026 :00:00 +0000", false, false, 0},
    {"5322 3.3", "; 15 Jan 2026 1 +0000", false, false, 0},
    {"5322 3.3", "; 15 Jan 9 10:00:00 +0000", false, false, 0},
    {"5322 3.3", "; Thursday 15 January 2026 10:00:00 +0000", false, false, 0},
    {"5322 3.3", "; 15 Jan 2026000000000000000000000000000000000000000000000000 10:00:00 +0000",
     false, false, 0},
};
enum { DATES = sizeof dates / sizeof *dates };

START_TEST(test_date)
{
    char text[512];
    int n = snprintf(text, sizeof text, "Received: from a.b by c.d%s", dates[_i].in);
    smtp_span header = guard_copy((smtp_span){text, (size_t)n});
    struct smtp_hop hop = hop_of(header);
    ck_assert_msg(hop.dated == dates[_i].dated && hop.seconds == dates[_i].seconds, "%s%s: %d %lld",
                  dates[_i].clause, dates[_i].in, hop.dated, (long long)hop.seconds);
    ck_assert_msg(((hop.findings & BIT(ZONE)) != 0) == dates[_i].guessed, "%s", dates[_i].in);
    ck_assert(((hop.findings & BIT(UNDATED)) != 0) == !dates[_i].dated);
    guard_free(header);
}
END_TEST

/* ---- which hosts are one ---- */

static const struct {
    const char *a, *b; /* what stands behind from, and behind by of the hop before */
    enum smtp_kinship kin;
} kins[] = {
    {"a.example", "a.example", SMTP_KIN_SAME},
    {"A.Example.", "a.example", SMTP_KIN_SAME},
    {"a", "a.example.org", SMTP_KIN_SAME},
    {"a.example.org", "A", SMTP_KIN_SAME},
    {"a", "a", SMTP_KIN_SAME},
    {"a", "b", SMTP_KIN_NONE},
    {"a", "ab.example", SMTP_KIN_NONE},
    {"a.example.org", "b.example.org", SMTP_KIN_DOMAIN},
    {"a.example.org", "a.b.example.org", SMTP_KIN_DOMAIN},
    {"example.org", "a.example.org", SMTP_KIN_DOMAIN},
    {"a.example.org", "a.example.net", SMTP_KIN_NONE},
    {"a.x.co.uk", "b.x.co.uk", SMTP_KIN_DOMAIN},
    {"x.co.uk", "y.co.uk", SMTP_KIN_NONE},
    {"a.abcd.de", "b.abcd.de", SMTP_KIN_DOMAIN},
    {"a.abc.de", "b.abc.de", SMTP_KIN_NONE}, /* by the guess */
    {"a.example (m.n [192.0.2.1])", "b.test ([192.0.2.1])", SMTP_KIN_SAME},
    {"a.example (m.n [192.0.2.1])", "b.test ([192.0.2.2])", SMTP_KIN_NONE},
    {"a.example (m.n [192.0.2.1])", "m.n", SMTP_KIN_SAME},
    {"192.0.2.1", "[192.0.2.1]", SMTP_KIN_SAME},
    {"192.0.2.1", "[IPv6:2001:db8::1]", SMTP_KIN_NONE},
    {"2001:db8::1", "[IPv6:2001:db8:0::1]", SMTP_KIN_SAME},
    {"2001:db8::1", "[IPv6:2001:db8::2]", SMTP_KIN_NONE},
    {"192.0.2.1", "a.example", SMTP_KIN_UNKNOWN},
    {"a.example", "192.0.2.1", SMTP_KIN_UNKNOWN},
};
enum { KINS = sizeof kins / sizeof *kins };

START_TEST(test_kinship)
{
    char text[512];
    snprintf(text, sizeof text, "Received: from %s by %s", kins[_i].a, kins[_i].b);
    struct smtp_hop hop = hop_of(smtp_span_of(text));
    enum smtp_kinship kin = smtp_host_kinship(&hop.seen.from, &hop.seen.by);
    ck_assert_msg(kin == kins[_i].kin, "%s, %s: %d", kins[_i].a, kins[_i].b, kin);
    ck_assert_int_eq(smtp_host_kinship(&hop.seen.by, &hop.seen.from), kin);
}
END_TEST

static const struct {
    const char *host;
    bool local;
} locals[] = {
    {"localhost", true},
    {"LOCALHOST.", true},
    {"localhost.localdomain", true},
    {"localhosts.example", false},
    {"a.example", false},
    {"127.0.0.1", true},
    {"[127.255.0.1]", true},
    {"[128.0.0.1]", false},
    {"[IPv6:::1]", true},
    {"[IPv6:::2]", false},
    {"a.example (localhost [127.0.0.1])", true},
    {"localhost (m.n [192.0.2.1])", false},
};
enum { LOCALS = sizeof locals / sizeof *locals };

START_TEST(test_local)
{
    char text[512];
    snprintf(text, sizeof text, "Received: from %s by x.y", locals[_i].host);
    struct smtp_hop hop = hop_of(smtp_span_of(text));
    ck_assert_msg(smtp_host_is_local(&hop.seen.from) == locals[_i].local, "%s", locals[_i].host);
}
END_TEST

START_TEST(test_no_host_is_local)
{
    struct smtp_trace_host none;
    memset(&none, 0, sizeof none);
    ck_assert(!smtp_host_is_local(&none));
}
END_TEST

/* ---- chains; the fields from the top, as they stand in a message ---- */

#define A "a.example"
#define B "b.test"
#define HOP(from, by, more, second) "Received: from " from " by " by more DATE second Z

static const struct {
    const char *clause, *in;
    unsigned chain;    /* findings and notes of the chain */
    unsigned hops[4];  /* of each hop from the origin; CLEAR and SUBMISSION are left out */
    const char *delay; /* of each, "-": none */
} chains[] = {
    {"5321-4.4", "", 0, {0}, ""},
    {"5321-4.4", "Subject: x\r\n\r\nReceived: x", 0, {0}, ""},
    {"5321-4.4", HOP(A, B, "", "1"), 0, {0}, "-,"},
    {"5321-4.4", "rECEIVED: from " B " by c.d" DATE "3" Z HOP(A, B, "", "1"), 0, {0, 0}, "-,2,"},
    {"5321-4.4", HOP(B, "c.d", "", "1") HOP(A, B, "", "3"), 0, {0, BIT(SKEW)}, "-,-2,"},
    {"5321-4.4", HOP(B, "c.d", "", "1") HOP(A, B, "", "1"), 0, {0, 0}, "-,0,"},
    {"5321-4.4", HOP("m.n", "c.d", "", "3") HOP(A, B, "", "1"), 0, {0, BIT(GAP)}, "-,2,"},
    {"5321-4.4", HOP("x." B, "c.d", "", "3") HOP(A, B, "", "1"), 0, {0, BIT(KIN)}, "-,2,"},
    /* in between, no time that can be told */
    {"5322 3.3",
     HOP("c.d", "e.f", "", "3") "Received: from " B " by c.d\r\n" HOP(A, B, "", "1"),
     0,
     {0, BIT(MALFORMED) | BIT(UNDATED), 0},
     "-,-,2,"},
    {"5322 4.3",
     HOP("c.d", "e.f", "", "3") "Received: from " B
                                " by c.d; 15 Jan 2026 10:00:00 CET\r\n" HOP(A, B, "", "1"),
     0,
     {0, BIT(MALFORMED) | BIT(ZONE), 0},
     "-,-,2,"},
    /* the field that cannot be read says nothing of the way */
    {"5321-4.4",
     HOP("c.d", "e.f", "", "3") "Received: x\r\n" HOP(A, B, "", "1"),
     0,
     {0, BIT(MALFORMED) | BIT(UNDATED), 0},
     "-,-,2,"},
    {"5321-4.4",
     HOP("c.d", "e.f", "", "3") "Received: by c.d" DATE "2" Z HOP(A, B, "", "1"),
     0,
     {0, BIT(MALFORMED), 0},
     "-,1,1,"},
    /* filters on the same host */
    {"5321-4.4",
     HOP("localhost", B, " for <u@d.e>", "3") HOP(B " ([127.0.0.1])", "localhost", "", "2")
         HOP(A, B, " for <u@d.e>", "1"),
     0,
     {0, BIT(LOCAL), BIT(LOCAL)},
     "-,1,1,"},
    {"5321-4.4",
     HOP(B, "c.d", "", "3") HOP("localhost", "localhost", "", "2") HOP(A, B, "", "1"),
     0,
     {0, BIT(LOCAL), 0},
     "-,1,1,"},
    {"5321-4.4",
     HOP("localhost", "c.d", "", "3") HOP(A, B, "", "1"),
     0,
     {0, BIT(LOCAL) | BIT(GAP)},
     "-,2,"},
    {"5321-4.4", HOP("localhost", A, "", "1"), 0, {BIT(LOCAL)}, "-,"},
    /* again at the same host */
    {"5321-6.3",
     HOP(B, A, "", "3") HOP(A, B, "", "2") HOP("x.y", A, "", "1"),
     0,
     {0, 0, BIT(LOOP)},
     "-,1,1,"},
    {"5321-6.3",
     HOP(B, A, " for <u@d.e>", "3") HOP(A, B, "", "2") HOP("x.y", A, " for u@D.E", "1"),
     0,
     {0, 0, BIT(LOOP)},
     "-,1,1,"},
    {"5321-6.3",
     HOP(B, A, " for <u@d.e>", "3") HOP(A, B, "", "2") HOP("x.y", A, " for <v@d.e>", "1"),
     0,
     {0, 0, BIT(REVISIT)},
     "-,1,1,"},
    {"5321-6.3",
     HOP(A, A, " for <u@d.e>", "3") HOP("x.y", A, " for <u@d.e>", "1"),
     0,
     {0, BIT(LOOP)},
     "-,2,"},
    {"5321-6.3",
     HOP(A, A, " for <u@d.e>", "3") HOP("x.y", A, " for <v@d.e>", "1"),
     0,
     {0, 0},
     "-,2,"},
    {"5321-6.3", HOP(A, A, "", "3") HOP("x.y", A, " for <u@d.e>", "1"), 0, {0, 0}, "-,2,"},
    {"5321-6.3", HOP(A, A, " for <u@d.e>", "3") HOP("x.y", A, "", "1"), 0, {0, 0}, "-,2,"},
    {"5321-6.3",
     HOP("[192.0.2.9] ([192.0.2.9])", A, " for <u@d.e>", "3") HOP("x.y", A, " for <u@d.e>", "1"),
     0,
     {0, 0},
     "-,2,"},
    /* Return-Path */
    {"5321-4.4", "Return-Path: <a@b.c>\r\n" HOP(A, B, "", "1"), 0, {0}, "-,"},
    {"5321-4.4", HOP(A, B, "", "1") "Return-Path: <>\r\n", BIT(PATH_LOW), {0}, "-,"},
    {"5321-4.4", "Return-Path: <>\r\nrETURN-pATH: <>\r\n", BIT(PATH_TWICE), {0}, ""},
    {"5321-4.4", "Return-Path: x\r\n", BIT(PATH), {0}, ""},
    {"5322 4.5.7", "Return-Path : <>\r\n", BIT(PATH), {0}, ""},
    /* lines that are no fields */
    {"5322 2.2", "From x Thu Jan 15 10:00:00 2026\r\n" HOP(A, B, "", "1"), 0, {0}, "-,"},
    {"5322 2.2", "Fro\r\n" HOP(A, B, "", "1") "x\r\n", BIT(STRAY), {0}, "-,"},
    {"5322 2.2", HOP(A, B, "", "1") "From x\r\n", BIT(STRAY), {0}, "-,"},
};
enum { CHAINS = sizeof chains / sizeof *chains };

START_TEST(test_chains)
{
    const char *in = chains[_i].in;
    smtp_span header = guard_copy(smtp_span_of(in));
    struct smtp_hop hops[4];
    struct smtp_chain chain;
    ck_assert(smtp_chain_read(header, hops, 4, SMTP_HOPS_MAX, &chain));
    char delays[80] = "";
    for (size_t i = 0; i < chain.count; i++) {
        unsigned got = hops[i].findings & ~(BIT(CLEAR) | BIT(SUBMISSION));
        size_t n = strlen(delays);
        if (hops[i].has_delay)
            snprintf(delays + n, sizeof delays - n, "%lld,", (long long)hops[i].delay);
        else
            snprintf(delays + n, sizeof delays - n, "-,");
        ck_assert_msg(got == chains[_i].hops[i], "%s %s hop %zu: %x", chains[_i].clause, in, i + 1,
                      got);
    }
    ck_assert_msg(strcmp(delays, chains[_i].delay) == 0, "%s: %s", in, delays);
    ck_assert_msg(chain.findings == chains[_i].chain, "%s %s: %x", chains[_i].clause, in,
                  chain.findings);
    guard_free(header);
}
END_TEST

START_TEST(test_places)
{
    static const char in[] = "Subject: a\r\n"
                             "x\r\n"
                             "Received : from a by b\r\n"
                             "Return-Path:\r\n"
                             "Return-Path: <>\r\n"
                             "y\r\n"
                             "Received: from a by b; 1\r\n"
                             "\r\n";
    struct smtp_hop hops[2];
    struct smtp_chain chain;
    ck_assert(smtp_chain_read(smtp_span_of(in), hops, 2, SMTP_HOPS_MAX, &chain));
    ck_assert_uint_eq(chain.header, sizeof in - 1 - 2);
    ck_assert_uint_eq(chain.fields, 5);
    ck_assert_uint_eq(chain.stray_at, 12);
    ck_assert_uint_eq(hops[1].at, 15);
    ck_assert_int_eq(hops[1].fault, SMTP_T_COLON);
    ck_assert_uint_eq(hops[1].fault_at, 15 + 8);
    ck_assert_uint_eq(chain.path_at, 39);
    ck_assert_int_eq(chain.path_fault, SMTP_T_BLANK);
    ck_assert_uint_eq(chain.path_fault_at, 39 + 12);
    ck_assert_uint_eq(chain.path_twice_at, 53);
    ck_assert_uint_eq(hops[0].at, 73);
    ck_assert_int_eq(hops[0].fault, SMTP_T_BLANK);
    ck_assert_uint_eq(hops[0].fault_at, 73 + 24);
    ck_assert(is(hops[0].field, "Received: from a by b; 1"));
    ck_assert_uint_eq(smtp_chain_findings(&chain), BIT(STRAY) | BIT(PATH) | BIT(PATH_TWICE) |
                                                       BIT(PATH_LOW) | BIT(MALFORMED) |
                                                       BIT(UNDATED) | BIT(GAP));
}
END_TEST

static const struct {
    const char *with;
    unsigned notes;
    const char *from;
} protocols[] = {
    {"ESMTPSA", BIT(SUBMISSION), A}, {"ESMTPA", BIT(SUBMISSION) | BIT(CLEAR), A}, {"ESMTPS", 0, A},
    {"SMTP", BIT(CLEAR), A},         {"SMTP", BIT(LOCAL), "localhost"},           {"HTTP", 0, A},
};

START_TEST(test_protocols)
{
    char text[256];
    snprintf(text, sizeof text, "Received: from %s by b.test with %s" DATE "1" Z,
             protocols[_i].from, protocols[_i].with);
    ck_assert_uint_eq(hop_of(smtp_span_of(text)).findings, protocols[_i].notes);
}
END_TEST

/* RFC 5321 6.3: as many as the limit are none too many. */
START_TEST(test_limit)
{
    enum { HOPS = 101 };
    static struct smtp_hop hops[HOPS];
    static char text[HOPS * 64];
    struct smtp_chain chain;
    size_t at = 0;
    for (int i = HOPS; i > 0; i--) {
        at += (size_t)snprintf(text + at, sizeof text - at,
                               "Received: from h%d.x by h%d.x" DATE "1" Z, i - 1, i);
        bool many = HOPS - i + 1 > SMTP_HOPS_MAX;
        ck_assert(smtp_chain_read((smtp_span){text, at}, hops, HOPS, SMTP_HOPS_MAX, &chain));
        ck_assert_uint_eq(smtp_chain_findings(&chain), many ? BIT(MANY) : 0U);
    }
    ck_assert(!smtp_chain_read((smtp_span){text, at}, hops, HOPS - 1, SMTP_HOPS_MAX, &chain));
    ck_assert_uint_eq(chain.count, HOPS);
    ck_assert_uint_eq(smtp_chain_count((smtp_span){text, at}), HOPS);
}
END_TEST

START_TEST(test_finding_rows)
{
    const struct smtp_finding_row *row = smtp_finding_row((enum smtp_finding)_i);
    ck_assert(row->symbol[0] != '\0' && row->text[0] != '\0');
    ck_assert(strlen(row->clause) > 5 && strspn(row->clause, "0123456789") == 4);
    ck_assert(smtp_findings_bad(1U << _i) == row->bad);
    ck_assert(!smtp_findings_bad(0));
}
END_TEST

static Suite *chain_suite(void)
{
    Suite *suite = suite_create("chain");
    TCase *tcase = tcase_create("chain");
    tcase_add_loop_test(tcase, test_fields, 0, SECTIONS);
    tcase_add_loop_test(tcase, test_look, 0, LOOKS);
    tcase_add_loop_test(tcase, test_date, 0, DATES);
    tcase_add_loop_test(tcase, test_kinship, 0, KINS);
    tcase_add_loop_test(tcase, test_local, 0, LOCALS);
    tcase_add_test(tcase, test_no_host_is_local);
    tcase_add_loop_test(tcase, test_chains, 0, CHAINS);
    tcase_add_test(tcase, test_places);
    tcase_add_loop_test(tcase, test_protocols, 0, sizeof protocols / sizeof *protocols);
    tcase_add_test(tcase, test_limit);
    tcase_add_loop_test(tcase, test_finding_rows, 0, SMTP_FI_COUNT);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(chain_suite)
