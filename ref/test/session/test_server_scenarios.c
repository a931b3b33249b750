#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check_main.h"
#include "event_log.h"
#include "records/records.h"

/*
 * The scenarios' client bytes, as scripts/seeds wrote them: fewer would be a folder gone missing.
 * Minimised: scripts/minimise. What becomes of a text over the limit is in test_server_text.
 */
#define FOLDER SOURCE_ROOT "/corpus/server"
enum { LEAST = 200, MOST = 1 << 18, LOG = 1 << 21 };

static struct dirent **names;
static int count;

/* What the application decides next, and the marks that say so. */
struct application {
    enum smtp_fault next;
};

static enum smtp_fault decide(void *arg, const struct smtp_event *ev)
{
    struct application *a = arg;
    enum smtp_fault why = a->next;
    (void)ev;
    a->next = SMTP_OK;
    return why;
}

static const struct smtp_server_config config = {
    .name = "mx.example.test",
    .lax = SMTP_LAX_ADVISED,
    .extensions = SMTP_X_SIZE | SMTP_X_8BITMIME | SMTP_X_PIPELINING | SMTP_X_ENHANCEDSTATUSCODES |
                  SMTP_X_STARTTLS | SMTP_X_HELP,
};

static smtp_span read_seed(const char *name)
{
    static char octets[MOST];
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", FOLDER, name);
    FILE *f = fopen(path, "rb");
    ck_assert_msg(f != NULL, "%s", path);
    size_t n = fread(octets, 1, sizeof octets, f);
    fclose(f);
    ck_assert_uint_gt(n, 0);
    ck_assert_uint_lt(n, sizeof octets);
    return (smtp_span){octets, n};
}

/* Where a write is cut: pieces of `step` octets, or of random length up to it. */
struct pieces {
    size_t step;
    uint32_t seed;
};

static void write_pieces(struct event_play *p, smtp_span octets, struct pieces *how)
{
    while (octets.n > 0) {
        size_t n = how->step > 0 ? how->step : octets.n;
        if (how->seed != 0) {
            how->seed = how->seed * 1664525U + 1013904223U;
            n = 1 + (how->seed >> 8) % n;
        }
        event_play_write(p, smtp_span_cut(octets, 0, n));
        octets = smtp_span_cut(octets, n, octets.n);
    }
}

static void obey(struct event_play *p, struct application *a, const struct record *r,
                 struct pieces *how)
{
    switch (r->kind) {
    case RECORD_WRITE:
        write_pieces(p, r->octets, how);
        break;
    case RECORD_TLS:
    case RECORD_TLS_FAILS:
        event_play_tls(p, r->kind == RECORD_TLS);
        break;
    case RECORD_WAIT:
    case RECORD_BUSY:
        event_play_wait(p, 1000 * (uint64_t)r->n);
        break;
    case RECORD_REFUSE:
        a->next = SMTP_E_NO_MAILBOX;
        break;
    case RECORD_DEFER:
        a->next = SMTP_E_LATER;
        break;
    case RECORD_CLOSE:
        a->next = SMTP_E_SHUTDOWN;
        break;
    case RECORD_MODE: /* these play one server, of one application */
    case RECORD_REPLY:
    case RECORD_STOP:
        break;
    case RECORD_HANG_UP:
        event_play_end(p, SMTP_END_CLOSE);
        break;
    }
}

/* The play's log; *injected when octets stood behind STARTTLS, the one exception of law 5. */
static size_t play(smtp_span seed, struct pieces how, size_t drain, char *log, bool *injected)
{
    static char in[1024], out[4096];
    struct application a = {.next = SMTP_OK};
    struct event_play p = {.config = &config,
                           .in = {in, sizeof in},
                           .out = {out, sizeof out},
                           .log = {.room = {log, LOG}},
                           .drain = drain,
                           .decide = decide,
                           .arg = &a};
    struct record record;
    ck_assert(event_play_begin(&p));
    while (record_next(&seed, &record)) {
        obey(&p, &a, &record, &how);
        *injected = *injected || (p.unread > 0 && !p.closed);
    }
    event_play_end(&p, SMTP_END_CLOSE);
    ck_assert_uint_lt(p.log.n, LOG);
    ck_assert(p.closed);
    return p.log.n;
}

static void check_seed(const char *name)
{
    static char whole[LOG], other[LOG];
    static const struct {
        struct pieces how;
        size_t drain;
    } plays[] = {{{1, 0}, 0},  {{2, 0}, 0},  {{0, 0}, 7},   {{3, 0}, 1},
                 {{40, 1}, 0}, {{40, 2}, 5}, {{200, 3}, 0}, {{9, 4}, 0}};
    smtp_span seed = read_seed(name);
    bool injected = false;
    size_t n = play(seed, (struct pieces){0, 0}, 0, whole, &injected);
    for (size_t i = 0; i < sizeof plays / sizeof *plays; i++) {
        bool late = false;
        size_t m = play(seed, plays[i].how, plays[i].drain, other, &late);
        if (!injected && !late)
            ck_assert_msg(m == n && memcmp(whole, other, n) == 0, "%s, play %zu:\n%.*s\nand\n%.*s",
                          name, i, (int)n, whole, (int)m, other);
    }
}

/* Law 5, for every scenario. */
START_TEST(test_seeds)
{
    for (int i = _i; i < count; i += 8)
        if (names[i]->d_name[0] != '.')
            check_seed(names[i]->d_name);
}
END_TEST

START_TEST(test_enough_seeds)
{
    int seeds = 0;
    for (int i = 0; i < count; i++)
        seeds += names[i]->d_name[0] != '.' ? 1 : 0;
    ck_assert_int_ge(seeds, LEAST);
}
END_TEST

static Suite *scenarios_suite(void)
{
    Suite *suite = suite_create("server scenarios");
    TCase *tcase = tcase_create("scenarios");
    count = scandir(FOLDER, &names, NULL, alphasort);
    tcase_set_timeout(tcase, 30);
    tcase_add_test(tcase, test_enough_seeds);
    tcase_add_loop_test(tcase, test_seeds, 0, 8);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(scenarios_suite)
