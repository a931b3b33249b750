/*
 * NAME
 *     smtp/lax.h: tolerances, one named bit each
 *
 * DESCRIPTION
 *     The parsers and codecs are strict: they take what the grammar generates and nothing else. A
 *     caller who has to live with more sets a bit; what was used is reported (lax_used), so that a
 *     lenient acceptance always has a name. SMTP_LAX_ADVISED is what RFC 5321 itself asks a receiver
 *     to tolerate. The bits of the last group make a server unsafe; the mutants of the suite and
 *     measurements of others need them, nobody else does.
 */
#ifndef SMTP_LAX_H
#define SMTP_LAX_H

/* clang-format off */
#define SMTP_LAXES(X) /* symbol, bit, clause that it departs from, what it takes */ \
    X(BLANK_END,     0, "5321-4.1.1",    "spaces and tabs before the CRLF of a command (4.1.1 advises it)") \
    X(COLON_SPACE,   1, "5321-3.3",      "spaces behind FROM: and TO:") \
    X(NO_BRACKETS,   2, "5321-4.1.2",    "a mailbox without angle brackets in MAIL and RCPT") \
    X(UNDERSCORE,    3, "5321-4.1.2",    "underscores in domain labels") \
    X(HELO_LITERAL,  4, "5321-4.1.1.1",  "an address literal in HELO") \
    X(HELO_ANY,      5, "5321-4.1.1.1",  "any printable argument in EHLO and HELO, or none") \
    X(DOTS,          6, "5321-4.1.2",    "leading, trailing and doubled dots in a local-part") \
    X(HIGH,          7, "5321-4.1.2",    "octets above 127 in a local-part") \
    X(LONG,          8, "5321-4.5.3.1",  "local-parts, domains and paths over their limits") \
    X(ARGUMENTS,     9, "5321-4.1.1",    "arguments to DATA, RSET, QUIT and STARTTLS; any text for NOOP, HELP, VRFY, EXPN") \
    X(PARAM_ANY,    10, "5321-4.1.1.11", "unknown parameters, ignored") \
    X(V6_ONE,       11, "5321-4.1.3",    ":: for a single group in an IPv6 literal (erratum 4315)") \
    X(CONTROL,      12, "5321-4.1.2",    "control octets in quoted local-parts") \
    X(LINE_LF,      16, "5321-2.3.8",    "a bare LF ends a command line") \
    X(LINE_CR,      17, "5321-2.3.8",    "a bare CR ends a command line") \
    X(LINE_NUL,     18, "5321-4.1.2",    "NUL octets in a command are skipped") \
    X(EOD_LF_LF,    19, "5321-4.1.1.4",  "LF.LF ends the message") \
    X(EOD_LF_CRLF,  20, "5321-4.1.1.4",  "LF.CRLF ends the message") \
    X(EOD_CRLF_LF,  21, "5321-4.1.1.4",  "CRLF.LF ends the message") \
    X(EOD_CR_CR,    22, "5321-4.1.1.4",  "CR.CR ends the message") \
    X(EOD_CR_CRLF,  23, "5321-4.1.1.4",  "CR.CRLF ends the message") \
    X(EOD_CRLF_CR,  24, "5321-4.1.1.4",  "CRLF.CR ends the message") \
    X(EOD_NUL,      25, "5321-4.1.1.4",  "NUL octets are skipped in the end of the message") \
    X(EOD_BLANK,    26, "5321-4.1.1.4",  "a dot and blanks on a line end the message") \
    X(UTF8,         27, "6531-3.3",      "UTF-8 in mailboxes and parameter values, as SMTPUTF8 extends them")
/* clang-format on */

enum smtp_lax {
#define SMTP_LAX_ENUM(symbol, bit, clause, text) SMTP_LAX_##symbol = 1 << (bit),
    SMTP_LAXES(SMTP_LAX_ENUM)
#undef SMTP_LAX_ENUM
        SMTP_LAX_NONE = 0
};

/* RFC 5321 section 4.1.1: receivers SHOULD tolerate trailing white space before the CRLF. */
#define SMTP_LAX_ADVISED ((unsigned)SMTP_LAX_BLANK_END)

#endif
