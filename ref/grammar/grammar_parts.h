/*
 * NAME
 *     grammar_parts.h: what the files of the grammar share
 *
 * DESCRIPTION
 *     cursor.c    the cursor: the next octet, tolerances, faults
 *     domain.c    Domain          literal.c, ipv6.c   address-literal
 *     local.c     Local-part, String                  path.c   Mailbox, paths
 *     utf8.c      UTF8-non-ascii                      param.c  esmtp-param
 *     verb.c      the words       argument.c, sasl.c  what may stand behind each of them
 *     command.c   command lines   reply.c, ehlo.c     replies
 *     A reader moves the cursor octet by octet. When it stops, the cursor is at the first octet
 *     with which no text of the rule goes on; smtp_grammar_fault() makes that the place of the
 *     fault.
 */
#ifndef GRAMMAR_PARTS_H
#define GRAMMAR_PARTS_H

#include "smtp/chars.h"
#include "smtp/command.h"

/* ---- cursor.c ---- */

/* Whether the next octet is this one. */
bool smtp_grammar_at(const struct smtp_cursor *c, char octet);

/* Whether the next octet is in any of the classes. */
bool smtp_grammar_is(const struct smtp_cursor *c, unsigned classes);

/* Takes the next octet if it is this one. */
bool smtp_grammar_take(struct smtp_cursor *c, char octet);

/* Takes the next octet if it is in any of the classes. */
bool smtp_grammar_one(struct smtp_cursor *c, unsigned classes);

/* Takes all octets of the classes that stand here; returns how many. */
size_t smtp_grammar_run(struct smtp_cursor *c, unsigned classes);

/* Takes the text, ASCII letters in any case; stops at the octet that differs and says false. */
bool smtp_grammar_word(struct smtp_cursor *c, const char *text);

/*
 * Takes one of the words, ASCII letters in any case; its number, or `count` with the cursor at the octet
 * where the best of them differs.
 */
unsigned smtp_grammar_choice(struct smtp_cursor *c, const char *const words[], unsigned count);

/* The octets that were read since `begin`. */
smtp_span smtp_grammar_since(const struct smtp_cursor *c, const char *begin);

/* Whether the tolerance is allowed; if so it counts as used. */
bool smtp_grammar_allow(struct smtp_cursor *c, enum smtp_lax bit);

/* The octet at the cursor broke the rule that began at `begin`: back to there. */
enum smtp_fault smtp_grammar_fault(struct smtp_cursor *c, const char *begin, enum smtp_fault fault);

/* What was read since `begin` has at most `max` octets, or more by SMTP_LAX_LONG; else the fault.
 */
enum smtp_fault smtp_grammar_limit(struct smtp_cursor *c, const char *begin, size_t max,
                                   enum smtp_fault fault);

/* ---- utf8.c ---- */

/* UTF8-non-ascii (RFC 6532 3.1), if SMTP_LAX_UTF8 is allowed; false: the cursor is where it breaks. */
bool smtp_grammar_utf8(struct smtp_cursor *c);

/* ---- literal.c, ipv6.c ---- */

/* IPv4-address-literal; false: the cursor is at the octet that broke it. */
bool smtp_grammar_ipv4(struct smtp_cursor *c, uint8_t address[4]);

/* IPv6-addr; false: the cursor is at the octet that broke it. */
bool smtp_grammar_ipv6(struct smtp_cursor *c, uint8_t address[16]);

/* ---- argument.c, sasl.c ---- */

/* Reads all that stands behind a verb; `blank`: a space stood there. */
enum smtp_fault smtp_grammar_argument(struct smtp_cursor *c, bool blank, struct smtp_command *out);

/* AUTH's: sasl-mech [SP initial-response] */
enum smtp_fault smtp_grammar_auth(struct smtp_cursor *c, struct smtp_command *out);

#endif
