#include <string.h>

#include "check_main.h"
#include "guard.h"
#include "rule_table.h"
#include "smtp/command.h"

#define OK SMTP_OK
#define BLANK SMTP_LAX_BLANK_END
#define COLON SMTP_LAX_COLON_SPACE
#define BARE SMTP_LAX_NO_BRACKETS
#define HELO SMTP_LAX_HELO_ANY
#define LITERAL SMTP_LAX_HELO_LITERAL
#define ARGS SMTP_LAX_ARGUMENTS
#define UTF8 SMTP_LAX_UTF8

enum { ALL = (1 << 27) - 1 };

/* Each line is refused strictly, with `strict`; with the tolerances it gives `fault`, using `used`.
 */
static const struct row {
    const char *clause;
    smtp_span line;
    enum smtp_fault strict;
    unsigned lax;
    enum smtp_fault fault;
    unsigned used;
    const char *argument; /* of what is taken */
} rows[] = {
    {"5321-4.1.1", T("NOOP "), SMTP_E_NO_ARGUMENT, BLANK, OK, BLANK, ""},
    {"5321-4.1.1", T("NOOP \t "), SMTP_E_CONTROL, BLANK, OK, BLANK, ""},
    {"5321-4.1.1", T("NOOP\t"), SMTP_E_VERB, BLANK, OK, BLANK, ""},
    {"5321-4.1.1", T("DATA "), SMTP_E_ARGUMENT, BLANK, OK, BLANK, ""},
    {"5321-4.1.1", T("STARTTLS  "), SMTP_E_TLS_ARGUMENT, BLANK, OK, BLANK, ""},
    {"5321-4.1.1", T("EHLO a.b "), SMTP_E_TRAILING, BLANK, OK, BLANK, "a.b"},
    {"5321-4.1.1", T("EHLO a.b\t"), SMTP_E_CONTROL, BLANK, OK, BLANK, "a.b"},
    {"5321-4.1.1", T("MAIL FROM:<a@b> "), SMTP_E_PARAM, BLANK, OK, BLANK, "FROM:<a@b>"},
    {"5321-4.1.1", T("MAIL FROM:<a@b> X=1 \t"), SMTP_E_CONTROL, BLANK, OK, BLANK, "FROM:<a@b> X=1"},
    {"5321-4.1.1", T("RCPT TO:<a@b>\t"), SMTP_E_CONTROL, BLANK, OK, BLANK, "TO:<a@b>"},
    {"5321-4.1.1", T("EHLO "), SMTP_E_NO_ARGUMENT, BLANK, SMTP_E_NO_ARGUMENT, BLANK, NULL},
    {"5321-4.1.1", T("  "), SMTP_E_VERB, BLANK, SMTP_E_NO_COMMAND, BLANK, NULL},
    {"5321-4.1.1", T("NOOP \"a "), SMTP_E_QUOTED_OPEN, BLANK, SMTP_E_QUOTED_OPEN, BLANK, NULL},
    {"5321-3.3", T("MAIL FROM: <a@b>"), SMTP_E_PATH_OPEN, COLON, OK, COLON, "FROM: <a@b>"},
    {"5321-3.3", T("RCPT TO:   <a@b>"), SMTP_E_PATH_OPEN, COLON, OK, COLON, "TO:   <a@b>"},
    {"5321-3.3", T("MAIL FROM:\t<a@b>"), SMTP_E_CONTROL, COLON, SMTP_E_CONTROL, 0, NULL},
    {"5321-3.3", T("MAIL FROM : <a@b>"), SMTP_E_FROM, COLON, SMTP_E_FROM, 0, NULL},
    {"5321-4.1.2", T("MAIL FROM:a@b X=1"), SMTP_E_PATH_OPEN, BARE, OK, BARE, "FROM:a@b X=1"},
    {"5321-4.1.2", T("MAIL FROM: a@b"), SMTP_E_PATH_OPEN, BARE | COLON, OK, BARE | COLON,
     "FROM: a@b"},
    {"5321-4.1.2", T("RCPT TO:postmaster"), SMTP_E_PATH_OPEN, BARE, OK, BARE, "TO:postmaster"},
    {"5321-4.1.2", T("MAIL FROM:"), SMTP_E_PATH_OPEN, BARE, SMTP_E_PATH_OPEN, 0, NULL},
    {"5321-4.1.1.1", T("HELO [192.0.2.1]"), SMTP_E_DOMAIN, LITERAL, OK, LITERAL, "[192.0.2.1]"},
    {"5321-4.1.1.1", T("HELO [192.0.2]"), SMTP_E_DOMAIN, LITERAL, SMTP_E_LITERAL, LITERAL, NULL},
    {"5321-4.1.1.1", T("EHLO"), SMTP_E_NO_ARGUMENT, HELO, OK, HELO, ""},
    {"5321-4.1.1.1", T("HELO "), SMTP_E_NO_ARGUMENT, HELO, OK, HELO, ""},
    {"5321-4.1.1.1", T("EHLO a b (c)"), SMTP_E_TRAILING, HELO, OK, HELO, "a b (c)"},
    {"5321-4.1.1.1", T("EHLO a..b"), SMTP_E_DOMAIN, HELO, OK, HELO, "a..b"},
    {"5321-4.1.1.1", T("HELO []"), SMTP_E_DOMAIN, HELO, OK, HELO, "[]"},
    {"5321-4.1.1.1", T("EHLO a_b !"), SMTP_E_DOMAIN, HELO | SMTP_LAX_UNDERSCORE, OK, HELO, "a_b !"},
    {"5321-4.1.1.1", T("EHLO a\tb"), SMTP_E_CONTROL, HELO, SMTP_E_CONTROL, 0, NULL},
    {"5321-4.1.1.1", T("EHLO a\xe9"), SMTP_E_NON_ASCII, HELO, SMTP_E_NON_ASCII, 0, NULL},
    {"5321-4.1.1", T("DATA now"), SMTP_E_ARGUMENT, ARGS, OK, ARGS, "now"},
    {"5321-4.1.1", T("RSET a\tb"), SMTP_E_ARGUMENT, ARGS, OK, ARGS, "a\tb"},
    {"5321-4.1.1", T("QUIT "), SMTP_E_ARGUMENT, ARGS, OK, ARGS, ""},
    {"5321-4.1.1", T("STARTTLS now"), SMTP_E_TLS_ARGUMENT, ARGS, OK, ARGS, "now"},
    {"5321-4.1.1", T("NOOP a b"), SMTP_E_STRING, ARGS, OK, ARGS, "a b"},
    {"5321-4.1.1", T("HELP <x>"), SMTP_E_STRING, ARGS, OK, ARGS, "<x>"},
    {"5321-4.1.1", T("VRFY John Doe"), SMTP_E_STRING, ARGS, OK, ARGS, "John Doe"},
    {"5321-4.1.1", T("EXPN <a@b>"), SMTP_E_STRING, ARGS, OK, ARGS, "<a@b>"},
    {"6531-3.7.4.2", T("VRFY a b SMTPUTF8"), SMTP_E_STRING, ARGS, OK, ARGS, "a b SMTPUTF8"},
    {"6531-3.7.4.2", T("VRFY a b SMTPUTF8"), SMTP_E_STRING, ARGS | UTF8, OK, ARGS | UTF8,
     "a b SMTPUTF8"},
    {"6531-3.7.4.2", T("VRFY a b"), SMTP_E_STRING, ARGS | UTF8, OK, ARGS, "a b"},
    {"5321-4.1.1", T("VRFY"), SMTP_E_NO_ARGUMENT, ARGS, SMTP_E_NO_ARGUMENT, 0, NULL},
    {"5321-4.1.1", T("NOOP a\x01"), SMTP_E_CONTROL, ARGS, SMTP_E_CONTROL, 0, NULL},
    {"5321-4.1.1", T("DATA \x01"), SMTP_E_ARGUMENT, ARGS, SMTP_E_ARGUMENT, 0, NULL},
    {"5321-4.1.1", T("TURN x"), SMTP_E_ARGUMENT, ARGS, SMTP_E_ARGUMENT, 0, NULL},
    {"5321-4.1.2", T("EHLO a_b"), SMTP_E_DOMAIN, SMTP_LAX_UNDERSCORE, OK, SMTP_LAX_UNDERSCORE,
     "a_b"},
    {"5321-4.1.2", T("MAIL FROM:<.a@b>"), SMTP_E_LOCAL_PART, SMTP_LAX_DOTS, OK, SMTP_LAX_DOTS,
     "FROM:<.a@b>"},
    {"5321-4.1.2", T("MAIL FROM:<\xe9@b>"), SMTP_E_NON_ASCII, SMTP_LAX_HIGH, OK, SMTP_LAX_HIGH,
     "FROM:<\xe9@b>"},
    {"5321-4.1.2", T("MAIL FROM:<\"\t\"@b>"), SMTP_E_CONTROL, SMTP_LAX_CONTROL, OK,
     SMTP_LAX_CONTROL, "FROM:<\"\t\"@b>"},
    {"5321-4.1.2", T("MAIL FROM:<a\tb@b>"), SMTP_E_CONTROL, SMTP_LAX_CONTROL, SMTP_E_CONTROL, 0,
     NULL},
    {"5321-4.5.3.1", T("MAIL FROM:<" X64("a") "a@b>"), SMTP_E_LOCAL_LONG, SMTP_LAX_LONG, OK,
     SMTP_LAX_LONG, "FROM:<" X64("a") "a@b>"},
    {"5321-4.1.3", T("EHLO [IPv6:1:2:3:4:5:6:7::]"), SMTP_E_LITERAL, SMTP_LAX_V6_ONE, OK,
     SMTP_LAX_V6_ONE, "[IPv6:1:2:3:4:5:6:7::]"},
};
enum { ROWS = sizeof rows / sizeof *rows };

START_TEST(test_rows)
{
    const struct row *row = &rows[_i];
    smtp_span line = guard_copy(row->line);
    struct smtp_command cmd;
    enum smtp_fault fault = smtp_parse_command(line, 0, &cmd);
    ck_assert_msg(fault == row->strict, "%.*s: strictly %s", (int)line.n, line.p,
                  smtp_fault_row(fault)->symbol);
    ck_assert_uint_eq(cmd.lax_used, 0);
    fault = smtp_parse_command(line, row->lax, &cmd);
    ck_assert_msg(fault == row->fault, "%.*s: %s", (int)line.n, line.p,
                  smtp_fault_row(fault)->symbol);
    ck_assert_msg(cmd.lax_used == row->used, "%.*s: used %x", (int)line.n, line.p, cmd.lax_used);
    if (row->argument != NULL)
        ck_assert(smtp_span_is(cmd.argument, smtp_span_of(row->argument)));
    guard_free(line);
}
END_TEST

/* What is taken with some tolerances is taken with all of them, and without these it is not. */
START_TEST(test_each_bit_is_needed)
{
    const struct row *row = &rows[_i];
    struct smtp_command cmd;
    if (row->fault != SMTP_OK)
        return;
    ck_assert_int_eq(smtp_parse_command(row->line, ALL, &cmd), SMTP_OK);
    ck_assert_uint_ne(cmd.lax_used, 0);
    ck_assert_int_ne(smtp_parse_command(row->line, row->lax & ~row->used, &cmd), SMTP_OK);
}
END_TEST

static Suite *tolerance_suite(void)
{
    Suite *suite = suite_create("tolerance");
    TCase *tcase = tcase_create("tolerance");
    tcase_add_loop_test(tcase, test_rows, 0, ROWS);
    tcase_add_loop_test(tcase, test_each_bit_is_needed, 0, ROWS);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(tolerance_suite)
