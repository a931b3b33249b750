/*
 * NAME
 *     envelope.h: the buffers of a transaction (RFC 5321 4.1.1.4), kept beyond the session's events
 */
#ifndef DRIVE_ENVELOPE_H
#define DRIVE_ENVELOPE_H

#include "drive/serve.h"

struct envelope {
    struct drive_envelope shown; /* what a store sees; its spans are the envelope's own */
    size_t room;                 /* recipients that there is memory for */
    struct kept *kept;
};

/* From what MAIL said. NULL: no memory. */
struct envelope *envelope_new(smtp_span sender, const struct smtp_mail_params *params);

/* Another recipient. False: no memory, and nothing has changed. */
SMTP_CHECK bool envelope_add(struct envelope *envelope, smtp_span mailbox,
                             const struct smtp_rcpt_params *params);

/* The recipient who was refused for `fault` and says more than it; NULL: none. */
const struct drive_recipient *envelope_refused(const struct envelope *envelope,
                                               enum smtp_fault fault);

void envelope_free(struct envelope *envelope); /* NULL: nothing */

#endif
