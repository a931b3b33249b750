#include <string.h>

#include "fuzz.h"
#include "pair/play.h"

/* A number a step, so that notes cost next to nothing. */
void wire_note(uint64_t *log, uint64_t number)
{
    *log = (*log ^ number) * UINT64_C(1099511628211);
    *log ^= *log >> 32;
}

/* Marsaglia's xorshift. */
uint64_t wire_next_random(struct play *p)
{
    p->random ^= p->random << 13;
    p->random ^= p->random >> 17;
    p->random ^= p->random << 5;
    return p->random;
}

/* ---- octets ---- */

static bool wants(const struct smtp_edge *e, unsigned what)
{
    return (smtp_edge_want(e) & what) != 0;
}

static size_t piece(struct play *p, size_t most)
{
    uint64_t random = p->random != 0 ? wire_next_random(p) : 0;
    size_t n = random % 4 == 0 ? most : 1 + (size_t)(random >> 8) % 64;
    return n < most ? n : most;
}

static bool leave(struct play *p, struct smtp_edge *from, struct pipe *pipe, bool to_is_gone)
{
    smtp_span out = smtp_edge_out(from);
    size_t tail = pipe->head + pipe->n, room = PLAY_PIPE - tail, n = out.n < room ? out.n : room;
    if (!wants(from, SMTP_WANT_WRITE) || (n == 0 && !to_is_gone))
        return false;
    if (to_is_gone) {
        n = out.n;
    } else {
        memcpy(pipe->octets + tail, out.p, n);
        pipe->n += n;
    }
    smtp_edge_sent(from, n);
    p->calls++;
    return true;
}

static void check_bounds(const struct play *p)
{
    const struct smtp_edge *c = &p->client.edge, *s = &p->server.edge;
    FUZZ_CHECK(c->in_len <= PLAY_IN && s->in_len <= PLAY_IN &&
                   c->out_head + c->out_len <= PLAY_OUT && s->out_head + s->out_len <= PLAY_OUT,
               "memory-bound", "more waits than there is room for");
    uint64_t most = 1000 + 10 * (p->moved + p->script->n);
    FUZZ_CHECK(p->calls <= most, "work-bound", "%llu calls for %llu octets",
               (unsigned long long)p->calls, (unsigned long long)p->moved);
}

static bool arrive(struct play *p, struct pipe *pipe, struct smtp_edge *to)
{
    if (pipe->n == 0 || !wants(to, SMTP_WANT_READ))
        return false;
    smtp_room room = smtp_edge_room(to);
    size_t n = piece(p, pipe->n < room.n ? pipe->n : room.n);
    FUZZ_CHECK(n > 0, "memory-bound", "reading is wanted, and there is no room");
    memcpy(room.p, pipe->octets + pipe->head, n);
    smtp_edge_got(to, n);
    check_bounds(p);
    pipe->n -= n;
    pipe->head = pipe->n > 0 ? pipe->head + n : 0;
    p->moved += n;
    p->calls++;
    return true;
}

static bool shake_hands(struct play *p)
{
    struct smtp_edge *c = &p->client.edge, *s = &p->server.edge;
    bool both = smtp_edge_want(c) == SMTP_WANT_TLS && smtp_edge_want(s) == SMTP_WANT_TLS;
    if (!both || p->to_server.n > 0 || p->to_client.n > 0)
        return false;
    smtp_edge_tls_done(c, !p->script->tls_fails);
    smtp_edge_tls_done(s, !p->script->tls_fails);
    return true;
}

/* ---- ends ---- */

/* The end arrives behind what has left before. */
static bool close_one(const struct smtp_edge *e, bool *gone, const struct pipe *pipe,
                      struct smtp_edge *other)
{
    bool read = pipe->n == 0 || wants(other, SMTP_WANT_CLOSE | SMTP_WANT_RESET);
    if (*gone || !read || !wants(e, SMTP_WANT_CLOSE) || wants(e, SMTP_WANT_WRITE))
        return false;
    *gone = true;
    smtp_edge_ended(other, SMTP_END_CLOSE);
    return true;
}

/* When nothing else moves: a reset overtakes what is under way, and so what it makes of it shall not hang
 * on the pieces. */
static bool reset_one(const struct smtp_edge *e, bool *gone, struct pipe *pipe,
                      struct smtp_edge *other, bool *cut)
{
    if (*gone || !wants(e, SMTP_WANT_RESET))
        return false;
    *gone = *cut = true;
    pipe->n = pipe->head = 0;
    smtp_edge_ended(other, SMTP_END_RESET);
    return true;
}

/* Nothing comes through any more, in either direction, from now on. */
void wire_break(struct play *p)
{
    struct smtp_edge *c = &p->client.edge, *s = &p->server.edge;
    smtp_edge_ended(c, p->script->n % 2 == 0 ? SMTP_END_RESET : SMTP_END_CLOSE);
    smtp_edge_ended(s, SMTP_END_RESET);
    p->client_gone = p->server_gone = true;
    p->server_cut = p->server_cut || p->caller.closed;
    p->client_cut = p->client_cut || p->application.closed;
    p->to_server.n = p->to_server.head = p->to_client.n = p->to_client.head = 0;
}

/* ---- time ---- */

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* RFC 5321 4.5.3.2: who waits for the other end, and not for his own people, does not wait for ever. */
static void check_deadlines(const struct play *p)
{
    const struct caller *c = &p->caller;
    const struct application *a = &p->application;
    FUZZ_CHECK(c->closed || c->pauses || p->client.edge.deadline_ms != SMTP_NEVER, "progress",
               "the client waits for ever in phase %d", (int)p->client.phase);
    FUZZ_CHECK(a->closed || a->decides || p->server.edge.deadline_ms != SMTP_NEVER, "progress",
               "the server waits for ever");
}

/* When nothing moves: to what was put off, or to the next deadline; there has to be one. */
static void go_on(struct play *p)
{
    uint64_t next = earlier(p->client.edge.deadline_ms, p->server.edge.deadline_ms);
    if (reset_one(&p->client.edge, &p->client_gone, &p->to_server, &p->server.edge,
                  &p->server_cut) ||
        reset_one(&p->server.edge, &p->server_gone, &p->to_client, &p->client.edge, &p->client_cut))
        return;
    if (caller_resume(p)) { /* what he gives now, and what he gives next, leave together */
        while (caller_step(p))
            p->calls++;
        return;
    }
    if (application_resume(p))
        return;
    check_deadlines(p);
    if (p->caller.pauses)
        next = earlier(next, p->caller.until_ms);
    if (p->application.decides)
        next = earlier(next, p->application.until_ms);
    FUZZ_CHECK(next != SMTP_NEVER, "progress", "nothing moves, and nothing will");
    FUZZ_CHECK(next > p->now_ms, "progress", "nothing moves at a deadline");
    p->now_ms = next;
}

/* ---- all of it ---- */

/* At random one end is left out for a round. */
static bool run_events(struct play *p, bool (*step)(struct play *p))
{
    bool moved = false;
    if (p->random != 0 && wire_next_random(p) % 8 == 0)
        return false;
    while (step(p)) {
        moved = true;
        p->calls++;
        check_bounds(p);
    }
    p->calls++;
    return moved;
}

static bool move(struct play *p)
{
    struct smtp_edge *c = &p->client.edge, *s = &p->server.edge;
    bool moved = run_events(p, caller_step);
    moved = leave(p, c, &p->to_server, p->server_gone) || moved;
    moved = arrive(p, &p->to_server, s) || moved;
    moved = run_events(p, application_step) || moved;
    moved = leave(p, s, &p->to_client, p->client_gone) || moved;
    moved = arrive(p, &p->to_client, c) || moved;
    moved = shake_hands(p) || moved;
    moved = close_one(c, &p->client_gone, &p->to_server, s) || moved;
    return close_one(s, &p->server_gone, &p->to_client, c) || moved;
}

static void begin(struct play *p, const struct script *script, uint32_t random, bool trace)
{
    p->script = script;
    p->random = random;
    p->trace = trace;
    p->now_ms = 1000;
    p->client_log = p->server_log = UINT64_C(14695981039346656037);
    p->calls = p->moved = 0;
    p->to_server.head = p->to_server.n = p->to_client.head = p->to_client.n = 0;
    p->trouble = p->client_gone = p->server_gone = p->client_cut = p->server_cut = false;
    p->fate_count = 0;
    struct caller *c = &p->caller;
    struct application *a = &p->application;
    c->request = NULL;
    c->mail = (struct smtp_mail){.fault = SMTP_OK};
    c->next = c->text_at = c->turn = c->begun = c->done = c->delivered = 0;
    c->pauses = c->closed = false;
    a->session = a->mails = a->rcpts = a->messages = a->taken_n = a->recipient = 0;
    a->body_n = 0;
    a->decides = a->chunked = a->closed = false;
}

void play(struct play *p, const struct script *script, uint32_t random, bool trace)
{
    unsigned idle = 0;
    begin(p, script, random, trace);
    play_set_up(p);
    while (!p->caller.closed || !p->application.closed) {
        bool moved = move(p);
        check_bounds(p);
        /* at random both ends may have been left out: no rest before each had its turn */
        idle = moved ? 0 : idle + 1;
        if (idle > (p->random != 0 ? 20U : 0U)) {
            go_on(p);
            idle = 0;
        }
    }
}
