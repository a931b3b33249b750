/*
 * Variables: notation, section 2.
 */
#include <stdlib.h>
#include <string.h>

#include "player/encode.h"
#include "player/vars.h"
#include "stage.h"
#include "suites.h"

#define COUNT(table) ((int)(sizeof(table) / sizeof *(table)))

static const struct player_var mine[] = {
    {"me", "client.example.org"}, {"from", "sender@example.org"}, {"rcpt", "\"a@b\"@example.test"},
    {"user", "tester"},           {"password", "secret"},         {NULL, NULL},
};

static const struct {
    const char *name, *value; /* NULL: none */
} cases[] = {
    {"me", "client.example.org"},
    {"from", "sender@example.org"},
    {"local", "\"a@b\""},
    {"domain", "example.test"},
    {"user64", "dGVzdGVy"},
    {"password64", "c2VjcmV0"},
    {"plain", "AHRlc3RlcgBzZWNyZXQ="},
    {"max-size", "18446744073709551614"},
    {"too-big", "18446744073709551615"},
    {"i", "7"},
    {"rcpt2", NULL},
    {"found", NULL},
};

static const char *const largest[] = {"SIZE 18446744073709551614", NULL};
static const char *const no_limit[] = {"SIZE 0", NULL}, *const bare[] = {"SIZE", NULL};

static void open_vars(struct vars *vars, struct scenario *scenario, struct player_run *run,
                      const char *const *ehlo)
{
    *scenario = (struct scenario){.id = "address/Local_Part/good-"};
    *run = (struct player_run){.vars = mine, .ehlo = ehlo, .seed = 1};
    ck_assert(vars_init(vars, scenario, run));
}

START_TEST(values)
{
    struct vars vars;
    struct scenario scenario;
    struct player_run run;
    smtp_span value;
    open_vars(&vars, &scenario, &run, largest);
    bool found = vars_find(&vars, cases[_i].name, 7, &value);
    ck_assert(found == (cases[_i].value != NULL));
    if (found)
        ck_assert_msg(smtp_span_is(value, smtp_span_of(cases[_i].value)), "%.*s", (int)value.n,
                      value.p);
    vars_free(&vars);
}
END_TEST

/* RFC 1870 section 3: neither SIZE alone nor SIZE 0 tells a limit. */
START_TEST(no_size_limit)
{
    struct vars vars;
    struct scenario scenario;
    struct player_run run;
    smtp_span value;
    open_vars(&vars, &scenario, &run, _i == 0 ? no_limit : bare);
    ck_assert(!vars_find(&vars, "max-size", 1, &value) && !vars_find(&vars, "too-big", 1, &value));
    vars_free(&vars);
}
END_TEST

static void nonce_of(const char *id, uint64_t seed, char out[13])
{
    struct vars vars;
    struct scenario scenario = {.id = id};
    struct player_run run = {.seed = seed};
    smtp_span value;
    ck_assert(vars_init(&vars, &scenario, &run) && vars_find(&vars, "nonce", 1, &value));
    ck_assert_uint_eq(value.n, 12);
    memcpy(out, value.p, 12);
    out[12] = '\0';
    vars_free(&vars);
}

/* 12 letters and digits, from seed and id alone. */
START_TEST(nonce)
{
    char a[13], b[13];
    nonce_of("data/a", 1, a);
    ck_assert_uint_eq(strspn(a, "abcdefghijklmnopqrstuvwxyz0123456789"), 12);
    nonce_of("data/a", 1, b);
    ck_assert_str_eq(a, b);
    nonce_of("data/b", 1, b);
    ck_assert_str_ne(a, b);
    nonce_of("data/a", 2, b);
    ck_assert_str_ne(a, b);
}
END_TEST

static const struct {
    const char *id, *me, *value;
} names[] = {
    {"address/Local_Part/good-", "c.example", "address-local-part-good.c.example"},
    {"a", "[192.0.2.1]", "[192.0.2.1]"},
    {"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx/good", "c.example",
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.c.example"},
};

/* On loopback the EHLO name carries the scenario's name, as a label that the DNS would take. */
START_TEST(name_in_ehlo)
{
    struct vars vars;
    struct scenario scenario = {.id = names[_i].id};
    const struct player_var me[] = {{"me", names[_i].me}, {NULL, NULL}};
    struct player_run run = {.vars = me, .name_in_ehlo = true};
    smtp_span value;
    ck_assert(vars_init(&vars, &scenario, &run) && vars_find(&vars, "me", 1, &value));
    ck_assert_msg(smtp_span_is(value, smtp_span_of(names[_i].value)), "%.*s", (int)value.n,
                  value.p);
    vars_free(&vars);
}
END_TEST

/* The latest value counts, and octets of an older one stay good. */
START_TEST(groups)
{
    struct vars vars;
    struct scenario scenario;
    struct player_run run;
    smtp_span one, two;
    open_vars(&vars, &scenario, &run, NULL);
    ck_assert(vars_set(&vars, "found", SMTP_SPAN("a")) && vars_find(&vars, "found", 1, &one));
    ck_assert(vars_set(&vars, "found", SMTP_SPAN("bb")) && vars_find(&vars, "found", 1, &two));
    ck_assert(smtp_span_is(one, SMTP_SPAN("a")) && smtp_span_is(two, SMTP_SPAN("bb")));
    vars_free(&vars);
}
END_TEST

/* RFC 4648 section 10 */
static const char *const base64[][2] = {{"", ""},
                                        {"f", "Zg=="},
                                        {"fo", "Zm8="},
                                        {"foo", "Zm9v"},
                                        {"foob", "Zm9vYg=="},
                                        {"fooba", "Zm9vYmE="},
                                        {"foobar", "Zm9vYmFy"}};

START_TEST(test_base64)
{
    char out[16];
    size_t n = encode_base64(smtp_span_of(base64[_i][0]), out);
    ck_assert_uint_eq(n, encode_base64_size(strlen(base64[_i][0])));
    ck_assert(smtp_span_is((smtp_span){out, n}, smtp_span_of(base64[_i][1])));
}
END_TEST

static const struct {
    const char *octets, *quote;
} quotes[] = {
    {"250 ok\r\n", "\"250 ok\""},
    {"250-a\r\n250 b\r\n", "\"250-a\""},
    {"", "\"\""},
    {"a\x01z\xff", "\"a\\x01z\\xff\""},
    {"0123456789012345678901234567890123456789", "\"01234567890123456789012...\""},
};

START_TEST(test_quote)
{
    char out[32];
    encode_quote(smtp_span_of(quotes[_i].octets), out, sizeof out);
    ck_assert_str_eq(out, quotes[_i].quote);
}
END_TEST

Suite *vars_suite(void)
{
    Suite *s = suite_create("vars");
    TCase *c = tcase_create("cases");
    tcase_add_loop_test(c, values, 0, COUNT(cases));
    tcase_add_loop_test(c, no_size_limit, 0, 2);
    tcase_add_test(c, nonce);
    tcase_add_loop_test(c, name_in_ehlo, 0, COUNT(names));
    tcase_add_test(c, groups);
    tcase_add_loop_test(c, test_base64, 0, COUNT(base64));
    tcase_add_loop_test(c, test_quote, 0, COUNT(quotes));
    suite_add_tcase(s, c);
    return s;
}
