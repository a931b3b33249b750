#include "player/octets.h"

#include <stdlib.h>
#include <string.h>

bool octets_add(struct octets *to, smtp_span octets)
{
    if (to->room - to->n < octets.n) {
        size_t room = 2 * (to->n + octets.n);
        char *p = realloc(to->p, room);
        if (p == NULL)
            return false;
        to->p = p;
        to->room = room;
    }
    if (octets.n > 0)
        memcpy(to->p + to->n, octets.p, octets.n);
    to->n += octets.n;
    return true;
}
