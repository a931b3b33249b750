#include <string.h>

#include "check_main.h"
#include "smtp/client.h"

/* RFC 5321 4.3.2, and what the extensions add. A code that no document lists counts by its first digit. */
static const struct {
    enum smtp_verb verb;
    unsigned code;
    enum smtp_verdict verdict;
} verdicts[] = {
    {SMTP_V_CONNECT, 220, SMTP_VERDICT_DONE},      {SMTP_V_CONNECT, 554, SMTP_VERDICT_NEVER},
    {SMTP_V_CONNECT, 421, SMTP_VERDICT_LATER},     {SMTP_V_CONNECT, 354, SMTP_VERDICT_WRONG},
    {SMTP_V_EHLO, 250, SMTP_VERDICT_DONE},         {SMTP_V_EHLO, 504, SMTP_VERDICT_NEVER},
    {SMTP_V_HELO, 250, SMTP_VERDICT_DONE},         {SMTP_V_LHLO, 250, SMTP_VERDICT_DONE},
    {SMTP_V_MAIL, 250, SMTP_VERDICT_DONE},         {SMTP_V_MAIL, 552, SMTP_VERDICT_NEVER},
    {SMTP_V_MAIL, 451, SMTP_VERDICT_LATER},        {SMTP_V_MAIL, 455, SMTP_VERDICT_LATER},
    {SMTP_V_RCPT, 250, SMTP_VERDICT_DONE},         {SMTP_V_RCPT, 251, SMTP_VERDICT_DONE},
    {SMTP_V_RCPT, 252, SMTP_VERDICT_DONE},         {SMTP_V_RCPT, 259, SMTP_VERDICT_DONE},
    {SMTP_V_RCPT, 552, SMTP_VERDICT_LATER},        {SMTP_V_RCPT, 550, SMTP_VERDICT_NEVER},
    {SMTP_V_RCPT, 556, SMTP_VERDICT_NEVER},        {SMTP_V_RCPT, 450, SMTP_VERDICT_LATER},
    {SMTP_V_RCPT, 354, SMTP_VERDICT_WRONG},        {SMTP_V_DATA, 354, SMTP_VERDICT_MORE},
    {SMTP_V_DATA, 250, SMTP_VERDICT_WRONG},        {SMTP_V_DATA, 300, SMTP_VERDICT_MORE},
    {SMTP_V_DATA, 503, SMTP_VERDICT_NEVER},        {SMTP_V_END_OF_DATA, 250, SMTP_VERDICT_DONE},
    {SMTP_V_END_OF_DATA, 552, SMTP_VERDICT_NEVER}, {SMTP_V_END_OF_DATA, 452, SMTP_VERDICT_LATER},
    {SMTP_V_END_OF_DATA, 354, SMTP_VERDICT_WRONG}, {SMTP_V_BDAT, 250, SMTP_VERDICT_DONE},
    {SMTP_V_BDAT, 503, SMTP_VERDICT_NEVER},        {SMTP_V_AUTH, 235, SMTP_VERDICT_DONE},
    {SMTP_V_AUTH, 334, SMTP_VERDICT_MORE},         {SMTP_V_AUTH, 535, SMTP_VERDICT_NEVER},
    {SMTP_V_AUTH, 454, SMTP_VERDICT_LATER},        {SMTP_V_STARTTLS, 220, SMTP_VERDICT_DONE},
    {SMTP_V_STARTTLS, 454, SMTP_VERDICT_LATER},    {SMTP_V_HELP, 211, SMTP_VERDICT_DONE},
    {SMTP_V_HELP, 214, SMTP_VERDICT_DONE},         {SMTP_V_QUIT, 221, SMTP_VERDICT_DONE},
    {SMTP_V_RSET, 250, SMTP_VERDICT_DONE},         {SMTP_V_ETRN, 250, SMTP_VERDICT_WRONG},
    {SMTP_V_ETRN, 500, SMTP_VERDICT_NEVER},
};

START_TEST(test_verdicts)
{
    enum smtp_verdict verdict = smtp_client_verdict(verdicts[_i].verb, verdicts[_i].code);
    ck_assert_msg(verdict == verdicts[_i].verdict, "%s %u: %d", smtp_verb_name(verdicts[_i].verb),
                  verdicts[_i].code, (int)verdict);
}
END_TEST

/* A row a verb, whole, and its listed codes mean what the columns say. */
START_TEST(test_rows)
{
    bool seen[SMTP_V_ROW_COUNT] = {false};
    for (const struct smtp_client_rule *r = smtp_client_rules; r->clause != NULL; r++) {
        ck_assert(!seen[r->verb]);
        seen[r->verb] = true;
        ck_assert_ptr_eq(smtp_client_rule_for(r->verb), r);
        ck_assert_uint_lt(r->patience, sizeof(struct smtp_client_limits));
        ck_assert(r->success[0] != 0 || r->more != 0);
        for (size_t i = 0; i < 3 && r->success[i] != 0; i++)
            ck_assert_int_eq(smtp_client_verdict(r->verb, r->success[i]), SMTP_VERDICT_DONE);
        if (r->more != 0)
            ck_assert_int_eq(smtp_client_verdict(r->verb, r->more), SMTP_VERDICT_MORE);
    }
    ck_assert_ptr_null(smtp_client_rule_for(SMTP_V_TURN));
    ck_assert_ptr_null(smtp_client_rule_for(SMTP_V_UNKNOWN));
}
END_TEST

/* All codes of every verb: 4yz and 5yz have no exception but 552. */
START_TEST(test_first_digits)
{
    for (const struct smtp_client_rule *r = smtp_client_rules; r->clause != NULL; r++)
        for (unsigned code = 200; code < 600; code++) {
            enum smtp_verdict v = smtp_client_verdict(r->verb, code);
            bool later = code / 100 == 4 || (r->verb == SMTP_V_RCPT && code == 552);
            ck_assert((v == SMTP_VERDICT_LATER) == later);
            ck_assert((v == SMTP_VERDICT_NEVER) == (code >= 500 && !later));
            ck_assert(v == smtp_client_verdict(r->verb, code / 100 * 100) || later);
        }
}
END_TEST

static Suite *rules_suite(void)
{
    Suite *suite = suite_create("client_rules");
    TCase *tcase = tcase_create("rules");
    tcase_add_loop_test(tcase, test_verdicts, 0, sizeof verdicts / sizeof *verdicts);
    tcase_add_test(tcase, test_rows);
    tcase_add_test(tcase, test_first_digits);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(rules_suite)
