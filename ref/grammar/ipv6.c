#include <string.h>

#include "grammar_parts.h"

enum { GROUPS = 8, NO_GAP = GROUPS + 1 };

struct groups {
    uint8_t octets[16]; /* of the groups so far, without those that "::" stands for */
    unsigned n;         /* groups so far; an IPv4 tail is two */
    unsigned gap;       /* groups in front of "::" */
};

/*
 * RFC 5321 4.1.3: "::" represents at least 2 groups: beside it stand at most 6. Erratum 4315 (held)
 * lets it be a single one.
 */
static bool may_grow(struct smtp_cursor *c, const struct groups *g, unsigned by)
{
    unsigned n = g->n + by;
    if (g->gap == NO_GAP)
        return n <= GROUPS;
    return n <= GROUPS - 2 || (n == GROUPS - 1 && smtp_grammar_allow(c, SMTP_LAX_V6_ONE));
}

static void add(struct groups *g, unsigned value)
{
    uint8_t *two = g->octets + 2 * (size_t)g->n;
    two[0] = (uint8_t)(value >> 8);
    two[1] = (uint8_t)(value & 0xff);
    g->n++;
}

/* IPv6-hex = 1*4HEXDIG; returns how many. */
static unsigned read_hex(struct smtp_cursor *c, unsigned *out)
{
    unsigned digits = 0;
    *out = 0;
    for (; digits < 4 && smtp_grammar_is(c, SMTP_C_HEXDIG); digits++, c->at++) {
        char d = smtp_lower(*c->at);
        *out = 16 * *out + (unsigned)(d <= '9' ? d - '0' : d - 'a' + 10);
    }
    return digits;
}

/*
 * The tail of
 *     IPv6v4-full = IPv6-hex 5(":" IPv6-hex) ":" IPv4-address-literal
 *     IPv6v4-comp = [IPv6-hex *3(":" IPv6-hex)] "::"
 *                   [IPv6-hex *3(":" IPv6-hex) ":"] IPv4-address-literal
 *                   ; No more than 4 groups in addition to the "::" and IPv4-address-literal
 * The cursor is at the first dot, which is wrong where no such tail may stand.
 */
static bool read_tail(struct smtp_cursor *c, const char *begin, struct groups *g)
{
    const char *dot = c->at;
    uint8_t v4[4];
    if ((g->gap == NO_GAP && g->n != GROUPS - 2) || !may_grow(c, g, 2))
        return false;
    c->at = begin;
    if (!smtp_grammar_ipv4(c, v4)) {
        c->at = c->at > dot ? c->at : dot;
        return false;
    }
    add(g, (unsigned)v4[0] << 8 | v4[1]);
    add(g, (unsigned)v4[2] << 8 | v4[3]);
    return true;
}

enum next { NEXT_GROUP, NEXT_END, NEXT_BROKEN };

/* ":" or "::" behind a group, or in front of the first one */
static enum next read_colons(struct smtp_cursor *c, struct groups *g)
{
    if (!smtp_grammar_at(c, ':'))
        return g->n == GROUPS || g->gap != NO_GAP ? NEXT_END : NEXT_BROKEN;
    bool full = g->n == GROUPS || (g->gap != NO_GAP && !may_grow(c, g, 1));
    if (full)
        return NEXT_BROKEN;
    c->at++;
    if (!smtp_grammar_at(c, ':'))
        return NEXT_GROUP;
    if (g->gap != NO_GAP)
        return NEXT_BROKEN;
    g->gap = g->n;
    if (!may_grow(c, g, 0))
        return NEXT_BROKEN;
    c->at++;
    return smtp_grammar_is(c, SMTP_C_HEXDIG) ? NEXT_GROUP : NEXT_END;
}

static enum next read_group(struct smtp_cursor *c, struct groups *g)
{
    const char *begin = c->at;
    unsigned value;
    if (read_hex(c, &value) == 0)
        return NEXT_BROKEN;
    if (smtp_grammar_at(c, '.'))
        return read_tail(c, begin, g) ? NEXT_END : NEXT_BROKEN;
    if (!may_grow(c, g, 1)) {
        c->at = begin;
        return NEXT_BROKEN;
    }
    add(g, value);
    return read_colons(c, g);
}

/* What "::" stands for is zero. */
static void expand(const struct groups *g, uint8_t address[16])
{
    size_t head = g->gap == NO_GAP ? sizeof g->octets : 2 * (size_t)g->gap;
    size_t tail = g->gap == NO_GAP ? 0 : 2 * (size_t)(g->n - g->gap);
    memset(address, 0, sizeof g->octets);
    memcpy(address, g->octets, head);
    memcpy(address + sizeof g->octets - tail, g->octets + head, tail);
}

/*
 * RFC 5321 4.1.3
 *     IPv6-addr = IPv6-full / IPv6-comp / IPv6v4-full / IPv6v4-comp
 *     IPv6-full = IPv6-hex 7(":" IPv6-hex)
 *     IPv6-comp = [IPv6-hex *5(":" IPv6-hex)] "::" [IPv6-hex *5(":" IPv6-hex)]
 *                 ; No more than 6 groups in addition to the "::"
 */
bool smtp_grammar_ipv6(struct smtp_cursor *c, uint8_t address[16])
{
    struct groups g = {.n = 0, .gap = NO_GAP};
    enum next next = NEXT_GROUP;
    if (smtp_grammar_at(c, ':')) {
        next = read_colons(c, &g);
        if (g.gap == NO_GAP)
            return false;
    }
    while (next == NEXT_GROUP)
        next = read_group(c, &g);
    if (next == NEXT_END)
        expand(&g, address);
    return next == NEXT_END;
}
