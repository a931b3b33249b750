#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "check_main.h"
#include "drive/connection.h"
#include "net/tls_filter.h"
#include "smtp/edge.h"

/* Thousands of sessions at once, by sockets: each does a transaction while all are open. */

enum { MANY = 2000, MANY_TLS = 200, ROOM = 1024, PATIENCE_MS = 60000 };

enum stage { CONNECTING, HELLO, TEXT, DONE, GONE, STAGES };

struct crowd;

struct client {
    struct net_end end; /* first */
    struct smtp_edge edge;
    struct crowd *crowd;
    enum stage stage;
    char in[ROOM], out[ROOM];
};

struct crowd {
    struct net_timer timer; /* first */
    struct drive_serve *serve;
    struct net_dialler *dialler;
    struct net_tls_context *tls; /* NULL: in clear */
    struct client *clients;
    size_t size, dialled, reached[STAGES]; /* so many have got that far */
    size_t resident;                       /* octets, when all stood before the end of their text */
    bool late;
};

static size_t resident(void)
{
    long pages = 0, all = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fscanf(file, "%ld %ld", &all, &pages), 2);
    fclose(file);
    return (size_t)pages * (size_t)sysconf(_SC_PAGESIZE);
}

/* The last line is there, whole, and this reply's; others before it are good too. */
static bool has_reply(struct client *c, const char *code)
{
    smtp_span in = smtp_edge_in(&c->edge);
    size_t begin;
    if (in.n < 2 || in.p[in.n - 1] != '\n')
        return false;
    for (begin = in.n - 1; begin > 0 && in.p[begin - 1] != '\n'; begin--)
        continue;
    if (in.n - begin < 4 || in.p[begin + 3] != ' ')
        return false;
    ck_assert_msg(in.p[begin] < '4', "%.*s", (int)in.n, in.p);
    if (memcmp(in.p + begin, code, 3) != 0)
        return false;
    smtp_edge_take(&c->edge, in.n);
    return true;
}

#define ENVELOPE                                                                                   \
    "EHLO a.example\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<ann@example.test>\r\nDATA\r\n"
#define MESSAGE "Subject: one of many\r\n\r\nhi\r\n.\r\n"

/* What is said when all have got to a stage, and what is heard before the next. */
static const char *const says[] = {[HELLO] = ENVELOPE, [TEXT] = MESSAGE, [DONE] = "QUIT\r\n"};
static const char *const hears[] = {
    [CONNECTING] = "220", [HELLO] = "354", [TEXT] = "250", [DONE] = "221"};

static void say_all(struct crowd *crowd, enum stage stage)
{
    for (size_t i = 0; i < crowd->size; i++) {
        struct client *c = &crowd->clients[i];
        ck_assert_int_eq(c->stage, stage);
        ck_assert(smtp_edge_put(&c->edge, smtp_span_of(says[stage])));
        net_kick(&c->end);
    }
}

static void dial_some(struct crowd *crowd);

static void reach(struct client *c, enum stage stage)
{
    struct crowd *crowd = c->crowd;
    c->stage = stage;
    if (++crowd->reached[stage] < crowd->size) {
        if (stage == HELLO)
            dial_some(crowd);
        return;
    }
    if (stage == GONE) {
        drive_serve_stop(crowd->serve);
        return;
    }
    if (stage == TEXT)
        crowd->resident = resident();
    say_all(crowd, stage);
}

static void step(struct net_end *end, uint64_t now_ms)
{
    struct client *c = (struct client *)end;
    (void)now_ms;
    if (c->edge.end != SMTP_END_NONE) {
        c->edge.ask |= SMTP_WANT_CLOSE;
        return;
    }
    if (c->stage < DONE && has_reply(c, hears[c->stage]))
        reach(c, (enum stage)(c->stage + 1));
    else if (c->stage == DONE)
        (void)has_reply(c, hears[DONE]);
}

static void gone(struct net_end *end, uint64_t now_ms)
{
    struct client *c = (struct client *)end;
    (void)now_ms;
    if (c->crowd->late)
        return;
    ck_assert_msg(c->stage == DONE, "gone at stage %d: %s", (int)c->stage,
                  c->crowd->dialler->why != NULL ? c->crowd->dialler->why : "");
    reach(c, GONE);
}

/* A few hundred on their way at a time: more the listener's queue does not hold. */
static void dial_some(struct crowd *crowd)
{
    while (crowd->dialled < crowd->size && crowd->dialled < crowd->reached[HELLO] + 200) {
        struct client *c = &crowd->clients[crowd->dialled++];
        struct net_end *outer = &c->end;
        smtp_edge_init(&c->edge, (smtp_room){c->in, ROOM}, (smtp_room){c->out, ROOM});
        c->end = (struct net_end){&c->edge, step, gone, NULL};
        c->crowd = crowd;
        if (crowd->tls != NULL)
            outer = net_tls_wrap(crowd->tls, &c->end, true);
        ck_assert_ptr_nonnull(outer);
        crowd->dialler->ops->dial(crowd->dialler, outer);
    }
}

static void too_late(struct net_timer *timer, uint64_t now_ms)
{
    struct crowd *crowd = (struct crowd *)timer;
    (void)now_ms;
    crowd->late = true;
    drive_serve_stop(crowd->serve);
    drive_serve_stop(crowd->serve);
}

/* Two descriptors for each: both ends are here. */
static void raise_limit(rlim_t wanted)
{
    struct rlimit limit;
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    if (limit.rlim_cur >= wanted)
        return;
    limit.rlim_cur =
        limit.rlim_max == RLIM_INFINITY || limit.rlim_max > wanted ? wanted : limit.rlim_max;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    ck_assert_msg(limit.rlim_cur >= wanted, "the hard limit of descriptors is below %lu",
                  (unsigned long)wanted);
}

static void run(size_t size, bool secure)
{
    static const char *const domains[] = {"example.test"};
    static const struct drive_site_config site = {.domains = domains, .domain_count = 1};
    const char *why = "";
    char *pem = NULL;
    struct crowd crowd = {.size = size};
    raise_limit(2 * size + 100);
    struct net_uv *uv = net_uv_new();
    struct drive_store *sink = drive_sink_new();
    struct drive_serve_config config = {
        .session = {.name = "mx.example.test",
                    .extensions = SMTP_X_PIPELINING | SMTP_X_ENHANCEDSTATUSCODES},
        .policy = drive_site_new(&site, &why),
        .store = sink,
        .connections = size,
    };
    ck_assert(uv != NULL && sink != NULL && config.policy != NULL);
    if (secure) {
        config.tls = net_tls_context_self_signed("mx.example.test", &pem, &why);
        crowd.tls = net_tls_context_trusting(pem, "mx.example.test", &why);
        ck_assert_msg(config.tls != NULL && crowd.tls != NULL, "%s", why);
        free(pem);
    }
    crowd.clients = calloc(size, sizeof *crowd.clients);
    crowd.serve = drive_serve_new(uv, &config);
    ck_assert(crowd.clients != NULL && crowd.serve != NULL);
    uint16_t port = drive_serve_listen(crowd.serve, "127.0.0.1", 0, secure, &why);
    ck_assert_msg(port != 0, "%s", why);
    crowd.dialler = net_uv_dialler(uv, "127.0.0.1", port, PATIENCE_MS);
    crowd.timer.at_ms = net_uv_world(uv)->ops->now(net_uv_world(uv)) + PATIENCE_MS / 2;
    crowd.timer.done = too_late;
    net_uv_timer(uv, &crowd.timer);
    size_t before = resident();
    dial_some(&crowd);
    ck_assert(drive_serve_run(crowd.serve));
    net_uv_timer_stop(uv, &crowd.timer);
    ck_assert_msg(!crowd.late, "only %zu of %zu got to the end of their text within 30 s",
                  crowd.reached[DONE], size);
    ck_assert_uint_eq(drive_sink_count(sink).messages, size);
    printf("%zu sessions%s at once: %zu KB each, client and server together\n", size,
           secure ? " in TLS" : "", (crowd.resident - before) / size / 1024);
    fflush(stdout);
    drive_serve_free(crowd.serve);
    sink->ops->free(sink);
    net_uv_free(uv);
    net_tls_context_free(config.tls);
    net_tls_context_free(crowd.tls);
    drive_site_free(config.policy);
    free(crowd.clients);
}

START_TEST(test_many)
{
    run(MANY, false);
}
END_TEST

START_TEST(test_many_in_tls)
{
    run(MANY_TLS, true);
}
END_TEST

/* What drive/serve.h says about memory. */
START_TEST(test_memory)
{
    printf("session %zu octets (of these its state machine %zu, buffers %d), TLS filter %zu and a "
           "pipe of %d\n",
           sizeof(struct drive_session), sizeof(struct smtp_server), DRIVE_WRITE_MAX + DRIVE_OUT,
           sizeof(struct net_tls), PIPE_OUT + PIPE_IN);
    fflush(stdout);
    ck_assert_uint_le(sizeof(struct drive_session), DRIVE_SESSION_MAX);
    ck_assert_uint_le(sizeof(struct smtp_server), 8192); /* law 8 */
    ck_assert_uint_le(sizeof(struct net_tls) + PIPE_OUT + PIPE_IN, DRIVE_SESSION_TLS_MAX);
}
END_TEST

static Suite *many_suite(void)
{
    Suite *suite = suite_create("many");
    TCase *tcase = tcase_create("many");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, test_many);
    tcase_add_test(tcase, test_many_in_tls);
    tcase_add_test(tcase, test_memory);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(many_suite)
