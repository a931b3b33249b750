/*
 * NAME
 *     smtpspec-mutants: who notices which mutant
 *
 * SYNOPSIS
 *     smtpspec-mutants [--quiet] [--only NAME] [--case ID] SCENARIOS... PRELUDES MUTANTS.tsv
 *     smtpspec-mutants --legal [--only NAME] SCENARIOS... PRELUDES LEGAL.tsv
 *
 * DESCRIPTION
 *     Plays every scenario on the unchanged reference and on every mutant, in memory. A scenario
 *     kills a mutant when its verdict is worse than on the reference (fail, warn, or info); an
 *     observer rule when it finds what it does not find there. Prints the kills, those that are not
 *     expected, and what is missing. Ends 0 when the reference passes everything, every mutant is
 *     killed, by all the killers that its line names, and every scenario kills at least one.
 *
 *     --quiet says the same of what is missing, and plays no more than it takes to know: on a
 *     mutant those that its line names, and a scenario that no line names until a mutant is killed.
 *
 *     The other way round with --legal: its servers break no clause, though they do other than the
 *     reference. Ends 0 when no scenario fails one but those that its line names.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "observer/observer.h"
#include "target/mutant.h"
#include "target/target.h"

enum { RULES_MAX = 64 };

struct play {
    enum player_verdict verdict;
    char why[160];
    uint64_t rules; /* bits: observer_rules that found something about the server */
    bool done;
};

struct matrix {
    struct scenario_set *set;
    struct mutant_list *mutants;
    size_t scenarios;
    struct play *base; /* a row: every scenario on the reference */
    unsigned *kills;   /* how many mutants each scenario kills */
    unsigned rule_kills[RULES_MAX];
    const char *only, *one_case; /* a mutant; a scenario, of which the verdict is told */
    bool quiet, legal;
};

static uint64_t rule_bit(const char *name)
{
    for (unsigned i = 0; observer_rules[i].name != NULL; i++)
        if (strcmp(observer_rules[i].name, name) == 0)
            return UINT64_C(1) << i;
    return 0;
}

static void played(void *arg, struct player_outcome *outcome)
{
    struct play *play = arg;
    play->verdict = outcome->verdict;
    snprintf(play->why, sizeof play->why, "%s", outcome->why);
    for (size_t i = 0; i < outcome->finding_count; i++)
        if (outcome->findings[i].side == 'S')
            play->rules |= rule_bit(outcome->findings[i].rule);
    play->done = true;
    player_outcome_free(outcome);
}

/* One scenario on a fresh server; the clock is virtual. */
static bool play_one(const struct scenario *scenario, const struct mutant *mutant, struct play *out)
{
    const char *why = NULL;
    struct target_self *self = target_self_new(PLAYER_CLEAR, TARGET_MX, mutant, &why);
    if (self == NULL) {
        fprintf(stderr, "%s\n", why);
        return false;
    }
    struct player_run run = {
        .vars = target_self_vars(self),
        .facts = target_self_facts(self),
        .ehlo = target_self_ehlo(self),
        .stretch = 1,
        .slow = true,
        .seed = 1,
        .observe = true,
    };
    target_self_doors(self, &run);
    *out = (struct play){.done = false};
    struct player *player = player_start(scenario, &run, target_self_world(self),
                                         target_self_dialler(self), played, out);
    bool ok = player != NULL;
    if (ok && !out->done)
        ok = target_self_world(self)->ops->run(target_self_world(self), &out->done) && out->done;
    target_self_free(self);
    return ok;
}

/* Worse than on the reference, in a way that a user would see. */
static bool is_kill(const struct play *base, const struct play *play)
{
    bool seen = play->verdict == PLAYER_INFO || play->verdict == PLAYER_WARN ||
                play->verdict == PLAYER_FAIL;
    return seen && play->verdict != base->verdict;
}

static bool named(const char *const *names, const char *name)
{
    for (; *names != NULL; names++)
        if (strcmp(*names, name) == 0)
            return true;
    return false;
}

static bool cites(const struct scenario *scenario, const char *req)
{
    for (size_t i = 0; i < scenario->req_count; i++)
        if (strcmp(scenario->req[i], req) == 0)
            return true;
    return false;
}

static bool play_reference(struct matrix *m)
{
    bool ok = true;
    for (size_t i = 0; i < m->scenarios; i++) {
        const struct scenario *scenario = scenario_at(m->set, i);
        if (!play_one(scenario, NULL, &m->base[i]))
            return false;
        if (m->base[i].verdict != PLAYER_PASS) {
            printf("reference: %s: %s: %s\n", scenario->id, player_verdict_name(m->base[i].verdict),
                   m->base[i].why);
            ok = false;
        }
    }
    return ok;
}

/* What one mutant came to. */
struct tally {
    unsigned killers, citing, found; /* found: of those that its line names */
    uint64_t rules;                  /* bits */
};

static void count_kill(struct matrix *m, const struct mutant_row *row, size_t i, struct tally *t)
{
    const struct scenario *scenario = scenario_at(m->set, i);
    bool expected = named(row->killers, scenario->id);
    t->killers++;
    t->citing += cites(scenario, row->req);
    t->found += expected;
    m->kills[i]++;
    if (!m->quiet)
        printf("    %s%s%s\n", scenario->id, expected ? "" : " (not named)",
               cites(scenario, row->req) ? "" : " (cites others)");
}

/* Kills by rules of the observer, each counted once a mutant. */
static void count_rules(struct matrix *m, const struct mutant_row *row, struct tally *t)
{
    for (unsigned i = 0; observer_rules[i].name != NULL; i++) {
        if ((t->rules & UINT64_C(1) << i) == 0)
            continue;
        m->rule_kills[i]++;
        t->found += named(row->killers, observer_rules[i].name);
        if (!m->quiet)
            printf("    rule %s\n", observer_rules[i].name);
    }
}

/* Plays scenario i on the mutant and counts. */
static bool try_scenario(struct matrix *m, const struct mutant_row *row, size_t i, struct tally *t)
{
    struct play play;
    if (!play_one(scenario_at(m->set, i), row->mutant, &play))
        return false;
    t->rules |= play.rules & ~m->base[i].rules;
    if (m->one_case != NULL && strcmp(m->one_case, scenario_at(m->set, i)->id) == 0)
        printf("    %s: %s: %s\n", m->one_case, player_verdict_name(play.verdict), play.why);
    if (is_kill(&m->base[i], &play))
        count_kill(m, row, i, t);
    return true;
}

/* Whether no further play could change what is said of the mutant. */
static bool is_settled(const struct matrix *m, const struct mutant_row *row, const struct tally *t)
{
    unsigned found = t->found;
    if (!m->quiet || m->one_case != NULL)
        return false;
    for (unsigned i = 0; observer_rules[i].name != NULL; i++)
        found += (t->rules & 1U << i) != 0 && named(row->killers, observer_rules[i].name);
    return found > 0 && row->killers[found] == NULL;
}

static bool play_mutant(struct matrix *m, const struct mutant_row *row)
{
    struct tally t = {0};
    unsigned named_count = 0;
    while (row->killers[named_count] != NULL)
        named_count++;
    if (!m->quiet)
        printf("%s: %s [%s]\n", row->name, row->change, row->req);
    for (int others = 0; others < 2; others++)
        for (size_t i = 0; i < m->scenarios && !is_settled(m, row, &t); i++)
            if (named(row->killers, scenario_at(m->set, i)->id) != others &&
                !try_scenario(m, row, i, &t))
                return false;
    count_rules(m, row, &t);
    bool killed = t.killers > 0 || t.rules != 0;
    if (!killed || t.found < named_count)
        printf("%s: %s: %s, %u of %u named killers noticed\n", row->name, row->change,
               killed ? "killed" : "SURVIVED", t.found, named_count);
    return killed && t.found == named_count;
}

/* Whether some mutant is killed; those that break what it is about come first. */
static bool kills_any(const struct matrix *m, size_t i)
{
    const struct scenario *scenario = scenario_at(m->set, i);
    struct play play;
    for (int others = 0; others < 2; others++)
        for (size_t k = 0; k < mutant_count(m->mutants); k++) {
            const struct mutant_row *row = mutant_at(m->mutants, k);
            if (cites(scenario, row->req) != others && play_one(scenario, row->mutant, &play) &&
                is_kill(&m->base[i], &play))
                return true;
        }
    return false;
}

/* Scenarios that no mutant makes change its verdict: they cannot fail, as far as we know. */
static size_t idle_scenarios(const struct matrix *m)
{
    size_t idle = 0;
    for (size_t i = 0; i < m->scenarios; i++) {
        if (m->kills[i] > 0 || (m->quiet && kills_any(m, i)))
            continue;
        printf("%s: no mutant changes its verdict\n", scenario_at(m->set, i)->id);
        idle++;
    }
    return idle;
}

/* A server that breaks no clause: a scenario that fails it is wrong. */
static bool play_legal(struct matrix *m, const struct mutant_row *row)
{
    bool ok = true;
    for (size_t i = 0; i < m->scenarios; i++) {
        const struct scenario *scenario = scenario_at(m->set, i);
        struct play play;
        if (!play_one(scenario, row->mutant, &play))
            return false;
        bool failed = play.verdict == PLAYER_FAIL;
        if (failed == named(row->killers, scenario->id))
            continue;
        printf("%s: %s: %s: %s\n", row->name, scenario->id,
               failed ? "fails what breaks no clause" : "is named, and does not fail", play.why);
        ok = false;
    }
    return ok;
}

static int run_legal(struct matrix *m)
{
    size_t good = 0, tried = 0;
    for (size_t i = 0; i < mutant_count(m->mutants); i++) {
        const struct mutant_row *row = mutant_at(m->mutants, i);
        if (m->only != NULL && strcmp(m->only, row->name) != 0)
            continue;
        tried++;
        good += play_legal(m, row);
    }
    printf("%zu of %zu legal servers are failed by nothing but what their lines name\n", good,
           tried);
    return good == tried && tried > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int run(struct matrix *m)
{
    bool reference = play_reference(m);
    size_t killed = 0, tried = 0;
    for (size_t i = 0; i < mutant_count(m->mutants); i++) {
        const struct mutant_row *row = mutant_at(m->mutants, i);
        if (m->only != NULL && strcmp(m->only, row->name) != 0)
            continue;
        tried++;
        killed += play_mutant(m, row);
    }
    size_t idle = m->only == NULL ? idle_scenarios(m) : 0;
    printf("%zu of %zu mutants killed by those that their lines name, %zu of %zu scenarios kill at "
           "least one%s\n",
           killed, tried, m->scenarios - idle, m->scenarios,
           reference ? "" : "; the reference does not pass everything");
    return reference && killed == tried && tried > 0 && idle == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* Folders of scenarios, then that of the preludes, then the mutants. */
static bool load(struct matrix *m, char **files, int folders)
{
    struct scenario_error error = {.line = 0};
    char why[512];
    m->set = scenario_set_new(files[folders]);
    bool ok = m->set != NULL;
    for (int i = 0; ok && i < folders; i++)
        ok = scenario_load(m->set, files[i], &error);
    if (!ok) {
        fprintf(stderr, "%s:%u: %s\n", error.file, error.line, error.text);
        return false;
    }
    m->mutants = mutant_list_load(files[folders + 1], why, sizeof why);
    if (m->mutants == NULL) {
        fprintf(stderr, "%s\n", why);
        return false;
    }
    m->scenarios = scenario_count(m->set);
    m->base = calloc(m->scenarios + 1, sizeof *m->base);
    m->kills = calloc(m->scenarios + 1, sizeof *m->kills);
    return m->base != NULL && m->kills != NULL;
}

int main(int argc, char **argv)
{
    struct matrix m = {0};
    int at = 1;
    for (; at < argc && strncmp(argv[at], "--", 2) == 0; at++) {
        if (strcmp(argv[at], "--quiet") == 0)
            m.quiet = true;
        else if (strcmp(argv[at], "--legal") == 0)
            m.legal = true;
        else if (strcmp(argv[at], "--only") == 0 && at + 1 < argc)
            m.only = argv[++at];
        else if (strcmp(argv[at], "--case") == 0 && at + 1 < argc)
            m.one_case = argv[++at];
        else
            at = argc;
    }
    if (argc - at < 3) {
        fprintf(stderr, "usage: smtpspec-mutants [--quiet] [--legal] [--only NAME] [--case ID] "
                        "SCENARIOS... PRELUDES MUTANTS.tsv\n");
        return 64;
    }
    int status = 3;
    if (load(&m, argv + at, argc - at - 2))
        status = m.legal ? run_legal(&m) : run(&m);
    mutant_list_free(m.mutants);
    scenario_set_free(m.set);
    free(m.base);
    free(m.kills);
    return status;
}
