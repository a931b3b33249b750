#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "check_main.h"
#include "drive/courier.h"

/* Our client against our server, in memory, on the virtual clock. */
enum { RCPTS = 3 };

struct trip {
    struct courier_job job; /* first */
    struct bench *bench;
    struct drive_submit_config config;
    struct source_facts facts;
    struct drive_mail mail;
    struct drive_rcpt rcpts[RCPTS];
    struct drive_memory source;
    size_t who[RCPTS];
    struct courier *courier;
    char trace[16384];
    size_t trace_n;
};

static void note(void *arg, enum drive_trace who, smtp_span line)
{
    struct trip *t = arg;
    int n = snprintf(t->trace + t->trace_n, sizeof t->trace - t->trace_n, "%c: %.*s\n", (int)who,
                     (int)line.n, line.n > 0 ? line.p : "");
    ck_assert_uint_lt(t->trace_n + (size_t)n, sizeof t->trace);
    t->trace_n += (size_t)n;
}

static void trip_done(struct courier_job *job)
{
    struct trip *t = (struct trip *)job;
    struct bench *b = t->bench;
    t->courier = NULL;
    b->open--;
    b->done =
        b->open == 0 && b->host.sessions == 0 && b->host.transfers == 0 && b->worker.pending == 0;
}

static struct trip *trip_new(smtp_span text)
{
    struct trip *t = calloc(1, sizeof *t);
    ck_assert_ptr_nonnull(t);
    t->bench = bench_new();
    t->config = (struct drive_submit_config){.name = "client.test", .trace = note, .trace_arg = t};
    drive_memory_init(&t->source, text);
    ck_assert(source_look(&t->source.source, &t->facts));
    for (size_t i = 0; i < RCPTS; i++)
        t->who[i] = i;
    t->rcpts[0].mailbox = SMTP_SPAN("a@example.test");
    t->rcpts[1].mailbox = SMTP_SPAN("b@example.test");
    t->rcpts[2].mailbox = SMTP_SPAN("c@example.test");
    t->mail = (struct drive_mail){
        SMTP_SPAN("me@client.test"), {.given = 0}, t->rcpts, 1, &t->source.source};
    t->job = (struct courier_job){.config = &t->config,
                                  .facts = &t->facts,
                                  .mail = &t->mail,
                                  .who = t->who,
                                  .host = "mx.example.test",
                                  .tls = SMTP_TLS_IF_OFFERED,
                                  .done = trip_done};
    return t;
}

static uint64_t now(const struct trip *t)
{
    return t->bench->world->ops->now(t->bench->world);
}

static void trip_start(struct trip *t)
{
    struct bench *b = t->bench;
    t->job.who_count = t->mail.rcpt_count;
    struct net_end *server = connection_new(&b->host, "192.0.2.1", t->job.implicit, now(t));
    t->courier = courier_new(&t->job, now(t));
    ck_assert(server != NULL && t->courier != NULL);
    b->open++;
    ck_assert(net_mem_join(b->mem, courier_end(t->courier), server));
}

static void trip_run(struct trip *t)
{
    trip_start(t);
    bench_run(t->bench);
    ck_assert_ptr_null(t->courier);
}

static void trip_free(struct trip *t)
{
    bench_free(t->bench);
    free(t);
}

/* ---- octets -------------------------------------------------------------------------------- */

static char big[300000];

static const struct {
    const char *clause;
    smtp_span text;
} texts[] = {
#define T(literal)                                                                                 \
    {                                                                                              \
        literal, sizeof(literal) - 1                                                               \
    }
    {"5321-4.5.2", T("Subject: x\r\n\r\n.\r\n..\r\n.a\r\n...\r\n\r\n.\r\n")},
    {"5321-4.5.2", T(".\r\n")},
    {"5321-4.5.2", T("..")},
    {"5321-4.5.2", T(".")},
    {"5321-4.1.1.4", T("no end")},
    {"5321-4.1.1.4", T("")},
    {"5321-4.1.1.4", T("\r\n")},
    {"6152-3", T("8 bit: \xff\x80\xc3\xb6\r\n")},
    {"5321-4.5.2", T("NUL \0 and DEL \x7f\r\n")},
    {"5321-4.5.3.1.6", {big, sizeof big}}, /* one line */
#undef T
};
enum { TEXTS = sizeof texts / sizeof *texts };

static const unsigned without[] = {
    0,
    SMTP_X_PIPELINING,
    SMTP_X_CHUNKING,
    SMTP_X_CHUNKING | SMTP_X_PIPELINING,
    SMTP_X_SIZE | SMTP_X_ENHANCEDSTATUSCODES | SMTP_X_CHUNKING,
};
enum { WITHOUT = sizeof without / sizeof *without };

/* DATA ends the last line (RFC 5321 4.1.1.4), a chunk does not (RFC 3030 2). */
static void check_stored(const struct trip *t, smtp_span text, bool chunked)
{
    const struct bench_store *s = &t->bench->store;
    bool open = text.n < 2 || memcmp(text.p + text.n - 2, "\r\n", 2) != 0;
    bool ended = open && !chunked && text.n > 0;
    const char *end = s->text + s->n - (ended ? 2 : 0);
    ck_assert_uint_ge(s->n, text.n + (ended ? 2 : 0));
    ck_assert_mem_eq(end - text.n, text.p, text.n);
    if (ended)
        ck_assert_mem_eq(end, "\r\n", 2);
    ck_assert_mem_eq(end - text.n - 2, "\r\n", 2); /* of the trace field */
}

START_TEST(test_octets)
{
    smtp_span text = texts[_i / WITHOUT].text;
    memset(big, 'x', sizeof big);
    struct trip *t = trip_new(text);
    t->bench->config.session.extensions |= (unsigned)SMTP_X_CHUNKING;
    t->bench->config.session.extensions &= ~without[_i % WITHOUT];
    bool chunked = (without[_i % WITHOUT] & SMTP_X_CHUNKING) == 0;
    trip_run(t);
    ck_assert_msg(t->rcpts[0].outcome == SMTP_O_DELIVERED, "%s: %s", texts[_i / WITHOUT].clause,
                  t->job.why.text);
    ck_assert_uint_eq(t->rcpts[0].code, 250);
    ck_assert_str_eq(t->rcpts[0].host, "mx.example.test");
    ck_assert_uint_eq(t->bench->store.committed, 1);
    check_stored(t, text, chunked);
    trip_free(t);
}
END_TEST

/* ---- replies ------------------------------------------------------------------------------- */

static const struct {
    const char *clause;
    enum smtp_verb verb;
    enum smtp_event_kind kind;
    unsigned code;
    const char *enhanced;
    enum smtp_outcome outcome;
} verdicts[] = {
    {"5321-4.2.1", SMTP_V_MAIL, SMTP_EV_COMMAND, 451, "4.7.1", SMTP_O_LATER},
    {"5321-4.2.1", SMTP_V_MAIL, SMTP_EV_COMMAND, 550, "5.7.1", SMTP_O_NEVER},
    {"5321-4.2.1", SMTP_V_RCPT, SMTP_EV_COMMAND, 450, "4.2.1", SMTP_O_LATER},
    {"5321-4.2.1", SMTP_V_RCPT, SMTP_EV_COMMAND, 553, "5.1.3", SMTP_O_NEVER},
    {"5321-4.2.1", SMTP_V_DATA, SMTP_EV_COMMAND, 451, "4.3.0", SMTP_O_LATER},
    {"5321-4.2.5", SMTP_V_UNKNOWN, SMTP_EV_MESSAGE, 452, "4.3.1", SMTP_O_LATER},
    {"5321-4.2.5", SMTP_V_UNKNOWN, SMTP_EV_MESSAGE, 554, "5.6.0", SMTP_O_NEVER},
};
enum { VERDICTS = sizeof verdicts / sizeof *verdicts };

START_TEST(test_verdicts)
{
    struct trip *t = trip_new(SMTP_SPAN("Subject: x\r\n\r\nbody\r\n"));
    struct bench_policy *p = &t->bench->policy;
    p->verb = verdicts[_i].verb;
    p->kind = verdicts[_i].kind;
    p->verdict = (struct drive_verdict){
        .code = verdicts[_i].code, .enhanced = verdicts[_i].enhanced, .text = "so it is"};
    t->mail.rcpt_count = 2;
    trip_run(t);
    for (size_t i = 0; i < 2; i++) {
        const struct drive_rcpt *r = &t->rcpts[i];
        ck_assert_msg(r->outcome == verdicts[_i].outcome, "%s", verdicts[_i].clause);
        ck_assert_uint_eq(r->code, verdicts[_i].code);
        ck_assert_uint_eq(r->enhanced.class, verdicts[_i].code / 100);
        ck_assert_str_eq(r->text, "so it is");
    }
    ck_assert_uint_eq(t->bench->store.committed, 0);
    trip_free(t);
}
END_TEST

/* RFC 2033 4.2: each recipient by himself. */
START_TEST(test_lmtp)
{
    struct trip *t = trip_new(SMTP_SPAN("Subject: x\r\n\r\nbody\r\n"));
    t->config.lmtp = true;
    t->bench->config.session.mode = SMTP_MODE_LMTP;
    t->bench->store.faults[1] = SMTP_E_STORE_FULL;
    t->mail.rcpt_count = 3;
    trip_run(t);
    ck_assert_int_eq(t->rcpts[0].outcome, SMTP_O_DELIVERED);
    ck_assert_int_eq(t->rcpts[1].outcome, SMTP_O_LATER);
    ck_assert_uint_eq(t->rcpts[1].code, 452);
    ck_assert_int_eq(t->rcpts[2].outcome, SMTP_O_DELIVERED);
    trip_free(t);
}
END_TEST

/* ---- time and ends ------------------------------------------------------------------------- */

/* RFC 5321 4.5.3.2.6: ten minutes for the end of the text; RFC 1047: and then nobody knows. */
START_TEST(test_no_answer)
{
    struct trip *t = trip_new(SMTP_SPAN("Subject: x\r\n\r\nbody\r\n"));
    t->bench->store.commit_ms = 11 * 60 * 1000;
    trip_run(t);
    ck_assert_int_eq(t->rcpts[0].outcome, SMTP_O_UNKNOWN);
    ck_assert_uint_eq(t->rcpts[0].code, 0);
    trip_free(t);
}
END_TEST

/* 4.5.3.2.6 again: nine minutes are none too many. */
START_TEST(test_late_answer)
{
    struct trip *t = trip_new(SMTP_SPAN("Subject: x\r\n\r\nbody\r\n"));
    t->bench->store.commit_ms = 9 * 60 * 1000;
    trip_run(t);
    ck_assert_int_eq(t->rcpts[0].outcome, SMTP_O_DELIVERED);
    trip_free(t);
}
END_TEST

/* The policy does not answer the greeting: five minutes (4.5.3.2.1). */
START_TEST(test_no_greeting)
{
    struct trip *t = trip_new(SMTP_SPAN("body\r\n"));
    t->bench->policy.kind = SMTP_EV_CONNECT;
    t->bench->policy.later_ms = 6 * 60 * 1000;
    trip_run(t);
    ck_assert_int_eq(t->rcpts[0].outcome, SMTP_O_NONE);
    ck_assert_int_eq(t->job.why.outcome, SMTP_O_LATER);
    ck_assert_str_eq(t->job.why.text, "no answer in time");
    trip_free(t);
}
END_TEST

struct stopper {
    struct net_timer timer; /* first */
    struct trip *trip;
    bool hard;
};

static void stop_now(struct net_timer *timer, uint64_t now_ms)
{
    struct stopper *s = (struct stopper *)timer;
    (void)now_ms;
    courier_stop(s->trip->courier, false);
    if (s->hard)
        courier_stop(s->trip->courier, true);
}

static enum smtp_outcome stopped(bool hard, uint64_t room_ms, uint64_t commit_ms, smtp_span text)
{
    struct trip *t = trip_new(text);
    struct stopper s = {.trip = t, .hard = hard};
    t->bench->store.room_ms = room_ms;
    t->bench->store.commit_ms = commit_ms;
    trip_start(t);
    s.timer = (struct net_timer){.at_ms = now(t) + 100, .done = stop_now};
    net_mem_timer(t->bench->mem, &s.timer);
    bench_run(t->bench);
    enum smtp_outcome outcome = t->rcpts[0].outcome;
    if (outcome == SMTP_O_NONE)
        ck_assert_int_eq(t->job.why.outcome, SMTP_O_LATER);
    if (outcome != SMTP_O_DELIVERED && commit_ms == 0)
        ck_assert_uint_eq(t->bench->store.committed, 0);
    trip_free(t);
    return outcome;
}

/* What is sent to its end is waited for, unless told twice; what is not is nowhere. */
START_TEST(test_stop)
{
    smtp_span small = SMTP_SPAN("Subject: x\r\n\r\nbody\r\n"), large = {big, sizeof big};
    memset(big, 'x', sizeof big);
    ck_assert_int_eq(stopped(false, 0, 1000, small), SMTP_O_DELIVERED);
    ck_assert_int_eq(stopped(true, 0, 1000, small), SMTP_O_UNKNOWN);
    ck_assert_int_eq(stopped(false, 1000, 0, large), SMTP_O_NONE);
    ck_assert_int_eq(stopped(true, 1000, 0, large), SMTP_O_NONE);
}
END_TEST

/* ---- TLS ----------------------------------------------------------------------------------- */

static void trip_tls(struct trip *t)
{
    bench_tls(t->bench);
    t->job.context = t->bench->client_tls;
    t->job.verified = true;
}

static const struct {
    const char *clause;
    enum smtp_client_tls tls;
    bool offered, implicit;
    bool delivered, secure;
} handshakes[] = {
    {"3207-4", SMTP_TLS_IF_OFFERED, true, false, true, true},
    {"3207-4", SMTP_TLS_IF_OFFERED, false, false, true, false},
    {"3207-4", SMTP_TLS_ALWAYS, true, false, true, true},
    {"3207-4", SMTP_TLS_ALWAYS, false, false, false, false},
    {"3207-4", SMTP_TLS_NEVER, true, false, true, false},
    {"8314 3.3", SMTP_TLS_NEVER, true, true, true, true},
};
enum { HANDSHAKES = sizeof handshakes / sizeof *handshakes };

START_TEST(test_tls)
{
    struct trip *t = trip_new(SMTP_SPAN("Subject: x\r\n\r\nbody\r\n"));
    trip_tls(t);
    t->job.tls = handshakes[_i].tls;
    t->job.implicit = handshakes[_i].implicit;
    if (!handshakes[_i].offered)
        t->bench->config.session.extensions &= ~(unsigned)SMTP_X_STARTTLS;
    trip_run(t);
    bool delivered = t->rcpts[0].outcome == SMTP_O_DELIVERED;
    ck_assert_msg(delivered == handshakes[_i].delivered, "%s: %s", handshakes[_i].clause, t->trace);
    if (delivered)
        ck_assert_int_eq(strstr(t->bench->store.text, "with ESMTPS") != NULL,
                         handshakes[_i].secure);
    else
        ck_assert(t->job.tls_failed && t->job.why.outcome == SMTP_O_LATER);
    trip_free(t);
}
END_TEST

/* ---- AUTH ---------------------------------------------------------------------------------- */

static const struct {
    const char *mechanism, *password; /* NULL: the strongest */
    bool secure, clear;
    const char *used; /* NULL: denied */
} logins[] = {
    {NULL, "secret", true, false, "SCRAM-SHA-256-PLUS"},
    {NULL, "secret", false, false, "SCRAM-SHA-256"},
    {"SCRAM-SHA-1-PLUS", "secret", true, false, "SCRAM-SHA-1-PLUS"},
    {"SCRAM-SHA-1", "secret", false, false, "SCRAM-SHA-1"},
    {"CRAM-MD5", "secret", true, false, "CRAM-MD5"},
    {"PLAIN", "secret", true, false, "PLAIN"},
    {"LOGIN", "secret", true, false, "LOGIN"},
    {"PLAIN", "secret", false, false, NULL},
    {NULL, "wrong", true, false, NULL},
    {NULL, "wrong", false, false, NULL},
    {"PLAIN", "wrong", true, false, NULL},
    {"LOGIN", "wrong", true, false, NULL},
    {"CRAM-MD5", "wrong", true, false, NULL},
};
enum { LOGINS = sizeof logins / sizeof *logins };

START_TEST(test_auth)
{
    struct trip *t = trip_new(SMTP_SPAN("Subject: x\r\n\r\nbody\r\n"));
    char said[64];
    bench_users(t->bench, "user:secret\n");
    if (logins[_i].secure)
        trip_tls(t);
    t->bench->worker.later_ms = 5;
    t->config.user = "user";
    t->config.password = logins[_i].password;
    t->config.mechanism = logins[_i].mechanism;
    trip_run(t);
    bool delivered = t->rcpts[0].outcome == SMTP_O_DELIVERED;
    ck_assert_msg(delivered == (logins[_i].used != NULL), "%s", t->trace);
    ck_assert_int_eq(t->job.why.denied, !delivered);
    if (delivered) {
        snprintf(said, sizeof said, "C: AUTH %s", logins[_i].used);
        ck_assert_msg(strstr(t->trace, said) != NULL, "%s", t->trace);
        ck_assert_ptr_nonnull(strstr(t->bench->store.text, "with ESMTP"));
    }
    /* nothing of a secret is shown: neither "user" and "secret" nor what they become */
    for (const char *line = strstr(t->trace, "C: AUTH"); line != NULL && *line == 'C';
         line = strchr(line, '\n') + 1)
        ck_assert_msg(strstr(line, "dXNlc") == NULL && strstr(line, "c2Vjc") == NULL, "%s", line);
    trip_free(t);
}
END_TEST

/* ---- the source ---------------------------------------------------------------------------- */

struct broken {
    struct drive_source source; /* first */
    size_t good;                /* octets that can be had */
    bool no_rewind;
};

static bool broken_rewind(struct drive_source *source)
{
    return !((struct broken *)source)->no_rewind;
}

static size_t broken_read(struct drive_source *source, smtp_room to)
{
    struct broken *b = (struct broken *)source;
    size_t n = b->good < to.n ? b->good : to.n;
    if (n == 0)
        return SIZE_MAX;
    memset(to.p, 'x', n);
    b->good -= n;
    return n;
}

/* RFC 5321 4.1.1.4: a text that ends too early is no message. */
START_TEST(test_broken_source)
{
    struct trip *t = trip_new(SMTP_SPAN("body\r\n"));
    struct broken broken = {{broken_rewind, broken_read}, 100000, _i == 1};
    t->mail.source = &broken.source;
    trip_run(t);
    ck_assert_int_eq(t->rcpts[0].outcome, SMTP_O_NONE);
    ck_assert_int_eq(t->job.why.outcome, SMTP_O_LATER);
    ck_assert_str_eq(t->job.why.text, "the text cannot be read");
    ck_assert_uint_eq(t->bench->store.committed, 0);
    trip_free(t);
}
END_TEST

static const struct {
    smtp_span text;
    struct source_facts facts;
} looks[] = {
    {{"", 0}, {0, false, false, false}},   {{"a\r\n", 3}, {3, false, false, false}},
    {{"a", 1}, {1, false, false, true}},   {{"\xe4\r\n", 3}, {3, true, false, false}},
    {{"a\n", 2}, {2, false, true, false}}, {{"a\rb\r\n", 5}, {5, false, true, false}},
    {{"a\r", 2}, {2, false, true, true}},  {{"\r\r\n", 3}, {3, false, true, false}},
};
enum { LOOKS = sizeof looks / sizeof *looks };

START_TEST(test_look)
{
    struct drive_memory memory;
    struct source_facts facts;
    drive_memory_init(&memory, looks[_i].text);
    ck_assert(source_look(&memory.source, &facts));
    ck_assert_uint_eq(facts.size, looks[_i].facts.size);
    ck_assert_int_eq(facts.eight, looks[_i].facts.eight);
    ck_assert_int_eq(facts.binary, looks[_i].facts.binary);
    ck_assert_int_eq(facts.open, looks[_i].facts.open);
}
END_TEST

START_TEST(test_file)
{
    struct drive_file file;
    struct source_facts facts;
    FILE *stream = tmpfile();
    ck_assert_ptr_nonnull(stream);
    fputs("a\r\nb", stream);
    drive_file_init(&file, stream);
    for (int i = 0; i < 2; i++) {
        ck_assert(source_look(&file.source, &facts));
        ck_assert_uint_eq(facts.size, 4);
        ck_assert(facts.open && !facts.binary);
    }
    fclose(stream);
}
END_TEST

static Suite *courier_suite(void)
{
    Suite *suite = suite_create("courier");
    TCase *tcase = tcase_create("courier");
    tcase_add_loop_test(tcase, test_octets, 0, TEXTS * WITHOUT);
    tcase_add_loop_test(tcase, test_verdicts, 0, VERDICTS);
    tcase_add_test(tcase, test_lmtp);
    tcase_add_test(tcase, test_no_answer);
    tcase_add_test(tcase, test_late_answer);
    tcase_add_test(tcase, test_no_greeting);
    tcase_add_test(tcase, test_stop);
    tcase_add_loop_test(tcase, test_tls, 0, HANDSHAKES);
    tcase_add_loop_test(tcase, test_auth, 0, LOGINS);
    tcase_add_loop_test(tcase, test_broken_source, 0, 2);
    tcase_add_loop_test(tcase, test_look, 0, LOOKS);
    tcase_add_test(tcase, test_file);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(courier_suite)
