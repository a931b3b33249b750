#include <string.h>

#include "actor.h"
#include "check_main.h"
#include "net/mem.h"

/* ---- two actors and what they saw ---------------------------------------------------------- */

#define PART(...) ((const struct actor_line[]){__VA_ARGS__, {ACTOR_STOP, NULL, 0}})
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

enum { SMALL = 4, LINES_MAX = 8, MINUTES_5 = 300000 };

static const struct play {
    const char *what;
    struct actor_line a[LINES_MAX], b[LINES_MAX]; /* zeros: STOP */
    const char *log_a, *log_b;
    size_t capacity, room;
    uint64_t ms; /* on the clock at the end */
} plays[] = {
    /* clang-format off */
    {"echo", {SAY("hello"), HEAR("HELLO")}, {HEAR("hello"), SAY("HELLO"), DO(END)},
     "|HELLO<gone>", "|hello<close><gone>", 0, 0, 0},
    {"two writes stay two", {SAY("a"), DO(SENT), SAY("b"), DO(END)},
     {FOR(HOLD, 1), FOR(WAIT, 5), FOR(HOLD, 0), HEAR("ab")},
     "<close><gone>", "|a|b<gone>", 0, 0, 5},
    {"what is shown at once is one", {SAY("a"), SAY("b"), DO(END)}, {HEAR("ab")},
     "<close><gone>", "|ab<gone>", 0, 0, 0},
    {"what is said during a write is another",
     {SAY("first"), FOR(WAIT, 1), SAY("second"), FOR(WAIT, 1), SAY("third"), DO(END)},
     {FOR(HOLD, 1), FOR(WAIT, 9), FOR(HOLD, 0), HEAR("firstsecondthird")},
     "<close><gone>", "|first|second|third<gone>", 11, 0, 9},
    {"what is said while a write waits is one write", /* it is shown at once */
     {SAY("first"), FOR(WAIT, 1), SAY("second"), FOR(WAIT, 1), SAY("third"), DO(END)},
     {FOR(HOLD, 1), FOR(WAIT, 9), FOR(HOLD, 0), HEAR("firstsecondthird")},
     "<close><gone>", "|first|second|third<gone>", 6, 0, 9},
    {"a read takes no more than there is room for", {SAY("abcdefghij"), DO(END)},
     {HEAR("abc"), HEAR("d"), HEAR("ef"), HEAR("gh"), HEAR("ij")},
     "<close><gone>", "|abcd|efgh|ij<gone>", 0, SMALL, 0},
    {"a pipe of one octet", {SAY("abc"), HEAR("x")}, {HEAR("abc"), SAY("x"), DO(END)},
     "|x<gone>", "|a|b|c<close><gone>", 1, 0, 0},
    {"the parts of a write do not join with what comes behind",
     {SAY("abcd"), FOR(WAIT, 1), SAY("e"), DO(END)},
     {FOR(HOLD, 1), FOR(WAIT, 2), FOR(HOLD, 0), HEAR("abcde")},
     "<close><gone>", "|abc|d|e<gone>", 3, 0, 2},
    {"half-close leaves the other way open", {SAY("q"), DO(SHUT), HEAR("answer"), DO(END)},
     {HEAR("q"), DO(END), SAY("answer")},
     "|answer<close><gone>", "|q<close><gone>", 0, 0, 0},
    {"close waits for the output", {SAY("abcdef")},
     {FOR(HOLD, 1), FOR(WAIT, 3), FOR(HOLD, 0), DO(END)},
     "<gone>", "|ab|cd|ef<close><gone>", 2, 0, 3},
    {"reset drops what is on its way", {SAY("lost"), DO(SENT), DO(RESET)},
     {FOR(HOLD, 1), DO(END)}, "<gone>", "<reset><gone>", 0, 0, 0},
    {"reset drops the output", {SAY("abcdef"), DO(RESET)}, {DO(END)},
     "<gone>", "<reset><gone>", 2, 0, 0},
    {"behind a reset nothing is written", {DO(RESET)}, {DO(END), SAY("x")},
     "<gone>", "<reset><gone>", 0, 0, 0},
    {"what is sent to one who has closed is lost", {FOR(WAIT, 1)},
     {DO(END), SAY("abc"), DO(SENT), SAY("abc"), DO(SENT)},
     "<gone>", "<close><gone>", 1, 0, 1},
    {"a write that waits is lost when the peer closes", {FOR(HOLD, 1), FOR(WAIT, 1)},
     {SAY("abc"), DO(SENT), DO(END)}, "<gone>", "<close><gone>", 2, 0, 1},
    {"neither way is open any more", {DO(SHUT), FOR(HOLD, 1), FOR(WAIT, 1), DO(RESET)},
     {DO(END), SAY("abc"), DO(FOREVER)}, "<gone>", "<close><gone>", 1, 0, 1},
    {"five minutes", {FOR(LIMIT, MINUTES_5), DO(END)}, {DO(END)},
     "<late><gone>", "<reset><gone>", 0, 0, MINUTES_5},
    {"the clock stands still while octets move", {FOR(LIMIT, 1), FOR(POUR, 100000)},
     {FOR(SWALLOW, 100000), DO(END)}, "<gone>", "<close><gone>", 7, 3, 0},
    {"both ways at once", {FOR(EXCHANGE, 50000)}, {FOR(EXCHANGE, 50000), DO(END)},
     "<gone>", "<close><gone>", 1, 3, 0},
    {"the sooner deadline comes first", {FOR(WAIT, 20), SAY("late")},
     {FOR(WAIT, 10), SAY("soon"), DO(END)}, "|soon<gone>", "|late<close><gone>", 0, 0, 20},
    {"without a filter there is no TLS", {DO(TLS), SAY("x")}, {DO(END)},
     "<no tls><gone>", "|x<close><gone>", 0, 0, 0},
    {"nor an end of it", {DO(TLS_END), SAY("x")}, {DO(END)},
     "<gone>", "|x<close><gone>", 0, 0, 0},
    {"behind a half-close nothing is written", {DO(SHUT), FOR(WAIT, 1), SAY("x"), DO(SENT)},
     {DO(END)}, "<close><gone>", "<close><gone>", 0, 0, 1},
    /* clang-format on */
};

START_TEST(test_play)
{
    const struct play *p = &plays[_i];
    struct net_mem *mem = net_mem_new(p->capacity);
    struct net_world *world = net_mem_world(mem);
    struct actor *a = actor_new(p->a, p->room), *b = actor_new(p->b, p->room);
    bool never = false;
    ck_assert(net_mem_join(mem, &a->end, &b->end));
    ck_assert(!world->ops->run(world, &never)); /* all that can move has moved */
    ck_assert_msg(strcmp(a->log, p->log_a) == 0, "%s: %s", p->what, a->log);
    ck_assert_msg(strcmp(b->log, p->log_b) == 0, "%s: %s", p->what, b->log);
    ck_assert_msg(world->ops->now(world) == p->ms, "%s", p->what);
    ck_assert(!a->broke_pattern && !b->broke_pattern);
    net_mem_free(mem);
    actor_free(a);
    actor_free(b);
}
END_TEST

/* ---- the end of the run -------------------------------------------------------------------- */

START_TEST(test_deadlock)
{
    const struct actor_line *wait = PART(HEAR("x"));
    struct net_mem *mem = net_mem_new(0);
    struct net_world *world = net_mem_world(mem);
    struct actor *a = actor_new(wait, 0), *b = actor_new(wait, 0);
    bool stop = false;
    ck_assert(net_mem_join(mem, &a->end, &b->end));
    ck_assert(!world->ops->run(world, &stop));
    ck_assert_str_eq(a->log, "");
    net_mem_free(mem); /* with two connections left */
    ck_assert_str_eq(a->log, "<gone>");
    ck_assert_str_eq(b->log, "<gone>");
    ck_assert_ptr_null(a->end.conn);
    actor_free(a);
    actor_free(b);
}
END_TEST

START_TEST(test_stop)
{
    struct net_mem *mem = net_mem_new(0);
    struct net_world *world = net_mem_world(mem);
    struct actor *a = actor_new(PART(FOR(WAIT, 1)), 0),
                 *b = actor_new(PART(DO(END), FOR(WAIT, 9)), 0);
    bool stop = false;
    a->gone = &stop;
    ck_assert(net_mem_join(mem, &a->end, &b->end));
    ck_assert(world->ops->run(world, &stop));
    ck_assert_uint_eq(world->ops->now(world), 1);
    ck_assert_str_eq(a->log, "<gone>");
    net_mem_free(mem);
    actor_free(a);
    actor_free(b);
}
END_TEST

START_TEST(test_kick)
{
    struct net_mem *mem = net_mem_new(0);
    struct net_world *world = net_mem_world(mem);
    struct actor *a = actor_new(PART(DO(FOREVER)), 0),
                 *b = actor_new(PART(HEAR("late"), SAY("ok"), DO(END)), 0);
    bool never = false;
    net_kick(&a->end); /* there is no connection yet: nothing */
    ck_assert(net_mem_join(mem, &a->end, &b->end));
    ck_assert(!world->ops->run(world, &never));
    ck_assert(smtp_edge_put(&a->edge, SMTP_SPAN("late")));
    ck_assert(!world->ops->run(world, &never)); /* nobody has looked */
    ck_assert_str_eq(b->log, "");
    net_kick(&a->end);
    ck_assert(!world->ops->run(world, &never));
    ck_assert_str_eq(a->log, "|ok");
    a->edge.ask |= SMTP_WANT_RESET;
    net_kick(&a->end);
    net_kick(&a->end);
    ck_assert(!world->ops->run(world, &never));
    ck_assert_str_eq(a->log, "|ok<gone>");
    ck_assert_str_eq(b->log, "|late<reset><gone>");
    net_mem_free(mem);
    actor_free(a);
    actor_free(b);
}
END_TEST

/* ---- ends that look after themselves ------------------------------------------------------- */

/* An end in memory that it frees in gone(); it kicks itself in step(), and its peer too. */
struct mayfly {
    struct net_end end; /* first */
    struct smtp_edge edge;
    struct net_end *other;
    unsigned steps;
    char in[16], out[16];
};

static unsigned mayflies;

static void mayfly_step(struct net_end *end, uint64_t now_ms)
{
    (void)now_ms;
    struct mayfly *m = (struct mayfly *)end;
    smtp_edge_take(&m->edge, m->edge.in_len);
    if (++m->steps < 100) {
        net_kick(end);
        net_kick(m->other);
        if (smtp_edge_free(&m->edge) > 0)
            ck_assert(smtp_edge_put(&m->edge, SMTP_SPAN("x")));
    }
    if (m->steps == 100)
        m->edge.ask |= SMTP_WANT_RESET; /* inside of step, with a peer that still delivers */
}

static void mayfly_gone(struct net_end *end, uint64_t now_ms)
{
    (void)now_ms;
    struct mayfly *m = (struct mayfly *)end;
    if (m->edge.end == SMTP_END_NONE)
        net_kick(m->other); /* lives, or is in its own gone() */
    net_kick(end);
    mayflies--;
    free(m);
}

static struct mayfly *mayfly_new(void)
{
    struct mayfly *m = calloc(1, sizeof *m);
    ck_assert_ptr_nonnull(m);
    m->end = (struct net_end){&m->edge, mayfly_step, mayfly_gone, NULL};
    smtp_edge_init(&m->edge, (smtp_room){m->in, sizeof m->in}, (smtp_room){m->out, sizeof m->out});
    mayflies++;
    return m;
}

START_TEST(test_gone_frees)
{
    struct net_mem *mem = net_mem_new((size_t)_i);
    struct net_world *world = net_mem_world(mem);
    struct mayfly *a = mayfly_new(), *b = mayfly_new();
    struct actor *watcher = actor_new(PART(DO(END)), 0);
    bool never = false;
    a->other = &watcher->end;
    b->other = &a->end;
    b->steps = 200; /* only listens */
    ck_assert(net_mem_join(mem, &a->end, &b->end));
    ck_assert(!world->ops->run(world, &never));
    ck_assert_uint_eq(mayflies, 1); /* b has seen the reset and does not close */
    net_mem_free(mem);
    ck_assert_uint_eq(mayflies, 0);
    actor_free(watcher);
}
END_TEST

/* An end that dials from step() and from gone(), also when the world is being freed. */
struct dialling {
    struct net_end end; /* first */
    struct smtp_edge edge;
    struct net_mem *mem;
    struct actor *first, *second;
    bool joined, refused;
    char octets[2];
};

static void dialling_step(struct net_end *end, uint64_t now_ms)
{
    (void)now_ms;
    struct dialling *d = (struct dialling *)end;
    if (!d->joined)
        ck_assert(net_mem_join(d->mem, &d->first->end, &d->second->end));
    d->joined = true;
}

static void dialling_gone(struct net_end *end, uint64_t now_ms)
{
    (void)now_ms;
    struct dialling *d = (struct dialling *)end;
    d->refused = !net_mem_join(d->mem, &d->first->end, &d->second->end);
}

START_TEST(test_dial_within)
{
    struct dialling d = {.end = {&d.edge, dialling_step, dialling_gone, NULL}};
    struct actor *silent = actor_new(PART(DO(FOREVER)), 0);
    bool never = false;
    smtp_edge_init(&d.edge, (smtp_room){d.octets, 1}, (smtp_room){d.octets + 1, 1});
    d.mem = net_mem_new(0);
    d.first = actor_new(PART(SAY("hi")), 0);
    d.second = actor_new(PART(DO(END)), 0);
    struct net_world *world = net_mem_world(d.mem);
    ck_assert(net_mem_join(d.mem, &d.end, &silent->end));
    ck_assert(!world->ops->run(world, &never));
    ck_assert_str_eq(d.first->log, "<gone>");
    ck_assert_str_eq(d.second->log, "|hi<close><gone>");
    net_mem_free(d.mem);
    ck_assert(d.refused);
    actor_free(d.first);
    actor_free(d.second);
    actor_free(silent);
}
END_TEST

/* ---- timers -------------------------------------------------------------------------------- */

struct alarm_clock {
    struct net_timer timer; /* first */
    struct net_mem *mem;
    char name;
    uint64_t again_ms;
};

static char rung[32];

static void ring(struct net_timer *timer, uint64_t now_ms)
{
    struct alarm_clock *c = (struct alarm_clock *)timer;
    size_t n = strlen(rung);
    ck_assert_uint_eq(now_ms, timer->at_ms);
    rung[n] = c->name;
    rung[n + 1] = '\0';
    if (c->again_ms == 0)
        return;
    timer->at_ms += c->again_ms;
    c->again_ms = 0;
    net_mem_timer(c->mem, timer);
}

START_TEST(test_timers)
{
    struct net_mem *mem = net_mem_new(0);
    struct net_world *world = net_mem_world(mem);
    struct alarm_clock clocks[] = {
        {{.at_ms = 30, .done = ring}, mem, 'c', 0}, {{.at_ms = 10, .done = ring}, mem, 'a', 15},
        {{.at_ms = 30, .done = ring}, mem, 'd', 0}, {{.at_ms = 20, .done = ring}, mem, 'b', 0},
        {{.at_ms = 15, .done = ring}, mem, 'x', 0},
    };
    bool never = false;
    rung[0] = '\0';
    for (size_t i = 0; i < 5; i++)
        net_mem_timer(mem, &clocks[i].timer);
    world->ops->timer(world, &clocks[0].timer); /* set again: now it stands behind d */
    world->ops->timer_stop(world, &clocks[4].timer);
    net_mem_timer_stop(mem, &clocks[4].timer);
    ck_assert(!world->ops->run(world, &never));
    ck_assert_str_eq(rung, "abadc");
    ck_assert_uint_eq(world->ops->now(world), 30);
    net_mem_timer(mem, &clocks[4].timer); /* left behind */
    net_mem_free(mem);
}
END_TEST

/* A deadline that its owner leaves where it is passes once. */
START_TEST(test_deadline_once)
{
    struct net_mem *mem = net_mem_new(0);
    struct net_world *world = net_mem_world(mem);
    struct mayfly *m = mayfly_new(), *n = mayfly_new();
    bool never = false;
    m->other = &m->end;
    n->other = &n->end;
    m->steps = n->steps = 200;
    m->edge.deadline_ms = 7;
    ck_assert(net_mem_join(mem, &m->end, &n->end));
    ck_assert(!world->ops->run(world, &never));
    ck_assert_uint_eq(m->steps, 202); /* opened, and late */
    ck_assert_uint_eq(world->ops->now(world), 7);
    net_mem_free(mem);
    ck_assert_uint_eq(mayflies, 0);
}
END_TEST

static Suite *mem_suite(void)
{
    Suite *suite = suite_create("net/mem");
    TCase *t = tcase_create("mem");
    tcase_add_loop_test(t, test_play, 0, sizeof plays / sizeof *plays);
    tcase_add_test(t, test_deadlock);
    tcase_add_test(t, test_stop);
    tcase_add_test(t, test_kick);
    tcase_add_loop_test(t, test_gone_frees, 1, 40);
    tcase_add_test(t, test_dial_within);
    tcase_add_test(t, test_timers);
    tcase_add_test(t, test_deadline_once);
    suite_add_tcase(suite, t);
    return suite;
}

CHECK_MAIN(mem_suite)
