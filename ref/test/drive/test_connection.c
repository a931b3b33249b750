#include <string.h>

#include "bench.h"
#include "check_main.h"

#define HELLO "EHLO a.example\r\n"
#define MAIL "MAIL FROM:<joe@a.example>\r\n"
#define RCPT "RCPT TO:<ann@example.test>\r\n"
#define TEXT "Subject: hi\r\n\r\n..dot\r\n.\r\n"
#define QUIT "QUIT\r\n"
#define WHOLE HELLO MAIL RCPT "DATA\r\n" TEXT QUIT

static void must_hold(const char *where, const char *what)
{
    ck_assert_msg(strstr(where, what) != NULL, "no '%s' in: %s", what, where);
}

/* RFC 5321 4.4: both fields on top, then the text with its dots undone and nothing else. */
START_TEST(test_text_is_stored)
{
    struct bench *b = bench_new();
    struct bench_client *c = bench_connect(b, WHOLE);
    bench_run(b);
    ck_assert_str_eq(bench_codes(c), "220 250 250 250 354 250 221");
    ck_assert_uint_eq(b->store.committed, 1);
    b->store.text[b->store.n] = '\0';
    char head[256];
    snprintf(head, sizeof head,
             "Return-Path: <joe@a.example>\r\nReceived: from a.example ([192.0.2.1])\r\n"
             "\tby mx.example.test\r\n\twith ESMTP id %s for <ann@example.test>;\r\n\t",
             b->store.id);
    ck_assert_msg(strncmp(b->store.text, head, strlen(head)) == 0, "%s", b->store.text);
    const char *date = strstr(b->store.text + strlen(head), "\r\n");
    ck_assert_ptr_nonnull(date);
    ck_assert_str_eq(date, "\r\nSubject: hi\r\n\r\n.dot\r\n");
    bench_free(b);
}
END_TEST

/* RFC 5321 7.2: with two recipients, none is shown to the other. */
START_TEST(test_two_recipients)
{
    struct bench *b = bench_new();
    struct bench_client *c = bench_connect(b, HELLO MAIL RCPT RCPT "DATA\r\n" TEXT QUIT);
    bench_run(b);
    ck_assert_str_eq(bench_codes(c), "220 250 250 250 250 354 250 221");
    b->store.text[b->store.n] = '\0';
    must_hold(b->store.text, ";\r\n\t");
    ck_assert_ptr_null(strstr(b->store.text, " for "));
    bench_free(b);
}
END_TEST

/* RFC 5321 4.4: Return-Path is written by who makes the final delivery. */
START_TEST(test_relays_have_no_return_path)
{
    struct bench *b = bench_new();
    b->store.store.relays = true;
    struct bench_client *c = bench_connect(b, WHOLE);
    bench_run(b);
    ck_assert_str_eq(bench_codes(c), "220 250 250 250 354 250 221");
    ck_assert_msg(strncmp(b->store.text, "Received: from a.example ", 25) == 0, "%s",
                  b->store.text);
    bench_free(b);
}
END_TEST

static const struct {
    const char *clause;
    bool no_memory;
    enum smtp_fault fault;
    uint64_t commit_ms;
    const char *codes, *log;
} stores[] = {
    {"5321-4.1.1.4", false, SMTP_OK, 0, "220 250 250 250 354 250 221", " accepted\n"},
    {"5321-4.1.1.4", false, SMTP_OK, 5000, "220 250 250 250 354 250 221", " accepted\n"},
    {"5321-4.2.3", false, SMTP_E_STORE, 0, "220 250 250 250 354 451 221", " 451\n"},
    {"5321-4.2.3", false, SMTP_E_STORE, 5000, "220 250 250 250 354 451 221", " 451\n"},
    {"5321-4.2.3", false, SMTP_E_STORE_FULL, 10, "220 250 250 250 354 452 221", " 452\n"},
    {"5321-4.2.3", true, SMTP_OK, 0, "220 250 250 250 354 451 221", " 451\n"},
};

START_TEST(test_store_has_the_last_word)
{
    struct bench *b = bench_new();
    b->store.no_memory = stores[_i].no_memory;
    b->store.fault = stores[_i].fault;
    b->store.commit_ms = stores[_i].commit_ms;
    struct bench_client *c = bench_connect(b, WHOLE);
    bench_run(b);
    ck_assert_msg(strcmp(bench_codes(c), stores[_i].codes) == 0, "%s: %s", stores[_i].clause,
                  c->seen);
    ck_assert_uint_eq(b->store.begun, stores[_i].no_memory ? 0 : 1);
    ck_assert_uint_eq(b->store.committed, b->store.begun);
    must_hold(b->log, stores[_i].log);
    bench_free(b);
}
END_TEST

/* RFC 5321 4.1.1.4: the buffers, in the order of the commands; a new transaction begins with none. */
START_TEST(test_envelope_reaches_the_store)
{
    struct bench *b = bench_new();
    struct bench_client *c = bench_connect(
        b, HELLO MAIL RCPT "RSET\r\nMAIL FROM:<@r.example:\"a b\"@a.example>\r\n" RCPT
                           "RCPT TO:<Postmaster>\r\nRCPT TO:<c@example.test>\r\nRCPT "
                           "TO:<d@example.test>\r\nRCPT TO:<ann@example.test>\r\nDATA\r\n" TEXT);
    bench_say(c, SMTP_SPAN("MAIL FROM:<>\r\n" RCPT QUIT));
    bench_run(b);
    ck_assert_str_eq(bench_codes(c),
                     "220 250 250 250 250 250 250 250 250 250 250 354 250 250 250 221");
    ck_assert_str_eq(b->store.sender, "\"a b\"@a.example");
    ck_assert_str_eq(b->store.recipients, "<ann@example.test> <Postmaster> <c@example.test> "
                                          "<d@example.test> <ann@example.test>");
    must_hold(b->log, "recipients=5");
    must_hold(b->log, "from=<> recipients=1 size=0 tls=- auth=- abandoned");
    bench_free(b);
}
END_TEST

static const struct {
    const char *clause;
    enum smtp_fault fault;
    struct smtp_enhanced enhanced;
    const char *reply;
} refusals[] = {
    {"3463-3.2", SMTP_E_STORE, {4, 2, 2}, "451 4.2.2 local error in processing\r\n"},
    {"2034-4", SMTP_E_STORE, {5, 2, 2}, "451 4.3.0 local error in processing\r\n"},
    {"2034-4", SMTP_E_STORE, {0, 0, 0}, "451 4.3.0 local error in processing\r\n"},
    {"3463-2", SMTP_E_STORE, {4, 999, 999}, "451 4.999.999 local error in processing\r\n"},
};

START_TEST(test_store_says_more)
{
    struct bench *b = bench_new();
    b->store.fault = refusals[_i].fault;
    b->store.enhanced = refusals[_i].enhanced;
    struct bench_client *c = bench_connect(b, WHOLE);
    bench_run(b);
    ck_assert_msg(strstr(c->seen, refusals[_i].reply) != NULL, "%s: %s", refusals[_i].clause,
                  c->seen);
    bench_free(b);
}
END_TEST

/* Law 2 and law 8: nothing moves before the answer, and what was sent behind the command waits. */
static const struct {
    const char *what;
    enum smtp_event_kind kind;
    enum smtp_verb verb;
    struct drive_verdict verdict;
    const char *codes;
} verdicts[] = {
    {"greeting", SMTP_EV_CONNECT, 0, {.fault = SMTP_E_NO_SERVICE}, "554 503 503 503 503 503"},
    {"greeting 421", SMTP_EV_CONNECT, 0, {.code = 421, .text = "no"}, "421"},
    {"sender", SMTP_EV_COMMAND, SMTP_V_MAIL, {.fault = SMTP_E_SENDER}, "220 250 550 503 503 500"},
    {"recipient", SMTP_EV_COMMAND, SMTP_V_RCPT, {.code = 550, .text = "no"}, "220 250 250 550 503"},
    {"recipient ok",
     SMTP_EV_COMMAND,
     SMTP_V_RCPT,
     {.code = 251, .text = "ok"},
     "220 250 250 251 354 250 221"},
    {"text", SMTP_EV_MESSAGE, 0, {.code = 554, .text = "spam"}, "220 250 250 250 354 554 221"},
};
enum { VERDICTS = sizeof verdicts / sizeof *verdicts };

START_TEST(test_policy_is_obeyed)
{
    int row = _i % VERDICTS;
    struct bench *b = bench_new();
    b->policy.kind = verdicts[row].kind;
    b->policy.verb = verdicts[row].verb;
    b->policy.verdict = verdicts[row].verdict;
    b->policy.later_ms = _i < VERDICTS ? 0 : 400000; /* longer than any deadline of the client's */
    struct bench_client *c = bench_connect(b, WHOLE);
    bench_run(b);
    const char *codes = verdicts[row].codes;
    ck_assert_msg(strncmp(bench_codes(c), codes, strlen(codes)) == 0, "%s: %s", verdicts[row].what,
                  c->seen);
    ck_assert_uint_eq(b->store.committed, strstr(codes, "354 250") != NULL);
    ck_assert_uint_eq(b->store.committed + b->store.aborted, b->store.begun);
    bench_free(b);
}
END_TEST

/* Memory is bounded: what the store has no room for is not taken, and nothing of it is lost. */
START_TEST(test_back_pressure)
{
    static const size_t LINES = 5000;
    struct bench *b = bench_new();
    b->store.room_ms = _i == 0 ? 10 : 400000; /* the store may be slower than a client's patience */
    struct bench_client *c = bench_connect(b, HELLO MAIL RCPT "DATA\r\n");
    for (size_t i = 0; i < LINES; i++)
        bench_say(c, SMTP_SPAN("0123456789012345678901234567890123456789\r\n"));
    bench_say(c, SMTP_SPAN(".\r\n" QUIT));
    bench_run(b);
    ck_assert_str_eq(bench_codes(c), "220 250 250 250 354 250 221");
    ck_assert_uint_ge(b->store.waits, LINES * 42 / DRIVE_WRITE_MAX);
    const char *text = memchr(b->store.text, '0', b->store.n);
    b->store.text[b->store.n] = '\0';
    text = strstr(text, "0123456789012345678901234567890123456789\r\n");
    ck_assert_ptr_nonnull(text);
    ck_assert_uint_eq(strlen(text), LINES * 42);
    bench_free(b);
}
END_TEST

static void cut_at_354(struct bench_client *c)
{
    if (strstr(c->seen, "\r\n354 ") != NULL)
        c->edge.ask |= SMTP_WANT_RESET;
}

START_TEST(test_client_gone_in_text)
{
    struct bench *b = bench_new();
    b->store.commit_ms = _i == 0 ? 0 : 5000;
    struct bench_client *c = bench_connect(b, HELLO MAIL RCPT "DATA\r\n");
    c->react = cut_at_354;
    bench_run(b);
    ck_assert_uint_eq(b->store.begun, 1);
    ck_assert_uint_eq(b->store.aborted, 1);
    ck_assert_uint_eq(b->store.committed, 0);
    must_hold(b->log, "recipients=1 size=0 tls=- auth=- abandoned\n");
    must_hold(b->log, " cut\n");
    bench_free(b);
}
END_TEST

struct breaker {
    struct net_timer timer; /* first */
    struct bench *bench;
};

static void break_now(struct net_timer *timer, uint64_t now_ms)
{
    const struct breaker *breaker = (const struct breaker *)timer;
    (void)now_ms;
    if (breaker->bench->host.first != NULL)
        connection_break(breaker->bench->host.first);
}

static void break_later(struct breaker *breaker, struct bench *b, uint64_t ms)
{
    *breaker = (struct breaker){.bench = b};
    breaker->timer.at_ms = b->world->ops->now(b->world) + ms;
    breaker->timer.done = break_now;
    net_mem_timer(b->mem, &breaker->timer);
}

/* The store finishes what it was given, with nobody there to hear of it. */
START_TEST(test_broken_while_storing)
{
    struct bench *b = bench_new();
    b->store.commit_ms = 20000;
    bench_connect(b, HELLO MAIL RCPT "DATA\r\n" TEXT);
    struct breaker breaker;
    break_later(&breaker, b, 10000);
    bench_run(b);
    ck_assert_uint_eq(b->store.committed, 1);
    ck_assert_uint_eq(b->store.aborted, 0);
    must_hold(b->log, " unanswered\n");
    must_hold(b->log, " broken off\n");
    bench_free(b);
}
END_TEST

START_TEST(test_broken_while_judged)
{
    struct bench *b = bench_new();
    b->policy.kind = SMTP_EV_COMMAND;
    b->policy.verb = SMTP_V_RCPT;
    b->policy.later_ms = 20000;
    bench_connect(b, HELLO MAIL RCPT);
    struct breaker breaker;
    break_later(&breaker, b, 10000);
    bench_run(b);
    ck_assert_uint_eq(b->policy.forgotten, 1);
    bench_free(b);
}
END_TEST

/* RFC 5321 3.8 */
START_TEST(test_too_many)
{
    struct bench *b = bench_new();
    b->config.connections = 1;
    struct bench_client *first = bench_connect(b, HELLO QUIT);
    struct bench_client *second = bench_connect(b, HELLO QUIT);
    bench_run(b);
    ck_assert_str_eq(bench_codes(first), "220 250 221");
    ck_assert_str_eq(bench_codes(second), "421");
    must_hold(second->seen, "421 mx.example.test too many connections\r\n");
    bench_free(b);
}
END_TEST

static void stop_all(struct bench_client *c, const char *at)
{
    if (strstr(c->seen, at) == NULL || c->bench->host.first == NULL)
        return;
    c->react = NULL;
    connection_stop(c->bench->host.first);
}

static void stop_at_220(struct bench_client *c)
{
    stop_all(c, "220 ");
}

static void stop_at_354(struct bench_client *c)
{
    stop_all(c, "\r\n354 ");
    if (c->react == NULL)
        bench_say(c, SMTP_SPAN(TEXT));
}

START_TEST(test_stop_when_idle)
{
    struct bench *b = bench_new();
    struct bench_client *c = bench_connect(b, "");
    c->react = stop_at_220;
    bench_run(b);
    ck_assert_str_eq(bench_codes(c), "220 421");
    ck_assert_uint_lt(c->gone_ms, 1000);
    must_hold(b->log, " shutdown\n");
    bench_free(b);
}
END_TEST

START_TEST(test_stop_in_text)
{
    struct bench *b = bench_new();
    struct bench_client *c = bench_connect(b, HELLO MAIL RCPT "DATA\r\n");
    c->react = stop_at_354;
    bench_run(b);
    ck_assert_str_eq(bench_codes(c), "220 250 250 250 354 250 421");
    ck_assert_uint_eq(b->store.committed, 1);
    bench_free(b);
}
END_TEST

START_TEST(test_timeout)
{
    struct bench *b = bench_new();
    struct bench_client *c = bench_connect(b, HELLO MAIL RCPT "DATA\r\nhalf a line");
    bench_run(b);
    ck_assert_str_eq(bench_codes(c), "220 250 250 250 354 421");
    ck_assert_uint_eq(b->store.aborted, 1);
    must_hold(b->log, " timeout\n");
    bench_free(b);
}
END_TEST

/* Nothing is said before a handshake that never comes, and it is not waited for without end. */
START_TEST(test_implicit_tls_without_handshake)
{
    struct bench *b = bench_new();
    const char *why = "";
    b->config.tls = net_tls_context_self_signed("mx.example.test", NULL, &why);
    ck_assert_msg(b->config.tls != NULL, "%s", why);
    uint64_t begin = b->world->ops->now(b->world);
    struct bench_client *c = bench_connect_tls(b);
    bench_run(b);
    ck_assert_uint_eq(c->seen_n, 0);
    ck_assert_uint_ge(c->gone_ms - begin, b->limits.tls_ms);
    ck_assert_uint_lt(c->gone_ms - begin, b->limits.tls_ms + 1000);
    must_hold(b->log, " handshake failed\n");
    bench_free(b);
}
END_TEST

/* Transactions that a command ends are over without a text; each has its line, and the next begins
 * anew. */
START_TEST(test_log)
{
    struct bench *b = bench_new();
    bench_connect(b, HELLO "MAIL FROM:<\"a \\\" b\"@a.example>\r\n" RCPT RCPT "RSET\r\n" MAIL
                           "EHLO b.example\r\n"
                           "MAIL FROM:<>\r\n" RCPT "DATA\r\n" TEXT QUIT);
    bench_run(b);
    must_hold(b->log, " id=- from=<\"a\\x20\\x5c\"\\x20b\"@a.example> recipients=2 size=0 tls=- "
                      "auth=- abandoned\n");
    must_hold(b->log, " id=- from=<joe@a.example> recipients=0 size=0 tls=- auth=- abandoned\n");
    must_hold(b->log, " from=<> recipients=1 size=21 tls=- auth=- accepted\n");
    must_hold(b->log,
              "session=1 peer=192.0.2.1 tls=- auth=- hello=b.example accepted=1 refused=0 ms=");
    size_t lines = 0;
    for (size_t i = 0; i < b->log_n; i++)
        lines += b->log[i] == '\n';
    ck_assert_uint_eq(lines, 4);
    must_hold(b->store.text, "Return-Path: <>\r\nReceived: from b.example ");
    bench_free(b);
}
END_TEST

static Suite *connection_suite(void)
{
    Suite *suite = suite_create("connection");
    TCase *tcase = tcase_create("connection");
    tcase_add_test(tcase, test_text_is_stored);
    tcase_add_test(tcase, test_relays_have_no_return_path);
    tcase_add_test(tcase, test_two_recipients);
    tcase_add_loop_test(tcase, test_store_has_the_last_word, 0, sizeof stores / sizeof *stores);
    tcase_add_test(tcase, test_envelope_reaches_the_store);
    tcase_add_loop_test(tcase, test_store_says_more, 0, sizeof refusals / sizeof *refusals);
    tcase_add_loop_test(tcase, test_policy_is_obeyed, 0, 2 * VERDICTS);
    tcase_add_loop_test(tcase, test_back_pressure, 0, 2);
    tcase_add_loop_test(tcase, test_client_gone_in_text, 0, 2);
    tcase_add_test(tcase, test_broken_while_storing);
    tcase_add_test(tcase, test_broken_while_judged);
    tcase_add_test(tcase, test_too_many);
    tcase_add_test(tcase, test_stop_when_idle);
    tcase_add_test(tcase, test_stop_in_text);
    tcase_add_test(tcase, test_timeout);
    tcase_add_test(tcase, test_implicit_tls_without_handshake);
    tcase_add_test(tcase, test_log);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(connection_suite)
