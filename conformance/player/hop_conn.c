#include <stdlib.h>
#include <string.h>

#include "player/command.h"
#include "player/hop_play.h"
#include "player/script.h"

bool hop_conn_is_over(const struct hop_conn *c)
{
    const unsigned going = SMTP_WANT_CLOSE | SMTP_WANT_RESET;
    return c->edge.end != SMTP_END_NONE || (c->edge.ask & going) != 0;
}

/* ---- what we say ----------------------------------------------------------------------------- */

bool hop_conn_say(struct hop_conn *c, const struct scenario_step *step)
{
    c->dirty = true;
    return stream_add(&c->stream, (struct stream_item){step, 1, step->times, false});
}

bool hop_conn_fill(struct hop_conn *c, uint64_t now_ms)
{
    if (hop_conn_is_over(c)) {
        stream_drop(&c->stream);
        return true;
    }
    size_t before = c->edge.out_len;
    stream_fill(&c->stream, &c->edge, c->vars, now_ms);
    c->edge.deadline_ms = c->stream.resume_ms;
    if (c->player != NULL && c->edge.out_len > before) {
        smtp_span out = smtp_edge_out(&c->edge);
        hop_log(c, 'S', smtp_span_cut(out, before, out.n), !stream_idle(&c->stream), now_ms);
    }
    return stream_idle(&c->stream);
}

/* ---- what comes ------------------------------------------------------------------------------ */

void hop_conn_read_text(struct hop_conn *c)
{
    c->reading = HOP_TEXT;
    c->dot = (struct smtp_dot){0};
    c->last = true; /* a chunk that comes next is of another text */
    c->text.n = 0;
    c->lost = false;
}

/* RFC 3030 2: "BDAT" SP chunk-size [ SP "LAST" ] */
bool hop_conn_read_chunk(struct hop_conn *c, smtp_span command)
{
    smtp_span rest = smtp_span_cut(command, command_verb(command).n + 1, command.n),
              digits = command_verb(rest);
    if (!smtp_span_number(digits, 20, &c->chunk))
        return false;
    c->reading = HOP_CHUNK;
    c->last = smtp_span_is_nocase(smtp_span_cut(rest, digits.n + 1, rest.n), SMTP_SPAN("LAST"));
    return true;
}

static void keep(struct hop_conn *c, smtp_span run)
{
    c->lost = c->lost || c->text.n + run.n > HOP_TEXT_MAX || !octets_add(&c->text, run);
}

/* True: the text, or the chunk, has ended. */
static bool read_some(struct hop_conn *c)
{
    smtp_span in = smtp_edge_in(&c->edge), run;
    size_t before = in.n;
    enum smtp_step step = c->reading == HOP_TEXT ? smtp_dot_next(&c->dot, &in, &run)
                                                 : smtp_chunk_next(&c->chunk, &in, &run);
    if (step == SMTP_STEP_DATA)
        keep(c, run);
    smtp_edge_take(&c->edge, before - in.n);
    c->seen -= before - in.n;
    return step == SMTP_STEP_END;
}

/* NOTATION 3: "the player says 250 to all chunks but the last". */
static void end_chunk(struct hop_conn *c)
{
    c->reading = HOP_LINES;
    c->whole = c->last;
    if (!c->last && !hop_conn_say(c, &script_hop_ok))
        c->edge.ask |= SMTP_WANT_RESET;
}

static void read_body(struct hop_conn *c)
{
    while (c->reading != HOP_LINES && !c->whole) {
        size_t before = smtp_edge_in(&c->edge).n;
        bool text = c->reading == HOP_TEXT;
        if (read_some(c)) {
            c->whole = text;
            c->reading = HOP_LINES;
            if (!text)
                end_chunk(c);
            return;
        }
        if (smtp_edge_in(&c->edge).n == before)
            return;
    }
}

/* Its length in the input, line end and all; 0: it has not come whole. */
static size_t line_length(const struct hop_conn *c)
{
    smtp_span in = smtp_edge_in(&c->edge);
    const char *lf = in.n == 0 ? NULL : memchr(in.p, '\n', in.n);
    if (lf != NULL)
        return (size_t)(lf - in.p) + 1;
    return in.n == HOP_BUFFER ? in.n : 0; /* a line without end is cut */
}

enum hop_unit hop_conn_peek(struct hop_conn *c, smtp_span *out)
{
    read_body(c);
    if (c->whole) {
        *out = (smtp_span){c->text.p, c->text.n};
        return HOP_MESSAGE;
    }
    size_t n = c->reading == HOP_LINES ? line_length(c) : 0;
    if (n == 0)
        return HOP_NOTHING;
    *out = smtp_span_cut(smtp_edge_in(&c->edge), 0, n);
    while (out->n > 0 && (out->p[out->n - 1] == '\n' || out->p[out->n - 1] == '\r'))
        out->n--;
    return HOP_COMMAND;
}

void hop_conn_take(struct hop_conn *c, enum hop_unit unit)
{
    size_t n = line_length(c);
    c->whole = false;
    c->dirty = true;
    if (unit != HOP_COMMAND)
        return;
    smtp_edge_take(&c->edge, n);
    c->seen -= n;
}

/* ---- what is nobody's ------------------------------------------------------------------------ */

static const struct scenario_step *answer(struct hop_conn *c, smtp_span command)
{
    smtp_span verb = command_verb(command);
    if (smtp_span_is_nocase(verb, SMTP_SPAN("QUIT")))
        return &script_hop_bye;
    if (!smtp_span_is_nocase(verb, SMTP_SPAN("DATA")))
        return &script_hop_ok;
    hop_conn_read_text(c);
    return &script_hop_go_on;
}

static void swallow_one(struct hop_conn *c, enum hop_unit unit, smtp_span octets)
{
    bool chunk = unit == HOP_COMMAND &&
                 smtp_span_is_nocase(command_verb(octets), SMTP_SPAN("BDAT")) &&
                 hop_conn_read_chunk(c, octets);
    const struct scenario_step *step = chunk                 ? NULL
                                       : unit == HOP_MESSAGE ? &script_hop_ok
                                                             : answer(c, octets);
    hop_conn_take(c, unit);
    if (step != NULL && !hop_conn_say(c, step))
        c->edge.ask |= SMTP_WANT_RESET;
    if (unit == HOP_MESSAGE)
        c->text.n = 0;
}

bool hop_conn_swallow(struct hop_conn *c, uint64_t now_ms)
{
    smtp_span octets;
    if (!c->greeted && !hop_conn_say(c, &script_hop_ready))
        c->edge.ask |= SMTP_WANT_RESET;
    c->greeted = true;
    enum hop_unit unit = hop_conn_is_over(c) ? HOP_NOTHING : hop_conn_peek(c, &octets);
    if (unit == HOP_NOTHING)
        return false;
    bool quit = unit == HOP_COMMAND && smtp_span_is_nocase(octets, SMTP_SPAN("QUIT"));
    swallow_one(c, unit, octets);
    if (quit) {
        (void)hop_conn_fill(c, now_ms);
        c->edge.ask |= SMTP_WANT_CLOSE;
    }
    return true;
}

/* ---- the end --------------------------------------------------------------------------------- */

static void notice(struct hop_conn *c, uint64_t now_ms)
{
    smtp_span in = smtp_edge_in(&c->edge);
    if (in.n > c->seen && c->player != NULL)
        hop_log(c, 'C', smtp_span_cut(in, c->seen, in.n), in.p[in.n - 1] != '\n', now_ms);
    c->seen = in.n;
}

static void hop_step(struct net_end *end, uint64_t now_ms)
{
    struct hop_conn *c = (struct hop_conn *)end;
    c->stepping = true;
    notice(c, now_ms);
    if (c->player != NULL)
        player_wake(c->player); /* may leave it to nobody */
    while (c->player == NULL && !c->parked && hop_conn_swallow(c, now_ms))
        continue;
    (void)hop_conn_fill(c, now_ms);
    if (c->edge.end != SMTP_END_NONE && (c->player == NULL || c->edge.in_len == 0))
        c->edge.ask |= c->edge.end == SMTP_END_CLOSE ? SMTP_WANT_CLOSE : SMTP_WANT_RESET;
    c->stepping = false;
}

static void hop_gone(struct net_end *end, uint64_t now_ms)
{
    struct hop_conn *c = (struct hop_conn *)end;
    struct player *p = c->player;
    (void)now_ms;
    hop_play_gone(c);
    stream_free(&c->stream);
    free(c->text.p);
    free(c->edge.in.p);
    free(c);
    if (p != NULL)
        player_wake(p);
}

struct net_end *hop_came(struct hop *hop)
{
    struct hop_conn *c = calloc(1, sizeof *c);
    char *buffers = malloc((size_t)2 * HOP_BUFFER);
    if (c == NULL || buffers == NULL) {
        free(c);
        free(buffers);
        return NULL;
    }
    c->hop = hop;
    c->vars = &c->nobody;
    stream_init(&c->stream);
    smtp_edge_init(&c->edge, (smtp_room){buffers, HOP_BUFFER},
                   (smtp_room){buffers + HOP_BUFFER, HOP_BUFFER});
    c->end = (struct net_end){.edge = &c->edge, .step = hop_step, .gone = hop_gone};
    hop_play_came(c);
    return &c->end;
}
