/*
 * NAME
 *     return_path.h: takes Return-Path fields out of a text on its way into a mailbox
 *
 * DESCRIPTION
 *     RFC 5321 4.4: exactly one return path SHOULD be there when a message is delivered, and who
 *     makes final delivery MAY remove those that came with it before he adds his own. Nobody else
 *     looks into the text. Only the header section is read: it ends with the first line that is no
 *     field, the empty one above all (RFC 5322 2.1). A filter begins zeroed; the same octets in
 *     whatever pieces come out the same.
 */
#ifndef RETURN_PATH_H
#define RETURN_PATH_H

#include "smtp/span.h"

enum { RETURN_PATH_HELD = 12 }; /* "Return-Path:" */

struct return_path {
    char held[RETURN_PATH_HELD]; /* the start of a line that may become the name */
    unsigned char held_n;
    unsigned char phase;
    bool dropping; /* this field: its lines that are folded go too */
    bool colon;    /* the line is a field, or goes on with one */
    bool cr;       /* the last octet was CR */
};

/*
 * Takes octets off the front of *in; true: *out holds octets that stay, from *in or from the filter
 * (good until the next call). False: *in is empty. At most RETURN_PATH_HELD octets more than came in
 * a piece come out of it.
 */
bool return_path_next(struct return_path *f, smtp_span *in, smtp_span *out);

/* The header section is over: all that comes stays. */
bool return_path_is_done(const struct return_path *f);

/* The text has ended: what is still held back. */
smtp_span return_path_end(struct return_path *f);

#endif
