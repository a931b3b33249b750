#include <string.h>

#include "fuzz.h"
#include "records/records.h"
#include "smtp/server.h"
#include "wire.h"

enum { IN = 16384, OUT = 4096, OUTCOMES = 64 };

/* The server of the other side: it does what the input says, and keeps what it took. */
struct kit_server {
    struct smtp_server session;
    char in[IN], out[OUT];
    char text[KIT_MOST]; /* that the client is to send */
    size_t text_n;
    enum smtp_fault outcomes[OUTCOMES]; /* of the decisions, in order; then all are accepted */
    size_t outcome_n, decided;
    char taken[2 * KIT_MOST]; /* the text of the last transaction */
    size_t taken_n;
    unsigned messages, told; /* taken; said to have been delivered */
};

static const struct smtp_server_config config = {
    .name = "mx.kit.test",
    .lax = SMTP_LAX_ADVISED,
    .extensions = SMTP_X_SIZE | SMTP_X_8BITMIME | SMTP_X_PIPELINING | SMTP_X_ENHANCEDSTATUSCODES |
                  SMTP_X_CHUNKING | SMTP_X_SMTPUTF8 | SMTP_X_DSN | SMTP_X_AUTH,
    .auth_clear = "PLAIN LOGIN"};

/* The input: its octets are the text, its outcomes the application's. */
static void read_input(struct kit_server *s, smtp_span input)
{
    struct record r;
    s->text_n = s->outcome_n = s->decided = s->taken_n = 0;
    s->messages = s->told = 0;
    while (record_next(&input, &r)) {
        static const enum smtp_fault faults[] = {[RECORD_REFUSE] = SMTP_E_NO_MAILBOX,
                                                 [RECORD_DEFER] = SMTP_E_LATER,
                                                 [RECORD_CLOSE] = SMTP_E_SHUTDOWN};
        if (r.kind == RECORD_WRITE)
            smtp_room_put((smtp_room){s->text, KIT_MOST}, &s->text_n, r.octets);
        else if (s->outcome_n < OUTCOMES)
            s->outcomes[s->outcome_n++] =
                r.kind < sizeof faults / sizeof *faults ? faults[r.kind] : SMTP_OK;
    }
}

static enum smtp_fault decide(struct kit_server *s)
{
    return s->decided < s->outcome_n ? s->outcomes[s->decided++] : SMTP_OK;
}

static void take_event(struct kit_server *s, const struct smtp_event *ev)
{
    if (ev->kind == SMTP_EV_BODY)
        smtp_room_put((smtp_room){s->taken, sizeof s->taken}, &s->taken_n, ev->bytes);
    if (ev->kind == SMTP_EV_COMMAND && ev->cmd.verb == SMTP_V_MAIL)
        s->taken_n = 0;
    if (!ev->wants_reply)
        return;
    enum smtp_fault why = decide(s);
    s->messages += ev->kind == SMTP_EV_MESSAGE && why == SMTP_OK;
    if (why != SMTP_OK)
        smtp_server_refuse(&s->session, why);
    else if (ev->kind != SMTP_EV_COMMAND || ev->cmd.verb != SMTP_V_AUTH || ev->bytes.n > 0 ||
             !smtp_server_challenge(&s->session, SMTP_SPAN("Username:")))
        smtp_server_accept(&s->session);
}

static void settle(struct kit_wire *w)
{
    struct smtp_event ev;
    while (smtp_server_next(&w->server->session, w->now_ms, &ev))
        take_event(w->server, &ev);
}

bool kit_server_ready(const struct kit_wire *w)
{
    return w->server->session.edge.out_len > 0;
}

size_t kit_server_read(struct kit_wire *w, char *room, size_t n)
{
    struct smtp_edge *e = &w->server->session.edge;
    settle(w);
    if (e->out_len == 0 && (smtp_edge_want(e) & SMTP_WANT_READ) != 0) {
        w->now_ms = e->deadline_ms; /* the client waits for what nobody will say */
        settle(w);
    }
    smtp_span out = smtp_edge_out(e);
    if (n > out.n)
        n = out.n;
    if (n == 0)
        return 0;
    memcpy(room, out.p, n);
    kit_observe_other(w, smtp_span_cut(out, 0, n));
    smtp_edge_sent(e, n);
    return n;
}

void kit_server_write(struct kit_wire *w, smtp_span octets)
{
    struct smtp_edge *e = &w->server->session.edge;
    settle(w);
    while (octets.n > 0 && (smtp_edge_want(e) & SMTP_WANT_READ) != 0) {
        smtp_room room = smtp_edge_room(e);
        size_t n = octets.n < room.n ? octets.n : room.n;
        memcpy(room.p, octets.p, n);
        smtp_edge_got(e, n);
        octets = smtp_span_cut(octets, n, octets.n);
        settle(w);
    }
}

smtp_span kit_text(const struct kit_wire *w)
{
    return w->server == NULL ? (smtp_span){NULL, 0}
                             : (smtp_span){w->server->text, w->server->text_n};
}

void kit_server_end(struct kit_wire *w)
{
    const struct kit_server *s = w->server;
    FUZZ_CHECK(s->messages == s->told, "closed-loop",
               "%s says %u mails were delivered, %u were taken", w->subject->name, s->told,
               s->messages);
}

void kit_sent(struct kit_wire *w, smtp_span text, bool delivered)
{
    struct kit_server *s = w->server;
    if (s == NULL)
        return;
    s->told += delivered;
    kit_server_end(w);
    FUZZ_CHECK(!delivered || (s->taken_n == text.n && memcmp(s->taken, text.p, text.n) == 0),
               "closed-loop", "%s sent %zu octets:\n%.*s\nand these were taken:\n%.*s",
               w->subject->name, text.n, (int)text.n, text.p, (int)s->taken_n, s->taken);
}

void kit_server_begin(struct kit_wire *w)
{
    static struct kit_server server;
    w->server = &server;
    read_input(&server, w->input);
    w->input.n = 0; /* what it was has been read: no handshake comes */
    enum smtp_fault fault = smtp_server_init(&server.session, &config, (smtp_room){server.in, IN},
                                             (smtp_room){server.out, OUT}, w->now_ms);
    FUZZ_CHECK(fault == SMTP_OK, "closed-loop", "%s", smtp_fault_row(fault)->symbol);
}
