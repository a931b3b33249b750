/*
 * NAME
 *     stage.h: a scenario, given as text, against the fake server
 *
 * DESCRIPTION
 *     A case is one row of a table: what stands below the head of the scenario, the scripts of the
 *     server, and what has to come out. The head is "server must", with an id of the ledger and
 *     effect none, on lines 1 to 3; so the body begins on line 4.
 */
#ifndef STAGE_H
#define STAGE_H

#include "fake.h"

struct stage_case {
    const char *name;  /* what the notation says */
    const char *claim; /* "server must"; NULL: that */
    const char *body;
    const char *scripts[FAKE_CONNS];
    enum player_verdict verdict;
    const char *why; /* stands in the outcome's why */
    size_t line;
};

struct stage {
    struct net_mem *mem;
    struct fake fake;
    struct player_run run;
    struct scenario_set *set;
    const struct scenario *scenario;
    struct player_outcome *outcome;
    unsigned times_done;
    bool done;
};

/* An empty stage whose run has the usual variables, no facts, no TLS. */
void stage_open(struct stage *stage);
void stage_close(struct stage *stage);

/* Parses `octets` and plays its first scenario; a text that is no scenario fails the test. */
void stage_play(struct stage *stage, const char *octets);

/* Plays a row of a table and compares. */
void stage_check(const struct stage_case *c);

/* Claim, id and effect in front of the body. Caller frees. */
char *stage_text(const char *claim, const char *body);

/* Whether the server heard it, or the transcript has it: see fake.h. */
bool stage_heard(const struct stage *stage, const char *text);

#endif
