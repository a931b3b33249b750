/*
 * NAME
 *     site.h: the server that is fuzzed, and how to get there
 *
 * DESCRIPTION
 *     A world with a clock, a dialler and TLS (net/net.h): sockets and the target self are the same
 *     to what stands in this folder.
 */
#ifndef FUZZ_BLACKBOX_SITE_H
#define FUZZ_BLACKBOX_SITE_H

#include "player/player.h"

enum { SITE_RCPTS = 3 };

struct site {
    struct net_world *world;
    struct net_dialler *dialler;
    const struct player_tls *tls; /* NULL: none can be had */
    enum player_mode mode;
    const char *me, *from;        /* our name for EHLO; the sender */
    const char *rcpt[SITE_RCPTS]; /* the only mailboxes that may get mail */
    size_t rcpt_count;            /* 0: no message is sent */
    uint64_t timeout_ms;          /* how long a reply may take */
    uint64_t quiet_ms;            /* so long nothing: nothing more will come */
    uint64_t cut_ms;              /* between two writes that must not be joined */
    uint64_t pace_ms;             /* between two connections; 0: as fast as can be */
    uint64_t due_ms;              /* when the next may be opened; its own */
    bool (*interrupted)(void);    /* the user wants an end; NULL: never */
    bool *stop;                   /* what the world runs for; an interrupt sets it too */
    size_t connections;           /* opened so far */
};

/* Waits until the next connection may be opened. False: interrupted. */
bool site_await(struct site *site);

/* The world goes on for so long. False: interrupted. */
bool site_sleep(struct site *site, uint64_t ms);

/* Runs the world until *over, or, if it is told to end, until *asked has been answered: `ask` is
 * called then, once. */
bool site_run(struct site *site, const bool *over, void (*ask)(void *arg), void *arg);

#endif
