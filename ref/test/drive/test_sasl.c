#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "check_main.h"
#include "drive/exchange.h"
#include "login_client.h"
#include "secure_pair.h"
#include "user_file.h"

#define SHA1_TIM                                                                                   \
    "{SCRAM-SHA-1}4096,QSXCR+Q6sek8bf92,6dlGYMOdZcOPutkcNY8U2g7vK9Y=,D+CSWLOshSulAsxiupA+qs2/fTE="
#define SHA256_TIM                                                                                 \
    "{SCRAM-SHA-256}4096,W22ZaJ0SNY7soEsUEjb6gQ==,WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=,"   \
    "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="

/* ---- a worker that works when the test says so ---------------------------------------------- */

struct bench_worker {
    struct drive_worker worker; /* first */
    struct drive_job *job;
    size_t jobs;
    bool no_memory;
};

static bool take(struct drive_worker *worker, struct drive_job *job)
{
    struct bench_worker *w = (struct bench_worker *)worker;
    ck_assert_ptr_null(w->job);
    if (w->no_memory)
        return false;
    w->job = job;
    w->jobs++;
    return true;
}

static bool run_job(struct bench_worker *w)
{
    struct drive_job *job = w->job;
    if (job == NULL)
        return false;
    w->job = NULL;
    job->work(job);
    job->done(job);
    return true;
}

/* ---- a server ------------------------------------------------------------------------------- */

struct server {
    struct drive_users *users;
    struct bench_worker worker;
    struct drive_sasl *sasl;
    struct drive_exchange *exchange;
    struct drive_sasl_answer answer;
    char challenge[512], user[DRIVE_USER_MAX];
    size_t answers;
    bool drops; /* in the answer */
};

static void server_open(struct server *s, const char *users)
{
    const char *why = "";
    *s = (struct server){.worker.worker.take = take};
    s->users = user_file_users(users);
    s->sasl = drive_sasl_new(s->users, &s->worker.worker, &why);
    ck_assert_msg(s->sasl != NULL, "%s", why);
}

static void server_close(struct server *s)
{
    drive_exchange_drop(s->exchange);
    drive_sasl_free(s->sasl);
    drive_users_free(s->users);
}

static void answered(void *who, const struct drive_sasl_answer *answer)
{
    struct server *s = who;
    s->answers++;
    s->answer = *answer;
    ck_assert_uint_le(answer->challenge.n, sizeof s->challenge);
    if (answer->challenge.n > 0)
        memcpy(s->challenge, answer->challenge.p, answer->challenge.n);
    s->answer.challenge.p = s->challenge;
    snprintf(s->user, sizeof s->user, "%s", answer->user != NULL ? answer->user : "");
    if (s->drops) {
        drive_exchange_drop(s->exchange);
        s->exchange = NULL;
    }
}

static enum smtp_fault server_begin(struct server *s, const char *mechanism,
                                    const struct net_end *outer)
{
    struct drive_ask ask = {smtp_span_of(mechanism), outer, answered, s};
    return drive_exchange_new(s->sasl, &ask, &s->exchange);
}

/* One step with its answer. */
static void server_step(struct server *s, bool has_input, smtp_span octets)
{
    size_t before = s->answers;
    drive_exchange_step(s->exchange, has_input, octets);
    (void)run_job(&s->worker);
    ck_assert_uint_eq(s->answers, before + 1);
}

/*
 * A whole exchange; at its end s->answer. An initial response where the client begins, and where
 * `initial` is true; the number of steps is what comes back.
 */
static int play(struct server *s, const struct login *login, bool initial,
                const struct net_end *outer)
{
    struct login_client c;
    int steps = 1;
    ck_assert_int_eq(server_begin(s, login->mechanism, outer), SMTP_OK);
    login_client_begin(&c, login);
    bool has_input = initial && s->exchange->mechanism->client_first;
    if (has_input)
        ck_assert_msg(login_client_step(&c, (smtp_span){NULL, 0}), "%s", login->mechanism);
    server_step(s, has_input, (smtp_span){c.output, has_input ? c.output_n : 0});
    for (; s->answer.fault == SMTP_OK && !s->answer.done; steps++) {
        ck_assert_int_lt(steps, 6);
        if (!login_client_step(&c, s->answer.challenge))
            break;
        server_step(s, true, (smtp_span){c.output, c.output_n});
    }
    login_client_end(&c);
    drive_exchange_drop(s->exchange);
    s->exchange = NULL;
    return steps;
}

/* ---- who may come in ------------------------------------------------------------------------ */

#define ALL(X)                                                                                     \
    X("PLAIN"), X("LOGIN"), X("CRAM-MD5"), X("SCRAM-SHA-1"), X("SCRAM-SHA-256"),                   \
        X("SCRAM-SHA-1-PLUS"), X("SCRAM-SHA-256-PLUS")
#define NAME(name) name
static const char *const all[] = {ALL(NAME)};
enum { MECHANISMS = sizeof all / sizeof *all };

enum { RIGHT, WRONG, UNKNOWN, KINDS };

/* Each mechanism, in TLS 1.3 and 1.2: right, wrong and unknown; with and without an initial
 * response. Wrong and unknown take the same steps to the same end. */
START_TEST(test_outcomes)
{
    static const struct login logins[KINDS] = {[RIGHT] = {NULL, "tim", "pencil", NULL, NULL},
                                               [WRONG] = {NULL, "tim", "pencils", NULL, NULL},
                                               [UNKNOWN] = {NULL, "tom", "pencil", NULL, NULL}};
    struct secure_pair *pair = secure_pair_new(_i % 2 == 0 ? SECURE_TLS13 : SECURE_TLS12);
    struct server s;
    int steps[KINDS];
    size_t jobs[KINDS];
    bool initial = _i / 2 % 2 == 0;
    const char *mechanism = all[_i / 4];
    server_open(&s, "ann:other\ntim:pencil\n");
    for (int kind = RIGHT; kind < KINDS; kind++) {
        struct login login = logins[kind];
        login.mechanism = mechanism;
        login.outer = strstr(mechanism, "PLUS") != NULL ? secure_pair_client(pair) : NULL;
        s.worker.jobs = 0;
        steps[kind] = play(&s, &login, initial, secure_pair_server(pair));
        jobs[kind] = s.worker.jobs;
        ck_assert_int_eq(s.answer.done, kind == RIGHT);
        ck_assert_str_eq(s.user, kind == RIGHT ? "tim" : "");
        ck_assert_int_eq(s.answer.fault, kind == RIGHT ? SMTP_OK : SMTP_E_AUTH_CREDENTIALS);
    }
    ck_assert_int_eq(steps[WRONG], steps[UNKNOWN]);
    ck_assert_uint_eq(jobs[WRONG], jobs[UNKNOWN]);
    ck_assert_uint_eq(jobs[RIGHT], jobs[WRONG]);
    server_close(&s);
    secure_pair_free(pair);
}
END_TEST

static const struct {
    const char *clause, *users;
    struct login login;
    const char *user; /* "": refused */
} logins[] = {
    /* keys only */
    {"5802-3", "tim:" SHA1_TIM, {"SCRAM-SHA-1", "tim", "pencil", NULL, NULL}, "tim"},
    {"5802-3", "tim:" SHA1_TIM, {"SCRAM-SHA-1", "tim", "pen", NULL, NULL}, ""},
    {"5802-3", "tim:" SHA1_TIM, {"SCRAM-SHA-1", "tom", "pencil", NULL, NULL}, ""},
    {"7677-3", "tim:" SHA256_TIM, {"SCRAM-SHA-256", "tim", "pencil", NULL, NULL}, "tim"},
    {"7677-3", "tim:" SHA256_TIM, {"SCRAM-SHA-256", "tim", "pen", NULL, NULL}, ""},
    {"4616-2", "tim:" SHA256_TIM, {"PLAIN", "tim", "pencil", NULL, NULL}, "tim"},
    {"4616-2", "tim:" SHA256_TIM, {"PLAIN", "tom", "pencil", NULL, NULL}, ""},
    {"4616-2", "tim:" SHA1_TIM, {"LOGIN", "tim", "pencil", NULL, NULL}, "tim"},
    {"4616-2", "tim:" SHA1_TIM, {"LOGIN", "tim", "pen", NULL, NULL}, ""},
    /* nobody acts for another, everybody for himself */
    {"4616-2", "tim:pencil", {"PLAIN", "tim", "pencil", "tim", NULL}, "tim"},
    {"4616-2", "tim:pencil\nann:x", {"PLAIN", "tim", "pencil", "ann", NULL}, ""},
    {"5802-5.1", "tim:pencil", {"SCRAM-SHA-256", "tim", "pencil", "tim", NULL}, "tim"},
    {"5802-5.1", "tim:pencil\nann:x", {"SCRAM-SHA-256", "tim", "pencil", "ann", NULL}, ""},
    /* prepared names and passwords */
    {"4013-3", "IX:p\302\252", {"SCRAM-SHA-256", "I\302\255X", "pa", NULL, NULL}, "IX"},
    {"4013-3", "IX:p\302\252", {"PLAIN", "\342\205\250", "pa", NULL, NULL}, "IX"},
    {"4013-3", "IX:p\302\252", {"LOGIN", "\342\205\250", "p\302\252", NULL, NULL}, "IX"},
    {"4013-2.2", "tim:a\302\240b", {"CRAM-MD5", "tim", "a b", NULL, NULL}, "tim"},
    {"5802-5.1", "a=b,c:pencil", {"SCRAM-SHA-1", "a=b,c", "pencil", NULL, NULL}, "a=b,c"},
};

START_TEST(test_logins)
{
    struct server s;
    server_open(&s, logins[_i].users);
    play(&s, &logins[_i].login, true, NULL);
    ck_assert_msg(strcmp(s.user, logins[_i].user) == 0, "%s: %s", logins[_i].clause, s.user);
    ck_assert_int_eq(s.answer.done, logins[_i].user[0] != '\0');
    server_close(&s);
}
END_TEST

/* RFC 5802 6: what is bound to another connection fails. */
START_TEST(test_bound)
{
    struct secure_pair *pair = secure_pair_new(SECURE_TLS13),
                       *other = secure_pair_new(SECURE_TLS13);
    struct login login = {"SCRAM-SHA-256-PLUS", "tim", "pencil", NULL, NULL};
    struct server s;
    server_open(&s, "tim:pencil");
    login.outer = secure_pair_client(_i == 0 ? pair : other);
    play(&s, &login, true, secure_pair_server(pair));
    ck_assert_int_eq(s.answer.done, _i == 0);
    ck_assert_int_eq(s.answer.fault, _i == 0 ? SMTP_OK : SMTP_E_AUTH_CREDENTIALS);
    server_close(&s);
    secure_pair_free(pair);
    secure_pair_free(other);
}
END_TEST

static const struct {
    const char *mechanism, *said;
    bool secure, refused;
} flags[] = {
    {"SCRAM-SHA-256", "n,,n=tim,r=abc", true, false},
    {"SCRAM-SHA-256", "n,,n=tim,r=abc", false, false},
    {"SCRAM-SHA-256", "y,,n=tim,r=abc", true, true}, /* somebody hid -PLUS from him */
    {"SCRAM-SHA-256", "y,,n=tim,r=abc", false, false},
    {"SCRAM-SHA-256", "p=tls-exporter,,n=tim,r=abc", true, true},
    {"SCRAM-SHA-256", "p=tls-exporter,,n=tim,r=abc", false, true},
    {"SCRAM-SHA-256-PLUS", "p=tls-exporter,,n=tim,r=abc", true, false},
    {"SCRAM-SHA-256-PLUS", "p=tls-unique,,n=tim,r=abc", true, true},
    {"SCRAM-SHA-256-PLUS", "p=tls-server-end-point,,n=tim,r=abc", true, true},
    {"SCRAM-SHA-256-PLUS", "n,,n=tim,r=abc", true, true},
    {"SCRAM-SHA-256-PLUS", "y,,n=tim,r=abc", true, true},
};

/* RFC 5802 6: gs2-cbind-flag, in TLS 1.3 and in clear; as initial response and behind a challenge. */
START_TEST(test_binding_flag)
{
    size_t row = (size_t)_i / 2;
    bool initial = _i % 2 == 0;
    struct secure_pair *pair = secure_pair_new(SECURE_TLS13);
    struct server s;
    server_open(&s, "tim:pencil");
    ck_assert_int_eq(
        server_begin(&s, flags[row].mechanism, flags[row].secure ? secure_pair_server(pair) : NULL),
        SMTP_OK);
    if (!initial)
        server_step(&s, false, SMTP_SPAN(""));
    server_step(&s, true, smtp_span_of(flags[row].said));
    ck_assert_msg(s.answer.fault == (flags[row].refused ? SMTP_E_AUTH_CREDENTIALS : SMTP_OK), "%s",
                  flags[row].said);
    server_close(&s);
    secure_pair_free(pair);
}
END_TEST

START_TEST(test_nothing_to_bind_to)
{
    struct secure_pair *pair = secure_pair_new(SECURE_TLS12_NO_EMS);
    struct server s;
    server_open(&s, "tim:pencil");
    ck_assert_int_eq(server_begin(&s, "SCRAM-SHA-256-PLUS", secure_pair_server(pair)),
                     SMTP_E_AUTH_MECHANISM);
    ck_assert_int_eq(server_begin(&s, "SCRAM-SHA-1-PLUS", NULL), SMTP_E_AUTH_MECHANISM);
    ck_assert_int_eq(server_begin(&s, "scram-sha-1", secure_pair_server(pair)), SMTP_OK);
    server_close(&s);
    secure_pair_free(pair);
}
END_TEST

/* ---- what is said and offered --------------------------------------------------------------- */

static const struct {
    const char *users, *tls, *clear, *clear_all;
} offers[] = {
    {"tim:pencil",
     "SCRAM-SHA-256-PLUS SCRAM-SHA-256 SCRAM-SHA-1-PLUS SCRAM-SHA-1 CRAM-MD5 PLAIN LOGIN",
     "SCRAM-SHA-256 SCRAM-SHA-1", "SCRAM-SHA-256 SCRAM-SHA-1 CRAM-MD5 PLAIN LOGIN"},
    {"tim:" SHA256_TIM, "SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN LOGIN", "SCRAM-SHA-256",
     "SCRAM-SHA-256 PLAIN LOGIN"},
    {"tim:" SHA1_TIM "\ntim:" SHA256_TIM,
     "SCRAM-SHA-256-PLUS SCRAM-SHA-256 SCRAM-SHA-1-PLUS SCRAM-SHA-1 PLAIN LOGIN",
     "SCRAM-SHA-256 SCRAM-SHA-1", "SCRAM-SHA-256 SCRAM-SHA-1 PLAIN LOGIN"},
    {"ann:x\ntim:" SHA1_TIM, "SCRAM-SHA-1-PLUS SCRAM-SHA-1 PLAIN LOGIN", "SCRAM-SHA-1",
     "SCRAM-SHA-1 PLAIN LOGIN"},
    {"ann:" SHA256_TIM "\ntim:" SHA1_TIM, "PLAIN LOGIN", "", "PLAIN LOGIN"},
};

/* What is offered everybody can use; RFC 4954 4: no password in clear unless it is wanted. */
START_TEST(test_offers)
{
    struct server s;
    server_open(&s, offers[_i].users);
    ck_assert_str_eq(drive_sasl_offer(s.sasl, DRIVE_OFFER_TLS), offers[_i].tls);
    ck_assert_str_eq(drive_sasl_offer(s.sasl, DRIVE_OFFER_CLEAR), offers[_i].clear);
    ck_assert_str_eq(drive_sasl_offer(s.sasl, DRIVE_OFFER_CLEAR_ALL), offers[_i].clear_all);
    if (strstr(offers[_i].tls, "CRAM-MD5") == NULL)
        ck_assert_int_eq(server_begin(&s, "CRAM-MD5", NULL), SMTP_E_AUTH_MECHANISM);
    ck_assert_int_eq(server_begin(&s, "ANONYMOUS", NULL), SMTP_E_AUTH_MECHANISM);
    server_close(&s);
}
END_TEST

static const struct {
    const char *clause, *mechanism;
    bool has_input;
    smtp_span octets;
    enum smtp_fault fault;
} first_steps[] = {
    {"4954-4", "LOGIN", true, {"tim", 3}, SMTP_E_AUTH_INITIAL},
    {"4954-4", "CRAM-MD5", true, {"tim", 3}, SMTP_E_AUTH_INITIAL},
    {"4954-4", "CRAM-MD5", true, {"", 0}, SMTP_E_AUTH_INITIAL},
    {"4954-4", "LOGIN", false, {"", 0}, SMTP_OK},
    {"4954-4", "PLAIN", false, {"", 0}, SMTP_OK},
    {"4954-4", "SCRAM-SHA-1", false, {"", 0}, SMTP_OK},
    {"4616-2", "PLAIN", true, {"", 0}, SMTP_E_AUTH_CREDENTIALS},
    {"4616-2", "PLAIN", true, {"\0tim\0pencil", 11}, SMTP_OK},
    {"4616-2", "PLAIN", true, {"tim\0tim\0pencil", 14}, SMTP_OK},
    {"4616-2", "PLAIN", true, {"\0tim", 4}, SMTP_E_AUTH_CREDENTIALS},
    {"4616-2", "PLAIN", true, {"\0\0pencil", 8}, SMTP_E_AUTH_CREDENTIALS},
    {"4616-2", "PLAIN", true, {"\0tim\0", 5}, SMTP_E_AUTH_CREDENTIALS},
    {"4616-2", "PLAIN", true, {"\0tim\0pencil\0", 12}, SMTP_E_AUTH_CREDENTIALS},
    {"4616-2", "PLAIN", true, {"\0tim\0pen\377", 9}, SMTP_E_AUTH_CREDENTIALS},
    {"5802-7", "SCRAM-SHA-256", true, {"", 0}, SMTP_E_AUTH_CREDENTIALS},
    {"5802-7", "SCRAM-SHA-256", true, {"n,,n=tim,r=abc", 14}, SMTP_OK},
    {"5802-7", "SCRAM-SHA-256", true, {"n,,n=,r=abc", 11}, SMTP_E_AUTH_CREDENTIALS},
    {"5802-7", "SCRAM-SHA-256", true, {"p=tls-unique,,n=tim,r=abc", 25}, SMTP_E_AUTH_CREDENTIALS},
    {"5802-7", "SCRAM-SHA-256", true, {"n", 1}, SMTP_E_AUTH_CREDENTIALS},
};

START_TEST(test_first_step)
{
    struct server s;
    server_open(&s, "tim:pencil");
    ck_assert_int_eq(server_begin(&s, first_steps[_i].mechanism, NULL), SMTP_OK);
    server_step(&s, first_steps[_i].has_input, first_steps[_i].octets);
    ck_assert_msg(s.answer.fault == first_steps[_i].fault, "%s: %d", first_steps[_i].clause,
                  (int)s.answer.fault);
    server_close(&s);
}
END_TEST

/* RFC 4954 4: behind SCRAM's last word an empty line is due, and nothing else. */
START_TEST(test_last_word)
{
    struct server s;
    struct login_client c;
    struct login login = {"SCRAM-SHA-1", "tim", "pencil", NULL, NULL};
    server_open(&s, "tim:pencil");
    ck_assert_int_eq(server_begin(&s, login.mechanism, NULL), SMTP_OK);
    login_client_begin(&c, &login);
    ck_assert(login_client_step(&c, (smtp_span){NULL, 0}));
    server_step(&s, true, (smtp_span){c.output, c.output_n});
    ck_assert(login_client_step(&c, s.answer.challenge));
    server_step(&s, true, (smtp_span){c.output, c.output_n});
    ck_assert(!s.answer.done);
    ck_assert_uint_gt(s.answer.challenge.n, 0);
    server_step(&s, true, _i == 0 ? SMTP_SPAN("") : SMTP_SPAN("x"));
    ck_assert_int_eq(s.answer.done, _i == 0);
    ck_assert_int_eq(s.answer.fault, _i == 0 ? SMTP_OK : SMTP_E_AUTH_CREDENTIALS);
    login_client_end(&c);
    server_close(&s);
}
END_TEST

/* ---- late answers, and sessions that do not wait -------------------------------------------- */

START_TEST(test_dropped_while_working)
{
    struct server s;
    server_open(&s, "tim:pencil");
    ck_assert_int_eq(server_begin(&s, "PLAIN", NULL), SMTP_OK);
    drive_exchange_step(s.exchange, true, (smtp_span){"\0tim\0pencil", 11});
    drive_exchange_drop(s.exchange);
    s.exchange = NULL;
    ck_assert(run_job(&s.worker));
    ck_assert_uint_eq(s.answers, 0);
    server_close(&s);
}
END_TEST

START_TEST(test_dropped_in_the_answer)
{
    struct server s;
    server_open(&s, "tim:pencil");
    s.drops = true;
    ck_assert_int_eq(server_begin(&s, _i == 0 ? "PLAIN" : "LOGIN", NULL), SMTP_OK);
    server_step(&s, true, (smtp_span){"\0tim\0pencil", 11}); /* a refusal at once, for LOGIN */
    ck_assert_int_eq(s.answer.done, _i == 0);
    server_close(&s);
}
END_TEST

START_TEST(test_no_memory_for_a_job)
{
    struct server s;
    server_open(&s, "tim:pencil");
    s.worker.no_memory = true;
    ck_assert_int_eq(server_begin(&s, "PLAIN", NULL), SMTP_OK);
    server_step(&s, true, (smtp_span){"\0tim\0pencil", 11});
    ck_assert_int_eq(s.answer.fault, SMTP_E_AUTH_TEMPORARY);
    server_close(&s);
}
END_TEST

/* The worker of libuv: work elsewhere, the answer here. */
START_TEST(test_uv_worker)
{
    const char *why = "";
    struct net_uv *uv = net_uv_new();
    struct drive_worker *worker = drive_worker_new(uv);
    struct server s;
    server_open(&s, "tim:" SHA256_TIM);
    drive_sasl_free(s.sasl);
    s.sasl = drive_sasl_new(s.users, worker, &why);
    ck_assert_ptr_nonnull(s.sasl);
    ck_assert_int_eq(server_begin(&s, "PLAIN", NULL), SMTP_OK);
    drive_exchange_step(s.exchange, true, (smtp_span){"\0tim\0pencil", 11});
    ck_assert_uint_eq(s.answers, 0);
    if (_i == 1) {
        drive_exchange_drop(s.exchange);
        s.exchange = NULL;
    }
    net_uv_free(uv); /* waits for it */
    ck_assert_uint_eq(s.answers, _i == 0 ? 1 : 0);
    ck_assert_str_eq(s.user, _i == 0 ? "tim" : "");
    server_close(&s);
    drive_worker_free(worker);
}
END_TEST

/* ---- jobs at once ---------------------------------------------------------------------------- */

struct slow_job {
    struct drive_job job; /* first */
    size_t number;
};

static atomic_int working, most;
static size_t done_at[8], done_count;

/* Long enough that without a limit four threads would be at it. */
static void derive(struct drive_job *job)
{
    char salted[GSASL_HASH_MAX_SIZE], client[GSASL_HASH_MAX_SIZE], server[GSASL_HASH_MAX_SIZE],
        stored[GSASL_HASH_MAX_SIZE];
    int now = atomic_fetch_add(&working, 1) + 1, seen = atomic_load(&most);
    (void)job;
    while (now > seen && !atomic_compare_exchange_weak(&most, &seen, now))
        continue;
    ck_assert_int_eq(gsasl_scram_secrets_from_password(GSASL_HASH_SHA256, "pencil", 10000, "salt",
                                                       4, salted, client, server, stored),
                     GSASL_OK);
    atomic_fetch_sub(&working, 1);
}

static void note_done(struct drive_job *job)
{
    done_at[done_count++] = ((struct slow_job *)job)->number;
}

/* Two at once, so that the stores have threads too; the others in their order. */
START_TEST(test_jobs_at_once)
{
    enum { JOBS = sizeof done_at / sizeof *done_at };
    struct slow_job jobs[JOBS];
    struct net_uv *uv = net_uv_new();
    struct drive_worker *worker = drive_worker_new(uv);
    for (size_t i = 0; i < JOBS; i++) {
        jobs[i] = (struct slow_job){{derive, note_done}, i};
        ck_assert(worker->take(worker, &jobs[i].job));
    }
    net_uv_free(uv);
    drive_worker_free(worker);
    ck_assert_uint_eq(done_count, JOBS);
    ck_assert_int_le(atomic_load(&most), 2);
    for (size_t i = 0; i < JOBS; i++)
        ck_assert_uint_le(done_at[i], i + 1);
}
END_TEST

static Suite *sasl_suite(void)
{
    Suite *suite = suite_create("sasl");
    TCase *tcase = tcase_create("sasl");
    tcase_set_timeout(tcase, 20);
    tcase_add_loop_test(tcase, test_outcomes, 0, 4 * MECHANISMS);
    tcase_add_loop_test(tcase, test_logins, 0, sizeof logins / sizeof *logins);
    tcase_add_loop_test(tcase, test_bound, 0, 2);
    tcase_add_loop_test(tcase, test_binding_flag, 0, 2 * sizeof flags / sizeof *flags);
    tcase_add_test(tcase, test_nothing_to_bind_to);
    tcase_add_loop_test(tcase, test_offers, 0, sizeof offers / sizeof *offers);
    tcase_add_loop_test(tcase, test_first_step, 0, sizeof first_steps / sizeof *first_steps);
    tcase_add_loop_test(tcase, test_last_word, 0, 2);
    tcase_add_test(tcase, test_dropped_while_working);
    tcase_add_loop_test(tcase, test_dropped_in_the_answer, 0, 2);
    tcase_add_test(tcase, test_no_memory_for_a_job);
    tcase_add_loop_test(tcase, test_uv_worker, 0, 2);
    tcase_add_test(tcase, test_jobs_at_once);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(sasl_suite)
