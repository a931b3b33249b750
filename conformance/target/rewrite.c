/*
 * NAME
 *     rewrite.c: regular expressions over an edge's buffers
 *
 * DESCRIPTION
 *     The wrapper shares the inner edge and only stands in front of its step(): new input is
 *     rewritten in the input buffer before the session looks, new output in the output buffer after
 *     it has written. What an earlier step has seen is not touched again.
 */
#include "target/rewrite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REWRITE_MAX = 65536, WINDOW = 16 };

struct rewrite {
    struct net_end end; /* first: for the transport */
    struct net_end *inner;
    const struct mutant *mutant;
    const struct mutant_rewrite *output, *input;
    size_t seen_in;   /* octets of the input that a step has left */
    char stash[1024]; /* "inject": what stood behind STARTTLS */
    size_t stashed;
    char window[WINDOW]; /* "early": the latest octets of the input */
    size_t windowed;
    char held[1024]; /* "hold": output that waits for more */
    size_t held_n;
    size_t out_mark; /* end of the output that is rewritten, as an offset in its buffer */
};

size_t rewrite_octets(const struct mutant_rewrite *rw, char *at, size_t n, size_t room)
{
    static _Thread_local PCRE2_UCHAR out[REWRITE_MAX];
    PCRE2_SIZE length = sizeof out;
    if (rw->regex == NULL || n == 0)
        return n;
    int matches = pcre2_substitute(rw->regex, (PCRE2_SPTR)at, n, 0, PCRE2_SUBSTITUTE_GLOBAL, NULL,
                                   NULL, (PCRE2_SPTR)rw->text, rw->length, out, &length);
    if (matches < 0) { /* a group that is not there, or no room: the mutant would be none */
        fprintf(stderr, "mutant: the replacement failed: error %d\n", matches);
        abort();
    }
    if (matches == 0 || length > room)
        return n;
    memcpy(at, out, length);
    return length;
}

static void rewrite_input(struct rewrite *r)
{
    struct smtp_edge *e = r->end.edge;
    if (e->in_len <= r->seen_in)
        return;
    size_t from = e->in_head + r->seen_in, n = e->in_len - r->seen_in;
    e->in_len = r->seen_in + rewrite_octets(r->input, e->in.p + from, n, e->in.n - from);
}

static bool matches(const pcre2_code *regex, const char *p, size_t n)
{
    pcre2_match_data *match = pcre2_match_data_create(16, NULL);
    if (match == NULL)
        abort();
    int found = pcre2_match(regex, (PCRE2_SPTR)p, n, 0, 0, match, NULL);
    pcre2_match_data_free(match);
    return found >= 0;
}

/* "early": whether the stream matches behind this octet. */
static bool ends_early(struct rewrite *r, char octet)
{
    if (r->windowed == WINDOW)
        memmove(r->window, r->window + 1, --r->windowed);
    r->window[r->windowed++] = octet;
    return matches(r->mutant->early, r->window, r->windowed);
}

static void end_early(struct rewrite *r)
{
    static const char end[] = "\r\n.\r\n";
    struct smtp_edge *e = r->end.edge;
    for (size_t i = r->seen_in; i < e->in_len; i++) {
        char *at = e->in.p + e->in_head + i + 1;
        if (!ends_early(r, at[-1]) || e->in_head + e->in_len + sizeof end > e->in.n)
            continue;
        memmove(at + sizeof end - 1, at, e->in_len - i - 1);
        memcpy(at, end, sizeof end - 1);
        e->in_len += sizeof end - 1;
        i += sizeof end - 1;
    }
}

/* "hold": new output goes behind what is held, and is held itself where it ends so. */
static void hold_output(struct rewrite *r, size_t old)
{
    struct smtp_edge *e = r->end.edge;
    char *at = e->out.p + e->out_head + old;
    size_t n = e->out_len - old;
    if (n == 0 || e->out_head + e->out_len + r->held_n > e->out.n)
        return;
    memmove(at + r->held_n, at, n);
    memcpy(at, r->held, r->held_n);
    n += r->held_n;
    r->held_n = 0;
    if (n <= sizeof r->held && matches(r->mutant->hold, at, n)) {
        memcpy(r->held, at, n);
        r->held_n = n;
        n = 0;
    }
    e->out_len = old + n;
}

static void rewrite_output(struct rewrite *r)
{
    struct smtp_edge *e = r->end.edge;
    size_t old = 0; /* octets of the output that are rewritten already */
    if (e->out_len > 0 && r->out_mark > e->out_head)
        old = r->out_mark - e->out_head;
    if (e->out_len <= old)
        return;
    size_t from = e->out_head + old, n = e->out_len - old;
    e->out_len = old + rewrite_octets(r->output, e->out.p + from, n, e->out.n - from);
    if (r->mutant != NULL && r->mutant->hold != NULL)
        hold_output(r, old);
    r->out_mark = e->out_head + e->out_len;
}

/* "inject", before the session looks: what stands behind STARTTLS in clear (RFC 3207 4.2: to be
 * dropped). */
static void inject_keep(struct rewrite *r)
{
    static const char verb[] = "STARTTLS\r\n";
    smtp_span in = smtp_edge_in(r->end.edge);
    size_t n = sizeof verb - 1;
    if (r->end.edge->secure)
        return;
    for (size_t i = 0; i + n <= in.n; i++) {
        smtp_span behind = smtp_span_cut(in, i + n, in.n);
        if (memcmp(in.p + i, verb, n) != 0 || behind.n > sizeof r->stash)
            continue;
        memcpy(r->stash, behind.p, behind.n);
        r->stashed = behind.n;
    }
}

/* "inject", when TLS is up: it comes first. */
static void inject_run(struct rewrite *r)
{
    struct smtp_edge *e = r->end.edge;
    if (!e->secure || r->stashed == 0)
        return;
    smtp_room room = smtp_edge_room(e); /* moves what is there to the front */
    if (room.n >= r->stashed) {
        memmove(e->in.p + r->stashed, e->in.p, e->in_len);
        memcpy(e->in.p, r->stash, r->stashed);
        e->in_len += r->stashed;
    }
    r->stashed = 0;
}

static void rewrite_step(struct net_end *end, uint64_t now_ms)
{
    struct rewrite *r = (struct rewrite *)end;
    r->inner->conn = end->conn;
    if (r->end.edge->out_len == 0)
        r->out_mark = 0; /* the buffer was rewound */
    rewrite_input(r);
    if (r->mutant != NULL && r->mutant->early != NULL)
        end_early(r);
    if (r->mutant != NULL && r->mutant->inject) {
        inject_keep(r);
        inject_run(r);
    }
    r->inner->step(r->inner, now_ms);
    r->seen_in = r->end.edge->in_len;
    rewrite_output(r);
}

static void rewrite_gone(struct net_end *end, uint64_t now_ms)
{
    struct rewrite *r = (struct rewrite *)end;
    if (r->inner->gone != NULL)
        r->inner->gone(r->inner, now_ms);
    free(r);
}

static struct rewrite *wrap(struct net_end *inner, const struct mutant_rewrite *output,
                            const struct mutant_rewrite *input)
{
    struct rewrite *r = calloc(1, sizeof *r);
    if (r == NULL)
        return NULL;
    r->inner = inner;
    r->output = output;
    r->input = input;
    r->end = (struct net_end){.edge = inner->edge, .step = rewrite_step, .gone = rewrite_gone};
    return r;
}

struct net_end *rewrite_wrap(const struct mutant *mutant, struct net_end *inner)
{
    struct rewrite *r = wrap(inner, &mutant->reply, &mutant->input);
    if (r == NULL)
        return NULL;
    r->mutant = mutant;
    return &r->end;
}

struct net_end *rewrite_wrap_onward(const struct mutant *mutant, struct net_end *inner)
{
    struct rewrite *r = wrap(inner, &mutant->onward, &mutant->hears);
    return r == NULL ? NULL : &r->end;
}
