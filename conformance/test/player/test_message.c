#include "player/message.h"
#include "stage.h"
#include "suites.h"

#define COUNT(table) ((int)(sizeof(table) / sizeof *(table)))
#define SENT "A: b\r\nC: d\r\n e\r\n\r\nx\r\n"

/* RFC 6409 8.1 to 8.3: a submission server may add fields, anywhere in the header. */
static const struct {
    const char *message, *wanted;
    bool fits;
} rows[] = {
    {SENT, SENT, true},
    {"Date: f\r\n" SENT, SENT, true},
    {"A: b\r\nDate: f\r\nC: d\r\n e\r\nMessage-ID: g\r\n\r\nx\r\n", SENT, true},
    {"A: b\r\nDate: f\r\nC: d\r\n e\r\n\r\n", "A: b\r\nC: d\r\n e\r\n", true},
    {"A: b\r\n\r\n\r\nx\r\n", "A: b\r\n\r\n\r\nx\r\n", true},
    {"C: d\r\n e\r\nA: b\r\n\r\nx\r\n", SENT, false},
    {"A: b\r\nC: d e\r\n\r\nx\r\n", SENT, false},
    {"A: b\r\n\r\nx\r\n", SENT, false},
    {"A: b\r\nC: d\r\n e\r\n\r\nx\r\ny\r\n", SENT, false},
    {"A: b\r\nC: d\r\n e\r\n\r\n\r\nx\r\n", SENT, false},
    {"C: d\r\n\r\nA: b\r\n", "C: d\r\nA: b\r\n", false},
    {"A: b\r\nA: b\r\n\r\n", "A: b\r\nA: b\r\n\r\n", true},
    {"A: b\r\nX: c\r\n\r\n", "A: b\r\nA: b\r\n\r\n", false},
};

START_TEST(test_has_all)
{
    smtp_span message = smtp_span_of(rows[_i].message), wanted = smtp_span_of(rows[_i].wanted);
    ck_assert_int_eq(message_has_all(message, wanted), rows[_i].fits);
}
END_TEST

Suite *message_suite(void)
{
    Suite *suite = suite_create("message");
    TCase *tcase = tcase_create("message");
    tcase_add_loop_test(tcase, test_has_all, 0, COUNT(rows));
    suite_add_tcase(suite, tcase);
    return suite;
}
