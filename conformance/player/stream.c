#include "player/stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void stream_init(struct stream *s)
{
    *s = (struct stream){.resume_ms = SMTP_NEVER};
}

void stream_free(struct stream *s)
{
    free(s->items);
}

bool stream_add(struct stream *s, struct stream_item item)
{
    if (s->head == s->count)
        s->head = s->count = 0;
    if (s->count == s->room) {
        size_t room = s->room == 0 ? 16 : 2 * s->room;
        struct stream_item *items = realloc(s->items, room * sizeof *items);
        if (items == NULL)
            return false;
        s->items = items;
        s->room = room;
    }
    s->items[s->count++] = item;
    return true;
}

bool stream_idle(const struct stream *s)
{
    return s->head == s->count;
}

void stream_drop(struct stream *s)
{
    s->head = s->count;
    s->started = false;
    s->rest.n = 0;
    s->cut = false;
    s->resume_ms = SMTP_NEVER;
}

/* ---- the item at the head, piece by piece ---------------------------------------------------- */

static void begin_repeat(struct stream *s, const struct scenario_step *step, uint32_t i,
                         struct vars *vars)
{
    s->started = true;
    s->rest.n = 0;
    s->line_start = true;
    s->last = '\0';
    s->part = STREAM_TEXT;
    s->cursor = (struct text_cursor){.text = &step->text, .i = i};
    if (step->op != SCENARIO_SEND_MESSAGE)
        return;
    s->cursor.text = text_message(vars->scenario);
    if (!step->by_bdat)
        return;
    int n = snprintf(s->header, sizeof s->header, "BDAT %llu LAST\r\n",
                     (unsigned long long)text_size(s->cursor.text, vars, i));
    s->rest = (smtp_span){s->header, n < 0 ? 0 : (size_t)n};
    s->part = STREAM_HEAD;
}

static void end_repeat(struct stream *s)
{
    struct stream_item *item = &s->items[s->head];
    s->started = false;
    if (item->from++ >= item->to)
        s->head++;
}

/* RFC 5321 4.1.1.4: CRLF "." CRLF; the first CRLF is that of the last line. */
static void begin_tail(struct stream *s)
{
    static const char end[] = "\r\n.\r\n";
    s->part = STREAM_TAIL;
    s->rest = s->line_start ? (smtp_span){end + 2, 3} : (smtp_span){end, 5};
}

static void next_piece(struct stream *s, struct vars *vars)
{
    const struct scenario_step *step = s->items[s->head].step;
    if (s->part == STREAM_TAIL) {
        end_repeat(s);
        return;
    }
    s->part = STREAM_TEXT;
    switch (text_next(&s->cursor, vars, &s->rest, &s->pause_ms)) {
    case TEXT_OCTETS:
        break;
    case TEXT_PAUSE:
        s->rest.n = 0;
        s->cut = true;
        break;
    case TEXT_END:
        if (step->op == SCENARIO_SEND_MESSAGE && !step->by_bdat)
            begin_tail(s);
        else
            end_repeat(s);
    }
}

/* How much of the rest stands in one line of the message, its line end included. */
static size_t line_length(const struct stream *s)
{
    const char *p = s->rest.p, *end = p + s->rest.n;
    while ((p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
        char before = (char)(p > s->rest.p ? p[-1] : s->last);
        p++;
        if (before == '\r')
            return (size_t)(p - s->rest.p);
        if (p == end)
            break;
    }
    return s->rest.n;
}

static bool is_doubled(const struct stream *s, const struct scenario_step *step)
{
    return step->op == SCENARIO_SEND_MESSAGE && !step->by_bdat && s->part == STREAM_TEXT;
}

static bool put(struct stream *s, struct smtp_edge *edge, size_t n)
{
    size_t room = smtp_edge_free(edge);
    if (n > room)
        n = room;
    if (n == 0 || !smtp_edge_put(edge, (smtp_span){s->rest.p, n}))
        return false;
    s->line_start = n > 1 ? s->rest.p[n - 1] == '\n' && s->rest.p[n - 2] == '\r'
                          : s->rest.p[0] == '\n' && s->last == '\r';
    s->last = s->rest.p[n - 1];
    s->rest = smtp_span_cut(s->rest, n, s->rest.n);
    return true;
}

/* Puts some of the rest. False: the edge is full. */
static bool put_rest(struct stream *s, struct smtp_edge *edge)
{
    const struct scenario_step *step = s->items[s->head].step;
    if (step->text.bytewise && step->op == SCENARIO_SEND) {
        bool done = put(s, edge, 1);
        s->cut = done;
        return done;
    }
    if (!is_doubled(s, step))
        return put(s, edge, s->rest.n);
    /* RFC 5321 4.5.2: a period that begins a line is doubled */
    if (s->line_start && s->rest.p[0] == '.') {
        if (!smtp_edge_put(edge, SMTP_SPAN(".")))
            return false;
        s->line_start = false;
        s->last = '.';
    }
    return put(s, edge, line_length(s));
}

/* Whether a new write may begin now. */
static bool may_begin(struct stream *s, const struct smtp_edge *edge, uint64_t now_ms)
{
    if (s->cut) {
        if (edge->out_len > 0)
            return false;
        s->cut = false;
        if (s->pause_ms > 0)
            s->resume_ms = now_ms + s->pause_ms;
        s->pause_ms = 0;
    }
    if (s->resume_ms != SMTP_NEVER && now_ms < s->resume_ms)
        return false;
    s->resume_ms = SMTP_NEVER;
    return true;
}

void stream_fill(struct stream *s, struct smtp_edge *edge, struct vars *vars, uint64_t now_ms)
{
    while (!stream_idle(s)) {
        struct stream_item *item = &s->items[s->head];
        if (!s->started && item->begins) {
            s->cut = true;
            item->begins = false;
        }
        if (!may_begin(s, edge, now_ms))
            return;
        if (!s->started)
            begin_repeat(s, item->step, item->from, vars);
        else if (s->rest.n == 0)
            next_piece(s, vars);
        if (s->started && s->rest.n > 0 && !s->cut && !put_rest(s, edge))
            return;
    }
}
