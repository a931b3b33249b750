/*
 * NAME
 *     smtp/chars.h: the character classes of the grammar
 *
 * DESCRIPTION
 *     One table of 256 entries; each bit is a name of the ABNF in RFC 5321 section 4.1.2 and 4.1.3,
 *     RFC 5322 section 3.2.3 (atext) and RFC 5234 appendix B.1. No locale, no <ctype.h>.
 */
#ifndef SMTP_CHARS_H
#define SMTP_CHARS_H

#include <stdbool.h>
#include <stdint.h>

enum smtp_class {
    SMTP_C_ALPHA = 1 << 0,    /* A-Z a-z */
    SMTP_C_DIGIT = 1 << 1,    /* 0-9 */
    SMTP_C_HYPHEN = 1 << 2,   /* "-": with ALPHA and DIGIT, Ldh-str */
    SMTP_C_HEXDIG = 1 << 3,   /* 0-9 A-F a-f (RFC 5234: strings ignore case) */
    SMTP_C_ATEXT = 1 << 4,    /* RFC 5322 3.2.3 */
    SMTP_C_QTEXT = 1 << 5,    /* qtextSMTP = %d32-33 / %d35-91 / %d93-126 */
    SMTP_C_VCHAR_SP = 1 << 6, /* %d32-126: what follows the backslash of quoted-pairSMTP */
    SMTP_C_DCONTENT = 1 << 7, /* %d33-90 / %d94-126 */
    SMTP_C_ESMTP = 1 << 8,    /* esmtp-value: %d33-60 / %d62-126 */
    SMTP_C_TEXT = 1 << 9,     /* textstring: %d09 / %d32-126 */
    SMTP_C_CTL = 1 << 10,     /* %d0-31 / %d127 */
    SMTP_C_HIGH = 1 << 11     /* %d128-255 */
};

#define SMTP_C_LET_DIG (SMTP_C_ALPHA | SMTP_C_DIGIT)
#define SMTP_C_LDH (SMTP_C_ALPHA | SMTP_C_DIGIT | SMTP_C_HYPHEN)

extern const uint16_t smtp_chars[256];

/* Whether the octet is in any of the classes. */
static inline bool smtp_is(char octet, unsigned classes)
{
    return (smtp_chars[(unsigned char)octet] & classes) != 0;
}

/* ASCII lower case; every other octet as it is. */
static inline char smtp_lower(char octet)
{
    if (octet >= 'A' && octet <= 'Z')
        return (char)(octet + ('a' - 'A'));
    return octet;
}

#endif
