/*
 * NAME
 *     smtp/fault.h: the fault table
 *
 * DESCRIPTION
 *     Everything that a peer can do wrong has one row here: symbol, reply code, enhanced status code
 *     (RFC 3463), clause, text. Replies, documentation and tests all come from it. A clause is
 *     "5321-4.1.2": RFC number, section.
 *     A fault is the peer's; a mistake of the caller is an assert.
 */
#ifndef SMTP_FAULT_H
#define SMTP_FAULT_H

/* clang-format off */
#define SMTP_FAULTS(X) \
    /* lines */ \
    X(LINE_LONG,      500, "5.5.2", "5321-4.5.3.1.4",  "command line too long") \
    X(BARE_CR,        500, "5.5.2", "5321-2.3.8",      "bare CR in a command") \
    X(BARE_LF,        500, "5.5.2", "5321-2.3.8",      "bare LF in a command") \
    X(NUL,            501, "5.5.2", "5321-4.1.2",      "NUL in a command") \
    X(CONTROL,        501, "5.5.2", "5321-4.1.2",      "control character in a command") \
    X(NON_ASCII,      501, "5.5.2", "5321-4.1.2",      "octet above 127 in a command") \
    /* commands */ \
    X(VERB,           500, "5.5.1", "5321-4.2.4",      "command not recognized") \
    X(NO_COMMAND,     500, "5.5.2", "5321-2.4",        "empty command line") \
    X(NOT_HERE,       502, "5.5.1", "5321-4.2.4",      "command not implemented") \
    X(ARGUMENT,       501, "5.5.4", "5321-4.1.1",      "this command takes no argument") \
    X(NO_ARGUMENT,    501, "5.5.4", "5321-4.1.1",      "an argument is missing") \
    X(STRING,         501, "5.5.4", "5321-4.1.2",      "the argument is not a String: one Atom or Quoted-string") \
    X(FROM,           501, "5.5.4", "5321-4.1.1.2",    "expected FROM: right behind the verb and a space") \
    X(TO,             501, "5.5.4", "5321-4.1.1.3",    "expected TO: right behind the verb and a space") \
    X(TRAILING,       501, "5.5.4", "5321-4.1.1",      "text behind the end of the argument") \
    /* addresses */ \
    X(DOMAIN,         501, "5.5.4", "5321-4.1.2",      "malformed domain") \
    X(DOMAIN_LONG,    501, "5.5.4", "5321-4.5.3.1.2",  "domain longer than 255 octets") \
    X(LITERAL,        501, "5.5.4", "5321-4.1.3",      "malformed address literal") \
    X(PATH_OPEN,      501, "5.5.4", "5321-4.1.2",      "a path begins with <") \
    X(PATH_CLOSE,     501, "5.5.4", "5321-4.1.2",      "a path ends with >") \
    X(PATH_NULL,      501, "5.5.4", "5321-4.1.2",      "the null path is no forward-path") \
    X(PATH_LONG,      501, "5.5.4", "5321-4.5.3.1.3",  "path longer than 256 octets") \
    X(ROUTE,          501, "5.5.4", "5321-4.1.2",      "malformed source route") \
    X(LOCAL_PART,     501, "5.5.4", "5321-4.1.2",      "malformed local-part") \
    X(LOCAL_LONG,     501, "5.5.4", "5321-4.5.3.1.1",  "local-part longer than 64 octets") \
    X(QUOTED_OPEN,    501, "5.5.4", "5321-4.1.2",      "Quoted-string without closing quote") \
    X(AT,             501, "5.5.4", "5321-4.1.2",      "expected @ and a domain behind the local-part") \
    /* parameters */ \
    X(PARAM,          501, "5.5.4", "5321-4.1.2",      "malformed parameter") \
    X(PARAM_TWICE,    501, "5.5.4", "5321-4.1.1.11",   "the same parameter twice") \
    X(PARAM_UNKNOWN,  555, "5.5.4", "5321-4.1.1.11",   "parameter not recognized or not implemented") \
    X(PARAM_SIZE,     501, "5.5.4", "1870-4",          "SIZE= takes 1 to 20 digits") \
    X(PARAM_BODY,     501, "5.5.4", "6152-2",          "BODY= takes 7BIT, 8BITMIME or, where it is offered, BINARYMIME") \
    X(PARAM_VALUE,    501, "5.5.4", "6531-3.1",        "this parameter takes no value") \
    X(PARAM_RET,      501, "5.5.4", "3461-4.3",        "RET= takes FULL or HDRS") \
    X(PARAM_ENVID,    501, "5.5.4", "3461-4.4",        "ENVID= takes 1 to 100 octets of xtext for printable text") \
    X(PARAM_AUTH,     501, "5.5.4", "4954-5",          "AUTH= takes a mailbox as xtext, or <>") \
    X(PARAM_BY,       501, "5.5.4", "2852-4",          "BY= takes seconds, a semicolon, N or R (R: one second at least), T or nothing") \
    X(PARAM_HOLD,     501, "5.5.4", "4865-3",          "HOLDFOR= takes 1 to 999999999, HOLDUNTIL= a date-time of RFC 3339 in UTC") \
    X(PARAM_PRIORITY, 501, "5.5.2", "6710-4.1",        "MT-PRIORITY= takes -9 to 9") \
    X(PARAM_NOTIFY,   501, "5.5.4", "3461-4.1",        "NOTIFY= takes NEVER, or some of SUCCESS, FAILURE and DELAY") \
    X(PARAM_ORCPT,    501, "5.5.4", "3461-4.2",        "ORCPT= takes an address type, a semicolon and the address as xtext, 500 octets at most") \
    /* order */ \
    X(SEQUENCE,       503, "5.5.1", "5321-4.1.4",      "bad sequence of commands") \
    X(NO_RCPT,        503, "5.5.1", "5321-3.3",        "no valid recipients") \
    X(EARLY,          503, "5.5.1", "5321-4.3.1",      "the client talks before the greeting") \
    /* policy and resources */ \
    X(NO_SERVICE,     554, "5.3.2", "5321-3.1",        "no SMTP service here") \
    X(NO_MAIL,        521, "5.3.2", "7504-3",          "this host does not accept mail") \
    X(NO_MAILBOX,     550, "5.1.1", "5321-3.3",        "no such mailbox here") \
    X(NO_RELAY,       550, "5.7.1", "5321-3.6.2",      "relaying denied") \
    X(SENDER,         550, "5.7.1", "5321-3.3",        "sender refused") \
    X(SENDER_SHORT,   554, "5.1.8", "6409-4.2",        "a domain of one label is not fully qualified") \
    X(RCPT_SHORT,     554, "5.1.2", "6409-4.2",        "a domain of one label is not fully qualified") \
    X(HEADER_ADDRESS, 554, "5.6.0", "6409-5.1",        "an address in the header is malformed or has no full domain") \
    X(RCPT_MANY,      452, "4.5.3", "5321-4.5.3.1.10", "too many recipients") \
    X(SIZE_DECLARED,  552, "5.3.4", "1870-6.1",        "declared message size exceeds the limit") \
    X(SIZE,           552, "5.3.4", "1870-6.3",        "message size exceeds the limit") \
    X(STORE,          451, "4.3.0", "5321-4.2.3",      "local error in processing") \
    X(STORE_FULL,     452, "4.3.1", "5321-4.2.3",      "insufficient system storage") \
    X(LATER,          451, "4.7.0", "5321-4.2.3",      "try again later") \
    X(HOP_DOWN,       451, "4.4.1", "5321-4.2.3",      "no answer from the next hop") \
    X(HOP_LATER,      451, "4.0.0", "5321-4.2.3",      "the next hop refuses for now") \
    X(HOP_NEVER,      554, "5.0.0", "5321-4.2.3",      "the next hop refuses") \
    X(TEXT_BARE_CR,   554, "5.6.0", "5321-2.3.8",      "bare CR in the message text") \
    X(TEXT_BARE_LF,   554, "5.6.0", "5321-2.3.8",      "bare LF in the message text") \
    X(ERRORS_MANY,    421, "4.7.0", "5321-7.8",        "too many errors") \
    X(MAIL_MANY,      421, "4.7.0", "9422-4.1",        "too many transactions in one session") \
    X(LOOP,           554, "5.4.0", "5321-6.3",        "too many Received fields, the message seems to loop") \
    /* extensions */ \
    X(BINARY_DATA,    503, "5.5.1", "3030-3",          "a BINARYMIME message takes BDAT, not DATA") \
    X(UTF8_SENDER,    550, "5.6.7", "6531-3.5",        "an address like this takes the SMTPUTF8 parameter") \
    X(UTF8_RCPT,      553, "5.6.7", "6531-3.5",        "an address like this takes the SMTPUTF8 parameter of MAIL") \
    X(BY_SHORT,       555, "5.5.4", "2852-3",          "BY= asks for less time than the least that EHLO lists") \
    X(HOLD_LONG,      501, "5.5.4", "4865-4.2",        "the message would be held longer than EHLO lists") \
    X(HOLD_BY,        501, "5.5.4", "4865-5.2.2",      "the message would be held longer than BY= gives it") \
    /* AUTH */ \
    X(AUTH_NEEDED,    530, "5.7.0", "4954-6",          "authentication required") \
    X(AUTH_HERE,      503, "5.5.1", "4954-4",          "authenticated already") \
    X(AUTH_MECHANISM, 504, "5.5.4", "4954-4",          "no such mechanism here") \
    X(AUTH_ENCRYPT,   504, "5.5.4",  "4954-4",         "this mechanism takes TLS, STARTTLS first") \
    X(AUTH_WEAK,      534, "5.7.9", "4954-6",          "the mechanism is too weak") \
    X(AUTH_INITIAL,   501, "5.7.0", "4954-4",          "with this mechanism the server begins") \
    X(AUTH_CREDENTIALS, 535, "5.7.8", "4954-6",        "authentication credentials invalid") \
    X(AUTH_TEMPORARY, 454, "4.7.0", "4954-6",          "temporary authentication failure") \
    X(AUTH_CANCEL,    501, "5.7.0", "4954-4",          "authentication cancelled") \
    X(AUTH_BASE64,    501, "5.5.2", "4954-4",          "malformed base64") \
    X(AUTH_LONG,      500, "5.5.6", "4954-4",          "authentication exchange line is too long") \
    X(AUTH_MANY,      421, "4.7.0", "4954-9",          "too many failed authentications") \
    /* TLS */ \
    X(TLS_ARGUMENT,   501, "5.5.2", "3207-4",          "STARTTLS takes no parameters") \
    X(TLS_HERE,       503, "5.5.1", "3207-4.2",        "TLS is active already") \
    X(TLS_NONE,       454, "4.7.0", "3207-4",          "TLS not available now") \
    X(TLS_NEEDED,     530, "5.7.0", "3207-4",          "STARTTLS first") \
    X(TLS_FAILED,     554, "5.7.0", "3207-4.1",        "TLS handshake failed") \
    X(TLS_INJECTED,   501, "5.5.2", "3207-4.2",        "octets behind STARTTLS dropped") \
    /* ends */ \
    X(TIMEOUT,        421, "4.4.2", "5321-4.5.3.2.7",  "timeout, closing the connection") \
    X(SHUTDOWN,       421, "4.3.2", "5321-3.8",        "service shutting down") \
    /* replies, seen by a client or an observer */ \
    X(REPLY_CODE,     0,   "",      "5321-4.2",        "a reply begins with three digits, 2-5 0-5 0-9") \
    X(REPLY_MARK,     0,   "",      "5321-4.2",        "behind the code stands a space, a hyphen or the end of the line") \
    X(REPLY_TEXT,     0,   "",      "5321-4.2",        "reply text is tab, space and printable ASCII") \
    X(REPLY_LONG,     0,   "",      "5321-4.5.3.1.5",  "reply line longer than 512 octets") \
    X(REPLY_MIXED,    0,   "",      "5321-4.2.1",      "the lines of one reply carry different codes") \
    X(REPLY_BARE,     0,   "",      "5321-2.3.8",      "reply line does not end in CRLF") \
    X(GREETING,       0,   "",      "5321-4.2",        "a 220 greeting names the server's domain or address literal") \
    X(EHLO_LINE,      0,   "",      "5321-4.1.1.1",    "malformed keyword line in an EHLO reply") \
    X(EHLO_PARAM,     0,   "",      "5321-4.1.1.1",    "a parameter that the keyword of an EHLO reply does not take") \
    /* header fields */ \
    X(COMMENT,        0,   "",      "5322-3.2.2",      "comment without closing parenthesis") \
    X(GROUP,          0,   "",      "5322-3.4",        "group of addresses without its semicolon") \
    /* a client's reasons */ \
    X(REPLY_CLASS,    0,   "",      "5321-4.3.2",      "a reply of a kind that its command does not have") \
    X(REPLY_UNASKED,  0,   "",      "5321-4.2",        "a reply to no command") \
    X(REPLY_LINES,    0,   "",      "5321-4.2.1",      "a reply of more lines than the limit") \
    X(HELLO,          0,   "",      "5321-3.2",        "the server refuses EHLO and HELO") \
    X(SERVICE,        0,   "",      "5321-3.8",        "the server ends the session by 421") \
    X(BROKEN,         0,   "",      "5321-3.8",        "the connection ended without QUIT") \
    X(ABANDONED,      0,   "",      "5321-4.1.1.4",    "the text was broken off by its sender") \
    X(NEEDS_8BITMIME, 554, "5.6.3", "6152-3",          "8-bit text, and the server or its sender does not know of it") \
    X(NEEDS_BINARY,   554, "5.6.3", "3030-3",          "binary text, and BINARYMIME with CHUNKING is not offered") \
    X(NEEDS_UTF8,     550, "5.6.7", "6531-3.5",        "SMTPUTF8 is needed and not offered") \
    X(NEEDS_TLS,      550, "5.7.30", "8689-4.2.1",     "REQUIRETLS is needed and not offered inside TLS") \
    X(NEEDS_HOLD,     550, "5.5.4", "4865-4",          "FUTURERELEASE is needed and not offered") \
    X(MAILMAX,        451, "4.5.3", "9422-4.1",        "the session takes no more transactions") \
    /* the caller's buffers */ \
    X(BUFFER,         0,   "",      "5321-4.5.3.1.4",  "buffer too small for the limits set")
/* clang-format on */

enum smtp_fault {
    SMTP_OK,
    SMTP_NOMATCH, /* "not here": nothing consumed, the caller may try something else */
#define SMTP_FAULT_ENUM(symbol, code, enhanced, clause, text) SMTP_E_##symbol,
    SMTP_FAULTS(SMTP_FAULT_ENUM)
#undef SMTP_FAULT_ENUM
        SMTP_FAULT_COUNT
};

struct smtp_fault_row {
    const char *symbol;  /* "LINE_LONG" */
    unsigned short code; /* 0: never a reply */
    const char *enhanced, *clause, *text;
};

/* The row of a fault; for SMTP_OK and SMTP_NOMATCH a row with code 0 and empty strings. */
const struct smtp_fault_row *smtp_fault_row(enum smtp_fault fault);

#endif
