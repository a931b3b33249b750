#include "hunt_options.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cmd/options.h"
#include "commands.h"

enum row {
    STARTTLS,
    TLS,
    CA,
    INSECURE,
    EHLO,
    RCPT,
    FROM,
    EFFECT,
    TIME,
    CASES,
    SEED,
    RATE,
    TIMEOUT,
    LEVEL,
    FIRST,
    NO_LEAK,
    OUTPUT,
    MUTANT,
    MUTANTS,
    QUIET,
    HELP
};

static const struct option_row rows[] = {
    [STARTTLS] = {"starttls", NULL, "go on inside TLS after STARTTLS", "Connection"},
    [TLS] = {"tls", NULL, "TLS from the first octet, as smtps://", NULL},
    [CA] = {"ca", "FILE", "trust these certificates (PEM) in place of the system's", NULL},
    [INSECURE] = {"insecure", NULL, "take any certificate", NULL},
    [EHLO] = {"ehlo", "NAME", "our name (client.example.org)", NULL},
    [RCPT] = {"rcpt", "ADDR",
              "a mailbox that may get test mail, up to three times: without one no\n"
              "message is sent",
              NULL},
    [FROM] = {"from", "ADDR", "the sender (sender@example.org)", NULL},
    [EFFECT] = {"effect", "EFFECT",
                "what may be done to the server. Fuzzing is hostile: on loopback and self that\n"
                "is understood, elsewhere it has to be said: --effect hostile",
                "Manners"},
    [TIME] = {"time", "TIME", "how long: 60, 60s, 10m (60 s)", NULL},
    [CASES] = {"cases", "N", "conversations, at most", NULL},
    [SEED] = {"seed", "N",
              "the same seed sends the same first conversation, and goes on alike\n"
              "as long as the replies are alike",
              NULL},
    [RATE] = {"rate", "N",
              "connections a minute, at most (60; on loopback no limit, which 0 says\n"
              "too)",
              NULL},
    [TIMEOUT] = {"timeout", "TIME", "how long an answer may take (10 s)", NULL},
    [LEVEL] = {"level", "LEVEL", "must or should: rules of that level and what binds more (should)",
               "Finds"},
    [FIRST] = {"first", NULL, "stop at the first find", NULL},
    [NO_LEAK] = {"no-leak", NULL, "never say the same sixteen times to compare the replies", NULL},
    [OUTPUT] = {"output", "FOLDER", "where each find is written as a scenario (smtpfuzz-finds)",
                NULL},
    [MUTANT] = {"mutant", "NAME", "self with this mistake in it (conformance/mutants.tsv)", "self"},
    [MUTANTS] = {"mutants", "FILE", "another table of mistakes", NULL},
    [QUIET] = {"quiet", NULL, "no progress line, and only the summary", NULL},
    [HELP] = {"help", NULL, "this text", NULL},
    {NULL, NULL, NULL, NULL},
};

void hunt_options_help(void)
{
    fputs("usage: smtpfuzz HOST:PORT|self [OPTION...]\n"
          "\n"
          "Talks to an SMTP server as no client would, in conversations that grow with its\n"
          "replies, and says which rules it breaks: the rules of the observer, how many replies\n"
          "a text and a chunk get, and whether it still serves others behind each case. A find\n"
          "is made short and written as a scenario for smtpspec check --scenarios.\n"
          "HOST:PORT as smtpspec has it (smtps://, [::1]:25); self: the reference in memory.\n",
          stdout);
    options_print_help(stdout, rows);
    fputs("\nExit status: 0 no find; 1 a find; 3 the server cannot be reached, or trouble of "
          "ours;\n64 wrong arguments.\n",
          stdout);
}

/* ---- one option ------------------------------------------------------------------------------ */

static bool take_target(const struct options *parser, struct hunt_options *o, const char *value)
{
    const char *why = NULL;
    if (o->has_target)
        why = "one server at a time; smtpfuzz diff takes several";
    else if (address_read(value, &o->target, &why))
        why = NULL;
    o->has_target = true;
    o->target_arg = value;
    if (why != NULL)
        fprintf(stderr, "%s: %s: %s\n", parser->program, value, why);
    return why == NULL;
}

static bool take_effect(const struct options *parser, struct hunt_options *o, const char *value)
{
    o->has_effect = true;
    for (o->effect = SCENARIO_EFFECT_NONE; o->effect <= SCENARIO_EFFECT_HOSTILE; o->effect++)
        if (strcmp(value, scenario_effect_name(o->effect)) == 0)
            return true;
    return options_refuse(parser, EFFECT, value, "none, mail, load or hostile");
}

static bool take_level(const struct options *parser, struct hunt_options *o, const char *value)
{
    for (o->level = SCENARIO_MUST; o->level <= SCENARIO_SHOULD; o->level++)
        if (strcmp(value, scenario_level_name(o->level)) == 0)
            return true;
    return options_refuse(parser, LEVEL, value, "must or should");
}

static bool take_rcpt(const struct options *parser, struct hunt_options *o, const char *value)
{
    if (o->rcpt_count == HUNT_RCPTS)
        return options_refuse(parser, RCPT, value, "three at most");
    o->rcpt[o->rcpt_count++] = value;
    return true;
}

static bool take_number(const struct options *parser, struct hunt_options *o, int row,
                        const char *value)
{
    uint64_t *out = row == CASES ? &o->cases : row == SEED ? &o->seed : &o->rate;
    o->has_seed = o->has_seed || row == SEED;
    o->has_rate = o->has_rate || row == RATE;
    return options_number(parser, row, value, row == SEED ? UINT64_MAX : 1000000, out);
}

static void take_flag(struct hunt_options *o, int row)
{
    bool *flag = row == STARTTLS   ? &o->starttls
                 : row == TLS      ? &o->tls
                 : row == INSECURE ? &o->insecure
                 : row == FIRST    ? &o->first
                 : row == NO_LEAK  ? &o->no_leak
                 : row == QUIET    ? &o->quiet
                                   : &o->help;
    *flag = true;
}

static void take_text(struct hunt_options *o, int row, const char *value)
{
    const char **text = row == CA       ? &o->ca
                        : row == EHLO   ? &o->ehlo
                        : row == FROM   ? &o->from
                        : row == OUTPUT ? &o->output
                        : row == MUTANT ? &o->mutant
                                        : &o->mutants;
    *text = value;
}

static bool take(const struct options *parser, struct hunt_options *o, int row, const char *value)
{
    if (row == OPTIONS_WORD)
        return take_target(parser, o, value);
    if (row == EFFECT)
        return take_effect(parser, o, value);
    if (row == LEVEL)
        return take_level(parser, o, value);
    if (row == RCPT)
        return take_rcpt(parser, o, value);
    if (row == TIME || row == TIMEOUT)
        return options_time(parser, row, value, row == TIME ? &o->time_ms : &o->timeout_ms);
    if (row == CASES || row == SEED || row == RATE)
        return take_number(parser, o, row, value);
    if (rows[row].value == NULL)
        take_flag(o, row);
    else
        take_text(o, row, value);
    return true;
}

/* ---- all of them ----------------------------------------------------------------------------- */

static const char *contradiction(const struct hunt_options *o)
{
    if (!o->has_target)
        return "no server: HOST:PORT or self (--help says more)";
    if (o->starttls && (o->tls || o->target.implicit))
        return "--starttls or TLS from the first octet, not both";
    if (o->mutant != NULL && !o->target.self)
        return "--mutant is for self";
    if (!address_is_loopback(&o->target) && (!o->has_effect || o->effect < SCENARIO_EFFECT_HOSTILE))
        return "fuzzing is hostile, and this host is not on loopback: if it is yours to break, say "
               "--effect hostile";
    if (o->has_effect && o->effect < SCENARIO_EFFECT_HOSTILE)
        return "fuzzing is hostile: --effect hostile, or smtpspec check for less";
    return NULL;
}

static void settle(struct hunt_options *o)
{
    enum { RATE_USUAL = 60 };
    if (o->tls)
        address_make_implicit(&o->target);
    o->mode = o->starttls                    ? PLAYER_STARTTLS
              : o->tls || o->target.implicit ? PLAYER_IMPLICIT
                                             : PLAYER_CLEAR;
    if (!o->has_rate)
        o->rate = address_is_loopback(&o->target) ? 0 : RATE_USUAL;
    if (!o->has_seed)
        o->seed = (uint64_t)time(NULL);
}

int hunt_options_read(struct hunt_options *out, int argc, char **argv)
{
    enum { TIME_MS = 60000, TIMEOUT_MS = 10000 };
    struct options parser = {HUNT_PROGRAM, rows, argc, argv, false};
    const char *value = NULL;
    int row;
    *out = (struct hunt_options){.time_ms = TIME_MS,
                                 .timeout_ms = TIMEOUT_MS,
                                 .level = SCENARIO_SHOULD,
                                 .ehlo = "client.example.org",
                                 .from = "sender@example.org",
                                 .output = "smtpfuzz-finds",
                                 .mutants = SMTPSPEC_SOURCE_DATA "/mutants.tsv"};
    while ((row = options_next(&parser, &value)) != OPTIONS_END)
        if (row == OPTIONS_BAD || !take(&parser, out, row, value))
            return FUZZ_USAGE;
    const char *why = out->help ? NULL : contradiction(out);
    if (why != NULL)
        fprintf(stderr, HUNT_PROGRAM ": %s\n", why);
    settle(out);
    return why == NULL ? FUZZ_NONE : FUZZ_USAGE;
}
