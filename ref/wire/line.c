#include "smtp/wire.h"

#include <assert.h>
#include <string.h>

/* Octets of the line end that begins at in.p[at]: 0 none, WAIT it takes the next octet to know. */
enum { WAIT = 3 };

/* RFC 5321 2.3.8: only CRLF ends a line, unless a tolerance says otherwise. */
static unsigned line_end(const struct smtp_line *l, smtp_span in, size_t at)
{
    if (in.p[at] == '\n')
        return (l->lax & SMTP_LAX_LINE_LF) != 0 ? 1 : 0;
    if (in.p[at] != '\r')
        return 0;
    if (at + 1 == in.n)
        return WAIT;
    if (in.p[at + 1] == '\n')
        return 2;
    return (l->lax & SMTP_LAX_LINE_CR) != 0 ? 1 : 0;
}

static void note(const struct smtp_line *l, enum smtp_fault what, size_t at, enum smtp_fault *fault,
                 size_t *off)
{
    if (what == SMTP_E_NUL && (l->lax & SMTP_LAX_LINE_NUL) != 0)
        return;
    if (*fault == SMTP_OK || at < *off) {
        *fault = what;
        *off = at;
    }
}

/* The first octet that has no place inside a line. */
static enum smtp_fault inner_fault(struct smtp_line *l, smtp_span line)
{
    static const struct {
        char octet;
        enum smtp_fault fault;
    } strays[] = {
        {'\r', SMTP_E_BARE_CR},
        {'\n', SMTP_E_BARE_LF},
        {'\0', SMTP_E_NUL},
    };
    enum smtp_fault fault = SMTP_OK;
    l->fault_off = 0;
    for (size_t i = 0; i < sizeof strays / sizeof *strays; i++) {
        const char *found = line.n > 0 ? memchr(line.p, strays[i].octet, line.n) : NULL;
        if (found != NULL)
            note(l, strays[i].fault, (size_t)(found - line.p), &fault, &l->fault_off);
    }
    return fault;
}

static unsigned tolerances_used(const struct smtp_line *l, smtp_span line, unsigned end)
{
    unsigned used = 0;
    if (end == 1)
        used = line.p[line.n] == '\n' ? SMTP_LAX_LINE_LF : SMTP_LAX_LINE_CR;
    if ((l->lax & SMTP_LAX_LINE_NUL) != 0 && line.n > 0 && memchr(line.p, '\0', line.n) != NULL)
        used |= SMTP_LAX_LINE_NUL;
    return used;
}

static enum smtp_step ended(struct smtp_line *l, unsigned lax_used)
{
    l->lax_used = lax_used;
    l->seen = 0;
    l->draining = false;
    l->cr = false;
    return SMTP_STEP_END;
}

/* RFC 5321 4.5.3.1.9: one answer to a line too long, and none to its tail. */
static enum smtp_step drain(struct smtp_line *l, smtp_span in, size_t at, size_t *taken)
{
    for (; at < in.n; at++) {
        bool lf = in.p[at] == '\n';
        *taken = at + 1;
        if (lf && l->cr)
            return ended(l, 0);
        if (lf && (l->lax & SMTP_LAX_LINE_LF) != 0)
            return ended(l, SMTP_LAX_LINE_LF);
        *taken = at;
        if (l->cr && (l->lax & SMTP_LAX_LINE_CR) != 0)
            return ended(l, SMTP_LAX_LINE_CR);
        l->cr = in.p[at] == '\r';
    }
    *taken = in.n;
    return SMTP_STEP_MORE;
}

/*
 * Whatever ends it, a line may hold limit - 2 octets: so an input of `limit` octets decides, and no
 * tolerance moves the limit.
 */
enum smtp_step smtp_line_next(struct smtp_line *l, smtp_span in, smtp_span *out, size_t *taken,
                              enum smtp_fault *fault)
{
    assert(l->limit >= 2);
    *out = (smtp_span){in.p, 0};
    *taken = 0;
    *fault = SMTP_E_LINE_LONG;
    if (l->draining)
        return drain(l, in, 0, taken);
    for (; l->seen < in.n; l->seen++) {
        unsigned end = line_end(l, in, l->seen);
        if (end == WAIT)
            return SMTP_STEP_MORE;
        if (end != 0) {
            *out = (smtp_span){in.p, l->seen};
            *taken = l->seen + end;
            *fault = inner_fault(l, *out);
            return ended(l, tolerances_used(l, *out, end));
        }
        if (l->seen == l->limit - 2) {
            l->draining = true;
            l->fault_off = l->limit;
            return drain(l, in, l->seen, taken);
        }
    }
    return SMTP_STEP_MORE;
}
