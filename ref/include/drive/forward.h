/*
 * NAME
 *     drive/forward.h: mail that was accepted, on its way to a next hop
 *
 * SYNOPSIS
 *     parcel = drive_parcel_new(sender, &params)       from what MAIL said
 *     drive_parcel_add(parcel, mailbox, &params)       for each RCPT
 *     drive_forward_send(forward, parcel, text)        tried until all recipients have a result
 *
 * DESCRIPTION
 *     Each parcel goes to the next hop on a connection of its own; recipients that are refused for
 *     now are tried again (RFC 5321 4.5.4.1), until give_up_ms are over. Parameters go along where
 *     the next hop offers them (RFC 3461 5.2.1, 5.2.2; RFC 6152 3; RFC 6531 3.2). A text whose encoding
 *     is binary although MAIL did not say BODY=BINARYMIME fails without a try (RFC 3030 3). When every
 *     recipient has a result, ended() is told: to report what failed is its business (RFC 5321 6.1).
 *
 * LIFETIME
 *     What the config points to, world and dialler outlive the forward. It is freed before the world
 *     is; parcels whose connection is open go with that. One thread, the loop's.
 *
 * BUGS
 *     Parcels lie in memory and are lost with the process: whoever says 250 for one is to be
 *     believed as long as it runs. In clear.
 */
#ifndef DRIVE_FORWARD_H
#define DRIVE_FORWARD_H

#include "drive/submit.h"

struct drive_forward;
struct drive_parcel;

struct drive_forward_config {
    const char *name;                        /* ours, for EHLO */
    const char *host;                        /* the next hop's, for results */
    const struct smtp_client_limits *limits; /* NULL: smtp_client_limits_default */
    uint64_t retry_ms, give_up_ms;           /* RFC 5321 4.5.4.1: 30 minutes, 4 to 5 days */
    unsigned ignore;                         /* bits of enum smtp_keyword not to be used */
    /* All recipients have a result: DELIVERED, NEVER, or LATER when it was given up. NULL: nobody. */
    void (*ended)(void *arg, const struct drive_mail *mail, smtp_span text);
    void *arg;
};

/* NULL: no memory. */
struct drive_forward *drive_forward_new(struct net_world *world, struct net_dialler *dialler,
                                        const struct drive_forward_config *config);
void drive_forward_free(struct drive_forward *forward); /* NULL: nothing */

/* NULL: no memory. The spans are copied. */
struct drive_parcel *drive_parcel_new(smtp_span sender, const struct smtp_mail_params *params);
SMTP_CHECK bool drive_parcel_add(struct drive_parcel *parcel, smtp_span mailbox,
                                 const struct smtp_rcpt_params *params);
size_t drive_parcel_count(const struct drive_parcel *parcel); /* recipients */
void drive_parcel_free(struct drive_parcel *parcel); /* one that is not sent; NULL: nothing */

/* Sends it with a copy of the text, its trace on top. The parcel is the forward's, whatever happens.
 * False: no memory. */
SMTP_CHECK bool drive_forward_send(struct drive_forward *forward, struct drive_parcel *parcel,
                                   smtp_span text);

#endif
