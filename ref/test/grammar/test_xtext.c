#include <string.h>

#include "check_main.h"
#include "guard.h"
#include "rule_table.h"
#include "smtp/params.h"

/* xtext, and what it stands for; bad: no xtext, decoded as written where it is none. */
static const struct {
    const char *clause;
    smtp_span xtext, octets;
    bool good, shortest; /* shortest: what print makes of the octets */
} rows[] = {
    {"3461-4", T(""), T(""), true, true},
    {"3461-4", T("abc"), T("abc"), true, true},
    {"3461-4", T("!\"#$%&'()*,-./:;<>?@[\\]^_`{|}~"), T("!\"#$%&'()*,-./:;<>?@[\\]^_`{|}~"), true,
     true},
    {"3461-4", T("+2B"), T("+"), true, true},
    {"3461-4", T("+3D"), T("="), true, true},
    {"3461-4", T("+20"), T(" "), true, true},
    {"3461-4", T("+7F"), T("\x7f"), true, true},
    {"3461-4", T("+00x"), T("\0x"), true, true},
    {"3461-4", T("e+3Dmc2@example.com"), T("e=mc2@example.com"), true, true},
    {"3461-4", T("+C3+A9"), T("\xc3\xa9"), true, true},
    {"3461-4", T("+FF+0A"), T("\xff\n"), true, true},
    {"3461-4", T("+61"), T("a"), true, false},
    {"3461-4", T("+2b"), T("+2b"), false, false},
    {"3461-4", T("+2"), T("+2"), false, false},
    {"3461-4", T("+"), T("+"), false, false},
    {"3461-4", T("++2B"), T("++"), false, false},
    {"3461-4", T("+G0"), T("+G0"), false, false},
    {"3461-4", T("+0@"), T("+0@"), false, false},
    {"3461-4", T("a=b"), T("a=b"), false, false},
    {"3461-4", T("a b"), T("a b"), false, false},
    {"3461-4", T("\xc3\xa9"), T("\xc3\xa9"), false, false},
    {"3461-4", T("a\0"), T("a\0"), false, false},
};
enum { ROWS = sizeof rows / sizeof *rows };

typedef size_t codec(smtp_room to, smtp_span in);

/* Into a room of every size, never beyond. */
static void check_codec(codec *code, smtp_span in, smtp_span want)
{
    static const char blank[64];
    smtp_span place = guard_copy(in);
    for (size_t room = 0; room <= want.n + 1; room++) {
        smtp_span to = guard_copy((smtp_span){blank, room});
        ck_assert_uint_eq(code((smtp_room){(char *)(uintptr_t)to.p, room}, place), want.n);
        size_t least = room < want.n ? room : want.n;
        ck_assert_int_eq(memcmp(to.p, want.p, least), 0);
        guard_free(to);
    }
    guard_free(place);
}

START_TEST(test_rows)
{
    smtp_span place = guard_copy(rows[_i].xtext);
    ck_assert_int_eq(smtp_is_xtext(place), rows[_i].good);
    guard_free(place);
    check_codec(smtp_decode_xtext, rows[_i].xtext, rows[_i].octets);
    if (rows[_i].shortest)
        check_codec(smtp_print_xtext, rows[_i].octets, rows[_i].xtext);
}
END_TEST

START_TEST(test_every_octet)
{
    for (unsigned i = 0; i < 256; i++) {
        char octet = (char)i, text[3], back;
        size_t n = smtp_print_xtext((smtp_room){text, sizeof text}, (smtp_span){&octet, 1});
        ck_assert_uint_eq(n, i > 32 && i < 127 && i != '+' && i != '=' ? 1 : 3);
        ck_assert(smtp_is_xtext((smtp_span){text, n}));
        ck_assert_uint_eq(smtp_decode_xtext((smtp_room){&back, 1}, (smtp_span){text, n}), 1);
        ck_assert_int_eq(back, octet);
    }
}
END_TEST

static Suite *xtext_suite(void)
{
    Suite *suite = suite_create("xtext");
    TCase *tcase = tcase_create("xtext");
    tcase_add_loop_test(tcase, test_rows, 0, ROWS);
    tcase_add_test(tcase, test_every_octet);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(xtext_suite)
