/*
 * NAME
 *     text.c: words, numbers, text with variables (notation, sections 1 and 2)
 */
#include "scenario/parse.h"

#include <string.h>

static const char *const variables[] = {
    "me",       "mx",   "from",         "rcpt",      "rcpt2", "rcpt3",      "bad-from",
    "bad-rcpt", "each", "foreign-rcpt", "utf8-rcpt", "list",  "alias",      "local",
    "domain",   "user", "password",     "user64",    "plain", "password64", "date",
    "nonce",    "size", "max-size",     "too-big",   "i"};

bool text_is_builtin(smtp_span name)
{
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        if (smtp_span_is(name, smtp_span_of(variables[i])))
            return true;
    return false;
}

bool text_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* word = 1*(%x21-5A / %x5C / %x5E-7A / %x7C / %x7E): no blank, no bracket, no brace */
bool text_is_word(smtp_span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~' || strchr("[]{}", s.p[i]) != NULL)
            return false;
    return s.n > 0;
}

/* time = 1*DIGIT ("ms" / "s" / "m") */
bool text_duration(smtp_span word, uint64_t *ms)
{
    size_t digits = 0;
    while (digits < word.n && text_is_digit(word.p[digits]))
        digits++;
    smtp_span unit = smtp_span_cut(word, digits, word.n);
    uint64_t factor = smtp_span_is(unit, SMTP_SPAN("ms"))  ? 1
                      : smtp_span_is(unit, SMTP_SPAN("s")) ? 1000
                      : smtp_span_is(unit, SMTP_SPAN("m")) ? 60000
                                                           : 0;
    uint64_t number = 0;
    if (factor == 0 || !smtp_span_number(smtp_span_cut(word, 0, digits), 7, &number))
        return false;
    *ms = number * factor;
    return true;
}

smtp_span text_word(struct parser *p)
{
    size_t from = p->at;
    while (p->at < p->line.n && p->line.p[p->at] != ' ')
        p->at++;
    return smtp_span_cut(p->line, from, p->at);
}

/* count = %x31-39 *6DIGIT, and a blank, a colon or the end behind it */
bool text_count(struct parser *p, const char *what, uint32_t *out)
{
    size_t from = p->at, to = from;
    while (to < p->line.n && p->line.p[to] != ' ' && p->line.p[to] != ':')
        to++;
    smtp_span word = smtp_span_cut(p->line, from, to);
    uint64_t number = 0;
    if (!smtp_span_number(word, 7, &number) || word.p[0] == '0')
        return parse_fail(p, "%s %.*s: 1 to 9999999", what, (int)word.n, word.p);
    *out = (uint32_t)number;
    p->at = to;
    return true;
}

/* ---- pieces ---------------------------------------------------------------------------------- */

/* What the octets of a piece were given: a power of two, so that long ones are not copied often. */
static size_t room_for(size_t n)
{
    size_t room = 16;
    while (room <= n)
        room *= 2;
    return room;
}

/* Adds octets, joined to the piece before where that is octets too. */
void text_add_octets(struct parser *p, struct list *pieces, smtp_span octets)
{
    struct scenario_piece *last = pieces->count == 0 ? NULL : list_at(pieces, pieces->count - 1);
    if (octets.n == 0)
        return;
    if (last == NULL || last->var != NULL) {
        last = list_add(pieces);
        last->octets = (smtp_span){arena_get(p->arena, room_for(0)), 0};
    }
    size_t n = last->octets.n, room = room_for(n + octets.n);
    /* the room is the list's own; only readers see it as const */
    char *to = (char *)(uintptr_t)last->octets.p;
    if (room > room_for(n)) {
        to = arena_get(p->arena, room);
        memcpy(to, last->octets.p, n);
    }
    memcpy(to + n, octets.p, octets.n);
    last->octets = (smtp_span){to, n + octets.n};
}

bool text_is_name(smtp_span s)
{
    for (size_t i = 0; i < s.n; i++) {
        bool small = s.p[i] >= 'a' && s.p[i] <= 'z';
        if (!small && (i == 0 || (!text_is_digit(s.p[i]) && s.p[i] != '-')))
            return false;
    }
    return s.n > 0;
}

static bool is_captured(const struct parser *p, smtp_span name)
{
    for (size_t i = 0; i < p->names.count; i++)
        if (smtp_span_is(smtp_span_of(*(const char **)list_at(&p->names, i)), name))
            return true;
    return false;
}

static bool add_each(struct parser *p, struct list *pieces)
{
    if (p->each == NULL)
        return parse_fail(p, "unknown variable {each}");
    p->each_used = true;
    for (size_t i = 0; i < p->each->count; i++) {
        const struct scenario_piece *from = &p->each->pieces[i];
        if (from->var == NULL)
            text_add_octets(p, pieces, from->octets);
        else
            *(struct scenario_piece *)list_add(pieces) = *from;
    }
    return true;
}

/* var = "{" name "}", the cursor on the brace */
static bool add_variable(struct parser *p, struct list *pieces)
{
    smtp_span rest = parse_rest(p);
    if (rest.p[0] == '}')
        return parse_fail(p, "lone \"}\": write }} for a brace");
    const char *close = memchr(rest.p, '}', rest.n);
    smtp_span name = {rest.p + 1, close == NULL ? 0 : (size_t)(close - rest.p) - 1};
    if (!text_is_name(name))
        return parse_fail(p, "lone \"{\": write {{ for a brace");
    if (smtp_span_is(name, SMTP_SPAN("i")) && !p->repeated)
        return parse_fail(p, "{i} stands only in a repeated line");
    if (smtp_span_is(name, SMTP_SPAN("each"))) {
        if (!add_each(p, pieces))
            return false;
    } else if (text_is_builtin(name) || is_captured(p, name)) {
        ((struct scenario_piece *)list_add(pieces))->var = arena_string(p->arena, name);
    } else {
        return parse_fail(p, "unknown variable {%.*s}", (int)name.n, name.p);
    }
    p->at += name.n + 2;
    return true;
}

bool text_variable(struct parser *p, const char **out)
{
    struct list pieces = LIST_OF(p->arena, struct scenario_piece);
    if (parse_end(p) || p->line.p[p->at] != '{')
        return parse_fail(p, "expected a variable, not %.*s", (int)parse_rest(p).n,
                          parse_rest(p).p);
    if (!add_variable(p, &pieces))
        return false;
    const struct scenario_piece *piece = pieces.count == 1 ? list_at(&pieces, 0) : NULL;
    if (piece == NULL || piece->var == NULL)
        return parse_fail(p, "expected the name of a mailbox, not {each}");
    *out = piece->var;
    return true;
}

static bool is_brace(char c)
{
    return c == '{' || c == '}';
}

/* Characters up to a variable or `end`; a doubled brace stands for one. */
static void add_characters(struct parser *p, size_t end, struct list *pieces)
{
    const char *c = p->line.p;
    while (p->at < end) {
        size_t from = p->at;
        while (p->at < end && !is_brace(c[p->at]))
            p->at++;
        bool doubled = p->at + 1 < end && c[p->at + 1] == c[p->at];
        size_t to = p->at + (doubled ? 1 : 0);
        text_add_octets(p, pieces, smtp_span_cut(p->line, from, to));
        if (!doubled)
            return;
        p->at += 2;
    }
}

/* text = char *(*SP char), up to `end` of the line */
bool text_until(struct parser *p, size_t end, struct list *pieces)
{
    while (p->at < end) {
        size_t from = p->at;
        add_characters(p, end, pieces);
        if (p->at < end && !add_variable(p, pieces))
            return false;
        if (p->at == from)
            break;
    }
    return true;
}

struct scenario_text text_of_pieces(struct parser *p, const struct list *pieces)
{
    struct scenario_string *s = arena_get(p->arena, sizeof *s);
    *s = (struct scenario_string){.pieces = pieces->items, .count = pieces->count, .times = 1};
    return (struct scenario_text){.strings = s, .count = 1};
}

/* ---- texts for people: a variable stays as it is written ------------------------------------- */

static void join(struct parser *p, const struct list *pieces, const char **out, size_t *length)
{
    struct list all = LIST_OF(p->arena, struct scenario_piece);
    for (size_t i = 0; i < pieces->count; i++) {
        const struct scenario_piece *piece = list_at(pieces, i);
        if (piece->var == NULL) {
            text_add_octets(p, &all, piece->octets);
            continue;
        }
        text_add_octets(p, &all, SMTP_SPAN("{"));
        text_add_octets(p, &all, smtp_span_of(piece->var));
        text_add_octets(p, &all, SMTP_SPAN("}"));
    }
    const struct scenario_piece *whole = all.count == 0 ? NULL : list_at(&all, 0);
    *out = whole == NULL ? "" : whole->octets.p;
    *length = whole == NULL ? 0 : whole->octets.n;
}

bool text_plain(struct parser *p, const char **out)
{
    struct list pieces = LIST_OF(p->arena, struct scenario_piece);
    size_t length = 0;
    if (!text_until(p, p->line.n, &pieces))
        return false;
    join(p, &pieces, out, &length);
    return true;
}

bool text_plain_string(struct parser *p, const char **out, size_t *length)
{
    struct list pieces = LIST_OF(p->arena, struct scenario_piece);
    if (!text_string(p, &pieces))
        return false;
    join(p, &pieces, out, length);
    return true;
}
