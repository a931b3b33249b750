#include <string.h>

#include "check_main.h"
#include "smtp/wire.h"

static const struct {
    uint64_t announced;
    const char *in, *content, *rest;
    bool complete;
} rows[] = {
    {0, "RSET", "", "RSET", true},
    {0, "", "", "", true},
    {3, "abcRSET", "abc", "RSET", true},
    {3, "abc", "abc", "", true},
    {3, "ab", "ab", "", false},
    {5, "\r\n.\r\nQ", "\r\n.\r\n", "Q", true}, /* RFC 3030 2: the count alone ends it */
    {UINT64_MAX, "abc", "abc", "", false},
};
enum { ROWS = sizeof rows / sizeof *rows };

static void play(size_t i, size_t cut)
{
    uint64_t left = rows[i].announced;
    size_t n = strlen(rows[i].in), got = 0, tail = cut;
    smtp_span in = {rows[i].in, cut}, out;
    enum smtp_step step;
    while ((step = smtp_chunk_next(&left, &in, &out)) != SMTP_STEP_END) {
        ck_assert_mem_eq(out.p, rows[i].content + got, out.n);
        got += out.n;
        if (step == SMTP_STEP_MORE && tail == n)
            break;
        if (step == SMTP_STEP_MORE) {
            in.n = n - tail;
            tail = n;
        }
    }
    ck_assert_uint_eq(got, strlen(rows[i].content));
    ck_assert_int_eq(step == SMTP_STEP_END, rows[i].complete);
    ck_assert_uint_eq(in.n + (n - tail), strlen(rows[i].rest));
    ck_assert(left == rows[i].announced - got);
}

START_TEST(test_rows)
{
    for (size_t cut = 0; cut <= strlen(rows[_i].in); cut++)
        play((size_t)_i, cut);
}
END_TEST

static Suite *chunk_suite(void)
{
    Suite *suite = suite_create("chunk");
    TCase *tcase = tcase_create("chunk");
    tcase_add_loop_test(tcase, test_rows, 0, ROWS);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(chunk_suite)
