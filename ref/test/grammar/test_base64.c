#include <string.h>

#include "check_main.h"
#include "guard.h"
#include "rule_table.h"
#include "smtp/params.h"

static const struct {
    const char *clause;
    smtp_span text, octets;
} good[] = {
    {"4648-10", T(""), T("")},
    {"4648-10", T("Zg=="), T("f")},
    {"4648-10", T("Zm8="), T("fo")},
    {"4648-10", T("Zm9v"), T("foo")},
    {"4648-10", T("Zm9vYg=="), T("foob")},
    {"4648-10", T("Zm9vYmE="), T("fooba")},
    {"4648-10", T("Zm9vYmFy"), T("foobar")},
    {"4648-4", T("+/+/"), T("\xfb\xff\xbf")},
    {"4648-4", T("AAAA"), T("\0\0\0")},
    {"4648-4", T("////"), T("\xff\xff\xff")},
    {"4648-4", T("az09AQ=="), T("\x6b\x3d\x3d\x01")},
    {"4954-4", T("AHRlc3QAMTIzNA=="),
     T("\0test\0"
       "1234")},
};
enum { GOOD = sizeof good / sizeof *good };

static const struct {
    const char *clause;
    smtp_span text;
} bad[] = {
    {"4648-4", T("=")},          {"4648-4", T("==")},     {"4648-4", T("====")},
    {"4648-4", T("Z")},          {"4648-4", T("Zg")},     {"4648-4", T("Zm8")},
    {"4648-4", T("Zg=")},        {"4648-4", T("Z===")},   {"4648-4", T("Zg==Zg==")},
    {"4648-4", T("Zg==A")},      {"4648-4", T("Z=g=")},   {"4648-4", T("Zm9v====")},
    {"4954-4", T("Zm9v\r\n")},   {"4954-4", T("Zm9 ")},   {"4954-4", T("Zm9\0")},
    {"4954-4", T("Zm9-")},       {"4954-4", T("Zm9_")},   {"4954-4", T("Zm9\xe9")},
    {"4954-4", T("*")},          {"4954-4", T("Zm@v")},   {"4954-4", T("Zm[v")},
    {"4954-4", T("Zm`v")},       {"4954-4", T("Zm{v")},   {"4954-4", T(" Zm9")},
    {"4648-3.5", T("Zh==")},     {"4648-3.5", T("Zm9=")}, {"4648-3.5", T("Zo==")},
    {"4648-3.5", T("Zm9vZ/==")},
};
enum { BAD = sizeof bad / sizeof *bad };

static smtp_room writable(smtp_span s)
{
    return (smtp_room){(char *)(uintptr_t)s.p, s.n};
}

START_TEST(test_good)
{
    static const char blank[32];
    smtp_span text = good[_i].text, octets = good[_i].octets;
    for (size_t room = 0; room <= octets.n + 1; room++) {
        smtp_span in = guard_copy(text), to = guard_copy((smtp_span){blank, room});
        size_t n = 99;
        bool fits = room >= octets.n;
        ck_assert_int_eq(smtp_decode_base64(writable(to), in, &n), fits);
        ck_assert_uint_eq(n, fits ? octets.n : 99);
        ck_assert_int_eq(memcmp(to.p, fits ? octets.p : blank, fits ? n : room), 0);
        guard_free(in);
        guard_free(to);
    }
}
END_TEST

START_TEST(test_in_place)
{
    smtp_span in = guard_copy(good[_i].text);
    size_t n;
    ck_assert(smtp_decode_base64(writable(in), in, &n));
    ck_assert(smtp_span_is((smtp_span){in.p, n}, good[_i].octets));
    guard_free(in);
}
END_TEST

START_TEST(test_print)
{
    static const char blank[32];
    smtp_span want = good[_i].text;
    smtp_span in = guard_copy(good[_i].octets);
    for (size_t room = 0; room <= want.n + 1; room++) {
        smtp_span to = guard_copy((smtp_span){blank, room});
        ck_assert_uint_eq(smtp_print_base64(writable(to), in), want.n);
        ck_assert_int_eq(memcmp(to.p, want.p, room < want.n ? room : want.n), 0);
        guard_free(to);
    }
    guard_free(in);
}
END_TEST

START_TEST(test_bad)
{
    smtp_span in = guard_copy(bad[_i].text);
    size_t n = 99;
    ck_assert_msg(!smtp_decode_base64(writable(in), in, &n), "%s %s", bad[_i].clause,
                  bad[_i].text.p);
    ck_assert_uint_eq(n, 99);
    ck_assert(smtp_span_is(in, bad[_i].text)); /* nothing was touched */
    guard_free(in);
}
END_TEST

START_TEST(test_every_octet)
{
    for (unsigned i = 0; i < 256 * 3; i++) {
        char octets[3] = {'a', 'b', 'c'}, text[4], back[3];
        size_t n;
        octets[i / 256] = (char)(i % 256);
        ck_assert_uint_eq(smtp_print_base64((smtp_room){text, sizeof text}, (smtp_span){octets, 3}),
                          4);
        ck_assert(smtp_decode_base64((smtp_room){back, 3}, (smtp_span){text, 4}, &n));
        ck_assert_uint_eq(n, 3);
        ck_assert_int_eq(memcmp(back, octets, 3), 0);
    }
}
END_TEST

static Suite *base64_suite(void)
{
    Suite *suite = suite_create("base64");
    TCase *tcase = tcase_create("base64");
    tcase_add_loop_test(tcase, test_good, 0, GOOD);
    tcase_add_loop_test(tcase, test_in_place, 0, GOOD);
    tcase_add_loop_test(tcase, test_print, 0, GOOD);
    tcase_add_loop_test(tcase, test_bad, 0, BAD);
    tcase_add_test(tcase, test_every_octet);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(base64_suite)
