#include "blackbox/talk.h"

#include <stdlib.h>
#include <string.h>

#include "blackbox/talk_parts.h"

/* ---- what was found -------------------------------------------------------------------------- */

void talk_report(struct talk *t, const struct observer_rule *rule, const char *why)
{
    struct talk_result *r = t->result;
    if (rule->side != 'S' || r->find_count == TALK_FINDS)
        return;
    struct find *find = &r->finds[r->find_count++];
    *find = (struct find){.rule = rule, .turn = r->turn_count - (r->turn_count > 0)};
    strncpy(find->why, why, sizeof find->why - 1);
}

static void report(void *arg, const struct observer_rule *rule, const char *why, smtp_span bytes)
{
    (void)bytes;
    talk_report(arg, rule, why);
}

struct turn *talk_add_turn(struct talk *t)
{
    struct talk_result *r = t->result;
    t->turn = t->quitting                  ? &r->goodbye
              : r->turn_count < TALK_TURNS ? &r->turns[r->turn_count++]
                                           : &r->turns[TALK_TURNS];
    *t->turn = (struct turn){.replies = 0};
    return t->turn;
}

/* ---- hearing --------------------------------------------------------------------------------- */

static void take_reply(struct talk *t)
{
    smtp_span octets = reply_octets(&t->reply);
    t->code = t->reply.state == REPLY_WHOLE ? t->reply.code : 0;
    t->last.n = 0;
    if (!octets_add(&t->last, octets))
        t->result->no_memory = true;
    if (t->turn->replies < TURN_CODES)
        t->turn->codes[t->turn->replies] = t->code;
    t->turn->replies++;
    reply_reset(&t->reply);
}

static void hear(struct talk *t, uint64_t now_ms)
{
    smtp_span in = smtp_edge_in(&t->edge);
    if (in.n == 0)
        return;
    t->heard_ms = now_ms;
    if (!octets_add(&t->result->heard, in))
        t->result->no_memory = true;
    observer_server(t->observer, in, now_ms);
    for (size_t i = 0; i < in.n;) {
        i += reply_feed(&t->reply, smtp_span_cut(in, i, in.n));
        if (t->reply.state != REPLY_PART)
            take_reply(t);
    }
    smtp_edge_take(&t->edge, in.n);
}

static void notice(struct talk *t, uint64_t now_ms)
{
    if (t->edge.secure != t->secure) {
        t->secure = t->edge.secure;
        observer_tls(t->observer, t->secure);
    }
    hear(t, now_ms);
    if (t->edge.end == SMTP_END_NONE || t->end_told)
        return;
    t->end_told = true;
    if (t->edge.end != SMTP_END_REFUSED)
        observer_end(t->observer, t->edge.end == SMTP_END_RESET ? 'R' : 'S', now_ms);
}

/* ---- the edge -------------------------------------------------------------------------------- */

static void talk_step(struct net_end *end, uint64_t now_ms)
{
    struct talk *t = (struct talk *)end;
    t->result->connected = true;
    notice(t, now_ms);
    while (talk_advance(t, now_ms))
        notice(t, now_ms);
    t->edge.deadline_ms = talk_deadline(t);
}

static void talk_gone(struct net_end *end, uint64_t now_ms)
{
    struct talk *t = (struct talk *)end;
    notice(t, now_ms);
    t->over = true;
    *t->site->stop = true;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static void give_up(void *arg)
{
    struct talk *t = arg;
    t->result->interrupted = true;
    t->phase = TALK_OVER;
    t->edge.ask |= SMTP_WANT_RESET;
    net_kick(&t->end);
}

static bool open_talk(struct talk *t)
{
    struct site *site = t->site;
    uint64_t now = site->world->ops->now(site->world);
    bool implicit = site->mode == PLAYER_IMPLICIT;
    smtp_edge_init(&t->edge, (smtp_room){t->in, sizeof t->in}, (smtp_room){t->out, sizeof t->out});
    t->limit_ms = now + site->timeout_ms;
    t->edge.deadline_ms = t->limit_ms;
    t->end = (struct net_end){.edge = &t->edge, .step = talk_step, .gone = talk_gone};
    t->observer = observer_new(report, t);
    t->outer = site->tls == NULL ? &t->end : site->tls->wrap(site->tls->arg, &t->end, implicit);
    talk_add_turn(t);
    return t->observer != NULL && t->outer != NULL;
}

bool talk_run(struct site *site, struct talk_source *source, struct talk_result *result)
{
    *result = (struct talk_result){.find_count = 0};
    struct talk *t = calloc(1, sizeof *t);
    if (t == NULL)
        return false;
    *t = (struct talk){.site = site, .source = source, .result = result};
    bool good = site_await(site);
    result->interrupted = !good;
    good = good && open_talk(t);
    if (good) {
        site->connections++;
        site->dialler->ops->dial(site->dialler, t->outer);
        good = site_run(site, &t->over, give_up, t);
    }
    observer_free(t->observer);
    reply_free(&t->reply);
    free(t->last.p);
    free(t);
    return good && !result->interrupted && !result->no_memory;
}

void talk_free(struct talk_result *result)
{
    moves_free(&result->moves);
    free(result->heard.p);
    *result = (struct talk_result){.find_count = 0};
}

static bool replay_next(struct talk_source *source, const struct talk_view *view, struct move *out)
{
    struct talk_replay *r = (struct talk_replay *)source;
    (void)view;
    if (r->at == r->moves->count)
        return false;
    *out = r->moves->list[r->at++];
    return true;
}

struct talk_replay talk_replay_of(const struct moves *moves)
{
    return (struct talk_replay){.source = {replay_next}, .moves = moves};
}

const struct find *talk_find(const struct talk_result *result, const struct observer_rule *rule)
{
    for (size_t i = 0; i < result->find_count; i++)
        if (result->finds[i].rule == rule)
            return &result->finds[i];
    return NULL;
}
