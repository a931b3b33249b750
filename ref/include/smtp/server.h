/*
 * NAME
 *     smtp/server.h: the server side of a session, without I/O
 *
 * SYNOPSIS
 *     smtp_server_init(&s, &config, in, out, now);
 *     whenever octets came or left, the peer ended, TLS came up, a decision is made, or the
 *     deadline passed:
 *         while (smtp_server_next(&s, now, &ev))
 *             if (ev.wants_reply)
 *                 smtp_server_accept(&s) | smtp_server_refuse(&s, fault) | smtp_server_reply(&s,
 *                 ...);
 *
 * DESCRIPTION
 *     Octets go through the edge, the first member. next() gives one event at a time and answers by
 *     itself what needs no decision (syntax, order, limits). An event with wants_reply waits for
 *     one of the three answers, which may come at once or long after; until then SMTP_WANT_REPLY is
 *     set and next() gives nothing more. The state moves when the answer is chosen (law 2): accept
 *     takes the rule's own reply and its next state, a refusal leaves the transaction as it was.
 *     Frame first, judge second (law 3): a line over its limit is drained to its CRLF and answered
 *     once, a message that was refused early is drained to its end, a chunk to its last octet.
 *     The sequence of events, neighbouring BODY events joined, is the same for every segmentation
 *     of the input (law 5); only how many octets behind STARTTLS were already here may differ.
 *     Nothing is taken from the input while the output has no room for a reply, nor while a reply
 *     that may not be buffered (RFC 2920 3.2: EHLO, DATA, VRFY, EXPN, NOOP, QUIT and unknown
 *     commands; RFC 4954 4: AUTH) has not left: call next() again whenever octets have left.
 *
 *     BDAT (RFC 3030): the command wants no answer; its octets are BODY, and then comes CHUNK or, for
 *     the last chunk, MESSAGE. Where a chunk is refused, by whomever, the message is lost: the octets of
 *     this one and all that follow are dropped, and each is answered when its octets are gone, until
 *     RSET or EHLO. Without CHUNKING the octets are dropped too, behind a 502 that comes at once.
 *     AUTH (RFC 4954): an AUTH command, and RESPONSE for each line that the client sends then, is
 *     answered by smtp_server_challenge(), accept (235) or refuse. Where the session ends the exchange
 *     itself (cancelled, malformed, too long, shutting down) that is REJECTED with verb AUTH. No event
 *     shows a secret but in `bytes`.
 *     LMTP (RFC 2033 4.2): after the end of data MESSAGE comes once for each accepted recipient.
 *
 * LIFETIME
 *     The spans of an event are good until the next call on the session or its edge; an event that
 *     waits for an answer keeps them until the answer, for nothing is read meanwhile. The config,
 *     its rules and limits, and the buffers are the caller's and outlive the session. No heap, no
 *     clock.
 *
 * CLAUSES
 *     RFC 5321 3.1 to 3.8, 4.1.1, 4.1.4, 4.2, 4.3, 4.5.3, 6.3; RFC 1870, 2033, 2034, 2852, 2920, 3030,
 *     3207, 3461, 4865, 4954, 6152, 6409, 6531, 6710, 7504, 8689, 9422.
 */
#ifndef SMTP_SERVER_H
#define SMTP_SERVER_H

#include "smtp/command.h"
#include "smtp/edge.h"
#include "smtp/params.h"
#include "smtp/wire.h"

enum smtp_state {
    SMTP_S_CONNECT = 1 << 0, /* before the greeting */
    SMTP_S_REFUSED = 1 << 1, /* greeted with 554 or 521: waits for QUIT (RFC 5321 3.1) */
    SMTP_S_START = 1 << 2,   /* greeted, no EHLO or HELO yet; also after TLS (RFC 3207 4.2) */
    SMTP_S_READY = 1 << 3,   /* EHLO or HELO accepted, no transaction */
    SMTP_S_MAIL = 1 << 4,    /* MAIL accepted, no recipient yet */
    SMTP_S_RCPT = 1 << 5,    /* at least one recipient accepted */
    SMTP_S_TEXT = 1 << 6,    /* 354 given, message text until CRLF.CRLF */
    SMTP_S_TLS = 1 << 7,     /* 220 to STARTTLS given, handshake not finished */
    SMTP_S_CLOSED = 1 << 8,  /* nothing more is read or answered */
    SMTP_S_CHUNK = 1 << 9,   /* BDAT taken, its octets are coming (RFC 3030) */
    SMTP_S_CHUNKS = 1 << 10, /* between two chunks of a message */
    SMTP_S_FAILED = 1 << 11, /* a chunk was refused: 503 to further ones (RFC 3030 2) */
    SMTP_S_AUTH = 1 << 12,   /* 334 given, a line of the client is due (RFC 4954) */
    SMTP_S_SAME = 0          /* in a rule: the state stays */
};
enum { SMTP_STATE_COUNT = 13 };

/*
 * One row of the sequencing table: in these states this verb is answered so. `then` applies when
 * the answer is the row's own (accept); a row whose code is 4yz or 5yz is given without asking
 * anybody, and `then` applies as well. The first row that fits counts. All but SMTP_S_SAME ends or
 * begins things: entering START forgets all, entering READY the transaction, entering MAIL begins
 * one. In the text "{name}" stands for the server's name, "{extensions}" for a line for each
 * keyword of EHLO, and each '\n' begins a new line. `enhanced` is left out where RFC 2034 wants
 * none. A row with `without` is passed over where one of these extensions is offered.
 */
struct smtp_rule {
    enum smtp_verb verb;
    unsigned in; /* bits of enum smtp_state */
    enum smtp_state then;
    unsigned short code; /* 0: no reply (the handshake that came up; a chunk that is to come) */
    const char *enhanced, *text, *clause;
    unsigned without; /* bits of enum smtp_ext */
};

/*
 * The tables of the reference, for SMTP (and submission) and for LMTP, ended by a row with in = 0.
 * They have a row for every word in REFUSED, START, READY, MAIL, RCPT, CHUNKS and FAILED, and for those
 * that are no words where they happen. Engine, tests, documentation, the state diagram and the mutants
 * read these.
 */
extern const struct smtp_rule smtp_server_rules[], smtp_lmtp_rules[];

/* The row for a verb in a state, with these extensions offered; NULL: none (a word is answered with
 * 500 then). */
const struct smtp_rule *smtp_rule_for(const struct smtp_rule *rules, enum smtp_verb verb,
                                      enum smtp_state state, unsigned extensions);

/* "READY" and so on; "SAME". */
const char *smtp_state_name(enum smtp_state state);

/* RFC 5321 4.5.3.1 (minimum maxima, octets with CRLF) and 4.5.3.2.7 (time, milliseconds). */
struct smtp_limits {
    size_t command_line; /* 512; what each offered extension adds comes on top */
    size_t recipients;   /* 100 at least; more get 452 */
    uint64_t message;    /* SIZE; 0 = no limit */
    unsigned errors;     /* 5yz answers before the next command gets 421; 0 = never */
    uint64_t command_ms; /* waiting for the next command, and for the last reply to leave */
    uint64_t text_ms;    /* waiting for more text */
    uint64_t
        text_rate; /* octets a second of a text, 1000 at most: each wins only the time that it is worth, and
                            no more than text_ms in all; 0 = any octet wins text_ms */
    uint64_t tls_ms;  /* the handshake */
    size_t auth_line; /* a line of an AUTH exchange with CRLF (RFC 4954 4); the command itself keeps
                            the limit of commands */
    size_t
        transactions; /* MAIL commands, good or not, before the next gets 421 (RFC 9422 4.1); 0 = no
                            limit */
    unsigned hops; /* Received fields in the header section of a text; more: 554 (RFC 5321 6.3); 0
                            = never */
    unsigned
        auth_tries; /* failed exchanges before the next AUTH gets 421 (RFC 4954 9); 0 = never */
};
extern const struct smtp_limits smtp_limits_default;

enum smtp_ext {
    SMTP_X_SIZE = 1 << 0,
    SMTP_X_8BITMIME = 1 << 1,
    SMTP_X_PIPELINING = 1 << 2,
    SMTP_X_ENHANCEDSTATUSCODES = 1 << 3,
    SMTP_X_STARTTLS = 1 << 4, /* offered in clear only (RFC 3207 4.2) */
    SMTP_X_HELP = 1 << 5,     /* lists HELP, as example D.1 does */
    SMTP_X_VRFY = 1 << 6,
    SMTP_X_EXPN = 1 << 7,
    SMTP_X_CHUNKING = 1 << 8,
    SMTP_X_BINARYMIME = 1 << 9, /* with CHUNKING only (RFC 3030 3) */
    SMTP_X_SMTPUTF8 = 1 << 10,  /* with 8BITMIME only (RFC 6531 3.1) */
    SMTP_X_DSN = 1 << 11,
    SMTP_X_AUTH = 1 << 12,       /* listed where there are mechanisms, and not after success */
    SMTP_X_REQUIRETLS = 1 << 13, /* inside TLS only (RFC 8689 2) */
    SMTP_X_LIMITS = 1 << 14,     /* RCPTMAX, and MAILMAX where there is a limit */
    SMTP_X_DELIVERBY = 1 << 15,
    SMTP_X_MT_PRIORITY = 1 << 16,
    SMTP_X_FUTURERELEASE = 1 << 17 /* submission only (RFC 4865 4.2), where both maxima are set */
};

enum smtp_mode {
    SMTP_MODE_SMTP,
    SMTP_MODE_SUBMISSION, /* RFC 6409: domains of one label get 554 (4.2). Its 4.3 wants auth_needed but
                             where peers are known otherwise; what it asks of the text, smtp/mend.h does */
    SMTP_MODE_LMTP        /* RFC 2033 */
};

struct smtp_server_config {
    const char *name; /* domain or address literal: greeting, EHLO, 221, 421 */
    enum smtp_mode mode;
    const struct smtp_rule *rules;    /* NULL: smtp_server_rules or, in LMTP, smtp_lmtp_rules */
    const struct smtp_limits *limits; /* NULL: smtp_limits_default */
    unsigned lax;                     /* bits of enum smtp_lax */
    unsigned extensions;              /* bits of enum smtp_ext */
    bool size_unsaid; /* SIZE is listed without its number; who does so looks at its room before it
                         takes a declared size (RFC 1870 7) */
    bool tls_needed;  /* 530 to all but EHLO NOOP QUIT STARTTLS in clear (RFC 3207 4) */
    bool
        refuse_bare; /* a text with bare CR or LF is refused with 554 at its end, unless BINARYMIME */
    /* AUTH: names of mechanisms with spaces between, in clear and inside TLS; NULL or "": none. */
    const char *auth_clear, *auth_tls;
    bool
        auth_needed; /* 530 to all but AUTH EHLO HELO LHLO NOOP RSET QUIT STARTTLS until authenticated
                         (RFC 4954 6) */
    uint32_t deliver_by_min; /* DELIVERBY: the least by-time with R (RFC 2852 2); 0: says nothing */
    uint32_t hold_max_s;     /* FUTURERELEASE: seconds */
    const char *hold_max_until;   /* FUTURERELEASE: date-time in UTC (RFC 4865 3) */
    const char *priority_profile; /* MT-PRIORITY: the policy's name, or NULL (RFC 6710 3) */
};

enum smtp_event_kind {
    SMTP_EV_CONNECT, /* wants_reply: the greeting. refuse() = 554 and only QUIT; with NO_MAIL 521, and
                         again to all but QUIT (RFC 7504 3) */
    SMTP_EV_COMMAND, /* a command that is legal now; cmd is set; wants_reply unless the row's code
                         is  0 (BDAT). MAIL, RCPT: mail, rcpt. AUTH: bytes = the initial response,
                         decoded, where cmd.has_initial; line and argument end behind the
                         mechanism, cmd.initial is empty */
    SMTP_EV_REJECTED, /* answered already by the session: fault, cmd; rule where a row did it. BDAT: size
                         octets were dropped, the message with them (its cmd.line is empty then);
                         with NO_RCPT, in LMTP, there was no reply (RFC 2033 4.3) */
    SMTP_EV_BODY, /* bytes: message text, dots undone, no more than the limit; in BDAT any octets */
    SMTP_EV_CHUNK, /* end of a chunk that is not the last; wants_reply unless fault is set (then it
                         was refused already); size: its octets. A refusal ends the message */
    SMTP_EV_MESSAGE,  /* end of data; wants_reply unless fault is set (then it was refused already);
                         size, fault, fault_off of the whole text. LMTP: once for each recipient */
    SMTP_EV_RESPONSE, /* a line of the AUTH exchange: bytes, decoded; wants_reply */
    SMTP_EV_INJECTED, /* size = octets behind STARTTLS that were dropped */
    SMTP_EV_TLS,      /* the handshake: fault SMTP_OK or TLS_FAILED */
    SMTP_EV_TIMEOUT,  /* 421 was given (but in a handshake), the session is closing */
    SMTP_EV_CLOSED    /* the last event; fault SHUTDOWN: 421 was given to an idle peer */
};

struct smtp_event {
    enum smtp_event_kind kind;
    bool wants_reply;
    enum smtp_fault fault;
    uint64_t fault_off; /* in cmd.line, or in the text */
    smtp_span bytes;
    uint64_t size;
    struct smtp_command cmd;
    struct smtp_mail_params mail;
    struct smtp_rcpt_params rcpt;
    size_t recipient;  /* MESSAGE: which of the recipients is answered now, from 0; 0 but in LMTP */
    size_t recipients; /* MESSAGE: how many were accepted */
    const struct smtp_rule *rule; /* the row that applies */
    unsigned lax_used; /* tolerances that this command or text needed; UTF8: SMTPUTF8 was */
};

/* A chunk: what BDAT said, and what becomes of it. */
struct smtp_chunk {
    uint64_t size, left; /* octets: announced, still to come */
    bool counted;        /* the number could be read: so many octets follow, whatever the answer */
    bool last;
    bool refused; /* an answer is owed when its octets are gone: */
    enum smtp_fault fault;
    const struct smtp_rule *rule; /* the row that refused it, or NULL */
    size_t answers;               /* so many of them (RFC 2033 4.3) */
};

/* The end of a text that takes one answer or, in LMTP, one for each recipient. */
struct smtp_ending {
    bool reached;
    enum smtp_fault fault;
    uint64_t fault_off;
    size_t answered;
};

/* All of it is the session's; look by the functions below, and at the edge. */
struct smtp_server {
    struct smtp_edge edge; /* first: a session is an edge */
    const struct smtp_server_config *config;
    const struct smtp_rule *rules;
    const struct smtp_limits *limits;
    enum smtp_state state;
    struct smtp_line line;
    struct smtp_dot dot;         /* its fault is that of chunks, too */
    const struct smtp_rule *due; /* the row whose answer the application owes */
    enum smtp_verb verb;         /* the verb that is being answered */
    size_t taken;                /* octets of the input that belong to the last event */
    size_t recipients;           /* accepted in this transaction */
    struct smtp_chunk chunk;     /* the last BDAT */
    struct smtp_ending ending;   /* of the text, while it is answered */
    struct smtp_hops hops;       /* of the text */
    uint64_t text;               /* octets of it so far */
    size_t transactions;         /* MAIL commands so far */
    unsigned errors;             /* 5yz answers so far */
    unsigned auth_failures;      /* exchanges that failed */
    uint64_t since_ms;           /* when the current wait began */
    bool restart;                /* it begins with the next call */
    bool flush;                  /* nothing more until the last reply has left */
    bool extended;               /* EHLO or LHLO, not HELO */
    bool authenticated;
    bool utf8;     /* the transaction is SMTPUTF8 */
    bool binary;   /* its BODY is BINARYMIME */
    bool cr;       /* the last octet of the chunks so far was CR */
    bool mailless; /* greeted with 521 (RFC 7504) */
    bool shutting; /* smtp_server_stop() was called */
    bool closed_said;
};

/* The longest reply, all its lines: the least that `out` holds. */
enum { SMTP_SERVER_REPLY_MAX = 1024 };

/* The longest line with these limits and extensions, of a command or where AUTH is offered of an
 * exchange: the least that `in` holds. */
size_t smtp_server_line_max(const struct smtp_server_config *config);

/*
 * SMTP_OK, or SMTP_E_BUFFER: a buffer holds less than smtp_server_line_max, SMTP_SERVER_REPLY_MAX, or
 * the answer to EHLO would be longer than that.
 */
SMTP_CHECK enum smtp_fault smtp_server_init(struct smtp_server *s,
                                            const struct smtp_server_config *config, smtp_room in,
                                            smtp_room out, uint64_t now_ms);

/* The next event; false: nothing now (look at the edge's wants and deadline). */
bool smtp_server_next(struct smtp_server *s, uint64_t now_ms, struct smtp_event *ev);

/* The rule's own reply and next state. */
void smtp_server_accept(struct smtp_server *s);

/* The fault's reply; the state stays (after end of data: the transaction is over all the same,
 * 4.1.1.4; a chunk, the last too: FAILED; an AUTH exchange: READY). */
void smtp_server_refuse(struct smtp_server *s, enum smtp_fault why);

/*
 * Any reply, each '\n' of the text begins a new line; in 221, 421 and a 220 greeting the server's
 * name is put in front (4.2). `enhanced` NULL: X.0.0 of the code's class; it is left out where RFC
 * 2034 wants none. A 2yz or 3yz code moves the state as accept does, others as refuse; 421 closes.
 * A code that RFC 5321 does not know, an enhanced code of another class, text that is not
 * textstring (4.2) or too long for its line or for SMTP_SERVER_REPLY_MAX is a caller's mistake:
 * false, nothing said.
 */
SMTP_CHECK bool smtp_server_reply(struct smtp_server *s, unsigned code, const char *enhanced,
                                  smtp_span text);

/*
 * AUTH: 334 with these octets in base64; the client's line is the next event. False, and nothing said:
 * the reply would be longer than SMTP_SERVER_REPLY_MAX.
 */
SMTP_CHECK bool smtp_server_challenge(struct smtp_server *s, smtp_span octets);

/* Whether an AUTH exchange was accepted (RFC 4954 4); forgotten with STARTTLS (RFC 3207 4.2). */
bool smtp_server_is_authenticated(const struct smtp_server *s);

/* The caller did not call next() for a while, for want of room for the text: the peer's time begins
 * anew with the next call. */
void smtp_server_waited(struct smtp_server *s);

/* Told to stop: 421 to the next command, or with the next next() where no octet of one is here
 * (3.8). */
void smtp_server_stop(struct smtp_server *s);

/* The transaction state, for logs, tests and observers. */
enum smtp_state smtp_server_state(const struct smtp_server *s);

#endif
