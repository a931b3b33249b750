#include "smtp/wire.h"

#include <string.h>

/*
 *              +---CR--> AFTER_CR ---LF--+
 *              |            | other      |
 *   other -> WITHIN <-------+            |
 *              ^                         v
 *              +---other-- LINE_START <--+
 *                             |  "." (one more is written first)
 *                             v
 *                          DOUBLED ---"."--> WITHIN
 */
enum { LINE_START, WITHIN, AFTER_CR, DOUBLED };

static unsigned char after(unsigned char state, char octet)
{
    if (octet == '\r')
        return AFTER_CR;
    return octet == '\n' && state == AFTER_CR ? LINE_START : WITHIN;
}

/* The octets at the front that are copied as they are. */
static size_t plain_run(const struct smtp_stuff *s, smtp_span body, size_t room)
{
    size_t n = body.n < room ? body.n : room;
    const char *cr = s->state == WITHIN ? memchr(body.p, '\r', n) : body.p;
    return cr != NULL ? (size_t)(cr - body.p) : n;
}

/* RFC 5321 4.5.2: a line that begins with a period gets one more in front. */
size_t smtp_stuff_next(struct smtp_stuff *s, smtp_room to, smtp_span *body)
{
    size_t at = 0;
    while (body->n > 0 && at < to.n) {
        if (s->state == LINE_START && body->p[0] == '.') {
            to.p[at++] = '.';
            s->state = DOUBLED;
            continue;
        }
        size_t run = plain_run(s, *body, to.n - at);
        if (run == 0) {
            run = 1;
            s->state = after(s->state, body->p[0]);
        }
        memcpy(to.p + at, body->p, run);
        at += run;
        body->p += run;
        body->n -= run;
    }
    return at;
}

/* RFC 5321 4.1.1.4: no extra CRLF, unless the text does not end with one. */
size_t smtp_stuff_end(struct smtp_stuff *s, smtp_room to)
{
    smtp_span end = SMTP_SPAN("\r\n.\r\n");
    if (s->state == LINE_START)
        end = SMTP_SPAN(".\r\n");
    if (end.n <= to.n) {
        memcpy(to.p, end.p, end.n);
        s->state = LINE_START;
    }
    return end.n;
}
