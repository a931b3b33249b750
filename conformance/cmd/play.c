#include "play.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interrupt.h"

enum { SILENT_MOST = 5, ATTEMPT_SHIFT = 56 };

struct play_slot { /* a case that is being played */
    struct play *play;
    size_t index;
    bool busy, paced;
    struct player *player;
    struct player_run run; /* with a seed for this attempt */
};

/* ---- ends ------------------------------------------------------------------------------------ */

/* The last attempt that was played counts; one that was not concluded may be followed by another. */
static void settle(struct play *play, size_t index, struct player_outcome *outcome)
{
    if (play->outcomes[index] != NULL && outcome->verdict == PLAYER_SKIP) {
        player_outcome_free(outcome);
        return;
    }
    player_outcome_free(play->outcomes[index]);
    play->outcomes[index] = outcome;
    outcome->attempts = (unsigned)play->attempt + 1;
    if (outcome->verdict == PLAYER_INCONCLUSIVE && play->attempt < play->retries)
        play->again[play->again_count++] = index;
}

/* The cases of one file ask the same in other octets: one that is left without an answer is one
 * thing that the server does not do, however many octets show it. */
static void count_silent(struct play *play, const struct player_outcome *outcome)
{
    const char *file = outcome->silent ? outcome->scenario->file : NULL;
    if (file == NULL)
        play->silent = 0;
    else if (play->silent_file == NULL || strcmp(play->silent_file, file) != 0)
        play->silent++;
    play->silent_file = file;
}

static void played(void *arg, struct player_outcome *outcome)
{
    struct play_slot *slot = arg;
    struct play *play = slot->play;
    slot->busy = false;
    *play->stop = true;
    if (play->given_up) { /* it was not played to its end, so nothing is known of it */
        player_outcome_free(outcome);
        return;
    }
    if (slot->paced)
        pace_end(&play->pace, play->world->ops->now(play->world), outcome);
    play->messages += pace_messages(outcome);
    play->doubted = play->doubted || outcome->unreachable || outcome->silent;
    if (outcome->verdict != PLAYER_SKIP && play->attempt == 0)
        count_silent(play, outcome);
    play->progress.done += play->attempt == 0;
    play->progress.fails += outcome->verdict == PLAYER_FAIL && !outcome->disputed;
    progress_show(&play->progress, outcome->scenario->id);
    settle(play, slot->index, outcome);
}

static void give_up(struct play *play, const char *why)
{
    play->given_up = true;
    if (play->trouble[0] == '\0')
        snprintf(play->trouble, sizeof play->trouble, "%s", why);
    for (size_t i = 0; i < play->jobs; i++)
        if (play->slots[i].busy)
            player_abort(play->slots[i].player, why);
}

/* ---- begins ---------------------------------------------------------------------------------- */

/* Whether the case is about a server that greets with 554, or with 521 (RFC 7504). */
static bool wants_denial(const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->need_count; i++)
        if (strcmp(scenario->needs[i], "deny") == 0)
            return true;
    for (size_t i = 0; i < scenario->tag_count; i++)
        if (strcmp(scenario->tags[i], "mailless") == 0)
            return true;
    return false;
}

/* What keeps a case from being played before anybody looks at its needs; "" for nothing. */
static void why_not(const struct play *play, const struct scenario *scenario, char *out,
                    size_t size)
{
    out[0] = '\0';
    if (scenario->effect > play->effect)
        snprintf(out, size, "needs --effect %s%s", scenario_effect_name(scenario->effect),
                 scenario->effect == SCENARIO_EFFECT_MAIL ? " or --rcpt" : "");
    else if (play->denied && !wants_denial(scenario))
        snprintf(out, size, "greets with 554 or 521, no service here");
    else if (scenario->effect >= SCENARIO_EFFECT_MAIL && play->mail_budget > 0 &&
             play->messages >= play->mail_budget)
        snprintf(out, size, "the mail budget is spent: --mail-budget");
}

static bool skip(struct play *play, struct play_slot *slot, const char *why)
{
    struct player_outcome *outcome = calloc(1, sizeof *outcome);
    char *copy = strdup(why);
    if (outcome == NULL || copy == NULL) {
        free(outcome);
        free(copy);
        return false;
    }
    *outcome = (struct player_outcome){
        .scenario = play->cases[slot->index], .verdict = PLAYER_SKIP, .why = copy};
    played(slot, outcome);
    return true;
}

static bool begin(struct play *play, struct play_slot *slot)
{
    const struct scenario *scenario = play->cases[play->todo[play->next]];
    char why[128];
    slot->index = play->todo[play->next++];
    slot->busy = true;
    slot->paced = false;
    why_not(play, scenario, why, sizeof why);
    if (why[0] != '\0')
        return skip(play, slot, why);
    progress_show(&play->progress, scenario->id);
    pace_begin(&play->pace, play->world->ops->now(play->world));
    slot->paced = true;
    slot->run = *play->run;
    slot->run.seed ^= play->attempt << ATTEMPT_SHIFT;
    slot->player = player_start(scenario, &slot->run, play->world, play->dialler, played, slot);
    return slot->player != NULL;
}

/* ---- waiting --------------------------------------------------------------------------------- */

static void ring(struct net_timer *timer, uint64_t now_ms)
{
    struct play_alarm *alarm = (struct play_alarm *)timer;
    (void)now_ms;
    alarm->set = false;
    *alarm->stop = true;
}

/* Whether a case may begin now; if not, the alarm says when. */
static bool may_begin(struct play *play)
{
    struct play_alarm *alarm = &play->alarm;
    if (pace_is_due(&play->pace, play->world->ops->now(play->world)))
        return true;
    *alarm = (struct play_alarm){
        .timer = {.at_ms = play->pace.due_ms, .done = ring, .state = alarm->timer.state},
        .stop = play->stop,
        .set = true,
    };
    play->world->ops->timer(play->world, &alarm->timer);
    return false;
}

/* What was not concluded becomes what is to be done. False: there is nothing. */
static bool begin_again(struct play *play)
{
    enum { DOUBLINGS_MOST = 8 };
    size_t *done = play->todo;
    if (play->again_count == 0)
        return false;
    play->todo = play->again;
    play->todo_count = play->again_count;
    play->again = done;
    play->again_count = play->next = 0;
    uint64_t doublings = play->attempt < DOUBLINGS_MOST ? play->attempt : DOUBLINGS_MOST;
    play->attempt++;
    pace_hold(&play->pace, play->world->ops->now(play->world) + (play->retry_ms << doublings));
    return true;
}

static bool has_more(struct play *play)
{
    return play->next < play->todo_count || begin_again(play);
}

/* ---- the next cases -------------------------------------------------------------------------- */

static bool is_open(const struct play *play)
{
    return play->next < play->todo_count && !play->doubted && !interrupt_came();
}

static void fill_slots(struct play *play)
{
    for (size_t i = 0; i < play->jobs; i++) {
        struct play_slot *slot = &play->slots[i];
        while (!slot->busy && is_open(play) && may_begin(play)) {
            if (begin(play, slot))
                continue;
            slot->busy = false;
            give_up(play, "no memory");
            return;
        }
    }
}

/* ---- a server that may be gone --------------------------------------------------------------- */

static void look_again(struct play *play)
{
    if (!play->doubted)
        return;
    if (play->probe == NULL) {
        pace_begin(&play->pace, play->world->ops->now(play->world));
        play->probe = probe_start(play->plan, play->world, play->dialler, play->stop);
        if (play->probe == NULL)
            give_up(play, "no memory");
        return;
    }
    if (!probe_is_over(play->probe))
        return;
    const struct probe_result *result = probe_result(play->probe);
    if (result->fate == PROBE_FAILED)
        give_up(play, result->why);
    probe_free(play->probe);
    play->probe = NULL;
    play->doubted = false;
}

static bool is_idle(const struct play *play)
{
    for (size_t i = 0; i < play->jobs; i++)
        if (play->slots[i].busy)
            return false;
    return play->probe == NULL;
}

/* False: there is nothing more to be done. */
static bool go_on(struct play *play)
{
    fill_slots(play);
    look_again(play);
    if (play->silent >= SILENT_MOST)
        give_up(play, "the server has left cases of five files in a row without an answer");
    if (interrupt_came()) {
        play->interrupted = true;
        give_up(play, "interrupted");
    }
    if (play->given_up)
        return false;
    if (is_idle(play) && !play->alarm.set)
        return has_more(play);
    *play->stop = false;
    if (!play->world->ops->run(play->world, play->stop))
        give_up(play, "the run stands still: nothing can happen any more");
    return !play->given_up;
}

/* What came behind the end of its case. */
static void recount(struct play *play)
{
    const char *why = "";
    for (size_t i = 0; i < play->count; i++)
        if (play->outcomes[i] != NULL && play->trouble[0] == '\0' &&
            !player_recount(play->outcomes[i], play->run, &why))
            snprintf(play->trouble, sizeof play->trouble, "@inbox: %s", why);
}

static bool make_room(struct play *play)
{
    play->slots = calloc(play->jobs, sizeof *play->slots);
    play->todo = calloc(play->count, sizeof *play->todo);
    play->again = calloc(play->count, sizeof *play->again);
    if (play->slots == NULL || play->todo == NULL || play->again == NULL)
        return false;
    for (size_t i = 0; i < play->jobs; i++)
        play->slots[i].play = play;
    for (size_t i = 0; i < play->count; i++)
        play->todo[i] = i;
    play->todo_count = play->count;
    return true;
}

void play_all(struct play *play)
{
    if (!make_room(play)) {
        snprintf(play->trouble, sizeof play->trouble, "no memory");
        return;
    }
    pace_begin(&play->pace, play->world->ops->now(play->world)); /* for the first contact */
    play->progress = progress_begin(play->count);
    while (go_on(play))
        continue;
    if (play->alarm.set)
        play->world->ops->timer_stop(play->world, &play->alarm.timer);
    recount(play);
    progress_end(&play->progress);
}

void play_end(struct play *play)
{
    probe_free(play->probe);
    free(play->slots);
    free(play->todo);
    free(play->again);
}
