#include "grammar_parts.h"
#include "smtp/reply.h"

/*
 * RFC 5321 4.2
 *     Greeting = "220 " (Domain / address-literal) [ SP textstring ] CRLF
 * Here what stands behind the code.
 */
enum smtp_fault smtp_parse_greeting(smtp_span text, struct smtp_domain *out)
{
    struct smtp_cursor c = smtp_cursor_of(text, 0);
    struct smtp_domain host;
    if (smtp_parse_host(&c, &host) != SMTP_OK)
        return SMTP_E_GREETING;
    if (smtp_grammar_take(&c, ' ') && smtp_grammar_run(&c, SMTP_C_TEXT) == 0)
        return SMTP_E_GREETING;
    if (c.at < c.end)
        return SMTP_E_GREETING;
    *out = host;
    return SMTP_OK;
}

/* RFC 5321 4.1.1.1: ehlo-param = 1*(%d33-126) */
static size_t run_param(struct smtp_cursor *c)
{
    const char *begin = c->at;
    while (smtp_grammar_is(c, SMTP_C_VCHAR_SP) && *c->at != ' ')
        c->at++;
    return (size_t)(c->at - begin);
}

/*
 * RFC 5321 4.1.1.1
 *     ehlo-line    = ehlo-keyword *( SP ehlo-param )
 *     ehlo-keyword = (ALPHA / DIGIT) *(ALPHA / DIGIT / "-")
 */
static bool read_ehlo_line(struct smtp_cursor *c, struct smtp_ehlo_keyword *out)
{
    const char *begin = c->at;
    if (!smtp_grammar_is(c, SMTP_C_LET_DIG))
        return false;
    smtp_grammar_run(c, SMTP_C_LDH);
    out->keyword = smtp_grammar_since(c, begin);
    const char *params = c->at < c->end ? c->at + 1 : c->at;
    while (smtp_grammar_take(c, ' '))
        if (run_param(c) == 0)
            return false;
    if (c->at < c->end)
        return false;
    out->params = (smtp_span){params, (size_t)(c->end - params)};
    return true;
}

enum smtp_fault smtp_parse_ehlo_line(smtp_span text, struct smtp_ehlo_keyword *out,
                                     size_t *fault_off)
{
    struct smtp_cursor c = smtp_cursor_of(text, 0);
    struct smtp_ehlo_keyword read = {.keyword = {text.p, 0}};
    if (!read_ehlo_line(&c, &read)) {
        *fault_off = (size_t)(c.at - text.p);
        return SMTP_E_EHLO_LINE;
    }
    *out = read;
    return SMTP_OK;
}

bool smtp_ehlo_param_next(smtp_span *params, smtp_span *out)
{
    struct smtp_cursor c = smtp_cursor_of(*params, 0);
    while (smtp_grammar_take(&c, ' '))
        ;
    const char *begin = c.at;
    if (run_param(&c) == 0)
        return false;
    *out = smtp_grammar_since(&c, begin);
    *params = (smtp_span){c.at, (size_t)(c.end - c.at)};
    return true;
}
