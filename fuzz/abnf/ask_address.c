#include "parts.h"
#include "smtp/grammar.h"

/* All of the text has to be what was read. */
static const char *whole(const struct smtp_cursor *c, enum smtp_fault fault)
{
    if (fault != SMTP_OK)
        return smtp_fault_row(fault)->symbol;
    return c->at < c->end ? "TRAILING" : NULL;
}

const char *abnf_ask_domain(smtp_span text, unsigned lax)
{
    struct smtp_cursor c = smtp_cursor_of(text, lax);
    struct smtp_domain domain;
    return whole(&c, smtp_parse_domain(&c, &domain));
}

const char *abnf_ask_literal(smtp_span text, unsigned lax)
{
    struct smtp_cursor c = smtp_cursor_of(text, lax);
    struct smtp_domain domain;
    return whole(&c, smtp_parse_literal(&c, &domain));
}

const char *abnf_ask_host(smtp_span text, unsigned lax)
{
    struct smtp_cursor c = smtp_cursor_of(text, lax);
    struct smtp_domain domain;
    return whole(&c, smtp_parse_host(&c, &domain));
}

const char *abnf_ask_local(smtp_span text, unsigned lax)
{
    struct smtp_cursor c = smtp_cursor_of(text, lax);
    smtp_span local;
    bool quoted;
    return whole(&c, smtp_parse_local(&c, &local, &quoted));
}

const char *abnf_ask_string(smtp_span text, unsigned lax)
{
    struct smtp_cursor c = smtp_cursor_of(text, lax);
    smtp_span string;
    return whole(&c, smtp_parse_string(&c, &string));
}

const char *abnf_ask_mailbox(smtp_span text, unsigned lax)
{
    struct smtp_cursor c = smtp_cursor_of(text, lax);
    struct smtp_path path;
    return whole(&c, smtp_parse_mailbox(&c, &path));
}

const char *abnf_ask_reverse_path(smtp_span text, unsigned lax)
{
    struct smtp_cursor c = smtp_cursor_of(text, lax);
    struct smtp_path path;
    return whole(&c, smtp_parse_reverse_path(&c, &path));
}

/* RFC 5321 4.1.2: Path is Reverse-path without the null one. */
const char *abnf_ask_path(smtp_span text, unsigned lax)
{
    return smtp_span_is(text, SMTP_SPAN("<>")) ? "PATH_NULL" : abnf_ask_reverse_path(text, lax);
}

const char *abnf_ask_forward_path(smtp_span text, unsigned lax)
{
    struct smtp_cursor c = smtp_cursor_of(text, lax);
    struct smtp_path path;
    return whole(&c, smtp_parse_forward_path(&c, &path));
}
