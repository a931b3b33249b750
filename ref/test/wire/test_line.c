#include <stdio.h>
#include <string.h>

#include "check_main.h"
#include "guard.h"
#include "smtp/wire.h"

#define T(literal)                                                                                 \
    {                                                                                              \
        (literal), sizeof(literal) - 1                                                             \
    }
enum { LIMIT = 10 };

/* What a stream gives: a line each, "octets" or "octets!FAULT@offset", "~" for a tolerance used. */
static const struct {
    const char *clause;
    unsigned lax;
    smtp_span in;
    const char *log;
} rows[] = {
    {"5321-2.3.8", 0, T("NOOP\r\n"), "[NOOP]"},
    {"5321-2.3.8", 0, T("\r\n"), "[]"},
    {"5321-2.3.8", 0, T("A\r\nB\r\n\r\nC\r\n"), "[A][B][][C]"},
    {"5321-2.3.8", 0, T("NOOP"), ""},
    {"5321-2.3.8", 0, T("NOOP\r"), ""},
    {"5321-2.3.8-b", 0, T("NOOP\n"), ""},
    {"5321-2.3.8-b", 0, T("A\nB\r\n"), "[A\\nB!BARE_LF@1]"},
    {"5321-2.3.8-b", 0, T("\nB\r\n"), "[\\nB!BARE_LF@0]"},
    {"5321-2.3.8-b", 0, T("A\rB\r\n"), "[A\\rB!BARE_CR@1]"},
    {"5321-2.3.8-b", 0, T("AB\r\r\nC\r\n"), "[AB\\r!BARE_CR@2][C]"},
    {"5321-2.3.8-b", 0, T("A\n\rB\r\n"), "[A\\n\\rB!BARE_LF@1]"},
    {"5321-2.3.8-b", 0, T("A\rB\nC\r\n"), "[A\\rB\\nC!BARE_CR@1]"},
    {"5321-4.1.2", 0, T("A\0B\r\n"), "[A\\0B!NUL@1]"},
    {"5321-4.1.2", 0, T("\0A\n\r\n"), "[\\0A\\n!NUL@0]"},
    {"5321-4.5.3.1.4", 0, T("12345678\r\nA\r\n"), "[12345678][A]"},
    {"5321-4.5.3.1.4", 0, T("123456789\r\nA\r\n"), "[!LINE_LONG@10][A]"},
    {"5321-4.5.3.1.4", 0, T("12345678\r\r\nA\r\n"), "[!LINE_LONG@10][A]"},
    {"5321-4.5.3.1.4", 0, T("12345678\n\r\nA\r\n"), "[!LINE_LONG@10][A]"},
    {"5321-4.5.3.1.9", 0, T("1234567890\r\n12345678\nX\r\nA\r\n"),
     "[!LINE_LONG@10][!LINE_LONG@10][A]"},
    {"5321-4.5.3.1.9", 0, T("12345678901234567890\nX\rY\0\r\nA\r\n"), "[!LINE_LONG@10][A]"},
    {"5321-4.5.3.1.9", 0, T("1234567890123456789\r\r\r\nA\r\n"), "[!LINE_LONG@10][A]"},
    {"5321-4.5.3.1.9", 0, T("1234567890123456789012345678901234567890"), ""},
    {"5321-2.3.8", SMTP_LAX_LINE_LF, T("A\nB\r\n"), "[A~][B]"},
    {"5321-2.3.8", SMTP_LAX_LINE_LF, T("A\rB\n"), "[A\\rB!BARE_CR@1~]"},
    {"5321-2.3.8", SMTP_LAX_LINE_LF, T("123456789\nA\r\n"), "[!LINE_LONG@10~][A]"},
    {"5321-2.3.8", SMTP_LAX_LINE_LF, T("12345678\nA\r\n"), "[12345678~][A]"},
    {"5321-2.3.8", SMTP_LAX_LINE_CR, T("A\rB\r\n"), "[A~][B]"},
    {"5321-2.3.8", SMTP_LAX_LINE_CR, T("A\r\r\nB\r\n"), "[A~][][B]"},
    {"5321-2.3.8", SMTP_LAX_LINE_CR, T("A\nB\r\n"), "[A\\nB!BARE_LF@1]"},
    {"5321-2.3.8", SMTP_LAX_LINE_CR, T("123456789\rA\r\n"), "[!LINE_LONG@10~][A]"},
    {"5321-2.3.8", SMTP_LAX_LINE_CR, T("12345678\rA\r\n"), "[12345678~][A]"},
    {"5321-2.3.8", SMTP_LAX_LINE_CR | SMTP_LAX_LINE_LF, T("A\rB\nC\r\n"), "[A~][B~][C]"},
    {"5321-4.1.2", SMTP_LAX_LINE_NUL, T("A\0B\r\nC\r\n"), "[A\\0B~][C]"},
    {"5321-4.1.2", SMTP_LAX_LINE_NUL, T("\r\n\0\r\n"), "[][\\0~]"},
    {"5321-4.1.2", SMTP_LAX_LINE_NUL, T("A\0\nB\r\n"), "[A\\0\\nB!BARE_LF@2~]"},
};
enum { ROWS = sizeof rows / sizeof *rows };

static void add(char *log, size_t size, const char *text)
{
    ck_assert_uint_lt(strlen(log) + strlen(text), size);
    memcpy(log + strlen(log), text, strlen(text) + 1);
}

static void add_line(char *log, size_t size, const struct smtp_line *l, smtp_span line,
                     enum smtp_fault fault)
{
    char text[64];
    add(log, size, "[");
    for (size_t i = 0; i < line.n; i++) {
        const char *escape = line.p[i] == '\r'   ? "\\r"
                             : line.p[i] == '\n' ? "\\n"
                             : line.p[i] == '\0' ? "\\0"
                                                 : NULL;
        snprintf(text, sizeof text, "%c", line.p[i]);
        add(log, size, escape != NULL ? escape : text);
    }
    if (fault != SMTP_OK) {
        snprintf(text, sizeof text, "!%s@%zu", smtp_fault_row(fault)->symbol, l->fault_off);
        add(log, size, text);
    }
    add(log, size, l->lax_used != 0 ? "~]" : "]");
}

/* Shows the octets that are here until nothing more comes out; returns the octets consumed. */
static size_t drain_lines(struct smtp_line *l, smtp_span here, char *log, size_t size)
{
    size_t taken = 0;
    for (;;) {
        smtp_span shown = guard_copy(smtp_span_cut(here, taken, here.n)), line;
        size_t n;
        enum smtp_fault fault;
        enum smtp_step step = smtp_line_next(l, shown, &line, &n, &fault);
        ck_assert_uint_le(n, shown.n);
        ck_assert(step == SMTP_STEP_END || !l->draining || n == shown.n);
        ck_assert(step == SMTP_STEP_END || l->draining || shown.n < LIMIT);
        if (step == SMTP_STEP_END)
            add_line(log, size, l, line, fault);
        guard_free(shown);
        taken += n;
        if (step == SMTP_STEP_MORE)
            return taken;
    }
}

/* The pieces end at `cut`, then at every `step` octets. */
static void play(unsigned lax, smtp_span in, size_t cut, size_t step, char *log, size_t size)
{
    struct smtp_line l = {.limit = LIMIT, .lax = lax};
    size_t head = 0;
    log[0] = '\0';
    for (size_t tail = cut; head < in.n; tail = tail + step < in.n ? tail + step : in.n) {
        head += drain_lines(&l, smtp_span_cut(in, head, tail), log, size);
        if (tail == in.n)
            return;
    }
}

START_TEST(test_rows)
{
    char log[256];
    smtp_span in = rows[_i].in;
    play(rows[_i].lax, in, 1, 1, log, sizeof log);
    ck_assert_msg(strcmp(log, rows[_i].log) == 0, "%s byte-wise: %s", rows[_i].clause, log);
    for (size_t cut = 0; cut <= in.n; cut++) {
        play(rows[_i].lax, in, cut, in.n, log, sizeof log);
        ck_assert_msg(strcmp(log, rows[_i].log) == 0, "%s cut %zu: %s, not %s", rows[_i].clause,
                      cut, log, rows[_i].log);
    }
}
END_TEST

/* Work is linear: what was looked at is not looked at again, whatever the segmentation. */
START_TEST(test_no_rescan)
{
    struct smtp_line l = {.limit = 1000};
    char octets[1000];
    memset(octets, 'x', sizeof octets);
    for (size_t n = 0; n < 998; n++) {
        smtp_span line;
        size_t taken;
        enum smtp_fault fault;
        ck_assert_int_eq(smtp_line_next(&l, (smtp_span){octets, n}, &line, &taken, &fault),
                         SMTP_STEP_MORE);
        ck_assert_uint_eq(l.seen, n);
        if (n >= 2)
            memcpy(octets + n - 2, "\r\n", 2); /* not seen: these octets are behind us */
    }
}
END_TEST

static Suite *line_suite(void)
{
    Suite *suite = suite_create("line");
    TCase *tcase = tcase_create("line");
    tcase_add_loop_test(tcase, test_rows, 0, ROWS);
    tcase_add_test(tcase, test_no_rescan);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(line_suite)
