/*
 * NAME
 *     escape.c: octets and text made fit to be shown
 */
#include "report/escape.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/report.h"

/* ---- octets ---------------------------------------------------------------------------------- */

size_t escape_octet(unsigned char octet, char out[4])
{
    static const char digits[] = "0123456789abcdef";
    out[0] = '\\';
    switch (octet) {
    case '\r':
        out[1] = 'r';
        return 2;
    case '\n':
        out[1] = 'n';
        return 2;
    case '\t':
        out[1] = 't';
        return 2;
    case '\\':
        out[1] = '\\';
        return 2;
    }
    if (octet >= 0x20 && octet <= 0x7e) {
        out[0] = (char)octet;
        return 1;
    }
    out[1] = 'x';
    out[2] = digits[octet >> 4];
    out[3] = digits[octet & 15];
    return 4;
}

static size_t escaped_length(smtp_span octets)
{
    char unit[4];
    size_t length = 0;
    for (size_t i = 0; i < octets.n; i++)
        length += escape_octet((unsigned char)octets.p[i], unit);
    return length;
}

/* Returns where it ended; adds no NUL. */
static char *put_escaped(char *to, smtp_span octets)
{
    char unit[4];
    for (size_t i = 0; i < octets.n; i++) {
        size_t n = escape_octet((unsigned char)octets.p[i], unit);
        memcpy(to, unit, n);
        to += n;
    }
    return to;
}

char *report_escape(smtp_span octets)
{
    char *out = malloc(escaped_length(octets) + 1);
    if (out != NULL)
        *put_escaped(out, octets) = '\0';
    return out;
}

/* How many octets from the front, or from the end, fit into so many columns. */
static size_t fitting(smtp_span octets, size_t columns, bool from_end)
{
    char unit[4];
    size_t used = 0;
    for (size_t i = 0; i < octets.n; i++) {
        used += escape_octet((unsigned char)octets.p[from_end ? octets.n - 1 - i : i], unit);
        if (used > columns)
            return i;
    }
    return octets.n;
}

char *escape_elided(smtp_span octets, size_t columns)
{
    enum { TAIL_PART = 4 };
    static const char form[] = " ... %zu octets ... ";
    char gap[64];
    if (escaped_length(octets) <= columns)
        return report_escape(octets);
    /* as wide as it can become */
    size_t room = columns - (size_t)snprintf(gap, sizeof gap, form, octets.n);
    size_t tail = fitting(octets, room / TAIL_PART, true);
    size_t head = fitting(octets, room - room / TAIL_PART, false);
    size_t gap_length = (size_t)snprintf(gap, sizeof gap, form, octets.n - head - tail);
    char *out = malloc(columns + 1);
    if (out == NULL)
        return NULL;
    char *to = put_escaped(out, smtp_span_cut(octets, 0, head));
    memcpy(to, gap, gap_length);
    to = put_escaped(to + gap_length, smtp_span_cut(octets, octets.n - tail, octets.n));
    *to = '\0';
    return out;
}

/* ---- text ------------------------------------------------------------------------------------ */

/* RFC 3629 4: how many octets the character takes; 0 if it is none. */
static size_t character(const unsigned char *p, size_t n, uint32_t *code)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length = p[0] < 0x80       ? 1
                    : p[0] >> 5 == 6  ? 2
                    : p[0] >> 4 == 14 ? 3
                    : p[0] >> 3 == 30 ? 4
                                      : 0;
    if (length == 0 || length > n)
        return 0;
    *code = length == 1 ? p[0] : p[0] & (0xffU >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if (p[i] >> 6 != 2)
            return 0;
        *code = *code << 6 | (p[i] & 0x3fU);
    }
    bool surrogate = *code >= 0xd800 && *code <= 0xdfff;
    return *code < least[length] || *code > 0x10ffff || surrogate ? 0 : length;
}

static bool shows_itself(uint32_t code)
{
    if (code < 0x20 || (code >= 0x7f && code < 0xa0)) /* C0, DEL, C1: a terminal obeys them */
        return false;
    if ((code >= 0x200e && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
        (code >= 0x2066 && code <= 0x2069)) /* direction of writing, line and paragraph ends */
        return false;
    return code != 0xfeff && code != 0xfffe && code != 0xffff;
}

char *escape_text(const char *text)
{
    smtp_span in = smtp_span_of(text);
    char *out = malloc(in.n * 4 + 1);
    if (out == NULL)
        return NULL;
    char *to = out;
    for (size_t i = 0; i < in.n;) {
        uint32_t code = 0;
        size_t n = character((const unsigned char *)in.p + i, in.n - i, &code);
        smtp_span unit = {in.p + i, n == 0 ? 1 : n};
        i += unit.n;
        if (n == 0 || !shows_itself(code)) {
            to = put_escaped(to, unit);
            continue;
        }
        memcpy(to, unit.p, unit.n);
        to += unit.n;
    }
    *to = '\0';
    return out;
}

size_t escape_width(const char *text)
{
    size_t width = 0;
    for (; *text != '\0'; text++)
        width += ((unsigned char)*text & 0xc0) != 0x80;
    return width;
}
