/*
 * @inbox and the M lines: notation, section 5.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "player/message.h"
#include "stage.h"
#include "suites.h"

#define COUNT(table) ((int)(sizeof(table) / sizeof *(table)))
#define HEAD "server must: x\nreq: R5321-4.2-a\neffect: mail\nneeds: inbox\n"  /* lines 1 to 4 */
#define MESSAGE "message:\n> Subject: {nonce}\n>\n> .x\n>= \"a\\tb \\r\\n\"\n" /* lines 5 to 9 */
#define SENT "use data\nC. message\nS: 250\ntest:\n"                           /* lines 10 to 13 */
#define SCRIPT                                                                                     \
    "say 220 a\nline\nsay 250 b\nline\nsay 250 c\nline\nsay 250 d\nline\nsay 354 e\n"              \
    "line\nline\nline\nline\nline\nsay 250 f"
#define TRACE "Return-Path: <sender@example.org>\r\nReceived: from a\r\n\tby b\r\n"
#define BODY "Subject: %\r\n\r\n.x\r\na\tb \r\n"
#define WHOLE TRACE BODY

enum { AT_ONCE, LATE };

/* What lies in the store; '%' stands for the nonce. */
struct store {
    const char *messages[4];
    const char *mailbox;
    bool lf;
    int when;
    uint64_t at_ms;
    bool failing;
    unsigned looks;
};

static struct stage stage;

/* The nonce is what the server was told. */
static const char *expand(const char *text, char out[1024])
{
    static const char subject[] = "Subject: ";
    const char *nonce = strstr(stage.fake.heard, subject);
    size_t n = 0;
    for (const char *c = text; *c != '\0'; c++) {
        out[n++] = *c;
        if (*c != '%' || nonce == NULL)
            continue;
        memcpy(out + n - 1, nonce + sizeof subject - 1, 12);
        n += 11;
    }
    out[n] = '\0';
    return out;
}

static void fill(struct inbox *inbox, const struct store *store, size_t i)
{
    char octets[1024];
    ck_assert(inbox_put(inbox, smtp_span_of(store->mailbox),
                        smtp_span_of(expand(store->messages[i], octets)), store->lf));
}

static bool look(struct inbox *inbox, void *arg, const char **why)
{
    struct store *store = arg;
    struct net_world *world = net_mem_world(stage.mem);
    uint64_t now_ms = world->ops->now(world);
    *why = "the disk is gone";
    store->looks++;
    if (store->failing)
        return false;
    if (now_ms < store->at_ms)
        return true;
    for (size_t i = 0; i < 4 && store->messages[i] != NULL; i++)
        fill(inbox, store, i);
    store->messages[0] = NULL;
    return true;
}

struct mail_case {
    const char *name, *lines; /* from line 14 on */
    struct store store;
    enum player_verdict verdict;
    const char *why, *expected, *received;
    unsigned line;
};

#define ONE(text)                                                                                  \
    {                                                                                              \
        .messages = {text}, .mailbox = "tester@example.test"                                       \
    }

static const struct mail_case cases[] = {
    {"a message", "@inbox 1\nM. message\n", ONE(WHOLE), PLAYER_PASS, "", "", "", 0},
    {"that comes late",
     "@inbox 1\nM. message\n",
     {{WHOLE}, "tester@example.test", false, LATE, 9900, false, 0},
     PLAYER_PASS,
     "",
     "",
     "",
     0},
    {"that comes too late",
     "@inbox 1\n",
     {{WHOLE}, "tester@example.test", false, LATE, 10100, false, 0},
     PLAYER_INCONCLUSIVE,
     "0 of 1 message for tester@example.test came within 10 s",
     "",
     "",
     14},
    {"one more",
     "@inbox 1\n",
     {{WHOLE, WHOLE}, "tester@example.test", false, AT_ONCE, 0, false, 0},
     PLAYER_FAIL,
     "2 messages for tester@example.test, not 1",
     "1 message for tester@example.test, and no more",
     "Return-Path: <sender@example.org>\r\nReceived: ",
     14},
    {"two",
     "@inbox 2\nM. message\n",
     {{WHOLE, WHOLE}, "tester@example.test", false, AT_ONCE, 0, false, 0},
     PLAYER_PASS,
     "",
     "",
     "",
     0},
    {"the second of two",
     "@inbox 2\nM. message\nM: no Foo\n",
     {{WHOLE, "Foo: 1\r\n" WHOLE}, "tester@example.test", false, AT_ONCE, 0, false, 0},
     PLAYER_FAIL,
     "message 2: no field Foo is allowed here, got \"Foo: 1\\r\\n\"",
     "no Foo",
     "Foo: 1\r\n",
     16},
    {"none", "@inbox 0\n", {{NULL}, "x", false, AT_ONCE, 0, false, 0}, PLAYER_PASS, "", "", "", 0},
    {"one where none is due", "@inbox 0\n", ONE(WHOLE), PLAYER_FAIL,
     "1 message for tester@example.test, not 0", "0 messages for", "Return-Path", 14},
    {"the mailbox of a variable",
     "@inbox 0\n@inbox 1 {rcpt2}\n",
     {{WHOLE}, "tester2@EXAMPLE.test", false, AT_ONCE, 0, false, 0},
     PLAYER_PASS,
     "",
     "",
     "",
     0},
    {"another case's message", "@inbox 0\n", ONE("Subject: other\r\n\r\n"), PLAYER_PASS, "", "", "",
     0},
    {"a store that cannot be read",
     "@inbox 1\n",
     {{WHOLE}, "x", false, AT_ONCE, 0, true, 0},
     PLAYER_ERROR,
     "@inbox: the disk is gone",
     "",
     "",
     14},
    {"fields from the top",
     "@inbox 1\nM: return-PATH: <{from}>\nM: Received: [~ /^from a by b$/ \"from a by b\"]\n"
     "M: Subject: {nonce}\nM: no Subject\nM: no Return-Path\n",
     ONE("X: y\r\n" WHOLE), PLAYER_PASS, "", "", "", 0},
    {"fields in another order",
     "@inbox 1\nM: Received: [~ /by/ \"by\"]\nM: Return-Path: <{from}>\n", ONE(WHOLE), PLAYER_FAIL,
     "no field Return-Path below those of the lines above", "Return-Path: <sender@example.org>",
     "Subject: %", 15 + 1},
    {"the first that fits",
     "@inbox 1\nM: Received: [~ /^one/ \"one\"]\nM: Received: [~ /^two/ \"two\"]\n",
     ONE("Received: x\r\nReceived: one\r\nReceived: two\r\n" BODY), PLAYER_PASS, "", "", "", 0},
    {"another value", "@inbox 1\nM: Return-Path: <{from}>\n",
     ONE("Return-Path: <Sender@example.org>\r\n" BODY), PLAYER_FAIL,
     "expected Return-Path: <sender@example.org>, got \"Return-Path: <Sender@example.org>\\r\\n\"",
     "Return-Path: <sender@example.org>", "Return-Path: <Sender@example.org>\r\n", 15},
    {"a value that is too long", "@inbox 1\nM: A: b\n", ONE("A: bc\r\n" BODY), PLAYER_FAIL,
     "expected A: b, got", "A: b", "A: bc\r\n", 15},
    {"no such field", "@inbox 1\nM: Received: [~ /x/ \"x\"]\n", ONE(BODY), PLAYER_FAIL,
     "no field Received", "Received: [~ /x/ \"x\"]", "Subject: %", 15},
    {"a field of the body is none", "@inbox 1\nM: a: b\n", ONE("X: %\r\n\r\na: b\r\n"), PLAYER_FAIL,
     "no field a", "a: b", "X: %\r\n\r\na: b", 15},
    {"a group is a variable",
     "@inbox 1\nM: Received: [~ /by (?<host>\\S+)/ \"by b\"]\nM: Host: {host}\n",
     ONE("Received: from a by b\r\nHost: b\r\n" BODY), PLAYER_PASS, "", "", "", 0},
    {"the tail", "@inbox 1\nM. message\n", ONE(TRACE "Subject: %\r\n\r\nx\r\na\tb \r\n"),
     PLAYER_FAIL,
     "octet 26 of the message differs: expected \"ubject: %\\r\\n\\r\\n.x\\r\\na\\tb \\r\\n\", "
     "got \"",
     "\"ubject: %\\r\\n\\r\\n.x\\r\\na\\tb \\r\\n\"", "ubject: %\r\n\r\nx\r\n", 15},
    {"more behind the tail", "@inbox 1\nM. message\n", ONE(WHOLE "\r\n"), PLAYER_FAIL,
     "octet 36 of the message differs", "", "", 15},
    {"a tail inside a line", "@inbox 1\nM. message\n", ONE(TRACE "X" BODY), PLAYER_FAIL,
     "octet 1 of the message differs", "", "", 15},
    {"lines that end with LF",
     "@inbox 1\nM: Received: [~ /^from a by b$/ \"from a by b\"]\nM. message\n",
     {{"Received: from a\n by b\nSubject: %\n\n.x\na\tb \n"},
      "tester@example.test",
      true,
      AT_ONCE,
      0,
      false,
      0},
     PLAYER_PASS,
     "",
     "",
     "",
     0},
    {"other octets, with LF",
     "@inbox 1\nM. message\n",
     {{"Subject: %\n\n.x\na b \n"}, "tester@example.test", true, AT_ONCE, 0, false, 0},
     PLAYER_FAIL,
     "octet 31 of the message differs, line ends apart",
     "",
     "",
     15},
    {"in the body", "@inbox 1\nM. [~ /^ab/ \"ab\"]\n", ONE(WHOLE), PLAYER_FAIL,
     "nothing in the body fits", "", ".x\r\n", 15},
    {"found in the body", "@inbox 1\nM. [~ /a\\tb \\r\\n/ \"a\\tb \\r\\n\"]\n", ONE(WHOLE),
     PLAYER_PASS, "", "", "", 0},
};

static void begin(struct inbox *inbox, struct store *store)
{
    stage_open(&stage);
    inbox_init(inbox);
    inbox->look = look;
    inbox->arg = store;
    inbox->wait_ms = 10000;
    stage.run.inbox = inbox;
    stage.fake.scripts[0] = SCRIPT;
}

static char *text_of(const char *lines)
{
    size_t size = strlen(lines) + 512;
    char *text = malloc(size);
    ck_assert_ptr_nonnull(text);
    snprintf(text, size, "%s%s%s%s", HEAD, MESSAGE, SENT, lines);
    return text;
}

START_TEST(test_mail_cases)
{
    const struct mail_case *c = &cases[_i];
    struct store store = c->store;
    struct inbox inbox;
    char *text = text_of(c->lines), octets[1024];
    begin(&inbox, &store);
    stage_play(&stage, text);
    const struct player_outcome *o = stage.outcome;
    ck_assert_msg(o->verdict == c->verdict, "%s: %s: %s (line %u)", c->name,
                  player_verdict_name(o->verdict), o->why, o->line);
    ck_assert_msg(strstr(o->why, expand(c->why, octets)) != NULL, "%s: why is %s", c->name, o->why);
    ck_assert_msg(o->line == c->line, "%s: line %u", c->name, o->line);
    ck_assert_msg(strstr(o->expected, expand(c->expected, octets)) == o->expected,
                  "%s: expected %s", c->name, o->expected);
    ck_assert_msg(strstr(o->received, expand(c->received, octets)) == o->received,
                  "%s: received %s", c->name, o->received);
    stage_close(&stage);
    inbox_free(&inbox);
    free(text);
}
END_TEST

/* RFC 5321 4.2.5: where what is accepted is delivered at once, what has not come is lost. */
START_TEST(test_lost)
{
    struct store store = {{WHOLE}, "tester@example.test", false, LATE, 10100, false, 0};
    struct inbox inbox;
    char *text = text_of("@inbox 1\n");
    begin(&inbox, &store);
    inbox.prompt = true;
    stage_play(&stage, text);
    const struct player_outcome *o = stage.outcome;
    ck_assert_int_eq(o->verdict, PLAYER_FAIL);
    ck_assert_str_eq(o->why, "0 of 1 message for tester@example.test came within 10 s");
    ck_assert_str_eq(o->expected, "1 message for tester@example.test, and no more");
    ck_assert_uint_eq(o->line, 14);
    stage_close(&stage);
    inbox_free(&inbox);
    free(text);
}
END_TEST

/* ---- no more than that ----------------------------------------------------------------------- */

/* A message that comes while QUIT is said, and one behind the end of the case. */
START_TEST(test_late)
{
    struct store store = {{WHOLE}, "tester@example.test", false, AT_ONCE, 0, false, 0};
    struct inbox inbox;
    char *text = text_of("@inbox 1\nM. message\n");
    const char *why = "";
    begin(&inbox, &store);
    stage_play(&stage, text);
    struct player_outcome *o = stage.outcome;
    ck_assert_int_eq(o->verdict, PLAYER_PASS);
    ck_assert(player_recount(o, &stage.run, &why));
    ck_assert_int_eq(o->verdict, PLAYER_PASS);
    store.messages[0] = WHOLE;
    ck_assert(player_recount(o, &stage.run, &why));
    ck_assert_int_eq(o->verdict, PLAYER_FAIL);
    ck_assert_str_eq(o->why, "at the end of the run: 2 messages for tester@example.test, not 1");
    ck_assert_str_eq(o->expected, "1 message for tester@example.test, and no more");
    ck_assert_ptr_nonnull(strstr(o->received, "Return-Path"));
    ck_assert_uint_eq(o->received_length, strlen(o->received));
    ck_assert_uint_eq(o->line, 14);
    stage_close(&stage);
    inbox_free(&inbox);
    free(text);
}
END_TEST

/* It comes behind the last M line, before the 221. */
START_TEST(test_at_the_end)
{
    struct store store = {{WHOLE}, "tester@example.test", false, AT_ONCE, 0, false, 0};
    struct inbox inbox;
    char *text = text_of("@inbox 0\nC: NOOP\nS: 250\n");
    begin(&inbox, &store);
    store.at_ms = 5000;
    stage.fake.scripts[0] = SCRIPT "\nline\nwait 5000\nsay 250 g";
    stage_play(&stage, text);
    ck_assert_int_eq(stage.outcome->verdict, PLAYER_FAIL);
    ck_assert_str_eq(stage.outcome->why, "1 message for tester@example.test, not 0");
    ck_assert_uint_eq(stage.outcome->line, 14);
    stage_close(&stage);
    inbox_free(&inbox);
    free(text);
}
END_TEST

/* ---- what a run can see ---------------------------------------------------------------------- */

static bool sees_rcpt(void *arg, smtp_span mailbox)
{
    (void)arg;
    return smtp_span_is(mailbox, SMTP_SPAN("tester@example.test"));
}

static const struct {
    const char *lines;
    bool inbox;
    const char *why;
} needs[] = {
    {"@inbox 1\n", false, "needs --inbox WHERE"},
    {"@inbox 1 {rcpt2}\n", true, "needs an inbox for {rcpt2}"},
    {"@inbox 1 {rcpt3}\n", true, "needs an inbox for {rcpt3}"},
};

START_TEST(test_mail_needs)
{
    struct store store = {{NULL}, "", false, AT_ONCE, 0, false, 0};
    struct inbox inbox;
    char *text = text_of(needs[_i].lines);
    begin(&inbox, &store);
    inbox.sees = sees_rcpt;
    if (!needs[_i].inbox)
        stage.run.inbox = NULL;
    stage_play(&stage, text);
    ck_assert_int_eq(stage.outcome->verdict, PLAYER_SKIP);
    ck_assert_str_eq(stage.outcome->why, needs[_i].why);
    ck_assert_uint_eq(store.looks, 0);
    stage_close(&stage);
    inbox_free(&inbox);
    free(text);
}
END_TEST

/* ---- parts of a message ---------------------------------------------------------------------- */

static const struct {
    const char *value, *line;
} folds[] = {
    {"", ""},        {" a", "a"},          {" a\r\n\tb", "a b"}, {" a \r\n \t b \t", "a  b"},
    {"\r\n a", "a"}, {"a\r\nb", "a\r\nb"}, {"a\tb", "a\tb"},
};

START_TEST(test_unfold)
{
    char out[64];
    smtp_span value = smtp_span_of(folds[_i].value);
    smtp_span line = {out, message_unfold(value, out)};
    ck_assert_msg(smtp_span_is(line, smtp_span_of(folds[_i].line)), "%s: %.*s", folds[_i].value,
                  (int)line.n, line.p);
}
END_TEST

START_TEST(test_fields)
{
    smtp_span text = SMTP_SPAN("A:b\r\n c\r\nnot one\r\n x y: z\r\nB: \r\n\r\nC: d\r\n");
    struct message_field field;
    size_t at = 0;
    ck_assert(message_next_field(text, &at, &field));
    ck_assert(smtp_span_is(field.name, SMTP_SPAN("A")));
    ck_assert(smtp_span_is(field.value, SMTP_SPAN("b\r\n c")));
    ck_assert(smtp_span_is(field.whole, SMTP_SPAN("A:b\r\n c\r\n")));
    ck_assert(message_next_field(text, &at, &field));
    ck_assert(smtp_span_is(field.name, SMTP_SPAN("B")));
    ck_assert(!message_next_field(text, &at, &field));
    ck_assert(smtp_span_is(message_body(text), SMTP_SPAN("C: d\r\n")));
    at = 0;
    ck_assert(!message_next_field(SMTP_SPAN(""), &at, &field));
    ck_assert_uint_eq(message_body(SMTP_SPAN("A: b\r\n")).n, 0);
}
END_TEST

Suite *mail_suite(void)
{
    Suite *suite = suite_create("player/mail");
    TCase *t = tcase_create("mail");
    tcase_add_loop_test(t, test_mail_cases, 0, COUNT(cases));
    tcase_add_test(t, test_lost);
    tcase_add_test(t, test_late);
    tcase_add_test(t, test_at_the_end);
    tcase_add_loop_test(t, test_mail_needs, 0, COUNT(needs));
    tcase_add_loop_test(t, test_unfold, 0, COUNT(folds));
    tcase_add_test(t, test_fields);
    suite_add_tcase(suite, t);
    return suite;
}
