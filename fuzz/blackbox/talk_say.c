/*
 * NAME
 *     talk_say.c: the next move, and its octets write by write
 */
#include "blackbox/talk_parts.h"

static const struct move quit = {.octets = {"QUIT\r\n", 6}, .due = 1};

/* ---- the next move --------------------------------------------------------------------------- */

static bool is_odd(smtp_span octets)
{
    enum { LINE_MAX_OCTETS = 512 };
    size_t line = 0;
    for (size_t i = 0; i < octets.n; i++) {
        unsigned char c = (unsigned char)octets.p[i];
        bool pair = (c == '\r' && i + 1 < octets.n && octets.p[i + 1] == '\n') ||
                    (c == '\n' && i > 0 && octets.p[i - 1] == '\r');
        line = c == '\n' ? 0 : line + 1;
        if (line > LINE_MAX_OCTETS || (!pair && (c < 32 || c > 126)))
            return true;
    }
    return false;
}

/* Says a move; what a server may make of it stays with the conversation. */
static void begin(struct talk *t, const struct move *move, uint64_t now_ms)
{
    t->phase = TALK_SAYING;
    t->move = *move;
    t->at = t->cut = 0;
    t->resume_ms = 0;
    t->limit_ms = now_ms + t->site->timeout_ms;
    t->quitting = move == &quit;
    t->standing.odd = t->standing.odd || is_odd(move->octets) || move->kind == MOVE_HALF_CLOSE;
    t->loose = t->loose || move->due == MOVES_OPEN;
    talk_add_turn(t);
}

/* A move that stands behind a reply which has not come would be something else. */
static bool has_its_turn(const struct talk *t, const struct move *move)
{
    if (move->kind == MOVE_TEXT)
        return t->code == 354;
    if (move->kind == MOVE_RESPONSE)
        return t->code == 334;
    return true;
}

/* The end of what the server has asked for and we do not give. NULL: it has not. */
static const struct move *stopgap(const struct talk *t)
{
    static const struct move end = {.kind = MOVE_TEXT, .octets = {".\r\n", 3}, .due = 1};
    static const struct move cancel = {.kind = MOVE_RESPONSE, .octets = {"*\r\n", 3}, .due = 1};
    return t->code == 354 ? &end : t->code == 334 ? &cancel : NULL;
}

static bool keep_move(struct talk *t, const struct move *move)
{
    struct moves *moves = &t->result->moves;
    if (moves_add(moves, move))
        return true;
    t->result->no_memory = true;
    t->phase = TALK_OVER;
    return false;
}

void talk_next_move(struct talk *t, uint64_t now_ms)
{
    struct move move;
    const struct move *gap = stopgap(t);
    struct talk_view view = {
        .code = t->code, .secure = t->secure, .reply = {t->last.p, t->last.n}, .turn = t->turn};
    bool more = t->result->moves.count < TALK_TURNS - 2;
    while ((more = more && t->source->next(t->source, &view, &move)) && !has_its_turn(t, &move))
        ;
    if (more && (gap == NULL || move.kind == gap->kind)) {
        if (keep_move(t, &move))
            begin(t, &t->result->moves.list[t->result->moves.count - 1], now_ms);
    } else if (gap != NULL) {
        if (keep_move(t, gap))
            begin(t, &t->result->moves.list[t->result->moves.count - 1], now_ms);
    } else {
        begin(t, &quit, now_ms);
    }
}

/* ---- saying ---------------------------------------------------------------------------------- */

/* Where the write that begins at `at` ends. */
static size_t write_end(const struct talk *t)
{
    size_t end = t->move.octets.n;
    if (t->cut < MOVE_CUTS && t->move.cuts[t->cut] > t->at && t->move.cuts[t->cut] < end)
        end = t->move.cuts[t->cut];
    return end;
}

/* Behind a cut the write has to leave before another one begins. */
static bool may_write(const struct talk *t, uint64_t now_ms)
{
    bool behind_cut = t->cut > 0 && t->at == t->move.cuts[t->cut - 1];
    return now_ms >= t->resume_ms && (!behind_cut || t->edge.out_len == 0);
}

bool talk_say_some(struct talk *t, uint64_t now_ms)
{
    size_t end = write_end(t), room = smtp_edge_free(&t->edge);
    size_t n = end - t->at < room ? end - t->at : room;
    if (!may_write(t, now_ms) || n == 0)
        return false;
    smtp_span piece = smtp_span_cut(t->move.octets, t->at, t->at + n);
    if (!smtp_edge_put(&t->edge, piece))
        return false;
    observer_client(t->observer, piece, now_ms);
    t->at += n;
    t->heard_ms = now_ms;
    if (t->at == end && end < t->move.octets.n) {
        t->cut++;
        t->resume_ms = now_ms + t->site->cut_ms;
    }
    return true;
}

void talk_end_say(struct talk *t, uint64_t now_ms)
{
    t->phase = TALK_HEARING;
    t->heard_ms = now_ms;
    t->limit_ms = now_ms + t->site->timeout_ms;
    t->lingers = t->move.lone || t->loose;
    if (t->move.kind == MOVE_HALF_CLOSE || t->move.kind == MOVE_RESET)
        observer_end(t->observer, 'C', now_ms);
    if (t->move.kind == MOVE_HALF_CLOSE)
        t->edge.ask |= SMTP_WANT_SHUT;
    if (t->move.kind == MOVE_RESET)
        t->edge.ask |= SMTP_WANT_RESET;
}
