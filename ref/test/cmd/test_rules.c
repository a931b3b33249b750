#include <string.h>

#include "check_main.h"
#include "reading.h"
#include "rules.h"
#include "smtp/fault.h"

/* The groups of the fault table that are about octets and not about order or policy, and single rows. */
static bool is_of_grammar(int fault)
{
    static const int others[] = {SMTP_E_TLS_ARGUMENT, SMTP_E_EHLO_PARAM, SMTP_E_AUTH_BASE64,
                                 SMTP_E_COMMENT, SMTP_E_GROUP};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (others[i] == fault)
            return true;
    return (fault > SMTP_NOMATCH && fault < SMTP_E_SEQUENCE) ||
           (fault >= SMTP_E_REPLY_CODE && fault <= SMTP_E_EHLO_LINE);
}

START_TEST(test_every_grammar_fault_has_a_rule)
{
    enum smtp_fault fault = (enum smtp_fault)_i;
    const char *rule = rule_of_fault(fault);
    const char *symbol = smtp_fault_row(fault)->symbol;
    ck_assert_msg((rule != NULL) == is_of_grammar(_i), "%s", symbol);
    if (rule != NULL)
        ck_assert_msg(rule_of(rule) != NULL, "%s: no rule named %s", symbol, rule);
}
END_TEST

START_TEST(test_every_trace_fault_has_a_rule)
{
    enum smtp_trace_fault fault = (enum smtp_trace_fault)_i;
    const char *rule = rule_of_trace_fault(fault);
    ck_assert_msg(rule != NULL && rule_of(rule) != NULL, "%s", smtp_trace_row(fault)->symbol);
}
END_TEST

/* The text is what the RFC has. */
START_TEST(test_rules_are_abnf)
{
    const struct rule_text *rule = rule_of(rule_of_fault(SMTP_E_DOMAIN));
    ck_assert_str_eq(rule->name, "Domain");
    ck_assert_str_eq(rule->source, "RFC 5321 4.1.2");
    ck_assert(strstr(rule->abnf, "Domain     = sub-domain *(\".\" sub-domain)\n") == rule->abnf);
    ck_assert_ptr_null(rule_of("no such rule"));
    ck_assert_ptr_null(rule_of_fault(SMTP_OK));
}
END_TEST

/* Whatever each kind refuses, it names a rule. */
START_TEST(test_every_kind_names_its_rule)
{
    static const char *const texts[] = {"",       "\t",     "x\x01", "MAIL",
                                        "BDAT x", "AUTH x", "250",   "a b"};
    for (const struct reading_kind *kind = reading_kinds; kind->name != NULL; kind++) {
        ck_assert_msg(rule_of(kind->rule) != NULL, "%s", kind->name);
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
            struct reading r;
            ck_assert(reading_begin(&r, kind, smtp_span_of(texts[i]), 0));
            ck_assert_msg(r.fault.symbol == NULL ||
                              (r.fault.rule != NULL && rule_of(r.fault.rule) != NULL),
                          "%s: %s", kind->name, r.fault.symbol);
            reading_end(&r);
        }
    }
}
END_TEST

static Suite *rules_suite(void)
{
    Suite *suite = suite_create("rules");
    TCase *tcase = tcase_create("rules");
    tcase_add_loop_test(tcase, test_every_grammar_fault_has_a_rule, SMTP_OK, SMTP_FAULT_COUNT);
    tcase_add_loop_test(tcase, test_every_trace_fault_has_a_rule, SMTP_T_NOMATCH + 1, SMTP_T_COUNT);
    tcase_add_test(tcase, test_rules_are_abnf);
    tcase_add_test(tcase, test_every_kind_names_its_rule);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(rules_suite)
