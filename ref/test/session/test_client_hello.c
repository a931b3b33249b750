#include <stdio.h>

#include "check_main.h"
#include "client_golden.h"

static const struct smtp_client_config plain = {.name = "c.test", .tls = SMTP_TLS_NEVER};

#define HELLO "220 s.test\r\n250 s.test\r\n"
#define HELLO_LOG                                                                                  \
    "S: 220 s.test\n"                                                                              \
    "C: EHLO c.test\n"                                                                             \
    "S: 250 s.test\n"                                                                              \
    "READY\n"

static const struct client_golden rows[] = {
    {.clause = "5321-3.3",
     .config = &plain,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n.y\r\n")},
     .call_count = 1,
     .steps = {CLIENT_SAYS(HELLO "250 ok\r\n250 ok\r\n354 go\r\n250 2.0.0 got it\r\n221 bye\r\n")},
     .log = HELLO_LOG "C: MAIL FROM:<a@c.test>\n"
                      "S: 250 ok\n"
                      "C: RCPT TO:<b@s.test>\n"
                      "S: 250 ok\n"
                      "RCPT 0 250 ok\n"
                      "C: DATA\n"
                      "S: 354 go\n"
                      "T: x\\r\\n..y\\r\\n.\\r\\n\n"
                      "S: 250 2.0.0 got it\n"
                      "DONE DELIVERED 250/2.0.0, DELIVERED 250/2.0.0\n"
                      "READY\n"
                      "C: QUIT\n"
                      "S: 221 bye\n"
                      "CLOSED\n"},
};

START_TEST(test_rows)
{
    const char *wrong = client_golden_check(&rows[_i]);
    ck_assert_msg(wrong == NULL, "%s: row %d\n%s\nand not\n%s", rows[_i].clause, _i, wrong,
                  rows[_i].log);
}
END_TEST

START_TEST(test_size)
{
    printf("sizeof(struct smtp_client) %zu\n", sizeof(struct smtp_client));
    ck_assert_uint_le(sizeof(struct smtp_client), 8192);
}
END_TEST

static Suite *hello_suite(void)
{
    Suite *suite = suite_create("client_hello");
    TCase *tcase = tcase_create("hello");
    tcase_add_loop_test(tcase, test_rows, 0, sizeof rows / sizeof *rows);
    tcase_add_test(tcase, test_size);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(hello_suite)
