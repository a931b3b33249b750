#include "blackbox/hunt.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "blackbox/grow.h"
#include "blackbox/hunt_parts.h"
#include "blackbox/verbs.h"

/* ---- is it there? ---------------------------------------------------------------------------- */

bool hunt_is_alive(struct hunt *h)
{
    char line[512];
    struct talk_result result;
    struct moves moves = {.list = NULL};
    struct move hello = {.due = 1};
    hello.octets =
        (smtp_span){line, (size_t)snprintf(line, sizeof line, "EHLO %.400s\r\n", h->site->me)};
    if (!moves_add(&moves, &hello))
        return false;
    struct talk_replay replay = talk_replay_of(&moves);
    (void)talk_run(h->site, &replay.source, &result);
    bool good = result.greeted && result.turn_count > 1 && result.turns[0].codes[0] == 220 &&
                result.turns[1].codes[0] == 250;
    h->interrupted = h->interrupted || result.interrupted;
    talk_free(&result);
    moves_free(&moves);
    return good;
}

/* ---- a case ---------------------------------------------------------------------------------- */

static bool play(struct hunt *h)
{
    struct grow grow;
    struct talk_result result;
    grow_init(&grow, &h->guide, h->site, h->seed, h->cases);
    bool good = talk_run(h->site, &grow.source, &result);
    h->interrupted = h->interrupted || result.interrupted;
    h->no_memory = h->no_memory || result.no_memory || grow.lost;
    if (good) {
        h->cases++;
        grow_end(&grow, &result);
        good = hunt_take(h, &result);
        if (good && h->leak_every > 0 && grow.is_new && h->cases % h->leak_every == 0)
            good = hunt_leak(h, &result.moves);
    }
    if (good && !hunt_is_alive(h) && !h->interrupted)
        good = hunt_add(h, &rules_own[RULES_SERVER_GONE], VERB_NONE,
                        "a new connection is not served behind this", &result.moves) &&
               false;
    talk_free(&result);
    grow_free(&grow);
    return good;
}

/* In memory the world's clock is virtual: a run lasts for the user's time. */
static uint64_t machine_ms(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        return 0;
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

uint64_t hunt_elapsed(const struct hunt *h)
{
    return machine_ms() - h->begun_ms;
}

static bool is_time(const struct hunt *h)
{
    return (h->cases_most == 0 || h->cases < h->cases_most) &&
           (h->time_ms == 0 || hunt_elapsed(h) < h->time_ms);
}

void hunt_run(struct hunt *h)
{
    h->begun_ms = machine_ms();
    if (!hunt_is_alive(h)) {
        h->unreachable = !h->interrupted;
        return;
    }
    while (is_time(h) && play(h))
        h->progress(h->arg, h);
}

void hunt_free(struct hunt *h)
{
    guide_free(&h->guide);
    for (size_t i = 0; i < h->count; i++) {
        moves_free(&h->catches[i].moves);
        free(h->catches[i].heard.p);
    }
    h->count = 0;
}
