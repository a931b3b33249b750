#include "player/conn.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "player/machine.h"

enum { BUFFER = 16384 };

static void conn_step(struct net_end *end, uint64_t now_ms)
{
    struct conn *c = (struct conn *)end;
    if (!c->connected) {
        c->connected = true;
        c->left_ms = now_ms;
    }
    conn_notice(c, now_ms);
    c->stepping = true;
    player_wake(c->player);
    c->stepping = false;
}

static void conn_gone(struct net_end *end, uint64_t now_ms)
{
    struct conn *c = (struct conn *)end;
    conn_notice(c, now_ms);
    c->gone = true;
    player_wake(c->player); /* the last thing: it may free the connection */
}

/* The end to dial for: the connection, or TLS around it where it could be wanted. */
static struct net_end *outer_end(struct conn *c)
{
    const struct player *p = c->player;
    const struct player_tls *tls = p->run->tls;
    bool implicit = p->implicit;
    if (tls == NULL || !p->uses_tls)
        return &c->end;
    c->filter = tls->wrap(tls->arg, &c->end, implicit);
    return c->filter;
}

struct conn *conn_open(struct player *p, unsigned number)
{
    struct conn *c = calloc(1, sizeof *c);
    if (c == NULL)
        return NULL;
    stream_init(&c->stream);
    c->player = p;
    c->number = number;
    c->buffers = malloc((size_t)2 * BUFFER);
    c->observer = p->run->observe ? observer_new(findings_report, &p->findings) : NULL;
    if (c->buffers == NULL || (p->run->observe && c->observer == NULL)) {
        conn_free(c);
        return NULL;
    }
    smtp_edge_init(&c->edge, (smtp_room){c->buffers, BUFFER},
                   (smtp_room){c->buffers + BUFFER, BUFFER});
    c->end = (struct net_end){.edge = &c->edge, .step = conn_step, .gone = conn_gone};
    struct net_end *outer = outer_end(c);
    if (outer == NULL) {
        conn_free(c);
        return NULL;
    }
    p->conns[number] = c;
    p->dialler->ops->dial(p->dialler, outer);
    return c;
}

void conn_free(struct conn *c)
{
    if (c == NULL)
        return;
    stream_free(&c->stream);
    reply_free(&c->reply);
    reply_free(&c->first);
    observer_free(c->observer);
    free(c->buffers);
    free(c);
}

/* ---- both directions, told once -------------------------------------------------------------- */

static void tell(struct conn *c, char from, smtp_span octets, bool joins, uint64_t now_ms)
{
    struct player *p = c->player;
    const struct player_line line = {.ms = now_ms - p->begun_ms,
                                     .conn = c->number == CONN_ALIVE ? 0 : c->number,
                                     .from = from,
                                     .secure = c->secure,
                                     .bytes = octets};
    log_add(&p->log, &line, joins);
    if (c->observer == NULL)
        return;
    if (from == 'C')
        observer_client(c->observer, octets, now_ms);
    else
        observer_server(c->observer, octets, now_ms);
}

static void notice_tls(struct conn *c)
{
    const struct player_tls *tls = c->player->run->tls;
    if (c->edge.secure != c->secure) {
        c->secure = c->edge.secure;
        if (c->observer != NULL)
            observer_tls(c->observer, c->secure);
    }
    bool failed = c->edge.tls_failed || c->edge.end == SMTP_END_RESET;
    if (failed && c->filter != NULL && !c->gone && c->why[0] == '\0' && tls->why != NULL) {
        const char *why = tls->why(tls->arg, c->filter);
        if (why != NULL)
            snprintf(c->why, sizeof c->why, "%s", why);
    }
}

void conn_notice(struct conn *c, uint64_t now_ms)
{
    if (c->gone)
        return;
    notice_tls(c);
    if (c->edge.out_len < c->out_seen)
        c->left_ms = now_ms;
    c->out_seen = c->edge.out_len;
    smtp_span in = smtp_edge_in(&c->edge);
    if (in.n > c->seen) {
        smtp_span fresh = smtp_span_cut(in, c->seen, in.n);
        c->player->heard = true;
        c->seen = in.n;
        tell(c, 'S', fresh, in.p[in.n - 1] != '\n', now_ms);
    }
    if (c->edge.end != SMTP_END_NONE && !c->end_told) {
        c->end_told = true;
        if (c->observer != NULL && c->edge.end != SMTP_END_REFUSED)
            observer_end(c->observer, c->edge.end == SMTP_END_RESET ? 'R' : 'S', now_ms);
    }
}

void conn_fill(struct conn *c, uint64_t now_ms)
{
    if (conn_is_over(c)) {
        stream_drop(&c->stream);
        return;
    }
    if (!conn_is_ready(c) || stream_idle(&c->stream))
        return;
    size_t before = c->edge.out_len;
    stream_fill(&c->stream, &c->edge, &c->player->vars, now_ms);
    if (c->edge.out_len == before)
        return;
    smtp_span out = smtp_edge_out(&c->edge);
    c->left_ms = now_ms;
    c->out_seen = out.n;
    c->dirty = true;
    tell(c, 'C', smtp_span_cut(out, before, out.n), !stream_idle(&c->stream) && !c->stream.cut,
         now_ms);
}

enum reply_state conn_read(struct conn *c)
{
    smtp_span in = smtp_edge_in(&c->edge);
    size_t used = reply_feed(&c->reply, in);
    if (used > 0) {
        smtp_edge_take(&c->edge, used);
        c->seen -= used;
        c->dirty = true;
    }
    return c->reply.state;
}

void conn_drop_input(struct conn *c)
{
    reply_reset(&c->reply);
    if (c->edge.in_len > 0)
        c->dirty = true;
    smtp_edge_take(&c->edge, c->edge.in_len);
    c->seen = 0;
}

void conn_ask(struct conn *c, unsigned want)
{
    bool last = (want & (SMTP_WANT_CLOSE | SMTP_WANT_RESET | SMTP_WANT_SHUT)) != 0;
    c->edge.ask |= want;
    c->dirty = true;
    if (last && c->observer != NULL && !c->shut && !c->gone) {
        struct net_world *world = c->player->world;
        c->shut = true;
        observer_end(c->observer, 'C', world->ops->now(world));
    }
    c->shut = c->shut || last;
}

bool conn_is_over(const struct conn *c)
{
    return c->gone || c->edge.end != SMTP_END_NONE || c->edge.tls_failed;
}

bool conn_is_drained(const struct conn *c)
{
    return conn_is_over(c) || (stream_idle(&c->stream) && c->edge.out_len == 0);
}

bool conn_is_live(const struct conn *c)
{
    return c->connected && !c->gone;
}

bool conn_is_ready(const struct conn *c)
{
    return c->connected && (!c->player->implicit || c->secure);
}
