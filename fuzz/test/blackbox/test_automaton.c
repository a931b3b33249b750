#include "suites.h"

#include <string.h>

#include "blackbox/automaton.h"
#include "blackbox/compare.h"
#include "blackbox/eod.h"
#include "blackbox/pairs.h"
#include "blackbox/senders.h"

/* A server in process: the codec of the reference, or one of the lattice's readers. */
struct model {
    const struct lattice_reader *reader; /* NULL: the codec */
    unsigned lax;
    size_t fails_at; /* that question cannot be answered; 0: all can */
    size_t asked;
};

static int ask(void *arg, const struct word *word)
{
    struct model *m = arg;
    char octets[AUTOMATON_WORD];
    unsigned state;
    if (++m->asked == m->fails_at)
        return -1;
    for (size_t i = 0; i < word->n; i++)
        octets[i] = lattice_alphabet[word->letters[i]];
    size_t end = m->reader == NULL ? lattice_codec_end(m->lax, octets, word->n, &state)
                                   : lattice_reader_end(m->reader, octets, word->n);
    return end > 0 ? EOD_ENDED : EOD_TEXT;
}

static struct word tests[LATTICE_CLASSES];
static size_t test_count;

/* Once, in front of all. */
static void build(void)
{
    test_count = words_of_lattice(tests);
}

static struct learner learner_of(struct model *m)
{
    return (struct learner){
        .ask = ask, .arg = m, .absorbing = EOD_ENDED, .tests = tests, .test_count = test_count};
}

static bool learn(struct model *m, struct automaton *out, size_t *asked)
{
    struct learner l = learner_of(m);
    bool good = automaton_learn(&l, out);
    *asked = l.asked;
    return good;
}

/* The learnt automaton says of every string of the lattice what the model says. */
static void assert_equal_everywhere(struct model *m, const struct automaton *a, size_t longest)
{
    static struct word words[20000];
    size_t count = compare_words(longest, words, sizeof words / sizeof *words);
    ck_assert_uint_le(count, sizeof words / sizeof *words);
    for (size_t i = 0; i < count; i++)
        ck_assert_int_eq(a->answer[automaton_run(a, &words[i])], ask(m, &words[i]));
}

/* RFC 5321 4.1.1.4: within a line, CR, CRLF, the period, its CR, the end; a start that is none of them
 * would be one more. */
START_TEST(learns_the_clause)
{
    struct model m = {.lax = 0};
    struct automaton a;
    size_t asked;
    ck_assert(learn(&m, &a, &asked));
    ck_assert_uint_eq(a.count, 6);
    ck_assert_uint_le(asked, 200);
    assert_equal_everywhere(&m, &a, 6);
}
END_TEST

/* Readers look at 7 octets at most, as the lattice does (LATTICE_MAX). */
START_TEST(learns_each_known_reader)
{
    struct model m = {.reader = &lattice_readers[_i]};
    struct automaton a;
    size_t asked;
    ck_assert(learn(&m, &a, &asked));
    ck_assert_uint_le(asked, 400);
    assert_equal_everywhere(&m, &a, 5);
}
END_TEST

START_TEST(gives_up)
{
    struct model m = {.fails_at = 20};
    struct automaton a;
    size_t asked;
    ck_assert(!learn(&m, &a, &asked));
    ck_assert_uint_eq(asked, 19);
}
END_TEST

/* ---- senders --------------------------------------------------------------------------------- */

static void learn_reader(size_t reader, struct automaton *a)
{
    struct model m = {.reader = &lattice_readers[reader]};
    size_t asked;
    ck_assert(learn(&m, a, &asked));
}

enum { CRLF_CRLF = 0, CRLF_LF = 1, LF_CRLF = 3, LF_LF = 4, CR_CR = 8 };

static const struct attack {
    size_t reader, sender; /* of senders */
    const char *word;      /* NULL: safe */
} attacks[] = {
    {CRLF_CRLF, 0, NULL}, {CRLF_CRLF, 11, NULL}, {LF_LF, 0, NULL},    {LF_LF, 1, NULL},
    {LF_LF, 2, NULL},     {LF_LF, 3, NULL},      {LF_LF, 4, "\n.\n"}, {LF_CRLF, 4, "\n.\r\n"},
    {CRLF_LF, 4, NULL},   {CR_CR, 2, "\r.\r"},   {CR_CR, 4, NULL},    {CRLF_LF, 11, NULL},
};

START_TEST(knows_who_can_attack)
{
    const struct attack *row = &attacks[_i];
    struct automaton a;
    struct word word;
    learn_reader(row->reader, &a);
    bool found = senders_attack(&senders[row->sender], &a, EOD_ENDED, &word);
    ck_assert_int_eq(found, row->word != NULL);
    if (row->word == NULL)
        return;
    struct word wanted = word_of(row->word, strlen(row->word));
    ck_assert_uint_eq(word.n, wanted.n);
    ck_assert_mem_eq(word.letters, wanted.letters, wanted.n);
}
END_TEST

/* Whoever lets more pass can do what the other can. */
START_TEST(orders_senders)
{
    struct word word;
    struct automaton a;
    learn_reader((size_t)_i, &a);
    for (size_t i = 0; i < SENDERS; i++)
        for (size_t k = 0; k < SENDERS; k++)
            if (sender_is_less(&senders[i], &senders[k]) &&
                senders_attack(&senders[i], &a, EOD_ENDED, &word))
                ck_assert(senders_attack(&senders[k], &a, EOD_ENDED, &word));
}
END_TEST

/* ---- pairs ----------------------------------------------------------------------------------- */

START_TEST(predicts_pairs)
{
    struct automaton strict, lax;
    learn_reader(CRLF_CRLF, &strict);
    learn_reader(LF_LF, &lax);
    smtp_span bare = SMTP_SPAN("xa\n.\nNOOP\r\n.\r\n"),
              clean = SMTP_SPAN("xa\r\n..\r\nNOOP\r\n.\r\n");
    ck_assert(!pairs_smuggle(&strict, EOD_ENDED, bare));
    ck_assert(pairs_smuggle(&lax, EOD_ENDED, bare));
    ck_assert(!pairs_smuggle(&lax, EOD_ENDED, clean));
}
END_TEST

/* ---- clusters -------------------------------------------------------------------------------- */

START_TEST(clusters_differences)
{
    static struct clusters c;
    c = (struct clusters){.servers = 2};
    clusters_add(&c, "MAIL", (const char *const[]){"2", "2"}, "a");
    clusters_add(&c, "MAIL", (const char *const[]){"2", "5"}, "long example");
    clusters_add(&c, "MAIL", (const char *const[]){"2", "5"}, "short");
    clusters_add(&c, "MAIL", (const char *const[]){"5", "2"}, "b");
    clusters_add(&c, "RCPT", (const char *const[]){"2", "5"}, "c");
    clusters_add(&c, "VRFY", (const char *const[]){"2", "5"}, "d");
    clusters_add(&c, "VRFY", (const char *const[]){"2", "25"}, "e");
    ck_assert_uint_eq(c.equal, 1);
    ck_assert_uint_eq(c.count, 5);
    ck_assert_uint_eq(c.list[0].times, 2);
    ck_assert_str_eq(c.list[0].example, "short");
    ck_assert_ptr_nonnull(c.list[3].reason);
    ck_assert_ptr_null(c.list[4].reason);
    clusters_add(&c, "BDAT", (const char *const[]){"2", "5555"}, "f");
    ck_assert_ptr_nonnull(c.list[5].reason);
}
END_TEST

/* 5^n strings of n octets, less 4^n without a period. */
START_TEST(counts_words)
{
    struct word words[9];
    ck_assert_uint_eq(compare_words(2, words, 9), 1 + 9);
    ck_assert_uint_eq(compare_words(3, NULL, 0), 1 + 9 + 61);
}
END_TEST

Suite *automaton_suite(void)
{
    Suite *s = suite_create("automaton");
    TCase *t = tcase_create("automaton");
    tcase_add_unchecked_fixture(t, build, NULL);
    tcase_add_test(t, learns_the_clause);
    tcase_add_loop_test(t, learns_each_known_reader, 0, LATTICE_READERS);
    tcase_add_test(t, gives_up);
    tcase_add_loop_test(t, knows_who_can_attack, 0, sizeof attacks / sizeof *attacks);
    tcase_add_loop_test(t, orders_senders, 0, LATTICE_READERS);
    tcase_add_test(t, predicts_pairs);
    tcase_add_test(t, clusters_differences);
    tcase_add_test(t, counts_words);
    suite_add_tcase(s, t);
    return s;
}
