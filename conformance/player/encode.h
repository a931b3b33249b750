/*
 * NAME
 *     encode.h: octets as text
 *
 * DESCRIPTION
 *     Base64 for AUTH, and octets of the peer made fit for a sentence.
 */
#ifndef CONFORMANCE_PLAYER_ENCODE_H
#define CONFORMANCE_PLAYER_ENCODE_H

#include "smtp/span.h"

/* How many octets encode_base64() writes for n octets. */
size_t encode_base64_size(size_t n);

/* RFC 4648 section 4, without NUL; returns the length. */
size_t encode_base64(smtp_span octets, char *out);

/*
 * The first line of the octets between quotes, what is not printable as \xHH, cut with dots where
 * it does not fit. `size` is at least 16; always ends with NUL.
 */
void encode_quote(smtp_span octets, char *out, size_t size);

/* All of the octets, each line end and what is not printable as in a string of the notation. */
void encode_octets(smtp_span octets, char *out, size_t size);

#endif
