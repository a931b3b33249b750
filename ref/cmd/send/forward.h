/*
 * NAME
 *     forward.h: a store that sends each message on at once
 *
 * DESCRIPTION
 *     What `smtpref send -bs` is told goes the way of drive/submit.h before it is answered: 250 when
 *     all recipients have it, 554 when one never will, else 451. So nothing is kept here, and nothing
 *     is lost. What became of those who did not get it stands on standard error.
 */
#ifndef SEND_FORWARD_H
#define SEND_FORWARD_H

#include "drive/serve.h"
#include "drive/submit.h"

/* The config outlives it. NULL: no memory. */
struct drive_store *forward_new(struct net_uv *uv, const struct drive_submit_config *config);

/* Gives up what is under way, as drive_submit_stop(). */
void forward_stop(struct drive_store *store);

#endif
