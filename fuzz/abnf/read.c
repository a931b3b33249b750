#include "grammar.h"

struct reader {
    struct abnf *g;
    smtp_span text;
    size_t at;
    struct abnf_error *error;
};

static bool fail(struct reader *r, const char *text)
{
    if (r->error->text == NULL) {
        r->error->text = text;
        r->error->line = 1;
        for (size_t i = 0; i < r->at && i < r->text.n; i++)
            r->error->line += r->text.p[i] == '\n';
    }
    return false;
}

/* ---- octets ---- */

static int peek(const struct reader *r)
{
    return r->at < r->text.n ? (unsigned char)r->text.p[r->at] : -1;
}

static bool take(struct reader *r, char octet)
{
    if (peek(r) != (unsigned char)octet)
        return false;
    r->at++;
    return true;
}

static bool is_alpha(int c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_digit(int c)
{
    return c >= '0' && c <= '9';
}

static void skip_line(struct reader *r)
{
    while (peek(r) != -1 && peek(r) != '\n')
        r->at++;
    take(r, '\n');
}

/* *c-wsp: blanks and comments, and line ends where the next line goes on with a blank. */
static void skip_blank(struct reader *r)
{
    for (;;) {
        size_t at = r->at;
        if (peek(r) == ' ' || peek(r) == '\t') {
            r->at++;
            continue;
        }
        if (peek(r) == ';' || peek(r) == '\r' || peek(r) == '\n')
            skip_line(r);
        if (r->at == at || (peek(r) != ' ' && peek(r) != '\t')) {
            r->at = at;
            return;
        }
    }
}

static smtp_span read_name(struct reader *r)
{
    size_t from = r->at;
    if (is_alpha(peek(r)))
        while (is_alpha(peek(r)) || is_digit(peek(r)) || peek(r) == '-')
            r->at++;
    return smtp_span_cut(r->text, from, r->at);
}

/* ---- num-val = "%" (bin-val / dec-val / hex-val) ---- */

static int digit_of(int c)
{
    if (is_digit(c))
        return c - '0';
    return is_alpha(c) ? (c | 0x20) - 'a' + 10 : 99;
}

static bool read_octet(struct reader *r, int base, uint32_t *out)
{
    *out = 0;
    if (digit_of(peek(r)) >= base)
        return fail(r, "a digit is missing");
    while (digit_of(peek(r)) < base && *out <= 255)
        *out = *out * (uint32_t)base + (uint32_t)digit_of((unsigned char)r->text.p[r->at++]);
    return *out <= 255 || fail(r, "no octet is larger than 255");
}

static bool read_number(struct reader *r, uint32_t *node)
{
    int kind = peek(r) | 0x20;
    int base = kind == 'd' ? 10 : kind == 'x' ? 16 : kind == 'b' ? 2 : 0;
    uint32_t first, last;
    if (base == 0)
        return fail(r, "expected %d, %x, %b, %s or %i");
    r->at++;
    if (!read_octet(r, base, &first))
        return false;
    if (take(r, '-')) {
        if (!read_octet(r, base, &last))
            return false;
        *node = abnf_add_node(r->g, ABNF_RANGE, first, last);
        return first <= last || fail(r, "the range is empty");
    }
    *node = abnf_add_node(r->g, ABNF_ALL_OF, 0, 0);
    abnf_add_child(r->g, *node, abnf_add_node(r->g, ABNF_RANGE, first, first));
    while (take(r, '.')) {
        if (!read_octet(r, base, &first))
            return false;
        abnf_add_child(r->g, *node, abnf_add_node(r->g, ABNF_RANGE, first, first));
    }
    return true;
}

static bool read_quoted(struct reader *r, bool exact, uint32_t *node)
{
    size_t from = r->at;
    while (peek(r) >= ' ' && peek(r) != '"')
        r->at++;
    smtp_span octets = smtp_span_cut(r->text, from, r->at);
    if (!take(r, '"'))
        return fail(r, "the text has no end on its line");
    if (!exact) {
        *node = abnf_add_text(r->g, octets);
        return true;
    }
    *node = abnf_add_node(r->g, ABNF_ALL_OF, 0, 0);
    for (size_t i = 0; i < octets.n; i++) {
        uint32_t octet = (unsigned char)octets.p[i];
        abnf_add_child(r->g, *node, abnf_add_node(r->g, ABNF_RANGE, octet, octet));
    }
    return true;
}

static bool read_percent(struct reader *r, uint32_t *node)
{
    int kind = peek(r) | 0x20;
    if (kind != 's' && kind != 'i')
        return read_number(r, node);
    r->at++;
    return take(r, '"') ? read_quoted(r, kind == 's', node) : fail(r, "expected a quoted text");
}

/* ---- alternation = concatenation *(*c-wsp "/" *c-wsp concatenation) ---- */

static bool read_alternation(struct reader *r, uint32_t *node, unsigned nesting);

static bool read_group(struct reader *r, char end, uint32_t *node, unsigned nesting)
{
    skip_blank(r);
    if (nesting > 50)
        return fail(r, "groups are nested too deep");
    if (!read_alternation(r, node, nesting + 1))
        return false;
    return take(r, end) || fail(r, end == ')' ? "expected )" : "expected ]");
}

static bool read_element(struct reader *r, uint32_t *node, unsigned nesting)
{
    uint32_t inner = ABNF_NONE;
    if (take(r, '('))
        return read_group(r, ')', node, nesting);
    if (take(r, '[')) {
        if (!read_group(r, ']', &inner, nesting))
            return false;
        *node = abnf_add_node(r->g, ABNF_REPEAT, 0, 1);
        abnf_add_child(r->g, *node, inner);
        return true;
    }
    if (take(r, '"'))
        return read_quoted(r, false, node);
    if (take(r, '%'))
        return read_percent(r, node);
    smtp_span name = read_name(r);
    if (name.n == 0)
        return fail(r, peek(r) == '<' ? "prose is for people" : "expected an element");
    *node = abnf_add_node(r->g, ABNF_USE, (uint32_t)abnf_add_rule(r->g, name), 0);
    return true;
}

static bool read_count(struct reader *r, uint32_t *out)
{
    uint64_t n = 0;
    bool any = false;
    for (; is_digit(peek(r)) && n < 100000; any = true)
        n = n * 10 + (uint64_t)digit_of((unsigned char)r->text.p[r->at++]);
    *out = (uint32_t)n;
    return any;
}

/* repetition = [repeat] element, repeat = 1*DIGIT / (*DIGIT "*" *DIGIT) */
static bool read_repetition(struct reader *r, uint32_t *node, unsigned nesting)
{
    uint32_t min, max, inner = ABNF_NONE;
    bool counted = read_count(r, &min);
    bool star = take(r, '*');
    if (!star)
        max = min;
    else if (!read_count(r, &max))
        max = ABNF_MANY;
    if (!star && !counted)
        return read_element(r, node, nesting);
    if (min > max)
        return fail(r, "the repetition ends before it begins");
    if (!read_element(r, &inner, nesting))
        return false;
    *node = abnf_add_node(r->g, ABNF_REPEAT, min, max);
    abnf_add_child(r->g, *node, inner);
    return true;
}

static bool ends_concatenation(const struct reader *r)
{
    int c = peek(r);
    return c == '/' || c == ')' || c == ']' || c == -1 || c == '\n' || c == '\r' || c == ';';
}

static bool read_concatenation(struct reader *r, uint32_t *node, unsigned nesting)
{
    uint32_t part = ABNF_NONE;
    *node = abnf_add_node(r->g, ABNF_ALL_OF, 0, 0);
    do {
        if (!read_repetition(r, &part, nesting))
            return false;
        abnf_add_child(r->g, *node, part);
        skip_blank(r);
    } while (!ends_concatenation(r));
    return true;
}

static bool read_alternation(struct reader *r, uint32_t *node, unsigned nesting)
{
    uint32_t part = ABNF_NONE;
    *node = abnf_add_node(r->g, ABNF_ANY_OF, 0, 0);
    do {
        skip_blank(r);
        if (!read_concatenation(r, &part, nesting))
            return false;
        abnf_add_child(r->g, *node, part);
    } while (take(r, '/'));
    return true;
}

/* rule = rulename defined-as elements c-nl */
static bool read_rule(struct reader *r)
{
    smtp_span name = read_name(r);
    if (name.n == 0)
        return fail(r, "expected the name of a rule in the first column");
    size_t rule = abnf_add_rule(r->g, name);
    skip_blank(r);
    if (!take(r, '='))
        return fail(r, "expected =");
    bool more = take(r, '/');
    uint32_t node, before = r->g->rules[rule].node;
    if (more == (before == ABNF_NONE))
        return fail(r, more ? "=/ adds to a rule that is not there" : "the rule is there already");
    if (!read_alternation(r, &node, 0))
        return false;
    if (more)
        abnf_add_child(r->g, before, node);
    else
        r->g->rules[rule].node = node;
    if (!ends_concatenation(r) || peek(r) == ')' || peek(r) == ']')
        return fail(r, "expected the end of the rule");
    skip_line(r);
    return true;
}

bool abnf_read(struct abnf *g, smtp_span text, struct abnf_error *error)
{
    struct reader r = {.g = g, .text = text, .error = error};
    *error = (struct abnf_error){0, NULL};
    while (r.at < text.n) {
        int c = peek(&r);
        if (c == ';' || c == '\n' || c == '\r')
            skip_line(&r);
        else if (!read_rule(&r))
            return false;
    }
    abnf_measure(g);
    return true;
}
