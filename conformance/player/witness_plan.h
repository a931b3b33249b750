/*
 * NAME
 *     witness_plan.h: one way through a scenario, and what the witness has to do for it
 *
 * DESCRIPTION
 *     Walks the steps as the player will, chooses a row of each expectation, writes down the acts
 *     of the target's side, and what the verdict has to be.
 */
#ifndef CONFORMANCE_PLAYER_WITNESS_PLAN_H
#define CONFORMANCE_PLAYER_WITNESS_PLAN_H

#include "player/match.h"
#include "player/witness_end.h"
#include "player/witness_mail.h"

struct plan_goal { /* the row to take; step NULL: the first run */
    const struct scenario_step *step;
    const struct scenario_row *row; /* NULL: an @inbox or M line, which is to find a mismatch */
};

struct plan {
    const struct scenario *scenario;
    const struct plan_goal *goal;
    struct vars vars;
    struct matcher matcher;
    struct witness_dialler *witness;
    struct witness_mail *mail;
    struct witness_relay *relay;
    bool other;                           /* without HC?, HC& backwards, BDAT for DATA */
    struct act_list *lists[10];           /* by connection; NULL: not opened */
    const struct scenario_step *said[10]; /* our last line */
    bool passed[10], hop_passed[10];
    bool met;          /* the goal has been reached */
    bool ended;        /* by a row */
    bool ended_by_hop; /* of HC: C and S go on, for they are played at the same time */
    enum player_verdict verdict;
    unsigned decided; /* the line of the row that the verdict is from; 0: no row's */
    size_t *taken;    /* a step: index + 1 of the row that was taken; NULL: nobody wants to know */
    unsigned line;    /* on failure: where */
    char why[200];    /* and what */
};

/*
 * False: there is no such way, or no memory; line and why say it. The plan's `scenario`, `goal`,
 * `witness`, `mail`, `vars` and `matcher` are set by the caller.
 */
bool plan_walk(struct plan *plan);

/* ---- shared with witness_hop.c ---- */

bool plan_fail(struct plan *plan, unsigned line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool plan_add(struct plan *plan, struct act_list *list, enum act_kind kind, uint64_t n);
bool plan_add_octets(struct plan *plan, struct act_list *list, smtp_span octets);

/* The row of the step to take: the goal's, or the one that leads there. NULL: there is none. */
const struct scenario_row *plan_take(struct plan *plan, const struct scenario_step *step);

/* An HC, HS or M line of the next hop. */
bool plan_hop(struct plan *plan, size_t at);

/*
 * What fits the row and none above it, in `out` (caller frees). ehlo: the keywords of needs: are
 * listed where they may. False: nothing does.
 */
bool plan_say(struct plan *plan, const struct scenario_step *step, const struct scenario_row *row,
              bool ehlo, smtp_room *out);

#endif
