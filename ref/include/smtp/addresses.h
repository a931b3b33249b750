/*
 * NAME
 *     smtp/addresses.h: the addresses in a header field
 *
 * SYNOPSIS
 *     struct smtp_addresses list = smtp_addresses_of(body_of_To);
 *     while ((fault = smtp_addresses_next(&list, &address)) == SMTP_OK)
 *         n = smtp_print_address(room, &address);
 *     fault == SMTP_NOMATCH: that was all of them
 *
 * DESCRIPTION
 *     Reads the address-list of To, Cc, Bcc and From, folded as it stands in the header: display names,
 *     groups, comments, quoted strings, and the obsolete forms of RFC 5322 4.4, which a reader has to
 *     bear (routes, empty elements, blanks between the words). An address without "@" is one here,
 *     with an empty domain, for the caller to complete or to refuse.
 *     What is printed is the Mailbox of RFC 5321, without blanks and comments. Its length and whether a
 *     domain is one for SMTP, smtp_parse_mailbox() says.
 *
 * SEE
 *     RFC 5322 sections 3.2, 3.4 and 4.4; RFC 6532 (octets above 127 in words and comments).
 */
#ifndef SMTP_ADDRESSES_H
#define SMTP_ADDRESSES_H

#include "smtp/grammar.h"

struct smtp_addresses {
    struct smtp_cursor cursor; /* fault_at: the octet that broke the list */
    bool group;                /* between ":" and ";" */
};

struct smtp_address {
    smtp_span local, domain; /* as written, blanks and comments between their words included */
};

struct smtp_addresses smtp_addresses_of(smtp_span body);

/*
 * The next address; NOMATCH at the end. Faults: AT (words that are no address), LOCAL_PART, DOMAIN,
 * LITERAL, QUOTED_OPEN, PATH_CLOSE, COMMENT, GROUP, TRAILING.
 */
SMTP_CHECK enum smtp_fault smtp_addresses_next(struct smtp_addresses *list,
                                               struct smtp_address *out);

/* Local-part, and "@" and the domain where there is one. Returns the room needed. */
size_t smtp_print_address(smtp_room to, const struct smtp_address *address);

#endif
