#include <string.h>

#include "check_main.h"
#include "smtp/server.h"

static const struct smtp_server_config config = {.name = "mx.test",
                                                 .extensions = SMTP_X_ENHANCEDSTATUSCODES};

#define EHLO "EHLO a.test\r\n"

static const struct {
    unsigned code;
    const char *enhanced, *text;
    bool ok;
    const char *said; /* to MAIL, with ENHANCEDSTATUSCODES */
    enum smtp_state then;
} answers[] = {
    {250, NULL, "yes", true, "250 2.0.0 yes\r\n", SMTP_S_MAIL},
    {250, "2.1.0", "a\nb", true, "250-2.1.0 a\r\n250 2.1.0 b\r\n", SMTP_S_MAIL},
    {451, NULL, "later", true, "451 4.0.0 later\r\n", SMTP_S_READY},
    {550, "5.7.1", "no", true, "550 5.7.1 no\r\n", SMTP_S_READY},
    {421, "4.3.2", "bye", true, "421 4.3.2 mx.test bye\r\n", SMTP_S_CLOSED},
    {250, NULL, "", true, "250 2.0.0 \r\n", SMTP_S_MAIL},
    {199, NULL, "x", false, "", SMTP_S_READY},
    {560, NULL, "x", false, "", SMTP_S_READY},
    {260, NULL, "x", false, "", SMTP_S_READY},
    {600, NULL, "x", false, "", SMTP_S_READY},
    {250, "5.0.0", "x", false, "", SMTP_S_READY},
    {250, NULL, "a\rb", false, "", SMTP_S_READY},
    {250, NULL, "caf\xe9", false, "", SMTP_S_READY},
    {250, NULL, "\x7f", false, "", SMTP_S_READY},
};
enum { ANSWERS = sizeof answers / sizeof *answers };

struct answering {
    char in[1024], out[SMTP_SERVER_REPLY_MAX];
    struct smtp_server s;
};

static void feed(struct answering *a, const char *text)
{
    smtp_span octets = smtp_span_of(text);
    smtp_room room = smtp_edge_room(&a->s.edge);
    ck_assert_uint_le(octets.n, room.n);
    memcpy(room.p, octets.p, octets.n);
    smtp_edge_got(&a->s.edge, octets.n);
}

/* Up to the decision about MAIL, all output gone. */
static void ask_about_mail(struct answering *a)
{
    static const char *const said[] = {EHLO, "MAIL FROM:<>\r\n"};
    struct smtp_event ev;
    ck_assert_int_eq(smtp_server_init(&a->s, &config, (smtp_room){a->in, sizeof a->in},
                                      (smtp_room){a->out, sizeof a->out}, 0),
                     SMTP_OK);
    for (size_t i = 0; i < 2; i++) {
        ck_assert(smtp_server_next(&a->s, 0, &ev) && ev.wants_reply);
        smtp_server_accept(&a->s);
        smtp_edge_sent(&a->s.edge, smtp_edge_out(&a->s.edge).n);
        ck_assert(!smtp_server_next(&a->s, 0, &ev));
        feed(a, said[i]);
    }
    ck_assert(smtp_server_next(&a->s, 0, &ev) && ev.wants_reply);
    ck_assert_int_eq(ev.cmd.verb, SMTP_V_MAIL);
}

START_TEST(test_answers)
{
    static struct answering a;
    ask_about_mail(&a);
    ck_assert_int_eq(smtp_server_reply(&a.s, answers[_i].code, answers[_i].enhanced,
                                       smtp_span_of(answers[_i].text)),
                     answers[_i].ok);
    ck_assert(smtp_span_is(smtp_edge_out(&a.s.edge), smtp_span_of(answers[_i].said)));
    ck_assert_int_eq(smtp_server_state(&a.s), answers[_i].then);
    bool waits = (smtp_edge_want(&a.s.edge) & SMTP_WANT_REPLY) != 0;
    ck_assert_int_eq(waits, !answers[_i].ok);
}
END_TEST

/* 4.5.3.1.5: no line over 512 octets, no reply over SMTP_SERVER_REPLY_MAX. */
START_TEST(test_long_answers)
{
    static struct answering a;
    static char text[SMTP_SERVER_REPLY_MAX + 1];
    size_t longest = 512 - strlen("250 2.0.0 \r\n");
    memset(text, 'x', sizeof text);
    ask_about_mail(&a);
    ck_assert(!smtp_server_reply(&a.s, 250, NULL, (smtp_span){text, longest + 1}));
    text[longest] = '\n';
    ck_assert(!smtp_server_reply(&a.s, 250, NULL, (smtp_span){text, 2 * longest + 2}));
    ck_assert(!smtp_server_reply(&a.s, 250, NULL, (smtp_span){text, sizeof text}));
    ck_assert(smtp_server_reply(&a.s, 250, NULL, (smtp_span){text, 2 * longest + 1}));
    ck_assert_uint_eq(smtp_edge_out(&a.s.edge).n, 1024);
}
END_TEST

/* No event until the answer, and nothing is read meanwhile. */
START_TEST(test_waits_for_the_answer)
{
    static struct answering a;
    struct smtp_event ev;
    ask_about_mail(&a);
    feed(&a, "NOOP\r\n");
    ck_assert(!smtp_server_next(&a.s, 1000000000, &ev));
    ck_assert_uint_eq(a.s.edge.deadline_ms, SMTP_NEVER);
    ck_assert_uint_eq(smtp_edge_want(&a.s.edge), SMTP_WANT_REPLY);
    smtp_server_refuse(&a.s, SMTP_E_LATER);
    smtp_edge_sent(&a.s.edge, smtp_edge_out(&a.s.edge).n);
    ck_assert(smtp_server_next(&a.s, 1000000000, &ev));
    ck_assert_int_eq(ev.cmd.verb, SMTP_V_NOOP);
}
END_TEST

static Suite *answers_suite(void)
{
    Suite *suite = suite_create("server answers");
    TCase *tcase = tcase_create("answers");
    tcase_add_loop_test(tcase, test_answers, 0, ANSWERS);
    tcase_add_test(tcase, test_long_answers);
    tcase_add_test(tcase, test_waits_for_the_answer);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(answers_suite)
