/*
 * NAME
 *     params_parts.h: what the readers of parameter values share
 *
 * DESCRIPTION
 *     mail_params.c   the table of MAIL's parameters, and the short values
 *     by.c            BY and MT-PRIORITY              hold.c   HOLDFOR and HOLDUNTIL
 *     rcpt_params.c   NOTIFY and ORCPT
 *     xtext.c, utf8.c, base64.c   what values are made of
 *     A reader takes the cursor over a value. It answers false with the cursor at the octet that broke
 *     the rule; true means that the value is right up to the cursor, whatever stands behind.
 */
#ifndef PARAMS_PARTS_H
#define PARAMS_PARTS_H

#include "grammar_parts.h"
#include "smtp/params.h"

/* Takes what stands for one octet in xtext, and tells the octet. */
bool smtp_grammar_xtext(struct smtp_cursor *c, char *out);

/* The same for AUTH=, where hexadecimal digits come in any case. */
bool smtp_grammar_xtext_any_case(struct smtp_cursor *c, char *out);

/* Takes xtext up to the end of the text; what it stands for is text of RFC 3461 4.2 and 4.4. */
bool smtp_grammar_xtext_printable(struct smtp_cursor *c);

/* Takes an EmbeddedUnicodeChar (RFC 6533 3), and tells the character. */
bool smtp_grammar_embedded(struct smtp_cursor *c, uint32_t *out);

bool smtp_grammar_by(struct smtp_cursor *c, struct smtp_mail_params *out);
void smtp_grammar_put_by(smtp_room to, size_t *at, const struct smtp_mail_params *params);

bool smtp_grammar_priority(struct smtp_cursor *c, struct smtp_mail_params *out);
void smtp_grammar_put_priority(smtp_room to, size_t *at, const struct smtp_mail_params *params);

/* future-release-integer: 1 to 999999999. */
bool smtp_grammar_interval(struct smtp_cursor *c, uint32_t *out);

/* date-time of RFC 3339 in UTC, as seconds since 1970; years 1900 to 9999. */
bool smtp_grammar_timestamp(struct smtp_cursor *c, int64_t *out);
void smtp_grammar_put_timestamp(smtp_room to, size_t *at, int64_t seconds);

bool smtp_grammar_hold_for(struct smtp_cursor *c, struct smtp_mail_params *out);
bool smtp_grammar_hold_until(struct smtp_cursor *c, struct smtp_mail_params *out);

#endif
