#include "oracle/server/play.h"

#include <string.h>

#include "fuzz.h"

const struct server_way server_whole = {.name = "whole", .oracle = "split-invariance"};

static void hear(const struct server_play *p, char what, smtp_span octets)
{
    if (p->tap != NULL && p->tap->wire != NULL)
        p->tap->wire(p->tap->arg, what, octets, p->now_ms);
}

static unsigned random_below(struct server_play *p, unsigned n)
{
    p->seed = p->seed * 1664525U + 1013904223U;
    return (p->seed >> 8) % n;
}

static bool drain(struct server_play *p)
{
    struct smtp_edge *e = &p->seat->server.edge;
    smtp_span out = smtp_edge_out(e);
    if (out.n == 0)
        return false;
    size_t most = p->way->drain;
    out.n = most == 0 || out.n < most ? out.n : most;
    smtp_room_put((smtp_room){p->said, sizeof p->said}, &p->said_n, out);
    hear(p, 'S', out);
    smtp_edge_sent(e, out.n);
    return true;
}

static bool step(struct server_play *p)
{
    struct smtp_event ev;
    enum smtp_state before = smtp_server_state(&p->seat->server);
    if (!smtp_server_next(&p->seat->server, p->now_ms, &ev))
        return false;
    server_take_event(p, &ev, before);
    return true;
}

/* W(n): each octet and each mark makes two events at most, and each recipient one for each text. */
static void check_bounds(const struct server_play *p)
{
    const struct smtp_edge *e = &p->seat->server.edge;
    size_t texts = p->commands + 1, work = 8 + 2 * (p->heard_n + p->marks) + 100 * texts;
    FUZZ_CHECK(e->in_len <= e->in.n && e->out_len <= e->out.n, "memory-bound", "%s", p->way->name);
    FUZZ_CHECK(p->events <= work, "work-bound", "%zu events of %zu octets", p->events, p->heard_n);
}

static bool wants(const struct server_play *p, enum smtp_want what)
{
    return (smtp_edge_want(&p->seat->server.edge) & (unsigned)what) != 0;
}

static void go_on(struct server_play *p)
{
    for (bool moved = true; moved;) {
        moved = step(p);
        if (!moved || !p->way->group)
            moved = drain(p) || moved;
        check_bounds(p);
    }
}

static void change_seat(struct server_play *p)
{
    struct server_seat *to = p->seat == &p->seats[0] ? &p->seats[1] : &p->seats[0];
    server_move(to, p->seat);
    p->seat = to;
}

/* Between two commands, with nothing under way. */
bool server_is_place(const struct server_play *p)
{
    static const unsigned states =
        SMTP_S_START | SMTP_S_READY | SMTP_S_MAIL | SMTP_S_RCPT | SMTP_S_CHUNKS | SMTP_S_FAILED;
    const struct smtp_server *s = &p->seat->server;
    return ((unsigned)s->state & states) != 0 && s->edge.in_len == 0 && s->chunk.left == 0 &&
           !s->line.draining && s->edge.end == SMTP_END_NONE;
}

/* One place of a play, by its seed: of three plays in four it is in a transaction. */
static bool is_probed(struct server_play *p)
{
    bool open = p->seat->server.state != SMTP_S_START && p->seat->server.state != SMTP_S_READY;
    bool counts = open || p->seed % 4 == 0;
    return counts && p->candidates++ == (p->seed >> 2) % 4;
}

/* Events and replies until neither moves. */
static void settle(struct server_play *p)
{
    go_on(p);
    p->tls_asked = p->tls_asked || wants(p, SMTP_WANT_TLS);
    server_check_deadline(p);
    if (p->way->moves)
        change_seat(p);
    if (!server_is_place(p))
        return;
    unsigned place = p->places++;
    if (p->way->inserts && p->mode->strict)
        server_insert(&p->seat->server, (p->seed >> 4) + 7 * place, p->now_ms);
    if (p->way == &server_whole && p->mode->strict && !p->probed && is_probed(p)) {
        server_check_reset(p->seat, p->seed >> 4, p->now_ms);
        p->probed = true;
    }
}

/* ---- what the peer does ---- */

static size_t piece(struct server_play *p, smtp_span octets)
{
    const struct server_way *way = p->way;
    const char *lf = way->lines ? memchr(octets.p, '\n', octets.n) : NULL;
    size_t n = lf != NULL ? (size_t)(lf + 1 - octets.p) : octets.n;
    if (way->random)
        n = n < way->feed ? n : way->feed;
    if (way->random && n > 1)
        n = 1 + random_below(p, (unsigned)n);
    return way->feed != 0 && n > way->feed ? way->feed : n;
}

static size_t arrive(struct server_play *p, smtp_span octets)
{
    struct smtp_edge *e = &p->seat->server.edge;
    smtp_room room = smtp_edge_room(e);
    size_t n = piece(p, octets);
    FUZZ_CHECK(room.n > 0, "memory-bound", "reading is wanted, and there is no room");
    n = n < room.n ? n : room.n;
    memcpy(room.p, octets.p, n);
    smtp_edge_got(e, n);
    smtp_room_put((smtp_room){p->heard, sizeof p->heard}, &p->heard_n, smtp_span_cut(octets, 0, n));
    hear(p, 'C', smtp_span_cut(octets, 0, n));
    if (p->seat->server.state == SMTP_S_TEXT || p->seat->server.chunk.left > 0)
        p->progress_ms = p->now_ms;
    return n;
}

/* What stands behind STARTTLS in one write is here already and is dropped; a write that comes later is
 * clear text in place of a handshake. */
static void feed(struct server_play *p, smtp_span octets)
{
    struct smtp_edge *e = &p->seat->server.edge;
    if (wants(p, SMTP_WANT_TLS)) {
        smtp_edge_tls_done(e, false);
        settle(p);
        return;
    }
    while (octets.n > 0 && !wants(p, SMTP_WANT_TLS) && wants(p, SMTP_WANT_READ)) {
        size_t n = arrive(p, octets);
        octets = smtp_span_cut(octets, n, octets.n);
        if (!p->way->group || !wants(p, SMTP_WANT_READ))
            settle(p);
    }
}

static void shake_hands(struct server_play *p, bool ok)
{
    struct smtp_edge *e = &p->seat->server.edge;
    if (!wants(p, SMTP_WANT_TLS)) {
        hear(p, 'E', (smtp_span){NULL, 0});
        smtp_edge_ended(e, SMTP_END_CLOSE);
        return;
    }
    p->tls_at = p->heard_n;
    smtp_edge_tls_done(e, ok);
    if (ok)
        hear(p, 'T', (smtp_span){NULL, 0});
}

static void obey(struct server_play *p, const struct record *r)
{
    switch (r->kind) {
    case RECORD_WRITE:
        if (r->octets.n > 0)
            feed(p, r->octets);
        return;
    case RECORD_TLS:
    case RECORD_TLS_FAILS:
        shake_hands(p, r->kind == RECORD_TLS);
        break;
    case RECORD_WAIT:
        p->now_ms += 1000ULL * r->n;
        break;
    case RECORD_REFUSE:
    case RECORD_DEFER:
    case RECORD_CLOSE:
    case RECORD_REPLY:
        p->outcome = *r;
        return;
    case RECORD_STOP:
        smtp_server_stop(&p->seat->server);
        break;
    case RECORD_BUSY:
        p->now_ms += 1000ULL * r->n;
        p->progress_ms = p->now_ms;
        smtp_server_waited(&p->seat->server);
        break;
    case RECORD_HANG_UP:
        hear(p, 'E', (smtp_span){NULL, 0});
        smtp_edge_ended(&p->seat->server.edge, SMTP_END_CLOSE);
        break;
    case RECORD_MODE:
        return;
    }
    settle(p);
}

/* ---- a play ---- */

static void reset(struct server_play *p)
{
    p->seat = &p->seats[0];
    p->now_ms = p->progress_ms = 1000;
    p->owed = p->timeouts = p->places = p->candidates = 0;
    p->in_chunk = p->paying = p->over = p->tls_asked = p->gone = p->failed = false;
    p->probed = p->bare;
    p->recipients = p->paid = 0;
    p->marks = p->events = p->heard_n = p->commands = p->body_n = p->said_n = 0;
    p->tls_at = SIZE_MAX;
    p->log.n = 0;
    p->log.body = SIZE_MAX;
}

static bool is_outcome(enum record_kind kind)
{
    return kind == RECORD_REFUSE || kind == RECORD_DEFER || kind == RECORD_CLOSE ||
           kind == RECORD_REPLY;
}

/* Who is not over when the input ends waits for the deadline, and leaves by it. */
static void wait_for_deadline(struct server_play *p)
{
    if (p->over)
        return;
    p->now_ms = p->seat->server.edge.deadline_ms;
    go_on(p);
    FUZZ_CHECK(p->over, "deadline", "the session stays in state %s",
               smtp_state_name(p->seat->server.state));
}

/* A session with so much room; false: it is refused. */
static bool is_begun(struct server_play *p, size_t in, size_t out)
{
    struct server_seat *seat = p->seat;
    return smtp_server_init(&seat->server, &p->mode->config, (smtp_room){seat->in, in},
                            (smtp_room){seat->out, out}, p->now_ms) == SMTP_OK;
}

/* What smtp/server.h calls the least is, to the octet. */
static void begin_tight(struct server_play *p)
{
    size_t in = smtp_server_line_max(&p->mode->config), out = SMTP_SERVER_REPLY_MAX;
    FUZZ_CHECK(!is_begun(p, in - 1, out), "memory-bound", "%zu octets hold no line", in - 1);
    FUZZ_CHECK(!is_begun(p, in, out - 1), "memory-bound", "%zu octets hold no reply", out - 1);
    FUZZ_CHECK(is_begun(p, in, out), "memory-bound", "%zu and %zu are refused", in, out);
}

void server_begin(struct server_play *p, const struct server_way *way, struct record outcome)
{
    p->way = way;
    reset(p);
    p->outcome = outcome;
    if (way->tight)
        begin_tight(p);
    else
        FUZZ_CHECK(is_begun(p, SERVER_IN, SERVER_OUT), "memory-bound", "%d and %d are refused",
                   SERVER_IN, SERVER_OUT);
    settle(p);
}

void server_obey(struct server_play *p, const struct record *r)
{
    p->marks += r->kind != RECORD_WRITE ? 1 : 0;
    if (p->way->group && r->kind != RECORD_WRITE)
        settle(p);
    obey(p, r);
}

void server_end(struct server_play *p)
{
    settle(p);
    wait_for_deadline(p);
}

void server_play(struct server_play *p, smtp_span input, const struct server_way *way)
{
    struct record r, outcome = {.kind = RECORD_WRITE};
    bool some = record_next(&input, &r);
    for (; some && is_outcome(r.kind); some = record_next(&input, &r))
        outcome = r;
    server_begin(p, way, outcome);
    for (; some && !p->over; some = record_next(&input, &r))
        server_obey(p, &r);
    server_end(p);
}

void server_copy(struct server_seat *to, const struct server_seat *from)
{
    struct smtp_edge *e = &to->server.edge;
    to->server = from->server;
    memcpy(to->in + e->in_head, from->in + e->in_head, e->in_len);
    memcpy(to->out + e->out_head, from->out + e->out_head, e->out_len);
    e->in.p = to->in;
    e->out.p = to->out;
}

void server_move(struct server_seat *to, struct server_seat *from)
{
    const struct smtp_edge *e = &to->server.edge;
    server_copy(to, from);
    memset(from->in + e->in_head, 0x5a, e->in_len);
    memset(from->out + e->out_head, 0x5a, e->out_len);
    memset(&from->server, 0x5a, sizeof from->server);
}
