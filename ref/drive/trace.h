/*
 * NAME
 *     trace.h: the lines that a receiver puts on top of a message
 *
 * DESCRIPTION
 *     Return-Path and Received of RFC 5321 4.4, each ended by CRLF, as smtp/received.h prints them.
 *     Pure: the time is an argument.
 */
#ifndef DRIVE_TRACE_H
#define DRIVE_TRACE_H

#include "smtp/received.h"

enum { TRACE_MAX = 2048 }; /* holds every trace of a session with the usual limits */

struct trace {
    smtp_span sender; /* the Mailbox of MAIL; empty: the null reverse-path */
    smtp_span
        hello; /* the argument of EHLO or HELO; no domain or literal: the peer stands for it */
    smtp_span
        recipient;    /* the Mailbox of RCPT when there is exactly one; else empty: no For clause */
    const char *peer; /* the client's address, as text */
    const char *name; /* ours */
    const char *id;   /* an Atom */
    bool extended;    /* EHLO, not HELO */
    bool secure;      /* inside TLS */
    bool relayed;     /* not stored here: no Return-Path (RFC 5321 4.4) */
    bool authenticated, utf8, lmtp; /* by AUTH; with the parameter SMTPUTF8; LHLO */
    int64_t seconds;                /* since 1970, UTC */
    int zone_minutes;               /* east of UTC */
};

/* Prints the fields; returns the room needed, as all prints do. */
size_t trace_print(smtp_room to, const struct trace *t);

/* The address literal of an address: "[192.0.2.1]", "[IPv6:2001:db8::1]", without a zone. */
size_t trace_print_literal(smtp_room to, const char *address);

/* Where local time stands now, in minutes east of UTC. */
int trace_zone_at(int64_t seconds);

#endif
