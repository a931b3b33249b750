/*
 * NAME
 *     machine.h: the player inside
 *
 * DESCRIPTION
 *     The steps of the scenario are played one after the other; those that have to wait for the
 *     target or for a time are tried again whenever anything has happened. Exchanges of the
 *     player's own (STARTTLS in a prelude, AUTH, @alive) are steps too, put in as a frame on top.
 *
 *         start -> PLAYING -> LEAVING (QUIT, 221) -> CLOSING -> done()
 */
#ifndef CONFORMANCE_PLAYER_MACHINE_H
#define CONFORMANCE_PLAYER_MACHINE_H

#include "player/conn.h"
#include "player/findings.h"
#include "player/log.h"
#include "player/match.h"
#include "player/script.h"
#include "player/vars.h"

enum { CONN_ALIVE = 10, CONN_COUNT = 11, FRAMES = 4 };

enum player_phase { PLAYER_PLAYING, PLAYER_LEAVING, PLAYER_CLOSING };

struct hop_conn;

struct frame {
    const struct scenario_step *steps;
    size_t count, at;
    unsigned conn;                      /* all steps are on this one; 0: as they say */
    const struct scenario_step *origin; /* whose line and part of the file count; NULL: their own */
    bool strict;                        /* @alive: a FAIL at any level */
    const char *what;                   /* the exchange, for people */
};

/* The lines of one connection of the next hop. */
struct hop_talk {
    struct hop_conn *conn; /* NULL: it has not come, or is gone */
    bool came, over;
    bool ours;         /* the transaction has our nonce */
    char mail[320];    /* MAIL that no row has, without our nonce: RCPT says whose it is; "" */
    size_t at;         /* the next step of the scenario */
    uint32_t repeat;   /* of it */
    uint32_t in_run;   /* bits: those of a run of HC& that have come */
    uint64_t since_ms; /* the step at hand was begun */
    bool entered;
    const struct scenario_step *step; /* the row of it that was taken, while its lines are played */
    const struct scenario_row *row;   /* NULL: none */
    size_t row_at;
    size_t mail_at; /* how far the M lines have read the header */
};

enum { HOP_TALKS = 10 }; /* 1 to 9 */

struct player_hop {
    struct player *next; /* who waits behind it */
    bool waits, holds;   /* for its turn; has it */
    uint64_t since_ms;   /* anything has happened in the case */
    struct hop_talk talks[HOP_TALKS];
};

struct player {
    struct net_timer timer; /* first: what wakes it where no connection does */
    const struct scenario *scenario;
    const struct player_run *run;
    struct net_world *world;
    struct net_dialler *dialler;
    void (*done)(void *arg, struct player_outcome *outcome);
    void *arg;
    struct player_outcome *outcome;
    struct vars vars;
    struct matcher matcher;
    struct log log;
    struct findings findings;
    struct conn *conns[CONN_COUNT]; /* 1 to 9 of the file, and that of @alive */
    struct frame frames[FRAMES];
    unsigned depth;
    enum player_phase phase;
    bool entered;       /* the step at hand has been begun */
    uint64_t since_ms;  /* when that was */
    uint32_t repeat;    /* how many of its repeats are done */
    struct conn *group; /* our last line was said here, and nothing stands between */
    uint64_t exact_ms;  /* end of the last silence, pause or handshake */
    uint64_t wake_ms;   /* when to look again */
    uint64_t retry_ms;  /* @start: when to try the next connection */
    uint64_t begun_ms, timeout_ms;
    size_t drained;    /* octets that @drain has dropped */
    bool judged;       /* the end counts replies too */
    bool leaving;      /* QUIT has been said where it is due */
    unsigned end_line; /* what a mismatch at the end is said to be behind */
    bool heard;        /* the target has said something */
    bool uses_tls;
    bool implicit;              /* connections begin with TLS */
    bool lmtp;                  /* says LHLO where it says EHLO by itself */
    bool submission;            /* what is sent may come out with fields added (RFC 6409 8) */
    bool login_tls, login_auth; /* what a prelude's EHLO is followed by */
    bool running, again, starting;
    const struct scenario_step *inbox; /* the last @inbox; the M lines are about its messages */
    size_t *mail_at;                   /* of each of them: how far its header has been read */
    struct player_hop hop;
};

/* ---- player.c ---- */
void player_wake(struct player *p); /* anything happened; may free the player */
uint64_t player_now(const struct player *p);
void player_wait(struct player *p, uint64_t until_ms);

/* ---- machine.c ---- */
void machine_play(struct player *p);
bool machine_next(struct player *p); /* the step is done; true */
struct frame *machine_frame(struct player *p);
const struct scenario_step *machine_origin(struct player *p, const struct scenario_step *step);
void machine_push(struct player *p, const struct frame *frame);
struct conn *machine_conn(struct player *p,
                          const struct scenario_step *step); /* NULL: it is over */
bool machine_drained(struct player *p, const struct scenario_step *step, const struct conn *but);

/* ---- expect.c, directive.c: true: go on; false: wait ---- */
bool expect_play(struct player *p, const struct scenario_step *step);
bool directive_play(struct player *p, const struct scenario_step *step);
uint64_t expect_due(const struct player *p, const struct conn *c);

/* A whole reply that nobody asks for is there: a mismatch, and true. */
bool expect_unasked(struct player *p, struct conn *c, const struct scenario_step *step);

/* ---- ending.c ---- */
void ending_leave(struct player *p);             /* QUIT and 221 */
void ending_close(struct player *p, bool reset); /* connections go */

#endif
