/*
 * NAME
 *     machine_print.h: a learnt automaton on paper
 */
#ifndef FUZZ_BLACKBOX_MACHINE_PRINT_H
#define FUZZ_BLACKBOX_MACHINE_PRINT_H

#include "blackbox/automaton.h"

/* A row a state: what leads there, what it answers, where each octet leads. */
void machine_print_table(FILE *to, const struct automaton *a);

/* A graph for Graphviz; transitions that lead back to the first state are left out. */
void machine_print_dot(FILE *to, const char *name, const struct automaton *a);

/* The senders that let as little pass as need be, each with the octets that do it; "safe" if there is
 * none. Returns how many there are. */
size_t machine_print_senders(FILE *to, const struct automaton *a);

#endif
