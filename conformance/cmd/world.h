/*
 * NAME
 *     world.h: where a run takes place
 *
 * DESCRIPTION
 *     The target self in memory, or sockets to a server; the same three things for both, and TLS.
 */
#ifndef CONFORMANCE_CMD_WORLD_H
#define CONFORMANCE_CMD_WORLD_H

#include "check_options.h"
#include "inboxes.h"
#include "net/tls.h"
#include "net/uv.h"
#include "target/target.h"

struct world {
    struct net_world *world;
    struct net_dialler *dialler;
    const struct player_tls *tls;
    void *loop;               /* the uv_loop_t; NULL in memory */
    struct target_self *self; /* NULL: a server on the net */

    /* its own */
    struct net_uv *uv;
    struct net_tls_context *context;
    struct player_tls uv_tls;
    struct player_hooks hooks;
    struct net_dialler *clear;
    struct inboxes inboxes;
    struct hop hop;
    struct net_uv_listener *hop_listener; /* NULL: we are nobody's next hop */
    char why[256];
};

/* False: *why. Close it in both cases; the options outlive it. */
bool world_open(struct world *world, struct check_options *options, const char **why);

/* What the run has beside the dialler: a port in clear, a server that denies, @stop and @kill, inboxes. */
void world_doors(struct world *world, struct player_run *run);
void world_close(struct world *world);

#endif
