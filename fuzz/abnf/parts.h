/*
 * NAME
 *     parts.h: parsers to ask, and prose, for the table of groups
 *
 * DESCRIPTION
 *     ask_address.c ask_command.c ask_reply.c ask_trace.c    the parsers of libsmtpref, in one form
 *     prose_address.c prose_params.c prose_date.c prose_trace.c    the prose, read here again
 *     A text of the prose functions is one that the rule generates: they do not look for what it cannot be.
 */
#ifndef ABNF_PARTS_H
#define ABNF_PARTS_H

#include "groups.h"

/* ---- ask_*.c ---- */

const char *abnf_ask_domain(smtp_span text, unsigned lax);
const char *abnf_ask_literal(smtp_span text, unsigned lax);
const char *abnf_ask_host(smtp_span text, unsigned lax);
const char *abnf_ask_local(smtp_span text, unsigned lax);
const char *abnf_ask_string(smtp_span text, unsigned lax);
const char *abnf_ask_mailbox(smtp_span text, unsigned lax);
const char *abnf_ask_path(smtp_span text, unsigned lax);
const char *abnf_ask_reverse_path(smtp_span text, unsigned lax);
const char *abnf_ask_forward_path(smtp_span text, unsigned lax);
const char *abnf_ask_command(smtp_span text, unsigned lax);
const char *abnf_ask_mail_params(smtp_span text, unsigned lax);
const char *abnf_ask_rcpt_params(smtp_span text, unsigned lax);
const char *abnf_ask_xtext(smtp_span text, unsigned lax);
const char *abnf_ask_base64(smtp_span text, unsigned lax);
const char *abnf_ask_reply(smtp_span text, unsigned lax);
const char *abnf_ask_greeting(smtp_span text, unsigned lax);
const char *abnf_ask_ehlo(smtp_span text, unsigned lax);
const char *abnf_ask_ehlo_line(smtp_span text, unsigned lax);
const char *abnf_ask_capability(smtp_span text, unsigned lax);
const char *abnf_ask_enhanced(smtp_span text, unsigned lax);
const char *abnf_ask_date(smtp_span text, unsigned lax);
const char *abnf_ask_received(smtp_span text, unsigned lax);
const char *abnf_ask_return_path(smtp_span text, unsigned lax);

/* ---- prose_*.c ---- */

const char *abnf_prose_local(struct abnf *g, smtp_span text);
const char *abnf_prose_domain(struct abnf *g, smtp_span text); /* and of literals */
const char *abnf_prose_mailbox(struct abnf *g, smtp_span text);
const char *abnf_prose_path(struct abnf *g, smtp_span text);
const char *abnf_prose_command(struct abnf *g, smtp_span text);
const char *abnf_prose_mail_params(struct abnf *g, smtp_span text);
const char *abnf_prose_rcpt_params(struct abnf *g, smtp_span text);
const char *abnf_prose_reply(struct abnf *g, smtp_span text);
const char *abnf_prose_greeting(struct abnf *g, smtp_span text);
const char *abnf_prose_ehlo(struct abnf *g, smtp_span text);
const char *abnf_prose_capability(struct abnf *g, smtp_span text);
const char *abnf_prose_date(struct abnf *g, smtp_span text);
const char *abnf_prose_received(struct abnf *g, smtp_span text);
const char *abnf_prose_return_path(struct abnf *g, smtp_span text);

/* ---- what a generator does not know: in place, so that the prose forbids less ---- */

void abnf_mend_date(smtp_room text);
void abnf_mend_reply(smtp_room text);

/* How many octets of a Mailbox are its Local-part. */
size_t abnf_local_end(smtp_span mailbox);

/* How many octets at the head of the text are a Path, from its "<" to its ">". */
size_t abnf_path_end(smtp_span text);

/* RFC 5322 3.2.2: whether a line behind a fold is blank only. */
bool abnf_has_blank_line(smtp_span text);

/* RFC 5322 3.3, of a date-time with or without blanks in front. */
const char *abnf_prose_date_alone(smtp_span text);

/* RFC 3339 5.7, RFC 5322 3.3: whether the month has that day. */
bool abnf_has_day(unsigned long year, unsigned month, unsigned day);

#endif
