#include <stdio.h>
#include <string.h>

#include "bench.h"
#include "check_main.h"
#include "login_client.h"
#include "smtp/params.h"

/* ---- a client that logs in ----------------------------------------------------------------- */

struct player {
    struct login login;
    bool initial;       /* where the mechanism begins with the client: in the AUTH command */
    const char *behind; /* said when the exchange has ended */
    struct login_client client;
    size_t looked; /* octets of what was seen that are done with */
    bool greeted, begun, finished;
};

static void put_base64(char *to, size_t size, smtp_span octets)
{
    size_t n = smtp_print_base64((smtp_room){to, size - 3}, octets);
    ck_assert_uint_le(n, size - 3);
    memcpy(to + n, "\r\n", 3);
}

static void say_octets(struct bench_client *c, smtp_span octets)
{
    char line[1024];
    put_base64(line, sizeof line, octets);
    bench_say(c, smtp_span_of(line));
}

static bool is_client_first(const char *mechanism)
{
    return strncmp(mechanism, "SCRAM", 5) == 0 || strcmp(mechanism, "PLAIN") == 0;
}

static void begin(struct bench_client *c, struct player *p)
{
    char line[1200];
    p->login.outer = strstr(p->login.mechanism, "PLUS") != NULL ? c->outer : NULL;
    login_client_begin(&p->client, &p->login);
    int n = snprintf(line, sizeof line, "AUTH %s", p->login.mechanism);
    if (p->initial && is_client_first(p->login.mechanism)) {
        ck_assert(login_client_step(&p->client, (smtp_span){NULL, 0}));
        line[n++] = ' ';
        put_base64(line + n, sizeof line - (size_t)n,
                   (smtp_span){p->client.output, p->client.output_n});
    } else {
        snprintf(line + n, sizeof line - (size_t)n, "\r\n");
    }
    bench_say(c, smtp_span_of(line));
}

static void respond(struct bench_client *c, struct player *p, smtp_span challenge)
{
    char octets[1024];
    size_t n = 0;
    ck_assert(smtp_decode_base64((smtp_room){octets, sizeof octets}, challenge, &n));
    if (login_client_step(&p->client, (smtp_span){octets, n}))
        say_octets(c, (smtp_span){p->client.output, p->client.output_n});
    else
        bench_say(c, SMTP_SPAN("*\r\n"));
}

static void take_line(struct bench_client *c, struct player *p, smtp_span line)
{
    if (line.n < 4 || line.p[3] != ' ')
        return;
    if (!p->greeted) {
        p->greeted = true;
        bench_say(c, SMTP_SPAN("EHLO a.example\r\n"));
    } else if (!p->begun) {
        p->begun = true;
        begin(c, p);
    } else if (!p->finished && memcmp(line.p, "334", 3) == 0) {
        respond(c, p, smtp_span_cut(line, 4, line.n));
    } else if (!p->finished) {
        p->finished = true;
        login_client_end(&p->client);
        bench_say(c, smtp_span_of(p->behind));
    }
}

static void play(struct bench_client *c)
{
    struct player *p = c->player;
    for (;;) {
        const char *line = c->seen + p->looked, *end = strstr(line, "\r\n");
        if (end == NULL)
            return;
        p->looked += (size_t)(end - line) + 2;
        take_line(c, p, (smtp_span){line, (size_t)(end - line)});
    }
}

static struct bench_client *log_in(struct bench *b, struct player *p, bool secure)
{
    struct bench_client *c = secure ? bench_connect_secure(b) : bench_connect(b, "");
    c->player = p;
    c->react = play;
    if (p->behind == NULL)
        p->behind = "QUIT\r\n";
    return c;
}

static void must_hold(const char *where, const char *what)
{
    ck_assert_msg(strstr(where, what) != NULL, "no '%s' in: %s", what, where);
}

/* ---- every mechanism, every outcome -------------------------------------------------------- */

static const struct {
    const char *mechanism;
    const char *good, *bad; /* without an initial response */
} mechanisms[] = {
    {"PLAIN", "334 235", "334 535"},
    {"LOGIN", "334 334 235", "334 334 535"},
    {"CRAM-MD5", "334 235", "334 535"},
    {"SCRAM-SHA-1", "334 334 334 235", "334 334 535"},
    {"SCRAM-SHA-256", "334 334 334 235", "334 334 535"},
    {"SCRAM-SHA-1-PLUS", "334 334 334 235", "334 334 535"},
    {"SCRAM-SHA-256-PLUS", "334 334 334 235", "334 334 535"},
};
enum { MECHANISMS = sizeof mechanisms / sizeof *mechanisms, RIGHT = 0, WRONG, UNKNOWN, KINDS };

static const struct login logins[KINDS] = {[RIGHT] = {NULL, "tim", "pencil", NULL, NULL},
                                           [WRONG] = {NULL, "tim", "pencils", NULL, NULL},
                                           [UNKNOWN] = {NULL, "tom", "pencil", NULL, NULL}};

/* Inside TLS; with and without an initial response; answers at once, and later than any deadline. */
START_TEST(test_outcomes)
{
    size_t row = (size_t)_i / (2 * 2 * KINDS);
    int kind = _i % KINDS;
    struct player p = {.login = logins[kind], .initial = _i / KINDS % 2 == 0};
    struct bench *b = bench_new();
    char codes[64];
    bench_tls(b);
    bench_users(b, "tim:pencil\n");
    b->worker.later_ms = _i / KINDS / 2 % 2 == 0 ? 0 : 400000;
    p.login.mechanism = mechanisms[row].mechanism;
    struct bench_client *c = log_in(b, &p, true);
    bench_run(b);
    const char *said = kind == RIGHT ? mechanisms[row].good : mechanisms[row].bad;
    bool skips = p.initial && is_client_first(p.login.mechanism);
    snprintf(codes, sizeof codes, "220 250 %s 221", said + (skips ? 4 : 0));
    ck_assert_msg(strcmp(bench_codes(c), codes) == 0, "%s: %s", p.login.mechanism, c->seen);
    must_hold(c->seen, kind == RIGHT ? "235 2.7.0 " : "535 5.7.8 ");
    must_hold(b->log, "tls=TLSv1.3");
    must_hold(b->log, kind == RIGHT ? " auth=tim " : " auth=- ");
    ck_assert_ptr_null(strstr(b->log, "pencil"));
    bench_free(b);
}
END_TEST

/* The same reply, whether there is no such user or another password. */
START_TEST(test_unknown_is_like_wrong)
{
    char said[2][BENCH_SEEN];
    for (int kind = WRONG; kind <= UNKNOWN; kind++) {
        struct player p = {.login = logins[kind], .initial = true};
        struct bench *b = bench_new();
        bench_tls(b);
        bench_users(b, "tim:{SCRAM-SHA-256}4096,W22ZaJ0SNY7soEsUEjb6gQ==,"
                       "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=,"
                       "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=\n");
        p.login.mechanism = "PLAIN";
        struct bench_client *c = log_in(b, &p, true);
        bench_run(b);
        memcpy(said[kind - WRONG], c->seen, c->seen_n + 1);
        bench_free(b);
    }
    ck_assert_str_eq(said[0], said[1]);
}
END_TEST

/* ---- what is offered where ----------------------------------------------------------------- */

static const struct {
    const char *clause;
    bool all;
    const char *auth, *code;
} in_clear[] = {
    {"4954-4", false, "AUTH PLAIN AHRpbQBwZW5jaWw=", "504 5.5.4 "},
    {"4954-4", false, "AUTH LOGIN", "504 5.5.4 "},
    {"4954-4", false, "AUTH CRAM-MD5", "504 5.5.4 "},
    {"4954-4", false, "AUTH SCRAM-SHA-256-PLUS", "504 5.5.4 "},
    {"4954-4", false, "AUTH SCRAM-SHA-256", "334 "},
    {"4954-4", true, "AUTH PLAIN AHRpbQBwZW5jaWw=", "235 2.7.0 "},
    {"4954-4", true, "AUTH LOGIN", "334 "},
    {"4954-4", true, "AUTH LOGIN dGlt", "501 5.7.0 "},
    {"4954-4", true, "AUTH GSSAPI", "504 5.5.4 "},
    {"4954-4", true, "AUTH PLAIN =", "535 5.7.8 "},
    {"4954-4", true, "AUTH PLAIN AHRpbQBwZW5jaWw", "501 5.5.2 "},
};

START_TEST(test_in_clear)
{
    char script[128];
    struct bench *b = bench_new();
    bench_tls(b);
    bench_users(b, "tim:pencil\n");
    if (in_clear[_i].all)
        b->config.session.auth_clear = drive_sasl_offer(b->config.sasl, DRIVE_OFFER_CLEAR_ALL);
    snprintf(script, sizeof script, "EHLO a.example\r\n%s\r\n", in_clear[_i].auth);
    struct bench_client *c = bench_connect(b, script);
    bench_run(b);
    must_hold(c->seen, "AUTH SCRAM-SHA-256 SCRAM-SHA-1");
    const char *last = strstr(strstr(c->seen, "\r\n250 "), "\r\n") + 2;
    last = strstr(last, "\r\n") + 2;
    ck_assert_msg(strncmp(last, in_clear[_i].code, strlen(in_clear[_i].code)) == 0, "%s: %s: %s",
                  in_clear[_i].clause, in_clear[_i].auth, last);
    bench_free(b);
}
END_TEST

/* RFC 4954 4: cancelled, malformed; 9: not for ever. What was cancelled may begin anew. */
START_TEST(test_ended_by_the_session)
{
    struct bench *b = bench_new();
    bench_users(b, "tim:pencil\n");
    b->limits.auth_tries = 3;
    b->config.session.auth_clear = drive_sasl_offer(b->config.sasl, DRIVE_OFFER_CLEAR_ALL);
    struct bench_client *c = bench_connect(b, "EHLO a.example\r\nAUTH LOGIN\r\n");
    static const char *const lines[] = {"*\r\n",          "AUTH LOGIN\r\n", "%\r\n",
                                        "AUTH PLAIN\r\n", "eA==\r\n",       "AUTH PLAIN\r\n"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        bench_say(c, smtp_span_of(lines[i]));
    bench_run(b);
    ck_assert_str_eq(bench_codes(c), "220 250 334 501 334 501 334 535 421");
    must_hold(b->log, " too many logins\n");
    bench_free(b);
}
END_TEST

/* ---- what it is good for ------------------------------------------------------------------- */

#define MAIL "MAIL FROM:<tim@example.test>\r\n"
#define TEXT "Subject: hi\r\n\r\n.\r\n"

/* RFC 6409 4.3: nothing without authentication; 3.3: then any recipient. */
START_TEST(test_submission)
{
    static const char *const domains[] = {"example.test"};
    struct drive_site_config site = {.domains = domains, .domain_count = 1, .relays = true};
    const char *why = "";
    struct player p = {.login = logins[_i == 0 ? RIGHT : WRONG],
                       .initial = true,
                       .behind = MAIL "RCPT TO:<ann@elsewhere.example>\r\n"
                                      "RCPT TO:<bob@example.test>\r\nDATA\r\n" TEXT "QUIT\r\n"};
    struct bench *b = bench_new();
    bench_tls(b);
    bench_users(b, "tim:pencil\n");
    b->config.session.mode = SMTP_MODE_SUBMISSION;
    b->config.session.auth_needed = true;
    b->config.policy = drive_site_new(&site, &why);
    ck_assert_msg(b->config.policy != NULL, "%s", why);
    p.login.mechanism = "SCRAM-SHA-256-PLUS";
    struct bench_client *c = log_in(b, &p, true);
    bench_run(b);
    const char *good = "220 250 334 334 235 250 250 250 354 250 221";
    const char *bad = "220 250 334 535 530 530 530 530 500 500 500 221";
    if (_i == 0)
        ck_assert_str_eq(bench_codes(c), good);
    else
        ck_assert_msg(strncmp(bench_codes(c), bad, 28) == 0, "%s", c->seen);
    ck_assert_uint_eq(b->store.committed, _i == 0);
    if (_i == 0) {
        ck_assert_str_eq(b->store.recipients, "<ann@elsewhere.example> <bob@example.test>");
        must_hold(b->log,
                  "from=<tim@example.test> recipients=2 size=15 tls=TLSv1.3 auth=tim accepted\n");
    }
    drive_site_free(b->config.policy);
    bench_free(b);
}
END_TEST

/* Without authentication the same site relays nothing. */
START_TEST(test_no_relay_without)
{
    static const char *const domains[] = {"example.test"};
    struct drive_site_config site = {.domains = domains, .domain_count = 1, .relays = true};
    const char *why = "";
    struct bench *b = bench_new();
    bench_users(b, "tim:pencil\n");
    b->config.policy = drive_site_new(&site, &why);
    struct bench_client *c =
        bench_connect(b, "EHLO a.example\r\n" MAIL "RCPT TO:<ann@elsewhere.example>\r\nQUIT\r\n");
    bench_run(b);
    ck_assert_str_eq(bench_codes(c), "220 250 250 550 221");
    drive_site_free(b->config.policy);
    bench_free(b);
}
END_TEST

/* ---- ends at the wrong moment -------------------------------------------------------------- */

struct breaker {
    struct net_timer timer; /* first */
    struct bench *bench;
};

static void break_now(struct net_timer *timer, uint64_t now_ms)
{
    struct bench *b = ((struct breaker *)timer)->bench;
    (void)now_ms;
    ck_assert_uint_eq(b->worker.pending, 1);
    ck_assert_ptr_nonnull(b->host.first);
    connection_break(b->host.first);
}

/* The session goes while a key is derived; nobody is told then, and all memory goes. */
START_TEST(test_gone_while_deriving)
{
    struct player p = {.login = logins[RIGHT], .initial = true};
    struct breaker breaker = {.timer = {.at_ms = 150, .done = break_now}};
    struct bench *b = bench_new();
    bench_tls(b);
    bench_users(b, "tim:pencil\n");
    b->worker.later_ms = 100;
    breaker.bench = b;
    breaker.timer.at_ms += b->world->ops->now(b->world);
    net_mem_timer(b->mem, &breaker.timer);
    p.login.mechanism = _i == 0 ? "SCRAM-SHA-256" : "LOGIN";
    log_in(b, &p, true);
    bench_run(b);
    ck_assert_uint_eq(b->worker.jobs, 2);
    must_hold(b->log, " auth=- ");
    must_hold(b->log, " broken off\n");
    if (!p.finished)
        login_client_end(&p.client);
    bench_free(b);
}
END_TEST

static void cut_at_334(struct bench_client *c)
{
    if (strstr(c->seen, "\r\n334 ") != NULL)
        c->edge.ask |= SMTP_WANT_RESET;
}

START_TEST(test_client_gone_in_exchange)
{
    struct bench *b = bench_new();
    bench_users(b, "tim:pencil\n");
    struct bench_client *c = bench_connect(b, "EHLO a.example\r\nAUTH SCRAM-SHA-1\r\n");
    c->react = cut_at_334;
    bench_run(b);
    must_hold(b->log, " cut\n");
    bench_free(b);
}
END_TEST

/* RFC 5321 4.5.3.2.7: who does not answer a challenge is told so. */
START_TEST(test_timeout_in_exchange)
{
    struct bench *b = bench_new();
    bench_users(b, "tim:pencil\n");
    struct bench_client *c = bench_connect(b, "EHLO a.example\r\nAUTH SCRAM-SHA-1\r\n");
    bench_run(b);
    ck_assert_str_eq(bench_codes(c), "220 250 334 421");
    must_hold(b->log, " timeout\n");
    bench_free(b);
}
END_TEST

/* ---- secrets ------------------------------------------------------------------------------- */

static bool has(const char *octets, size_t n, const char *what)
{
    size_t m = strlen(what);
    for (size_t i = 0; i + m <= n; i++)
        if (memcmp(octets + i, what, m) == 0)
            return true;
    return false;
}

static void look_for_secrets(struct bench_client *c)
{
    const struct drive_session *s = c->bench->host.first;
    if (strstr(c->seen, "\r\n235 ") == NULL || s == NULL)
        return;
    ck_assert(!has((const char *)s, sizeof *s, "pencil"));
    ck_assert(!has((const char *)s, sizeof *s, "AHRpbQBw"));
    ck_assert(!has((const char *)s, sizeof *s, "jaWw="));
    c->edge.ask |= SMTP_WANT_RESET;
    c->react = NULL;
}

/* What a password came in is wiped when it has been looked at: as it came, and decoded. */
START_TEST(test_wiped)
{
    struct bench *b = bench_new();
    bench_users(b, "tim:pencil\n");
    b->config.session.auth_clear = drive_sasl_offer(b->config.sasl, DRIVE_OFFER_CLEAR_ALL);
    struct bench_client *c =
        bench_connect(b, _i == 0 ? "EHLO a.example\r\nAUTH PLAIN AHRpbQBwZW5jaWw=\r\n"
                                 : "EHLO a.example\r\nAUTH LOGIN\r\n");
    if (_i == 1) {
        bench_say(c, SMTP_SPAN("dGlt\r\n"));
        bench_say(c, SMTP_SPAN("cGVuY2ls\r\n"));
    }
    c->react = look_for_secrets;
    bench_run(b);
    ck_assert_ptr_null(c->react); /* it has looked */
    bench_free(b);
}
END_TEST

static Suite *login_suite(void)
{
    Suite *suite = suite_create("login");
    TCase *tcase = tcase_create("login");
    tcase_set_timeout(tcase, 30);
    tcase_add_loop_test(tcase, test_outcomes, 0, 2 * 2 * KINDS * MECHANISMS);
    tcase_add_test(tcase, test_unknown_is_like_wrong);
    tcase_add_loop_test(tcase, test_in_clear, 0, sizeof in_clear / sizeof *in_clear);
    tcase_add_test(tcase, test_ended_by_the_session);
    tcase_add_loop_test(tcase, test_submission, 0, 2);
    tcase_add_test(tcase, test_no_relay_without);
    tcase_add_loop_test(tcase, test_gone_while_deriving, 0, 2);
    tcase_add_test(tcase, test_client_gone_in_exchange);
    tcase_add_test(tcase, test_timeout_in_exchange);
    tcase_add_loop_test(tcase, test_wiped, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(login_suite)
