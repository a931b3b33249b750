#include "capabilities_parts.h"

/*
 * RFC 4954 8
 *     base64          = base64-terminal / ( 1*(4base64-char) [base64-terminal] )
 *     base64-char     = ALPHA / DIGIT / "+" / "/"
 *     base64-terminal = (2base64-char "==") / (3base64-char "=")
 */
static bool read_base64(struct smtp_cursor *c)
{
    size_t n = 0;
    while (smtp_grammar_is(c, SMTP_C_LET_DIG) || smtp_grammar_at(c, '+') ||
           smtp_grammar_at(c, '/')) {
        c->at++;
        n++;
    }
    if (n == 0 || n % 4 == 1)
        return false;
    for (; n % 4 != 0; n++)
        if (!smtp_grammar_take(c, '='))
            return false;
    return true;
}

/*
 * RFC 4954 8
 *     auth-command     = "AUTH" SP sasl-mech [SP initial-response]
 *     initial-response = base64 / "="
 */
enum smtp_fault smtp_grammar_auth(struct smtp_cursor *c, struct smtp_command *out)
{
    const char *begin = c->at;
    if (!smtp_grammar_mechanism(c))
        return smtp_grammar_fault(c, begin, SMTP_E_PARAM);
    smtp_span mechanism = smtp_grammar_since(c, begin);
    bool blank = smtp_grammar_take(c, ' ');
    const char *initial = c->at;
    bool whole = !blank || smtp_grammar_take(c, '=') || read_base64(c);
    if (!whole || (blank && c->at < c->end && !smtp_grammar_at(c, ' ')))
        return smtp_grammar_fault(c, initial, SMTP_E_AUTH_BASE64);
    out->mechanism = mechanism;
    out->initial = smtp_grammar_since(c, initial);
    out->has_initial = blank;
    return SMTP_OK;
}
