/*
 * NAME
 *     deliver.h: from the session of self to the mailboxes
 *
 * DESCRIPTION
 *     Keeps the envelope and the text of a transaction as the session takes them; at the end of data
 *     it puts the message, Return-Path and Received on top (RFC 5321 4.4), into the inbox for each
 *     recipient. Each slip of a mutant (mutant.h) is a named point here; without one there is none.
 */
#ifndef CONFORMANCE_DELIVER_H
#define CONFORMANCE_DELIVER_H

#include "player/inbox.h"
#include "smtp/server.h"
#include "target/mutant.h"

/* Local-parts that stand for tester and tester2 (RFC 5321 3.9). */
#define DELIVER_LIST "team"
#define DELIVER_ALIAS "friends"

enum { DELIVER_NAME_MAX = 320 };

/* Octets that grow; an empty one is all zeros. */
struct deliver_octets {
    char *p;
    size_t n, room;
    bool failed; /* for want of memory: it stays as it is */
};

struct delivery {
    struct inbox *inbox;
    enum mutant_slip slip;
    const struct mutant_rewrite *notice; /* what a mutant makes of notices; NULL: nothing */
    const char *host, *domain;           /* ours */
    struct deliver_octets hello, sender, text;
    struct deliver_octets mail_params, asked; /* deliver_notice.c */
    bool sender_is_ours;                      /* there is a mailbox for notices; set before MAIL */
    bool is_lost; /* a mailbox that does not exist, and is taken; set before RCPT */
    struct deliver_octets recipients; /* mailboxes, a NUL behind each */
    size_t recipient_count;
    bool extended, secure, authenticated, utf8, lmtp, submission;
    bool chunks;     /* the text comes by BDAT */
    unsigned serial; /* of the message */
};

void deliver_init(struct delivery *d, struct inbox *inbox, const struct mutant *mutant,
                  const char *host, const char *domain);
void deliver_free(struct delivery *d); /* the session is over */

/* A command that is accepted; a recipient who is elsewhere is not told. */
void deliver_command(struct delivery *d, const struct smtp_command *cmd);

void deliver_text(struct delivery *d, smtp_span octets);

/* Whether a text that has come whole is taken. A submission server (RFC 6409) changes it here. */
enum smtp_fault deliver_judge(struct delivery *d);

/* The end of data, accepted or not. False: no memory. */
SMTP_CHECK bool deliver_end(struct delivery *d, bool accepted);

/* ---- shared with deliver_expand.c, deliver_notice.c, deliver_text.c and deliver_trace.c ---- */

void deliver_add(struct deliver_octets *to, smtp_span octets);
void deliver_free_octets(struct deliver_octets *octets);
smtp_span deliver_span(const struct deliver_octets *octets);

/* The next mailbox of the list at *at, which moves; empty at its end. */
smtp_span deliver_next(const struct deliver_octets *list, size_t *at);

/* Delivers to those that a list or an alias stands for. False: it is neither. */
SMTP_CHECK bool deliver_expand(const struct delivery *d, smtp_span mailbox, bool *good);

/* Whether the mailbox is an alias. */
bool deliver_is_alias(smtp_span mailbox);

/* What MAIL and RCPT ask for, for the notices. */
void deliver_note_mail(struct delivery *d, const struct smtp_command *cmd);
void deliver_note_rcpt(struct delivery *d, const struct smtp_command *cmd);

/* Whether the next recipient, of those at *at which moves, has no mailbox. */
bool deliver_is_lost(const struct delivery *d, size_t *at);

/* Tells the sender what is due to him. False: no memory. */
SMTP_CHECK bool deliver_notices(const struct delivery *d);

/* Return-Path and Received for one recipient, as they stand on top. */
void deliver_add_trace(const struct delivery *d, struct deliver_octets *to);

/* Received alone: who passes a message on is not its final delivery. */
void deliver_add_received(const struct delivery *d, struct deliver_octets *to);

/* The text, with what a slip does to it. */
void deliver_add_text(const struct delivery *d, struct deliver_octets *to);

#endif
