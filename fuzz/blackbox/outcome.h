/*
 * NAME
 *     outcome.h: what a store has made of a text, in a word
 *
 * DESCRIPTION
 *     Compares what arrived with what the clause says should (periods undoubled behind CRLF, nothing else
 *     changed, RFC 5321 4.5.2). Both with CRLF and LF as one: a store that keeps lines with LF cannot
 *     tell them apart.
 */
#ifndef FUZZ_BLACKBOX_OUTCOME_H
#define FUZZ_BLACKBOX_OUTCOME_H

#include "player/octets.h"
#include "smtp/span.h"

/* "as sent", "cut off", "periods differ", "bare CR differs", "NUL differs", "changed" */
const char *outcome_of(smtp_span sent, smtp_span arrived);

/* What the clause makes of a text on the wire, without its end; CRLF as LF. False: no memory. */
SMTP_CHECK bool outcome_meant(smtp_span wire, struct octets *out);

/* Behind the header, CRLF as LF. False: no memory. */
SMTP_CHECK bool outcome_body(smtp_span message, struct octets *out);

#endif
