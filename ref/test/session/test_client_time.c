#include <string.h>

#include "check_main.h"
#include "client_log.h"

/* Each of its own length, so that none passes for another. */
static const struct smtp_client_limits limits = {.greeting_ms = 1001,
                                                 .command_ms = 2002,
                                                 .mail_ms = 3003,
                                                 .rcpt_ms = 4004,
                                                 .data_ms = 5005,
                                                 .block_ms = 6006,
                                                 .end_ms = 7007,
                                                 .tls_ms = 8008,
                                                 .quit_ms = 909,
                                                 .reply_lines = 10};
static const struct smtp_client_config plain = {.name = "c.test", .limits = &limits};
static const struct smtp_client_config lmtp = {.name = "c.test", .limits = &limits, .lmtp = true};

#define MAIL                                                                                       \
    {                                                                                              \
        .what = CLIENT_MAIL, .sender = "a@c.test", .rcpts = "b@s.test", .text = { "x\r\n", 3 }     \
    }
#define READY "220 x\r\n250 x\r\n"
#define TEXT READY "250 x\r\n250 x\r\n354 x\r\n"
#define CHUNKS "220 x\r\n250-x\r\n250 CHUNKING\r\n250 x\r\n250 x\r\n"

static const struct {
    const char *clause, *said; /* by the server, and then nothing more */
    struct client_call call;
    uint64_t ms;
    const char *log; /* what comes at the deadline, and quit_ms later */
    bool stalled;    /* the server stops reading, too */
    bool lmtp;
} waits[] = {
    {"5321-4.5.3.2.1", "", MAIL, 1001, "TIMEOUT (greeting) TIMEOUT\nCLOSED TIMEOUT\n", false,
     false},
    {"5321-4.5.3.2.1", "220-x\r\n220", MAIL, 1001, "TIMEOUT (greeting) TIMEOUT\nCLOSED TIMEOUT\n",
     false, false},
    {"5321-4.5.3.2", "220 x\r\n", MAIL, 2002, "C: QUIT\nTIMEOUT EHLO TIMEOUT\nCLOSED TIMEOUT\n",
     false, false},
    {"5321-4.5.3.2", "220 x\r\n500 x\r\n", MAIL, 2002,
     "C: QUIT\nTIMEOUT HELO TIMEOUT\nCLOSED TIMEOUT\n", false, false},
    {"2033-4.1", "220 x\r\n", MAIL, 2002, "C: QUIT\nTIMEOUT LHLO TIMEOUT\nCLOSED TIMEOUT\n", false,
     true},
    {"3207-4", "220 x\r\n250-x\r\n250 STARTTLS\r\n", MAIL, 2002,
     "TIMEOUT STARTTLS TIMEOUT\nCLOSED TIMEOUT\n", false, false},
    {"3207-4.1", "220 x\r\n250-x\r\n250 STARTTLS\r\n220 x\r\n", MAIL, 8008,
     "TIMEOUT  TIMEOUT\nCLOSED TIMEOUT\n", false, false},
    {"4954-4",
     "220 x\r\n250-x\r\n250 AUTH PLAIN\r\n",
     {.what = CLIENT_AUTH, .mechanism = "PLAIN", .initial = "x"},
     2002,
     "TIMEOUT AUTH TIMEOUT\nCLOSED TIMEOUT\n",
     false,
     false},
    {"5321-4.5.3.2",
     READY,
     {.what = CLIENT_COMMAND, .verb = SMTP_V_NOOP},
     2002,
     "C: QUIT\nTIMEOUT NOOP TIMEOUT\nCLOSED TIMEOUT\n",
     false,
     false},
    {"5321-4.5.3.2.2", READY, MAIL, 3003,
     "C: QUIT\nTIMEOUT MAIL TIMEOUT\nDONE NONE, NONE\nCLOSED TIMEOUT\n", false, false},
    {"5321-4.5.3.2.3", READY "250 x\r\n", MAIL, 4004,
     "C: QUIT\nTIMEOUT RCPT TIMEOUT\nDONE NONE, NONE\nCLOSED TIMEOUT\n", false, false},
    {"5321-4.5.3.2.4", READY "250 x\r\n250 x\r\n", MAIL, 5005,
     "TIMEOUT DATA TIMEOUT\nDONE NONE, NONE\nCLOSED TIMEOUT\n", false, false},
    {"5321-4.5.3.2.5", TEXT, MAIL, 6006,
     "TIMEOUT (end of data) TIMEOUT\nDONE UNKNOWN, UNKNOWN\nCLOSED TIMEOUT\n", true, false},
    {"5321-4.5.3.2.6", TEXT, MAIL, 7007,
     "C: QUIT\nTIMEOUT (end of data) TIMEOUT\nDONE UNKNOWN, UNKNOWN\nCLOSED TIMEOUT\n", false,
     false},
    {"3030-2", CHUNKS, MAIL, 7007,
     "C: QUIT\nTIMEOUT (end of data) TIMEOUT\nDONE UNKNOWN, UNKNOWN\nCLOSED TIMEOUT\n", false,
     false},
    {"3030-2", CHUNKS, MAIL, 6006,
     "TIMEOUT (end of data) TIMEOUT\nDONE UNKNOWN, UNKNOWN\nCLOSED TIMEOUT\n", true, false},
    {"5321-4.5.3.2", READY "250 x\r\n550 x\r\n", MAIL, 2002,
     "C: QUIT\nTIMEOUT RSET TIMEOUT\nDONE NEVER 550, NEVER 550\nCLOSED TIMEOUT\n", false, false},
    {"5321-4.1.1.10", READY, {.what = CLIENT_QUIT}, 909, "CLOSED\n", false, false},
    {"5321-4.1.1.10",
     "554 x\r\n",
     {.what = CLIENT_QUIT},
     909,
     "CLOSED 554 NO_SERVICE\n",
     false,
     false},
};

static char in[SMTP_CLIENT_IN_MIN], out[SMTP_CLIENT_OUT_MIN], log_octets[1 << 14];

static struct client_play begin(const struct smtp_client_config *config,
                                const struct client_call *call)
{
    return (struct client_play){.config = config,
                                .calls = call,
                                .call_count = 1,
                                .in = {in, sizeof in},
                                .out = {out, sizeof out},
                                .log = {.room = {log_octets, sizeof log_octets - 1}},
                                .now_ms = 100000};
}

/* Where the server is stalled, it is so from its last reply on. */
static void lead_up(struct client_play *p, const char *said, bool stalled)
{
    size_t n = strlen(said), last = n;
    do
        last -= last > 0 && stalled ? 1 : 0;
    while (stalled && last > 0 && said[last - 1] != '\n');
    client_play_write(p, (smtp_span){said, last});
    p->stalled = stalled;
    client_play_write(p, (smtp_span){said + last, n - last});
}

static void wait(struct client_play *p, uint64_t ms)
{
    struct client_cuts cuts = {.step = 0};
    size_t at = 0;
    client_play_step(p, &(struct client_step){.does = CLIENT_WAIT, .ms = ms}, &cuts, &at);
}

START_TEST(test_waits)
{
    struct client_play p = begin(waits[_i].lmtp ? &lmtp : &plain, &waits[_i].call);
    ck_assert(client_play_begin(&p));
    lead_up(&p, waits[_i].said, waits[_i].stalled);
    size_t before = p.log.n;
    ck_assert_msg(p.client.edge.deadline_ms == p.now_ms + waits[_i].ms, "%s: %d ms, not %d",
                  waits[_i].clause, (int)(p.client.edge.deadline_ms - p.now_ms), (int)waits[_i].ms);
    wait(&p, waits[_i].ms - 1);
    ck_assert_uint_eq(p.log.n, before);
    wait(&p, 1);
    ck_assert_uint_gt(p.log.n, before);
    wait(&p, limits.quit_ms);
    ck_assert(p.closed);
    log_octets[p.log.n] = '\0';
    before += log_octets[before] == '\n' ? 1 : 0; /* the end of the text's line */
    ck_assert_msg(strcmp(log_octets + before, waits[_i].log) == 0, "%s:\n%s", waits[_i].clause,
                  log_octets + before);
    ck_assert_uint_eq(p.client.edge.deadline_ms, SMTP_NEVER);
    unsigned last = waits[_i].stalled ? SMTP_WANT_RESET : SMTP_WANT_CLOSE;
    ck_assert_uint_eq(smtp_edge_want(&p.client.edge), last);
}
END_TEST

/* Nobody waits for a caller who takes his time. */
START_TEST(test_callers_time)
{
    static const struct client_call calls[] = {{.what = CLIENT_STAY}};
    struct client_play p = begin(&plain, calls);
    ck_assert(client_play_begin(&p));
    client_play_write(&p, SMTP_SPAN(READY));
    ck_assert_uint_eq(p.client.edge.deadline_ms, SMTP_NEVER);
    ck_assert((smtp_edge_want(&p.client.edge) & SMTP_WANT_REPLY) != 0);
    wait(&p, 1ULL << 40);
    ck_assert(!p.closed);
}
END_TEST

/* RFC 5321 4.5.3.2.5: "each" write; so every octet that leaves is progress, and so is every reply. */
START_TEST(test_progress)
{
    static const struct client_call call = MAIL;
    struct client_play p = begin(&plain, &call);
    ck_assert(client_play_begin(&p));
    p.drain = 1;
    lead_up(&p, TEXT, true);
    struct smtp_client_event ev;
    while (p.client.edge.out_len > 1) {
        p.now_ms += limits.block_ms - 1;
        smtp_edge_sent(&p.client.edge, 1);
        ck_assert(!smtp_client_next(&p.client, p.now_ms, &ev));
        ck_assert_uint_eq(p.client.edge.deadline_ms, p.now_ms + limits.block_ms);
    }
    smtp_edge_sent(&p.client.edge, 1);
    ck_assert(!smtp_client_next(&p.client, p.now_ms, &ev));
    ck_assert_uint_eq(p.client.edge.deadline_ms, p.now_ms + limits.end_ms);
}
END_TEST

/* A reply that never ends is no progress. */
START_TEST(test_dripping_reply)
{
    static const struct client_call call = MAIL;
    struct client_play p = begin(&plain, &call);
    ck_assert(client_play_begin(&p));
    uint64_t deadline = p.client.edge.deadline_ms;
    for (int i = 0; i < 5; i++) {
        wait(&p, 10);
        client_play_write(&p, SMTP_SPAN("220-x\r\n"));
        ck_assert_uint_eq(p.client.edge.deadline_ms, deadline);
    }
}
END_TEST

/* What came in time counts, whenever it is looked at. */
START_TEST(test_in_time)
{
    static const struct client_call call = MAIL;
    struct client_play p = begin(&plain, &call);
    ck_assert(client_play_begin(&p));
    p.now_ms += limits.greeting_ms;
    client_play_write(&p, SMTP_SPAN("220 x\r\n"));
    ck_assert_uint_eq(p.client.edge.deadline_ms, p.now_ms + limits.command_ms);
}
END_TEST

/* RFC 5321 4.5.3.2: the least that a client has to wait; a limit beyond all time is none. */
START_TEST(test_defaults)
{
    const struct smtp_client_limits *l = &smtp_client_limits_default;
    const uint64_t minute = 60000;
    ck_assert_uint_ge(l->greeting_ms, 5 * minute);
    ck_assert_uint_ge(l->mail_ms, 5 * minute);
    ck_assert_uint_ge(l->rcpt_ms, 5 * minute);
    ck_assert_uint_ge(l->data_ms, 2 * minute);
    ck_assert_uint_ge(l->block_ms, 3 * minute);
    ck_assert_uint_ge(l->end_ms, 10 * minute);
    static const struct smtp_client_limits never = {.greeting_ms = UINT64_MAX, .reply_lines = 1};
    static const struct smtp_client_config patient = {.name = "c.test", .limits = &never},
                                           usual = {.name = "c.test"};
    struct client_play p = begin(&patient, NULL);
    ck_assert(client_play_begin(&p));
    ck_assert_uint_eq(p.client.edge.deadline_ms, SMTP_NEVER);
    p = begin(&usual, NULL);
    ck_assert(client_play_begin(&p));
    ck_assert_uint_eq(p.client.edge.deadline_ms, p.now_ms + l->greeting_ms);
}
END_TEST

static Suite *time_suite(void)
{
    Suite *suite = suite_create("client_time");
    TCase *tcase = tcase_create("time");
    tcase_add_loop_test(tcase, test_waits, 0, sizeof waits / sizeof *waits);
    tcase_add_test(tcase, test_callers_time);
    tcase_add_test(tcase, test_progress);
    tcase_add_test(tcase, test_dripping_reply);
    tcase_add_test(tcase, test_in_time);
    tcase_add_test(tcase, test_defaults);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(time_suite)
