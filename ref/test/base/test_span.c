#include <string.h>

#include "check_main.h"
#include "guard.h"
#include "smtp/span.h"

START_TEST(test_of)
{
    ck_assert_uint_eq(smtp_span_of("abc").n, 3);
    ck_assert_uint_eq(smtp_span_of("").n, 0);
    ck_assert_uint_eq(smtp_span_of(NULL).n, 0);
    ck_assert_uint_eq(SMTP_SPAN("a\0b").n, 3);
}
END_TEST

static const struct {
    size_t from, to;
    const char *want;
} cuts[] = {
    {0, 6, "abcdef"}, {0, 99, "abcdef"}, {2, 4, "cd"}, {5, 99, "f"},
    {6, 6, ""},       {6, 99, ""},       {7, 99, ""},  {4, 2, ""},
    {0, 0, ""},       {99, 3, ""},       {0, 1, "a"},  {3, SIZE_MAX, "def"},
};

START_TEST(test_cut)
{
    smtp_span s = SMTP_SPAN("abcdef"), cut = smtp_span_cut(s, cuts[_i].from, cuts[_i].to);
    ck_assert(smtp_span_is(cut, smtp_span_of(cuts[_i].want)));
    ck_assert(cut.p >= s.p && cut.p + cut.n <= s.p + s.n);
}
END_TEST

START_TEST(test_cut_of_nothing)
{
    smtp_span cut = smtp_span_cut((smtp_span){NULL, 0}, 3, 9);
    ck_assert_ptr_null(cut.p);
    ck_assert_uint_eq(cut.n, 0);
}
END_TEST

static const struct {
    const char *a, *b;
    bool is, nocase, head; /* equal; but for case; a begins with b, but for case */
} pairs[] = {
    {"", "", true, true, true},         {"a", "a", true, true, true},
    {"a", "A", false, true, true},      {"abc", "AB", false, false, true},
    {"ab", "abc", false, false, false}, {"a", "b", false, false, false},
    {"abc", "", false, false, true},    {"[", "{", false, false, false},
    {"@", "`", false, false, false},    {"\xc4", "\xe4", false, false, false},
    {"Z-1", "z-1", false, true, true},
};

START_TEST(test_compare)
{
    smtp_span a = guard_copy(smtp_span_of(pairs[_i].a)), b = guard_copy(smtp_span_of(pairs[_i].b));
    ck_assert_int_eq(smtp_span_is(a, b), pairs[_i].is);
    ck_assert_int_eq(smtp_span_is_nocase(a, b), pairs[_i].nocase);
    ck_assert_int_eq(smtp_span_has_head_nocase(a, b), pairs[_i].head);
    guard_free(a);
    guard_free(b);
}
END_TEST

/* Rooms of every size: the sum is what it would take, and nothing stands behind the room. */
START_TEST(test_put)
{
    static const char want[] = "abc18446744073709551615defg";
    for (size_t room = 0; room < sizeof want; room++) {
        char out[sizeof want + 1];
        size_t at = 0;
        memset(out, '#', sizeof out);
        smtp_room to = {out, room};
        smtp_room_put(to, &at, SMTP_SPAN("abc"));
        smtp_room_put_number(to, &at, UINT64_MAX);
        smtp_room_put(to, &at, SMTP_SPAN(""));
        smtp_room_put(to, &at, (smtp_span){NULL, 0});
        smtp_room_put(to, &at, SMTP_SPAN("defg"));
        ck_assert_uint_eq(at, sizeof want - 1);
        ck_assert_mem_eq(out, want, room);
        ck_assert_int_eq(out[room], '#');
    }
}
END_TEST

START_TEST(test_put_zero)
{
    char out[2] = "";
    size_t at = 0;
    smtp_room_put_number((smtp_room){out, sizeof out}, &at, 0);
    ck_assert_uint_eq(at, 1);
    ck_assert_str_eq(out, "0");
}
END_TEST

static const struct {
    const char *text;
    unsigned max;
    bool ok;
    uint64_t value;
} numbers[] = {
    {"0", 1, true, 0},
    {"7", 20, true, 7},
    {"007", 3, true, 7},
    {"18446744073709551615", 20, true, UINT64_MAX},
    {"18446744073709551616", 20, false, 0},
    {"18446744073709551620", 20, false, 0},
    {"99999999999999999999", 20, false, 0},
    {"000000000000000000001", 20, false, 0},
    {"12", 1, false, 0},
    {"", 20, false, 0},
    {"-1", 20, false, 0},
    {"+1", 20, false, 0},
    {" 1", 20, false, 0},
    {"1 ", 20, false, 0},
    {"1a", 20, false, 0},
    {"0x1", 20, false, 0},
};

START_TEST(test_number)
{
    smtp_span s = guard_copy(smtp_span_of(numbers[_i].text));
    uint64_t value = 4711;
    ck_assert_int_eq(smtp_span_number(s, numbers[_i].max, &value), numbers[_i].ok);
    ck_assert_uint_eq(value, numbers[_i].ok ? numbers[_i].value : 4711);
    guard_free(s);
}
END_TEST

static Suite *span_suite(void)
{
    Suite *suite = suite_create("span");
    TCase *tcase = tcase_create("span");
    tcase_add_test(tcase, test_of);
    tcase_add_loop_test(tcase, test_cut, 0, sizeof cuts / sizeof *cuts);
    tcase_add_test(tcase, test_cut_of_nothing);
    tcase_add_loop_test(tcase, test_compare, 0, sizeof pairs / sizeof *pairs);
    tcase_add_test(tcase, test_put);
    tcase_add_test(tcase, test_put_zero);
    tcase_add_loop_test(tcase, test_number, 0, sizeof numbers / sizeof *numbers);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(span_suite)
