/*
 * NAME
 *     probe.h: the first contact with a server
 *
 * SYNOPSIS
 *     struct probe *p = probe_start(&plan, world, dialler, &stop);
 *     run the world until probe_is_over(p); probe_result(p); probe_free(p)
 *
 * DESCRIPTION
 *     Connects, reads the greeting and the answer to EHLO (HELO where EHLO is unknown), with
 *     PLAYER_STARTTLS also STARTTLS, the handshake and EHLO again, logs in if the plan has a user,
 *     and says QUIT: all within one time. It tells apart a server that cannot be tested, one that
 *     says that it gives no service (554), and one that can be asked. Nothing is judged here: it is
 *     no scenario.
 *
 * LIFETIME
 *     The plan, its texts, and stop outlive the probe. A probe that is not over may be freed only
 *     when its world is gone.
 */
#ifndef CONFORMANCE_CMD_PROBE_H
#define CONFORMANCE_CMD_PROBE_H

#include "player/player.h"

enum probe_fate {
    PROBE_FINE,
    PROBE_DENIED, /* 554 in place of a greeting: RFC 5321 3.1 */
    PROBE_FAILED
};

struct probe_plan {
    const struct player_tls *tls;
    enum player_mode mode;
    bool lmtp;                   /* LHLO in place of EHLO */
    const char *me;              /* for EHLO */
    const char *user, *password; /* NULL: no log in */
    uint64_t timeout_ms;         /* for all of it */
    const char *where;           /* "smtp://HOST:PORT", for messages */
};

struct probe_result {
    enum probe_fate fate;
    bool connected;                  /* whether there ever was a connection */
    char why[640];                   /* FAILED, DENIED: a sentence, with `where` in front */
    const char *greeting;            /* first line without CRLF; NULL: none came */
    const char *name;                /* its first word; NULL: none */
    const char *const *ehlo;         /* NULL-terminated; with STARTTLS, if it was used */
    const char *const *listed;       /* the same as the server said it last */
    const char *const *listed_clear; /* and before STARTTLS; NULL: it was not used */
    const char *tls_version;         /* NULL: none */
};

struct probe;

/* *stop is set to true when it is over. NULL: no memory. */
struct probe *probe_start(const struct probe_plan *plan, struct net_world *world,
                          struct net_dialler *dialler, bool *stop);
bool probe_is_over(const struct probe *probe);

/* Good until probe_free(). */
const struct probe_result *probe_result(const struct probe *probe);
void probe_free(struct probe *probe);

#endif
