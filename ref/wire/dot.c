#include "smtp/wire.h"

#include <assert.h>
#include <string.h>

/*
 * RFC 5321 4.1.1.4 and 4.5.2, the receiver's side. Only a dot that begins a line, and what follows
 * it, is ever held back.
 *
 *   state          CR        LF            "."       any other
 *   0 LINE_START   1         2 (bare)      4, held   3            (also the start of the text)
 *   1 AFTER_CR     1 (bare)  0             3 (bare)  3 (bare)
 *   2 AFTER_LF     1         2 (bare)      3         3
 *   3 WITHIN       1         2 (bare)      3         3
 *   4 DOT          5, held   2 (bare), D   3, D      3, D         D: the dot is dropped, the rest
 *   5 DOT_CR       1, D      the end       3, D      3, D            delivered
 *
 * So a dot behind a bare CR or LF is content. A tolerance that says otherwise has it held back in 1
 * and 2 too; where it then ends nothing it is delivered, not dropped.
 */
enum { LINE_START, AFTER_CR, AFTER_LF, WITHIN, DOT, DOT_CR };

#define ALWAYS 0x80000000U

/* The tolerance by which a dot between two line ends ends the text: rows as the states 0 to 2. */
enum line_end { BY_CRLF, BY_LF, BY_CR };
static const unsigned ends[3][3] = {
    {ALWAYS, SMTP_LAX_EOD_CRLF_LF, SMTP_LAX_EOD_CRLF_CR},
    {SMTP_LAX_EOD_CR_CRLF, 0, SMTP_LAX_EOD_CR_CR},
    {SMTP_LAX_EOD_LF_CRLF, SMTP_LAX_EOD_LF_LF, 0},
};

static void note(struct smtp_dot *d, enum smtp_fault fault, uint64_t off)
{
    if (d->fault != SMTP_OK)
        return;
    d->fault = fault;
    d->fault_off = off;
}

static bool has_lax(const struct smtp_dot *d, enum smtp_lax bit)
{
    return (d->lax & (unsigned)bit) != 0;
}

static bool is_held(const struct smtp_dot *d, char octet)
{
    if (octet != '.')
        return false;
    assert(d->state <= AFTER_LF); /* content_run() leaps over the dots WITHIN a line */
    const unsigned *row = ends[d->state];
    return ((row[BY_CRLF] | row[BY_LF] | row[BY_CR]) & (d->lax | ALWAYS)) != 0;
}

static bool ends_text(struct smtp_dot *d, enum line_end by)
{
    assert(d->from <= AFTER_LF);
    unsigned bit = ends[d->from][by];
    if ((bit & (d->lax | ALWAYS)) == 0)
        return false;
    d->lax_used |= bit & d->lax;
    if (memchr(d->held, '\0', d->held_n) != NULL)
        d->lax_used |= SMTP_LAX_EOD_NUL;
    if (memchr(d->held, ' ', d->held_n) != NULL || memchr(d->held, '\t', d->held_n) != NULL)
        d->lax_used |= SMTP_LAX_EOD_BLANK;
    return true;
}

static bool is_skipped(const struct smtp_dot *d, char octet)
{
    if (d->state != DOT)
        return false;
    if (octet == '\0')
        return has_lax(d, SMTP_LAX_EOD_NUL);
    return (octet == ' ' || octet == '\t') && has_lax(d, SMTP_LAX_EOD_BLANK);
}

static void take(smtp_span *in, size_t n)
{
    in->p += n;
    in->n -= n;
}

static void hold(struct smtp_dot *d, smtp_span *in, unsigned char state)
{
    d->held[d->held_n++] = in->p[0];
    d->state = state;
    take(in, 1);
}

static smtp_span deliver(struct smtp_dot *d, const char *p, size_t n)
{
    d->seen += n;
    return (smtp_span){p, n};
}

/* The dot ends nothing: what was held back is content, but for a dot that began a line. */
static smtp_span release(struct smtp_dot *d)
{
    size_t dropped = d->from == LINE_START ? 1 : 0, n = d->held_n;
    d->state = d->held[n - 1] == '\r' ? AFTER_CR : WITHIN;
    d->held_n = 0;
    return deliver(d, d->held + dropped, n - dropped);
}

static enum smtp_step end(struct smtp_dot *d, smtp_span *in, size_t taken)
{
    take(in, taken);
    d->state = LINE_START;
    d->held_n = 0;
    return SMTP_STEP_END;
}

/* In DOT and DOT_CR. MORE with input left: nothing was to deliver, go on with it as content. */
static enum smtp_step behind_dot(struct smtp_dot *d, smtp_span *in, smtp_span *out)
{
    while (in->n > 0) {
        char octet = in->p[0];
        bool room = d->held_n < SMTP_DOT_HELD;
        if (octet == '\n' && ends_text(d, d->state == DOT ? BY_LF : BY_CRLF))
            return end(d, in, 1);
        if (d->state == DOT_CR && ends_text(d, BY_CR))
            return end(d, in, 0);
        if (room && octet == '\r' && d->state == DOT) {
            hold(d, in, DOT_CR);
            continue;
        }
        if (room && is_skipped(d, octet)) {
            hold(d, in, DOT);
            continue;
        }
        *out = release(d);
        return out->n > 0 ? SMTP_STEP_DATA : SMTP_STEP_MORE;
    }
    return SMTP_STEP_MORE;
}

static void content(struct smtp_dot *d, char octet, uint64_t off)
{
    if (d->state == AFTER_CR && octet != '\n')
        note(d, SMTP_E_TEXT_BARE_CR, off - 1);
    if (octet == '\n' && d->state != AFTER_CR)
        note(d, SMTP_E_TEXT_BARE_LF, off);
    if (octet == '\r')
        d->state = AFTER_CR;
    else if (octet == '\n')
        d->state = d->state == AFTER_CR ? LINE_START : AFTER_LF;
    else if (octet != '\0' || !has_lax(d, SMTP_LAX_EOD_NUL))
        d->state = WITHIN;
}

/* The first CR or LF. *lf keeps the next LF, so that no octet is looked at twice for it. */
static const char *next_break(const char *p, const char *stop, const char **lf)
{
    if (*lf == NULL || *lf < p) {
        const char *found = memchr(p, '\n', (size_t)(stop - p));
        *lf = found != NULL ? found : stop;
    }
    const char *cr = memchr(p, '\r', (size_t)(*lf - p));
    return cr != NULL ? cr : *lf;
}

/* The content at the front, up to a dot that has to be held back. */
static size_t content_run(struct smtp_dot *d, smtp_span in)
{
    const char *p = in.p, *stop = in.p + in.n, *lf = NULL;
    while (p < stop) {
        if (d->state == WITHIN)
            p = next_break(p, stop, &lf);
        if (p == stop || is_held(d, *p))
            break;
        content(d, *p, d->seen + (uint64_t)(p - in.p));
        p++;
    }
    return (size_t)(p - in.p);
}

enum smtp_step smtp_dot_next(struct smtp_dot *d, smtp_span *in, smtp_span *out)
{
    *out = (smtp_span){in->p, 0};
    while (in->n > 0) {
        if (d->state >= DOT) {
            enum smtp_step step = behind_dot(d, in, out);
            if (step != SMTP_STEP_MORE || in->n == 0)
                return step;
        }
        size_t run = content_run(d, *in);
        if (run > 0) {
            *out = deliver(d, in->p, run);
            take(in, run);
            return SMTP_STEP_DATA;
        }
        if (d->state == AFTER_CR)
            note(d, SMTP_E_TEXT_BARE_CR, d->seen - 1);
        d->from = d->state;
        hold(d, in, DOT);
    }
    return SMTP_STEP_MORE;
}
