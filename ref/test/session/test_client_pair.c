#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check_main.h"
#include "client_pair.h"

/* ---- every mode ---- */

enum {
    BASE = SMTP_X_SIZE | SMTP_X_8BITMIME | SMTP_X_ENHANCEDSTATUSCODES,
    BINARY = 1,
    TLS = 2,
    AUTH = 4,
    LMTP = 8
};

static const struct mode {
    const char *name;
    unsigned extensions; /* beside BASE */
    unsigned ignore;     /* of the client */
    unsigned how;
} modes[] = {
    {"lock-step", 0, 0, 0},
    {"group", SMTP_X_PIPELINING, 0, 0},
    {"group, not used", SMTP_X_PIPELINING, SMTP_KW_PIPELINING, 0},
    {"chunks", SMTP_X_CHUNKING, 0, 0},
    {"chunks in groups", SMTP_X_CHUNKING | SMTP_X_PIPELINING, 0, 0},
    {"chunks, not used", SMTP_X_CHUNKING | SMTP_X_PIPELINING, SMTP_KW_CHUNKING, 0},
    {"binary", SMTP_X_CHUNKING | SMTP_X_BINARYMIME, 0, BINARY},
    {"binary in groups", SMTP_X_CHUNKING | SMTP_X_BINARYMIME | SMTP_X_PIPELINING, 0, BINARY},
    {"LMTP", SMTP_X_PIPELINING, 0, LMTP},
    {"LMTP with chunks", SMTP_X_PIPELINING | SMTP_X_CHUNKING, 0, LMTP},
    {"AUTH", SMTP_X_AUTH | SMTP_X_PIPELINING, 0, AUTH},
    {"TLS", SMTP_X_STARTTLS | SMTP_X_PIPELINING, 0, TLS},
    {"TLS, AUTH, chunks",
     SMTP_X_STARTTLS | SMTP_X_AUTH | SMTP_X_CHUNKING | SMTP_X_PIPELINING | SMTP_X_DSN |
         SMTP_X_LIMITS,
     0, TLS | AUTH},
};
enum { MODES = sizeof modes / sizeof *modes };

/* ---- nasty texts ---- */

#define TEXT(literal, only_binary)                                                                 \
    {                                                                                              \
        {(literal), sizeof(literal) - 1}, (only_binary)                                            \
    }

static const struct {
    smtp_span octets;
    bool only_binary; /* has what only BINARYMIME may carry */
} texts[] = {
    TEXT("", false),
    TEXT("\r\n", false),
    TEXT("no end", false),
    TEXT(".", false),
    TEXT(".\r\n", false),
    TEXT("..\r\n.\r\n...\r\n", false),
    TEXT("a\r\n.\r\nQUIT\r\nMAIL FROM:<x@y>\r\n", false),
    TEXT("\r\n.\r\n", false),
    TEXT(".a\r\n.", false),
    TEXT("8 bit \xe4\xff\x80\r\n", false),
    TEXT("\0 NUL \0\r\n.\0\r\n", false),
    TEXT("BDAT 5 LAST\r\nRSET\r\n", false),
    TEXT("bare\nLF\n.\nand\r.\rCR\r", true),
    TEXT("\n", true),
    TEXT("\r", true),
    TEXT("\r\n.\n", true),
};
enum { TEXTS = sizeof texts / sizeof *texts };

/* ---- */

static void make(const struct mode *mode, struct smtp_client_config *c,
                 struct smtp_server_config *s)
{
    bool tls = (mode->how & TLS) != 0, lmtp = (mode->how & LMTP) != 0;
    *c = (struct smtp_client_config){.name = "c.test",
                                     .tls = tls ? SMTP_TLS_ALWAYS : SMTP_TLS_NEVER,
                                     .lmtp = lmtp,
                                     .ignore = mode->ignore};
    *s = (struct smtp_server_config){.name = "s.test",
                                     .mode = lmtp ? SMTP_MODE_LMTP : SMTP_MODE_SMTP,
                                     .extensions = BASE | mode->extensions,
                                     .tls_needed = tls,
                                     .auth_needed = (mode->how & AUTH) != 0,
                                     .auth_clear = tls ? NULL : "LOGIN",
                                     .auth_tls = "LOGIN",
                                     .refuse_bare = true};
}

/* RFC 5321 4.1.1.4: DATA gives a text without a final CRLF one; chunks leave it as it is. */
static bool is_whole(const struct pair *p)
{
    bool data = !p->client.chunked,
         ends = p->text.n >= 2 && memcmp(p->text.p + p->text.n - 2, "\r\n", 2) == 0;
    size_t more = data && !ends && p->text.n > 0 ? 2 : 0;
    return p->body_n == p->text.n + more && memcmp(p->body, p->text.p, p->text.n) == 0 &&
           memcmp(p->body + p->text.n, "\r\n", more) == 0;
}

static void deliver(const struct mode *mode, smtp_span text, size_t piece, size_t window)
{
    static struct pair p;
    struct smtp_client_config c;
    struct smtp_server_config s;
    make(mode, &c, &s);
    bool binary = (mode->how & BINARY) != 0, lmtp = (mode->how & LMTP) != 0;
    struct smtp_rcpt rcpts[3] = {{.address = {"b@s.test", 8}},
                                 {.address = {"Postmaster", 10}},
                                 {.address = {"\"x\\\"y z\"@s.test", 15}}};
    struct smtp_mail mail = {
        .sender = {"a@c.test", 8},
        .rcpts = rcpts,
        .rcpt_count = 3,
        .params = {.given = SMTP_P_BODY | SMTP_P_SIZE,
                   .size = text.n,
                   .body = binary ? SMTP_BODY_BINARYMIME : SMTP_BODY_8BITMIME}};
    p = (struct pair){.client_config = &c,
                      .server_config = &s,
                      .mail = &mail,
                      .text = text,
                      .piece = piece,
                      .window = window,
                      .authenticate = (mode->how & AUTH) != 0};
    const char *wrong = pair_run(&p);
    ck_assert_msg(wrong == NULL, "%s: %zu octets by %zu: %s", mode->name, text.n, piece, wrong);
    ck_assert_msg(is_whole(&p), "%s by %zu: %zu octets became %zu", mode->name, piece, text.n,
                  p.body_n);
    ck_assert_uint_eq(p.rejected, 0);
    ck_assert_int_eq(p.closed, SMTP_OK);
    ck_assert_int_eq(mail.outcome, SMTP_O_DELIVERED);
    ck_assert_int_eq(rcpts[2].outcome, SMTP_O_DELIVERED);
    ck_assert_uint_eq(p.messages, lmtp ? 3 : 1);
    ck_assert_uint_eq(p.challenges, p.authenticate ? 1 : 0);
    ck_assert(p.secure == ((mode->how & TLS) != 0));
}

START_TEST(test_nasty_texts)
{
    const struct mode *mode = &modes[_i / TEXTS];
    size_t t = (size_t)_i % TEXTS;
    if (texts[t].only_binary && (mode->how & BINARY) == 0)
        return;
    for (size_t piece = 1; piece <= texts[t].octets.n + 2; piece++)
        deliver(mode, texts[t].octets, piece, 1 + piece * 3);
    deliver(mode, texts[t].octets, 4096, 4096);
}
END_TEST

/* Larger than every buffer: lines of 998 octets, dots in front of many, eight bits. */
START_TEST(test_large_text)
{
    static char text[100000];
    for (size_t i = 0; i < sizeof text; i++) {
        size_t at = i % 1000;
        text[i] = (char)(at == 998 ? '\r' : at == 999 ? '\n' : at == 0 ? '.' : (i * 7) & 0xff);
        if (at < 998 && (text[i] == '\r' || text[i] == '\n'))
            text[i] = '.';
    }
    static const size_t pieces[] = {5, 100, 1000, 4096};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
        deliver(&modes[_i], (smtp_span){text, sizeof text}, pieces[i],
                i % 2 == 0 ? 4096 : pieces[i]);
}
END_TEST

/*
 * RFC 2920 3.1: a client that writes a group larger than all windows reads the replies meanwhile; one
 * that did not, and the server, would wait for each other for ever.
 */
START_TEST(test_full_windows)
{
    enum { MANY = 1000 };
    static struct pair p;
    static struct smtp_rcpt rcpts[MANY];
    static char names[MANY][48];
    struct smtp_client_config c;
    struct smtp_server_config s;
    struct smtp_limits limits = smtp_limits_default;
    limits.recipients = MANY;
    for (size_t i = 0; i < MANY; i++) {
        int n = snprintf(names[i], sizeof names[i], "recipient-with-a-long-name-%zu@s.test", i);
        rcpts[i] = (struct smtp_rcpt){.address = {names[i], (size_t)n}};
    }
    make(&modes[1], &c, &s);
    s.limits = &limits;
    for (size_t window = 1; window <= 4096; window *= 16) {
        struct smtp_mail mail = {.rcpts = rcpts, .rcpt_count = MANY};
        p = (struct pair){.client_config = &c,
                          .server_config = &s,
                          .mail = &mail,
                          .text = SMTP_SPAN("x\r\n"),
                          .piece = window,
                          .window = window};
        const char *wrong = pair_run(&p);
        ck_assert_msg(wrong == NULL, "window %zu: %s", window, wrong);
        ck_assert_int_eq(mail.outcome, SMTP_O_DELIVERED);
        ck_assert_uint_eq(p.server.errors, 0);
        for (size_t i = 0; i < MANY; i++)
            ck_assert_int_eq(rcpts[i].outcome, SMTP_O_DELIVERED);
    }
}
END_TEST

/* The server's limits, met by the client: 452 for a recipient too many, SIZE, a chunk too large. */
START_TEST(test_limits)
{
    static struct pair p;
    struct smtp_client_config c;
    struct smtp_server_config s;
    struct smtp_limits limits = smtp_limits_default;
    struct smtp_rcpt rcpts[3] = {
        {.address = {"b@s.test", 8}}, {.address = {"d@s.test", 8}}, {.address = {"e@s.test", 8}}};
    static const char text[64] = "x";
    limits.recipients = 2;
    limits.message = 32;
    make(&modes[_i], &c, &s);
    s.limits = &limits;
    struct smtp_mail mail = {.rcpts = rcpts, .rcpt_count = 3};
    p = (struct pair){.client_config = &c,
                      .server_config = &s,
                      .mail = &mail,
                      .text = {text, sizeof text},
                      .piece = 7,
                      .window = 64};
    const char *wrong = pair_run(&p);
    ck_assert_msg(wrong == NULL, "%s: %s", modes[_i].name, wrong);
    ck_assert_int_eq(p.closed, SMTP_OK);
    ck_assert_int_eq(mail.outcome, SMTP_O_LATER);
    ck_assert_int_eq(rcpts[0].outcome, SMTP_O_NEVER);
    ck_assert_uint_eq(rcpts[0].code, 552);
    ck_assert_int_eq(rcpts[2].outcome, SMTP_O_LATER);
    ck_assert_uint_eq(rcpts[2].code, 452);
}
END_TEST

static Suite *pair_suite(void)
{
    Suite *suite = suite_create("client_pair");
    TCase *tcase = tcase_create("pair");
    tcase_set_timeout(tcase, 30);
    tcase_add_loop_test(tcase, test_nasty_texts, 0, MODES * TEXTS);
    tcase_add_loop_test(tcase, test_large_text, 0, MODES);
    tcase_add_test(tcase, test_full_windows);
    tcase_add_loop_test(tcase, test_limits, 0, 6);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(pair_suite)
