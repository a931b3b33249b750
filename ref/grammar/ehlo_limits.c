#include "capabilities_parts.h"

static const char *const names[] = {"MAILMAX", "RCPTMAX", "RCPTDOMAINMAX"};
enum { LIMITS = sizeof names / sizeof *names, LIMIT_DIGITS = 6 };

static uint32_t *place_of(struct smtp_capabilities *caps, size_t i)
{
    uint32_t *const places[LIMITS] = {&caps->mail_max, &caps->rcpt_max, &caps->rcpt_domain_max};
    return places[i];
}

/*
 * RFC 9422 3
 *     limit-name-value = limit-name ["=" limit-value]
 *     limit-name       = 1*(ALPHA / DIGIT / "-" / "_")
 *     limit-value      = 1*(%x21-3A / %x3C-7E) ; Any VCHAR except ";"
 */
static bool read_pair(smtp_span pair, smtp_span *name, smtp_span *value)
{
    struct smtp_cursor c = smtp_cursor_of(pair, 0);
    while (smtp_grammar_is(&c, SMTP_C_LDH) || smtp_grammar_at(&c, '_'))
        c.at++;
    *name = smtp_grammar_since(&c, pair.p);
    bool equals = smtp_grammar_take(&c, '=');
    const char *begin = c.at;
    while (equals && smtp_grammar_is(&c, SMTP_C_VCHAR_SP) && *c.at != ';')
        c.at++;
    *value = smtp_grammar_since(&c, begin);
    return name->n > 0 && c.at == c.end && (value->n > 0 || !equals);
}

/* RFC 9422 4.1 to 4.3: %x31-39 0*5DIGIT. 3.7: other errors "are best handled by ignoring that limit". */
static bool read_limit(smtp_span name, smtp_span value, struct smtp_capabilities *out)
{
    for (size_t i = 0; i < LIMITS; i++) {
        uint64_t number;
        if (!smtp_span_is_nocase(name, smtp_span_of(names[i])))
            continue;
        if (!smtp_span_number(value, LIMIT_DIGITS, &number) || value.p[0] == '0')
            return false;
        *place_of(out, i) = (uint32_t)number;
    }
    return true;
}

/*
 * RFC 9422 3: limits-param = limit-name-value 0*[SP limit-name-value]. 3.7: errors "in the basic
 * parameter syntax are best handled by ignoring the value in its entirety".
 */
bool smtp_grammar_read_limits(smtp_span params, struct smtp_capabilities *out)
{
    struct smtp_capabilities read = *out;
    smtp_span pair, name, value;
    bool some = false, good = true;
    for (; smtp_ehlo_param_next(&params, &pair); some = true) {
        if (!read_pair(pair, &name, &value))
            return false;
        good = read_limit(name, value, &read) && good;
    }
    if (some) {
        *out = read;
        out->given |= (unsigned)SMTP_KW_LIMITS;
    }
    return some && good;
}

void smtp_grammar_put_limits(smtp_room to, size_t *at, const struct smtp_capabilities *caps)
{
    const uint32_t limits[LIMITS] = {caps->mail_max, caps->rcpt_max, caps->rcpt_domain_max};
    for (size_t i = 0; i < LIMITS; i++) {
        if (limits[i] == 0)
            continue;
        smtp_room_put(to, at, SMTP_SPAN(" "));
        smtp_room_put(to, at, smtp_span_of(names[i]));
        smtp_room_put(to, at, SMTP_SPAN("="));
        smtp_room_put_number(to, at, limits[i]);
    }
}
