#include <stdlib.h>
#include <string.h>

#include "check_main.h"
#include "guard.h"
#include "report/escape.h"
#include "report/report.h"

/* ---- octets: REPORT, "each octet outside printable ASCII, and the backslash" ----------------- */

static unsigned hex(char c)
{
    return c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'a') + 10;
}

/* Reads one octet back and returns what stands behind it. */
static const char *read_back(const char *at, unsigned char *out)
{
    static const char names[] = "rnt\\", meant[] = "\r\n\t\\";
    if (at[0] != '\\') {
        *out = (unsigned char)at[0];
        return at + 1;
    }
    if (at[1] == 'x') {
        *out = (unsigned char)(hex(at[2]) * 16 + hex(at[3]));
        return at + 4;
    }
    const char *name = strchr(names, at[1]);
    if (name == NULL)
        ck_abort_msg("no such escape: \\%c", at[1]);
    *out = (unsigned char)meant[name - names];
    return at + 2;
}

/* Whether it comes back the same, and all of it was printable. */
static bool is_there_and_back(smtp_span in)
{
    char *text = report_escape(in);
    const char *at = text;
    bool ok = true;
    for (size_t i = 0; ok && i < in.n; i++) {
        unsigned char octet = 0;
        ok = *at >= 0x20 && *at <= 0x7e;
        if (ok)
            at = read_back(at, &octet);
        ok = ok && octet == (unsigned char)in.p[i];
    }
    ok = ok && *at == '\0';
    free(text);
    return ok;
}

START_TEST(test_octet)
{
    char pair[2] = {(char)_i, 0};
    smtp_span one = guard_copy((smtp_span){pair, 1});
    ck_assert(is_there_and_back(one));
    guard_free(one);
    for (unsigned second = 0; second < 256; second++) {
        pair[1] = (char)second;
        if (!is_there_and_back((smtp_span){pair, 2})) /* an assert each would take seconds */
            ck_abort_msg("%02x %02x", (unsigned)_i, second);
    }
}
END_TEST

static const struct {
    const char *in, *out;
} octet_rows[] = {
    {"", ""},
    {"250 2.0.0 Ok: queued as 4Xk2\r\n", "250 2.0.0 Ok: queued as 4Xk2\\r\\n"},
    {"a\tb\\c", "a\\tb\\\\c"},
    {"\x01\x1f ~\x7f\x80\xff", "\\x01\\x1f ~\\x7f\\x80\\xff"},
    {"\\r", "\\\\r"},       /* what looks escaped already is not */
    {"\"{}/<&", "\"{}/<&"}, /* special to a format, not to REPORT */
};

START_TEST(test_octet_row)
{
    char *text = report_escape(smtp_span_of(octet_rows[_i].in));
    ck_assert_str_eq(text, octet_rows[_i].out);
    free(text);
}
END_TEST

/* ---- too long -------------------------------------------------------------------------------- */

static const struct {
    const char *octets;
    size_t times, columns;
    const char *out;
} elided_rows[] = {
    {"a", 40, 40, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
    {"a", 41, 40, "aaaaaaaaaaaaaaaa ... 20 octets ... aaaaa"},
    {"\r\n", 11, 40,
     "\\r\\n\\r\\n\\r\\n\\r\\n ... 12 octets ... \\r\\n"}, /* no half of an escape */
    {"\xff", 1000, 60, "\\xff\\xff\\xff\\xff\\xff\\xff\\xff ... 991 octets ... \\xff\\xff"},
};

START_TEST(test_elided)
{
    size_t unit = strlen(elided_rows[_i].octets), n = unit * elided_rows[_i].times;
    char *octets = malloc(n);
    ck_assert_ptr_nonnull(octets);
    for (size_t i = 0; i < n; i++)
        octets[i] = elided_rows[_i].octets[i % unit];
    smtp_span in = guard_copy((smtp_span){octets, n});
    char *text = escape_elided(in, elided_rows[_i].columns);
    ck_assert_str_eq(text, elided_rows[_i].out);
    ck_assert_uint_le(strlen(text), elided_rows[_i].columns);
    free(text);
    guard_free(in);
    free(octets);
}
END_TEST

/* ---- text for people ------------------------------------------------------------------------- */

static const struct {
    const char *in, *out;
} text_rows[] = {
    {NULL, ""},
    {"plain \\ text", "plain \\ text"},
    {"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x93\xa8", "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x93\xa8"},
    {"a\r\nb\tc\x1b[31m\x7f", "a\\r\\nb\\tc\\x1b[31m\\x7f"},
    {"\xc2\x9b"
     "31m",
     "\\xc2\\x9b31m"},                                              /* C1: CSI */
    {"\xc2\xa0", "\xc2\xa0"},                                       /* the first behind C1 */
    {"\xe2\x80\xae", "\\xe2\\x80\\xae"},                            /* right to left from here */
    {"\xe2\x81\xa6", "\\xe2\\x81\\xa6"},                            /* isolate */
    {"\xef\xbb\xbf", "\\xef\\xbb\\xbf"},                            /* byte order mark */
    {"\xef\xbf\xbe\xef\xbf\xbf", "\\xef\\xbf\\xbe\\xef\\xbf\\xbf"}, /* not in XML 1.0 */
    {"\xef\xbf\xbd", "\xef\xbf\xbd"},
    {"\xed\x9f\xbf\xed\xa0\x80", "\xed\x9f\xbf\\xed\\xa0\\x80"}, /* RFC 3629 3: no surrogates */
    {"\xc0\xaf\xe0\x80\xaf\xf0\x80\x80\xaf",
     "\\xc0\\xaf\\xe0\\x80\\xaf\\xf0\\x80\\x80\\xaf"},                            /* overlong */
    {"\xf4\x8f\xbf\xbf\xf4\x90\x80\x80", "\xf4\x8f\xbf\xbf\\xf4\\x90\\x80\\x80"}, /* over 10FFFF */
    {"\xf5\xff\x80", "\\xf5\\xff\\x80"},
    {"x\xc3", "x\\xc3"}, /* cut off */
    {"\xe2\x82", "\\xe2\\x82"},
    {"\xe2\x82z", "\\xe2\\x82z"},
};

START_TEST(test_text)
{
    char *text = escape_text(text_rows[_i].in);
    ck_assert_str_eq(text, text_rows[_i].out);
    free(text);
}
END_TEST

START_TEST(test_width)
{
    ck_assert_uint_eq(escape_width(""), 0);
    ck_assert_uint_eq(escape_width("abc"), 3);
    ck_assert_uint_eq(escape_width("a \xc2\xb7 \xe2\x82\xac"), 5);
}
END_TEST

static Suite *escape_suite(void)
{
    Suite *suite = suite_create("escape");
    TCase *tcase = tcase_create("escape");
    tcase_add_loop_test(tcase, test_octet, 0, 256);
    tcase_add_loop_test(tcase, test_octet_row, 0, sizeof octet_rows / sizeof *octet_rows);
    tcase_add_loop_test(tcase, test_elided, 0, sizeof elided_rows / sizeof *elided_rows);
    tcase_add_loop_test(tcase, test_text, 0, sizeof text_rows / sizeof *text_rows);
    tcase_add_test(tcase, test_width);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(escape_suite)
