/*
 * NAME
 *     check_rows.h: the options of `smtpspec check`, a row each
 *
 * DESCRIPTION
 *     The order is that of the help; check_values.c goes by its groups.
 */
#ifndef CONFORMANCE_CMD_CHECK_ROWS_H
#define CONFORMANCE_CMD_CHECK_ROWS_H

#include "check_options.h"
#include "options.h"

enum check_row {
    STARTTLS,
    TLS,
    PROFILE,
    CLEAR_PORT,
    ON_STOP,
    ON_KILL,
    ON_START,
    CA,
    INSECURE,
    AUTH,
    EHLO,
    RCPT,
    BAD_RCPT,
    FOREIGN_RCPT,
    UTF8_RCPT,
    FROM,
    BAD_FROM,
    LIST,
    ALIAS,
    INBOX,
    INBOX_WAIT,
    HOP,
    HOP_DOMAIN,
    ONLY,
    EXCLUDE,
    LEVEL,
    EFFECT,
    SLOW,
    SCENARIOS,
    RERUN_FAILED,
    RESUME,
    TIMEOUT,
    JOBS,
    SEED,
    STRICT,
    ALLOW_INCONCLUSIVE,
    RETRIES,
    RATE,
    MAIL_BUDGET,
    BASELINE,
    WRITE_BASELINE,
    JSON,
    JUNIT,
    TAP,
    HTML,
    NO_TRANSCRIPTS,
    WHOLE_TRANSCRIPTS,
    QUIET,
    VERBOSE,
    HELP
};

extern const struct option_row check_rows[];

/* Takes one option; OPTIONS_WORD: the target. False: it has been said what is wrong. */
bool check_values_take(const struct options *parser, struct check_options *o, int row,
                       const char *value);

/* "mx", "submission" or "lmtp"; false: another name. */
bool check_profile_read(struct check_options *o, const char *name);

#endif
