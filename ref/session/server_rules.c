#include "smtp/server.h"

#define HELLO (SMTP_S_READY | SMTP_S_MAIL | SMTP_S_RCPT)
#define ANY (SMTP_S_START | HELLO)

/* RFC 5321 3.1: every word but QUIT, and what is no word. */
/* clang-format off */
#define REFUSED_WORDS(X) \
    X(EHLO) X(HELO) X(LHLO) X(MAIL) X(RCPT) X(DATA) X(BDAT) X(RSET) X(VRFY) X(EXPN) X(HELP) X(NOOP) \
    X(STARTTLS) X(AUTH) X(ETRN) X(TURN) X(UNKNOWN)
/* clang-format on */

#define REFUSED_ROW(word)                                                                          \
    {SMTP_V_##word, SMTP_S_REFUSED, SMTP_S_SAME, 503, "5.5.1", "no service here, only QUIT",       \
     "5321-3.1"},

/*
 * RFC 5321 4.1.4, order of commands; 4.3.2, their replies. A short name for each column keeps a row
 * on one line.
 */
#define SAME SMTP_S_SAME
#define START SMTP_S_START
#define READY SMTP_S_READY
#define MAIL SMTP_S_MAIL
#define RCPT SMTP_S_RCPT
#define TEXT SMTP_S_TEXT
#define TLS SMTP_S_TLS
#define CLOSED SMTP_S_CLOSED
#define HELP_TEXT "EHLO HELO MAIL RCPT DATA RSET VRFY EXPN HELP NOOP QUIT, see RFC 5321"

/* clang-format off */
const struct smtp_rule smtp_server_rules[] = {
    {SMTP_V_CONNECT,     SMTP_S_CONNECT, START,  220, NULL,    "{name} ESMTP smtpref",               "5321-3.1"},
    {SMTP_V_QUIT,        SMTP_S_REFUSED, CLOSED, 221, "2.0.0", "{name} closing connection",          "5321-3.1"},
    REFUSED_WORDS(REFUSED_ROW)

    {SMTP_V_EHLO,        ANY,            READY,  250, NULL,    "{name} at your service{extensions}", "5321-4.1.1.1"},
    {SMTP_V_HELO,        ANY,            READY,  250, NULL,    "{name} at your service",             "5321-4.1.1.1"},

    {SMTP_V_MAIL,        READY,          MAIL,   250, "2.1.0", "sender ok",                          "5321-4.1.1.2"},
    {SMTP_V_MAIL,        START,          SAME,   503, "5.5.1", "say EHLO or HELO first",             "5321-4.1.4"},
    {SMTP_V_MAIL,        MAIL | RCPT,    SAME,   503, "5.5.1", "a transaction is open already",      "5321-4.1.4"},

    {SMTP_V_RCPT,        MAIL | RCPT,    RCPT,   250, "2.1.5", "recipient ok",                       "5321-4.1.1.3"},
    {SMTP_V_RCPT,        START | READY,  SAME,   503, "5.5.1", "MAIL comes first",                   "5321-3.3"},

    {SMTP_V_DATA,        RCPT,           TEXT,   354, NULL,    "start the text, end it with CRLF.CRLF", "5321-4.1.1.4"},
    {SMTP_V_DATA,        MAIL,           SAME,   503, "5.5.1", "no valid recipients",                "5321-3.3"},
    {SMTP_V_DATA,        START | READY,  SAME,   503, "5.5.1", "MAIL and RCPT come first",           "5321-4.1.4"},
    {SMTP_V_END_OF_DATA, TEXT,           READY,  250, "2.6.0", "message accepted",                   "5321-4.1.1.4"},

    {SMTP_V_RSET,        HELLO,          READY,  250, "2.0.0", "transaction forgotten",              "5321-4.1.1.5"},
    {SMTP_V_RSET,        START,          SAME,   250, "2.0.0", "nothing to forget",                  "5321-4.1.1.5"},
    {SMTP_V_VRFY,        ANY,            SAME,   252, "2.0.0", "not verified, but mail is tried", "5321-7.3"},
    {SMTP_V_EXPN,        ANY,            SAME,   252, "2.0.0", "lists are not shown here",           "5321-7.3"},
    {SMTP_V_HELP,        ANY,            SAME,   214, "2.0.0", HELP_TEXT,                            "5321-4.1.1.8"},
    {SMTP_V_NOOP,        ANY,            SAME,   250, "2.0.0", "ok",                                 "5321-4.1.1.9"},
    {SMTP_V_QUIT,        ANY,            CLOSED, 221, "2.0.0", "{name} closing connection",          "5321-4.1.1.10"},

    {SMTP_V_STARTTLS,    HELLO,          TLS,    220, "2.0.0", "{name} ready to start TLS",          "3207-4"},
    {SMTP_V_STARTTLS,    START,          SAME,   503, "5.5.1", "say EHLO first",                     "5321-4.1.4"},
    {SMTP_V_TLS_UP,      TLS,            START,  0,   NULL,    "",                                   "3207-4.2"},

    /* 4.2.4: 502 for what is known and not implemented, 500 for the rest */
    {SMTP_V_BDAT,        ANY,            SAME,   502, "5.5.1", "CHUNKING is not offered",            "5321-4.2.4"},
    {SMTP_V_AUTH,        ANY,            SAME,   502, "5.5.1", "AUTH is not offered",                "5321-4.2.4"},
    {SMTP_V_ETRN,        ANY,            SAME,   502, "5.5.1", "ETRN is not offered",                "5321-4.2.4"},
    {SMTP_V_TURN,        ANY,            SAME,   502, "5.5.1", "TURN is not implemented",            "5321-F.1"},
    {SMTP_V_LHLO,        ANY,            SAME,   500, "5.5.1", "this is SMTP, not LMTP",             "5321-4.2.4"},
    {SMTP_V_UNKNOWN,     ANY,            SAME,   500, "5.5.1", "command not recognized",             "5321-4.2.4"},
    {SMTP_V_UNKNOWN,     0,              SAME,   0,   NULL,    NULL,                                 NULL},
};
/* clang-format on */

const struct smtp_rule *smtp_rule_for(const struct smtp_rule *rules, enum smtp_verb verb,
                                      enum smtp_state state)
{
    for (const struct smtp_rule *rule = rules; rule->in != 0; rule++)
        if (rule->verb == verb && (rule->in & (unsigned)state) != 0)
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
};
