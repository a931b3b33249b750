#include "tape/tape.h"

#include <stdlib.h>
#include <string.h>

static void put(struct tape_log *log, smtp_span s)
{
    smtp_room_put((smtp_room){log->text, TAPE_LOG}, &log->n, s);
}

/* Octets as they can be shown. */
static void put_octets(struct tape_log *log, smtp_span octets)
{
    static const char hex[] = "0123456789abcdef";
    for (size_t i = 0; i < octets.n; i++) {
        unsigned char c = (unsigned char)octets.p[i];
        const char code[4] = {'\\', 'x', hex[c >> 4], hex[c & 15]};
        bool plain = c >= ' ' && c <= '~' && c != '\\';
        put(log, plain ? smtp_span_cut(octets, i, i + 1) : (smtp_span){code, sizeof code});
    }
}

static void found(void *arg, const struct observer_rule *rule, const char *why, smtp_span bytes)
{
    struct tape_log *log = arg;
    if (rule->side == 'S')
        log->by_server++;
    else if (log->by_server == 0)
        log->by_client++;
    put(log, rule->side == 'S' ? SMTP_SPAN("server: ") : SMTP_SPAN("client: "));
    put(log, smtp_span_of(rule->name));
    put(log, SMTP_SPAN(": "));
    put(log, smtp_span_of(why));
    put(log, SMTP_SPAN(": "));
    put_octets(log, bytes);
    put(log, SMTP_SPAN("\n"));
}

static void clear(struct tape_log *log)
{
    log->n = 0;
    log->by_server = log->by_client = 0;
}

static struct observer *begin(struct tape_log *log)
{
    clear(log);
    struct observer *o = observer_new(found, log);
    if (o == NULL)
        abort();
    return o;
}

void tape_begin(struct tape *t)
{
    t->count = t->n = 0;
    t->full = false;
    t->now_ms = 0;
    t->live = begin(&t->log);
}

void tape_free(struct tape *t)
{
    observer_free(t->live);
    t->live = NULL;
}

static void tell(struct observer *o, const struct tape_step *step, smtp_span octets)
{
    switch (step->what) {
    case 'C':
        observer_client(o, octets, step->now_ms);
        break;
    case 'S':
        observer_server(o, octets, step->now_ms);
        break;
    case 'T':
    case 't':
        observer_tls(o, step->what == 'T');
        break;
    default:
        observer_end(o, (char)(step->what - 'a' + 'A'), step->now_ms);
        break;
    }
}

static void keep(struct tape *t, char what, smtp_span octets)
{
    struct tape_step step = {what, t->n, octets.n, t->now_ms};
    tell(t->live, &step, octets);
    if (t->full || t->count == TAPE_STEPS || octets.n > TAPE_OCTETS - t->n) {
        t->full = true;
        return;
    }
    t->steps[t->count++] = step;
    smtp_room_put((smtp_room){t->octets, TAPE_OCTETS}, &t->n, octets);
}

void tape_say(struct tape *t, char who, smtp_span octets)
{
    if (octets.n > 0)
        keep(t, who, octets);
}

void tape_tls(struct tape *t, bool up)
{
    keep(t, up ? 'T' : 't', SMTP_SPAN(""));
}

void tape_end(struct tape *t, char who)
{
    keep(t, (char)(who - 'A' + 'a'), SMTP_SPAN(""));
}

void tape_watch(const struct tape *t, size_t piece, struct tape_log *out)
{
    struct observer *o = begin(out);
    for (size_t i = 0; i < t->count; i++) {
        const struct tape_step *step = &t->steps[i];
        smtp_span all = {t->octets + step->at, step->n};
        for (size_t at = 0; at < all.n || at == 0; at += piece)
            tell(o, step, smtp_span_cut(all, at, at + piece));
    }
    observer_free(o);
}
