/*
 * NAME
 *     play.h: our client against our server, in one process
 *
 * DESCRIPTION
 *     play() sets both ends up as the script's modes say (ends.c), lets octets move between them (wire.c)
 *     while the caller (caller.c) and the application (application.c) do what the script says, and is over
 *     when both have said CLOSED. Time stands still while anything moves; then it leaps to what is due
 *     next. Broken oracles end the process at once; what two plays must have in common is in struct play.
 *
 *     Bits of the first mode: 0-1 enum smtp_client_tls, or 3: inside TLS from the start; 2-3 SMTP,
 *     submission, LMTP, or 3: a client that speaks LMTP to a server that does not; 4 the server needs TLS,
 *     5 authentication; 6 it refuses bare CR and LF, and its limits are low; 7 the client ignores PIPELINING
 *     and CHUNKING. Second and third: extensions that are not offered, in the order of ends.c.
 */
#ifndef FUZZ_PAIR_PLAY_H
#define FUZZ_PAIR_PLAY_H

#include "pair/script.h"
#include "smtp/client.h"
#include "smtp/server.h"

enum { PLAY_IN = 12288, PLAY_OUT = 12288 + 2, PLAY_PIPE = 32768 };

/* Octets under way, as a network has them: what has left one end waits here for the other to read. */
struct pipe {
    size_t head, n;
    char octets[PLAY_PIPE];
};

/* What the server says that it has done for a recipient, until the client can know it. */
struct fate {
    enum smtp_outcome told;
    unsigned taken; /* times that the text was accepted for him */
};

struct caller {
    size_t next; /* request */
    const struct script_request *request;
    struct smtp_mail mail;
    struct smtp_rcpt rcpts[SCRIPT_RCPTS];
    size_t text_at, turn; /* octets given; turns taken */
    bool pauses;          /* READY or TEXT was given, and is answered when it is time */
    uint64_t until_ms;
    size_t begun, done, delivered; /* mails; recipients */
    bool closed;
};

struct application {
    size_t session; /* decisions that were made about what is no mail */
    struct script_decision decision;
    bool decides; /* one is due, and is made when it is time */
    uint64_t until_ms;
    enum smtp_event_kind kind; /* of the event that waits */
    enum smtp_verb verb;
    bool challenges;
    size_t mails, rcpts, messages; /* MAIL commands; RCPT commands since; texts accepted */
    size_t taken[SCRIPT_RCPTS];    /* which recipients were accepted, in order */
    size_t taken_n, recipient;
    uint64_t body_n; /* octets of the text so far */
    bool chunked, closed;
};

struct play {
    struct smtp_client client;
    struct smtp_server server;
    struct smtp_client_config client_config;
    struct smtp_server_config server_config;
    const struct script *script;
    struct caller caller;
    struct application application;
    struct fate fates[SCRIPT_RCPTS]; /* of the mail that is under way */
    size_t fate_count;               /* recipients that take part in it */
    uint64_t now_ms;
    uint32_t random; /* 0: everything that can move moves at once */
    bool trace;
    bool trouble;                  /* time ran out, or the connection broke */
    bool client_gone, server_gone; /* closed as far as the wire goes */
    bool client_cut,
        server_cut; /* what an end that had closed left under way to this one was lost */
    uint64_t client_log, server_log; /* of the events, in one number */
    uint64_t calls, moved;           /* next() calls and carries; octets */
    struct pipe to_server, to_client;
    char client_in[PLAY_IN], client_out[PLAY_OUT];
    char server_in[PLAY_IN], server_out[PLAY_OUT];
};

void play(struct play *p, const struct script *script, uint32_t random, bool trace);

/* ends.c */
void play_set_up(struct play *p);
bool play_has(const struct play *p, enum smtp_ext extension); /* the server offers it now */

/* caller.c, application.c: one event and what it makes them do; false: there was none */
bool caller_step(struct play *p);
bool application_step(struct play *p);

/* The same when nothing else moves: what was put off, if it is time. */
bool caller_resume(struct play *p);
bool application_resume(struct play *p);

/* judge.c: whether what arrived at the server is what the caller gave */
void judge_command(const struct play *p, const struct smtp_event *ev);
void judge_body(const struct play *p, smtp_span bytes);
void judge_message(const struct play *p, const struct smtp_event *ev);

/* fates.c: what the answer to a command says about the recipients */
void fates_begin(struct play *p);
void fates_answer(struct play *p, enum smtp_verb verb, unsigned code);
void fates_check(struct play *p); /* at DONE */

/* wire.c */
void wire_break(struct play *p);
uint64_t wire_next_random(struct play *p);
void wire_note(uint64_t *log, uint64_t number);

#endif
