/*
 * NAME
 *     receiver.h: the next hop, which takes everything
 *
 * DESCRIPTION
 *     A server for LMTP (RFC 2033) and SMTP on one connection, for a target that hands its mail on:
 *     every sender, recipient and text, by DATA or BDAT, is accepted and put into an inbox, for each
 *     recipient once. As the one who makes final delivery it puts Return-Path on top in place of
 *     any that came (RFC 5321 4.4), and no Received, for those are what is looked at. It judges
 *     nothing.
 */
#ifndef CONFORMANCE_PLAYER_RECEIVER_H
#define CONFORMANCE_PLAYER_RECEIVER_H

#include "net/net.h"
#include "player/inbox.h"

/* An end to be served, which frees itself when it is gone. `name` is ours. NULL: no memory. */
struct net_end *receiver_new(struct inbox *inbox, const char *name);

#endif
