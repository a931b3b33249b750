#include <string.h>

#include "mutator.h"
#include "suites.h"

enum { MOST = 16384 };

/* What has to stay: every octet of `needs`, in order. */
static bool holds(smtp_span in, const char *needs)
{
    for (size_t i = 0; i < in.n && *needs != '\0'; i++)
        needs += in.p[i] == *needs;
    return *needs == '\0';
}

static const struct {
    enum mutator_input kind;
    const char *before, *needs, *want;
} rows[] = {
    {MUTATOR_RECORDS, "A\r\nB\r\nC\r\nD\r\n", "C", "C\r\n"},
    {MUTATOR_RECORDS, "A\r\nB\r\nC\r\nD\r\n", "AD", "A\r\nD\r\n"},
    {MUTATOR_RECORDS,
     "A\r\n\xff"
     "t\xff"
     "rB\r\n\xff"
     "w\x05"
     "C\r\n",
     "rC",
     "\xff"
     "rC\r\n"},
    {MUTATOR_RECORDS, "A\r\nB\r\nC\r\n", "ABC", "A\r\nB\r\nC\r\n"},
    {MUTATOR_RECORDS, "A\r\nB\r\n", "", "B\r\n"},
    {MUTATOR_RECORDS, "A\r\n", "", "A\r\n"},
    {MUTATOR_RECORDS, "", "", ""},
    {MUTATOR_TEXT, "<ab@[1.2.3.4]>", "a@4", "ab@4"},
};

/* Trims until nothing is left to try; how many tries. */
static unsigned trim(struct mutator_trim *t, const char *needs)
{
    static char out[MOST];
    unsigned tries = 0;
    for (size_t n; (n = mutator_trim_next(t, out)) > 0; tries++) {
        ck_assert_uint_lt(n, t->n);
        mutator_trim_tell(t, holds((smtp_span){out, n}, needs));
    }
    mutator_trim_tell(t, true); /* behind the end: nothing */
    return tries;
}

START_TEST(test_row)
{
    static char best[MOST];
    struct mutator_trim t;
    size_t n = strlen(rows[_i].before);
    memcpy(best, rows[_i].before, n);
    mutator_trim_init(&t, rows[_i].kind, (smtp_room){best, sizeof best}, n);
    (void)trim(&t, rows[_i].needs);
    ck_assert_uint_eq(t.n, strlen(rows[_i].want));
    ck_assert_mem_eq(best, rows[_i].want, t.n);
}
END_TEST

/* Of n units that all have to stay, no more than about four tries a unit, and the end comes. */
START_TEST(test_ends)
{
    static char best[MOST];
    struct mutator_trim t;
    for (size_t lines = 1; lines <= MOST / 2; lines *= 2) {
        for (size_t i = 0; i < lines; i++)
            memcpy(best + 2 * i, "A\n", 2);
        mutator_trim_init(&t, MUTATOR_RECORDS, (smtp_room){best, sizeof best}, 2 * lines);
        ck_assert_uint_le(trim(&t, "B"), 4 * (lines < 512 ? lines : 512) + 4);
        ck_assert_uint_eq(t.n, 2 * lines);
    }
}
END_TEST

Suite *trim_suite(void)
{
    Suite *s = suite_create("trim");
    TCase *t = tcase_create("trim");
    tcase_add_loop_test(t, test_row, 0, sizeof rows / sizeof *rows);
    tcase_add_test(t, test_ends);
    suite_add_tcase(s, t);
    return s;
}
