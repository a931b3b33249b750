/*
 * NAME
 *     hop.h: we, the next hop of a relay under test (HC and HS lines)
 *
 * DESCRIPTION
 *     A run that is a next hop has one struct hop, and whoever listens asks it for an end for each
 *     connection that comes. Cases with HC lines are played one after the other; the one that is
 *     being played gets the connections in the order of its numbers, HC first, HC2 next. Its lines
 *     have no order against those of C and S: a relay may answer a message before it hands it on,
 *     or after.
 *
 *     A relay that goes on in the same session says the lines of the next number there, from MAIL on.
 *
 *     Mail of others comes too: what an earlier case left in the relay's queue. So all mailboxes of a
 *     case with HC lines hold its {nonce}. A transaction without it, and what comes when nobody waits
 *     for it or the case has ended, is taken as it is, so that it does not come again. A connection
 *     that comes while another has not shown yet whose it is has to wait for our greeting.
 *
 *     Nothing says how long a relay may keep a message: no connection, and silence on one, is
 *     inconclusive when wait_ms are over, or the timeout of the file if that is longer.
 *
 *     hop.c         cases that wait, connections that come, what is nobody's
 *     hop_conn.c    one connection: octets, commands and texts
 *     hop_play.c    turns, and whose connection it is
 *     hop_talk.c    the lines of one connection
 *     hop_match.c   which row takes what comes
 *
 * BUGS
 *     The next hop has no TLS, and reads no exact octets: HC= and @tls under HC are not played.
 */
#ifndef CONFORMANCE_PLAYER_HOP_H
#define CONFORMANCE_PLAYER_HOP_H

#include "net/net.h"

struct player;
struct hop_conn;

struct hop {
    const char *domain;      /* all mail for it comes to us; borrowed */
    uint64_t wait_ms;        /* how long a relay may take to say something */
    struct player *first;    /* whose turn it is; those behind it wait: player->hop.next */
    struct hop_conn *parked; /* connections that wait for our greeting */
};

/* The end that serves a connection of the relay, and frees itself when it is gone. NULL: no memory. */
struct net_end *hop_came(struct hop *hop);

#endif
