/*
 * NAME
 *     hop.h: a next hop in memory that says what it is told to say
 *
 * DESCRIPTION
 *     The first saying is its greeting; each command line, and each text behind a 354, brings the
 *     next. So it answers by number and not by sense: the test knows the commands that will come.
 *     Sayings may hold several replies. HOP_SILENT: nothing more, for ever; HOP_CLOSE and
 *     HOP_RESET end the connection.
 */
#ifndef HOP_H
#define HOP_H

#include "net/mem.h"

#define HOP_SILENT NULL
#define HOP_CLOSE ""
#define HOP_RESET "!"

enum { HOP_SAYINGS = 16, HOP_TEXT = 1 << 19 };

struct hop {
    struct net_dialler dialler; /* first: each dial is a connection to the hop */
    struct net_mem *mem;
    /* what it is told */
    bool refuses; /* the connection */
    const char *const *sayings;
    uint64_t hold_ms; /* so long after 354 it reads nothing */
    bool *gone;       /* set true when the connection is over */
    /* what it saw */
    size_t dials;
    char heard[2048]; /* the commands, without CRLF, '|' between them */
    char text[HOP_TEXT];
    size_t heard_n, text_n;
    bool texts_end; /* its last line came */
    enum smtp_end how;
    /* its own */
    struct net_end end;
    struct smtp_edge edge;
    struct net_timer timer;
    size_t turn;
    bool greeted, in_text, mute;
    char in[4096], out[1024];
};

void hop_init(struct hop *hop, struct net_mem *mem, const char *const *sayings);

#endif
