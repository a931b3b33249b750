#include "player/witness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "player/needs.h"
#include "player/text.h"
#include "player/witness_plan.h"

enum { NEEDS = 32, HOP_WAIT_MS = 30000 };

static const struct player_var vars[] = {
    {"me", "client.example.org"},
    {"mx", "mx.example.test"},
    {"from", "sender@example.org"},
    {"bad-from", "refused@example.org"},
    {"rcpt", "tester@example.test"},
    {"rcpt2", "tester2@example.test"},
    {"rcpt3", "tester3@example.test"},
    {"bad-rcpt", "nobody@example.test"},
    {"foreign-rcpt", "nobody@foreign.example"},
    {"utf8-rcpt", "\xd0\xb4@example.test"},
    {"list", "list@example.test"},
    {"alias", "alias@example.test"},
    {"user", "tester"},
    {"password", "secret"},
    {NULL, NULL},
};

/* The witness says what the rows ask for, stopped or not. */
static bool do_nothing(void *arg, const char **why)
{
    (void)arg;
    (void)why;
    return true;
}

static const struct player_hooks hooks = {
    .stop = do_nothing, .kill = do_nothing, .start = do_nothing};

struct check {
    const struct scenario *scenario;
    struct player_run run;
    struct hop hop;
    const char *facts[NEEDS + 1];
    const char *ehlo[NEEDS + 2];
    char keywords[NEEDS][64];
    size_t *taken; /* a step: index + 1 of the row that the first run took */
    struct witness_result *out;
};

/* What the scenario needs, this run has. */
static void meet_needs(struct check *check)
{
    size_t facts = 0, keywords = 0;
    check->ehlo[keywords++] = "SIZE 1000000";
    for (size_t i = 0; i < check->scenario->need_count && i < NEEDS; i++) {
        const char *need = check->scenario->needs[i];
        if (!needs_is_keyword(need)) {
            check->facts[facts++] = need;
            continue;
        }
        snprintf(check->keywords[i], sizeof check->keywords[i], "%s", need);
        char *equals = strchr(check->keywords[i], '=');
        if (equals != NULL)
            *equals = ' ';
        check->ehlo[keywords++] = check->keywords[i];
    }
}

/* ---- one run --------------------------------------------------------------------------------- */

struct played {
    struct player_outcome *outcome;
    bool done;
};

static void keep_outcome(void *arg, struct player_outcome *outcome)
{
    struct played *played = arg;
    played->outcome = outcome;
    played->done = true;
}

static bool fail(struct check *check, unsigned line, const char *why)
{
    check->out->line = line;
    snprintf(check->out->why, sizeof check->out->why, "%s", why);
    return false;
}

static bool compare(struct check *check, const struct plan *plan, const struct player_outcome *o)
{
    unsigned line = plan->goal->row != NULL    ? plan->goal->row->line
                    : plan->goal->step != NULL ? plan->goal->step->line
                                               : o->line;
    char why[256];
    if (o->verdict == plan->verdict && (plan->decided == 0 || o->line == plan->decided))
        return true;
    snprintf(why, sizeof why, "should end with %s, but ends with %s on line %u: %s",
             player_verdict_name(plan->verdict), player_verdict_name(o->verdict), o->line, o->why);
    return fail(check, line, why);
}

static bool play_plan(struct check *check, const struct plan *plan)
{
    const char *why = "no memory";
    struct net_mem *mem = net_mem_new(0);
    struct played played = {.done = false};
    bool good = mem != NULL && witness_dialler_start(plan->witness, mem, &why);
    if (!good) {
        net_mem_free(mem);
        return fail(check, 0, why);
    }
    struct net_world *world = net_mem_world(mem);
    good = player_start(check->scenario, &check->run, world, &plan->witness->dialler, keep_outcome,
                        &played) != NULL &&
           witness_relay_start(plan->relay, mem, &check->hop);
    check->out->runs++;
    bool stuck = good && !played.done && !world->ops->run(world, &played.done);
    net_mem_free(mem);
    if (!good || stuck || played.outcome == NULL)
        good = fail(check, 0, stuck ? "the conversation is stuck" : "no memory");
    else
        good = compare(check, plan, played.outcome);
    player_outcome_free(played.outcome);
    return good;
}

static bool is_line(const struct scenario_step *step)
{
    return step != NULL && step->op == SCENARIO_MAIL;
}

static bool run_goal(struct check *check, const struct plan_goal *goal, bool other)
{
    struct witness_dialler witness = {.count = 0};
    struct witness_relay relay = {.used = {false}};
    struct witness_mail mail;
    struct plan plan = {.scenario = check->scenario,
                        .goal = goal,
                        .witness = &witness,
                        .relay = &relay,
                        .mail = &mail,
                        .other = other};
    witness_mail_init(&mail, check->scenario, &plan.matcher);
    check->run.inbox = &mail.inbox;
    plan.taken = goal->step == NULL && !other ? check->taken : NULL;
    bool good = vars_init(&plan.vars, check->scenario, &check->run) &&
                text_set_size(check->scenario, &plan.vars);
    plan.matcher.vars = &plan.vars;
    if (!good)
        fail(check, 0, "no memory");
    else if (is_line(goal->step) && !witness_mail_can_break(&mail, goal->step))
        good = true;
    else if (!plan_walk(&plan))
        good = fail(check, plan.line, plan.why);
    else
        good = play_plan(check, &plan);
    match_free(&plan.matcher);
    vars_free(&plan.vars);
    witness_dialler_free(&witness);
    witness_relay_free(&relay);
    check->run.inbox = NULL;
    witness_mail_free(&mail);
    return good;
}

/* ---- all runs -------------------------------------------------------------------------------- */

static bool is_mail(const struct scenario_step *step)
{
    return is_line(step) ||
           (step->op == SCENARIO_DIRECTIVE && step->directive == SCENARIO_AT_INBOX);
}

/* "with C? and without, C& both ways round, DATA and BDAT" */
static bool has_choice(const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->step_count; i++) {
        const struct scenario_step *step = &scenario->steps[i];
        if (step->optional || step->any_order)
            return true;
        for (size_t r = 0; r < step->row_count; r++)
            if (step->rows[r].command != NULL && step->rows[r].command->by_data)
                return true;
    }
    return false;
}

static bool run_all(struct check *check)
{
    const struct plan_goal first = {NULL, NULL};
    if (!run_goal(check, &first, false) ||
        (has_choice(check->scenario) && !run_goal(check, &first, true)))
        return false;
    for (size_t i = 0; i < check->scenario->step_count; i++) {
        const struct scenario_step *step = &check->scenario->steps[i];
        for (size_t r = 0; r < step->row_count; r++) {
            const struct plan_goal goal = {step, &step->rows[r]};
            if (check->taken[i] != r + 1 && !run_goal(check, &goal, false))
                return false;
        }
        const struct plan_goal broken = {step, NULL};
        if (is_mail(step) && !run_goal(check, &broken, false))
            return false;
    }
    return true;
}

bool witness_check(const struct scenario *scenario, struct witness_result *out)
{
    *out = (struct witness_result){.runs = 0};
    const char *unplayed = needs_unplayed(scenario);
    if (unplayed != NULL) {
        out->unplayable = true;
        snprintf(out->why, sizeof out->why, "%s", unplayed);
        return true;
    }
    struct check check = {.scenario = scenario,
                          .out = out,
                          .hop = {.domain = "hop.example.test", .wait_ms = HOP_WAIT_MS}};
    check.run = (struct player_run){.vars = vars,
                                    .facts = check.facts,
                                    .ehlo = check.ehlo,
                                    .tls = witness_tls(),
                                    .hooks = &hooks,
                                    .hop = &check.hop,
                                    .stretch = 1,
                                    .slow = true,
                                    .seed = 1,
                                    .date = 1};
    meet_needs(&check);
    check.taken = calloc(scenario->step_count + 1, sizeof *check.taken);
    bool good = check.taken != NULL ? run_all(&check) : fail(&check, 0, "no memory");
    free(check.taken);
    return good;
}
