#include "server_run.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check_main.h"
#include "drive/sasl.h"
#include "failing.h"

/* ---- conversations ------------------------------------------------------------------------- */

#define TRANSACTION(number)                                                                        \
    {TALKER_SAY, "MAIL FROM:<joe@a.example>\r\n", 0, 0},                                           \
        {TALKER_SAY, "RCPT TO:<ann@example.test>\r\n", 0, 0},                                      \
        {TALKER_SAY, "RCPT TO:<bob@example.test>\r\n", 0, 0}, {TALKER_SAY, "DATA\r\n", 0, 0},      \
        {TALKER_MESSAGE, NULL, (number), 354},                                                     \
    {                                                                                              \
        TALKER_SAY, "RSET\r\n", 0, 0                                                               \
    }

static const struct talker_line in_clear[] = {
    {TALKER_SAY, "", 0, 0}, {TALKER_SAY, "EHLO a.example\r\n", 0, 0},
    TRANSACTION(0),         TRANSACTION(1),
    {TALKER_END, "", 0, 0},
};

static const struct talker_line with_starttls[] = {
    {TALKER_SAY, "", 0, 0},
    {TALKER_SAY, "EHLO a.example\r\n", 0, 0},
    {TALKER_SAY, "STARTTLS\r\n", 0, 250},
    {TALKER_TLS, "", 0, 220},
    {TALKER_SAY, "EHLO a.example\r\n", 0, 0},
    TRANSACTION(0),
    TRANSACTION(1),
    {TALKER_END, "", 0, 0},
};

static const struct talker_line with_auth[] = {
    {TALKER_SAY, "", 0, 0},
    {TALKER_SAY, "EHLO a.example\r\n", 0, 0},
    {TALKER_AUTH, NULL, 0, 0},
    TRANSACTION(0),
    TRANSACTION(1),
    {TALKER_END, "", 0, 0},
};

/* ---- one run: a server with a Maildir, two clients one after the other ---------------------- */

struct run run;

static char dir[64];
static struct net_tls_context *server_tls, *client_tls;

static struct drive_serve *outer_serve(void)
{
    return run.talk->relay ? run.front : run.serve;
}

static void talked(struct talker *t)
{
    (void)t;
    if (run.talks < 2)
        run_talk();
    else
        drive_serve_stop(outer_serve());
}

static const struct talker_line *script(void)
{
    if (run.talk->mechanism != NULL)
        return with_auth;
    return run.talk->starttls ? with_starttls : in_clear;
}

/* ---- the client of drive/submit.h ---- */

static void submitted(void *arg)
{
    struct talker *t = arg;
    struct sent *sent = &run.sent;
    bool all = true;
    for (size_t i = 0; i < 2; i++) {
        if (sent->rcpts[i].outcome == SMTP_O_DELIVERED)
            t->answered[t->first + 1] = true;
        all = all && sent->rcpts[i].outcome == SMTP_O_DELIVERED;
    }
    t->answered[t->first] = false;
    t->authenticated = all;
    drive_submit_free(sent->submit);
    talked(t);
}

static void submit(struct talker *t)
{
    const char *why;
    struct sent *sent = &run.sent;
    struct drive_submit_config config = {
        .name = "client.example",
        .host = "127.0.0.1",
        .port = run.port,
        .tls = run.talk->starttls ? DRIVE_TLS_REQUIRED : DRIVE_TLS_NEVER,
        .insecure = true,
        .user = run.talk->mechanism != NULL ? "joe" : NULL,
        .password = "secret",
        .mechanism = run.talk->mechanism,
    };
    *sent = (struct sent){.rcpts = {{.mailbox = SMTP_SPAN("ann@example.test")},
                                    {.mailbox = SMTP_SPAN("bob@example.test")}}};
    drive_memory_init(&sent->text, talker_text(t->first + 1));
    sent->config = config;
    sent->mail = (struct drive_mail){.sender = SMTP_SPAN("joe@a.example"),
                                     .rcpts = sent->rcpts,
                                     .rcpt_count = 2,
                                     .source = &sent->text.source};
    sent->submit = drive_submit_new(run.uv, &sent->config, &sent->mail, submitted, t, &why);
    if (sent->submit == NULL)
        talked(t);
}

void run_talk(void)
{
    struct net_world *world = net_uv_world(run.uv);
    struct talker *t = &run.talkers[run.talks];
    if (run.talks == 1) {
        run.healed = failing_has_failed();
        run.points = failing_seen();
    }
    t->first = 2 * (unsigned)run.talks++;
    t->answered = run.known->answered;
    t->gone = talked;
    if (run.talk->submit) {
        submit(t);
        return;
    }
    t->mechanism = run.talk->mechanism;
    talker_init(t, script(), world->ops->now(world));
    struct net_end *end = run.talk->starttls ? net_tls_wrap(client_tls, &t->end, false) : &t->end;
    if (end != NULL)
        run.dialler->ops->dial(run.dialler, end);
    else
        talked(t);
}

static void over(struct net_timer *timer, uint64_t now_ms)
{
    (void)timer;
    (void)now_ms;
    run.hung = true;
    drive_serve_stop(outer_serve());
    drive_serve_stop(outer_serve());
}

static bool open_sasl(void)
{
    const char *why;
    char path[96];
    if (run.talk->mechanism == NULL)
        return true;
    snprintf(path, sizeof path, "%s/users", dir);
    run.users = drive_users_read(path, &why);
    run.worker = run.users != NULL ? drive_worker_new(run.uv) : NULL;
    run.sasl = run.worker != NULL ? drive_sasl_new(run.users, run.worker, &why) : NULL;
    return run.sasl != NULL;
}

static bool open_store(void)
{
    static const char *const domains[] = {"example.test"};
    static const struct drive_site_config site = {.domains = domains, .domain_count = 1};
    const char *why = NULL;
    run.uv = net_uv_new();
    run.site = run.uv != NULL ? drive_site_new(&site, &why) : NULL;
    run.store = run.site != NULL ? drive_maildir_new(run.uv, dir, "mx.example.test", &why) : NULL;
    return run.store != NULL && open_sasl();
}

/* A server that listens; false, or with *port set. */
static bool open_serve(struct drive_store *store, enum smtp_mode mode, struct drive_serve **serve,
                       uint16_t *port)
{
    const char *why;
    struct drive_serve_config config = {
        .session = {.name = "mx.example.test",
                    .mode = mode,
                    .extensions = SMTP_X_SIZE | SMTP_X_8BITMIME | SMTP_X_PIPELINING |
                                  SMTP_X_ENHANCEDSTATUSCODES | SMTP_X_STARTTLS | SMTP_X_AUTH |
                                  SMTP_X_CHUNKING},
        .policy = run.site,
        .store = store,
        .tls = server_tls,
        .sasl = run.sasl,
        .connections = 10,
    };
    if (run.sasl != NULL)
        config.session.auth_clear = drive_sasl_offer(run.sasl, DRIVE_OFFER_CLEAR_ALL);
    if (run.sasl != NULL)
        config.session.auth_tls = drive_sasl_offer(run.sasl, DRIVE_OFFER_TLS);
    *serve = drive_serve_new(run.uv, &config);
    *port = *serve != NULL ? drive_serve_listen(*serve, "127.0.0.1", 0, false, &why) : 0;
    return *port != 0;
}

/* By LMTP, which has no chunks to wait for. */
static bool open_front(void)
{
    static const struct drive_relay_config config = {.name = "front.example.test", .lmtp = true};
    struct net_dialler *dialler = net_uv_dialler(run.uv, "127.0.0.1", run.port, 5000);
    if (dialler != NULL)
        run.relay = drive_relay_new(net_uv_world(run.uv), dialler, &config);
    return run.relay != NULL && open_serve(run.relay, SMTP_MODE_SMTP, &run.front, &run.port);
}

bool run_open(void)
{
    enum smtp_mode mode = run.talk->relay ? SMTP_MODE_LMTP : SMTP_MODE_SMTP;
    if (!open_store() || !open_serve(run.store, mode, &run.serve, &run.port) ||
        (run.talk->relay && !open_front()))
        return false;
    run.dialler = net_uv_dialler(run.uv, "127.0.0.1", run.port, 5000);
    return run.dialler != NULL;
}

void run_close(void)
{
    if (run.front != NULL)
        drive_serve_free(run.front);
    if (run.serve != NULL)
        drive_serve_free(run.serve);
    if (run.relay != NULL)
        run.relay->ops->free(run.relay);
    if (run.store != NULL)
        run.store->ops->free(run.store);
    drive_site_free(run.site);
    net_uv_free(run.uv);
    drive_sasl_free(run.sasl);
    drive_worker_free(run.worker);
    drive_users_free(run.users);
}

void run_play(const struct conversation *talk, struct known *known)
{
    enum { LIMIT_MS = 60000 };
    memset(&run, 0, sizeof run);
    memset(known, 0, sizeof *known);
    run.talk = talk;
    run.known = known;
    if (run_open()) {
        struct net_world *world = net_uv_world(run.uv);
        run.limit = (struct net_timer){.at_ms = world->ops->now(world) + LIMIT_MS, .done = over};
        net_uv_timer(run.uv, &run.limit);
        run_talk();
        if (!drive_serve_run(outer_serve()))
            run.hung = true;
        net_uv_timer_stop(run.uv, &run.limit);
    }
    run_close();
}

/* ---- what is in the Maildir ---------------------------------------------------------------- */

/* The number of a file that is a whole message. */
static int number_of(const char *octets, size_t n)
{
    for (unsigned i = 0; i < TALKER_MESSAGES; i++) {
        smtp_span text = talker_text(i);
        if (n > text.n && memcmp(octets + n - text.n, text.p, text.n) == 0 &&
            octets[n - text.n - 1] == '\n' && strncmp(octets, "Return-Path: <", 14) == 0)
            return (int)i;
    }
    return -1;
}

/* Counts the files by number, and removes them; half: not whole. */
static void empty(const char *folder, size_t counts[TALKER_MESSAGES], size_t *half)
{
    static char octets[TALKER_TEXT + 4096];
    char path[512];
    snprintf(path, sizeof path, "%s/%s", dir, folder);
    DIR *d = opendir(path);
    if (d == NULL && errno == ENOENT)
        return;
    ck_assert_ptr_nonnull(d);
    for (const struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
        if (e->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s/%s", dir, folder, e->d_name);
        FILE *file = fopen(path, "rb");
        ck_assert_ptr_nonnull(file);
        int number = number_of(octets, fread(octets, 1, sizeof octets, file));
        fclose(file);
        ck_assert_int_eq(unlink(path), 0);
        if (number < 0)
            (*half)++;
        else
            counts[number]++;
    }
    closedir(d);
}

/* Answered 250: there once; else once or not at all. Nothing half, and in tmp/ only what an abort left. */
void run_check_maildir(size_t at, const struct known *known, bool aborted)
{
    size_t counts[TALKER_MESSAGES] = {0}, half = 0, unused[TALKER_MESSAGES] = {0}, left = 0;
    empty("new", counts, &half);
    ck_assert_msg(half == 0, "allocation %zu: a message that is not whole in new/", at);
    for (size_t i = 0; i < TALKER_MESSAGES; i++) {
        ck_assert_msg(counts[i] > 0 || !known->answered[i], "allocation %zu: message %zu is lost",
                      at, i);
        ck_assert_msg(counts[i] < 2, "allocation %zu: message %zu twice", at, i);
        left += unused[i];
    }
    empty("tmp", unused, &half);
    for (size_t i = 0; i < TALKER_MESSAGES; i++)
        left += unused[i];
    ck_assert_msg(left + half == 0 || aborted, "allocation %zu: something left in tmp/", at);
}

/* ---- before and after ---------------------------------------------------------------------- */

/* Thousands of runs sync their files: in memory, where that can be had, it costs nothing. */
static void make_folder(void)
{
    static const char *const places[] = {"/dev/shm", "/tmp"};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        snprintf(dir, sizeof dir, "%s/smtpref-memory-XXXXXX", places[i]);
        if (mkdtemp(dir) != NULL)
            return;
    }
    ck_abort_msg("no folder for a Maildir");
}

static void write_users(void)
{
    char path[96];
    snprintf(path, sizeof path, "%s/users", dir);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs("joe:secret\n", file), 0);
    ck_assert_int_eq(fclose(file), 0);
}

void run_set_up(void)
{
    const char *why = "";
    char *pem = NULL;
    make_folder();
    write_users();
    server_tls = net_tls_context_self_signed("localhost", &pem, &why);
    ck_assert_msg(server_tls != NULL, "%s", why);
    client_tls = net_tls_context_trusting(pem, "localhost", &why);
    ck_assert_msg(client_tls != NULL, "%s", why);
    free(pem);
}

void run_tear_down(void)
{
    static const char *const folders[] = {"cur", "new", "tmp", ""};
    char path[128];
    net_tls_context_free(server_tls);
    net_tls_context_free(client_tls);
    snprintf(path, sizeof path, "%s/users", dir);
    unlink(path);
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        snprintf(path, sizeof path, "%s/%s", dir, folders[i]);
        rmdir(path);
    }
}
