#include "player/receiver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "player/message.h"
#include "player/octets.h"
#include "smtp/grammar.h"
#include "smtp/wire.h"

enum { BUFFER = 65536, LINE = 4096, TEXT_MAX = 64 << 20, IDLE_MS = 300000 };

struct receiver {
    struct net_end end; /* first: a receiver is its own end */
    struct smtp_edge edge;
    struct smtp_line line;
    struct smtp_dot dot;
    struct inbox *inbox;
    const char *name;
    struct octets sender, recipients, text; /* recipients: a NUL behind each */
    size_t recipient_count;
    enum { COMMANDS, TEXT, CHUNK } reading;
    uint64_t chunk;           /* octets of it that are still to come */
    bool last;                /* it is the last one */
    bool greeted, lmtp, lost; /* lost: the text did not fit, or there was no memory */
    size_t owed;              /* replies to a text that have not been said yet */
    char in[BUFFER], out[BUFFER];
};

static void forget(struct receiver *r)
{
    r->sender.n = r->recipients.n = r->text.n = r->recipient_count = 0;
    r->lost = false;
}

/* The output holds many replies; a peer that reads none of them is let go. */
static void say(struct receiver *r, const char *text)
{
    if (!smtp_edge_put(&r->edge, smtp_span_of(text)))
        r->edge.ask |= SMTP_WANT_RESET;
}

/* ---- commands -------------------------------------------------------------------------------- */

static void say_hello(struct receiver *r, bool extended)
{
    char text[512];
    snprintf(text, sizeof text,
             extended ? "250-%s\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n"
                        "250-CHUNKING\r\n250-BINARYMIME\r\n250 SIZE\r\n"
                      : "250 %s\r\n",
             r->name);
    forget(r);
    say(r, text);
}

/* What stands in angle brackets; whatever it is, it is taken. */
static smtp_span read_raw(smtp_span line)
{
    const char *open = memchr(line.p, '<', line.n);
    smtp_span rest = open == NULL ? line : smtp_span_cut(line, (size_t)(open - line.p) + 1, line.n);
    const char *close = memchr(rest.p, '>', rest.n);
    return smtp_span_cut(rest, 0, close == NULL ? rest.n : (size_t)(close - rest.p));
}

/* The cursor on the path of "MAIL FROM:<...>". */
static struct smtp_cursor cursor_at_path(smtp_span line)
{
    const char *open = memchr(line.p, '<', line.n);
    size_t from = open == NULL ? line.n : (size_t)(open - line.p);
    return smtp_cursor_of(smtp_span_cut(line, from, line.n), SMTP_LAX_UTF8);
}

static bool add_sender(struct receiver *r, smtp_span line)
{
    struct smtp_path path;
    struct smtp_cursor c = cursor_at_path(line);
    if (smtp_parse_reverse_path(&c, &path) != SMTP_OK)
        return octets_add(&r->sender, read_raw(line));
    return octets_add(&r->sender, path.mailbox);
}

/* RFC 5321 4.1.2: all quoted spellings of a local-part are one mailbox. */
static bool add_recipient(struct receiver *r, smtp_span line)
{
    struct smtp_path path;
    char local[SMTP_LOCAL_MAX];
    struct smtp_cursor c = cursor_at_path(line);
    if (smtp_parse_forward_path(&c, &path) != SMTP_OK)
        return octets_add(&r->recipients, read_raw(line)) &&
               octets_add(&r->recipients, (smtp_span){"", 1});
    size_t n = smtp_print_local_meaning((smtp_room){local, sizeof local}, path.local);
    return octets_add(&r->recipients, (smtp_span){local, n <= sizeof local ? n : 0}) &&
           octets_add(&r->recipients, SMTP_SPAN("@")) &&
           octets_add(&r->recipients, path.domain.text) &&
           octets_add(&r->recipients, (smtp_span){"", 1});
}

static void take_mail(struct receiver *r, smtp_span line)
{
    forget(r);
    r->lost = !add_sender(r, line);
    say(r, "250 2.1.0 ok\r\n");
}

static void take_rcpt(struct receiver *r, smtp_span line)
{
    bool good = add_recipient(r, line);
    r->recipient_count += good;
    say(r, good ? "250 2.1.5 ok\r\n" : "452 4.3.0 no memory\r\n");
}

static void take_data(struct receiver *r, smtp_span line)
{
    (void)line;
    bool good = r->recipient_count > 0;
    r->reading = good ? TEXT : COMMANDS;
    r->dot = (struct smtp_dot){0};
    say(r, good ? "354 go on\r\n" : "503 5.5.1 no recipients\r\n");
}

/* RFC 3030 2: "BDAT" SP chunk-size [ SP "LAST" ]; the octets come whatever we make of it. */
static void take_bdat(struct receiver *r, smtp_span line)
{
    smtp_span rest = smtp_span_cut(line, 5, line.n);
    const char *blank = rest.n == 0 ? NULL : memchr(rest.p, ' ', rest.n);
    smtp_span digits = smtp_span_cut(rest, 0, blank == NULL ? rest.n : (size_t)(blank - rest.p));
    r->last = blank != NULL &&
              smtp_span_is_nocase(smtp_span_cut(rest, digits.n + 1, rest.n), SMTP_SPAN("LAST"));
    if (smtp_span_number(digits, 20, &r->chunk)) {
        r->reading = CHUNK;
        return;
    }
    say(r, "501 5.5.4 no size\r\n");
    r->edge.ask |= SMTP_WANT_CLOSE; /* where its octets end nobody knows */
}

static void take_rset(struct receiver *r, smtp_span line)
{
    (void)line;
    forget(r);
    say(r, "250 2.0.0 ok\r\n");
}

static void take_noop(struct receiver *r, smtp_span line)
{
    (void)line;
    say(r, "250 2.0.0 ok\r\n");
}

static void take_quit(struct receiver *r, smtp_span line)
{
    (void)line;
    say(r, "221 2.0.0 bye\r\n");
    r->edge.ask |= SMTP_WANT_CLOSE;
}

static void take_ehlo(struct receiver *r, smtp_span line)
{
    (void)line;
    say_hello(r, true);
}

static void take_helo(struct receiver *r, smtp_span line)
{
    (void)line;
    say_hello(r, false);
}

static void take_lhlo(struct receiver *r, smtp_span line)
{
    (void)line;
    r->lmtp = true;
    say_hello(r, true);
}

static const struct {
    const char *verb;
    void (*take)(struct receiver *r, smtp_span line);
} verbs[] = {
    {"LHLO", take_lhlo}, {"EHLO", take_ehlo}, {"HELO", take_helo}, {"MAIL", take_mail},
    {"RCPT", take_rcpt}, {"DATA", take_data}, {"RSET", take_rset}, {"NOOP", take_noop},
    {"QUIT", take_quit}, {"BDAT", take_bdat},
};

static void take_command(struct receiver *r, smtp_span line)
{
    smtp_span verb = smtp_span_cut(line, 0, 4);
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (smtp_span_is_nocase(verb, smtp_span_of(verbs[i].verb)) &&
            (line.n == 4 || line.p[4] == ' ')) {
            verbs[i].take(r, line);
            return;
        }
    say(r, "500 5.5.1 no such command\r\n");
}

/* ---- a text ---------------------------------------------------------------------------------- */

/* RFC 5321 4.4: one that came may be removed, so that there is exactly one. */
static bool add_without_return_path(struct octets *to, smtp_span text)
{
    struct message_field field;
    size_t at = 0, from = 0;
    bool good = true;
    while (good && message_next_field(text, &at, &field)) {
        if (!smtp_span_is_nocase(field.name, SMTP_SPAN("Return-Path")))
            continue;
        good = octets_add(to, smtp_span_cut(text, from, at - field.whole.n));
        from = at;
    }
    return good && octets_add(to, smtp_span_cut(text, from, text.n));
}

/* Return-path-line, at final delivery. */
static bool put_message(struct receiver *r)
{
    struct octets message = {.p = NULL};
    smtp_span sender = {r->sender.p, r->sender.n}, text = {r->text.p, r->text.n};
    bool good = octets_add(&message, SMTP_SPAN("Return-Path: <")) && octets_add(&message, sender) &&
                octets_add(&message, SMTP_SPAN(">\r\n")) && add_without_return_path(&message, text);
    const char *to = r->recipients.p;
    for (size_t i = 0; good && i < r->recipient_count; i++, to += strlen(to) + 1)
        good = inbox_put(r->inbox, smtp_span_of(to), (smtp_span){message.p, message.n}, false);
    free(message.p);
    return good;
}

/* RFC 2033 4.2: a reply for each recipient; in SMTP one for all. */
static void end_text(struct receiver *r)
{
    r->reading = COMMANDS;
    r->lost = r->lost || !put_message(r);
    r->owed = r->lmtp ? r->recipient_count : 1;
}

static void keep(struct receiver *r, smtp_span run)
{
    r->lost = r->lost || r->text.n + run.n > TEXT_MAX || !octets_add(&r->text, run);
}

/* False: no more for now. */
static bool take_text(struct receiver *r)
{
    smtp_span in = smtp_edge_in(&r->edge), run;
    size_t before = in.n;
    enum smtp_step step = smtp_dot_next(&r->dot, &in, &run);
    if (step == SMTP_STEP_DATA)
        keep(r, run);
    if (step == SMTP_STEP_END)
        end_text(r);
    smtp_edge_take(&r->edge, before - in.n);
    return step != SMTP_STEP_MORE;
}

static void end_chunk(struct receiver *r)
{
    r->reading = COMMANDS;
    if (r->recipient_count == 0)
        say(r, "503 5.5.1 no recipients\r\n");
    else if (r->last)
        end_text(r);
    else
        say(r, "250 2.0.0 go on\r\n");
}

static bool take_chunk(struct receiver *r)
{
    smtp_span in = smtp_edge_in(&r->edge), run;
    size_t before = in.n;
    enum smtp_step step = smtp_chunk_next(&r->chunk, &in, &run);
    if (step == SMTP_STEP_DATA && r->recipient_count > 0)
        keep(r, run);
    smtp_edge_take(&r->edge, before - in.n);
    if (step == SMTP_STEP_END)
        end_chunk(r);
    return step != SMTP_STEP_MORE;
}

static bool take_line(struct receiver *r)
{
    smtp_span line;
    size_t taken = 0;
    enum smtp_fault fault = SMTP_OK;
    enum smtp_step step = smtp_line_next(&r->line, smtp_edge_in(&r->edge), &line, &taken, &fault);
    if (step == SMTP_STEP_END && fault == SMTP_E_LINE_LONG)
        say(r, "500 5.5.2 line too long\r\n");
    else if (step == SMTP_STEP_END)
        take_command(r, line);
    smtp_edge_take(&r->edge, taken);
    return step == SMTP_STEP_END;
}

static bool take_more(struct receiver *r)
{
    switch (r->reading) {
    case COMMANDS:
        return take_line(r);
    case TEXT:
        return take_text(r);
    case CHUNK:
        return take_chunk(r);
    }
    return false;
}

/* True: all of them are said. */
static bool pay(struct receiver *r)
{
    const char *reply = r->lost ? "452 4.3.1 it does not fit\r\n" : "250 2.6.0 taken\r\n";
    while (r->owed > 0 && smtp_edge_put(&r->edge, smtp_span_of(reply)))
        if (--r->owed == 0)
            forget(r);
    return r->owed == 0;
}

/* ---- the end --------------------------------------------------------------------------------- */

static void receiver_step(struct net_end *end, uint64_t now_ms)
{
    struct receiver *r = (struct receiver *)end;
    const unsigned going = SMTP_WANT_CLOSE | SMTP_WANT_RESET;
    char text[300];
    if (!r->greeted) {
        r->greeted = true;
        snprintf(text, sizeof text, "220 %s ready\r\n", r->name);
        say(r, text);
    }
    if (now_ms >= r->edge.deadline_ms)
        r->edge.ask |= SMTP_WANT_RESET;
    r->edge.deadline_ms = now_ms + IDLE_MS;
    while ((r->edge.ask & going) == 0 && pay(r) && take_more(r))
        continue;
    if (r->edge.end != SMTP_END_NONE && (r->edge.ask & going) == 0 && r->owed == 0)
        r->edge.ask |= r->edge.end == SMTP_END_CLOSE ? SMTP_WANT_CLOSE : SMTP_WANT_RESET;
}

static void receiver_gone(struct net_end *end, uint64_t now_ms)
{
    struct receiver *r = (struct receiver *)end;
    (void)now_ms;
    free(r->sender.p);
    free(r->recipients.p);
    free(r->text.p);
    free(r);
}

struct net_end *receiver_new(struct inbox *inbox, const char *name)
{
    struct receiver *r = calloc(1, sizeof *r);
    if (r == NULL)
        return NULL;
    r->inbox = inbox;
    r->name = name;
    r->line.limit = LINE;
    smtp_edge_init(&r->edge, (smtp_room){r->in, sizeof r->in}, (smtp_room){r->out, sizeof r->out});
    r->end = (struct net_end){.edge = &r->edge, .step = receiver_step, .gone = receiver_gone};
    return &r->end;
}
