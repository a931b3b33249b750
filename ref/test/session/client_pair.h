/*
 * NAME
 *     client_pair.h: our client and our server, edge to edge
 *
 * SYNOPSIS
 *     struct pair p = {.client_config = &c, .server_config = &s, .mail = &mail, .text = text,
 *                      .piece = 7, .window = 100};
 *     const char *wrong = pair_run(&p);       then p.body[0 .. p.body_n), p.mail, p.answers
 *
 * DESCRIPTION
 *     Both sessions with the least buffers that they take, and two pipes of `window` octets between
 *     them, through which `piece` octets move at a time. The handshake of STARTTLS is a mark: it
 *     succeeds when both sides want it and both pipes are empty. The client authenticates first where
 *     that is offered, then sends the mail, then quits. One that cannot move any more is what
 *     pair_run() calls wrong. No heap, no clock.
 */
#ifndef CLIENT_PAIR_H
#define CLIENT_PAIR_H

#include "smtp/client.h"
#include "smtp/server.h"

enum { PAIR_WINDOW = 4096, PAIR_BODY = 1 << 17, PAIR_IN = 16384, PAIR_OUT = 16384 };

struct pair_pipe {
    char octets[PAIR_WINDOW];
    size_t head, n;
    bool ended;
};

struct pair {
    const struct smtp_client_config *client_config;
    const struct smtp_server_config *server_config;
    struct smtp_mail *mail;
    smtp_span text;
    size_t piece, window;
    bool authenticate;
    /* filled in */
    struct smtp_client client;
    struct smtp_server server;
    char client_in[PAIR_IN], client_out[PAIR_OUT], server_in[PAIR_IN], server_out[PAIR_OUT];
    struct pair_pipe up, down; /* to the server, to the client */
    char body[PAIR_BODY];
    size_t body_n, text_at, messages, challenges, rejected;
    bool mailed, authenticated, secure, client_closed, server_closed;
    enum smtp_fault closed; /* what the client said at its end */
};

/* NULL, or what is wrong. */
const char *pair_run(struct pair *p);

#endif
