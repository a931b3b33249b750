/*
 * NAME
 *     smtpspec check: tests a server
 *
 * DESCRIPTION
 *     Data, options and report files first, then the first contact, then the cases, then the
 *     reports. Whatever happens behind the first step, the reports are written and say what was not
 *     run.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "check_options.h"
#include "commands.h"
#include "data.h"
#include "excuses.h"
#include "facts.h"
#include "interrupt.h"
#include "outputs.h"
#include "play.h"
#include "rerun.h"
#include "world.h"

struct check {
    struct check_options options;
    struct data data;
    struct rerun rerun;
    struct excuses excuses;
    struct outputs outputs;
    struct world world;
    struct facts facts;
    char url[ADDRESS_URL_SIZE];
    const struct scenario **cases;
    struct player_outcome **outcomes;
    size_t count;
    struct probe_plan plan;
    struct probe *probe;
    struct player_run run;
    struct play play;
    struct report_run report;
    struct timespec begun;
    bool stop;
};

static enum verdict_exit trouble(const char *what)
{
    fprintf(stderr, CHECK_PROGRAM ": %s\n", what);
    return VERDICT_TROUBLE;
}

/* ---- which cases ----------------------------------------------------------------------------- */

static bool is_chosen(const struct check *c, const struct scenario *scenario)
{
    return scenario->role == SCENARIO_SERVER && select_has(&c->options.select, scenario) &&
           rerun_has(&c->rerun, scenario);
}

/* Nothing was left to be done: what is to be done with that is not what a wrong option asks for. */
static enum verdict_exit none_chosen(const struct check *c)
{
    if (c->options.resume != NULL) {
        fprintf(stderr, CHECK_PROGRAM ": %s: all of these cases were run there\n",
                c->options.resume);
        return VERDICT_NOTHING;
    }
    if (c->options.rerun == NULL) {
        fputs(CHECK_PROGRAM ": no scenario for a server is left by --only, --exclude and --level\n",
              stderr);
        return VERDICT_USAGE;
    }
    fprintf(stderr, CHECK_PROGRAM ": %s: none of these cases failed there\n", c->options.rerun);
    return VERDICT_NOTHING;
}

static bool read_earlier(struct check *c)
{
    const struct check_options *o = &c->options;
    return o->resume != NULL ? rerun_read_resume(&c->rerun, o->resume, CHECK_PROGRAM)
                             : rerun_read(&c->rerun, o->rerun, o->strict, CHECK_PROGRAM);
}

static enum verdict_exit choose(struct check *c)
{
    size_t all = scenario_count(c->data.set);
    if (!select_check(&c->options.select, c->data.set, CHECK_PROGRAM))
        return VERDICT_USAGE;
    if (!read_earlier(c))
        return VERDICT_TROUBLE;
    rerun_note_gone(&c->rerun, c->data.set, CHECK_PROGRAM);
    c->cases = calloc(all, sizeof(const struct scenario *));
    c->outcomes = calloc(all, sizeof(struct player_outcome *));
    if (c->cases == NULL || c->outcomes == NULL)
        return trouble("no memory");
    for (size_t i = 0; i < all; i++)
        if (is_chosen(c, scenario_at(c->data.set, i)))
            c->cases[c->count++] = scenario_at(c->data.set, i);
    return c->count > 0 ? VERDICT_OK : none_chosen(c);
}

static enum verdict_exit prepare(struct check *c)
{
    const char *why = "";
    enum verdict_exit status = data_open(&c->data, CHECK_PROGRAM);
    if (status == VERDICT_OK)
        status = data_load(&c->data, CHECK_PROGRAM, c->options.scenarios);
    if (status == VERDICT_OK)
        status = choose(c);
    if (status != VERDICT_OK)
        return status;
    if (!excuses_open(&c->excuses, &c->options, c->data.set, c->count))
        return VERDICT_TROUBLE;
    if (!outputs_open(&c->outputs, &c->options))
        return VERDICT_TROUBLE;
    if (!world_open(&c->world, &c->options, &why))
        return trouble(why);
    if (!interrupt_watch(c->world.loop, &c->stop))
        return trouble("signals cannot be watched");
    return VERDICT_OK;
}

/* ---- the run --------------------------------------------------------------------------------- */

static const struct probe_result *contact(struct check *c)
{
    facts_init(&c->facts, &c->options);
    c->plan = (struct probe_plan){
        .tls = c->world.tls,
        .mode = c->options.mode,
        .lmtp = c->options.profile == TARGET_LMTP,
        .me = c->facts.me,
        .user = c->options.user,
        .password = c->options.password,
        .timeout_ms = c->options.timeout_ms,
        .where = c->url,
    };
    c->probe = probe_start(&c->plan, c->world.world, c->world.dialler, &c->stop);
    while (c->probe != NULL && !probe_is_over(c->probe) && !interrupt_came()) {
        c->stop = false;
        if (!c->world.world->ops->run(c->world.world, &c->stop))
            break;
    }
    return c->probe != NULL && probe_is_over(c->probe) ? probe_result(c->probe) : NULL;
}

static void fill_run(struct check *c, const struct probe_result *probe)
{
    const struct check_options *o = &c->options;
    if (c->world.self != NULL)
        facts_take(&c->facts, target_self_vars(c->world.self), target_self_facts(c->world.self));
    facts_fill(&c->facts, o, probe);
    c->run = (struct player_run){
        .vars = c->facts.vars,
        .facts = c->facts.words,
        .ehlo = probe->ehlo,
        .tls = c->world.tls,
        .mode = o->mode,
        .timeout_ms = o->timeout_ms,
        .stretch = 1,
        .slow = o->slow,
        .name_in_ehlo = address_is_loopback(&o->target) && o->ehlo == NULL,
        .seed = c->report.seed,
        .whole = o->whole_transcripts,
        .observe = true,
        .auth = o->user != NULL,
    };
    world_doors(&c->world, &c->run);
    c->play = (struct play){
        .cases = c->cases,
        .count = c->count,
        .outcomes = c->outcomes,
        .run = &c->run,
        .world = c->world.world,
        .dialler = c->world.dialler,
        .plan = &c->plan,
        .jobs = (size_t)o->jobs,
        .effect = o->effect,
        .retries = o->retries,
        .retry_ms = o->retry_ms,
        .pace = pace_of(o->rate),
        .mail_budget = o->mail_budget,
        .denied = probe->fate == PROBE_DENIED,
        .stop = &c->stop,
    };
}

/* ---- the report ------------------------------------------------------------------------------ */

static double seconds_since(const struct timespec *begun)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        return 0;
    return (double)(now.tv_sec - begun->tv_sec) + (double)(now.tv_nsec - begun->tv_nsec) / 1e9;
}

/* The same nonces twice would make two runs one in the logs of a server; self has no logs. */
static uint64_t choose_seed(const struct check_options *o)
{
    struct timespec now;
    if (o->has_seed || o->target.self || clock_gettime(CLOCK_REALTIME, &now) != 0)
        return o->has_seed ? o->seed : 1;
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void begin_report(struct check *c)
{
    static const char *const modes[] = {
        [PLAYER_CLEAR] = "none", [PLAYER_STARTTLS] = "starttls", [PLAYER_IMPLICIT] = "implicit"};
    const struct check_options *o = &c->options;
    address_print(&o->target, c->url);
    clock_gettime(CLOCK_MONOTONIC, &c->begun);
    c->report = (struct report_run){
        .version = SMTPSPEC_VERSION,
        .url = c->url,
        .target_arg = o->target_arg,
        .reproduce = o->reproduce,
        .tls = modes[o->mode],
        .profile = check_profile_name(o->profile),
        .started = time(NULL),
        .seed = choose_seed(o),
        .outcomes = c->outcomes,
        .count = c->count,
        .baseline = c->excuses.baseline,
        .baseline_file = o->baseline,
        .ledger = c->data.ledger,
    };
}

static void note_contact(struct check *c, const struct probe_result *probe)
{
    c->report.greeting = probe->greeting;
    c->report.ehlo = probe->listed;
    c->report.ehlo_clear = probe->listed_clear;
    c->report.tls_version = probe->tls_version;
}

static void finish_report(struct check *c, bool was_trouble)
{
    const struct check_options *o = &c->options;
    c->report.seconds = seconds_since(&c->begun);
    c->report.interrupted = interrupt_came();
    was_trouble = !excuses_apply(&c->excuses, &c->report) || was_trouble;
    verdict_tally(c->outcomes, c->count, &c->report.tally);
    c->report.tally.baseline_broken = baseline_count_broken(c->excuses.baseline);
    c->report.exit = (int)verdict_exit(&c->report.tally, was_trouble || c->report.interrupted,
                                       (size_t)o->allow_inconclusive, o->strict);
}

/* No case was played: the message is all that there is to be read. */
static enum verdict_exit give_up(struct check *c, const char *why)
{
    fprintf(stderr, CHECK_PROGRAM ": %s\n", why);
    finish_report(c, true);
    outputs_write_files(&c->outputs, &c->options, &c->report);
    return (enum verdict_exit)c->report.exit;
}

static enum verdict_exit run(struct check *c)
{
    begin_report(c);
    const struct probe_result *probe = contact(c);
    if (interrupt_came())
        return give_up(c, "interrupted, no case was run");
    if (probe == NULL)
        return give_up(c, "no memory for the first contact");
    note_contact(c, probe);
    if (probe->fate == PROBE_FAILED)
        return give_up(c, probe->why);
    if (probe->fate == PROBE_DENIED)
        fprintf(stderr, CHECK_PROGRAM ": %s\n", probe->why);
    fill_run(c, probe);
    play_all(&c->play);
    finish_report(c, c->play.trouble[0] != '\0');
    bool written = outputs_write(&c->outputs, &c->options, &c->report);
    written = excuses_write(&c->excuses, &c->options, &c->report) && written;
    if (c->play.trouble[0] != '\0')
        fprintf(stderr, CHECK_PROGRAM ": %s: the other cases were not run\n", c->play.trouble);
    return written ? (enum verdict_exit)c->report.exit : VERDICT_TROUBLE;
}

static void close_all(struct check *c)
{
    interrupt_forget_loop();
    world_close(&c->world);
    play_end(&c->play);
    probe_free(c->probe);
    for (size_t i = 0; i < c->count; i++)
        player_outcome_free(c->outcomes[i]);
    free(c->outcomes);
    free(c->cases);
    rerun_free(&c->rerun);
    excuses_close(&c->excuses);
    data_close(&c->data);
}

/* A name that is still being looked up cannot be called back, and would hold up the exit. */
static void leave_lookup(const struct check *c, int status)
{
    if (c->world.loop == NULL || c->probe == NULL || probe_result(c->probe)->connected)
        return;
    fflush(NULL);
    _Exit(status);
}

int command_check(int argc, char **argv)
{
    struct check c = {.count = 0};
    int status = check_options_read(&c.options, argc, argv);
    if (status == VERDICT_OK && c.options.help) {
        check_options_help();
    } else if (status == VERDICT_OK) {
        status = (int)prepare(&c);
        if (status == VERDICT_OK)
            status = (int)run(&c);
        leave_lookup(&c, status);
        close_all(&c);
    }
    check_options_free(&c.options);
    return status;
}
