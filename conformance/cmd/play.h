/*
 * NAME
 *     play.h: all cases of a run, some at a time
 *
 * DESCRIPTION
 *     Starts a case when another one has ended, in the order of the list. When the server cannot be
 *     reached any more, a second probe decides while the others go on: if that fails too, the run
 *     stops, so that a server that is gone costs one time and not one for each case. One that goes
 *     on greeting but leaves the cases of some files in a row without an answer is given up too.
 *
 *     What was not concluded is played again when all others have been, after a pause that doubles,
 *     and with another nonce; the last attempt is the outcome.
 */
#ifndef CONFORMANCE_CMD_PLAY_H
#define CONFORMANCE_CMD_PLAY_H

#include "check_options.h"
#include "net/net.h"
#include "pace.h"
#include "probe.h"
#include "progress.h"

struct play {
    /* the caller's, for all of the run */
    const struct scenario **cases;
    size_t count;
    struct player_outcome **outcomes; /* one for each case; NULL: not run */
    const struct player_run *run;
    struct net_world *world;
    struct net_dialler *dialler;
    const struct probe_plan *plan;
    size_t jobs;
    enum scenario_effect effect; /* the most that is allowed */
    bool denied;                 /* 554: only what asks for that is played */
    uint64_t retries, retry_ms;  /* of what was not concluded; the first pause */
    struct pace pace;            /* for a server that is not ours; all zeros: none */
    uint64_t mail_budget;        /* messages, then no case that sends mail begins; 0: no end */
    bool *stop;                  /* what the world runs for; interrupts set it too */

    /* what came of it */
    bool interrupted;
    char trouble[640]; /* why it was given up; "" if it was not */

    /* its own */
    struct play_slot *slots;
    size_t *todo, todo_count, next; /* indices of this pass over the cases */
    size_t *again, again_count;     /* and of the next one */
    uint64_t attempt, messages;
    struct play_alarm {
        struct net_timer timer; /* first */
        bool *stop, set;
    } alarm;
    bool doubted, given_up;
    unsigned silent;         /* files in a row in whose cases an answer did not come */
    const char *silent_file; /* the last of them */
    struct probe *probe;
    struct progress progress;
};

/*
 * Plays them. It may come back while cases that were given up are still on their way out: free the
 * world, and then call play_end().
 */
void play_all(struct play *play);
void play_end(struct play *play);

#endif
