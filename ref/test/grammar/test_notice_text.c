#include <stdlib.h>
#include <string.h>

#include "check_main.h"
#include "guard.h"
#include "notice_sample.h"
#include "rule_table.h"

/* What goes back of the original, and in what form: each notice is read as MIME again. */

/* The third part of a notice: what stands between its own header section and the closing line. */
struct part {
    char *head, *body;
    size_t n;
};

static struct part third_part(char *text, size_t size)
{
    char *boundary = strstr(text, "boundary=\"") + strlen("boundary=\""), line[80];
    size_t n = strcspn(boundary, "\""), at = 0, found = 0;
    char *starts[5] = {NULL};
    memcpy(line, "\r\n--", 4);
    memcpy(line + 4, boundary, n);
    for (; at + 4 + n <= size; at++)
        if (memcmp(text + at, line, 4 + n) == 0) {
            ck_assert_uint_lt(found, 4);
            starts[found++] = text + at;
        }
    ck_assert_uint_eq(found, 4); /* three parts and the end, no more */
    ck_assert_int_eq(memcmp(starts[3] + 4 + n, "--\r\n", 4), 0);
    ck_assert_ptr_eq(starts[3] + 4 + n + 4, text + size);
    char *head = starts[2] + 4 + n + 2, *body = strstr(head, "\r\n\r\n") + 4;
    return (struct part){head, body, (size_t)(starts[3] - body)};
}

static unsigned digit_of(char c)
{
    return c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'A') + 10;
}

/* RFC 2045 6.7, in place */
static size_t unquote(char *text, size_t n)
{
    size_t to = 0, line = 0;
    for (size_t i = 0; i < n; i++) {
        line = text[i] == '\n' ? 0 : line + 1;
        ck_assert_uint_le(line, 77); /* with CR */
        ck_assert((unsigned char)text[i] < 127);
        if (text[i] != '=') {
            text[to++] = text[i];
            continue;
        }
        bool soft = text[i + 1] == '\r' && text[i + 2] == '\n';
        if (soft)
            line = 0;
        else
            text[to++] = (char)(16 * digit_of(text[i + 1]) + digit_of(text[i + 2]));
        i += 2;
    }
    return to;
}

#define LATIN "Subject: \xe9\r\n"
#define S10 "0123456789"
#define S100 S10 S10 S10 S10 S10 S10 S10 S10 S10 S10
#define S999                                                                                       \
    S100 S100 S100 S100 S100 S100 S100 S100 S100 S10 S10 S10 S10 S10 S10 S10 S10 S10 "012345678"

static const struct returned {
    const char *clause;
    smtp_span text, want;
    struct smtp_mail_params mail;
    bool part, seven_bit, success;
    const char *type, *encoding; /* NULL: none */
} returned[] = {
#define WHOLE "message/rfc822", NULL
#define HEAD "text/rfc822-headers", NULL
    {"6522 3", T(TEXT), T(TEXT), {0}, 0, 0, 0, WHOLE},
    {"3461-6.2", T(TEXT), T(TEXT), {.given = SMTP_P_RET, .ret = SMTP_RET_FULL}, 0, 0, 0, WHOLE},
    {"3461-4.3", T(TEXT), T(HEADER), {.given = SMTP_P_RET, .ret = SMTP_RET_HDRS}, 0, 0, 0, HEAD},
    {"3461-6.2", T(TEXT), T(HEADER), {.given = SMTP_P_RET, .ret = SMTP_RET_FULL}, 0, 0, 1, HEAD},
    {"8689-5", T(TEXT), T(HEADER), {.given = SMTP_P_REQUIRETLS}, 0, 0, 0, HEAD},
    {"8689-5",
     T(TEXT),
     T(HEADER),
     {.given = SMTP_P_RET | SMTP_P_REQUIRETLS, .ret = SMTP_RET_FULL},
     0,
     0,
     0,
     HEAD},
    {"3461-6.2", T(TEXT), T(HEADER), {.given = SMTP_P_RET, .ret = SMTP_RET_FULL}, 1, 0, 0, HEAD},
    /* header sections without an end, or with nothing in them */
    {"6522 4", T(HEADER), T(HEADER), {0}, 1, 0, 0, HEAD},
    {"6522 4", T("a: b"), T("a: b"), {0}, 1, 0, 0, HEAD},
    {"6522 4", T("\r\nx\r\n"), T(""), {0}, 1, 0, 0, HEAD},
    {"6522 4", T(""), T(""), {0}, 1, 0, 0, HEAD},
    {"6522 4", T(""), T(""), {0}, 0, 0, 0, WHOLE},
    {"6522 4", T("a: b\r\n c\r\n\r\nd"), T("a: b\r\n c\r\n"), {0}, 1, 0, 0, HEAD},
    /* its own boundary */
    {"2046 5.1.1",
     T("=_4Xk2_1: x\r\n\r\n--=_4Xk2_2\r\n"),
     T("=_4Xk2_1: x\r\n\r\n--=_4Xk2_2\r\n"),
     {0},
     0,
     0,
     0,
     WHOLE},
    {"2046 5.1.1",
     T("a: b\r\n\r\n--=_4Xk2_1--\r\n--=_4Xk2_"),
     T("a: b\r\n\r\n--=_4Xk2_1--\r\n--=_4Xk2_"),
     {0},
     0,
     0,
     0,
     WHOLE},
    /* eight bits, and a way of seven */
    {"2046 5.2.1",
     T("a: b\r\n\r\n\xe9\r\n"),
     T("a: b\r\n\r\n\xe9\r\n"),
     {0},
     0,
     0,
     0,
     "message/rfc822",
     "8bit"},
    {"6522 3", T("a: b\r\n\r\n\xe9\r\n"), T("a: b\r\n"), {0}, 0, 1, 0, HEAD},
    {"6522 4", T(LATIN), T(LATIN), {0}, 1, 0, 0, "text/rfc822-headers", "8bit"},
    {"6522 4",
     T(LATIN "x: = \r\n\ty\t\r\n"),
     T(LATIN "x: = \r\n\ty\t\r\n"),
     {0},
     1,
     1,
     0,
     "text/rfc822-headers",
     "quoted-printable"},
    {"6522 4", T(LATIN "\r\nx"), T(LATIN), {0}, 0, 1, 0, "text/rfc822-headers", "quoted-printable"},
    {"2045 6.7",
     T(LATIN S100 " "),
     T(LATIN S100 " "),
     {0},
     1,
     1,
     0,
     "text/rfc822-headers",
     "quoted-printable"},
    /* no lines */
    {"6522 3", T("a: b\r\n\r\nx\ny\r\n"), T("a: b\r\n"), {0}, 0, 0, 0, HEAD},
    {"6522 3", T("a: b\r\n\r\nx\ry\r\n"), T("a: b\r\n"), {0}, 0, 0, 0, HEAD},
    {"6522 3", T("a: b\r\n\r\nx\0y\r\n"), T("a: b\r\n"), {0}, 0, 0, 0, HEAD},
    {"6522 3", T("a: b\r\n\r\n" S999 "\r\n"), T("a: b\r\n"), {0}, 0, 0, 0, HEAD},
    {"6522 4",
     T("a: b\nc\0d\re\r\n"),
     T("a: b\nc\0d\re\r\n"),
     {0},
     1,
     0,
     0,
     "text/rfc822-headers",
     "quoted-printable"},
    {"6522 4",
     T(S999 "\r\n"),
     T(S999 "\r\n"),
     {0},
     1,
     0,
     0,
     "text/rfc822-headers",
     "quoted-printable"},
    /* UTF-8 */
    {"6533 4.2",
     T("a: \xc3\xa9\r\n\r\nx\r\n"),
     T("a: \xc3\xa9\r\n\r\nx\r\n"),
     {.given = SMTP_P_SMTPUTF8},
     0,
     0,
     0,
     "message/global",
     "8bit"},
    {"6533 4.5",
     T("a: \xc3\xa9\r\n\r\nx\r\n"),
     T("a: \xc3\xa9\r\n\r\nx\r\n"),
     {.given = SMTP_P_SMTPUTF8},
     0,
     1,
     0,
     "message/global",
     "quoted-printable"},
    {"6533 4.3",
     T("a: \xc3\xa9\r\n\r\nx\r\n"),
     T("a: \xc3\xa9\r\n"),
     {.given = SMTP_P_SMTPUTF8 | SMTP_P_RET, .ret = SMTP_RET_HDRS},
     0,
     0,
     0,
     "message/global-headers",
     "8bit"},
    {"6533 4.3",
     T("a: \xc3\xa9\r\n"),
     T("a: \xc3\xa9\r\n"),
     {.given = SMTP_P_SMTPUTF8},
     1,
     1,
     0,
     "message/global-headers",
     "quoted-printable"},
    {"6533 4.4", T(TEXT), T(TEXT), {.given = SMTP_P_SMTPUTF8}, 0, 0, 0, WHOLE},
};
enum { RETURNED = sizeof returned / sizeof *returned };

static struct smtp_notice notice_of_row(const struct returned *row, smtp_span text)
{
    struct smtp_notice n = notice_of(row->success ? &had : &lost, 1);
    n.params = row->mail;
    n.text = text;
    n.text_is_whole = !row->part;
    n.seven_bit = row->seven_bit;
    return n;
}

START_TEST(test_returned)
{
    const struct returned *row = &returned[_i];
    smtp_span place = guard_copy(row->text);
    struct smtp_notice n = notice_of_row(row, place);
    char head[160] = "", *text;
    size_t size;
    strcat(strcat(strcat(head, "Content-Type: "), row->type), "\r\n");
    if (row->encoding != NULL)
        strcat(strcat(strcat(head, "Content-Transfer-Encoding: "), row->encoding), "\r\n");
    text = notice_print(&n, &size);
    struct part part = third_part(text, size);
    ck_assert_uint_eq((size_t)(part.body - part.head), strlen(head) + 2);
    ck_assert_int_eq(memcmp(part.head, head, strlen(head)), 0);
    if (row->encoding != NULL && strcmp(row->encoding, "quoted-printable") == 0)
        part.n = unquote(part.body, part.n);
    ck_assert_uint_eq(part.n, row->want.n);
    ck_assert_int_eq(row->want.n > 0 && memcmp(part.body, row->want.p, row->want.n) != 0, 0);
    free(text);
    guard_free(place);
}
END_TEST

/* RFC 2045 6.4: a multipart says 8bit where a part has it, and MAIL says BODY=8BITMIME (RFC 6152 3). */
START_TEST(test_eight_bits_are_told)
{
    struct smtp_notice n = notice_of_row(&returned[_i], returned[_i].text);
    struct smtp_mail_params params = smtp_notice_mail_params(&n);
    size_t size;
    bool high = false;
    char *text = notice_print(&n, &size);
    for (size_t i = 0; i < size; i++)
        high = high || (unsigned char)text[i] > 127;
    char *said = strstr(text, "\"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n--=_");
    ck_assert_int_eq(said != NULL, high);
    ck_assert_int_eq((params.given & SMTP_P_BODY) != 0, high);
    ck_assert(!high || params.body == SMTP_BODY_8BITMIME);
    ck_assert(!n.seven_bit || !high);
    free(text);
}
END_TEST

static Suite *notice_text_suite(void)
{
    Suite *suite = suite_create("notice text");
    TCase *tcase = tcase_create("notice text");
    tcase_add_loop_test(tcase, test_returned, 0, RETURNED);
    tcase_add_loop_test(tcase, test_eight_bits_are_told, 0, RETURNED);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(notice_text_suite)
