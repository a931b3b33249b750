#include "grammar_parts.h"

/*
 * RFC 5321 4.1.3
 *     Snum = 1*3DIGIT
 *            ; representing a decimal integer value in the range 0 through 255
 * Zeros may lead. The digit that makes it too large is the one that is wrong.
 */
static bool read_snum(struct smtp_cursor *c, uint8_t *out)
{
    unsigned value = 0, digits = 0;
    for (; digits < 3 && smtp_grammar_is(c, SMTP_C_DIGIT); digits++, c->at++) {
        value = 10 * value + (unsigned)(*c->at - '0');
        if (value > 255)
            return false;
    }
    *out = (uint8_t)value;
    return digits > 0;
}

/* RFC 5321 4.1.3: IPv4-address-literal = Snum 3("." Snum) */
bool smtp_grammar_ipv4(struct smtp_cursor *c, uint8_t address[4])
{
    for (unsigned i = 0; i < 4; i++)
        if ((i > 0 && !smtp_grammar_take(c, '.')) || !read_snum(c, &address[i]))
            return false;
    return true;
}

/*
 * RFC 5321 4.1.3
 *     IPv6-address-literal    = "IPv6:" IPv6-addr
 *     General-address-literal = Standardized-tag ":" 1*dcontent
 *     Standardized-tag        = Ldh-str
 *                               ; MUST be specified in a Standards-Track RFC
 * That RFC says what stands behind the tag: behind "IPv6:" nothing but an IPv6-addr.
 */
static bool read_tagged(struct smtp_cursor *c, struct smtp_domain *out)
{
    const char *begin = c->at;
    smtp_grammar_run(c, SMTP_C_LDH);
    smtp_span tag = smtp_grammar_since(c, begin);
    if (tag.n == 0 || tag.p[tag.n - 1] == '-' || !smtp_grammar_take(c, ':'))
        return false;
    const char *value = c->at;
    bool ipv6 = smtp_span_is_nocase(tag, SMTP_SPAN("IPv6"));
    if (ipv6 ? !smtp_grammar_ipv6(c, out->address) : smtp_grammar_run(c, SMTP_C_DCONTENT) == 0)
        return false;
    out->kind = ipv6 ? SMTP_D_IPV6 : SMTP_D_GENERAL;
    out->tag = tag;
    out->value = smtp_grammar_since(c, value);
    return true;
}

/* A tag may begin with digits as well: both are tried, and the one that got further is right. */
static bool read_inner(struct smtp_cursor *c, struct smtp_domain *out)
{
    struct smtp_cursor v4 = *c;
    if (smtp_grammar_ipv4(&v4, out->address) && smtp_grammar_at(&v4, ']')) {
        out->kind = SMTP_D_IPV4;
        out->value = smtp_grammar_since(&v4, c->at);
        c->at = v4.at;
        return true;
    }
    *out = (struct smtp_domain){.kind = SMTP_D_NONE};
    if (read_tagged(c, out))
        return true;
    if (v4.at > c->at)
        c->at = v4.at;
    return false;
}

/*
 * RFC 5321 4.1.2
 *     address-literal = "[" ( IPv4-address-literal / IPv6-address-literal /
 *                       General-address-literal ) "]"
 * 4.5.3.1.2: a domain "name or number" has 255 octets at most.
 */
enum smtp_fault smtp_parse_literal(struct smtp_cursor *c, struct smtp_domain *out)
{
    const char *begin = c->at;
    struct smtp_domain read = {.kind = SMTP_D_NONE};
    if (!smtp_grammar_take(c, '['))
        return SMTP_NOMATCH;
    if (!read_inner(c, &read) || !smtp_grammar_take(c, ']'))
        return smtp_grammar_fault(c, begin, SMTP_E_LITERAL);
    enum smtp_fault fault = smtp_grammar_limit(c, begin, SMTP_DOMAIN_MAX, SMTP_E_DOMAIN_LONG);
    if (fault != SMTP_OK)
        return fault;
    read.text = smtp_grammar_since(c, begin);
    *out = read;
    return SMTP_OK;
}
