#include <string.h>

#include "bench.h"
#include "check_main.h"

#define SENDER "ann@example.test"
#define DATA "DATA\r\nSubject: x\r\n\r\nbody\r\n.\r\nQUIT\r\n"

static const char *const domains[] = {"example.test"};
static const char *const mailboxes[] = {SENDER, "bob@example.test"};
static const struct drive_site_config site_config = {.domains = domains,
                                                     .domain_count = 1,
                                                     .mailboxes = mailboxes,
                                                     .mailbox_count = 2,
                                                     .host = "mx.example.test"};

/* A bench whose store has a notifier in front of it. */
struct notified {
    struct bench *b;
    struct drive_policy *site;
    struct drive_store *store;
};

/* The bench's own store, and what a test makes of it. */
static struct drive_store_ops usual, odd;

static void keep(struct drive_store *store)
{
    (void)store; /* it is the bench's */
}

static struct notified notified_new(void)
{
    const char *why = "";
    struct notified n = {bench_new(), drive_site_new(&site_config, &why), NULL};
    ck_assert_ptr_nonnull(n.site);
    odd = usual = *n.b->store.store.ops;
    odd.free = keep;
    n.b->store.store.ops = &odd;
    n.store = drive_notifier_new(&n.b->store.store, n.site, "mx.example.test");
    ck_assert_ptr_nonnull(n.store);
    n.b->config.store = n.store;
    n.b->config.session.extensions |= (unsigned)SMTP_X_DSN;
    return n;
}

static void notified_free(struct notified *n)
{
    n->store->ops->free(n->store);
    drive_site_free(n->site);
    bench_free(n->b);
}

static const char *stored(const struct notified *n)
{
    static char text[BENCH_TEXT + 1];
    memcpy(text, n->b->store.text, n->b->store.n);
    text[n->b->store.n] = '\0';
    return text;
}

static void must_have(const char *text, const char *what)
{
    ck_assert_msg(strstr(text, what) != NULL, "\"%s\" is not in\n%s", what, text);
}

/* What MAIL and RCPT say, and whether the sender is told. */
static const struct {
    const char *clause, *mail, *rcpt;
    size_t stored;
} rows[] = {
    {"3461-5.2.3 a", "<" SENDER ">", "<bob@example.test> NOTIFY=SUCCESS", 2},
    {"3461-5.2.3 a", "<" SENDER ">", "<bob@example.test> NOTIFY=DELAY,SUCCESS", 2},
    {"3461-5.2.3 b", "<" SENDER ">", "<bob@example.test> NOTIFY=FAILURE,DELAY", 1},
    {"3461-5.2.3 b", "<" SENDER ">", "<bob@example.test> NOTIFY=NEVER", 1},
    {"3461-5.2.3 c", "<" SENDER ">", "<bob@example.test>", 1},
    {"3461-5.2", "<>", "<bob@example.test> NOTIFY=SUCCESS", 1},
    {"5321-3.6.2", "<ann@foreign.example>", "<bob@example.test> NOTIFY=SUCCESS", 1},
    {"5321-3.3", "<nobody@example.test>", "<bob@example.test> NOTIFY=SUCCESS", 1},
};
enum { ROWS = sizeof rows / sizeof *rows, WAYS = 4 };

/* Everything at once, or with a store that takes its time in writing, in storing, or in both. */
START_TEST(test_who_is_told)
{
    struct notified n = notified_new();
    char script[512];
    int row = _i / WAYS, way = _i % WAYS;
    n.b->store.commit_ms = way & 1 ? 50 : 0;
    n.b->store.room_ms = way & 2 ? 20 : 0;
    snprintf(script, sizeof script, "EHLO a.example\r\nMAIL FROM:%s\r\nRCPT TO:%s\r\n" DATA,
             rows[row].mail, rows[row].rcpt);
    struct bench_client *c = bench_connect(n.b, script);
    bench_run(n.b);
    ck_assert_str_eq(bench_codes(c), "220 250 250 250 354 250 221");
    ck_assert_msg(n.b->store.committed == rows[row].stored, "%s", rows[row].clause);
    if (rows[row].stored == 2) {
        ck_assert_str_eq(n.b->store.sender, ""); /* RFC 3461 6.1 */
        ck_assert_str_eq(n.b->store.recipients, "<" SENDER ">");
        must_have(stored(&n), "\r\nFinal-Recipient: rfc822; bob@example.test\r\n"
                              "Action: delivered\r\n");
    }
    notified_free(&n);
}
END_TEST

START_TEST(test_text)
{
    struct notified n = notified_new();
    bench_connect(n.b, "EHLO a.example\r\nMAIL FROM:<" SENDER "> ENVID=a+2Bb RET=FULL\r\n"
                       "RCPT TO:<bob@example.test> NOTIFY=SUCCESS ORCPT=rfc822;c@d.example\r\n"
                       "RCPT TO:<" SENDER ">\r\n" DATA);
    bench_run(n.b);
    const char *text = stored(&n);
    ck_assert_int_eq(strncmp(text, "Return-Path: <>\r\nDate: ", 23), 0);
    must_have(text, "\r\nOriginal-Envelope-Id: a+b\r\nReporting-MTA: dns; mx.example.test\r\n");
    must_have(text, "\r\nOriginal-Recipient: rfc822; c@d.example\r\n");
    must_have(text, "\r\nReceived: from a.example ");
    must_have(text, "\r\nSubject: x\r\n\r\n--");
    ck_assert_ptr_null(strstr(text, "body"));            /* RFC 3461 6.2 */
    ck_assert_ptr_null(strstr(text, "rfc822; " SENDER)); /* RFC 3461 5.2.8 */
    notified_free(&n);
}
END_TEST

/* RFC 5321 4.2.5: what is refused is not there. */
START_TEST(test_refused)
{
    struct notified n = notified_new();
    n.b->store.fault = SMTP_E_STORE_FULL;
    struct bench_client *c =
        bench_connect(n.b, "EHLO a.example\r\nMAIL FROM:<" SENDER ">\r\n"
                           "RCPT TO:<bob@example.test> NOTIFY=SUCCESS\r\n" DATA);
    bench_run(n.b);
    ck_assert_str_eq(bench_codes(c), "220 250 250 250 354 452 221");
    ck_assert_uint_eq(n.b->store.begun, 1);
    notified_free(&n);
}
END_TEST

/* RFC 2033 4.2: those whose answer said no are not told of. */
START_TEST(test_lmtp)
{
    struct notified n = notified_new();
    n.b->config.session.mode = SMTP_MODE_LMTP;
    n.b->store.faults[0] = SMTP_E_STORE_FULL;
    struct bench_client *c = bench_connect(n.b, "LHLO a.example\r\nMAIL FROM:<" SENDER ">\r\n"
                                                "RCPT TO:<bob@example.test> NOTIFY=SUCCESS\r\n"
                                                "RCPT TO:<" SENDER "> NOTIFY=SUCCESS\r\n" DATA);
    bench_run(n.b);
    ck_assert_str_eq(bench_codes(c), "220 250 250 250 250 354 452 250 221");
    must_have(stored(&n), "\r\nFinal-Recipient: rfc822; " SENDER "\r\n");
    ck_assert_ptr_null(strstr(stored(&n), "bob@example.test"));
    notified_free(&n);
}
END_TEST

START_TEST(test_cut_off)
{
    struct notified n = notified_new();
    bench_connect(n.b, "EHLO a.example\r\nMAIL FROM:<" SENDER ">\r\n"
                       "RCPT TO:<bob@example.test> NOTIFY=SUCCESS\r\nDATA\r\nSubject: x\r\n");
    bench_run(n.b);
    ck_assert_uint_eq(n.b->store.begun, 1);
    ck_assert_uint_eq(n.b->store.aborted, 1);
    notified_free(&n);
}
END_TEST

/* ---- a notice that cannot be stored -------------------------------------------------------- */

static struct bench_store *odd_store;

static struct drive_delivery *begin_once(struct drive_store *store, const char *id,
                                         struct drive_envelope *envelope, struct drive_giver *giver)
{
    return odd_store->begun > 0 ? NULL : usual.begin(store, id, envelope, giver);
}

static void commit_once(struct drive_delivery *d)
{
    if (odd_store->committed > 0)
        odd_store->fault = SMTP_E_STORE_FULL;
    usual.commit(d);
}

START_TEST(test_message_stays)
{
    struct notified n = notified_new();
    odd_store = &n.b->store;
    if (_i == 0)
        odd.begin = begin_once;
    else
        odd.commit = commit_once;
    struct bench_client *c =
        bench_connect(n.b, "EHLO a.example\r\nMAIL FROM:<" SENDER ">\r\n"
                           "RCPT TO:<bob@example.test> NOTIFY=SUCCESS\r\n" DATA);
    bench_run(n.b);
    ck_assert_str_eq(bench_codes(c), "220 250 250 250 354 250 221");
    ck_assert_uint_eq(n.b->store.committed, _i == 0 ? 1 : 2);
    notified_free(&n);
}
END_TEST

static Suite *notifier_suite(void)
{
    Suite *suite = suite_create("notifier");
    TCase *tcase = tcase_create("notifier");
    tcase_add_loop_test(tcase, test_who_is_told, 0, ROWS * WAYS);
    tcase_add_test(tcase, test_text);
    tcase_add_test(tcase, test_refused);
    tcase_add_test(tcase, test_lmtp);
    tcase_add_test(tcase, test_cut_off);
    tcase_add_loop_test(tcase, test_message_stays, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(notifier_suite)
