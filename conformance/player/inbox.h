/*
 * NAME
 *     inbox.h: messages that were delivered, for @inbox and the M lines
 *
 * DESCRIPTION
 *     Who finds a message puts it in: a target in memory, a next hop, or look(), which reads a
 *     store. Kept are messages with a nonce that somebody has said to expect, and no others: so a
 *     case says it before it sends anything. (A case that is played twice on one inbox needs another
 *     nonce the second time, so another seed.)
 *
 *     Line ends are CRLF here. A store that keeps lines with LF (`lf`) has lost what tells CRLF from
 *     LF: its messages are compared with line ends normalised, a lone LF of the sender being CRLF
 *     too.
 *
 * LIFETIME
 *     A message stays until the inbox is freed.
 */
#ifndef CONFORMANCE_INBOX_H
#define CONFORMANCE_INBOX_H

#include "smtp/span.h"

struct inbox_message {
    struct inbox_message *next;
    smtp_span mailbox, octets; /* octets: lines end with CRLF */
    bool lf;                   /* they did not in the store */
};

struct inbox_nonce;

struct inbox {
    /* Puts in what has come since the last call; NULL: it comes by itself. False: *why. */
    bool (*look)(struct inbox *inbox, void *arg, const char **why);
    /* Whether mail to it can be seen; NULL: all of it. */
    bool (*sees)(void *arg, smtp_span mailbox);
    void *arg;
    uint64_t wait_ms; /* how long a message may take to come */
    bool prompt;      /* what is accepted comes within that time: what has not come is lost */
    struct inbox_nonce *nonces;
    struct inbox_message *first, **last;
};

void inbox_init(struct inbox *inbox);
void inbox_free(struct inbox *inbox); /* what is in it */

/* Messages with these octets are kept from now on. False: no memory. */
SMTP_CHECK bool inbox_expect(struct inbox *inbox, smtp_span nonce);

/* A message for that mailbox; `lf`: its lines end with LF. False: no memory. */
SMTP_CHECK bool inbox_put(struct inbox *inbox, smtp_span mailbox, smtp_span octets, bool lf);

/* The next message behind `before` (NULL: the first) in the mailbox that has the nonce; NULL: none. */
const struct inbox_message *inbox_next(const struct inbox *inbox,
                                       const struct inbox_message *before, smtp_span mailbox,
                                       smtp_span nonce);

/* How many there are. */
size_t inbox_count(const struct inbox *inbox, smtp_span mailbox, smtp_span nonce);

/* Whether the octets stand somewhere in those. */
bool inbox_holds(smtp_span octets, smtp_span wanted);

#endif
