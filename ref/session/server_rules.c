#include "smtp/server.h"

#define TRANSACTION (SMTP_S_MAIL | SMTP_S_RCPT | SMTP_S_CHUNKS | SMTP_S_FAILED)
#define HELLO (SMTP_S_READY | TRANSACTION)
#define ANY (SMTP_S_START | HELLO)

/* RFC 5321 3.1: every word but QUIT, and what is no word. */
/* clang-format off */
#define REFUSED_WORDS(X) \
    X(EHLO) X(HELO) X(LHLO) X(MAIL) X(RCPT) X(DATA) X(BDAT) X(RSET) X(VRFY) X(EXPN) X(HELP) X(NOOP) \
    X(STARTTLS) X(AUTH) X(ETRN) X(TURN) X(UNKNOWN)
/* clang-format on */

#define REFUSED_ROW(word)                                                                          \
    {SMTP_V_##word, SMTP_S_REFUSED,                                                                \
     SMTP_S_SAME,   503,                                                                           \
     "5.5.1",       "no service here, only QUIT",                                                  \
     "5321-3.1",    0},

/*
 * RFC 5321 4.1.4, order of commands; 4.3.2, their replies. A short name for each column keeps a row
 * on one line. RFC 2033 4: LMTP is the same but for the word that begins, so both tables share their
 * rows; what else differs (one answer for each recipient) is no matter of order.
 */
#define SAME SMTP_S_SAME
#define START SMTP_S_START
#define READY SMTP_S_READY
#define MAIL SMTP_S_MAIL
#define RCPT SMTP_S_RCPT
#define TEXT SMTP_S_TEXT
#define TLS SMTP_S_TLS
#define CLOSED SMTP_S_CLOSED
#define CHUNK SMTP_S_CHUNK
#define CHUNKS SMTP_S_CHUNKS
#define FAILED SMTP_S_FAILED
#define HELP_TEXT " MAIL RCPT DATA RSET VRFY EXPN HELP NOOP QUIT, see RFC "

/* clang-format off */
#define SHARED_ROWS(PROTOCOL, WORDS, WORD, HELP) \
    {SMTP_V_CONNECT,      SMTP_S_CONNECT, START,  220, NULL,    "{name} " PROTOCOL " smtpref",         "5321-3.1",        0}, \
    {SMTP_V_QUIT,         SMTP_S_REFUSED, CLOSED, 221, "2.0.0", "{name} closing connection",           "5321-3.1",        0}, \
    REFUSED_WORDS(REFUSED_ROW) \
\
    {SMTP_V_MAIL,         READY,          MAIL,   250, "2.1.0", "sender ok",                           "5321-4.1.1.2",    0}, \
    {SMTP_V_MAIL,         START,          SAME,   503, "5.5.1", "say " WORDS " first",                 "5321-4.1.4",      0}, \
    {SMTP_V_MAIL,         TRANSACTION,    SAME,   503, "5.5.1", "a transaction is open already",       "5321-4.1.4",      0}, \
\
    {SMTP_V_RCPT,         MAIL | RCPT,    RCPT,   250, "2.1.5", "recipient ok",                        "5321-4.1.1.3",    0}, \
    {SMTP_V_RCPT,         START | READY,  SAME,   503, "5.5.1", "MAIL comes first",                    "5321-3.3",        0}, \
    {SMTP_V_RCPT,         CHUNKS | FAILED, SAME,  503, "5.5.1", "the message has begun already",       "3030-2",          0}, \
\
    {SMTP_V_DATA,         RCPT,           TEXT,   354, NULL,    "start the text, end it with CRLF.CRLF", "5321-4.1.1.4",  0}, \
    {SMTP_V_DATA,         MAIL,           SAME,   503, "5.5.1", "no valid recipients",                 "5321-3.3",        0}, \
    {SMTP_V_DATA,         START | READY,  SAME,   503, "5.5.1", "MAIL and RCPT come first",            "5321-4.1.4",      0}, \
    {SMTP_V_DATA,         CHUNKS | FAILED, FAILED, 503, "5.5.1", "DATA and BDAT do not mix, say RSET", "3030-2",          0}, \
    {SMTP_V_END_OF_DATA,  TEXT | CHUNK,   READY,  250, "2.6.0", "message accepted",                    "5321-4.1.1.4",    0}, \
\
    {SMTP_V_BDAT,         ANY,            SAME,   502, "5.5.1", "CHUNKING is not offered",             "5321-4.2.4",      SMTP_X_CHUNKING}, \
    {SMTP_V_BDAT,         RCPT | CHUNKS,  CHUNK,  0,   NULL,    "",                                    "3030-2",          0}, \
    {SMTP_V_BDAT,         MAIL,           FAILED, 503, "5.5.1", "no valid recipients",                 "3030-2",          0}, \
    {SMTP_V_BDAT,         START | READY,  SAME,   503, "5.5.1", "MAIL and RCPT come first",            "3030-2",          0}, \
    {SMTP_V_BDAT,         FAILED,         SAME,   503, "5.5.1", "a chunk was refused, say RSET",       "3030-2",          0}, \
    {SMTP_V_END_OF_CHUNK, CHUNK,          CHUNKS, 250, "2.0.0", "chunk taken",                         "3030-2",          0}, \
\
    {SMTP_V_RSET,         HELLO,          READY,  250, "2.0.0", "transaction forgotten",               "5321-4.1.1.5",    0}, \
    {SMTP_V_RSET,         START,          SAME,   250, "2.0.0", "nothing to forget",                   "5321-4.1.1.5",    0}, \
    {SMTP_V_VRFY,         ANY,            SAME,   252, "2.0.0", "not verified, but mail is tried",     "5321-7.3",        0}, \
    {SMTP_V_EXPN,         ANY,            SAME,   252, "2.0.0", "lists are not shown here",            "5321-7.3",        0}, \
    {SMTP_V_HELP,         ANY,            SAME,   214, "2.0.0", HELP,                                  "5321-4.1.1.8",    0}, \
    {SMTP_V_NOOP,         ANY,            SAME,   250, "2.0.0", "ok",                                  "5321-4.1.1.9",    0}, \
    {SMTP_V_QUIT,         ANY,            CLOSED, 221, "2.0.0", "{name} closing connection",           "5321-4.1.1.10",   0}, \
\
    {SMTP_V_STARTTLS,     HELLO,          TLS,    220, "2.0.0", "{name} ready to start TLS",           "3207-4",          0}, \
    {SMTP_V_STARTTLS,     START,          SAME,   503, "5.5.1", "say " WORD " first",                  "5321-4.1.4",      0}, \
    {SMTP_V_TLS_UP,       TLS,            START,  0,   NULL,    "",                                    "3207-4.2",        0}, \
\
    {SMTP_V_AUTH,         ANY,            SAME,   502, "5.5.1", "AUTH is not offered",                 "5321-4.2.4",      SMTP_X_AUTH}, \
    {SMTP_V_AUTH,         READY,          SAME,   235, "2.7.0", "authentication succeeded",            "4954-4",          0}, \
    {SMTP_V_AUTH,         START,          SAME,   503, "5.5.1", "say " WORD " first",                  "5321-4.1.4",      0}, \
    {SMTP_V_AUTH,         TRANSACTION,    SAME,   503, "5.5.1", "not in a transaction",                "4954-4",          0}, \
    {SMTP_V_RESPONSE,     SMTP_S_AUTH,    READY,  235, "2.7.0", "authentication succeeded",            "4954-4",          0}, \
\
    /* 4.2.4: 502 for what is known and not implemented, 500 for the rest */ \
    {SMTP_V_ETRN,         ANY,            SAME,   502, "5.5.1", "ETRN is not offered",                 "5321-4.2.4",      0}, \
    {SMTP_V_TURN,         ANY,            SAME,   502, "5.5.1", "TURN is not implemented",             "5321-F.1",        0}, \
    {SMTP_V_UNKNOWN,      ANY,            SAME,   500, "5.5.1", "command not recognized",              "5321-4.2.4",      0}, \
    {SMTP_V_UNKNOWN,      0,              SAME,   0,   NULL,    NULL,                                  NULL,              0}

const struct smtp_rule smtp_server_rules[] = {
    {SMTP_V_EHLO,         ANY,            READY,  250, NULL,    "{name} at your service{extensions}",  "5321-4.1.1.1",    0},
    {SMTP_V_HELO,         ANY,            READY,  250, NULL,    "{name} at your service",              "5321-4.1.1.1",    0},
    {SMTP_V_LHLO,         ANY,            SAME,   500, "5.5.1", "this is SMTP, not LMTP",              "5321-4.2.4",      0},
    SHARED_ROWS("ESMTP", "EHLO or HELO", "EHLO", "EHLO HELO" HELP_TEXT "5321"),
};

/* RFC 2033 4.1: LHLO in place of both, and 500 is recommended for them. */
const struct smtp_rule smtp_lmtp_rules[] = {
    {SMTP_V_LHLO,         ANY,            READY,  250, NULL,    "{name} at your service{extensions}",  "2033-4.1",        0},
    {SMTP_V_EHLO,         ANY,            SAME,   500, "5.5.1", "this is LMTP, not SMTP: say LHLO",    "2033-4.1",        0},
    {SMTP_V_HELO,         ANY,            SAME,   500, "5.5.1", "this is LMTP, not SMTP: say LHLO",    "2033-4.1",        0},
    SHARED_ROWS("LMTP", "LHLO", "LHLO", "LHLO" HELP_TEXT "2033"),
};
/* clang-format on */

const struct smtp_rule *smtp_rule_for(const struct smtp_rule *rules, enum smtp_verb verb,
                                      enum smtp_state state, unsigned extensions)
{
    for (const struct smtp_rule *rule = rules; rule->in != 0; rule++)
        if (rule->verb == verb && (rule->in & (unsigned)state) != 0 &&
            (rule->without & extensions) == 0)
            return rule;
    return NULL;
}

const char *smtp_state_name(enum smtp_state state)
{
    switch (state) {
    case SMTP_S_CONNECT:
        return "CONNECT";
    case SMTP_S_REFUSED:
        return "REFUSED";
    case SMTP_S_START:
        return "START";
    case SMTP_S_READY:
        return "READY";
    case SMTP_S_MAIL:
        return "MAIL";
    case SMTP_S_RCPT:
        return "RCPT";
    case SMTP_S_TEXT:
        return "TEXT";
    case SMTP_S_TLS:
        return "TLS";
    case SMTP_S_CLOSED:
        return "CLOSED";
    case SMTP_S_CHUNK:
        return "CHUNK";
    case SMTP_S_CHUNKS:
        return "CHUNKS";
    case SMTP_S_FAILED:
        return "FAILED";
    case SMTP_S_AUTH:
        return "AUTH";
    case SMTP_S_SAME:
        return "SAME";
    }
    return "";
}

/* RFC 5321 4.5.3.1 and 4.5.3.2.7; the handshake has no clause of its own. */
const struct smtp_limits smtp_limits_default = {
    .command_line = 512,
    .recipients = 100,
    .message = 10485760,
    .errors = 100,
    .command_ms = 300000,
    .text_ms = 300000,
    .tls_ms = 60000,
    .auth_line = 12288,
    .transactions = 0,
    .hops = 100,
    .auth_tries = 3,
};
