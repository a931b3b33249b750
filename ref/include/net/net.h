/*
 * NAME
 *     net/net.h: ends, connections, diallers and the clock
 *
 * DESCRIPTION
 *     An end is an edge and the one who looks after it. A transport (memory or sockets) moves
 *     octets between two ends, or between an end and a socket, by the pump; it knows edges and no
 *     SMTP. Both transports present the same three things, so that whoever drives a player or a
 *     server writes it once:
 *
 *       net_world    the clock, the loop and timers
 *       net_dialler  "open a connection for this end"
 *       net_end      step() after anything happened to the edge: octets came or left, it ended,
 *                    TLS is up, or its deadline has passed; then the owner consumes and produces
 *
 *     gone() is the last call for an end; its memory may be freed in it. An owner that changes its
 *     edge outside of step() (a decision that comes late) calls net_kick(): step() is called, then
 *     the edge's wants are obeyed. Inside of step() it waits for its end.
 *
 * ORDER
 *     What an edge hands out at once leaves as one write, one TLS record; two writes are never
 *     joined by the memory transport, and by sockets only as TCP itself joins.
 */
#ifndef NET_NET_H
#define NET_NET_H

#include "smtp/edge.h"

struct net_end;
struct net_conn; /* a transport's connection, while an end has one */
struct net_timer;

struct net_end {
    struct smtp_edge *edge;
    void (*step)(struct net_end *end, uint64_t now_ms);
    void (*gone)(struct net_end *end, uint64_t now_ms); /* the connection is over; may be NULL */
    struct net_conn *conn;                              /* set by the transport */
};

struct net_world {
    const struct net_world_ops {
        uint64_t (*now)(
            struct net_world *world); /* milliseconds, begins anywhere, never goes back */
        /*
         * Runs until *stop is true or nothing can ever move again. In memory the clock leaps to the
         * next deadline when nothing can move; nothing to move and no deadline while *stop is false
         * is an error of ours: false.
         */
        bool (*run)(struct net_world *world, const bool *stop);
        /* Calls timer->done at timer->at_ms, once; one that is set is set again. */
        void (*timer)(struct net_world *world, struct net_timer *timer);
        void (*timer_stop)(struct net_world *world, struct net_timer *timer); /* if it is set */
    } * ops;
};

/* A timer that belongs to nobody's edge (a run's own limit); done(arg) at the time, once. */
struct net_timer {
    uint64_t at_ms;
    void (*done)(struct net_timer *timer, uint64_t now_ms);
    void *state; /* the transport's */
};

/*
 * Opens connections. dial() answers at once; the end's step() is called when it is connected, or
 * gone() with edge->end == SMTP_END_REFUSED when no address answered. `why` after a refusal: a text
 * for people, good until the next dial.
 */
struct net_dialler {
    const struct net_dialler_ops {
        void (*dial)(struct net_dialler *dialler, struct net_end *end);
    } * ops;
    const char *why;
};

/* The edge of an end was changed outside of step(): look at its wants again. */
void net_kick(struct net_end *end);

#endif
