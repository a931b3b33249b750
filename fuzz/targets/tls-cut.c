/*
 * NAME
 *     tls-cut.c: nothing from before the handshake counts behind it
 *
 * DESCRIPTION
 *     Input: records (see records/records.h). What stands in front of the first @tls is the clear part, and
 *     of that what follows the last @cut is injected; the rest is the TLS part. The clear part is played
 *     to a server, then "EHLO", "STARTTLS" and the injected octets come in one segment, and behind the
 *     handshake the TLS part (RFC 3207 4.2). Oracles:
 *
 *       tls-cut         events and replies behind the handshake are those of a session that had heard
 *                       nothing but EHLO and STARTTLS
 *       injected-count  the injected octets are dropped to the last one, half a command among them too
 *       initial-state   nobody is logged in, and MAIL is refused until a new EHLO, as right behind the
 *                       greeting
 *
 *     With all that the target server checks while a session plays. The mode mark picks the server, whose
 *     counts of errors, transactions and failed logins are switched off: those belong to the connection.
 */
#include <string.h>

#include "fuzz.h"
#include "oracle/server/play.h"

enum { INJECTED = 1024 };

/* What was heard and said before the handshake is left out. */
struct side {
    struct server_play play;
    size_t log_at, said_at;
    uint64_t injected;
};

static void listen(void *arg, const struct smtp_event *ev)
{
    struct side *side = arg;
    if (ev->kind == SMTP_EV_INJECTED)
        side->injected = ev->size;
}

static const struct server_mode *uncounted(unsigned n, struct server_mode *mode,
                                           struct smtp_limits *limits)
{
    *mode = *server_mode(n);
    *limits = mode->config.limits != NULL ? *mode->config.limits : smtp_limits_default;
    limits->errors = limits->auth_tries = 0;
    limits->transactions = 0;
    mode->config.limits = limits;
    return mode;
}

/* The clear part without what is injected, which is its last write. */
static bool split(smtp_span input, smtp_span *clear, smtp_span *injected, smtp_span *rest)
{
    struct record r;
    smtp_span at = input, in = input;
    while (record_next(&in, &r) && r.kind != RECORD_TLS) {
        if (r.kind != RECORD_WRITE || r.cut)
            at = in;
        *injected = r.kind == RECORD_WRITE ? r.octets : (smtp_span){NULL, 0};
    }
    *clear = smtp_span_cut(input, 0, (size_t)(at.p - input.p));
    *rest = in;
    return r.kind == RECORD_TLS && injected->n <= INJECTED;
}

static void play_records(struct server_play *p, smtp_span records)
{
    struct record r;
    while (!p->over && record_next(&records, &r))
        server_obey(p, &r);
}

static void start_tls(struct side *side, smtp_span injected)
{
    char octets[INJECTED + 64];
    struct server_play *p = &side->play;
    bool lmtp = p->mode->config.mode == SMTP_MODE_LMTP;
    smtp_room room = {octets, sizeof octets};
    struct record write = {.kind = RECORD_WRITE, .octets = {octets, 0}}, tls = {.kind = RECORD_TLS};
    smtp_room_put(room, &write.octets.n, lmtp ? SMTP_SPAN("LHLO c\r\n") : SMTP_SPAN("EHLO c\r\n"));
    smtp_room_put(room, &write.octets.n, SMTP_SPAN("STARTTLS\r\n"));
    smtp_room_put(room, &write.octets.n, injected);
    server_obey(p, &write);
    FUZZ_CHECK(p->tls_asked, "tls-cut", "STARTTLS was not taken in state %s",
               smtp_state_name(p->seat->server.state));
    side->log_at = p->log.n;
    side->said_at = p->said_n;
    server_obey(p, &tls);
    FUZZ_CHECK(side->injected == injected.n, "injected-count", "%llu of %zu octets were dropped",
               (unsigned long long)side->injected, injected.n);
}

/* RFC 3207 4.2: "the SMTP protocol is reset to the initial state". */
static void check_initial(struct server_play *p)
{
    static struct server_seat copy;
    server_copy(&copy, p->seat);
    struct server_talk talk =
        server_say(&copy.server, "MAIL FROM:<a@c.example>\r\n", RECORD_WRITE, p->now_ms);
    unsigned want = p->mode->config.auth_needed ? 530 : 503;
    FUZZ_CHECK(talk.replies == 1 && talk.code == want, "initial-state", "%u replies, %u, to MAIL",
               talk.replies, talk.code);
    FUZZ_CHECK(!smtp_server_is_authenticated(&p->seat->server), "initial-state", "still logged in");
}

static bool play_side(struct side *side, const struct server_mode *mode, smtp_span clear,
                      smtp_span injected, smtp_span rest)
{
    static struct server_tap tap;
    struct server_play *p = &side->play;
    tap = (struct server_tap){.event = listen, .arg = side};
    side->injected = 0;
    p->mode = mode;
    p->tap = &tap;
    server_begin(p, &server_whole, (struct record){.kind = RECORD_WRITE});
    play_records(p, clear);
    if (p->over || !server_is_place(p) || p->seat->server.edge.secure)
        return false;
    p->outcome.kind = RECORD_WRITE;
    start_tls(side, injected);
    check_initial(p);
    play_records(p, rest);
    server_end(p);
    server_check_replies(p);
    return true;
}

static void must_be_same(const struct side *a, const struct side *b)
{
    size_t n = a->play.log.n - a->log_at, m = a->play.said_n - a->said_at;
    bool held = a->play.log.n <= SERVER_LOG && a->play.said_n <= SERVER_LOG;
    bool events =
        n == b->play.log.n - b->log_at &&
        (!held || memcmp(a->play.log.octets + a->log_at, b->play.log.octets + b->log_at, n) == 0);
    bool replies = m == b->play.said_n - b->said_at &&
                   (!held || memcmp(a->play.said + a->said_at, b->play.said + b->said_at, m) == 0);
    if (!events || !replies) {
        server_log_print(&a->play.log);
        fprintf(stderr, "and\n");
        server_log_print(&b->play.log);
    }
    FUZZ_CHECK(events, "tls-cut", "events behind the handshake");
    FUZZ_CHECK(replies, "tls-cut", "replies behind the handshake");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct side heard, fresh;
    struct server_mode mode;
    struct smtp_limits limits;
    smtp_span input = {(const char *)data, size}, clear, injected = {NULL, 0}, rest;
    if (size > SERVER_MOST)
        return 0;
    const struct server_mode *picked = uncounted(record_mode(&input), &mode, &limits);
    if (!split(input, &clear, &injected, &rest))
        return 0;
    if (!play_side(&heard, picked, clear, injected, rest))
        return 0;
    bool played = play_side(&fresh, picked, (smtp_span){NULL, 0}, (smtp_span){NULL, 0}, rest);
    FUZZ_CHECK(played, "tls-cut", "no session at all");
    must_be_same(&heard, &fresh);
    return 0;
}
