#include "player/witness_end.h"

#include <stdlib.h>
#include <string.h>

#include "net/tls.h"

enum { BUFFER = 16384 };

struct witness_end {
    struct net_end end; /* first */
    struct smtp_edge edge;
    const struct act_list *list;
    size_t at;
    uint64_t done; /* of the act at hand: octets */
    uint64_t until_ms;
    bool begun, bye;
    bool relay; /* says nothing behind the last act */
    char in[BUFFER], out[BUFFER];
};

bool act_add(struct act_list *list, struct act act)
{
    if (list->count == list->room) {
        size_t room = list->room == 0 ? 16 : 2 * list->room;
        struct act *acts = realloc(list->acts, room * sizeof *acts);
        if (acts == NULL) {
            free(act.p);
            return false;
        }
        list->acts = acts;
        list->room = room;
    }
    list->acts[list->count++] = act;
    return true;
}

/* ---- acts: true when done -------------------------------------------------------------------- */

static bool await_octets(struct witness_end *w, uint64_t n)
{
    uint64_t have = smtp_edge_in(&w->edge).n, due = n - w->done;
    uint64_t used = have < due ? have : due;
    smtp_edge_take(&w->edge, (size_t)used);
    w->done += used;
    return w->done == n;
}

static bool await_line(struct witness_end *w)
{
    smtp_span in = smtp_edge_in(&w->edge);
    const char *lf = in.n == 0 ? NULL : memchr(in.p, '\n', in.n);
    smtp_edge_take(&w->edge, lf == NULL ? in.n : (size_t)(lf - in.p) + 1);
    return lf != NULL;
}

static bool say(struct witness_end *w, smtp_span octets)
{
    smtp_span rest = smtp_span_cut(octets, (size_t)w->done, octets.n);
    size_t room = smtp_edge_free(&w->edge), n = rest.n < room ? rest.n : room;
    if (!smtp_edge_put(&w->edge, smtp_span_cut(rest, 0, n)))
        return false;
    w->done += n;
    return w->done == octets.n;
}

static bool wait(struct witness_end *w, uint64_t ms, uint64_t now_ms)
{
    if (!w->begun)
        w->until_ms = now_ms + ms;
    w->edge.deadline_ms = now_ms < w->until_ms ? w->until_ms : SMTP_NEVER;
    return now_ms >= w->until_ms;
}

static bool begin_tls(struct witness_end *w)
{
    if (!w->begun)
        w->edge.ask |= SMTP_WANT_TLS;
    return w->edge.secure;
}

static bool play(struct witness_end *w, const struct act *act, uint64_t now_ms)
{
    switch (act->kind) {
    case ACT_AWAIT:
        return await_octets(w, act->n);
    case ACT_LINE:
        return await_line(w);
    case ACT_SAY:
        return say(w, (smtp_span){act->p, (size_t)act->n});
    case ACT_WAIT:
        return wait(w, act->n, now_ms);
    case ACT_TLS:
        return begin_tls(w);
    case ACT_CLOSE:
        w->edge.ask |= SMTP_WANT_CLOSE;
        break;
    }
    return false;
}

/* Behind the last act: QUIT, 221, close. */
static void say_bye(struct witness_end *w)
{
    if (w->bye || !await_line(w))
        return;
    w->bye = true;
    if (!smtp_edge_put(&w->edge, SMTP_SPAN("221 bye\r\n")))
        w->edge.ask |= SMTP_WANT_RESET;
    w->edge.ask |= SMTP_WANT_CLOSE;
}

static void witness_step(struct net_end *end, uint64_t now_ms)
{
    struct witness_end *w = (struct witness_end *)end;
    while (w->at < w->list->count && play(w, &w->list->acts[w->at], now_ms)) {
        w->at++;
        w->done = 0;
        w->begun = false;
    }
    if (w->at < w->list->count)
        w->begun = true;
    else if (!w->relay)
        say_bye(w);
    if (w->edge.end != SMTP_END_NONE)
        w->edge.ask |= w->edge.end == SMTP_END_CLOSE ? SMTP_WANT_CLOSE : SMTP_WANT_RESET;
}

static void witness_gone(struct net_end *end, uint64_t now_ms)
{
    (void)now_ms;
    free(end);
}

/* ---- TLS: one certificate for all witnesses of the process ----------------------------------- */

static struct {
    struct net_tls_context *server, *client;
    char *pem;
    bool tried;
} shared_tls;

static bool make_tls(const char **why)
{
    if (!shared_tls.tried) {
        shared_tls.tried = true;
        shared_tls.server = net_tls_context_self_signed("mx.example.test", &shared_tls.pem, why);
        if (shared_tls.server != NULL)
            shared_tls.client = net_tls_context_trusting(shared_tls.pem, "mx.example.test", why);
    }
    return shared_tls.client != NULL;
}

static struct net_end *client_wrap(void *arg, struct net_end *inner, bool implicit)
{
    (void)arg;
    return net_tls_wrap(shared_tls.client, inner, implicit);
}

static const char *client_why(void *arg, const struct net_end *filter)
{
    (void)arg;
    return net_tls_why(filter);
}

const struct player_tls *witness_tls(void)
{
    static const struct player_tls tls = {.wrap = client_wrap, .why = client_why};
    return &tls;
}

/* ---- the dialler ----------------------------------------------------------------------------- */

static struct witness_end *end_of(const struct act_list *list)
{
    struct witness_end *w = malloc(sizeof *w);
    if (w == NULL)
        return NULL;
    w->end = (struct net_end){.edge = &w->edge, .step = witness_step, .gone = witness_gone};
    smtp_edge_init(&w->edge, (smtp_room){w->in, sizeof w->in}, (smtp_room){w->out, sizeof w->out});
    w->list = list;
    w->at = 0;
    w->done = 0;
    w->until_ms = 0;
    w->begun = w->bye = w->relay = false;
    return w;
}

static struct net_end *end_new(struct witness_dialler *d)
{
    if (d->dialled == d->count)
        return NULL;
    struct witness_end *w = end_of(&d->lists[d->dialled++]);
    if (w == NULL)
        return NULL;
    return d->tls ? net_tls_wrap(shared_tls.server, &w->end, false) : &w->end;
}

static void witness_dial(struct net_dialler *dialler, struct net_end *end)
{
    struct witness_dialler *d = (struct witness_dialler *)dialler;
    struct net_world *world = net_mem_world(d->mem);
    struct net_end *other = end_new(d);
    if (other != NULL && net_mem_join(d->mem, end, other))
        return;
    dialler->why = "the witness expects no connection";
    smtp_edge_ended(end->edge, SMTP_END_REFUSED);
    if (end->gone != NULL)
        end->gone(end, world->ops->now(world));
}

bool witness_dialler_start(struct witness_dialler *d, struct net_mem *mem, const char **why)
{
    static const struct net_dialler_ops ops = {witness_dial};
    d->dialler.ops = &ops;
    d->mem = mem;
    return !d->tls || make_tls(why);
}

static void free_list(struct act_list *list)
{
    for (size_t k = 0; k < list->count; k++)
        free(list->acts[k].p);
    free(list->acts);
}

void witness_dialler_free(struct witness_dialler *d)
{
    for (size_t i = 0; i < d->count; i++)
        free_list(&d->lists[i]);
}

/* ---- the relay ------------------------------------------------------------------------------- */

bool witness_relay_start(struct witness_relay *relay, struct net_mem *mem, struct hop *hop)
{
    for (size_t n = 1; n < 10 && relay->used[n]; n++) {
        struct witness_end *w = end_of(&relay->lists[n]);
        struct net_end *other = w == NULL ? NULL : hop_came(hop);
        if (other == NULL) {
            free(w);
            return false;
        }
        w->relay = true;
        if (!net_mem_join(mem, &w->end, other))
            return false;
    }
    return true;
}

void witness_relay_free(struct witness_relay *relay)
{
    for (size_t n = 1; n < 10; n++)
        free_list(&relay->lists[n]);
}
