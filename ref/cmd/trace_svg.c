#include <stdlib.h>
#include <string.h>

#include "trace_view.h"

/*
 * A row a hop, its host on the left, its bar on a time axis that all rows share. Between two moments
 * of the chain the axis is as wide as the logarithm of what passed: four days leave a second still to
 * be seen. A bar that runs backwards is a clock that is wrong.
 */
enum { MARGIN = 24, TOP = 112, ROW = 46, GUTTER = 44, CHART = 520, NAME_MOST = 46, FROM_MOST = 58 };

/* What a monospaced letter takes, of the sizes used. */
static const double big = 7.9, small = 6.7;

struct drawing {
    const struct trace_view *view;
    FILE *to;
    int64_t *times; /* each moment once, in order */
    double *units;  /* where it is on the axis, from 0 */
    size_t count;
    double left, scale; /* of the chart: where it begins, pixels a unit */
    double ends;        /* where the last label ends, and the column of times begins */
};

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

static void shorten(char *text, size_t most)
{
    if (strlen(text) > most)
        memcpy(text + most - 3, "...", sizeof "...");
}

static void name_of(char *to, size_t room, const struct smtp_hop *hop)
{
    trace_host_name(to, room, &hop->seen.by);
    shorten(to, NAME_MOST);
}

/* "from client.example, ESMTPS, TLS" */
static void about_of(char *to, size_t room, const struct smtp_hop *hop)
{
    char from[TRACE_WORD], with[40];
    trace_host_name(from, sizeof from, &hop->seen.from);
    shorten(from, NAME_MOST - 4);
    trace_clean(with, sizeof with, hop->seen.with);
    snprintf(to, room, "from %s%s%s", from, with[0] != '\0' ? ", " : "", with);
    shorten(to, FROM_MOST);
}

/* Behind a bar: "2 s", "-7 min 28 s, skew". */
static void label_of(char *to, size_t room, const struct smtp_hop *hop)
{
    char delay[80] = "", names[120];
    if (hop->has_delay)
        trace_duration(delay, sizeof delay, hop->delay);
    else if (!hop->dated)
        snprintf(delay, sizeof delay, "no date");
    trace_names(names, sizeof names, hop->findings, true);
    snprintf(to, room, "%s%s%s", delay, delay[0] != '\0' && names[0] != '\0' ? ", " : "", names);
}

/* ---- the axis ---- */

static int compare(const void *a, const void *b)
{
    const int64_t *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

static bool is_timed(const struct smtp_hop *hop)
{
    return hop->dated && (hop->findings & 1U << SMTP_FI_ZONE) == 0;
}

/* The logarithm to the base 2, straight between the powers. */
static double log_of(uint64_t n)
{
    double whole = 0;
    uint64_t power = 1;
    for (; n / 2 >= power; power *= 2)
        whole++;
    return whole + (double)(n - power) / (double)power;
}

static bool set_axis(struct drawing *d)
{
    const struct smtp_chain *chain = &d->view->chain;
    d->times = calloc(chain->count + 1, sizeof *d->times);
    d->units = calloc(chain->count + 1, sizeof *d->units);
    if (d->times == NULL || d->units == NULL)
        return false;
    size_t all = 0;
    for (size_t i = 0; i < chain->count; i++)
        if (is_timed(&chain->hops[i]))
            d->times[all++] = chain->hops[i].seconds;
    qsort(d->times, all, sizeof *d->times, compare);
    for (size_t i = 0; i < all; i++)
        if (d->count == 0 || d->times[i] != d->times[d->count - 1])
            d->times[d->count++] = d->times[i];
    for (size_t i = 1; i < d->count; i++)
        d->units[i] =
            d->units[i - 1] + 1 + log_of((uint64_t)d->times[i] - (uint64_t)d->times[i - 1] + 1);
    double units = d->count > 1 ? d->units[d->count - 1] : 1;
    d->scale = CHART / units;
    return true;
}

static double x_of_index(const struct drawing *d, size_t i)
{
    return d->left + d->units[i] * d->scale;
}

static double x_of(const struct drawing *d, int64_t seconds)
{
    size_t i = 0;
    while (i + 1 < d->count && d->times[i] != seconds)
        i++;
    return x_of_index(d, i);
}

/* The time of the last hop before this one that has any; its own without. */
static int64_t time_before(const struct drawing *d, const struct smtp_hop *hop)
{
    for (const struct smtp_hop *h = hop; h > d->view->chain.hops;)
        if (is_timed(--h))
            return h->seconds;
    return hop->seconds;
}

/* ---- how wide ---- */

static double max(double a, double b)
{
    return a > b ? a : b;
}

/* The bar of a hop, from left to right. */
static void bar_of(const struct drawing *d, const struct smtp_hop *hop, double *from, double *to)
{
    double before = x_of(d, time_before(d, hop));
    double now = is_timed(hop) ? x_of(d, hop->seconds) : before;
    *from = before < now ? before : now;
    *to = max(before < now ? now : before, *from + 4);
}

static bool set_columns(struct drawing *d)
{
    const struct smtp_chain *chain = &d->view->chain;
    char text[TRACE_WORD];
    double widest = 120;
    for (size_t i = 0; i < chain->count; i++) {
        name_of(text, sizeof text, &chain->hops[i]);
        widest = max(widest, (double)(strlen(text) + 4) * big);
        about_of(text, sizeof text, &chain->hops[i]);
        widest = max(widest, (double)strlen(text) * small + 4 * big);
    }
    d->left = MARGIN + widest + GUTTER;
    if (!set_axis(d))
        return false;
    d->ends = d->left + CHART + MARGIN;
    for (size_t i = 0; i < chain->count; i++) {
        double from, to;
        label_of(text, sizeof text, &chain->hops[i]);
        bar_of(d, &chain->hops[i], &from, &to);
        d->ends = max(d->ends, to + 10 + (double)strlen(text) * small + MARGIN);
    }
    return true;
}

/* ---- drawing ---- */

static double y_of(size_t row)
{
    return TOP + (double)row * ROW;
}

/* A label at a moment, when it does not come too near to what is there, and tells something else. */
struct ticks {
    double free_at, last_begins; /* between them there is room */
    char last[80], before[80];   /* what the labels say */
};

static void put_tick(const struct drawing *d, struct ticks *t, double x, const char *text)
{
    double half = (double)strlen(text) * small / 2;
    bool last = t->last[0] == '\0';
    if (!last && (x - half < t->free_at || x + half + 8 > t->last_begins ||
                  strcmp(text, t->last) == 0 || strcmp(text, t->before) == 0))
        return;
    fprintf(d->to, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>\n", x, TOP - 20,
            text);
    snprintf(last ? t->last : t->before, sizeof t->last, "%s", text);
    if (last)
        t->last_begins = x - half;
    else
        t->free_at = x + half + 8;
}

static int64_t first_time(const struct trace_view *view)
{
    for (size_t i = 0; i < view->chain.count; i++)
        if (is_timed(&view->chain.hops[i]))
            return view->chain.hops[i].seconds;
    return 0;
}

/* A line at every moment. The last one is labelled first: it says how long all of it took. */
static void put_axis(const struct drawing *d)
{
    struct ticks ticks = {.free_at = 0};
    double bottom = y_of(d->view->chain.count) - 6;
    int64_t first = first_time(d->view);
    char text[80];
    for (size_t n = 0; n < d->count; n++) {
        size_t i = n == 0 ? d->count - 1 : n - 1;
        double x = x_of_index(d, i);
        fprintf(d->to, "<line class=\"grid\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%.1f\"/>\n", x,
                TOP - 14, x, bottom);
        trace_duration(text, sizeof text, d->times[i] - first);
        put_tick(d, &ticks, x, text);
    }
}

static const char *bar_class(const struct smtp_hop *hop)
{
    return hop->tls == SMTP_HOP_TLS ? "" : hop->tls == SMTP_HOP_CLEAR ? " clear" : " unknown";
}

/* The way down from where the hop before ended; a hop that is missing is a broken line. */
static void put_way(const struct drawing *d, size_t row)
{
    const struct smtp_hop *hop = &d->view->chain.hops[row];
    double x = x_of(d, time_before(d, hop));
    bool gap = (hop->findings & 1U << SMTP_FI_GAP) != 0;
    if (row > 0)
        fprintf(d->to, "<path class=\"way%s\" d=\"M%.1f %.1fV%.1f\"/>\n", gap ? " bad" : "", x,
                y_of(row - 1) + 20, y_of(row) + 6);
}

/* From a host to where the message comes to it again. */
static void put_return(const struct drawing *d, size_t row)
{
    const struct smtp_hop *hop = &d->view->chain.hops[row];
    unsigned again = 1U << SMTP_FI_LOOP | 1U << SMTP_FI_REVISIT;
    if ((hop->findings & again) == 0)
        return;
    bool loop = (hop->findings & 1U << SMTP_FI_LOOP) != 0;
    double x = d->left - 16, from = y_of(hop->before) + 13, to = y_of(row) + 13;
    double bulge = (row - hop->before) % 2 == 0 ? 20 : 12;
    fprintf(d->to, "<path class=\"way%s\" d=\"M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1f\"/>\n",
            loop ? " bad" : "", x, to, x - bulge, to, x - bulge, from, x, from);
    fprintf(d->to, "<circle class=\"bar%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>\n",
            loop ? " bad" : "", x, to);
}

static void put_bar(const struct drawing *d, size_t row)
{
    const struct smtp_hop *hop = &d->view->chain.hops[row];
    bool skew = (hop->findings & 1U << SMTP_FI_SKEW) != 0;
    bool bad = smtp_findings_bad(hop->findings);
    char text[TRACE_WORD];
    double from, to, y = y_of(row);
    bar_of(d, hop, &from, &to);
    const char *class = bar_class(hop), *warn = skew || !hop->dated ? " bad" : "";
    if (hop->has_delay)
        fprintf(d->to,
                "<rect class=\"bar%s%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"14\" "
                "rx=\"2\"/>\n",
                class, warn, from, y + 6, to - from);
    else
        fprintf(d->to, "<circle class=\"bar%s%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"6\"/>\n", class, warn,
                from, y + 13);
    label_of(text, sizeof text, hop);
    put_text(d->to, to + 10, y + 17, bad ? "label bad" : "label", text);
}

static void put_row(const struct drawing *d, size_t row)
{
    const struct smtp_hop *hop = &d->view->chain.hops[row];
    char text[TRACE_WORD];
    double y = y_of(row), x = MARGIN + 4 * big;
    fputs("<g>\n", d->to);
    snprintf(text, sizeof text, "%3zu", row + 1);
    put_text(d->to, MARGIN, y + 15, NULL, text);
    name_of(text, sizeof text, hop);
    put_text(d->to, x, y + 15, "name", text);
    about_of(text, sizeof text, hop);
    put_text(d->to, x, y + 31, NULL, text);
    put_way(d, row);
    put_bar(d, row);
    put_return(d, row);
    if (hop->dated) {
        trace_time(text, sizeof text, hop->seconds);
        put_text(d->to, d->ends, y + 17, NULL, text);
    }
    fputs("</g>\n", d->to);
}

static void put_head(const struct drawing *d)
{
    const struct smtp_chain *chain = &d->view->chain;
    char text[TRACE_WORD], total[80];
    size_t n = (size_t)snprintf(text, sizeof text, "%zu hop%s", chain->count,
                                chain->count == 1 ? "" : "s");
    if (chain->has_total) {
        trace_duration(total, sizeof total, chain->total);
        snprintf(text + n, sizeof text - n, ", %s from the first to the last", total);
    }
    put_text(d->to, MARGIN, 38, "title", chain->count > 0 ? text : "no Received fields");
    trace_clean(text, sizeof text, chain->path.text);
    if (text[0] != '\0') {
        char line[TRACE_WORD];
        snprintf(line, sizeof line, "Return-Path: %.80s", text);
        put_text(d->to, MARGIN, 60, NULL, line);
    }
    if (chain->count > 0)
        put_text(d->to, d->ends, TOP - 20, NULL, "time (UTC)");
}

static void put_drawing(const struct drawing *d)
{
    size_t rows = d->view->chain.count;
    double width = d->ends + 19 * small + MARGIN, height = y_of(rows) + 44;
    fprintf(d->to,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" "
            "height=\"%.0f\" role=\"img\">\n<title>The way of a message: ",
            width, height, width, height);
    char name[TRACE_WORD];
    trace_clean(name, sizeof name, smtp_span_of(d->view->name));
    put_escaped(d->to, name);
    fprintf(d->to, "</title>\n%s<rect class=\"bg\" width=\"100%%\" height=\"100%%\"/>\n", style);
    put_head(d);
    put_axis(d);
    for (size_t i = 0; i < rows; i++)
        put_row(d, i);
    put_text(
        d->to, MARGIN, height - 20, NULL,
        "bars: full with TLS, pale without, hollow where it is not known; between two events the "
        "time scale is logarithmic");
    fputs("</svg>\n", d->to);
}

void trace_svg(const struct trace_view *view, FILE *to)
{
    struct drawing d = {.view = view, .to = to};
    if (set_columns(&d))
        put_drawing(&d);
    free(d.times);
    free(d.units);
}
