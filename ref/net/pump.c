#include "net/pump.h"

static void set_reading(struct net_conn *conn, bool on)
{
    if (conn->reading == on)
        return;
    conn->reading = on;
    conn->ops->reading(conn, on);
}

/* A deadline that has passed stays known, so that an edge that leaves it there is not called for
 * ever. */
static void set_timer(struct net_conn *conn, uint64_t at_ms)
{
    if (conn->timer_ms == at_ms)
        return;
    conn->timer_ms = at_ms;
    conn->ops->timer(conn, at_ms);
}

static void finish(struct net_conn *conn, void (*how)(struct net_conn *conn))
{
    conn->closing = true;
    set_reading(conn, false);
    set_timer(conn, SMTP_NEVER);
    how(conn);
}

/* One write is what the edge showed at once, in as many parts as the transport takes it. */
static void write_some(struct net_conn *conn)
{
    struct smtp_edge *edge = conn->end->edge;
    smtp_span out = smtp_edge_out(edge);
    if (conn->shut) { /* nothing can leave any more */
        smtp_edge_sent(edge, out.n);
        conn->again = true;
        return;
    }
    if (conn->left == 0 || conn->left > out.n)
        conn->left = out.n;
    conn->writing = true;
    conn->ops->write(conn, (smtp_span){out.p, conn->left});
}

/* Nothing is left to write. */
static void obey_rest(struct net_conn *conn, unsigned want)
{
    struct smtp_edge *edge = conn->end->edge;
    if ((want & SMTP_WANT_TLS) != 0) {
        smtp_edge_tls_done(edge, false); /* a filter would have done it */
        conn->again = true;
    } else if ((want & SMTP_WANT_TLS_END) != 0) {
        smtp_edge_tls_ended(edge);
        conn->again = true;
    } else if ((want & SMTP_WANT_CLOSE) != 0) {
        finish(conn, conn->ops->close);
    } else if ((want & SMTP_WANT_SHUT) != 0 && !conn->shut) {
        conn->shut = true;
        conn->ops->shut(conn);
    }
}

static void obey(struct net_conn *conn)
{
    struct smtp_edge *edge = conn->end->edge;
    unsigned want = smtp_edge_want(edge);
    if ((want & SMTP_WANT_RESET) != 0) {
        finish(conn, conn->ops->reset);
        return;
    }
    if (!conn->writing && (want & SMTP_WANT_WRITE) != 0)
        write_some(conn);
    else if (!conn->writing)
        obey_rest(conn, want);
    if (conn->closing)
        return;
    set_reading(conn, (want & SMTP_WANT_READ) != 0);
    set_timer(conn, edge->deadline_ms);
}

static void run(struct net_conn *conn)
{
    conn->again = true;
    if (conn->stepping)
        return;
    conn->stepping = true;
    while (conn->again && !conn->closing) {
        conn->again = false;
        conn->end->step(conn->end, conn->ops->now(conn));
        obey(conn);
    }
    conn->stepping = false;
}

void pump_open(struct net_conn *conn, struct net_end *end)
{
    conn->end = end;
    conn->timer_ms = SMTP_NEVER;
    end->conn = conn;
    run(conn);
}

void pump_read(struct net_conn *conn, size_t n)
{
    smtp_edge_got(conn->end->edge, n);
    run(conn);
}

void pump_wrote(struct net_conn *conn, size_t n)
{
    if (conn->closing || !conn->writing)
        return;
    conn->writing = false;
    conn->left -= n;
    smtp_edge_sent(conn->end->edge, n);
    run(conn);
}

void pump_ended(struct net_conn *conn, enum smtp_end how)
{
    if (conn->closing)
        return;
    bool broken = how == SMTP_END_RESET || how == SMTP_END_REFUSED;
    bool over = broken && conn->end->edge->end != SMTP_END_NONE;
    smtp_edge_ended(conn->end->edge, how);
    if (broken) {
        conn->writing = false;
        conn->left = 0;
    }
    if (over) /* neither way is open any more */
        finish(conn, conn->ops->close);
    else
        run(conn);
}

void pump_time(struct net_conn *conn)
{
    run(conn);
}

void pump_gone(struct net_conn *conn)
{
    struct net_end *end = conn->end;
    if (end == NULL)
        return;
    uint64_t now_ms = conn->ops->now(conn);
    conn->closing = true;
    conn->end = NULL;
    end->conn = NULL;
    if (end->gone != NULL)
        end->gone(end, now_ms);
}

void net_kick(struct net_end *end)
{
    if (end->conn != NULL)
        run(end->conn);
}
