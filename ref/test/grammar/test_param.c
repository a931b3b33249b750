#include <string.h>

#include "check_main.h"
#include "rule_table.h"

#define OK SMTP_OK
#define BAD SMTP_E_PARAM

static const struct rule_row rows[] = {
    /* *(SP esmtp-param), esmtp-param = esmtp-keyword ["=" esmtp-value] */
    {"5321-4.1.2", T(""), SMTP_NOMATCH, 0, 0, 0},
    {"5321-4.1.2", T(" SIZE=100"), OK, 9, 0, 0},
    {"5321-4.1.2", T(" SMTPUTF8"), OK, 9, 0, 0},
    {"5321-4.1.2", T(" a"), OK, 2, 0, 0},
    {"5321-4.1.2",
     T(" 1-x="
       "y"),
     OK, 6, 0, 0},
    {"5321-4.1.2",
     T(" X-="
       "y"),
     OK, 5, 0, 0},
    {"5321-4.1.2", T(" A=!<>~\"(,"), OK, 10, 0, 0},
    {"5321-4.1.2", T(" A=b C=d"), OK, 4, 0, 0},
    {"5321-4.1.2", T(" A C=d"), OK, 2, 0, 0},
    {"5321-4.1.2", T(" A=b=c"), OK, 4, 0, 0},
    {"5321-4.1.2", T(" A=\xe9"), BAD, 3, 0, 0},
    {"5321-4.1.2", T(" A=b\xe9"), OK, 4, 0, 0},
    {"5321-4.1.2", T(" A_B=c"), OK, 2, 0, 0},
    {"5321-4.1.2", T("SIZE=1"), BAD, 0, 0, 0},
    {"5321-4.1.2", T("=1"), BAD, 0, 0, 0},
    {"5321-4.1.2", T(" "), BAD, 1, 0, 0},
    {"5321-4.1.2", T("  SIZE=1"), BAD, 1, 0, 0},
    {"5321-4.1.2", T(" =x"), BAD, 1, 0, 0},
    {"5321-4.1.2", T(" -A=x"), BAD, 1, 0, 0},
    {"5321-4.1.2", T(" SIZE="), BAD, 6, 0, 0},
    {"5321-4.1.2", T(" SIZE= "), BAD, 6, 0, 0},
    {"5321-4.1.2", T(" SIZE==1"), BAD, 6, 0, 0},
    {"5321-4.1.2", T("\tA=b"), BAD, 0, 0, 0},
};
enum { ROWS = sizeof rows / sizeof *rows };

static enum smtp_fault parse(struct smtp_cursor *c, void *result)
{
    return smtp_param_next(c, result);
}

static size_t print(smtp_room to, const void *result)
{
    return smtp_print_param(to, result);
}

START_TEST(test_rows)
{
    struct smtp_param param;
    const struct rule rule = {parse, print, &param};
    const char *wrong = rule_check(&rule, &rows[_i]);
    ck_assert_msg(wrong == NULL, "%s", wrong);
}
END_TEST

START_TEST(test_iteration)
{
    static const struct {
        const char *keyword, *value;
        bool has_value;
    } want[] = {{"SIZE", "100", true}, {"SMTPUTF8", "", false}, {"x-1", "<a>", true}};
    struct smtp_cursor c = smtp_cursor_of(SMTP_SPAN(" SIZE=100 SMTPUTF8 x-1=<a>"), 0);
    struct smtp_param param;
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        ck_assert_int_eq(smtp_param_next(&c, &param), SMTP_OK);
        ck_assert(smtp_span_is(param.keyword, smtp_span_of(want[i].keyword)));
        ck_assert(smtp_span_is(param.value, smtp_span_of(want[i].value)));
        ck_assert_int_eq(param.has_value, want[i].has_value);
    }
    ck_assert_int_eq(smtp_param_next(&c, &param), SMTP_NOMATCH);
    ck_assert_ptr_eq(c.at, c.end);
}
END_TEST

static Suite *param_suite(void)
{
    Suite *suite = suite_create("param");
    TCase *tcase = tcase_create("param");
    tcase_add_loop_test(tcase, test_rows, 0, ROWS);
    tcase_add_test(tcase, test_iteration);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(param_suite)
