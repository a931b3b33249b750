/*
 * NAME
 *     catch.c: what a conversation has found, made short
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blackbox/hunt_parts.h"
#include "blackbox/shrink.h"
#include "blackbox/verbs.h"

static struct catch *known(struct hunt *h, const struct observer_rule *rule, enum verb verb)
{
    for (size_t i = 0; i < h->count; i++)
        if (h->catches[i].rule == rule && h->catches[i].verb == verb)
            return &h->catches[i];
    return NULL;
}

/* ---- played again ---------------------------------------------------------------------------- */

struct again {
    struct hunt *hunt;
    struct catch *c;
};

/* Keeps what the server said in the last conversation that has shown it. */
static void keep_heard(struct catch *c, struct talk_result *result)
{
    free(c->heard.p);
    c->heard = result->heard;
    result->heard = (struct octets){.p = NULL};
}

static bool shows_it(void *arg, const struct moves *moves)
{
    struct again *again = arg;
    struct hunt *h = again->hunt;
    struct talk_result result;
    struct talk_replay replay = talk_replay_of(moves);
    h->shrinking++;
    h->progress(h->arg, h);
    bool good = talk_run(h->site, &replay.source, &result);
    const struct find *find = good ? talk_find(&result, again->c->rule) : NULL;
    h->interrupted = h->interrupted || result.interrupted;
    if (find != NULL) {
        memcpy(again->c->why, find->why, sizeof again->c->why);
        keep_heard(again->c, &result);
    }
    talk_free(&result);
    return find != NULL && !h->interrupted;
}

/* A find that does not come again stays as it was. */
static void shorten(struct hunt *h, struct catch *c)
{
    struct again again = {h, c};
    struct shrink shrink = {.holds = shows_it, .arg = &again, .left = h->shrink_most};
    c->repeats = shows_it(&again, &c->moves);
    if (c->repeats && !shrink_moves(&shrink, &c->moves))
        h->no_memory = true;
    if (c->repeats)
        c->repeats = shows_it(&again, &c->moves);
}

/* ---- kept ------------------------------------------------------------------------------------ */

bool hunt_add(struct hunt *h, const struct observer_rule *rule, enum verb verb, const char *why,
              const struct moves *moves)
{
    struct catch *c = known(h, rule, verb);
    if (c != NULL || h->count == HUNT_CATCHES) {
        if (c != NULL)
            c->times++;
        return true;
    }
    c = &h->catches[h->count];
    *c = (struct catch){.rule = rule, .verb = verb, .at_case = h->cases, .times = 1};
    snprintf(c->why, sizeof c->why, "%s", why);
    if (!moves_copy(moves, moves->count, &c->moves)) {
        h->no_memory = true;
        return false;
    }
    h->count++;
    if (rule != &rules_own[RULES_SERVER_GONE] && rule != &rules_own[RULES_REPLY_DIFFERS])
        shorten(h, c);
    return h->caught(h->arg, c) && !h->interrupted && !h->no_memory;
}

bool hunt_take(struct hunt *h, const struct talk_result *result)
{
    bool good = true;
    for (size_t i = 0; i < result->find_count && good; i++) {
        const struct find *find = &result->finds[i];
        enum verb verb = find->turn == 0 || find->turn > result->moves.count
                             ? VERB_NONE
                             : verb_of(&result->moves.list[find->turn - 1]);
        if (find->rule->level <= h->level)
            good = hunt_add(h, find->rule, verb, find->why, &result->moves);
    }
    return good;
}
