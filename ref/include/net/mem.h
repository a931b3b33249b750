/*
 * NAME
 *     net/mem.h: connections in memory on a virtual clock
 *
 * DESCRIPTION
 *     A world of pairs of ends. Each write of one end is one segment for the other: reads never
 *     join two segments, so that where the cuts fall is exact and repeatable. Order of events is
 *     deterministic. The clock stands still while anything can move and leaps to the next deadline
 *     when nothing can, so that five minutes take microseconds. A pipe takes at most `capacity`
 *     octets before its writer has to wait (back pressure), 64 KiB unless told. A write that can
 *     ever be taken whole is never cut.
 *
 * LIFETIME
 *     The world is not freed while it runs, so not in step(), gone() or a timer's done().
 */
#ifndef NET_MEM_H
#define NET_MEM_H

#include "net/net.h"

struct net_mem;

struct net_mem *net_mem_new(size_t capacity); /* 0 = 64 KiB; NULL: no memory */
void net_mem_free(struct net_mem *mem); /* connections that are left are dropped, with gone() */
struct net_world *net_mem_world(struct net_mem *mem);

/* Joins two ends. False: no memory. */
SMTP_CHECK bool net_mem_join(struct net_mem *mem, struct net_end *a, struct net_end *b);

/* Fires `timer->done` at timer->at_ms of the virtual clock, once. */
void net_mem_timer(struct net_mem *mem, struct net_timer *timer);
void net_mem_timer_stop(struct net_mem *mem, struct net_timer *timer);

#endif
