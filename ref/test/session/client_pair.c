#include "client_pair.h"

#include <string.h>

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* ---- the server's application: takes everything ---- */

static void keep(struct pair *p, smtp_span bytes)
{
    smtp_room_put((smtp_room){p->body, PAIR_BODY}, &p->body_n, bytes);
}

static void answer(struct pair *p, const struct smtp_event *ev)
{
    bool exchange = ev->kind == SMTP_EV_COMMAND && ev->cmd.verb == SMTP_V_AUTH;
    if (exchange && !ev->cmd.has_initial && smtp_server_challenge(&p->server, SMTP_SPAN("who?")))
        return;
    smtp_server_accept(&p->server);
}

static bool serve(struct pair *p)
{
    struct smtp_event ev;
    if (!smtp_server_next(&p->server, 0, &ev))
        return false;
    if (ev.kind == SMTP_EV_BODY)
        keep(p, ev.bytes);
    p->messages += ev.kind == SMTP_EV_MESSAGE && ev.fault == SMTP_OK ? 1 : 0;
    p->rejected += ev.kind == SMTP_EV_REJECTED ? 1 : 0;
    p->server_closed = p->server_closed || ev.kind == SMTP_EV_CLOSED;
    if (ev.wants_reply)
        answer(p, &ev);
    return true;
}

/* ---- the client's caller ---- */

static void turn(struct pair *p)
{
    size_t rcpt;
    if (p->authenticate && !p->authenticated &&
        smtp_client_auth(&p->client, SMTP_SPAN("LOGIN"), false, SMTP_SPAN("")) == SMTP_OK)
        return;
    bool first = !p->mailed;
    p->mailed = true;
    if (!first || smtp_client_mail(&p->client, p->mail, &rcpt) != SMTP_OK)
        smtp_client_quit(&p->client);
}

static void give_text(struct pair *p, size_t room)
{
    smtp_span piece = smtp_span_cut(p->text, p->text_at, p->text_at + least(room, p->piece));
    bool last = p->text_at + piece.n == p->text.n;
    p->text_at += smtp_client_text(&p->client, piece, last);
}

static bool ask(struct pair *p)
{
    struct smtp_client_event ev;
    if (!smtp_client_next(&p->client, 0, &ev))
        return false;
    if (ev.kind == SMTP_CE_READY)
        turn(p);
    if (ev.kind == SMTP_CE_TEXT)
        give_text(p, ev.room);
    if (ev.kind == SMTP_CE_CHALLENGE) {
        p->challenges += smtp_span_is(ev.text, SMTP_SPAN("who?")) ? 1 : 0;
        if (!smtp_client_respond(&p->client, SMTP_SPAN("me")))
            smtp_client_cancel(&p->client);
    }
    p->authenticated = p->authenticated || (ev.kind == SMTP_CE_AUTH && ev.code == 235);
    p->secure = p->secure || (ev.kind == SMTP_CE_TLS && ev.fault == SMTP_OK);
    if (ev.kind == SMTP_CE_CLOSED) {
        p->client_closed = true;
        p->closed = ev.fault;
    }
    return true;
}

/* ---- the wires ---- */

static bool send_some(const struct pair *p, struct smtp_edge *from, struct pair_pipe *to)
{
    unsigned want = smtp_edge_want(from);
    smtp_span out = smtp_edge_out(from);
    size_t n = least(least(out.n, p->piece), p->window - to->n);
    if ((want & SMTP_WANT_WRITE) != 0 && n > 0) {
        memmove(to->octets, to->octets + to->head, to->n);
        to->head = 0;
        memcpy(to->octets + to->n, out.p, n);
        to->n += n;
        smtp_edge_sent(from, n);
        return true;
    }
    bool over = (want & (SMTP_WANT_CLOSE | SMTP_WANT_RESET)) != 0 && (want & SMTP_WANT_WRITE) == 0;
    bool news = over && !to->ended;
    to->ended = to->ended || over;
    return news;
}

static bool receive_some(const struct pair *p, struct smtp_edge *to, struct pair_pipe *from)
{
    if ((smtp_edge_want(to) & SMTP_WANT_READ) == 0)
        return false;
    smtp_room room = smtp_edge_room(to);
    size_t n = least(least(room.n, p->piece), from->n);
    if (n > 0) {
        memcpy(room.p, from->octets + from->head, n);
        smtp_edge_got(to, n);
        from->head += n;
        from->n -= n;
        return true;
    }
    if (!from->ended || to->end != SMTP_END_NONE)
        return false;
    smtp_edge_ended(to, SMTP_END_CLOSE);
    return true;
}

static bool shake_hands(struct pair *p)
{
    unsigned both = smtp_edge_want(&p->client.edge) & smtp_edge_want(&p->server.edge);
    if ((both & SMTP_WANT_TLS) == 0 || p->up.n > 0 || p->down.n > 0)
        return false;
    smtp_edge_tls_done(&p->client.edge, true);
    smtp_edge_tls_done(&p->server.edge, true);
    return true;
}

static bool move(struct pair *p)
{
    bool some = false;
    while (serve(p))
        some = true;
    while (ask(p))
        some = true;
    some = send_some(p, &p->client.edge, &p->up) || some;
    some = send_some(p, &p->server.edge, &p->down) || some;
    some = receive_some(p, &p->server.edge, &p->up) || some;
    some = receive_some(p, &p->client.edge, &p->down) || some;
    return shake_hands(p) || some;
}

const char *pair_run(struct pair *p)
{
    size_t line = smtp_server_line_max(p->server_config);
    if (line > PAIR_IN || p->window > PAIR_WINDOW)
        return "the pair is too small";
    if (smtp_client_init(&p->client, p->client_config,
                         (smtp_room){p->client_in, SMTP_CLIENT_IN_MIN},
                         (smtp_room){p->client_out, SMTP_CLIENT_OUT_MIN}, 0) != SMTP_OK ||
        smtp_server_init(&p->server, p->server_config, (smtp_room){p->server_in, line},
                         (smtp_room){p->server_out, SMTP_SERVER_REPLY_MAX}, 0) != SMTP_OK)
        return "no session";
    while (move(p))
        ;
    if (!p->client_closed || !p->server_closed)
        return "both wait for each other";
    return NULL;
}
