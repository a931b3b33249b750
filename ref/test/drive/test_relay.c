#include <stdio.h>
#include <string.h>

#include "check_main.h"
#include "drive/serve.h"
#include "hop.h"
#include "smtp/client.h"

enum { LONG = 300000, RECIPIENTS = 3 };

#define GREETING "220 hop.example\r\n"
#define HELLO "250-hop.example\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES\r\n"
#define OK "250 2.0.0 ok\r\n"
#define GO "354 go\r\n"
#define BYE "221 2.0.0 bye\r\n"
#define TEXT "Subject: x\r\n\r\n.dot\r\n"

/* ---- a relay to a hop, and who gives it a message ------------------------------------------ */

static struct net_mem *mem;
static struct hop hop;
static struct drive_store *store;

static struct message {
    struct drive_giver giver; /* first */
    struct drive_envelope envelope;
    struct drive_recipient recipients[RECIPIENTS];
    struct drive_delivery *delivery;
    const char *text;
    size_t n, given, waits;
    bool aborts, ended, done;
    enum smtp_fault fault;
} message;

static void give(void)
{
    struct message *m = &message;
    while (m->given < m->n && store->ops->room(m->delivery) >= DRIVE_WRITE_MAX) {
        size_t n = m->n - m->given < 10000 ? m->n - m->given : 10000;
        m->given += n;
        store->ops->write(m->delivery, (smtp_span){m->text + m->given - n, n});
    }
    m->waits += m->given < m->n;
    if (m->given < m->n || m->ended)
        return;
    m->ended = true;
    if (m->aborts)
        store->ops->abort(m->delivery);
    else
        store->ops->commit(m->delivery);
}

static void on_room(struct drive_giver *giver)
{
    (void)giver;
    ck_assert(message.delivery != NULL && !message.done);
    if (!message.ended)
        give();
}

static void on_done(struct drive_giver *giver, enum smtp_fault fault)
{
    (void)giver;
    ck_assert(message.ended && !message.done);
    message.fault = fault;
    message.done = true;
}

/* The hop's connection may end before done() or behind it. */
static bool hop_gone;

static void open_relay(bool lmtp, const char *const *sayings)
{
    struct drive_relay_config config = {.name = "relay.example", .lmtp = lmtp};
    mem = net_mem_new(0);
    ck_assert_ptr_nonnull(mem);
    hop_init(&hop, mem, sayings);
    hop_gone = false;
    hop.gone = &hop_gone;
    store = drive_relay_new(net_mem_world(mem), &hop.dialler, &config);
    ck_assert_ptr_nonnull(store);
    ck_assert(store->relays);
}

static void close_relay(void)
{
    store->ops->free(store);
    net_mem_free(mem);
}

static void begin(const char *text, size_t n, bool each)
{
    static const char *const names[RECIPIENTS] = {"ann@b.example", "bob@b.example", "postmaster"};
    message = (struct message){.giver = {on_room, on_done}, .text = text, .n = n};
    message.envelope = (struct drive_envelope){.sender = SMTP_SPAN("joe@a.example"),
                                               .recipients = message.recipients,
                                               .recipient_count = RECIPIENTS,
                                               .each = each};
    for (size_t i = 0; i < RECIPIENTS; i++)
        message.recipients[i].mailbox = smtp_span_of(names[i]);
    message.delivery = store->ops->begin(store, "id1", &message.envelope, &message.giver);
    ck_assert_ptr_nonnull(message.delivery);
}

static void run_until(const bool *stop)
{
    struct net_world *world = net_mem_world(mem);
    if (!*stop)
        ck_assert(world->ops->run(world, stop));
}

static void deliver(const char *text, size_t n, bool each)
{
    begin(text, n, each);
    give();
    run_until(&message.done);
    run_until(&hop_gone);
}

/* ---- tests --------------------------------------------------------------------------------- */

static const struct {
    const char *clause;
    bool lmtp, each;
    const char *sayings[HOP_SAYINGS];
    enum smtp_fault fault, faults[RECIPIENTS];
    unsigned char class; /* of the enhanced code of the first who was refused */
    bool whole;          /* the hop has got the text to its end */
} rows[] = {
    /* the one answer of SMTP */
    {"5321-4.2.5", false, false, {GREETING, HELLO, OK, OK, OK, OK, GO, OK, BYE}, 0, {0}, 0, true},
    {"5321-4.1.1.10",
     false,
     false,
     {GREETING, HELLO, OK, OK, OK, OK, GO, OK, HOP_SILENT},
     0,
     {0},
     0,
     true},
    {"5321-4.2.3",
     false,
     false,
     {GREETING, HELLO, OK, OK, OK, OK, GO, "451 4.3.2 no\r\n", BYE},
     SMTP_E_HOP_LATER,
     {SMTP_E_HOP_LATER, SMTP_E_HOP_LATER, SMTP_E_HOP_LATER},
     4,
     true},
    {"5321-4.2.3",
     false,
     false,
     {GREETING, HELLO, OK, OK, OK, OK, GO, "554 5.6.0 no\r\n", BYE},
     SMTP_E_HOP_NEVER,
     {SMTP_E_HOP_NEVER, SMTP_E_HOP_NEVER, SMTP_E_HOP_NEVER},
     5,
     true},
    /* MAIL refused */
    {"5321-3.3",
     false,
     false,
     {GREETING, HELLO, "550 5.7.1 no\r\n", BYE},
     SMTP_E_HOP_NEVER,
     {SMTP_E_HOP_NEVER, SMTP_E_HOP_NEVER, SMTP_E_HOP_NEVER},
     5,
     false},
    {"5321-3.3",
     false,
     true,
     {GREETING, HELLO, "451 4.7.1 no\r\n", BYE},
     0,
     {SMTP_E_HOP_LATER, SMTP_E_HOP_LATER, SMTP_E_HOP_LATER},
     4,
     false},
    /* a recipient refused: nobody gets it, where there is one answer */
    {"5321-4.2.5",
     false,
     false,
     {GREETING, HELLO, OK, OK, "550 5.1.1 no\r\n", OK, GO, HOP_SILENT},
     SMTP_E_HOP_NEVER,
     {SMTP_E_HOP_DOWN, SMTP_E_HOP_NEVER, SMTP_E_HOP_DOWN},
     0,
     false},
    {"5321-4.2.5",
     true,
     false,
     {GREETING, HELLO, OK, "450 4.2.1 no\r\n", OK, OK, GO, HOP_SILENT},
     SMTP_E_HOP_LATER,
     {SMTP_E_HOP_LATER, SMTP_E_HOP_DOWN, SMTP_E_HOP_DOWN},
     4,
     false},
    {"5321-4.2.5",
     true,
     false,
     {GREETING, HELLO, OK, "450 4.2.1 no\r\n", "550 5.1.1 no\r\n", OK, GO, HOP_SILENT},
     SMTP_E_HOP_NEVER,
     {SMTP_E_HOP_LATER, SMTP_E_HOP_NEVER, SMTP_E_HOP_DOWN},
     4,
     false},
    {"5321-3.3",
     false,
     false,
     {GREETING, HELLO, OK, "550 5.1.1 no\r\n", "550 5.1.1 no\r\n", "550 5.1.1 no\r\n",
      "503 5.5.1 no\r\n", BYE, BYE},
     SMTP_E_HOP_NEVER,
     {SMTP_E_HOP_NEVER, SMTP_E_HOP_NEVER, SMTP_E_HOP_NEVER},
     5,
     false},
    /* an answer for each */
    {"2033-4.2", true, true, {GREETING, HELLO, OK, OK, OK, OK, GO, OK OK OK, BYE}, 0, {0}, 0, true},
    {"2033-4.2",
     true,
     true,
     {GREETING, HELLO, OK, OK, "550 5.1.1 no\r\n", OK, GO, OK "452 4.2.2 full\r\n", BYE},
     0,
     {0, SMTP_E_HOP_NEVER, SMTP_E_HOP_LATER},
     5,
     true},
    {"2033-4.2",
     true,
     false,
     {GREETING, HELLO, OK, OK, OK, OK, GO, OK "452 4.2.2 full\r\n" OK, BYE},
     SMTP_E_HOP_LATER,
     {0, SMTP_E_HOP_LATER, 0},
     4,
     true},
    {"2033-4.2",
     true,
     false,
     {GREETING, HELLO, OK, OK, OK, OK, GO,
      OK "452 4.2.2 full\r\n"
         "550 5.2.0 no\r\n",
      BYE},
     SMTP_E_HOP_NEVER,
     {0, SMTP_E_HOP_LATER, SMTP_E_HOP_NEVER},
     4,
     true},
    {"2033-4.2", false, true, {GREETING, HELLO, OK, OK, OK, OK, GO, OK, BYE}, 0, {0}, 0, true},
    /* the connection ends, or time does */
    {"5321-3.8",
     false,
     false,
     {"554 5.3.2 no\r\n", BYE},
     SMTP_E_HOP_DOWN,
     {SMTP_E_HOP_DOWN, SMTP_E_HOP_DOWN, SMTP_E_HOP_DOWN},
     0,
     false},
    {"5321-4.5.3.2.1",
     false,
     false,
     {HOP_SILENT},
     SMTP_E_HOP_DOWN,
     {SMTP_E_HOP_DOWN, SMTP_E_HOP_DOWN, SMTP_E_HOP_DOWN},
     0,
     false},
    {"5321-3.8",
     true,
     false,
     {GREETING, HELLO, OK, "421 4.3.2 bye\r\n"},
     SMTP_E_HOP_LATER,
     {SMTP_E_HOP_LATER, SMTP_E_HOP_LATER, SMTP_E_HOP_LATER},
     4,
     false},
    {"5321-4.5.3.2.6",
     true,
     false,
     {GREETING, HELLO, OK, OK, OK, OK, GO, HOP_SILENT},
     SMTP_E_HOP_DOWN,
     {SMTP_E_HOP_DOWN, SMTP_E_HOP_DOWN, SMTP_E_HOP_DOWN},
     0,
     true},
    {"2033-4.2",
     true,
     true,
     {GREETING, HELLO, OK, OK, OK, OK, GO, OK "451 4.3.0 no\r\n", HOP_SILENT},
     0,
     {0, SMTP_E_HOP_LATER, SMTP_E_HOP_DOWN},
     4,
     true},
    {"5321-3.8",
     true,
     true,
     {GREETING, HELLO, OK, OK, OK, OK, GO, HOP_RESET},
     0,
     {SMTP_E_HOP_DOWN, SMTP_E_HOP_DOWN, SMTP_E_HOP_DOWN},
     0,
     true},
    {"5321-3.8",
     false,
     false,
     {GREETING, HELLO, OK, HOP_CLOSE},
     SMTP_E_HOP_DOWN,
     {SMTP_E_HOP_DOWN, SMTP_E_HOP_DOWN, SMTP_E_HOP_DOWN},
     0,
     false},
    {"5321-3.8",
     false,
     false,
     {HOP_RESET},
     SMTP_E_HOP_DOWN,
     {SMTP_E_HOP_DOWN, SMTP_E_HOP_DOWN, SMTP_E_HOP_DOWN},
     0,
     false},
};

static void check_results(const char *clause, enum smtp_fault fault, const enum smtp_fault *faults)
{
    ck_assert_msg(message.fault == fault, "%s: %s, heard %s", clause,
                  smtp_fault_row(message.fault)->symbol, hop.heard);
    for (size_t i = 0; i < RECIPIENTS; i++)
        ck_assert_msg(message.recipients[i].fault == faults[i], "%s: recipient %zu: %s", clause, i,
                      smtp_fault_row(message.recipients[i].fault)->symbol);
}

START_TEST(test_answers)
{
    open_relay(rows[_i].lmtp, rows[_i].sayings);
    deliver(TEXT, sizeof TEXT - 1, rows[_i].each);
    check_results(rows[_i].clause, rows[_i].fault, rows[_i].faults);
    ck_assert_msg(hop.texts_end == rows[_i].whole, "%s: heard %s", rows[_i].clause, hop.heard);
    size_t first = 0;
    while (first < RECIPIENTS - 1 && message.recipients[first].fault == SMTP_OK)
        first++;
    ck_assert_msg(message.recipients[first].enhanced.class == rows[_i].class ||
                      message.recipients[first].fault == SMTP_OK,
                  "%s: class %u", rows[_i].clause, message.recipients[first].enhanced.class);
    close_relay();
}
END_TEST

static const char *const good[HOP_SAYINGS] = {GREETING, HELLO, OK, OK, OK, OK, GO, OK, BYE};

/* RFC 5321 4.1.1: order and form of what is said; the text is the giver's, with its dots. */
START_TEST(test_what_is_said)
{
    open_relay(_i == 1, good);
    deliver(TEXT, sizeof TEXT - 1, true);
    char heard[sizeof hop.heard];
    snprintf(heard, sizeof heard,
             "%s relay.example|MAIL FROM:<joe@a.example> BODY=8BITMIME|RCPT TO:<ann@b.example>|"
             "RCPT TO:<bob@b.example>|RCPT TO:<postmaster>|DATA%s",
             _i == 1 ? "LHLO" : "EHLO", _i == 1 ? "" : "|QUIT");
    ck_assert_msg(strncmp(hop.heard, heard, strlen(heard)) == 0, "%s", hop.heard);
    ck_assert_uint_eq(hop.text_n, sizeof "Subject: x\r\n\r\n..dot\r\n.\r\n" - 1);
    ck_assert_mem_eq(hop.text, "Subject: x\r\n\r\n..dot\r\n.\r\n", hop.text_n);
    close_relay();
}
END_TEST

START_TEST(test_no_answer)
{
    static const enum smtp_fault down[] = {SMTP_E_HOP_DOWN, SMTP_E_HOP_DOWN, SMTP_E_HOP_DOWN};
    open_relay(true, good);
    hop.refuses = true;
    deliver(TEXT, sizeof TEXT - 1, false);
    check_results("5321-4.5.4.1", SMTP_E_HOP_DOWN, down);
    ck_assert_uint_eq(hop.dials, 1);
    close_relay();
}
END_TEST

static char text[LONG];

static void make_text(void)
{
    for (size_t i = 0; i < LONG; i++)
        text[i] = i % 80 == 78 ? '\r' : i % 80 == 79 ? '\n' : 'x';
}

/* A hop that does not read stops the giver, and nothing is lost when it reads again. */
START_TEST(test_back_pressure)
{
    make_text();
    open_relay(false, good);
    hop.hold_ms = _i == 0 ? 0 : 100000;
    deliver(text, LONG, false);
    ck_assert_int_eq(message.fault, SMTP_OK);
    ck_assert_uint_gt(message.waits, 0);
    ck_assert_uint_eq(hop.text_n, LONG + 3);
    ck_assert_mem_eq(hop.text, text, LONG);
    close_relay();
}
END_TEST

/* RFC 5321 4.5.3.2.5: not for ever. */
START_TEST(test_hop_that_never_reads)
{
    make_text();
    open_relay(false, good);
    hop.hold_ms = 3600000;
    deliver(text, LONG, false);
    ck_assert_int_eq(message.fault, SMTP_E_HOP_DOWN);
    ck_assert(!hop.texts_end);
    close_relay();
}
END_TEST

/* RFC 5321 4.1.1.4: what its sender broke off is not delivered, whenever he does it. */
START_TEST(test_abort)
{
    static const char *const early[][HOP_SAYINGS] = {
        {HOP_SILENT}, {GREETING, HOP_SILENT}, {GREETING, HELLO, OK, OK, OK, OK, GO, HOP_SILENT}};
    make_text();
    open_relay(true, early[_i]);
    begin(text, _i == 2 ? LONG : 5000, false);
    message.aborts = true;
    give();
    run_until(&message.done);
    run_until(&hop_gone);
    ck_assert_int_eq(message.fault, SMTP_OK);
    ck_assert(!hop.texts_end);
    close_relay();
}
END_TEST

/* What the hop has refused is dropped, and the giver hears of it at the end. */
START_TEST(test_refused_early)
{
    static const char *const sayings[HOP_SAYINGS] = {GREETING, HELLO, "550 5.7.1 no\r\n", BYE};
    make_text();
    open_relay(false, sayings);
    deliver(text, LONG, false);
    ck_assert_int_eq(message.fault, SMTP_E_HOP_NEVER);
    ck_assert_uint_eq(message.given, LONG);
    close_relay();
}
END_TEST

/* RFC 5321 2.3.8, RFC 6152 3: what may not be said is not, and refused for good. */
static const struct {
    const char *clause, *text;
    const char *hello;
    enum smtp_fault fault;
} texts[] = {
    {"5321-2.3.8", "a\nb\r\n", HELLO, SMTP_E_TEXT_BARE_LF},
    {"5321-2.3.8", "a\rb\r\n", HELLO, SMTP_E_TEXT_BARE_CR},
    {"6152-3", "\344\r\n", HELLO, SMTP_OK},
    {"6152-3", "\344\r\n", "250 hop.example\r\n", SMTP_E_NEEDS_8BITMIME},
};

START_TEST(test_texts)
{
    const char *const sayings[HOP_SAYINGS] = {GREETING, texts[_i].hello, OK, OK, OK, OK, GO, OK,
                                              BYE};
    open_relay(false, sayings);
    deliver(texts[_i].text, strlen(texts[_i].text), false);
    ck_assert_msg(message.fault == texts[_i].fault, "%s: %s", texts[_i].clause,
                  smtp_fault_row(message.fault)->symbol);
    ck_assert(hop.texts_end == (texts[_i].fault == SMTP_OK));
    close_relay();
}
END_TEST

/* A QUIT that is still open when the store is freed. */
START_TEST(test_freed_before_the_connection)
{
    static const char *const sayings[HOP_SAYINGS] = {GREETING, HELLO, OK, OK,        OK,
                                                     OK,       GO,    OK, HOP_SILENT};
    open_relay(false, sayings);
    begin(TEXT, sizeof TEXT - 1, false);
    give();
    run_until(&message.done);
    ck_assert_int_eq(message.fault, SMTP_OK);
    ck_assert(!hop_gone);
    close_relay();
    ck_assert(hop_gone);
}
END_TEST

static Suite *relay_suite(void)
{
    Suite *suite = suite_create("relay");
    TCase *tcase = tcase_create("relay");
    tcase_add_loop_test(tcase, test_answers, 0, sizeof rows / sizeof *rows);
    tcase_add_loop_test(tcase, test_what_is_said, 0, 2);
    tcase_add_test(tcase, test_no_answer);
    tcase_add_loop_test(tcase, test_back_pressure, 0, 2);
    tcase_add_test(tcase, test_hop_that_never_reads);
    tcase_add_loop_test(tcase, test_abort, 0, 3);
    tcase_add_test(tcase, test_refused_early);
    tcase_add_loop_test(tcase, test_texts, 0, sizeof texts / sizeof *texts);
    tcase_add_test(tcase, test_freed_before_the_connection);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(relay_suite)
