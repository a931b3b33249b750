/*
 * NAME
 *     submission.h: what the files of drive/submit.h share
 *
 * DESCRIPTION
 *     A submission takes one turn after the other, always from the loop: a lookup, a connection, the
 *     next group. So whatever ended the last turn (an answer of the resolver, the end of a
 *     connection) has come back when the next begins.
 *
 *         submit.c         the interface, groups of recipients, the end
 *         submit_route.c   from a domain to hosts to addresses
 *         submit_dial.c    one connection after the other
 */
#ifndef DRIVE_SUBMISSION_H
#define DRIVE_SUBMISSION_H

#include "courier.h"
#include "resolver.h"

enum submit_turn {
    TURN_GROUP,     /* the next group of recipients */
    TURN_MX,        /* its mail exchangers came */
    TURN_HOST,      /* the next of its hosts */
    TURN_ADDRESSES, /* the host's addresses came */
    TURN_DIAL,      /* the next address */
    TURN_CLOSED,    /* a connection is over */
    TURN_END
};

struct drive_submit {
    struct net_timer timer; /* for the turn; first */
    struct net_uv *uv;
    const struct drive_submit_config *config;
    struct drive_mail *mail;
    void (*done)(void *arg);
    void *arg;
    struct source_facts facts;
    struct resolver *resolver;
    enum submit_turn turn;
    /* the group */
    size_t *who, who_count;
    bool *grouped;               /* recipients that were in a group */
    char domain[DRIVE_HOST_MAX]; /* A-labels; or a literal without its brackets */
    bool literal;
    struct lookup mx, addresses;
    struct mx_host only; /* where there are no MX records: the host itself */
    const struct mx_host *hosts;
    size_t host_count, host_at, address_at;
    struct courier_why why; /* of those whom no host has taken */
    char why_host[DRIVE_HOST_MAX];
    /* the connection */
    struct courier_job job;
    struct courier *courier;
    struct net_dialler *dialler;
    char host[DRIVE_HOST_MAX];
    bool clear; /* no TLS could be had: the same again without */
    bool stopping;
};

/* The next turn is this one. */
void submit_go(struct drive_submit *s, enum submit_turn turn);

/* Trouble with a host, or with the whole group. LATER outweighs NEVER. */
void submit_trouble(struct drive_submit *s, const char *host, const struct courier_why *why);
struct courier_why submit_why(enum smtp_outcome outcome, unsigned code, const char *enhanced,
                              const char *text);

bool submit_is_address(const char *host);

/* ---- submit_route.c ---- */

void submit_find_hosts(struct drive_submit *s); /* then TURN_MX or TURN_HOST */
void submit_take_mx(struct drive_submit *s);
void submit_next_host(struct drive_submit *s);
void submit_take_addresses(struct drive_submit *s);

/* ---- submit_dial.c ---- */

void submit_dial(struct drive_submit *s);
void submit_take_connection(struct drive_submit *s);

/* NULL and *why: the trust that the config names cannot be had. */
struct net_tls_context *submit_tls(const struct drive_submit *s, const char *host,
                                   const char **why);

#endif
