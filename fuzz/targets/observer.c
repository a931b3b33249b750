/*
 * NAME
 *     observer.c: the passive observer
 *
 * DESCRIPTION
 *     Input: records (see records.h). The mode mark picks who talks: 0 and 1, a client whose octets
 *     these are and our server session, plain and with all extensions; 2, a server whose octets these
 *     are and our client session (with 4 added, its mails have six recipients); 3, both sides are the
 *     input, 'r' and 'd' say that the server and the client go on. What both say stands on a tape (see tape.h). Oracles:
 *
 *       innocent           of our own sessions, which keep the rules, no rule is said to be broken,
 *                          whatever the other side says (of the client: until the server breaks one)
 *       in-step            as long as the observer says that it can follow, it takes for commands,
 *                          text, chunks and AUTH what the server takes for them, and knows which
 *                          replies are due
 *       split-invariance   what is found is the same in pieces of one and of three octets
 *       memory-bound       what is held back and what is due is no more than what was said
 */
#include <string.h>

#include "fuzz.h"
#include "observer/observer_parts.h"
#include "records/records.h"
#include "smtp/client.h"
#include "smtp/server.h"
#include "tape/tape.h"

enum { MOST = 16384, IN = 16384, OUT = 16384, FEW = 2, MANY = 6 };

#define NAME .name = "mx.example.test", .lax = SMTP_LAX_ADVISED
static const struct smtp_server_config configs[] = {
    {NAME, .extensions = SMTP_X_SIZE | SMTP_X_8BITMIME | SMTP_X_PIPELINING |
                         SMTP_X_ENHANCEDSTATUSCODES | SMTP_X_STARTTLS},
    {NAME, .extensions = ~0U, .auth_clear = "PLAIN", .auth_tls = "PLAIN LOGIN",
     .deliver_by_min = 60},
};

struct play {
    struct smtp_server server;
    struct smtp_client client;
    struct smtp_client_config config;
    struct smtp_edge *edge; /* of the session that plays */
    char in[IN], out[OUT];
    struct tape tape;
    struct tape_log log;
    char input, ours; /* 'C' or 'S': whose octets the input is, and who the session is */
    bool over;
    enum smtp_fault outcome; /* of the server's next decision */
    struct smtp_mail mail;
    struct smtp_rcpt rcpts[MANY];
    size_t rcpt_count;
    unsigned begun;
    size_t text_at;
};

/* ---- the server session ---------------------------------------------------------------------- */

static void decide(struct play *p, const struct smtp_event *ev)
{
    bool login = ev->kind == SMTP_EV_COMMAND && ev->cmd.verb == SMTP_V_AUTH && ev->bytes.n == 0;
    if (p->outcome != SMTP_OK)
        smtp_server_refuse(&p->server, p->outcome);
    else if (!login || !smtp_server_challenge(&p->server, SMTP_SPAN("who?")))
        smtp_server_accept(&p->server);
    p->outcome = SMTP_OK;
}

static bool step_server(struct play *p)
{
    struct smtp_event ev;
    if (!smtp_server_next(&p->server, p->tape.now_ms, &ev))
        return false;
    p->over = p->over || ev.kind == SMTP_EV_CLOSED;
    if (ev.wants_reply)
        decide(p, &ev);
    return true;
}

static enum reading reading_of(const struct smtp_server *s)
{
    if (smtp_server_state(s) == SMTP_S_TEXT)
        return READ_TEXT;
    if (smtp_server_state(s) == SMTP_S_AUTH)
        return READ_RESPONSE;
    return s->chunk.left > 0 ? READ_CHUNK : READ_COMMAND;
}

/* Everything that has come is answered: do the two agree on what comes next? */
static void check_step(const struct play *p)
{
    const struct observer *o = p->tape.live;
    const struct smtp_server *s = &p->server;
    if (o->blind || p->over || o->awaits_tls || smtp_server_state(s) == SMTP_S_TLS)
        return;
    FUZZ_CHECK(o->reading == reading_of(s), "in-step", "the observer reads %d, the server %d",
               (int)o->reading, (int)reading_of(s));
    FUZZ_CHECK(o->reading != READ_CHUNK || o->chunk_left == s->chunk.left, "in-step",
               "a chunk of %llu and of %llu", (unsigned long long)o->chunk_left,
               (unsigned long long)s->chunk.left);
    FUZZ_CHECK(o->due_n == 0, "in-step", "%zu replies are due", o->due_n);
}

/* ---- the client session, and its caller ------------------------------------------------------ */

static void begin_mail(struct play *p)
{
    size_t rcpt;
    p->begun++;
    p->text_at = 0;
    p->mail = (struct smtp_mail){
        .sender = SMTP_SPAN("a@c.test"), .rcpts = p->rcpts, .rcpt_count = p->rcpt_count};
    for (size_t i = 0; i < p->rcpt_count; i++)
        p->rcpts[i] = (struct smtp_rcpt){.address = SMTP_SPAN("b@s.test")};
    p->rcpts[1].address = SMTP_SPAN("Postmaster");
    if (smtp_client_mail(&p->client, &p->mail, &rcpt) != SMTP_OK)
        abort();
}

static void take_turn(struct play *p)
{
    bool auth = p->begun == 0 && p->client.edge.secure && !p->client.authenticated;
    p->begun += auth;
    if (auth && smtp_client_auth(&p->client, SMTP_SPAN("LOGIN"), false, SMTP_SPAN("")) == SMTP_OK)
        return;
    if (p->begun < 2)
        begin_mail(p);
    else
        smtp_client_quit(&p->client);
}

static bool step_client(struct play *p)
{
    static const smtp_span text = {"t\r\n.t\r\n.\r\n", 10};
    struct smtp_client_event ev;
    if (!smtp_client_next(&p->client, p->tape.now_ms, &ev))
        return false;
    p->over = p->over || ev.kind == SMTP_CE_CLOSED;
    if (ev.kind == SMTP_CE_READY)
        take_turn(p);
    if (ev.kind == SMTP_CE_TEXT)
        p->text_at += smtp_client_text(&p->client, smtp_span_cut(text, p->text_at, text.n), true);
    if (ev.kind == SMTP_CE_CHALLENGE && !smtp_client_respond(&p->client, SMTP_SPAN("u")))
        smtp_client_cancel(&p->client);
    return true;
}

/* ---- the wire -------------------------------------------------------------------------------- */

static bool wants(const struct play *p, unsigned what)
{
    return (smtp_edge_want(p->edge) & what) != 0;
}

static bool drain(struct play *p)
{
    smtp_span out = smtp_edge_out(p->edge);
    if (!wants(p, SMTP_WANT_WRITE))
        return false;
    tape_say(&p->tape, p->ours, out);
    smtp_edge_sent(p->edge, out.n);
    return true;
}

/* Until neither events nor octets come. */
static void settle(struct play *p)
{
    for (bool moved = true; moved;) {
        moved = p->ours == 'S' ? step_server(p) : step_client(p);
        moved = drain(p) || moved;
    }
    if (p->ours == 'S')
        check_step(p);
}

static void tls_done(struct play *p, bool ok)
{
    bool unasked = !wants(p, SMTP_WANT_TLS);
    if (unasked) {
        smtp_edge_ended(p->edge, SMTP_END_CLOSE);
        tape_end(&p->tape, p->input);
        return;
    }
    if (ok)
        tape_tls(&p->tape, true);
    else
        tape_end(&p->tape, 'R');
    smtp_edge_tls_done(p->edge, ok);
}

/* What stands behind an end or a handshake is never read, so that nobody hears it. */
static void feed(struct play *p, smtp_span octets)
{
    while (octets.n > 0 && wants(p, SMTP_WANT_READ)) {
        smtp_room room = smtp_edge_room(p->edge);
        smtp_span piece = smtp_span_cut(octets, 0, room.n);
        memcpy(room.p, piece.p, piece.n);
        tape_say(&p->tape, p->input, piece);
        smtp_edge_got(p->edge, piece.n);
        octets = smtp_span_cut(octets, piece.n, octets.n);
        settle(p);
    }
}

static void obey(struct play *p, const struct record *r)
{
    switch (r->kind) {
    case RECORD_WRITE:
        feed(p, r->octets);
        return;
    case RECORD_TLS:
    case RECORD_TLS_FAILS:
        tls_done(p, r->kind == RECORD_TLS);
        break;
    case RECORD_WAIT:
    case RECORD_BUSY:
        p->tape.now_ms += 1000ULL * r->n;
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
        smtp_edge_ended(p->edge, SMTP_END_CLOSE);
        tape_end(&p->tape, p->input);
        break;
    case RECORD_STOP:
        if (p->ours == 'S')
            smtp_server_stop(&p->server);
        break;
    case RECORD_REPLY:
    case RECORD_MODE:
        return;
    }
    settle(p);
}

static void play_session(struct play *p, unsigned mode, smtp_span input)
{
    smtp_room in = {p->in, IN}, out = {p->out, OUT};
    bool client = mode == 2;
    enum smtp_fault fault;
    p->ours = client ? 'C' : 'S';
    p->input = client ? 'S' : 'C';
    p->edge = client ? &p->client.edge : &p->server.edge;
    p->config = (struct smtp_client_config){.name = "c.test"};
    if (client)
        fault = smtp_client_init(&p->client, &p->config, in, out, 0);
    else
        fault = smtp_server_init(&p->server, &configs[mode], in, out, 0);
    if (fault != SMTP_OK)
        abort();
    settle(p);
    struct record record;
    while (!p->over && record_next(&input, &record))
        obey(p, &record);
    if (p->over)
        tape_end(&p->tape, p->ours);
    unsigned found = client ? p->tape.log.by_client : p->tape.log.by_server;
    FUZZ_CHECK(found == 0, "innocent", "%.*s", (int)p->tape.log.n, p->tape.log.text);
}

/* ---- both sides are the input ---------------------------------------------------------------- */

static void play_both(struct play *p, smtp_span input)
{
    struct record record;
    p->input = 'S';
    while (record_next(&input, &record)) {
        if (record.kind == RECORD_WRITE)
            tape_say(&p->tape, p->input, record.octets);
        if (record.kind == RECORD_REFUSE || record.kind == RECORD_DEFER)
            p->input = record.kind == RECORD_REFUSE ? 'S' : 'C';
        if (record.kind == RECORD_TLS || record.kind == RECORD_TLS_FAILS)
            tape_tls(&p->tape, record.kind == RECORD_TLS);
        if (record.kind == RECORD_HANG_UP || record.kind == RECORD_CLOSE)
            tape_end(&p->tape, record.kind == RECORD_CLOSE ? 'R' : p->input);
        p->tape.now_ms += 1000ULL * (record.kind == RECORD_WAIT ? record.n : 0);
    }
}

/* ---- the whole ------------------------------------------------------------------------------- */

static void check_memory(const struct tape *t, size_t size)
{
    const struct observer *o = t->live;
    FUZZ_CHECK(o->held_n <= size && o->held_room <= 2 * size, "memory-bound", "%zu held",
               o->held_n);
    FUZZ_CHECK(o->due_room <= 16 + 2 * size, "memory-bound", "room for %zu replies", o->due_room);
}

static void check_pieces(struct play *p)
{
    static const size_t pieces[] = {1, 3};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces && !p->tape.full; i++) {
        tape_watch(&p->tape, pieces[i], &p->log);
        FUZZ_CHECK(p->log.n == p->tape.log.n &&
                       memcmp(p->log.text, p->tape.log.text,
                              p->log.n < TAPE_LOG ? p->log.n : TAPE_LOG) == 0,
                   "split-invariance", "whole:\n%.*s\nin pieces of %zu:\n%.*s", (int)p->tape.log.n,
                   p->tape.log.text, pieces[i], (int)p->log.n, p->log.text);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct play play;
    if (size > MOST)
        return 0;
    smtp_span input = {(const char *)data, size};
    unsigned picked = record_mode(&input), mode = picked % 4;
    play.over = false;
    play.outcome = SMTP_OK;
    play.begun = 0;
    play.rcpt_count = picked / 4 % 2 == 0 ? FEW : MANY;
    tape_begin(&play.tape);
    if (mode == 3)
        play_both(&play, input);
    else
        play_session(&play, mode, input);
    check_memory(&play.tape, size);
    check_pieces(&play);
    tape_free(&play.tape);
    return 0;
}
