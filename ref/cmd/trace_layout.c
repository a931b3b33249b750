#include "trace_layout.h"

#include <stdlib.h>
#include <string.h>

enum { GUTTER = 44, NAME_MOST = 46, ABOUT_MOST = 58 };

static void shorten(char *text, size_t most)
{
    if (strlen(text) > most)
        memcpy(text + most - 3, "...", sizeof "...");
}

void layout_name(char *to, size_t room, const struct smtp_hop *hop)
{
    trace_host_name(to, room, &hop->seen.by);
    shorten(to, NAME_MOST);
}

void layout_about(char *to, size_t room, const struct smtp_hop *hop)
{
    char from[TRACE_WORD], with[40];
    trace_host_name(from, sizeof from, &hop->seen.from);
    shorten(from, NAME_MOST - 4);
    trace_clean(with, sizeof with, hop->seen.with);
    snprintf(to, room, "from %s%s%s", from, with[0] != '\0' ? ", " : "", with);
    shorten(to, ABOUT_MOST);
}

void layout_label(char *to, size_t room, const struct smtp_hop *hop)
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

bool layout_is_timed(const struct smtp_hop *hop)
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

static bool set_axis(struct layout *l)
{
    const struct smtp_chain *chain = &l->view->chain;
    l->times = calloc(chain->count + 1, sizeof *l->times);
    l->units = calloc(chain->count + 1, sizeof *l->units);
    if (l->times == NULL || l->units == NULL)
        return false;
    size_t all = 0;
    for (size_t i = 0; i < chain->count; i++)
        if (layout_is_timed(&chain->hops[i]))
            l->times[all++] = chain->hops[i].seconds;
    qsort(l->times, all, sizeof *l->times, compare);
    for (size_t i = 0; i < all; i++)
        if (l->count == 0 || l->times[i] != l->times[l->count - 1])
            l->times[l->count++] = l->times[i];
    for (size_t i = 1; i < l->count; i++)
        l->units[i] =
            l->units[i - 1] + 1 + log_of((uint64_t)l->times[i] - (uint64_t)l->times[i - 1] + 1);
    double units = l->count > 1 ? l->units[l->count - 1] : 1;
    l->scale = CHART / units;
    return true;
}

double layout_x_of_moment(const struct layout *l, size_t i)
{
    return l->left + l->units[i] * l->scale;
}

static double x_of(const struct layout *l, int64_t seconds)
{
    size_t i = 0;
    while (i + 1 < l->count && l->times[i] != seconds)
        i++;
    return layout_x_of_moment(l, i);
}

double layout_before(const struct layout *l, const struct smtp_hop *hop)
{
    for (const struct smtp_hop *h = hop; h > l->view->chain.hops;)
        if (layout_is_timed(--h))
            return x_of(l, h->seconds);
    return layout_is_timed(hop) ? x_of(l, hop->seconds) : l->left;
}

/* ---- how wide ---- */

static double max(double a, double b)
{
    return a > b ? a : b;
}

void layout_bar(const struct layout *l, const struct smtp_hop *hop, double *from, double *to)
{
    double before = layout_before(l, hop);
    double now = layout_is_timed(hop) ? x_of(l, hop->seconds) : before;
    *from = before < now ? before : now;
    *to = max(before < now ? now : before, *from + 4);
}

static bool set_columns(struct layout *l)
{
    const struct smtp_chain *chain = &l->view->chain;
    char text[TRACE_WORD];
    double widest = 120;
    for (size_t i = 0; i < chain->count; i++) {
        layout_name(text, sizeof text, &chain->hops[i]);
        widest = max(widest, (double)(strlen(text) + 4) * LETTER_BIG);
        layout_about(text, sizeof text, &chain->hops[i]);
        widest = max(widest, (double)strlen(text) * LETTER_SMALL + 4 * LETTER_BIG);
    }
    l->left = MARGIN + widest + GUTTER;
    if (!set_axis(l))
        return false;
    l->ends = l->left + CHART + MARGIN;
    for (size_t i = 0; i < chain->count; i++) {
        double from, to;
        layout_label(text, sizeof text, &chain->hops[i]);
        layout_bar(l, &chain->hops[i], &from, &to);
        l->ends = max(l->ends, to + 10 + (double)strlen(text) * LETTER_SMALL + MARGIN);
    }
    return true;
}

double layout_y(size_t row)
{
    return TOP + (double)row * ROW;
}

bool layout_init(struct layout *l, const struct trace_view *view)
{
    *l = (struct layout){.view = view};
    return set_columns(l);
}

void layout_free(struct layout *l)
{
    free(l->times);
    free(l->units);
}
