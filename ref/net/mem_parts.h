/*
 * NAME
 *     mem_parts.h: what the files of net/mem.h share
 */
#ifndef MEM_PARTS_H
#define MEM_PARTS_H

#include "net/mem.h"
#include "net/pump.h"

/* One write on its way. */
struct segment {
    struct segment *next;
    size_t at, n; /* octets[at .. +n) are not read yet */
    char octets[];
};

struct mem_conn {
    struct net_conn conn; /* first */
    struct net_mem *mem;
    struct mem_conn *peer;          /* NULL: gone */
    struct mem_conn *next, *before; /* in the order of joining */
    struct mem_conn *next_ready;
    struct segment *first, *last; /* towards this end */
    size_t queued;                /* octets in them */
    smtp_span pending;            /* a write of ours that waits for room */
    size_t wrote;                 /* an answer that is due to the pump */
    uint64_t at_ms;
    bool ready, opened;
    bool eof;   /* no segment will follow */
    bool reset; /* the peer has broken off */
    bool over;  /* we have closed or broken off */
};

struct net_mem {
    struct net_world world; /* first */
    size_t capacity;
    uint64_t now_ms;
    struct mem_conn *first, *last;
    struct mem_conn *first_ready, *last_ready;
    struct net_timer *timers;
    bool freeing;
};

/* Who has something to do stands in a queue, and does one thing at its turn. */
void mem_wake(struct mem_conn *c);
struct mem_conn *mem_next_ready(struct net_mem *mem); /* NULL: nothing can move */

/* A connection that is not linked in; NULL: no memory. */
struct mem_conn *mem_conn_new(struct net_mem *mem, struct net_end *end);

void mem_deliver(struct mem_conn *c); /* the next octets of the first segment */
void mem_drop_segments(struct mem_conn *c);

#endif
