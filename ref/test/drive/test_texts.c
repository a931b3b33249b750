#include <stdio.h>
#include <string.h>

#include "bench.h"
#include "check_main.h"

/* What becomes of a text beyond plain DATA: chunks, an answer for each recipient, slow clients; and
 * those who are too many. */

#define EHLO "EHLO a.example\r\n"
#define LHLO "LHLO a.example\r\n"
#define MAIL "MAIL FROM:<joe@a.example>\r\n"
#define RCPT "RCPT TO:<ann@example.test>\r\n"
#define RCPT3 RCPT "RCPT TO:<bob@example.test>\r\nRCPT TO:<cat@example.test>\r\n"
#define QUIT "QUIT\r\n"

static void must_hold(const char *where, const char *what)
{
    ck_assert_msg(strstr(where, what) != NULL, "no '%s' in: %s", what, where);
}

/* The stored text behind its trace fields. */
static const char *stored(struct bench *b)
{
    b->store.text[b->store.n] = '\0';
    const char *at = strstr(b->store.text, ";\r\n\t");
    ck_assert_msg(at != NULL, "%s", b->store.text);
    at = strstr(at + 4, "\r\n");
    ck_assert_ptr_nonnull(at);
    return at + 2;
}

/* ---- chunks -------------------------------------------------------------------------------- */

enum { NO_LIMIT = 0 };

static const struct {
    const char *clause, *script;
    uint64_t size;
    bool no_memory;
    enum smtp_fault fault;          /* of the store */
    enum smtp_fault verdict;        /* on a chunk that is not the last */
    const char *codes, *text, *log; /* text NULL: nothing is stored */
} chunks[] = {
    {"3030-2", EHLO MAIL RCPT "BDAT 5 LAST\r\n.a\n\r\n" QUIT, NO_LIMIT, false, SMTP_OK, SMTP_OK,
     "220 250 250 250 250 221", ".a\n\r\n", "size=5 tls=- auth=- accepted\n"},
    {"3030-2", EHLO MAIL RCPT "BDAT 3\r\nabcBDAT 2\r\n\r\nBDAT 0 LAST\r\n" QUIT, NO_LIMIT, false,
     SMTP_OK, SMTP_OK, "220 250 250 250 250 250 250 221", "abc\r\n",
     "size=5 tls=- auth=- accepted\n"},
    {"3030-2", EHLO MAIL RCPT "BDAT 3 LAST\r\nabcQUIT\r\n", NO_LIMIT, false, SMTP_E_STORE_FULL,
     SMTP_OK, "220 250 250 250 452 221", NULL, "size=3 tls=- auth=- 452\n"},
    {"3030-2", EHLO MAIL RCPT "BDAT 3\r\nabcBDAT 3\r\nabcRSET\r\n" QUIT, NO_LIMIT, true, SMTP_OK,
     SMTP_OK, "220 250 250 250 451 503 250 221", NULL, "size=3 tls=- auth=- 451\n"},
    {"3030-2", EHLO MAIL RCPT "BDAT 3\r\nabcBDAT 3 LAST\r\nabc" QUIT, NO_LIMIT, false, SMTP_OK,
     SMTP_E_LATER, "220 250 250 250 451 503 221", NULL, "size=3 tls=- auth=- 451\n"},
    {"1870-6.3", EHLO MAIL RCPT "BDAT 3\r\nabcBDAT 3 LAST\r\nabc" QUIT, 5, false, SMTP_OK, SMTP_OK,
     "220 250 250 250 250 552 221", NULL, " 552\n"},
    {"3030-2", EHLO MAIL RCPT "BDAT 3\r\nabcRSET\r\n" QUIT, NO_LIMIT, false, SMTP_OK, SMTP_OK,
     "220 250 250 250 250 250 221", NULL, "size=0 tls=- auth=- abandoned\n"},
    {"3030-2", EHLO MAIL RCPT "BDAT 3\r\nabcDATA\r\n" QUIT, NO_LIMIT, false, SMTP_OK, SMTP_OK,
     "220 250 250 250 250 503 221", NULL, " 503\n"},
    {"3030-2", EHLO MAIL "BDAT 3 LAST\r\nabc" QUIT, NO_LIMIT, false, SMTP_OK, SMTP_OK,
     "220 250 250 503 221", NULL, " 503\n"},
    {"3030-2", EHLO "BDAT 3 LAST\r\nabc" QUIT, NO_LIMIT, false, SMTP_OK, SMTP_OK, "220 250 503 221",
     NULL, "accepted=0"},
    /* two transactions, the second whole behind the first that failed */
    {"3030-2", EHLO MAIL RCPT "BDAT 6 LAST\r\nabcdefRSET\r\n" MAIL RCPT "BDAT 3 LAST\r\nxyz" QUIT,
     5, false, SMTP_OK, SMTP_OK, "220 250 250 250 552 250 250 250 250 221", "xyz",
     "size=3 tls=- auth=- accepted\n"},
};

START_TEST(test_chunks)
{
    struct bench *b = bench_new();
    b->config.session.extensions |= (unsigned)SMTP_X_CHUNKING;
    b->limits.message = chunks[_i].size;
    b->store.no_memory = chunks[_i].no_memory;
    b->store.fault = chunks[_i].fault;
    if (chunks[_i].verdict != SMTP_OK) {
        b->policy.kind = SMTP_EV_CHUNK;
        b->policy.verdict.fault = chunks[_i].verdict;
    }
    struct bench_client *c = bench_connect(b, chunks[_i].script);
    bench_run(b);
    ck_assert_msg(strcmp(bench_codes(c), chunks[_i].codes) == 0, "%s: %s", chunks[_i].clause,
                  c->seen);
    ck_assert_uint_eq(b->store.committed + b->store.aborted, b->store.begun);
    if (chunks[_i].text != NULL)
        ck_assert_str_eq(stored(b), chunks[_i].text);
    else
        ck_assert_uint_eq(b->store.committed, chunks[_i].fault != SMTP_OK ? 1 : 0);
    must_hold(b->log, chunks[_i].log);
    bench_free(b);
}
END_TEST

/* ---- LMTP ---------------------------------------------------------------------------------- */

static const struct {
    const char *clause;
    enum smtp_fault fault, faults[3];
    uint64_t commit_ms;
    bool no_memory;
    enum smtp_fault verdict; /* on the text */
    const char *codes, *log;
    size_t accepted;
} answers[] = {
    {"2033-4.2",
     SMTP_OK,
     {SMTP_OK, SMTP_OK, SMTP_OK},
     0,
     false,
     SMTP_OK,
     "250 250 250",
     "recipients=3 size=4 tls=- auth=- accepted\n",
     1},
    {"2033-4.2",
     SMTP_OK,
     {SMTP_OK, SMTP_OK, SMTP_OK},
     400000,
     false,
     SMTP_OK,
     "250 250 250",
     "recipients=3 size=4 tls=- auth=- accepted\n",
     1},
    {"2033-4.2",
     SMTP_OK,
     {SMTP_OK, SMTP_E_NO_MAILBOX, SMTP_E_STORE_FULL},
     0,
     false,
     SMTP_OK,
     "250 550 452",
     "recipients=3 size=4 tls=- auth=- accepted\n",
     1},
    {"2033-4.2",
     SMTP_OK,
     {SMTP_E_NO_MAILBOX, SMTP_OK, SMTP_OK},
     9,
     false,
     SMTP_OK,
     "550 250 250",
     "recipients=3 size=4 tls=- auth=- accepted\n",
     1},
    {"2033-4.2",
     SMTP_OK,
     {SMTP_E_STORE_FULL, SMTP_E_NO_MAILBOX, SMTP_E_LATER},
     0,
     false,
     SMTP_OK,
     "452 550 451",
     "recipients=3 size=4 tls=- auth=- 452\n",
     0},
    {"2033-4.2",
     SMTP_E_STORE,
     {SMTP_OK, SMTP_OK, SMTP_OK},
     0,
     false,
     SMTP_OK,
     "451 451 451",
     "recipients=3 size=4 tls=- auth=- 451\n",
     0},
    {"2033-4.2",
     SMTP_OK,
     {SMTP_OK, SMTP_OK, SMTP_OK},
     0,
     true,
     SMTP_OK,
     "451 451 451",
     "recipients=3 size=4 tls=- auth=- 451\n",
     0},
    {"2033-4.2",
     SMTP_OK,
     {SMTP_OK, SMTP_OK, SMTP_OK},
     0,
     false,
     SMTP_E_SENDER,
     "550 550 550",
     "recipients=3 size=4 tls=- auth=- 550\n",
     0},
};
enum { ANSWERS = sizeof answers / sizeof *answers };

/* By DATA and by BDAT; a second transaction behind it is a new one. */
START_TEST(test_lmtp)
{
    int row = _i % ANSWERS;
    bool chunked = _i >= ANSWERS;
    char codes[128];
    struct bench *b = bench_new();
    b->config.session.mode = SMTP_MODE_LMTP;
    b->config.session.extensions |= (unsigned)SMTP_X_CHUNKING;
    b->store.fault = answers[row].fault;
    memcpy(b->store.faults, answers[row].faults, sizeof answers[row].faults);
    b->store.commit_ms = answers[row].commit_ms;
    b->store.no_memory = answers[row].no_memory;
    if (answers[row].verdict != SMTP_OK) {
        b->policy.kind = SMTP_EV_MESSAGE;
        b->policy.verdict.fault = answers[row].verdict;
    }
    struct bench_client *c =
        bench_connect(b, chunked ? LHLO MAIL RCPT3 "BDAT 4 LAST\r\nhi\r\nRSET\r\n" MAIL QUIT
                                 : LHLO MAIL RCPT3 "DATA\r\nhi\r\n.\r\nRSET\r\n" MAIL QUIT);
    bench_run(b);
    snprintf(codes, sizeof codes, "220 250 250 250 250 250%s %s 250 250 221", chunked ? "" : " 354",
             answers[row].codes);
    ck_assert_msg(strcmp(bench_codes(c), codes) == 0, "%s: %s", answers[row].clause, c->seen);
    must_hold(b->log, answers[row].log);
    ck_assert_uint_eq(b->store.committed + b->store.aborted, b->store.begun);
    ck_assert_uint_le(b->store.committed, 1);
    char accepted[32];
    snprintf(accepted, sizeof accepted, " accepted=%zu ", answers[row].accepted);
    must_hold(b->log, accepted);
    if (b->store.begun > 0)
        must_hold(b->store.text, "\twith LMTP id ");
    bench_free(b);
}
END_TEST

static void reset_at_550(struct bench_client *c)
{
    if (strstr(c->seen, "\r\n550 ") != NULL)
        c->edge.ask |= SMTP_WANT_RESET;
}

/* One who goes between two answers: the transaction was logged, and once. */
START_TEST(test_lmtp_gone)
{
    struct bench *b = bench_new();
    b->config.session.mode = SMTP_MODE_LMTP;
    b->store.faults[0] = SMTP_E_NO_MAILBOX;
    struct bench_client *c = bench_connect(b, LHLO MAIL RCPT3 "DATA\r\nhi\r\n.\r\n");
    c->react = reset_at_550;
    bench_run(b);
    must_hold(b->log, " accepted\n");
    ck_assert_ptr_null(strstr(b->log, "abandoned"));
    bench_free(b);
}
END_TEST

/* ---- slow clients -------------------------------------------------------------------------- */

struct drip {
    struct net_timer timer; /* first */
    struct bench_client *client;
    size_t octets, times;
    uint64_t each_ms;
};

static void drip_some(struct net_timer *timer, uint64_t now_ms)
{
    struct drip *d = (struct drip *)timer;
    static const char line[] = "0123456789012345678901234567890123456789012345678901234567890\r\n";
    if (d->client->end.conn == NULL || d->times-- == 0)
        return;
    bench_say(d->client, (smtp_span){line, d->octets});
    timer->at_ms = now_ms + d->each_ms;
    net_mem_timer(d->client->bench->mem, timer);
}

/* An octet a minute wins nothing in the end; sixty a second may go on as long as they like. */
START_TEST(test_slow_text)
{
    struct bench *b = bench_new();
    b->limits.text_rate = 60;
    struct bench_client *c = bench_connect(b, EHLO MAIL RCPT "DATA\r\n");
    uint64_t begin = b->world->ops->now(b->world);
    struct drip drip = {
        .client = c, .octets = _i == 0 ? 1 : 63, .each_ms = _i == 0 ? 60000 : 1000, .times = 1000};
    drip.timer.at_ms = begin;
    drip.timer.done = drip_some;
    net_mem_timer(b->mem, &drip.timer);
    bench_run(b);
    ck_assert_str_eq(bench_codes(c), "220 250 250 250 354 421");
    must_hold(b->log, " timeout\n");
    uint64_t took = c->gone_ms - begin;
    if (_i == 0)
        ck_assert_msg(took >= 300000 && took < 302000, "%llu", (unsigned long long)took);
    else
        ck_assert_msg(took >= 1299000 && took < 1302000, "%llu", (unsigned long long)took);
    bench_free(b);
}
END_TEST

/* A store that is slow costs the client nothing. */
START_TEST(test_slow_store)
{
    struct bench *b = bench_new();
    b->limits.text_rate = 60;
    b->store.room_ms = 400000;
    struct bench_client *c = bench_connect(b, EHLO MAIL RCPT "DATA\r\n");
    for (size_t i = 0; i < 2000; i++)
        bench_say(c, SMTP_SPAN("0123456789012345678901234567890123456789\r\n"));
    bench_say(c, SMTP_SPAN(".\r\n" QUIT));
    bench_run(b);
    ck_assert_str_eq(bench_codes(c), "220 250 250 250 354 250 221");
    ck_assert_uint_ge(b->store.waits, 4);
    bench_free(b);
}
END_TEST

/* RFC 5321 4.5.3.2.7: a command has its time as a whole. */
START_TEST(test_slow_command)
{
    struct bench *b = bench_new();
    struct bench_client *c = bench_connect(b, EHLO);
    uint64_t begin = b->world->ops->now(b->world);
    struct drip drip = {.client = c, .octets = 1, .each_ms = 60000, .times = 1000};
    drip.timer.at_ms = begin + 1;
    drip.timer.done = drip_some;
    net_mem_timer(b->mem, &drip.timer);
    bench_run(b);
    ck_assert_str_eq(bench_codes(c), "220 250 421");
    ck_assert_uint_lt(c->gone_ms - begin, 301000);
    bench_free(b);
}
END_TEST

/* ---- too many ------------------------------------------------------------------------------ */

START_TEST(test_too_many_of_one)
{
    struct bench *b = bench_new();
    b->host.callers = callers_new(1, 0);
    struct bench_client *first = bench_connect(b, EHLO QUIT), *second = bench_connect(b, EHLO QUIT);
    b->peer = "192.0.2.2";
    struct bench_client *other = bench_connect(b, EHLO QUIT);
    bench_run(b);
    ck_assert_str_eq(bench_codes(first), "220 250 221");
    ck_assert_str_eq(second->seen,
                     "421 mx.example.test too many connections from your address\r\n");
    ck_assert_str_eq(bench_codes(other), "220 250 221");
    b->peer = "192.0.2.1";
    struct bench_client *again = bench_connect(b, EHLO QUIT);
    bench_run(b);
    ck_assert_str_eq(bench_codes(again), "220 250 221");
    must_hold(b->log, " too many\n");
    callers_free(b->host.callers);
    bench_free(b);
}
END_TEST

START_TEST(test_too_often)
{
    struct bench *b = bench_new();
    b->host.callers = callers_new(0, 2);
    struct bench_client *c[3];
    for (size_t i = 0; i < 3; i++) {
        c[i] = bench_connect(b, EHLO QUIT);
        bench_run(b);
    }
    ck_assert_str_eq(bench_codes(c[1]), "220 250 221");
    ck_assert_str_eq(c[2]->seen,
                     "421 mx.example.test too many new connections from your address\r\n");
    must_hold(b->log, " too often\n");
    callers_free(b->host.callers);
    bench_free(b);
}
END_TEST

/* Those who are told 421 take no place from those who are served, and there are not many of them. */
START_TEST(test_told_take_no_place)
{
    struct bench *b = bench_new();
    b->host.callers = callers_new(1, 0);
    b->config.connections = 2;
    struct bench_client *first = bench_connect(b, EHLO QUIT);
    size_t told = 0;
    while (b->client_count < BENCH_CLIENTS && bench_connect(b, EHLO) != NULL)
        told++;
    ck_assert_uint_eq(told, 32);
    b->peer = "192.0.2.2";
    ck_assert_ptr_null(bench_connect(b, EHLO QUIT));
    bench_run(b);
    struct bench_client *other = bench_connect(b, EHLO QUIT);
    bench_run(b);
    ck_assert_str_eq(bench_codes(first), "220 250 221");
    ck_assert_str_eq(bench_codes(other), "220 250 221");
    ck_assert_uint_eq(b->host.told, 0);
    callers_free(b->host.callers);
    bench_free(b);
}
END_TEST

static Suite *texts_suite(void)
{
    Suite *suite = suite_create("texts");
    TCase *tcase = tcase_create("texts");
    tcase_add_loop_test(tcase, test_chunks, 0, sizeof chunks / sizeof *chunks);
    tcase_add_loop_test(tcase, test_lmtp, 0, 2 * ANSWERS);
    tcase_add_test(tcase, test_lmtp_gone);
    tcase_add_loop_test(tcase, test_slow_text, 0, 2);
    tcase_add_test(tcase, test_slow_store);
    tcase_add_test(tcase, test_slow_command);
    tcase_add_test(tcase, test_too_many_of_one);
    tcase_add_test(tcase, test_too_often);
    tcase_add_test(tcase, test_told_take_no_place);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(texts_suite)
