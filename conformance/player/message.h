/*
 * NAME
 *     message.h: a message that was delivered, in parts
 *
 * DESCRIPTION
 *     Header fields one by one (RFC 5322 2.2), the body, and whether given octets are its tail.
 *     Lines end with CRLF. Nothing is copied but what a caller gives room for.
 */
#ifndef CONFORMANCE_MESSAGE_H
#define CONFORMANCE_MESSAGE_H

#include "smtp/span.h"

struct message_field {
    smtp_span name, value; /* value: from behind the colon, folds and all, without the last CRLF */
    smtp_span whole;       /* with its CRLF */
};

/*
 * The next field at or behind *at, which moves behind it. Lines that are no fields are passed over.
 * False: the header section has ended.
 */
bool message_next_field(smtp_span message, size_t *at, struct message_field *out);

/* The value on one line: a fold is one space, and no blanks stand around it. `out` holds value.n. */
size_t message_unfold(smtp_span value, char *out);

/* What follows the first empty line. */
smtp_span message_body(smtp_span message);

/* Each LF of `from` that has no CR in front gets one. `out` holds twice as many; returns the length.
 */
size_t message_crlf(smtp_span from, char *out);

/*
 * Whether the wanted octets are the tail of the message, and begin a line of it. False: *differs is
 * the offset in `wanted` of the first octet that is another, and *at its place in the message.
 */
bool message_has_tail(smtp_span message, smtp_span wanted, size_t *differs, size_t *at);

/* Whether the wanted message has only been given more fields: its own are there as they are and in
 * their order, and the body is the same (RFC 6409 8.1 to 8.3). */
bool message_has_all(smtp_span message, smtp_span wanted);

#endif
