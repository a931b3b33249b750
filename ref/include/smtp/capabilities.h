/*
 * NAME
 *     smtp/capabilities.h: what a server offers, as bits and numbers
 *
 * DESCRIPTION
 *     smtp_parse_ehlo_line() (smtp/reply.h) takes a line of an EHLO reply apart; each such keyword is
 *     added to a struct smtp_capabilities that began as all zeros. What it does not know is passed
 *     over. A number that was not told is 0. A second EHLO begins with all zeros again (RFC 5321
 *     4.1.4, RFC 3207 4.2, RFC 9422 3.6). Print is the inverse.
 *
 * LIFETIME
 *     Nothing is borrowed: a struct can be kept when the reply is gone.
 *
 * CLAUSES
 *     RFC 1870 3 (SIZE), 2852 3 (DELIVERBY), 4865 3 (FUTURERELEASE), 4954 3 (AUTH), 6710 7 (MT-PRIORITY),
 *     9422 3 and 4 (LIMITS); the keywords without parameters: 2920, 6152, 6531, 3461, 2034, 3207, 3030,
 *     8689, 1985; 5321 4.1.1.1.
 */
#ifndef SMTP_CAPABILITIES_H
#define SMTP_CAPABILITIES_H

#include "smtp/reply.h"

enum smtp_keyword {
    SMTP_KW_SIZE = 1 << 0,
    SMTP_KW_8BITMIME = 1 << 1,
    SMTP_KW_PIPELINING = 1 << 2,
    SMTP_KW_ENHANCEDSTATUSCODES = 1 << 3,
    SMTP_KW_STARTTLS = 1 << 4,
    SMTP_KW_HELP = 1 << 5,
    SMTP_KW_VRFY = 1 << 6,
    SMTP_KW_EXPN = 1 << 7,
    SMTP_KW_CHUNKING = 1 << 8,
    SMTP_KW_BINARYMIME = 1 << 9,
    SMTP_KW_SMTPUTF8 = 1 << 10,
    SMTP_KW_DSN = 1 << 11,
    SMTP_KW_AUTH = 1 << 12,
    SMTP_KW_REQUIRETLS = 1 << 13,
    SMTP_KW_LIMITS = 1 << 14,
    SMTP_KW_DELIVERBY = 1 << 15,
    SMTP_KW_MT_PRIORITY = 1 << 16,
    SMTP_KW_FUTURERELEASE = 1 << 17,
    SMTP_KW_ETRN = 1 << 18
};

/* clang-format off */
#define SMTP_MECHANISMS(X) /* symbol, name of the SASL mechanism */ \
    X(PLAIN, "PLAIN") X(LOGIN, "LOGIN") X(CRAM_MD5, "CRAM-MD5") \
    X(SCRAM_SHA_1, "SCRAM-SHA-1") X(SCRAM_SHA_1_PLUS, "SCRAM-SHA-1-PLUS") \
    X(SCRAM_SHA_256, "SCRAM-SHA-256") X(SCRAM_SHA_256_PLUS, "SCRAM-SHA-256-PLUS") \
    X(EXTERNAL, "EXTERNAL") X(ANONYMOUS, "ANONYMOUS") X(XOAUTH2, "XOAUTH2") X(OAUTHBEARER, "OAUTHBEARER")
/* clang-format on */

enum smtp_mechanism_index {
#define SMTP_MECHANISM_INDEX(symbol, name) SMTP_MECH_INDEX_##symbol,
    SMTP_MECHANISMS(SMTP_MECHANISM_INDEX)
#undef SMTP_MECHANISM_INDEX
        SMTP_MECH_COUNT
};

enum smtp_mechanism { /* SMTP_MECH_PLAIN and so on, a bit each */
#define SMTP_MECHANISM_BIT(symbol, name) SMTP_MECH_##symbol = 1 << SMTP_MECH_INDEX_##symbol,
                      SMTP_MECHANISMS(SMTP_MECHANISM_BIT)
#undef SMTP_MECHANISM_BIT
                          SMTP_MECH_NONE = 0
};

/* Priority Assignment Policies of RFC 6710 9.2. */
enum smtp_priority_policy {
    SMTP_POLICY_UNTOLD,
    SMTP_POLICY_MIXER,
    SMTP_POLICY_STANAG4406,
    SMTP_POLICY_NSEP,
    SMTP_POLICY_OTHER
};

struct smtp_capabilities {
    unsigned given;      /* bits of enum smtp_keyword */
    unsigned mechanisms; /* bits of enum smtp_mechanism: those of AUTH that are known here */
    uint64_t size;       /* octets; 0: no fixed maximum, or untold */
    uint32_t mail_max, rcpt_max, rcpt_domain_max; /* LIMITS; 0: none */
    uint32_t deliver_by_min;                      /* seconds, with BY=...;R */
    enum smtp_priority_policy priority_policy;
    uint32_t hold_for_max;  /* FUTURERELEASE: seconds */
    int64_t hold_until_max; /* FUTURERELEASE: seconds since 1970 */
};

/*
 * Adds a keyword line. NOMATCH: not known, nothing changed. EHLO_PARAM: known, but its parameters are
 * not those of its RFC: the keyword is given without what they tell (for SMTPUTF8, RFC 6531 3.1 has it
 * so), but for LIMITS (RFC 9422 3.7) and FUTURERELEASE (RFC 4865 3: they are required), which are not given
 * then. A single bad limit or name of a mechanism is left out.
 */
enum smtp_fault smtp_capabilities_add(struct smtp_capabilities *caps,
                                      const struct smtp_ehlo_keyword *keyword);

/*
 * Prints '\n' and the keyword line for each bit of `given`, in the order of the bits: what
 * smtp_print_reply() takes behind the first line. FUTURERELEASE needs both maxima. OTHER has no name to
 * be printed, and is UNTOLD then; LIMITS of which none is known is left out. Returns the room needed.
 */
size_t smtp_print_capabilities(smtp_room to, const struct smtp_capabilities *caps);

/* The bit of a keyword or of a mechanism, in any case; 0: not known. */
unsigned smtp_keyword_of(smtp_span name);
unsigned smtp_mechanism_of(smtp_span name);

/* The name of a single bit, as it is registered. */
const char *smtp_keyword_name(enum smtp_keyword keyword);
const char *smtp_mechanism_name(enum smtp_mechanism mechanism);

#endif
