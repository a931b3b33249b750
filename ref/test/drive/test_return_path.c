#include <string.h>

#include "check_main.h"
#include "drive/return_path.h"
#include "guard.h"

static const struct {
    const char *clause, *in, *out;
} rows[] = {
    {"5321-4.4", "Return-Path: <a@b>\r\nSubject: x\r\n\r\ny\r\n", "Subject: x\r\n\r\ny\r\n"},
    {"5321-4.4", "A: b\r\nrETURN-pATH:<>\r\nReturn-Path: <a@b>\r\n\r\ny", "A: b\r\n\r\ny"},
    {"5322-2.2.3", "Return-Path:\r\n <a@b>\r\n\t\r\nTo: c\r\n d\r\n\r\n", "To: c\r\n d\r\n\r\n"},
    {"5322-2.2.3", "To: c\r\n Return-Path: <a@b>\r\n\r\n", "To: c\r\n Return-Path: <a@b>\r\n\r\n"},
    /* only the header section, and only that name */
    {"5322-2.1", "A: b\r\n\r\nReturn-Path: <a@b>\r\n", "A: b\r\n\r\nReturn-Path: <a@b>\r\n"},
    {"5322-2.1", "no field\r\nReturn-Path: <a@b>\r\n", "no field\r\nReturn-Path: <a@b>\r\n"},
    {"5322-2.1", "\r\nReturn-Path: <a@b>\r\n", "\r\nReturn-Path: <a@b>\r\n"},
    {"5321-4.4", "Return-Paths: x\r\nX-Return-Path: y\r\nReturn-Pat",
     "Return-Paths: x\r\nX-Return-Path: y\r\nReturn-Pat"},
    {"5321-4.4", "Return-Receipt-To: x\r\n\r\n", "Return-Receipt-To: x\r\n\r\n"},
    /* RFC 5321 2.3.8: bare CR and LF end no line */
    {"5321-2.3.8", "A: b\nReturn-Path: <a@b>\rReturn-Path: c\r\n\r\n",
     "A: b\nReturn-Path: <a@b>\rReturn-Path: c\r\n\r\n"},
    {"5321-2.3.8", "Return-Path: <a@b>\nA: b\r\nC: d\r\n\r\n", "C: d\r\n\r\n"},
    {"5321-4.4", "", ""},
    {"5321-4.4", "Return-Path: <a@b>\r\n", ""},
    {"5321-4.4", "\r\r\nReturn-Path: x\r\n", "\r\r\nReturn-Path: x\r\n"},
};
enum { ROWS = sizeof rows / sizeof *rows, MOST = 128 };

static size_t feed(struct return_path *f, const char *p, size_t n, char *to)
{
    smtp_span copy = guard_copy((smtp_span){p, n}), in = copy, run;
    size_t at = 0;
    while (return_path_next(f, &in, &run)) {
        ck_assert_uint_gt(run.n, 0);
        memcpy(to + at, run.p, run.n);
        at += run.n;
    }
    ck_assert_uint_eq(in.n, 0);
    ck_assert_uint_le(at, n + RETURN_PATH_HELD);
    guard_free(copy);
    return at;
}

/* At every pair of cuts. */
START_TEST(test_rows)
{
    const char *in = rows[_i].in;
    size_t n = strlen(in);
    for (size_t a = 0; a <= n; a++)
        for (size_t b = a; b <= n; b++) {
            struct return_path f = {.held_n = 0};
            char out[MOST];
            size_t at = feed(&f, in, a, out);
            at += feed(&f, in + a, b - a, out + at);
            at += feed(&f, in + b, n - b, out + at);
            smtp_span rest = return_path_end(&f);
            if (rest.n > 0)
                memcpy(out + at, rest.p, rest.n);
            out[at + rest.n] = '\0';
            ck_assert_msg(strcmp(out, rows[_i].out) == 0, "%s: %zu %zu: %s", rows[_i].clause, a, b,
                          out);
        }
}
END_TEST

static Suite *return_path_suite(void)
{
    Suite *suite = suite_create("return_path");
    TCase *tcase = tcase_create("return_path");
    tcase_add_loop_test(tcase, test_rows, 0, ROWS);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(return_path_suite)
