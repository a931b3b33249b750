#include <string.h>

#include "player/judge.h"
#include "player/mail.h"

enum { PATIENCE_MS = 2000, RETRY_MS = 100, DRAIN_MAX = 1048576 };

/* The first time that a directive is looked at. */
static bool is_entered(struct player *p)
{
    bool before = p->entered;
    if (!before)
        p->since_ms = player_now(p);
    p->entered = true;
    return before;
}

/* False when the time is over; else it is waited for. */
static bool has_time(struct player *p, uint64_t ms)
{
    if (player_now(p) >= p->since_ms + ms)
        return false;
    player_wait(p, p->since_ms + ms);
    return true;
}

static bool at_tls(struct player *p, const struct scenario_step *step, struct conn *c)
{
    if (conn_is_over(c) || c->edge.secure) {
        p->exact_ms = player_now(p);
        return machine_next(p);
    }
    if (!is_entered(p)) {
        if (expect_unasked(p, c, step))
            return true;
        conn_drop_input(c); /* half a reply: RFC 3207 section 4.2 */
        conn_ask(c, SMTP_WANT_TLS);
    }
    if (has_time(p, p->timeout_ms))
        return false;
    judge_mismatch(p, step, (smtp_span){NULL, 0}, "the handshake did not end within %.6g s",
                   (double)p->timeout_ms / 1000);
    return true;
}

static bool at_tls_end(struct player *p, struct conn *c)
{
    if (conn_is_over(c) || !c->edge.secure)
        return machine_next(p);
    if (!is_entered(p))
        conn_ask(c, SMTP_WANT_TLS_END);
    if (has_time(p, p->timeout_ms))
        return false;
    conn_ask(c, SMTP_WANT_RESET);
    return machine_next(p);
}

/* "@close", "@reset": done when the connection is gone. */
static bool at_close(struct player *p, const struct scenario_step *step, struct conn *c)
{
    bool reset = step->directive == SCENARIO_AT_RESET;
    if (!is_entered(p)) {
        if (expect_unasked(p, c, step))
            return true;
        c->passed = true;
        conn_ask(c, reset ? SMTP_WANT_RESET : SMTP_WANT_CLOSE);
    }
    if (!c->gone && has_time(p, PATIENCE_MS))
        return false;
    if (!c->gone)
        conn_ask(c, SMTP_WANT_RESET);
    return machine_next(p);
}

static bool at_half_close(struct player *p, struct conn *c)
{
    if (!conn_is_over(c))
        conn_ask(c, SMTP_WANT_SHUT);
    return machine_next(p);
}

/* QUIT, read to the end, judge nothing. */
static bool at_drain(struct player *p, struct conn *c)
{
    if (!is_entered(p) && !conn_is_over(c) && !c->shut &&
        !stream_add(&c->stream, (struct stream_item){&script_quit, 1, 1, true})) {
        judge_stop(p, PLAYER_ERROR, 0, "no memory");
        return true;
    }
    p->drained += c->edge.in_len;
    conn_drop_input(c);
    if (!conn_is_over(c) && p->drained < DRAIN_MAX && has_time(p, p->timeout_ms))
        return false;
    c->passed = true;
    p->drained = 0;
    conn_ask(c, conn_is_over(c) ? SMTP_WANT_CLOSE : SMTP_WANT_RESET);
    return machine_next(p);
}

static bool at_pause(struct player *p, const struct scenario_step *step)
{
    is_entered(p);
    if (has_time(p, step->ms))
        return false;
    p->exact_ms = player_now(p);
    return machine_next(p);
}

static bool push(struct player *p, const struct script *script, const struct scenario_step *step,
                 unsigned conn)
{
    machine_next(p);
    machine_push(p, &(struct frame){.steps = script->steps,
                                    .count = script->count,
                                    .conn = conn,
                                    .origin = step,
                                    .strict = conn == CONN_ALIVE,
                                    .what = script->what});
    return true;
}

/* A connection of its own, a new one each time. */
static bool at_alive(struct player *p, const struct scenario_step *step)
{
    if (p->conns[CONN_ALIVE] != NULL && !p->conns[CONN_ALIVE]->gone)
        return false;
    conn_free(p->conns[CONN_ALIVE]);
    p->conns[CONN_ALIVE] = NULL;
    return push(p, &script_alive, step, CONN_ALIVE);
}

static bool at_auth(struct player *p, const struct scenario_step *step, struct conn *c)
{
    bool login = strcmp(step->word, "LOGIN") == 0;
    return push(p, login ? &script_auth_login : &script_auth_plain, step, c->number);
}

/* ---- what is done to the server -------------------------------------------------------------- */

/* Whether it says 421, or closes, is for the rows below. False: it could not be done. */
static bool run_hook(struct player *p, const struct scenario_step *step)
{
    const struct player_hooks *hooks = p->run->hooks;
    const char *why = "";
    bool done = step->directive == SCENARIO_AT_STOP   ? hooks->stop(hooks->arg, &why)
                : step->directive == SCENARIO_AT_KILL ? hooks->kill(hooks->arg, &why)
                                                      : hooks->start(hooks->arg, &why);
    if (!done)
        judge_stop(p, PLAYER_ERROR, step->line, "%s: %s", step->source, why);
    return done;
}

static bool at_hook(struct player *p, const struct scenario_step *step)
{
    return run_hook(p, step) ? machine_next(p) : true;
}

/* One connection after the other, until the server takes one. */
static void try_again(struct player *p)
{
    struct conn *c = p->conns[CONN_ALIVE];
    uint64_t now = player_now(p);
    if (c == NULL || (c->gone && now >= p->retry_ms)) {
        conn_free(c);
        p->conns[CONN_ALIVE] = NULL;
        p->retry_ms = now + RETRY_MS;
        if (conn_open(p, CONN_ALIVE) == NULL)
            judge_stop(p, PLAYER_ERROR, 0, "no memory for a connection");
    }
    if (p->retry_ms > now)
        player_wait(p, p->retry_ms);
}

static bool at_start(struct player *p, const struct scenario_step *step)
{
    if (!is_entered(p) && !run_hook(p, step))
        return true;
    struct conn *c = p->conns[CONN_ALIVE];
    if (c != NULL && c->connected && c->gone)
        return machine_next(p);
    if (!has_time(p, p->timeout_ms)) {
        judge_mismatch(p, step, (smtp_span){NULL, 0},
                       "the server could not be reached within %.6g s of its start",
                       (double)p->timeout_ms / 1000);
        return true;
    }
    if (c != NULL && c->connected)
        conn_ask(c, SMTP_WANT_CLOSE);
    else
        try_again(p);
    return false;
}

/* ---- a directive ----------------------------------------------------------------------------- */

static bool on_connection(struct player *p, const struct scenario_step *step)
{
    struct conn *c = machine_conn(p, step);
    if (c == NULL)
        return true;
    if (c->passed && !p->entered)
        return machine_next(p);
    if (!c->connected && !c->gone)
        return false;
    switch (step->directive) {
    case SCENARIO_AT_TLS:
        return at_tls(p, step, c);
    case SCENARIO_AT_TLS_END:
        return at_tls_end(p, c);
    case SCENARIO_AT_CLOSE:
    case SCENARIO_AT_RESET:
        return at_close(p, step, c);
    case SCENARIO_AT_HALF_CLOSE:
        return at_half_close(p, c);
    case SCENARIO_AT_DRAIN:
        return at_drain(p, c);
    case SCENARIO_AT_AUTH:
        return at_auth(p, step, c);
    case SCENARIO_AT_PAUSE:
    case SCENARIO_AT_ALIVE:
    case SCENARIO_AT_STOP:
    case SCENARIO_AT_KILL:
    case SCENARIO_AT_START:
    case SCENARIO_AT_INBOX:
    case SCENARIO_AT_RESULT:
        break;
    }
    judge_stop(p, PLAYER_SKIP, step->line, "%s is not played yet", step->source);
    return true;
}

bool directive_play(struct player *p, const struct scenario_step *step)
{
    p->group = NULL;
    if (!p->entered && !machine_drained(p, step, NULL))
        return false;
    if (step->directive == SCENARIO_AT_PAUSE)
        return at_pause(p, step);
    if (step->directive == SCENARIO_AT_ALIVE)
        return at_alive(p, step);
    if (step->directive == SCENARIO_AT_STOP || step->directive == SCENARIO_AT_KILL)
        return at_hook(p, step);
    if (step->directive == SCENARIO_AT_START)
        return at_start(p, step);
    if (step->directive == SCENARIO_AT_INBOX)
        return mail_inbox_play(p, step);
    return on_connection(p, step);
}
