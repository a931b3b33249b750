#include <stdlib.h>

#include "trace_view.h"

/*
 * A host is a node, a hop an arrow. Hosts whose names or addresses say that they are one are one
 * node, so that a loop is a circle; localhost is the host where the message is.
 */
struct graph {
    const struct smtp_trace_host **nodes;
    size_t count;
    FILE *to;
};

static void put_quoted(FILE *to, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            fputc('\\', to);
        fputc(*text, to);
    }
}

static size_t add_node(struct graph *g, const struct smtp_trace_host *host)
{
    char label[TRACE_WORD];
    trace_host_name(label, sizeof label, host);
    fprintf(g->to, "  n%zu [label=\"", g->count);
    put_quoted(g->to, host->domain.kind != SMTP_D_NONE ? label : "?");
    fputs("\"];\n", g->to);
    g->nodes[g->count] = host;
    return g->count++;
}

static size_t node_of(struct graph *g, const struct smtp_trace_host *host)
{
    if (host->domain.kind != SMTP_D_NONE)
        for (size_t i = 0; i < g->count; i++)
            if (smtp_host_kinship(g->nodes[i], host) == SMTP_KIN_SAME)
                return i;
    return add_node(g, host);
}

/* The node of a host, `here` when it is the place where the message is already. */
static size_t node_from(struct graph *g, const struct smtp_trace_host *host, size_t here)
{
    bool same = host->domain.kind == SMTP_D_NONE || smtp_host_is_local(host);
    return same && g->count > 0 ? here : node_of(g, host);
}

static void put_arrow(struct graph *g, const struct trace_view *view, const struct smtp_hop *hop,
                      size_t from, size_t by)
{
    char with[40], delay[80], names[120];
    trace_clean(with, sizeof with, hop->seen.with);
    trace_names(names, sizeof names, hop->findings, true);
    fprintf(g->to, "  n%zu -> n%zu [label=\"%zu", from, by, trace_number(view, hop));
    if (with[0] != '\0') {
        fputs(": ", g->to);
        put_quoted(g->to, with);
    }
    if (hop->has_delay) {
        trace_duration(delay, sizeof delay, hop->delay);
        fprintf(g->to, "\\n%s", delay);
    }
    if (names[0] != '\0')
        fprintf(g->to, "\\n%s", names);
    bool bad = names[0] != '\0';
    fprintf(g->to, "\"%s%s];\n", bad ? ", color=\"#c62828\", fontcolor=\"#c62828\"" : "",
            hop->tls == SMTP_HOP_TLS ? ", penwidth=2" : "");
}

static void put_hops(struct graph *g, const struct trace_view *view)
{
    size_t here = 0;
    for (size_t i = 0; i < view->chain.count; i++) {
        const struct smtp_hop *hop = &view->chain.hops[i];
        size_t from = node_from(g, &hop->seen.from, here);
        if (from != here && i > 0)
            fprintf(g->to, "  n%zu -> n%zu [style=dashed, color=\"%s\", arrowhead=none];\n", here,
                    from, (hop->findings & 1U << SMTP_FI_GAP) != 0 ? "#c62828" : "#888888");
        here = node_from(g, &hop->seen.by, from);
        put_arrow(g, view, hop, from, here);
    }
}

void trace_dot(const struct trace_view *view, FILE *to)
{
    struct graph g = {.nodes =
                          calloc(2 * view->chain.count + 1, sizeof(const struct smtp_trace_host *)),
                      .to = to};
    if (g.nodes == NULL)
        return;
    fputs("digraph trace {\n  rankdir=LR;\n  node [shape=box, style=rounded, "
          "fontname=\"sans-serif\"];\n"
          "  edge [fontname=\"sans-serif\", fontsize=10];\n",
          to);
    put_hops(&g, view);
    fputs("}\n", to);
    free(g.nodes);
}
