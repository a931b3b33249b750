#include "talker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATIENCE_MS = 20000 };

smtp_span talker_text(unsigned number)
{
    static char text[TALKER_TEXT];
    size_t n = (size_t)snprintf(text, sizeof text, "Number: %u\r\n\r\n", number);
    for (; number % 2 == 1 && n + 80 < sizeof text; n += 80)
        snprintf(text + n, 81, "%078u\r\n", (unsigned)n);
    return (smtp_span){text, n};
}

static void put(struct talker *t, smtp_span octets)
{
    if (!smtp_edge_put(&t->edge, octets))
        abort(); /* Check allocates, and so would fail itself */
}

/* Says the next line that fits the last reply. */
static void say(struct talker *t)
{
    do
        t->line++;
    while (t->line->needs != 0 && t->line->needs != t->code);
    switch (t->line->op) {
    case TALKER_SAY:
        put(t, smtp_span_of(t->line->text));
        break;
    case TALKER_TLS:
        t->edge.ask |= SMTP_WANT_TLS;
        break;
    case TALKER_MESSAGE:
        put(t, talker_text(t->first + t->line->message));
        put(t, SMTP_SPAN(".\r\n"));
        break;
    case TALKER_END:
        t->edge.ask |= SMTP_WANT_CLOSE;
        break;
    }
}

/* Takes a line of a reply; false: it is not whole yet. */
static bool take_line(struct talker *t)
{
    smtp_span in = smtp_edge_in(&t->edge);
    const char *end = in.n > 0 ? memchr(in.p, '\n', in.n) : NULL;
    if (end == NULL)
        return false;
    bool last = in.n > 3 && in.p[3] == ' ';
    t->code = 0;
    for (size_t i = 0; i < 3 && i < in.n; i++)
        t->code = t->code * 10 + (unsigned)(in.p[i] - '0');
    smtp_edge_take(&t->edge, (size_t)(end - in.p) + 1);
    if (!last)
        return true;
    if (t->line->op == TALKER_MESSAGE && t->code == 250)
        t->answered[t->first + t->line->message] = true;
    say(t);
    return true;
}

static void step(struct net_end *end, uint64_t now_ms)
{
    struct talker *t = (struct talker *)end;
    if (now_ms >= t->edge.deadline_ms) {
        t->late = true;
        t->edge.ask |= SMTP_WANT_RESET;
    }
    t->edge.deadline_ms = now_ms + PATIENCE_MS;
    if (t->line->op == TALKER_TLS && t->edge.secure)
        say(t);
    while (take_line(t))
        continue;
    if (t->edge.end != SMTP_END_NONE)
        t->edge.ask |= SMTP_WANT_CLOSE;
}

static void gone(struct net_end *end, uint64_t now_ms)
{
    struct talker *t = (struct talker *)end;
    (void)now_ms;
    t->gone(t);
}

void talker_init(struct talker *t, const struct talker_line *script, uint64_t now_ms)
{
    smtp_edge_init(&t->edge, (smtp_room){t->in, sizeof t->in}, (smtp_room){t->out, sizeof t->out});
    t->end = (struct net_end){&t->edge, step, gone, NULL};
    t->line = script; /* its first line stands for the greeting */
    t->code = 0;
    t->late = false;
    t->edge.deadline_ms = now_ms + PATIENCE_MS;
}
