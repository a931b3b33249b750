/*
 * NAME
 *     server.c: the server session
 *
 * DESCRIPTION
 *     Input: records (see records.h): what the peer writes, when TLS comes up, how time goes, what
 *     the application decides. Oracles:
 *
 *       split-invariance   events and replies are the same whether each write comes whole, octet by
 *                          octet, or to a peer that takes seven octets of reply at a time (but for
 *                          what stood behind STARTTLS: those already here are dropped, none is
 *                          ever a command)
 *       reply-accounting   one reply for the greeting, each command, each refused line, each
 *                          message; one 421 at most behind a timeout
 *       reply-form         every reply line is code, mark, printable text, CRLF, 512 octets at
 *                          most; the lines of a reply carry one code
 *       memory-bound       what the session lets wait stays within its buffers
 *       octet-conservation of a chunk that was taken all octets are delivered, of one that was refused
 *                          none or all
 *
 *     The mode mark picks the server: plain, with all extensions, and that in LMTP.
 */
#include <string.h>

#include "fuzz.h"
#include "records/records.h"
#include "smtp/server.h"

enum { MOST = 16384, LOG = 1 << 18, IN = 4096, OUT = 4096 };

struct mode {
    const char *name;
    size_t feed, drain; /* octets at a time; 0 = all */
};
static const struct mode modes[] = {{"whole", 0, 0}, {"bytewise", 1, 0}, {"slow reader", 0, 7}};

static const struct smtp_limits few = {.command_line = 512,
                                       .recipients = 100,
                                       .message = 10485760,
                                       .errors = 100,
                                       .command_ms = 300000,
                                       .text_ms = 300000,
                                       .tls_ms = 60000,
                                       .auth_line = 2048,
                                       .transactions = 20,
                                       .hops = 3,
                                       .auth_tries = 3};
#define EXTENDED                                                                                   \
    .name = "mx.example.test", .lax = SMTP_LAX_ADVISED, .limits = &few, .extensions = ~0U,         \
    .refuse_bare = true, .auth_clear = "PLAIN", .auth_tls = "PLAIN LOGIN", .deliver_by_min = 60,   \
    .hold_max_s = 86400, .hold_max_until = "2030-01-01T00:00:00Z",                                 \
    .priority_profile = "STANAG4406"
static const struct smtp_server_config configs[] = {
    {.name = "mx.example.test",
     .lax = SMTP_LAX_ADVISED,
     .extensions = SMTP_X_SIZE | SMTP_X_8BITMIME | SMTP_X_PIPELINING | SMTP_X_ENHANCEDSTATUSCODES |
                   SMTP_X_STARTTLS},
    {EXTENDED, .mode = SMTP_MODE_SUBMISSION},
    {EXTENDED, .mode = SMTP_MODE_LMTP},
};
enum { CONFIGS = sizeof configs / sizeof *configs };

struct play {
    struct smtp_server server;
    const struct smtp_server_config *config;
    char in[IN], out[OUT];
    char log[LOG];
    size_t n;       /* of the log: events */
    char said[LOG]; /* all replies */
    size_t said_n;
    uint64_t now_ms;
    enum smtp_fault outcome; /* of the next decision */
    unsigned owed, timeouts; /* replies that the events ask for */
    uint64_t chunk, got;     /* octets of the chunk that is coming: announced, delivered */
    bool in_body, in_chunk, over;
};

static void note(struct play *p, smtp_span s)
{
    if (p->n + s.n > LOG)
        s.n = LOG - p->n;
    if (s.n > 0)
        memcpy(p->log + p->n, s.p, s.n);
    p->n += s.n;
}

static void note_event(struct play *p, const struct smtp_event *ev)
{
    char line[160];
    int n = snprintf(line, sizeof line, "\n%d %s %s @%llu size %llu lax %x: ", (int)ev->kind,
                     smtp_verb_name(ev->cmd.verb), smtp_fault_row(ev->fault)->symbol,
                     (unsigned long long)ev->fault_off, (unsigned long long)ev->size, ev->lax_used);
    note(p, (smtp_span){line, n > 0 ? (size_t)n : 0});
    note(p, ev->cmd.line);
}

/* RFC 3030 2: the count is all that ends a chunk. */
static void count_chunk(struct play *p, const struct smtp_event *ev)
{
    if (ev->kind == SMTP_EV_COMMAND && ev->cmd.verb == SMTP_V_BDAT) {
        p->in_chunk = true;
        p->chunk = ev->cmd.chunk;
        p->got = 0;
    } else if (ev->kind == SMTP_EV_BODY) {
        p->got += ev->bytes.n;
    } else if (p->in_chunk && (ev->kind == SMTP_EV_CHUNK || ev->kind == SMTP_EV_MESSAGE)) {
        FUZZ_CHECK(p->got == p->chunk, "octet-conservation", "%llu of %llu",
                   (unsigned long long)p->got, (unsigned long long)p->chunk);
        p->in_chunk = ev->kind == SMTP_EV_MESSAGE; /* of LMTP there may be more */
    } else {
        p->in_chunk = false;
    }
}

/* RFC 2033 4.3: the last chunk without recipients has no reply; BDAT has none but those of its end. */
static bool owes_reply(const struct smtp_event *ev)
{
    bool chunk = ev->cmd.verb == SMTP_V_BDAT;
    if (ev->kind == SMTP_EV_REJECTED && chunk && ev->fault == SMTP_E_NO_RCPT)
        return false;
    if (ev->kind == SMTP_EV_COMMAND)
        return !chunk;
    return ev->kind == SMTP_EV_CONNECT || ev->kind == SMTP_EV_REJECTED ||
           ev->kind == SMTP_EV_CHUNK || ev->kind == SMTP_EV_MESSAGE || ev->kind == SMTP_EV_RESPONSE;
}

/* An exchange of one challenge: so both kinds of answer come up. */
static void agree(struct play *p, const struct smtp_event *ev)
{
    bool login = ev->kind == SMTP_EV_COMMAND && ev->cmd.verb == SMTP_V_AUTH && ev->bytes.n == 0;
    if (!login || !smtp_server_challenge(&p->server, SMTP_SPAN("who?")))
        smtp_server_accept(&p->server);
}

static void take_event(struct play *p, const struct smtp_event *ev)
{
    count_chunk(p, ev);
    if (ev->kind == SMTP_EV_INJECTED)
        return; /* how many were here already depends on the segments */
    if (ev->kind == SMTP_EV_BODY) {
        if (!p->in_body)
            note(p, SMTP_SPAN("\nbody "));
        p->in_body = true;
        note(p, ev->bytes);
        return;
    }
    p->in_body = false;
    note_event(p, ev);
    p->owed += owes_reply(ev);
    p->timeouts += ev->kind == SMTP_EV_TIMEOUT;
    p->over = p->over || ev->kind == SMTP_EV_CLOSED;
    if (!ev->wants_reply)
        return;
    if (p->outcome == SMTP_OK)
        agree(p, ev);
    else
        smtp_server_refuse(&p->server, p->outcome);
    p->outcome = SMTP_OK;
}

static void drain(struct play *p, size_t most)
{
    smtp_span out = smtp_edge_out(&p->server.edge);
    size_t n = most == 0 || out.n < most ? out.n : most;
    size_t keep = p->said_n + n <= LOG ? n : LOG - p->said_n;
    if (keep > 0)
        memcpy(p->said + p->said_n, out.p, keep);
    p->said_n += keep;
    smtp_edge_sent(&p->server.edge, n);
}

/* Events and replies until neither moves. */
static void settle(struct play *p, const struct mode *mode)
{
    for (bool moved = true; moved;) {
        struct smtp_event ev;
        moved = smtp_server_next(&p->server, p->now_ms, &ev);
        if (moved)
            take_event(p, &ev);
        if (p->server.edge.out_len > 0) {
            drain(p, mode->drain);
            moved = true;
        }
        FUZZ_CHECK(p->server.edge.in_len <= IN && p->server.edge.out_len <= OUT, "memory-bound",
                   "%s", mode->name);
    }
}

static bool wants_tls(const struct play *p)
{
    return (smtp_edge_want(&p->server.edge) & SMTP_WANT_TLS) != 0;
}

static void feed(struct play *p, smtp_span octets, const struct mode *mode)
{
    struct smtp_edge *e = &p->server.edge;
    if (wants_tls(p)) { /* clear text in place of a handshake */
        smtp_edge_tls_done(e, false);
        settle(p, mode);
        return;
    }
    while (octets.n > 0 && !wants_tls(p) && (smtp_edge_want(e) & SMTP_WANT_READ) != 0) {
        smtp_room room = smtp_edge_room(e);
        size_t n = octets.n < room.n ? octets.n : room.n;
        if (mode->feed != 0 && n > mode->feed)
            n = mode->feed;
        FUZZ_CHECK(n > 0, "memory-bound", "reading is wanted, and there is no room");
        memcpy(room.p, octets.p, n);
        smtp_edge_got(e, n);
        octets.p += n;
        octets.n -= n;
        settle(p, mode);
    }
}

static void obey(struct play *p, const struct record *r, const struct mode *mode)
{
    switch (r->kind) {
    case RECORD_WRITE:
        feed(p, r->octets, mode);
        return;
    case RECORD_TLS:
    case RECORD_TLS_FAILS:
        if (wants_tls(p))
            smtp_edge_tls_done(&p->server.edge, r->kind == RECORD_TLS);
        else
            smtp_edge_ended(&p->server.edge, SMTP_END_CLOSE);
        break;
    case RECORD_WAIT:
        p->now_ms += 1000ULL * r->n;
        break;
    case RECORD_REFUSE:
        p->outcome = SMTP_E_NO_MAILBOX;
        break;
    case RECORD_DEFER:
        p->outcome = SMTP_E_LATER;
        break;
    case RECORD_CLOSE:
        p->outcome = SMTP_E_SHUTDOWN;
        break;
    case RECORD_HANG_UP:
        smtp_edge_ended(&p->server.edge, SMTP_END_CLOSE);
        break;
    case RECORD_MODE:
        return;
    }
    settle(p, mode);
}

static void play(struct play *p, smtp_span input, const struct mode *mode)
{
    p->n = p->said_n = 0;
    p->now_ms = 1000;
    p->outcome = SMTP_OK;
    p->owed = p->timeouts = 0;
    p->in_body = p->in_chunk = p->over = false;
    enum smtp_fault fault = smtp_server_init(&p->server, p->config, (smtp_room){p->in, IN},
                                             (smtp_room){p->out, OUT}, p->now_ms);
    FUZZ_CHECK(fault == SMTP_OK, "memory-bound", "buffers of %d and %d are refused", IN, OUT);
    settle(p, mode);
    struct record record;
    while (!p->over && record_next(&input, &record))
        obey(p, &record, mode);
}

static bool digit(char c, char low, char high)
{
    return c >= low && c <= high;
}

/* RFC 5321 4.2, read without the parser of the reference: whether the line ends its reply. */
static bool check_line(smtp_span line)
{
    FUZZ_CHECK(line.n >= 5 && line.n <= 512, "reply-form", "line of %zu octets", line.n);
    FUZZ_CHECK(line.p[line.n - 2] == '\r', "reply-form", "bare LF");
    FUZZ_CHECK(digit(line.p[0], '2', '5') && digit(line.p[1], '0', '5') &&
                   digit(line.p[2], '0', '9'),
               "reply-form", "code %.3s", line.p);
    FUZZ_CHECK(line.p[3] == ' ' || line.p[3] == '-', "reply-form", "mark %d", line.p[3]);
    for (size_t i = 4; i + 2 < line.n; i++)
        FUZZ_CHECK(line.p[i] == '\t' || digit(line.p[i], ' ', '~'), "reply-form", "octet %d",
                   line.p[i]);
    return line.p[3] == ' ';
}

static void check_replies(const struct play *p)
{
    unsigned replies = 0;
    smtp_span first = {NULL, 0};
    if (p->said_n == LOG)
        return; /* more than the log holds */
    for (size_t at = 0; at < p->said_n;) {
        const char *lf = memchr(p->said + at, '\n', p->said_n - at);
        FUZZ_CHECK(lf != NULL, "reply-form", "a line without end");
        smtp_span line = {p->said + at, (size_t)(lf + 1 - (p->said + at))};
        bool last = check_line(line);
        if (first.p == NULL)
            first = line;
        FUZZ_CHECK(memcmp(first.p, line.p, 3) == 0, "reply-form", "%.3s and %.3s in one reply",
                   first.p, line.p);
        if (last) {
            replies++;
            first.p = NULL;
        }
        at += line.n;
    }
    FUZZ_CHECK(replies >= p->owed && replies <= p->owed + p->timeouts, "reply-accounting",
               "%u replies, %u owed, %u timeouts", replies, p->owed, p->timeouts);
}

static void play_all(const struct smtp_server_config *config, smtp_span input)
{
    static struct play whole, other;
    whole.config = other.config = config;
    play(&whole, input, &modes[0]);
    check_replies(&whole);
    for (size_t i = 1; i < sizeof modes / sizeof *modes; i++) {
        play(&other, input, &modes[i]);
        FUZZ_CHECK(whole.n == other.n && memcmp(whole.log, other.log, whole.n) == 0,
                   "split-invariance", "events of %s:%.*s\n\nand of %s:%.*s\n", modes[0].name,
                   (int)whole.n, whole.log, modes[i].name, (int)other.n, other.log);
        FUZZ_CHECK(whole.said_n == other.said_n &&
                       memcmp(whole.said, other.said, whole.said_n) == 0,
                   "split-invariance", "replies of %s:\n%.*s\nand of %s:\n%.*s", modes[0].name,
                   (int)whole.said_n, whole.said, modes[i].name, (int)other.said_n, other.said);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > MOST)
        return 0;
    smtp_span input = {(const char *)data, size};
    unsigned mode = record_mode(&input);
    play_all(&configs[mode % CONFIGS], input);
    return 0;
}
