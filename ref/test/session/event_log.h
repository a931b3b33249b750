/*
 * NAME
 *     event_log.h: a server session played to a written log
 *
 * SYNOPSIS
 *     struct event_play p = {.config = &config, .in = in, .out = out, .log = {.room = room}};
 *     event_play_begin(&p);
 *     event_play_write(&p, octets);    _tls, _wait, _end, _stop
 *     or a whole script with event_play_all(), and then p.log.room.p[0 .. p.log.n)
 *
 * DESCRIPTION
 *     Plays the peer, the transport, the clock and the application of a session, and writes down
 *     what happens: a line for each event, neighbouring BODY events joined, and a line for each
 *     line of a reply ("S: 250 ok"). By law 5 two plays of the same octets in other pieces give the
 *     same text; how many octets behind STARTTLS were here already is left out of it.
 *     The peer reads what it reads at once; octets that the session does not want to read are
 *     counted, and those that stand behind STARTTLS fail the handshake, as they would on a wire.
 *     No heap.
 */
#ifndef EVENT_LOG_H
#define EVENT_LOG_H

#include "smtp/server.h"

struct event_log {
    smtp_room room;
    size_t n;     /* octets that it would need; over room.n: cut off */
    bool in_body; /* the last line is a BODY that may go on */
};

struct event_play {
    const struct smtp_server_config *config;
    smtp_room in, out;
    struct event_log log;
    size_t drain;    /* octets of reply that the peer takes at a time; 0 = all */
    uint64_t now_ms; /* the clock */
    /* What the application decides: SMTP_OK or the reason of a refusal. NULL accepts all. An AUTH
     * command without initial response gets a challenge, "more" another one. */
    enum smtp_fault (*decide)(void *arg, const struct smtp_event *ev);
    void *arg;
    /* filled in by the play */
    struct smtp_server server;
    size_t unread;                      /* octets that the session did not want */
    size_t replies;                     /* lines of reply */
    bool closed;                        /* CLOSED was seen */
    unsigned visited[SMTP_V_ROW_COUNT]; /* the states in which each verb was judged */
};

/* Where a script's octets are cut: a piece up to `at` (of all octets), then pieces of `step` octets
 * (0 = whole); with a seed, pieces of random length up to `step`. */
struct event_cuts {
    size_t at, step;
    uint32_t seed;
};

struct event_step {
    enum event_what {
        EVENT_WRITE,     /* octets */
        EVENT_TLS,       /* the handshake succeeds, if it can */
        EVENT_TLS_FAILS, /* it does not */
        EVENT_WAIT,      /* ms */
        EVENT_END,       /* how */
        EVENT_STOP       /* smtp_server_stop() */
    } what;
    smtp_span octets;
    uint64_t ms;
    enum smtp_end how;
};

/* False: smtp_server_init() did not like the buffers. */
SMTP_CHECK bool event_play_begin(struct event_play *p);

void event_play_write(struct event_play *p, smtp_span octets);
void event_play_tls(struct event_play *p, bool ok);
void event_play_wait(struct event_play *p, uint64_t ms);
void event_play_end(struct event_play *p, enum smtp_end how);
void event_play_stop(struct event_play *p);

/* Begins and plays all steps, the octets of all writes cut as told. */
SMTP_CHECK bool event_play_all(struct event_play *p, const struct event_step *steps, size_t count,
                               struct event_cuts cuts);

/* What was written so far. */
smtp_span event_log_text(const struct event_log *log);

#endif
