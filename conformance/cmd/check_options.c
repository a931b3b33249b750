#include "check_options.h"

#include <stdlib.h>
#include <string.h>

#include "inboxes.h"
#include "options.h"
#include "reproduce.h"
#include "verdict/verdict.h"

enum { MOST_JOBS = 64, TIMEOUT_MS = 30000, INBOX_WAIT_MS = 30000 };

enum row {
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

static const struct option_row rows[] = {
    [STARTTLS] = {"starttls", NULL, "go on inside TLS after STARTTLS", "Connection"},
    [TLS] = {"tls", NULL, "TLS from the first octet, as smtps://", NULL},
    [PROFILE] = {"profile", "WHAT",
                 "what the server is for: mx (everybody's mail), submission (RFC 6409)\n"
                 "or lmtp (RFC 2033); submission:// and lmtp:// say it too",
                 NULL},
    [CLEAR_PORT] = {"clear-port", "PORT",
                    "the same server's port in clear, for cases of STARTTLS in a run\n"
                    "on smtps://",
                    NULL},
    [ON_STOP] = {"on-stop", "COMMAND",
                 "tells the server to stop, for the cases of that; it is gone then", NULL},
    [ON_KILL] = {"on-kill", "COMMAND",
                 "ends the server at once, as a crash does: with --only, for others\n"
                 "that are being played are hit as well",
                 NULL},
    [ON_START] = {"on-start", "COMMAND", "starts it again; we wait until its port can be reached",
                  NULL},
    [CA] = {"ca", "FILE", "trust these certificates (PEM) in place of the system's", NULL},
    [INSECURE] = {"insecure", NULL, "take any certificate, and log in without TLS if need be",
                  NULL},
    [AUTH] = {"auth", "USER:PASSWORD", "log in by AUTH PLAIN; transcripts have asterisks for it",
              NULL},
    [EHLO] = {"ehlo", "NAME", "our name: a domain name or an address literal", NULL},
    [RCPT] = {"rcpt", "ADDR",
              "a mailbox that the server accepts and that may get test mail;\n"
              "up to three times, a few cases need two or three",
              "Mailboxes, without brackets"},
    [BAD_RCPT] = {"bad-rcpt", "ADDR", "one that it refuses, of a domain of its own", NULL},
    [FOREIGN_RCPT] = {"foreign-rcpt", "ADDR", "one for which it does not relay", NULL},
    [UTF8_RCPT] = {"utf8-rcpt", "ADDR", "an internationalized one that it accepts", NULL},
    [FROM] = {"from", "ADDR", "the sender (sender@example.org)", NULL},
    [BAD_FROM] = {"bad-from", "ADDR", "a sender that it refuses", NULL},
    [LIST] = {"list", "ADDR", "a mailing list with the first two --rcpt on it", NULL},
    [ALIAS] = {"alias", "ADDR", "an alias that stands for the first two --rcpt", NULL},
    [INBOX] = {"inbox", "WHERE",
               "where delivered mail is seen: maildir:DIR, for the first, second and\n"
               "third --rcpt in turn (line ends of a store that keeps LF are not\n"
               "compared), or lmtp:PORT, on which we take, as LMTP or SMTP server on\n"
               "127.0.0.1, what the server hands on",
               "Delivery"},
    [INBOX_WAIT] = {"inbox-wait", "TIME",
                    "how long a message may take to come (30 s); then the case is\n"
                    "inconclusive",
                    NULL},
    [ONLY] = {"only", "WHICH",
              "these cases only, repeatable: an id, a topic such as data, a glob,\n"
              "or a requirement such as R5321-4.1.1.4-i",
              "Which cases"},
    [EXCLUDE] = {"exclude", "WHICH", "not these, repeatable", NULL},
    [LEVEL] = {"level", "LEVEL", "must, should, may or info: that level and what binds more (info)",
               NULL},
    [EFFECT] = {"effect", "EFFECT",
                "the most that may be done to the server: none, mail (messages\n"
                "are sent), load or hostile. Without it none, with --rcpt mail;\n"
                "everything on self",
                NULL},
    [SLOW] = {"slow", NULL, "also cases that wait for more than 10 s; on self always", NULL},
    [SCENARIOS] = {"scenarios", "PATH",
                   "a scenario file or a folder in place of the set that ships", NULL},
    [RERUN_FAILED] = {"rerun-failed", "REPORT",
                      "only cases that failed, or were not concluded, in that JSON\n"
                      "report; with --strict also those with a warning",
                      NULL},
    [RESUME] = {"resume", "REPORT",
                "only cases that are not in that JSON report, of a run that was\n"
                "interrupted",
                NULL},
    [TIMEOUT] = {"timeout", "TIME", "how long an answer may take: 30, 30s, 500ms, 2m (30 s)",
                 "Run"},
    [JOBS] = {"jobs", "N", "cases at once (4 on loopback, else 1)", NULL},
    [SEED] = {"seed", "N", "makes the nonces repeatable", NULL},
    [STRICT] = {"strict", NULL, "a warning ends with 1 too", NULL},
    [ALLOW_INCONCLUSIVE] = {"allow-inconclusive", "N", "do not end with 2 for so many", NULL},
    [RETRIES] = {"retries", "N",
                 "play again, at the end and after a pause, what was not concluded\n"
                 "(1; 0 on self)",
                 NULL},
    [RATE] = {"rate", "N",
              "connections a minute, at most (60; on loopback no limit, which 0\n"
              "says too); after 421 and 450 a pause",
              NULL},
    [MAIL_BUDGET] = {"mail-budget", "N",
                     "after so many messages skip what sends more (1000; on loopback no\n"
                     "limit, which 0 says too)",
                     NULL},
    [BASELINE] = {"baseline", "FILE",
                  "what is known to fail. A table with tabs, first line: case verdict\n"
                  "message reason link expires. case: an id, or a rule's name; verdict:\n"
                  "fail or warn; message: the report's why, * for any part; expires:\n"
                  "YYYY-MM-DD, the last day. - is nothing. What fails just so does not\n"
                  "count; an entry that passed, failed otherwise or expired ends with 1",
                  NULL},
    [WRITE_BASELINE] = {"write-baseline", "FILE",
                        "write such a table of what fails now (--strict: warnings too), with\n"
                        "what --baseline says of it, else - for the reasons",
                        NULL},
    [JSON] = {"json", "FILE",
              "write a JSON report; - is standard output, then the text goes\n"
              "to standard error",
              "Reports"},
    [JUNIT] = {"junit", "FILE", "a JUnit report", NULL},
    [TAP] = {"tap", "FILE", "a TAP report", NULL},
    [HTML] = {"html", "FILE", "a page for a browser, all in one file", NULL},
    [NO_TRANSCRIPTS] = {"no-transcripts", NULL,
                        "leave the dialogues out of the JSON report and the page", NULL},
    [WHOLE_TRANSCRIPTS] = {"whole-transcripts", NULL,
                           "every octet, however many: megabytes are possible", NULL},
    [QUIET] = {"quiet", NULL, "only what failed, and the last line", NULL},
    [VERBOSE] = {"verbose", NULL, "every case", NULL},
    [HELP] = {"help", NULL, "this text", NULL},
    {NULL, NULL, NULL, NULL},
};

void check_options_help(void)
{
    fputs("usage: smtpspec check [TARGET] [OPTION...]\n"
          "\n"
          "Plays the scenarios on an SMTP server and says which clauses it breaks.\n"
          "TARGET: self (the reference server in memory, the default), HOST or HOST:PORT,\n"
          "smtp://HOST[:PORT] (25), smtps://HOST[:PORT] (465), submission://HOST[:PORT] (587),\n"
          "lmtp://HOST[:PORT] (24).\n"
          "An IPv6 address stands in brackets: [::1]:25. A server that is not yours is asked for\n"
          "nothing that leaves traces but log lines, until --rcpt or --effect says so.\n",
          stdout);
    options_print_help(stdout, rows);
    fputs("\nExit status: 0 all as expected; 1 a clause is broken; 2 nothing was concluded, or too "
          "many\n"
          "inconclusive cases; 3 the run could not be made or finished; 64 wrong arguments.\n",
          stdout);
}

static bool set(const struct options *parser, int row, const char **to, const char *value)
{
    if (value[0] == '\0')
        return options_refuse(parser, row, value, "it is empty");
    if (*to != NULL)
        return options_refuse(parser, row, value, "is given twice");
    *to = value;
    return true;
}

/* What stands between "<" and ">" in MAIL and RCPT: anything else would break every case. */
static bool set_mailbox(const struct options *parser, int row, const char **to, const char *value)
{
    const char *at = strrchr(value, '@');
    bool good = at != NULL && at != value && at[1] != '\0' && strpbrk(value, "<> \t\r\n") == NULL;
    if (!good)
        return options_refuse(parser, row, value, "not a mailbox: name@example.net");
    return set(parser, row, to, value);
}

static bool add_rcpt(const struct options *parser, struct check_options *o, const char *value)
{
    if (o->rcpt_count == CHECK_RCPTS)
        return options_refuse(parser, RCPT, value, "three at most");
    return set_mailbox(parser, RCPT, &o->rcpt[o->rcpt_count++], value);
}

static bool set_auth(const struct options *parser, struct check_options *o, const char *value)
{
    const char *colon = strchr(value, ':');
    if (colon == NULL || colon == value)
        return options_refuse(parser, AUTH, "...", "is USER:PASSWORD");
    free(o->user);
    o->user = malloc(strlen(value) + 1);
    if (o->user == NULL)
        return options_refuse(parser, AUTH, "...", "no memory");
    memcpy(o->user, value, strlen(value) + 1);
    o->user[colon - value] = '\0';
    o->password = o->user + (colon - value) + 1;
    return true;
}

static const char *const profiles[TARGET_PROFILES] = {
    [TARGET_MX] = "mx",
    [TARGET_SUBMISSION] = "submission",
    [TARGET_LMTP] = "lmtp",
};

const char *check_profile_name(enum target_profile profile)
{
    return profiles[profile];
}

static bool read_profile(struct check_options *o, const char *name)
{
    for (size_t i = 0; i < TARGET_PROFILES; i++) {
        if (strcmp(profiles[i], name) != 0)
            continue;
        o->profile = (enum target_profile)i;
        return true;
    }
    return false;
}

static bool set_profile(const struct options *parser, struct check_options *o, const char *value)
{
    if (o->has_profile)
        return options_refuse(parser, PROFILE, value, "is given twice");
    o->has_profile = true;
    return read_profile(o, value) ||
           options_refuse(parser, PROFILE, value, "mx, submission or lmtp");
}

static bool set_command(const struct options *parser, int row, char **to, const char *value)
{
    free(*to);
    *to = strdup(value);
    return *to != NULL || options_refuse(parser, row, value, "no memory");
}

static bool add_inbox(const struct options *parser, struct check_options *o, const char *value)
{
    const char *path;
    uint16_t port;
    if (!inboxes_read(value, &path, &port))
        return options_refuse(parser, INBOX, value, "maildir:DIR or lmtp:PORT");
    if (o->inbox_count == CHECK_RCPTS)
        return options_refuse(parser, INBOX, value, "three at most");
    o->inbox[o->inbox_count++] = value;
    return true;
}

static bool set_ehlo(const struct options *parser, struct check_options *o, const char *value)
{
    if (value[strcspn(value, " \t\r\n<>")] != '\0')
        return options_refuse(parser, EHLO, value, "a domain name or an address literal");
    return set(parser, EHLO, &o->ehlo, value);
}

static bool set_effect(const struct options *parser, struct check_options *o, const char *value)
{
    static const enum scenario_effect effects[] = {SCENARIO_EFFECT_NONE, SCENARIO_EFFECT_MAIL,
                                                   SCENARIO_EFFECT_LOAD, SCENARIO_EFFECT_HOSTILE};
    for (size_t i = 0; i < sizeof effects / sizeof *effects; i++) {
        if (strcmp(scenario_effect_name(effects[i]), value) != 0)
            continue;
        o->effect = effects[i];
        o->has_effect = true;
        return true;
    }
    return options_refuse(parser, EFFECT, value, "none, mail, load or hostile");
}

static bool set_jobs(const struct options *parser, struct check_options *o, const char *value)
{
    if (!options_number(parser, JOBS, value, MOST_JOBS, &o->jobs))
        return false;
    return o->jobs > 0 || options_refuse(parser, JOBS, value, "1 at least");
}

static bool set_manners(const struct options *parser, struct check_options *o, int row,
                        const char *value)
{
    enum { RETRIES_MOST = 9, RATE_MOST = 60000 };
    if (row == RETRIES) {
        o->has_retries = true;
        return options_number(parser, row, value, RETRIES_MOST, &o->retries);
    }
    if (row == RATE) {
        o->has_rate = true;
        return options_number(parser, row, value, RATE_MOST, &o->rate);
    }
    o->has_mail_budget = true;
    return options_number(parser, row, value, UINT32_MAX, &o->mail_budget);
}

static bool set_target(struct check_options *o, const char *value)
{
    const char *why = "one target only";
    if (!o->target_given && address_read(value, &o->target, &why)) {
        o->target_given = true;
        o->target_arg = value;
        return true;
    }
    fprintf(stderr, CHECK_PROGRAM ": %s: %s\n", value, why);
    return false;
}

static bool flag(bool *to)
{
    *to = true;
    return true;
}

/* ---- a row each; false: it has been said what is wrong --------------------------------------- */

static bool take_connection(const struct options *p, struct check_options *o, int row,
                            const char *value)
{
    if (row == CA)
        return set(p, row, &o->ca, value);
    if (row == AUTH)
        return set_auth(p, o, value);
    if (row == PROFILE)
        return set_profile(p, o, value);
    if (row == CLEAR_PORT)
        return options_number(p, row, value, UINT16_MAX, &o->clear_port);
    if (row == ON_STOP || row == ON_KILL || row == ON_START)
        return set_command(p, row,
                           row == ON_STOP   ? &o->on_stop
                           : row == ON_KILL ? &o->on_kill
                                            : &o->on_start,
                           value);
    if (row == EHLO)
        return set_ehlo(p, o, value);
    return flag(row == STARTTLS ? &o->starttls : row == TLS ? &o->tls : &o->insecure);
}

static bool take_mailbox(const struct options *p, struct check_options *o, int row,
                         const char *value)
{
    const char **const places[] = {
        [BAD_RCPT] = &o->bad_rcpt, [FOREIGN_RCPT] = &o->foreign_rcpt, [UTF8_RCPT] = &o->utf8_rcpt,
        [FROM] = &o->from,         [BAD_FROM] = &o->bad_from,         [LIST] = &o->list,
        [ALIAS] = &o->alias,
    };
    return row == RCPT ? add_rcpt(p, o, value) : set_mailbox(p, row, places[row], value);
}

static bool take_choice(const struct options *p, struct check_options *o, int row,
                        const char *value)
{
    if (row == ONLY || row == EXCLUDE)
        select_add(row == ONLY ? &o->select.only : &o->select.exclude, value);
    else if (row == LEVEL)
        return select_read_level(value, &o->select.level) ||
               options_refuse(p, row, value, "must, should, may or info");
    else if (row == EFFECT)
        return set_effect(p, o, value);
    else if (row == SLOW)
        o->slow = true;
    else if (row == RERUN_FAILED)
        return set(p, row, &o->rerun, value);
    else if (row == RESUME)
        return set(p, row, &o->resume, value);
    else
        return set(p, row, &o->scenarios, value);
    return true;
}

static bool take_run(const struct options *p, struct check_options *o, int row, const char *value)
{
    if (row == TIMEOUT)
        return options_time(p, row, value, &o->timeout_ms);
    if (row == JOBS)
        return set_jobs(p, o, value);
    if (row == SEED) {
        o->has_seed = true;
        return options_number(p, row, value, UINT64_MAX, &o->seed);
    }
    if (row == ALLOW_INCONCLUSIVE)
        return options_number(p, row, value, UINT32_MAX, &o->allow_inconclusive);
    if (row == RETRIES || row == RATE || row == MAIL_BUDGET)
        return set_manners(p, o, row, value);
    if (row == BASELINE || row == WRITE_BASELINE)
        return set(p, row, row == BASELINE ? &o->baseline : &o->write_baseline, value);
    return flag(&o->strict);
}

static bool take_report(const struct options *p, struct check_options *o, int row,
                        const char *value)
{
    if (row == JSON)
        return set(p, row, &o->json, value);
    if (row == JUNIT)
        return set(p, row, &o->junit, value);
    if (row == TAP)
        return set(p, row, &o->tap, value);
    if (row == HTML)
        return set(p, row, &o->html, value);
    return flag(row == NO_TRANSCRIPTS      ? &o->no_transcripts
                : row == WHOLE_TRANSCRIPTS ? &o->whole_transcripts
                : row == QUIET             ? &o->quiet
                : row == VERBOSE           ? &o->verbose
                                           : &o->help);
}

static bool take(const struct options *p, struct check_options *o, int row, const char *value)
{
    if (row == OPTIONS_WORD)
        return set_target(o, value);
    if (row < RCPT)
        return take_connection(p, o, row, value);
    if (row == INBOX)
        return add_inbox(p, o, value);
    if (row == INBOX_WAIT)
        return options_time(p, row, value, &o->inbox_wait_ms);
    if (row < ONLY)
        return take_mailbox(p, o, row, value);
    if (row < TIMEOUT)
        return take_choice(p, o, row, value);
    return row < JSON ? take_run(p, o, row, value) : take_report(p, o, row, value);
}

/* ---- what one option says about another ------------------------------------------------------ */

static bool is_out(const char *file)
{
    return file != NULL && strcmp(file, "-") == 0;
}

static const char *contradiction(const struct check_options *o)
{
    bool tls = o->tls || o->target.implicit;
    bool clear = !o->starttls && !tls;
    if (o->starttls && tls)
        return "--starttls or TLS from the first octet, not both";
    if (o->resume != NULL && o->rerun != NULL)
        return "--resume or --rerun-failed, not both";
    if (o->quiet && o->verbose)
        return "--quiet or --verbose, not both";
    if (is_out(o->json) + is_out(o->junit) + is_out(o->tap) + is_out(o->html) > 1)
        return "only one report can go to standard output";
    if (o->target.self && o->inbox_count > 0)
        return "self has an inbox of its own: --inbox is for servers on the net";
    if (o->inbox_count > o->rcpt_count)
        return "--inbox shows the mail of a --rcpt: there are more of them";
    if (o->target.self && o->user != NULL)
        return "self has an account of its own: --auth is for servers on the net";
    if (o->user != NULL && clear && !o->insecure && !address_is_loopback(&o->target))
        return "--auth would send the password in clear: add --starttls, or --insecure";
    return NULL;
}

/* DESIGN, Manners: loopback is exempt from rate. */
static void settle_manners(struct check_options *o)
{
    enum { RATE_USUAL = 60, BUDGET_USUAL = 1000, RETRY_MS = 60000, NEAR_RETRY_MS = 500 };
    bool foreign = !o->target.self && !address_is_loopback(&o->target);
    if (!o->has_retries)
        o->retries = !o->target.self;
    if (!o->has_rate)
        o->rate = foreign ? RATE_USUAL : 0;
    if (!o->has_mail_budget)
        o->mail_budget = foreign ? BUDGET_USUAL : 0;
    o->retry_ms = foreign ? RETRY_MS : NEAR_RETRY_MS;
}

static void settle(struct check_options *o)
{
    settle_manners(o);
    if (o->tls)
        address_make_implicit(&o->target);
    o->mode = o->starttls                    ? PLAYER_STARTTLS
              : o->tls || o->target.implicit ? PLAYER_IMPLICIT
                                             : PLAYER_CLEAR;
    if (!o->has_profile && !read_profile(o, o->target.scheme))
        o->profile = TARGET_MX;
    o->slow = o->slow || o->target.self;
    if (!o->has_effect)
        o->effect = o->target.self      ? SCENARIO_EFFECT_HOSTILE
                    : o->rcpt_count > 0 ? SCENARIO_EFFECT_MAIL
                                        : SCENARIO_EFFECT_NONE;
    if (o->jobs == 0)
        o->jobs = !o->target.self && address_is_loopback(&o->target) ? 4 : 1;
    if (o->target.self)
        o->jobs = 1; /* the clock is virtual: there is no time to be won */
}

int check_options_read(struct check_options *out, int argc, char **argv)
{
    struct options parser = {CHECK_PROGRAM, rows, argc, argv, false};
    const char *value = NULL, *why;
    int row;
    *out = (struct check_options){.target = {.self = true, .scheme = "smtp"},
                                  .target_arg = "self",
                                  .timeout_ms = TIMEOUT_MS,
                                  .inbox_wait_ms = INBOX_WAIT_MS};
    if (!select_init(&out->select, (size_t)argc))
        return VERDICT_TROUBLE;
    while ((row = options_next(&parser, &value)) != OPTIONS_END)
        if (row == OPTIONS_BAD || !take(&parser, out, row, value))
            return VERDICT_USAGE;
    why = out->help ? NULL : contradiction(out);
    if (why != NULL) {
        fprintf(stderr, CHECK_PROGRAM ": %s\n", why);
        return VERDICT_USAGE;
    }
    settle(out);
    out->reproduce = reproduce_line(out);
    return out->reproduce != NULL ? VERDICT_OK : VERDICT_TROUBLE;
}

void check_options_free(struct check_options *o)
{
    select_free(&o->select);
    free(o->user);
    free(o->on_stop);
    free(o->on_kill);
    free(o->on_start);
    free(o->reproduce);
}
