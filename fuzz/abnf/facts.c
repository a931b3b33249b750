#include "grammar.h"

#include <string.h>

enum { FAR = 1000000 };

struct facts {
    uint32_t depth;
    bool empty, single;
    struct abnf_octets first;
};

static void join(struct abnf_octets *to, const struct abnf_octets *from)
{
    for (size_t i = 0; i < 4; i++)
        to->words[i] |= from->words[i];
}

static void put(struct abnf_octets *to, uint32_t octet)
{
    to->words[octet / 64] |= (uint64_t)1 << (octet % 64);
}

static void of_range(const struct abnf_node *node, struct facts *out)
{
    out->single = true;
    for (uint32_t octet = node->min; octet <= node->max; octet++)
        put(&out->first, octet);
}

static void of_text(const struct abnf *g, const struct abnf_node *node, struct facts *out)
{
    out->empty = node->max == 0;
    out->single = node->max == 1;
    if (node->max == 0)
        return;
    unsigned char octet = (unsigned char)g->text[node->min];
    bool letter = (octet | 0x20) >= 'a' && (octet | 0x20) <= 'z';
    put(&out->first, octet);
    if (letter)
        put(&out->first, octet ^ 0x20);
}

static void of_any(const struct abnf *g, const struct abnf_node *node, struct facts *out)
{
    out->depth = FAR;
    out->single = true;
    for (uint32_t at = node->child; at != ABNF_NONE; at = g->nodes[at].next) {
        const struct abnf_node *child = &g->nodes[at];
        out->depth = child->depth < out->depth ? child->depth : out->depth;
        out->empty = out->empty || child->empty;
        out->single = out->single && child->single;
        join(&out->first, &child->first);
    }
}

static void of_all(const struct abnf *g, const struct abnf_node *node, struct facts *out)
{
    out->empty = true;
    out->single = g->nodes[node->child].next == ABNF_NONE && g->nodes[node->child].single;
    for (uint32_t at = node->child; at != ABNF_NONE; at = g->nodes[at].next) {
        const struct abnf_node *child = &g->nodes[at];
        out->depth = child->depth > out->depth ? child->depth : out->depth;
        if (out->empty)
            join(&out->first, &child->first);
        out->empty = out->empty && child->empty;
    }
}

static void of_repeat(const struct abnf *g, const struct abnf_node *node, struct facts *out)
{
    const struct abnf_node *child = &g->nodes[node->child];
    out->depth = node->min == 0 ? 0 : child->depth;
    out->empty = node->min == 0 || child->empty;
    out->single = node->min == 1 && node->max == 1 && child->single;
    out->first = child->first;
}

static void of_use(const struct abnf *g, const struct abnf_node *node, struct facts *out)
{
    uint32_t rule = g->rules[node->min].node;
    if (rule == ABNF_NONE)
        return;
    const struct abnf_node *used = &g->nodes[rule];
    *out = (struct facts){used->depth + 1, used->empty, used->single, used->first};
}

static struct facts facts_of(const struct abnf *g, const struct abnf_node *node)
{
    struct facts out = {.depth = 0};
    switch (node->kind) {
    case ABNF_ANY_OF:
        of_any(g, node, &out);
        break;
    case ABNF_ALL_OF:
        if (node->child != ABNF_NONE)
            of_all(g, node, &out);
        else
            out.empty = true;
        break;
    case ABNF_REPEAT:
        of_repeat(g, node, &out);
        break;
    case ABNF_USE:
        of_use(g, node, &out);
        break;
    case ABNF_RANGE:
        of_range(node, &out);
        break;
    case ABNF_TEXT:
        of_text(g, node, &out);
        break;
    }
    return out;
}

/* Every fact begins as the least that can be said, and only grows: so the last round changes nothing. */
void abnf_measure(struct abnf *g)
{
    for (size_t i = 0; i < g->node_count; i++) {
        g->nodes[i].depth = FAR;
        g->nodes[i].empty = g->nodes[i].single = false;
        memset(&g->nodes[i].first, 0, sizeof g->nodes[i].first);
    }
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t i = 0; i < g->node_count; i++) {
            struct abnf_node *node = &g->nodes[i];
            struct facts facts = facts_of(g, node);
            bool same = facts.depth >= node->depth && facts.empty == node->empty &&
                        facts.single == node->single &&
                        memcmp(&facts.first, &node->first, sizeof facts.first) == 0;
            changed = changed || !same;
            node->depth = facts.depth < node->depth ? facts.depth : node->depth;
            node->empty = facts.empty;
            node->single = facts.single;
            node->first = facts.first;
        }
    }
}

/* ---- rules that begin with themselves ---- */

enum { UNSEEN, OPEN, DONE };

static bool loops_at(const struct abnf *g, uint32_t at, char *state);

static bool loops_in_children(const struct abnf *g, const struct abnf_node *node, char *state)
{
    for (uint32_t at = node->child; at != ABNF_NONE; at = g->nodes[at].next) {
        if (loops_at(g, at, state))
            return true;
        if (node->kind == ABNF_ALL_OF && !g->nodes[at].empty)
            return false;
    }
    return false;
}

static bool loops_at(const struct abnf *g, uint32_t at, char *state)
{
    const struct abnf_node *node = &g->nodes[at];
    if (node->kind != ABNF_USE)
        return loops_in_children(g, node, state);
    if (g->rules[node->min].node == ABNF_NONE || state[node->min] == DONE)
        return false;
    if (state[node->min] == OPEN)
        return true;
    state[node->min] = OPEN;
    bool loops = loops_at(g, g->rules[node->min].node, state);
    state[node->min] = DONE;
    return loops;
}

const char *abnf_loops(const struct abnf *g)
{
    enum { RULES_MAX = 1024 };
    char state[RULES_MAX];
    for (size_t i = 0; i < g->rule_count && i < RULES_MAX; i++) {
        memset(state, UNSEEN, sizeof state);
        state[i] = OPEN;
        if (g->rules[i].node != ABNF_NONE && loops_at(g, g->rules[i].node, state))
            return g->rules[i].name;
    }
    return NULL;
}
