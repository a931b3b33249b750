#include <string.h>

#include "check_main.h"
#include "guard.h"
#include "rule_table.h"
#include "smtp/chars.h"
#include "smtp/command.h"

#define OK SMTP_OK
#define NOT SMTP_NOMATCH
#define LOCAL SMTP_E_LOCAL_PART
#define NAME SMTP_E_DOMAIN
#define UTF8 SMTP_LAX_UTF8
#define HIGH SMTP_LAX_HIGH

#define E2 "\xc3\xa9"         /* U+00E9 */
#define E3 "\xe2\x82\xac"     /* U+20AC */
#define E4 "\xf0\x9f\x93\xa7" /* U+1F4E7 */

static const struct rule_row locals[] = {
    /* RFC 3629 4 */
    {"3629-4", T("\xc2\x80"), OK, 2, UTF8, UTF8},
    {"3629-4", T("\xdf\xbf"), OK, 2, UTF8, UTF8},
    {"3629-4", T("\xe0\xa0\x80"), OK, 3, UTF8, UTF8},
    {"3629-4", T("\xe1\x80\x80\xec\xbf\xbf"), OK, 6, UTF8, UTF8},
    {"3629-4", T("\xed\x80\x80\xed\x9f\xbf"), OK, 6, UTF8, UTF8},
    {"3629-4", T("\xee\x80\x80\xef\xbf\xbf"), OK, 6, UTF8, UTF8},
    {"3629-4", T("\xf0\x90\x80\x80"), OK, 4, UTF8, UTF8},
    {"3629-4", T("\xf1\x80\x80\x80\xf3\xbf\xbf\xbf"), OK, 8, UTF8, UTF8},
    {"3629-4", T("\xf4\x8f\xbf\xbf"), OK, 4, UTF8, UTF8},
    {"3629-4", T("\x80"), LOCAL, 0, UTF8, 0},
    {"3629-4", T("\xbf"), LOCAL, 0, UTF8, 0},
    {"3629-4", T("\xc0\x80"), LOCAL, 0, UTF8, 0},
    {"3629-4", T("\xc1\xbf"), LOCAL, 0, UTF8, 0},
    {"3629-4", T("\xf5\x80\x80\x80"), LOCAL, 0, UTF8, 0},
    {"3629-4", T("\xff"), LOCAL, 0, UTF8, 0},
    {"3629-4", T("\xc3"), LOCAL, 1, UTF8, 0},
    {"3629-4", T("\xc3("), LOCAL, 1, UTF8, 0},
    {"3629-4", T("\xc3\xc3"), LOCAL, 1, UTF8, 0},
    {"3629-4", T("\xe0\x9f\xbf"), LOCAL, 1, UTF8, 0},
    {"3629-4", T("\xed\xa0\x80"), LOCAL, 1, UTF8, 0},
    {"3629-4", T("\xed\xbf\xbf"), LOCAL, 1, UTF8, 0},
    {"3629-4", T("\xf0\x8f\xbf\xbf"), LOCAL, 1, UTF8, 0},
    {"3629-4", T("\xf4\x90\x80\x80"), LOCAL, 1, UTF8, 0},
    {"3629-4", T("\xe2\x82"), LOCAL, 2, UTF8, 0},
    {"3629-4", T("\xe2\x82z"), LOCAL, 2, UTF8, 0},
    {"3629-4", T("\xf0\x9f\x93"), LOCAL, 3, UTF8, 0},
    {"3629-4", T("\xf0\x9f\x93\xff"), LOCAL, 3, UTF8, 0},
    /* atext =/ UTF8-non-ascii */
    {"6531-3.3", T("j" E2 "rg"), OK, 5, UTF8, UTF8},
    {"6531-3.3", T(E3 "." E4), OK, 8, UTF8, UTF8},
    {"6531-3.3", T("a"), OK, 1, UTF8, 0},
    {"6531-3.3", T("a" E2 "@"), OK, 3, UTF8, UTF8},
    {"6531-3.3", T("a@" E2), OK, 1, UTF8, 0},
    {"6531-3.3", T("a" E2), OK, 1, 0, 0},
    {"6531-3.3", T(E2), NOT, 0, 0, 0},
    {"6531-3.3", T(E2 "."), LOCAL, 3, UTF8, 0},
    {"6531-3.3", T(E2 ".."), LOCAL, 3, UTF8, 0},
    {"6531-3.3", T("." E2), NOT, 0, UTF8, 0},
    {"6531-3.3", T("a.\xc3"), LOCAL, 3, UTF8, 0},
    {"6531-3.3", T("a\xff"), OK, 1, UTF8, 0},
    /* qtextSMTP =/ UTF8-non-ascii; quoted-pairSMTP is what it was */
    {"6531-3.3", T("\"" E2 " " E4 "\""), OK, 9, UTF8, UTF8},
    {"6531-3.3", T("\"" E2 "\""), LOCAL, 1, 0, 0},
    {"6531-3.3", T("\"\\" E2 "\""), LOCAL, 2, UTF8, 0},
    {"6531-3.3", T("\"a\xc3\""), LOCAL, 3, UTF8, 0},
    {"6531-3.3", T("\"a\xff\""), LOCAL, 2, UTF8, 0},
    {"6531-3.3", T("\"" E2), SMTP_E_QUOTED_OPEN, 3, UTF8, 0},
    /* limits count octets */
    {"5321-4.5.3.1.1", T(X8(E4 E4)), OK, 64, UTF8, UTF8},
    {"5321-4.5.3.1.1", T(X8(E4 E4) "x"), SMTP_E_LOCAL_LONG, 64, UTF8, 0},
    /* beside any octet above 127 */
    {"5321-4.1.2", T(E2 "\xff"), OK, 3, UTF8 | HIGH, UTF8 | HIGH},
    {"5321-4.1.2", T("\xc3."), LOCAL, 2, UTF8 | HIGH, 0},
    {"5321-4.1.2", T("\xc3z"), OK, 2, UTF8 | HIGH, HIGH},
    {"5321-4.1.2", T("\"\\\xff\""), OK, 4, UTF8 | HIGH, HIGH},
};

static const struct rule_row domains[] = {
    /* sub-domain =/ U-label */
    {"6531-3.3", T("b" E2 "cher.example"), OK, 15, UTF8, UTF8},
    {"6531-3.3", T(E2), OK, 2, UTF8, UTF8},
    {"6531-3.3", T(E2 "-" E2 "." E4), OK, 10, UTF8, UTF8},
    {"6531-3.3", T("a.b"), OK, 3, UTF8, 0},
    {"6531-3.3", T(E2), NOT, 0, 0, 0},
    {"6531-3.3", T("a" E2), OK, 1, 0, 0},
    {"6531-3.3", T("a." E2), NAME, 2, 0, 0},
    {"6531-3.3", T("-" E2), NOT, 0, UTF8, 0},
    {"6531-3.3", T(E2 "-"), NAME, 3, UTF8, 0},
    {"6531-3.3", T(E2 "-.a"), NAME, 3, UTF8, 0},
    {"6531-3.3", T(E2 "."), NAME, 3, UTF8, 0},
    {"6531-3.3", T(E2 "_"), NAME, 2, UTF8, 0},
    {"6531-3.3", T("_" E2), NOT, 0, UTF8, 0},
    {"6531-3.3", T(E2 "_a"), OK, 4, UTF8 | SMTP_LAX_UNDERSCORE, UTF8 | SMTP_LAX_UNDERSCORE},
    {"3629-4", T("\xff"), NAME, 0, UTF8, 0},
    {"3629-4", T("\xc3"), NAME, 1, UTF8, 0},
    {"3629-4", T("a\xe2\x82.b"), NAME, 3, UTF8, 0},
    {"3629-4", T("a.\xed\xa0\x80"), NAME, 3, UTF8, 0},
    {"3629-4", T("a\xff"), OK, 1, UTF8, 0},
    {"5321-4.5.3.1.2", T(X63(E4) "abc"), OK, 255, UTF8, UTF8},
    {"5321-4.5.3.1.2", T(X64(E4)), SMTP_E_DOMAIN_LONG, 255, UTF8, 0},
};

static const struct rule_row params[] = {
    /* esmtp-value =/ UTF8-non-ascii */
    {"6531-3.3", T(" A=b" E2 "c"), OK, 7, UTF8, UTF8},
    {"6531-3.3", T(" A=" E4 " B=c"), OK, 7, UTF8, UTF8},
    {"6531-3.3", T(" A=" E2), SMTP_E_PARAM, 3, 0, 0},
    {"6531-3.3", T(" A" E2 "=b"), OK, 2, UTF8, 0},
    {"3629-4", T(" A=\xff"), SMTP_E_PARAM, 3, UTF8, 0},
    {"3629-4", T(" A=b\xff"), OK, 4, UTF8, 0},
    {"3629-4", T(" A=\xc3("), SMTP_E_PARAM, 4, UTF8, 0},
    {"3629-4", T(" A=b\xe2\x82"), SMTP_E_PARAM, 6, UTF8, 0},
};

enum {
    LOCALS = sizeof locals / sizeof *locals,
    DOMAINS = sizeof domains / sizeof *domains,
    PARAMS = sizeof params / sizeof *params
};

static enum smtp_fault parse_local(struct smtp_cursor *c, void *result)
{
    bool quoted;
    return smtp_parse_local(c, result, &quoted);
}

static size_t print_local(smtp_room to, const void *result)
{
    size_t at = 0;
    smtp_room_put(to, &at, *(const smtp_span *)result);
    return at;
}

static enum smtp_fault parse_domain(struct smtp_cursor *c, void *result)
{
    return smtp_parse_domain(c, result);
}

static size_t print_domain(smtp_room to, const void *result)
{
    return smtp_print_domain(to, result);
}

static enum smtp_fault parse_param(struct smtp_cursor *c, void *result)
{
    return smtp_param_next(c, result);
}

static size_t print_param(smtp_room to, const void *result)
{
    return smtp_print_param(to, result);
}

START_TEST(test_locals)
{
    smtp_span local;
    const struct rule rule = {parse_local, print_local, &local};
    const char *wrong = rule_check(&rule, &locals[_i]);
    ck_assert_msg(wrong == NULL, "%s", wrong);
}
END_TEST

START_TEST(test_domains)
{
    struct smtp_domain domain;
    const struct rule rule = {parse_domain, print_domain, &domain};
    const char *wrong = rule_check(&rule, &domains[_i]);
    ck_assert_msg(wrong == NULL, "%s", wrong);
}
END_TEST

START_TEST(test_params)
{
    struct smtp_param param;
    const struct rule rule = {parse_param, print_param, &param};
    const char *wrong = rule_check(&rule, &params[_i]);
    ck_assert_msg(wrong == NULL, "%s", wrong);
}
END_TEST

/* What is refused strictly, with NON_ASCII at the first octet above 127, and what it is with the bit. */
static const struct {
    const char *clause;
    smtp_span line;
    enum smtp_fault fault;
    size_t off;
} commands[] = {
    {"6531-3.3", T("MAIL FROM:<" E2 "@b.example>"), OK, 0},
    {"6531-3.3", T("MAIL FROM:<a@" E2 ".example> SMTPUTF8"), OK, 0},
    {"6531-3.3", T("RCPT TO:<\"" E2 " b\"@" E3 ">"), OK, 0},
    {"6531-3.3", T("RCPT TO:<@" E2 ".example:a@b>"), OK, 0},
    {"6531-3.3", T("RCPT TO:<a@b> ORCPT=utf-8;" E2 "@b"), OK, 0},
    {"6531-3.3", T("VRFY " E2), OK, 0},
    {"6531-3.3", T("VRFY \"" E2 "\""), OK, 0},
    {"6531-3.3", T("EXPN " E2 "@b.example"), OK, 0},
    {"6531-3.7.1", T("EHLO " E2 ".example"), SMTP_E_NON_ASCII, 5},
    {"6531-3.7.1", T("HELO " E2 ".example"), SMTP_E_NON_ASCII, 5},
    {"RFC 1985 5", T("ETRN " E2 ".example"), SMTP_E_NON_ASCII, 5},
    {"RFC 1985 5.3", T("ETRN @a." E2), SMTP_E_NON_ASCII, 8},
    {"RFC 1985 5.3", T("ETRN #" E2), SMTP_E_NON_ASCII, 6},
    {"3629-4", T("MAIL FROM:<\xc3@b.example>"), SMTP_E_LOCAL_PART, 12},
    {"3629-4", T("MAIL FROM:<\xff@b.example>"), SMTP_E_NON_ASCII, 11},
    {"3629-4", T("MAIL FROM:<a@\xed\xa0\x80>"), SMTP_E_NON_ASCII, 14},
    {"3629-4", T("VRFY \xc3x"), SMTP_E_STRING, 6},
    {"3629-4", T("VRFY a\xff"), SMTP_E_NON_ASCII, 6},
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static size_t first_high(smtp_span line)
{
    size_t i = 0;
    while (!smtp_is(line.p[i], SMTP_C_HIGH))
        i++;
    return i;
}

START_TEST(test_commands)
{
    struct smtp_command command;
    smtp_span line = guard_copy(commands[_i].line);
    ck_assert_int_eq(smtp_parse_command(line, 0, &command), SMTP_E_NON_ASCII);
    ck_assert_uint_eq(command.fault_off, first_high(line));
    ck_assert_int_eq(smtp_parse_command(line, UTF8, &command), commands[_i].fault);
    if (commands[_i].fault != OK)
        ck_assert_uint_eq(command.fault_off, commands[_i].off);
    else
        ck_assert_uint_eq(command.lax_used, UTF8);
    guard_free(line);
}
END_TEST

/* The parameters of a command are read again with the tolerances that it was read with. */
START_TEST(test_params_again)
{
    struct smtp_command command;
    struct smtp_param param;
    smtp_span line = SMTP_SPAN("RCPT TO:<a@b> ORCPT=utf-8;" E2);
    ck_assert_int_eq(smtp_parse_command(line, UTF8, &command), OK);
    ck_assert_int_eq(smtp_param_next(&command.params, &param), OK);
    ck_assert(smtp_span_is(param.value, SMTP_SPAN("utf-8;" E2)));
}
END_TEST

/* RFC 6531 3.7.4.2: vrfy = "VRFY" SP String [ SP "SMTPUTF8" ] */
static const struct {
    const char *line;
    enum smtp_fault strict, fault;
    bool utf8;
} users[] = {
    {"VRFY a SMTPUTF8", SMTP_E_STRING, OK, true},
    {"EXPN a@b.example smtputf8", SMTP_E_TRAILING, OK, true},
    {"VRFY SMTPUTF8", OK, OK, false},
    {"VRFY \"a SMTPUTF8\"", OK, OK, false},
    {"VRFY a SMTPUTF8 SMTPUTF8", SMTP_E_STRING, SMTP_E_STRING, true},
    {"VRFY a SMTPUTF8=1", SMTP_E_STRING, SMTP_E_STRING, false},
    {"VRFY  SMTPUTF8", SMTP_E_STRING, SMTP_E_STRING, true},
    {"NOOP a SMTPUTF8", SMTP_E_STRING, SMTP_E_STRING, false},
};
enum { USERS = sizeof users / sizeof *users };

START_TEST(test_users)
{
    struct smtp_command command;
    char text[64];
    smtp_span line = guard_copy(smtp_span_of(users[_i].line));
    ck_assert_int_eq(smtp_parse_command(line, 0, &command), users[_i].strict);
    ck_assert(!command.utf8);
    ck_assert_int_eq(smtp_parse_command(line, UTF8, &command), users[_i].fault);
    ck_assert_int_eq(command.utf8, users[_i].utf8);
    if (users[_i].fault == OK) {
        size_t n = smtp_print_command((smtp_room){text, sizeof text}, &command);
        ck_assert(smtp_span_is((smtp_span){text, n - 2}, line));
    }
    guard_free(line);
}
END_TEST

static Suite *utf8_suite(void)
{
    Suite *suite = suite_create("utf8");
    TCase *tcase = tcase_create("utf8");
    tcase_add_loop_test(tcase, test_locals, 0, LOCALS);
    tcase_add_loop_test(tcase, test_domains, 0, DOMAINS);
    tcase_add_loop_test(tcase, test_params, 0, PARAMS);
    tcase_add_loop_test(tcase, test_commands, 0, COMMANDS);
    tcase_add_loop_test(tcase, test_users, 0, USERS);
    tcase_add_test(tcase, test_params_again);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(utf8_suite)
