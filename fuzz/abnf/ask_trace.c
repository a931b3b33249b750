#include <string.h>

#include "parts.h"
#include "smtp/received.h"

static const char *whole(const struct smtp_cursor *c, enum smtp_trace_fault fault)
{
    if (fault != SMTP_T_OK)
        return smtp_trace_row(fault)->symbol;
    return c->at < c->end ? "TRAILING" : NULL;
}

const char *abnf_ask_date(smtp_span text, unsigned lax)
{
    struct smtp_cursor c = smtp_cursor_of(text, lax);
    struct smtp_date date;
    return whole(&c, smtp_parse_date(&c, &date));
}

/* The parsers of lines take the end of the text for CRLF too; the rule does not. */
static bool has_crlf(smtp_span text)
{
    return text.n >= 2 && memcmp(text.p + text.n - 2, "\r\n", 2) == 0;
}

const char *abnf_ask_received(smtp_span text, unsigned lax)
{
    struct smtp_cursor c = smtp_cursor_of(text, lax);
    struct smtp_received received;
    return has_crlf(text) ? whole(&c, smtp_parse_received(&c, &received)) : "TRAILING";
}

const char *abnf_ask_return_path(smtp_span text, unsigned lax)
{
    struct smtp_cursor c = smtp_cursor_of(text, lax);
    struct smtp_path path;
    return has_crlf(text) ? whole(&c, smtp_parse_return_path(&c, &path)) : "TRAILING";
}
