#include <string.h>

#include "check_main.h"
#include "rule_table.h"

#define OK SMTP_OK
#define NOT SMTP_NOMATCH
#define BAD SMTP_E_LOCAL_PART
#define OPEN SMTP_E_QUOTED_OPEN
#define DOTS SMTP_LAX_DOTS
#define HIGH SMTP_LAX_HIGH
#define CTL SMTP_LAX_CONTROL

static const struct rule_row rows[] = {
    /* Dot-string = Atom *("." Atom) */
    {"5321-4.1.2", T("a"), OK, 1, 0, 0},
    {"5321-4.1.2", T("ab"), OK, 2, 0, 0},
    {"5321-4.1.2", T("a.b"), OK, 3, 0, 0},
    {"5321-4.1.2", T("a.b.c.d"), OK, 7, 0, 0},
    {"5321-4.1.2", T("!#$%&'*+-/=?^_`{|}~"), OK, 19, 0, 0},
    {"5321-4.1.2", T("0"), OK, 1, 0, 0},
    {"5321-4.1.2", T("a@b"), OK, 1, 0, 0},
    {"5321-4.1.2", T("a b"), OK, 1, 0, 0},
    {"5321-4.1.2", T("a(b"), OK, 1, 0, 0},
    {"5321-4.1.2", T("a\"b\""), OK, 1, 0, 0},
    {"5321-4.1.2", T(""), NOT, 0, 0, 0},
    {"5321-4.1.2", T("@"), NOT, 0, 0, 0},
    {"5321-4.1.2", T(" a"), NOT, 0, 0, 0},
    {"5321-4.1.2", T(".a"), NOT, 0, 0, 0},
    {"5321-4.1.2", T("<a"), NOT, 0, 0, 0},
    {"5321-4.1.2", T("\\a"), NOT, 0, 0, 0},
    {"5321-4.1.2", T("a."), BAD, 2, 0, 0},
    {"5321-4.1.2", T("a.@b"), BAD, 2, 0, 0},
    {"5321-4.1.2", T("a..b"), BAD, 2, 0, 0},
    {"5321-4.1.2", T("a.\"b\""), BAD, 2, 0, 0},
    {"5321-4.1.2", T(".a."), OK, 3, DOTS, DOTS},
    {"5321-4.1.2", T("a..b"), OK, 4, DOTS, DOTS},
    {"5321-4.1.2", T("a.@"), OK, 2, DOTS, DOTS},
    {"5321-4.1.2", T("a.b"), OK, 3, DOTS, 0},
    {"5321-4.1.2", T("\xc3\xa9"), NOT, 0, 0, 0},
    {"5321-4.1.2", T("a\xe9"), OK, 1, 0, 0},
    {"5321-4.1.2", T("a\xe9"), OK, 2, HIGH, HIGH},
    {"5321-4.1.2", T("a\x01"), OK, 1, CTL, 0},
    /* Quoted-string = DQUOTE *QcontentSMTP DQUOTE */
    {"5321-4.1.2", T("\"\""), OK, 2, 0, 0},
    {"5321-4.1.2", T("\"a b\""), OK, 5, 0, 0},
    {"5321-4.1.2", T("\"a@b.c>\"@d"), OK, 8, 0, 0},
    {"5321-4.1.2", T("\"..\""), OK, 4, 0, 0},
    {"5321-4.1.2", T("\"\\\"\""), OK, 4, 0, 0},
    {"5321-4.1.2", T("\"\\\\\""), OK, 4, 0, 0},
    {"5321-4.1.2", T("\"\\ \\a\\~\""), OK, 8, 0, 0},
    {"5321-4.1.2", T("\" !#[]~\""), OK, 8, 0, 0},
    {"5321-4.1.2", T("\"a\"b"), OK, 3, 0, 0},
    {"5321-4.1.2", T("\""), OPEN, 1, 0, 0},
    {"5321-4.1.2", T("\"a"), OPEN, 2, 0, 0},
    {"5321-4.1.2", T("\"a\\"), OPEN, 3, 0, 0},
    {"5321-4.1.2", T("\"a\\\""), OPEN, 4, 0, 0},
    {"5321-4.1.2", T("\"\t\""), BAD, 1, 0, 0},
    {"5321-4.1.2", T("\"a\0\""), BAD, 2, 0, 0},
    {"5321-4.1.2", T("\"\x7f\""), BAD, 1, 0, 0},
    {"5321-4.1.2", T("\"\xe9\""), BAD, 1, 0, 0},
    {"5321-4.1.2", T("\"\\\t\""), BAD, 2, 0, 0},
    {"5321-4.1.2", T("\"\\\xe9\""), BAD, 2, 0, 0},
    {"5321-4.1.2", T("\"\t\""), OK, 3, CTL, CTL},
    {"5321-4.1.2", T("\"\\\x01\""), OK, 4, CTL, CTL},
    {"5321-4.1.2", T("\"\xc3\xa9\""), OK, 4, HIGH, HIGH},
    {"5321-4.1.2", T("\"\xe9\t\""), OK, 4, HIGH | CTL, HIGH | CTL},
    /* 64 octets */
    {"5321-4.5.3.1.1", T(X64("a")), OK, 64, 0, 0},
    {"5321-4.5.3.1.1", T(X64("a") "@b"), OK, 64, 0, 0},
    {"5321-4.5.3.1.1", T(X64("a") "b"), SMTP_E_LOCAL_LONG, 64, 0, 0},
    {"5321-4.5.3.1.1", T("\"" X63("a") "\""), SMTP_E_LOCAL_LONG, 64, 0, 0},
    {"5321-4.5.3.1.1", T(X64("a.") "b"), SMTP_E_LOCAL_LONG, 64, 0, 0},
    {"5321-4.5.3.1.1", T(X64("a") "b"), OK, 65, SMTP_LAX_LONG, SMTP_LAX_LONG},
};
enum { ROWS = sizeof rows / sizeof *rows };

struct local {
    smtp_span text;
    bool quoted;
};

static enum smtp_fault parse(struct smtp_cursor *c, void *result)
{
    struct local *local = result;
    return smtp_parse_local(c, &local->text, &local->quoted);
}

static size_t print(smtp_room to, const void *result)
{
    const struct local *local = result;
    size_t at = 0;
    smtp_room_put(to, &at, local->text);
    return at;
}

START_TEST(test_rows)
{
    struct local local;
    const struct rule rule = {parse, print, &local};
    const char *wrong = rule_check(&rule, &rows[_i]);
    ck_assert_msg(wrong == NULL, "%s", wrong);
    if (rows[_i].fault == SMTP_OK)
        ck_assert_int_eq(local.quoted, rows[_i].in.p[0] == '"');
}
END_TEST

#define NOSTR SMTP_E_STRING

/* String = Atom / Quoted-string: no dots, no limit of its own */
static const struct rule_row strings[] = {
    {"5321-4.1.2", T("Smith"), OK, 5, 0, 0},
    {"5321-4.1.2", T("a.b"), OK, 1, 0, 0},
    {"5321-4.1.2", T("a b"), OK, 1, 0, 0},
    {"5321-4.1.2", T("\"a.b c\""), OK, 7, 0, 0},
    {"5321-4.1.2", T("\"\""), OK, 2, 0, 0},
    {"5321-4.1.2", T(X64("a") "a"), OK, 65, 0, 0},
    {"5321-4.1.2", T(""), NOT, 0, 0, 0},
    {"5321-4.1.2", T(".a"), NOT, 0, 0, 0},
    {"5321-4.1.2", T("<a>"), NOT, 0, 0, 0},
    {"5321-4.1.2", T("\"a\tb\""), NOSTR, 2, 0, 0},
    {"5321-4.1.2", T("\"a\xe9\""), NOSTR, 2, 0, 0},
    {"5321-4.1.2", T("\"a"), OPEN, 2, 0, 0},
    {"5321-4.1.2", T("a\xe9"), OK, 2, HIGH, HIGH},
};
enum { STRINGS = sizeof strings / sizeof *strings };

static enum smtp_fault parse_string(struct smtp_cursor *c, void *result)
{
    struct local *local = result;
    return smtp_parse_string(c, &local->text);
}

START_TEST(test_strings)
{
    struct local local;
    const struct rule rule = {parse_string, print, &local};
    const char *wrong = rule_check(&rule, &strings[_i]);
    ck_assert_msg(wrong == NULL, "%s", wrong);
}
END_TEST

static Suite *local_suite(void)
{
    Suite *suite = suite_create("local");
    TCase *tcase = tcase_create("local");
    tcase_add_loop_test(tcase, test_rows, 0, ROWS);
    tcase_add_loop_test(tcase, test_strings, 0, STRINGS);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(local_suite)
