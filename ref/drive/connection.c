#include "connection.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Beyond the connections that are served: so many are told 421, all others are dropped. */
enum { TOLD_MAX = 32 };

/* ---- the transaction ----------------------------------------------------------------------- */

/* Law 10: what belongs to a transaction ends with it. */
static void end_transaction(struct drive_session *s, uint64_t size, const char *outcome)
{
    if (s->envelope != NULL)
        log_transaction(s, size, outcome);
    if (s->transfer != NULL)
        transfer_let_go(s->transfer); /* and the envelope with it */
    else
        envelope_free(s->envelope);
    s->envelope = NULL;
    s->transfer = NULL;
}

/* RFC 5321 4.1.1.1: EHLO and HELO begin anew. */
static enum smtp_fault note_hello(struct drive_session *s, const struct smtp_event *ev)
{
    smtp_span name = ev->cmd.host.text;
    end_transaction(s, 0, "abandoned");
    s->hello_n = name.n < DRIVE_HELLO_MAX ? name.n : DRIVE_HELLO_MAX;
    if (s->hello_n > 0)
        memcpy(s->hello, name.p, s->hello_n);
    return SMTP_OK;
}

static enum smtp_fault note_mail(struct drive_session *s, const struct smtp_event *ev)
{
    end_transaction(s, 0, "abandoned");
    s->envelope = envelope_new(ev->cmd.path.mailbox, &ev->mail);
    return s->envelope != NULL ? SMTP_OK : SMTP_E_STORE;
}

static enum smtp_fault note_rcpt(struct drive_session *s, const struct smtp_event *ev)
{
    static const struct smtp_rcpt_params none = {.given = 0};
    return envelope_add(s->envelope, ev->cmd.path.mailbox, &none) ? SMTP_OK : SMTP_E_STORE;
}

/* A text that cannot be stored is refused at its end. */
static enum smtp_fault note_data(struct drive_session *s, const struct smtp_event *ev)
{
    (void)ev;
    s->transfer = transfer_new(s);
    return SMTP_OK;
}

static enum smtp_fault note_rset(struct drive_session *s, const struct smtp_event *ev)
{
    (void)ev;
    end_transaction(s, 0, "abandoned");
    return SMTP_OK;
}

static enum smtp_fault note_quit(struct drive_session *s, const struct smtp_event *ev)
{
    (void)ev;
    s->how = "quit";
    return SMTP_OK;
}

static const struct {
    enum smtp_verb verb;
    enum smtp_fault (*note)(struct drive_session *s, const struct smtp_event *ev);
} notes[] = {
    {SMTP_V_EHLO, note_hello}, {SMTP_V_HELO, note_hello}, {SMTP_V_MAIL, note_mail},
    {SMTP_V_RCPT, note_rcpt},  {SMTP_V_DATA, note_data},  {SMTP_V_RSET, note_rset},
    {SMTP_V_QUIT, note_quit},
};

/* A command will be accepted, unless there is no memory for it; its spans are still good. */
static enum smtp_fault note(struct drive_session *s, const struct smtp_event *ev)
{
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++)
        if (notes[i].verb == ev->cmd.verb)
            return notes[i].note(s, ev);
    return SMTP_OK;
}

/* ---- answers ------------------------------------------------------------------------------- */

static unsigned code_of(const struct drive_verdict *v)
{
    return v->code != 0 ? v->code : smtp_fault_row(v->fault)->code;
}

static void say(struct drive_session *s, const struct drive_verdict *v)
{
    s->refused += code_of(v) >= 400;
    if (v->code != 0 && smtp_server_reply(&s->server, v->code, v->enhanced, smtp_span_of(v->text)))
        return;
    assert(v->code == 0); /* a policy's mistake */
    if (v->code != 0 || v->fault != SMTP_OK)
        smtp_server_refuse(&s->server, v->fault != SMTP_OK ? v->fault : SMTP_E_LATER);
    else
        smtp_server_accept(&s->server);
}

static void end_refused(struct drive_session *s, uint64_t size, unsigned code)
{
    char text[16];
    snprintf(text, sizeof text, "%u", code);
    end_transaction(s, size, text);
}

static void refuse_text(struct drive_session *s, const struct drive_verdict *v)
{
    end_refused(s, s->ev.size, code_of(v));
    say(s, v);
}

static void answer(struct drive_session *s, const struct drive_verdict *v)
{
    s->asked = false;
    bool text = s->ev.kind == SMTP_EV_MESSAGE, good = code_of(v) < 400;
    if (text && good && s->transfer != NULL) {
        s->storing = true;
        transfer_commit(s->transfer);
    } else if (text) {
        refuse_text(s, good ? &(struct drive_verdict){.fault = SMTP_E_STORE} : v);
    } else {
        if (!good && s->ev.kind == SMTP_EV_CHUNK)
            end_refused(s, s->ev.size, code_of(v));
        struct drive_verdict noted = {.fault = SMTP_OK};
        if (good && s->ev.kind == SMTP_EV_COMMAND)
            noted.fault = note(s, &s->ev);
        say(s, noted.fault == SMTP_OK ? v : &noted);
    }
}

void drive_session_answer(struct drive_session *s, const struct drive_verdict *v)
{
    assert(s->asked);
    answer(s, v);
    net_kick(&s->end);
}

/* What the store said about a recipient says more than the fault does. */
static void explain(const struct drive_session *s, struct drive_verdict *v, char enhanced[16])
{
    const struct smtp_fault_row *row = smtp_fault_row(v->fault);
    const struct drive_recipient *r = envelope_refused(s->envelope, v->fault);
    if (r == NULL || r->enhanced.class != row->code / 100)
        return;
    snprintf(enhanced, 16, "%u.%u.%u", r->enhanced.class, r->enhanced.subject, r->enhanced.detail);
    v->enhanced = enhanced;
    v->code = row->code;
    snprintf(v->text, sizeof v->text, "%s", row->text);
}

void connection_stored(struct drive_session *s, enum smtp_fault fault)
{
    struct drive_verdict v = {.fault = fault};
    char enhanced[16];
    s->storing = false;
    explain(s, &v, enhanced);
    if (fault != SMTP_OK) {
        refuse_text(s, &v);
    } else {
        s->messages++;
        end_transaction(s, s->ev.size, "accepted");
        say(s, &v);
    }
    net_kick(&s->end);
}

void connection_room(struct drive_session *s)
{
    net_kick(&s->end);
}

/* RFC 3030 2: the first chunk begins the text, as DATA does. */
static void note_chunk(struct drive_session *s, const struct smtp_event *ev)
{
    if (ev->cmd.verb == SMTP_V_BDAT && s->transfer == NULL)
        note_data(s, ev);
}

/* RFC 5321 3.8: 421 to those that are too many. */
static void ask(struct drive_session *s, const struct smtp_event *ev)
{
    struct drive_policy *policy = s->host->config->policy;
    struct drive_verdict v = {.fault = SMTP_OK};
    s->ev = *ev;
    if (s->over) {
        v = (struct drive_verdict){.code = 421, .text = "too many connections"};
        s->how = "too many";
        answer(s, &v);
        return;
    }
    s->asked = true;
    if (policy->judge(policy, s, &s->ev, &v))
        answer(s, &v);
}

/* ---- events -------------------------------------------------------------------------------- */

static void handle(struct drive_session *s, const struct smtp_event *ev)
{
    if (ev->wants_reply) {
        ask(s, ev);
        return;
    }
    switch (ev->kind) {
    case SMTP_EV_BODY:
        if (s->transfer != NULL)
            transfer_write(s->transfer, ev->bytes);
        break;
    case SMTP_EV_COMMAND: /* a chunk is to come */
        note_chunk(s, ev);
        break;
    case SMTP_EV_CHUNK: /* the session has refused it, and so the message */
    case SMTP_EV_MESSAGE:
        s->refused++;
        end_refused(s, ev->size, smtp_fault_row(ev->fault)->code);
        break;
    case SMTP_EV_REJECTED:
        s->refused++;
        if (ev->fault == SMTP_E_SHUTDOWN || ev->fault == SMTP_E_ERRORS_MANY)
            s->how = ev->fault == SMTP_E_SHUTDOWN ? "shutdown" : "too many errors";
        break;
    case SMTP_EV_TLS: /* RFC 3207 4.2: what was known before is forgotten */
        end_transaction(s, 0, "abandoned");
        s->hello_n = 0;
        s->how = ev->fault == SMTP_OK ? s->how : "handshake failed";
        break;
    case SMTP_EV_TIMEOUT:
        s->how = "timeout";
        break;
    case SMTP_EV_CLOSED:
        if (ev->fault == SMTP_E_SHUTDOWN)
            s->how = "shutdown";
        end_transaction(s, 0, "abandoned");
        break;
    case SMTP_EV_CONNECT:
    case SMTP_EV_RESPONSE:
    case SMTP_EV_INJECTED:
        break;
    }
}

/* What the store has no room for stays in the input, and then with the peer. */
static bool is_stuck(const struct drive_session *s)
{
    return s->transfer != NULL && !transfer_has_room(s->transfer);
}

static void break_off(struct drive_session *s, const char *how)
{
    s->how = how;
    s->broken = true;
    s->server.edge.deadline_ms = SMTP_NEVER;
    s->server.edge.ask |= SMTP_WANT_RESET;
}

/* Before the handshake of implicit TLS nothing is said, and the handshake has its time. */
static bool is_early(struct drive_session *s, uint64_t now_ms)
{
    const struct smtp_edge *edge = &s->server.edge;
    if (!s->implicit || edge->secure || edge->tls_failed)
        return false;
    if (edge->end != SMTP_END_NONE || now_ms >= edge->deadline_ms)
        break_off(s, "handshake failed");
    return true;
}

static void session_step(struct net_end *end, uint64_t now_ms)
{
    struct drive_session *s = (struct drive_session *)end;
    struct smtp_event ev;
    if (s->broken || is_early(s, now_ms))
        return;
    if (s->server.edge.secure && s->tls == NULL)
        s->tls = net_tls_version(s->outer);
    while (!is_stuck(s) && smtp_server_next(&s->server, now_ms, &ev))
        handle(s, &ev);
    if (is_stuck(s))
        s->server.edge.deadline_ms = SMTP_NEVER;
}

/* ---- coming and going ---------------------------------------------------------------------- */

static void link_in(struct drive_session *s)
{
    struct drive_host *host = s->host;
    s->next = host->first;
    if (s->next != NULL)
        s->next->before = s;
    host->first = s;
    host->sessions++;
}

static void take_out(struct drive_session *s)
{
    struct drive_host *host = s->host;
    if (s->next != NULL)
        s->next->before = s->before;
    if (s->before != NULL)
        s->before->next = s->next;
    else
        host->first = s->next;
    host->sessions--;
}

static void session_gone(struct net_end *end, uint64_t now_ms)
{
    struct drive_session *s = (struct drive_session *)end;
    struct drive_host *host = s->host;
    struct drive_policy *policy = host->config->policy;
    if (s->asked)
        policy->forget(policy, s);
    end_transaction(s, 0, s->storing ? "unanswered" : "abandoned");
    log_session(s, now_ms);
    take_out(s);
    free(s);
    host->left(host);
}

static bool start(struct drive_session *s, uint64_t now_ms)
{
    smtp_room in = {s->in, sizeof s->in}, out = {s->out, sizeof s->out};
    if (smtp_server_init(&s->server, &s->host->config->session, in, out, now_ms) != SMTP_OK)
        return false;
    s->outer = &s->end;
    if (s->host->config->tls != NULL)
        s->outer = net_tls_wrap(s->host->config->tls, &s->end, s->implicit);
    if (s->implicit)
        s->server.edge.deadline_ms = now_ms + s->server.limits->tls_ms;
    return s->outer != NULL;
}

struct net_end *connection_new(struct drive_host *host, const char *peer, bool implicit,
                               uint64_t now_ms)
{
    assert(!implicit || host->config->tls != NULL);
    size_t most = host->config->connections;
    if (host->sessions >= most + TOLD_MAX)
        return NULL;
    struct drive_session *s = calloc(1, sizeof *s);
    if (s == NULL)
        return NULL;
    s->end = (struct net_end){&s->server.edge, session_step, session_gone, NULL};
    s->host = host;
    s->implicit = implicit;
    s->over = host->sessions >= most;
    s->number = ++host->number;
    s->since_ms = now_ms;
    s->how = "cut";
    snprintf(s->peer, sizeof s->peer, "%s", peer);
    if (!start(s, now_ms)) {
        free(s);
        return NULL;
    }
    link_in(s);
    return s->outer;
}

const char *drive_session_peer(const struct drive_session *s)
{
    return s->peer;
}

void connection_stop(struct drive_session *s)
{
    smtp_server_stop(&s->server);
    net_kick(&s->end);
}

void connection_break(struct drive_session *s)
{
    break_off(s, "broken off");
    net_kick(&s->end);
}
