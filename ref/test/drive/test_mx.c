#include <stdio.h>
#include <string.h>

#include "check_main.h"
#include "drive/idn.h"
#include "drive/mx.h"

enum { MOST = 8 };

/* A list as text: "10 a 20 b"; "." is the root. */
static size_t read_list(const char *text, struct mx_host hosts[MOST])
{
    size_t count = 0;
    int taken;
    for (; sscanf(text, "%u %255s%n", &hosts[count].preference, hosts[count].name, &taken) == 2;
         text += taken, count++)
        if (strcmp(hosts[count].name, ".") == 0)
            hosts[count].name[0] = '\0';
    return count;
}

static void print_list(char *out, size_t room, const struct mx_host *hosts, size_t count)
{
    out[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        size_t n = strlen(out);
        snprintf(out + n, room - n, "%s%.9s", i > 0 ? " " : "", hosts[i].name);
    }
}

static const struct {
    const char *clause, *in, *own, *out;
} orders[] = {
    {"5321-5.1", "10 a", "me", "a"},
    {"5321-5.1", "20 b 10 a 30 c", "me", "a b c"},
    {"5321-5.1", "30 c 20 b 10 a 0 z", "me", "z a b c"},
    {"5321-5.1", "65535 b 0 a", "me", "a b"},
    {"5321-5.1", "10 a 20 me 30 c", "me", "a"},
    {"5321-5.1", "10 a 20 ME 30 c", "me", "a"},
    {"5321-5.1", "10 me 20 b", "me", ""},
    {"5321-5.1", "20 b 20 me 10 a", "me", "a"},
    {"5321-5.1", "20 b 20 me 20 c 10 a 30 d", "me", "a"},
    {"5321-5.1", "10 me 10 b", "me", ""},
    {"5321-5.1", "10 meat", "me", "meat"},
    {"7505 3", "0 . 10 a", "me", "a"},
    {"7505 3", "10 a 20 . 30 b", "me", "a b"},
    {"7505 3", "0 . 0 .", "me", ""},
};
enum { ORDERS = sizeof orders / sizeof *orders };

START_TEST(test_order)
{
    for (uint64_t seed = 0; seed < 50; seed++) {
        struct mx_host hosts[MOST];
        char out[128];
        size_t count = mx_order(hosts, read_list(orders[_i].in, hosts), seed);
        print_list(out, sizeof out, hosts, mx_before(hosts, count, orders[_i].own));
        ck_assert_msg(strcmp(out, orders[_i].out) == 0, "%s %s: %s", orders[_i].clause,
                      orders[_i].in, out);
    }
}
END_TEST

/* RFC 5321 5.1: equals are spread; each of the six orders of three comes about as often. */
START_TEST(test_spread)
{
    static const char *const wanted[] = {"a b c", "a c b", "b a c", "b c a", "c a b", "c b a"};
    unsigned seen[6] = {0};
    for (uint64_t seed = 1; seed <= 6000; seed++) {
        struct mx_host hosts[MOST];
        char out[128];
        size_t count =
            mx_order(hosts, read_list("5 a 5 b 5 c 9 last", hosts), seed * 0x9E3779B97F4A7C15U);
        ck_assert_str_eq(hosts[count - 1].name, "last");
        print_list(out, sizeof out, hosts, 3);
        for (size_t i = 0; i < 6; i++)
            seen[i] += strcmp(out, wanted[i]) == 0;
    }
    for (size_t i = 0; i < 6; i++)
        ck_assert_msg(seen[i] > 800 && seen[i] < 1200, "%s: %u of 6000", wanted[i], seen[i]);
}
END_TEST

/* The same seed, the same order. */
START_TEST(test_seed)
{
    struct mx_host one[MOST], two[MOST];
    for (uint64_t seed = 0; seed < 20; seed++) {
        size_t count = mx_order(one, read_list("5 a 5 b 5 c 5 d 5 e", one), seed);
        ck_assert_uint_eq(mx_order(two, read_list("5 a 5 b 5 c 5 d 5 e", two), seed), count);
        for (size_t i = 0; i < count; i++)
            ck_assert_str_eq(one[i].name, two[i].name);
    }
}
END_TEST

START_TEST(test_null)
{
    struct mx_host hosts[MOST];
    ck_assert(mx_is_null(hosts, read_list("0 .", hosts)));
    ck_assert(!mx_is_null(hosts, read_list("0 . 10 a", hosts)));
    ck_assert(!mx_is_null(hosts, read_list("0 a", hosts)));
    ck_assert(!mx_is_null(hosts, 0));
}
END_TEST

static const struct {
    const char *clause, *in, *out; /* NULL: none */
} names[] = {
    {"5890 2.3.2.1", "example.test", "example.test"},
    {"5890 2.3.2.1",
     "b\xc3\xbc"
     "cher.test",
     "xn--bcher-kva.test"},
    {"5890 2.3.2.1",
     "B\xc3\x9c"
     "CHER.test",
     "xn--bcher-kva.test"},
    {"5890 2.3.2.1",
     "bu\xcc\x88"
     "cher.test",
     "xn--bcher-kva.test"},
    {"5890 2.3.2.1", "xn--bcher-kva.test", "xn--bcher-kva.test"},
    {"5890 2.3.2.1", "fa\xc3\x9f.test", "xn--fa-hia.test"},
    {"5321-4.1.3", "[192.0.2.1]", "[192.0.2.1]"},
    {"3629 3",
     "b\xfc"
     "cher.test",
     NULL},
    {"5890 2.3.2.1", "\xe2\x80\x8d.test", NULL},
};
enum { NAMES = sizeof names / sizeof *names };

START_TEST(test_names)
{
    char out[256];
    bool good = idn_to_ascii((smtp_room){out, sizeof out}, smtp_span_of(names[_i].in));
    ck_assert_msg(good == (names[_i].out != NULL), "%s %s", names[_i].clause, names[_i].in);
    if (good)
        ck_assert_str_eq(out, names[_i].out);
    ck_assert(!idn_to_ascii((smtp_room){out, 9}, smtp_span_of(names[_i].in)));
}
END_TEST

static Suite *mx_suite(void)
{
    Suite *suite = suite_create("mx");
    TCase *tcase = tcase_create("mx");
    tcase_add_loop_test(tcase, test_order, 0, ORDERS);
    tcase_add_test(tcase, test_spread);
    tcase_add_test(tcase, test_seed);
    tcase_add_test(tcase, test_null);
    tcase_add_loop_test(tcase, test_names, 0, NAMES);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(mx_suite)
