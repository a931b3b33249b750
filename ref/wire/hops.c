#include "smtp/wire.h"

#include <assert.h>
#include <string.h>

#include "smtp/chars.h"

/*
 * RFC 5322 3.6.7 and 4.5.7: "Received" *WSP ":", a name in any case (1.2.2). The states count how much
 * of the name stands at the start of the line.
 *
 *   0 .. 7     so many letters of it     next letter: one more    CR: CR_FIRST in 0, else CR
 *   8          all of it, and blanks     ":": one hop, WITHIN     blank: 8
 *   WITHIN     any other line            CR: CR
 *   CR         behind a CR               LF: 0                    CR: CR, other: WITHIN
 *   CR_FIRST   the line is a CR so far   LF: BODY                 CR: CR, other: WITHIN
 *   BODY       behind the empty line
 */
static const char name[] = "received";
enum { NAME = sizeof name - 1, WITHIN, CR, CR_FIRST, BODY };

static unsigned char behind_cr(unsigned state, char octet)
{
    if (octet == '\n')
        return state == CR ? 0 : BODY;
    return octet == '\r' ? CR : WITHIN;
}

static unsigned char in_name(struct smtp_hops *h, char octet)
{
    if (octet == '\r')
        return h->state == 0 ? CR_FIRST : CR;
    if (h->state < NAME)
        return smtp_lower(octet) == name[h->state] ? h->state + 1 : WITHIN;
    if (octet == ':')
        h->count++;
    return octet == ' ' || octet == '\t' ? NAME : WITHIN;
}

void smtp_hops_next(struct smtp_hops *h, smtp_span run)
{
    for (size_t i = 0; i < run.n && h->state != BODY; i++) {
        if (h->state == WITHIN) {
            const char *cr = memchr(run.p + i, '\r', run.n - i);
            if (cr == NULL)
                return;
            i = (size_t)(cr - run.p);
            h->state = CR;
        } else if (h->state > WITHIN) {
            h->state = behind_cr(h->state, run.p[i]);
        } else {
            h->state = in_name(h, run.p[i]);
        }
    }
}
