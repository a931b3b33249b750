#include "blackbox/story.h"

#include <stdlib.h>
#include <string.h>

struct story {
    FILE *to;
    const struct catch *c;
    const struct talk_result *result;
    const struct site *site;
};

/* ---- octets ---------------------------------------------------------------------------------- */

static bool begins(smtp_span octets, const char *name, size_t *n)
{
    *n = strlen(name);
    return *n > 0 && octets.n >= *n && memcmp(octets.p, name, *n) == 0;
}

/* The variable that stands for what begins here; NULL: it is no name of the run. */
static const char *variable(const struct site *site, smtp_span rest, size_t *n)
{
    static const char *const names[SITE_RCPTS] = {"{rcpt}", "{rcpt2}", "{rcpt3}"};
    const char *found = begins(rest, site->me, n)     ? "{me}"
                        : begins(rest, site->from, n) ? "{from}"
                                                      : NULL;
    for (size_t i = 0; i < site->rcpt_count && i < SITE_RCPTS && found == NULL; i++)
        if (begins(rest, site->rcpt[i], n))
            found = names[i];
    return found;
}

static void put_octet(FILE *to, unsigned char c)
{
    if (c == '\r')
        fputs("\\r", to);
    else if (c == '\n')
        fputs("\\n", to);
    else if (c == '"' || c == '\\')
        fprintf(to, "\\%c", c);
    else if (c == '{' || c == '}')
        fprintf(to, "%c%c", c, c);
    else if (c < 32 || c > 126)
        fprintf(to, "\\x%02x", c);
    else
        fputc(c, to);
}

/* How often the octet stands there in a row. */
static size_t run_of(smtp_span s, size_t at)
{
    size_t n = 1;
    while (at + n < s.n && s.p[at + n] == s.p[at])
        n++;
    return n;
}

/* One write, as strings with a blank in front of each. */
static void put_write(const struct story *s, smtp_span octets)
{
    enum { LONG_RUN = 20 };
    fputs(" \"", s->to);
    for (size_t i = 0; i < octets.n;) {
        size_t n = 0, run = run_of(octets, i);
        const char *name = variable(s->site, smtp_span_cut(octets, i, octets.n), &n);
        if (name != NULL) {
            fputs(name, s->to);
            i += n;
        } else if (run >= LONG_RUN) {
            fputs("\" \"", s->to);
            put_octet(s->to, (unsigned char)octets.p[i]);
            fprintf(s->to, "\" * %zu \"", run);
            i += run;
        } else {
            put_octet(s->to, (unsigned char)octets.p[i++]);
        }
    }
    fputc('"', s->to);
}

static void put_move(const struct story *s, const struct move *move)
{
    size_t at = 0;
    fputs("C=", s->to);
    for (size_t i = 0; i < MOVE_CUTS && move->cuts[i] > at && move->cuts[i] < move->octets.n; i++) {
        put_write(s, smtp_span_cut(move->octets, at, move->cuts[i]));
        fputs(" 20ms", s->to);
        at = move->cuts[i];
    }
    put_write(s, smtp_span_cut(move->octets, at, move->octets.n));
    fputc('\n', s->to);
}

/* ---- replies --------------------------------------------------------------------------------- */

static bool is_about(const struct story *s, enum rule_id rule)
{
    return s->c->rule == &rules_own[rule];
}

/* The reply that shows the find, where the observer has no say: what is refused is fine. */
static bool is_wrongly_taken(const struct story *s)
{
    return is_about(s, RULES_RCPT_WITHOUT_MAIL) || is_about(s, RULES_TEXT_FOR_NOBODY);
}

static void put_reply(const struct story *s, unsigned asked_for, bool last)
{
    if (asked_for != 0)
        fprintf(s->to, "S: %u\nS| any => inconclusive \"it was %u when this was found\"\n",
                asked_for, asked_for);
    else if (last && is_wrongly_taken(s))
        fputs("S: 4yz | 5yz\n", s->to);
    else
        fputs("S: any\n", s->to);
    if (last && is_about(s, RULES_HANGS_UP))
        fputs("S| close => fail \"closes without a 421\"\n", s->to);
    else
        fputs("S| close => inconclusive \"hangs up\"\n", s->to);
}

/* How many replies a server says that keeps to the rule. */
static unsigned count_due(const struct move *move, const struct turn *turn)
{
    return move->due == MOVES_OPEN ? turn->replies : (unsigned)move->due;
}

static void put_turn(const struct story *s, size_t i)
{
    const struct move *move = &s->result->moves.list[i];
    const struct move *next = i + 1 < s->result->moves.count ? move + 1 : NULL;
    const struct turn *turn = &s->result->turns[i + 1];
    unsigned due = count_due(move, turn);
    put_move(s, move);
    for (unsigned k = 0; k < due; k++) {
        bool last = k + 1 == due;
        bool text = last && next != NULL && next->kind == MOVE_TEXT;
        bool response = last && next != NULL && next->kind == MOVE_RESPONSE;
        bool tls = last && move->kind == MOVE_STARTTLS && turn->codes[0] == 220;
        put_reply(s, text ? 354 : response ? 334 : tls ? 220 : 0, last && next == NULL);
        if (tls)
            fputs("@tls\n", s->to);
    }
    if (move->kind == MOVE_HALF_CLOSE)
        fputs("@half-close\n", s->to);
    if (move->kind == MOVE_RESET)
        fputs("@reset\n", s->to);
    if (move->lone) /* more replies than one turn up at once */
        fputs("S: silence 200ms\n", s->to);
}

/* ---- the file -------------------------------------------------------------------------------- */

static bool has_starttls(const struct talk_result *result)
{
    for (size_t i = 0; i < result->moves.count; i++)
        if (result->moves.list[i].kind == MOVE_STARTTLS)
            return true;
    return false;
}

static void put_head(const struct story *s, const char *note)
{
    const struct observer_rule *rule = s->c->rule;
    fprintf(s->to, "server %s: %s\n# %s\n# %s: %s\nreq:", scenario_level_name(rule->level),
            rule->text, note, rule->name, s->c->why);
    for (size_t i = 0; rule->req[i] != NULL; i++)
        fprintf(s->to, " %s", rule->req[i]);
    fputs("\neffect: hostile\n", s->to);
    if (has_starttls(s->result))
        fputs("needs: STARTTLS\n", s->to);
}

char *story_print(const struct catch *c, const struct talk_result *result, const struct site *site,
                  const char *note)
{
    char *text = NULL;
    size_t n = 0;
    struct story s = {open_memstream(&text, &n), c, result, site};
    if (s.to == NULL)
        return NULL;
    put_head(&s, note);
    fputs(result->moves.count == 0 ? "test:\nS: 220\n" : "S: 220\ntest:\n", s.to);
    for (size_t i = 0; i < result->moves.count; i++)
        put_turn(&s, i);
    if (is_about(&s, RULES_SERVER_GONE))
        fputs("@alive\n", s.to);
    if (fclose(s.to) == 0)
        return text;
    free(text);
    return NULL;
}
