#include <string.h>

#include "check_main.h"
#include "smtp/command.h"

static const struct {
    const char *word;
    enum smtp_verb verb;
} words[] = {
    {"EHLO", SMTP_V_EHLO},         {"ehlo", SMTP_V_EHLO},       {"eHlO", SMTP_V_EHLO},
    {"HELO", SMTP_V_HELO},         {"LHLO", SMTP_V_LHLO},       {"MAIL", SMTP_V_MAIL},
    {"RCPT", SMTP_V_RCPT},         {"DATA", SMTP_V_DATA},       {"BDAT", SMTP_V_BDAT},
    {"RSET", SMTP_V_RSET},         {"VRFY", SMTP_V_VRFY},       {"EXPN", SMTP_V_EXPN},
    {"HELP", SMTP_V_HELP},         {"NOOP", SMTP_V_NOOP},       {"QUIT", SMTP_V_QUIT},
    {"StartTLS", SMTP_V_STARTTLS}, {"AUTH", SMTP_V_AUTH},       {"ETRN", SMTP_V_ETRN},
    {"TURN", SMTP_V_TURN},         {"", SMTP_V_UNKNOWN},        {"EHL", SMTP_V_UNKNOWN},
    {"EHLOO", SMTP_V_UNKNOWN},     {"STARTTL", SMTP_V_UNKNOWN}, {"SEND", SMTP_V_UNKNOWN},
    {" EHLO", SMTP_V_UNKNOWN},     {"EHLO ", SMTP_V_UNKNOWN},   {"(greeting)", SMTP_V_UNKNOWN},
};
enum { WORDS = sizeof words / sizeof *words };

START_TEST(test_words)
{
    ck_assert_int_eq(smtp_verb_of(smtp_span_of(words[_i].word)), words[_i].verb);
}
END_TEST

START_TEST(test_names)
{
    for (unsigned verb = 1; verb < SMTP_VERB_COUNT; verb++)
        ck_assert_uint_eq(smtp_verb_of(smtp_span_of(smtp_verb_name((enum smtp_verb)verb))), verb);
    ck_assert_str_eq(smtp_verb_name(SMTP_V_UNKNOWN), "");
    ck_assert_str_eq(smtp_verb_name(SMTP_V_CONNECT), "(greeting)");
    for (unsigned verb = SMTP_VERB_COUNT; verb < SMTP_V_ROW_COUNT; verb++)
        ck_assert_int_eq(smtp_verb_name((enum smtp_verb)verb)[0], '(');
}
END_TEST

static Suite *verb_suite(void)
{
    Suite *suite = suite_create("verb");
    TCase *tcase = tcase_create("verb");
    tcase_add_loop_test(tcase, test_words, 0, WORDS);
    tcase_add_test(tcase, test_names);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(verb_suite)
