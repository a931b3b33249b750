/*
 * NAME
 *     smtp/client.h: the client side of a session, without I/O
 *
 * SYNOPSIS
 *     smtp_client_init(&c, &config, in, out, now);
 *     whenever octets came or left, the peer ended, TLS came up, or the deadline passed:
 *         while (smtp_client_next(&c, now, &ev))
 *             switch (ev.kind) {
 *             case SMTP_CE_READY:     smtp_client_auth() | _mail() | _command() | _quit()
 *             case SMTP_CE_CHALLENGE: smtp_client_respond() | _cancel()
 *             case SMTP_CE_TEXT:      smtp_client_text()
 *             case SMTP_CE_DONE:      look at mail.rcpts[].outcome
 *             ...
 *
 * DESCRIPTION
 *     Octets go through the edge, the first member. The session greets (EHLO, HELO where EHLO is not
 *     known; LHLO in LMTP), starts TLS as the config wants it and greets again, and is then READY; what
 *     it says beyond that its caller has asked for (RSET belongs to a transaction that ends early).
 *     It reads while it writes, so that two full windows cannot lock (RFC 2920 3.1). Replies are
 *     matched to commands in order; one that nobody asked for is a fault, but 421 may come at any time.
 *     Before the next line is looked at, next() is false once for what was just said, so that it leaves.
 *
 *     A transaction is the caller's struct smtp_mail: addresses, parameters, recipients, and their
 *     results; the session keeps positions only. With PIPELINING MAIL, all RCPT and DATA leave as
 *     fast as there is room (RFC 2920 3.1); with CHUNKING the text goes by BDAT, without stuffing.
 *     The text comes in pieces of any size, cut anywhere.
 *
 * LIFETIME
 *     The spans of an event are good until the next call on the session or its edge. The config, the
 *     buffers and a struct smtp_mail (until its DONE) are the caller's. No heap, no clock.
 *
 * CLAUSES
 *     RFC 5321 3.1 to 3.8, 4.1.1, 4.2, 4.5.2, 4.5.3.2; RFC 2920, 3030, 3207, 4954, 1870, 6152, 6531,
 *     3461, 8689, 2033.
 */
#ifndef SMTP_CLIENT_H
#define SMTP_CLIENT_H

#include "smtp/capabilities.h"
#include "smtp/command.h"
#include "smtp/edge.h"
#include "smtp/params.h"
#include "smtp/reply.h"
#include "smtp/wire.h"

enum smtp_client_tls {
    SMTP_TLS_IF_OFFERED, /* STARTTLS where it is offered; refused: on in clear (RFC 3207 4) */
    SMTP_TLS_ALWAYS,     /* not offered or refused: QUIT, fault TLS_NEEDED */
    SMTP_TLS_NEVER
};

/* RFC 5321 4.5.3.2, in milliseconds. */
struct smtp_client_limits {
    uint64_t greeting_ms; /* 4.5.3.2.1: 5 minutes */
    uint64_t command_ms;  /* EHLO, AUTH, RSET and all that has no clause of its own: 5 minutes */
    uint64_t mail_ms;     /* 4.5.3.2.2: 5 minutes */
    uint64_t rcpt_ms;     /* 4.5.3.2.3: 5 minutes */
    uint64_t data_ms;     /* 4.5.3.2.4: 2 minutes */
    uint64_t block_ms;    /* 4.5.3.2.5: 3 minutes for each write */
    uint64_t end_ms;      /* 4.5.3.2.6: 10 minutes */
    uint64_t tls_ms;      /* the handshake */
    uint64_t quit_ms;     /* for 221, which changes nothing: seconds */
    size_t reply_lines;   /* of one reply; more is a fault */
};
extern const struct smtp_client_limits smtp_client_limits_default;

struct smtp_client_config {
    const char *name;                        /* domain or address literal for EHLO */
    const struct smtp_client_limits *limits; /* NULL: smtp_client_limits_default */
    enum smtp_client_tls tls;
    bool lmtp;       /* RFC 2033 */
    unsigned ignore; /* bits of enum smtp_keyword that are not used though offered */
    /* 8-bit text goes out without BODY=8BITMIME all the same (RFC 6152 3 forbids it) */
    bool just_send_8;
};

/* What became of a recipient, or of a transaction. */
enum smtp_outcome {
    SMTP_O_NONE,      /* not tried, or no answer: try again */
    SMTP_O_ACCEPTED,  /* 250, 251, 252 to RCPT; the text is still to come */
    SMTP_O_DELIVERED, /* 2yz to the text: the server has it (RFC 5321 4.2.5) */
    SMTP_O_LATER,     /* 4yz, and 552 to RCPT (RFC 5321 4.5.3.1.10) */
    SMTP_O_NEVER,     /* 5yz, or what we refuse to send (fault) */
    SMTP_O_UNKNOWN /* the end of the text was said and never answered: delivered or not (RFC 1047) */
};

struct smtp_rcpt {
    smtp_span address;              /* Mailbox, or postmaster; no angle brackets, no source route */
    struct smtp_rcpt_params params; /* dropped where DSN is not offered (RFC 3461 5.2.2) */
    /* the result; MAIL refused: that is every recipient's */
    enum smtp_outcome outcome;
    unsigned code; /* the reply that decided; 0: none did */
    struct smtp_enhanced enhanced;
};

struct smtp_mail {
    smtp_span sender; /* Mailbox; empty: the null reverse-path */
    /* What is wished. SIZE, RET, ENVID, AUTH=, BY, MT-PRIORITY are left out where not offered; BODY is
     * chosen from what the text is: BODY here says that. SMTPUTF8, REQUIRETLS, HOLD* and a binary
     * text have no way around: the transaction ends with a fault. */
    struct smtp_mail_params params;
    struct smtp_rcpt *rcpts;
    size_t rcpt_count;
    /* the result */
    enum smtp_outcome outcome; /* that of the recipient with the best: DELIVERED, UNKNOWN, NONE,
                                  LATER, NEVER; code and enhanced are its too */
    enum smtp_fault fault;     /* where we are the ones who refuse; SMTP_OK else */
    unsigned code;
    struct smtp_enhanced enhanced;
    unsigned left_out; /* bits of enum smtp_mail_param that were wished and not offered */
};

enum smtp_client_event_kind {
    /* A line of a reply: code, last, text; for logs and for VRFY, EXPN, HELP. Noted in fault and borne,
     * for actions hang on the code alone (RFC 5321 4.2): REPLY_TEXT, REPLY_LONG, EHLO_LINE, EHLO_PARAM,
     * and REPLY_CODE beside a code (its second digit is over 5). */
    SMTP_CE_LINE,
    SMTP_CE_READY, /* the caller's turn, when all has left. Given again after each of his requests
                          has ended */
    SMTP_CE_TLS,   /* the handshake: fault SMTP_OK or TLS_FAILED */
    SMTP_CE_INJECTED,  /* size = octets behind 220 to STARTTLS that were dropped (RFC 3207 4.2) */
    SMTP_CE_CHALLENGE, /* 334: text = decoded challenge. Waits for respond() or cancel() */
    SMTP_CE_AUTH, /* the exchange has ended: code 235, or what refused it; fault AUTH_BASE64: it was
                          cancelled for a challenge that is no base64 */
    SMTP_CE_REPLY, /* the answer to command(): verb, code, enhanced, text of its last line */
    SMTP_CE_RCPT,  /* the answer to a recipient: rcpt = its index; in LMTP also that to the text */
    SMTP_CE_TEXT,  /* the text is wanted: room = octets that text() takes at most, about half of
                          the output buffer at least. Waits for text(); with CHUNKING each call is a
                          chunk of its own */
    SMTP_CE_DONE,  /* the transaction has ended; its results stand in the struct */
    SMTP_CE_TIMEOUT, /* a deadline of limits has passed; the session is closing */
    SMTP_CE_CLOSED   /* the last event. fault SMTP_OK: after QUIT, answered or not; SERVICE: 421; or
                      what broke, with the code of the reply that did it */
};

struct smtp_client_event {
    enum smtp_client_event_kind kind;
    enum smtp_verb verb; /* the command that is answered; SMTP_V_CONNECT: the greeting */
    unsigned code;
    bool last; /* LINE */
    struct smtp_enhanced enhanced;
    smtp_span text;
    enum smtp_fault fault;
    size_t fault_off; /* in the line */
    size_t rcpt, room;
    uint64_t size;
};

enum smtp_client_phase {
    SMTP_CP_GREETING, /* waits for the greeting */
    SMTP_CP_HELLO,    /* EHLO, LHLO or HELO */
    SMTP_CP_STARTTLS, /* said */
    SMTP_CP_TLS,      /* 220 came, the handshake is the transport's */
    SMTP_CP_READY,    /* the caller's turn */
    SMTP_CP_AUTH,     /* the exchange */
    SMTP_CP_COMMAND,  /* one of command() */
    SMTP_CP_ENVELOPE, /* MAIL, RCPT and DATA */
    SMTP_CP_TEXT,     /* 354 came, or chunks go */
    SMTP_CP_END,      /* the end of the text was said */
    SMTP_CP_FAILED,   /* a chunk was refused: no more of them (RFC 3030 2) */
    SMTP_CP_RESET,    /* RSET ends the transaction */
    SMTP_CP_QUIT,
    SMTP_CP_CLOSED
};

/*
 * One row of the reply table (RFC 5321 4.3.2): the codes that a verb has for success, the one for
 * "go on", what its wait may take, the clause. The first digit decides (4.2.1, 4.3.2), so that a
 * code which is not listed counts as its neighbours do.
 */
struct smtp_client_rule {
    enum smtp_verb verb;
    unsigned short success[3], more; /* 0: none */
    unsigned short later;            /* a 5yz code that is read as 4yz */
    size_t patience;                 /* offset of the time in struct smtp_client_limits */
    const char *clause;
};

/* Ended by a row without a clause. */
extern const struct smtp_client_rule smtp_client_rules[];

/* The row of a verb; NULL: a client of ours never says it. */
const struct smtp_client_rule *smtp_client_rule_for(enum smtp_verb verb);

enum smtp_verdict {
    SMTP_VERDICT_DONE, /* success */
    SMTP_VERDICT_MORE, /* go on: the text, the next line of the exchange */
    SMTP_VERDICT_LATER,
    SMTP_VERDICT_NEVER,
    SMTP_VERDICT_WRONG /* of a kind that the command does not have */
};

/* What a code says about a command. */
enum smtp_verdict smtp_client_verdict(enum smtp_verb verb, unsigned code);

/* All of it is the session's; look by the functions below, and at the edge. */
struct smtp_client {
    struct smtp_edge edge; /* first: a session is an edge */
    const struct smtp_client_config *config;
    const struct smtp_client_limits *limits;
    struct smtp_capabilities offered; /* by the last EHLO; nothing after HELO */
    struct smtp_mail *mail;
    enum smtp_client_phase phase;
    enum smtp_verb verb; /* HELLO, COMMAND: what is said */
    size_t said,
        heard; /* replies that were asked for, replies that came: since the phase's first */
    struct smtp_line line;
    struct smtp_reply reply;       /* the one that is coming */
    struct smtp_enhanced enhanced; /* its */
    size_t text_at, text_n; /* of its last line, behind the enhanced code: where in the input */
    size_t taken;           /* octets of the input that belong to the last event */
    size_t unsent;          /* of the output, at the end of the last call */
    uint64_t since_ms;      /* when the current wait began */
    struct smtp_mail_params params; /* of MAIL, as they are said */
    struct smtp_stuff stuff;
    size_t rcpts, accepted; /* recipients that take part; that the server took */
    size_t text_rcpt;       /* LMTP: where to look for the recipient that is answered next */
    uint64_t mails;         /* MAIL commands so far */
    enum smtp_fault fault;  /* for CLOSED */
    unsigned code;          /* for CLOSED */
    bool restart;           /* the wait begins with this call */
    bool asked;             /* READY, CHALLENGE or TEXT was given: the caller's turn */
    bool done;              /* DONE is due */
    bool extended, authenticated;
    bool leaving;                  /* quit() was called */
    bool tls_tried;                /* STARTTLS was refused */
    bool mail_refused;             /* the replies to RCPT and DATA behind it mean nothing */
    bool chunked;                  /* BDAT, not DATA */
    bool ended;                    /* the end of the text was said */
    bool cr;                       /* the text's last octet was CR */
    bool bad_challenge, cancelled; /* the AUTH exchange */
    bool closed_said;
};

/*
 * The least that the buffers hold: a reply line or a 12,288-octet challenge; the longest command
 * line.
 */
enum { SMTP_CLIENT_IN_MIN = 12288, SMTP_CLIENT_OUT_MIN = 12288 + 2 };

/* SMTP_OK, SMTP_E_BUFFER, or SMTP_E_DOMAIN for a name that EHLO does not take. With edge.secure set
 * afterwards (implicit TLS) no STARTTLS is said. */
SMTP_CHECK enum smtp_fault smtp_client_init(struct smtp_client *c,
                                            const struct smtp_client_config *config, smtp_room in,
                                            smtp_room out, uint64_t now_ms);

/* The next event; false: nothing now (look at the edge's wants and deadline). */
bool smtp_client_next(struct smtp_client *c, uint64_t now_ms, struct smtp_client_event *ev);

/* ---- requests: when READY was the last event ----------------------------------------------- */

/*
 * AUTH (RFC 4954 4). LINE_LONG where the initial response does not fit a command line: then call
 * again without it and give it to the first, empty, challenge. NOT_HERE: AUTH is not offered.
 * AUTH_MECHANISM: no name of one, or one of enum smtp_mechanism that the server does not list; of
 * others no list is kept, and the server answers. AUTH_HERE: done already (RFC 4954 4).
 */
SMTP_CHECK enum smtp_fault smtp_client_auth(struct smtp_client *c, smtp_span mechanism,
                                            bool has_initial, smtp_span initial);
/* Answers a challenge; false: too long for the output (12,288 octets encoded). */
SMTP_CHECK bool smtp_client_respond(struct smtp_client *c, smtp_span octets);
void smtp_client_cancel(struct smtp_client *c); /* "*" */

/*
 * Begins a transaction. Nothing is sent when it fails: BARE_CR, BARE_LF, NUL, a fault of the
 * address grammar or of a parameter, NO_RCPT; *rcpt = the recipient's index, or SIZE_MAX: the
 * sender, or a parameter of MAIL. Non-ASCII addresses need SMTPUTF8 in params. What the server
 * does not offer ends it by DONE with mail->fault: NEEDS_8BITMIME, _BINARY, _UTF8, _TLS, _HOLD,
 * SIZE_DECLARED. Where LIMITS says RCPTMAX, recipients beyond it stay NONE, for another
 * transaction; MAILMAX used up: fault MAILMAX, all NONE, for another session. RCPTDOMAINMAX is the
 * caller's business.
 */
SMTP_CHECK enum smtp_fault smtp_client_mail(struct smtp_client *c, struct smtp_mail *mail,
                                            size_t *rcpt);
/*
 * Takes octets of the text, as they are to be stored (no dot-stuffing); `last`: behind them it
 * ends. Returns how many were taken, 0 where the transaction has ended meanwhile; the end counts
 * as taken only when all were: call again at the next TEXT. No octets, and not the end: nothing
 * happens. A bare CR or LF (RFC 5321 2.3.8), or an octet above 127 without BODY=8BITMIME (RFC 6152
 * 3), in a text that is not BINARYMIME breaks the connection off: TEXT_BARE_CR, TEXT_BARE_LF,
 * NEEDS_8BITMIME in mail->fault, nothing is delivered.
 */
size_t smtp_client_text(struct smtp_client *c, smtp_span octets, bool last);
/*
 * The text cannot be had to its end: the connection is broken off, nothing is delivered (RFC 5321
 * 4.1.1.4); CLOSED with fault ABANDONED follows.
 */
void smtp_client_abandon(struct smtp_client *c);

/*
 * VRFY, EXPN, HELP, NOOP, RSET; an argument that breaks the line or its grammar is refused by
 * name.
 */
SMTP_CHECK enum smtp_fault smtp_client_command(struct smtp_client *c, enum smtp_verb verb,
                                               smtp_span argument);

/*
 * QUIT, as soon as no command is open, no transaction, and no AUTH exchange (which is cancelled).
 * CLOSED follows, by limits.quit_ms at the latest.
 */
void smtp_client_quit(struct smtp_client *c);

bool smtp_client_is_extended(const struct smtp_client *c); /* EHLO or LHLO was accepted */

#endif
