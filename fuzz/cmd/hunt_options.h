/*
 * NAME
 *     hunt_options.h: what smtpfuzz is told about one server
 */
#ifndef FUZZ_CMD_HUNT_OPTIONS_H
#define FUZZ_CMD_HUNT_OPTIONS_H

#include "cmd/address.h"
#include "player/player.h"

#define HUNT_PROGRAM "smtpfuzz"

enum { HUNT_RCPTS = 3 };

struct hunt_options {
    struct address target;
    const char *target_arg;
    bool has_target, starttls, tls;
    enum player_mode mode;
    const char *ca, *ehlo, *from;
    bool insecure;
    const char *rcpt[HUNT_RCPTS];
    size_t rcpt_count;
    enum scenario_effect effect;
    bool has_effect;
    uint64_t time_ms, cases, seed, rate, timeout_ms;
    bool has_time, has_seed, has_rate;
    enum scenario_level level;
    const char *output;           /* the folder for finds */
    const char *mutant, *mutants; /* of self */
    bool first, no_leak, quiet, help;
};

/* 0, or the exit status: it has been said why. */
int hunt_options_read(struct hunt_options *out, int argc, char **argv);
void hunt_options_help(void);

#endif
