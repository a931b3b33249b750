#include "blackbox/sink.h"

#include <stdlib.h>
#include <string.h>

#include "player/inbox.h"
#include "smtp/wire.h"

enum { ROOM = 65536, LINE = 4096, IDLE_MS = 300000 };

struct guest {
    struct net_end end; /* first */
    struct smtp_edge edge;
    struct sink *sink;
    struct smtp_dot dot;
    struct sink_text *text; /* that is being read, or was read last */
    bool greeted, reading;
    char in[ROOM], out[LINE];
};

void sink_init(struct sink *sink)
{
    *sink = (struct sink){.first = NULL};
    sink->last = &sink->first;
}

void sink_free(struct sink *sink)
{
    for (struct sink_text *text = sink->first, *next; text != NULL; text = next) {
        next = text->next;
        free(text->octets.p);
        free(text);
    }
    sink_init(sink);
}

static void say(struct guest *g, const char *line)
{
    if (!smtp_edge_put(&g->edge, smtp_span_of(line)))
        g->edge.ask |= SMTP_WANT_RESET;
}

/* ---- texts ----------------------------------------------------------------------------------- */

static void begin_text(struct guest *g)
{
    struct sink *sink = g->sink;
    struct sink_text *text = calloc(1, sizeof *text);
    if (text == NULL) {
        sink->lost = true;
        say(g, "451 no memory\r\n");
        return;
    }
    *sink->last = text;
    sink->last = &text->next;
    sink->count++;
    g->text = text;
    g->reading = true;
    g->dot = (struct smtp_dot){.lax = 0};
    say(g, "354 go on\r\n");
}

/* Returns how many octets were of the text. */
static size_t take_text(struct guest *g, smtp_span in)
{
    smtp_span left = in, out;
    while (left.n > 0 && g->reading)
        g->reading = smtp_dot_next(&g->dot, &left, &out) != SMTP_STEP_END;
    size_t n = in.n - left.n;
    if (!octets_add(&g->text->octets, smtp_span_cut(in, 0, n)))
        g->sink->lost = true;
    if (!g->reading) {
        g->text->whole = true;
        g->sink->whole++;
        say(g, "250 taken\r\n");
    }
    return n;
}

/* ---- commands -------------------------------------------------------------------------------- */

static void take_line(struct guest *g, smtp_span line)
{
    static const char *const known[] = {"EHLO", "HELO", "MAIL", "RCPT", "RSET"};
    if (smtp_span_has_head_nocase(line, SMTP_SPAN("DATA"))) {
        begin_text(g);
        return;
    }
    if (smtp_span_has_head_nocase(line, SMTP_SPAN("QUIT"))) {
        say(g, "221 bye\r\n");
        g->edge.ask |= SMTP_WANT_CLOSE;
        return;
    }
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (smtp_span_has_head_nocase(line, smtp_span_of(known[i]))) {
            say(g, "250 sink.example.test\r\n");
            return;
        }
    if (g->text != NULL)
        g->text->strange++;
    say(g, "500 not known\r\n");
}

/* Returns how many octets were a whole line; 0: it has not come yet. */
static size_t take_command(struct guest *g, smtp_span in)
{
    const char *lf = memchr(in.p, '\n', in.n);
    if (lf == NULL)
        return 0;
    size_t n = (size_t)(lf - in.p) + 1;
    take_line(g, smtp_span_cut(in, 0, n));
    return n;
}

static void guest_step(struct net_end *end, uint64_t now_ms)
{
    struct guest *g = (struct guest *)end;
    smtp_span in;
    if (!g->greeted) {
        g->greeted = true;
        say(g, "220 sink.example.test ESMTP\r\n");
    }
    while ((in = smtp_edge_in(&g->edge)).n > 0 && (g->edge.ask & SMTP_WANT_CLOSE) == 0) {
        size_t n = g->reading ? take_text(g, in) : take_command(g, in);
        if (n == 0 && in.n < sizeof g->in)
            break;
        smtp_edge_take(&g->edge, n > 0 ? n : in.n); /* a line that does not fit is none */
    }
    if (g->edge.end != SMTP_END_NONE || (g->edge.deadline_ms <= now_ms))
        g->edge.ask |= SMTP_WANT_CLOSE;
    g->edge.deadline_ms = now_ms + IDLE_MS;
}

static void guest_gone(struct net_end *end, uint64_t now_ms)
{
    (void)now_ms;
    free(end);
}

struct net_end *sink_end(struct sink *sink)
{
    struct guest *g = calloc(1, sizeof *g);
    if (g == NULL)
        return NULL;
    g->sink = sink;
    smtp_edge_init(&g->edge, (smtp_room){g->in, sizeof g->in}, (smtp_room){g->out, sizeof g->out});
    g->end = (struct net_end){.edge = &g->edge, .step = guest_step, .gone = guest_gone};
    return &g->end;
}

/* ---- afterwards ------------------------------------------------------------------------------ */

const struct sink_text *sink_find(const struct sink *sink, smtp_span word)
{
    for (const struct sink_text *text = sink->first; text != NULL; text = text->next)
        if (inbox_holds((smtp_span){text->octets.p, text->octets.n}, word))
            return text;
    return NULL;
}

smtp_span sink_body(const struct sink_text *text)
{
    smtp_span octets = {text->octets.p, text->octets.n};
    for (size_t i = 4; i <= octets.n; i++)
        if (memcmp(octets.p + i - 4, "\r\n\r\n", 4) == 0)
            return smtp_span_cut(octets, i, octets.n);
    return smtp_span_cut(octets, octets.n, octets.n);
}
