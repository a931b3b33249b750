#include "fake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/tls.h"

enum { BUFFER = 16384 };

struct fake_end {
    struct net_end end; /* first */
    struct smtp_edge edge;
    struct fake *fake;
    unsigned number;
    const char *at; /* in the script */
    uint64_t until_ms, left;
    size_t seen; /* octets of the input that were heard */
    bool begun, ended;
    char in[BUFFER], out[BUFFER];
};

/* ---- what was heard -------------------------------------------------------------------------- */

static void hear(struct fake *f, unsigned number, smtp_span octets)
{
    f->octets += octets.n;
    if (f->heard_length + octets.n + 8 > sizeof f->heard)
        return;
    f->heard_length += (size_t)snprintf(f->heard + f->heard_length, 4, "%u:", number);
    for (size_t i = 0; i < octets.n; i++)
        f->heard[f->heard_length++] = octets.p[i];
    f->heard[f->heard_length++] = '|';
    f->heard[f->heard_length] = '\0';
}

static void hear_end(struct fake *f, unsigned number, char how)
{
    if (f->heard_length + 8 <= sizeof f->heard)
        f->heard_length += (size_t)snprintf(f->heard + f->heard_length, 8, "%u%c|", number, how);
}

/* ---- lines of the script: true when done ----------------------------------------------------- */

static int hex(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : (c | ' ') - 'a' + 10;
}

/* The text up to the end of the line, escapes undone. */
static size_t unescape(const char *text, char *out)
{
    size_t n = 0;
    for (; *text != '\0' && *text != '\n'; text++) {
        if (*text != '\\') {
            out[n++] = *text;
            continue;
        }
        text++;
        if (*text == 'x') {
            out[n++] = (char)(hex(text[1]) * 16 + hex(text[2]));
            text += 2;
        } else {
            out[n++] = (char)(*text == 'r' ? '\r' : *text == 'n' ? '\n' : '\0');
        }
    }
    return n;
}

static bool say(struct fake_end *f, const char *text, bool line)
{
    char octets[2048];
    size_t n = unescape(text, octets);
    if (line) {
        octets[n++] = '\r';
        octets[n++] = '\n';
    }
    return smtp_edge_put(&f->edge, (smtp_span){octets, n});
}

static bool await_line(struct fake_end *f)
{
    smtp_span in = smtp_edge_in(&f->edge);
    const char *lf = in.n == 0 ? NULL : memchr(in.p, '\n', in.n);
    smtp_edge_take(&f->edge, lf == NULL ? in.n : (size_t)(lf - in.p) + 1);
    return lf != NULL;
}

static bool await_octets(struct fake_end *f, const char *count)
{
    size_t n = smtp_edge_in(&f->edge).n;
    if (!f->begun)
        f->left = strtoull(count, NULL, 10);
    n = n < f->left ? n : (size_t)f->left;
    smtp_edge_take(&f->edge, n);
    f->left -= n;
    return f->left == 0;
}

static bool wait(struct fake_end *f, const char *ms, uint64_t now_ms)
{
    if (!f->begun)
        f->until_ms = now_ms + strtoull(ms, NULL, 10);
    f->edge.deadline_ms = now_ms < f->until_ms ? f->until_ms : SMTP_NEVER;
    return now_ms >= f->until_ms;
}

static bool is(const char *line, const char *word, const char **rest)
{
    size_t n = strlen(word);
    *rest = line + n + 1;
    return strncmp(line, word, n) == 0 && strchr(" \n", line[n]) != NULL;
}

static bool wish(struct fake_end *f, unsigned want)
{
    f->edge.ask |= want;
    return true;
}

static bool begin_tls(struct fake_end *f)
{
    if (!f->begun)
        f->edge.ask |= SMTP_WANT_TLS;
    return f->edge.secure || f->edge.tls_failed;
}

static bool play(struct fake_end *f, const char *line, uint64_t now_ms)
{
    const char *rest;
    if (is(line, "say", &rest))
        return say(f, rest, true);
    if (is(line, "raw", &rest))
        return say(f, rest, false);
    if (is(line, "line", &rest))
        return await_line(f);
    if (is(line, "octets", &rest))
        return await_octets(f, rest);
    if (is(line, "wait", &rest))
        return wait(f, rest, now_ms);
    if (is(line, "close", &rest))
        return wish(f, SMTP_WANT_CLOSE);
    if (is(line, "reset", &rest))
        return wish(f, SMTP_WANT_RESET);
    if (is(line, "tls", &rest))
        return begin_tls(f);
    if (is(line, "deaf", &rest))
        return f->edge.hold = true;
    while (is(line, "flood", &rest) && say(f, rest, true))
        ;
    return false; /* "hold" too */
}

static void bye(struct fake_end *f)
{
    if ((f->edge.ask & SMTP_WANT_CLOSE) == 0 && await_line(f) && say(f, "221 bye", true))
        f->edge.ask |= SMTP_WANT_CLOSE;
}

/* ---- the end --------------------------------------------------------------------------------- */

static void listen(struct fake_end *f)
{
    smtp_span in = smtp_edge_in(&f->edge);
    if (in.n > f->seen)
        hear(f->fake, f->number, smtp_span_cut(in, f->seen, in.n));
    if (f->edge.end == SMTP_END_NONE || f->ended)
        return;
    f->ended = true;
    hear_end(f->fake, f->number, f->edge.end == SMTP_END_RESET ? '!' : '#');
}

static void fake_step(struct net_end *end, uint64_t now_ms)
{
    struct fake_end *f = (struct fake_end *)end;
    listen(f);
    while (*f->at != '\0' && play(f, f->at, now_ms)) {
        const char *lf = strchr(f->at, '\n');
        f->at = lf == NULL ? f->at + strlen(f->at) : lf + 1;
        f->begun = false;
    }
    if (*f->at != '\0')
        f->begun = true;
    else
        bye(f);
    f->seen = smtp_edge_in(&f->edge).n;
    if (f->ended)
        f->edge.ask |= SMTP_WANT_CLOSE;
}

static void fake_gone(struct net_end *end, uint64_t now_ms)
{
    struct fake_end *f = (struct fake_end *)end;
    (void)now_ms;
    f->fake->gone++;
    free(f);
}

/* ---- TLS: one certificate for all ------------------------------------------------------------ */

static struct net_tls_context *server, *client;

static void make_tls(void)
{
    const char *why = NULL;
    char *pem = NULL;
    if (server != NULL)
        return;
    server = net_tls_context_self_signed("mx.example.test", &pem, &why);
    client = server == NULL ? NULL : net_tls_context_trusting(pem, "mx.example.test", &why);
    free(pem);
    if (client == NULL)
        abort();
}

static struct net_end *client_wrap(void *arg, struct net_end *inner, bool implicit)
{
    (void)arg;
    return net_tls_wrap(client, inner, implicit);
}

static const char *client_why(void *arg, const struct net_end *filter)
{
    (void)arg;
    return net_tls_why(filter);
}

const struct player_tls *fake_tls(void)
{
    static const struct player_tls tls = {.wrap = client_wrap, .why = client_why};
    make_tls();
    return &tls;
}

/* ---- the dialler ----------------------------------------------------------------------------- */

static struct net_end *end_new(struct fake *fake)
{
    struct fake_end *f = calloc(1, sizeof *f);
    if (f == NULL)
        abort();
    f->fake = fake;
    f->at = fake->scripts[fake->dialled++];
    f->number = fake->dialled;
    f->end = (struct net_end){.edge = &f->edge, .step = fake_step, .gone = fake_gone};
    smtp_edge_init(&f->edge, (smtp_room){f->in, sizeof f->in}, (smtp_room){f->out, sizeof f->out});
    if (!fake->tls)
        return &f->end;
    make_tls();
    return net_tls_wrap(server, &f->end, fake->implicit);
}

static void fake_dial(struct net_dialler *dialler, struct net_end *end)
{
    struct fake *fake = (struct fake *)dialler;
    struct net_world *world = net_mem_world(fake->mem);
    if (fake->dialled < FAKE_CONNS && fake->scripts[fake->dialled] != NULL) {
        if (!net_mem_join(fake->mem, end, end_new(fake)))
            abort();
        return;
    }
    dialler->why = "connection refused";
    smtp_edge_ended(end->edge, SMTP_END_REFUSED);
    end->gone(end, world->ops->now(world));
}

void fake_init(struct fake *fake, struct net_mem *mem)
{
    static const struct net_dialler_ops ops = {fake_dial};
    *fake = (struct fake){.dialler = {.ops = &ops}, .mem = mem};
}
