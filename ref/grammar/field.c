#include <string.h>

#include "chain_parts.h"

static bool is_wsp(char octet)
{
    return octet == ' ' || octet == '\t';
}

/* The offset of the CRLF that ends the line at `at`; the end of the text without one. */
static size_t line_end(smtp_span header, size_t at)
{
    for (;;) {
        smtp_span rest = smtp_span_cut(header, at, header.n);
        const char *cr = rest.n > 0 ? memchr(rest.p, '\r', rest.n) : NULL;
        if (cr == NULL)
            return header.n;
        at = (size_t)(cr - header.p);
        if (at + 1 < header.n && cr[1] == '\n')
            return at;
        at++;
    }
}

/* RFC 5322 2.2.3: a line that begins with white space goes on with the field before. */
static size_t field_end(smtp_span header, size_t at)
{
    size_t end = line_end(header, at);
    while (end + 2 < header.n && is_wsp(header.p[end + 2]))
        end = line_end(header, end + 2);
    return end;
}

/*
 * RFC 5322 2.2, 3.6.8
 *     field-name = 1*ftext        ftext = %d33-57 / %d59-126
 * and 4.5 lets white space stand before the colon, which is not for Received (RFC 5321 4.4): who
 * reads the field will find it.
 */
static void read_name(struct smtp_field *f)
{
    size_t n = 0, colon;
    while (n < f->text.n && f->text.p[n] != ':' && f->text.p[n] > ' ' && f->text.p[n] < 127)
        n++;
    for (colon = n; colon < f->text.n && is_wsp(f->text.p[colon]);)
        colon++;
    bool named = n > 0 && colon < f->text.n && f->text.p[colon] == ':';
    f->name = smtp_span_cut(f->text, 0, named ? n : 0);
    f->body = named ? colon + 1 : 0;
}

bool smtp_field_next(smtp_span header, size_t *at, struct smtp_field *out)
{
    if (*at >= header.n || line_end(header, *at) == *at)
        return false;
    size_t end = field_end(header, *at);
    *out = (struct smtp_field){.text = smtp_span_cut(header, *at, end), .at = *at};
    read_name(out);
    *at = end < header.n ? end + 2 : end;
    return true;
}
