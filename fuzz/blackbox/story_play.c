/*
 * NAME
 *     story_play.c: plays a scenario that was just written
 */
#include <stdlib.h>
#include <string.h>

#include "blackbox/story.h"

enum { VARS = SITE_RCPTS + 3 };

struct stage {
    struct site *site;
    struct player *player;
    struct player_outcome *outcome;
    bool over;
};

static void done(void *arg, struct player_outcome *outcome)
{
    struct stage *stage = arg;
    stage->outcome = outcome;
    stage->over = true;
    *stage->site->stop = true;
}

static void give_up(void *arg)
{
    struct stage *stage = arg;
    player_abort(stage->player, "interrupted");
}

static void fill_vars(const struct site *site, struct player_var vars[VARS])
{
    static const char *const names[SITE_RCPTS] = {"rcpt", "rcpt2", "rcpt3"};
    size_t n = 0;
    vars[n++] = (struct player_var){"me", site->me};
    vars[n++] = (struct player_var){"from", site->from};
    for (size_t i = 0; i < site->rcpt_count; i++)
        vars[n++] = (struct player_var){names[i], site->rcpt[i]};
    vars[n] = (struct player_var){NULL, NULL};
}

static enum player_verdict play(const struct scenario *scenario, struct site *site, char *why,
                                size_t size)
{
    static const char *const facts[] = {"tls", NULL}, *const ehlo[] = {"STARTTLS", NULL};
    struct player_var vars[VARS];
    struct stage stage = {.site = site};
    fill_vars(site, vars);
    const struct player_run run = {.vars = vars,
                                   .facts = facts,
                                   .ehlo = ehlo,
                                   .tls = site->tls,
                                   .mode = site->mode,
                                   .timeout_ms = site->timeout_ms,
                                   .stretch = 1,
                                   .seed = 1,
                                   .observe = true};
    enum player_verdict verdict = PLAYER_ERROR;
    if (!site_await(site))
        return PLAYER_ERROR;
    stage.player = player_start(scenario, &run, site->world, site->dialler, done, &stage);
    if (stage.player != NULL && site_run(site, &stage.over, give_up, &stage)) {
        verdict = stage.outcome->verdict;
        snprintf(why, size, "%s", stage.outcome->why);
    }
    player_outcome_free(stage.outcome);
    return verdict;
}

enum player_verdict story_play(const char *text, struct site *site, char *why, size_t size)
{
    struct scenario_error error;
    struct scenario_set *set = scenario_set_new(".");
    enum player_verdict verdict = PLAYER_ERROR;
    if (set == NULL)
        return PLAYER_ERROR;
    if (scenario_parse(set, "find", "find.smtp", smtp_span_of(text), &error))
        verdict = play(scenario_at(set, 0), site, why, size);
    else
        snprintf(why, size, "line %u: %s", error.line, error.text);
    scenario_set_free(set);
    return verdict;
}
