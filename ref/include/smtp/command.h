/*
 * NAME
 *     smtp/command.h: command lines
 *
 * DESCRIPTION
 *     smtp_parse_command() reads one line without its CRLF. Syntax only: whether the command is known
 *     to a server, legal now or welcome is the session's. Parameters are checked for their form and
 *     left to an iterator (smtp_param_next on `params`); typed extensions read them in session/ext.
 *     A verb that is not in the table comes back as SMTP_V_UNKNOWN with fault SMTP_E_VERB.
 *
 * SEE
 *     RFC 5321 section 4.1.1, each verb with its rule; RFC 3207 4 (STARTTLS), RFC 3030 2 (BDAT),
 *     RFC 4954 4 (AUTH), RFC 2033 4.1 (LHLO), RFC 1985 (ETRN).
 */
#ifndef SMTP_COMMAND_H
#define SMTP_COMMAND_H

#include "smtp/grammar.h"

/* clang-format off */
#define SMTP_VERBS(X) \
    X(EHLO) X(HELO) X(LHLO) X(MAIL) X(RCPT) X(DATA) X(BDAT) X(RSET) X(VRFY) X(EXPN) X(HELP) X(NOOP) X(QUIT) \
    X(STARTTLS) X(AUTH) X(ETRN) X(TURN)
/* clang-format on */

enum smtp_verb {
    SMTP_V_UNKNOWN,
#define SMTP_VERB_ENUM(verb) SMTP_V_##verb,
    SMTP_VERBS(SMTP_VERB_ENUM)
#undef SMTP_VERB_ENUM
        SMTP_VERB_COUNT,
    /* not words of the wire, but rows of the sequencing table all the same */
    SMTP_V_CONNECT = SMTP_VERB_COUNT, /* the connection itself, answered by the greeting */
    SMTP_V_END_OF_DATA,               /* CRLF.CRLF, or the last chunk */
    SMTP_V_TLS_UP,                    /* a handshake that succeeded; not answered */
    SMTP_V_END_OF_CHUNK,              /* the last octet of a chunk that is not the last */
    SMTP_V_RESPONSE,                  /* a line of an AUTH exchange */
    SMTP_V_ROW_COUNT
};

struct smtp_command {
    enum smtp_verb verb;
    smtp_span line;          /* all of it, without CRLF */
    smtp_span argument;      /* what stands behind the verb and its space */
    struct smtp_domain host; /* EHLO, HELO, LHLO */
    struct smtp_path path;   /* MAIL, RCPT */
    struct smtp_cursor
        params;          /* MAIL, RCPT: at the first parameter, of correct form up to its end */
    uint64_t chunk;      /* BDAT: the octets announced */
    bool last;           /* BDAT: with LAST */
    bool utf8;           /* VRFY, EXPN: with SMTPUTF8 (RFC 6531 3.7.4.2), by SMTP_LAX_UTF8 only */
    smtp_span mechanism; /* AUTH: in capitals, as RFC 4422 3.1 has it */
    smtp_span initial;   /* AUTH: the initial response as written, base64 or "=" (RFC 4954 4) */
    bool has_initial;
    unsigned lax_used;
    size_t fault_off; /* offset of the fault in the line */
};

/* The name in capitals; "" for SMTP_V_UNKNOWN; for the rows that are no words "(greeting)" and so on. */
const char *smtp_verb_name(enum smtp_verb verb);

/* The verb of a word, in any case (RFC 5321 2.4). */
enum smtp_verb smtp_verb_of(smtp_span word);

/* Reads a line. On a fault verb, line, argument and fault_off are set all the same. */
SMTP_CHECK enum smtp_fault smtp_parse_command(smtp_span line, unsigned lax,
                                              struct smtp_command *out);

/* VRFY, EXPN: the argument without the word SMTPUTF8 behind it. */
smtp_span smtp_command_name(const struct smtp_command *c);

/* Prints the command with its CRLF; the inverse for everything that parses strictly. */
size_t smtp_print_command(smtp_room to, const struct smtp_command *c);

#endif
