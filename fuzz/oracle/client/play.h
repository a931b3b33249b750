/*
 * NAME
 *     play.h: the client session played from records
 *
 * DESCRIPTION
 *     client_play() is the caller and the wire of one session: it feeds what the server says, in whole writes
 *     or in pieces, and does what the caller of every input does: he authenticates where he may, asks a
 *     command, sends two mails, quits. When the input ends time goes on, from deadline to deadline, until the session
 *     has closed. What two plays of one input must have in common stands in the struct; what holds in every
 *     play is checked on the way.
 *
 *     Bits of the mode: 0-1 TLS if offered, always, never, never; 2 does not authenticate; 3 asks no command;
 *     4 LMTP; 5-6 which command: VRFY, EXPN, HELP, NOOP.
 */
#ifndef FUZZ_ORACLE_CLIENT_PLAY_H
#define FUZZ_ORACLE_CLIENT_PLAY_H

#include "fuzz.h"
#include "records/records.h"
#include "smtp/client.h"

enum { CLIENT_MOST = 16384, CLIENT_LOG = 1 << 18, CLIENT_RCPTS = 2, CLIENT_MAILS = 2 };

/* How the octets come and go. */
struct client_pace {
    const char *name;
    size_t feed, drain; /* octets at a time; 0 = all */
    bool random;        /* pieces to feed as a hash of the input has them */
};

struct client_play {
    struct smtp_client client;
    struct smtp_client_config config;
    const struct client_pace *pace;
    char in[SMTP_CLIENT_IN_MIN], out[SMTP_CLIENT_OUT_MIN];
    char log[CLIENT_LOG], sent[CLIENT_LOG];
    size_t n, sent_n; /* what they would need */
    uint64_t now_ms;
    struct smtp_mail mail;
    struct smtp_rcpt rcpts[CLIENT_RCPTS];
    unsigned begun, done, closed; /* mails; CLOSED */
    size_t text_at;
    bool asked_auth, asked_command, refuse;
    enum smtp_verb command;
    uint32_t random;
    enum smtp_verb answered; /* by the last reply */
    unsigned code;
    uint64_t calls, octets; /* next() and writes; fed and sent */
};

void client_play(struct client_play *p, unsigned mode, smtp_span input,
                 const struct client_pace *pace);

/* caller.c: the next event, and what the caller does; false: there is none. */
bool client_take_event(struct client_play *p);
extern const char *const client_texts[CLIENT_MAILS];

/* asked.c: what was sent, read again. */
void client_check_sent(const struct client_play *p);

/* cells.c: notes the reply, for fuzzers and for who counts. */
void client_cell(const struct client_play *p, const struct smtp_client_event *ev);
/* Prints which cells of smtp_client_rules were reached, and the gaps. True: all were. */
bool client_cells_print(void);

#endif
