#include "blackbox/talk.h"

#include <stdlib.h>
#include <string.h>

#include "blackbox/talk_parts.h"
#include "net/tls.h"

enum { GOODBYE_MS = 1000 };

static const struct move quit = {.octets = {"QUIT\r\n", 6}, .due = 1};

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

/* ---- the next move --------------------------------------------------------------------------- */

static struct turn *add_turn(struct talk *t)
{
    struct talk_result *r = t->result;
    t->turn = t->quitting                  ? &r->goodbye
              : r->turn_count < TALK_TURNS ? &r->turns[r->turn_count++]
                                           : &r->turns[TALK_TURNS];
    *t->turn = (struct turn){.replies = 0};
    return t->turn;
}

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
    add_turn(t);
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

static void next_move(struct talk *t, uint64_t now_ms)
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

static bool say_some(struct talk *t, uint64_t now_ms)
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

static void end_say(struct talk *t, uint64_t now_ms)
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

/* ---- phases ---------------------------------------------------------------------------------- */

static bool is_ended(const struct talk *t)
{
    return t->edge.end != SMTP_END_NONE || t->edge.tls_failed;
}

static void close_now(struct talk *t)
{
    t->phase = TALK_OVER;
    t->edge.ask |= SMTP_WANT_CLOSE;
}

/* The replies are here, or will not come. */
static void settle(struct talk *t, bool missing, uint64_t now_ms)
{
    bool closed = is_ended(t);
    t->turn->missing = missing && !closed && t->move.due != MOVES_OPEN;
    t->turn->closed = closed;
    if (!closed || !missing)
        judge_turn(t);
    if (closed && missing && t->move.kind != MOVE_HALF_CLOSE && !t->quitting)
        judge_close(t);
    if (closed || t->turn->missing || t->move.kind == MOVE_HALF_CLOSE) {
        close_now(t);
    } else if (t->quitting) {
        t->phase = TALK_LEAVING;
        t->limit_ms = now_ms + GOODBYE_MS;
    } else if (t->move.kind == MOVE_STARTTLS && t->code == 220 && !t->secure &&
               t->site->tls != NULL) {
        t->phase = TALK_HANDSHAKE;
        t->limit_ms = now_ms + t->site->timeout_ms;
        t->edge.ask |= SMTP_WANT_TLS;
    } else {
        next_move(t, now_ms);
    }
}

static bool step_hearing(struct talk *t, uint64_t now_ms)
{
    bool has_all = t->move.due != MOVES_OPEN && t->turn->replies >= (unsigned)t->move.due;
    bool silent = now_ms >= t->heard_ms + t->site->quiet_ms;
    bool open = t->move.due == MOVES_OPEN;
    if (is_ended(t))
        settle(t, !has_all, now_ms);
    else if ((has_all && (!t->lingers || silent)) || (open && silent))
        settle(t, false, now_ms);
    else if (!open && !has_all && now_ms >= t->limit_ms)
        settle(t, !t->loose, now_ms);
    else
        return false;
    return true;
}

static bool step_saying(struct talk *t, uint64_t now_ms)
{
    if (is_ended(t)) {
        settle(t, true, now_ms);
        return true;
    }
    if (say_some(t, now_ms))
        return true;
    if (t->at == t->move.octets.n && t->edge.out_len == 0) {
        end_say(t, now_ms);
        return true;
    }
    if (now_ms < t->limit_ms)
        return false;
    settle(t, !t->loose, now_ms); /* it does not read us */
    return true;
}

static bool step_greeting(struct talk *t, uint64_t now_ms)
{
    bool greeted = t->turn->replies > 0;
    if (!greeted && !is_ended(t) && now_ms < t->limit_ms)
        return false;
    t->result->greeted = greeted;
    t->turn->missing = !greeted;
    if (greeted && t->code == 220)
        next_move(t, now_ms);
    else
        close_now(t);
    return true;
}

/* What a move in clear has left behind is answered inside TLS if it is run: so the server is heard
 * for a while before anything is said. */
static bool step_handshake(struct talk *t, uint64_t now_ms)
{
    if (t->secure) {
        t->standing.mail = false;
        t->standing.recipients = 0;
        t->move = (struct move){.kind = MOVE_SAY, .due = MOVES_OPEN};
        t->phase = TALK_HEARING;
        t->heard_ms = now_ms;
        return true;
    }
    if (!is_ended(t) && now_ms < t->limit_ms)
        return false;
    close_now(t);
    return true;
}

static bool advance(struct talk *t, uint64_t now_ms)
{
    switch (t->phase) {
    case TALK_GREETING:
        return step_greeting(t, now_ms);
    case TALK_SAYING:
        return step_saying(t, now_ms);
    case TALK_HEARING:
        return step_hearing(t, now_ms);
    case TALK_HANDSHAKE:
        return step_handshake(t, now_ms);
    case TALK_LEAVING:
        if (is_ended(t) || now_ms >= t->limit_ms)
            close_now(t);
        return false;
    case TALK_OVER:
        t->edge.ask |= SMTP_WANT_CLOSE;
        return false;
    }
    return false;
}

/* When something is to be looked at again though nothing has come. */
static uint64_t deadline(const struct talk *t)
{
    uint64_t quiet = t->heard_ms + t->site->quiet_ms;
    if (t->phase == TALK_OVER)
        return SMTP_NEVER;
    if (t->phase == TALK_SAYING && t->resume_ms > 0 && t->edge.out_len == 0)
        return t->resume_ms;
    bool waits_for_silence = t->phase == TALK_HEARING && (t->move.due == MOVES_OPEN || t->lingers);
    bool has_all = t->move.due == MOVES_OPEN || t->turn->replies >= (unsigned)t->move.due;
    return waits_for_silence && has_all ? quiet : t->limit_ms;
}

static void talk_step(struct net_end *end, uint64_t now_ms)
{
    struct talk *t = (struct talk *)end;
    t->result->connected = true;
    notice(t, now_ms);
    while (advance(t, now_ms))
        notice(t, now_ms);
    t->edge.deadline_ms = deadline(t);
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
    add_turn(t);
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
