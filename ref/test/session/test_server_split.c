#include <string.h>

#include "check_main.h"
#include "golden.h"

static const struct smtp_limits limits = {.command_line = 512,
                                          .recipients = 2,
                                          .message = 60,
                                          .errors = 0,
                                          .command_ms = 300000,
                                          .text_ms = 300000,
                                          .tls_ms = 60000,
                                          .auth_line = 30,
                                          .transactions = 12,
                                          .hops = 1,
                                          .auth_tries = 6};
static const struct smtp_server_config config = {
    .name = "mx.test",
    .lax = SMTP_LAX_ADVISED,
    .extensions = SMTP_X_SIZE | SMTP_X_8BITMIME | SMTP_X_PIPELINING | SMTP_X_ENHANCEDSTATUSCODES};
static const struct smtp_server_config others[] = {
    {.name = "mx.test",
     .extensions = ~(unsigned)SMTP_X_STARTTLS,
     .limits = &limits,
     .refuse_bare = true,
     .auth_clear = "PLAIN LOGIN"},
    {.name = "mx.test",
     .extensions = ~(unsigned)SMTP_X_STARTTLS,
     .limits = &limits,
     .mode = SMTP_MODE_LMTP,
     .auth_clear = "PLAIN LOGIN"},
};
/* The server that a conversation is for: two thirds are for one with all extensions. */
static const struct smtp_server_config *config_of(uint32_t seed)
{
    return seed % 3 == 0 ? &config : &others[seed % 3 - 1];
}

/* ---- conversations put together at random ---- */

/* What goes wrong at a seam: ends of lines, ends of the text, chunks, halves of all of them. */
static const char *const pieces[] = {
    "EHLO a.test\r\n",
    "HELO a.test\r\n",
    "MAIL FROM:<>\r\n",
    "MAIL FROM:<a@b.test> SIZE=9\r\n",
    "RCPT TO:<b@b.test>\r\n",
    "RCPT TO:<Postmaster>\r\n",
    "DATA\r\n",
    "DATA\r\n",
    "RSET\r\n",
    "NOOP\r\n",
    "VRFY a\r\n",
    "HELP\r\n",
    "BDAT 7 LAST\r\n",
    "BDAT 0\r\n",
    "XYZZY\r\n",
    "\r\n",
    "\n",
    "\r",
    "\r\r\n",
    "a",
    ".",
    ".\r\n",
    "\r\n.\r\n",
    "\n.\n",
    "\r.\r\n",
    "..\r\n",
    "text\r\n",
    " \t\r\n",
    "NOOP \r\n",
    "MAIL FROM:<a@b",
    ">",
    "\x7f",
    "\xff",
    "LHLO a.test\r\n",
    "RCPT TO:<c@b.test> NOTIFY=NEVER\r\n",
    "MAIL FROM:<> BODY=BINARYMIME SMTPUTF8\r\n",
    "RCPT TO:<\xc3\xbc@b.test>\r\n",
    "BDAT 5\r\n",
    "BDAT 12\r\n",
    "BDAT 70\r\n",
    "BDAT 3 LAST\r\n",
    "BDAT x\r\n",
    "AUTH PLAIN AGEA\r\n",
    "AUTH LOGIN\r\n",
    "YQ==\r\n",
    "bW9yZQ==\r\n",
    "*\r\n",
    "DATA\r\nReceived: x\r\nReceived: y\r\n.\r\n",
};
enum { PIECES = sizeof pieces / sizeof *pieces, LENGTH = 40, MOST = 2048, LOG = 1 << 16 };

static uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525U + 1013904223U;
    return *seed >> 8;
}

static size_t compose(uint32_t seed, char *to, size_t room)
{
    static const char *const begin[] = {
        "EHLO a.test\r\nMAIL FROM:<>\r\nRCPT TO:<b@b.test>\r\nDATA\r\n",
        "LHLO a.test\r\nMAIL FROM:<>\r\nRCPT TO:<b@b.test>\r\nRCPT TO:<c@b.test>\r\n",
        "EHLO a.test\r\nMAIL FROM:<>\r\nRCPT TO:<b@b.test>\r\n",
        "",
    };
    const char *first = begin[config_of(seed)->mode == SMTP_MODE_LMTP ? 1 : next(&seed) % 4];
    size_t n = strlen(first);
    memcpy(to, first, n);
    for (size_t i = 0; i < LENGTH; i++) {
        const char *piece = pieces[next(&seed) % PIECES];
        size_t length = strlen(piece);
        ck_assert_uint_lt(n + length, room);
        memcpy(to + n, piece, length);
        n += length;
    }
    return n;
}

struct played {
    char log[LOG];
    size_t n, replies;
};

static void play(uint32_t seed, smtp_span said, struct event_cuts cuts, size_t in_n, size_t drain,
                 struct played *to)
{
    static char in[4096], out[4096];
    const struct event_step steps[] = {{.what = EVENT_WRITE, .octets = said},
                                       {.what = EVENT_END, .how = SMTP_END_CLOSE}};
    struct event_play p = {.config = config_of(seed),
                           .in = {in, in_n},
                           .out = {out, drain > 0 ? SMTP_SERVER_REPLY_MAX : sizeof out},
                           .log = {.room = {to->log, LOG}},
                           .drain = drain};
    ck_assert(event_play_all(&p, steps, 2, cuts));
    ck_assert_uint_le(p.log.n, LOG);
    ck_assert(p.closed);
    to->n = p.log.n;
    to->replies = p.replies;
}

static void must_equal(const struct played *a, const struct played *b, const char *how,
                       uint32_t seed)
{
    ck_assert_msg(a->n == b->n && memcmp(a->log, b->log, a->n) == 0,
                  "seed %u, %s:\n%.*s\nand\n%.*s", seed, how, (int)a->n, a->log, (int)b->n, b->log);
    ck_assert_uint_eq(a->replies, b->replies);
}

/* Law 5: however the octets come, and law 8: however slowly the replies leave. */
START_TEST(test_random_conversations)
{
    static struct played whole, other;
    char said[MOST];
    for (uint32_t seed = 100 * (uint32_t)_i; seed < 100 * (uint32_t)(_i + 1); seed++) {
        size_t least = smtp_server_line_max(config_of(seed));
        smtp_span octets = {said, compose(seed, said, sizeof said)};
        play(seed, octets, (struct event_cuts){.step = 0}, 4096, 0, &whole);
        play(seed, octets, (struct event_cuts){.step = 1}, 4096, 0, &other);
        must_equal(&whole, &other, "octet by octet", seed);
        play(seed, octets, (struct event_cuts){.step = 0}, least, 0, &other);
        must_equal(&whole, &other, "smallest buffer", seed);
        play(seed, octets, (struct event_cuts){.step = 0}, 4096, 1 + seed % 9, &other);
        must_equal(&whole, &other, "slow reader", seed);
        for (uint32_t cut = 1; cut <= 8; cut++) {
            play(seed, octets, (struct event_cuts){.step = 1 + 7 * cut, .seed = seed + cut}, least,
                 cut % 3, &other);
            must_equal(&whole, &other, "random pieces", seed);
        }
    }
}
END_TEST

START_TEST(test_every_cut)
{
    static struct played whole, other;
    char said[MOST];
    uint32_t seed = 10000 + (uint32_t)_i;
    smtp_span octets = {said, compose(seed, said, sizeof said)};
    play(seed, octets, (struct event_cuts){.step = 0}, 4096, 0, &whole);
    for (size_t at = 1; at < octets.n; at++) {
        play(seed, octets, (struct event_cuts){.at = at}, 4096, 0, &other);
        must_equal(&whole, &other, "in two", seed);
    }
}
END_TEST

/* Compositions reach what they are for: all of them together see each of these lines. */
START_TEST(test_compositions_reach)
{
    static const char *const wanted[] = {
        "MESSAGE TEXT",      "BODY ",         "BARE_LF",
        "BARE_CR",           "NOT_HERE",      "S: 354",
        "SEQUENCE",          "VERB",          "NO_COMMAND",
        "S: 250 2.6.0 m",    " lax 1 ",       "CHUNK CHUNK size",
        "CHUNK FAILED SIZE", "RESPONSE AUTH", "AUTH_CANCEL",
        "AUTH_BASE64",       "AUTH_LONG",     "LOOP",
        "for 1 of 2",        "MESSAGE CHUNK", "S: 503 5.5.1 a chunk was",
        "BINARY_DATA",       "UTF8_RCPT",     "AUTH_HERE",
        "TEXT_BARE"};
    static struct played whole;
    char said[MOST];
    bool seen[sizeof wanted / sizeof *wanted] = {false};
    for (uint32_t seed = 0; seed < 300; seed++) {
        smtp_span octets = {said, compose(seed, said, sizeof said)};
        play(seed, octets, (struct event_cuts){.step = 0}, 4096, 0, &whole);
        whole.log[whole.n < LOG ? whole.n : LOG - 1] = '\0';
        for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
            seen[i] = seen[i] || strstr(whole.log, wanted[i]) != NULL;
    }
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        ck_assert_msg(seen[i], "%s", wanted[i]);
}
END_TEST

/* ---- back pressure ---- */

/* Law 8: while no reply fits nothing is taken; RFC 2920 3.2: what may be buffered is. */
START_TEST(test_full_output)
{
    static char in[4096], out[SMTP_SERVER_REPLY_MAX + 64];
    struct smtp_server s;
    struct smtp_event ev;
    ck_assert_int_eq(
        smtp_server_init(&s, &config, (smtp_room){in, sizeof in}, (smtp_room){out, sizeof out}, 0),
        SMTP_OK);
    ck_assert(smtp_server_next(&s, 0, &ev));
    smtp_server_accept(&s);
    smtp_edge_sent(&s.edge, s.edge.out_len);
    static const char said[] = "RSET\r\nRSET\r\nRSET\r\nRSET\r\nRSET\r\nRSET\r\n";
    memcpy(smtp_edge_room(&s.edge).p, said, sizeof said - 1);
    smtp_edge_got(&s.edge, sizeof said - 1);
    unsigned events = 0;
    for (; smtp_server_next(&s, 0, &ev); events++)
        smtp_server_accept(&s);
    /* "250 2.0.0 nothing to forget\r\n" has 29 octets: two go into the 64, a third one on top */
    ck_assert_uint_eq(events, 3);
    ck_assert_uint_eq(smtp_edge_in(&s.edge).n, 18);
    smtp_edge_sent(&s.edge, 29);
    for (; smtp_server_next(&s, 0, &ev); events++)
        smtp_server_accept(&s);
    ck_assert_uint_eq(events, 3); /* two replies of three still stand there, and do not move */
    smtp_edge_sent(&s.edge, s.edge.out_len);
    for (; smtp_server_next(&s, 0, &ev); events++)
        smtp_server_accept(&s);
    ck_assert_uint_eq(events, 6);
}
END_TEST

/* RFC 2920 3.2(5), (6): EHLO, DATA, VRFY, EXPN, NOOP, QUIT are answered before more is read. */
static const struct {
    const char *said;
    unsigned events; /* while nothing leaves */
} groups[] = {
    {"RSET\r\nMAIL FROM:<>\r\nRCPT TO:<b@b.test>\r\nRSET\r\n", 4},
    {"NOOP\r\nRSET\r\n", 1},
    {"VRFY a\r\nRSET\r\n", 1},
    {"EXPN a\r\nRSET\r\n", 1},
    {"EHLO a.test\r\nRSET\r\n", 1},
    {"XYZZY\r\nRSET\r\n", 1},
    {"MAIL FROM:<>\r\nRCPT TO:<b@b.test>\r\nDATA\r\n.\r\n", 3},
};

START_TEST(test_groups)
{
    static char in[4096], out[4096];
    struct smtp_server s;
    struct smtp_event ev;
    unsigned events = 0;
    ck_assert_int_eq(
        smtp_server_init(&s, &config, (smtp_room){in, sizeof in}, (smtp_room){out, sizeof out}, 0),
        SMTP_OK);
    const char *said[] = {"EHLO a.test\r\n", groups[_i].said};
    for (size_t i = 0; i < 2; i++) {
        for (; smtp_server_next(&s, 0, &ev);)
            smtp_server_accept(&s);
        smtp_edge_sent(&s.edge, s.edge.out_len);
        memcpy(smtp_edge_room(&s.edge).p, said[i], strlen(said[i]));
        smtp_edge_got(&s.edge, strlen(said[i]));
    }
    for (; smtp_server_next(&s, 0, &ev); events++)
        if (ev.wants_reply)
            smtp_server_accept(&s);
    ck_assert_uint_eq(events, groups[_i].events);
}
END_TEST

static Suite *split_suite(void)
{
    Suite *suite = suite_create("server split");
    TCase *tcase = tcase_create("split");
    tcase_set_timeout(tcase, 30);
    tcase_add_loop_test(tcase, test_random_conversations, 0, 5);
    tcase_add_loop_test(tcase, test_every_cut, 0, 20);
    tcase_add_test(tcase, test_compositions_reach);
    tcase_add_test(tcase, test_full_output);
    tcase_add_loop_test(tcase, test_groups, 0, sizeof groups / sizeof *groups);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(split_suite)
