#include "server_run.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check_main.h"
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

const struct talker_line in_clear[] = {
    {TALKER_SAY, "", 0, 0}, {TALKER_SAY, "EHLO a.example\r\n", 0, 0},
    TRANSACTION(0),         TRANSACTION(1),
    {TALKER_END, "", 0, 0},
};

const struct talker_line with_starttls[] = {
    {TALKER_SAY, "", 0, 0},
    {TALKER_SAY, "EHLO a.example\r\n", 0, 0},
    {TALKER_SAY, "STARTTLS\r\n", 0, 250},
    {TALKER_TLS, "", 0, 220},
    {TALKER_SAY, "EHLO a.example\r\n", 0, 0},
    TRANSACTION(0),
    TRANSACTION(1),
    {TALKER_END, "", 0, 0},
};

/* ---- one run: a server with a Maildir, two clients one after the other ---------------------- */

struct run run;

static char dir[64];
static struct net_tls_context *server_tls, *client_tls;

void run_talk(void);

static void talked(struct talker *t)
{
    (void)t;
    if (run.talks < 2)
        run_talk();
    else
        drive_serve_stop(run.serve);
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
    talker_init(t, run.script, world->ops->now(world));
    struct net_end *end =
        run.script == with_starttls ? net_tls_wrap(client_tls, &t->end, false) : &t->end;
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
    drive_serve_stop(run.serve);
    drive_serve_stop(run.serve);
}

bool run_open(void)
{
    static const char *const domains[] = {"example.test"};
    static const struct drive_site_config site = {.domains = domains, .domain_count = 1};
    const char *why = NULL;
    run.uv = net_uv_new();
    run.site = run.uv != NULL ? drive_site_new(&site, &why) : NULL;
    run.store = run.site != NULL ? drive_maildir_new(run.uv, dir, "mx.example.test", &why) : NULL;
    if (run.store == NULL)
        return false;
    struct drive_serve_config config = {
        .session = {.name = "mx.example.test",
                    .extensions = SMTP_X_SIZE | SMTP_X_8BITMIME | SMTP_X_PIPELINING |
                                  SMTP_X_ENHANCEDSTATUSCODES | SMTP_X_STARTTLS},
        .policy = run.site,
        .store = run.store,
        .tls = server_tls,
        .connections = 10,
    };
    run.serve = drive_serve_new(run.uv, &config);
    if (run.serve != NULL)
        run.port = drive_serve_listen(run.serve, "127.0.0.1", 0, false, &why);
    if (run.port != 0)
        run.dialler = net_uv_dialler(run.uv, "127.0.0.1", run.port, 5000);
    return run.dialler != NULL;
}

void run_close(void)
{
    if (run.serve != NULL)
        drive_serve_free(run.serve);
    if (run.store != NULL)
        run.store->ops->free(run.store);
    drive_site_free(run.site);
    net_uv_free(run.uv);
}

void run_play(const struct talker_line *script, struct known *known)
{
    enum { LIMIT_MS = 60000 };
    memset(&run, 0, sizeof run);
    memset(known, 0, sizeof *known);
    run.script = script;
    run.known = known;
    if (run_open()) {
        struct net_world *world = net_uv_world(run.uv);
        run.limit = (struct net_timer){.at_ms = world->ops->now(world) + LIMIT_MS, .done = over};
        net_uv_timer(run.uv, &run.limit);
        run_talk();
        if (!drive_serve_run(run.serve))
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

void run_set_up(void)
{
    const char *why = "";
    char *pem = NULL;
    snprintf(dir, sizeof dir, "/tmp/smtpref-memory-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
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
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        snprintf(path, sizeof path, "%s/%s", dir, folders[i]);
        rmdir(path);
    }
}
