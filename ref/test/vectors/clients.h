/*
 * NAME
 *     clients.h: what a client says to a server's octets
 *
 * DESCRIPTION
 *     The verdict is the words that begin the lines it says, "text" for the text of a message, the
 *     outcome of the transaction, "auth:CODE" for the end of an exchange, "CLOSED" or "CLOSED:FAULT".
 *     The same for every segmentation, or false. The text, undone by the receiver's codec, has to be what
 *     the caller gave, ended by CRLF: else "another text".
 */
#ifndef CLIENTS_H
#define CLIENTS_H

#include "streams.h"

struct client_way {
    const char *kind;
    const char *mechanism; /* AUTH first; NULL: no */
    bool mails;
};

/* Ended by a row without a kind. */
extern const struct client_way client_ways[];

bool stream_client(smtp_span server, const struct client_way *way, smtp_span text,
                   struct verdict *out);

#endif
