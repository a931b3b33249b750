#include "player/player.h"

#include <stdlib.h>

#include "player/hop_play.h"
#include "player/judge.h"
#include "player/needs.h"

enum { DEADLINE_MS = 30000 };

const char *player_verdict_name(enum player_verdict verdict)
{
    static const char *const names[] = {"pass", "info",         "warn", "fail",
                                        "skip", "inconclusive", "error"};
    return names[verdict];
}

uint64_t player_now(const struct player *p)
{
    return p->world->ops->now(p->world);
}

void player_wait(struct player *p, uint64_t until_ms)
{
    if (until_ms < p->wake_ms)
        p->wake_ms = until_ms;
}

/* ---- the outcome ----------------------------------------------------------------------------- */

void player_outcome_free(struct player_outcome *outcome)
{
    if (outcome == NULL)
        return;
    free(outcome->why);
    free(outcome->expected);
    free(outcome->received);
    free(outcome->lines);
    free(outcome->findings);
    free(outcome);
}

static void player_free(struct player *p)
{
    for (unsigned i = 0; i < CONN_COUNT; i++)
        conn_free(p->conns[i]);
    vars_free(&p->vars);
    match_free(&p->matcher);
    log_free(&p->log);
    findings_free(&p->findings);
    free(p->mail_at);
    free(p);
}

static void fill_empty(char **text)
{
    if (*text == NULL)
        *text = calloc(1, 1);
}

/* A report is passed around; what logs in stays out of it. */
static void hide_secrets(struct player *p)
{
    static const char *const names[] = {"plain", "password64", "password"};
    smtp_span secret;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (vars_find(&p->vars, names[i], 1, &secret))
            log_hide(&p->log, secret);
}

static void deliver(struct player *p)
{
    struct player_outcome *o = p->outcome;
    p->world->ops->timer_stop(p->world, &p->timer);
    hop_play_leave(p);
    hide_secrets(p);
    fill_empty(&o->why);
    fill_empty(&o->expected);
    fill_empty(&o->received);
    o->ms = (double)(player_now(p) - p->begun_ms);
    o->lines = log_lines(&p->log, &o->line_count);
    o->findings = findings_list(&p->findings, &o->finding_count);
    o->disputed = p->scenario->disputed != NULL && o->verdict == PLAYER_FAIL;
    void (*done)(void *, struct player_outcome *) = p->done;
    void *arg = p->arg;
    player_free(p);
    done(arg, o);
}

/* ---- waking ---------------------------------------------------------------------------------- */

static void on_time(struct net_timer *timer, uint64_t now_ms)
{
    (void)now_ms;
    player_wake((struct player *)timer);
}

/* While no connection is open there is no edge with a deadline. */
static void arm_timer(struct player *p)
{
    const struct net_world_ops *ops = p->world->ops;
    bool live = false;
    for (unsigned i = 1; i < CONN_COUNT; i++)
        live = live || (p->conns[i] != NULL && conn_is_live(p->conns[i]));
    ops->timer_stop(p->world, &p->timer);
    p->timer.at_ms = p->wake_ms;
    if (!live && p->wake_ms != SMTP_NEVER)
        ops->timer(p->world, &p->timer);
}

static void arm(struct player *p)
{
    uint64_t now = player_now(p);
    for (unsigned i = 1; i < CONN_COUNT; i++) {
        struct conn *c = p->conns[i];
        if (c == NULL || c->gone)
            continue;
        conn_fill(c, now);
        uint64_t due = p->wake_ms < c->stream.resume_ms ? p->wake_ms : c->stream.resume_ms;
        c->dirty = c->dirty || due != c->edge.deadline_ms;
        c->edge.deadline_ms = due;
    }
    for (unsigned i = 1; i < CONN_COUNT; i++) {
        struct conn *c = p->conns[i];
        if (c == NULL || !c->dirty || !conn_is_live(c) || c->stepping)
            continue;
        c->dirty = false;
        net_kick(&c->end);
    }
    arm_timer(p);
}

static bool is_finished(const struct player *p)
{
    for (unsigned i = 0; i < CONN_COUNT; i++)
        if (p->conns[i] != NULL && !p->conns[i]->gone)
            return false;
    return p->phase == PLAYER_CLOSING && !p->starting;
}

void player_wake(struct player *p)
{
    p->again = true;
    if (p->running)
        return;
    p->running = true;
    while (p->again) {
        p->again = false;
        p->wake_ms = SMTP_NEVER;
        if (p->phase == PLAYER_PLAYING && hop_play_enter(p)) {
            hop_play(p);
            machine_play(p);
        }
        if (p->phase == PLAYER_LEAVING)
            ending_leave(p);
        if (p->phase == PLAYER_CLOSING)
            ending_close(p, false);
        arm(p);
    }
    p->running = false;
    if (is_finished(p))
        deliver(p);
}

/* ---- start and abort ------------------------------------------------------------------------- */

static uint64_t timeout_of(const struct scenario *scenario, const struct player_run *run)
{
    uint64_t ms = scenario->timeout_ms > 0 ? scenario->timeout_ms
                  : run->timeout_ms > 0    ? run->timeout_ms
                                           : DEADLINE_MS;
    return run->stretch > 0 ? (uint64_t)((double)ms * run->stretch) : ms;
}

/* Stands for a player that was over before player_start() returned. */
static struct player spent;

static struct player *begin(struct player *p)
{
    char why[256];
    p->starting = true;
    if (!needs_met(p, why, sizeof why)) {
        judge_stop(p, PLAYER_SKIP, 0, "%s", why);
        p->phase = PLAYER_CLOSING;
    }
    player_wake(p);
    p->starting = false;
    if (!is_finished(p))
        return p;
    deliver(p);
    return &spent;
}

struct player *player_start(const struct scenario *scenario, const struct player_run *run,
                            struct net_world *world, struct net_dialler *dialler,
                            void (*done)(void *arg, struct player_outcome *outcome), void *arg)
{
    struct player *p = calloc(1, sizeof *p);
    if (p == NULL)
        return NULL;
    p->outcome = calloc(1, sizeof *p->outcome);
    if (p->outcome == NULL || !vars_init(&p->vars, scenario, run)) {
        free(p->outcome);
        player_free(p);
        return NULL;
    }
    p->timer.done = on_time;
    p->scenario = scenario;
    p->run = run;
    p->world = world;
    p->dialler = dialler;
    p->done = done;
    p->arg = arg;
    p->outcome->scenario = scenario;
    p->log.whole = run->whole;
    p->matcher.vars = &p->vars;
    p->findings.scenario = scenario;
    p->frames[0] = (struct frame){.steps = scenario->steps, .count = scenario->step_count};
    p->begun_ms = player_now(p);
    p->timeout_ms = timeout_of(scenario, run);
    return begin(p);
}

void player_abort(struct player *player, const char *why)
{
    if (player == &spent)
        return;
    judge_stop(player, PLAYER_ERROR, 0, "%s", why);
    player->phase = PLAYER_CLOSING;
    player->since_ms = player_now(player);
    ending_close(player, true);
    player_wake(player);
}
