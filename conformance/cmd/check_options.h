/*
 * NAME
 *     check_options.h: what `smtpspec check` is told
 */
#ifndef CONFORMANCE_CMD_CHECK_OPTIONS_H
#define CONFORMANCE_CMD_CHECK_OPTIONS_H

#include "address.h"
#include "player/player.h"
#include "select.h"
#include "target/target.h"

#define CHECK_PROGRAM "smtpspec check"

enum { CHECK_RCPTS = 3 };

struct check_options {
    struct address target;
    const char *target_arg; /* as written */
    bool target_given, starttls, tls, has_profile;
    enum player_mode mode; /* what follows from them */
    enum target_profile profile;

    const char *ehlo, *from, *bad_from, *bad_rcpt, *foreign_rcpt, *utf8_rcpt, *list, *alias;
    const char *rcpt[CHECK_RCPTS];
    size_t rcpt_count;
    char *user;           /* own copy; NULL: no log in */
    const char *password; /* in the same copy */
    const char *ca;
    bool insecure;
    uint64_t clear_port;                /* 0: not given */
    char *on_stop, *on_kill, *on_start; /* commands, own copies; NULL: not given */

    const char *inbox[CHECK_RCPTS]; /* in the order of --rcpt */
    size_t inbox_count;
    uint64_t inbox_wait_ms;
    char *hop_host;         /* own copy */
    uint16_t hop_port;      /* 0: we are nobody's next hop */
    const char *hop_domain; /* NULL likewise */

    struct selection select;
    const char *scenarios; /* NULL: those that ship */
    const char *rerun;     /* an earlier report: what it left to be done; NULL: all */
    const char *resume;    /* an earlier report: what it has not run; NULL: all */
    enum scenario_effect effect;
    bool has_effect, slow;

    uint64_t jobs; /* 0: not given */
    uint64_t timeout_ms, seed, allow_inconclusive;
    bool has_seed, strict;
    uint64_t retries, retry_ms, rate, mail_budget; /* rate: a minute; 0: no limit */
    bool has_retries, has_rate, has_mail_budget;
    const char *baseline, *write_baseline; /* files; NULL: none */

    const char *json, *junit, *tap, *html; /* "-": standard output */
    bool no_transcripts, whole_transcripts, quiet, verbose, help;

    char *reproduce; /* the options that make a difference to a case, as words of a shell line */
};

/* 0, or the exit status: it has been said why. Free it in both cases. */
int check_options_read(struct check_options *out, int argc, char **argv);
void check_options_free(struct check_options *options);

/* "mx", "submission", "lmtp" */
const char *check_profile_name(enum target_profile profile);

void check_options_help(void);

#endif
