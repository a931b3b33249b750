#include <string.h>

#include "check_main.h"
#include "guard.h"
#include "smtp/mend.h"

#define DATE "Thu, 1 Jan 1970 00:00:00 +0000"
#define ID "<1@mx.test>"
#define ADDED_DATE "Date: " DATE "\r\n"
#define ADDED_ID "Message-ID: " ID "\r\n"
#define ADDED ADDED_DATE ADDED_ID
#define OLD_DATE "Date: yesterday\r\n"
#define OLD_ID "Message-ID: <a@b>\r\n"
#define OLD OLD_DATE OLD_ID

static const struct {
    const char *clause, *in, *out;
    enum smtp_fault fault;
} rows[] = {
    /* what is missing stands at the end of the header */
    {"6409-8.3", "A: b\r\n\r\nDate: c\r\n", "A: b\r\n" ADDED "\r\nDate: c\r\n", SMTP_OK},
    {"6409-8.2", OLD_ID "A: b\r\n\r\n", OLD_ID "A: b\r\n" ADDED_DATE "\r\n", SMTP_OK},
    {"6409-8.3", OLD_DATE "A: b\r\n\r\n", OLD_DATE "A: b\r\n" ADDED_ID "\r\n", SMTP_OK},
    {"6409-8.3", OLD "\r\nx\r\n", OLD "\r\nx\r\n", SMTP_OK},
    {"5322-1.2.2", "dATE:\r\nmESSAGE-iD:<a@b>\r\n\r\n", "dATE:\r\nmESSAGE-iD:<a@b>\r\n\r\n",
     SMTP_OK},
    {"5322-4.5", "Date : x\r\nMessage-ID\t: <a@b>\r\n\r\n",
     "Date : x\r\nMessage-ID\t: <a@b>\r\n\r\n", SMTP_OK},
    {"5322-2.2.3", OLD "A: b\r\n Date: c\r\n\r\n", OLD "A: b\r\n Date: c\r\n\r\n", SMTP_OK},
    {"6409-8.3", "Dates: x\r\nX-Date: y\r\n\r\n", "Dates: x\r\nX-Date: y\r\n" ADDED "\r\n",
     SMTP_OK},
    /* a malformed Message-ID goes */
    {"5322-3.6.4", OLD_DATE "Message-ID:\r\n <a@b>\r\n (c)\r\nA: b\r\n\r\n",
     OLD_DATE "Message-ID:\r\n <a@b>\r\n (c)\r\nA: b\r\n\r\n", SMTP_OK},
    {"5322-3.6.4", OLD_DATE "Message-ID: <\"a b\"@[c]>\r\n\r\n",
     OLD_DATE "Message-ID: <\"a b\"@[c]>\r\n\r\n", SMTP_OK},
    {"6409-8.3", OLD_DATE "Message-ID:\r\nA: b\r\n\r\n", OLD_DATE "A: b\r\n" ADDED_ID "\r\n",
     SMTP_OK},
    {"6409-8.3", OLD_DATE "Message-ID: a@b\r\n\r\n", OLD_DATE ADDED_ID "\r\n", SMTP_OK},
    {"6409-8.3", OLD_DATE "Message-ID: <a>\r\n\tx\r\n\r\n", OLD_DATE ADDED_ID "\r\n", SMTP_OK},
    {"6409-8.3", OLD_DATE "Message-ID: <a@b\r\n\r\n", OLD_DATE ADDED_ID "\r\n", SMTP_OK},
    {"6409-8.3", OLD_DATE "Message-ID: <a@b> <c@d>\r\n\r\n", OLD_DATE ADDED_ID "\r\n", SMTP_OK},
    {"6409-8.3", OLD_DATE "Message-ID: <>\r\n\r\n", OLD_DATE ADDED_ID "\r\n", SMTP_OK},
    {"6409-8.3", OLD_DATE "Message-ID: x <a@b>\r\n\r\n", OLD_DATE ADDED_ID "\r\n", SMTP_OK},
    {"6409-8.3", OLD_DATE "Message-ID: x\r\n" OLD_ID "\r\n", OLD_DATE OLD_ID "\r\n", SMTP_OK},
    /* where the header ends */
    {"5322-2.1", "", ADDED, SMTP_OK},
    {"5322-2.1", "\r\nx\r\n", ADDED "\r\nx\r\n", SMTP_OK},
    {"5322-2.1", "no field\r\n", ADDED "\r\nno field\r\n", SMTP_OK},
    {"5322-2.1", "A: b\r\nno field\r\nC: d\r\n", "A: b\r\n" ADDED "\r\nno field\r\nC: d\r\n",
     SMTP_OK},
    {"5322-2.1", " A: b\r\n\r\n", ADDED "\r\n A: b\r\n\r\n", SMTP_OK},
    {"5322-2.1", ": b\r\n", ADDED "\r\n: b\r\n", SMTP_OK},
    {"5322-2.1", "A: b\r\n", "A: b\r\n" ADDED, SMTP_OK},
    {"3030-2", "A: b", "A: b\r\n" ADDED, SMTP_OK},
    {"3030-2", OLD_DATE "Message-ID: <a@b>", OLD_DATE "Message-ID: <a@b>\r\n", SMTP_OK},
    {"3030-2", OLD_DATE "Message-ID: <a", OLD_DATE ADDED_ID, SMTP_OK},
    {"3030-2", "A: b\r\nDa", "A: b\r\n" ADDED "\r\nDa", SMTP_OK},
    {"3030-2", "A: b\r\n\r", "A: b\r\n" ADDED "\r\n\r", SMTP_OK},
    /* RFC 5321 2.3.8: bare CR and LF end no line */
    {"5321-2.3.8", "A: b\nDate: c\r\n\r\n", "A: b\nDate: c\r\n" ADDED "\r\n", SMTP_OK},
    {"5321-2.3.8", OLD "\rx\r\n", OLD "\r\n\rx\r\n", SMTP_OK},
    {"5321-2.3.8", OLD "\r\r\n", OLD "\r\n\r\r\n", SMTP_OK},
    /* addresses */
    {"6409-5.1",
     OLD "From: A <a@b.c>\r\nTo: d@e.f, \"g, h\" <i@[192.0.2.1]>,\r\n (x) j@k.l\r\n\r\n",
     OLD "From: A <a@b.c>\r\nTo: d@e.f, \"g, h\" <i@[192.0.2.1]>,\r\n (x) j@k.l\r\n\r\n", SMTP_OK},
    {"5322-3.4", OLD "To: undisclosed:;\r\nBcc:\r\n\r\n", OLD "To: undisclosed:;\r\nBcc:\r\n\r\n",
     SMTP_OK},
    {"6409-5.1", OLD "X-From: a@@b.c\r\nSubject: <a\r\n\r\nFrom: <a\r\n",
     OLD "X-From: a@@b.c\r\nSubject: <a\r\n\r\nFrom: <a\r\n", SMTP_OK},
    {"6409-5.1", OLD "From: a@@b.c\r\n\r\n", OLD "From: a@@b.c\r\n\r\n", SMTP_E_HEADER_ADDRESS},
    {"6409-5.1", OLD "sender: <a@b.c\r\n\r\n", OLD "sender: <a@b.c\r\n\r\n", SMTP_E_HEADER_ADDRESS},
    {"6409-5.1", OLD "Reply-To: a@b.c\r\n d\r\n\r\n", OLD "Reply-To: a@b.c\r\n d\r\n\r\n",
     SMTP_E_HEADER_ADDRESS},
    {"6409-5.1", OLD "Cc: a@b.c, x y\r\nA: b\r\n\r\n", OLD "Cc: a@b.c, x y\r\nA: b\r\n\r\n",
     SMTP_E_HEADER_ADDRESS},
    {"6409-4.2", OLD "To: a\r\n\r\n", OLD "To: a\r\n\r\n", SMTP_E_HEADER_ADDRESS},
    {"6409-4.2", OLD "To: a@b\r\n\r\n", OLD "To: a@b\r\n\r\n", SMTP_E_HEADER_ADDRESS},
    {"6409-4.2", OLD "Resent-To: a@b.c, d@e\r\n\r\n", OLD "Resent-To: a@b.c, d@e\r\n\r\n",
     SMTP_E_HEADER_ADDRESS},
    {"3030-2", OLD "Bcc: a@b", OLD "Bcc: a@b\r\n", SMTP_E_HEADER_ADDRESS},
};
enum { ROWS = sizeof rows / sizeof *rows, ROOM = 32768 };

static size_t feed(struct smtp_mend *m, const char *p, size_t n, char *to)
{
    smtp_span copy = guard_copy((smtp_span){p, n});
    size_t at = smtp_mend_next(m, copy, (smtp_room){to, n + SMTP_MEND_MORE});
    ck_assert_uint_le(at, n + SMTP_MEND_MORE);
    guard_free(copy);
    return at;
}

static void begin(struct smtp_mend *m)
{
    smtp_mend_init(m, SMTP_SPAN(DATE), SMTP_SPAN(ID));
}

/* In two pieces, cut at every place; with `all` of them, octet by octet. */
static enum smtp_fault play(const char *in, size_t cut, bool all, char *out)
{
    static struct smtp_mend m;
    size_t n = strlen(in), at = 0;
    begin(&m);
    for (size_t i = 0; all && i < n; i++)
        at += feed(&m, in + i, 1, out + at);
    if (!all)
        at += feed(&m, in, cut, out + at);
    if (!all)
        at += feed(&m, in + cut, n - cut, out + at);
    at += smtp_mend_end(&m, (smtp_room){out + at, SMTP_MEND_MORE});
    out[at] = '\0';
    return smtp_mend_fault(&m);
}

START_TEST(test_rows)
{
    static char out[ROOM];
    size_t n = strlen(rows[_i].in);
    for (size_t cut = 0; cut <= n + 1; cut++) {
        enum smtp_fault fault = play(rows[_i].in, cut, cut > n, out);
        ck_assert_msg(strcmp(out, rows[_i].out) == 0, "%s: %zu: %s", rows[_i].clause, cut, out);
        ck_assert_int_eq(fault, rows[_i].fault);
    }
}
END_TEST

/* What is longer than what is kept passes without a look, and with all that was held back. */
static const struct {
    const char *head, *fill, *tail;
    size_t length; /* of all the fill */
    bool has_id;
    enum smtp_fault fault;
} long_ones[] = {
    {"Message-ID: <a@b", "c", ">\r\n", SMTP_MEND_ID_MAX - 19, true, SMTP_OK},
    {"Message-ID: <a@b", "c", "\r\n", SMTP_MEND_ID_MAX - 18, false, SMTP_OK},
    {"Message-ID: <a@b", "c", "\r\n", SMTP_MEND_ID_MAX, true, SMTP_OK},
    {"Message-ID: <a@b", "c", "\r\n", 4 * SMTP_MEND_ID_MAX, true, SMTP_OK},
    {"To: a@b.c,", " ", "d\r\n", SMTP_MEND_FIELD_MAX - 12, false, SMTP_E_HEADER_ADDRESS},
    {"To: a@b.c,", " ", "d\r\n", SMTP_MEND_FIELD_MAX, false, SMTP_OK},
    {"", "n", ": x\r\n", SMTP_MEND_NAME_MAX - 1, false, SMTP_OK},
    {"", "n", ": x\r\n", SMTP_MEND_NAME_MAX, false, SMTP_OK},
    {"", "n", ": x\r\n", 5 * SMTP_MEND_NAME_MAX, false, SMTP_OK},
};
enum { LONG_ONES = sizeof long_ones / sizeof *long_ones };

START_TEST(test_long)
{
    static struct smtp_mend m;
    static char in[ROOM], out[ROOM], expected[ROOM];
    size_t n = strlen(long_ones[_i].head), at = 0;
    strcpy(in, long_ones[_i].head);
    memset(in + n, long_ones[_i].fill[0], long_ones[_i].length);
    strcpy(in + n + long_ones[_i].length, long_ones[_i].tail);
    bool lost = in[0] == 'M' && !long_ones[_i].has_id;
    strcpy(expected, lost ? "" : in);
    strcat(expected, ADDED_DATE);
    strcat(expected, long_ones[_i].has_id ? "\r\n" : ADDED_ID "\r\n");
    strcat(in, "\r\n");
    begin(&m);
    for (size_t i = 0; in[i] != '\0'; i++)
        at += feed(&m, in + i, 1, out + at);
    out[at] = '\0';
    ck_assert_str_eq(out, expected);
    ck_assert_int_eq(smtp_mend_fault(&m), long_ones[_i].fault);
    ck_assert_uint_eq(smtp_mend_end(&m, (smtp_room){out, sizeof out}), 0);
}
END_TEST

static Suite *mend_suite(void)
{
    Suite *suite = suite_create("mend");
    TCase *tcase = tcase_create("mend");
    tcase_add_loop_test(tcase, test_rows, 0, ROWS);
    tcase_add_loop_test(tcase, test_long, 0, LONG_ONES);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(mend_suite)
