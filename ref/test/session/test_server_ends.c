#include <string.h>

#include "check_main.h"
#include "golden.h"

/* ---- how a session begins and ends when something stands against it ---- */

static const struct smtp_limits few = {
    .command_line = 64, .recipients = 100, .errors = 1, .command_ms = 300000, .text_ms = 300000};
#define NAME .name = "mx.test"
static const struct smtp_server_config plain = {NAME};
static const struct smtp_server_config strict = {NAME, .limits = &few};
static const struct smtp_server_config inside_tls = {NAME, .extensions = SMTP_X_STARTTLS,
                                                     .tls_needed = true};
static const struct smtp_server_config known = {NAME, .extensions = SMTP_X_AUTH,
                                                .auth_clear = "PLAIN", .auth_needed = true};

#define EHLO "EHLO a.test\r\n"
#define X8(s) s s s s s s s s
#define SERVICE_REFUSED                                                                            \
    "CONNECT CONNECT\n"                                                                            \
    "S: 554 no SMTP service here\n"                                                                \
    "REJECTED REFUSED SEQUENCE@0 MAIL FROM:<>\n"                                                   \
    "S: 503 no service here, only QUIT\n"

static const struct golden rows[] = {
    /* 3.1: after 554 only QUIT, whatever else is needed */
    {"5321-3.1",
     &inside_tls,
     "",
     {GOLDEN_WRITE("MAIL FROM:<>\r\n")},
     SERVICE_REFUSED,
     SMTP_V_CONNECT,
     SMTP_E_NO_SERVICE},
    {"5321-3.1",
     &known,
     "",
     {GOLDEN_WRITE("MAIL FROM:<>\r\n")},
     SERVICE_REFUSED,
     SMTP_V_CONNECT,
     SMTP_E_NO_SERVICE},
    /* 3.8: told to stop before the greeting, and within a line that is dropped */
    {"5321-3.8",
     &plain,
     "",
     {GOLDEN_STOP},
     "CONNECT CONNECT\n"
     "S: 220 mx.test ESMTP smtpref\n"
     "CLOSED CLOSED SHUTDOWN@0\n"
     "S: 421 mx.test service shutting down\n",
     0,
     0},
    {"5321-3.8",
     &strict,
     EHLO,
     {GOLDEN_WRITE(X8(X8("x"))), GOLDEN_STOP, GOLDEN_WRITE("x\r\n")},
     "REJECTED CLOSED SHUTDOWN@64\n"
     "S: 421 mx.test service shutting down\n"
     "CLOSED CLOSED\n",
     0,
     0},
    /* a line that is none gets 421 where a command would */
    GOLDEN_ROW("5321-4.2.3", &strict, EHLO, "XYZZY\r\nNO\nOP\r\nNOOP\r\n",
               "REJECTED READY VERB@0 XYZZY\n"
               "S: 500 command not recognized\n"
               "REJECTED CLOSED ERRORS_MANY@2 NO\\nOP\n"
               "S: 421 mx.test too many errors\n"
               "CLOSED CLOSED\n"),
    {"5321-3.8", &plain, EHLO, {GOLDEN_END(SMTP_END_REFUSED)}, "CLOSED CLOSED\n", 0, 0},
};
enum { ROWS = sizeof rows / sizeof *rows };

START_TEST(test_rows)
{
    const char *wrong = golden_check(&rows[_i]);
    ck_assert_msg(wrong == NULL, "%s:\n%s", rows[_i].clause, wrong);
}
END_TEST

/* ---- the application's own words, with the server's name in front (4.2) ---- */

struct asked {
    char in[1024], out[SMTP_SERVER_REPLY_MAX];
    struct smtp_server s;
};

static void begin(struct asked *a)
{
    ck_assert_int_eq(smtp_server_init(&a->s, &plain, (smtp_room){a->in, sizeof a->in},
                                      (smtp_room){a->out, sizeof a->out}, 0),
                     SMTP_OK);
}

static void take_output(struct asked *a, const char *wanted)
{
    smtp_span out = smtp_edge_out(&a->s.edge);
    ck_assert_msg(smtp_span_is(out, smtp_span_of(wanted)), "%.*s", (int)out.n, out.p);
    smtp_edge_sent(&a->s.edge, out.n);
}

/* Stopped before anything was said: 421 is the greeting (3.1, 3.8). */
START_TEST(test_stopped_before_the_greeting)
{
    static struct asked a;
    struct smtp_event ev;
    begin(&a);
    smtp_server_stop(&a.s);
    ck_assert(smtp_server_next(&a.s, 0, &ev));
    ck_assert_int_eq(ev.kind, SMTP_EV_REJECTED);
    ck_assert_int_eq(ev.fault, SMTP_E_SHUTDOWN);
    take_output(&a, "421 mx.test service shutting down\r\n");
    ck_assert(smtp_server_next(&a.s, 0, &ev));
    ck_assert_int_eq(ev.kind, SMTP_EV_CLOSED);
}
END_TEST

static const struct {
    unsigned code;
    const char *text, *said;
    enum smtp_state then;
} greetings[] = {
    {220, "ESMTP ready", "220 mx.test ESMTP ready\r\n", SMTP_S_START},
    {220, "", "220 mx.test\r\n", SMTP_S_START},
    {220, "\nESMTP", "220-mx.test\r\n220 ESMTP\r\n", SMTP_S_START},
    {554, "not you", "554 not you\r\n", SMTP_S_REFUSED},
    {421, "not now", "421 mx.test not now\r\n", SMTP_S_CLOSED},
};
enum { GREETINGS = sizeof greetings / sizeof *greetings };

START_TEST(test_greetings)
{
    static struct asked a;
    struct smtp_event ev;
    begin(&a);
    ck_assert(smtp_server_next(&a.s, 0, &ev) && ev.wants_reply);
    ck_assert(smtp_server_reply(&a.s, greetings[_i].code, NULL, smtp_span_of(greetings[_i].text)));
    take_output(&a, greetings[_i].said);
    ck_assert_int_eq(smtp_server_state(&a.s), greetings[_i].then);
}
END_TEST

static const struct {
    const char *command;
    unsigned code;
    const char *text, *said;
    enum smtp_state then;
} answers[] = {
    {"QUIT\r\n", 221, "bye", "221 mx.test bye\r\n", SMTP_S_CLOSED},
    {"QUIT\r\n", 221, "", "221 mx.test\r\n", SMTP_S_CLOSED},
    {"NOOP\r\n", 220, "no greeting", "220 no greeting\r\n", SMTP_S_START},
};
enum { ANSWERS = sizeof answers / sizeof *answers };

START_TEST(test_answers)
{
    static struct asked a;
    struct smtp_event ev;
    begin(&a);
    ck_assert(smtp_server_next(&a.s, 0, &ev) && ev.wants_reply);
    smtp_server_accept(&a.s);
    take_output(&a, "220 mx.test ESMTP smtpref\r\n");
    ck_assert(!smtp_server_next(&a.s, 0, &ev));
    smtp_room room = smtp_edge_room(&a.s.edge);
    size_t n = strlen(answers[_i].command);
    memcpy(room.p, answers[_i].command, n);
    smtp_edge_got(&a.s.edge, n);
    ck_assert(smtp_server_next(&a.s, 0, &ev) && ev.wants_reply);
    ck_assert(smtp_server_reply(&a.s, answers[_i].code, NULL, smtp_span_of(answers[_i].text)));
    take_output(&a, answers[_i].said);
    ck_assert_int_eq(smtp_server_state(&a.s), answers[_i].then);
}
END_TEST

static Suite *ends_suite(void)
{
    Suite *suite = suite_create("server ends");
    TCase *tcase = tcase_create("ends");
    tcase_add_loop_test(tcase, test_rows, 0, ROWS);
    tcase_add_test(tcase, test_stopped_before_the_greeting);
    tcase_add_loop_test(tcase, test_greetings, 0, GREETINGS);
    tcase_add_loop_test(tcase, test_answers, 0, ANSWERS);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(ends_suite)
