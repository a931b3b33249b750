#include <string.h>

#include "smtp/capabilities.h"
#include "smtp/params.h"
#include "suites.h"
#include "words.h"

/* The word without what stands behind a space or from the "=" on. */
static smtp_span bare(smtp_span word)
{
    size_t n = 0;
    while (n < word.n && word.p[n] != ' ' && word.p[n] != '=')
        n++;
    return (smtp_span){word.p, n};
}

/* Every parameter that the reference knows is a word, and every EHLO keyword. */
START_TEST(test_reference_is_covered)
{
    unsigned mail = 0, rcpt = 0, keywords = 0;
    struct words params = words_of(WORDS_PARAMS), said = words_of(WORDS_KEYWORDS);
    for (size_t i = 0; i < params.n; i++) {
        mail |= smtp_mail_param_of(bare(params.row[i]));
        rcpt |= smtp_rcpt_param_of(bare(params.row[i]));
    }
    for (size_t i = 0; i < said.n; i++)
        keywords |= smtp_keyword_of(bare(said.row[i]));
    ck_assert_uint_eq(mail, 2 * SMTP_P_MT_PRIORITY - 1);
    ck_assert_uint_eq(rcpt, 2 * SMTP_P_ORCPT - 1);
    ck_assert_uint_eq(keywords, 2 * SMTP_KW_ETRN - 1);
}
END_TEST

/* No word brings the begin of a mark into a conversation. */
START_TEST(test_no_marks)
{
    for (unsigned kind = 0; kind < WORDS_KINDS; kind++) {
        struct words words = words_of((enum words_kind)kind);
        ck_assert_uint_gt(words.n, 0);
        for (size_t i = 0; i < words.n; i++)
            ck_assert(words.row[i].n == 0 || memchr(words.row[i].p, 0xff, words.row[i].n) == NULL);
    }
}
END_TEST

Suite *words_suite(void)
{
    Suite *s = suite_create("words");
    TCase *t = tcase_create("words");
    tcase_add_test(t, test_reference_is_covered);
    tcase_add_test(t, test_no_marks);
    suite_add_tcase(s, t);
    return s;
}
