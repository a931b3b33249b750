/*
 * NAME
 *     idn.h: internationalized domain names, by libidn2
 */
#ifndef DRIVE_IDN_H
#define DRIVE_IDN_H

#include "smtp/span.h"

/* No octet is above 127. */
bool idn_is_ascii(smtp_span text);

/*
 * The A-labels of a domain that may have U-labels (RFC 5890 2.3.2.1), for DNS and for servers
 * without SMTPUTF8 (RFC 6531 3.2); an ASCII domain and an address literal come out as they are.
 * Terminated by NUL. False: it is no such name, or too long for `to`.
 */
SMTP_CHECK bool idn_to_ascii(smtp_room to, smtp_span domain);

#endif
