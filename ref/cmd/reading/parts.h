/*
 * NAME
 *     parts.h: what the files of the reading share
 *
 * DESCRIPTION
 *     reading.c   storage, fields, faults, the table of kinds
 *     address.c   domains, literals, local-parts, paths
 *     command.c   command lines and parameters        params.c   the parameters' fields
 *     reply.c     replies, greetings, EHLO            trace.c    date-time, Received, Return-Path
 *     coded.c     xtext, base64                       rules.c    ABNF
 */
#ifndef READING_PARTS_H
#define READING_PARTS_H

#include "reading.h"
#include "smtp/command.h"
#include "smtp/reply.h"

/* ---- reading.c ---- */

/* Faults that only a reading makes: the parsers say them by NOMATCH or false. */
/* clang-format off */
#define READING_FAULTS(X) /* symbol, clause, rule, text */ \
    X(ENHANCED,   "3463-2",       "status-code",  "expected class.subject.detail, of class 2, 4 or 5") \
    X(REPLY_NONE, "5321-4.2",     "Reply-line",   "no reply line here") \
    X(REPLY_PART, "5321-4.2.1",   "Reply-line",   "the last line of a reply has no hyphen behind its code") \
    X(REPLY_MORE, "5321-4.2.1",   "Reply-line",   "more lines behind the last one of the reply") \
    X(EHLO_CODE,  "5321-4.1.1.1", "ehlo-ok-rsp",  "the reply that accepts EHLO is 250") \
    X(EHLO_NAME,  "5321-4.1.1.1", "ehlo-ok-rsp",  "its first line names the server's domain, and may greet behind a space") \
    X(XTEXT,      "3461-4",       "xtext",        "no xtext: + = SP, controls and what is above 126 are written +HH, in capitals") \
    X(BASE64,     "4954-4",       "base64",       "no base64: groups of four, = only at the end, unused bits zero") \
    X(FIELD,      "5321-4.4",     "trace-field",  "another field begins here")
/* clang-format on */

enum reading_own_fault {
#define READING_ENUM(symbol, clause, rule, text) READING_##symbol,
    READING_FAULTS(READING_ENUM)
#undef READING_ENUM
};

void reading_fail(struct reading *r, enum smtp_fault fault, size_t off);
void reading_fail_trace(struct reading *r, enum smtp_trace_fault fault, size_t off);
void reading_fail_own(struct reading *r, enum reading_own_fault fault, size_t off);

/*
 * What a parser of smtp/grammar.h said: `none` is the fault when the rule does not begin, TRAILING
 * when text is left. True: all of it was read.
 */
bool reading_whole(struct reading *r, const struct smtp_cursor *c, enum smtp_fault fault,
                   enum smtp_fault none);

void reading_field(struct reading *r, const char *name, smtp_span value);
void reading_word(struct reading *r, const char *name, const char *value);
void reading_number(struct reading *r, const char *name, uint64_t value);
void reading_signed(struct reading *r, const char *name, int64_t value);

/* Scratch that holds n octets more; to be used up with reading_keep(). */
smtp_room reading_scratch(struct reading *r);
smtp_span reading_keep(struct reading *r, size_t n);

/* ---- address.c ---- */

void reading_domain_fields(struct reading *r, const struct smtp_domain *d);
void reading_path_fields(struct reading *r, const struct smtp_path *p);

/* ---- params.c ---- */

/* Reads the parameters typed, from the cursor on. True: all are known and well-formed. */
bool reading_mail_params(struct reading *r, struct smtp_cursor params,
                         struct smtp_mail_params *out);
bool reading_rcpt_params(struct reading *r, struct smtp_cursor params,
                         struct smtp_rcpt_params *out);

/* ---- the kinds ---- */

void reading_command(struct reading *r);
void reading_params_of_mail(struct reading *r);
void reading_params_of_rcpt(struct reading *r);
void reading_reverse_path(struct reading *r);
void reading_forward_path(struct reading *r);
void reading_path(struct reading *r);
void reading_mailbox(struct reading *r);
void reading_local(struct reading *r);
void reading_domain(struct reading *r);
void reading_literal(struct reading *r);
void reading_host(struct reading *r);
void reading_string(struct reading *r);
void reading_reply(struct reading *r);
void reading_reply_line(struct reading *r);
void reading_greeting(struct reading *r);
void reading_ehlo(struct reading *r);
void reading_ehlo_line(struct reading *r);
void reading_enhanced(struct reading *r);
void reading_date(struct reading *r);
void reading_received(struct reading *r);
void reading_return_path(struct reading *r);
void reading_xtext(struct reading *r);
void reading_base64(struct reading *r);

#endif
