/*
 * NAME
 *     octets.h: octets that grow
 *
 * LIFETIME
 *     All zeros is an empty one. What it holds moves when it grows, and is freed by free(p).
 */
#ifndef CONFORMANCE_PLAYER_OCTETS_H
#define CONFORMANCE_PLAYER_OCTETS_H

#include "smtp/span.h"

struct octets {
    char *p;
    size_t n, room;
};

/* False: no memory, and nothing was added. */
SMTP_CHECK bool octets_add(struct octets *to, smtp_span octets);

#endif
