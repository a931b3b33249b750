/*
 * NAME
 *     observer.h: a second, independent reading of the protocol
 *
 * DESCRIPTION
 *     Watches both directions of one connection and reports what breaks a rule that holds in every
 *     conversation, each with its requirement ids. It parses by itself what it needs of commands
 *     and keeps its own table of legal codes (RFC 5321 4.3.2); it never reads the sequencing table
 *     that it judges. The player feeds it; captures and fuzz harnesses do the same later.
 *
 *     Octets may come in any pieces; the findings are the same for all of them.
 */
#ifndef CONFORMANCE_OBSERVER_H
#define CONFORMANCE_OBSERVER_H

#include "scenario/scenario.h"

struct observer;

struct observer_rule {
    const char *name;       /* "reply-line-ends-in-crlf" */
    const char *const *req; /* NULL-terminated */
    enum scenario_level level;
    char side;        /* whom it binds: 'S' or 'C' */
    const char *text; /* what the rule says */
};

/* All rules, ended by a NULL name. */
extern const struct observer_rule observer_rules[];

/* Told at once about each finding; why and bytes are good during the call. */
typedef void observer_report(void *arg, const struct observer_rule *rule, const char *why,
                             smtp_span bytes);

struct observer *observer_new(observer_report *report, void *arg);
void observer_free(struct observer *o);
/* One that goes on from here by itself; NULL: no memory. */
struct observer *observer_copy(const struct observer *o);

void observer_client(struct observer *o, smtp_span octets,
                     uint64_t now_ms); /* what the client sent */
void observer_server(struct observer *o, smtp_span octets,
                     uint64_t now_ms);          /* what the server sent */
void observer_tls(struct observer *o, bool up); /* octets travel in TLS from here */
/* 'C' or 'S' closed; 'R': the connection broke, and octets may be lost that had been sent */
void observer_end(struct observer *o, char who, uint64_t now_ms);

/*
 * What the client side means can be unclear when it sends what no rule frames (half commands, text
 * without 354): the observer then says nothing about counts any more.
 */

#endif
