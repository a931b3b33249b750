#include <string.h>

#include "check_main.h"
#include "event_log.h"
#include "smtp/chars.h"

static const unsigned commands = SMTP_S_REFUSED | SMTP_S_START | SMTP_S_READY | SMTP_S_MAIL |
                                 SMTP_S_RCPT | SMTP_S_CHUNKS | SMTP_S_FAILED;
static const struct smtp_rule *const tables[] = {smtp_server_rules, smtp_lmtp_rules};
static const unsigned offers[] = {0, SMTP_X_CHUNKING, SMTP_X_AUTH, SMTP_X_CHUNKING | SMTP_X_AUTH};
enum { TABLES = sizeof tables / sizeof *tables, OFFERS = sizeof offers / sizeof *offers };

/* The states in which a verb can come at all. */
static unsigned reachable(enum smtp_verb verb)
{
    if (verb == SMTP_V_CONNECT)
        return SMTP_S_CONNECT;
    if (verb == SMTP_V_END_OF_DATA)
        return SMTP_S_TEXT | SMTP_S_CHUNK;
    if (verb == SMTP_V_END_OF_CHUNK)
        return SMTP_S_CHUNK;
    if (verb == SMTP_V_RESPONSE)
        return SMTP_S_AUTH;
    return verb == SMTP_V_TLS_UP ? (unsigned)SMTP_S_TLS : commands;
}

/* A row for each verb in each state in which it can come, none elsewhere. */
START_TEST(test_complete)
{
    enum smtp_verb verb = (enum smtp_verb)_i;
    for (size_t i = 0; i < TABLES * OFFERS; i++)
        for (unsigned bit = 0; bit < SMTP_STATE_COUNT; bit++) {
            enum smtp_state state = (enum smtp_state)(1U << bit);
            const struct smtp_rule *rule =
                smtp_rule_for(tables[i % TABLES], verb, state, offers[i / TABLES]);
            ck_assert_msg((rule != NULL) == ((reachable(verb) & 1U << bit) != 0), "%s in %s",
                          smtp_verb_name(verb), smtp_state_name(state));
        }
}
END_TEST

static bool is_first_somewhere(const struct smtp_rule *rules, const struct smtp_rule *rule)
{
    for (unsigned i = 0; i < SMTP_STATE_COUNT * OFFERS; i++)
        if (smtp_rule_for(rules, rule->verb, (enum smtp_state)(1U << i % SMTP_STATE_COUNT),
                          offers[i / SMTP_STATE_COUNT]) == rule)
            return true;
    return false;
}

/* No row hides behind others; texts are textstring (4.2), enhanced codes agree (RFC 2034 4). */
START_TEST(test_rows)
{
    for (const struct smtp_rule *rule = tables[_i]; rule->in != 0; rule++) {
        ck_assert_msg(is_first_somewhere(tables[_i], rule), "%s %u", smtp_verb_name(rule->verb),
                      rule->code);
        ck_assert_uint_gt(strlen(rule->clause), 4);
        bool hello =
            rule->verb == SMTP_V_EHLO || rule->verb == SMTP_V_HELO || rule->verb == SMTP_V_LHLO;
        bool bare = rule->code / 100 == 3 || rule->code == 0 || rule->verb == SMTP_V_CONNECT ||
                    (hello && rule->code == 250);
        if (rule->in != SMTP_S_REFUSED)
            ck_assert_msg((rule->enhanced == NULL) == bare, "%s", smtp_verb_name(rule->verb));
        if (rule->enhanced != NULL)
            ck_assert_int_eq(rule->enhanced[0], (char)('0' + rule->code / 100));
        for (const char *c = rule->text; *c != '\0'; c++)
            ck_assert(*c == '\n' || smtp_is(*c, SMTP_C_TEXT));
        if (rule->code >= 400)
            ck_assert_msg(rule->then == SMTP_S_SAME || rule->then == SMTP_S_FAILED,
                          "4.1.4: a refusal leaves the state; RFC 3030 2: but that of a chunk");
    }
}
END_TEST

START_TEST(test_state_names)
{
    for (unsigned a = 0; a < SMTP_STATE_COUNT; a++)
        for (unsigned b = 0; b < a; b++)
            ck_assert_str_ne(smtp_state_name((enum smtp_state)(1U << a)),
                             smtp_state_name((enum smtp_state)(1U << b)));
    ck_assert_str_eq(smtp_state_name(SMTP_S_SAME), "SAME");
    ck_assert_str_eq(smtp_state_name((enum smtp_state)(1U << SMTP_STATE_COUNT)), "");
}
END_TEST

/* ---- one more row in front is another server ---- */

static const struct {
    struct smtp_rule row;
    const char *said, *reference, *mutated; /* after EHLO */
    enum smtp_state ends;
} mutants[] = {
    {{SMTP_V_RCPT, SMTP_S_READY, SMTP_S_RCPT, 250, "2.1.5", "fine", "", 0},
     "RCPT TO:<b@b.test>\r\n",
     "S: 503 MAIL comes first\n",
     "S: 250 fine\n",
     SMTP_S_RCPT},
    {{SMTP_V_NOOP, SMTP_S_READY, SMTP_S_SAME, 502, "5.5.1", "no", "", 0},
     "NOOP\r\n",
     "S: 250 ok\n",
     "S: 502 no\n",
     SMTP_S_READY},
    {{SMTP_V_NOOP, SMTP_S_READY, SMTP_S_START, 0, NULL, "", "", 0},
     "NOOP\r\n",
     "S: 250 ok\n",
     "",
     SMTP_S_START},
    {{SMTP_V_UNKNOWN, SMTP_S_READY, SMTP_S_SAME, 250, "2.0.0", "sure", "", 0},
     "XYZZY\r\n",
     "S: 500 command not recognized\n",
     "S: 250 sure\n",
     SMTP_S_READY},
    {{SMTP_V_UNKNOWN, SMTP_S_READY, SMTP_S_CLOSED, 500, "5.5.1", "bye", "", 0},
     "XYZZY\r\n",
     "S: 500 command not recognized\n",
     "S: 500 bye\nCLOSED CLOSED\n",
     SMTP_S_CLOSED},
    {{SMTP_V_QUIT, SMTP_S_READY, SMTP_S_SAME, 221, "2.0.0", "bye", "", 0},
     "QUIT\r\n",
     "S: 221 mx.test closing connection\nCLOSED CLOSED\n",
     "S: 221 bye\n",
     SMTP_S_READY},
    {{SMTP_V_HELO, SMTP_S_READY, SMTP_S_READY, 250, NULL, "a\nb{name}{c", "", 0},
     "HELO a.test\r\n",
     "S: 250 mx.test at your service\n",
     "S: 250-a\nS: 250 bmx.test{c\n",
     SMTP_S_READY},
    {{SMTP_V_DATA, SMTP_S_READY, SMTP_S_TEXT, 354, NULL, "go", "", 0},
     "DATA\r\n",
     "S: 503 MAIL and RCPT come first\n",
     "S: 354 go\n",
     SMTP_S_TEXT},
};
enum { MUTANTS = sizeof mutants / sizeof *mutants, TABLE = 128 };

static enum smtp_state play(const struct smtp_rule *rules, const char *said, char *log, size_t size)
{
    const struct smtp_server_config config = {.name = "mx.test", .rules = rules};
    static char in[1024], out[2048], text[2048];
    struct event_play p = {.config = &config,
                           .in = {in, sizeof in},
                           .out = {out, sizeof out},
                           .log = {.room = {text, sizeof text}}};
    ck_assert(event_play_begin(&p));
    event_play_write(&p, SMTP_SPAN("EHLO a.test\r\n"));
    size_t before = p.log.n;
    event_play_write(&p, smtp_span_of(said));
    smtp_span tail = smtp_span_cut(event_log_text(&p.log), before, size + before);
    const char *reply = memchr(tail.p, '\n', tail.n); /* the first line is the event */
    ck_assert_ptr_nonnull(reply);
    size_t n = tail.n - (size_t)(reply + 1 - tail.p);
    ck_assert_uint_lt(n, size);
    memcpy(log, reply + 1, n);
    log[n] = '\0';
    return smtp_server_state(&p.server);
}

START_TEST(test_mutants)
{
    struct smtp_rule table[TABLE] = {mutants[_i].row};
    char log[256];
    size_t rows = 0;
    while (smtp_server_rules[rows++].in != 0)
        ck_assert_uint_lt(rows + 1, TABLE);
    memcpy(table + 1, smtp_server_rules, rows * sizeof *table);
    play(NULL, mutants[_i].said, log, sizeof log);
    ck_assert_str_eq(log, mutants[_i].reference);
    enum smtp_state state = play(table, mutants[_i].said, log, sizeof log);
    ck_assert_str_eq(log, mutants[_i].mutated);
    ck_assert_int_eq(state, mutants[_i].ends);
}
END_TEST

static Suite *rules_suite(void)
{
    Suite *suite = suite_create("server rules");
    TCase *tcase = tcase_create("rules");
    tcase_add_loop_test(tcase, test_complete, 0, SMTP_VERB_COUNT);
    for (int verb = SMTP_V_CONNECT; verb < SMTP_V_ROW_COUNT; verb++)
        tcase_add_loop_test(tcase, test_complete, verb, verb + 1);
    tcase_add_loop_test(tcase, test_rows, 0, TABLES);
    tcase_add_test(tcase, test_state_names);
    tcase_add_loop_test(tcase, test_mutants, 0, MUTANTS);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(rules_suite)
