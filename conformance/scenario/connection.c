/*
 * NAME
 *     connection.c: which connections are closed, as far as the file shows (notation, section 7)
 */
#include "scenario/parse.h"

/* Closed where each row that goes on closes it; a row that ends the scenario does not count. */
static void look_at_expectation(struct parser *p, struct conn_state *c)
{
    if (c->expect == 0 || c->closed_line != 0)
        return;
    const struct scenario_step *step = list_at(&p->steps, c->expect - 1);
    unsigned closed = 0;
    for (size_t i = 0; i < step->row_count; i++) {
        if (row_ends_scenario(&step->rows[i]))
            continue;
        closed = row_closes(&step->rows[i], step);
        if (closed == 0)
            return;
    }
    c->closed_line = closed;
}

static bool in_row(const struct parser *p, const struct mark *mark)
{
    return line_is_ours(p, mark) && exchange_takes(p, mark);
}

bool connection_open(struct parser *p, const struct mark *mark)
{
    struct conn_state *c = &p->conns[mark->hop][mark->conn];
    unsigned closed = p->row_closed_line;
    if (!in_row(p, mark)) {
        look_at_expectation(p, c);
        closed = c->closed_line;
    }
    if (closed == 0 && line_is_ours(p, mark) && mark->kind != '@')
        closed = c->half_line;
    if (closed == 0)
        return true;
    p->at = 0;
    return parse_fail(p, "connection %u is closed: line %u", mark->conn, closed);
}

void connection_close(struct parser *p, const struct mark *mark)
{
    if (in_row(p, mark))
        p->row_closed_line = parse_step_line(p);
    else if (!p->exchange)
        p->conns[mark->hop][mark->conn].closed_line = parse_step_line(p);
}
