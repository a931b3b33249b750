#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check_main.h"
#include "golden.h"

static const struct smtp_limits twenty = {.command_line = 512,
                                          .recipients = 100,
                                          .message = 20,
                                          .errors = 0,
                                          .command_ms = 300000,
                                          .text_ms = 300000,
                                          .tls_ms = 60000};
#define OFFERS                                                                                     \
    .name = "mx.test",                                                                             \
    .extensions = SMTP_X_CHUNKING | SMTP_X_BINARYMIME | SMTP_X_8BITMIME | SMTP_X_STARTTLS
static const struct smtp_server_config plain = {.name = "mx.test"};
static const struct smtp_server_config chunks = {OFFERS};
static const struct smtp_server_config small = {OFFERS, .limits = &twenty};
static const struct smtp_server_config clear = {OFFERS, .tls_needed = true};

#define HELLO "EHLO a.test\r\n"
#define TO_RCPT HELLO "MAIL FROM:<>\r\nRCPT TO:<b@b.test>\r\n"

/*
 * RFC 3030 2, every outcome of a chunk: octets delivered and octets dropped make up what was announced,
 * and the command behind them is the next that is seen.
 */
static const struct outcome {
    const struct smtp_server_config *config;
    const char *setup, *end; /* behind the count */
    enum smtp_verb refuse;
    size_t delivered; /* of the 30 */
    const char *said; /* the answer to the chunk */
} outcomes[] = {
    {&chunks, TO_RCPT, "", 0, 30, "S: 250 chunk taken\n"},
    {&chunks, TO_RCPT, " LAST", 0, 30, "S: 250 message accepted\n"},
    {&chunks, TO_RCPT "BDAT 1\r\nx", "", 0, 30, "S: 250 chunk taken\n"},
    {&chunks, TO_RCPT, "", SMTP_V_END_OF_CHUNK, 30, "S: 452 insufficient system storage\n"},
    {&chunks, TO_RCPT, " LAST", SMTP_V_END_OF_DATA, 30, "S: 452 insufficient system storage\n"},
    {&small, TO_RCPT, "", 0, 20, "S: 552 message size exceeds the limit\n"},
    {&small, TO_RCPT, " LAST", 0, 20, "S: 552 message size exceeds the limit\n"},
    {&chunks, TO_RCPT "BDAT\r\n", "", 0, 0, "S: 503 a chunk was refused, say RSET\n"},
    {&chunks, "", " LAST", 0, 0, "S: 503 MAIL and RCPT come first\n"},
    {&chunks, HELLO, "", 0, 0, "S: 503 MAIL and RCPT come first\n"},
    {&chunks, HELLO "MAIL FROM:<>\r\n", " LAST", 0, 0, "S: 503 no valid recipients\n"},
    {&chunks, "HELO a.test\r\nMAIL FROM:<>\r\nRCPT TO:<b@b.test>\r\n", "", 0, 0,
     "S: 503 bad sequence of commands\n"},
    {&clear, HELLO, "", 0, 0, "S: 530 STARTTLS first\n"},
    {&plain, TO_RCPT, " LAST", 0, 0, "S: 502 CHUNKING is not offered\n"},
};

static struct counted {
    enum smtp_verb refuse;
    size_t body, dropped;
} counted;

static enum smtp_fault count(void *arg, const struct smtp_event *ev)
{
    const struct counted *c = arg;
    bool chunk = ev->kind == SMTP_EV_CHUNK && c->refuse == SMTP_V_END_OF_CHUNK;
    bool text = ev->kind == SMTP_EV_MESSAGE && c->refuse == SMTP_V_END_OF_DATA;
    return chunk || text ? SMTP_E_STORE_FULL : SMTP_OK;
}

/* What the log says about bodies, behind the place where the chunk begins. */
static void count_log(const char *log)
{
    counted.body = counted.dropped = 0;
    const char *body = strstr(log, "\nBODY "), *size = strstr(log, " size ");
    if (body != NULL)
        counted.body = strcspn(body + 6, "\n");
    if (size != NULL) {
        unsigned long n = strtoul(size + 6, NULL, 10);
        counted.dropped = n > counted.body ? n - counted.body : 0;
    }
}

static void play_outcome(const struct outcome *o, size_t step)
{
    static char in[2048], out[2048], text[8192];
    char said[256];
    counted.refuse = o->refuse;
    struct event_play p = {.config = o->config,
                           .in = {in, sizeof in},
                           .out = {out, sizeof out},
                           .log = {.room = {text, sizeof text - 1}},
                           .decide = count,
                           .arg = &counted};
    ck_assert(event_play_begin(&p));
    event_play_write(&p, smtp_span_of(o->setup));
    size_t before = p.log.n - 1;
    int n =
        snprintf(said, sizeof said, "BDAT 30%s\r\n012345678901234567890123QUIT..NOOP\r\n", o->end);
    for (size_t at = 0; at < (size_t)n; at += step)
        event_play_write(&p, smtp_span_cut((smtp_span){said, (size_t)n}, at, at + step));
    text[p.log.n] = '\0';
    count_log(text + before);
    ck_assert_uint_eq(counted.body, o->delivered);
    ck_assert_msg(counted.body + counted.dropped == 30, "%s", text + before);
    const char *answer = strstr(text + before, o->said);
    const char *next = strstr(text + before, " NOOP\nS: 250 ok\n");
    ck_assert_msg(answer != NULL && next != NULL && (o->config == &plain || next > answer), "%s",
                  text + before);
    ck_assert_ptr_null(strstr(text + before, "221"));
}

START_TEST(test_conservation)
{
    for (size_t step = 1; step < 40; step++)
        play_outcome(&outcomes[_i], step);
}
END_TEST

/* RFC 3030 2: the answer comes when the last octet is gone, not before. */
START_TEST(test_answer_waits)
{
    static char in[2048], out[2048], text[8192];
    struct event_play p = {.config = &chunks,
                           .in = {in, sizeof in},
                           .out = {out, sizeof out},
                           .log = {.room = {text, sizeof text}}};
    ck_assert(event_play_begin(&p));
    event_play_write(&p, SMTP_SPAN(HELLO "BDAT 3\r\nab"));
    size_t replies = p.replies;
    event_play_write(&p, SMTP_SPAN("c"));
    ck_assert_uint_eq(p.replies, replies + 1);
}
END_TEST

static Suite *octets_suite(void)
{
    Suite *suite = suite_create("server octets");
    TCase *tcase = tcase_create("octets");
    tcase_add_loop_test(tcase, test_conservation, 0, sizeof outcomes / sizeof *outcomes);
    tcase_add_test(tcase, test_answer_waits);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(octets_suite)
