/*
 * NAME
 *     client_log.h: a client session played to a written log
 *
 * SYNOPSIS
 *     struct client_play p = {.config = &config, .calls = calls, .in = in, .out = out,
 *                             .log = {.room = room}};
 *     if (client_play_begin(&p)) client_play_step(&p, &step) ...
 *     or all of it by client_play_all(), and then p.log.room.p[0 .. p.log.n)
 *
 * DESCRIPTION
 *     Plays the server, the transport, the clock and the caller. What the caller wants is a list of
 *     calls, one for each READY; behind the last one he quits. The log has a line for each line that
 *     the client says ("C: "), for each line of a reply ("S: "), for each event, and one for what the
 *     client sends of a text ("T: ", joined). By law 5 the same octets in other pieces give the same
 *     log; how many octets behind STARTTLS were here already is left out of it. No heap.
 */
#ifndef CLIENT_LOG_H
#define CLIENT_LOG_H

#include "smtp/client.h"

struct client_log {
    smtp_room room;
    size_t n;     /* octets that it would need; over room.n: cut off */
    bool in_text; /* the last line is a text that may go on */
};

enum { CLIENT_RCPTS = 8, CLIENT_ANSWERS = 4 };

struct client_call {
    enum client_what {
        CLIENT_QUIT, /* also: what stands behind the last call */
        CLIENT_MAIL,
        CLIENT_AUTH,
        CLIENT_COMMAND,
        CLIENT_STAY /* nothing: the server's turn */
    } what;
    /* MAIL */
    const char *sender, *rcpts; /* recipients with spaces between */
    smtp_span text;             /* p NULL: abandoned when it is asked for */
    struct smtp_mail_params params;
    struct smtp_rcpt_params rcpt_params; /* of each recipient */
    /* AUTH: the mechanism; NULL: no initial response. COMMAND: an argument */
    const char *mechanism, *initial, *answers[CLIENT_ANSWERS]; /* NULL: cancelled */
    enum smtp_verb verb;
    const char *argument;
};

struct client_step {
    enum client_does {
        CLIENT_WRITE,     /* the server's octets */
        CLIENT_TLS,       /* the handshake succeeds, if it is wanted */
        CLIENT_TLS_FAILS, /* it does not */
        CLIENT_WAIT,      /* ms */
        CLIENT_END,       /* how */
        CLIENT_LEAVE      /* the caller quits, whatever is going on */
    } does;
    smtp_span octets;
    uint64_t ms;
    enum smtp_end how;
};

/* Where the server's octets are cut, as in event_log.h. */
struct client_cuts {
    size_t at, step;
    uint32_t seed;
};

struct client_play {
    const struct smtp_client_config *config;
    const struct client_call *calls;
    size_t call_count;
    smtp_room in, out;
    struct client_log log;
    size_t drain; /* octets that the server takes at a time; 0 = all */
    size_t piece; /* octets of text that the caller gives at a time; 0 = as many as are wanted */
    uint64_t now_ms;
    bool secure;  /* TLS from the start */
    bool stalled; /* the server takes nothing */
    /* filled in by the play */
    struct smtp_client client;
    const struct client_call *call; /* the one that is going on */
    size_t next, answer, at;        /* of calls, of its answers, of its text */
    struct smtp_mail mail;
    struct smtp_rcpt rcpts[CLIENT_RCPTS];
    size_t unread; /* octets that the session did not want */
    bool closed;
};

SMTP_CHECK bool client_play_begin(struct client_play *p);
void client_play_write(struct client_play *p, smtp_span octets);
void client_play_step(struct client_play *p, const struct client_step *step,
                      struct client_cuts *cuts, size_t *at);

/* Begins and plays all steps, the server's octets cut as told. */
SMTP_CHECK bool client_play_all(struct client_play *p, const struct client_step *steps,
                                size_t count, struct client_cuts cuts);

smtp_span client_log_text(const struct client_log *log);

/* "DELIVERED" and so on. */
const char *client_outcome_name(enum smtp_outcome outcome);

#endif
