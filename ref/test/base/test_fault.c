#include <string.h>

#include "check_main.h"
#include "smtp/chars.h"
#include "smtp/fault.h"

/* The reply codes of RFC 5321 4.2.3, and those that 1870, 3207 and 4954 add. */
static bool is_known_code(unsigned code)
{
    static const unsigned codes[] = {421, 450, 451, 452, 454, 455, 500, 501, 502, 503, 504,
                                     521, 530, 534, 535, 538, 550, 551, 552, 553, 554, 555};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (codes[i] == code)
            return true;
    return false;
}

/* RFC 3463 2: class "." subject "." detail, and RFC 2034 4: of the code's class */
static bool is_enhanced(const char *s, unsigned code)
{
    size_t n = strlen(s);
    if (n < 5 || n > 7 || (unsigned)(s[0] - '0') != code / 100 || s[1] != '.' || s[3] != '.')
        return false;
    for (size_t i = 4; i < n; i++)
        if (!smtp_is(s[i], SMTP_C_DIGIT))
            return false;
    return smtp_is(s[2], SMTP_C_DIGIT);
}

START_TEST(test_row)
{
    const struct smtp_fault_row *row = smtp_fault_row((enum smtp_fault)_i);
    ck_assert_uint_gt(strlen(row->text), 3);
    ck_assert_ptr_nonnull(strchr(row->clause, '-'));
    for (const char *c = row->text; *c != '\0'; c++)
        ck_assert(smtp_is(*c, SMTP_C_TEXT));
    if (row->code != 0) {
        ck_assert_msg(is_known_code(row->code), "%s: %u", row->symbol, row->code);
        ck_assert_msg(is_enhanced(row->enhanced, row->code), "%s: %s", row->symbol, row->enhanced);
    } else {
        ck_assert_str_eq(row->enhanced, "");
    }
    for (int other = 0; other < _i; other++)
        ck_assert_str_ne(smtp_fault_row((enum smtp_fault)other)->symbol, row->symbol);
}
END_TEST

START_TEST(test_no_faults)
{
    ck_assert_uint_eq(smtp_fault_row(SMTP_OK)->code, 0);
    ck_assert_str_eq(smtp_fault_row(SMTP_OK)->text, "");
    ck_assert_uint_eq(smtp_fault_row(SMTP_NOMATCH)->code, 0);
    ck_assert_str_eq(smtp_fault_row(SMTP_NOMATCH)->clause, "");
    ck_assert_str_eq(smtp_fault_row(SMTP_E_BUFFER)->symbol, "BUFFER");
}
END_TEST

static Suite *fault_suite(void)
{
    Suite *suite = suite_create("fault");
    TCase *tcase = tcase_create("fault");
    tcase_add_loop_test(tcase, test_row, SMTP_NOMATCH + 1, SMTP_FAULT_COUNT);
    tcase_add_test(tcase, test_no_faults);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(fault_suite)
