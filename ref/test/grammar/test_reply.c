#include <stdio.h>
#include <string.h>

#include "check_main.h"
#include "guard.h"
#include "rule_table.h"
#include "smtp/reply.h"

#define OK SMTP_OK
#define CODE SMTP_E_REPLY_CODE
#define MARK SMTP_E_REPLY_MARK
#define TEXT SMTP_E_REPLY_TEXT

static const struct row {
    const char *clause;
    smtp_span line;
    enum smtp_fault fault;
    size_t at; /* of the fault */
    unsigned code;
    bool last;
    const char *text, *enhanced; /* enhanced "": none */
    const char *rest;
} rows[] = {
    {"5321-4.2", T("250 OK"), OK, 0, 250, true, "OK", "", "OK"},
    {"5321-4.2", T("250-OK"), OK, 0, 250, false, "OK", "", "OK"},
    {"5321-4.2", T("250-"), OK, 0, 250, false, "", "", ""},
    {"5321-4.2", T("250"), OK, 0, 250, true, "", "", ""},
    {"5321-4.2", T("354"), OK, 0, 354, true, "", "", ""},
    {"5321-4.2", T("250 "), OK, 0, 250, true, "", "", ""},
    {"5321-4.2", T("250  x"), OK, 0, 250, true, " x", "", " x"},
    {"5321-4.2", T("250 a\tb~"), OK, 0, 250, true, "a\tb~", "", "a\tb~"},
    {"5321-4.2", T("200 x"), OK, 0, 200, true, "x", "", "x"},
    {"5321-4.2", T("559 x"), OK, 0, 559, true, "x", "", "x"},
    {"5321-4.2", T("220 xyz.com is on the air"), OK, 0, 220, true, "xyz.com is on the air", "",
     "xyz.com is on the air"},
    {"5321-4.2", T("250 Mark <A.B@c.d>"), OK, 0, 250, true, "Mark <A.B@c.d>", "", "Mark <A.B@c.d>"},
    {"5321-4.2", T(""), CODE, 0, 0, true, "", "", ""},
    {"5321-4.2", T("2"), CODE, 1, 0, true, "", "", ""},
    {"5321-4.2", T("25"), CODE, 2, 0, true, "", "", ""},
    {"5321-4.2", T("25 x"), CODE, 2, 0, true, "", "", ""},
    {"5321-4.2", T("150 x"), CODE, 0, 0, true, "", "", ""},
    {"5321-4.2", T("666 x"), CODE, 0, 0, true, "", "", ""},
    {"5321-4.2", T("099 x"), CODE, 0, 0, true, "", "", ""},
    {"5321-4.2", T("999 x"), CODE, 0, 0, true, "", "", ""},
    {"5321-4.2", T("260 x"), CODE, 1, 0, true, "", "", ""},
    {"5321-4.2", T("25a x"), CODE, 2, 0, true, "", "", ""},
    {"5321-4.2", T("abc"), CODE, 0, 0, true, "", "", ""},
    {"5321-4.2", T(" 250 x"), CODE, 0, 0, true, "", "", ""},
    {"5321-4.2", T("2500 x"), MARK, 3, 0, true, "", "", ""},
    {"5321-4.2", T("354foo"), MARK, 3, 0, true, "", "", ""},
    {"5321-4.2", T("250\tOK"), MARK, 3, 0, true, "", "", ""},
    {"5321-4.2", T("250:x"), MARK, 3, 0, true, "", "", ""},
    {"5321-4.2", T("250\0"), MARK, 3, 0, true, "", "", ""},
    {"5321-4.2", T("250 a\rb"), TEXT, 5, 0, true, "", "", ""},
    {"5321-4.2", T("250 a\nb"), TEXT, 5, 0, true, "", "", ""},
    {"5321-4.2", T("250 \0"), TEXT, 4, 0, true, "", "", ""},
    {"5321-4.2", T("250-\x7f"), TEXT, 4, 0, true, "", "", ""},
    {"5321-4.2", T("250 caf\xe9"), TEXT, 7, 0, true, "", "", ""},
    /* RFC 2034 3, RFC 3463 2 */
    {"2034-4", T("250 2.1.0 ok"), OK, 0, 250, true, "2.1.0 ok", "2.1.0", "ok"},
    {"2034-4", T("250-2.1.0 ok"), OK, 0, 250, false, "2.1.0 ok", "2.1.0", "ok"},
    {"2034-4", T("550 5.1.1"), OK, 0, 550, true, "5.1.1", "5.1.1", ""},
    {"2034-4", T("451 4.123.456  x"), OK, 0, 451, true, "4.123.456  x", "4.123.456", " x"},
    {"2034-4", T("250 4.0.0 x"), OK, 0, 250, true, "4.0.0 x", "4.0.0", "x"},
    {"3463-2", T("250 3.0.0 x"), OK, 0, 250, true, "3.0.0 x", "", "3.0.0 x"},
    {"3463-2", T("250 2.1 x"), OK, 0, 250, true, "2.1 x", "", "2.1 x"},
    {"3463-2", T("250 2.1.x"), OK, 0, 250, true, "2.1.x", "", "2.1.x"},
    {"3463-2", T("250 2.1.0x"), OK, 0, 250, true, "2.1.0x", "", "2.1.0x"},
    {"3463-2", T("250 2.1.1234 x"), OK, 0, 250, true, "2.1.1234 x", "", "2.1.1234 x"},
    {"3463-2", T("250 2.1234.1 x"), OK, 0, 250, true, "2.1234.1 x", "", "2.1234.1 x"},
    {"3463-2", T("250 2.1.0.3 x"), OK, 0, 250, true, "2.1.0.3 x", "", "2.1.0.3 x"},
    {"3463-2", T("250 22.1.0 x"), OK, 0, 250, true, "22.1.0 x", "", "22.1.0 x"},
    {"3463-2", T("250  2.1.0 x"), OK, 0, 250, true, " 2.1.0 x", "", " 2.1.0 x"},
    {"3463-2", T("250 2..0 x"), OK, 0, 250, true, "2..0 x", "", "2..0 x"},
};
enum { ROWS = sizeof rows / sizeof *rows };

/* Printed into a room of every size, never beyond. */
static void check_enhanced(const struct smtp_enhanced *e, const char *want)
{
    static const char blank[32];
    size_t n = strlen(want);
    ck_assert_int_eq(e->class != 0, n > 0);
    for (size_t room = 0; n > 0 && room <= n + 1; room++) {
        smtp_span place = guard_copy((smtp_span){blank, room});
        smtp_room to = {(char *)(uintptr_t)place.p, room};
        ck_assert_uint_eq(smtp_print_enhanced(to, e), n);
        ck_assert_int_eq(memcmp(place.p, want, room < n ? room : n), 0);
        guard_free(place);
    }
}

/* One line of a reply prints as it stands, but for a code without text. */
static void check_print(const struct row *row, const struct smtp_reply_line *line)
{
    char text[256], out[256];
    const char *enhanced = row->enhanced;
    smtp_span words = enhanced[0] != '\0' && row->rest[0] != '\0' ? line->rest : line->text;
    size_t n = (size_t)snprintf(text, sizeof text, "%.*s", (int)words.n, words.p);
    n = smtp_print_reply((smtp_room){out, sizeof out}, line->code,
                         words.p == line->rest.p && words.n != line->text.n ? enhanced : NULL,
                         (smtp_span){text, n});
    struct smtp_reply_line again;
    size_t off;
    ck_assert_int_eq(smtp_parse_reply_line((smtp_span){out, n - 2}, &again, &off), SMTP_OK);
    ck_assert(smtp_span_is(again.text, line->text));
    ck_assert_uint_eq(again.code, line->code);
}

START_TEST(test_rows)
{
    const struct row *row = &rows[_i];
    smtp_span in = guard_copy(row->line);
    struct smtp_reply_line line;
    size_t off = SIZE_MAX;
    enum smtp_fault fault = smtp_parse_reply_line(in, &line, &off);
    ck_assert_msg(fault == row->fault, "%s: %s", row->line.p, smtp_fault_row(fault)->symbol);
    if (fault != SMTP_OK) {
        ck_assert_uint_eq(off, row->at);
    } else {
        ck_assert_uint_eq(line.code, row->code);
        ck_assert_int_eq(line.last, row->last);
        ck_assert(smtp_span_is(line.text, smtp_span_of(row->text)));
        ck_assert(smtp_span_is(line.rest, smtp_span_of(row->rest)));
        check_enhanced(&line.enhanced, row->enhanced);
        check_print(row, &line);
    }
    guard_free(in);
}
END_TEST

/* ---- several lines ---- */

static const struct {
    const char *clause, *lines[4];
    enum smtp_fault last; /* of the line that was added last */
    unsigned code, count;
    bool complete;
} replies[] = {
    {"5321-4.2.1", {"250 x"}, OK, 250, 1, true},
    {"5321-4.2.1", {"250-a", "250 b"}, OK, 250, 2, true},
    {"5321-4.2.1", {"250-a", "250-b", "250"}, OK, 250, 3, true},
    {"5321-4.2.1", {"250-a"}, OK, 250, 1, false},
    {"5321-4.2.1", {"250-a", "251 b"}, SMTP_E_REPLY_MIXED, 250, 2, true},
    {"5321-4.2.1", {"250-a", "550-b"}, SMTP_E_REPLY_MIXED, 250, 2, false},
};
enum { REPLIES = sizeof replies / sizeof *replies };

START_TEST(test_replies)
{
    struct smtp_reply reply = {.code = 0};
    enum smtp_fault fault = SMTP_OK;
    for (size_t i = 0; i < 4 && replies[_i].lines[i] != NULL; i++) {
        struct smtp_reply_line line;
        size_t off;
        ck_assert_int_eq(fault, SMTP_OK);
        ck_assert_int_eq(smtp_parse_reply_line(smtp_span_of(replies[_i].lines[i]), &line, &off),
                         OK);
        fault = smtp_reply_add(&reply, &line);
    }
    ck_assert_msg(fault == replies[_i].last, "%s", replies[_i].clause);
    ck_assert_uint_eq(reply.code, replies[_i].code);
    ck_assert_uint_eq(reply.lines, replies[_i].count);
    ck_assert_int_eq(reply.complete, replies[_i].complete);
}
END_TEST

static const struct {
    unsigned code;
    const char *enhanced, *text, *printed;
} prints[] = {
    {250, NULL, "ok", "250 ok\r\n"},
    {250, "", "ok", "250 ok\r\n"},
    {250, "2.0.0", "ok", "250 2.0.0 ok\r\n"},
    {250, NULL, "a\nb\nc", "250-a\r\n250-b\r\n250 c\r\n"},
    {550, "5.1.1", "a\nb", "550-5.1.1 a\r\n550 5.1.1 b\r\n"},
    {250, NULL, "", "250\r\n"},
    {250, NULL, "a\n", "250-a\r\n250\r\n"},
    {250, NULL, "\na", "250-\r\n250 a\r\n"},
    {250, "2.0.0", "", "250 2.0.0 \r\n"},
};
enum { PRINTS = sizeof prints / sizeof *prints };

START_TEST(test_prints)
{
    size_t want = strlen(prints[_i].printed);
    for (size_t room = 0; room <= want; room++) {
        char out[64] = "";
        size_t n = smtp_print_reply((smtp_room){out, room}, prints[_i].code, prints[_i].enhanced,
                                    smtp_span_of(prints[_i].text));
        ck_assert_uint_eq(n, want);
        ck_assert_mem_eq(out, prints[_i].printed, room);
        ck_assert_int_eq(out[room], '\0');
    }
}
END_TEST

static Suite *reply_suite(void)
{
    Suite *suite = suite_create("reply");
    TCase *tcase = tcase_create("reply");
    tcase_add_loop_test(tcase, test_rows, 0, ROWS);
    tcase_add_loop_test(tcase, test_replies, 0, REPLIES);
    tcase_add_loop_test(tcase, test_prints, 0, PRINTS);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(reply_suite)
