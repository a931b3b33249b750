/*
 * NAME
 *     net/pump.h: the role-blind pump between an edge and a transport
 *
 * DESCRIPTION
 *     The transport keeps a pump for each connection and tells it what happened (pump_read,
 *     pump_wrote, pump_ended, pump_time); the pump tells the edge, calls the end's step(), then
 *     looks at the edge's wants and asks the transport for what is due: one write at a time,
 *     reading or not, half-close, close, reset, a timer. That is all of it, and it is the same for
 *     memory and sockets.
 *
 *     A write may be answered in parts; its rest is then written again. A deadline is told once:
 *     an edge that wants to be called again moves it. TLS is a filter's business (net/tls.h):
 *     where there is none, a handshake that is wanted fails.
 */
#ifndef NET_PUMP_H
#define NET_PUMP_H

#include "net/net.h"

struct net_conn {
    const struct net_conn_ops {
        void (*write)(struct net_conn *conn,
                      smtp_span octets); /* one write; answered by pump_wrote */
        void (*reading)(struct net_conn *conn, bool on);
        void (*shut)(struct net_conn *conn);  /* no more octets from us */
        void (*close)(struct net_conn *conn); /* then pump_gone, after the call has come back */
        void (*reset)(struct net_conn *conn); /* then pump_gone, after the call has come back */
        void (*timer)(struct net_conn *conn, uint64_t at_ms); /* SMTP_NEVER = none */
        uint64_t (*now)(struct net_conn *conn);
    } * ops;
    struct net_end *end;
    bool writing, reading, shut, closing;
    bool stepping, again; /* a kick inside of step() waits for its end */
    size_t left; /* of the write that is being made; what the edge adds meanwhile is another */
    uint64_t timer_ms; /* asked of the transport last */
};

void pump_open(struct net_conn *conn, struct net_end *end); /* connected: first step */
void pump_read(struct net_conn *conn, size_t n); /* n octets were put into smtp_edge_room() */
void pump_wrote(struct net_conn *conn, size_t n);
void pump_ended(struct net_conn *conn, enum smtp_end how);
void pump_time(struct net_conn *conn); /* the timer fired */
void pump_gone(struct net_conn *conn); /* last call */

#endif
