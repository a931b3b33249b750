/*
 * NAME
 *     talk_phases.c: what a conversation waits for, and when that is over
 */
#include "blackbox/talk_parts.h"

enum { GOODBYE_MS = 1000 };

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
        talk_next_move(t, now_ms);
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
    if (talk_say_some(t, now_ms))
        return true;
    if (t->at == t->move.octets.n && t->edge.out_len == 0) {
        talk_end_say(t, now_ms);
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
        talk_next_move(t, now_ms);
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

bool talk_advance(struct talk *t, uint64_t now_ms)
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
uint64_t talk_deadline(const struct talk *t)
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
