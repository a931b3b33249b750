#include "oracle/client/play.h"

#include <string.h>

enum {
    MOST_WAITS = 20
}; /* of a caller who takes all his turns when nothing more comes, and for replies */

/* ---- the wire ---- */

/* A server answers nothing that it has not read: where its octets are here, all has left. */
static bool drain(struct client_play *p, size_t most)
{
    struct smtp_edge *e = &p->client.edge;
    smtp_span out = smtp_edge_out(e);
    if ((smtp_edge_want(e) & SMTP_WANT_WRITE) == 0)
        return false;
    size_t n = most == 0 || out.n < most || e->in_len > 0 ? out.n : most;
    smtp_room_put((smtp_room){p->sent, CLIENT_LOG}, &p->sent_n, smtp_span_cut(out, 0, n));
    smtp_edge_sent(e, n);
    p->octets += n;
    return true;
}

/*
 * RFC 5321 4.5.3.2: five minutes for most replies, two for that to DATA. Where the caller answers at once each
 * wait is for the server, and has an end.
 */
static void check_deadline(const struct client_play *p)
{
    const struct smtp_client *c = &p->client;
    uint64_t least = c->phase == SMTP_CP_TLS || c->phase == SMTP_CP_QUIT ? 1 : 120000;
    uint64_t at = c->edge.deadline_ms;
    if (p->waits && at == SMTP_NEVER) /* for the caller, who is ours */
        return;
    FUZZ_CHECK(at != SMTP_NEVER, "deadline", "nothing ends the wait in phase %d", (int)c->phase);
    FUZZ_CHECK(at > p->now_ms && at >= c->since_ms + least, "deadline", "%llu ms in phase %d",
               (unsigned long long)(at - c->since_ms), (int)c->phase);
}

static void check_bounds(const struct client_play *p)
{
    const struct smtp_edge *e = &p->client.edge;
    FUZZ_CHECK(e->in_len <= sizeof p->in && e->out_head + e->out_len <= sizeof p->out,
               "memory-bound", "%s", p->pace->name);
    FUZZ_CHECK(p->calls <= 1000 + 4 * p->octets, "work-bound", "%llu calls for %llu octets",
               (unsigned long long)p->calls, (unsigned long long)p->octets);
}

static void settle(struct client_play *p)
{
    for (bool moved = true; moved; p->calls++) {
        moved = client_take_event(p);
        moved = drain(p, p->pace->drain) || moved;
        check_bounds(p);
    }
    if (p->closed == 0)
        check_deadline(p);
}

static bool wants(const struct client_play *p, unsigned what)
{
    return (smtp_edge_want(&p->client.edge) & what) != 0;
}

/* Marsaglia's xorshift. */
static size_t piece(struct client_play *p, size_t most)
{
    size_t n = p->pace->feed;
    if (p->pace->random) {
        p->random ^= p->random << 13;
        p->random ^= p->random >> 17;
        p->random ^= p->random << 5;
        n = p->random % 4 == 0 ? most : 1 + (p->random >> 8) % 40;
    }
    return n != 0 && n < most ? n : most;
}

static void feed(struct client_play *p, smtp_span octets)
{
    struct smtp_edge *e = &p->client.edge;
    if (wants(p, SMTP_WANT_TLS)) { /* clear text in place of a handshake */
        smtp_edge_tls_done(e, false);
        settle(p);
        return;
    }
    while (octets.n > 0 && !wants(p, SMTP_WANT_TLS) && wants(p, SMTP_WANT_READ)) {
        smtp_room room = smtp_edge_room(e);
        size_t n = octets.n < room.n ? octets.n : room.n;
        n = piece(p, n);
        p->octets += n;
        memcpy(room.p, octets.p, n);
        smtp_edge_got(e, n);
        check_bounds(p);
        octets = smtp_span_cut(octets, n, octets.n);
        settle(p);
    }
}

static void obey(struct client_play *p, const struct record *r)
{
    struct smtp_edge *e = &p->client.edge;
    enum smtp_end end = p->limits.reply_lines == CLIENT_LINES ? SMTP_END_RESET : SMTP_END_CLOSE;
    switch (r->kind) {
    case RECORD_WRITE:
        feed(p, r->octets);
        return;
    case RECORD_TLS:
    case RECORD_TLS_FAILS:
        if (wants(p, SMTP_WANT_TLS))
            smtp_edge_tls_done(e, r->kind == RECORD_TLS);
        else
            smtp_edge_ended(e, SMTP_END_CLOSE);
        break;
    case RECORD_WAIT:
    case RECORD_BUSY:
        p->now_ms += 1000ULL * r->n;
        break;
    case RECORD_REFUSE:
        p->refuse = true;
        break;
    case RECORD_DEFER:
        smtp_client_quit(&p->client);
        break;
    case RECORD_CLOSE:
    case RECORD_REPLY:
    case RECORD_STOP:
    case RECORD_MODE:
        return;
    case RECORD_HANG_UP:
        smtp_edge_ended(e, end);
        break;
    }
    settle(p);
}

/* When nothing more comes, each wait ends by itself, and the session with them. */
static void wait_for_end(struct client_play *p)
{
    for (unsigned i = 0; i < MOST_WAITS && p->closed == 0; i++) {
        client_take_turn(p);
        settle(p);
        if (p->closed == 0 && !p->waits)
            p->now_ms = p->client.edge.deadline_ms;
        settle(p);
    }
    FUZZ_CHECK(p->closed == 1, "deadline", "phase %d does not end", (int)p->client.phase);
}

static uint32_t hash(smtp_span input)
{
    uint32_t h = 2166136261U;
    for (size_t i = 0; i < input.n; i++)
        h = (h ^ (unsigned char)input.p[i]) * 16777619U;
    return h != 0 ? h : 1;
}

static void configure(struct client_play *p, unsigned mode, unsigned more)
{
    static const enum smtp_client_tls tls[] = {SMTP_TLS_IF_OFFERED, SMTP_TLS_ALWAYS, SMTP_TLS_NEVER,
                                               SMTP_TLS_NEVER};
    unsigned ignore = (unsigned)SMTP_KW_PIPELINING | (unsigned)SMTP_KW_CHUNKING;
    p->limits = smtp_client_limits_default;
    if ((more & 128) != 0)
        p->limits.reply_lines = CLIENT_LINES;
    p->config = (struct smtp_client_config){.name = "c.test",
                                            .limits = &p->limits,
                                            .tls = tls[mode & 3],
                                            .lmtp = (mode & 16) != 0,
                                            .ignore = (more & 16) != 0 ? ignore : 0,
                                            .just_send_8 = (more & 8) != 0};
    p->caller = client_caller_of(more & 7);
    p->late = (more & 32) != 0;
}

static void begin(struct client_play *p, unsigned mode, const struct client_pace *pace)
{
    static const enum smtp_verb commands[] = {SMTP_V_VRFY, SMTP_V_EXPN, SMTP_V_HELP, SMTP_V_NOOP};
    p->n = p->sent_n = p->text_at = 0;
    p->mail = (struct smtp_mail){.rcpt_count = 0};
    p->begun = p->tried_n = p->done = p->closed = 0;
    p->asked_auth = (mode & 4) != 0;
    p->asked_command = (mode & 8) != 0;
    p->command = commands[mode >> 5 & 3];
    p->broken_off = p->authenticated = p->refuse = p->waits = p->open = false;
    p->pace = pace;
    p->now_ms = 1000;
    p->answered = SMTP_V_UNKNOWN;
    p->code = 0;
    p->calls = p->octets = 0;
}

void client_play(struct client_play *p, smtp_span input, const struct client_pace *pace)
{
    struct record record;
    p->random = pace->random ? hash(input) : 0;
    p->mistake = pace->errs ? hash(input) : 0;
    unsigned mode = record_mode(&input), more = record_mode(&input);
    configure(p, mode, more);
    begin(p, mode, pace);
    if (pace->errs)
        client_set_up_wrong(p);
    enum smtp_fault fault =
        smtp_client_init(&p->client, &p->config, (smtp_room){p->in, sizeof p->in},
                         (smtp_room){p->out, sizeof p->out}, p->now_ms);
    FUZZ_CHECK(fault == SMTP_OK, "memory-bound", "no session");
    p->client.edge.secure = (more & 64) != 0;
    settle(p);
    while (p->closed == 0 && record_next(&input, &record)) {
        client_take_turn(p);
        settle(p);
        obey(p, &record);
    }
    wait_for_end(p);
}
