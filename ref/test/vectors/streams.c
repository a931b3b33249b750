#include "streams.h"

#include <stdio.h>
#include <string.h>

#include "event_log.h"
#include "smtp/received.h"
#include "smtp/reply.h"

enum { LINE_MAX_OCTETS = 512, TEXT_MAX = 1 << 17 };

static void add(struct verdict *v, const char *word)
{
    int n = snprintf(v->text + v->n, sizeof v->text - v->n, "%s%s", v->n > 0 ? " " : "", word);
    v->n = v->n + (size_t)n < sizeof v->text ? v->n + (size_t)n : sizeof v->text - 1;
}

static void add_fault(struct verdict *v, enum smtp_fault fault, uint64_t off)
{
    char word[64];
    snprintf(word, sizeof word, "%s@%llu", smtp_fault_row(fault)->symbol, (unsigned long long)off);
    add(v, fault == SMTP_OK ? "accept" : word);
}

size_t stream_step_after(size_t step)
{
    enum { ALL_UP_TO = 600 };
    return step < ALL_UP_TO ? step + 1 : 2 * step;
}

/* ---- lines ---- */

/* All octets up to `seen` have come; consumes what it can from `at` on. */
static size_t lines_upto(struct smtp_line *line, smtp_span in, size_t at, struct verdict *v)
{
    for (;;) {
        smtp_span text;
        size_t taken = 0;
        enum smtp_fault fault;
        enum smtp_step step =
            smtp_line_next(line, smtp_span_cut(in, at, in.n), &text, &taken, &fault);
        at += taken;
        if (step != SMTP_STEP_END)
            return at;
        add_fault(v, fault, line->fault_off);
    }
}

static void lines_at(smtp_span in, unsigned lax, size_t step, struct verdict *v)
{
    struct smtp_line line = {.limit = LINE_MAX_OCTETS, .lax = lax};
    size_t at = 0;
    v->n = 0;
    for (size_t seen = step; seen < in.n; seen += step)
        at = lines_upto(&line, smtp_span_cut(in, 0, seen), at, v);
    at = lines_upto(&line, in, at, v);
    if (at < in.n || line.draining || v->n == 0)
        add(v, "more");
}

bool stream_lines(smtp_span in, unsigned lax, struct verdict *out)
{
    static struct verdict other;
    lines_at(in, lax, in.n + 1, out);
    for (size_t step = 1; step < in.n; step = stream_step_after(step)) {
        lines_at(in, lax, step, &other);
        if (strcmp(other.text, out->text) != 0)
            return false;
    }
    return true;
}

/* ---- replies ---- */

struct reading_replies {
    struct smtp_line line;
    struct smtp_reply reply;
};

static void take_reply_line(struct smtp_reply *reply, smtp_span text, struct verdict *v)
{
    struct smtp_reply_line read;
    size_t off = 0;
    enum smtp_fault fault = smtp_parse_reply_line(text, &read, &off);
    if (fault == SMTP_OK)
        fault = smtp_reply_add(reply, &read);
    if (fault != SMTP_OK)
        add_fault(v, fault, off);
    char code[16];
    snprintf(code, sizeof code, "%u", reply->code);
    if (fault == SMTP_OK && reply->complete)
        add(v, code);
    if (fault != SMTP_OK || reply->complete)
        *reply = (struct smtp_reply){.lines = 0};
}

static size_t replies_upto(struct reading_replies *r, smtp_span in, size_t at, struct verdict *v)
{
    for (;;) {
        smtp_span text;
        size_t taken = 0;
        enum smtp_fault fault;
        enum smtp_step step =
            smtp_line_next(&r->line, smtp_span_cut(in, at, in.n), &text, &taken, &fault);
        at += taken;
        if (step != SMTP_STEP_END)
            return at;
        if (fault == SMTP_E_LINE_LONG)
            add_fault(v, SMTP_E_REPLY_LONG, r->line.fault_off);
        else
            take_reply_line(&r->reply, text, v);
    }
}

static void replies_at(smtp_span in, size_t step, struct verdict *v)
{
    struct reading_replies r = {.line = {.limit = SMTP_REPLY_LINE_MAX}};
    size_t at = 0;
    v->n = 0;
    for (size_t seen = step; seen < in.n; seen += step)
        at = replies_upto(&r, smtp_span_cut(in, 0, seen), at, v);
    at = replies_upto(&r, in, at, v);
    if (at < in.n || r.line.draining || r.reply.lines > 0 || v->n == 0)
        add(v, "more");
}

bool stream_replies(smtp_span in, struct verdict *out)
{
    static struct verdict other;
    replies_at(in, in.n + 1, out);
    for (size_t step = 1; step < in.n; step = stream_step_after(step)) {
        replies_at(in, step, &other);
        if (strcmp(other.text, out->text) != 0)
            return false;
    }
    return true;
}

/* ---- Received fields ---- */

void stream_received(smtp_span in, struct verdict *out)
{
    struct smtp_cursor c = smtp_cursor_of(in, 0);
    enum smtp_trace_fault fault = SMTP_T_OK;
    out->n = 0;
    while (fault == SMTP_T_OK && c.at < c.end) {
        struct smtp_received field;
        char word[64];
        fault = smtp_parse_received(&c, &field);
        snprintf(word, sizeof word, "%s@%zu", smtp_trace_row(fault)->symbol,
                 fault == SMTP_T_OK ? 0 : (size_t)(c.fault_at - in.p));
        add(out, fault == SMTP_T_OK ? "accept" : word);
    }
}

/* ---- the text of a message ---- */

static void data_at(smtp_span in, unsigned lax, size_t step, struct verdict *v, smtp_room text,
                    size_t *n)
{
    struct smtp_dot dot = {.lax = lax};
    enum smtp_step got = SMTP_STEP_MORE;
    size_t left = in.n;
    v->n = 0;
    *n = 0;
    for (size_t at = 0; at < in.n && got != SMTP_STEP_END; at += step) {
        smtp_span piece = smtp_span_cut(in, at, at + step), run;
        size_t whole = piece.n;
        while ((got = smtp_dot_next(&dot, &piece, &run)) == SMTP_STEP_DATA)
            smtp_room_put(text, n, run);
        left -= whole - piece.n;
    }
    char rest[32];
    if (got == SMTP_STEP_END)
        add_fault(v, dot.fault, dot.fault_off);
    else
        add(v, "more");
    snprintf(rest, sizeof rest, "+%zu", left);
    if (got == SMTP_STEP_END && left > 0)
        add(v, rest);
}

bool stream_data(smtp_span in, unsigned lax, struct verdict *out, smtp_room text, size_t *n)
{
    static struct verdict other;
    static char octets[TEXT_MAX];
    data_at(in, lax, in.n + 1, out, text, n);
    for (size_t step = 1; step < in.n; step = stream_step_after(step)) {
        size_t length;
        data_at(in, lax, step, &other, (smtp_room){octets, sizeof octets}, &length);
        if (strcmp(other.text, out->text) != 0 ||
            !smtp_span_is((smtp_span){octets, length}, (smtp_span){text.p, *n}))
            return false;
    }
    return true;
}

/* ---- a server's session ---- */

static bool play(smtp_span in, const struct smtp_server_config *config, size_t step,
                 struct event_log *log)
{
    static char input[1 << 16], output[1 << 16];
    const struct event_step steps[] = {{.what = EVENT_WRITE, .octets = in},
                                       {.what = EVENT_END, .how = SMTP_END_CLOSE}};
    struct event_play play = {.config = config,
                              .in = {input, sizeof input},
                              .out = {output, sizeof output},
                              .log = {.room = log->room}};
    bool good = event_play_all(&play, steps, 2, (struct event_cuts){.step = step});
    log->n = play.log.n;
    return good;
}

/* "S: 250 text" is the last line of a reply, "S: 250-text" is not. */
static void read_codes(smtp_span log, struct verdict *v)
{
    v->n = 0;
    for (size_t at = 0; at < log.n;) {
        const char *line = log.p + at, *end = memchr(line, '\n', log.n - at);
        size_t n = end != NULL ? (size_t)(end - line) : log.n - at;
        if (n > 6 && memcmp(line, "S: ", 3) == 0 && line[6] == ' ') {
            const char code[4] = {line[3], line[4], line[5], '\0'};
            add(v, code);
        }
        at += n + 1;
    }
}

bool stream_session(smtp_span in, const struct smtp_server_config *config, struct verdict *out)
{
    static char first[1 << 17], second[1 << 17];
    struct event_log whole = {.room = {first, sizeof first}};
    struct event_log other = {.room = {second, sizeof second}};
    if (!play(in, config, 0, &whole))
        return false;
    read_codes(event_log_text(&whole), out);
    for (size_t step = 1; step < in.n; step = stream_step_after(step))
        if (!play(in, config, step, &other) ||
            !smtp_span_is(event_log_text(&whole), event_log_text(&other)))
            return false;
    return true;
}
