#include "player/hop_play.h"

#include "player/judge.h"
#include "player/script.h"

bool hop_has_lines(const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->step_count; i++)
        if (scenario->steps[i].hop)
            return true;
    return false;
}

/* ---- turns ----------------------------------------------------------------------------------- */

static void queue(struct player *p)
{
    struct player **last = &p->run->hop->first;
    while (*last != NULL)
        last = &(*last)->hop.next;
    *last = p;
    p->hop.waits = true;
}

static void begin(struct player *p)
{
    p->hop.holds = true;
    p->hop.since_ms = player_now(p);
    for (unsigned n = 1; n < HOP_TALKS; n++) {
        size_t at = 0;
        p->hop.talks[n] = (struct hop_talk){.over = hop_talk_step(p, n, &at) == NULL};
    }
}

bool hop_play_enter(struct player *p)
{
    if (p->hop.holds || !hop_has_lines(p->scenario))
        return true;
    if (!p->hop.waits)
        queue(p);
    if (p->run->hop->first != p)
        return false;
    begin(p);
    return true;
}

static void take_out(struct player *p)
{
    struct player **at = &p->run->hop->first;
    while (*at != NULL && *at != p)
        at = &(*at)->hop.next;
    if (*at == p)
        *at = p->hop.next;
}

/* A reply that waits for its time is never said: whoever waits for it is told so. */
static void give_away(struct player *p, struct hop_conn *c)
{
    if (!hop_conn_fill(c, player_now(p)))
        c->edge.ask |= SMTP_WANT_RESET;
    stream_drop(&c->stream);
    c->edge.deadline_ms = SMTP_NEVER;
    c->player = NULL;
    c->vars = &c->nobody;
    if (!c->stepping)
        net_kick(&c->end);
}

void hop_play_leave(struct player *p)
{
    if (!p->hop.waits)
        return;
    for (unsigned n = 1; n < HOP_TALKS; n++) {
        struct hop_conn *c = p->hop.talks[n].conn;
        p->hop.talks[n].conn = NULL;
        if (c != NULL)
            give_away(p, c);
    }
    take_out(p);
    p->hop.waits = p->hop.holds = false;
    if (p->run->hop->first != NULL)
        player_wake(p->run->hop->first);
    else
        hop_play_unpark(p->run->hop);
}

/* ---- connections ----------------------------------------------------------------------------- */

/* The next lines without one. NULL: there are none, or (*later) it is not known yet. */
static struct hop_talk *free_talk(struct player *p, bool *later)
{
    *later = false;
    if (p == NULL || !p->hop.holds || p->phase != PLAYER_PLAYING)
        return NULL;
    for (unsigned n = 1; n < HOP_TALKS; n++) {
        struct hop_talk *talk = &p->hop.talks[n];
        if (!talk->over && !talk->came)
            return talk;
        *later = !hop_talk_is_done(p, n) && !talk->ours;
        if (*later)
            return NULL;
    }
    return NULL;
}

static void park(struct hop_conn *c)
{
    struct hop_conn **last = &c->hop->parked;
    while (*last != NULL)
        last = &(*last)->next;
    *last = c;
    c->parked = true;
}

static void unpark(struct hop_conn *c)
{
    struct hop_conn **at = &c->hop->parked;
    while (*at != c)
        at = &(*at)->next;
    *at = c->next;
    c->next = NULL;
    c->parked = false;
}

/* True: it is known whose it is. */
static bool place(struct hop_conn *c)
{
    bool later;
    struct player *p = c->hop->first;
    struct hop_talk *talk = free_talk(p, &later);
    if (talk == NULL)
        return !later;
    *talk = (struct hop_talk){.conn = c, .came = true};
    c->player = p;
    c->number = (unsigned)(talk - p->hop.talks);
    c->vars = &p->vars;
    c->greeted = true;
    if (hop_talk_is_silent(p, c->number) && !hop_conn_say(c, &script_hop_ready))
        c->edge.ask |= SMTP_WANT_RESET;
    return true;
}

void hop_play_came(struct hop_conn *c)
{
    if (!place(c))
        park(c);
}

void hop_play_unpark(struct hop *hop)
{
    struct hop_conn *c;
    while ((c = hop->parked) != NULL && place(c)) {
        unpark(c);
        if (!c->stepping)
            net_kick(&c->end);
    }
}

void hop_play_gone(struct hop_conn *c)
{
    if (c->parked)
        unpark(c);
    if (c->player != NULL)
        c->player->hop.talks[c->number].conn = NULL;
}

void hop_play_give_away(struct player *p, struct hop_talk *talk)
{
    struct hop_conn *c = talk->conn;
    *talk = (struct hop_talk){.conn = NULL};
    give_away(p, c);
    hop_play_unpark(p->run->hop);
}

void hop_log(struct hop_conn *c, char from, smtp_span octets, bool joins, uint64_t now_ms)
{
    struct player *p = c->player;
    const struct player_line line = {
        .ms = now_ms - p->begun_ms, .conn = PLAYER_HOP + c->number, .from = from, .bytes = octets};
    p->hop.since_ms = now_ms;
    log_add(&p->log, &line, joins);
}

/* ---- the lines ------------------------------------------------------------------------------- */

bool hop_play_is_done(const struct player *p)
{
    for (unsigned n = 1; n < HOP_TALKS; n++)
        if (p->hop.holds && !hop_talk_is_done(p, n))
            return false;
    return true;
}

/* The relay may have reasons that are none of ours. */
static void wait(struct player *p)
{
    uint64_t wait_ms = p->run->hop->wait_ms, now = player_now(p);
    size_t at = 0;
    unsigned n = 1;
    if (wait_ms < p->scenario->timeout_ms)
        wait_ms = p->scenario->timeout_ms;
    if (now < p->hop.since_ms + wait_ms) {
        player_wait(p, p->hop.since_ms + wait_ms);
        return;
    }
    while (hop_talk_is_done(p, n))
        n++;
    const struct hop_talk *talk = &p->hop.talks[n];
    at = talk->at;
    const struct scenario_step *step = hop_talk_step(p, n, &at);
    judge_stop(p, PLAYER_INCONCLUSIVE, step == NULL ? 0 : step->line,
               talk->came ? "the relay said nothing to its next hop for %.6g s"
                          : "the relay did not come to its next hop within %.6g s",
               (double)wait_ms / 1000);
}

/* What was changed from outside of its own step. */
static void kick(struct player *p)
{
    for (unsigned n = 1; n < HOP_TALKS; n++) {
        struct hop_conn *c = p->hop.talks[n].conn;
        if (c == NULL || !c->dirty)
            continue;
        c->dirty = false;
        if (!c->stepping)
            net_kick(&c->end);
    }
}

void hop_play(struct player *p)
{
    if (!p->hop.holds)
        return;
    for (unsigned n = 1; n < HOP_TALKS; n++)
        while (hop_talk_play(p, n))
            p->hop.since_ms = player_now(p);
    kick(p);
    hop_play_unpark(p->run->hop);
    if (p->phase == PLAYER_PLAYING && !hop_play_is_done(p))
        wait(p);
}
