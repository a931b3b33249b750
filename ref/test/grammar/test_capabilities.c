#include <string.h>

#include "check_main.h"
#include "guard.h"
#include "rule_table.h"
#include "smtp/capabilities.h"

#define OK SMTP_OK
#define BAD SMTP_E_EHLO_PARAM

/* A keyword line; the last of its faults, and the line as it is printed ("": not given). */
static const struct {
    const char *clause, *line;
    enum smtp_fault fault;
    const char *printed;
} rows[] = {
    {"5321-4.1.1.1", "PIPELINING", OK, "PIPELINING"},
    {"5321-2.4", "8BitMime", OK, "8BITMIME"},
    {"5321-4.1.1.1", "ENHANCEDSTATUSCODES", OK, "ENHANCEDSTATUSCODES"},
    {"5321-4.1.1.1", "STARTTLS", OK, "STARTTLS"},
    {"5321-4.1.1.1", "HELP", OK, "HELP"},
    {"5321-4.1.1.1", "VRFY", OK, "VRFY"},
    {"5321-4.1.1.1", "EXPN", OK, "EXPN"},
    {"3030-2", "CHUNKING", OK, "CHUNKING"},
    {"3030-3", "BINARYMIME", OK, "BINARYMIME"},
    {"6531-3.1", "SMTPUTF8", OK, "SMTPUTF8"},
    {"6531-3.1", "SMTPUTF8 1", BAD, "SMTPUTF8"},
    {"3461-3", "DSN", OK, "DSN"},
    {"8689-2", "REQUIRETLS", OK, "REQUIRETLS"},
    {"3207-4", "STARTTLS REQUIRED", BAD, "STARTTLS"},
    {"5321-4.1.1.1", "ETRN", OK, "ETRN"},
    {"5321-4.1.1.1", "XCLIENT NAME ADDR", SMTP_NOMATCH, ""},
    {"5321-4.1.1.1", "SIZ 1", SMTP_NOMATCH, ""},
    /* SIZE */
    {"1870-3", "SIZE", OK, "SIZE"},
    {"1870-3", "SIZE 0", OK, "SIZE"},
    {"1870-3", "size 52428800", OK, "SIZE 52428800"},
    {"1870-3", "SIZE 0000000000000000000000007", OK, "SIZE 7"},
    {"1870-3", "SIZE 18446744073709551615", OK, "SIZE 18446744073709551615"},
    {"1870-3", "SIZE 18446744073709551616", OK, "SIZE 18446744073709551615"},
    {"1870-3", "SIZE 999999999999999999999999", OK, "SIZE 18446744073709551615"},
    {"1870-3", "SIZE 10MB", BAD, "SIZE"},
    {"1870-3", "SIZE 10 20", BAD, "SIZE"},
    /* AUTH */
    {"4954-3", "AUTH PLAIN LOGIN", OK, "AUTH PLAIN LOGIN"},
    {"4954-3", "AUTH LOGIN PLAIN", OK, "AUTH PLAIN LOGIN"},
    {"4954-3",
     "AUTH PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-1-PLUS SCRAM-SHA-256 SCRAM-SHA-256-PLUS "
     "EXTERNAL "
     "ANONYMOUS XOAUTH2 OAUTHBEARER",
     OK,
     "AUTH PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-1-PLUS SCRAM-SHA-256 SCRAM-SHA-256-PLUS "
     "EXTERNAL "
     "ANONYMOUS XOAUTH2 OAUTHBEARER"},
    {"4954-3", "AUTH", OK, "AUTH"},
    {"4954-3", "AUTH GSSAPI PLAIN X_Y", OK, "AUTH PLAIN"},
    {"4422-3.1", "AUTH plain", BAD, "AUTH PLAIN"},
    {"4422-3.1", "AUTH X/Y PLAIN", BAD, "AUTH PLAIN"},
    {"4422-3.1", "AUTH A2345678901234567890", OK, "AUTH"},
    {"4422-3.1", "AUTH A23456789012345678901", BAD, "AUTH"},
    /* LIMITS */
    {"9422-3", "LIMITS RCPTMAX=20 MAILMAX=5", OK, "LIMITS MAILMAX=5 RCPTMAX=20"},
    {"9422-4.3", "LIMITS RCPTDOMAINMAX=1", OK, "LIMITS RCPTDOMAINMAX=1"},
    {"9422-4.1", "limits mailmax=999999", OK, "LIMITS MAILMAX=999999"},
    {"9422-3.7", "LIMITS OTHER=:x_ FLAG RCPTMAX=1", OK, "LIMITS RCPTMAX=1"},
    {"9422-3.7", "LIMITS A-1_b=~", OK, ""},
    {"9422-3.7", "LIMITS", BAD, ""},
    {"9422-3.7", "LIMITS RCPTMAX=1 =2", BAD, ""},
    {"9422-3.7", "LIMITS RCPTMAX=1 X=", BAD, ""},
    {"9422-3.7", "LIMITS RCPTMAX=1 X=a;b", BAD, ""},
    {"9422-3.7", "LIMITS RCPTMAX=1 X.Y=1", BAD, ""},
    {"9422-3.7", "LIMITS RCPTMAX=1;MAILMAX=2", BAD, ""},
    {"9422-3.7", "LIMITS RCPTMAX MAILMAX=5", BAD, "LIMITS MAILMAX=5"},
    {"9422-4.2", "LIMITS RCPTMAX=0 MAILMAX=5", BAD, "LIMITS MAILMAX=5"},
    {"9422-4.2", "LIMITS MAILMAX=5 RCPTMAX=01", BAD, "LIMITS MAILMAX=5"},
    {"9422-4.2", "LIMITS MAILMAX=5 RCPTMAX=1000000", BAD, "LIMITS MAILMAX=5"},
    {"9422-4.2", "LIMITS MAILMAX=5 RCPTMAX=10k", BAD, "LIMITS MAILMAX=5"},
    /* DELIVERBY */
    {"2852-3", "DELIVERBY", OK, "DELIVERBY"},
    {"2852-3", "DELIVERBY 240", OK, "DELIVERBY 240"},
    {"2852-3", "DELIVERBY 240,X,y=z", OK, "DELIVERBY 240"},
    {"2852-3", "DELIVERBY ,X", OK, "DELIVERBY"},
    {"2852-3", "DELIVERBY 1234567890", BAD, "DELIVERBY"},
    {"2852-3", "DELIVERBY 240,", BAD, "DELIVERBY"},
    {"2852-3", "DELIVERBY 240,,X", BAD, "DELIVERBY"},
    {"2852-3", "DELIVERBY 240 X", BAD, "DELIVERBY"},
    {"2852-3", "DELIVERBY 240,X Y", BAD, "DELIVERBY"},
    {"2852-3", "DELIVERBY x", BAD, "DELIVERBY"},
    /* MT-PRIORITY */
    {"6710-7", "MT-PRIORITY", OK, "MT-PRIORITY"},
    {"6710-7", "MT-PRIORITY MIXER", OK, "MT-PRIORITY MIXER"},
    {"6710-7", "MT-PRIORITY stanag4406", OK, "MT-PRIORITY STANAG4406"},
    {"6710-7", "MT-PRIORITY NSEP", OK, "MT-PRIORITY NSEP"},
    {"6710-7", "MT-PRIORITY a.b_c-d0123456789012", OK, "MT-PRIORITY"},
    {"6710-7", "MT-PRIORITY a.b_c-d01234567890123", BAD, "MT-PRIORITY"},
    {"6710-7", "MT-PRIORITY a/b", BAD, "MT-PRIORITY"},
    {"6710-7", "MT-PRIORITY MIXER NSEP", BAD, "MT-PRIORITY"},
    /* FUTURERELEASE */
    {"4865-3", "FUTURERELEASE 86400 2026-12-31T23:59:59Z", OK,
     "FUTURERELEASE 86400 2026-12-31T23:59:59Z"},
    {"4865-3", "FUTURERELEASE 1 1900-01-01T00:00:00.5+00:00", OK,
     "FUTURERELEASE 1 1900-01-01T00:00:00Z"},
    {"4865-3", "FUTURERELEASE 999999999 9999-12-31t23:59:59z", OK,
     "FUTURERELEASE 999999999 9999-12-31T23:59:59Z"},
    {"4865-3", "FUTURERELEASE", BAD, ""},
    {"4865-3", "FUTURERELEASE 86400", BAD, ""},
    {"4865-3", "FUTURERELEASE 86400 x", BAD, ""},
    {"4865-3", "FUTURERELEASE 0 2026-12-31T23:59:59Z", BAD, ""},
    {"4865-3", "FUTURERELEASE 86400 2026-12-31T23:59:59Z 1", BAD, ""},
};
enum { ROWS = sizeof rows / sizeof *rows };

static enum smtp_fault add_line(struct smtp_capabilities *caps, const char *line)
{
    struct smtp_ehlo_keyword keyword;
    size_t off;
    smtp_span place = guard_copy(smtp_span_of(line));
    ck_assert_int_eq(smtp_parse_ehlo_line(place, &keyword, &off), SMTP_OK);
    enum smtp_fault fault = smtp_capabilities_add(caps, &keyword);
    guard_free(place); /* nothing is borrowed */
    return fault;
}

/* Into a room of every size, never beyond. */
static void check_print(const struct smtp_capabilities *caps, smtp_span want)
{
    static const char blank[512];
    for (size_t room = 0; room <= want.n + 1; room++) {
        smtp_span to = guard_copy((smtp_span){blank, room});
        size_t n = smtp_print_capabilities((smtp_room){(char *)(uintptr_t)to.p, room}, caps);
        ck_assert_uint_eq(n, want.n);
        ck_assert_int_eq(memcmp(to.p, want.p, room < n ? room : n), 0);
        guard_free(to);
    }
}

START_TEST(test_rows)
{
    struct smtp_capabilities caps = {.given = 0}, again = {.given = 0};
    char text[256] = "\n";
    ck_assert_int_eq(add_line(&caps, rows[_i].line), rows[_i].fault);
    strncat(text, rows[_i].printed, sizeof text - 2);
    check_print(&caps, smtp_span_of(text[1] == '\0' ? "" : text));
    if (text[1] == '\0')
        return; /* as LIMITS without a limit that is known */
    ck_assert_int_eq(add_line(&again, rows[_i].printed), SMTP_OK);
    check_print(&again, smtp_span_of(text));
}
END_TEST

START_TEST(test_a_whole_reply)
{
    static const char *const lines[] = {"LIMITS MAILMAX=5",   "XYZZY",
                                        "SIZE 1000",          "AUTH PLAIN",
                                        "AUTH SCRAM-SHA-256", "LIMITS RCPTMAX=20"};
    struct smtp_capabilities caps = {.given = 0};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        ck_assert_int_eq(add_line(&caps, lines[i]), i == 1 ? SMTP_NOMATCH : SMTP_OK);
    ck_assert_uint_eq(caps.given, SMTP_KW_LIMITS | SMTP_KW_SIZE | SMTP_KW_AUTH);
    ck_assert_uint_eq(caps.mechanisms, SMTP_MECH_PLAIN | SMTP_MECH_SCRAM_SHA_256);
    ck_assert_uint_eq(caps.size, 1000);
    ck_assert(caps.mail_max == 5 && caps.rcpt_max == 20 && caps.rcpt_domain_max == 0);
    check_print(&caps,
                SMTP_SPAN("\nSIZE 1000\nAUTH PLAIN SCRAM-SHA-256\nLIMITS MAILMAX=5 RCPTMAX=20"));
}
END_TEST

START_TEST(test_numbers)
{
    struct smtp_capabilities caps = {.given = 0};
    ck_assert_int_eq(add_line(&caps, "FUTURERELEASE 86400 1970-01-02T00:00:01Z"), SMTP_OK);
    ck_assert_int_eq(add_line(&caps, "DELIVERBY 240"), SMTP_OK);
    ck_assert_int_eq(add_line(&caps, "MT-PRIORITY HOUSE"), SMTP_OK);
    ck_assert_uint_eq(caps.hold_for_max, 86400);
    ck_assert_int_eq(caps.hold_until_max, 86401);
    ck_assert_uint_eq(caps.deliver_by_min, 240);
    ck_assert_int_eq(caps.priority_policy, SMTP_POLICY_OTHER);
}
END_TEST

START_TEST(test_names)
{
    for (unsigned bit = 1; bit <= SMTP_KW_ETRN; bit <<= 1) {
        const char *name = smtp_keyword_name((enum smtp_keyword)bit);
        ck_assert_uint_eq(smtp_keyword_of(smtp_span_of(name)), bit);
    }
    ck_assert_uint_eq(smtp_keyword_of(SMTP_SPAN("mt-priority")), SMTP_KW_MT_PRIORITY);
    ck_assert_uint_eq(smtp_keyword_of(SMTP_SPAN("")), 0);
}
END_TEST

START_TEST(test_mechanisms)
{
    for (unsigned bit = 1; bit <= SMTP_MECH_OAUTHBEARER; bit <<= 1) {
        const char *name = smtp_mechanism_name((enum smtp_mechanism)bit);
        ck_assert_uint_eq(smtp_mechanism_of(smtp_span_of(name)), bit);
    }
    ck_assert_str_eq(smtp_mechanism_name(SMTP_MECH_SCRAM_SHA_256_PLUS), "SCRAM-SHA-256-PLUS");
    ck_assert_uint_eq(smtp_mechanism_of(SMTP_SPAN("SCRAM")), 0);
}
END_TEST

static Suite *capabilities_suite(void)
{
    Suite *suite = suite_create("capabilities");
    TCase *tcase = tcase_create("capabilities");
    tcase_add_loop_test(tcase, test_rows, 0, ROWS);
    tcase_add_test(tcase, test_a_whole_reply);
    tcase_add_test(tcase, test_numbers);
    tcase_add_test(tcase, test_names);
    tcase_add_test(tcase, test_mechanisms);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(capabilities_suite)
