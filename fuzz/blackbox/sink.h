/*
 * NAME
 *     sink.h: the next hop of a relay, which keeps every octet
 *
 * DESCRIPTION
 *     An SMTP server without extensions that takes everything and keeps each text as it came, periods not
 *     undoubled, up to and with the CRLF.CRLF that ends it (RFC 5321 4.1.1.4). A relay that ends a text
 *     where its own client did not has the rest taken for commands: those that no relay says (NOOP) are
 *     counted, and belong to the text before them.
 */
#ifndef FUZZ_BLACKBOX_SINK_H
#define FUZZ_BLACKBOX_SINK_H

#include "net/net.h"
#include "player/octets.h"

struct sink_text {
    struct sink_text *next;
    struct octets octets;
    bool whole;     /* its end has come */
    size_t strange; /* commands behind it that no relay says */
};

struct sink {
    struct sink_text *first, **last;
    size_t count, whole;
    bool lost; /* no memory for something */
};

void sink_init(struct sink *sink);
void sink_free(struct sink *sink);

/* The end that serves a connection; it frees itself. NULL: no memory. */
struct net_end *sink_end(struct sink *sink);

/* The text with that word in it; NULL: none has come. */
const struct sink_text *sink_find(const struct sink *sink, smtp_span word);

/* What stands behind the header of such a text, or nothing. */
smtp_span sink_body(const struct sink_text *text);

#endif
