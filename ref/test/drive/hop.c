#include "hop.h"

#include <string.h>

#include "check_main.h"

static void hold(struct hop *hop, bool on)
{
    hop->edge.hold = on;
}

static void hold_over(struct net_timer *timer, uint64_t now_ms)
{
    struct hop *hop = (struct hop *)(void *)((char *)timer - offsetof(struct hop, timer));
    (void)now_ms;
    hold(hop, false);
    net_kick(&hop->end);
}

static void begin_text(struct hop *hop, uint64_t now_ms)
{
    hop->in_text = true;
    hop->text_n = 0;
    if (hop->hold_ms == 0)
        return;
    hold(hop, true);
    hop->timer = (struct net_timer){.at_ms = now_ms + hop->hold_ms, .done = hold_over};
    net_mem_timer(hop->mem, &hop->timer);
}

static void say(struct hop *hop, uint64_t now_ms)
{
    ck_assert_uint_lt(hop->turn, HOP_SAYINGS);
    const char *saying = hop->sayings[hop->turn++];
    hop->mute = saying == HOP_SILENT;
    if (hop->mute)
        return;
    if (saying[0] == '\0')
        hop->edge.ask |= SMTP_WANT_CLOSE;
    else if (strcmp(saying, HOP_RESET) == 0)
        hop->edge.ask |= SMTP_WANT_RESET;
    else
        ck_assert(smtp_edge_put(&hop->edge, smtp_span_of(saying)));
    if (strncmp(saying, "354", 3) == 0)
        begin_text(hop, now_ms);
}

static void note(struct hop *hop, smtp_span line)
{
    ck_assert_uint_lt(hop->heard_n + line.n + 1, sizeof hop->heard);
    if (hop->heard_n > 0)
        hop->heard[hop->heard_n++] = '|';
    memcpy(hop->heard + hop->heard_n, line.p, line.n);
    hop->heard_n += line.n;
    hop->heard[hop->heard_n] = '\0';
}

static bool ends_text(const struct hop *hop)
{
    static const char end[] = "\r\n.\r\n";
    size_t n = sizeof end - 1;
    return hop->text_n >= n && memcmp(hop->text + hop->text_n - n, end, n) == 0;
}

/* One octet at a time: it is a test. */
static void take_text(struct hop *hop, uint64_t now_ms)
{
    smtp_span in = smtp_edge_in(&hop->edge);
    ck_assert_uint_lt(hop->text_n, sizeof hop->text);
    hop->text[hop->text_n++] = in.p[0];
    smtp_edge_take(&hop->edge, 1);
    if (!ends_text(hop))
        return;
    hop->in_text = false;
    hop->texts_end = true;
    say(hop, now_ms);
}

static bool take_line(struct hop *hop, uint64_t now_ms)
{
    smtp_span in = smtp_edge_in(&hop->edge);
    const char *end = memchr(in.p, '\n', in.n);
    if (end == NULL)
        return false;
    size_t n = (size_t)(end - in.p) + 1;
    note(hop, smtp_span_cut(in, 0, n - 2));
    smtp_edge_take(&hop->edge, n);
    say(hop, now_ms);
    return true;
}

static void step(struct net_end *end, uint64_t now_ms)
{
    struct hop *hop = (struct hop *)(void *)((char *)end - offsetof(struct hop, end));
    bool more = true;
    if (!hop->greeted)
        say(hop, now_ms);
    hop->greeted = true;
    while (more && !hop->mute && !hop->edge.hold && smtp_edge_in(&hop->edge).n > 0) {
        if (hop->in_text)
            take_text(hop, now_ms);
        else
            more = take_line(hop, now_ms);
    }
    if (hop->edge.end != SMTP_END_NONE)
        hop->edge.ask |= SMTP_WANT_CLOSE;
}

static void gone(struct net_end *end, uint64_t now_ms)
{
    struct hop *hop = (struct hop *)(void *)((char *)end - offsetof(struct hop, end));
    (void)now_ms;
    if (hop->edge.hold)
        net_mem_timer_stop(hop->mem, &hop->timer);
    hop->how = hop->edge.end;
    *hop->gone = true;
}

static void open_edge(struct hop *hop)
{
    smtp_edge_init(&hop->edge, (smtp_room){hop->in, sizeof hop->in},
                   (smtp_room){hop->out, sizeof hop->out});
}

static void dial(struct net_dialler *dialler, struct net_end *end)
{
    struct hop *hop = (struct hop *)dialler;
    hop->dials++;
    if (hop->refuses) {
        smtp_edge_ended(end->edge, SMTP_END_REFUSED);
        *hop->gone = true;
        end->gone(end, 0);
        return;
    }
    if (hop->dials > 1) { /* the one before is gone: its sayings go on */
        open_edge(hop);
        hop->greeted = hop->in_text = hop->mute = false;
    }
    ck_assert(net_mem_join(hop->mem, end, &hop->end));
}

void hop_init(struct hop *hop, struct net_mem *mem, const char *const *sayings)
{
    static const struct net_dialler_ops ops = {dial};
    memset(hop, 0, sizeof *hop);
    hop->dialler.ops = &ops;
    hop->mem = mem;
    hop->sayings = sayings;
    hop->end = (struct net_end){&hop->edge, step, gone, NULL};
    open_edge(hop);
}
