#include <stdio.h>
#include <string.h>

#include "check_main.h"
#include "guard.h"
#include "smtp/wire.h"

#define T(literal)                                                                                 \
    {                                                                                              \
        (literal), sizeof(literal) - 1                                                             \
    }

/* Each input is a stream behind 354; `rest` is what stays for the command that follows. */
struct row {
    const char *clause;
    unsigned lax;
    smtp_span in, text, rest;
    bool ends;
    enum smtp_fault fault;
    uint64_t fault_off;
    unsigned used;
};

#define CR_E SMTP_E_TEXT_BARE_CR
#define LF_E SMTP_E_TEXT_BARE_LF
#define L(name) SMTP_LAX_EOD_##name

/* clang-format off */
static const struct row rows[] = {
    {"5321-4.1.1.4", 0, T("a\r\n.\r\nQUIT\r\n"), T("a\r\n"), T("QUIT\r\n"), true, SMTP_OK, 0, 0},
    {"5321-4.1.1.4", 0, T(".\r\nQ"), T(""), T("Q"), true, SMTP_OK, 0, 0},
    {"5321-4.1.1.4", 0, T("\r\n.\r\n"), T("\r\n"), T(""), true, SMTP_OK, 0, 0},
    {"5321-4.1.1.4", 0, T("a.\r\n"), T("a.\r\n"), T(""), false, SMTP_OK, 0, 0},
    {"5321-4.1.1.4", 0, T("a\r\n.\r"), T("a\r\n"), T(""), false, SMTP_OK, 0, 0},
    {"5321-4.5.2", 0, T("..\r\n.\r\n"), T(".\r\n"), T(""), true, SMTP_OK, 0, 0},
    {"5321-4.5.2", 0, T(".a\r\n..b\r\n.\r\n"), T("a\r\n.b\r\n"), T(""), true, SMTP_OK, 0, 0},
    {"5321-4.5.2", 0, T("...\r\n.\r\n"), T("..\r\n"), T(""), true, SMTP_OK, 0, 0},
    {"5321-4.5.2", 0, T(". \r\n.\r\n"), T(" \r\n"), T(""), true, SMTP_OK, 0, 0},
    {"5321-4.5.2", 0, T("a\n.b\r\n.\r\n"), T("a\n.b\r\n"), T(""), true, LF_E, 1, 0},
    {"5321-4.5.2", 0, T("a\r.b\r\n.\r\n"), T("a\r.b\r\n"), T(""), true, CR_E, 1, 0},
    {"5321-4.1.1.4-i", 0, T("a\n.\nQ\r\n.\r\n"), T("a\n.\nQ\r\n"), T(""), true, LF_E, 1, 0},
    {"5321-4.1.1.4-i", 0, T("a\n.\r\nQ\r\n.\r\n"), T("a\n.\r\nQ\r\n"), T(""), true, LF_E, 1, 0},
    {"5321-4.1.1.4-i", 0, T("a\r\n.\nQ\r\n.\r\n"), T("a\r\n\nQ\r\n"), T(""), true, LF_E, 3, 0},
    {"5321-2.3.8", 0, T("a\r.\rQ\r\n.\r\n"), T("a\r.\rQ\r\n"), T(""), true, CR_E, 1, 0},
    {"5321-2.3.8", 0, T("a\r.\r\nQ\r\n.\r\n"), T("a\r.\r\nQ\r\n"), T(""), true, CR_E, 1, 0},
    {"5321-2.3.8", 0, T("a\r\n.\rQ\r\n.\r\n"), T("a\r\n\rQ\r\n"), T(""), true, CR_E, 3, 0},
    {"5321-2.3.8", 0, T("a\r\n.\r\r\n.\r\n"), T("a\r\n\r\r\n"), T(""), true, CR_E, 3, 0},
    {"5321-2.3.8", 0, T("a\r\r\n.\r\n"), T("a\r\r\n"), T(""), true, CR_E, 1, 0},
    {"5321-2.3.8", 0, T("a\n\r.\r\n.\r\n"), T("a\n\r.\r\n"), T(""), true, LF_E, 1, 0},
    {"5321-2.3.8", 0, T("\n.\r\n.\r\n"), T("\n.\r\n"), T(""), true, LF_E, 0, 0},
    {"5321-4.1.1.4", 0, T("a\r\n\0.\r\n.\r\n"), T("a\r\n\0.\r\n"), T(""), true, SMTP_OK, 0, 0},
    {"5321-4.1.1.4", 0, T("a\r\n.\0\r\n.\r\n"), T("a\r\n\0\r\n"), T(""), true, SMTP_OK, 0, 0},

    {"LF_LF", L(LF_LF), T("a\n.\nQ"), T("a\n"), T("Q"), true, LF_E, 1, L(LF_LF)},
    {"LF_LF", L(LF_LF), T("a\n.b\n.\r\n.\r\n"), T("a\n.b\n.\r\n"), T(""), true, LF_E, 1, 0},
    {"LF_LF", L(LF_LF), T("a\r\n.\n.\nQ"), T("a\r\n\n"), T("Q"), true, LF_E, 3, L(LF_LF)},
    {"LF_LF", L(LF_LF), T("a\n..\n.\nQ"), T("a\n..\n"), T("Q"), true, LF_E, 1, L(LF_LF)},
    {"LF_CRLF", L(LF_CRLF), T("a\n.\r\nQ"), T("a\n"), T("Q"), true, LF_E, 1, L(LF_CRLF)},
    {"LF_CRLF", L(LF_CRLF), T("a\n.\nb\n.\rc\r\n.\r\n"), T("a\n.\nb\n.\rc\r\n"), T(""), true, LF_E, 1, 0},
    {"CRLF_LF", L(CRLF_LF), T("a\r\n.\nQ"), T("a\r\n"), T("Q"), true, SMTP_OK, 0, L(CRLF_LF)},
    {"CRLF_LF", L(CRLF_LF), T("a\n.\nQ\r\n.\r\n"), T("a\n.\nQ\r\n"), T(""), true, LF_E, 1, 0},
    {"CR_CR", L(CR_CR), T("a\r.\rQ"), T("a\r"), T("Q"), true, CR_E, 1, L(CR_CR)},
    {"CR_CR", L(CR_CR), T("a\r.\r\nQ"), T("a\r"), T("\nQ"), true, CR_E, 1, L(CR_CR)},
    {"CR_CR", L(CR_CR), T("a\r.b\r\n.\r\n"), T("a\r.b\r\n"), T(""), true, CR_E, 1, 0},
    {"CR_CR", L(CR_CR), T("a\r\n.\r\nQ"), T("a\r\n"), T("Q"), true, SMTP_OK, 0, 0},
    {"CR_CRLF", L(CR_CRLF), T("a\r.\r\nQ"), T("a\r"), T("Q"), true, CR_E, 1, L(CR_CRLF)},
    {"CR_CRLF", L(CR_CRLF), T("a\r.\rQ\r\n.\r\n"), T("a\r.\rQ\r\n"), T(""), true, CR_E, 1, 0},
    {"CRLF_CR", L(CRLF_CR), T("a\r\n.\rQ"), T("a\r\n"), T("Q"), true, SMTP_OK, 0, L(CRLF_CR)},
    {"CRLF_CR", L(CRLF_CR), T("a\r\n.\r\nQ"), T("a\r\n"), T("Q"), true, SMTP_OK, 0, 0},
    {"NUL", L(NUL), T("a\r\n.\0\r\nQ"), T("a\r\n"), T("Q"), true, SMTP_OK, 0, L(NUL)},
    {"NUL", L(NUL), T("a\r\n\0.\r\nQ"), T("a\r\n\0"), T("Q"), true, SMTP_OK, 0, 0},
    {"NUL", L(NUL), T("a\r\n.\0b\r\n.\r\n"), T("a\r\n\0b\r\n"), T(""), true, SMTP_OK, 0, 0},
    {"BLANK", L(BLANK), T("a\r\n. \t\r\nQ"), T("a\r\n"), T("Q"), true, SMTP_OK, 0, L(BLANK)},
    {"BLANK", L(BLANK), T(". a\r\n.\r\n"), T(" a\r\n"), T(""), true, SMTP_OK, 0, 0},
    {"BLANK", L(BLANK), T("a\r\n.\t\r\nQ"), T("a\r\n"), T("Q"), true, SMTP_OK, 0, L(BLANK)},
    {"BLANK", L(BLANK), T(".         \r\n.\r\n"), T("         \r\n"), T(""), true, SMTP_OK, 0, 0},
    {"BLANK", L(BLANK), T(". \r.\r\n.\r\n"), T(" \r.\r\n"), T(""), true, CR_E, 1, 0},
    {"two", L(BLANK) | L(LF_LF), T("a\n. \nQ"), T("a\n"), T("Q"), true, LF_E, 1, L(BLANK) | L(LF_LF)},
};
/* clang-format on */
enum { ROWS = sizeof rows / sizeof *rows };

struct result {
    char text[64];
    size_t n, consumed;
    bool ended;
    struct smtp_dot d;
};

static bool eat(struct result *r, smtp_span in)
{
    smtp_span piece = guard_copy(in), out, left = piece;
    enum smtp_step step;
    while ((step = smtp_dot_next(&r->d, &left, &out)) == SMTP_STEP_DATA) {
        ck_assert_uint_gt(out.n, 0);
        ck_assert_uint_le(r->n + out.n, sizeof r->text);
        memcpy(r->text + r->n, out.p, out.n);
        r->n += out.n;
    }
    ck_assert_uint_eq(out.n, 0);
    ck_assert(step == SMTP_STEP_END || left.n == 0);
    r->consumed += in.n - left.n;
    guard_free(piece);
    return step == SMTP_STEP_END;
}

/* The pieces end at `cut`, then at every `step` octets. */
static struct result play(unsigned lax, smtp_span in, size_t cut, size_t step)
{
    struct result r = {.n = 0, .d = {.lax = lax}};
    size_t head = 0;
    for (size_t tail = cut; !r.ended; tail += step) {
        r.ended = eat(&r, smtp_span_cut(in, head, tail));
        head = tail;
        if (tail >= in.n)
            break;
    }
    return r;
}

static void must_be(const struct row *row, const struct result *r, size_t cut)
{
    ck_assert_msg(r->ended == row->ends, "%s cut %zu: end", row->clause, cut);
    ck_assert_msg(smtp_span_is((smtp_span){r->text, r->n}, row->text), "%s cut %zu: text %.*s",
                  row->clause, cut, (int)r->n, r->text);
    ck_assert_msg(r->consumed == row->in.n - row->rest.n, "%s cut %zu: rest", row->clause, cut);
    ck_assert_msg(r->d.fault == row->fault, "%s cut %zu: fault %s", row->clause, cut,
                  smtp_fault_row(r->d.fault)->symbol);
    ck_assert_uint_eq(r->d.fault_off, row->fault_off);
    ck_assert_uint_eq(r->d.lax_used, row->used);
    ck_assert_uint_eq(r->d.seen, r->n);
}

START_TEST(test_rows)
{
    const struct row *row = &rows[_i];
    for (size_t cut = 0; cut <= row->in.n; cut++) {
        struct result r = play(row->lax, row->in, cut, row->in.n);
        must_be(row, &r, cut);
    }
    struct result r = play(row->lax, row->in, 1, 1);
    must_be(row, &r, 0);
}
END_TEST

/* A second reading of 4.1.1.4 and 4.5.2, over the whole text: no states. */
static bool model(smtp_span in, char *text, size_t *n, size_t *consumed)
{
    char all[32] = "\r\n";
    memcpy(all + 2, in.p, in.n);
    *n = 0;
    for (size_t i = 2; i <= in.n + 1; i++) {
        bool dot = all[i] == '.' && memcmp(all + i - 2, "\r\n", 2) == 0;
        *consumed = i + 1;
        if (dot && i + 2 <= in.n + 1 && memcmp(all + i + 1, "\r\n", 2) == 0)
            return true;
        if (!dot)
            text[(*n)++] = all[i];
    }
    return false;
}

static void compare(smtp_span in)
{
    char text[32];
    size_t n, consumed;
    bool ends = model(in, text, &n, &consumed);
    for (size_t step = 1; step <= in.n; step += in.n > 1 ? in.n - 1 : 1) {
        struct smtp_dot d = {.lax = 0};
        smtp_span left = {in.p, step}, out;
        size_t got = 0, at = step;
        enum smtp_step what;
        while ((what = smtp_dot_next(&d, &left, &out)) != SMTP_STEP_END) {
            if (out.n > 0)
                ck_assert_mem_eq(out.p, text + got, out.n);
            got += out.n;
            if (what == SMTP_STEP_MORE && at == in.n)
                break;
            if (what == SMTP_STEP_MORE)
                left = smtp_span_cut(in, at, at + step);
            if (what == SMTP_STEP_MORE)
                at = at + step < in.n ? at + step : in.n;
        }
        ck_assert_int_eq(what == SMTP_STEP_END, ends);
        if (ends)
            ck_assert_uint_eq(got, n);
        if (ends)
            ck_assert_uint_eq(at - left.n, consumed);
    }
}

/* Every text of up to 7 octets over the four that matter. */
START_TEST(test_all_short_texts)
{
    static const char alphabet[] = {'a', '.', '\r', '\n'};
    size_t n = (size_t)_i, count = (size_t)1 << (2 * n);
    for (size_t number = 0; number < count; number++) {
        char in[8];
        for (size_t i = 0; i < n; i++)
            in[i] = alphabet[number >> (2 * i) & 3];
        compare((smtp_span){in, n});
    }
}
END_TEST

/* Runs are as long as the input lets them be: octets are only copied where a dot was held back. */
START_TEST(test_runs_point_into_input)
{
    struct smtp_dot d = {.lax = 0};
    smtp_span in = SMTP_SPAN("one\r\ntwo\nthree\rfour\r\n..five"), left = in, out;
    ck_assert_int_eq(smtp_dot_next(&d, &left, &out), SMTP_STEP_DATA);
    ck_assert_ptr_eq(out.p, in.p);
    ck_assert_uint_eq(out.n, sizeof "one\r\ntwo\nthree\rfour\r\n" - 1);
    ck_assert_int_eq(smtp_dot_next(&d, &left, &out), SMTP_STEP_DATA);
    ck_assert_ptr_eq(out.p, in.p + sizeof "one\r\ntwo\nthree\rfour\r\n" - 1 + 1);
    ck_assert_int_eq(smtp_dot_next(&d, &left, &out), SMTP_STEP_MORE);
}
END_TEST

static Suite *dot_suite(void)
{
    Suite *suite = suite_create("dot");
    TCase *tcase = tcase_create("dot");
    tcase_add_loop_test(tcase, test_rows, 0, ROWS);
    tcase_add_loop_test(tcase, test_all_short_texts, 1, 8);
    tcase_add_test(tcase, test_runs_point_into_input);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(dot_suite)
