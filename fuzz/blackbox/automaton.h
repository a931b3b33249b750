/*
 * NAME
 *     automaton.h: learns a finite automaton by asking
 *
 * DESCRIPTION
 *     Somebody answers, for any word over the five octets that matter around the end of data (lattice.h),
 *     with a small number: what state a server is in behind it, as far as can be seen. The automaton of
 *     those answers (a Moore machine) is learnt with a discrimination tree (Kearns and Vazirani 1994),
 *     a counterexample split by binary search (Rivest and Schapire 1993). Counterexamples come from a
 *     list of words: that of the lattice has one of each class that any known reader tells apart.
 *
 *     What was asked once is not asked again, and behind an answer that stays (`absorbing`) nothing is.
 */
#ifndef FUZZ_BLACKBOX_AUTOMATON_H
#define FUZZ_BLACKBOX_AUTOMATON_H

#include <stdio.h>

#include "lattice/lattice.h"

enum { AUTOMATON_STATES = 48, AUTOMATON_WORD = 40, AUTOMATON_ANSWERS = 8, AUTOMATON_ASKED = 2048 };

/* Letters are indices into lattice_alphabet. */
struct word {
    unsigned char letters[AUTOMATON_WORD];
    size_t n;
};

struct automaton {
    size_t count; /* states; 0 is the first */
    unsigned answer[AUTOMATON_STATES];
    unsigned char next[AUTOMATON_STATES][LATTICE_ALPHABET];
    struct word access[AUTOMATON_STATES]; /* a word that leads there */
};

struct learner {
    /* -1: it cannot be had, give up. */
    int (*ask)(void *arg, const struct word *word);
    void *arg;
    unsigned absorbing;       /* the answer that stays whatever follows */
    const struct word *tests; /* words that may contradict */
    size_t test_count;

    /* what came of it */
    size_t asked; /* different words */
    bool given_up;
};

/* False: given up (an answer could not be had), or more states than there is room for. */
bool automaton_learn(struct learner *l, struct automaton *out);

/* The state behind a word. */
size_t automaton_run(const struct automaton *a, const struct word *word);

/* Of any octets: those that are not in the alphabet are letters like "x". */
size_t automaton_step(const struct automaton *a, size_t state, char octet);

struct word word_of(const char *octets, size_t n);

/* "CR LF . CR LF"; "-" for none. */
void word_print(FILE *to, const struct word *word);

/* The classes of the lattice as words; returns how many. */
size_t words_of_lattice(struct word out[LATTICE_CLASSES]);

#endif
