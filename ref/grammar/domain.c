#include "grammar_parts.h"

/*
 * Let-dig = ALPHA / DIGIT. RFC 5321 4.1.2: "the underscore character is not permitted". RFC 6531 3.3:
 * sub-domain =/ U-label, of which the octets are judged here; whether IDNA knows it is for others.
 */
static bool take_let_dig(struct smtp_cursor *c)
{
    if (smtp_grammar_at(c, '_') && smtp_grammar_allow(c, SMTP_LAX_UNDERSCORE))
        return smtp_grammar_take(c, '_');
    return smtp_grammar_one(c, SMTP_C_LET_DIG) || smtp_grammar_utf8(c);
}

static bool begins_domain(const struct smtp_cursor *c)
{
    return smtp_grammar_is(c, SMTP_C_LET_DIG) ||
           (smtp_grammar_at(c, '_') && (c->lax & (unsigned)SMTP_LAX_UNDERSCORE) != 0) ||
           (smtp_grammar_is(c, SMTP_C_HIGH) && (c->lax & (unsigned)SMTP_LAX_UTF8) != 0);
}

/*
 * RFC 5321 4.1.2
 *     sub-domain = Let-dig [Ldh-str]
 *     Ldh-str    = *( ALPHA / DIGIT / "-" ) Let-dig
 */
static bool read_sub_domain(struct smtp_cursor *c)
{
    const char *at = c->at;
    bool hyphen = false;
    if (!take_let_dig(c))
        return false;
    while (c->at != at) {
        at = c->at;
        if (take_let_dig(c))
            hyphen = false;
        else if (c->at != at) /* a sequence that breaks here */
            return false;
        else if (smtp_grammar_take(c, '-'))
            hyphen = true;
    }
    return !hyphen;
}

/*
 * RFC 5321 4.1.2
 *     Domain     = sub-domain *("." sub-domain)
 * No rule lets ".", "-" or "_" follow a Domain, so what is left of one is its own fault. Erratum
 * 6561 (rejected): no dot at the end. 4.5.3.1.2: 255 octets.
 */
enum smtp_fault smtp_parse_domain(struct smtp_cursor *c, struct smtp_domain *out)
{
    const char *begin = c->at;
    if (!begins_domain(c))
        return SMTP_NOMATCH;
    do {
        if (!read_sub_domain(c))
            return smtp_grammar_fault(c, begin, SMTP_E_DOMAIN);
    } while (smtp_grammar_take(c, '.'));
    if (smtp_grammar_at(c, '_'))
        return smtp_grammar_fault(c, begin, SMTP_E_DOMAIN);
    enum smtp_fault fault = smtp_grammar_limit(c, begin, SMTP_DOMAIN_MAX, SMTP_E_DOMAIN_LONG);
    if (fault != SMTP_OK)
        return fault;
    smtp_span name = smtp_grammar_since(c, begin);
    *out = (struct smtp_domain){.kind = SMTP_D_NAME, .text = name, .value = name};
    return SMTP_OK;
}

/* RFC 5321 4.1.1.1, 4.1.2: ( Domain / address-literal ) */
enum smtp_fault smtp_parse_host(struct smtp_cursor *c, struct smtp_domain *out)
{
    return smtp_grammar_at(c, '[') ? smtp_parse_literal(c, out) : smtp_parse_domain(c, out);
}

size_t smtp_print_domain(smtp_room to, const struct smtp_domain *d)
{
    size_t at = 0;
    bool literal = d->kind != SMTP_D_NONE && d->kind != SMTP_D_NAME;
    if (literal)
        smtp_room_put(to, &at, SMTP_SPAN("["));
    if (d->kind == SMTP_D_IPV6 || d->kind == SMTP_D_GENERAL) {
        smtp_room_put(to, &at, d->tag);
        smtp_room_put(to, &at, SMTP_SPAN(":"));
    }
    if (d->kind != SMTP_D_NONE)
        smtp_room_put(to, &at, d->value);
    if (literal)
        smtp_room_put(to, &at, SMTP_SPAN("]"));
    return at;
}
