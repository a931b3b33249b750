#include <string.h>

#include "check_main.h"
#include "smtp/wire.h"

static const struct {
    const char *clause, *body, *wire;
} rows[] = {
    {"5321-4.1.1.4", "", ".\r\n"},
    {"5321-4.1.1.4", "a\r\n", "a\r\n.\r\n"},
    {"5321-4.1.1.4", "a", "a\r\n.\r\n"},
    {"5321-4.1.1.4", "a\r", "a\r\r\n.\r\n"},
    {"5321-4.1.1.4", "a\n", "a\n\r\n.\r\n"},
    {"5321-4.5.2", ".", "..\r\n.\r\n"},
    {"5321-4.5.2", ".\r\n", "..\r\n.\r\n"},
    {"5321-4.5.2", "..\r\n.a\r\n", "...\r\n..a\r\n.\r\n"},
    {"5321-4.5.2", "a.\r\n.b", "a.\r\n..b\r\n.\r\n"},
    {"5321-2.3.8", "a\n.b\r.c", "a\n.b\r.c\r\n.\r\n"},
    {"5321-2.3.8", "a\r\r\n.b", "a\r\r\n..b\r\n.\r\n"},
    {"5321-2.3.8", "a\r\n\n.b", "a\r\n\n.b\r\n.\r\n"},
};
enum { ROWS = sizeof rows / sizeof *rows };

/* With rooms of `room` octets, the body in pieces of `piece`. */
static size_t stuff(smtp_span body, size_t room, size_t piece, char *wire, size_t size)
{
    struct smtp_stuff s = {0};
    size_t at = 0;
    for (size_t head = 0; head < body.n; head += piece) {
        smtp_span in = smtp_span_cut(body, head, head + piece);
        while (in.n > 0)
            at += smtp_stuff_next(&s, (smtp_room){wire + at, room}, &in);
    }
    size_t need = smtp_stuff_end(&s, (smtp_room){wire + at, 0});
    ck_assert_uint_ge(size - at, need);
    ck_assert_uint_eq(smtp_stuff_end(&s, (smtp_room){wire + at, need}), need);
    return at + need;
}

START_TEST(test_rows)
{
    char wire[64];
    size_t n = strlen(rows[_i].body), want = strlen(rows[_i].wire);
    for (size_t room = 1; room <= want; room++)
        for (size_t piece = 1; piece <= n + 1; piece++) {
            size_t got = stuff((smtp_span){rows[_i].body, n}, room, piece, wire, sizeof wire);
            ck_assert_msg(got == want && memcmp(wire, rows[_i].wire, want) == 0,
                          "%s room %zu piece %zu: %.*s", rows[_i].clause, room, piece, (int)got,
                          wire);
        }
}
END_TEST

/* Undoing is the inverse: every body of up to 7 octets over the four that matter. */
START_TEST(test_inverse)
{
    static const char alphabet[] = {'a', '.', '\r', '\n'};
    size_t n = (size_t)_i;
    for (size_t number = 0; number < (size_t)1 << (2 * n); number++) {
        char body[16], wire[64], back[64];
        for (size_t i = 0; i < n; i++)
            body[i] = alphabet[number >> (2 * i) & 3];
        smtp_span left = {wire, stuff((smtp_span){body, n}, 64 - 16, n + 1, wire, sizeof wire)},
                  out;
        struct smtp_dot d = {.lax = 0};
        size_t got = 0;
        while (smtp_dot_next(&d, &left, &out) == SMTP_STEP_DATA) {
            memcpy(back + got, out.p, out.n);
            got += out.n;
        }
        bool whole = n == 0 || (n >= 2 && memcmp(body + n - 2, "\r\n", 2) == 0);
        memcpy(body + n, "\r\n", 2); /* what was not a line has become one */
        ck_assert_uint_eq(got, whole ? n : n + 2);
        ck_assert_mem_eq(back, body, got);
        ck_assert_uint_eq(left.n, 0);
    }
}
END_TEST

static Suite *stuff_suite(void)
{
    Suite *suite = suite_create("stuff");
    TCase *tcase = tcase_create("stuff");
    tcase_add_loop_test(tcase, test_rows, 0, ROWS);
    tcase_add_loop_test(tcase, test_inverse, 0, 8);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(stuff_suite)
