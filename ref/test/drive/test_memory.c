#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

#include "check_main.h"
#include "failing.h"
#include "server_run.h"

/* ---- the replay ---------------------------------------------------------------------------- */

static const char *const names[FAILING_SOURCES] = {"ours", "GNU SASL's", "OpenSSL's", "libuv's"};
static size_t lost; /* blocks of GNU SASL */

static size_t answered(const struct known *known, size_t from)
{
    size_t n = 0;
    for (size_t i = from; i < TALKER_MESSAGES; i++)
        n += known->answered[i];
    return n;
}

/* What GNU SASL had no memory for is lost with the session: it would be freed twice (exchange.c). */
static void check_left(size_t at, const struct failing_count *count)
{
    enum { SESSION = 64 }; /* blocks, more than one has */
    size_t may = count->failed && run.talk->mechanism != NULL ? SESSION : 0;
    ck_assert_msg(count->left[FAILING_OURS] == 0, "allocation %zu: %zu of ours not freed", at,
                  count->left[FAILING_OURS]);
    ck_assert_msg(count->left[FAILING_SASL] <= may, "allocation %zu: %zu of GNU SASL's not freed",
                  at, count->left[FAILING_SASL]);
    lost += count->left[FAILING_SASL];
}

/* One run in which an allocation fails; false: there are not so many. */
static bool replay_one(const struct conversation *talk, enum failing_source source, size_t at,
                       bool for_good)
{
    struct known known;
    size_t expected = talk->submit ? 1 : 2; /* messages of a talk */
    failing_begin(source, at, for_good);
    run_play(talk, &known);
    struct failing_count count = failing_end();
    run_check_maildir(at, &known, false);
    ck_assert_msg(!run.hung && !run.talkers[0].late && !run.talkers[1].late,
                  "allocation %zu: it hangs", at);
    check_left(at, &count);
    ck_assert_msg(!run.healed || for_good || answered(&known, 2) == expected,
                  "allocation %zu: it does not go on", at);
    ck_assert(count.failed || answered(&known, 0) == 2 * expected);
    ck_assert(count.failed || talk->mechanism == NULL || run.talkers[1].authenticated);
    return count.failed;
}

static void replay(const struct conversation *talk, enum failing_source source)
{
    size_t at = 1;
    lost = 0;
    ck_assert(!replay_one(talk, source, 0, false)); /* what is allocated once is, from here on */
    ck_assert(!replay_one(talk, source, 0, false));
    size_t points = run.points;
    ck_assert_uint_gt(points, 0);
    for (at = 1; at <= points; at++)
        replay_one(talk, source, at, false);
    for (at = 1; source != FAILING_OPENSSL && at <= points; at++)
        replay_one(talk, source, at, true);
    printf("memory: %s: each of %zu allocations of %s failed%s", talk->name, points, names[source],
           source != FAILING_OPENSSL ? ", alone and with all behind it" : "");
    printf(lost > 0 ? " (GNU SASL lost %zu blocks)\n" : "\n", lost);
}

static const struct conversation in_clear = {.name = "in clear"};

/* libuv ends the process by itself: a child plays, and what it was told stays. */
static bool replay_in_child(const struct conversation *talk, struct known *known, size_t at)
{
    struct known own;
    int status = 0;
    fflush(NULL);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        signal(SIGABRT, SIG_DFL);
        failing_begin(FAILING_UV, at, false);
        run.known = known;
        run_play(talk, known);
        _exit(failing_end().failed ? 0 : 1);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    own = *known;
    bool aborted = WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
    ck_assert_msg(aborted || (WIFEXITED(status) && WEXITSTATUS(status) <= 1),
                  "allocation %zu: status %x", at, (unsigned)status);
    run_check_maildir(at, &own, aborted);
    return aborted || WEXITSTATUS(status) == 0;
}

static const struct {
    struct conversation talk;
    enum failing_source source;
} replays[] = {
    {{.name = "in clear"}, FAILING_OURS},
    {{.name = "STARTTLS", .starttls = true}, FAILING_OURS},
    {{.name = "LMTP relay", .relay = true}, FAILING_OURS},
    {{.name = "AUTH SCRAM-SHA-256", .mechanism = "SCRAM-SHA-256"}, FAILING_OURS},
    {{.name = "AUTH SCRAM-SHA-256", .mechanism = "SCRAM-SHA-256"}, FAILING_SASL},
    {{.name = "AUTH SCRAM-SHA-1", .mechanism = "SCRAM-SHA-1"}, FAILING_SASL},
    {{.name = "AUTH CRAM-MD5", .mechanism = "CRAM-MD5"}, FAILING_SASL},
    {{.name = "AUTH PLAIN", .mechanism = "PLAIN"}, FAILING_SASL},
    {{.name = "AUTH LOGIN", .mechanism = "LOGIN"}, FAILING_SASL},
    {{.name = "submit", .submit = true}, FAILING_OURS},
    {{"submit, SCRAM-SHA-256-PLUS", .submit = true, .starttls = true,
      .mechanism = "SCRAM-SHA-256-PLUS"},
     FAILING_OURS},
    {{"submit, SCRAM-SHA-256-PLUS", .submit = true, .starttls = true,
      .mechanism = "SCRAM-SHA-256-PLUS"},
     FAILING_SASL},
};

/* Thousands of allocations: a case of its own, for those who are in a hurry. */
static const struct conversation openssl[] = {
    {.name = "STARTTLS", .starttls = true},
    {.name = "submit, STARTTLS", .starttls = true, .submit = true},
};

START_TEST(test_each_fails_once)
{
    replay(&replays[_i].talk, replays[_i].source);
}
END_TEST

START_TEST(test_each_of_openssl_fails_once)
{
    replay(&openssl[_i], FAILING_OPENSSL);
}
END_TEST

START_TEST(test_libuv_fails)
{
    FILE *file = tmpfile();
    ck_assert(file != NULL && ftruncate(fileno(file), sizeof(struct known)) == 0);
    struct known *known =
        mmap(NULL, sizeof *known, PROT_READ | PROT_WRITE, MAP_SHARED, fileno(file), 0);
    ck_assert_ptr_ne(known, MAP_FAILED);
    size_t at = 1;
    while (replay_in_child(&in_clear, known, at))
        at++;
    ck_assert_uint_gt(at, 1);
    printf("memory: in clear: %zu allocations of libuv's failed in turn\n", at - 1);
    munmap(known, sizeof *known);
    fclose(file);
}
END_TEST

/* ---- what the replay does not reach -------------------------------------------------------- */

enum { CROWD = 8 };

static void connect_crowd(int crowd[CROWD])
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(run.port)};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int i = 0; i < CROWD; i++) {
        crowd[i] = socket(AF_INET, SOCK_STREAM, 0);
        ck_assert_int_ge(crowd[i], 0);
        ck_assert_int_eq(connect(crowd[i], (struct sockaddr *)&at, sizeof at), 0);
    }
}

static bool is_turned_away(int client)
{
    char octet;
    ssize_t n = recv(client, &octet, 1, MSG_DONTWAIT);
    return n == 0 || (n < 0 && errno == ECONNRESET);
}

/* Connections that came at once and that there was no memory for do not stop the listener. */
START_TEST(test_no_memory_for_a_crowd)
{
    int crowd[CROWD];
    struct known known = {{false}};
    memset(&run, 0, sizeof run);
    run.talk = &in_clear;
    run.known = &known;
    run.talks = 1; /* the only one */
    ck_assert(run_open());
    connect_crowd(crowd);
    failing_begin(FAILING_OURS, 1, true);
    for (int i = 0; i < CROWD; i++)
        while (!is_turned_away(crowd[i]))
            uv_run(net_uv_loop(run.uv), UV_RUN_NOWAIT);
    ck_assert_uint_ge(failing_end().seen, CROWD);
    run_talk();
    ck_assert(drive_serve_run(run.serve));
    run_close();
    for (int i = 0; i < CROWD; i++)
        close(crowd[i]);
    ck_assert(known.answered[2] && known.answered[3]);
    run_check_maildir(0, &known, false);
}
END_TEST

/* True: both could be had. */
static bool make_contexts(void)
{
    const char *why = NULL;
    char *pem = NULL;
    struct net_tls_context *server = net_tls_context_self_signed("localhost", &pem, &why), *client;
    client = server != NULL ? net_tls_context_trusting(pem, "localhost", &why) : NULL;
    bool good = client != NULL;
    net_tls_context_free(client);
    net_tls_context_free(server);
    free(pem);
    return good;
}

START_TEST(test_contexts)
{
    static const enum failing_source sources[] = {FAILING_OURS, FAILING_OPENSSL};
    struct failing_count count = {.failed = true};
    size_t at = 0;
    while (count.failed || at < 2) {
        failing_begin(sources[_i], at++, false);
        bool good = make_contexts();
        count = failing_end();
        ck_assert_msg(count.left[FAILING_OURS] == 0, "allocation %zu: not all of ours freed", at);
        ck_assert(good || count.failed);
    }
    printf("memory: TLS contexts: each of %zu allocations of %s failed\n", at - 2,
           names[sources[_i]]);
}
END_TEST

static void set_up(void)
{
    failing_install();
    run_set_up();
}

static Suite *memory_suite(void)
{
    Suite *suite = suite_create("memory");
    TCase *tcase = tcase_create("ours"), *many = tcase_create("openssl");
    tcase_add_unchecked_fixture(tcase, set_up, run_tear_down);
    tcase_set_timeout(tcase, 0); /* CTest's counts */
    tcase_add_loop_test(tcase, test_each_fails_once, 0, sizeof replays / sizeof *replays);
    tcase_add_test(tcase, test_libuv_fails);
    tcase_add_test(tcase, test_no_memory_for_a_crowd);
    suite_add_tcase(suite, tcase);
    tcase_add_unchecked_fixture(many, set_up, run_tear_down);
    tcase_set_timeout(many, 0);
    tcase_add_loop_test(many, test_each_of_openssl_fails_once, 0, sizeof openssl / sizeof *openssl);
    tcase_add_loop_test(many, test_contexts, 0, 2);
    suite_add_tcase(suite, many);
    return suite;
}

CHECK_MAIN(memory_suite)
