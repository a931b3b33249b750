#include "player/message.h"

#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Behind the CRLF of the line at `at`, or the end. */
static size_t line_end(smtp_span s, size_t at)
{
    while (at < s.n) {
        const char *lf = memchr(s.p + at, '\n', s.n - at);
        if (lf == NULL)
            return s.n;
        at = (size_t)(lf - s.p) + 1;
        if (at >= 2 && s.p[at - 2] == '\r')
            return at;
    }
    return s.n;
}

static smtp_span without_crlf(smtp_span line)
{
    bool ends = line.n >= 2 && line.p[line.n - 2] == '\r' && line.p[line.n - 1] == '\n';
    return smtp_span_cut(line, 0, ends ? line.n - 2 : line.n);
}

/* RFC 5322 2.2: field-name ":" field-body. */
static bool read_field(smtp_span whole, struct message_field *out)
{
    smtp_span text = without_crlf(whole);
    const char *colon = text.n == 0 ? NULL : memchr(text.p, ':', text.n);
    size_t n = colon == NULL ? 0 : (size_t)(colon - text.p);
    *out = (struct message_field){smtp_span_cut(text, 0, n), smtp_span_cut(text, n + 1, text.n),
                                  whole};
    for (size_t i = 0; i < n; i++)
        if (text.p[i] <= ' ' || text.p[i] > '~')
            return false;
    return n > 0;
}

bool message_next_field(smtp_span message, size_t *at, struct message_field *out)
{
    while (*at < message.n) {
        size_t end = line_end(message, *at);
        if (without_crlf(smtp_span_cut(message, *at, end)).n == 0)
            return false;
        while (end < message.n && is_blank(message.p[end]))
            end = line_end(message, end);
        smtp_span whole = smtp_span_cut(message, *at, end);
        *at = end;
        if (read_field(whole, out))
            return true;
    }
    return false;
}

size_t message_unfold(smtp_span value, char *out)
{
    size_t n = 0;
    for (size_t i = 0; i < value.n; i++) {
        bool fold = i + 2 < value.n && value.p[i] == '\r' && value.p[i + 1] == '\n' &&
                    is_blank(value.p[i + 2]);
        if (!fold) {
            out[n++] = value.p[i];
            continue;
        }
        i += 2;
        while (i + 1 < value.n && is_blank(value.p[i + 1]))
            i++;
        out[n++] = ' ';
    }
    size_t from = 0;
    while (n > 0 && is_blank(out[n - 1]))
        n--;
    while (from < n && is_blank(out[from]))
        from++;
    memmove(out, out + from, n - from);
    return n - from;
}

smtp_span message_body(smtp_span message)
{
    for (size_t at = 0; at < message.n;) {
        size_t end = line_end(message, at);
        if (without_crlf(smtp_span_cut(message, at, end)).n == 0)
            return smtp_span_cut(message, end, message.n);
        at = end;
    }
    return (smtp_span){message.p, 0};
}

size_t message_crlf(smtp_span from, char *out)
{
    size_t n = 0;
    for (size_t i = 0; i < from.n; i++) {
        if (from.p[i] == '\n' && (i == 0 || from.p[i - 1] != '\r'))
            out[n++] = '\r';
        out[n++] = from.p[i];
    }
    return n;
}

/* How many octets of the two are the same from there on. */
static size_t same_length(smtp_span message, size_t at, smtp_span wanted)
{
    size_t n = 0;
    while (n < wanted.n && at + n < message.n && message.p[at + n] == wanted.p[n])
        n++;
    return n;
}

/* The line from which most of the wanted octets are there. */
static void find_nearest(smtp_span message, smtp_span wanted, size_t *differs, size_t *at)
{
    *differs = *at = 0;
    for (size_t line = 0; line < message.n; line = line_end(message, line)) {
        size_t n = same_length(message, line, wanted);
        if (n < *differs || n == 0)
            continue;
        *differs = n;
        *at = line + n;
    }
}

bool message_has_tail(smtp_span message, smtp_span wanted, size_t *differs, size_t *at)
{
    size_t from = message.n - wanted.n;
    bool fits = wanted.n <= message.n && same_length(message, from, wanted) == wanted.n &&
                (from == 0 || message.p[from - 1] == '\n');
    if (!fits)
        find_nearest(message, wanted, differs, at);
    return fits;
}

/* Its header section, without the empty line. */
static smtp_span message_header(smtp_span message)
{
    size_t at = 0;
    while (at < message.n) {
        size_t end = line_end(message, at);
        if (without_crlf(smtp_span_cut(message, at, end)).n == 0)
            break;
        at = end;
    }
    return smtp_span_cut(message, 0, at);
}

bool message_has_all(smtp_span message, smtp_span wanted)
{
    smtp_span header = message_header(message), own = message_header(wanted);
    struct message_field field, found;
    size_t at = 0, from = 0;
    while (message_next_field(own, &at, &field)) {
        do
            if (!message_next_field(header, &from, &found))
                return false;
        while (!smtp_span_is(found.whole, field.whole));
    }
    return smtp_span_is(message_body(message), message_body(wanted));
}
