/*
 * HC and HS lines: notation, section 3; player/hop.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "player/vars.h"
#include "stage.h"
#include "suites.h"

#define COUNT(table) ((int)(sizeof(table) / sizeof *(table)))
#define HEAD "needs: hop\n"                            /* line 4 */
#define TEXT "message:\n> Subject: {nonce}\n>\n> .x\n" /* lines 5 to 8 */
#define HELLO "use hello\nHS: 220 {mx} hi\nHC: EHLO ...\nHS: 250 {mx}\ntest:\n"
#define CASE HEAD HELLO           /* test: is line 9 */
#define TEXT_CASE HEAD TEXT HELLO /* test: is line 13 */
#define MAIL "HC: MAIL FROM:<{from}>\nHS: 250 a\n"
#define RCPT "HC: RCPT TO:<{rcpt}>\nHS: 250 b\n"
#define RCPT2 "HC& RCPT TO:<{rcpt}>\nHS: 250 b\nHC& RCPT TO:<{rcpt2}>\nHS: 250 c\n"
#define DATA "HC: DATA\nHS: 354 d\nHC. message\nHS: 250 e\n"

/* '%' stands for the nonce. */
#define R_EHLO "line\nsay EHLO r\nline\n"
#define R_MAIL "say MAIL FROM:<from-%@hop.example.test>\nline\n"
#define R_RCPT "say RCPT TO:<rcpt-%@hop.example.test>\nline\n"
#define R_SECOND "say RCPT TO:<second-%@hop.example.test>\nline\n"
#define R_DATA "say DATA\nline\n"
#define R_SENT R_EHLO R_MAIL R_RCPT R_DATA
#define OTHER                                                                                      \
    "line\nsay EHLO r\nline\nsay MAIL FROM:<a@b.example>\nline\nsay RCPT "                         \
    "TO:<c@d.example>\nline\nhold"

enum { RELAYS = 3 };

struct hop_case {
    const char *name, *body;
    const char *relays[RELAYS];
    enum player_verdict verdict;
    const char *why;
    unsigned line;
};

static const struct hop_case cases[] = {
    {"a command", CASE MAIL, {R_EHLO R_MAIL "hold"}, PLAYER_PASS, "", 0},
    {"in any case",
     CASE MAIL,
     {R_EHLO "say mail From:<from-%@HOP.example.TEST>\nline\nhold"},
     PLAYER_PASS,
     "",
     0},
    {"of another mailbox", CASE RCPT, {R_EHLO R_MAIL "hold"}, PLAYER_FAIL, "got \"MAIL", 10},
    {"before test:",
     HEAD "use hello\nHS: 220 {mx} hi\nHC: HELO ...\nHS: 250 {mx}\ntest:\n" MAIL,
     {R_EHLO "hold"},
     PLAYER_INCONCLUSIVE,
     "before test:",
     7},
    {"or this",
     CASE "HC: MAIL FROM:<{from}> [has SIZE]\nHS: 250 a\nHC| MAIL FROM:<{from}> => warn \"w\"\nHS: "
          "250 a\n",
     {R_EHLO R_MAIL "hold"},
     PLAYER_WARN,
     "w",
     12},
    {"a verdict", CASE "HC: ... => pass\n", {R_EHLO R_MAIL "hold"}, PLAYER_PASS, "", 10},
    {"a parameter",
     CASE "HC: MAIL FROM:<{from}> RET=HDRS\nHS: 250 a\n",
     {R_EHLO "say MAIL FROM:<from-%@hop.example.test> SIZE=9 ret=hdrs\nline\nhold"},
     PLAYER_PASS,
     "",
     0},
    {"of another value",
     CASE "HC: MAIL FROM:<{from}> ENVID=a\nHS: 250 a\n",
     {R_EHLO "say MAIL FROM:<from-%@hop.example.test> ENVID=A\nline\nhold"},
     PLAYER_FAIL,
     "got",
     10},
    {"one that may not be",
     CASE "HC: MAIL FROM:<{from}> [lacks SIZE]\nHS: 250 a\n",
     {R_EHLO "say MAIL FROM:<from-%@hop.example.test> SIZE=9\nline\nhold"},
     PLAYER_FAIL,
     "got",
     10},
    {"a quoted mailbox is the same",
     CASE MAIL "HC: RCPT TO:<a+b@{domain}>\nHS: 250 b\n",
     {R_EHLO R_MAIL "say RCPT TO:<\"a+b\"@hop.example.test>\nline\nhold"},
     PLAYER_PASS,
     "",
     0},
    {"one with a route is not",
     CASE MAIL "HC: RCPT TO:<a@{domain}>\nHS: 250 b\n",
     {R_EHLO R_MAIL "say RCPT TO:<@r.example:a@hop.example.test>\nline\nhold"},
     PLAYER_FAIL,
     "got",
     12},
    {"the null path",
     CASE "HC: MAIL FROM:<>\nHS: 250 a\n" RCPT,
     {R_EHLO "say MAIL FROM:<>\nline\n" R_RCPT "hold"},
     PLAYER_PASS,
     "",
     0},
    {"one after the other",
     TEXT_CASE MAIL RCPT DATA,
     {R_SENT "raw Subject: %\\r\\n\\r\\n..x\\r\\n.\\r\\n\nline\nhold"},
     PLAYER_PASS,
     "",
     0},
    {"in one write",
     TEXT_CASE MAIL RCPT DATA,
     {R_EHLO "raw MAIL FROM:<from-%@hop.example.test>\\r\\nRCPT "
             "TO:<rcpt-%@hop.example.test>\\r\\nDATA\\r\\n\n"
             "line\nline\nline\nraw Subject: %\\r\\n\\r\\n..x\\r\\n.\\r\\n\nline\nhold"},
     PLAYER_PASS,
     "",
     0},
    {"a period lost",
     TEXT_CASE MAIL RCPT DATA,
     {R_SENT "raw Subject: %\\r\\n\\r\\n.x\\r\\n.\\r\\n\nline\nhold"},
     PLAYER_FAIL,
     "octet 26 of the message differs",
     20},
    {"what is above is no header",
     TEXT_CASE MAIL RCPT DATA,
     {R_SENT "raw x\\r\\nSubject: %\\r\\n\\r\\n..x\\r\\n.\\r\\n\nline\nhold"},
     PLAYER_FAIL,
     "",
     20},
    {"fields of it",
     TEXT_CASE MAIL RCPT DATA "M: Received: [~ /^from / \"from a\"]\nM. message\n",
     {R_SENT "raw Received: from r\\r\\nSubject: %\\r\\n\\r\\n..x\\r\\n.\\r\\n\nline\nhold"},
     PLAYER_PASS,
     "",
     0},
    {"a field that is not there",
     TEXT_CASE MAIL RCPT DATA "M: Received: [~ /^from / \"from a\"]\n",
     {R_SENT "raw Subject: %\\r\\n\\r\\n..x\\r\\n.\\r\\n\nline\nhold"},
     PLAYER_FAIL,
     "no field Received",
     22},
    {"one that may not be there",
     TEXT_CASE MAIL RCPT DATA "M: no Bcc\n",
     {R_SENT "raw Bcc: a\\r\\nSubject: %\\r\\n\\r\\n..x\\r\\n.\\r\\n\nline\nhold"},
     PLAYER_FAIL,
     "no field Bcc",
     22},
    {"any message",
     TEXT_CASE MAIL RCPT "HC: DATA\nHS: 354 d\nHC. any message\nHS: 250 e\n",
     {R_SENT "raw a\\r\\n.\\r\\n\nline\nhold"},
     PLAYER_PASS,
     "",
     0},
    {"a bare LF in it",
     TEXT_CASE MAIL RCPT "HC: DATA\nHS: 354 d\nHC. any message\nHS: 250 e\n",
     {R_SENT "raw a\\nb\\r\\n.\\r\\n\nline\nhold"},
     PLAYER_FAIL,
     "got the text",
     20},
    {"by DATA or BDAT: DATA",
     TEXT_CASE MAIL RCPT "HC. message by DATA or BDAT\nHS: 250 e\n",
     {R_SENT "raw Subject: %\\r\\n\\r\\n..x\\r\\n.\\r\\n\nline\nhold"},
     PLAYER_PASS,
     "",
     0},
    {"by DATA or BDAT: chunks",
     TEXT_CASE MAIL RCPT "HC. message by DATA or BDAT\nHS: 250 e\n",
     {R_EHLO R_MAIL R_RCPT
      "say BDAT 9\nraw Subject: \nline\nsay BDAT 18 LAST\nraw %\\r\\n\\r\\n.x\nline\nhold"},
     PLAYER_FAIL,
     "octet",
     18},
    {"BDAT where DATA is asked for",
     TEXT_CASE MAIL RCPT DATA,
     {R_EHLO R_MAIL R_RCPT "say BDAT 3 LAST\nraw abc\nline\nhold"},
     PLAYER_FAIL,
     "got \"BDAT",
     18},
    {"may be left out, and is",
     CASE "HC? NOOP\nHS: 250 a\n" MAIL,
     {R_EHLO R_MAIL "hold"},
     PLAYER_PASS,
     "",
     0},
    {"may be left out, and is not",
     CASE "HC? NOOP => warn \"n\"\nHS: 250 a\n" MAIL,
     {R_EHLO "say NOOP\nline\n" R_MAIL "hold"},
     PLAYER_WARN,
     "n",
     10},
    {"any order: as written",
     CASE MAIL RCPT2 "HC: DATA\nHS: 554 d\n",
     {R_EHLO R_MAIL R_RCPT R_SECOND R_DATA "hold"},
     PLAYER_PASS,
     "",
     0},
    {"any order: the other way",
     CASE MAIL RCPT2 "HC: DATA\nHS: 554 d\n",
     {R_EHLO R_MAIL R_SECOND R_RCPT R_DATA "hold"},
     PLAYER_PASS,
     "",
     0},
    {"any order: each only once",
     CASE MAIL RCPT2,
     {R_EHLO R_MAIL R_RCPT R_RCPT "hold"},
     PLAYER_FAIL,
     "got",
     12},
    {"NOOP, and RSET where MAIL is due",
     CASE MAIL,
     {R_EHLO "say NOOP\nline\nsay RSET\nline\n" R_MAIL "hold"},
     PLAYER_PASS,
     "",
     0},
    {"RSET where it is not",
     CASE MAIL RCPT,
     {R_EHLO R_MAIL "say RSET\nhold"},
     PLAYER_FAIL,
     "got \"RSET",
     12},
    {"close", CASE "HC: close\n", {R_EHLO "close"}, PLAYER_PASS, "", 0},
    {"close that nobody asks for", CASE MAIL, {R_EHLO "close"}, PLAYER_FAIL, "hung up", 10},
    {"our own",
     CASE MAIL "@close\nHC2: EHLO ...\nHS2: 250 a\n",
     {R_EHLO R_MAIL "hold", "say EHLO r\nhold"},
     PLAYER_PASS,
     "",
     0},
    {"QUIT ends it",
     CASE "HC: QUIT\nHS: 221 b\nHC: close\n",
     {R_EHLO "say QUIT\nline\nhold"},
     PLAYER_PASS,
     "",
     0},
    {"silence",
     CASE "HC: silence 2s\nHS: 250 x\n" MAIL,
     {R_EHLO "wait 2500\nline\n" R_MAIL "hold"},
     PLAYER_PASS,
     "",
     0},
    {"no silence",
     CASE "HC: silence 2s\n",
     {R_EHLO "wait 1500\n" R_MAIL "hold"},
     PLAYER_FAIL,
     "got",
     10},
    {"a second transaction on the first connection",
     CASE MAIL "HS2: 220 {mx} x\nHC2: EHLO ...\nHS2: 250 {mx}\nHC2: MAIL FROM:<>\nHS2: 250 a\n"
               "HC2: RCPT TO:<{from}>\nHS2: 250 b\n",
     {R_EHLO R_MAIL "say RSET\nline\nsay MAIL FROM:<>\nline\n"
                    "say RCPT TO:<from-%@hop.example.test>\nline\nhold"},
     PLAYER_PASS,
     "",
     0},
    {"mail of others on the first connection, then ours on the second",
     CASE MAIL "HS2: 220 {mx} x\nHC2: EHLO ...\nHS2: 250 {mx}\nHC2: MAIL FROM:<>\nHS2: 250 a\n"
               "HC2: RCPT TO:<{from}>\nHS2: 250 b\n",
     {R_EHLO R_MAIL "say RSET\nline\nsay MAIL FROM:<>\nline\nsay RCPT TO:<a@b.example>\nline\nhold",
      R_EHLO "say MAIL FROM:<>\nline\nsay RCPT TO:<from-%@hop.example.test>\nline\nhold"},
     PLAYER_PASS,
     "",
     0},
    {"nobody is to come, and somebody does on the first connection",
     CASE MAIL "HC2: silence 3s\n",
     {R_EHLO R_MAIL "say RSET\nline\nsay MAIL FROM:<>\nline\n" R_RCPT "hold"},
     PLAYER_FAIL,
     "got \"RCPT",
     12},
    {"nobody is to come, and nobody does",
     CASE MAIL "@close\nHC2: silence 3s\n",
     {R_EHLO R_MAIL "hold"},
     PLAYER_PASS,
     "",
     0},
    {"nobody is to come, and somebody does",
     CASE MAIL "@close\nHC2: silence 3s\n",
     {R_EHLO R_MAIL "hold", R_EHLO "say MAIL FROM:<>\nline\n" R_RCPT "hold"},
     PLAYER_FAIL,
     "got \"RCPT",
     13},
    {"nobody is to come, and others do",
     CASE MAIL "@close\nHC2: silence 3s\n",
     {R_EHLO R_MAIL "hold", OTHER},
     PLAYER_PASS,
     "",
     0},
    {"nobody comes",
     CASE MAIL,
     {NULL},
     PLAYER_INCONCLUSIVE,
     "did not come to its next hop within 30 s",
     6},
    {"somebody says nothing", CASE MAIL, {R_EHLO "hold"}, PLAYER_INCONCLUSIVE, "said nothing", 10},
    {"mail of others first", CASE MAIL, {OTHER, R_EHLO R_MAIL "hold"}, PLAYER_PASS, "", 0},
    {"mail of others, from nobody",
     CASE MAIL,
     {R_EHLO "say MAIL FROM:<>\nline\nsay RCPT TO:<a@b.example>\nline\nhold", R_EHLO R_MAIL "hold"},
     PLAYER_PASS,
     "",
     0},
    {"the null path where it is another's place",
     CASE MAIL,
     {R_EHLO "say MAIL FROM:<>\nline\n" R_RCPT "hold"},
     PLAYER_FAIL,
     "got \"MAIL FROM:<>\"",
     10},
    {"a second connection",
     CASE MAIL
     "HS2: 220 {mx} x\nHC2: EHLO ...\nHS2: 250 {mx}\nHC2: MAIL FROM:<{from}>\nHS2: 250 a\n",
     {R_EHLO R_MAIL "hold", R_EHLO R_MAIL "hold"},
     PLAYER_PASS,
     "",
     0},
    {"an empty variable",
     CASE "HC: MAIL FROM:<{bad-rcpt}>\nHS: 250 a\n",
     {NULL},
     PLAYER_SKIP,
     "needs --bad-rcpt",
     0},
};

struct played {
    struct stage stage;
    struct fake relay;
    struct hop hop;
    char scripts[RELAYS][2048];
};

static void open_all(struct played *p)
{
    stage_open(&p->stage);
    fake_init(&p->relay, p->stage.mem);
    p->hop = (struct hop){.domain = "hop.example.test", .wait_ms = 30000};
    p->stage.run.hop = &p->hop;
    p->stage.run.slow = true;
    p->stage.fake.scripts[0] = "say 220 a\nline\nsay 250 b";
}

static void expand(char *out, size_t size, const char *script, smtp_span nonce)
{
    size_t n = 0;
    for (const char *c = script; *c != '\0' && n + nonce.n + 1 < size; c++) {
        if (*c != '%') {
            out[n++] = *c;
            continue;
        }
        memcpy(out + n, nonce.p, nonce.n);
        n += nonce.n;
    }
    out[n] = '\0';
}

static void fill(struct played *p, const struct hop_case *c, const struct scenario *scenario)
{
    struct vars vars;
    smtp_span nonce;
    ck_assert(vars_init(&vars, scenario, &p->stage.run) && vars_find(&vars, "nonce", 1, &nonce));
    for (size_t i = 0; i < RELAYS && c->relays[i] != NULL; i++) {
        expand(p->scripts[i], sizeof p->scripts[i], c->relays[i], nonce);
        p->relay.scripts[i] = p->scripts[i];
    }
    vars_free(&vars);
}

static void finished(void *arg, struct player_outcome *outcome)
{
    struct stage *stage = arg;
    stage->outcome = outcome;
    stage->done = true;
}

static void come(struct played *p)
{
    for (size_t i = 0; i < RELAYS && p->relay.scripts[i] != NULL; i++) {
        struct net_end *end = hop_came(&p->hop);
        ck_assert_ptr_nonnull(end);
        p->relay.dialler.ops->dial(&p->relay.dialler, end);
    }
}

static const struct scenario *parse(struct played *p, const char *id, const char *body)
{
    struct scenario_error error;
    char *text = stage_text(NULL, body);
    ck_assert_msg(scenario_parse(p->stage.set, id, "case.smtp", smtp_span_of(text), &error),
                  "%u: %s", error.line, error.text);
    free(text);
    return scenario_at(p->stage.set, scenario_count(p->stage.set) - 1);
}

static void play(struct played *p, const struct hop_case *c)
{
    struct stage *stage = &p->stage;
    struct net_world *world = net_mem_world(stage->mem);
    const struct scenario *scenario = parse(p, "test/case", c->body);
    fill(p, c, scenario);
    ck_assert_ptr_nonnull(
        player_start(scenario, &stage->run, world, &stage->fake.dialler, finished, stage));
    come(p);
    if (!stage->done)
        ck_assert_msg(world->ops->run(world, &stage->done), "%s: stuck", c->name);
}

START_TEST(lines)
{
    const struct hop_case *c = &cases[_i];
    struct played *p = calloc(1, sizeof *p);
    ck_assert_ptr_nonnull(p);
    open_all(p);
    play(p, c);
    const struct player_outcome *o = p->stage.outcome;
    ck_assert_msg(o->verdict == c->verdict && strstr(o->why, c->why) != NULL && o->line == c->line,
                  "%s: %s, line %u: %s", c->name, player_verdict_name(o->verdict), o->line, o->why);
    stage_close(&p->stage);
    free(p);
}
END_TEST

/* ---- what is nobody's ------------------------------------------------------------------------ */

/* Whether it is all that the relay heard on one connection behind our reply to EHLO. */
static void check_heard(const struct played *p, char number, const char *wanted)
{
    char all[4096] = "";
    size_t n = 0;
    for (const char *at = p->relay.heard; *at != '\0';) {
        const char *end = strchr(at, '|');
        ck_assert_ptr_nonnull(end);
        if (at[0] == number && at[1] == ':')
            n += (size_t)snprintf(all + n, sizeof all - n, "%.*s", (int)(end - at - 2), at + 2);
        at = end + 1;
    }
    const char *hello = strstr(all, "\r\n250");
    ck_assert_ptr_nonnull(hello);
    ck_assert_str_eq(strstr(hello + 2, "\r\n") + 2, wanted);
}

/* Mail that an earlier case has left is taken whole, so that it does not come again. */
START_TEST(swallowed)
{
    static const struct hop_case c = {
        .name = "swallowed",
        .body = CASE MAIL,
        .relays = {"line\nsay EHLO r\nline\nsay MAIL FROM:<a@b.example>\nline\nsay RCPT "
                   "TO:<c@d.example>\nline\n"
                   "say DATA\nline\nraw QUIT\\r\\n.\\r\\n\nline\nsay BDAT 5\nraw "
                   "QUIT\\n\nline\nsay BDAT 0 LAST\nline\n"
                   "say QUIT\nline\nhold",
                   R_EHLO R_MAIL "hold"}};
    struct played *p = calloc(1, sizeof *p);
    ck_assert_ptr_nonnull(p);
    open_all(p);
    play(p, &c);
    ck_assert_int_eq(p->stage.outcome->verdict, PLAYER_PASS);
    bool never = false;
    net_mem_world(p->stage.mem)->ops->run(net_mem_world(p->stage.mem), &never);
    check_heard(p, '1',
                "250 ok\r\n250 ok\r\n354 go on\r\n250 ok\r\n250 ok\r\n250 ok\r\n221 bye\r\n");
    stage_close(&p->stage);
    free(p);
}
END_TEST

/* What comes when no case is played, and what a case leaves behind. */
START_TEST(behind)
{
    static const struct hop_case c = {
        .name = "behind",
        .body = CASE MAIL,
        .relays = {R_EHLO R_MAIL R_RCPT R_DATA "raw x\\r\\n.\\r\\n\nline\nsay QUIT\nline\nhold"}};
    struct played *p = calloc(1, sizeof *p);
    bool never = false;
    ck_assert_ptr_nonnull(p);
    open_all(p);
    play(p, &c);
    ck_assert_int_eq(p->stage.outcome->verdict, PLAYER_PASS);
    p->relay.scripts[1] = R_EHLO "say NOOP\nline\nhold";
    p->relay.dialler.ops->dial(&p->relay.dialler, hop_came(&p->hop));
    net_mem_world(p->stage.mem)->ops->run(net_mem_world(p->stage.mem), &never);
    check_heard(p, '1', "250 a\r\n250 ok\r\n354 go on\r\n250 ok\r\n221 bye\r\n");
    check_heard(p, '2', "250 ok\r\n");
    stage_close(&p->stage);
    free(p);
}
END_TEST

/* ---- turns ----------------------------------------------------------------------------------- */

/* Of two cases the second begins when the first has ended, and gets the next connection. */
START_TEST(turns)
{
    static const struct hop_case c = {.name = "turns", .body = CASE MAIL, .relays = {NULL}};
    struct played *p = calloc(1, sizeof *p);
    struct stage second = {.done = false};
    ck_assert_ptr_nonnull(p);
    open_all(p);
    struct stage *first = &p->stage;
    struct net_world *world = net_mem_world(first->mem);
    first->fake.scripts[1] = first->fake.scripts[0];
    const struct scenario *scenario = parse(p, "test/case", c.body);
    ck_assert_ptr_nonnull(
        player_start(scenario, &first->run, world, &first->fake.dialler, finished, first));
    ck_assert_ptr_nonnull(
        player_start(scenario, &first->run, world, &first->fake.dialler, finished, &second));
    ck_assert(world->ops->run(world, &first->done));
    ck_assert_uint_eq(first->fake.dialled, 2);
    ck_assert(!second.done);
    ck_assert_int_eq(first->outcome->verdict, PLAYER_INCONCLUSIVE);
    ck_assert(world->ops->run(world, &second.done));
    ck_assert_int_eq(second.outcome->verdict, PLAYER_INCONCLUSIVE);
    ck_assert_uint_ge(world->ops->now(world), 60000);
    player_outcome_free(second.outcome);
    stage_close(first);
    free(p);
}
END_TEST

/* RFC 5321 4.1.1.4: the answer to the end of data may come before the relay's own, or after. */
START_TEST(no_order)
{
    static const char *const fronts[] = {
        "say 220 a\nline\nsay 250 b\nline\nsay 250 c",
        "say 220 a\nline\nsay 250 b\nline\nwait 20000\nsay 250 c",
    };
    static const struct hop_case c = {.name = "order",
                                      .body = HEAD
                                      "use hello\ntest:\nC: NOOP\nS: 250\nHS: 220 {mx} hi\n"
                                      "HC: EHLO ...\nHS: 250 {mx}\n" MAIL,
                                      .relays = {"wait 10000\n" R_EHLO R_MAIL "hold"}};
    struct played *p = calloc(1, sizeof *p);
    ck_assert_ptr_nonnull(p);
    open_all(p);
    p->stage.fake.scripts[0] = fronts[_i];
    play(p, &c);
    ck_assert_msg(p->stage.outcome->verdict == PLAYER_PASS, "%s", p->stage.outcome->why);
    stage_close(&p->stage);
    free(p);
}
END_TEST

Suite *hop_suite(void)
{
    Suite *suite = suite_create("hop");
    TCase *tcase = tcase_create("hop");
    tcase_add_loop_test(tcase, lines, 0, COUNT(cases));
    tcase_add_test(tcase, swallowed);
    tcase_add_test(tcase, behind);
    tcase_add_test(tcase, turns);
    tcase_add_loop_test(tcase, no_order, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}
