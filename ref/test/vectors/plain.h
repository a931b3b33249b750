/*
 * NAME
 *     plain.h: the PLAIN mechanism's message (RFC 4616), as the server's driver takes it
 */
#ifndef PLAIN_H
#define PLAIN_H

#include "smtp/fault.h"
#include "smtp/span.h"

/* SMTP_OK: somebody is authenticated by that. The users are those of plain.c. */
enum smtp_fault plain_verdict(smtp_span message);

#endif
