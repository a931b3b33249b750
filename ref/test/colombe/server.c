#include <stdio.h>
#include <string.h>

#include "cases.h"
#include "event_log.h"

#define OPEN "EHLO a.test\r\nMAIL FROM:<>\r\nRCPT TO:<b@c.test>\r\n"
#define OPENED "220 250 250 250 "

/* 02: without an argument the next command was taken for one. */
START_TEST(pipelined_commands_stay_apart)
{
    ck_assert_str_eq(ANSWERS("HELP\r\nQUIT\r\nNOOP\r\n"), "220 214 221");
    ck_assert_str_eq(
        ANSWERS("EHLO a.test\r\nNOOP\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<b@c.test>\r\nQUIT\r\n"),
        "220 250 250 250 250 221");
    ck_assert_str_eq(ANSWERS("VRFY\r\nEXPN\r\nEHLO\r\nHELO\r\nexample.com\r\nQUIT\r\n"),
                     "220 501 501 501 501 500 221");
}
END_TEST

/* 03: an argument that should not be there was left, and carried out as the next command. */
START_TEST(arguments_are_no_commands)
{
    ck_assert_str_eq(ANSWERS(OPEN "DATA QUIT\r\nRSET\r\nNOOP\r\nQUIT\r\n"),
                     OPENED "501 250 250 221");
    ck_assert_str_eq(
        ANSWERS("EHLO a.test\r\nRSET MAIL FROM:<evil@x.y>\r\nRCPT TO:<b@c.test>\r\nQUIT\r\n"),
        "220 250 501 503 221");
    ck_assert_str_eq(ANSWERS("QUIT NOOP\r\nQUIT \r\nNOOP\r\n"), "220 501 221");
    ck_assert_str_eq(ANSWERS(". x\r\n. \r\n.\r\nQUIT\r\n"), "220 500 500 500 221");
    ck_assert_str_eq(ANSWERS("RSET \t \r\nNOOP \r\nQUIT\r\n"), "220 250 250 221");
}
END_TEST

/* 04: two grammars of lines in one parser, LF a line end for some commands only. */
START_TEST(lf_ends_no_command)
{
    static const char *const verbs[] = {
        "HELP a",   "NOOP a", "NOOP", "VRFY a", "EHLO a.test", "MAIL FROM:<a@b.c>",
        "STARTTLS", "DATA",   "QUIT", "XYZZY"};
    struct smtp_server_config others = usual;
    others.lax = ~((unsigned)SMTP_LAX_LINE_LF | (unsigned)SMTP_LAX_LINE_CR);
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        char octets[64];
        snprintf(octets, sizeof octets, "%s\nRSET\r\nQUIT\r\n", verbs[i]);
        ck_assert_msg(strcmp(answers(&usual, smtp_span_of(octets)), "220 500 221") == 0, "%s",
                      verbs[i]);
        ck_assert_msg(strcmp(answers(&others, smtp_span_of(octets)), "220 500 221") == 0, "%s",
                      verbs[i]);
    }
}
END_TEST

/* 04: where LF is tolerated, it ends all of them alike. */
START_TEST(tolerated_lf_ends_all)
{
    struct smtp_server_config lenient = usual;
    lenient.lax = SMTP_LAX_LINE_LF;
    ck_assert_str_eq(answers(&lenient, SMTP_SPAN("HELP a\nNOOP b\nVRFY c\nEHLO d\nRSET\nQUIT\n")),
                     "220 214 250 252 250 250 221");
}
END_TEST

/* ---- read_01: what stood behind STARTTLS was read as if it had come inside TLS ---- */

struct spy {
    size_t mails;
};

static enum smtp_fault spy_on(void *arg, const struct smtp_event *ev)
{
    struct spy *spy = arg;
    spy->mails += ev->kind == SMTP_EV_COMMAND && ev->cmd.verb == SMTP_V_MAIL;
    return SMTP_OK;
}

/* The codes of what was said, in the log. */
static size_t count(smtp_span log, const char *what)
{
    size_t n = 0, length = strlen(what);
    for (size_t i = 0; i + length <= log.n; i++)
        n += memcmp(log.p + i, what, length) == 0;
    return n;
}

static size_t play_starttls(size_t at, struct spy *spy, smtp_span *log)
{
    static const struct smtp_server_config config = {.name = "mx.test",
                                                     .extensions = SMTP_X_STARTTLS};
    static char in[4096], out[4096], text[1 << 16];
    static struct event_play play;
    const struct event_step steps[] = {
        {.what = EVENT_WRITE,
         .octets =
             SMTP_SPAN("EHLO a.test\r\nSTARTTLS\r\nEHLO evil.test\r\nMAIL FROM:<evil@x.y>\r\n")},
        {.what = EVENT_TLS},
        {.what = EVENT_WRITE, .octets = SMTP_SPAN("EHLO a.test\r\nQUIT\r\n")},
        {.what = EVENT_END, .how = SMTP_END_CLOSE}};
    play = (struct event_play){.config = &config,
                               .in = {in, sizeof in},
                               .out = {out, sizeof out},
                               .log = {.room = {text, sizeof text}},
                               .decide = spy_on,
                               .arg = spy};
    ck_assert(event_play_all(&play, steps, 4, (struct event_cuts){.at = at}));
    *log = event_log_text(&play.log);
    return play.unread;
}

START_TEST(server_drops_what_stands_behind_starttls)
{
    size_t behind = strlen("EHLO a.test\r\nSTARTTLS\r\n");
    for (size_t at = 0; at < behind + 30; at++) {
        struct spy spy = {0};
        smtp_span log;
        size_t unread = play_starttls(at, &spy, &log);
        ck_assert_uint_eq(spy.mails, 0);
        ck_assert_uint_eq(count(log, "evil"), 0);
        /* what had come is dropped; what comes in clear afterwards fails the handshake */
        ck_assert_uint_eq(count(log, "S: 221"), unread == 0 ? 1 : 0);
    }
}
END_TEST

/* ---- read_04: a server of that family ---- */

/* Only ".." was undone. */
START_TEST(stuffing_is_undone)
{
    struct smtp_dot dot = {.lax = 0};
    static const char sent[] = "..x\r\n..\r\n...\r\na\r\n..b\r\n.\r\n";
    static const char meant[] = ".x\r\n.\r\n..\r\na\r\n.b\r\n";
    for (size_t step = 1; step < sizeof sent; step++) {
        char got[64];
        size_t n = 0;
        enum smtp_step last = SMTP_STEP_MORE;
        dot = (struct smtp_dot){.lax = 0};
        for (size_t at = 0; at < sizeof sent - 1; at += step) {
            smtp_span in = smtp_span_cut(SMTP_SPAN(sent), at, at + step), run;
            while ((last = smtp_dot_next(&dot, &in, &run)) == SMTP_STEP_DATA)
                smtp_room_put((smtp_room){got, sizeof got}, &n, run);
        }
        ck_assert_int_eq(last, SMTP_STEP_END);
        ck_assert(smtp_span_is((smtp_span){got, n}, SMTP_SPAN(meant)));
    }
}
END_TEST

/* At the size limit it answered 552 in the middle, and took the next line for a command. */
START_TEST(too_long_a_text_is_drained)
{
    struct smtp_limits limits = smtp_limits_default;
    struct smtp_server_config small = usual;
    limits.message = 8;
    small.limits = &limits;
    ck_assert_str_eq(
        answers(&small,
                SMTP_SPAN(OPEN "DATA\r\n12345678\r\nQUIT\r\nRSET\r\n.\r\nNOOP\r\nQUIT\r\n")),
        OPENED "354 552 250 221");
    ck_assert_str_eq(answers(&small, SMTP_SPAN("EHLO a.test\r\nMAIL FROM:<> SIZE=9\r\nQUIT\r\n")),
                     "220 250 552 221");
}
END_TEST

/* Bare CR and LF went on to the next hop. */
START_TEST(bare_cr_and_lf_are_refused)
{
    struct smtp_server_config strict = usual;
    strict.refuse_bare = true;
    ck_assert_str_eq(answers(&strict, SMTP_SPAN(OPEN "DATA\r\na\n.\nb\r\n.\r\nQUIT\r\n")),
                     OPENED "354 554 221");
    ck_assert_str_eq(answers(&strict, SMTP_SPAN(OPEN "DATA\r\na\r.\rb\r\n.\r\nQUIT\r\n")),
                     OPENED "354 554 221");
    ck_assert_str_eq(answers(&strict, SMTP_SPAN(OPEN "DATA\r\na\r\n.\r\nQUIT\r\n")),
                     OPENED "354 250 221");
}
END_TEST

/* A bad MAIL closed the session; after a message only QUIT was taken. */
START_TEST(the_session_goes_on)
{
    ck_assert_str_eq(
        ANSWERS("EHLO a.test\r\nMAIL FROM:a\r\nMAIL FROM:<a@b@c>\r\nMAIL FROM:<>\r\nQUIT\r\n"),
        "220 250 501 501 250 221");
    ck_assert_str_eq(
        ANSWERS(OPEN "DATA\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<b@c.test>\r\nDATA\r\n.\r\nQUIT\r\n"),
        OPENED "354 250 250 250 354 250 221");
}
END_TEST

void server_cases(Suite *suite)
{
    add_case(suite, "02", pipelined_commands_stay_apart);
    add_case(suite, "03", arguments_are_no_commands);
    add_case(suite, "04", lf_ends_no_command);
    add_case(suite, "04", tolerated_lf_ends_all);
    add_case(suite, "read_01", server_drops_what_stands_behind_starttls);
    add_case(suite, "read_04", stuffing_is_undone);
    add_case(suite, "read_04", too_long_a_text_is_drained);
    add_case(suite, "read_04", bare_cr_and_lf_are_refused);
    add_case(suite, "read_04", the_session_goes_on);
}
