/*
 * NAME
 *     source.c: a scenario file as octets, and its lines (notation, sections 2 and 7)
 */
#include "scenario/parse.h"

#include <string.h>

/* The length of the UTF-8 sequence at p (RFC 3629 section 4); 0: none. */
static size_t utf8_length(const unsigned char *p, size_t n)
{
    if (p[0] < 0x80)
        return 1;
    size_t length = p[0] >= 0xC2 && p[0] <= 0xDF   ? 2
                    : p[0] >= 0xE0 && p[0] <= 0xEF ? 3
                    : p[0] >= 0xF0 && p[0] <= 0xF4 ? 4
                                                   : 0;
    if (length == 0 || length > n)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    bool bad = (p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xED && p[1] > 0x9F) ||
               (p[0] == 0xF0 && p[1] < 0x90) || (p[0] == 0xF4 && p[1] > 0x8F);
    return bad ? 0 : length;
}

static bool check_octet(struct parser *p, size_t *i)
{
    const unsigned char *octets = (const unsigned char *)p->line.p;
    unsigned char c = octets[*i];
    p->at = *i;
    if (c == '\r' && *i + 1 == p->line.n)
        return parse_fail(p, "line ends in CR LF: save the file with LF");
    if (c < 0x20 || c == 0x7F)
        return parse_fail(p, "control character 0x%02X: write it as \\x%02X in exact bytes", c, c);
    size_t length = utf8_length(octets + *i, p->line.n - *i);
    if (length == 0)
        return parse_fail(p, "not UTF-8: write the octet as \\x%02X in exact bytes", c);
    *i += length;
    return true;
}

static bool check_line(struct parser *p)
{
    for (size_t i = 0; i < p->line.n;)
        if (!check_octet(p, &i))
            return false;
    p->at = p->line.n;
    if (p->line.n > 0 && p->line.p[p->line.n - 1] == ' ')
        return parse_fail(p, "blank at the end of the line: write it in exact bytes");
    return true;
}

bool source_check(struct parser *p)
{
    p->line_number = 1;
    p->at = 0;
    if (p->octets.n == 0)
        return parse_fail(p, "empty file");
    if (p->octets.n >= 3 && memcmp(p->octets.p, "\xEF\xBB\xBF", 3) == 0)
        return parse_fail(p, "byte order mark: save the file as plain UTF-8");
    p->next = 0;
    p->line_number = 0;
    while (source_next_line(p))
        if (!check_line(p))
            return false;
    p->last_line = p->line_number;
    if (p->octets.p[p->octets.n - 1] != '\n')
        return parse_fail(p, "no line end at the end of the file");
    p->next = 0;
    p->line_number = 0;
    return true;
}

bool source_next_line(struct parser *p)
{
    if (p->next >= p->octets.n)
        return false;
    const char *start = p->octets.p + p->next;
    size_t left = p->octets.n - p->next;
    const char *lf = memchr(start, '\n', left);
    p->line = (smtp_span){start, lf == NULL ? left : (size_t)(lf - start)};
    p->next += p->line.n + 1;
    p->line_number++;
    p->at = 0;
    return true;
}
