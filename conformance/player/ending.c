#include "player/judge.h"
#include "player/mail.h"

enum { PATIENCE_MS = 2000 };

/*
 * Whether QUIT can be said on it, or a 221 be waited for. What a file that was played to its end
 * has not sent yet goes first; in what was broken off QUIT might stand in a text.
 */
static bool may_leave(const struct player *p, const struct conn *c)
{
    return conn_is_ready(c) && !conn_is_over(c) && !c->passed && !c->shut &&
           (p->judged || conn_is_drained(c)) && (c->edge.ask & SMTP_WANT_TLS) == 0;
}

static void say_quit(const struct player *p, struct conn *c)
{
    c->leaving = may_leave(p, c);
    if (c->leaving && !c->quit)
        c->leaving = stream_add(&c->stream, (struct stream_item){&script_quit, 1, 1, true});
}

static void too_many(struct player *p, struct conn *c, const struct reply *reply)
{
    p->end_line = c->last_line;
    judge_reply(p, NULL, reply, false);
}

/* Takes what has come; true: no more is waited for. */
static bool read_replies(struct player *p, struct conn *c)
{
    while (conn_read(c) != REPLY_PART) {
        bool bye = c->reply.state == REPLY_WHOLE && c->reply.code == 221;
        bool answered = c->quit && c->answered; /* the file has had its 221 */
        if (p->judged && (c->extra > 0 || answered)) {
            too_many(p, c, c->extra > 0 ? &c->first : &c->reply);
            return true;
        }
        if (bye || c->reply.state == REPLY_LONG)
            return true;
        if (p->judged) {
            c->first = c->reply;
            c->reply = (struct reply){.p = NULL};
            c->extra++;
        }
        reply_reset(&c->reply);
    }
    return c->quit && c->answered;
}

/* True: it may be closed. */
static bool leave(struct player *p, struct conn *c)
{
    conn_fill(c, player_now(p));
    if (c->passed || read_replies(p, c) || !c->leaving || conn_is_over(c))
        return true;
    uint64_t patience = p->timeout_ms < PATIENCE_MS ? p->timeout_ms : PATIENCE_MS;
    uint64_t due = p->judged ? expect_due(p, c) : p->since_ms + patience;
    if (player_now(p) >= due)
        return true;
    player_wait(p, due);
    return false;
}

/* A finding that came after the last row. */
static void judge_findings(struct player *p)
{
    const struct finding_entry *finding = findings_mismatch(&p->findings);
    if (finding == NULL || p->outcome->verdict > PLAYER_WARN)
        return;
    p->end_line = 0;
    judge_mismatch(p, NULL, findings_octets(finding), "%s",
                   finding->text == NULL ? finding->rule->text : finding->text);
}

void ending_leave(struct player *p)
{
    bool begun = p->leaving, done = true;
    p->leaving = true;
    p->depth = 0;
    if (!begun)
        p->since_ms = player_now(p);
    for (unsigned i = 1; i < CONN_COUNT; i++) {
        if (p->conns[i] == NULL)
            continue;
        if (!begun)
            say_quit(p, p->conns[i]);
        done = leave(p, p->conns[i]) && done;
    }
    if (!done)
        return;
    judge_findings(p);
    mail_end(p);
    p->phase = PLAYER_CLOSING;
    p->since_ms = player_now(p);
}

static void close_one(struct conn *c, bool reset)
{
    const unsigned going = SMTP_WANT_CLOSE | SMTP_WANT_RESET;
    bool stuck = c->edge.out_len > 0 || (c->edge.ask & SMTP_WANT_TLS) != 0;
    stream_drop(&c->stream);
    conn_drop_input(c);
    if (reset || (stuck && (c->edge.ask & going) == 0))
        conn_ask(c, SMTP_WANT_RESET);
    else if ((c->edge.ask & going) == 0)
        conn_ask(c, SMTP_WANT_CLOSE);
}

void ending_close(struct player *p, bool reset)
{
    bool late = player_now(p) >= p->since_ms + PATIENCE_MS;
    for (unsigned i = 1; i < CONN_COUNT; i++) {
        struct conn *c = p->conns[i];
        if (c == NULL || c->gone)
            continue;
        close_one(c, reset || late);
        if (!late)
            player_wait(p, p->since_ms + PATIENCE_MS);
    }
}
