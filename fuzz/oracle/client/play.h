/*
 * NAME
 *     play.h: the client session played from records
 *
 * DESCRIPTION
 *     client_play() is the caller and the wire of one session: it feeds what the server says, in whole writes
 *     or in pieces, and does what a caller does: he authenticates where he may, asks a command, sends two
 *     mails, quits. When the input ends time goes on, from deadline to deadline, until the session
 *     has closed. What two plays of one input must have in common stands in the struct; what holds in every
 *     play is checked on the way.
 *
 *     Bits of the first mode: 0-1 TLS if offered, always, never, never; 2 does not authenticate; 3 asks no
 *     command; 4 LMTP; 5-6 which command: VRFY, EXPN, HELP, NOOP. Of the second: 0-2 which caller (callers.c);
 *     3 he just sends 8; 4 PIPELINING and CHUNKING are ignored; 5 he takes his turns late: when the next write
 *     comes; 6 inside TLS from the start; 7 replies have three lines at most, and the server breaks off where
 *     it would hang up.
 */
#ifndef FUZZ_ORACLE_CLIENT_PLAY_H
#define FUZZ_ORACLE_CLIENT_PLAY_H

#include "fuzz.h"
#include "records/records.h"
#include "smtp/client.h"

enum {
    CLIENT_MOST = 16384,
    CLIENT_LOG = 1 << 18,
    CLIENT_RCPTS = 2,
    CLIENT_MAILS = 2,
    CLIENT_LINES = 3 /* of a reply, where the mode says so */
};

/* A mail that a caller sends. */
struct client_letter {
    smtp_span sender;
    struct smtp_mail_params params;
    struct smtp_rcpt_params rcpt_params;
    const char *words, *rcpt_words; /* the same, as they are said; each can be left out */
    smtp_span text;
    enum smtp_fault fault; /* for which the text may not go out to its end */
};

struct client_caller {
    smtp_span mechanism;
    bool has_initial;
    smtp_span initial;
    const char *auth; /* the line */
    bool quits;       /* where another cancels the exchange */
    const struct client_letter *letters[CLIENT_MAILS];
};
const struct client_caller *client_caller_of(unsigned mode);

/* How the octets come and go. */
struct client_pace {
    const char *name;
    size_t feed, drain; /* octets at a time; 0 = all */
    bool random;        /* pieces to feed as a hash of the input has them */
    bool errs;          /* the caller makes mistakes at every turn, and should not have */
};

struct client_play {
    struct smtp_client client;
    struct smtp_client_config config;
    struct smtp_client_limits limits;
    const struct client_pace *pace;
    const struct client_caller *caller;
    char in[SMTP_CLIENT_IN_MIN], out[SMTP_CLIENT_OUT_MIN];
    char log[CLIENT_LOG], sent[CLIENT_LOG];
    char long_word[13000]; /* letters, for mistakes */
    uint32_t mistake;      /* the next one */
    size_t n, sent_n;      /* what they would need */
    uint64_t now_ms;
    struct smtp_mail mail;
    struct smtp_rcpt rcpts[CLIENT_RCPTS];
    const struct client_letter *letter;              /* of the mail that was begun last */
    const struct client_letter *tried[CLIENT_MAILS]; /* for which MAIL was said, or will be */
    unsigned begun, tried_n, done, closed;           /* mails; CLOSED */
    bool opened;                                     /* MAIL was accepted */
    unsigned taken, confirmed; /* recipients; replies that say that the text is taken */
    size_t text_at;
    bool broken_off; /* by the caller, or for his text: what had not left is dropped */
    bool asked_auth, asked_command, authenticated, refuse;
    bool late, waits; /* the caller takes his turns late; there is one */
    struct smtp_client_event turn;
    enum smtp_verb command;
    uint32_t random;
    enum smtp_verb answered; /* by the last reply */
    unsigned code;
    bool open;              /* a reply has lines to come, */
    unsigned open_code;     /* all with this code */
    uint64_t calls, octets; /* next() and writes; fed and sent */
};

void client_play(struct client_play *p, smtp_span input, const struct client_pace *pace);

/* caller.c: the next event, and what the caller does; false: there is none. */
bool client_take_event(struct client_play *p);

/* The same, of a caller who takes his turns late: now. */
void client_take_turn(struct client_play *p);

/* mistakes.c: what has to be refused, and changes nothing: before there is a session, and in one. */
void client_set_up_wrong(struct client_play *p);
void client_make_mistakes(struct client_play *p, const struct smtp_client_event *ev);

/* replies.c: what the server's replies say, read without the session's tables. */
void client_hear(struct client_play *p, const struct smtp_client_event *ev);
void client_check_done(const struct client_play *p);

/* asked.c: what was sent, read again. */
void client_check_sent(const struct client_play *p);

/* cells.c: notes the reply, for fuzzers and for who counts. */
void client_cell(const struct client_play *p, const struct smtp_client_event *ev);
/* Prints which cells of smtp_client_rules were reached, and the gaps. True: all were. */
bool client_cells_print(void);

#endif
