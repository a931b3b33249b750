/*
 * NAME
 *     mark.c: what stands in front of a line: C: S| HC2. and so on (notation, sections 1 and 3)
 */
#include "scenario/parse.h"

#include <string.h>

static const char kinds[] = ":|?&*=.";

/* Behind "C", "S", "HC" or "HS": where the kind stands; 0: this is no mark. */
static size_t kind_at(smtp_span line)
{
    size_t i = line.n > 0 && line.p[0] == 'H' ? 1 : 0;
    if (i >= line.n || (line.p[i] != 'C' && line.p[i] != 'S'))
        return 0;
    i++;
    while (i < line.n && text_is_digit(line.p[i]))
        i++;
    return i < line.n && memchr(kinds, line.p[i], sizeof kinds - 1) != NULL ? i : 0;
}

bool mark_is_here(const struct parser *p)
{
    return kind_at(p->line) > 0;
}

/* n = %x32-39; the first connection has no number */
static bool read_connection(struct parser *p, struct mark *m, size_t kind)
{
    size_t digits = kind - p->at;
    m->conn = 1;
    if (digits == 0)
        return true;
    char digit = p->line.p[p->at];
    if (digits > 1 || digit < '2')
        return parse_fail(p, "connections are 2 to 9; the first has no number");
    m->conn = (unsigned)(digit - '0');
    p->at++;
    return true;
}

/* "* " count ": " */
static bool read_count(struct parser *p, struct mark *m)
{
    if (!parse_take(p, "* "))
        return parse_fail(p, "a repeated line is written %c* 3: ...", m->side);
    if (!text_count(p, "bad count", &m->times))
        return false;
    if (parse_end(p) || p->line.p[p->at] != ':')
        return parse_fail(p, "a repeated line is written %c* %u: ...", m->side, m->times);
    p->at++;
    return true;
}

static bool read_blank(struct parser *p, const struct mark *m)
{
    if (parse_end(p) || m->kind == '.')
        return true;
    if (!parse_take(p, " "))
        return parse_fail(p, "a blank after \"%s\"", m->text);
    if (p->line.p[p->at] == ' ')
        return parse_fail(p, "second blank after \"%s\": write leading blanks with %c= \"...\"",
                          m->text, m->side);
    return true;
}

bool mark_read(struct parser *p)
{
    struct mark *m = &p->mark;
    size_t kind = kind_at(p->line);
    *m = (struct mark){.times = 1, .kind = p->line.p[kind]};
    p->at = 0;
    m->hop = parse_take(p, "H");
    m->side = p->line.p[p->at++];
    if (!read_connection(p, m, kind))
        return false;
    memcpy(m->text, p->line.p, kind + 1);
    p->repeated = m->kind == '*';
    if (p->repeated && !read_count(p, m))
        return false;
    if (!p->repeated)
        p->at++;
    return read_blank(p, m);
}
