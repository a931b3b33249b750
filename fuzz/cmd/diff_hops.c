/*
 * NAME
 *     diff_hops.c: source, relay under test, byte-exact sink
 *
 * DESCRIPTION
 *     A message for each class of the lattice through each server that relays to us; then what each class
 *     has become, and which of the servers would end such a text too early.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blackbox/compare.h"
#include "blackbox/pairs.h"
#include "blackbox/sink.h"
#include "cmd/interrupt.h"
#include "diff_run.h"

enum { NONCE = 64, PATIENCE_MS = 30000, LOOK_MS = 250, MAILBOX = 320 };

struct relay {
    struct diff *d;
    size_t server;
    struct sink sink;
    struct net_uv_listener *listener;
    struct site site; /* the server's, with our mailbox behind it */
    struct eod eod;
    char rcpt[MAILBOX];
    size_t accepted;
};

static void nonce_of(const struct relay *r, size_t i, char out[NONCE])
{
    snprintf(out, NONCE, "qh%zun%zuqh", r->server, i);
}

/* ---- through the relay ----------------------------------------------------------------------- */

static struct net_end *came(void *arg, const char *peer)
{
    (void)peer;
    return sink_end(arg);
}

static bool open_relay(struct relay *r)
{
    const struct diff_server *s = &r->d->options.servers[r->server];
    const char *why = "no sockets";
    sink_init(&r->sink);
    snprintf(r->rcpt, sizeof r->rcpt, "lattice@%.300s", s->hop_domain);
    r->site = *r->d->servers[r->server].site;
    r->site.rcpt[0] = r->rcpt;
    r->eod = (struct eod){.site = &r->site,
                          .silence_ms = r->d->options.silence_ms,
                          .waits = r->d->servers[r->server].waits};
    if (r->d->beside != NULL)
        r->listener =
            net_uv_listen(r->d->beside->uv, "127.0.0.1", s->hop_port, came, &r->sink, &why);
    if (r->listener == NULL)
        fprintf(stderr, DIFF_PROGRAM ": %s: hop=%u: %s\n", s->name, (unsigned)s->hop_port, why);
    return r->listener != NULL;
}

static bool send_all(struct relay *r, const struct word *words, size_t count)
{
    for (size_t i = 0; i < count && !interrupt_came(); i++) {
        char nonce[NONCE], octets[AUTOMATON_WORD];
        nonce_of(r, i, nonce);
        for (size_t k = 0; k < words[i].n; k++)
            octets[k] = lattice_alphabet[words[i].letters[k]];
        enum eod_answer answer = eod_ask(&r->eod, nonce, (smtp_span){octets, words[i].n});
        r->accepted += answer == EOD_TEXT || answer == EOD_ENDED;
    }
    for (uint64_t waited = 0; waited < PATIENCE_MS && r->sink.whole < r->accepted;
         waited += LOOK_MS)
        if (!site_sleep(&r->site, LOOK_MS))
            return false;
    return !interrupt_came();
}

/* ---- what became of it ----------------------------------------------------------------------- */

static void print_body(FILE *to, smtp_span body)
{
    static const char end[] = "NOOP\r\n.\r\n";
    size_t n = sizeof end - 1;
    if (body.n >= n && memcmp(body.p + body.n - n, end, n) == 0)
        body.n -= n;
    struct word word = word_of(body.p + (body.n > 0), body.n - (body.n > 0));
    word_print(to, &word);
}

/* Of the relay's outputs the first that the server ends too early; NULL: none. */
static const struct sink_text *smuggled(const struct relay *r, size_t server, size_t *count)
{
    const struct sink_text *first = NULL;
    *count = 0;
    for (const struct sink_text *text = r->sink.first; text != NULL; text = text->next)
        if (pairs_smuggle(&r->d->automata[server], EOD_ENDED, sink_body(text))) {
            first = first == NULL ? text : first;
            ++*count;
        }
    return first;
}

static void print_outputs(const struct relay *r, const struct word *words, size_t count)
{
    size_t strange = 0, changed = 0;
    for (size_t i = 0; i < count; i++) {
        char nonce[NONCE], octets[AUTOMATON_WORD + 1] = "x";
        nonce_of(r, i, nonce);
        const struct sink_text *text = sink_find(&r->sink, smtp_span_of(nonce));
        for (size_t k = 0; k < words[i].n; k++)
            octets[k + 1] = lattice_alphabet[words[i].letters[k]];
        if (text == NULL || !text->whole)
            continue;
        strange += text->strange > 0;
        smtp_span body = sink_body(text);
        changed += body.n < words[i].n + 1 || memcmp(body.p, octets, words[i].n + 1) != 0;
    }
    printf(" %s relayed %zu of %zu texts, %zu of them changed, %zu with commands behind them, and "
           "broke %zu off\n",
           r->d->names[r->server], r->sink.whole, count, changed, strange,
           r->sink.count - r->sink.whole);
}

static void print_pairs(const struct relay *r, FILE *graph)
{
    struct diff *d = r->d;
    for (size_t s = 0; s < d->count; s++) {
        size_t count;
        const struct sink_text *text = d->known[s] ? smuggled(r, s, &count) : NULL;
        if (!d->known[s])
            continue;
        if (text == NULL) {
            printf("   %s -> %s: safe\n", d->names[r->server], d->names[s]);
            continue;
        }
        d->differences++;
        printf("   %s -> %s: SMUGGLES, %zu texts, for instance it says ", d->names[r->server],
               d->names[s], count);
        print_body(stdout, sink_body(text));
        putchar('\n');
        if (graph != NULL)
            fprintf(graph, "  \"%s\" -> \"%s\" [label=\"%zu\"];\n", d->names[r->server],
                    d->names[s], count);
    }
}

static FILE *open_graph(const struct diff *d)
{
    char file[512];
    if (d->options.dot == NULL)
        return NULL;
    snprintf(file, sizeof file, "%.400s/pairs.dot", d->options.dot);
    FILE *graph = fopen(file, "w");
    if (graph == NULL)
        fprintf(stderr, DIFF_PROGRAM ": %s: %s\n", file, strerror(errno));
    else
        fputs("digraph \"relay -> server: smuggles\" {\n", graph);
    return graph;
}

static bool run_relay(struct relay *r, const struct word *words, size_t count, FILE *graph)
{
    bool good = open_relay(r) && send_all(r, words, count);
    diff_clear_line(r->d);
    if (good) {
        print_outputs(r, words, count);
        print_pairs(r, graph);
        fflush(stdout);
    }
    if (r->listener != NULL)
        net_uv_listener_close(r->listener);
    return good;
}

static struct relay relays[CLUSTER_SERVERS];

void diff_hops_close(void)
{
    for (size_t i = 0; i < CLUSTER_SERVERS; i++)
        sink_free(&relays[i].sink);
}

/* The sinks stay until the world is gone: a relay may still be connected. */
bool diff_hops(struct diff *d)
{
    static struct word words[LATTICE_CLASSES];
    size_t word_count = words_of_lattice(words);
    bool good = true, any = false;
    FILE *graph = NULL;
    d->doing = "two hops";
    for (size_t i = 0; i < d->count && good; i++) {
        if (d->options.servers[i].hop_port == 0)
            continue;
        if (!any) {
            puts("\nThrough a relay to the next server");
            graph = open_graph(d);
        }
        any = true;
        relays[i] = (struct relay){.d = d, .server = i};
        good = run_relay(&relays[i], words, word_count, graph);
    }
    if (graph != NULL) {
        fputs("}\n", graph);
        fclose(graph);
    }
    return good;
}
