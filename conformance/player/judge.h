/*
 * NAME
 *     judge.h: verdicts
 *
 * DESCRIPTION
 *     What a row, a mismatch or trouble of ours makes of the case (notation, section 4). The worst
 *     stands, with the sentence, line, expectation and octets that belong to it.
 */
#ifndef CONFORMANCE_PLAYER_JUDGE_H
#define CONFORMANCE_PLAYER_JUDGE_H

#include "player/machine.h"

struct ruling {
    enum player_verdict verdict;
    unsigned line;
    const struct scenario_step *step; /* its rows are what was expected; NULL: none */
    const char *expected;             /* NULL: the step's rows */
    smtp_span received;
    char why[512];
};

/* What "fail" weighs. */
enum player_verdict judge_weight(enum scenario_level level);

/* What a row says, in a case of that level; of a row that goes on, PASS. */
enum player_verdict judge_row(enum scenario_level level, const struct scenario_row *row);

/* Whether the case goes on behind it. */
bool judge_goes_on(const struct scenario_row *row);

/* Notes it, if it is the worst so far. */
void judge_note(struct player *p, const struct ruling *ruling);

/* The scenario ends here. */
void judge_end(struct player *p, const struct ruling *ruling);

/* What no row of the step lists: inconclusive before test:, a fail after it, FAIL where strict. */
void judge_mismatch(struct player *p, const struct scenario_step *step, smtp_span received,
                    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The same for what is no reply: what was expected is said in words. */
void judge_other(struct player *p, const struct scenario_step *step, const char *expected,
                 smtp_span received, const char *format, ...) __attribute__((format(printf, 5, 6)));

/* A reply that no row lists: 4yz and 421 are inconclusive. */
void judge_reply(struct player *p, const struct scenario_step *step, const struct reply *reply,
                 bool asked);

/* Ends for a reason that is not the target's. */
void judge_stop(struct player *p, enum player_verdict verdict, unsigned line, const char *format,
                ...) __attribute__((format(printf, 4, 5)));

/* The rows as written, " | " between them. Caller frees; NULL: no memory. */
char *judge_expected(const struct scenario_step *step);

#endif
