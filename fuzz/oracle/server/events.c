#include "oracle/server/play.h"

#include "fuzz.h"

/* RFC 3030 2: the count is all that ends a chunk. */
static void count_chunk(struct server_play *p, const struct smtp_event *ev)
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

/*
 * RFC 2033 4.3: the last chunk without recipients has no reply; BDAT has none but those of its end.
 * RFC 5321 3.8: whoever is idle when the server stops is told so.
 */
static bool owes_reply(const struct smtp_event *ev)
{
    bool chunk = ev->cmd.verb == SMTP_V_BDAT;
    if (ev->kind == SMTP_EV_REJECTED && chunk && ev->fault == SMTP_E_NO_RCPT)
        return false;
    if (ev->kind == SMTP_EV_COMMAND)
        return !chunk;
    if (ev->kind == SMTP_EV_CLOSED)
        return ev->fault == SMTP_E_SHUTDOWN;
    return ev->kind == SMTP_EV_CONNECT || ev->kind == SMTP_EV_REJECTED ||
           ev->kind == SMTP_EV_CHUNK || ev->kind == SMTP_EV_MESSAGE || ev->kind == SMTP_EV_RESPONSE;
}

/* The first code of the newest reply, where all older ones have left. */
static unsigned short code_of(smtp_span out)
{
    if (out.n < 3)
        return 0;
    return (unsigned short)((out.p[0] - '0') * 100 + (out.p[1] - '0') * 10 + (out.p[2] - '0'));
}

/* A line of the peer that was taken as one, and what it was answered. A refused chunk that is answered
 * for each recipient (RFC 2033 4.3) is one line all the same. */
static void count_command(struct server_play *p, const struct smtp_event *ev, bool greeted)
{
    const struct smtp_server *s = &p->seat->server;
    bool ending = ev->kind == SMTP_EV_MESSAGE || ev->kind == SMTP_EV_CHUNK;
    p->gone = p->gone || (ending && code_of(smtp_edge_out(&s->edge)) == 421);
    bool line =
        ev->kind == SMTP_EV_COMMAND || ev->kind == SMTP_EV_REJECTED || ev->kind == SMTP_EV_RESPONSE;
    if (!line || !greeted)
        return;
    bool again = p->paying;
    p->paying = ev->kind == SMTP_EV_REJECTED && s->chunk.refused;
    if (again)
        return;
    bool unsaid = ev->kind == SMTP_EV_REJECTED && !owes_reply(ev);
    if (p->commands < SERVER_LINES)
        p->codes[p->commands] = unsaid ? SERVER_UNSAID : code_of(smtp_edge_out(&s->edge));
    p->commands++;
}

/*
 * RFC 3030 2: the transaction is "considered failed", and chunks in the pipeline behind it are discarded,
 * until a command that begins anew.
 */
static void fail_chunk(struct server_play *p, const struct smtp_event *ev, bool refused)
{
    static const enum smtp_verb anew[] = {SMTP_V_RSET, SMTP_V_EHLO, SMTP_V_HELO, SMTP_V_LHLO};
    bool command = ev->kind == SMTP_EV_COMMAND;
    FUZZ_CHECK(!p->failed || !command || ev->cmd.verb != SMTP_V_BDAT, "octet-conservation",
               "a chunk is taken behind one that was refused");
    if (refused && ev->kind == SMTP_EV_CHUNK)
        p->failed = true;
    for (size_t i = 0; i < sizeof anew / sizeof *anew; i++)
        if (command && !refused && ev->cmd.verb == anew[i])
            p->failed = false;
}

/* RFC 2033 4.2, 4.3: in LMTP the end of a message is answered for each recipient that was accepted. */
static void count_recipients(struct server_play *p, const struct smtp_event *ev, bool refused)
{
    const struct smtp_server *s = &p->seat->server;
    bool offered = (p->mode->config.extensions & (unsigned)SMTP_X_CHUNKING) != 0; /* else 502 */
    bool dropped = ev->cmd.line.n == 0; /* a chunk; else a line that was none */
    bool each = p->mode->config.mode == SMTP_MODE_LMTP && offered && dropped && ev->cmd.last;
    bool chunk = ev->kind == SMTP_EV_REJECTED && ev->cmd.verb == SMTP_V_BDAT;
    if (ev->kind == SMTP_EV_MESSAGE)
        FUZZ_CHECK(ev->recipients == p->recipients, "reply-accounting", "%zu recipients, %zu heard",
                   ev->recipients, p->recipients);
    if (chunk && owes_reply(ev))
        p->paid++;
    if (chunk && owes_reply(ev) && !s->chunk.refused) {
        bool many = each && p->recipients > 0 && s->state != SMTP_S_CLOSED;
        size_t due = many ? p->recipients : 1;
        FUZZ_CHECK(p->paid == due, "reply-accounting", "%zu replies to a chunk, %zu are due",
                   p->paid, due);
        p->paid = 0;
    }
    if (ev->kind == SMTP_EV_COMMAND && ev->cmd.verb == SMTP_V_RCPT && !refused)
        p->recipients++;
    if (s->state == SMTP_S_START || s->state == SMTP_S_READY)
        p->recipients = 0;
}

static void deliver(struct server_play *p, smtp_span octets)
{
    smtp_room_put((smtp_room){p->body, sizeof p->body}, &p->body_n, octets);
}

/* True: the application refused. */
static bool answer(struct server_play *p, const struct smtp_event *ev)
{
    struct server_decision decision = server_decide(&p->seat->server, ev, p->outcome);
    if (decision.took)
        p->outcome.kind = RECORD_WRITE;
    return decision.refused;
}

void server_take_event(struct server_play *p, const struct smtp_event *ev, enum smtp_state before)
{
    count_chunk(p, ev);
    server_log_event(&p->log, ev, before);
    if (ev->kind == SMTP_EV_BODY)
        deliver(p, ev->bytes);
    p->owed += owes_reply(ev) ? 1 : 0;
    p->timeouts += ev->kind == SMTP_EV_TIMEOUT ? 1 : 0;
    p->over = p->over || ev->kind == SMTP_EV_CLOSED;
    if (p->tap != NULL && p->tap->event != NULL)
        p->tap->event(p->tap->arg, ev);
    bool refused = ev->wants_reply && answer(p, ev);
    fail_chunk(p, ev, refused);
    count_recipients(p, ev, refused);
    count_command(p, ev, before != SMTP_S_CONNECT);
    server_cell(&p->seat->server, before, ev, refused);
    p->progress_ms = p->now_ms;
    p->events++;
}
