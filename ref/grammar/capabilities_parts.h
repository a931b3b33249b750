/*
 * NAME
 *     capabilities_parts.h: what the readers of EHLO keywords share
 *
 * DESCRIPTION
 *     capabilities.c   the table of keywords, and the short parameters
 *     mechanism.c      AUTH's list            ehlo_limits.c   that of LIMITS
 *     A reader takes what stands behind the keyword and a space; false: that is not what the RFC of the
 *     keyword generates. What could be read stays.
 */
#ifndef CAPABILITIES_PARTS_H
#define CAPABILITIES_PARTS_H

#include "grammar_parts.h"
#include "smtp/capabilities.h"

/* sasl-mech, as far as it goes; false: none begins here. */
bool smtp_grammar_mechanism(struct smtp_cursor *c);

bool smtp_grammar_read_auth(smtp_span params, struct smtp_capabilities *out);
void smtp_grammar_put_auth(smtp_room to, size_t *at, const struct smtp_capabilities *caps);

bool smtp_grammar_read_limits(smtp_span params, struct smtp_capabilities *out);
void smtp_grammar_put_limits(smtp_room to, size_t *at, const struct smtp_capabilities *caps);

#endif
