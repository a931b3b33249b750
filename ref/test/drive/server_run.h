/*
 * NAME
 *     server_run.h: a server on loopback with a Maildir, or with a relay to one that has it, and two
 *     clients one after the other
 *
 * DESCRIPTION
 *     All of the drivers in one process and one loop, from the first allocation to the last free, so
 *     that allocations may fail in it (failing.h): what cannot be opened is not used. Nothing in
 *     run_play() is Check's, which allocates itself.
 */
#ifndef SERVER_RUN_H
#define SERVER_RUN_H

#include "drive/serve.h"
#include "drive/submit.h"
#include "talker.h"

struct conversation {
    const char *name;
    bool starttls, relay, submit; /* submit: the client is drive/submit.h's, with one message */
    const char *mechanism;        /* NULL: no AUTH */
};

/* What a process that was aborted leaves to us. */
struct known {
    bool answered[TALKER_MESSAGES];
};

extern struct run {
    const struct conversation *talk;
    struct net_uv *uv;
    struct drive_policy *site;
    struct drive_users *users;
    struct drive_worker *worker;
    struct drive_sasl *sasl;
    struct drive_store *store, *relay;
    struct drive_serve *serve, *front; /* front: the one that relays to `serve` */
    struct net_dialler *dialler;
    uint16_t port;
    struct known *known;
    struct talker talkers[2];
    struct sent {
        struct drive_rcpt rcpts[2];
        struct drive_memory text;
        struct drive_mail mail;
        struct drive_submit_config config;
        struct drive_submit *submit;
    } sent;
    size_t talks;  /* that were begun */
    size_t points; /* allocations before the second one */
    bool healed,
        hung; /* the failure was over before the second talk; the run did not end by itself */
    struct net_timer limit;
} run;

void run_set_up(void); /* a folder, and certificates */
void run_tear_down(void);

/* From beginning to end; what the clients were told is in *known. */
void run_play(const struct conversation *talk, struct known *known);

/* Its parts: the server listens (false: it does not); one client after the other; all is freed. */
bool run_open(void);
void run_talk(void);
void run_close(void);

/*
 * Answered 250: there once; else once or not at all. Nothing half, and in tmp/ only what an abort
 * left. Check's assertions name `at`. Empties the Maildir.
 */
void run_check_maildir(size_t at, const struct known *known, bool aborted);

#endif
