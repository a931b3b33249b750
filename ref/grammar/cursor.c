#include "grammar_parts.h"

struct smtp_cursor smtp_cursor_of(smtp_span text, unsigned lax)
{
    const char *end = text.n > 0 ? text.p + text.n : text.p;
    return (struct smtp_cursor){.at = text.p, .end = end, .fault_at = text.p, .lax = lax};
}

bool smtp_grammar_at(const struct smtp_cursor *c, char octet)
{
    return c->at < c->end && *c->at == octet;
}

bool smtp_grammar_is(const struct smtp_cursor *c, unsigned classes)
{
    return c->at < c->end && smtp_is(*c->at, classes);
}

bool smtp_grammar_take(struct smtp_cursor *c, char octet)
{
    if (!smtp_grammar_at(c, octet))
        return false;
    c->at++;
    return true;
}

bool smtp_grammar_one(struct smtp_cursor *c, unsigned classes)
{
    if (!smtp_grammar_is(c, classes))
        return false;
    c->at++;
    return true;
}

size_t smtp_grammar_run(struct smtp_cursor *c, unsigned classes)
{
    const char *begin = c->at;
    while (smtp_grammar_is(c, classes))
        c->at++;
    return (size_t)(c->at - begin);
}

/* RFC 5321 2.4: verbs and keywords in any case; RFC 5234 2.3: so are all quoted strings of ABNF. */
bool smtp_grammar_word(struct smtp_cursor *c, const char *text)
{
    for (; *text != '\0'; text++, c->at++)
        if (c->at == c->end || smtp_lower(*c->at) != smtp_lower(*text))
            return false;
    return true;
}

unsigned smtp_grammar_choice(struct smtp_cursor *c, const char *const words[], unsigned count)
{
    const char *furthest = c->at;
    for (unsigned i = 0; i < count; i++) {
        struct smtp_cursor word = *c;
        bool whole = smtp_grammar_word(&word, words[i]);
        if (whole || word.at > furthest)
            furthest = word.at;
        if (whole) {
            c->at = furthest;
            return i;
        }
    }
    c->at = furthest;
    return count;
}

smtp_span smtp_grammar_since(const struct smtp_cursor *c, const char *begin)
{
    return (smtp_span){begin, (size_t)(c->at - begin)};
}

bool smtp_grammar_allow(struct smtp_cursor *c, enum smtp_lax bit)
{
    c->lax_used |= c->lax & (unsigned)bit;
    return (c->lax & (unsigned)bit) != 0;
}

enum smtp_fault smtp_grammar_fault(struct smtp_cursor *c, const char *begin, enum smtp_fault fault)
{
    c->fault_at = c->at;
    c->at = begin;
    return fault;
}

enum smtp_fault smtp_grammar_limit(struct smtp_cursor *c, const char *begin, size_t max,
                                   enum smtp_fault fault)
{
    if ((size_t)(c->at - begin) <= max || smtp_grammar_allow(c, SMTP_LAX_LONG))
        return SMTP_OK;
    c->at = begin + max;
    return smtp_grammar_fault(c, begin, fault);
}
