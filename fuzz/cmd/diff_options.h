/*
 * NAME
 *     diff_options.h: what smtpfuzz diff is told
 */
#ifndef FUZZ_CMD_DIFF_OPTIONS_H
#define FUZZ_CMD_DIFF_OPTIONS_H

#include "blackbox/cluster.h"
#include "cmd/address.h"
#include "player/player.h"

#define DIFF_PROGRAM "smtpfuzz diff"

/* NAME=HOST:PORT,key=value,... */
struct diff_server {
    char *text; /* own copy, cut into pieces */
    const char *name;
    struct address address;
    const char *rcpt, *from; /* NULL: those of all */
    const char *inbox;       /* a Maildir; NULL: none is known */
    const char *mutant;      /* of self */
    const char *hop_domain;  /* it relays mail for that domain to hop_port on 127.0.0.1 */
    uint16_t hop_port;       /* 0: it does not */
};

struct diff_options {
    struct diff_server servers[CLUSTER_SERVERS];
    size_t count;
    bool starttls, insecure, no_automata, no_delivered, quiet, help;
    const char *ca, *ehlo, *from, *rcpt, *dot, *mutants;
    enum scenario_effect effect;
    bool has_effect, has_seed, has_rate;
    uint64_t seed, conversations, length, rate, timeout_ms, silence_ms;
};

/* 0, or the exit status: it has been said why. Free it in both cases. */
int diff_options_read(struct diff_options *out, int argc, char **argv);
void diff_options_free(struct diff_options *o);
void diff_options_help(void);

#endif
