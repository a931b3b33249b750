#include "check_main.h"
#include "dialogue.h"

#define BAD_FORM S("what\r\n")
#define TWICE S("250 ok\r\n250 ok\r\n")

/*
 * Where what the client says can be read in two ways, nothing is said of counts and codes from
 * there on; the form of each line is judged all the same.
 */
static const struct dialogue rows[] = {
    {"5321-2.4-j", "", {HELLO, C("NOO"), S("250 ok\r\n"), C("P\r\n"), TWICE}},
    {"5321-2.3.8-b", "client-line-ends-in-crlf", {HELLO, C("NOOP\nNOOP\r\n"), TWICE}},
    {"5321-2.3.8-b",
     "client-line-ends-in-crlf reply-form",
     {HELLO, C("NOOP\rNOOP\r\n"), TWICE, BAD_FORM}},
    {"5321-4.1.2-ag", "", {HELLO, C("NO\0OP\r\n"), TWICE}},
    {"5321-4.2-a", "", {HELLO, C("\r\n"), TWICE}},
    {"5321-4.2-a", "", {HELLO, C(" \t\r\n")}},
    {"5321-4.5.3.1.4", "", {HELLO, C("NOOP " X500 "1234567\r\n"), TWICE}},
    {"5321-4.5.3.1.4", "reply-unsolicited", {HELLO, C("NOOP " X500 "12345\r\n"), TWICE}},
    /* what came unasked, the client has taken for the answer: it is not the client's fault */
    {"5321-4.2-a", "reply-unsolicited", {HELLO, S("250 early\r\n"), C("NOOP\r\n"), C("QUIT\r\n")}},
    {"5321-4.2-a",
     "reply-unsolicited",
     {HELLO, RECIPIENT, S("354 early\r\n"), C("DATA\r\n"), C("a\r\n.\r\n")}},
    /* who has waited long enough may say that he leaves, and nothing else */
    {"5321-4.5.3.2.2-a", "", {HELLO, C("MAIL FROM:<a@b.test>\r\n"), WAIT(300000), C("QUIT\r\n")}},
    {"5321-4.3.1-a",
     "client-pipelines-with-leave",
     {HELLO, C("MAIL FROM:<a@b.test>\r\n"), WAIT(299999), C("QUIT\r\n")}},
    {"5321-4.3.1-a",
     "client-pipelines-with-leave",
     {HELLO, C("MAIL FROM:<a@b.test>\r\n"), WAIT(300000), C("NOOP\r\n")}},
    {"5321-4.2-a", "reply-unsolicited", {HELLO, S("221 early\r\n"), C("QUIT\r\n"), CLIENT_CLOSES}},
    {"5321-4.1.1.4-i",
     "client-line-ends-in-crlf",
     {HELLO, RECIPIENT, C("DATA\r\n"), S("354 go\r\n"), C("a\n.\nRSET\r\n.\r\n"), TWICE}},
    {"5321-2.3.8-b",
     "client-line-ends-in-crlf",
     {HELLO, RECIPIENT, C("DATA\r\n"), S("354 go\r\n"), C("a\r\n.\rRSET\r\n.\r\n"), TWICE}},
    {"5321-4.1.1.4-c",
     "",
     {HELLO, RECIPIENT, C("DATA\r\n"), S("354 go\r\n"), C("a\r\n\0.\r\nRSET\r\n.\r\n"), TWICE}},
    {"5321-4.1.1.4-l",
     "",
     {HELLO, RECIPIENT, C("DATA\r\n"), S("354 go\r\n"), C("a\r\n"), S("552 too big\r\n"),
      C(".\r\n"), TWICE}},
    {"5321-4.2.1-b",
     "reply-in-sequence",
     {HELLO, RECIPIENT, C("DATA\r\n"), S("353 go\r\n"), C("a\r\nb\r\n.\r\n"), S("250 ok\r\n")}},
    {"5321-3.3-w",
     "client-pipelines-with-leave",
     {HELLO, C("DATA\r\na\r\n.\r\n"), S("503 no\r\n500 no\r\n500 no\r\n500 no\r\n")}},
    {"5321-3.3-w", "", {HELLO, C("DATA\r\n"), S("503 no\r\n"), C("NOOP\r\n"), S("250 ok\r\n")}},
    {"5321-3.3-w",
     "client-ends-group",
     {HELLO_WITH("250 PIPELINING\r\n"), C("DATA\r\na\r\n.\r\n"),
      S("503 no\r\n500 no\r\n500 no\r\n500 no\r\n")}},
    {"5321-4.3.1-a",
     "client-pipelines-with-leave",
     {GREETING, C("NOOP\r\nMAIL FROM:<>\r\n"), S("250 ok\r\n503 no\r\n250 ok\r\n")}},
    {"5321-4.1.1.10",
     "client-ends-group",
     {HELLO_WITH("250 PIPELINING\r\n"), C("QUIT\r\nNOOP\r\n"), S("221 mx.test\r\n250 ok\r\n")}},
    {"5321-4.1.1.1-o", "", {HELLO, C("\r\n"), S("250 mx.test \x01\r\n")}},
    {"3207-4.2-c",
     "client-waits-for-tls",
     {HELLO, C("STARTTLS\r\nNOOP\r\n"), S("220 go\r\n250 ok\r\n"), TLS_UP}},
    {"5321-4.3.1-a",
     "client-pipelines-with-leave",
     {HELLO, C("DATA\r\n"), S("354-go\r\n"), C("x\r\n"), S("354 go\r\n"), C("a\nb\r\n"), TWICE}},
    {"5321-4.3.1-a",
     "client-pipelines-with-leave",
     {HELLO, C("RSET\r\nRSET\r\n"), S("500 no pipelining here\r\n500 ok\r\n500 ok\r\n")}},
    {"5321-4.3.1-a",
     "client-pipelines-with-leave",
     {HELLO, C("QUIT\r\nRSET\r\n"), S("554 synchronization\r\n")}},
    {"3030-2-m",
     "",
     {HELLO_WITH("250 CHUNKING\r\n"), RECIPIENT, C("BDAT 9\r\nabc"), S("552 no\r\n"), C("defghi"),
      TWICE}},
    {"3030-2-b", "", {HELLO_WITH("250 CHUNKING\r\n"), RECIPIENT, C("BDAT -1\r\n"), TWICE}},
    {"4954-4",
     "",
     {TLS_UP, HELLO, C("AUTH GSSAPI YQ==\r\n"), S("235 ok\r\n"), C("\x01\x02\x03\r\n"),
      S("250 ok\r\n")}},
    {"2033-4.2", "", {GREETING, C("LHLO c.test\r\n"), TWICE}},
    {"5321-3.8-d", "", {HELLO, S("421 mx.test closing\r\n"), C("NOOP\r\n"), TWICE}},
    {"5321-4.2-q", "", {HELLO, C("XEXCH 5\r\n"), S("354 go\r\n"), C("abcde"), TWICE}},
    {"3207-4.2",
     "",
     {HELLO, C("STARTTLS\r\n"), S("220 go\r\n"), TLS_UP, C("NOOP\r\n"), S("250 ok\r\n"), TLS_DOWN,
      TWICE}},
    {"3207-4.2",
     "reply-unsolicited",
     {HELLO, C("\r\n"), S("500 no\r\n"), C("STARTTLS\r\n"), S("220 go\r\n"), TLS_UP, C("NOOP\r\n"),
      TWICE}},
    {"8446-5.1", "", {S("\x15\x03\x01\x00\x02\x02\x46"), SERVER_CLOSES}},
};
enum { ROWS = sizeof rows / sizeof *rows };

START_TEST(says_nothing)
{
    dialogue_check(&rows[_i]);
}
END_TEST

static Suite *unclear_suite(void)
{
    Suite *suite = suite_create("observer/unclear");
    TCase *tc = tcase_create("unclear");
    tcase_add_loop_test(tc, says_nothing, 0, ROWS);
    tcase_set_timeout(tc, 30);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(unclear_suite)
