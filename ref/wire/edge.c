#include "smtp/edge.h"

#include <assert.h>
#include <string.h>

enum { NO_READ = SMTP_WANT_TLS | SMTP_WANT_TLS_END | SMTP_WANT_CLOSE | SMTP_WANT_RESET };

void smtp_edge_init(struct smtp_edge *e, smtp_room in, smtp_room out)
{
    *e = (struct smtp_edge){.in = in, .out = out, .deadline_ms = SMTP_NEVER};
}

static bool is_broken(const struct smtp_edge *e)
{
    return e->end == SMTP_END_RESET || e->end == SMTP_END_REFUSED;
}

unsigned smtp_edge_want(const struct smtp_edge *e)
{
    if ((e->ask & SMTP_WANT_RESET) != 0)
        return SMTP_WANT_RESET;
    unsigned want = e->ask;
    if (e->out_len > 0 && !is_broken(e))
        want |= SMTP_WANT_WRITE;
    if ((e->ask & NO_READ) == 0 && !e->hold && e->end == SMTP_END_NONE && e->in_len < e->in.n)
        want |= SMTP_WANT_READ;
    return want;
}

smtp_room smtp_edge_room(struct smtp_edge *e)
{
    if (e->in_head > 0)
        memmove(e->in.p, e->in.p + e->in_head, e->in_len);
    e->in_head = 0;
    if (e->in_len == e->in.n)
        return (smtp_room){NULL, 0};
    return (smtp_room){e->in.p + e->in_len, e->in.n - e->in_len};
}

void smtp_edge_got(struct smtp_edge *e, size_t n)
{
    assert(e->in_head == 0 && n <= e->in.n - e->in_len);
    e->in_len += n;
}

void smtp_edge_ended(struct smtp_edge *e, enum smtp_end how)
{
    if (e->end == SMTP_END_NONE)
        e->end = how;
}

smtp_span smtp_edge_out(const struct smtp_edge *e)
{
    if (e->out_len == 0)
        return (smtp_span){NULL, 0};
    return (smtp_span){e->out.p + e->out_head, e->out_len};
}

void smtp_edge_sent(struct smtp_edge *e, size_t n)
{
    assert(n <= e->out_len);
    e->out_head += n;
    e->out_len -= n;
    if (e->out_len == 0)
        e->out_head = 0;
}

/* RFC 3207 4.2: what came in clear behind STARTTLS is no knowledge, let alone a command. */
size_t smtp_edge_tls_done(struct smtp_edge *e, bool ok)
{
    size_t dropped = e->in_len;
    e->in_head = 0;
    e->in_len = 0;
    e->ask &= ~(unsigned)SMTP_WANT_TLS;
    e->secure = ok;
    e->tls_failed = !ok;
    return dropped;
}

void smtp_edge_tls_ended(struct smtp_edge *e)
{
    e->ask &= ~(unsigned)SMTP_WANT_TLS_END;
    e->secure = false;
}

smtp_span smtp_edge_in(const struct smtp_edge *e)
{
    if (e->in_len == 0)
        return (smtp_span){NULL, 0};
    return (smtp_span){e->in.p + e->in_head, e->in_len};
}

void smtp_edge_take(struct smtp_edge *e, size_t n)
{
    assert(n <= e->in_len);
    e->in_head += n;
    e->in_len -= n;
    if (e->in_len == 0)
        e->in_head = 0;
}

size_t smtp_edge_free(const struct smtp_edge *e)
{
    return e->out.n - e->out_head - e->out_len;
}

bool smtp_edge_put(struct smtp_edge *e, smtp_span octets)
{
    if (octets.n > smtp_edge_free(e))
        return false;
    if (octets.n > 0)
        memcpy(e->out.p + e->out_head + e->out_len, octets.p, octets.n);
    e->out_len += octets.n;
    return true;
}
