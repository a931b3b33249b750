/*
 * NAME
 *     relay_delivery.h: a message on its way to the next hop
 *
 * DESCRIPTION
 *         store_relay.c      the store's side: text comes, an answer is asked for
 *         relay_delivery.c   the client session's side: text goes on, an answer is found
 */
#ifndef DRIVE_RELAY_DELIVERY_H
#define DRIVE_RELAY_DELIVERY_H

#include "drive/serve.h"
#include "smtp/client.h"

enum { RELAY_TEXT = 2 * DRIVE_WRITE_MAX, RELAY_OUT = DRIVE_WRITE_MAX };

struct relay {
    struct drive_store store; /* first: a relay is a store */
    struct net_world *world;
    struct net_dialler *dialler;
    struct smtp_client_config config;
    size_t open; /* deliveries whose connection is still there */
    bool freed;  /* the last of them frees the relay */
};

enum wish { WISH_NONE, WISH_WRITE, WISH_COMMIT, WISH_ABORT };

/* One message on a connection of its own, which may outlive the delivery by a QUIT. */
struct drive_delivery {
    struct net_end end; /* first: a delivery is its own end */
    struct smtp_client client;
    struct relay *relay;
    struct drive_giver *giver; /* NULL: done() was called */
    struct drive_envelope *envelope;
    struct smtp_mail mail;
    struct smtp_rcpt *rcpts;
    enum wish wish;
    bool begun;            /* the transaction */
    bool wanted;           /* the session waits for text */
    bool decided;          /* what becomes of the message, `fault` says */
    bool made_room;        /* the giver is to be told */
    bool gone;             /* the connection */
    enum smtp_fault fault; /* the answer to the giver */
    char text[RELAY_TEXT];
    size_t head, n; /* what was not yet given to the session */
    char in[SMTP_CLIENT_IN_MIN], out[RELAY_OUT];
};

/* Called by the transport: the delivery's end. */
void relay_step(struct net_end *end, uint64_t now_ms);
void relay_gone(struct net_end *end, uint64_t now_ms);

/* The giver's last call, when all is decided and he asked for it. */
void relay_answer_if_due(struct drive_delivery *delivery);

/* Its connection is gone and the giver has his answer. */
void relay_release(struct drive_delivery *delivery);

/* Frees the relay when it is the last one and nothing is open. */
void relay_leave(struct relay *relay);

#endif
