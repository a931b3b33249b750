/*
 * NAME
 *     hop_parts.h: what the files of the next hop share
 */
#ifndef CONFORMANCE_PLAYER_HOP_PARTS_H
#define CONFORMANCE_PLAYER_HOP_PARTS_H

#include "player/hop.h"
#include "player/inbox.h"
#include "player/octets.h"
#include "player/stream.h"
#include "smtp/wire.h"

enum { HOP_BUFFER = 16384, HOP_TEXT_MAX = 64 << 20 };

enum hop_unit { HOP_NOTHING, HOP_COMMAND, HOP_MESSAGE };

struct hop_conn {
    struct net_end end; /* first: a connection is its own end */
    struct smtp_edge edge;
    struct hop *hop;
    struct player *player; /* whose it is; NULL: nobody's */
    struct hop_conn *next; /* of those that are parked */
    bool parked;
    unsigned number;   /* in its file */
    struct vars *vars; /* of the player's lines */
    struct stream stream;
    struct vars nobody; /* has no variables: for what is said to nobody's */
    enum { HOP_LINES, HOP_TEXT, HOP_CHUNK } reading;
    struct smtp_dot dot;
    uint64_t chunk;     /* octets of it that are still to come */
    bool last;          /* it is the last one */
    struct octets text; /* of the message */
    bool whole;         /* it has come to its end */
    bool lost;          /* there was no memory for it */
    bool greeted, stepping;
    bool dirty;  /* changed since its transport has looked at it */
    size_t seen; /* octets of the input that are logged */
};

/* What comes next: a command without its CRLF, or a text. It stays until it is taken. */
enum hop_unit hop_conn_peek(struct hop_conn *c, smtp_span *out);
void hop_conn_take(struct hop_conn *c, enum hop_unit unit);

/* Says a step's octets. False: no memory. */
SMTP_CHECK bool hop_conn_say(struct hop_conn *c, const struct scenario_step *step);

/* Behind "DATA" that got its 354, and behind "BDAT". False: that has no size. */
void hop_conn_read_text(struct hop_conn *c);
SMTP_CHECK bool hop_conn_read_chunk(struct hop_conn *c, smtp_span command);

/* Hands out what may leave. True: all has. */
bool hop_conn_fill(struct hop_conn *c, uint64_t now_ms);

bool hop_conn_is_over(const struct hop_conn *c); /* nothing more will come */

/* Takes what comes next, whatever it is, and says that all is well. False: nothing has come. */
bool hop_conn_swallow(struct hop_conn *c, uint64_t now_ms);

#endif
