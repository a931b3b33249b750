/*
 * NAME
 *     codec.c: what the reference's own codec says of a string
 */
#include "lattice/lattice.h"
#include "smtp/lax.h"
#include "smtp/wire.h"

/* Shows the octets; the number that stands behind the end of data, or -1. */
static int feed(struct smtp_dot *d, const char *s, size_t n)
{
    smtp_span in = {s, n}, out;
    while (in.n > 0)
        if (smtp_dot_next(d, &in, &out) == SMTP_STEP_END)
            return (int)in.n;
    return -1;
}

size_t lattice_codec_end(unsigned lax, const char *s, size_t n, unsigned *state)
{
    struct smtp_dot d = {.lax = lax};
    (void)feed(&d, "x", 1);
    int left = feed(&d, s, n);
    *state = left < 0 ? d.state : LATTICE_ENDED;
    if (left >= 0)
        return n - (size_t)left;
    /* where a CR ends the text, that is seen when the octet behind it has come */
    left = feed(&d, "M", 1);
    if (left == 1)
        *state = LATTICE_ENDED;
    return left == 1 ? n : 0;
}

bool lattice_codec_lax(const struct lattice_reader *reader, unsigned *lax)
{
    static const unsigned bits[3][3] = {
        {SMTP_LAX_NONE, SMTP_LAX_EOD_CRLF_LF, SMTP_LAX_EOD_CRLF_CR},
        {SMTP_LAX_EOD_LF_CRLF, SMTP_LAX_EOD_LF_LF, SMTP_LAX_NONE},
        {SMTP_LAX_EOD_CR_CRLF, SMTP_LAX_NONE, SMTP_LAX_EOD_CR_CR},
    };
    unsigned bit = bits[reader->before][reader->behind];
    bool strict = reader->before == LATTICE_CRLF && reader->behind == LATTICE_CRLF;
    *lax = bit | (reader->filter == LATTICE_NUL_LOST ? SMTP_LAX_EOD_NUL : SMTP_LAX_NONE);
    return (bit != SMTP_LAX_NONE || strict) && reader->filter <= LATTICE_NUL_LOST;
}
