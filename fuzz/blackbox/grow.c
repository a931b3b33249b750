#include "blackbox/grow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blackbox/verbs.h"

/* ---- what the replies show ------------------------------------------------------------------- */

static bool lists(smtp_span reply, const char *keyword)
{
    size_t n = strlen(keyword);
    for (size_t i = 4; i + n < reply.n; i++) {
        char before = reply.p[i - 1], behind = reply.p[i + n];
        bool line = i >= 5 && reply.p[i - 5] == '\n';
        if (line && (before == '-' || before == ' ') &&
            smtp_span_is_nocase(smtp_span_cut(reply, i, i + n), smtp_span_of(keyword)) &&
            (behind == '\r' || behind == ' ' || behind == '\n'))
            return true;
    }
    return false;
}

static void take_offers(struct grow *g, smtp_span reply)
{
    g->pipelining = lists(reply, "PIPELINING");
    g->chunking = lists(reply, "CHUNKING");
    g->starttls = lists(reply, "STARTTLS");
    g->auth = lists(reply, "AUTH");
}

static void end_transaction(struct grow *g)
{
    g->mail = g->rcpt = false;
}

/* The verb of one move and its answer: what it leads to. */
static void follow(struct grow *g, const struct talk_view *view)
{
    bool taken = view->code / 100 == 2;
    if (g->verb == VERB_EHLO && taken)
        take_offers(g, view->reply);
    if ((g->verb == VERB_EHLO || g->verb == VERB_HELO) && taken)
        g->hello = true;
    if (taken && (g->verb == VERB_EHLO || g->verb == VERB_HELO || g->verb == VERB_RSET ||
                  g->verb == VERB_TEXT))
        end_transaction(g);
    if (g->verb == VERB_MAIL && taken)
        g->mail = true;
    if (g->verb == VERB_RCPT && taken)
        g->rcpt = true;
    if (g->verb == VERB_GROUP && taken)
        g->mail = g->rcpt = true;
    if (g->verb == VERB_STARTTLS && view->code == 220)
        g->hello = g->mail = g->rcpt = g->starttls = false;
}

static void learn(struct grow *g, const struct talk_view *view)
{
    if (g->began) {
        follow(g, view);
        if (guide_note(g->guide, g->last, g->code, g->verb, view->code)) {
            g->is_new = true;
            g->new_at = g->given;
        }
    }
    g->last = g->verb;
    g->code = view->code;
    g->began = true;
}

/* ---- which verb ------------------------------------------------------------------------------ */

static enum verb leading_on(struct grow *g)
{
    bool waits_for_tls = g->site->mode == PLAYER_STARTTLS && !g->secure;
    if (g->hello && g->starttls && waits_for_tls)
        return VERB_STARTTLS;
    if (!g->hello)
        return waits_for_tls || !chance_percent(&g->chance, 12) ? VERB_EHLO : VERB_HELO;
    if (!g->mail)
        return g->pipelining && chance_percent(&g->chance, 35) ? VERB_GROUP : VERB_MAIL;
    if (!g->rcpt)
        return VERB_RCPT;
    return g->chunking && chance_percent(&g->chance, 45) ? VERB_BDAT : VERB_DATA;
}

static bool is_possible(const struct grow *g, enum verb verb)
{
    if (verb == VERB_NONE || verb == VERB_TEXT || verb == VERB_RESPONSE || verb == VERB_JUNK)
        return false;
    bool many = verb == VERB_GROUP || verb == VERB_CHUNKS;
    return (!many || g->pipelining) && (verb != VERB_CHUNKS || g->chunking) &&
           (verb != VERB_BDAT || g->chunking) && (verb != VERB_STARTTLS || g->starttls) &&
           (verb != VERB_AUTH || g->auth);
}

static enum verb least_tried(struct grow *g)
{
    enum verb best = VERB_NOOP;
    unsigned least = UINT32_MAX;
    size_t first = chance_below(&g->chance, VERB_COUNT);
    for (size_t i = 0; i < VERB_COUNT; i++) {
        enum verb verb = (enum verb)((first + i) % VERB_COUNT);
        unsigned tried = guide_tried(g->guide, g->last, g->code, verb);
        if (is_possible(g, verb) && tried < least) {
            least = tried;
            best = verb;
        }
    }
    return best;
}

static enum verb choose(struct grow *g)
{
    bool waits_for_tls = g->site->mode == PLAYER_STARTTLS && !g->secure;
    size_t kind = chance_below(&g->chance, 100);
    if (g->code == 354)
        return VERB_TEXT;
    if (g->code == 334)
        return VERB_RESPONSE;
    if (kind < 52 || waits_for_tls)
        return leading_on(g);
    if (kind < 90)
        return least_tried(g);
    if (kind < 93 && g->left < 3)
        return VERB_JUNK;
    enum verb any = (enum verb)chance_below(&g->chance, VERB_COUNT);
    return is_possible(g, any) ? any : VERB_OTHER;
}

/* ---- the source ------------------------------------------------------------------------------ */

/* Where writes of the move end before it does. */
static void cut(struct grow *g, struct move *move)
{
    if (!chance_percent(&g->chance, 20) || move->octets.n < 3)
        return;
    size_t at = 0, count = 1 + chance_below(&g->chance, MOVE_CUTS - 1);
    for (size_t i = 0; i < count && at + 1 < move->octets.n; i++) {
        at += 1 + chance_below(&g->chance, move->octets.n - at - 1);
        move->cuts[i] = at;
    }
}

static bool from_prefix(struct grow *g, struct move *out)
{
    if (g->prefix == NULL || g->at == g->prefix->count)
        return false;
    *out = g->prefix->list[g->at++];
    g->verb = verb_of(out);
    return true;
}

static bool fresh(struct grow *g, struct move *out)
{
    if (g->left == 0 && g->code != 354 && g->code != 334)
        return false;
    g->left -= g->left > 0;
    g->verb = choose(g);
    g->octets.n = 0;
    struct words words = {.chance = &g->chance, .site = g->site, .to = &g->octets};
    verb_make(g->verb, &words, out);
    g->lost = g->lost || words.lost;
    cut(g, out);
    return !words.lost;
}

static bool grow_next(struct talk_source *source, const struct talk_view *view, struct move *out)
{
    struct grow *g = (struct grow *)source;
    learn(g, view);
    g->secure = view->secure;
    if (!from_prefix(g, out) && !fresh(g, out))
        return false;
    g->given++;
    return true;
}

void grow_init(struct grow *g, struct guide *guide, const struct site *site, uint64_t seed,
               uint64_t number)
{
    enum { LONGEST = 14 };
    *g = (struct grow){
        .source = {grow_next}, .chance = chance_of(seed, number), .guide = guide, .site = site};
    g->left = 2 + chance_below(&g->chance, LONGEST);
    if (chance_percent(&g->chance, 35))
        g->prefix = guide_pick(guide, &g->chance);
}

void grow_end(struct grow *g, const struct talk_result *result)
{
    if (g->is_new && result->connected)
        guide_keep(g->guide, &result->moves, g->new_at);
}

void grow_free(struct grow *g)
{
    free(g->octets.p);
    g->octets = (struct octets){.p = NULL};
}
