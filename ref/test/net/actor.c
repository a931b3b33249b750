#include "actor.h"

#include <stdlib.h>
#include <string.h>

#include "net/tls.h"

static void note(struct actor *a, const char *p, size_t n)
{
    if (n > sizeof a->log - 1 - a->log_n)
        n = sizeof a->log - 1 - a->log_n;
    memcpy(a->log + a->log_n, p, n);
    a->log_n += n;
    a->log[a->log_n] = '\0';
}

static void note_text(struct actor *a, const char *text)
{
    note(a, text, strlen(text));
}

static void note_arrival(struct actor *a)
{
    smtp_span in = smtp_edge_in(&a->edge);
    if (in.n <= a->seen)
        return;
    if (a->line->op != ACTOR_SWALLOW && a->line->op != ACTOR_EXCHANGE) {
        note_text(a, a->joined ? "" : "|");
        note(a, in.p + a->seen, in.n - a->seen);
    }
    a->seen = in.n;
}

static void note_end(struct actor *a)
{
    static const char *const names[] = {"", "<close>", "<cut>", "<reset>", "<refused>"};
    if (a->edge.end == a->end_seen)
        return;
    a->end_seen = a->edge.end;
    note_text(a, names[a->end_seen]);
}

static void copy(char *to, size_t size, const char *text)
{
    size_t n = text != NULL ? strlen(text) : 0;
    if (n > size - 1)
        n = size - 1;
    if (n > 0)
        memcpy(to, text, n);
    to[n] = '\0';
}

static void note_tls(struct actor *a)
{
    if (a->edge.secure != a->was_secure)
        note_text(a, a->edge.secure ? "<tls>" : "<clear>");
    if (a->edge.tls_failed && !a->failed_seen)
        note_text(a, "<no tls>");
    if (a->edge.secure != a->was_secure || (a->edge.tls_failed && !a->failed_seen))
        a->seen = 0; /* what was there was dropped */
    if (a->edge.secure && !a->was_secure && a->filter != NULL)
        copy(a->version, sizeof a->version, net_tls_version(a->filter));
    a->was_secure = a->edge.secure;
    a->failed_seen = a->edge.tls_failed;
}

static bool say(struct actor *a, const char *text)
{
    return smtp_edge_put(&a->edge, smtp_span_of(text));
}

static bool hear(struct actor *a, const char *text)
{
    size_t n = strlen(text);
    smtp_span in = smtp_edge_in(&a->edge);
    if (in.n < n || memcmp(in.p, text, n) != 0)
        return false;
    smtp_edge_take(&a->edge, n);
    a->seen -= n;
    return true;
}

static char pattern(uint64_t i)
{
    return (char)('a' + i % 26 + i / 26 % 7);
}

static bool pour(struct actor *a, uint64_t n)
{
    char octets[4096];
    size_t most = smtp_edge_free(&a->edge);
    if (a->edge.out_len > 0)
        return false;
    if (most > n - a->poured)
        most = (size_t)(n - a->poured);
    for (size_t i = 0; i < most; i++)
        octets[i] = pattern(a->poured + i);
    if (smtp_edge_put(&a->edge, (smtp_span){octets, most}))
        a->poured += most;
    return a->poured == n;
}

static bool swallow(struct actor *a, uint64_t n)
{
    smtp_span in = smtp_edge_in(&a->edge);
    size_t most = in.n < n - a->swallowed ? in.n : (size_t)(n - a->swallowed);
    for (size_t i = 0; i < most; i++)
        a->broke_pattern = a->broke_pattern || in.p[i] != pattern(a->swallowed + i);
    smtp_edge_take(&a->edge, most);
    a->seen -= most;
    a->swallowed += most;
    return a->swallowed == n;
}

static bool exchange(struct actor *a, uint64_t n)
{
    bool poured = pour(a, n), swallowed = swallow(a, n);
    return poured && swallowed;
}

static bool handshake(struct actor *a)
{
    if (a->edge.secure || a->edge.tls_failed)
        return true;
    a->edge.ask |= SMTP_WANT_TLS;
    return false;
}

static bool end_tls(struct actor *a)
{
    if (!a->begun)
        a->edge.ask |= SMTP_WANT_TLS_END;
    return a->begun && (a->edge.ask & SMTP_WANT_TLS_END) == 0;
}

static bool wait(struct actor *a, uint64_t n, uint64_t now_ms)
{
    if (!a->begun)
        a->edge.deadline_ms = now_ms + n;
    if (now_ms < a->edge.deadline_ms)
        return false;
    a->edge.deadline_ms = SMTP_NEVER;
    return true;
}

static bool ask(struct actor *a, unsigned wish)
{
    a->edge.ask |= wish;
    return wish != SMTP_WANT_CLOSE && wish != SMTP_WANT_RESET;
}

/* Whether the line is done. */
static bool act(struct actor *a, uint64_t now_ms)
{
    const struct actor_line *line = a->line;
    switch (line->op) {
    case ACTOR_STOP:
        return ask(a, SMTP_WANT_CLOSE);
    case ACTOR_SAY:
        return say(a, line->text);
    case ACTOR_HEAR:
        return hear(a, line->text);
    case ACTOR_SENT:
        return a->edge.out_len == 0;
    case ACTOR_TLS:
        return handshake(a);
    case ACTOR_TLS_AGAIN:
        return ask(a, SMTP_WANT_TLS);
    case ACTOR_TLS_END:
        return end_tls(a);
    case ACTOR_SHUT:
        return ask(a, SMTP_WANT_SHUT);
    case ACTOR_RESET:
        return ask(a, SMTP_WANT_RESET);
    case ACTOR_END:
        return a->edge.end != SMTP_END_NONE;
    case ACTOR_LIMIT:
        a->edge.deadline_ms = line->n > 0 ? now_ms + line->n : SMTP_NEVER;
        return true;
    case ACTOR_WAIT:
        return wait(a, line->n, now_ms);
    case ACTOR_POUR:
        return pour(a, line->n);
    case ACTOR_SWALLOW:
        return swallow(a, line->n);
    case ACTOR_EXCHANGE:
        return exchange(a, line->n);
    case ACTOR_HOLD:
        a->edge.hold = line->n != 0;
        return true;
    case ACTOR_FOREVER:
        return false;
    }
    return false;
}

static void step(struct net_end *end, uint64_t now_ms)
{
    struct actor *a = (struct actor *)end;
    note_tls(a);
    note_arrival(a);
    note_end(a);
    bool done = true;
    while (done) {
        done = act(a, now_ms);
        a->begun = !done;
        if (!done)
            continue;
        a->line++;
        a->poured = a->swallowed = 0;
    }
    if (now_ms >= a->edge.deadline_ms) {
        note_text(a, "<late>");
        a->edge.deadline_ms = SMTP_NEVER;
        a->edge.ask |= SMTP_WANT_RESET;
    }
}

static void gone(struct net_end *end, uint64_t now_ms)
{
    struct actor *a = (struct actor *)end;
    note_end(a);
    note_text(a, "<gone>");
    a->gone_ms = now_ms;
    if (a->filter != NULL)
        copy(a->why, sizeof a->why, net_tls_why(a->filter));
    if (a->gone != NULL)
        *a->gone = true;
}

struct actor *actor_new(const struct actor_line *part, size_t room)
{
    struct actor *a = calloc(1, sizeof *a);
    if (a == NULL)
        abort();
    size_t n = room > 0 ? room : sizeof a->in;
    a->end = (struct net_end){.edge = &a->edge, .step = step, .gone = gone};
    smtp_edge_init(&a->edge, (smtp_room){a->in, n}, (smtp_room){a->out, sizeof a->out});
    a->line = part;
    return a;
}

void actor_free(struct actor *a)
{
    free(a);
}
