/*
 * NAME
 *     addressed.h: sender and recipients, made of what the user wrote
 *
 * DESCRIPTION
 *     Addresses may be written with a display name or angle brackets; one without a domain is at this host. A domain
 *     becomes A-labels unless the local-part needs SMTPUTF8 anyhow (RFC 6531 3.2).
 */
#ifndef SEND_ADDRESSED_H
#define SEND_ADDRESSED_H

#include "message.h"
#include "send_options.h"

struct addressed {
    struct drive_mail mail;
    char **mailboxes; /* what the spans of the mail point to, and the sender behind them */
    char *sender;
    size_t room;
};

/* 0, or the exit status: it has been said why. Free it in both cases. */
int addressed_make(struct addressed *out, const struct send_options *o, smtp_span message);
void addressed_free(struct addressed *addressed);

#endif
