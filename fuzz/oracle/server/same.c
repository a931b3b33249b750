#include "oracle/server/play.h"

#include <string.h>

#include "fuzz.h"

static bool equal(const char *a, size_t n, const char *b, size_t m)
{
    size_t held = n < SERVER_LOG ? n : SERVER_LOG;
    return n == m && memcmp(a, b, held) == 0;
}

static void show(const struct server_play *p)
{
    fprintf(stderr, "%s:\n", p->way->name);
    server_log_print(&p->log);
    fprintf(stderr, "%.*s", (int)(p->said_n < SERVER_LOG ? p->said_n : SERVER_LOG), p->said);
}

void server_check_same(const struct server_play *a, const struct server_play *b)
{
    bool events = equal(a->log.octets, a->log.n, b->log.octets, b->log.n);
    bool replies = equal(a->said, a->said_n, b->said, b->said_n);
    if (events && replies)
        return;
    show(a);
    show(b);
    FUZZ_CHECK(false, b->way->oracle, "%s of %s and %s differ", events ? "replies" : "events",
               a->way->name, b->way->name);
}

/*
 * RFC 5321 4.5.3.2.7: five minutes at least for the next command. The handshake has no clause; nor has a
 * text that dribbles in, where the config wants a rate.
 */
void server_check_deadline(const struct server_play *p)
{
    const struct smtp_server *s = &p->seat->server;
    bool text = s->state == SMTP_S_TEXT || s->state == SMTP_S_CHUNK || s->chunk.left > 0;
    bool own = s->state == SMTP_S_TLS || (text && s->limits->text_rate > 0);
    uint64_t least = own ? 1 : p->progress_ms + 300000;
    if (s->state == SMTP_S_CLOSED)
        return;
    FUZZ_CHECK(s->edge.deadline_ms != SMTP_NEVER && s->edge.deadline_ms >= least, "deadline",
               "%llu in state %s, %llu at least", (unsigned long long)s->edge.deadline_ms,
               smtp_state_name(s->state), (unsigned long long)least);
}
