/*
 * NAME
 *     client.c: the client session
 *
 * DESCRIPTION
 *     Input: records (see records.h): what the server says, when TLS comes up, how time goes. The bits
 *     of the mode mark pick the config. 'r': the caller cancels or abandons at his next decision; 'd': he
 *     quits, whatever is going on. The caller authenticates where he may, asks VRFY, sends two mails,
 *     quits. Oracles:
 *
 *       asked              what the client sends is what its caller asked for, line by line, in an
 *                          order that RFC 5321 has, read here without the session's own tables: a
 *                          text is sent from its beginning, dots doubled, and ended only when it is
 *                          whole, or not begun; chunks have the length that they announce
 *       outcomes           DONE comes once for each mail that was begun, and CLOSED once, at last;
 *                          DELIVERED only where the end of the text was sent
 *       split-invariance   events and what is sent are the same whether each write comes whole,
 *                          octet by octet, or to a server that takes seven octets at a time
 *       memory-bound       what the session lets wait stays within its buffers
 */
#include <string.h>

#include "fuzz.h"
#include "records/records.h"
#include "smtp/client.h"

enum { MOST = 16384, LOG = 1 << 18, RCPTS = 2, MAILS = 2 };

static const char *const texts[MAILS] = {"t\r\n.t\r\n.\r\n", "t"};
static const char *const recipients[RCPTS] = {"b@s.test", "Postmaster"};

struct mode {
    const char *name;
    size_t feed, drain; /* octets at a time; 0 = all */
};
static const struct mode modes[] = {{"whole", 0, 0}, {"bytewise", 1, 0}, {"slow reader", 0, 7}};

struct play {
    struct smtp_client client;
    struct smtp_client_config config;
    char in[SMTP_CLIENT_IN_MIN], out[SMTP_CLIENT_OUT_MIN];
    char log[LOG], sent[LOG];
    size_t n, sent_n;
    uint64_t now_ms;
    struct smtp_mail mail;
    struct smtp_rcpt rcpts[RCPTS];
    unsigned begun, done, closed; /* mails; CLOSED */
    size_t text_at;
    bool asked_auth, asked_vrfy, refuse;
};

/* ---- the log ---- */

static void note(struct play *p, smtp_span s)
{
    smtp_room_put((smtp_room){p->log, LOG}, &p->n, s);
}

static void note_event(struct play *p, const struct smtp_client_event *ev)
{
    char line[200];
    bool told = ev->kind != SMTP_CE_TEXT && ev->kind != SMTP_CE_INJECTED;
    int n = snprintf(line, sizeof line, "\n%d %s %u %s @%zu rcpt %zu: ", (int)ev->kind,
                     smtp_verb_name(ev->verb), ev->code, smtp_fault_row(ev->fault)->symbol,
                     ev->fault_off, ev->rcpt);
    if (!told)
        return;
    note(p, (smtp_span){line, n > 0 ? (size_t)n : 0});
    note(p, ev->text);
    if (ev->kind != SMTP_CE_DONE)
        return;
    n = snprintf(line, sizeof line, "%d %d %u, %d %d", (int)p->mail.outcome, (int)p->mail.fault,
                 p->mail.code, (int)p->rcpts[0].outcome, (int)p->rcpts[1].outcome);
    note(p, (smtp_span){line, n > 0 ? (size_t)n : 0});
}

/* ---- the caller ---- */

static void begin_mail(struct play *p)
{
    size_t rcpt;
    p->mail = (struct smtp_mail){
        .sender = p->begun == 0 ? SMTP_SPAN("a@c.test") : SMTP_SPAN(""),
        .params = {.given = SMTP_P_SIZE | SMTP_P_RET, .size = 9, .ret = SMTP_RET_HDRS},
        .rcpts = p->rcpts,
        .rcpt_count = RCPTS};
    for (size_t i = 0; i < RCPTS; i++)
        p->rcpts[i] = (struct smtp_rcpt){.address = smtp_span_of(recipients[i])};
    p->begun++;
    p->text_at = 0;
    enum smtp_fault fault = smtp_client_mail(&p->client, &p->mail, &rcpt);
    FUZZ_CHECK(fault == SMTP_OK, "asked", "mail(): %s", smtp_fault_row(fault)->symbol);
}

static void take_turn(struct play *p)
{
    bool auth = !p->asked_auth, vrfy = !p->asked_vrfy;
    p->asked_auth = true;
    if (auth && smtp_client_auth(&p->client, SMTP_SPAN("LOGIN"), false, SMTP_SPAN("")) == SMTP_OK)
        return;
    p->asked_vrfy = true;
    if (vrfy && smtp_client_command(&p->client, SMTP_V_VRFY, SMTP_SPAN("joe")) == SMTP_OK)
        return;
    if (p->begun < MAILS)
        begin_mail(p);
    else
        smtp_client_quit(&p->client);
}

static void give_text(struct play *p)
{
    const char *text = texts[p->begun - 1];
    smtp_span rest = {text + p->text_at, strlen(text) - p->text_at};
    if (p->refuse)
        smtp_client_abandon(&p->client);
    else
        p->text_at += smtp_client_text(&p->client, rest, true);
    p->refuse = false;
}

static void answer(struct play *p)
{
    if (p->refuse || !smtp_client_respond(&p->client, SMTP_SPAN("u")))
        smtp_client_cancel(&p->client);
    p->refuse = false;
}

static bool take_event(struct play *p)
{
    struct smtp_client_event ev;
    if (!smtp_client_next(&p->client, p->now_ms, &ev))
        return false;
    FUZZ_CHECK(p->closed == 0, "outcomes", "an event behind CLOSED");
    note_event(p, &ev);
    if (ev.kind == SMTP_CE_DONE) {
        p->done++;
        FUZZ_CHECK(p->done == p->begun, "outcomes", "%u done, %u begun", p->done, p->begun);
    }
    if (ev.kind == SMTP_CE_READY)
        take_turn(p);
    if (ev.kind == SMTP_CE_TEXT)
        give_text(p);
    if (ev.kind == SMTP_CE_CHALLENGE)
        answer(p);
    if (ev.kind == SMTP_CE_CLOSED) {
        p->closed++;
        FUZZ_CHECK(p->done == p->begun, "outcomes", "closed, and a mail without DONE");
    }
    return true;
}

/* ---- the wire ---- */

/* A server answers nothing that it has not read: where its octets are here, all has left. */
static bool drain(struct play *p, size_t most)
{
    struct smtp_edge *e = &p->client.edge;
    smtp_span out = smtp_edge_out(e);
    if ((smtp_edge_want(e) & SMTP_WANT_WRITE) == 0)
        return false;
    size_t n = most == 0 || out.n < most || e->in_len > 0 ? out.n : most;
    smtp_room_put((smtp_room){p->sent, LOG}, &p->sent_n, smtp_span_cut(out, 0, n));
    smtp_edge_sent(e, n);
    return true;
}

static void settle(struct play *p, const struct mode *mode)
{
    const struct smtp_edge *e = &p->client.edge;
    for (bool moved = true; moved;) {
        moved = take_event(p);
        moved = drain(p, mode->drain) || moved;
        FUZZ_CHECK(e->in_len <= sizeof p->in && e->out_head + e->out_len <= sizeof p->out,
                   "memory-bound", "%s", mode->name);
    }
}

static bool wants(const struct play *p, unsigned what)
{
    return (smtp_edge_want(&p->client.edge) & what) != 0;
}

static void feed(struct play *p, smtp_span octets, const struct mode *mode)
{
    struct smtp_edge *e = &p->client.edge;
    if (wants(p, SMTP_WANT_TLS)) { /* clear text in place of a handshake */
        smtp_edge_tls_done(e, false);
        settle(p, mode);
        return;
    }
    while (octets.n > 0 && !wants(p, SMTP_WANT_TLS) && wants(p, SMTP_WANT_READ)) {
        smtp_room room = smtp_edge_room(e);
        size_t n = octets.n < room.n ? octets.n : room.n;
        if (mode->feed != 0 && n > mode->feed)
            n = mode->feed;
        memcpy(room.p, octets.p, n);
        smtp_edge_got(e, n);
        octets = smtp_span_cut(octets, n, octets.n);
        settle(p, mode);
    }
}

static void obey(struct play *p, const struct record *r, const struct mode *mode)
{
    struct smtp_edge *e = &p->client.edge;
    switch (r->kind) {
    case RECORD_WRITE:
        feed(p, r->octets, mode);
        return;
    case RECORD_TLS:
    case RECORD_TLS_FAILS:
        if (wants(p, SMTP_WANT_TLS))
            smtp_edge_tls_done(e, r->kind == RECORD_TLS);
        else
            smtp_edge_ended(e, SMTP_END_CLOSE);
        break;
    case RECORD_WAIT:
        p->now_ms += 1000ULL * r->n;
        break;
    case RECORD_REFUSE:
        p->refuse = true;
        break;
    case RECORD_DEFER:
        smtp_client_quit(&p->client);
        break;
    case RECORD_CLOSE:
    case RECORD_MODE:
        return;
    case RECORD_HANG_UP:
        smtp_edge_ended(e, SMTP_END_CLOSE);
        break;
    }
    settle(p, mode);
}

static void play(struct play *p, unsigned choice, smtp_span input, const struct mode *mode)
{
    static const enum smtp_client_tls tls[] = {SMTP_TLS_IF_OFFERED, SMTP_TLS_ALWAYS, SMTP_TLS_NEVER,
                                               SMTP_TLS_NEVER};
    p->n = p->sent_n = p->text_at = 0;
    p->mail = (struct smtp_mail){.rcpt_count = 0};
    p->begun = p->done = p->closed = 0;
    p->asked_auth = (choice & 4) != 0;
    p->asked_vrfy = (choice & 8) != 0;
    p->refuse = false;
    p->config = (struct smtp_client_config){
        .name = "c.test", .tls = tls[choice & 3], .lmtp = (choice & 16) != 0};
    p->now_ms = 1000;
    enum smtp_fault fault =
        smtp_client_init(&p->client, &p->config, (smtp_room){p->in, sizeof p->in},
                         (smtp_room){p->out, sizeof p->out}, p->now_ms);
    FUZZ_CHECK(fault == SMTP_OK, "memory-bound", "no session");
    settle(p, mode);
    struct record record;
    while (p->closed == 0 && record_next(&input, &record))
        obey(p, &record, mode);
}

/* ---- asked: what was sent, read again ---- */

enum { SILENT, GREETED, OPEN, ADDRESSED, TEXT, CHUNKS, LAST, OVER };

struct reader {
    smtp_span rest;
    int state;
    unsigned mails;
    char text[64]; /* of the mail, dots undone */
    size_t text_n;
    unsigned ends; /* texts that were sent to their end */
};

static bool is(smtp_span line, const char *text)
{
    return smtp_span_is(line, smtp_span_of(text));
}

static bool begins(smtp_span line, const char *text)
{
    size_t n = strlen(text);
    return line.n >= n && memcmp(line.p, text, n) == 0;
}

static void check_whole(const struct reader *r, bool may_be_empty)
{
    const char *text = texts[r->mails - 1];
    size_t n = strlen(text);
    bool crlf = r->text_n == n + 2 && memcmp(r->text + n, "\r\n", 2) == 0;
    bool whole = (r->text_n == n || (r->state == TEXT && crlf)) && memcmp(r->text, text, n) == 0;
    FUZZ_CHECK(whole || (may_be_empty && r->text_n == 0), "asked", "text %u ended at %zu of %zu",
               r->mails, r->text_n, n);
}

static void add_text(struct reader *r, smtp_span octets)
{
    FUZZ_CHECK(r->text_n + octets.n <= sizeof r->text, "asked", "more text than there is");
    if (octets.n > 0)
        memcpy(r->text + r->text_n, octets.p, octets.n);
    r->text_n += octets.n;
}

static void read_text_line(struct reader *r, smtp_span line)
{
    if (is(line, ".")) {
        check_whole(r, true);
        r->ends += r->text_n > 0;
        r->state = GREETED;
        return;
    }
    FUZZ_CHECK(!is(line, "..") || r->text_n > 0, "asked", "a dot");
    add_text(r, line.n > 0 && line.p[0] == '.' ? smtp_span_cut(line, 1, line.n) : line);
    add_text(r, SMTP_SPAN("\r\n"));
}

/* "BDAT n[ LAST]" and its octets, which may be cut off where the session was broken off. */
static void read_chunk(struct reader *r, smtp_span line)
{
    size_t n = 0, i = 5;
    for (; i < line.n && line.p[i] >= '0' && line.p[i] <= '9'; i++)
        n = 10 * n + (size_t)(line.p[i] - '0');
    bool last = is(smtp_span_cut(line, i, line.n), " LAST");
    FUZZ_CHECK(i > 5 && (last || i == line.n), "asked", "%.*s", (int)line.n, line.p);
    bool cut = r->rest.n < n;
    add_text(r, smtp_span_cut(r->rest, 0, n));
    r->rest = smtp_span_cut(r->rest, n, r->rest.n);
    r->state = last ? LAST : CHUNKS;
    if (last && !cut)
        check_whole(r, false);
    r->ends += last && !cut;
}

static const struct {
    const char *begin;
    bool whole;  /* the line is this; else it goes on with parameters */
    unsigned in; /* states */
    int then;    /* -1: the same */
} lines[] = {
    {"EHLO c.test", true, 1U << SILENT, GREETED},
    {"LHLO c.test", true, 1U << SILENT, GREETED},
    {"EHLO c.test", true, 1U << GREETED, -1}, /* after TLS */
    {"LHLO c.test", true, 1U << GREETED, -1},
    {"HELO c.test", true, 1U << GREETED, -1},
    {"STARTTLS", true, 1U << GREETED, -1},
    {"AUTH LOGIN", true, 1U << GREETED, -1},
    {"dQ==", true, 1U << GREETED, -1},
    {"*", true, 1U << GREETED, -1},
    {"VRFY joe", true, 1U << GREETED, -1},
    {"MAIL FROM:<a@c.test>", false, 1U << GREETED | 1U << OPEN | 1U << ADDRESSED | 1U << LAST,
     OPEN},
    {"MAIL FROM:<>", false, 1U << GREETED | 1U << OPEN | 1U << ADDRESSED | 1U << LAST, OPEN},
    {"RCPT TO:<b@s.test>", true, 1U << OPEN, ADDRESSED},
    {"RCPT TO:<Postmaster>", true, 1U << ADDRESSED, -1},
    {"DATA", true, 1U << ADDRESSED, TEXT},
    {"RSET", true, 1U << OPEN | 1U << ADDRESSED | 1U << TEXT | 1U << CHUNKS | 1U << LAST, GREETED},
    {"QUIT", true, 0x7f, OVER},
};

static bool is_params(smtp_span rest)
{
    return is(rest, "") || is(rest, " SIZE=9") || is(rest, " RET=HDRS") ||
           is(rest, " SIZE=9 RET=HDRS");
}

static bool obeys(struct reader *r, smtp_span line)
{
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        size_t n = strlen(lines[i].begin);
        if (!begins(line, lines[i].begin) || (lines[i].in & 1U << r->state) == 0)
            continue;
        if (lines[i].whole ? line.n != n : !is_params(smtp_span_cut(line, n, line.n)))
            continue;
        if (lines[i].then == OPEN) {
            r->mails++;
            r->text_n = 0;
        }
        if (lines[i].then >= 0)
            r->state = lines[i].then;
        return true;
    }
    return false;
}

static void read_line(struct reader *r, smtp_span line)
{
    bool chunk = begins(line, "BDAT ") && (r->state == ADDRESSED || r->state == CHUNKS);
    if (chunk) {
        read_chunk(r, line);
        return;
    }
    /* Where DATA was refused, RSET, MAIL or QUIT follow it; no text of ours looks like them. */
    bool command = begins(line, "RSET") || begins(line, "QUIT") || begins(line, "MAIL");
    if (r->state == TEXT && !(command && r->text_n == 0)) {
        read_text_line(r, line);
        return;
    }
    if (r->state == TEXT && begins(line, "MAIL"))
        r->state = GREETED;
    FUZZ_CHECK(obeys(r, line), "asked", "in state %d: %.*s", r->state, (int)line.n, line.p);
    FUZZ_CHECK(r->mails <= MAILS, "asked", "%u mails", r->mails);
}

/* What was sent. An unfinished line at the end is one that was broken off. */
static void check_sent(const struct play *p)
{
    static struct reader r;
    size_t n = p->sent_n < LOG ? p->sent_n : LOG;
    r = (struct reader){.rest = {p->sent, n}};
    while (r.rest.n > 0) {
        size_t at = 0;
        while (at + 1 < r.rest.n && (r.rest.p[at] != '\r' || r.rest.p[at + 1] != '\n'))
            at++;
        if (at + 1 >= r.rest.n)
            return;
        smtp_span line = smtp_span_cut(r.rest, 0, at);
        r.rest = smtp_span_cut(r.rest, at + 2, r.rest.n);
        FUZZ_CHECK(r.state != OVER, "asked", "behind QUIT: %.*s", (int)line.n, line.p);
        read_line(&r, line);
    }
    bool delivered = p->mail.outcome == SMTP_O_DELIVERED && p->begun > 0;
    FUZZ_CHECK(!delivered || r.ends > 0, "outcomes", "delivered, and no text was ended");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct play whole, other;
    if (size > MOST)
        return 0;
    smtp_span input = {(const char *)data, size};
    unsigned mode = record_mode(&input);
    play(&whole, mode, input, &modes[0]);
    check_sent(&whole);
    for (size_t i = 1; i < sizeof modes / sizeof *modes; i++) {
        play(&other, mode, input, &modes[i]);
        FUZZ_CHECK(whole.n == other.n &&
                       memcmp(whole.log, other.log, whole.n < LOG ? whole.n : LOG) == 0,
                   "split-invariance", "events of %s:%.*s\n\nand of %s:%.*s\n", modes[0].name,
                   (int)whole.n, whole.log, modes[i].name, (int)other.n, other.log);
        FUZZ_CHECK(whole.sent_n == other.sent_n &&
                       memcmp(whole.sent, other.sent, whole.sent_n < LOG ? whole.sent_n : LOG) == 0,
                   "split-invariance", "sent by %s:\n%.*s\nand by %s:\n%.*s", modes[0].name,
                   (int)whole.sent_n, whole.sent, modes[i].name, (int)other.sent_n, other.sent);
    }
    return 0;
}
