#include "suites.h"

#include <stdlib.h>

#include "blackbox/outcome.h"

#define T(literal)                                                                                 \
    {                                                                                              \
        (literal), sizeof(literal) - 1                                                             \
    }

static const struct row {
    smtp_span wire, message; /* what was sent, and what arrived */
    const char *outcome;
} rows[] = {
    {T("x\r\n..a\r\nNOOP\r\n"), T("A: b\r\n\r\nx\r\n.a\r\nNOOP\r\n"), "as sent"},
    {T("x\r\n..a\r\nNOOP\r\n"), T("A: b\n\nx\n.a\nNOOP\n"), "as sent"},
    {T("x\r\n.aNOOP\r\n"), T("A: b\n\nx\n.aNOOP\n"), "periods differ"},
    {T("x\r\n..aNOOP\r\n"), T("A: b\n\nx\n..aNOOP\n"), "periods differ"},
    {T("x\n.aNOOP\r\n"), T("A: b\n\nx\naNOOP\n"), "periods differ"},
    {T("x\rNOOP\r\n"), T("A: b\n\nx NOOP\n"), "bare CR differs"},
    {T("x\0NOOP\r\n"), T("A: b\n\nxNOOP\n"), "NUL differs"},
    {T("x\n.\nNOOP\r\n"), T("A: b\n\nx\n"), "cut off"},
    {T("xyNOOP\r\n"), T("A: b\n\nxzNOOP\n"), "changed"},
};

START_TEST(names_what_became_of_it)
{
    const struct row *row = &rows[_i];
    struct octets meant = {.p = NULL}, came = {.p = NULL};
    ck_assert(outcome_meant(row->wire, &meant));
    ck_assert(outcome_body(row->message, &came));
    ck_assert_str_eq(outcome_of((smtp_span){meant.p, meant.n}, (smtp_span){came.p, came.n}),
                     row->outcome);
    free(meant.p);
    free(came.p);
}
END_TEST

Suite *outcome_suite(void)
{
    Suite *s = suite_create("outcome");
    TCase *t = tcase_create("outcome");
    tcase_add_loop_test(t, names_what_became_of_it, 0, sizeof rows / sizeof *rows);
    suite_add_tcase(s, t);
    return s;
}
