/*
 * NAME
 *     rewrite.h: an end whose octets are rewritten between it and the wire
 *
 * DESCRIPTION
 *     Wraps an end: what the server is about to write, and what it is about to read, goes through
 *     the mutant's regular expressions first, a write at a time. The session does not know.
 */
#ifndef CONFORMANCE_REWRITE_H
#define CONFORMANCE_REWRITE_H

#include "net/net.h"
#include "target/mutant.h"

/* The end for the transport. It is freed by itself after gone(). NULL: no memory. */
struct net_end *rewrite_wrap(const struct mutant *mutant, struct net_end *inner);

/* The same for the client that speaks to the next hop. */
struct net_end *rewrite_wrap_onward(const struct mutant *mutant, struct net_end *inner);

/* Replaces every match in the octets; returns their new number. What does not fit into `room` is left. */
size_t rewrite_octets(const struct mutant_rewrite *rewrite, char *at, size_t n, size_t room);

#endif
