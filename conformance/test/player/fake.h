/*
 * NAME
 *     fake.h: a server that does what a script says
 *
 * DESCRIPTION
 *     A script is a text of lines, played one after the other, a script for each connection in the
 *     order in which they are opened. A connection without a script is refused.
 *
 *         say TEXT     the text and CRLF             raw TEXT    the text alone; \r \n \0 \xHH
 *         line         waits for an LF               octets N    waits for so many octets
 *         wait MS      does nothing for so long      flood TEXT  says it again and again, for ever
 *         close        says nothing more             reset       breaks off
 *         tls          begins a handshake            deaf        reads no more
 *
 *     Behind its end any line is answered 221, and then it closes; "hold" as the last line: never.
 */
#ifndef FAKE_H
#define FAKE_H

#include "net/mem.h"
#include "player/player.h"

enum { FAKE_CONNS = 4, FAKE_HEARD = 65536 };

struct fake {
    struct net_dialler dialler; /* first */
    struct net_mem *mem;
    const char *scripts[FAKE_CONNS];
    unsigned dialled;
    bool tls;      /* connections are wrapped */
    bool implicit; /* and begin with TLS */
    /* what was heard, in order: "1:EHLO a\r\n|" for each read, "1#|" for an end, "1!|" for a reset
     */
    char heard[FAKE_HEARD];
    size_t heard_length;
    uint64_t octets; /* heard in all */
    unsigned gone;
};

void fake_init(struct fake *fake, struct net_mem *mem);

/* The player's side of the fake's certificate. */
const struct player_tls *fake_tls(void);

#endif
