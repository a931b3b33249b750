/*
 * NAME
 *     witness.h: a scenario against itself
 *
 * DESCRIPTION
 *     Before it ships, each scenario is played tool against tool in memory (NOTATION section 6):
 *     the target's side is played by its witness, which says what the rows ask for. One run takes
 *     everywhere the first row without verdict or with `pass`, and has to PASS; then each other row
 *     has a run, led there by the first rows that go on, and its verdict has to come out.
 */
#ifndef CONFORMANCE_WITNESS_H
#define CONFORMANCE_WITNESS_H

#include "scenario/scenario.h"

struct witness_result {
    unsigned runs;   /* how many conversations were played */
    unsigned line;   /* of the row that failed; 0 = the file as a whole */
    char why[256];   /* what came out instead; "" when all is well */
    bool unplayable; /* nothing was played: it needs what the player cannot do yet; why says what */
};

/* Plays all runs. True: every verdict came out. */
bool witness_check(const struct scenario *scenario, struct witness_result *out);

#endif
