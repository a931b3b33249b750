#include <stdlib.h>

#include "check_main.h"
#include "report/report.h"

static const struct {
    enum scenario_role role;
    const char *id, *target, *options, *line;
} rows[] = {
    {SCENARIO_SERVER, "data/final-dot", "self", "", "smtpspec check --only data/final-dot self"},
    {SCENARIO_SERVER, "data/final-dot", NULL, NULL, "smtpspec check --only data/final-dot self"},
    {SCENARIO_SERVER, "quit/plain", "self", "--starttls",
     "smtpspec check --only quit/plain --starttls self"},
    {SCENARIO_SERVER, "a/b/each-1", "smtp://[::1]:25", "--rcpt 'o''brien'@x",
     "smtpspec check --only a/b/each-1 --rcpt 'o''brien'@x 'smtp://[::1]:25'"},
    {SCENARIO_SERVER, "a/b", "smtp://mx.example.test:25", "",
     "smtpspec check --only a/b smtp://mx.example.test:25"},
    {SCENARIO_SERVER, "a/b", "it's; rm -rf $HOME", "",
     "smtpspec check --only a/b 'it'\\''s; rm -rf $HOME'"},
    {SCENARIO_SERVER, "a/b", "'", "", "smtpspec check --only a/b ''\\'''"},
    {SCENARIO_SERVER, "a/b", "", "", "smtpspec check --only a/b ''"},
    {SCENARIO_SERVER, "a b/c", "self", "", "smtpspec check --only 'a b/c' self"},
    {SCENARIO_CLIENT, "client/x", "swaks -p {port}", "--slow",
     "smtpspec check-client --only client/x --slow -- swaks -p {port}"},
};

START_TEST(test_row)
{
    struct scenario scenario = {.id = rows[_i].id, .role = rows[_i].role};
    struct report_run run = {.target_arg = rows[_i].target, .reproduce = rows[_i].options};
    char *line = report_again(&run, &scenario);
    ck_assert_str_eq(line, rows[_i].line);
    free(line);
}
END_TEST

static Suite *again_suite(void)
{
    Suite *suite = suite_create("again");
    TCase *tcase = tcase_create("again");
    tcase_add_loop_test(tcase, test_row, 0, sizeof rows / sizeof *rows);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(again_suite)
