/*
 * NAME
 *     leak.c: the same frame sixteen times
 *
 * DESCRIPTION
 *     A server that answers out of memory that it has not written answers otherwise each time. What may
 *     differ is left out of the comparison: words with a digit in them (queue ids, dates, counters,
 *     times, names of processes), and words of base64 that are challenges. All else is compared octet
 *     for octet. A difference has to come twice: a server under load may defer now and then.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blackbox/hunt_parts.h"

enum { FRAMES = 16 };

static bool is_word(char c)
{
    unsigned char u = (unsigned char)c;
    return u > 32 && u < 127 && c != '<' && c != '>' && c != ',' && c != ';' && c != '(' &&
           c != ')';
}

/* Behind a code the word with a digit stays: it is the enhanced code. */
static bool varies(smtp_span octets, size_t from, size_t to)
{
    bool line_start = from == 0 || octets.p[from - 1] == '\n';
    bool enhanced = from >= 4 && (from == 4 || octets.p[from - 5] == '\n') && to - from <= 9;
    if (line_start || enhanced)
        return false;
    for (size_t i = from; i < to; i++)
        if (octets.p[i] >= '0' && octets.p[i] <= '9')
            return true;
    return false;
}

/* The octets with "#" for each word that may differ. False: no memory. */
static bool mask(smtp_span octets, struct octets *out)
{
    bool good = true;
    for (size_t i = 0; i < octets.n && good;) {
        size_t end = i;
        while (end < octets.n && is_word(octets.p[end]))
            end++;
        bool odd = end == i;
        good =
            octets_add(out, !odd && varies(octets, i, end) ? SMTP_SPAN("#")
                                                           : smtp_span_cut(octets, i, end + odd));
        i = end + odd;
    }
    return good;
}

static bool frame(struct hunt *h, const struct moves *moves, struct octets *out)
{
    struct talk_result result;
    struct talk_replay replay = talk_replay_of(moves);
    out->n = 0;
    bool good = talk_run(h->site, &replay.source, &result);
    h->interrupted = h->interrupted || result.interrupted;
    good = good && mask((smtp_span){result.heard.p, result.heard.n}, out);
    talk_free(&result);
    return good;
}

/* How many of sixteen replies differ from the first. */
static size_t count_others(struct hunt *h, const struct moves *moves)
{
    struct octets first = {.p = NULL}, next = {.p = NULL};
    size_t others = 0;
    bool good = frame(h, moves, &first);
    for (size_t i = 1; i < FRAMES && good; i++) {
        good = frame(h, moves, &next);
        others += good && !smtp_span_is((smtp_span){first.p, first.n}, (smtp_span){next.p, next.n});
    }
    free(first.p);
    free(next.p);
    return others;
}

bool hunt_leak(struct hunt *h, const struct moves *moves)
{
    char why[160];
    size_t others = count_others(h, moves);
    if (others > 0)
        others = count_others(h, moves);
    if (others == 0 || h->interrupted)
        return !h->interrupted;
    snprintf(why, sizeof why, "%zu of %d times the same octets got another reply", others, FRAMES);
    return hunt_add(h, &rules_own[RULES_REPLY_DIFFERS], VERB_NONE, why, moves);
}
