#include <string.h>

#include "courier.h"

static void trace(const struct courier *c, enum drive_trace who, smtp_span line)
{
    const struct drive_submit_config *config = c->job->config;
    if (config->trace != NULL)
        config->trace(config->trace_arg, who, line);
}

void courier_note(struct courier *c, const char *what)
{
    char line[512];
    int n = snprintf(line, sizeof line, "%s", what != NULL ? what : "");
    trace(c, DRIVE_TRACE_NOTE, (smtp_span){line, n > 0 ? (size_t)n : 0});
}

/* ---- what is said -------------------------------------------------------------------------- */

static size_t out_end(const struct courier *c)
{
    return c->client.edge.out_head + c->client.edge.out_len;
}

/* What waits in the output was looked at when it came there; only what has left moves its beginning. */
void courier_trace_begin(struct courier *c)
{
    c->traced = out_end(c);
}

static smtp_span grown(struct courier *c)
{
    size_t from = c->traced, to = out_end(c);
    c->traced = to;
    return to > from ? (smtp_span){c->out + from, to - from} : (smtp_span){NULL, 0};
}

/* RFC 4954 4: initial responses and the lines of the exchange are secrets. */
static void trace_command(const struct courier *c, smtp_span line)
{
    char shown[64];
    bool auth = smtp_span_has_head_nocase(line, SMTP_SPAN("AUTH "));
    const char *blank = auth ? memchr(line.p + 5, ' ', line.n - 5) : NULL;
    if (!auth && c->sasl != NULL && !smtp_span_is(line, SMTP_SPAN("*"))) {
        trace(c, DRIVE_TRACE_CLIENT, SMTP_SPAN("(secret)"));
    } else if (blank != NULL) {
        int n = snprintf(shown, sizeof shown, "%.*s (secret)", (int)(blank - line.p), line.p);
        trace(c, DRIVE_TRACE_CLIENT, (smtp_span){shown, n > 0 ? (size_t)n : 0});
    } else {
        trace(c, DRIVE_TRACE_CLIENT, line);
    }
}

void courier_trace_said(struct courier *c)
{
    smtp_span rest = grown(c);
    while (rest.n > 0) {
        const char *lf = memchr(rest.p, '\n', rest.n);
        size_t n = lf != NULL ? (size_t)(lf - rest.p) + 1 : rest.n;
        trace_command(c, smtp_span_cut(rest, 0, n >= 2 ? n - 2 : 0));
        rest = smtp_span_cut(rest, n, rest.n);
    }
}

void courier_trace_text(struct courier *c)
{
    char line[64];
    smtp_span text = grown(c);
    const char *lf = text.n > 0 ? memchr(text.p, '\n', text.n) : NULL;
    if (c->client.chunked && lf != NULL) {
        trace(c, DRIVE_TRACE_CLIENT, (smtp_span){text.p, (size_t)(lf - text.p) - 1});
        text = smtp_span_cut(text, (size_t)(lf - text.p) + 1, text.n);
    }
    int n = snprintf(line, sizeof line, "(%zu octets of text)", text.n);
    if (text.n > 0 && n > 0)
        trace(c, DRIVE_TRACE_CLIENT, (smtp_span){line, (size_t)n});
}

/* ---- what is heard ------------------------------------------------------------------------- */

void courier_trace_heard(struct courier *c, const struct smtp_client_event *ev)
{
    char line[1100];
    bool secret = ev->code == 334;
    int n = snprintf(line, sizeof line, "%03u%c%.*s", ev->code, ev->last ? ' ' : '-',
                     secret ? 8 : (int)(ev->text.n < 1024 ? ev->text.n : 1024),
                     secret           ? "(secret)"
                     : ev->text.n > 0 ? ev->text.p
                                      : "");
    if (n > 0)
        trace(c, DRIVE_TRACE_SERVER, (smtp_span){line, (size_t)n});
}
