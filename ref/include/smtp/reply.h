/*
 * NAME
 *     smtp/reply.h: reply lines, greetings and EHLO keyword lines
 *
 * DESCRIPTION
 *     A reply comes a line at a time: smtp_parse_reply_line() takes one without its CRLF, and
 *     smtp_reply_add() puts lines together and checks what only several lines can break.
 *
 * SEE
 *     RFC 5321 sections 4.2, 4.2.1 and 4.1.1.1; RFC 2034 and RFC 3463 section 2 (enhanced codes).
 */
#ifndef SMTP_REPLY_H
#define SMTP_REPLY_H

#include "smtp/grammar.h"

enum { SMTP_REPLY_LINE_MAX = 512 }; /* 4.5.3.1.5, code and CRLF included */

struct smtp_enhanced {
    unsigned char class; /* 2, 4, 5; 0 = none */
    unsigned short subject, detail;
};

struct smtp_reply_line {
    unsigned code;
    bool last;      /* a space, or nothing, stands behind the code */
    smtp_span text; /* behind the space or hyphen, enhanced code included */
    struct smtp_enhanced enhanced;
    smtp_span rest; /* the text behind the enhanced code and its space */
};

struct smtp_reply { /* the lines so far */
    unsigned code, lines;
    bool complete;
};

struct smtp_ehlo_keyword {
    smtp_span keyword, params; /* params: as written behind the first space, possibly empty */
};

/*
 * Reply-line: code = %x32-35 %x30-35 %x30-39; then SP or "-" and textstring, or nothing (a client has to
 * bear a bare code, 4.2). Faults: REPLY_CODE, REPLY_MARK, REPLY_TEXT, with *fault_off.
 */
SMTP_CHECK enum smtp_fault smtp_parse_reply_line(smtp_span line, struct smtp_reply_line *out,
                                                 size_t *fault_off);

/* Adds a line: REPLY_MIXED when its code is not that of the lines before. */
SMTP_CHECK enum smtp_fault smtp_reply_add(struct smtp_reply *r, const struct smtp_reply_line *line);

/* status-code = class "." subject "." detail (RFC 3463 2), at the start of the text; NOMATCH if none. */
SMTP_CHECK enum smtp_fault smtp_parse_enhanced(struct smtp_cursor *c, struct smtp_enhanced *out);

/* The inverse but for zeros that lead; the code has a class. Returns the room needed. */
size_t smtp_print_enhanced(smtp_room to, const struct smtp_enhanced *code);

/* Greeting text of 220: ( Domain / address-literal ) [ SP textstring ] (4.2). */
SMTP_CHECK enum smtp_fault smtp_parse_greeting(smtp_span text, struct smtp_domain *out);

/* ehlo-line = ehlo-keyword *( SP ehlo-param ) (4.1.1.1): the text of a line after the first. */
SMTP_CHECK enum smtp_fault smtp_parse_ehlo_line(smtp_span text, struct smtp_ehlo_keyword *out,
                                                size_t *fault_off);

/* The next ehlo-param: takes it off the front of *params; false at the end. */
bool smtp_ehlo_param_next(smtp_span *params, smtp_span *out);

/*
 * Prints a whole reply, one line for each '\n' of the text, with the enhanced code (may be NULL or "")
 * on each. Returns the room needed.
 */
size_t smtp_print_reply(smtp_room to, unsigned code, const char *enhanced, smtp_span text);

#endif
