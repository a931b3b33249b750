/*
 * NAME
 *     lattice.c: the strings, and their classes
 */
#include "lattice/lattice.h"

#include <assert.h>
#include <string.h>

const char lattice_alphabet[LATTICE_ALPHABET] = {'\r', '\n', '.', '\0', 'x'};

/* The string behind this one in its length; false: that was the last. */
static bool next_string(unsigned *digits, size_t n)
{
    for (size_t i = n; i-- > 0;) {
        if (++digits[i] < LATTICE_ALPHABET)
            return true;
        digits[i] = 0;
    }
    return false;
}

/* RFC 5321 4.5.2: a client that doubles a dot at the start of a line sends no CRLF, dot, other. */
static bool is_let_through(const char *s, size_t n)
{
    for (size_t i = 2; i < n; i++)
        if (s[i] == '.' && s[i - 1] == '\n' && s[i - 2] == '\r') {
            if (i + 1 == n || s[i + 1] != '.')
                return false;
            i++;
        }
    return true;
}

/* The codec drops NULs around the dot only: between CR and LF it keeps them. */
static bool has_cr_nul(const char *s, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (s[i - 1] == '\r' && s[i] == '\0')
            return true;
    return false;
}

/* The reader against the codec with the tolerances of the same meaning. */
static bool agrees(const struct lattice_reader *reader, const char *s, size_t n, size_t end)
{
    unsigned lax, state;
    if (!lattice_codec_lax(reader, &lax) ||
        (reader->filter == LATTICE_NUL_LOST && has_cr_nul(s, n)))
        return true;
    return lattice_codec_end(lax, s, n, &state) == end;
}

static unsigned states_passed(const char *s, size_t n)
{
    unsigned states = 0, state;
    for (size_t i = 1; i < n; i++) {
        (void)lattice_codec_end(0, s, i, &state);
        states |= 1U << state;
    }
    return states;
}

enum verdict { KEPT, PASSED_OVER, DISAGREED };

static enum verdict classify(struct lattice_class *c)
{
    bool early = false;
    c->readers = 0;
    for (unsigned i = 0; i < LATTICE_READERS; i++) {
        size_t end = lattice_reader_end(&lattice_readers[i], c->octets, c->n);
        if (!agrees(&lattice_readers[i], c->octets, c->n, end))
            return DISAGREED;
        if (end > 0 && memchr(c->octets + end, '.', c->n - end) != NULL)
            return PASSED_OVER;
        early = early || (end > 0 && end < c->n);
        c->readers |= (uint32_t)(end == c->n) << i;
    }
    c->ends = lattice_codec_end(0, c->octets, c->n, &c->states) == c->n;
    if (c->ends)
        c->states = states_passed(c->octets, c->n);
    c->let_through = is_let_through(c->octets, c->n);
    return early && c->readers == 0 ? PASSED_OVER : KEPT;
}

/* Strings come shorter ones first. */
static void keep(struct lattice *l, const struct lattice_class *c)
{
    for (size_t i = 0; i < l->count; i++) {
        const struct lattice_class *old = &l->classes[i];
        bool same = old->readers == c->readers && old->states == c->states && old->ends == c->ends;
        if (same && (old->let_through || !c->let_through))
            return;
    }
    assert(l->count < LATTICE_CLASSES);
    l->classes[l->count++] = *c;
}

bool lattice_build(struct lattice *lattice, struct lattice_class *why)
{
    *lattice = (struct lattice){.count = 0};
    for (size_t n = 1; n <= LATTICE_MAX; n++) {
        unsigned digits[LATTICE_MAX] = {0};
        do {
            struct lattice_class c = {.n = n};
            for (size_t i = 0; i < n; i++)
                c.octets[i] = lattice_alphabet[digits[i]];
            if (memchr(c.octets, '.', n) == NULL)
                continue;
            lattice->strings++;
            enum verdict verdict = classify(&c);
            if (verdict == KEPT)
                keep(lattice, &c);
            if (verdict == DISAGREED) {
                *why = c;
                return false;
            }
        } while (next_string(digits, n));
    }
    return true;
}
