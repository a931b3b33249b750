#include "check_main.h"
#include "dialogue.h"

/* What the client says: found too, and never laid to the server. */
static const struct dialogue rows[] = {
    {"5321-2.3.8-e", "client-line-ends-in-crlf", {HELLO, C("NOOP\n")}},
    {"5321-2.3.8-e", "client-line-ends-in-crlf", {HELLO, C("NO\rOP\r\n")}},
    {"5321-2.3.8-g",
     "client-line-ends-in-crlf",
     {HELLO, RECIPIENT, C("DATA\r\n"), S("354 go\r\n"), C("a\nb\r\n.\r\n"), S("250 ok\r\n")}},
    {"5321-4.3.1-b",
     "client-waits-for-greeting",
     {C("EHLO c.test\r\n"), GREETING, S("250 mx.test\r\n")}},
    {"5321-4.3.1-a",
     "client-pipelines-with-leave",
     {HELLO, C("NOOP\r\nNOOP\r\n"), S("250 ok\r\n250 ok\r\n")}},
    {"2920-3.1-a",
     "client-pipelines-with-leave",
     {HELLO, RECIPIENT, C("DATA\r\na\r\n.\r\n"), S("354 go\r\n250 ok\r\n")}},
    {"2920-3.1-b",
     "",
     {HELLO_WITH("250 PIPELINING\r\n"),
      C("RSET\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nNOOP\r\n"),
      S("250 ok\r\n250 ok\r\n250 ok\r\n250 ok\r\n")}},
    {"2920-3.1-c",
     "client-ends-group",
     {HELLO_WITH("250 PIPELINING\r\n"), C("NOOP\r\nRSET\r\n"), S("250 ok\r\n250 ok\r\n")}},
    {"2920-3.1-c",
     "client-ends-group",
     {HELLO_WITH("250 PIPELINING\r\n"), RECIPIENT, C("DATA\r\na\r\n.\r\n"),
      S("354 go\r\n250 ok\r\n")}},
    {"2920-3.1-c",
     "client-ends-group",
     {HELLO_WITH("250 PIPELINING\r\n"), C("QUIT\r\nNOOP\r\n"), S("221 mx.test\r\n")}},
    {"2920-3.1-a",
     "client-pipelines-with-leave",
     {HELLO_WITH("250 PIPELINING\r\n"), C("HELO c.test\r\n"), S("250 mx.test\r\n"),
      C("RSET\r\nRSET\r\n"), S("250 ok\r\n250 ok\r\n")}},
    {"3207-4-l",
     "client-waits-for-tls",
     {HELLO, C("STARTTLS\r\nEHLO c.test\r\n"), S("220 go\r\n")}},
    {"3207-4-j",
     "client-waits-for-tls",
     {HELLO, C("STARTTLS\r\n"), S("220 go\r\n"), C("EHLO c.test\r\n"), S("500 no\r\n")}},
    {"3207-4-k", "", {HELLO, C("STARTTLS\r\n"), S("220 go\r\n"), CLIENT_CLOSES}},
    {"5321-4.1.1.1-i",
     "client-says-hello-first",
     {GREETING, C("MAIL FROM:<a@b.test>\r\n"), S("503 no\r\n")}},
    {"5321-4.1.1.1-i",
     "client-says-hello-first",
     {HELLO, C("STARTTLS\r\n"), S("220 go\r\n"), TLS_UP, C("MAIL FROM:<a@b.test>\r\n"),
      S("503 no\r\n")}},
    {"5321-4.1.1.1-i",
     "",
     {GREETING, C("HELO c.test\r\n"), S("250 mx.test\r\n"), C("MAIL FROM:<a@b.test>\r\n"),
      S("250 ok\r\n")}},
    {"4954-14-a", "client-plain-in-clear", {HELLO, C("AUTH PLAIN AGEAYg==\r\n"), S("235 ok\r\n")}},
    {"4954-14-a", "", {TLS_UP, HELLO, C("AUTH PLAIN AGEAYg==\r\n"), S("235 ok\r\n")}},
    {"4954-4-ar",
     "",
     {TLS_UP, HELLO_WITH("250 PIPELINING\r\n"), C("AUTH PLAIN AGEAYg==\r\nMAIL FROM:<>\r\n"),
      S("235 ok\r\n250 ok\r\n")}},
    {"3030-2-p",
     "client-bdat-with-leave",
     {HELLO, RECIPIENT, C("BDAT 3 LAST\r\nabc"), S("502 no\r\n500 no\r\n")}},
    {"5321-4.5.3.2.3-a",
     "client-patience",
     {HELLO, C("MAIL FROM:<a@b.test>\r\n"), WAIT(299999), CLIENT_CLOSES}},
    {"5321-4.5.3.2.1-a", "client-patience", {WAIT(299999), CLIENT_CLOSES}},
    {"5321-4.5.3.2.1-a", "", {WAIT(200000), S("220-mx.test\r\n"), WAIT(100000), CLIENT_CLOSES}},
    {"5321-4.5.3.2.4-a",
     "client-patience",
     {HELLO, RECIPIENT, C("DATA\r\n"), WAIT(119999), CLIENT_CLOSES}},
    {"5321-4.5.3.2.6-a",
     "client-patience",
     {HELLO, RECIPIENT, C("DATA\r\n"), S("354 go\r\n"), C(".\r\n"), WAIT(599999), CLIENT_CLOSES}},
    {"5321-4.5.3.2.2-a", "", {HELLO, C("MAIL FROM:<a@b.test>\r\n"), WAIT(300000), CLIENT_CLOSES}},
    {"5321-4.1.1.10-d", "", {HELLO, C("QUIT\r\n"), CLIENT_CLOSES}},
    {"5321-4.1.1.10-e", "", {HELLO, CLIENT_CLOSES}},
};
enum { ROWS = sizeof rows / sizeof *rows };

START_TEST(finds)
{
    dialogue_check(&rows[_i]);
}
END_TEST

START_TEST(every_rule_is_raised)
{
    dialogue_check_all_rules(rows, ROWS, 'C');
}
END_TEST

static Suite *commands_suite(void)
{
    Suite *suite = suite_create("observer/commands");
    TCase *tc = tcase_create("commands");
    tcase_add_loop_test(tc, finds, 0, ROWS);
    tcase_add_test(tc, every_rule_is_raised);
    tcase_set_timeout(tc, 30);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(commands_suite)
