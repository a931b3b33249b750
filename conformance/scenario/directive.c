/*
 * NAME
 *     directive.c: the lines that begin with @ (notation, sections 1 and 5)
 */
#include "scenario/parse.h"

#include <string.h>

enum argument { NOTHING, CERTIFICATE, MECHANISM, DURATION, INBOX, RESULT };
enum whose { BOTH, OF_SERVER, OF_CLIENT };

static const struct directive {
    const char *name;
    enum argument argument;
    enum whose whose;
    bool numbered;    /* on a connection */
    bool in_exchange; /* belongs to the exchange that it stands under */
    const char *need;
} directives[] = {
    [SCENARIO_AT_TLS] = {"tls", CERTIFICATE, BOTH, true, true, NULL},
    [SCENARIO_AT_TLS_END] = {"tls-end", NOTHING, BOTH, true, true, NULL},
    [SCENARIO_AT_CLOSE] = {"close", NOTHING, BOTH, true, true, NULL},
    [SCENARIO_AT_RESET] = {"reset", NOTHING, BOTH, true, true, NULL},
    [SCENARIO_AT_HALF_CLOSE] = {"half-close", NOTHING, BOTH, true, true, NULL},
    [SCENARIO_AT_DRAIN] = {"drain", NOTHING, OF_SERVER, true, false, NULL},
    [SCENARIO_AT_AUTH] = {"auth", MECHANISM, OF_SERVER, false, false, NULL},
    [SCENARIO_AT_PAUSE] = {"pause", DURATION, BOTH, false, true, NULL},
    [SCENARIO_AT_ALIVE] = {"alive", NOTHING, OF_SERVER, false, false, NULL},
    [SCENARIO_AT_STOP] = {"stop", NOTHING, OF_SERVER, false, false, "stop"},
    [SCENARIO_AT_KILL] = {"kill", NOTHING, OF_SERVER, false, false, "stop"},
    [SCENARIO_AT_START] = {"start", NOTHING, OF_SERVER, false, false, "stop"},
    [SCENARIO_AT_INBOX] = {"inbox", INBOX, OF_SERVER, false, false, "inbox"},
    /* of the whole run: behind it no row of the exchange above is meant */
    [SCENARIO_AT_RESULT] = {"result", RESULT, OF_CLIENT, false, false, NULL},
};

enum { DIRECTIVES = sizeof directives / sizeof *directives };

bool scenario_needs(const struct scenario *s, const char *need)
{
    for (size_t i = 0; i < s->need_count; i++)
        if (strcmp(s->needs[i], need) == 0)
            return true;
    return false;
}

static bool fail_unknown(struct parser *p)
{
    p->at = 0;
    smtp_span word = text_word(p);
    p->at = 0;
    return parse_fail(p, "no such directive: %.*s", (int)word.n, word.p);
}

static const struct directive *find_directive(smtp_span name)
{
    for (size_t i = 0; i < DIRECTIVES; i++)
        if (smtp_span_is(name, smtp_span_of(directives[i].name)))
            return &directives[i];
    return NULL;
}

/* [n], the cursor behind the name */
static bool read_connection(struct parser *p, const struct directive *d, struct mark *mark)
{
    smtp_span rest = parse_rest(p);
    size_t n = rest.n > 0 && text_is_digit(rest.p[0]) ? 1 : 0;
    if (n > 0 && !d->numbered)
        return fail_unknown(p);
    if (n > 0 && (rest.p[0] < '2' || (rest.n > 1 && text_is_digit(rest.p[1]))))
        return parse_fail(p, "connections are 2 to 9; the first has no number");
    if (rest.n > n && rest.p[n] != ' ')
        return fail_unknown(p);
    mark->conn = n > 0 ? (unsigned)(rest.p[0] - '0') : 1;
    p->at += n;
    return true;
}

/* "@" name, with the connection in `mark`. NULL: refused. */
static const struct directive *read_name(struct parser *p, struct mark *mark)
{
    p->at = 1;
    while (!parse_end(p) &&
           ((p->line.p[p->at] >= 'a' && p->line.p[p->at] <= 'z') || p->line.p[p->at] == '-'))
        p->at++;
    const struct directive *d = find_directive(smtp_span_cut(p->line, 1, p->at));
    if (d == NULL)
        fail_unknown(p);
    return d != NULL && read_connection(p, d, mark) ? d : NULL;
}

static bool check_use(struct parser *p, const struct directive *d)
{
    bool server = p->scenario->role == SCENARIO_SERVER;
    size_t at = p->at;
    p->at = 0;
    if (d->whose == OF_SERVER && !server)
        return parse_fail(p, "@%s is for a server under test", d->name);
    if (d->whose == OF_CLIENT && server)
        return parse_fail(p, "@%s is for a client under test", d->name);
    if (d->need != NULL && !scenario_needs(p->scenario, d->need))
        return parse_fail(p, "@%s needs \"needs: %s\"", d->name, d->need);
    p->at = at;
    return true;
}

/* ---- what stands behind the name ------------------------------------------------------------- */

/* SP word, up to the end of the line */
static bool take_word(struct parser *p, smtp_span *out)
{
    if (!parse_take(p, " "))
        return false;
    *out = text_word(p);
    return out->n > 0 && parse_end(p);
}

static bool certificate(struct parser *p, const struct mark *mark, struct scenario_step *step)
{
    static const char *const names[] = {"good", "wrong-name", "expired", "self-signed"};
    smtp_span word = {NULL, 0};
    size_t from = p->at;
    bool good = take_word(p, &word);
    p->at = from;
    if (from == p->line.n)
        return true;
    if (p->scenario->role == SCENARIO_SERVER && !mark->hop)
        return parse_fail(p, "a certificate is shown to a client only");
    for (size_t i = 0; good && i < sizeof names / sizeof *names; i++)
        if (smtp_span_is(word, smtp_span_of(names[i]))) {
            step->word = names[i];
            p->at = p->line.n;
            return true;
        }
    return parse_fail(p, "no such certificate:%.*s: good, wrong-name, expired or self-signed",
                      (int)parse_rest(p).n, parse_rest(p).p);
}

static bool mechanism(struct parser *p, struct scenario_step *step)
{
    smtp_span word = {NULL, 0};
    if (!take_word(p, &word) || !text_is_word(word))
        return parse_fail(p, "@auth needs a mechanism: @auth PLAIN");
    step->word = arena_string(p->arena, word);
    return true;
}

static bool duration(struct parser *p, struct scenario_step *step)
{
    smtp_span word = {NULL, 0};
    if (!take_word(p, &word) || !text_duration(word, &step->ms))
        return parse_fail(p, "@pause needs a duration: @pause 50ms");
    p->scenario->slow_ms += step->ms;
    return true;
}

/* "inbox " 1*DIGIT [SP var] */
static bool inbox(struct parser *p, struct scenario_step *step)
{
    uint64_t number = 0;
    bool blank = parse_take(p, " ");
    size_t from = p->at;
    smtp_span word = text_word(p);
    size_t behind = p->at;
    p->at = from;
    if (!blank || !smtp_span_number(word, 7, &number))
        return parse_fail(p, "@inbox needs a number of messages: @inbox 1");
    step->number = (uint32_t)number;
    p->at = behind;
    if (parse_take(p, " ") && !text_variable(p, &step->word))
        return false;
    return parse_end(p) || parse_fail(p, "expected the end of the line");
}

static bool result(struct parser *p, struct scenario_step *step)
{
    smtp_span word = {NULL, 0};
    bool good = take_word(p, &word);
    if (!good ||
        (!smtp_span_is(word, SMTP_SPAN("sent")) && !smtp_span_is(word, SMTP_SPAN("failed"))))
        return parse_fail(p, "@result sent, or @result failed");
    step->word = arena_string(p->arena, word);
    return true;
}

static bool read_argument(struct parser *p, const struct directive *d, const struct mark *mark,
                          struct scenario_step *step)
{
    switch (d->argument) {
    case NOTHING:
        return parse_end(p) || parse_fail(p, "nothing stands behind @%s", d->name);
    case CERTIFICATE:
        return certificate(p, mark, step);
    case MECHANISM:
        return mechanism(p, step);
    case DURATION:
        return duration(p, step);
    case INBOX:
        return inbox(p, step);
    case RESULT:
        return result(p, step);
    }
    return false;
}

/* ---- the step -------------------------------------------------------------------------------- */

static void note_effect(struct parser *p, enum scenario_directive kind, const struct mark *mark)
{
    switch (kind) {
    case SCENARIO_AT_CLOSE:
    case SCENARIO_AT_RESET:
    case SCENARIO_AT_DRAIN:
        connection_close(p, mark);
        return;
    case SCENARIO_AT_HALF_CLOSE:
        if (!p->exchange)
            p->conns[mark->hop][mark->conn].half_line = parse_step_line(p);
        return;
    case SCENARIO_AT_INBOX:
        p->brought = p->steps.count;
        p->has_expect |= p->in_test;
        return;
    case SCENARIO_AT_ALIVE:
    case SCENARIO_AT_RESULT:
        p->has_expect |= p->in_test;
        return;
    case SCENARIO_AT_TLS:
    case SCENARIO_AT_TLS_END:
    case SCENARIO_AT_AUTH:
    case SCENARIO_AT_PAUSE:
    case SCENARIO_AT_STOP:
    case SCENARIO_AT_KILL:
    case SCENARIO_AT_START:
        return;
    }
}

bool directive_line(struct parser *p)
{
    bool server = p->scenario->role == SCENARIO_SERVER;
    struct mark mark = {.side = server ? 'C' : 'S', .kind = '@', .times = 1};
    struct scenario_step filled = {0};
    const struct directive *d = read_name(p, &mark);
    if (d == NULL || !check_use(p, d))
        return false;
    bool row = d->in_exchange && p->exchange;
    if (!row && !exchange_end(p))
        return false;
    if (row && server) { /* under HC: the connection of the next hop */
        mark.hop = true;
        mark.side = 'S';
    }
    size_t at = p->at;
    if (d->numbered && !connection_open(p, &mark))
        return false;
    p->at = at;
    p->repeated = false;
    if (!read_argument(p, d, &mark, &filled))
        return false;
    struct scenario_step *step =
        row ? line_row_step(p, SCENARIO_DIRECTIVE, &mark) : line_step(p, SCENARIO_DIRECTIVE, &mark);
    step->directive = (enum scenario_directive)(d - directives);
    step->word = filled.word;
    step->ms = filled.ms;
    step->number = filled.number;
    note_effect(p, step->directive, &mark);
    return true;
}
