#include <stdlib.h>

#include "uv_parts.h"

/* How long what the peer still sends is read and dropped behind our close. */
enum { LINGER_MS = 2000 };

static struct uv_conn *conn_of(struct net_conn *conn)
{
    return (struct uv_conn *)conn;
}

/* ---- the end ------------------------------------------------------------------------------- */

static void link_in(struct uv_conn *c)
{
    c->next = c->uv->conns;
    if (c->next != NULL)
        c->next->before = c;
    c->uv->conns = c;
}

static void take_out(struct uv_conn *c)
{
    if (c->next != NULL)
        c->next->before = c->before;
    if (c->before != NULL)
        c->before->next = c->next;
    else
        c->uv->conns = c->next;
}

static void handle_closed(uv_handle_t *handle)
{
    struct uv_conn *c = handle->data;
    if (--c->handles > 0)
        return;
    take_out(c);
    pump_gone(&c->conn);
    free(c);
}

static void close_handles(struct uv_conn *c)
{
    if (c->closed)
        return;
    c->closed = true;
    uv_close((uv_handle_t *)&c->timer, handle_closed);
    uv_close((uv_handle_t *)&c->tcp, handle_closed);
}

void uv_conn_drop(struct uv_conn *c)
{
    c->conn.closing = true;
    close_handles(c);
}

static void linger_over(uv_timer_t *timer)
{
    close_handles(timer->data);
}

static void waste_room(uv_handle_t *handle, size_t size, uv_buf_t *out)
{
    (void)size;
    struct uv_conn *c = handle->data;
    *out = uv_buf_init(c->uv->waste, sizeof c->uv->waste);
}

static void waste_came(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    (void)buf;
    if (n < 0)
        close_handles(stream->data);
}

/*
 * RFC 9293 3.6.1: closing a socket with octets that nobody has read makes TCP send a reset, which
 * may destroy our last reply on its way. So: no more from us, then read on for a while.
 */
static void linger(uv_shutdown_t *request, int status)
{
    struct uv_conn *c = request->data;
    if (c->closed)
        return;
    pump_gone(&c->conn);
    bool reads = status == 0 && uv_read_start((uv_stream_t *)&c->tcp, waste_room, waste_came) == 0;
    if (reads)
        uv_timer_start(&c->timer, linger_over, LINGER_MS, 0);
    else
        close_handles(c);
}

/* ---- what happened ------------------------------------------------------------------------- */

static void read_room(uv_handle_t *handle, size_t size, uv_buf_t *out)
{
    (void)size;
    struct uv_conn *c = handle->data;
    smtp_room room = smtp_edge_room(c->conn.end->edge);
    *out = uv_buf_init(room.p, (unsigned)(room.n < UINT32_MAX ? room.n : UINT32_MAX));
}

/* A write that failed takes the error of a reset away, and what is left to read looks like an end
 * of file. */
static bool is_reset(const struct uv_conn *c)
{
    struct sockaddr_storage peer;
    int n = sizeof peer;
    return !c->conn.shut && uv_tcp_getpeername(&c->tcp, (struct sockaddr *)&peer, &n) != 0;
}

static void read_came(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    (void)buf;
    struct uv_conn *c = stream->data;
    if (n > 0)
        pump_read(&c->conn, (size_t)n);
    else if (n == UV_EOF)
        pump_ended(&c->conn, is_reset(c) ? SMTP_END_RESET : SMTP_END_CLOSE);
    else if (n < 0 && n != UV_ENOBUFS)
        pump_ended(&c->conn, SMTP_END_RESET);
}

/*
 * RFC 9293 3.10.7.4: a reset ends both ways, but what had come before it can still be read. Often
 * that says why the peer would have no more of us, so the reader is left to find the end.
 */
static void written(uv_write_t *request, int status)
{
    struct uv_conn *c = request->data;
    if (c->closed)
        return;
    c->lost = status == UV_EPIPE || status == UV_ECONNRESET;
    if (status == 0)
        pump_wrote(&c->conn, c->write_n);
    else if (!c->lost || !c->reads)
        pump_ended(&c->conn, SMTP_END_RESET);
}

static void time_over(uv_timer_t *timer)
{
    struct uv_conn *c = timer->data;
    pump_time(&c->conn);
}

static void shut_done(uv_shutdown_t *request, int status)
{
    struct uv_conn *c = request->data;
    if (!c->closed && status < 0)
        pump_ended(&c->conn, SMTP_END_RESET);
}

/* ---- what the pump asks for ---------------------------------------------------------------- */

static void conn_write(struct net_conn *conn, smtp_span octets)
{
    struct uv_conn *c = conn_of(conn);
    /* libuv only reads them, but says `char *` */
    uv_buf_t buf = uv_buf_init((char *)(uintptr_t)octets.p,
                               (unsigned)(octets.n < UINT32_MAX ? octets.n : UINT32_MAX));
    c->write_n = buf.len;
    if (uv_write(&c->write, (uv_stream_t *)&c->tcp, &buf, 1, written) != 0)
        pump_ended(conn, SMTP_END_RESET);
}

static void conn_reading(struct net_conn *conn, bool on)
{
    struct uv_conn *c = conn_of(conn);
    uv_stream_t *stream = (uv_stream_t *)&c->tcp;
    c->reads = on;
    if (!on)
        uv_read_stop(stream);
    if (on ? uv_read_start(stream, read_room, read_came) != 0 : c->lost)
        pump_ended(conn, SMTP_END_RESET);
}

static void conn_shut(struct net_conn *conn)
{
    struct uv_conn *c = conn_of(conn);
    if (uv_shutdown(&c->shutdown, (uv_stream_t *)&c->tcp, shut_done) != 0)
        pump_ended(conn, SMTP_END_RESET);
}

static void conn_close(struct net_conn *conn)
{
    struct uv_conn *c = conn_of(conn);
    bool heard_out = conn->end->edge->end != SMTP_END_NONE;
    if (heard_out || conn->shut || uv_shutdown(&c->shutdown, (uv_stream_t *)&c->tcp, linger) != 0)
        close_handles(c);
}

static void conn_reset(struct net_conn *conn)
{
    struct uv_conn *c = conn_of(conn);
    if (!c->closed && uv_tcp_close_reset(&c->tcp, handle_closed) == 0) {
        c->closed = true;
        uv_close((uv_handle_t *)&c->timer, handle_closed);
    } else {
        close_handles(c); /* half-closed: libuv cannot reset it */
    }
}

static void conn_timer(struct net_conn *conn, uint64_t at_ms)
{
    struct uv_conn *c = conn_of(conn);
    uint64_t now_ms = uv_clock(c->uv);
    if (at_ms == SMTP_NEVER)
        uv_timer_stop(&c->timer);
    else
        uv_timer_start(&c->timer, time_over, at_ms > now_ms ? at_ms - now_ms : 0, 0);
}

static uint64_t conn_now(struct net_conn *conn)
{
    return uv_clock(conn_of(conn)->uv);
}

static const struct net_conn_ops conn_ops = {
    conn_write, conn_reading, conn_shut, conn_close, conn_reset, conn_timer, conn_now,
};

/* ---- the beginning ------------------------------------------------------------------------- */

struct uv_conn *uv_conn_new(struct net_uv *uv)
{
    struct uv_conn *c = calloc(1, sizeof *c);
    if (c == NULL)
        return NULL;
    c->conn.ops = &conn_ops;
    c->uv = uv;
    uv_tcp_init(&uv->loop, &c->tcp);
    uv_timer_init(&uv->loop, &c->timer);
    c->tcp.data = c->timer.data = c;
    c->write.data = c->shutdown.data = c;
    c->handles = 2;
    link_in(c);
    return c;
}

void uv_conn_open(struct uv_conn *c, struct net_end *end)
{
    uv_tcp_nodelay(&c->tcp, 1);
    pump_open(&c->conn, end);
}

bool net_uv_adopt(struct net_uv *uv, int socket, struct net_end *end)
{
    struct uv_conn *c = uv_conn_new(uv);
    if (c == NULL)
        return false;
    if (uv_tcp_open(&c->tcp, socket) != 0) {
        uv_conn_drop(c);
        return false;
    }
    uv_conn_open(c, end);
    return true;
}
