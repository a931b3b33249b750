/*
 * NAME
 *     readers.c: readers that end the text where the clause does not
 */
#include "lattice/lattice.h"

#include <string.h>

#define PAIR(before, behind, filter)                                                               \
    {                                                                                              \
        LATTICE_##before, LATTICE_##behind, LATTICE_##filter                                       \
    }
#define PAIRS(filter)                                                                              \
    PAIR(CRLF, CRLF, filter), PAIR(CRLF, LF, filter), PAIR(CRLF, CR, filter),                      \
        PAIR(LF, CRLF, filter), PAIR(LF, LF, filter), PAIR(LF, CR, filter),                        \
        PAIR(CR, CRLF, filter), PAIR(CR, LF, filter), PAIR(CR, CR, filter)

/* A run of CRs is another thing than one CR only in front of an LF. */
const struct lattice_reader lattice_readers[LATTICE_READERS] = {
    PAIRS(EXACT),           PAIRS(NUL_LOST),
    PAIRS(NUL_ENDS),        PAIR(CRLF, CRLF, CR_RUN),
    PAIR(CRLF, LF, CR_RUN), PAIR(CRLF, CR, CR_RUN),
    PAIR(LF, CRLF, CR_RUN), PAIR(CR, CRLF, CR_RUN),
};

/* What the reader sees, and where each of its octets stands. */
struct view {
    char octets[LATTICE_READ_MAX + 2];
    size_t at[LATTICE_READ_MAX + 2];
    size_t n;
};

static bool is_lost(enum lattice_filter filter, const char around[3], bool *behind_nul)
{
    char octet = around[1];
    bool ends_line = octet == '\r' || octet == '\n';
    switch (filter) {
    case LATTICE_EXACT:
        return false;
    case LATTICE_NUL_LOST:
        return octet == '\0';
    case LATTICE_NUL_ENDS:
        *behind_nul = !ends_line && (*behind_nul || (octet == '\0' && around[0] != '\r'));
        return *behind_nul;
    case LATTICE_CR_RUN:
        return octet == '\r' && around[2] == '\r';
    }
    return false;
}

static void look(struct view *v, enum lattice_filter filter, const char *s, size_t n)
{
    char all[LATTICE_READ_MAX + 4] = {'x', 'x'};
    bool behind_nul = false;
    memcpy(all + 2, s, n);
    all[n + 2] = all[n + 3] = 'M';
    v->n = 0;
    for (size_t i = 0; i <= n + 1; i++) {
        if (is_lost(filter, all + i, &behind_nul))
            continue;
        v->at[v->n] = i;
        v->octets[v->n++] = all[i + 1];
    }
}

/* The octets of the break at v[i], 0 for none. A CR counts whether an LF follows or not. */
static size_t break_at(const struct view *v, size_t i, enum lattice_break what)
{
    if (i >= v->n)
        return 0;
    switch (what) {
    case LATTICE_CRLF:
        return v->octets[i] == '\r' && i + 1 < v->n && v->octets[i + 1] == '\n' ? 2 : 0;
    case LATTICE_LF:
        return v->octets[i] == '\n' && (i == 0 || v->octets[i - 1] != '\r');
    case LATTICE_CR:
        return v->octets[i] == '\r';
    }
    return 0;
}

/* The end at v[i], or 0. */
static size_t end_at(const struct view *v, size_t i, enum lattice_break before,
                     enum lattice_break behind)
{
    size_t dot = i + break_at(v, i, before);
    if (dot == i || dot >= v->n || v->octets[dot] != '.')
        return 0;
    size_t n = break_at(v, dot + 1, behind);
    return n == 0 ? 0 : v->at[dot + n];
}

size_t lattice_reader_end(const struct lattice_reader *reader, const char *s, size_t n)
{
    struct view v;
    look(&v, reader->filter, s, n);
    for (size_t i = 0; i < v.n; i++) {
        size_t end = end_at(&v, i, LATTICE_CRLF, LATTICE_CRLF);
        if (end == 0)
            end = end_at(&v, i, reader->before, reader->behind);
        if (end > 0)
            return end;
    }
    return 0;
}
