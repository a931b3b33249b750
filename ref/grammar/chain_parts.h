/*
 * NAME
 *     chain_parts.h: what the files of the chain share
 *
 * DESCRIPTION
 *     field.c       the fields of a header section
 *     chain.c       hops, and what is wrong with them
 *     chain_look.c  what can be recognised in a Received field
 *     chain_date.c  dates, the obsolete ones too
 *     chain_host.c  hosts: what a word says of one, and which are the same
 */
#ifndef CHAIN_PARTS_H
#define CHAIN_PARTS_H

#include "received_parts.h"
#include "smtp/chain.h"

enum chain_piece { CHAIN_END, CHAIN_WORD, CHAIN_COMMENT, CHAIN_SEMICOLON };

/* The next word, comment (its inside, without its parentheses) or semicolon of a field. */
enum chain_piece smtp_chain_next(struct smtp_cursor *c, smtp_span *out);

/* Fills hop->seen, dated and tls from the text behind the colon. */
void smtp_chain_look(smtp_span body, struct smtp_hop *hop);

/* A date as RFC 5322 or its section 4.3 has it; `guessed`: its zone is a name without a meaning. */
bool smtp_chain_date(smtp_span text, struct smtp_date *out, bool *guessed);

/* The host that a word names: a domain, an address with or without brackets, or what it is. */
struct smtp_domain smtp_chain_host_of(smtp_span word);

/* Adds the name and the address that stand in a comment behind a host, where it has none yet. */
void smtp_chain_host_comment(smtp_span comment, struct smtp_trace_host *host);

#endif
