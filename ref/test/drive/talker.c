#include "talker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drive/sasl_client.h"
#include "smtp/params.h"

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

/* ---- AUTH ---------------------------------------------------------------------------------- */

static void put_base64(struct talker *t, smtp_span octets)
{
    char text[2048];
    size_t n = smtp_print_base64((smtp_room){text, sizeof text}, octets);
    if (n > sizeof text)
        abort();
    put(t, (smtp_span){text, n});
}

static void end_auth(struct talker *t)
{
    sasl_client_free(t->sasl);
    t->sasl = NULL;
}

/* What cannot be begun is left out. */
static void begin_auth(struct talker *t)
{
    static const struct sasl_binding none;
    struct sasl_login login = {.user = "joe", .password = "secret", .clear = true};
    smtp_span initial = SMTP_SPAN("");
    t->sasl = sasl_client_new(&login, t->mechanism, &none);
    bool first = t->sasl != NULL && sasl_client_is_first(t->sasl);
    if (t->sasl == NULL || (first && !sasl_client_step(t->sasl, SMTP_SPAN(""), &initial))) {
        end_auth(t);
        put(t, SMTP_SPAN("NOOP\r\n"));
        return;
    }
    put(t, SMTP_SPAN("AUTH "));
    put(t, smtp_span_of(t->mechanism));
    put(t, first ? SMTP_SPAN(" ") : SMTP_SPAN(""));
    put_base64(t, initial);
    put(t, SMTP_SPAN("\r\n"));
}

/* RFC 4954 4: "*" cancels. */
static void respond(struct talker *t, smtp_span text)
{
    char octets[2048];
    size_t n;
    smtp_span out;
    if (smtp_decode_base64((smtp_room){octets, sizeof octets}, text, &n) &&
        sasl_client_step(t->sasl, (smtp_span){octets, n}, &out))
        put_base64(t, out);
    else
        put(t, SMTP_SPAN("*"));
    put(t, SMTP_SPAN("\r\n"));
}

/* ---- the script ---------------------------------------------------------------------------- */

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
    case TALKER_AUTH:
        begin_auth(t);
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
    if (t->code == 334 && t->sasl != NULL)
        respond(t, smtp_span_cut(in, 4, (size_t)(end - in.p) - 1));
    smtp_edge_take(&t->edge, (size_t)(end - in.p) + 1);
    if (!last || (t->code == 334 && t->sasl != NULL))
        return true;
    if (t->line->op == TALKER_AUTH) {
        t->authenticated = t->code == 235 && sasl_client_is_done(t->sasl);
        end_auth(t);
    }
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
    end_auth(t);
    t->gone(t);
}

void talker_init(struct talker *t, const struct talker_line *script, uint64_t now_ms)
{
    smtp_edge_init(&t->edge, (smtp_room){t->in, sizeof t->in}, (smtp_room){t->out, sizeof t->out});
    t->end = (struct net_end){&t->edge, step, gone, NULL};
    t->line = script; /* its first line stands for the greeting */
    t->code = 0;
    t->late = t->authenticated = false;
    t->sasl = NULL;
    t->edge.deadline_ms = now_ms + PATIENCE_MS;
}
