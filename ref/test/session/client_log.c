#include "client_log.h"

#include <stdlib.h>
#include <string.h>

/* ---- the text ---- */

static void put(struct client_log *log, smtp_span s)
{
    smtp_room_put(log->room, &log->n, s);
}

static void put_text(struct client_log *log, const char *text)
{
    put(log, smtp_span_of(text));
}

static void put_number(struct client_log *log, const char *before, uint64_t number)
{
    put_text(log, before);
    smtp_room_put_number(log->room, &log->n, number);
}

/* Octets outside printable ASCII as in the reports: \r \n \t \\ \xHH. */
static void put_escaped(struct client_log *log, smtp_span s)
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

static void end_text(struct client_log *log)
{
    if (log->in_text)
        put_text(log, "\n");
    log->in_text = false;
}

smtp_span client_log_text(const struct client_log *log)
{
    return (smtp_span){log->room.p, log->n < log->room.n ? log->n : log->room.n};
}

const char *client_outcome_name(enum smtp_outcome outcome)
{
    static const char *const names[] = {
        [SMTP_O_NONE] = "NONE",   [SMTP_O_ACCEPTED] = "ACCEPTED", [SMTP_O_DELIVERED] = "DELIVERED",
        [SMTP_O_LATER] = "LATER", [SMTP_O_NEVER] = "NEVER",       [SMTP_O_UNKNOWN] = "UNKNOWN",
    };
    return names[outcome];
}

static void put_fault(struct client_log *log, enum smtp_fault fault)
{
    if (fault == SMTP_OK)
        return;
    put_text(log, " ");
    put_text(log, smtp_fault_row(fault)->symbol);
}

static void put_enhanced(struct client_log *log, struct smtp_enhanced e)
{
    if (e.class == 0)
        return;
    put_number(log, "/", e.class);
    put_number(log, ".", e.subject);
    put_number(log, ".", e.detail);
}

static void put_result(struct client_log *log, enum smtp_outcome outcome, unsigned code,
                       struct smtp_enhanced enhanced)
{
    put_text(log, " ");
    put_text(log, client_outcome_name(outcome));
    if (code != 0)
        put_number(log, " ", code);
    put_enhanced(log, enhanced);
}

static void put_line(struct client_log *log, const struct smtp_client_event *ev)
{
    put_text(log, "S: ");
    if (ev->code != 0)
        put_number(log, "", ev->code);
    if (ev->code != 0)
        put_text(log, ev->last ? " " : "-");
    put_escaped(log, ev->text);
    if (ev->fault != SMTP_OK) {
        put_text(log, " !");
        put_fault(log, ev->fault);
        put_number(log, "@", ev->fault_off);
    }
}

static void put_done(struct client_log *log, const struct smtp_mail *mail)
{
    put_text(log, "DONE");
    put_result(log, mail->outcome, mail->code, mail->enhanced);
    put_fault(log, mail->fault);
    if (mail->left_out != 0)
        put_number(log, " left out ", mail->left_out);
    for (size_t i = 0; i < mail->rcpt_count; i++) {
        put_text(log, ",");
        put_result(log, mail->rcpts[i].outcome, mail->rcpts[i].code, mail->rcpts[i].enhanced);
    }
}

static const char *kind_name(enum smtp_client_event_kind kind)
{
    static const char *const names[] = {
        [SMTP_CE_READY] = "READY",         [SMTP_CE_TLS] = "TLS",
        [SMTP_CE_CHALLENGE] = "CHALLENGE", [SMTP_CE_AUTH] = "AUTH",
        [SMTP_CE_REPLY] = "REPLY",         [SMTP_CE_RCPT] = "RCPT",
        [SMTP_CE_TIMEOUT] = "TIMEOUT",     [SMTP_CE_CLOSED] = "CLOSED",
    };
    return names[kind];
}

static void put_event(struct client_play *p, const struct smtp_client_event *ev)
{
    struct client_log *log = &p->log;
    if (ev->kind == SMTP_CE_TEXT || ev->kind == SMTP_CE_INJECTED)
        return;
    end_text(log);
    if (ev->kind == SMTP_CE_LINE) {
        put_line(log, ev);
    } else if (ev->kind == SMTP_CE_DONE) {
        put_done(log, &p->mail);
    } else {
        put_text(log, kind_name(ev->kind));
        if (ev->kind == SMTP_CE_RCPT)
            put_number(log, " ", ev->rcpt);
        if (ev->kind == SMTP_CE_REPLY || ev->kind == SMTP_CE_TIMEOUT) {
            put_text(log, " ");
            put_text(log, smtp_verb_name(ev->verb));
        }
        if (ev->code != 0)
            put_number(log, " ", ev->code);
        put_enhanced(log, ev->enhanced);
        if (ev->text.n > 0)
            put_text(log, " ");
        put_escaped(log, ev->text);
        put_fault(log, ev->fault);
    }
    put_text(log, "\n");
}

/* ---- what the client says ---- */

/* Only CRLF ends a line of the log, so that anything else shows. */
static void put_said(struct client_log *log, smtp_span octets)
{
    size_t begin = 0;
    end_text(log);
    for (size_t i = 0; i + 1 < octets.n; i++) {
        if (octets.p[i] != '\r' || octets.p[i + 1] != '\n')
            continue;
        put_text(log, "C: ");
        put_escaped(log, smtp_span_cut(octets, begin, i));
        put_text(log, "\n");
        begin = i + 2;
    }
    if (begin < octets.n) {
        put_text(log, "C: UNENDED ");
        put_escaped(log, smtp_span_cut(octets, begin, octets.n));
        put_text(log, "\n");
    }
}

static void put_sent_text(struct client_log *log, smtp_span octets)
{
    if (octets.n == 0)
        return;
    if (!log->in_text)
        put_text(log, "T: ");
    log->in_text = true;
    put_escaped(log, octets);
}

static smtp_span said_since(const struct client_play *p, size_t before)
{
    smtp_span out = smtp_edge_out(&p->client.edge);
    return smtp_span_cut(out, before, out.n);
}

static void note_said(struct client_play *p, size_t before)
{
    smtp_span said = said_since(p, before);
    if (said.n > 0)
        put_said(&p->log, said);
}

/* ---- the caller ---- */

static void put_refusal(struct client_play *p, enum smtp_fault fault, size_t rcpt)
{
    put_text(&p->log, "REFUSED");
    put_fault(&p->log, fault);
    if (rcpt != SIZE_MAX)
        put_number(&p->log, " rcpt ", rcpt);
    put_text(&p->log, "\n");
}

static enum smtp_fault call_mail(struct client_play *p, size_t *rcpt)
{
    const struct client_call *call = p->call;
    const char *at = call->rcpts;
    p->mail = (struct smtp_mail){
        .sender = smtp_span_of(call->sender), .params = call->params, .rcpts = p->rcpts};
    p->at = 0;
    while (*at != '\0' && p->mail.rcpt_count < CLIENT_RCPTS) {
        size_t n = strcspn(at, " ");
        p->rcpts[p->mail.rcpt_count++] =
            (struct smtp_rcpt){.address = {at, n}, .params = call->rcpt_params};
        at += n + (at[n] == ' ' ? 1 : 0);
    }
    return smtp_client_mail(&p->client, &p->mail, rcpt);
}

static enum smtp_fault call_auth(struct client_play *p)
{
    p->answer = 0;
    return smtp_client_auth(&p->client, smtp_span_of(p->call->mechanism), p->call->initial != NULL,
                            smtp_span_of(p->call->initial));
}

static void make_call(struct client_play *p)
{
    static const struct client_call quit = {.what = CLIENT_QUIT};
    enum smtp_fault fault = SMTP_OK;
    size_t rcpt = SIZE_MAX;
    do {
        p->call = p->next < p->call_count ? &p->calls[p->next] : &quit;
        p->next++;
        switch (p->call->what) {
        case CLIENT_MAIL:
            fault = call_mail(p, &rcpt);
            break;
        case CLIENT_AUTH:
            fault = call_auth(p);
            break;
        case CLIENT_COMMAND:
            fault = smtp_client_command(&p->client, p->call->verb, smtp_span_of(p->call->argument));
            break;
        case CLIENT_QUIT:
            fault = SMTP_OK;
            smtp_client_quit(&p->client);
            break;
        case CLIENT_STAY:
            fault = SMTP_OK;
            break;
        }
        if (fault != SMTP_OK)
            put_refusal(p, fault, rcpt);
    } while (fault != SMTP_OK);
}

static void answer_challenge(struct client_play *p)
{
    const char *answer = p->answer < CLIENT_ANSWERS ? p->call->answers[p->answer] : NULL;
    p->answer++;
    if (answer == NULL)
        smtp_client_cancel(&p->client);
    else if (!smtp_client_respond(&p->client, smtp_span_of(answer)))
        abort();
}

static void give_text(struct client_play *p, const struct smtp_client_event *ev)
{
    smtp_span text = p->call->text;
    if (text.p == NULL) {
        smtp_client_abandon(&p->client);
        return;
    }
    size_t n = p->piece > 0 && p->piece < ev->room ? p->piece : ev->room;
    smtp_span piece = smtp_span_cut(text, p->at, p->at + n);
    bool last = p->at + piece.n == text.n;
    size_t before = p->client.edge.out_len;
    p->at += smtp_client_text(&p->client, piece, last);
    put_sent_text(&p->log, said_since(p, before));
}

static void react(struct client_play *p, const struct smtp_client_event *ev)
{
    size_t before = p->client.edge.out_len;
    switch (ev->kind) {
    case SMTP_CE_READY:
        make_call(p);
        break;
    case SMTP_CE_CHALLENGE:
        answer_challenge(p);
        break;
    case SMTP_CE_TEXT:
        give_text(p, ev);
        return;
    case SMTP_CE_CLOSED:
        p->closed = true;
        return;
    case SMTP_CE_LINE:
    case SMTP_CE_TLS:
    case SMTP_CE_INJECTED:
    case SMTP_CE_AUTH:
    case SMTP_CE_REPLY:
    case SMTP_CE_RCPT:
    case SMTP_CE_DONE:
    case SMTP_CE_TIMEOUT:
        return;
    }
    note_said(p, before);
}

/* ---- the play ---- */

static bool take_event(struct client_play *p)
{
    struct smtp_client_event ev;
    size_t before = p->client.edge.out_len;
    bool some = smtp_client_next(&p->client, p->now_ms, &ev);
    note_said(p, before);
    if (!some)
        return false;
    put_event(p, &ev);
    react(p, &ev);
    return true;
}

/* What the server takes now. It answers nothing that it has not read: where its octets are here, all
 * that was said before them has left. */
static bool take_said(struct client_play *p)
{
    struct smtp_edge *e = &p->client.edge;
    size_t n = smtp_edge_out(e).n;
    if (n == 0 || p->stalled || (smtp_edge_want(e) & SMTP_WANT_WRITE) == 0)
        return false;
    smtp_edge_sent(e, p->drain > 0 && p->drain < n && e->in_len == 0 ? p->drain : n);
    return true;
}

/* Events and octets until neither moves. */
static void settle(struct client_play *p)
{
    bool some = true;
    while (some) {
        some = take_event(p);
        some = take_said(p) || some;
    }
}

bool client_play_begin(struct client_play *p)
{
    if (smtp_client_init(&p->client, p->config, p->in, p->out, p->now_ms) != SMTP_OK)
        return false;
    p->client.edge.secure = p->secure;
    settle(p);
    return true;
}

void client_play_write(struct client_play *p, smtp_span octets)
{
    while (octets.n > 0 && (smtp_edge_want(&p->client.edge) & SMTP_WANT_READ) != 0) {
        smtp_room room = smtp_edge_room(&p->client.edge);
        size_t n = octets.n < room.n ? octets.n : room.n;
        memcpy(room.p, octets.p, n);
        smtp_edge_got(&p->client.edge, n);
        octets = smtp_span_cut(octets, n, octets.n);
        settle(p);
    }
    p->unread += octets.n;
}

static size_t piece_of(struct client_cuts *cuts, size_t at, size_t left)
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

static void write_pieces(struct client_play *p, smtp_span octets, struct client_cuts *cuts,
                         size_t *at)
{
    while (octets.n > 0) {
        size_t n = piece_of(cuts, *at, octets.n);
        client_play_write(p, smtp_span_cut(octets, 0, n));
        octets = smtp_span_cut(octets, n, octets.n);
        *at += n;
    }
}

/* What stood behind STARTTLS and was not read fails the handshake, as it would on a wire. */
static void shake_hands(struct client_play *p, bool ok)
{
    if ((smtp_edge_want(&p->client.edge) & SMTP_WANT_TLS) == 0)
        return;
    smtp_edge_tls_done(&p->client.edge, ok && p->unread == 0);
    settle(p);
}

void client_play_step(struct client_play *p, const struct client_step *step,
                      struct client_cuts *cuts, size_t *at)
{
    size_t before = p->client.edge.out_len;
    switch (step->does) {
    case CLIENT_WRITE:
        write_pieces(p, step->octets, cuts, at);
        return;
    case CLIENT_TLS:
    case CLIENT_TLS_FAILS:
        shake_hands(p, step->does == CLIENT_TLS);
        return;
    case CLIENT_WAIT:
        p->now_ms += step->ms;
        break;
    case CLIENT_END:
        smtp_edge_ended(&p->client.edge, step->how);
        break;
    case CLIENT_LEAVE:
        smtp_client_quit(&p->client);
        note_said(p, before);
        break;
    }
    settle(p);
}

bool client_play_all(struct client_play *p, const struct client_step *steps, size_t count,
                     struct client_cuts cuts)
{
    size_t at = 0;
    if (!client_play_begin(p))
        return false;
    for (size_t i = 0; i < count; i++)
        client_play_step(p, &steps[i], &cuts, &at);
    end_text(&p->log);
    return true;
}
