#include <string.h>

#include "check_main.h"
#include "golden.h"

/* ---- tables that are not ours: what they say is said, and what they leave out has an answer ---- */

#define END                                                                                        \
    {                                                                                              \
        SMTP_V_UNKNOWN, 0, SMTP_S_SAME, 0, NULL, NULL, NULL, 0                                     \
    }
#define GREET                                                                                      \
    {                                                                                              \
        SMTP_V_CONNECT, SMTP_S_CONNECT, SMTP_S_READY, 220, NULL, "{name} here", "5321-3.1", 0      \
    }
#define HELLO                                                                                      \
    {                                                                                              \
        SMTP_V_EHLO, SMTP_S_READY, SMTP_S_READY, 250, NULL, "{name}{extensions}", "5321-4.1.1.1",  \
            0                                                                                      \
    }
#define TO_TEXT                                                                                    \
    {                                                                                              \
        SMTP_V_DATA, SMTP_S_READY, SMTP_S_TEXT, 354, NULL, "go on", "5321-4.1.1.4", 0              \
    }
#define TO_TLS                                                                                     \
    {                                                                                              \
        SMTP_V_STARTTLS, SMTP_S_READY, SMTP_S_TLS, 220, "2.0.0", "go on", "3207-4", 0              \
    }

/* clang-format off */
static const struct smtp_rule empty[] = {END};
static const struct smtp_rule closed[] = {
    {SMTP_V_CONNECT, SMTP_S_CONNECT, SMTP_S_REFUSED, 554, NULL, "{name} has no service", "5321-3.1", 0},
    {SMTP_V_QUIT, SMTP_S_REFUSED, SMTP_S_CLOSED, 221, NULL, "{name} bye", "5321-3.1", 0}, END};
static const struct smtp_rule endless[] = {GREET, HELLO, TO_TEXT, END};
static const struct smtp_rule full[] = {
    GREET, HELLO, TO_TEXT,
    {SMTP_V_END_OF_DATA, SMTP_S_TEXT, SMTP_S_READY, 452, "4.3.1", "the disk is full", "5321-4.1.1.4", 0}, END};
static const struct smtp_rule mute[] = {GREET, HELLO, TO_TLS, END};
static const struct smtp_rule talking[] = {
    GREET, HELLO, TO_TLS,
    {SMTP_V_TLS_UP, SMTP_S_TLS, SMTP_S_READY, 220, NULL, "{name} inside", "3207-4.2", 0}, END};
/* clang-format on */

#define NAME .name = "mx.test"
static const struct smtp_server_config without = {NAME, .rules = empty};
static const struct smtp_server_config refusing = {NAME, .rules = closed};
static const struct smtp_server_config no_end = {NAME, .rules = endless};
static const struct smtp_server_config no_room = {NAME, .rules = full};
static const struct smtp_server_config quiet = {NAME, .rules = mute, .extensions = SMTP_X_STARTTLS};
static const struct smtp_server_config greeting_again = {NAME, .rules = talking,
                                                         .extensions = SMTP_X_STARTTLS};

/* ---- limits and maxima that are left out ---- */

static const struct smtp_limits any_size = {
    .command_line = 512, .command_ms = 300000, .text_ms = 300000, .transactions = 2};
static const struct smtp_server_config size_without_number = {
    .name = "mx.test", .extensions = SMTP_X_SIZE, .size_unsaid = true};
static const struct smtp_server_config unlimited = {NAME, .limits = &any_size,
                                                    .extensions = SMTP_X_SIZE | SMTP_X_LIMITS};
static const struct smtp_server_config half_a_maximum = {
    NAME, .mode = SMTP_MODE_SUBMISSION, .extensions = SMTP_X_FUTURERELEASE, .hold_max_s = 86400};

#define EHLO "EHLO a.test\r\n"
#define HERE "CONNECT CONNECT\nS: 220 mx.test here\n"

static const struct golden rows[] = {
    /* no row for the connection: no service, and then nothing is known */
    GOLDEN_ROW("5321-3.1", &without, "", EHLO "QUIT\r\n",
               "REJECTED REFUSED NO_SERVICE@0\n"
               "S: 554 no SMTP service here\n"
               "REJECTED REFUSED VERB@0 EHLO a.test\n"
               "S: 500 command not recognized\n"
               "REJECTED REFUSED VERB@0 QUIT\n"
               "S: 500 command not recognized\n"),
    GOLDEN_ROW("5321-3.1", &refusing, "", "QUIT\r\n",
               "REJECTED REFUSED NO_SERVICE@0\n"
               "S: 554 mx.test has no service\n"
               "COMMAND REFUSED QUIT\n"
               "S: 221 mx.test bye\n"
               "CLOSED CLOSED\n"),
    GOLDEN_ROW("5321-4.1.1.4", &no_end, "", "DATA\r\na\r\n.\r\nNOOP\r\n",
               HERE "COMMAND READY DATA\n"
                    "S: 354 go on\n"
                    "BODY a\\r\\n\n"
                    "MESSAGE READY STORE@0 size 3\n"
                    "S: 451 local error in processing\n"
                    "REJECTED READY VERB@0 NOOP\n"
                    "S: 500 command not recognized\n"),
    GOLDEN_ROW("5321-4.1.1.4", &no_room, "", "DATA\r\n.\r\nDATA\r\n",
               HERE "COMMAND READY DATA\n"
                    "S: 354 go on\n"
                    "MESSAGE READY STORE@0 size 0\n"
                    "S: 452 the disk is full\n"
                    "COMMAND READY DATA\n"
                    "S: 354 go on\n"),
    /* RFC 3207 4.2: the state before any EHLO, unless the table has another */
    {"3207-4.2",
     &quiet,
     "",
     {GOLDEN_WRITE("STARTTLS\r\n"), GOLDEN_TLS, GOLDEN_WRITE(EHLO)},
     HERE "COMMAND READY STARTTLS\n"
          "S: 220 go on\n"
          "TLS START\n"
          "REJECTED START VERB@0 EHLO a.test\n"
          "S: 500 command not recognized\n",
     0,
     0},
    {"3207-4.2",
     &greeting_again,
     "",
     {GOLDEN_WRITE("STARTTLS\r\n"), GOLDEN_TLS, GOLDEN_WRITE(EHLO)},
     HERE "COMMAND READY STARTTLS\n"
          "S: 220 go on\n"
          "TLS READY\n"
          "S: 220 mx.test inside\n"
          "COMMAND READY EHLO a.test\n"
          "S: 250 mx.test\n",
     0,
     0},
    /* RFC 1870 3, RFC 9422 3: no maximum; LIMITS without RCPTMAX */
    GOLDEN_ROW("1870-3", &unlimited, "\r\n", EHLO "MAIL FROM:<> SIZE=18446744073709551615\r\n",
               "COMMAND START EHLO a.test\n"
               "S: 250-mx.test at your service\n"
               "S: 250-SIZE 0\n"
               "S: 250 LIMITS MAILMAX=2\n"
               "COMMAND READY MAIL FROM:<> SIZE=18446744073709551615\n"
               "S: 250 sender ok\n"),
    GOLDEN_ROW("1870-3", &size_without_number, "\r\n", EHLO "MAIL FROM:<> SIZE=1\r\n",
               "COMMAND START EHLO a.test\n"
               "S: 250-mx.test at your service\n"
               "S: 250 SIZE\n"
               "COMMAND READY MAIL FROM:<> SIZE=1\n"
               "S: 250 sender ok\n"),
    /* RFC 4865 3(2): both maxima, or it is not offered */
    GOLDEN_ROW("4865-3", &half_a_maximum, "\r\n", EHLO "MAIL FROM:<> HOLDFOR=1\r\n",
               "COMMAND START EHLO a.test\n"
               "S: 250 mx.test at your service\n"
               "REJECTED READY PARAM_UNKNOWN@13 MAIL FROM:<> HOLDFOR=1\n"
               "S: 555 parameter not recognized or not implemented\n"),
};
enum { ROWS = sizeof rows / sizeof *rows };

START_TEST(test_rows)
{
    const char *wrong = golden_check(&rows[_i]);
    ck_assert_msg(wrong == NULL, "%s:\n%s", rows[_i].clause, wrong);
}
END_TEST

static Suite *config_suite(void)
{
    Suite *suite = suite_create("server config");
    TCase *tcase = tcase_create("config");
    tcase_add_loop_test(tcase, test_rows, 0, ROWS);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(config_suite)
