/*
 * NAME
 *     hunt.h: conversations one after the other, and what they find
 *
 * DESCRIPTION
 *     Each case is a conversation that grows with the replies; behind it a new connection has to be
 *     greeted and EHLO answered. What breaks a rule is a find: the first of its kind (rule, and the
 *     verb that it was found behind) is played again, made as short as it goes, and kept.
 */
#ifndef FUZZ_BLACKBOX_HUNT_H
#define FUZZ_BLACKBOX_HUNT_H

#include "blackbox/guide.h"
#include "blackbox/talk.h"

enum { HUNT_CATCHES = 64 };

struct catch
{
    const struct observer_rule *rule;
    enum verb verb;
    char why[160];
    struct moves moves; /* as short as it goes */
    struct octets heard;
    size_t at_case;
    size_t times;    /* cases that have shown it */
    bool repeats;    /* it came again when the case was played again */
    char file[256];  /* the scenario; "": none was written */
    bool reproduced; /* the scenario, played, has failed */
};

struct hunt {
    /* the caller's */
    struct site *site;
    uint64_t seed, time_ms;    /* how long, on the clock of the machine; 0: no end */
    uint64_t cases_most;       /* 0: no end */
    enum scenario_level level; /* what binds less is no find */
    size_t shrink_most;        /* conversations for making one find shorter */
    size_t leak_every;         /* cases between two probes; 0: none */
    void (*progress)(void *arg, const struct hunt *hunt);
    bool (*caught)(void *arg, struct catch *c); /* a new one; false: stop */
    void *arg;

    /* what came of it */
    size_t cases, count, shrinking;
    struct catch catches[HUNT_CATCHES];
    struct guide guide;
    uint64_t begun_ms;
    bool interrupted, unreachable, no_memory, stopped;
};

/* Plays until the time, the cases or the user's patience are over. */
void hunt_run(struct hunt *h);

/* Milliseconds since hunt_run() began. */
uint64_t hunt_elapsed(const struct hunt *h);
void hunt_free(struct hunt *h);

#endif
