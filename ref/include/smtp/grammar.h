/*
 * NAME
 *     smtp/grammar.h: domains, address literals, paths and parameters
 *
 * DESCRIPTION
 *     Each parser takes a cursor and reads as much as its rule generates, longest match. It answers
 *     SMTP_OK and moves the cursor behind what it read; SMTP_NOMATCH with the cursor unmoved when
 *     the rule does not begin here; or a fault, the cursor unmoved and cursor->fault_at at the
 *     offending octet. Each print is the inverse: it returns the room needed, and has written all of
 *     it when that is no more than to.n (else only a part, which is to be thrown away).
 *
 * LIFETIME
 *     All spans of a result borrow from the parsed octets.
 *
 * SEE
 *     RFC 5321 sections 4.1.2 and 4.1.3, limits in 4.5.3.1.
 */
#ifndef SMTP_GRAMMAR_H
#define SMTP_GRAMMAR_H

#include "smtp/fault.h"
#include "smtp/lax.h"
#include "smtp/span.h"

enum { SMTP_LOCAL_MAX = 64, SMTP_DOMAIN_MAX = 255, SMTP_PATH_MAX = 256 }; /* 4.5.3.1.1 to .3 */

struct smtp_cursor {
    const char *at, *end;
    const char *fault_at; /* the octet that broke the rule, after a fault */
    unsigned lax;         /* bits of enum smtp_lax that are allowed */
    unsigned lax_used;    /* those that were needed */
};

/* A cursor at the first octet of the text. */
struct smtp_cursor smtp_cursor_of(smtp_span text, unsigned lax);

enum smtp_domain_kind {
    SMTP_D_NONE,
    SMTP_D_NAME,
    SMTP_D_IPV4,
    SMTP_D_IPV6,
    SMTP_D_GENERAL /* General-address-literal */
};

struct smtp_domain {
    enum smtp_domain_kind kind;
    smtp_span text; /* as written, a literal with its brackets */
    smtp_span
        value; /* the name; or the address without brackets and tag; General: behind the colon */
    smtp_span tag;       /* "IPv6", or the Standardized-tag of a general literal */
    uint8_t address[16]; /* IPv4: 4 octets, IPv6: 16, network order */
};

struct smtp_path {
    smtp_span text;            /* as written, with its angle brackets where there were any */
    smtp_span route;           /* A-d-l without the colon, as written; empty if none */
    smtp_span mailbox;         /* Local-part "@" domain as written; "postmaster" may stand alone */
    smtp_span local;           /* Local-part as written, quotes included */
    struct smtp_domain domain; /* kind SMTP_D_NONE: null path, or <postmaster> */
    bool null;                 /* "<>" */
    bool quoted;               /* the local-part is a Quoted-string */
};

struct smtp_param {
    smtp_span keyword, value;
    bool has_value; /* an "=" stood behind the keyword */
};

/* Domain = sub-domain *("." sub-domain). A dot, hyphen or underscore left over behind it is a fault. */
SMTP_CHECK enum smtp_fault smtp_parse_domain(struct smtp_cursor *c, struct smtp_domain *out);

/* address-literal = "[" ( IPv4 / IPv6 / General ) "]" */
SMTP_CHECK enum smtp_fault smtp_parse_literal(struct smtp_cursor *c, struct smtp_domain *out);

/* Domain / address-literal */
SMTP_CHECK enum smtp_fault smtp_parse_host(struct smtp_cursor *c, struct smtp_domain *out);

/* Local-part = Dot-string / Quoted-string */
SMTP_CHECK enum smtp_fault smtp_parse_local(struct smtp_cursor *c, smtp_span *out, bool *quoted);

/* Mailbox = Local-part "@" ( Domain / address-literal ); fills mailbox, local, domain, quoted. */
SMTP_CHECK enum smtp_fault smtp_parse_mailbox(struct smtp_cursor *c, struct smtp_path *out);

/* Reverse-path = Path / "<>" */
SMTP_CHECK enum smtp_fault smtp_parse_reverse_path(struct smtp_cursor *c, struct smtp_path *out);

/* "<Postmaster>" / Forward-path (RFC 5321 4.1.1.3: also "<Postmaster@domain>", any case) */
SMTP_CHECK enum smtp_fault smtp_parse_forward_path(struct smtp_cursor *c, struct smtp_path *out);

/* String = Atom / Quoted-string (the argument of VRFY, EXPN, HELP, NOOP) */
SMTP_CHECK enum smtp_fault smtp_parse_string(struct smtp_cursor *c, smtp_span *out);

/*
 * The next of *(SP esmtp-param), an iterator: NOMATCH at the end of the text. Values are 1*(%d33-60 /
 * %d62-126). The cursor stands before the space that begins the parameter.
 */
SMTP_CHECK enum smtp_fault smtp_param_next(struct smtp_cursor *c, struct smtp_param *out);

size_t smtp_print_domain(smtp_room to, const struct smtp_domain *d);
size_t smtp_print_path(smtp_room to, const struct smtp_path *p);
size_t smtp_print_param(smtp_room to, const struct smtp_param *p); /* with the leading space */

/*
 * The text that a Local-part stands for: quotes and backslashes undone (RFC 5321 4.1.2: all quoted
 * spellings of one name are equal). Returns the room needed, as print does.
 */
size_t smtp_print_local_meaning(smtp_room to, smtp_span local);

/* Whether two mailboxes are the same: local-parts by meaning and case (but Postmaster), domains in any case. */
bool smtp_mailbox_is(const struct smtp_path *a, const struct smtp_path *b);

#endif
