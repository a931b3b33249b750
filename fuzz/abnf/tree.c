#include "grammar.h"

#include <stdlib.h>
#include <string.h>

/* ---- storage ---- */

static void *grow(void *items, size_t size, size_t count, size_t *max)
{
    if (count < *max)
        return items;
    *max = *max == 0 ? 64 : *max * 2;
    void *more = realloc(items, *max * size);
    if (more == NULL)
        abort();
    return more;
}

uint32_t abnf_add_node(struct abnf *g, enum abnf_kind kind, uint32_t min, uint32_t max)
{
    g->nodes = grow(g->nodes, sizeof *g->nodes, g->node_count, &g->node_max);
    g->nodes[g->node_count] = (struct abnf_node){
        .kind = kind, .min = min, .max = max, .child = ABNF_NONE, .next = ABNF_NONE};
    return (uint32_t)g->node_count++;
}

void abnf_add_child(struct abnf *g, uint32_t parent, uint32_t child)
{
    uint32_t *at = &g->nodes[parent].child;
    while (*at != ABNF_NONE)
        at = &g->nodes[*at].next;
    *at = child;
}

uint32_t abnf_add_text(struct abnf *g, smtp_span octets)
{
    uint32_t at = (uint32_t)g->text_n;
    for (size_t i = 0; i < octets.n; i++) {
        g->text = grow(g->text, 1, g->text_n, &g->text_max);
        g->text[g->text_n++] = octets.p[i];
    }
    return abnf_add_node(g, ABNF_TEXT, at, (uint32_t)octets.n);
}

static size_t find_rule(const struct abnf *g, smtp_span name)
{
    size_t i = 0;
    while (i < g->rule_count && !smtp_span_is_nocase(smtp_span_of(g->rules[i].name), name))
        i++;
    return i;
}

size_t abnf_add_rule(struct abnf *g, smtp_span name)
{
    size_t i = find_rule(g, name);
    if (i < g->rule_count)
        return i;
    g->rules = grow(g->rules, sizeof *g->rules, g->rule_count, &g->rule_max);
    char *copy = malloc(name.n + 1);
    if (copy == NULL)
        abort();
    memcpy(copy, name.p, name.n);
    copy[name.n] = '\0';
    g->rules[i] = (struct abnf_named){.name = copy, .node = ABNF_NONE};
    g->rule_count++;
    return i;
}

/* ---- the grammar ---- */

struct abnf *abnf_new(void)
{
    return calloc(1, sizeof(struct abnf));
}

void abnf_free(struct abnf *g)
{
    if (g == NULL)
        return;
    for (size_t i = 0; i < g->rule_count; i++)
        free(g->rules[i].name);
    abnf_sets_free(g);
    free(g->rules);
    free(g->nodes);
    free(g->text);
    free(g);
}

const char *abnf_undefined(const struct abnf *g)
{
    for (size_t i = 0; i < g->rule_count; i++)
        if (g->rules[i].node == ABNF_NONE)
            return g->rules[i].name;
    return NULL;
}

int abnf_rule(const struct abnf *g, const char *name)
{
    size_t i = find_rule(g, smtp_span_of(name));
    return i < g->rule_count ? (int)i : -1;
}
