#include <string.h>

#include "grammar_parts.h"

/* A Local-part read as what it means: quotes left out, each quoted-pair its second octet. */
struct meaning {
    smtp_span rest;
    bool quoted;
};

static struct meaning meaning_of(smtp_span local)
{
    bool quoted = local.n >= 2 && local.p[0] == '"' && local.p[local.n - 1] == '"';
    return (struct meaning){quoted ? smtp_span_cut(local, 1, local.n - 1) : local, quoted};
}

/*
 * RFC 5321 4.1.2: the backslash "is used to indicate that the next character is to be used
 * literally".
 */
static bool meaning_next(struct meaning *m, char *out)
{
    if (m->quoted && m->rest.n > 1 && m->rest.p[0] == '\\')
        m->rest = smtp_span_cut(m->rest, 1, m->rest.n);
    if (m->rest.n == 0)
        return false;
    *out = m->rest.p[0];
    m->rest = smtp_span_cut(m->rest, 1, m->rest.n);
    return true;
}

size_t smtp_print_local_meaning(smtp_room to, smtp_span local)
{
    struct meaning m = meaning_of(local);
    size_t at = 0;
    char octet;
    while (meaning_next(&m, &octet))
        smtp_room_put(to, &at, (smtp_span){&octet, 1});
    return at;
}

/* RFC 5321 4.1.2: "all quoted forms MUST be treated as equivalent". */
static bool means_same(smtp_span a, smtp_span b, bool fold)
{
    struct meaning left = meaning_of(a), right = meaning_of(b);
    for (;;) {
        char x, y;
        bool more = meaning_next(&left, &x);
        if (meaning_next(&right, &y) != more)
            return false;
        if (!more)
            return true;
        if (fold ? smtp_lower(x) != smtp_lower(y) : x != y)
            return false;
    }
}

/* RFC 5321 2.4: "the domain part of a mailbox" in any case; literals by the address they give. */
static bool is_same_domain(const struct smtp_domain *a, const struct smtp_domain *b)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case SMTP_D_NONE:
        return true;
    case SMTP_D_NAME:
        return smtp_span_is_nocase(a->value, b->value);
    case SMTP_D_IPV4:
        return memcmp(a->address, b->address, 4) == 0;
    case SMTP_D_IPV6:
        return memcmp(a->address, b->address, sizeof a->address) == 0;
    case SMTP_D_GENERAL:
        return smtp_span_is_nocase(a->tag, b->tag) && smtp_span_is_nocase(a->value, b->value);
    }
    return false;
}

/* RFC 5321 2.4: local-parts "MUST be treated as case sensitive"; 4.1.1.3: but not Postmaster. */
bool smtp_mailbox_is(const struct smtp_path *a, const struct smtp_path *b)
{
    if (a->null != b->null || !is_same_domain(&a->domain, &b->domain))
        return false;
    bool postmaster = means_same(a->local, SMTP_SPAN("postmaster"), true);
    return means_same(a->local, b->local, postmaster);
}
