/*
 * NAME
 *     dot.c: the codec of the text behind 354
 *
 * DESCRIPTION
 *     Input: octets of the stream. Oracles:
 *
 *       eod-by-search      text, its end and what is left equal those of a search for CRLF.CRLF
 *       split-invariance   octet by octet, in pieces of odd sizes and of random ones, the result is the
 *                          same
 *       stuff-inverse      undoing what stuffing made gives the same octets, a last CRLF added; whatever
 *                          pieces the text comes in and whatever room there is for what comes out
 *       strict-in-lax      what ends the text strictly ends it under any tolerances, there or earlier
 *       stuffed-once       a stuffed text holds CRLF.CRLF only at its end
 */
#include <string.h>

#include "fuzz.h"
#include "smtp/lax.h"
#include "smtp/wire.h"

enum {
    MOST = 4096,
    ALL_ENDS = SMTP_LAX_EOD_LF_LF | SMTP_LAX_EOD_LF_CRLF | SMTP_LAX_EOD_CRLF_LF |
               SMTP_LAX_EOD_CR_CR | SMTP_LAX_EOD_CR_CRLF | SMTP_LAX_EOD_CRLF_CR | SMTP_LAX_EOD_NUL |
               SMTP_LAX_EOD_BLANK
};

/* Pieces of `step` octets; with a seed, of random length up to it. */
struct pieces {
    size_t step;
    uint32_t seed;
};

static size_t next_piece(struct pieces *how)
{
    if (how->seed == 0)
        return how->step;
    how->seed = how->seed * 1664525U + 1013904223U;
    return 1 + (how->seed >> 8) % how->step;
}

struct result {
    char text[MOST + 8];
    size_t n, left;
    bool ended;
    enum smtp_fault fault;
    uint64_t fault_off;
};

/* RFC 5321 4.1.1.4 and 4.5.2, without an automaton; the CRLF of DATA stands in front. */
static void by_search(smtp_span in, struct result *out)
{
    static const char end[] = "\r\n.\r\n";
    char all[MOST + 2];
    memcpy(all, "\r\n", 2);
    memcpy(all + 2, in.p, in.n);
    size_t total = in.n + 2, stop = total;
    *out = (struct result){.ended = false};
    for (size_t i = 0; i + 5 <= total && !out->ended; i++) {
        if (memcmp(all + i, end, 5) == 0) {
            out->ended = true;
            stop = i + 2;
            out->left = total - (i + 5);
        }
    }
    for (size_t i = 2; i < stop; i++)
        if (!(all[i] == '.' && all[i - 1] == '\n' && all[i - 2] == '\r'))
            out->text[out->n++] = all[i];
}

static void append(struct result *r, smtp_span run)
{
    FUZZ_CHECK(r->n + run.n <= sizeof r->text, "eod-by-search", "more text than input");
    memcpy(r->text + r->n, run.p, run.n);
    r->n += run.n;
}

static void by_codec(smtp_span in, struct pieces how, unsigned lax, struct result *out)
{
    struct smtp_dot dot = {.lax = lax};
    *out = (struct result){.ended = false};
    for (size_t at = 0, step = 0; at < in.n && !out->ended; at += step) {
        step = next_piece(&how);
        smtp_span piece = smtp_span_cut(in, at, at + step), run;
        enum smtp_step what;
        while ((what = smtp_dot_next(&dot, &piece, &run)) == SMTP_STEP_DATA)
            append(out, run);
        if (what == SMTP_STEP_END) {
            out->ended = true;
            out->left = piece.n + (at + step < in.n ? in.n - at - step : 0);
        }
    }
    out->fault = dot.fault;
    out->fault_off = dot.fault_off;
}

static void must_equal(const struct result *a, const struct result *b, const char *oracle)
{
    FUZZ_CHECK(a->ended == b->ended, oracle, "ended %d, %d", a->ended, b->ended);
    FUZZ_CHECK(!a->ended || a->left == b->left, oracle, "left %zu, %zu", a->left, b->left);
    FUZZ_CHECK(a->n == b->n && memcmp(a->text, b->text, a->n) == 0, oracle, "text of %zu, %zu",
               a->n, b->n);
}

enum { STUFFED = 3 * MOST + 16 }; /* a room may be as large as the text */

/* The text behind the CRLF of the DATA command, stuffed in pieces into rooms of as many octets; returns
 * octets. */
static size_t stuff_all(smtp_span body, struct pieces how, char out[STUFFED])
{
    size_t n = 2, step = 0;
    struct smtp_stuff stuff = {0};
    memcpy(out, "\r\n", 2);
    for (size_t at = 0; at < body.n; at += step) {
        step = next_piece(&how);
        smtp_span piece = smtp_span_cut(body, at, at + step);
        while (piece.n > 0) {
            size_t room = next_piece(&how);
            FUZZ_CHECK(n + room <= STUFFED, "stuff-inverse", "output of %zu", n);
            n += smtp_stuff_next(&stuff, (smtp_room){out + n, room}, &piece);
        }
    }
    n += smtp_stuff_end(&stuff, (smtp_room){out + n, STUFFED - n});
    FUZZ_CHECK(n <= STUFFED, "stuff-inverse", "output of %zu", n);
    return n;
}

/* A run that came out of undoing it: the octets of the body, or of the CRLF behind it. */
static void must_be_body(smtp_span body, size_t at, smtp_span run)
{
    static const char end[] = {'\r', '\n'};
    for (size_t i = 0; i < run.n; i++, at++) {
        FUZZ_CHECK(at < body.n + sizeof end, "stuff-inverse", "octet %zu", at);
        const char *want = at < body.n ? body.p + at : end + (at - body.n);
        FUZZ_CHECK(run.p[i] == *want, "stuff-inverse", "octet %zu", at);
    }
}

static void check_stuffing(smtp_span body, struct pieces how)
{
    static const char end[] = "\r\n.\r\n";
    char out[STUFFED];
    size_t n = stuff_all(body, how, out), at = 0;
    for (size_t i = 0; i + 5 < n; i++)
        FUZZ_CHECK(memcmp(out + i, end, 5) != 0, "stuffed-once", "CRLF.CRLF at %zu of %zu", i, n);
    struct smtp_dot dot = {0};
    smtp_span in = {out + 2, n - 2}, run;
    enum smtp_step what;
    for (; (what = smtp_dot_next(&dot, &in, &run)) == SMTP_STEP_DATA; at += run.n)
        must_be_body(body, at, run);
    bool complete = body.n >= 2 && memcmp(body.p + body.n - 2, "\r\n", 2) == 0;
    FUZZ_CHECK(what == SMTP_STEP_END && in.n == 0, "stuff-inverse", "no end");
    FUZZ_CHECK(at == body.n + (complete || body.n == 0 ? 0 : 2), "stuff-inverse",
               "%zu octets of %zu", at, body.n);
}

static uint32_t hash(smtp_span in)
{
    uint32_t h = 2166136261U;
    for (size_t i = 0; i < in.n; i++)
        h = (h ^ (unsigned char)in.p[i]) * 16777619U;
    return h | 1U;
}

/* What strictly ends the text ends it under tolerances, at the latest there. */
static void check_lax(smtp_span in, const struct result *strict, unsigned lax)
{
    static struct result whole, split;
    by_codec(in, (struct pieces){in.n > 0 ? in.n : 1, 0}, lax, &whole);
    by_codec(in, (struct pieces){1, 0}, lax, &split);
    must_equal(&whole, &split, "split-invariance");
    if (strict->ended)
        FUZZ_CHECK(whole.ended && whole.left >= strict->left, "strict-in-lax",
                   "lax %x: left %zu, %zu", lax, whole.left, strict->left);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct result search, whole, split;
    if (size > MOST)
        return 0;
    smtp_span in = {(const char *)data, size};
    struct pieces all = {size > 0 ? size : 1, 0};
    by_search(in, &search);
    by_codec(in, all, 0, &whole);
    if (search.ended)
        must_equal(&search, &whole, "eod-by-search");
    else
        FUZZ_CHECK(!whole.ended && whole.n <= search.n &&
                       memcmp(whole.text, search.text, whole.n) == 0,
                   "eod-by-search", "text before the end");
    const struct pieces ways[] = {{1, 0}, {2, 0}, {3, 0}, {7, 0}, {5, hash(in)}, {40, hash(in)}};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        by_codec(in, ways[i], 0, &split);
        must_equal(&whole, &split, "split-invariance");
        FUZZ_CHECK(whole.fault == split.fault && whole.fault_off == split.fault_off,
                   "split-invariance", "fault at %llu, %llu", (unsigned long long)whole.fault_off,
                   (unsigned long long)split.fault_off);
        check_stuffing(in, ways[i]);
    }
    check_stuffing(in, all);
    check_lax(in, &search, ALL_ENDS);
    check_lax(in, &search, (unsigned)hash(in) & ALL_ENDS);
    return 0;
}
