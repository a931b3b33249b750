#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "actor.h"
#include "check_main.h"
#include "net/tls.h"
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
#define FOR(op, n)                                                                                 \
    {                                                                                              \
        ACTOR_##op, NULL, n                                                                        \
    }
#define PART(...) ((const struct actor_line[]){__VA_ARGS__, {ACTOR_STOP, NULL, 0}})
#define NAME "mx.example.test"

enum { LINES_MAX = 10, MIB = 1048576, FLOOD = 64 * MIB, CONNECT_MS = 5000, SILENT_MS = 200 };

/* ---- a server and a client on one loop ----------------------------------------------------- */

struct host {
    struct net_uv *uv;
    struct net_world *world;
    struct net_uv_listener *listener;
    struct actor *server; /* serves the first connection; others are dropped */
    struct net_tls_context *tls;
    bool implicit;
    char peer[64];
    unsigned accepted;
};

static struct net_end *accept_one(void *arg, const char *peer)
{
    struct host *h = arg;
    snprintf(h->peer, sizeof h->peer, "%s", peer);
    if (h->accepted++ > 0 || h->server == NULL)
        return NULL;
    return h->tls != NULL ? net_tls_wrap(h->tls, &h->server->end, h->implicit) : &h->server->end;
}

static bool listens(struct host *h, const char *address)
{
    const char *why = "";
    h->uv = net_uv_new();
    ck_assert_ptr_nonnull(h->uv);
    h->world = net_uv_world(h->uv);
    h->listener = net_uv_listen(h->uv, address, 0, accept_one, h, &why);
    if (h->listener == NULL)
        printf("listen on %s: skipped, %s\n", address, why);
    else
        ck_assert_uint_ne(net_uv_port(h->listener), 0);
    return h->listener != NULL;
}

static void listen_here(struct host *h)
{
    ck_assert(listens(h, "127.0.0.1"));
}

static struct actor *actor_joined(const struct actor_line *part)
{
    struct actor *a = actor_new(part, 0);
    a->joined = true;
    return a;
}

static void until_gone(struct host *h, struct actor *a)
{
    bool gone = a->gone_ms != 0;
    a->gone = &gone;
    ck_assert(h->world->ops->run(h->world, &gone));
    a->gone = NULL;
}

static struct net_dialler *dialler_to(struct host *h, const char *name, uint64_t connect_ms)
{
    struct net_dialler *d = net_uv_dialler(h->uv, name, net_uv_port(h->listener), connect_ms);
    ck_assert_ptr_nonnull(d);
    return d;
}

/* ---- conversations ------------------------------------------------------------------------- */

enum how { CLEAR, STARTTLS, IMPLICIT };

#define START_CLIENT SAY("STARTTLS"), HEAR("220"), DO(TLS)
#define START_SERVER HEAR("STARTTLS"), SAY("220"), DO(TLS)

static const struct play {
    const char *what;
    enum how how;
    struct actor_line client[LINES_MAX], server[LINES_MAX]; /* zeros: STOP */
    const char *log_client, *log_server;
} plays[] = {
    /* clang-format off */
    {"echo", CLEAR,
     {SAY("hello"), HEAR("HELLO")}, {HEAR("hello"), SAY("HELLO"), DO(END)},
     "HELLO<gone>", "hello<close><gone>"},
    {"half-close leaves the other way open", CLEAR,
     {SAY("q"), DO(SHUT), HEAR("answer"), DO(END)}, {HEAR("q"), DO(END), SAY("answer")},
     "answer<close><gone>", "q<close><gone>"},
    {"half-close, then the whole", CLEAR,
     {SAY("q"), DO(SHUT), HEAR("answer")}, {HEAR("q"), DO(END), SAY("answer")},
     "answer<gone>", "q<close><gone>"},
    {"reset", CLEAR,
     {HEAR("220"), DO(RESET)}, {SAY("220"), DO(END)}, "220<gone>", "<reset><gone>"},
    {"reset after a half-close", CLEAR,
     {HEAR("220"), DO(SHUT), FOR(WAIT, 1), DO(RESET)}, {SAY("220"), DO(END), FOR(WAIT, 4), FOR(POUR, FLOOD)},
     "220<gone>", "<close><gone>"},
    {"what came before a reset is heard, though a write finds the reset first", CLEAR,
     {HEAR("220"), FOR(HOLD, 1), FOR(WAIT, 10), FOR(HOLD, 0), SAY("more"), DO(END)},
     {SAY("220"), FOR(WAIT, 1), SAY("421"), DO(SENT), DO(RESET)}, "220421<reset><gone>", "<gone>"},
    {"deadline", CLEAR,
     {FOR(LIMIT, 2), HEAR("220")}, {DO(END)}, "<late><gone>", "<reset><gone>"},
    {"a wait", CLEAR,
     {FOR(WAIT, 1), SAY("a"), DO(END)}, {HEAR("a")}, "<close><gone>", "a<gone>"},
    {"our last reply arrives though we leave octets unread", CLEAR,
     {SAY("QUIT"), HEAR("334"), SAY("more"), HEAR("221"), DO(END)},
     {HEAR("QUIT"), FOR(HOLD, 1), SAY("334"), FOR(WAIT, 4), SAY("221")},
     "334221<close><gone>", "QUIT<gone>"},
    {"a peer that takes nothing", CLEAR,
     {FOR(HOLD, 1), FOR(WAIT, 3), DO(RESET)}, {FOR(POUR, FLOOD)}, "<gone>", "<reset><gone>"},
    {"1 MiB", CLEAR,
     {FOR(POUR, MIB)}, {FOR(SWALLOW, MIB), DO(END)}, "<gone>", "<close><gone>"},
    {"both ways at once", CLEAR,
     {FOR(EXCHANGE, MIB)}, {FOR(EXCHANGE, MIB), DO(END)}, "<gone>", "<close><gone>"},
    {"STARTTLS", STARTTLS,
     {START_CLIENT, SAY("hi"), HEAR("yo")}, {START_SERVER, HEAR("hi"), SAY("yo"), DO(END)},
     "220<tls>yo<gone>", "STARTTLS<tls>hi<close><gone>"},
    {"implicit TLS", IMPLICIT,
     {HEAR("220"), SAY("QUIT"), DO(END)}, {SAY("220"), HEAR("QUIT")},
     "<tls>220<close><gone>", "<tls>QUIT<gone>"},
    {"half-close inside TLS", IMPLICIT,
     {SAY("q"), DO(SHUT), HEAR("answer"), DO(END)}, {HEAR("q"), DO(END), SAY("answer")},
     "<tls>answer<close><gone>", "<tls>q<close><gone>"},
    {"reset inside TLS", IMPLICIT,
     {HEAR("220"), DO(RESET)}, {SAY("220"), DO(END)}, "<tls>220<gone>", "<tls><reset><gone>"},
    {"on in clear", IMPLICIT,
     {DO(TLS_END), SAY("a"), HEAR("b")}, {DO(TLS_END), HEAR("a"), SAY("b"), DO(END)},
     "<tls><clear>b<gone>", "<tls><clear>a<close><gone>"},
    {"1 MiB inside TLS", IMPLICIT,
     {FOR(EXCHANGE, MIB)}, {FOR(EXCHANGE, MIB), DO(END)}, "<tls><gone>", "<tls><close><gone>"},
    /* clang-format on */
};

START_TEST(test_play)
{
    const struct play *p = &plays[_i];
    const char *why = "";
    char *pem = NULL;
    struct net_tls_context *theirs = NULL;
    struct host h = {.implicit = p->how == IMPLICIT};
    listen_here(&h);
    struct actor *client = actor_joined(p->client), *server = actor_joined(p->server);
    struct net_end *end = &client->end;
    h.server = server;
    if (p->how != CLEAR) {
        h.tls = net_tls_context_self_signed(NAME, &pem, &why);
        theirs = net_tls_context_trusting(pem, NAME, &why);
        end = net_tls_wrap(theirs, end, h.implicit);
    }
    struct net_dialler *d = dialler_to(&h, "127.0.0.1", CONNECT_MS);
    d->ops->dial(d, end);
    until_gone(&h, client);
    until_gone(&h, server);
    ck_assert_msg(strcmp(client->log, p->log_client) == 0, "%s: %s", p->what, client->log);
    ck_assert_msg(strcmp(server->log, p->log_server) == 0, "%s: %s", p->what, server->log);
    ck_assert_str_eq(h.peer, "127.0.0.1");
    ck_assert(!client->broke_pattern && !server->broke_pattern);
    net_uv_free(h.uv);
    net_tls_context_free(h.tls);
    net_tls_context_free(theirs);
    free(pem);
    actor_free(client);
    actor_free(server);
}
END_TEST

/* ---- names and addresses ------------------------------------------------------------------- */

static const struct {
    const char *listen, *dial, *peer;
} addresses[] = {
    {"127.0.0.1", "127.0.0.1", "127.0.0.1"},
    {"127.0.0.1", "localhost", "127.0.0.1"},
    {"::1", "::1", "::1"},
    {"::1", "localhost", "::1"},
    {"::", "127.0.0.1", "127.0.0.1"}, /* one socket for both: a mapped address is an IPv4 address */
    {"localhost", "localhost", NULL},
    {NULL, "127.0.0.1", "127.0.0.1"},
};

START_TEST(test_address)
{
    const char *peer = addresses[_i].peer;
    struct host h = {.server = actor_joined(PART(HEAR("hi"), SAY("yo"), DO(END)))};
    struct actor *client = actor_joined(PART(SAY("hi"), HEAR("yo")));
    if (listens(&h, addresses[_i].listen)) {
        struct net_dialler *d = dialler_to(&h, addresses[_i].dial, CONNECT_MS);
        d->ops->dial(d, &client->end);
        until_gone(&h, client);
        ck_assert_msg(strcmp(client->log, "yo<gone>") == 0, "%s: %s", client->log, d->why);
        if (peer != NULL)
            ck_assert_str_eq(h.peer, peer);
    }
    net_uv_free(h.uv);
    actor_free(client);
    actor_free(h.server);
}
END_TEST

static void refused(struct net_uv *uv, const char *name, uint16_t port, uint64_t ms,
                    const char *part)
{
    struct host h = {.uv = uv, .world = net_uv_world(uv)};
    struct actor *client = actor_joined(PART(SAY("hi")));
    struct net_dialler *d = net_uv_dialler(uv, name, port, ms);
    d->ops->dial(d, &client->end);
    ck_assert_uint_eq(client->log_n, 0); /* not before the loop runs */
    until_gone(&h, client);
    ck_assert_str_eq(client->log, "<refused><gone>");
    ck_assert_msg(strstr(d->why, part) != NULL, "%s", d->why);
    actor_free(client);
}

START_TEST(test_refused)
{
    struct host h = {0};
    char part[64];
    listen_here(&h);
    uint16_t port = net_uv_port(h.listener);
    net_uv_listener_close(h.listener);
    snprintf(part, sizeof part, "connection refused: 127.0.0.1 port %u", (unsigned)port);
    refused(h.uv, "127.0.0.1", port, CONNECT_MS, part);
    refused(h.uv, "localhost", port, CONNECT_MS, part);
    net_uv_free(h.uv);
}
END_TEST

/* A socket whose queue is full does not answer: its port is as good as one behind a silent
 * firewall. */
struct silence {
    int server, waiting;
    uint16_t port;
};

static struct silence silence_new(void)
{
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof here;
    struct silence s = {socket(AF_INET, SOCK_STREAM, 0), socket(AF_INET, SOCK_STREAM, 0), 0};
    ck_assert_int_eq(bind(s.server, (struct sockaddr *)&here, sizeof here), 0);
    ck_assert_int_eq(listen(s.server, 0), 0);
    ck_assert_int_eq(getsockname(s.server, (struct sockaddr *)&here, &n), 0);
    ck_assert_int_eq(connect(s.waiting, (struct sockaddr *)&here, sizeof here), 0);
    s.port = ntohs(here.sin_port);
    return s;
}

static void silence_end(struct silence *s)
{
    close(s->waiting);
    close(s->server);
}

START_TEST(test_silent)
{
    struct silence s = silence_new();
    struct net_uv *uv = net_uv_new();
    refused(uv, "127.0.0.1", s.port, SILENT_MS, "no answer in time: 127.0.0.1 port ");
    net_uv_free(uv);
    silence_end(&s);
}
END_TEST

struct impatient {
    struct net_timer timer; /* first */
    struct net_uv *uv;
    struct net_end *end;
};

static void lose_patience(struct net_timer *timer, uint64_t now_ms)
{
    struct impatient *i = (struct impatient *)timer;
    (void)now_ms;
    net_uv_give_up(i->uv, i->end);
    net_uv_give_up(i->uv, i->end); /* there is nothing left to give up */
}

/* While the name is looked up, and while the connection is waited for; then the dialler can go. */
START_TEST(test_give_up)
{
    struct silence s = silence_new();
    struct host h = {.uv = net_uv_new()};
    struct actor *client = actor_joined(PART(SAY("hi")));
    h.world = net_uv_world(h.uv);
    struct net_dialler *d = net_uv_dialler(h.uv, "127.0.0.1", s.port, CONNECT_MS);
    struct impatient i = {
        {.at_ms = h.world->ops->now(h.world) + (uint64_t)_i * 20, .done = lose_patience},
        h.uv,
        &client->end};
    net_uv_timer(h.uv, &i.timer);
    d->ops->dial(d, &client->end);
    until_gone(&h, client);
    ck_assert_str_eq(client->log, "<refused><gone>");
    ck_assert_str_eq(d->why, "given up");
    net_uv_dialler_free(d);
    net_uv_free(h.uv);
    actor_free(client);
    silence_end(&s);
}
END_TEST

START_TEST(test_no_listener)
{
    struct host h = {0};
    const char *why = "";
    char part[64];
    listen_here(&h);
    uint16_t port = net_uv_port(h.listener);
    snprintf(part, sizeof part, "listen on 127.0.0.1 port %u: address already in use",
             (unsigned)port);
    ck_assert_ptr_null(net_uv_listen(h.uv, "127.0.0.1", port, accept_one, &h, &why));
    ck_assert_str_eq(why, part);
    net_uv_free(h.uv);
}
END_TEST

/* accept() says NULL: the connection is closed. */
START_TEST(test_dropped)
{
    struct host h = {0};
    struct actor *client = actor_joined(PART(DO(END)));
    listen_here(&h);
    struct net_dialler *d = dialler_to(&h, "127.0.0.1", CONNECT_MS);
    d->ops->dial(d, &client->end);
    until_gone(&h, client);
    ck_assert_str_eq(client->log, "<close><gone>");
    net_uv_free(h.uv);
    actor_free(client);
}
END_TEST

/* ---- the world ----------------------------------------------------------------------------- */

/* Dials again when it is gone, as long as there is somebody to dial. */
struct again {
    struct net_end end; /* first */
    struct smtp_edge edge;
    struct net_dialler *dialler;
    unsigned gone;
    char octets[2];
};

static void again_step(struct net_end *end, uint64_t now_ms)
{
    (void)now_ms;
    ck_assert_ptr_nonnull(end->conn);
}

static void again_gone(struct net_end *end, uint64_t now_ms)
{
    (void)now_ms;
    struct again *a = (struct again *)end;
    ck_assert_ptr_null(end->conn);
    if (a->gone++ == 0)
        a->dialler->ops->dial(a->dialler, end);
}

/* What is left is closed: a dial, connections, a listener, a timer, octets that nobody has read. */
START_TEST(test_free)
{
    struct host h = {.server = actor_joined(PART(HEAR("hi"), SAY("yo"), DO(FOREVER)))};
    struct actor *client = actor_joined(PART(SAY("hi"), HEAR("yo"), FOR(WAIT, 0)));
    struct again again = {.end = {&again.edge, again_step, again_gone, NULL}};
    struct net_timer timer = {.at_ms = UINT64_MAX - 1};
    smtp_edge_init(&again.edge, (smtp_room){again.octets, 1}, (smtp_room){again.octets + 1, 1});
    listen_here(&h);
    again.dialler = dialler_to(&h, "127.0.0.1", CONNECT_MS);
    again.dialler->ops->dial(again.dialler, &client->end);
    until_gone(&h, client); /* the server is told, but has not been read to the end */
    net_uv_timer(h.uv, &timer);
    again.dialler->ops->dial(again.dialler, &again.end);
    net_uv_free(h.uv);
    ck_assert_uint_eq(again.gone, 2);
    ck_assert_int_eq(again.edge.end, SMTP_END_REFUSED);
    ck_assert_uint_ne(h.server->gone_ms, 0);
    actor_free(client);
    actor_free(h.server);
}
END_TEST

START_TEST(test_nothing_left)
{
    struct net_uv *uv = net_uv_new();
    struct net_world *world = net_uv_world(uv);
    bool never = false, at_once = true;
    ck_assert(!world->ops->run(world, &never));
    ck_assert(world->ops->run(world, &at_once));
    ck_assert_ptr_nonnull(net_uv_loop(uv));
    net_uv_free(uv);
    net_uv_free(NULL);
}
END_TEST

struct ringing {
    struct net_timer timer; /* first */
    struct net_uv *uv;
    char name;
};

static char rung[8];

static void ring(struct net_timer *timer, uint64_t now_ms)
{
    struct ringing *r = (struct ringing *)timer;
    size_t n = strlen(rung);
    ck_assert_uint_ge(now_ms, timer->at_ms);
    rung[n] = r->name;
    rung[n + 1] = '\0';
    if (n > 2)
        return;
    timer->at_ms = now_ms + 1;
    net_uv_timer(r->uv, timer);
}

START_TEST(test_timers)
{
    struct net_uv *uv = net_uv_new();
    struct net_world *world = net_uv_world(uv);
    uint64_t now_ms = world->ops->now(world);
    struct ringing one = {{.at_ms = now_ms + 3, .done = ring}, uv, 'b'};
    struct ringing two = {{.at_ms = now_ms, .done = ring}, uv, 'a'};
    struct ringing three = {{.at_ms = now_ms + 1, .done = ring}, uv, 'x'};
    bool never = false;
    rung[0] = '\0';
    net_uv_timer(uv, &one.timer);
    net_uv_timer(uv, &two.timer);
    world->ops->timer(world, &three.timer);
    world->ops->timer_stop(world, &three.timer);
    ck_assert(!world->ops->run(world, &never)); /* until no timer is left */
    ck_assert_int_eq(rung[0], 'a');
    ck_assert_ptr_nonnull(strchr(rung, 'b'));
    ck_assert_ptr_null(strchr(rung, 'x'));
    net_uv_free(uv);
}
END_TEST

struct stopping {
    struct net_timer timer; /* first */
    bool stop;
};

static void stop_run(struct net_timer *timer, uint64_t now_ms)
{
    (void)now_ms;
    ((struct stopping *)timer)->stop = true;
}

/* A timer stops the run, and nothing else will ever happen. */
START_TEST(test_timer_stops)
{
    struct host h = {.server = NULL};
    struct stopping s = {.timer = {.at_ms = 0, .done = stop_run}};
    listen_here(&h);
    struct net_world *world = net_uv_world(h.uv);
    net_uv_timer(h.uv, &s.timer);
    ck_assert(world->ops->run(world, &s.stop));
    net_uv_free(h.uv);
}
END_TEST

/* A socket that is connected already. */
START_TEST(test_adopt)
{
    struct host h = {.server = actor_joined(PART(HEAR("hi"), SAY("yo"), FOR(WAIT, 0)))};
    struct actor *client = actor_joined(PART(SAY("hi"), HEAR("yo"), FOR(WAIT, 0)));
    int ends[2];
    h.uv = net_uv_new();
    h.world = net_uv_world(h.uv);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    ck_assert(net_uv_adopt(h.uv, ends[0], &h.server->end));
    ck_assert(net_uv_adopt(h.uv, ends[1], &client->end));
    ck_assert(!net_uv_adopt(h.uv, -1, &client->end));
    until_gone(&h, client);
    net_uv_free(h.uv);
    ck_assert_uint_ne(h.server->gone_ms, 0);
    actor_free(client);
    actor_free(h.server);
}
END_TEST

static Suite *uv_suite(void)
{
    Suite *suite = suite_create("net/uv");
    TCase *t = tcase_create("uv");
    tcase_add_loop_test(t, test_play, 0, sizeof plays / sizeof *plays);
    tcase_add_loop_test(t, test_address, 0, sizeof addresses / sizeof *addresses);
    tcase_add_test(t, test_refused);
    tcase_add_test(t, test_silent);
    tcase_add_loop_test(t, test_give_up, 0, 2);
    tcase_add_test(t, test_no_listener);
    tcase_add_test(t, test_dropped);
    tcase_add_test(t, test_free);
    tcase_add_test(t, test_nothing_left);
    tcase_add_test(t, test_timers);
    tcase_add_test(t, test_timer_stops);
    tcase_add_test(t, test_adopt);
    suite_add_tcase(suite, t);
    return suite;
}

CHECK_MAIN(uv_suite)
