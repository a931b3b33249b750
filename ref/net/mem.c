#include <stdlib.h>

#include "mem_parts.h"
#include "timers.h"

enum { CAPACITY = 65536 };

/* ---- coming and going ---------------------------------------------------------------------- */

static void link_in(struct mem_conn *c)
{
    struct net_mem *mem = c->mem;
    c->before = mem->last;
    if (mem->last == NULL)
        mem->first = c;
    else
        mem->last->next = c;
    mem->last = c;
    mem_wake(c);
}

bool net_mem_join(struct net_mem *mem, struct net_end *a, struct net_end *b)
{
    if (mem->freeing)
        return false;
    struct mem_conn *one = mem_conn_new(mem, a), *two = mem_conn_new(mem, b);
    if (one == NULL || two == NULL) {
        free(one);
        free(two);
        return false;
    }
    one->peer = two;
    two->peer = one;
    link_in(one);
    link_in(two);
    return true;
}

static void drop(struct mem_conn *c)
{
    struct net_mem *mem = c->mem;
    if (c->before == NULL)
        mem->first = c->next;
    else
        c->before->next = c->next;
    if (c->next == NULL)
        mem->last = c->before;
    else
        c->next->before = c->before;
    if (c->peer != NULL)
        c->peer->peer = NULL;
    mem_drop_segments(c);
    pump_gone(&c->conn);
    free(c);
}

/* ---- the world ----------------------------------------------------------------------------- */

/* One thing happens to one end. */
static void move(struct mem_conn *c)
{
    if (c->over) {
        drop(c);
        return;
    }
    if (!c->opened) {
        c->opened = true;
        pump_open(&c->conn, c->conn.end);
    } else if (c->reset) {
        c->reset = false;
        c->eof = false;
        pump_ended(&c->conn, SMTP_END_RESET);
    } else if (c->wrote > 0) {
        size_t n = c->wrote;
        c->wrote = 0;
        pump_wrote(&c->conn, n);
    } else if (c->conn.reading && c->first != NULL) {
        mem_deliver(c);
    } else if (c->conn.reading && c->eof) {
        c->eof = false;
        pump_ended(&c->conn, SMTP_END_CLOSE);
    }
    mem_wake(c);
}

/* The next deadline passes; of several at once connections first, then timers, in their order. */
static bool leap(struct net_mem *mem)
{
    struct net_timer *timer = timers_soonest(mem->timers);
    struct mem_conn *soonest = NULL;
    uint64_t at_ms = timer != NULL ? timer->at_ms : SMTP_NEVER;
    for (struct mem_conn *c = mem->first; c != NULL; c = c->next) {
        if (c->at_ms < SMTP_NEVER && c->at_ms <= at_ms && (soonest == NULL || c->at_ms < at_ms)) {
            soonest = c;
            at_ms = c->at_ms;
        }
    }
    if (at_ms == SMTP_NEVER)
        return false;
    if (at_ms > mem->now_ms)
        mem->now_ms = at_ms;
    if (soonest != NULL) {
        soonest->at_ms = SMTP_NEVER;
        pump_time(&soonest->conn);
    } else {
        timers_remove(&mem->timers, timer);
        timer->done(timer, mem->now_ms);
    }
    return true;
}

static uint64_t mem_now(struct net_world *world)
{
    return ((struct net_mem *)world)->now_ms;
}

static bool mem_run(struct net_world *world, const bool *stop)
{
    struct net_mem *mem = (struct net_mem *)world;
    while (!*stop) {
        struct mem_conn *c = mem_next_ready(mem);
        if (c != NULL)
            move(c);
        else if (!leap(mem))
            return false;
    }
    return true;
}

static void mem_timer(struct net_world *world, struct net_timer *timer)
{
    net_mem_timer((struct net_mem *)world, timer);
}

static void mem_timer_stop(struct net_world *world, struct net_timer *timer)
{
    net_mem_timer_stop((struct net_mem *)world, timer);
}

static const struct net_world_ops world_ops = {mem_now, mem_run, mem_timer, mem_timer_stop};

struct net_mem *net_mem_new(size_t capacity)
{
    struct net_mem *mem = calloc(1, sizeof *mem);
    if (mem == NULL)
        return NULL;
    mem->world.ops = &world_ops;
    mem->capacity = capacity > 0 ? capacity : CAPACITY;
    return mem;
}

void net_mem_free(struct net_mem *mem)
{
    if (mem == NULL)
        return;
    mem->freeing = true;
    struct mem_conn *next;
    for (struct mem_conn *c = mem->first; c != NULL; c = next) {
        next = c->next;
        drop(c);
    }
    free(mem);
}

struct net_world *net_mem_world(struct net_mem *mem)
{
    return &mem->world;
}

void net_mem_timer(struct net_mem *mem, struct net_timer *timer)
{
    timers_add(&mem->timers, timer);
}

void net_mem_timer_stop(struct net_mem *mem, struct net_timer *timer)
{
    timers_remove(&mem->timers, timer);
}
