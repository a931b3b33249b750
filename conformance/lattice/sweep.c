/*
 * NAME
 *     sweep.c: every string once, in one text
 *
 * DESCRIPTION
 *     A de Bruijn sequence, by the greedy rule: append the greatest letter that makes a string that
 *     was not there yet. Where the next octet would complete CRLF.CRLF an "x" is put in front of it
 *     and the octets behind the first are said again, so that only strings that hold the end of data
 *     are missing.
 */
#include "lattice/lattice.h"

#include <string.h>

enum { ORDER_MAX = LATTICE_MAX, STRINGS_MAX = 78125 }; /* 5 to the 7th */

struct sweep {
    bool seen[STRINGS_MAX];
    char *out;
    size_t n, room;
};

static void put(struct sweep *s, char octet)
{
    static const char end[] = "\r\n.\r\n";
    size_t length = sizeof end - 1;
    if (s->n >= length - 1 && octet == '\n' && s->n < s->room &&
        memcmp(s->out + s->n - (length - 1), end, length - 1) == 0) {
        put(s, 'x');
        for (size_t i = 1; i < length - 1; i++)
            put(s, end[i]);
    }
    if (s->n < s->room)
        s->out[s->n++] = octet;
}

size_t lattice_sweep(unsigned order, char *out, size_t room)
{
    static struct sweep s;
    size_t strings = 1, window = 0;
    s = (struct sweep){.out = out, .room = room};
    for (unsigned i = 0; i < order; i++)
        strings *= LATTICE_ALPHABET;
    for (unsigned i = 0; i < order; i++) /* begins with a run of the first letter */
        put(&s, lattice_alphabet[0]);
    s.seen[0] = true;
    for (bool more = true; more;) {
        more = false;
        for (unsigned letter = LATTICE_ALPHABET; letter-- > 0 && !more;) {
            size_t next = window * LATTICE_ALPHABET % strings + letter;
            if (s.seen[next])
                continue;
            s.seen[next] = more = true;
            window = next;
            put(&s, lattice_alphabet[letter]);
        }
    }
    return s.n;
}
