/*
 * NAME
 *     witness_end.h: the target's side of a witness run
 *
 * DESCRIPTION
 *     A list of acts for each connection, in the order in which the player opens them: so many
 *     octets are awaited, this is said, so long is waited. Behind the last act any line is taken
 *     for QUIT.
 */
#ifndef CONFORMANCE_PLAYER_WITNESS_END_H
#define CONFORMANCE_PLAYER_WITNESS_END_H

#include "net/mem.h"
#include "player/player.h"

enum act_kind { ACT_AWAIT, ACT_LINE, ACT_SAY, ACT_WAIT, ACT_TLS, ACT_CLOSE };

struct act {
    enum act_kind kind;
    uint64_t n; /* octets or milliseconds */
    char *p;    /* what is said; owned */
};

struct act_list {
    struct act *acts;
    size_t count, room;
};

enum { WITNESS_CONNS = 32 }; /* those of the file, and one for each @alive */

/* A relay's side: its connections to the next hop, 1 to 9, which it opens at once. */
struct witness_relay {
    struct act_list lists[10];
    bool used[10];
};

struct witness_dialler {
    struct net_dialler dialler; /* first */
    struct net_mem *mem;
    struct act_list lists[WITNESS_CONNS];
    size_t count, dialled;
    bool tls;
};

/* False: no memory. `p` of the act is freed with the list, or now. */
SMTP_CHECK bool act_add(struct act_list *list, struct act act);

/* Ready to be dialled; false and *why: no memory, no TLS. */
bool witness_dialler_start(struct witness_dialler *d, struct net_mem *mem, const char **why);
void witness_dialler_free(struct witness_dialler *d);

/* Opens the connections of the relay; false: no memory. */
SMTP_CHECK bool witness_relay_start(struct witness_relay *relay, struct net_mem *mem,
                                    struct hop *hop);
void witness_relay_free(struct witness_relay *relay);

/* The player's side of the process's one certificate. */
const struct player_tls *witness_tls(void);

#endif
