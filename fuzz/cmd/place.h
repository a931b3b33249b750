/*
 * NAME
 *     place.h: where a run takes place: the target self in memory, or sockets
 */
#ifndef FUZZ_CMD_PLACE_H
#define FUZZ_CMD_PLACE_H

#include "blackbox/site.h"
#include "net/tls.h"
#include "net/uv.h"
#include "target/target.h"

struct place_plan {
    const char *host; /* NULL: self */
    uint16_t port;
    enum player_mode mode;
    const char *ca;
    bool insecure;
    const char *mutant, *mutants; /* of self; NULL: the reference */
    uint64_t timeout_ms;
    struct place
        *beside; /* another one on sockets, which is closed last: one loop for both; or NULL */
};

struct place {
    struct site site; /* where to, when, and how long; the caller adds who */
    bool stop;

    /* its own */
    struct target_self *self;
    struct mutant_list *list;
    struct net_uv *uv;
    bool shares_uv;
    struct net_tls_context *context;
    struct player_tls tls;
    char why[512];
};

/* False: place->why. Close it in both cases. */
bool place_open(struct place *p, const struct place_plan *plan);
void place_close(struct place *p);

#endif
