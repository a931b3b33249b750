#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check_main.h"
#include "drive/serve.h"
#include "drive/submit.h"
#include "failing.h"
#include "user_file.h"

/*
 * Each allocation of the client fails once: it does not crash, each recipient has a result, and the
 * result is true. The server is a process of its own, where memory is never short.
 */

#define TEXT "Subject: x\r\n\r\n.\r\nbody\r\n"

static char dir[64];
static pid_t server;

/* ---- the server ---------------------------------------------------------------------------- */

static void serve_until_told(int port_to)
{
    static const char *const domains[] = {"example.test"};
    static const struct drive_site_config site = {.domains = domains, .domain_count = 1};
    const char *why = "";
    struct net_uv *uv = net_uv_new();
    struct drive_serve_config config = {
        .session = {.name = "mx.example.test",
                    .extensions = SMTP_X_STARTTLS | SMTP_X_AUTH | SMTP_X_PIPELINING},
        .policy = drive_site_new(&site, &why),
        .store = drive_maildir_new(uv, dir, "mx.example.test", &why),
        .tls = net_tls_context_self_signed("localhost", NULL, &why),
        .connections = 10,
    };
    struct drive_worker *worker = drive_worker_new(uv);
    config.sasl = drive_sasl_new(user_file_users("user:secret\n"), worker, &why);
    config.session.auth_tls = drive_sasl_offer(config.sasl, DRIVE_OFFER_TLS);
    struct drive_serve *serve = drive_serve_new(uv, &config);
    uint16_t port = drive_serve_listen(serve, "127.0.0.1", 0, false, &why);
    if (write(port_to, &port, sizeof port) == sizeof port)
        (void)drive_serve_run(serve);
    _exit(0);
}

static uint16_t start_server(void)
{
    int ends[2];
    uint16_t port = 0;
    snprintf(dir, sizeof dir, "/tmp/submit-memory-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    ck_assert_int_eq(pipe(ends), 0);
    server = fork();
    ck_assert_int_ge(server, 0);
    if (server == 0)
        serve_until_told(ends[1]);
    ck_assert_int_eq(read(ends[0], &port, sizeof port), sizeof port);
    close(ends[0]);
    close(ends[1]);
    return port;
}

/* How many messages lie in a folder of the Maildir; they are removed. */
static size_t take_messages(const char *folder)
{
    char path[1024];
    size_t n = 0;
    snprintf(path, sizeof path, "%s/%s", dir, folder);
    DIR *at = opendir(path);
    ck_assert_ptr_nonnull(at);
    for (const struct dirent *entry = readdir(at); entry != NULL; entry = readdir(at)) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s/%.255s", dir, folder, entry->d_name);
        ck_assert_int_eq(unlink(path), 0);
        n++;
    }
    closedir(at);
    return n;
}

static void stop_server(void)
{
    static const char *const folders[] = {"/new", "/cur", "/tmp", ""};
    char path[128];
    int status;
    ck_assert_int_eq(kill(server, SIGTERM), 0);
    ck_assert_int_eq(waitpid(server, &status, 0), server);
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        snprintf(path, sizeof path, "%s%s", dir, folders[i]);
        ck_assert_int_eq(rmdir(path), 0);
    }
}

/* ---- the replay ---------------------------------------------------------------------------- */

static const struct replay {
    const char *name, *mechanism;
    enum drive_tls tls;
    enum failing_source source;
} replays[] = {
    {"in clear", NULL, DRIVE_TLS_NEVER, FAILING_OURS},
    {"STARTTLS, AUTH SCRAM-SHA-256-PLUS", "SCRAM-SHA-256-PLUS", DRIVE_TLS_REQUIRED, FAILING_OURS},
    {"AUTH SCRAM-SHA-256-PLUS", "SCRAM-SHA-256-PLUS", DRIVE_TLS_REQUIRED, FAILING_SASL},
    {"AUTH CRAM-MD5", "CRAM-MD5", DRIVE_TLS_REQUIRED, FAILING_SASL},
    {"AUTH PLAIN", "PLAIN", DRIVE_TLS_REQUIRED, FAILING_SASL},
    {"AUTH LOGIN", "LOGIN", DRIVE_TLS_REQUIRED, FAILING_SASL},
    {"STARTTLS", NULL, DRIVE_TLS_REQUIRED, FAILING_OPENSSL},
};

static void check_result(const struct replay *r, size_t at, const struct drive_rcpt *rcpt)
{
    size_t stored = take_messages("new");
    switch (rcpt->outcome) {
    case SMTP_O_DELIVERED:
        ck_assert_msg(stored == 1, "%s, allocation %zu: 250, and not there", r->name, at);
        break;
    case SMTP_O_UNKNOWN:
        ck_assert_uint_le(stored, 1);
        break;
    case SMTP_O_LATER:
    case SMTP_O_NEVER:
        ck_assert_msg(stored == 0, "%s, allocation %zu: it is there", r->name, at);
        break;
    case SMTP_O_NONE:
    case SMTP_O_ACCEPTED:
        ck_abort_msg("%s, allocation %zu: no result", r->name, at);
    }
}

/* False: there are not so many allocations. */
static bool replay_one(const struct replay *r, uint16_t port, size_t at, bool for_good)
{
    const char *why = NULL;
    struct drive_submit_config config = {.name = "client.test",
                                         .host = "127.0.0.1",
                                         .port = port,
                                         .tls = r->tls,
                                         .insecure = true,
                                         .user = r->mechanism != NULL ? "user" : NULL,
                                         .password = "secret",
                                         .mechanism = r->mechanism};
    struct drive_rcpt rcpt = {.mailbox = SMTP_SPAN("ann@example.test")};
    struct drive_memory text;
    struct drive_mail mail = {
        .sender = SMTP_SPAN("me@client.test"), .rcpts = &rcpt, .rcpt_count = 1};
    drive_memory_init(&text, smtp_span_of(TEXT));
    mail.source = &text.source;
    failing_begin(r->source, at, for_good);
    bool done = drive_submit(&config, &mail, &why);
    struct failing_count count = failing_end();
    ck_assert_msg(count.left[FAILING_OURS] == 0, "%s, allocation %zu: %zu not freed", r->name, at,
                  count.left[FAILING_OURS]);
    if (done)
        check_result(r, at, &rcpt);
    else
        ck_assert_uint_eq(take_messages("new"), 0);
    ck_assert_msg(count.failed || rcpt.outcome == SMTP_O_DELIVERED, "%s: %s", r->name, rcpt.text);
    return count.failed;
}

START_TEST(test_each_fails_once)
{
    const struct replay *r = &replays[_i];
    uint16_t port = start_server();
    failing_install();
    replay_one(r, port, 0, false); /* what is allocated once is, from here on */
    size_t at = 1;
    while (replay_one(r, port, at, false))
        at++;
    for (size_t k = 1; r->source != FAILING_OPENSSL && k < at; k++)
        replay_one(r, port, k, true);
    printf("submit: %s: each of %zu allocations failed\n", r->name, at - 1);
    stop_server();
}
END_TEST

static Suite *submit_memory_suite(void)
{
    Suite *suite = suite_create("submit_memory");
    TCase *tcase = tcase_create("submit_memory");
    tcase_set_timeout(tcase, 300);
    tcase_add_loop_test(tcase, test_each_fails_once, 0, sizeof replays / sizeof *replays);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(submit_memory_suite)
