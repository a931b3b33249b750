/*
 * NAME
 *     talk_parts.h: what the files of a conversation share
 *
 * DESCRIPTION
 *     talk.c is the edge and what is heard, talk_say.c what is said, talk_phases.c what is waited for,
 *     judge.c what a move and its replies show together.
 */
#ifndef FUZZ_BLACKBOX_TALK_PARTS_H
#define FUZZ_BLACKBOX_TALK_PARTS_H

#include "blackbox/talk.h"
#include "player/reply.h"

enum { TALK_ROOM = 16384 };

enum phase {
    TALK_GREETING,  /* waits for it */
    TALK_SAYING,    /* octets of the move are left */
    TALK_HEARING,   /* replies are due, or may come */
    TALK_HANDSHAKE, /* TLS begins */
    TALK_LEAVING,   /* QUIT is answered: the server closes */
    TALK_OVER       /* we close */
};

/* What the replies so far have made of the session, as far as it can be told. */
struct standing {
    bool mail;
    unsigned recipients; /* accepted */
    bool text_for_nobody;
    unsigned errors; /* 5yz */
    bool odd;        /* something was said that a server may hang up on */
};

struct talk {
    struct net_end end; /* first */
    struct smtp_edge edge;
    struct net_end *outer; /* TLS around it, or itself */
    struct site *site;
    struct talk_source *source;
    struct talk_result *result;
    struct observer *observer;
    struct reply reply;
    struct octets last; /* the last whole reply */
    struct standing standing;
    enum phase phase;
    struct move move; /* borrowed from result->moves, or QUIT */
    struct turn *turn;
    size_t at, cut;     /* octets that were put; cuts that were made */
    uint64_t resume_ms; /* the next write may begin */
    uint64_t heard_ms;  /* when we heard or said something last */
    uint64_t limit_ms;  /* of this phase */
    unsigned code;
    bool quitting, loose, secure, end_told, lingers, over;
    char in[TALK_ROOM], out[TALK_ROOM];
};

void talk_report(struct talk *t, const struct observer_rule *rule, const char *why);

/* A turn for what comes next; QUIT's is the result's goodbye. */
struct turn *talk_add_turn(struct talk *t);

/* Asks the source, and begins to say what it gives, or QUIT. */
void talk_next_move(struct talk *t, uint64_t now_ms);

/* False: nothing could be put. talk_end_say(): all of the move has left. */
bool talk_say_some(struct talk *t, uint64_t now_ms);
void talk_end_say(struct talk *t, uint64_t now_ms);

/* True: something has changed, call it again. */
bool talk_advance(struct talk *t, uint64_t now_ms);

/* When something is to be looked at again though nothing has come. */
uint64_t talk_deadline(const struct talk *t);

/* The move has had its replies, or they did not come. */
void judge_turn(struct talk *t);

/* The server has hung up while we had something to say. */
void judge_close(struct talk *t);

#endif
