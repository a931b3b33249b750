#include "grammar_parts.h"

/* RFC 6531 3.3: esmtp-value =/ UTF8-non-ascii; false: nothing here, or a sequence that breaks. */
static bool read_value(struct smtp_cursor *c)
{
    const char *begin = c->at, *at;
    bool more;
    do {
        at = c->at;
        more = smtp_grammar_run(c, SMTP_C_ESMTP) > 0 || smtp_grammar_utf8(c);
    } while (more);
    return c->at == at && c->at > begin;
}

/*
 * RFC 5321 4.1.2
 *     Mail-parameters = esmtp-param *(SP esmtp-param)
 *     esmtp-param     = esmtp-keyword ["=" esmtp-value]
 *     esmtp-keyword   = (ALPHA / DIGIT) *(ALPHA / DIGIT / "-")
 *     esmtp-value     = 1*(%d33-60 / %d62-126)
 */
enum smtp_fault smtp_param_next(struct smtp_cursor *c, struct smtp_param *out)
{
    const char *begin = c->at;
    if (c->at == c->end)
        return SMTP_NOMATCH;
    if (!smtp_grammar_take(c, ' ') || !smtp_grammar_is(c, SMTP_C_LET_DIG))
        return smtp_grammar_fault(c, begin, SMTP_E_PARAM);
    const char *keyword = c->at;
    smtp_grammar_run(c, SMTP_C_LDH);
    struct smtp_param read = {.keyword = smtp_grammar_since(c, keyword)};
    read.has_value = smtp_grammar_take(c, '=');
    const char *value = c->at;
    if (read.has_value && !read_value(c))
        return smtp_grammar_fault(c, begin, SMTP_E_PARAM);
    read.value = smtp_grammar_since(c, value);
    *out = read;
    return SMTP_OK;
}

size_t smtp_print_param(smtp_room to, const struct smtp_param *p)
{
    size_t at = 0;
    smtp_room_put(to, &at, SMTP_SPAN(" "));
    smtp_room_put(to, &at, p->keyword);
    if (p->has_value) {
        smtp_room_put(to, &at, SMTP_SPAN("="));
        smtp_room_put(to, &at, p->value);
    }
    return at;
}
