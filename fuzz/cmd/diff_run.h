/*
 * NAME
 *     diff_run.h: what the parts of smtpfuzz diff share
 */
#ifndef FUZZ_CMD_DIFF_RUN_H
#define FUZZ_CMD_DIFF_RUN_H

#include "blackbox/cluster.h"
#include "blackbox/eod.h"
#include "diff_options.h"
#include "place.h"

struct diff {
    struct diff_options options;
    struct place places[CLUSTER_SERVERS], *beside;
    struct eod servers[CLUSTER_SERVERS];
    const char *names[CLUSTER_SERVERS];
    size_t count;
    struct automaton automata[CLUSTER_SERVERS];
    bool known[CLUSTER_SERVERS]; /* the automaton is */
    struct clusters *clusters;
    size_t unsafe, differences;
    const char *doing;
    bool on_terminal;
};

void diff_clear_line(const struct diff *d);

/* What arrives in the inboxes; true where none is known. False: interrupted, or trouble. */
bool diff_delivered(struct diff *d);

/* What relays hand on, and at whom that ends a text; true where there are none. */
bool diff_hops(struct diff *d);

/* Behind the worlds: a relay may have been connected until then. */
void diff_hops_close(void);

#endif
