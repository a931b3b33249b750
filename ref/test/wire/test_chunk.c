#include <string.h>

#include "check_main.h"
#include "guard.h"
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

struct result {
    uint64_t left;
    size_t got, consumed;
    bool ended;
};

static void eat(struct result *r, smtp_span in, const char *content)
{
    smtp_span piece = guard_copy(in), rest = piece, out;
    enum smtp_step step;
    while ((step = smtp_chunk_next(&r->left, &rest, &out)) == SMTP_STEP_DATA) {
        ck_assert_uint_gt(out.n, 0);
        ck_assert_mem_eq(out.p, content + r->got, out.n);
        r->got += out.n;
    }
    ck_assert(step == SMTP_STEP_END || rest.n == 0);
    r->ended = step == SMTP_STEP_END;
    r->consumed += in.n - rest.n;
    guard_free(piece);
}

/* The pieces end at `cut`, then at every `step` octets. */
static void play(size_t i, size_t cut, size_t step)
{
    struct result r = {.left = rows[i].announced};
    smtp_span in = smtp_span_of(rows[i].in);
    for (size_t head = 0, tail = cut; !r.ended && head <= in.n; head = tail, tail += step)
        eat(&r, smtp_span_cut(in, head, tail), rows[i].content);
    ck_assert_uint_eq(r.got, strlen(rows[i].content));
    ck_assert_int_eq(r.ended, rows[i].complete);
    ck_assert_uint_eq(in.n - r.consumed, strlen(rows[i].rest));
    ck_assert(r.left == rows[i].announced - r.got);
}

START_TEST(test_rows)
{
    size_t n = strlen(rows[_i].in);
    for (size_t cut = 0; cut <= n; cut++)
        play((size_t)_i, cut, n + 1);
    play((size_t)_i, 1, 1);
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
