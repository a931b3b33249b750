#include "golden.h"

#include <stdlib.h>
#include <string.h>

enum { OUT = 2048, IN = 16384, SEEDS = 12 };

/* Refuses once what the row says. */
struct judge {
    const struct golden *row;
    bool done;
};

static enum smtp_verb verb_of(const struct smtp_event *ev)
{
    if (ev->kind == SMTP_EV_CONNECT)
        return SMTP_V_CONNECT;
    if (ev->kind == SMTP_EV_CHUNK)
        return SMTP_V_END_OF_CHUNK;
    if (ev->kind == SMTP_EV_RESPONSE)
        return SMTP_V_RESPONSE;
    return ev->kind == SMTP_EV_MESSAGE ? SMTP_V_END_OF_DATA : ev->cmd.verb;
}

static enum smtp_fault decide(void *arg, const struct smtp_event *ev)
{
    struct judge *judge = arg;
    if (judge->done || judge->row->refuse == SMTP_V_UNKNOWN || verb_of(ev) != judge->row->refuse)
        return SMTP_OK;
    if (judge->row->config->mode == SMTP_MODE_LMTP && ev->kind == SMTP_EV_MESSAGE)
        return ev->recipient % 2 == 1 ? judge->row->why : SMTP_OK;
    judge->done = true;
    return judge->row->why;
}

/* The setup is the first write, so that it is cut like all others. */
static size_t script(const struct golden *g, struct event_step *to)
{
    size_t n = 0;
    to[n++] = (struct event_step){.what = EVENT_WRITE, .octets = smtp_span_of(g->setup)};
    for (size_t i = 0; i < GOLDEN_STEPS; i++)
        if (g->steps[i].what != EVENT_WRITE || g->steps[i].octets.n > 0)
            to[n++] = g->steps[i];
    return n;
}

static size_t play(const struct golden *g, size_t count, struct event_cuts cuts, size_t drain,
                   smtp_room log)
{
    static char in[IN], out[OUT];
    struct event_step steps[GOLDEN_STEPS + 1];
    struct judge judge = {.row = g};
    size_t all = script(g, steps), line_max = smtp_server_line_max(g->config);
    size_t room = drain > 0 && line_max < IN ? line_max : IN;
    struct event_play p = {.config = g->config,
                           .in = {in, room},
                           .out = {out, drain > 0 ? SMTP_SERVER_REPLY_MAX : OUT},
                           .log = {.room = {log.p, log.n - 1}},
                           .drain = drain,
                           .decide = decide,
                           .arg = &judge};
    if (!event_play_all(&p, steps, count < all ? count : all, cuts))
        abort();
    smtp_span text = event_log_text(&p.log);
    log.p[text.n] = '\0';
    return text.n;
}

const char *golden_play(const struct golden *g, struct event_cuts cuts, size_t drain)
{
    static char log[GOLDEN_LOG];
    play(g, GOLDEN_STEPS + 1, cuts, drain, (smtp_room){log, sizeof log});
    return log;
}

static size_t octets_of(const struct golden *g)
{
    struct event_step steps[GOLDEN_STEPS + 1];
    size_t n = script(g, steps), sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += steps[i].octets.n;
    return sum;
}

/* The first segmentation that gives another log; its log, or NULL. */
static const char *differing(const struct golden *g, const char *whole)
{
    const char *log = golden_play(g, (struct event_cuts){.step = 1}, 0);
    if (strcmp(log, whole) != 0)
        return log;
    for (size_t at = 1, n = octets_of(g); at < n; at++) {
        log = golden_play(g, (struct event_cuts){.at = at}, 0);
        if (strcmp(log, whole) != 0)
            return log;
    }
    for (uint32_t seed = 1; seed <= SEEDS; seed++) {
        log = golden_play(g, (struct event_cuts){.step = (size_t)5 * seed, .seed = seed},
                          seed % 2 == 0 ? seed : 0);
        if (strcmp(log, whole) != 0)
            return log;
    }
    log = golden_play(g, (struct event_cuts){.step = 0}, 1);
    return strcmp(log, whole) != 0 ? log : NULL;
}

const char *golden_check(const struct golden *g)
{
    static char setup[GOLDEN_LOG], whole[GOLDEN_LOG];
    size_t before = g->setup[0] != '\0' ? play(g, 1, (struct event_cuts){.step = 0}, 0,
                                               (smtp_room){setup, GOLDEN_LOG})
                                        : 0;
    size_t n = play(g, GOLDEN_STEPS + 1, (struct event_cuts){.step = 0}, 0,
                    (smtp_room){whole, GOLDEN_LOG});
    if (n < before || memcmp(setup, whole, before) != 0)
        return setup;
    if (strcmp(whole + before, g->log) != 0)
        return whole + before;
    return differing(g, whole);
}
