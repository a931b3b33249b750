/*
 * NAME
 *     smtp/params.h: the parameters of MAIL and RCPT, typed; xtext and base64
 *
 * DESCRIPTION
 *     smtp_param_next() (smtp/grammar.h) gives keyword and value; the two parsers here read one such
 *     pair into a struct, by its extension's own grammar. Values stay spans as written: what xtext
 *     stands for, smtp_decode_xtext() tells. Print is the inverse: every parameter of `given`, in the
 *     order of enum smtp_mail_param, each with its leading space.
 *     Whether an extension is offered, and what a value may ask for, is the session's business.
 *
 * LIFETIME
 *     All spans borrow from the parsed octets.
 *
 * CLAUSES
 *     RFC 1870 (SIZE), 6152 and 3030 (BODY), 6531 (SMTPUTF8), 3461 (RET ENVID NOTIFY ORCPT, xtext), 6533
 *     (utf-8-addr), 4954 (AUTH=), 8689 (REQUIRETLS), 2852 (BY), 4865 and 3339 (HOLDFOR HOLDUNTIL), 6710
 *     (MT-PRIORITY); 4648 (base64, as 4954 section 4 narrows it).
 */
#ifndef SMTP_PARAMS_H
#define SMTP_PARAMS_H

#include "smtp/grammar.h"

enum smtp_mail_param {
    SMTP_P_SIZE = 1 << 0,
    SMTP_P_BODY = 1 << 1,
    SMTP_P_SMTPUTF8 = 1 << 2,
    SMTP_P_RET = 1 << 3,
    SMTP_P_ENVID = 1 << 4,
    SMTP_P_AUTH = 1 << 5,
    SMTP_P_REQUIRETLS = 1 << 6,
    SMTP_P_BY = 1 << 7,
    SMTP_P_HOLDFOR = 1 << 8,
    SMTP_P_HOLDUNTIL = 1 << 9,
    SMTP_P_MT_PRIORITY = 1 << 10
};

enum smtp_rcpt_param { SMTP_P_NOTIFY = 1 << 0, SMTP_P_ORCPT = 1 << 1 };

enum smtp_body {
    SMTP_BODY_NONE,
    SMTP_BODY_7BIT,
    SMTP_BODY_8BITMIME,
    SMTP_BODY_BINARYMIME /* RFC 3030 3 */
};

enum smtp_ret { SMTP_RET_NONE, SMTP_RET_FULL, SMTP_RET_HDRS }; /* RFC 3461 4.3 */

struct smtp_by {     /* RFC 2852 4 */
    int32_t seconds; /* -999,999,999 to 999,999,999; 1 at least with `returns` */
    bool returns;    /* by-mode "R", else "N" */
    bool trace;      /* by-trace "T" */
};

struct smtp_mail_params {
    unsigned given; /* bits of enum smtp_mail_param */
    uint64_t size;  /* UINT64_MAX: more than that */
    enum smtp_body body;
    enum smtp_ret ret;
    smtp_span envid; /* xtext, as written, 100 octets at most (RFC 3461 4.4) */
    smtp_span auth;  /* xtext of a mailbox, or "<>", as written (RFC 4954 5) */
    struct smtp_by by;
    uint32_t hold_for;    /* seconds (RFC 4865) */
    smtp_span hold_until; /* date-time of RFC 3339 in UTC, as written (RFC 4865 3, erratum 2040) */
    int64_t hold_until_s; /* the same in seconds since 1970, fractions cut off */
    int priority;         /* -9 to 9 (RFC 6710) */
};

enum smtp_notify {                             /* RFC 3461 4.1 */
                   SMTP_NOTIFY_NEVER = 1 << 0, /* alone */
                   SMTP_NOTIFY_SUCCESS = 1 << 1,
                   SMTP_NOTIFY_FAILURE = 1 << 2,
                   SMTP_NOTIFY_DELAY = 1 << 3
};

struct smtp_rcpt_params {
    unsigned given;       /* bits of enum smtp_rcpt_param */
    unsigned notify;      /* bits of enum smtp_notify */
    smtp_span orcpt_type; /* addr-type, as written (RFC 3461 4.2) */
    smtp_span orcpt; /* behind the ';': xtext; with type utf-8 (any case) a form of RFC 6533 3 */
};

/* The parameter of a keyword, in any case (RFC 5321 2.4); 0: none that this knows. */
unsigned smtp_mail_param_of(smtp_span keyword);
unsigned smtp_rcpt_param_of(smtp_span keyword);

/*
 * Reads one parameter into `out`, which begins as all zeros. NOMATCH: no keyword that this knows.
 * PARAM_TWICE, also for HOLDFOR beside HOLDUNTIL (RFC 4865 4.1); PARAM_VALUE where one is too many;
 * else the parameter's own fault, for a missing value too. With a fault `out` is as it was and *off
 * the place in the value. `lax`: SMTP_LAX_UTF8 counts, for AUTH= (what its xtext stands for) and
 * ORCPT=utf-8; no other bit does.
 */
SMTP_CHECK enum smtp_fault smtp_parse_mail_param(const struct smtp_param *param, unsigned lax,
                                                 struct smtp_mail_params *out, size_t *off);
SMTP_CHECK enum smtp_fault smtp_parse_rcpt_param(const struct smtp_param *param, unsigned lax,
                                                 struct smtp_rcpt_params *out, size_t *off);

/* Only what is in `given` is looked at; spans are printed as they are. Returns the room needed. */
size_t smtp_print_mail_params(smtp_room to, const struct smtp_mail_params *params);
size_t smtp_print_rcpt_params(smtp_room to, const struct smtp_rcpt_params *params);

/* xtext = *( xchar / hexchar ) (RFC 3461 4); the whole span. */
bool smtp_is_xtext(smtp_span text);

/* Encodes any octets as xtext; decodes it (what is no xtext: as written). Both return the room needed. */
size_t smtp_print_xtext(smtp_room to, smtp_span octets);
size_t smtp_decode_xtext(smtp_room to, smtp_span xtext);

/* Octets to base64 with padding and no line breaks; returns the room needed. */
size_t smtp_print_base64(smtp_room to, smtp_span octets);

/*
 * The inverse, as strict as RFC 4954 4 wants it: nothing outside of the alphabet, '=' only at the end,
 * and the unused bits zero (RFC 4648 3.5). `to` may be the text itself: decoded in place. False, and
 * nothing touched: malformed, or no room. *n: the octets written. The empty text decodes to nothing.
 */
SMTP_CHECK bool smtp_decode_base64(smtp_room to, smtp_span text, size_t *n);

#endif
