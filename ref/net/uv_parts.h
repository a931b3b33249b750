/*
 * NAME
 *     uv_parts.h: what the files of net/uv.h share
 */
#ifndef UV_PARTS_H
#define UV_PARTS_H

#include <uv.h>

#include "net/pump.h"
#include "net/uv.h"

struct uv_dial;

struct net_uv {
    struct net_world world; /* first */
    uv_loop_t loop;
    uv_timer_t timer; /* for the soonest of the timers */
    uv_prepare_t prepare;
    const bool *stop; /* while it runs */
    struct net_timer *timers;
    struct uv_conn *conns;
    struct uv_dial *dials;
    struct net_uv_listener *listeners;
    struct net_uv_dialler *diallers;
    bool freeing;
    char waste[65536]; /* what comes behind our own close */
};

uint64_t uv_clock(struct net_uv *uv);

/* ---- connections, linked into the world from new to the end of their handles ---- */

struct uv_conn {
    struct net_conn conn; /* first */
    struct net_uv *uv;
    struct uv_conn *next, *before;
    uv_tcp_t tcp;
    uv_timer_t timer;
    uv_connect_t connect;
    uv_write_t write;
    uv_shutdown_t shutdown;
    size_t write_n;
    int handles; /* that are not closed yet */
    bool reads;
    bool lost;   /* a write found a reset */
    bool closed; /* the handles are being closed */
};

struct uv_conn *uv_conn_new(struct net_uv *uv); /* NULL: no memory */
void uv_conn_open(struct uv_conn *c, struct net_end *end);
void uv_conn_drop(struct uv_conn *c); /* closes the handles; then gone() if it was open */

/* ---- what net_uv_free closes ---- */

void uv_dials_refuse(struct net_uv *uv);
void uv_diallers_free(struct net_uv *uv);

/* "127.0.0.1" and the like, of any address; at least UV_ADDRESS_MAX octets. */
enum { UV_ADDRESS_MAX = 64 };
void uv_print_address(const struct sockaddr *address, char *out);

#endif
