/*
 * NAME
 *     conversation.c: what was said in a case
 */
#include "report/conversation.h"

#include <string.h>

enum { TIME = 20, SIDE = 31, OCTETS = 34, OCTETS_BEHIND_CONN = 36 };
enum { LINES_OF_A_RUN = 14, FIRST_RUNS = 6, LAST_RUNS = 12 };

/* At a next hop we are the server. */
static bool is_ours(const struct player_outcome *outcome, const struct player_line *line)
{
    bool server = outcome->scenario->role == SCENARIO_CLIENT || line->conn > PLAYER_HOP;
    return line->from == (server ? 'S' : 'C');
}

smtp_span conversation_received(const struct player_outcome *outcome)
{
    if (outcome->received == NULL)
        return (smtp_span){NULL, 0};
    return (smtp_span){outcome->received, outcome->received_length};
}

static bool holds(smtp_span all, smtp_span part)
{
    for (size_t i = 0; part.n > 0 && i + part.n <= all.n; i++)
        if (memcmp(all.p + i, part.p, part.n) == 0)
            return true;
    return false;
}

/* The run of the target's that brought it; line_count if none did. */
static size_t arrival(const struct player_outcome *outcome, smtp_span received)
{
    for (size_t i = outcome->line_count; i-- > 0;)
        if (!is_ours(outcome, &outcome->lines[i]) && holds(outcome->lines[i].bytes, received))
            return i;
    return outcome->line_count;
}

const struct player_line *conversation_sent(const struct player_outcome *outcome)
{
    size_t end = arrival(outcome, conversation_received(outcome));
    unsigned conn = end < outcome->line_count ? outcome->lines[end].conn : 0;
    const struct player_line *found = NULL;
    for (size_t i = 0; i < end; i++) {
        const struct player_line *line = &outcome->lines[i];
        /* the player's own goodbye at the end of a case is no cause of anything */
        bool goodbye =
            conn == 0 && found != NULL && smtp_span_is(line->bytes, SMTP_SPAN("QUIT\r\n"));
        if (is_ours(outcome, line) && (conn == 0 || line->conn == conn) && !goodbye)
            found = line;
    }
    return found;
}

static void conversation_row(struct layout *l, const struct player_line *line, bool many)
{
    size_t octets = many ? OCTETS_BEHIND_CONN : OCTETS;
    layout_tab(l, TIME);
    layout_print(l, LAYOUT_DIM, "%6llu ms", (unsigned long long)line->ms);
    layout_tab(l, SIDE);
    enum layout_style style = line->from == 'S' ? LAYOUT_NOTE : LAYOUT_STRONG;
    layout_print(l, style, "%s%c", line->conn > PLAYER_HOP ? "H" : "", line->from);
    if (line->conn > PLAYER_HOP + 1)
        layout_print(l, LAYOUT_DIM, "%u", line->conn - PLAYER_HOP);
    else if (many && line->conn < PLAYER_HOP)
        layout_print(l, LAYOUT_DIM, "%u", line->conn);
    layout_tab(l, octets);
    layout_octets(l, octets, LINES_OF_A_RUN, line->bytes);
    layout_end(l);
}

static bool was_secure(const struct player_outcome *outcome, size_t i)
{
    for (size_t k = i; k-- > 0;)
        if (outcome->lines[k].conn == outcome->lines[i].conn)
            return outcome->lines[k].secure;
    return false;
}

static void tls_row(struct layout *l, const struct player_outcome *outcome, size_t i, bool many)
{
    const struct player_line *line = &outcome->lines[i];
    if (line->secure == was_secure(outcome, i))
        return;
    layout_tab(l, TIME);
    if (many)
        layout_print(l, LAYOUT_DIM, "connection %u ", line->conn);
    layout_put(l, LAYOUT_DIM, line->secure ? "in TLS from here" : "in clear from here");
    layout_end(l);
}

/* The beginning and the end of it; what lies between is counted. */
void conversation_print(struct layout *l, const struct player_outcome *outcome)
{
    size_t count = outcome->line_count;
    bool many = false, gap = count > FIRST_RUNS + LAST_RUNS + 1;
    for (size_t i = 0; i < count; i++)
        many = many || outcome->lines[i].conn > 1;
    for (size_t i = 0; i < count; i++) {
        if (gap && i == FIRST_RUNS) {
            i = count - LAST_RUNS;
            layout_tab(l, TIME);
            layout_print(l, LAYOUT_DIM, "... %zu writes and answers ...", i - FIRST_RUNS);
            layout_end(l);
        }
        tls_row(l, outcome, i, many);
        conversation_row(l, &outcome->lines[i], many);
    }
}
