/*
 * NAME
 *     session.h: `smtpref send -bs`, an SMTP session on standard input and output
 *
 * DESCRIPTION
 *     As sendmail(8) does for mail readers that would rather talk than write a file. Who runs us is
 *     the client, and may send to whom he likes.
 */
#ifndef SEND_SESSION_H
#define SEND_SESSION_H

#include "drive/submit.h"

/* Until the session is over; the exit status. */
int session_run(const struct drive_submit_config *config);

#endif
