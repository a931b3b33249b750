#include <stdlib.h>
#include <string.h>

#include "mem_parts.h"

/* ---- the queue of those that can move ------------------------------------------------------ */

static bool has_work(const struct mem_conn *c)
{
    if (c->over || !c->opened || c->reset || c->wrote > 0)
        return true;
    return c->conn.reading && (c->first != NULL || c->eof);
}

void mem_wake(struct mem_conn *c)
{
    struct net_mem *mem = c->mem;
    if (c->ready || mem->freeing || !has_work(c))
        return;
    c->ready = true;
    c->next_ready = NULL;
    if (mem->first_ready == NULL)
        mem->first_ready = c;
    else
        mem->last_ready->next_ready = c;
    mem->last_ready = c;
}

struct mem_conn *mem_next_ready(struct net_mem *mem)
{
    struct mem_conn *c = mem->first_ready;
    if (c == NULL)
        return NULL;
    mem->first_ready = c->next_ready;
    c->ready = false;
    return c;
}

/* ---- octets on their way ------------------------------------------------------------------- */

void mem_drop_segments(struct mem_conn *c)
{
    while (c->first != NULL) {
        struct segment *s = c->first;
        c->first = s->next;
        free(s);
    }
    c->last = NULL;
    c->queued = 0;
}

static bool add_segment(struct mem_conn *to, const char *p, size_t n)
{
    struct segment *s = malloc(sizeof *s + n);
    if (s == NULL)
        return false;
    *s = (struct segment){.n = n};
    memcpy(s->octets, p, n);
    if (to->first == NULL)
        to->first = s;
    else
        to->last->next = s;
    to->last = s;
    to->queued += n;
    return true;
}

/* The peer has broken off: what is on its way is lost. */
static void break_off(struct mem_conn *c)
{
    if (c == NULL || c->over)
        return;
    mem_drop_segments(c);
    c->pending.n = 0;
    c->wrote = 0;
    c->reset = true;
    mem_wake(c);
}

/* Whole if it can ever be taken whole: where the cuts fall does not depend on who reads when. */
static size_t room_for(const struct mem_conn *to, size_t n)
{
    size_t most = to->mem->capacity, free_now = most - to->queued;
    if (n > most)
        n = most;
    return n <= free_now ? n : 0;
}

static void send_pending(struct mem_conn *c)
{
    size_t n = c->pending.n;
    struct mem_conn *to = c->peer;
    if (n == 0)
        return;
    if (to != NULL && !to->over) { /* else it is lost, as behind a peer that has closed */
        n = room_for(to, n);
        if (n == 0)
            return;
        if (!add_segment(to, c->pending.p, n)) {
            break_off(to);
            break_off(c);
            return;
        }
        mem_wake(to);
    }
    c->pending.n = 0;
    c->wrote = n;
    mem_wake(c);
}

static void no_more(struct mem_conn *to)
{
    if (to == NULL)
        return;
    to->eof = true;
    send_pending(to);
    mem_wake(to);
}

/* One read: of one segment, and no more than there is room for. */
void mem_deliver(struct mem_conn *c)
{
    struct segment *s = c->first;
    smtp_room room = smtp_edge_room(c->conn.end->edge);
    size_t n = room.n < s->n ? room.n : s->n;
    if (n > 0)
        memcpy(room.p, s->octets + s->at, n);
    s->at += n;
    s->n -= n;
    c->queued -= n;
    if (s->n == 0) {
        c->first = s->next;
        free(s);
    }
    if (c->peer != NULL)
        send_pending(c->peer);
    pump_read(&c->conn, n);
}

/* ---- what the pump asks for ---------------------------------------------------------------- */

static void mem_write(struct net_conn *conn, smtp_span octets)
{
    struct mem_conn *c = (struct mem_conn *)conn;
    c->pending = octets;
    send_pending(c);
}

static void mem_reading(struct net_conn *conn, bool on)
{
    (void)on; /* conn->reading says it */
    mem_wake((struct mem_conn *)conn);
}

static void mem_shut(struct net_conn *conn)
{
    no_more(((struct mem_conn *)conn)->peer);
}

static void end_ours(struct mem_conn *c)
{
    c->over = true;
    c->pending.n = 0;
    mem_drop_segments(c);
    mem_wake(c);
}

static void mem_close(struct net_conn *conn)
{
    struct mem_conn *c = (struct mem_conn *)conn;
    end_ours(c);
    no_more(c->peer);
}

static void mem_reset(struct net_conn *conn)
{
    struct mem_conn *c = (struct mem_conn *)conn;
    end_ours(c);
    break_off(c->peer);
}

static void mem_set_timer(struct net_conn *conn, uint64_t at_ms)
{
    ((struct mem_conn *)conn)->at_ms = at_ms;
}

static uint64_t mem_conn_now(struct net_conn *conn)
{
    return ((struct mem_conn *)conn)->mem->now_ms;
}

static const struct net_conn_ops conn_ops = {
    mem_write, mem_reading, mem_shut, mem_close, mem_reset, mem_set_timer, mem_conn_now,
};

struct mem_conn *mem_conn_new(struct net_mem *mem, struct net_end *end)
{
    struct mem_conn *c = calloc(1, sizeof *c);
    if (c == NULL)
        return NULL;
    c->conn = (struct net_conn){.ops = &conn_ops, .end = end, .timer_ms = SMTP_NEVER};
    c->mem = mem;
    c->at_ms = SMTP_NEVER;
    return c;
}
