#include <stdlib.h>
#include <string.h>

#include "trace_layout.h"

static const char style[] =
    "<style>\n"
    "  text { font-family: ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace;"
    " font-size: 11px; fill: #57606a }\n"
    "  .bg { fill: #ffffff } .name, .title { fill: #1b1f24; font-size: 13px; font-weight: bold }\n"
    "  .title { font-size: 16px } .grid { stroke: #d8dee4; stroke-width: 1 }\n"
    "  .bar { fill: #2f6fde; stroke: #2f6fde } .way { stroke: #2f6fde; fill: none }\n"
    "  .bad { fill: #c4320a; stroke: #c4320a } .way.bad { fill: none; stroke-dasharray: 4 3 }\n"
    "  .clear { fill-opacity: .3 } .unknown { fill-opacity: 0 }\n"
    "  .label { stroke: #ffffff; stroke-width: 4px; paint-order: stroke }\n"
    "  .label.bad { stroke: #ffffff; font-weight: bold }\n"
    "  @media (prefers-color-scheme: dark) {\n"
    "    text { fill: #9aa7b4 } .bg { fill: #0f1419 } .name, .title { fill: #e6edf3 }\n"
    "    .grid { stroke: #2b3541 } .bar { fill: #6ca6ff; stroke: #6ca6ff } .way { stroke: #6ca6ff "
    "}\n"
    "    .bad { fill: #ff8a5c; stroke: #ff8a5c } .way.bad { fill: none }\n"
    "    .label, .label.bad { stroke: #0f1419 }\n"
    "  }\n"
    "</style>\n";

/* ---- text ---- */

static void put_escaped(FILE *to, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '&')
            fputs("&amp;", to);
        else if (*text == '<')
            fputs("&lt;", to);
        else if (*text == '>')
            fputs("&gt;", to);
        else
            fputc(*text, to);
    }
}

static void put_text(FILE *to, double x, double y, const char *class, const char *text)
{
    fprintf(to, "<text x=\"%.1f\" y=\"%.1f\"", x, y);
    if (class != NULL)
        fprintf(to, " class=\"%s\"", class);
    fputc('>', to);
    put_escaped(to, text);
    fputs("</text>\n", to);
}

/* ---- drawing ---- */

/* A label at a moment, when it does not come too near to what is there, and tells something else. */
struct ticks {
    double free_at, last_begins; /* between them there is room */
    char last[80], before[80];   /* what the labels say */
};

static void put_tick(FILE *out, struct ticks *t, double x, const char *text)
{
    double half = (double)strlen(text) * LETTER_SMALL / 2;
    bool last = t->last[0] == '\0';
    if (!last && (x - half < t->free_at || x + half + 8 > t->last_begins ||
                  strcmp(text, t->last) == 0 || strcmp(text, t->before) == 0))
        return;
    fprintf(out, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>\n", x, TOP - 20, text);
    snprintf(last ? t->last : t->before, sizeof t->last, "%s", text);
    if (last)
        t->last_begins = x - half;
    else
        t->free_at = x + half + 8;
}

static int64_t first_time(const struct trace_view *view)
{
    for (size_t i = 0; i < view->chain.count; i++)
        if (layout_is_timed(&view->chain.hops[i]))
            return view->chain.hops[i].seconds;
    return 0;
}

/* A line at every moment. The last one is labelled first: it says how long all of it took. */
static void put_axis(const struct layout *l, FILE *out)
{
    struct ticks ticks = {.free_at = 0};
    double bottom = layout_y(l->view->chain.count) - 6;
    int64_t first = first_time(l->view);
    char text[80];
    for (size_t n = 0; n < l->count; n++) {
        size_t i = n == 0 ? l->count - 1 : n - 1;
        double x = layout_x_of_moment(l, i);
        fprintf(out, "<line class=\"grid\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%.1f\"/>\n", x,
                TOP - 14, x, bottom);
        trace_duration(text, sizeof text, l->times[i] - first);
        put_tick(out, &ticks, x, text);
    }
}

static const char *bar_class(const struct smtp_hop *hop)
{
    return hop->tls == SMTP_HOP_TLS ? "" : hop->tls == SMTP_HOP_CLEAR ? " clear" : " unknown";
}

/* The way down from where the hop before ended; a hop that is missing is a broken line. */
static void put_way(const struct layout *l, FILE *out, size_t row)
{
    const struct smtp_hop *hop = &l->view->chain.hops[row];
    double x = layout_before(l, hop);
    bool gap = (hop->findings & 1U << SMTP_FI_GAP) != 0;
    if (row > 0)
        fprintf(out, "<path class=\"way%s\" d=\"M%.1f %.1fV%.1f\"/>\n", gap ? " bad" : "", x,
                layout_y(row - 1) + 20, layout_y(row) + 6);
}

/* From a host to where the message comes to it again. */
static void put_return(const struct layout *l, FILE *out, size_t row)
{
    const struct smtp_hop *hop = &l->view->chain.hops[row];
    unsigned again = 1U << SMTP_FI_LOOP | 1U << SMTP_FI_REVISIT;
    if ((hop->findings & again) == 0)
        return;
    bool loop = (hop->findings & 1U << SMTP_FI_LOOP) != 0;
    double x = l->left - 16, from = layout_y(hop->before) + 13, to = layout_y(row) + 13;
    double bulge = (row - hop->before) % 2 == 0 ? 20 : 12;
    fprintf(out, "<path class=\"way%s\" d=\"M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1f\"/>\n",
            loop ? " bad" : "", x, to, x - bulge, to, x - bulge, from, x, from);
    fprintf(out, "<circle class=\"bar%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>\n", loop ? " bad" : "",
            x, to);
}

static void put_bar(const struct layout *l, FILE *out, size_t row)
{
    const struct smtp_hop *hop = &l->view->chain.hops[row];
    bool skew = (hop->findings & 1U << SMTP_FI_SKEW) != 0;
    bool bad = smtp_findings_bad(hop->findings);
    char text[TRACE_WORD];
    double from, to, y = layout_y(row);
    layout_bar(l, hop, &from, &to);
    const char *class = bar_class(hop), *warn = skew || !hop->dated ? " bad" : "";
    if (hop->has_delay)
        fprintf(out,
                "<rect class=\"bar%s%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"14\" "
                "rx=\"2\"/>\n",
                class, warn, from, y + 6, to - from);
    else
        fprintf(out, "<circle class=\"bar%s%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"6\"/>\n", class, warn,
                from, y + 13);
    layout_label(text, sizeof text, hop);
    put_text(out, to + 10, y + 17, bad ? "label bad" : "label", text);
}

static void put_row(const struct layout *l, FILE *out, size_t row)
{
    const struct smtp_hop *hop = &l->view->chain.hops[row];
    char text[TRACE_WORD];
    double y = layout_y(row), x = MARGIN + 4 * LETTER_BIG;
    fputs("<g>\n", out);
    snprintf(text, sizeof text, "%3zu", row + 1);
    put_text(out, MARGIN, y + 15, NULL, text);
    layout_name(text, sizeof text, hop);
    put_text(out, x, y + 15, "name", text);
    layout_about(text, sizeof text, hop);
    put_text(out, x, y + 31, NULL, text);
    put_way(l, out, row);
    put_bar(l, out, row);
    put_return(l, out, row);
    if (hop->dated) {
        trace_time(text, sizeof text, hop->seconds);
        put_text(out, l->ends, y + 17, NULL, text);
    }
    fputs("</g>\n", out);
}

static void put_head(const struct layout *l, FILE *out)
{
    const struct smtp_chain *chain = &l->view->chain;
    char text[TRACE_WORD], total[80];
    size_t n = (size_t)snprintf(text, sizeof text, "%zu hop%s", chain->count,
                                chain->count == 1 ? "" : "s");
    if (chain->has_total) {
        trace_duration(total, sizeof total, chain->total);
        snprintf(text + n, sizeof text - n, ", %s from the first to the last", total);
    }
    put_text(out, MARGIN, 38, "title", chain->count > 0 ? text : "no Received fields");
    trace_clean(text, sizeof text, chain->path.text);
    if (text[0] != '\0') {
        char line[TRACE_WORD];
        snprintf(line, sizeof line, "Return-Path: %.80s", text);
        put_text(out, MARGIN, 60, NULL, line);
    }
    if (chain->count > 0)
        put_text(out, l->ends, TOP - 20, NULL, "time (UTC)");
}

static void put_drawing(const struct layout *l, FILE *out)
{
    size_t rows = l->view->chain.count;
    double width = l->ends + 19 * LETTER_SMALL + MARGIN, height = layout_y(rows) + 44;
    fprintf(out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" "
            "height=\"%.0f\" role=\"img\">\n<title>The way of a message: ",
            width, height, width, height);
    char name[TRACE_WORD];
    trace_clean(name, sizeof name, smtp_span_of(l->view->name));
    put_escaped(out, name);
    fprintf(out, "</title>\n%s<rect class=\"bg\" width=\"100%%\" height=\"100%%\"/>\n", style);
    put_head(l, out);
    put_axis(l, out);
    for (size_t i = 0; i < rows; i++)
        put_row(l, out, i);
    put_text(
        out, MARGIN, height - 20, NULL,
        "bars: full with TLS, pale without, hollow where it is not known; between two events the "
        "time scale is logarithmic");
    fputs("</svg>\n", out);
}

void trace_svg(const struct trace_view *view, FILE *to)
{
    struct layout l;
    if (layout_init(&l, view))
        put_drawing(&l, to);
    layout_free(&l);
}
