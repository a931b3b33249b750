#include <stdio.h>
#include <string.h>

#include "check_main.h"
#include "drive/forward.h"
#include "hop.h"

#define GREETING "220 hop.example\r\n"
#define HELLO "250-hop.example\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES\r\n"
#define DSN "250-hop.example\r\n250-DSN\r\n250 ENHANCEDSTATUSCODES\r\n"
#define OK "250 2.0.0 ok\r\n"
#define GO "354 go\r\n"
#define BYE "221 2.0.0 bye\r\n"
#define TEXT "Subject: x\r\n\r\n.dot\r\n"

enum { RETRY_MS = 60000, GIVE_UP_MS = 600000, RECIPIENTS = 2 };

struct result {
    enum smtp_outcome outcome;
    unsigned code;
    bool dsn;
    char text[DRIVE_TEXT_MAX], host[DRIVE_HOST_MAX];
};

static struct net_mem *mem;
static struct hop hop;
static bool hop_gone, never;
static smtp_span sent; /* the text */

/* What ended() was told. */
static struct {
    size_t calls, count;
    struct result results[RECIPIENTS];
    uint64_t at_ms;
} told;

static uint64_t now_ms(void)
{
    return net_mem_world(mem)->ops->now(net_mem_world(mem));
}

static void ended(void *arg, const struct drive_mail *mail, smtp_span text)
{
    (void)arg;
    ck_assert(smtp_span_is(text, sent));
    told.calls++;
    told.count = mail->rcpt_count;
    told.at_ms = now_ms();
    for (size_t i = 0; i < mail->rcpt_count; i++) {
        struct result *r = &told.results[i];
        r->outcome = mail->rcpts[i].outcome;
        r->code = mail->rcpts[i].code;
        r->dsn = mail->rcpts[i].dsn;
        snprintf(r->text, sizeof r->text, "%s", mail->rcpts[i].text);
        snprintf(r->host, sizeof r->host, "%s", mail->rcpts[i].host);
    }
}

static struct drive_forward *open_forward(const char *const *sayings)
{
    static const struct drive_forward_config config = {.name = "relay.example",
                                                       .host = "hop.example",
                                                       .retry_ms = RETRY_MS,
                                                       .give_up_ms = GIVE_UP_MS,
                                                       .ended = ended};
    mem = net_mem_new(0);
    ck_assert_ptr_nonnull(mem);
    memset(&told, 0, sizeof told);
    hop_init(&hop, mem, sayings);
    hop.gone = &hop_gone;
    return drive_forward_new(net_mem_world(mem), &hop.dialler, &config);
}

static void send_to(struct drive_forward *f, size_t recipients)
{
    static const struct smtp_mail_params mail = {.given = SMTP_P_RET | SMTP_P_ENVID | SMTP_P_AUTH |
                                                          SMTP_P_SIZE,
                                                 .ret = SMTP_RET_HDRS,
                                                 .envid = {"e", 1},
                                                 .auth = {"a@b", 3},
                                                 .size = 1};
    static const struct smtp_rcpt_params rcpt = {.given = SMTP_P_NOTIFY,
                                                 .notify = SMTP_NOTIFY_FAILURE};
    struct drive_parcel *p = drive_parcel_new(SMTP_SPAN("s@a.example"), &mail);
    ck_assert_ptr_nonnull(p);
    ck_assert(drive_parcel_add(p, SMTP_SPAN("x@b.example"), &rcpt));
    ck_assert(recipients == 1 || drive_parcel_add(p, SMTP_SPAN("y@b.example"), &rcpt));
    ck_assert_uint_eq(drive_parcel_count(p), recipients);
    sent = SMTP_SPAN(TEXT);
    ck_assert(drive_forward_send(f, p, sent));
}

static void run(void)
{
    (void)net_mem_world(mem)->ops->run(net_mem_world(mem), &never);
}

static void close_forward(struct drive_forward *f)
{
    drive_forward_free(f);
    net_mem_free(mem);
}

/* ---- one after the other --------------------------------------------------------------------- */

static const struct {
    const char *clause;
    const char *sayings[HOP_SAYINGS];
    size_t recipients, dials;
    enum smtp_outcome outcomes[RECIPIENTS];
    unsigned codes[RECIPIENTS];
    const char *heard; /* stands in it */
} cases[] = {
    {"5321-4.2.5",
     {GREETING, HELLO, OK, OK, GO, OK, BYE},
     1,
     1,
     {SMTP_O_DELIVERED},
     {250},
     "MAIL FROM:<s@a.example>|RCPT TO:<x@b.example>|DATA|QUIT"},
    {"3461-5.2.1",
     {GREETING, DSN, OK, OK, GO, OK, BYE},
     1,
     1,
     {SMTP_O_DELIVERED},
     {250},
     "MAIL FROM:<s@a.example> RET=HDRS ENVID=e|RCPT TO:<x@b.example> NOTIFY=FAILURE|DATA"},
    {"5321-4.2.1: 5yz",
     {GREETING, HELLO, OK, "550 5.1.1 no\r\n", OK, BYE},
     1,
     1,
     {SMTP_O_NEVER},
     {550},
     "RSET|QUIT"},
    {"5321-4.2.1: 4yz",
     {GREETING, HELLO, OK, "450 4.2.0 no\r\n", OK, BYE, GREETING, HELLO, OK, OK, GO, OK, BYE},
     1,
     2,
     {SMTP_O_DELIVERED},
     {250},
     "RSET|QUIT|EHLO relay.example|MAIL"},
    {"5321-4.5.4.1: those alone that failed",
     {GREETING, HELLO, OK, OK, "450 4.2.0 no\r\n", GO, OK, BYE, GREETING, HELLO, OK, OK, GO, OK,
      BYE},
     2,
     2,
     {SMTP_O_DELIVERED, SMTP_O_DELIVERED},
     {250, 250},
     "RCPT TO:<x@b.example>|RCPT TO:<y@b.example>|DATA|QUIT|EHLO relay.example|MAIL "
     "FROM:<s@a.example>|RCPT "
     "TO:<y@b.example>|DATA"},
    {"5321-3.6.3: one of two",
     {GREETING, HELLO, OK, "550 5.1.1 no\r\n", OK, GO, OK, BYE},
     2,
     1,
     {SMTP_O_NEVER, SMTP_O_DELIVERED},
     {550, 250},
     "DATA"},
    {"5321-4.2.5: the text",
     {GREETING, HELLO, OK, OK, GO, "554 5.6.0 no\r\n", BYE},
     1,
     1,
     {SMTP_O_NEVER},
     {554},
     "DATA"},
    {"5321-3.8: hung up",
     {GREETING, HELLO, OK, OK, HOP_CLOSE, GREETING, HELLO, OK, OK, GO, OK, BYE},
     1,
     2,
     {SMTP_O_DELIVERED},
     {250},
     "DATA|EHLO"},
};

START_TEST(outcomes)
{
    struct drive_forward *f = open_forward(cases[_i].sayings);
    send_to(f, cases[_i].recipients);
    run();
    ck_assert_uint_eq(told.calls, 1);
    ck_assert_uint_eq(told.count, cases[_i].recipients);
    ck_assert_uint_eq(hop.dials, cases[_i].dials);
    for (size_t i = 0; i < told.count; i++) {
        ck_assert_msg(told.results[i].outcome == cases[_i].outcomes[i] &&
                          told.results[i].code == cases[_i].codes[i],
                      "%s: %d %u", cases[_i].clause, (int)told.results[i].outcome,
                      told.results[i].code);
        ck_assert_str_eq(told.results[i].host, "hop.example");
    }
    ck_assert_msg(strstr(hop.heard, cases[_i].heard) != NULL, "%s: %s", cases[_i].clause,
                  hop.heard);
    ck_assert_ptr_null(strstr(hop.heard, "AUTH")); /* RFC 4954 5: nobody vouches for it */
    ck_assert_uint_eq(told.at_ms, (cases[_i].dials - 1) * (uint64_t)RETRY_MS);
    close_forward(f);
}
END_TEST

/* RFC 3461 5.2.1: who offers DSN tells of what it took, who does not leaves that to us. */
START_TEST(promises)
{
    static const char *const hellos[] = {HELLO, DSN};
    const char *sayings[HOP_SAYINGS] = {GREETING, hellos[_i], OK, OK, GO, OK, BYE};
    struct drive_forward *f = open_forward(sayings);
    send_to(f, 1);
    run();
    ck_assert_int_eq(told.results[0].dsn, _i);
    close_forward(f);
}
END_TEST

#define BINARY_FIELD "Content-Transfer-Encoding: binary\r\n"

/* RFC 3030 3 */
static const struct {
    const char *sender, *text;
    enum smtp_body body;
    bool returned;
} encodings[] = {
    {"s@a.example", BINARY_FIELD "\r\nx\r\n", SMTP_BODY_NONE, true},
    {"s@a.example", "A: b\r\ncontent-transfer-encoding:\r\n\tBINARY \r\n\r\nx\r\n",
     SMTP_BODY_8BITMIME, true},
    {"s@a.example", BINARY_FIELD "\r\nx\r\n", SMTP_BODY_BINARYMIME, false},
    {"", BINARY_FIELD "\r\nx\r\n", SMTP_BODY_NONE, false}, /* there is nobody to return it to */
    {"s@a.example", "Content-Transfer-Encoding: 8bit\r\n\r\nx\r\n", SMTP_BODY_NONE, false},
    {"s@a.example", "X: binary\r\n\r\nx\r\n", SMTP_BODY_NONE, false},
    {"s@a.example", "A: b\r\n\r\n" BINARY_FIELD, SMTP_BODY_NONE, false},
};

START_TEST(binary_unsaid)
{
    static const char *const sayings[HOP_SAYINGS] = {
        GREETING, "250-hop.example\r\n250-8BITMIME\r\n250-CHUNKING\r\n250 BINARYMIME\r\n",
        OK,       OK,
        OK,       BYE};
    bool said = encodings[_i].body != SMTP_BODY_NONE;
    struct smtp_mail_params mail = {.given = said ? (unsigned)SMTP_P_BODY : 0,
                                    .body = encodings[_i].body};
    struct smtp_rcpt_params rcpt = {.given = 0};
    struct drive_forward *f = open_forward(sayings);
    struct drive_parcel *p = drive_parcel_new(smtp_span_of(encodings[_i].sender), &mail);
    ck_assert_ptr_nonnull(p);
    ck_assert(drive_parcel_add(p, SMTP_SPAN("x@b.example"), &rcpt));
    sent = smtp_span_of(encodings[_i].text);
    ck_assert(drive_forward_send(f, p, sent));
    run();
    ck_assert_uint_eq(told.calls, 1);
    ck_assert_uint_eq(hop.dials, encodings[_i].returned ? 0 : 1);
    ck_assert_int_eq(told.results[0].outcome,
                     encodings[_i].returned ? SMTP_O_NEVER : SMTP_O_DELIVERED);
    close_forward(f);
}
END_TEST

/* ---- how long -------------------------------------------------------------------------------- */

/* RFC 5321 4.5.4.1: it is given up. */
START_TEST(given_up)
{
    struct drive_forward *f = open_forward(NULL);
    hop.refuses = true;
    send_to(f, 1);
    run();
    ck_assert_uint_eq(told.calls, 1);
    ck_assert_int_eq(told.results[0].outcome, SMTP_O_LATER);
    ck_assert_uint_eq(hop.dials, 1 + GIVE_UP_MS / RETRY_MS);
    ck_assert_uint_eq(told.at_ms, GIVE_UP_MS);
    close_forward(f);
}
END_TEST

static bool stopped;

static void stop(struct net_timer *timer, uint64_t at_ms)
{
    (void)timer;
    (void)at_ms;
    stopped = true;
}

/* It may be freed at any time: before a try, during one, between two. */
START_TEST(freed)
{
    static const char *const sayings[HOP_SAYINGS] = {GREETING, HELLO, HOP_SILENT};
    struct net_timer timer = {.at_ms = RETRY_MS / 2, .done = stop};
    struct drive_forward *f = open_forward(sayings);
    hop.refuses = _i == 2;
    send_to(f, 1);
    stopped = _i == 0;
    if (!stopped)
        net_mem_timer(mem, &timer);
    ck_assert(net_mem_world(mem)->ops->run(net_mem_world(mem), &stopped));
    ck_assert_uint_eq(hop.dials, _i == 0 ? 0 : 1);
    close_forward(f);
    ck_assert_uint_eq(told.calls, 0);
}
END_TEST

static Suite *forward_suite(void)
{
    Suite *suite = suite_create("forward");
    TCase *tcase = tcase_create("forward");
    tcase_add_loop_test(tcase, outcomes, 0, (int)(sizeof cases / sizeof *cases));
    tcase_add_loop_test(tcase, promises, 0, 2);
    tcase_add_loop_test(tcase, binary_unsaid, 0, (int)(sizeof encodings / sizeof *encodings));
    tcase_add_test(tcase, given_up);
    tcase_add_loop_test(tcase, freed, 0, 3);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(forward_suite)
