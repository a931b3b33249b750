#include "client_golden.h"

#include <stdlib.h>
#include <string.h>

enum { SEEDS = 12 };

static size_t step_count(const struct client_golden *g)
{
    size_t n = CLIENT_STEPS;
    while (n > 0 && g->steps[n - 1].does == CLIENT_WRITE && g->steps[n - 1].octets.n == 0)
        n--;
    return n;
}

const char *client_golden_play(const struct client_golden *g, struct client_cuts cuts, size_t drain,
                               size_t piece)
{
    static char log[CLIENT_LOG], in[SMTP_CLIENT_IN_MIN], out[SMTP_CLIENT_OUT_MIN];
    struct client_play p = {.config = g->config,
                            .calls = g->calls,
                            .call_count = g->call_count,
                            .in = {in, sizeof in},
                            .out = {out, sizeof out},
                            .log = {.room = {log, sizeof log - 1}},
                            .drain = drain,
                            .piece = g->piece > 0 ? g->piece : piece,
                            .secure = g->secure,
                            .stalled = g->stalled};
    if (!client_play_all(&p, g->steps, step_count(g), cuts))
        abort();
    log[client_log_text(&p.log).n] = '\0';
    return log;
}

static size_t octets_of(const struct client_golden *g)
{
    size_t sum = 0;
    for (size_t i = 0, n = step_count(g); i < n; i++)
        sum += g->steps[i].octets.n;
    return sum;
}

const char *client_golden_check(const struct client_golden *g)
{
    const char *log = client_golden_play(g, (struct client_cuts){.step = 0}, 0, 0);
    if (strcmp(log, g->log) != 0)
        return log;
    log = client_golden_play(g, (struct client_cuts){.step = 1}, 0, 0);
    if (strcmp(log, g->log) != 0)
        return log;
    for (size_t at = 1, n = octets_of(g); at < n; at++) {
        log = client_golden_play(g, (struct client_cuts){.at = at}, 0, 0);
        if (strcmp(log, g->log) != 0)
            return log;
    }
    for (uint32_t seed = 1; seed <= SEEDS; seed++) {
        size_t piece = g->chunks ? 0 : seed;
        log = client_golden_play(g, (struct client_cuts){.step = (size_t)5 * seed, .seed = seed},
                                 seed % 2 == 0 ? seed : 0, piece);
        if (strcmp(log, g->log) != 0)
            return log;
    }
    log = client_golden_play(g, (struct client_cuts){.step = 0}, 1, g->chunks ? 0 : 1);
    return strcmp(log, g->log) != 0 ? log : NULL;
}
