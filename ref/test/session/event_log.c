#include "event_log.h"

#include <string.h>

/* ---- the text ---- */

static void put(struct event_log *log, smtp_span s)
{
    smtp_room_put(log->room, &log->n, s);
}

static void put_text(struct event_log *log, const char *text)
{
    put(log, smtp_span_of(text));
}

/* Octets outside printable ASCII as in the reports: \r \n \t \\ \xHH. */
static void put_escaped(struct event_log *log, smtp_span s)
{
    static const char hex[] = "0123456789abcdef";
    static const char *const named[] = {
        ['\r'] = "\\r", ['\n'] = "\\n", ['\t'] = "\\t", ['\\'] = "\\\\"};
    for (size_t i = 0; i < s.n; i++) {
        unsigned char octet = (unsigned char)s.p[i];
        const char *name = octet < sizeof named / sizeof *named ? named[octet] : NULL;
        char code[] = {'\\', 'x', hex[octet >> 4], hex[octet & 15]};
        if (name != NULL)
            put_text(log, name);
        else if (octet >= ' ' && octet <= '~')
            put(log, smtp_span_cut(s, i, i + 1));
        else
            put(log, (smtp_span){code, sizeof code});
    }
}

static void put_field(struct event_log *log, const char *name, uint64_t number)
{
    put_text(log, name);
    smtp_room_put_number(log->room, &log->n, number);
}

static void end_body(struct event_log *log)
{
    if (log->in_body)
        put_text(log, "\n");
    log->in_body = false;
}

static const char *kind_name(enum smtp_event_kind kind)
{
    switch (kind) {
    case SMTP_EV_CONNECT:
        return "CONNECT";
    case SMTP_EV_COMMAND:
        return "COMMAND";
    case SMTP_EV_REJECTED:
        return "REJECTED";
    case SMTP_EV_BODY:
        return "BODY";
    case SMTP_EV_MESSAGE:
        return "MESSAGE";
    case SMTP_EV_CHUNK:
        return "CHUNK";
    case SMTP_EV_RESPONSE:
        return "RESPONSE";
    case SMTP_EV_INJECTED:
        return "INJECTED";
    case SMTP_EV_TLS:
        return "TLS";
    case SMTP_EV_TIMEOUT:
        return "TIMEOUT";
    case SMTP_EV_CLOSED:
        return "CLOSED";
    }
    return "";
}

/* What only some kinds have. */
static void put_details(struct event_log *log, const struct smtp_server *s,
                        const struct smtp_event *ev)
{
    bool chunk = ev->kind == SMTP_EV_CHUNK || (ev->kind == SMTP_EV_REJECTED && ev->size > 0);
    if (ev->kind == SMTP_EV_MESSAGE || chunk)
        put_field(log, " size ", ev->size);
    if (ev->kind == SMTP_EV_MESSAGE && s->config->mode == SMTP_MODE_LMTP) {
        put_field(log, " for ", ev->recipient);
        put_field(log, " of ", ev->recipients);
    }
    if (ev->bytes.n > 0)
        put_text(log, " = ");
    put_escaped(log, ev->bytes);
}

static void put_event(struct event_log *log, const struct smtp_server *s,
                      const struct smtp_event *ev)
{
    end_body(log);
    put_text(log, kind_name(ev->kind));
    put_text(log, " ");
    put_text(log, smtp_state_name(smtp_server_state(s)));
    if (ev->fault != SMTP_OK) {
        put_text(log, " ");
        put_text(log, smtp_fault_row(ev->fault)->symbol);
        put_field(log, "@", ev->fault_off);
    }
    put_details(log, s, ev);
    if (ev->lax_used != 0)
        put_field(log, " lax ", ev->lax_used);
    if (ev->cmd.line.n > 0)
        put_text(log, " ");
    put_escaped(log, ev->cmd.line);
    put_text(log, "\n");
}

static void put_body(struct event_log *log, smtp_span bytes)
{
    if (!log->in_body)
        put_text(log, "BODY ");
    log->in_body = true;
    put_escaped(log, bytes);
}

/* Only CRLF ends a line of the log, so that anything else shows. */
static size_t put_reply(struct event_log *log, smtp_span octets)
{
    size_t begin = 0, lines = 0;
    end_body(log);
    for (size_t i = 0; i + 1 < octets.n; i++) {
        if (octets.p[i] != '\r' || octets.p[i + 1] != '\n')
            continue;
        put_text(log, "S: ");
        put_escaped(log, smtp_span_cut(octets, begin, i));
        put_text(log, "\n");
        begin = i + 2;
        lines++;
    }
    if (begin < octets.n) {
        put_text(log, "S: UNENDED ");
        put_escaped(log, smtp_span_cut(octets, begin, octets.n));
        put_text(log, "\n");
    }
    return lines;
}

smtp_span event_log_text(const struct event_log *log)
{
    return (smtp_span){log->room.p, log->n < log->room.n ? log->n : log->room.n};
}

/* ---- the play ---- */

static void visit(struct event_play *p, const struct smtp_event *ev, enum smtp_state before)
{
    enum smtp_verb verb = ev->cmd.verb;
    if (ev->kind == SMTP_EV_CONNECT)
        verb = SMTP_V_CONNECT;
    if (ev->kind == SMTP_EV_MESSAGE)
        verb = SMTP_V_END_OF_DATA;
    if (ev->kind == SMTP_EV_TLS)
        verb = SMTP_V_TLS_UP;
    if (ev->kind == SMTP_EV_CHUNK)
        verb = SMTP_V_END_OF_CHUNK;
    if (ev->kind == SMTP_EV_RESPONSE)
        verb = SMTP_V_RESPONSE;
    if (ev->rule != NULL)
        p->visited[verb] |= (unsigned)before;
}

/* An AUTH command without initial response is asked for nothing in particular, "more" for more. */
static bool challenge(struct event_play *p, const struct smtp_event *ev)
{
    bool login = ev->kind == SMTP_EV_COMMAND && ev->cmd.verb == SMTP_V_AUTH;
    if (login && !ev->cmd.has_initial)
        return smtp_server_challenge(&p->server, SMTP_SPAN(""));
    bool more =
        (login || ev->kind == SMTP_EV_RESPONSE) && smtp_span_is(ev->bytes, SMTP_SPAN("more"));
    return more && smtp_server_challenge(&p->server, SMTP_SPAN("go on"));
}

static void answer(struct event_play *p, const struct smtp_event *ev)
{
    enum smtp_fault why = p->decide != NULL ? p->decide(p->arg, ev) : SMTP_OK;
    if (why == SMTP_OK && challenge(p, ev))
        return;
    if (why == SMTP_OK)
        smtp_server_accept(&p->server);
    else
        smtp_server_refuse(&p->server, why);
}

static bool take_event(struct event_play *p)
{
    struct smtp_event ev;
    enum smtp_state before = smtp_server_state(&p->server);
    size_t said = p->server.edge.out_len;
    if (!smtp_server_next(&p->server, p->now_ms, &ev))
        return false;
    visit(p, &ev, before);
    if (ev.kind == SMTP_EV_BODY)
        put_body(&p->log, ev.bytes);
    else if (ev.kind != SMTP_EV_INJECTED)
        put_event(&p->log, &p->server, &ev);
    p->closed = p->closed || ev.kind == SMTP_EV_CLOSED;
    if (ev.wants_reply)
        answer(p, &ev);
    smtp_span out = smtp_edge_out(&p->server.edge);
    if (out.n > said)
        p->replies += put_reply(&p->log, smtp_span_cut(out, said, out.n));
    return true;
}

/* Events and replies until neither moves. */
static void settle(struct event_play *p)
{
    for (;;) {
        while (take_event(p))
            ;
        size_t n = smtp_edge_out(&p->server.edge).n;
        if (n == 0)
            return;
        smtp_edge_sent(&p->server.edge, p->drain > 0 && p->drain < n ? p->drain : n);
    }
}

bool event_play_begin(struct event_play *p)
{
    if (smtp_server_init(&p->server, p->config, p->in, p->out, p->now_ms) != SMTP_OK)
        return false;
    settle(p);
    return true;
}

void event_play_write(struct event_play *p, smtp_span octets)
{
    while (octets.n > 0 && (smtp_edge_want(&p->server.edge) & SMTP_WANT_READ) != 0) {
        smtp_room room = smtp_edge_room(&p->server.edge);
        size_t n = octets.n < room.n ? octets.n : room.n;
        memcpy(room.p, octets.p, n);
        smtp_edge_got(&p->server.edge, n);
        octets = smtp_span_cut(octets, n, octets.n);
        settle(p);
    }
    p->unread += octets.n;
}

void event_play_tls(struct event_play *p, bool ok)
{
    if ((smtp_edge_want(&p->server.edge) & SMTP_WANT_TLS) == 0)
        return;
    smtp_edge_tls_done(&p->server.edge, ok && p->unread == 0);
    settle(p);
}

void event_play_wait(struct event_play *p, uint64_t ms)
{
    p->now_ms += ms;
    settle(p);
}

void event_play_end(struct event_play *p, enum smtp_end how)
{
    smtp_edge_ended(&p->server.edge, how);
    settle(p);
}

void event_play_stop(struct event_play *p)
{
    smtp_server_stop(&p->server);
    settle(p);
}

/* ---- scripts ---- */

static size_t piece(struct event_cuts *cuts, size_t at, size_t left)
{
    size_t n = cuts->step > 0 ? cuts->step : left;
    if (cuts->seed != 0) {
        cuts->seed = cuts->seed * 1664525U + 1013904223U;
        n = 1 + (cuts->seed >> 8) % n;
    } else if (at < cuts->at) {
        n = cuts->at - at;
    }
    return n < left ? n : left;
}

static void write_pieces(struct event_play *p, smtp_span octets, struct event_cuts *cuts,
                         size_t *at)
{
    while (octets.n > 0) {
        size_t n = piece(cuts, *at, octets.n);
        event_play_write(p, smtp_span_cut(octets, 0, n));
        octets = smtp_span_cut(octets, n, octets.n);
        *at += n;
    }
}

static void play_step(struct event_play *p, const struct event_step *step, struct event_cuts *cuts,
                      size_t *at)
{
    switch (step->what) {
    case EVENT_WRITE:
        write_pieces(p, step->octets, cuts, at);
        break;
    case EVENT_TLS:
    case EVENT_TLS_FAILS:
        event_play_tls(p, step->what == EVENT_TLS);
        break;
    case EVENT_WAIT:
        event_play_wait(p, step->ms);
        break;
    case EVENT_END:
        event_play_end(p, step->how);
        break;
    case EVENT_STOP:
        event_play_stop(p);
        break;
    }
}

bool event_play_all(struct event_play *p, const struct event_step *steps, size_t count,
                    struct event_cuts cuts)
{
    size_t at = 0;
    if (!event_play_begin(p))
        return false;
    for (size_t i = 0; i < count; i++)
        play_step(p, &steps[i], &cuts, &at);
    end_body(&p->log);
    return true;
}
