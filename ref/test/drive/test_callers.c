#include <stdio.h>

#include "check_main.h"
#include "drive/callers.h"

/* So many at once, each address by itself. */
START_TEST(test_at_once)
{
    struct callers *c = callers_new(2, 0);
    ck_assert_int_eq(callers_came(c, "192.0.2.1", 0), CALLER_WELCOME);
    ck_assert_int_eq(callers_came(c, "192.0.2.1", 0), CALLER_WELCOME);
    ck_assert_int_eq(callers_came(c, "192.0.2.1", 0), CALLER_MANY);
    ck_assert_int_eq(callers_came(c, "192.0.2.2", 0), CALLER_WELCOME);
    ck_assert_int_eq(callers_came(c, "192.0.2.1", 86400000), CALLER_MANY);
    callers_left(c, "192.0.2.1");
    ck_assert_int_eq(callers_came(c, "192.0.2.1", 86400000), CALLER_WELCOME);
    ck_assert_int_eq(callers_came(c, "192.0.2.1", 86400000), CALLER_MANY);
    callers_free(c);
}
END_TEST

/* Six a minute: six at once, then one each ten seconds, whether or not they stay. */
START_TEST(test_rate)
{
    struct callers *c = callers_new(0, 6);
    uint64_t now = 5;
    for (int i = 0; i < 6; i++) {
        ck_assert_int_eq(callers_came(c, "2001:db8::1", now), CALLER_WELCOME);
        callers_left(c, "2001:db8::1");
    }
    ck_assert_int_eq(callers_came(c, "2001:db8::1", now), CALLER_OFTEN);
    ck_assert_int_eq(callers_came(c, "2001:db8::1", now + 9999), CALLER_OFTEN);
    ck_assert_int_eq(callers_came(c, "2001:db8::1", now + 10000), CALLER_WELCOME);
    ck_assert_int_eq(callers_came(c, "2001:db8::1", now + 10000), CALLER_OFTEN);
    now += 120000;
    for (int i = 0; i < 6; i++)
        ck_assert_int_eq(callers_came(c, "2001:db8::1", now), CALLER_WELCOME);
    ck_assert_int_eq(callers_came(c, "2001:db8::1", now), CALLER_OFTEN);
    callers_free(c);
}
END_TEST

static const struct {
    const char *one, *other;
    bool same;
} pairs[] = {
    {"192.0.2.1", "192.0.2.1", true},
    {"192.0.2.1", "192.0.2.2", false},
    {"2001:db8::1", "2001:db8::2", true}, /* one /64 */
    {"2001:db8::1", "2001:db8:0:0:ffff::", true},
    {"2001:db8::1", "2001:db8:0:1::1", false},
    {"fe80::1%eth0", "fe80::2%lo", true},
    {"192.0.2.1", "c000:201::", false}, /* the same octets */
    {"", "nonsense", true},
};

START_TEST(test_who_is_the_same)
{
    struct callers *c = callers_new(1, 0);
    ck_assert_int_eq(callers_came(c, pairs[_i].one, 0), CALLER_WELCOME);
    ck_assert_int_eq(callers_came(c, pairs[_i].other, 0),
                     pairs[_i].same ? CALLER_MANY : CALLER_WELCOME);
    callers_free(c);
}
END_TEST

/* Memory is bounded, and those who have gone are forgotten. */
START_TEST(test_bounded)
{
    struct callers *c = callers_new(1, 1);
    char address[32];
    for (unsigned i = 0; i < CALLERS_MAX; i++) {
        snprintf(address, sizeof address, "10.%u.%u.%u", i >> 16, i >> 8 & 255, i & 255);
        ck_assert_int_eq(callers_came(c, address, 0), CALLER_WELCOME);
        callers_left(c, address);
    }
    ck_assert_int_eq(callers_came(c, "192.0.2.1", 1), CALLER_MANY);
    ck_assert_uint_eq(callers_known(c), CALLERS_MAX);
    for (unsigned i = 0; i < CALLERS_MAX; i++) {
        snprintf(address, sizeof address, "11.%u.%u.%u", i >> 16, i >> 8 & 255, i & 255);
        ck_assert_int_eq(callers_came(c, address, 60000 + (uint64_t)i * 60000), CALLER_WELCOME);
        callers_left(c, address);
    }
    ck_assert_uint_lt(callers_known(c), 3000);
    callers_free(c);
}
END_TEST

START_TEST(test_no_limit)
{
    struct callers *c = callers_new(0, 0);
    for (int i = 0; i < 1000; i++)
        ck_assert_int_eq(callers_came(c, "192.0.2.1", 0), CALLER_WELCOME);
    callers_left(c, "192.0.2.1");
    ck_assert_uint_eq(callers_known(c), 0);
    callers_free(c);
}
END_TEST

static Suite *callers_suite(void)
{
    Suite *suite = suite_create("callers");
    TCase *tcase = tcase_create("callers");
    tcase_add_test(tcase, test_at_once);
    tcase_add_test(tcase, test_rate);
    tcase_add_loop_test(tcase, test_who_is_the_same, 0, sizeof pairs / sizeof *pairs);
    tcase_add_test(tcase, test_bounded);
    tcase_add_test(tcase, test_no_limit);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(callers_suite)
