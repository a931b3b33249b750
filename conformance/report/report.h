/*
 * NAME
 *     report.h: the results of a run and their writers
 *
 * DESCRIPTION
 *     A run collects outcomes; each writer prints the whole of it: text for people, JSON (REPORT,
 *     version 1), JUnit, TAP, HTML. Findings of the observer are joined: one for each rule, side and
 *     case. Written also when the run was interrupted.
 */
#ifndef CONFORMANCE_REPORT_H
#define CONFORMANCE_REPORT_H

#include <stdio.h>
#include <time.h>

#include "player/player.h"
#include "report/baseline.h"
#include "verdict/verdict.h"

struct report_run {
    const char *version;    /* "0.1.0" */
    const char *url;        /* "smtp://127.0.0.1:2525", "self" */
    const char *target_arg; /* as the user wrote it, for the one-line reproduction */
    const char
        *reproduce;  /* the options that matter for it, ready to be put into a line; may be "" */
    const char *tls; /* "none", "starttls", "implicit" */
    const char *tls_version;       /* NULL: none */
    const char *greeting;          /* the octets of the greeting without CRLF; NULL: none came */
    const char *const *ehlo;       /* NULL-terminated lines after the first */
    const char *const *ehlo_clear; /* those before STARTTLS; NULL: it was not used */
    const char *profile;           /* "mx" */
    time_t started;
    double seconds;
    uint64_t seed;
    bool interrupted;
    int exit;
    struct player_outcome **outcomes; /* in the order of the scenario files */
    size_t count;
    struct verdict_tally tally;
    const struct baseline *baseline; /* NULL: there is none; its file: */
    const char *baseline_file;
    const struct ledger *ledger; /* for the paraphrase and clause of a requirement */
};

/* Text for people. colour: ANSI. Failures with evidence, then a line a topic, then totals. */
void report_text(FILE *to, const struct report_run *run, bool colour, bool verbose);
bool report_json(FILE *to, const struct report_run *run, bool transcripts);
bool report_junit(FILE *to, const struct report_run *run);
bool report_tap(FILE *to, const struct report_run *run);

/* One page for a browser, which loads nothing from anywhere. */
bool report_html(FILE *to, const struct report_run *run, bool transcripts);

/* Who is tested, "server" or "client": the cases say so, and all of a run say the same. */
const char *report_role(const struct report_run *run);

/* Wire octets as REPORT defines them: printable ASCII but backslash, and \xHH \r \n \t \\. Caller
 * frees. */
char *report_escape(smtp_span octets);

/* "smtpspec check --only ID TARGET". Caller frees. */
char *report_again(const struct report_run *run, const struct scenario *scenario);

#endif
