/*
 * NAME
 *     trace_layout.h: where things stand in the drawn timeline
 *
 * DESCRIPTION
 *     A row a hop, its host on the left, its bar on a time axis that all rows share. Between two
 *     moments of the chain the axis is as wide as the logarithm of what passed: four days leave a
 *     second still to be seen. A bar that runs backwards is a clock that is wrong.
 */
#ifndef CMD_TRACE_LAYOUT_H
#define CMD_TRACE_LAYOUT_H

#include "trace_view.h"

enum { MARGIN = 24, TOP = 112, ROW = 46, CHART = 520 };

/* What a monospaced letter takes, of the sizes used. */
#define LETTER_BIG 7.9
#define LETTER_SMALL 6.7

struct layout {
    const struct trace_view *view;
    int64_t *times; /* each moment once, in order */
    double *units;  /* where it is on the axis, from 0 */
    size_t count;
    double left, scale; /* of the chart: where it begins, pixels a unit */
    double ends;        /* where the last label ends, and the column of times begins */
};

/* False: no memory. To be freed either way. */
bool layout_init(struct layout *l, const struct trace_view *view);
void layout_free(struct layout *l);

/* Whether the time of a hop can be told. */
bool layout_is_timed(const struct smtp_hop *hop);

double layout_x_of_moment(const struct layout *l, size_t i);
double layout_y(size_t row);

/* Where the hop before ended. */
double layout_before(const struct layout *l, const struct smtp_hop *hop);

/* The bar of a hop, from left to right. */
void layout_bar(const struct layout *l, const struct smtp_hop *hop, double *from, double *to);

/* ---- the texts of a row ---- */

/* The host of a hop. */
void layout_name(char *to, size_t room, const struct smtp_hop *hop);

/* "from client.example, ESMTPS" */
void layout_about(char *to, size_t room, const struct smtp_hop *hop);

/* Behind a bar: "2 s", "-7 min 28 s, skew". */
void layout_label(char *to, size_t room, const struct smtp_hop *hop);

#endif
