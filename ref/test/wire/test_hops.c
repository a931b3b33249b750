#include <string.h>

#include "check_main.h"
#include "guard.h"
#include "smtp/wire.h"

static const struct {
    const char *clause, *text;
    unsigned count;
} rows[] = {
    {"5321-6.3", "", 0},
    {"5321-6.3", "Received: from a\r\n", 1},
    {"5321-6.3", "Received: a\r\nReceived: b\r\nTo: c\r\nReceived: d\r\n\r\n", 3},
    {"5322-1.2.2", "rEcEiVeD:\r\nRECEIVED:\r\n", 2},
    {"5322-4.5", "Received \t :\r\nReceived\t:\r\n", 2},
    {"5322-2.2.3", "Received: a\r\n Received: b\r\n\tReceived: c\r\n", 1},
    /* other names, and what is no name */
    {"5322-2.2", "Received-SPF: pass\r\nXReceived: a\r\nReceive: b\r\nReceivedd: c\r\n", 0},
    {"5322-2.2", " Received: a\r\n: Received:\r\nRecei\tved:\r\nReceived\r\n:\r\n", 0},
    {"5322-2.2", "Rec\r\neived:\r\nReceived", 0},
    /* the header section ends with an empty line, and the body has none of them */
    {"5322-2.1", "\r\nReceived: a\r\n", 0},
    {"5322-2.1", "Received: a\r\n\r\nReceived: b\r\n\r\nReceived: c\r\n", 1},
    {"5322-2.1", "Subject: a\r\n \r\nReceived: b\r\n", 1},
    /* only CRLF ends a line */
    {"5321-2.3.8", "a\nReceived: b\r\n\nReceived: c\r\n\rReceived: d\r\n", 0},
    {"5321-2.3.8", "a\r\r\nReceived: b\r\n\r\r\nReceived: c\r\n", 2},
    {"5321-2.3.8", "\n\r\nReceived: b\r\n", 1},
    {"5321-2.3.8", "Received\n: b\r\nReceived\r: c\r\n\rReceived: d\r\n", 0},
};
enum { ROWS = sizeof rows / sizeof *rows };

static struct smtp_hops play(smtp_span text, size_t cut, size_t step)
{
    struct smtp_hops h = {.state = 0};
    smtp_hops_next(&h, smtp_span_cut(text, 0, cut));
    for (size_t at = cut; at < text.n; at += step)
        smtp_hops_next(&h, smtp_span_cut(text, at, at + step));
    return h;
}

/* The same for every split, and octet by octet. */
START_TEST(test_rows)
{
    smtp_span text = guard_copy(smtp_span_of(rows[_i].text));
    for (size_t cut = 0; cut <= text.n; cut++)
        ck_assert_msg(play(text, cut, text.n + 1).count == rows[_i].count, "%s, cut at %zu: %s",
                      rows[_i].clause, cut, rows[_i].text);
    ck_assert_uint_eq(play(text, 0, 1).count, rows[_i].count);
    guard_free(text);
}
END_TEST

static Suite *hops_suite(void)
{
    Suite *suite = suite_create("hops");
    TCase *tcase = tcase_create("hops");
    tcase_add_loop_test(tcase, test_rows, 0, ROWS);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(hops_suite)
