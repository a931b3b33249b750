#include "play.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interrupt.h"

enum { SILENT_MOST = 5 };

struct play_slot { /* a case that is being played */
    struct play *play;
    size_t index;
    bool busy;
    struct player *player;
};

/* ---- ends ------------------------------------------------------------------------------------ */

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
    play->outcomes[slot->index] = outcome;
    play->doubted = play->doubted || outcome->unreachable || outcome->silent;
    if (outcome->verdict != PLAYER_SKIP)
        play->silent = outcome->silent ? play->silent + 1 : 0;
    play->progress.done++;
    play->progress.fails += outcome->verdict == PLAYER_FAIL && !outcome->disputed;
    progress_show(&play->progress, outcome->scenario->id);
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

static bool has_need(const struct scenario *scenario, const char *need)
{
    for (size_t i = 0; i < scenario->need_count; i++)
        if (strcmp(scenario->needs[i], need) == 0)
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
    else if (play->denied && !has_need(scenario, "deny"))
        snprintf(out, size, "greets with 554, no service here");
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
    const struct scenario *scenario = play->cases[play->next];
    char why[128];
    slot->index = play->next++;
    slot->busy = true;
    why_not(play, scenario, why, sizeof why);
    if (why[0] != '\0')
        return skip(play, slot, why);
    progress_show(&play->progress, scenario->id);
    slot->player = player_start(scenario, play->run, play->world, play->dialler, played, slot);
    return slot->player != NULL;
}

static void fill_slots(struct play *play)
{
    for (size_t i = 0; i < play->jobs; i++) {
        struct play_slot *slot = &play->slots[i];
        while (!slot->busy && play->next < play->count && !play->doubted && !interrupt_came()) {
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
        give_up(play, "the server has left five cases in a row without an answer");
    if (interrupt_came()) {
        play->interrupted = true;
        give_up(play, "interrupted");
    }
    if (play->given_up)
        return false;
    if (is_idle(play))
        return play->next < play->count;
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

void play_all(struct play *play)
{
    play->slots = calloc(play->jobs, sizeof *play->slots);
    if (play->slots == NULL) {
        snprintf(play->trouble, sizeof play->trouble, "no memory");
        return;
    }
    for (size_t i = 0; i < play->jobs; i++)
        play->slots[i].play = play;
    play->progress = progress_begin(play->count);
    while (go_on(play))
        continue;
    recount(play);
    progress_end(&play->progress);
}

void play_end(struct play *play)
{
    probe_free(play->probe);
    free(play->slots);
}
