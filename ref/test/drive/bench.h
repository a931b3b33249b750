/*
 * NAME
 *     bench.h: connections of the server in memory, with a store and a policy that do as told
 *
 * SYNOPSIS
 *     struct bench *b = bench_new();
 *     b->store.fault = SMTP_E_STORE_FULL;               and the like
 *     struct bench_client *c = bench_connect(b, "EHLO a.example\r\n...QUIT\r\n");
 *     bench_run(b);                                     until all have gone
 *     c->seen, b->store.text, b->log                    what came out
 *     bench_free(b);
 */
#ifndef BENCH_H
#define BENCH_H

#include "drive/connection.h"
#include "net/mem.h"

enum { BENCH_TEXT = 1 << 19, BENCH_SEEN = 1 << 14 };

struct bench;

struct bench_store {
    struct drive_store store;
    struct bench *bench;
    /* what it is told */
    bool no_memory;                /* begin() fails */
    enum smtp_fault fault;         /* of commit() */
    enum smtp_fault faults[4];     /* of each recipient in LMTP, where commit() is good */
    struct smtp_enhanced enhanced; /* of each recipient */
    uint64_t commit_ms;            /* commit() and abort() answer so much later; 0: at once */
    uint64_t room_ms; /* after a write of body there is no room for so long; 0: there always is */
    /* what it saw */
    size_t begun, committed, aborted, waits;
    char text[BENCH_TEXT]; /* of the last message */
    size_t n;
    char id[64];
    char sender[SMTP_PATH_MAX + 1], recipients[BENCH_SEEN]; /* "<a@b> <c@d>" */
};

/* Jobs on the virtual clock. */
struct bench_worker {
    struct drive_worker worker;
    struct bench *bench;
    uint64_t later_ms; /* a job is done so much later; 0: at once */
    size_t jobs, pending;
};

struct bench_policy {
    struct drive_policy policy;
    struct bench *bench;
    /* what it is told: this verb, or this kind of event, gets the verdict; all others are accepted
     */
    enum smtp_verb verb;
    enum smtp_event_kind kind;
    struct drive_verdict verdict;
    uint64_t later_ms; /* so much later; 0: at once */
    /* what it saw */
    size_t judged, forgotten;
    struct drive_session *session;
    struct net_timer timer;
};

struct bench_client {
    struct net_end end;
    struct bench *bench;
    struct smtp_edge edge;
    char in[8192], out[BENCH_TEXT];
    char seen[BENCH_SEEN]; /* all that the server said, as a string */
    size_t seen_n;
    enum smtp_end how; /* how it ended */
    uint64_t gone_ms;
    void (*react)(struct bench_client *c); /* after each step; may be NULL */
    const struct net_end *outer;           /* its TLS filter, or NULL */
    void *player;                          /* the test's */
};

enum { BENCH_CLIENTS = 40 };

struct bench {
    struct drive_host host; /* first */
    struct drive_serve_config config;
    struct smtp_limits limits;
    struct net_mem *mem;
    struct net_world *world;
    struct bench_store store;
    struct bench_policy policy;
    struct bench_worker worker;
    struct drive_users *users;
    struct net_tls_context *client_tls;
    const char *peer; /* the address of the next client */
    struct bench_client *clients[BENCH_CLIENTS];
    size_t client_count, open;
    bool done;
    char *log;
    size_t log_n;
};

struct bench *bench_new(void);
void bench_free(struct bench *b);

/* Offers AUTH to the users of such a file. */
void bench_users(struct bench *b, const char *file);

/* A certificate, STARTTLS, and clients that trust it. */
void bench_tls(struct bench *b);

/* A client that says all of this at once. NULL: the server would not have it. */
struct bench_client *bench_connect(struct bench *b, const char *script);
struct bench_client *bench_connect_tls(struct bench *b);    /* implicit TLS, and says nothing */
struct bench_client *bench_connect_secure(struct bench *b); /* the same with a handshake */
void bench_say(struct bench_client *c, smtp_span octets);

/* Until all clients, sessions and transfers are gone. */
void bench_run(struct bench *b);

/* The codes of the replies seen, the last line of each, "220 250 221". Good until the next call. */
const char *bench_codes(const struct bench_client *c);

#endif
