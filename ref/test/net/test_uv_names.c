/*
 * A resolver of our own: names with several addresses, with none, and one that is not answered
 * until the test says so.
 */
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "actor.h"
#include "check_main.h"
#include "net/uv.h"

#define SAY(text)                                                                                  \
    {                                                                                              \
        ACTOR_SAY, text, 0                                                                         \
    }
#define HEAR(text)                                                                                 \
    {                                                                                              \
        ACTOR_HEAR, text, 0                                                                        \
    }
#define DO(op)                                                                                     \
    {                                                                                              \
        ACTOR_##op, NULL, 0                                                                        \
    }

enum { ADDRESSES = 3, CONNECT_MS = 5000, SHARED_MS = 400 };

/* ---- the resolver -------------------------------------------------------------------------- */

struct answer {
    struct addrinfo info;
    struct sockaddr_storage address;
};

static pthread_mutex_t slow = PTHREAD_MUTEX_INITIALIZER;

static const char *const *addresses_of(const char *name)
{
    static const struct {
        const char *name, *addresses[ADDRESSES + 1];
    } rows[] = {
        {"one.test", {"127.0.0.1"}},
        {"second.test", {"127.0.0.2", "127.0.0.1"}},
        {"third.test", {"::1", "127.0.0.2", "127.0.0.1"}},
        {"nobody.test", {"127.0.0.2", "127.0.0.3"}},
        {"slow.test", {"127.0.0.1"}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].name, name) == 0)
            return rows[i].addresses;
    return NULL;
}

static struct addrinfo *make_answer(const char *text, uint16_t port)
{
    struct answer *a = calloc(1, sizeof *a);
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    bool is_v4 = inet_pton(AF_INET, text, &v4.sin_addr) == 1;
    if (a == NULL || (!is_v4 && inet_pton(AF_INET6, text, &v6.sin6_addr) != 1))
        abort();
    if (is_v4)
        memcpy(&a->address, &v4, sizeof v4);
    else
        memcpy(&a->address, &v6, sizeof v6);
    a->info.ai_family = is_v4 ? AF_INET : AF_INET6;
    a->info.ai_socktype = SOCK_STREAM;
    a->info.ai_addr = (struct sockaddr *)&a->address;
    a->info.ai_addrlen = is_v4 ? sizeof v4 : sizeof v6;
    return &a->info;
}

/* libuv finds these before the C library's. */
#define OURS __attribute__((visibility("default")))

OURS int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                     struct addrinfo **out)
{
    (void)hints;
    const char *const *texts = addresses_of(name);
    if (texts == NULL)
        return EAI_NONAME;
    if (strcmp(name, "slow.test") == 0) {
        pthread_mutex_lock(&slow);
        pthread_mutex_unlock(&slow);
    }
    for (; *texts != NULL; texts++) {
        *out = make_answer(*texts, (uint16_t)strtoul(service, NULL, 10));
        out = &(*out)->ai_next;
    }
    return 0;
}

OURS void freeaddrinfo(struct addrinfo *info)
{
    while (info != NULL) {
        struct addrinfo *next = info->ai_next;
        free(info); /* the first member of an answer */
        info = next;
    }
}

/* ---- dials --------------------------------------------------------------------------------- */

static struct net_end *accept_one(void *arg, const char *peer)
{
    (void)peer;
    return arg;
}

static const char *dial(struct net_uv *uv, const char *name, uint16_t port, uint64_t ms,
                        struct actor *client)
{
    struct net_world *world = net_uv_world(uv);
    struct net_dialler *d = net_uv_dialler(uv, name, port, ms);
    bool gone = false;
    client->gone = &gone;
    d->ops->dial(d, &client->end);
    ck_assert(world->ops->run(world, &gone));
    return d->why != NULL ? d->why : "";
}

static const struct actor_line hello[] = {SAY("hi"), HEAR("yo"), DO(STOP)};

static const struct {
    const char *name, *log, *why[ADDRESSES]; /* parts of the text, in this order */
} dials[] = {
    {"one.test", "|yo<gone>", {NULL}},
    {"second.test", "|yo<gone>", {NULL}},
    {"third.test", "|yo<gone>", {NULL}},
    {"nobody.test",
     "<refused><gone>",
     {"connection refused: 127.0.0.2 port", "; connection refused: 127.0.0.3 port"}},
    {"unknown.test", "<refused><gone>", {"no such host: unknown.test"}},
};

START_TEST(test_dial)
{
    static const struct actor_line answer[] = {HEAR("hi"), SAY("yo"), DO(END), DO(STOP)};
    struct net_uv *uv = net_uv_new();
    struct actor *client = actor_new(hello, 0), *server = actor_new(answer, 0);
    const char *why = "";
    struct net_uv_listener *l = net_uv_listen(uv, "one.test", 0, accept_one, &server->end, &why);
    ck_assert_msg(l != NULL, "%s", why);
    why = dial(uv, dials[_i].name, net_uv_port(l), CONNECT_MS, client);
    ck_assert_msg(strcmp(client->log, dials[_i].log) == 0, "%s: %s", client->log, why);
    for (size_t i = 0; i < ADDRESSES && dials[_i].why[i] != NULL; i++) {
        const char *found = strstr(why, dials[_i].why[i]);
        ck_assert_msg(found != NULL, "%s", why);
        why = found + 1;
    }
    net_uv_free(uv);
    actor_free(client);
    actor_free(server);
}
END_TEST

/* A socket whose queue is full: connections to it are not answered. */
static void make_silent(const char *address, int *server, int *waiting, uint16_t *port)
{
    struct sockaddr_in here = {.sin_family = AF_INET};
    socklen_t n = sizeof here;
    ck_assert_int_eq(inet_pton(AF_INET, address, &here.sin_addr), 1);
    *server = socket(AF_INET, SOCK_STREAM, 0);
    *waiting = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert_int_eq(bind(*server, (struct sockaddr *)&here, sizeof here), 0);
    ck_assert_int_eq(listen(*server, 0), 0);
    ck_assert_int_eq(getsockname(*server, (struct sockaddr *)&here, &n), 0);
    ck_assert_int_eq(connect(*waiting, (struct sockaddr *)&here, sizeof here), 0);
    *port = ntohs(here.sin_port);
}

/* The first address has its half of the time, then it is the next one's turn. */
START_TEST(test_silent_first)
{
    int server = -1, waiting = -1;
    uint16_t port = 0;
    struct net_uv *uv = net_uv_new();
    struct actor *client = actor_new(hello, 0);
    make_silent("127.0.0.2", &server, &waiting, &port);
    const char *why = dial(uv, "second.test", port, SHARED_MS, client);
    ck_assert_str_eq(client->log, "<refused><gone>");
    const char *silent = strstr(why, "no answer in time: 127.0.0.2 port ");
    const char *closed = strstr(why, "; connection refused: 127.0.0.1 port ");
    ck_assert_msg(silent == why && closed != NULL, "%s", why);
    net_uv_free(uv);
    actor_free(client);
    close(server);
    close(waiting);
}
END_TEST

START_TEST(test_slow_name)
{
    struct net_uv *uv = net_uv_new();
    struct actor *client = actor_new(hello, 0);
    pthread_mutex_lock(&slow);
    const char *why = dial(uv, "slow.test", 25, 2, client);
    ck_assert_str_eq(client->log, "<refused><gone>");
    ck_assert_str_eq(why, "no answer in time: slow.test");
    pthread_mutex_unlock(&slow); /* its answer comes, and nobody wants it */
    net_uv_free(uv);
    actor_free(client);
}
END_TEST

START_TEST(test_listen_nowhere)
{
    struct net_uv *uv = net_uv_new();
    const char *why = "";
    ck_assert_ptr_null(net_uv_listen(uv, "unknown.test", 25, accept_one, NULL, &why));
    ck_assert_msg(strstr(why, "listen on unknown.test port 25: ") == why, "%s", why);
    net_uv_free(uv);
}
END_TEST

static Suite *names_suite(void)
{
    Suite *suite = suite_create("net/uv names");
    TCase *t = tcase_create("names");
    tcase_add_loop_test(t, test_dial, 0, sizeof dials / sizeof *dials);
    tcase_add_test(t, test_silent_first);
    tcase_add_test(t, test_slow_name);
    tcase_add_test(t, test_listen_nowhere);
    suite_add_tcase(suite, t);
    return suite;
}

CHECK_MAIN(names_suite)
