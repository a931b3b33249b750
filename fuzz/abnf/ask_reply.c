#include "parts.h"
#include "smtp/capabilities.h"

/* Takes a line without its CRLF off the front; false: there is no CRLF. */
static bool next_line(smtp_span *rest, smtp_span *out)
{
    for (size_t i = 0; i + 1 < rest->n; i++) {
        if (rest->p[i] != '\r' || rest->p[i + 1] != '\n')
            continue;
        *out = smtp_span_cut(*rest, 0, i);
        *rest = smtp_span_cut(*rest, i + 2, rest->n);
        return true;
    }
    return false;
}

/* RFC 5321 4.1.1.1: ( "250" SP Domain [ SP ehlo-greet ] CRLF ), or with a hyphen and keywords behind it */
static const char *ask_first(const struct smtp_reply_line *line)
{
    struct smtp_cursor c = smtp_cursor_of(line->text, 0);
    struct smtp_domain domain;
    if (line->code != 250)
        return "EHLO_CODE";
    if (smtp_parse_domain(&c, &domain) != SMTP_OK)
        return "EHLO_NAME";
    bool greets = c.at < c.end && *c.at == ' ' && c.end - c.at > 1;
    return greets || c.at == c.end ? NULL : "EHLO_NAME";
}

static const char *ask_line(const struct smtp_reply_line *line, unsigned number)
{
    struct smtp_ehlo_keyword keyword;
    size_t off;
    if (number == 1)
        return ask_first(line);
    enum smtp_fault fault = smtp_parse_ehlo_line(line->text, &keyword, &off);
    return fault == SMTP_OK ? NULL : smtp_fault_row(fault)->symbol;
}

static const char *ask_lines(smtp_span text, bool ehlo)
{
    struct smtp_reply reply = {.lines = 0};
    while (!reply.complete) {
        struct smtp_reply_line read;
        smtp_span line;
        size_t off;
        if (!next_line(&text, &line))
            return "REPLY_BARE";
        enum smtp_fault fault = smtp_parse_reply_line(line, &read, &off);
        if (fault == SMTP_OK)
            fault = smtp_reply_add(&reply, &read);
        if (fault != SMTP_OK)
            return smtp_fault_row(fault)->symbol;
        const char *own = ehlo ? ask_line(&read, reply.lines) : NULL;
        if (own != NULL)
            return own;
    }
    return text.n == 0 ? NULL : "REPLY_MORE";
}

const char *abnf_ask_reply(smtp_span text, unsigned lax)
{
    (void)lax;
    return ask_lines(text, false);
}

const char *abnf_ask_ehlo(smtp_span text, unsigned lax)
{
    (void)lax;
    return ask_lines(text, true);
}

const char *abnf_ask_greeting(smtp_span text, unsigned lax)
{
    struct smtp_domain host;
    (void)lax;
    enum smtp_fault fault = smtp_parse_greeting(text, &host);
    return fault == SMTP_OK ? NULL : smtp_fault_row(fault)->symbol;
}

const char *abnf_ask_ehlo_line(smtp_span text, unsigned lax)
{
    struct smtp_ehlo_keyword keyword;
    size_t off;
    (void)lax;
    enum smtp_fault fault = smtp_parse_ehlo_line(text, &keyword, &off);
    return fault == SMTP_OK ? NULL : smtp_fault_row(fault)->symbol;
}

const char *abnf_ask_capability(smtp_span text, unsigned lax)
{
    struct smtp_capabilities caps = {.given = 0};
    struct smtp_ehlo_keyword keyword;
    size_t off;
    (void)lax;
    enum smtp_fault fault = smtp_parse_ehlo_line(text, &keyword, &off);
    if (fault == SMTP_OK)
        fault = smtp_capabilities_add(&caps, &keyword);
    return fault == SMTP_OK ? NULL : smtp_fault_row(fault)->symbol;
}

const char *abnf_ask_enhanced(smtp_span text, unsigned lax)
{
    struct smtp_cursor c = smtp_cursor_of(text, lax);
    struct smtp_enhanced code;
    return smtp_parse_enhanced(&c, &code) == SMTP_OK && c.at == c.end ? NULL : "ENHANCED";
}
