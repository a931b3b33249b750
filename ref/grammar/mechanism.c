#include <assert.h>

#include "capabilities_parts.h"

static const char *const names[SMTP_MECH_COUNT] = {
#define MECHANISM_NAME(symbol, name) name,
    SMTP_MECHANISMS(MECHANISM_NAME)
#undef MECHANISM_NAME
};

/*
 * RFC 4422 3.1
 *     sasl-mech = 1*20mech-char
 *     mech-char = UPPER-ALPHA / DIGIT / HYPHEN / UNDERSCORE
 */
bool smtp_grammar_mechanism(struct smtp_cursor *c)
{
    unsigned n = 0;
    for (; n < 20 && c->at < c->end; n++, c->at++) {
        bool upper = *c->at >= 'A' && *c->at <= 'Z';
        if (!upper && !smtp_grammar_is(c, SMTP_C_DIGIT | SMTP_C_HYPHEN) && *c->at != '_')
            break;
    }
    return n > 0;
}

unsigned smtp_mechanism_of(smtp_span name)
{
    for (size_t i = 0; i < SMTP_MECH_COUNT; i++)
        if (smtp_span_is_nocase(name, smtp_span_of(names[i])))
            return 1U << i;
    return 0;
}

const char *smtp_mechanism_name(enum smtp_mechanism mechanism)
{
    size_t i = 0;
    while (i + 1 < SMTP_MECH_COUNT && (unsigned)mechanism != 1U << i)
        i++;
    assert((unsigned)mechanism == 1U << i);
    return names[i];
}

/* RFC 4954 3: "a space-separated list of the names of available [SASL] mechanisms" */
bool smtp_grammar_read_auth(smtp_span params, struct smtp_capabilities *out)
{
    smtp_span name;
    bool good = true;
    while (smtp_ehlo_param_next(&params, &name)) {
        struct smtp_cursor c = smtp_cursor_of(name, 0);
        out->mechanisms |= smtp_mechanism_of(name);
        good = smtp_grammar_mechanism(&c) && c.at == c.end && good;
    }
    return good;
}

void smtp_grammar_put_auth(smtp_room to, size_t *at, const struct smtp_capabilities *caps)
{
    for (size_t i = 0; i < SMTP_MECH_COUNT; i++) {
        if ((caps->mechanisms & 1U << i) == 0)
            continue;
        smtp_room_put(to, at, SMTP_SPAN(" "));
        smtp_room_put(to, at, smtp_span_of(names[i]));
    }
}
