#include "check_main.h"

#include <string.h>

#include "grammars.h"
#include "groups.h"

/* ---- notation: rows of RFC 5234 and 7405 ---- */

static const struct row {
    const char *grammar, *text;
    bool good;
    const char *clause;
} rows[] = {
    {"a = \"x\"\n", "x", true, "5234 2.3"},
    {"a = \"x\"\n", "X", true, "5234 2.3: in any case"},
    {"a = \"x\"\n", "", false, "5234 2.3"},
    {"a = \"x\"\n", "xx", false, "5234 2.3"},
    {"a = \"\"\n", "", true, "5234 2.3: nothing"},
    {"a = %s\"x\"\n", "X", false, "7405 2.1"},
    {"a = %s\"xY\"\n", "xY", true, "7405 2.1"},
    {"a = %i\"xY\"\n", "Xy", true, "7405 2.1"},
    {"a = %x41\n", "A", true, "5234 2.3"},
    {"a = %x41\n", "a", false, "5234 2.3"},
    {"a = %d65.66\n", "AB", true, "5234 2.3"},
    {"a = %b1000001\n", "A", true, "5234 2.3"},
    {"a = %x41-43\n", "C", true, "5234 3.4"},
    {"a = %x41-43\n", "D", false, "5234 3.4"},
    {"a = \"x\" \"y\"\n", "xy", true, "5234 3.1"},
    {"a = \"x\" \"y\"\n", "x", false, "5234 3.1"},
    {"a = \"x\" / \"y\"\n", "y", true, "5234 3.2"},
    {"a = \"x\" / \"y\" \"z\"\n", "xz", false, "5234 3.10: concatenation binds tighter"},
    {"a = (\"x\" / \"y\") \"z\"\n", "xz", true, "5234 3.5"},
    {"a = \"x\"\na =/ \"y\"\n", "y", true, "5234 3.3"},
    {"a = *\"x\"\n", "", true, "5234 3.6"},
    {"a = 1*\"x\"\n", "", false, "5234 3.6"},
    {"a = 2*3\"x\"\n", "x", false, "5234 3.6"},
    {"a = 2*3\"x\"\n", "xxx", true, "5234 3.6"},
    {"a = 2*3\"x\"\n", "xxxx", false, "5234 3.6"},
    {"a = 2\"x\"\n", "xx", true, "5234 3.7"},
    {"a = 2\"x\"\n", "xxx", false, "5234 3.7"},
    {"a = *1\"x\" \"y\"\n", "xxy", false, "5234 3.6"},
    {"a = [\"x\"] \"y\"\n", "y", true, "5234 3.8"},
    {"a = \"x\" ; \"y\"\n", "x", true, "5234 3.9"},
    {"a = \"x\"\n  \"y\"\n", "xy", true, "5234 2.2: indented lines go on"},
    {"a = \"x\" ; one\n ; two\n  / \"y\"\n", "y", true, "5234 3.9"},
    {"A-B = \"x\"\nc = a-b\n", "x", true, "5234 2.1: names in any case"},
    {"a = *%x61-7A \"z\"\n", "abz", true, "all ways are tried"},
    {"a = *(*\"x\") \"y\"\n", "xxy", true, "repetitions of nothing end"},
    {"a = 2*\"x\" \"x\"\n", "xx", false, "5234 3.6"},
    {"a = 2*\"x\" \"x\"\n", "xxx", true, "all ways are tried"},
    {"a = \"(\" [a] \")\"\n", "((()))", true, "rules may nest"},
    {"a = \"(\" [a] \")\"\n", "((())", false, "rules may nest"},
};

/* The last rule is the one that is asked. */
START_TEST(test_notation)
{
    const struct row *row = &rows[_i];
    struct abnf *g = abnf_new();
    struct abnf_error error;
    ck_assert_msg(abnf_read(g, smtp_span_of(row->grammar), &error), "%s: %s", row->grammar,
                  error.text);
    ck_assert_ptr_null(abnf_undefined(g));
    ck_assert_ptr_null(abnf_loops(g));
    int rule = abnf_rule(g, strstr(row->grammar, "c =") != NULL ? "c" : "a");
    ck_assert_msg(abnf_matches(g, rule, smtp_span_of(row->text)) == row->good, "%s, \"%s\": %s",
                  row->grammar, row->text, row->clause);
    abnf_free(g);
}
END_TEST

static const struct {
    const char *grammar;
    size_t line;
} broken[] = {
    {"= \"x\"\n", 1},
    {"a\n", 1},
    {"a = \"x\n", 1},
    {"a = %q41\n", 1},
    {"a = %x\n", 1},
    {"a = %d256\n", 1},
    {"a = %x43-41\n", 1},
    {"a = (\"x\"\n", 1},
    {"a = \"x\" )\n", 1},
    {"a = <prose>\n", 1},
    {"a = 3*2\"x\"\n", 1},
    {"\na =/ \"x\"\n", 2},
    {"a = \"x\"\na = \"y\"\n", 2},
    {"a = \"x\" /\n", 1},
};

START_TEST(test_broken)
{
    struct abnf *g = abnf_new();
    struct abnf_error error;
    ck_assert_msg(!abnf_read(g, smtp_span_of(broken[_i].grammar), &error), "%s",
                  broken[_i].grammar);
    ck_assert_ptr_nonnull(error.text);
    ck_assert_uint_eq(error.line, broken[_i].line);
    abnf_free(g);
}
END_TEST

START_TEST(test_undefined_and_loops)
{
    struct abnf_error error;
    struct abnf *g = abnf_new();
    ck_assert(abnf_read(g, smtp_span_of("a = b \"x\"\n"), &error));
    ck_assert_str_eq(abnf_undefined(g), "b");
    ck_assert(abnf_read(g, smtp_span_of("b = *\"y\" a\n"), &error));
    ck_assert_ptr_null(abnf_undefined(g));
    ck_assert_ptr_nonnull(abnf_loops(g));
    abnf_free(g);
}
END_TEST

/* ---- the grammars of corpus/abnf ---- */

/* Ldh-str eats the last letter, which Let-dig wants. */
START_TEST(test_domain_is_not_greedy)
{
    struct abnf *g = abnf_load(false);
    ck_assert(abnf_matches(g, abnf_rule(g, "Domain"), SMTP_SPAN("ab")));
    ck_assert(abnf_matches(g, abnf_rule(g, "Domain"), SMTP_SPAN("a-b.c--d")));
    ck_assert(!abnf_matches(g, abnf_rule(g, "Domain"), SMTP_SPAN("a-.b")));
    abnf_free(g);
}
END_TEST

enum { MADE = 500 };

/* What is made matches; of what is one edit away some does and some does not; the same seed makes the same. */
START_TEST(test_made)
{
    const struct abnf_group *group = &abnf_groups[_i];
    struct abnf *g = abnf_load(group->utf8);
    struct abnf_dice dice = {7}, again = {7};
    char text[ABNF_TEXT_MAX], second[ABNF_TEXT_MAX];
    smtp_room room = {text, sizeof text}, other = {second, sizeof second};
    int rule = abnf_rule(g, group->rule), near[2] = {0, 0};
    size_t longest = 0;
    for (unsigned i = 0; i < MADE; i++) {
        size_t n = abnf_make(g, rule, &dice, i % 4 == 0 ? 64 : 0, room);
        ck_assert_uint_eq(abnf_make(g, rule, &again, i % 4 == 0 ? 64 : 0, other), n);
        if (n > sizeof text)
            continue;
        ck_assert(memcmp(text, second, n) == 0);
        ck_assert_msg(abnf_matches(g, rule, (smtp_span){text, n}), "%s: %.*s", group->name, (int)n,
                      text);
        longest = n > longest ? n : longest;
        n = abnf_spoil(&dice, room, n);
        again = dice;
        near[abnf_matches(g, rule, (smtp_span){text, n})]++;
    }
    ck_assert_msg(near[0] > MADE / 20 && near[1] > MADE / 20, "%s: %d and %d", group->name, near[0],
                  near[1]);
    ck_assert(longest >= 64 || strcmp(group->name, "enhanced") == 0);
    abnf_free(g);
}
END_TEST

/* ---- agreement: what is wrong is seen ---- */

static const struct {
    const char *group, *text;
    bool generated;
    const char *prose;
} answers[] = {
    {"domain", "ab", true, NULL},
    {"domain", "a.", false, NULL},
    {"path", "<a@[IPv6:1::2]>", true, NULL},
    {"path", "<>", false, NULL},
    {"command", "VRFY a@b.test", true, NULL},
    {"command", "NOOP \r\n", false, NULL},
    {"utf8-command", "EHLO \xc3\xbc.test", true, "6531-3.7.1"},
    {"mail-params", " SIZE=1 size=2", true, "5321-4.1.1.11"},
    {"mail-params", " HOLDFOR=1 HOLDUNTIL=2030-01-01T00:00:00Z", true, "5321-4.1.1.11"},
    {"mail-params", " HOLDUNTIL=2023-02-29T00:00:00Z", true, "3339-5.7"},
    {"mail-params", " HOLDUNTIL=2024-02-29T00:00:00Z", true, NULL},
    {"mail-params", " AUTH=a+40b", true, NULL},
    {"mail-params", " AUTH=a", true, "4954-5"},
    {"mail-params", " BY=0;R", false, NULL},
    {"rcpt-params", " ORCPT=utf-8;\\x{41}", false, NULL},
    {"rcpt-params", " ORCPT=utf-8;\\x{20AC}", true, NULL},
    {"rcpt-params", " ORCPT=utf-9;+41", true, NULL},
    {"reply", "250-a\r\n251 b\r\n", true, "5321-4.2.1"},
    {"reply", "250 \r\n", true, NULL},
    {"ehlo", "250 a.test \v\r\n", true, "5321-4.2"},
    {"capability", "LIMITS MAILMAX=0", true, "9422-4"},
    {"date", "Thu, 1 Jan 1970 00:00:00 +0000", true, NULL},
    {"date", "Fri, 1 Jan 1970 00:00:00 +0000", true, "5322-3.3"},
    {"date", "29 Feb 1900 00:00 +0000", true, "5322-3.3"},
    {"date", "1 Jan 1970 00:00 +0000\r\n ", true, "5322-3.2.2"},
    {"received", "Received: from a.test by b.test via x via y; 1 Jan 1970 00:00 +0000\r\n", false,
     NULL},
    {"received",
     "Received: from a.test (c) by b.test (d [1.2.3.4]) for <a@b.test>;\r\n 1 Jan 1970 00:00 +0000 "
     "(e)\r\n",
     true, NULL},
    {"received", "Received: from a.test ([x:(]) ) by b.test; 1 Jan 1970 00:00 +0000\r\n", true,
     NULL},
    {"received", "Received: from a.test ([x:(]) by b.test; 1 Jan 1970 00:00 +0000\r\n", true, NULL},
};

START_TEST(test_answers)
{
    struct abnf_pair pair = {NULL, NULL};
    struct abnf_answer answer;
    bool agreed = abnf_agree(&pair, abnf_group_of(answers[_i].group),
                             smtp_span_of(answers[_i].text), &answer);
    ck_assert_msg(agreed, "%s: the parser says %s", answers[_i].text,
                  answer.fault == NULL ? "nothing" : answer.fault);
    ck_assert_int_eq(answer.generated, answers[_i].generated);
    ck_assert_pstr_eq(answer.prose, answers[_i].prose);
    abnf_pair_free(&pair);
}
END_TEST

static const char *ask_all(smtp_span text, unsigned lax)
{
    (void)text;
    (void)lax;
    return NULL;
}

static const char *ask_none(smtp_span text, unsigned lax)
{
    (void)text;
    (void)lax;
    return "NONE";
}

/* A parser that takes too much, or too little, disagrees. */
START_TEST(test_wrong_parsers)
{
    struct abnf_pair pair = {NULL, NULL};
    struct abnf_answer answer;
    struct abnf_group group = *abnf_group_of("date");
    group.ask = ask_all;
    ck_assert(!abnf_agree(&pair, &group, SMTP_SPAN("x"), &answer));
    ck_assert(!abnf_agree(&pair, &group, SMTP_SPAN("31 Feb 1970 00:00 +0000"), &answer));
    group.ask = ask_none;
    ck_assert(!abnf_agree(&pair, &group, SMTP_SPAN("1 Feb 1970 00:00 +0000"), &answer));
    abnf_pair_free(&pair);
}
END_TEST

static int group_count(void)
{
    int n = 0;
    while (abnf_groups[n].name != NULL)
        n++;
    return n;
}

static Suite *abnf_suite(void)
{
    Suite *suite = suite_create("abnf");
    TCase *tc = tcase_create("abnf");
    tcase_add_loop_test(tc, test_notation, 0, sizeof rows / sizeof *rows);
    tcase_add_loop_test(tc, test_broken, 0, sizeof broken / sizeof *broken);
    tcase_add_test(tc, test_undefined_and_loops);
    tcase_add_test(tc, test_domain_is_not_greedy);
    tcase_add_loop_test(tc, test_made, 0, group_count());
    tcase_add_loop_test(tc, test_answers, 0, sizeof answers / sizeof *answers);
    tcase_add_test(tc, test_wrong_parsers);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(abnf_suite)
