#include "wire.h"

#include <string.h>

#include "fuzz.h"
#include "records/records.h"

enum {
    READS_AT_END = 1000, /* nobody has to be told so often that the peer has gone */
    OCTETS_AN_OCTET = 64 /* of output to one of input: a reply to each line, and more */
};

/* A client that was told nonsense has misread it: what it does then is open, but for these. */
static bool binds_always(const struct observer_rule *rule)
{
    static const char *const rules[] = {"client-line-ends-in-crlf", "client-plain-in-clear"};
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (strcmp(rules[i], rule->name) == 0)
            return true;
    return rule->side == 'S';
}

static void report(void *arg, const struct observer_rule *rule, const char *why, smtp_span bytes)
{
    struct kit_wire *w = arg;
    const struct kit_subject *subject = w->subject;
    if (rule->level != SCENARIO_MUST)
        return;
    if (rule->side != (char)subject->side) {
        w->other_broke = true;
        return;
    }
    if (w->other_broke && !binds_always(rule))
        return;
    for (const char *const *known = subject->known; known != NULL && *known != NULL; known++)
        if (strcmp(*known, rule->name) == 0)
            return;
    FUZZ_CHECK(false, "observer", "%s: %s (%s): %s: %.*s", subject->name, rule->name, rule->req[0],
               why, (int)bytes.n, bytes.p);
}

void kit_wire_begin(struct kit_wire *w, const struct kit_subject *subject, smtp_span input,
                    bool bytewise)
{
    struct kit_log log = w->log;
    log.n = 0;
    struct observer *o = observer_new(report, w);
    if (o == NULL)
        abort();
    *w = (struct kit_wire){.subject = subject,
                           .input = input,
                           .bytewise = bytewise,
                           .now_ms = 1000,
                           .most = (input.n + 4096) * OCTETS_AN_OCTET,
                           .log = log,
                           .observer = o};
}

void kit_wire_end(struct kit_wire *w)
{
    observer_end(w->observer, (char)w->subject->side, w->now_ms);
    observer_free(w->observer);
    w->observer = NULL;
}

static void log_put(struct kit_wire *w, smtp_span s)
{
    struct kit_log *log = &w->log;
    FUZZ_CHECK(log->n + s.n <= w->most, "endless", "%s: more than %zu octets written",
               w->subject->name, w->most);
    if (log->room - log->n < s.n) {
        log->room = (log->n + s.n) * 2;
        log->p = realloc(log->p, log->room);
        if (log->p == NULL)
            abort();
    }
    if (s.n > 0)
        memcpy(log->p + log->n, s.p, s.n);
    log->n += s.n;
}

/* Takes marks until there is a write, a handshake or the end. */
static void advance(struct kit_wire *w)
{
    struct record r;
    while (w->write.n == 0 && !w->tls_comes && !w->closed) {
        w->closed = !record_next(&w->input, &r);
        if (w->closed)
            break;
        switch (r.kind) {
        case RECORD_WRITE:
            w->write = r.octets;
            break;
        case RECORD_TLS:
        case RECORD_TLS_FAILS:
            w->tls_comes = true;
            w->tls_ok = r.kind == RECORD_TLS;
            break;
        case RECORD_WAIT:
            w->now_ms += 1000ULL * r.n;
            break;
        case RECORD_REFUSE:
            w->outcome = KIT_REFUSE;
            break;
        case RECORD_DEFER:
            w->outcome = KIT_DEFER;
            break;
        case RECORD_CLOSE:
            w->outcome = KIT_CLOSE;
            break;
        case RECORD_HANG_UP:
            w->closed = true;
            break;
        case RECORD_BUSY:
            w->now_ms += 1000ULL * r.n;
            break;
        case RECORD_REPLY:
        case RECORD_STOP:
        case RECORD_MODE:
            break;
        }
    }
}

void kit_observe_other(struct kit_wire *w, smtp_span octets)
{
    if (w->subject->side == KIT_SERVER)
        observer_client(w->observer, octets, w->now_ms);
    else
        observer_server(w->observer, octets, w->now_ms);
}

static size_t read_input(struct kit_wire *w, char *room, size_t n)
{
    advance(w);
    if (w->tls_comes) { /* the other side begins TLS, and the subject reads on in clear */
        w->closed = true;
        w->write.n = 0;
    }
    if (n > w->write.n)
        n = w->write.n;
    if (n > 1 && w->bytewise)
        n = 1;
    if (n == 0)
        return 0;
    memcpy(room, w->write.p, n);
    kit_observe_other(w, smtp_span_cut(w->write, 0, n));
    w->write = smtp_span_cut(w->write, n, w->write.n);
    return n;
}

/* The other side has gone, and the subject has read so: from here on it writes to nobody. */
static void end_other(struct kit_wire *w)
{
    if (w->reads_at_end == 0)
        observer_end(w->observer, w->subject->side == KIT_SERVER ? 'C' : 'S', w->now_ms);
    FUZZ_CHECK(w->reads_at_end++ < READS_AT_END, "endless", "%s: reads on behind the end",
               w->subject->name);
}

size_t kit_read(struct kit_wire *w, char *room, size_t n)
{
    size_t got = w->server != NULL ? kit_server_read(w, room, n) : read_input(w, room, n);
    if (got == 0)
        end_other(w);
    return got;
}

bool kit_ready(const struct kit_wire *w)
{
    return w->server != NULL ? kit_server_ready(w) : w->write.n > 0;
}

void kit_write(struct kit_wire *w, const char *octets, size_t n)
{
    smtp_span s = {octets, n};
    log_put(w, s);
    if (w->reads_at_end > 0)
        return;
    if (w->subject->side == KIT_SERVER)
        observer_server(w->observer, s, w->now_ms);
    else
        observer_client(w->observer, s, w->now_ms);
    if (w->server != NULL)
        kit_server_write(w, s);
}

bool kit_tls(struct kit_wire *w)
{
    advance(w);
    while (w->write.n > 0) { /* clear text where a handshake is due: not a handshake */
        w->write.n = 0;
        advance(w);
    }
    bool up = w->tls_comes && w->tls_ok;
    w->tls_comes = false;
    if (up)
        observer_tls(w->observer, true);
    else
        w->closed = true;
    return up;
}

enum kit_outcome kit_outcome(struct kit_wire *w)
{
    enum kit_outcome outcome = w->outcome;
    w->outcome = KIT_ACCEPT;
    return outcome;
}

uint64_t kit_now_ms(const struct kit_wire *w)
{
    return w->now_ms;
}

void kit_note(struct kit_wire *w, const char *octets, size_t n)
{
    log_put(w, (smtp_span){octets, n});
}
