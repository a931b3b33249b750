#include <stdlib.h>
#include <string.h>

#include "tls_filter.h"

/* ---- what the transport did ---------------------------------------------------------------- */

static void take_sent(struct net_tls *t)
{
    size_t n = t->offered - t->edge.out_len;
    t->offered = t->edge.out_len;
    if (n == 0)
        return;
    if (t->state == CLEAR) {
        smtp_edge_sent(t->inner->edge, n);
        return;
    }
    char *p = NULL;
    (void)BIO_nread(t->wire, &p, (int)n);
    if (BIO_ctrl_pending(t->wire) > 0)
        return;
    smtp_edge_sent(t->inner->edge, t->plain);
    t->left -= t->plain;
    t->plain = 0;
}

static void take_read(struct net_tls *t)
{
    size_t n = t->edge.in_len;
    t->edge.in_len = 0;
    if (n == 0)
        return;
    if (t->state == CLEAR)
        tls_give(t, n);
    else
        (void)BIO_write(t->wire, t->in, (int)n); /* fits: show() asked for no more */
}

static void take_break(struct net_tls *t)
{
    if (t->edge.end != SMTP_END_RESET && t->edge.end != SMTP_END_REFUSED)
        return;
    if (t->state == HANDSHAKE)
        (void)tls_fail(t, "the connection was broken off in the handshake");
    else
        smtp_edge_ended(t->inner->edge, t->edge.end);
}

/* ---- what the transport is asked for ------------------------------------------------------- */

static unsigned asks(const struct net_tls *t, unsigned want)
{
    const enum smtp_end in = t->inner->edge->end;
    bool over = t->edge.end == SMTP_END_RESET && in != SMTP_END_NONE && in != SMTP_END_RESET;
    if ((want & SMTP_WANT_RESET) != 0 || over) /* over: neither way is open any more */
        return SMTP_WANT_RESET;
    switch (t->state) {
    case CLEAR:
        if ((want & (SMTP_WANT_TLS | SMTP_WANT_TLS_END)) != 0)
            return 0;
        return want & (SMTP_WANT_SHUT | SMTP_WANT_CLOSE);
    case HANDSHAKE:
        return tls_is_given_up(t, SMTP_WANT_TLS) ? SMTP_WANT_CLOSE : 0;
    case SECURE:
        return t->bye ? want & (SMTP_WANT_SHUT | SMTP_WANT_CLOSE) : 0;
    case ENDING:
        return tls_is_given_up(t, SMTP_WANT_TLS_END) ? SMTP_WANT_CLOSE : 0;
    case FAILED:
        return in == SMTP_END_RESET ? want & SMTP_WANT_CLOSE : SMTP_WANT_RESET;
    }
    return 0;
}

static bool reads(const struct net_tls *t, unsigned want)
{
    switch (t->state) {
    case CLEAR:
        return (want & SMTP_WANT_READ) != 0 && tls_rest(t) == 0;
    case SECURE:
        return (want & SMTP_WANT_READ) != 0;
    case HANDSHAKE:
    case ENDING:
        return true;
    case FAILED:
        break;
    }
    return false;
}

static size_t reads_most(const struct net_tls *t)
{
    if (t->state == CLEAR)
        return tls_room(t);
    size_t n = t->wire != NULL ? BIO_ctrl_get_write_guarantee(t->wire) : 0;
    return n < sizeof t->in ? n : sizeof t->in;
}

static void offer(struct net_tls *t, unsigned want)
{
    char *p = NULL;
    size_t n = 0;
    if (t->offered > 0)
        return;
    if (t->state != CLEAR && t->wire != NULL) {
        int most = BIO_nread0(t->wire, &p);
        n = most > 0 ? (size_t)most : 0;
    } else if (t->state == CLEAR && (want & SMTP_WANT_WRITE) != 0) {
        p = t->inner->edge->out.p + t->inner->edge->out_head;
        n = t->inner->edge->out_len;
    }
    t->edge.out = (smtp_room){p, n};
    t->edge.out_head = 0;
    t->edge.out_len = n;
    t->offered = n;
}

static void show(struct net_tls *t)
{
    unsigned want = smtp_edge_want(t->inner->edge);
    offer(t, want);
    t->edge.ask = asks(t, want);
    t->edge.hold = !reads(t, want);
    t->edge.in = (smtp_room){t->in, reads_most(t)};
    t->edge.deadline_ms = t->inner->edge->deadline_ms;
}

static void tls_step(struct net_end *end, uint64_t now_ms)
{
    struct net_tls *t = (struct net_tls *)end;
    t->inner->conn = end->conn;
    take_sent(t);
    take_read(t);
    take_break(t);
    do
        t->inner->step(t->inner, now_ms);
    while (tls_advance(t));
    show(t);
}

static void tls_gone(struct net_end *end, uint64_t now_ms)
{
    struct net_tls *t = (struct net_tls *)end;
    t->inner->conn = NULL;
    if (t->edge.end == SMTP_END_REFUSED)
        smtp_edge_ended(t->inner->edge, SMTP_END_REFUSED);
    if (t->inner->gone != NULL)
        t->inner->gone(t->inner, now_ms);
    tls_drop_pipe(t);
    free(t);
}

struct net_end *net_tls_wrap(struct net_tls_context *context, struct net_end *inner, bool implicit)
{
    struct net_tls *t = calloc(1, sizeof *t);
    if (t == NULL)
        return NULL;
    t->end = (struct net_end){.edge = &t->edge, .step = tls_step, .gone = tls_gone};
    t->inner = inner;
    t->context = context;
    t->implicit = implicit;
    smtp_edge_init(&t->edge, (smtp_room){t->in, 0}, (smtp_room){NULL, 0});
    return &t->end;
}

const char *net_tls_version(const struct net_end *filter)
{
    const struct net_tls *t = (const struct net_tls *)filter;
    return t->state == SECURE || t->state == ENDING ? SSL_get_version(t->ssl) : NULL;
}

const char *net_tls_why(const struct net_end *filter)
{
    const struct net_tls *t = (const struct net_tls *)filter;
    return t->why[0] != '\0' ? t->why : NULL;
}
