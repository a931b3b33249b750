/*
 * STARTTLS, implicit TLS and the log in of a run; LMTP: notation, section 5 ("use"), player.h.
 */
#include <stdio.h>
#include <string.h>

#include "stage.h"
#include "suites.h"

#define COUNT(table) ((int)(sizeof(table) / sizeof *(table)))
#define HEAD "server must: x\nreq: R5321-4.2-a\neffect: none\n"
#define BODY "use hello\ntest:\nC: NOOP\nS: 250\n"

static const struct player_var login[] = {
    {"me", "c.example"}, {"user", "tester"}, {"password", "secret"}, {NULL, NULL}};
static const char *const ehlo[] = {"STARTTLS", "AUTH PLAIN", NULL};
static const char *const lmtp[] = {"lmtp", NULL};

static const struct {
    const char *name;
    enum player_mode mode;
    bool auth, lmtp;
    const char *text, *script;
    enum player_verdict verdict;
    const char *heard, *why;
} cases[] = {
    {"clear", PLAYER_CLEAR, false, false, HEAD BODY, "say 220 a\nline\nsay 250 b\nline\nsay 250 c",
     PLAYER_PASS, "1:EHLO c.example\r\n|1:NOOP\r\n|1:QUIT\r\n|", ""},
    {"STARTTLS in a prelude", PLAYER_STARTTLS, false, false, HEAD BODY,
     "say 220 a\nline\nsay 250 b\nline\nsay 220 c\ntls\nline\nsay 250 d\nline\nsay 250 e",
     PLAYER_PASS, "1:EHLO c.example\r\n|1:STARTTLS\r\n|1:EHLO c.example\r\n|1:NOOP\r\n|1:QUIT\r\n|",
     ""},
    {"and AUTH behind it", PLAYER_STARTTLS, true, false, HEAD BODY,
     "say 220 a\nline\nsay 250 b\nline\nsay 220 c\ntls\nline\nsay 250 d\nline\nsay 235 e\nline\n"
     "say 250 f",
     PLAYER_PASS, "1:EHLO c.example\r\n|1:AUTH PLAIN AHRlc3RlcgBzZWNyZXQ=\r\n|1:NOOP\r\n|", ""},
    {"AUTH alone", PLAYER_CLEAR, true, false, HEAD BODY,
     "say 220 a\nline\nsay 250 b\nline\nsay 235 c\nline\nsay 250 d", PLAYER_PASS,
     "1:EHLO c.example\r\n|1:AUTH PLAIN AHRlc3RlcgBzZWNyZXQ=\r\n|1:NOOP\r\n|", ""},
    {"STARTTLS refused", PLAYER_STARTTLS, false, false, HEAD BODY,
     "say 220 a\nline\nsay 250 b\nline\nsay 502 c", PLAYER_INCONCLUSIVE,
     "1:STARTTLS\r\n|1:QUIT\r\n|", "STARTTLS in the prelude: expected 220, got \"502 c\""},
    {"a log in that is refused", PLAYER_CLEAR, true, false, HEAD BODY,
     "say 220 a\nline\nsay 250 b\nline\nsay 535 c", PLAYER_INCONCLUSIVE, "1:AUTH PLAIN",
     "AUTH PLAIN: expected 235"},
    {"a handshake that fails", PLAYER_STARTTLS, false, false, HEAD BODY,
     "say 220 a\nline\nsay 250 b\nline\nsay 220 c\nclose", PLAYER_INCONCLUSIVE, "1:STARTTLS\r\n|",
     "STARTTLS in the prelude: expected 250"},
    {"needs: STARTTLS begins in clear", PLAYER_STARTTLS, true, false, HEAD "needs: STARTTLS\n" BODY,
     "say 220 a\nline\nsay 250 b\nline\nsay 250 c", PLAYER_PASS,
     "1:EHLO c.example\r\n|1:NOOP\r\n|1:QUIT\r\n|", ""},
    {"needs: AUTH is not logged in", PLAYER_CLEAR, true, false, HEAD "needs: AUTH=PLAIN\n" BODY,
     "say 220 a\nline\nsay 250 b\nline\nsay 250 c", PLAYER_PASS,
     "1:EHLO c.example\r\n|1:NOOP\r\n|1:QUIT\r\n|", ""},
    {"a file's own greeting is in clear", PLAYER_STARTTLS, true, false,
     HEAD "S: 220\nC: EHLO {me}\nS: 250\ntest:\nC: NOOP\nS: 250\n",
     "say 220 a\nline\nsay 250 b\nline\nsay 250 c", PLAYER_PASS,
     "1:EHLO c.example\r\n|1:NOOP\r\n|1:QUIT\r\n|", ""},
    {"HELO has no variant", PLAYER_STARTTLS, false, false,
     HEAD "use helo\ntest:\nC: NOOP\nS: 250\n", "say 220 a\nline\nsay 250 b\nline\nsay 250 c",
     PLAYER_PASS, "1:HELO c.example\r\n|1:NOOP\r\n|1:QUIT\r\n|", ""},
    {"implicit TLS", PLAYER_IMPLICIT, false, false, HEAD BODY,
     "say 220 a\nline\nsay 250 b\nline\nsay 250 c", PLAYER_PASS,
     "1:EHLO c.example\r\n|1:NOOP\r\n|1:QUIT\r\n|", ""},
    {"implicit TLS, a file's own greeting", PLAYER_IMPLICIT, false, false,
     HEAD "S: 220\ntest:\nC: NOOP\nS: 250\n", "say 220 a\nline\nsay 250 c", PLAYER_PASS,
     "1:NOOP\r\n|1:QUIT\r\n|", ""},
    {"implicit TLS has no clear port", PLAYER_IMPLICIT, false, false, HEAD "needs: STARTTLS\n" BODY,
     "hold", PLAYER_SKIP, "", "begins in clear, and this port begins with TLS"},
    {"LHLO", PLAYER_CLEAR, false, true, HEAD BODY, "say 220 a\nline\nsay 250 b\nline\nsay 250 c",
     PLAYER_PASS, "1:LHLO c.example\r\n|1:NOOP\r\n|", ""},
    {"LHLO in TLS as well", PLAYER_STARTTLS, false, true, HEAD BODY,
     "say 220 a\nline\nsay 250 b\nline\nsay 220 c\ntls\nline\nsay 250 d\nline\nsay 250 e",
     PLAYER_PASS, "1:LHLO c.example\r\n|1:STARTTLS\r\n|1:LHLO c.example\r\n|1:NOOP\r\n|", ""},
    {"a file's own EHLO is not for LMTP", PLAYER_CLEAR, false, true,
     HEAD "S: 220\ntest:\nC: EHLO x.example\nS: 250\n", "hold", PLAYER_SKIP, "",
     "says EHLO or HELO"},
    {"a reply for two recipients is not LMTP's", PLAYER_CLEAR, false, true,
     "server must: x\nreq: R5321-4.2-a\neffect: mail\nuse mail\ntest:\nC* 2: RCPT TO:<{rcpt}>\n"
     "S* 2: 250\nC: DATA\nS: 354\nC. message\nS: 250\n",
     "hold", PLAYER_SKIP, "", "expects one reply for several recipients"},
};

START_TEST(modes)
{
    struct stage stage;
    stage_open(&stage);
    stage.run.vars = login;
    stage.run.ehlo = ehlo;
    stage.run.facts = cases[_i].lmtp ? lmtp : NULL;
    stage.run.mode = cases[_i].mode;
    stage.run.auth = cases[_i].auth;
    stage.run.tls = fake_tls();
    stage.fake.tls = cases[_i].mode != PLAYER_CLEAR;
    stage.fake.implicit = cases[_i].mode == PLAYER_IMPLICIT;
    stage.fake.scripts[0] = cases[_i].script;
    stage_play(&stage, cases[_i].text);
    ck_assert_msg(stage.outcome->verdict == cases[_i].verdict, "%s: %s", cases[_i].name,
                  stage.outcome->why);
    ck_assert_msg(strstr(stage.outcome->why, cases[_i].why) != NULL, "%s: %s", cases[_i].name,
                  stage.outcome->why);
    ck_assert_msg(stage_heard(&stage, cases[_i].heard), "%s: %s", cases[_i].name, stage.fake.heard);
    for (size_t i = 0; i < stage.outcome->line_count; i++) {
        smtp_span said = stage.outcome->lines[i].bytes;
        ck_assert_msg(said.n < 22 || memcmp(said.p + said.n - 22, "AHRlc3RlcgBzZWNyZXQ=", 20) != 0,
                      "%s: the secret is in the transcript", cases[_i].name);
    }
    stage_close(&stage);
}
END_TEST

/* A server that speaks in clear where TLS should begin: never reached. */
START_TEST(clear_at_an_implicit_port)
{
    struct stage stage;
    stage_open(&stage);
    stage.run.mode = PLAYER_IMPLICIT;
    stage.run.tls = fake_tls();
    stage.fake.scripts[0] = "say 220 a\nhold";
    stage_play(&stage, HEAD BODY);
    ck_assert_int_eq(stage.outcome->verdict, PLAYER_INCONCLUSIVE);
    ck_assert(stage.outcome->unreachable);
    ck_assert_ptr_nonnull(strstr(stage.outcome->why, "not TLS"));
    stage_close(&stage);
}
END_TEST

/* The transcript says what travelled inside TLS. */
START_TEST(secure_lines)
{
    struct stage stage;
    stage_open(&stage);
    stage.run.vars = login;
    stage.run.mode = PLAYER_STARTTLS;
    stage.run.tls = fake_tls();
    stage.fake.tls = true;
    stage.fake.scripts[0] = cases[1].script;
    stage_play(&stage, cases[1].text);
    bool secure = false;
    for (size_t i = 0; i < stage.outcome->line_count; i++) {
        const struct player_line *line = &stage.outcome->lines[i];
        ck_assert(line->secure == secure);
        if (smtp_span_is(line->bytes, SMTP_SPAN("220 c\r\n")))
            secure = true;
    }
    ck_assert(secure);
    stage_close(&stage);
}
END_TEST

/* ---- other ways to the same server, and hooks ------------------------------------------------ */

static const struct {
    const char *name, *text, *script;
    bool clear, denying; /* which of them the run has */
    enum player_verdict verdict;
    const char *why;
} doors[] = {
    {"needs: STARTTLS goes to the port in clear", HEAD "needs: STARTTLS\n" BODY,
     "say 220 a\nline\nsay 250 b\nline\nsay 250 c", true, false, PLAYER_PASS, ""},
    {"needs: deny goes to the server that refuses its service", HEAD "needs: deny\ntest:\nS: 554\n",
     "say 554 a", false, true, PLAYER_PASS, ""},
    {"where there is none", HEAD "needs: deny\ntest:\nS: 554\n", "say 554 a", false, false,
     PLAYER_SKIP, "needs a server that greets with 554"},
};

/* The first dialler leads to a port that begins with TLS; the other one is another door. */
START_TEST(other_doors)
{
    struct stage stage;
    struct fake other;
    stage_open(&stage);
    fake_init(&other, stage.mem);
    other.scripts[0] = doors[_i].script;
    stage.run.mode = PLAYER_IMPLICIT;
    stage.run.tls = fake_tls();
    stage.run.ehlo = ehlo;
    other.tls = true;
    other.implicit = !doors[_i].clear;
    stage.run.clear = doors[_i].clear ? &other.dialler : NULL;
    stage.run.denying = doors[_i].denying ? &other.dialler : NULL;
    stage_play(&stage, doors[_i].text);
    ck_assert_msg(stage.outcome->verdict == doors[_i].verdict, "%s: %s", doors[_i].name,
                  stage.outcome->why);
    ck_assert_str_eq(stage.outcome->why, doors[_i].why);
    ck_assert_uint_eq(stage.fake.dialled, 0);
    stage_close(&stage);
}
END_TEST

static bool stop(void *arg, const char **why)
{
    *why = "no such process";
    return *(const bool *)arg;
}

/* @stop: the hook is called; one that cannot is trouble of ours. */
START_TEST(stop_hook)
{
    bool works = _i == 0;
    const struct player_hooks hooks = {.stop = stop, .arg = &works};
    struct stage stage;
    stage_open(&stage);
    stage.run.hooks = &hooks;
    stage.fake.scripts[0] = "say 220 a\nwait 10\nsay 421 b\nclose";
    stage_play(&stage, HEAD "needs: stop\nS: 220\ntest:\n@stop\nS: 421\nS: close\n");
    ck_assert_int_eq(stage.outcome->verdict, works ? PLAYER_PASS : PLAYER_ERROR);
    ck_assert_str_eq(stage.outcome->why, works ? "" : "@stop: no such process");
    stage_close(&stage);
}
END_TEST

static unsigned kills, starts;

static bool kill_it(void *arg, const char **why)
{
    (void)arg;
    (void)why;
    kills++;
    return true;
}

static bool start_it(void *arg, const char **why)
{
    *why = "no such program";
    starts++;
    return *(const bool *)arg;
}

#define CRASH HEAD "needs: stop\nS: 220\ntest:\n@kill\nS: close\n@start\nS2: 220\n"

/* @kill, then @start and a wait until a connection is taken, which is not one of the file's. */
static const struct {
    const char *name, *scripts[FAKE_CONNS];
    bool works;
    enum player_verdict verdict;
    const char *why;
} crashes[] = {
    {"is there at once",
     {"say 220 a\nclose", "say 220 b\nhold", "say 220 c"},
     true,
     PLAYER_PASS,
     ""},
    {"never comes back",
     {"say 220 a\nclose"},
     true,
     PLAYER_FAIL,
     "the server could not be reached within 30 s of its start"},
    {"cannot be started", {"say 220 a\nclose"}, false, PLAYER_ERROR, "@start: no such program"},
};

START_TEST(crash)
{
    bool works = crashes[_i].works;
    const struct player_hooks hooks = {.kill = kill_it, .start = start_it, .arg = &works};
    struct stage stage;
    stage_open(&stage);
    stage.run.hooks = &hooks;
    kills = starts = 0;
    for (size_t i = 0; i < FAKE_CONNS; i++)
        stage.fake.scripts[i] = crashes[_i].scripts[i];
    stage_play(&stage, CRASH);
    ck_assert_msg(stage.outcome->verdict == crashes[_i].verdict, "%s: %s", crashes[_i].name,
                  stage.outcome->why);
    ck_assert_str_eq(stage.outcome->why, crashes[_i].why);
    ck_assert_uint_eq(kills, 1);
    ck_assert_uint_eq(starts, 1);
    stage_close(&stage);
}
END_TEST

/* Each directive asks for its own hook. */
START_TEST(missing_hooks)
{
    bool works = true;
    const struct player_hooks only_kill = {.kill = kill_it, .arg = &works};
    const struct player_hooks only_stop = {.stop = stop, .arg = &works};
    const struct player_hooks *const runs[] = {NULL, &only_stop, &only_kill};
    static const char *const whys[] = {"needs --on-kill COMMAND", "needs --on-kill COMMAND",
                                       "needs --on-start COMMAND"};
    struct stage stage;
    stage_open(&stage);
    stage.run.hooks = runs[_i];
    stage_play(&stage, CRASH);
    ck_assert_int_eq(stage.outcome->verdict, PLAYER_SKIP);
    ck_assert_str_eq(stage.outcome->why, whys[_i]);
    stage_close(&stage);
}
END_TEST

Suite *modes_suite(void)
{
    Suite *s = suite_create("modes");
    TCase *c = tcase_create("cases");
    tcase_add_loop_test(c, modes, 0, COUNT(cases));
    tcase_add_test(c, clear_at_an_implicit_port);
    tcase_add_test(c, secure_lines);
    tcase_add_loop_test(c, other_doors, 0, COUNT(doors));
    tcase_add_loop_test(c, stop_hook, 0, 2);
    tcase_add_loop_test(c, crash, 0, COUNT(crashes));
    tcase_add_loop_test(c, missing_hooks, 0, 3);
    suite_add_tcase(s, c);
    return s;
}
