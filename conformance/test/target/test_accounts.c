/*
 * The account of `self`: RFC 4616, RFC 2195, and LOGIN.
 */
#include <string.h>

#include "check_main.h"
#include "target/login.h"

#define COUNT(table) ((int)(sizeof(table) / sizeof *(table)))
#define OCTETS(text)                                                                               \
    {                                                                                              \
        text, sizeof(text) - 1                                                                     \
    }

/* ---- PLAIN ----------------------------------------------------------------------------------- */

static const struct {
    smtp_span message;
    bool good;
} plains[] = {
    {OCTETS("\0tester\0secret"), true},
    {OCTETS("tester\0tester\0secret"), true},
    {OCTETS("\0tester\0Secret"), false},
    {OCTETS("\0tester\0secret "), false},
    {OCTETS("\0tester\0secre"), false},
    {OCTETS("\0Tester\0secret"), false},
    {OCTETS("boss\0tester\0secret"), false}, /* to act for others is a right of its own */
    {OCTETS("tester\0secret"), false},       /* 2: three parts */
    {OCTETS("\0tester\0secret\0"), false},
    {OCTETS("\0\0secret"), false},
    {OCTETS("\0\xc2\xad\0secret"), false}, /* RFC 4954 4: nothing is left of a soft hyphen */
    {OCTETS(""), false},
};

START_TEST(plain)
{
    struct login login;
    smtp_span message = plains[_i].message;
    for (int asked = 0; asked < 2; asked++) {
        struct login_answer a = login_begin(&login, SMTP_SPAN("plain"), asked ? NULL : &message, 1);
        if (asked) {
            ck_assert_uint_eq(a.fault, SMTP_OK);
            ck_assert(!a.done && a.challenge.n == 0); /* RFC 4954 4: an empty challenge */
            a = login_go_on(&login, message);
        }
        ck_assert_int_eq(a.done, plains[_i].good);
        ck_assert_uint_eq(a.fault, plains[_i].good ? SMTP_OK : SMTP_E_AUTH_CREDENTIALS);
    }
}
END_TEST

/* ---- LOGIN ----------------------------------------------------------------------------------- */

static const struct {
    const char *user, *password;
    bool good;
} logins[] = {
    {"tester", "secret", true},
    {"tester", "wrong", false},
    {"nobody", "secret", false},
    {"", "", false},
};

START_TEST(login_asks_twice)
{
    struct login login;
    smtp_span user = smtp_span_of(logins[_i].user);
    for (int asked = 0; asked < 2; asked++) {
        struct login_answer a = login_begin(&login, SMTP_SPAN("LOGIN"), asked ? NULL : &user, 1);
        if (asked) {
            ck_assert(smtp_span_is(a.challenge, SMTP_SPAN("Username:")));
            a = login_go_on(&login, user);
        }
        ck_assert(!a.done && smtp_span_is(a.challenge, SMTP_SPAN("Password:")));
        a = login_go_on(&login, smtp_span_of(logins[_i].password));
        ck_assert_int_eq(a.done, logins[_i].good);
    }
}
END_TEST

/* ---- CRAM-MD5 -------------------------------------------------------------------------------- */

/* Digests of "<7.0@mx.example.test>", by Python's hmac. */
static const struct {
    const char *response;
    bool good;
} crams[] = {
    {"tester e4f806f2a4bacabedc0ba4e7414818f6", true},
    {"nobody e4f806f2a4bacabedc0ba4e7414818f6", false},
    {"tester 00000000000000000000000000000000", false},
    {"tester", false},
    {"", false},
};

START_TEST(cram_md5)
{
    struct login login;
    struct login_answer a = login_begin(&login, SMTP_SPAN("CRAM-MD5"), NULL, 7);
    ck_assert(smtp_span_is(a.challenge, SMTP_SPAN("<7.0@mx.example.test>")));
    a = login_go_on(&login, smtp_span_of(crams[_i].response));
    ck_assert_int_eq(a.done, crams[_i].good);
}
END_TEST

START_TEST(cram_md5_begins_itself)
{
    struct login login;
    smtp_span none = SMTP_SPAN("");
    ck_assert_uint_eq(login_begin(&login, SMTP_SPAN("CRAM-MD5"), &none, 1).fault,
                      SMTP_E_AUTH_INITIAL); /* RFC 4954 4 */
}
END_TEST

START_TEST(no_other_mechanism)
{
    struct login login;
    ck_assert_uint_eq(login_begin(&login, SMTP_SPAN("GSSAPI"), NULL, 1).fault,
                      SMTP_E_AUTH_MECHANISM);
}
END_TEST

static Suite *accounts_suite(void)
{
    TCase *tc = tcase_create("login");
    tcase_add_loop_test(tc, plain, 0, COUNT(plains));
    tcase_add_loop_test(tc, login_asks_twice, 0, COUNT(logins));
    tcase_add_loop_test(tc, cram_md5, 0, COUNT(crams));
    tcase_add_test(tc, cram_md5_begins_itself);
    tcase_add_test(tc, no_other_mechanism);
    Suite *suite = suite_create("accounts");
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(accounts_suite)
