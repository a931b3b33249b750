/*
 * NAME
 *     explore.h: every state that a session can be in after so many letters, each visited once
 *
 * DESCRIPTION
 *     A world is a session with everything that stands around it: buffers, the observer, a model. A letter
 *     is one thing that may happen to it (a line of the peer, a handshake, time that runs out), and a choice
 *     is what our side does where the letter has it asked. States that are equal octet for octet, counters
 *     apart, are one: its letters are tried once, however many words lead to it. Worlds judge each step by
 *     themselves: by the passive observer, by a model of the protocol that does not read the session's tables,
 *     and by what must hold in every state.
 */
#ifndef FUZZ_EXPLORE_H
#define FUZZ_EXPLORE_H

#include <stdio.h>

#include "smtp/server.h"
#include "smtp/span.h"

enum { EXPLORE_KEY_MAX = 8192, EXPLORE_DEPTH_MAX = 8, EXPLORE_WHY_MAX = 400 };

/* What is wrong with a step; the first thing counts. */
struct finding {
    bool found;
    char why[EXPLORE_WHY_MAX];
};

void finding_add(struct finding *f, const char *rule, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

enum step {
    STEP_NONE,  /* the letter cannot happen here */
    STEP_DONE,  /* it did, and nobody was asked */
    STEP_ASKED, /* and our side was: each choice is a way of its own */
    STEP_OVER   /* the session has closed; ASKED does not matter then */
};

struct world {
    const char *name;
    size_t letters, choices, size; /* octets of a snapshot */
    const char *(*letter_name)(size_t letter);
    const char *(*choice_name)(size_t choice);
    void (*begin)(void);
    /* One letter in the world as it is. *asked: more choices than one make a difference. */
    enum step (*step)(size_t letter, size_t choice, bool *asked, struct finding *f);
    size_t (*key)(char *out); /* at most EXPLORE_KEY_MAX */
    void (*save)(void *to);
    void (*load)(const void *from);
    void (*drop)(void *saved);
};

struct explored {
    size_t states, transitions;
    uint64_t words; /* each path counts */
    struct finding finding;
    char path[1000]; /* to the finding */
};

/* Stops at the first finding, unless memory is out: then false. */
SMTP_CHECK bool explore(const struct world *world, unsigned depth, struct explored *out);

/* The ways in which a server and a client are set up, by number; NULL: there are no more. `rules`: a table
 * other than the reference's, or NULL. */
const struct world *server_world(size_t config, const struct smtp_rule *rules);
const struct world *client_world(size_t config);

/* Each row of a mutants.tsv that changes cells of the sequencing table, or `only` the one of this name: it has
 * to be noticed. Returns those that were not, or SIZE_MAX where there is none at all. */
size_t explore_mutants(const char *path, const char *only, unsigned depth);

#endif
