#include "player/reply.h"

#include <stdlib.h>
#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static smtp_span without_line_end(smtp_span line)
{
    if (line.n > 0 && line.p[line.n - 1] == '\n')
        line.n--;
    if (line.n > 0 && line.p[line.n - 1] == '\r')
        line.n--;
    return line;
}

/* Reply-line = *( Reply-code "-" [ textstring ] CRLF ) Reply-code [ SP textstring ] CRLF */
static enum reply_state judge_line(struct reply *r)
{
    smtp_span line = without_line_end((smtp_span){r->p + r->line, r->n - r->line});
    if (line.n < 3 || line.p[0] < '2' || line.p[0] > '5' || !is_digit(line.p[1]) ||
        !is_digit(line.p[2]))
        return REPLY_BROKEN;
    if (r->line == 0)
        r->code = (unsigned)(100 * (line.p[0] - '0') + 10 * (line.p[1] - '0') + line.p[2] - '0');
    if (line.n == 3 || line.p[3] == ' ')
        return REPLY_WHOLE;
    if (line.p[3] != '-')
        return REPLY_BROKEN;
    r->line = r->n;
    return REPLY_PART;
}

static bool add(struct reply *r, smtp_span octets)
{
    if (r->room - r->n < octets.n) {
        size_t room = r->room == 0 ? 512 : r->room;
        while (room - r->n < octets.n)
            room *= 2;
        char *p = realloc(r->p, room);
        if (p == NULL)
            return false;
        r->p = p;
        r->room = room;
    }
    memcpy(r->p + r->n, octets.p, octets.n);
    r->n += octets.n;
    return true;
}

size_t reply_feed(struct reply *r, smtp_span in)
{
    size_t used = 0;
    while (used < in.n && r->state == REPLY_PART) {
        const char *lf = memchr(in.p + used, '\n', in.n - used);
        size_t n = lf == NULL ? in.n - used : (size_t)(lf - in.p) + 1 - used;
        bool fits = n <= REPLY_MAX - r->n;
        if (!fits)
            n = REPLY_MAX - r->n;
        if (n > 0 && !add(r, (smtp_span){in.p + used, n}))
            fits = false;
        used += n;
        if (!fits)
            r->state = REPLY_LONG;
        else if (lf != NULL)
            r->state = judge_line(r);
    }
    return used;
}

void reply_reset(struct reply *r)
{
    r->n = 0;
    r->line = 0;
    r->code = 0;
    r->state = REPLY_PART;
}

void reply_free(struct reply *r)
{
    free(r->p);
}

smtp_span reply_octets(const struct reply *r)
{
    return (smtp_span){r->p, r->n};
}

bool reply_next_line(smtp_span *rest, smtp_span *text)
{
    if (rest->n == 0)
        return false;
    const char *lf = memchr(rest->p, '\n', rest->n);
    size_t n = lf == NULL ? rest->n : (size_t)(lf - rest->p) + 1;
    *text = without_line_end((smtp_span){rest->p, n});
    *text = smtp_span_cut(*text, text->n < 4 ? text->n : 4, text->n);
    *rest = smtp_span_cut(*rest, n, rest->n);
    return true;
}
