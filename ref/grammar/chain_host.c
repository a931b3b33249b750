#include <string.h>

#include "chain_parts.h"

/* An IPv4 or IPv6 address without brackets, the whole word. */
static bool read_bare(smtp_span word, struct smtp_domain *out)
{
    struct smtp_cursor c = smtp_cursor_of(word, SMTP_LAX_NONE);
    *out = (struct smtp_domain){.kind = SMTP_D_IPV4, .text = word, .value = word};
    if (smtp_grammar_ipv4(&c, out->address) && c.at == c.end)
        return true;
    c = smtp_cursor_of(word, SMTP_LAX_NONE);
    *out = (struct smtp_domain){.kind = SMTP_D_IPV6, .text = word, .value = word};
    out->tag = SMTP_SPAN("IPv6");
    return smtp_grammar_ipv6(&c, out->address) && c.at == c.end;
}

/* An address in brackets, with or without its tag: "[2001:db8::1]" is seen too. */
static bool read_literal(smtp_span word, struct smtp_domain *out)
{
    struct smtp_cursor c = smtp_cursor_of(word, SMTP_LAX_NONE);
    if (smtp_parse_literal(&c, out) == SMTP_OK && out->kind != SMTP_D_GENERAL)
        return c.at == c.end;
    bool brackets = word.n > 2 && word.p[0] == '[' && word.p[word.n - 1] == ']';
    return brackets && read_bare(smtp_span_cut(word, 1, word.n - 1), out);
}

static smtp_span without_dot(smtp_span word)
{
    return word.n > 1 && word.p[word.n - 1] == '.' ? smtp_span_cut(word, 0, word.n - 1) : word;
}

struct smtp_domain smtp_chain_host_of(smtp_span word)
{
    struct smtp_domain host;
    if (read_bare(word, &host) || read_literal(word, &host))
        return host;
    smtp_span name = without_dot(word);
    return (struct smtp_domain){.kind = SMTP_D_NAME, .text = word, .value = name};
}

/* A name of two labels or more, the last of which begins with a letter: no version number. */
static bool read_name(smtp_span word, struct smtp_domain *out)
{
    smtp_span name = without_dot(word);
    struct smtp_cursor c = smtp_cursor_of(name, SMTP_LAX_UNDERSCORE);
    if (smtp_parse_domain(&c, out) != SMTP_OK || c.at != c.end)
        return false;
    size_t last = name.n;
    while (last > 0 && name.p[last - 1] != '.')
        last--;
    return last > 0 && smtp_is(name.p[last], SMTP_C_ALPHA);
}

/* What separates the words inside a comment; `[` begins one of its own. */
static bool separates(char octet)
{
    return octet <= ' ' || octet == '(' || octet == ')' || octet == '=' || octet == '@' ||
           octet == ',' || octet == ';' || octet == '[';
}

/* The next word of a comment; behind an address in brackets, a port (":25") goes with it. */
static smtp_span comment_word(smtp_span *rest)
{
    size_t begin = 0, end;
    while (begin < rest->n && separates(rest->p[begin]) && rest->p[begin] != '[')
        begin++;
    bool bracket = begin < rest->n && rest->p[begin] == '[';
    for (end = begin + (bracket ? 1 : 0); end < rest->n; end++)
        if (bracket ? rest->p[end] == ']' : separates(rest->p[end]))
            break;
    if (bracket && end < rest->n)
        end++;
    smtp_span word = smtp_span_cut(*rest, begin, end);
    *rest = smtp_span_cut(*rest, end, rest->n);
    return word;
}

static bool is_helo(smtp_span word)
{
    return smtp_span_is_nocase(word, SMTP_SPAN("HELO")) ||
           smtp_span_is_nocase(word, SMTP_SPAN("EHLO"));
}

/*
 * Beside TCP-info (RFC 5321 4.4), comments of the forms "(192.0.2.1)", "(name. [192.0.2.1]:25)", "(HELO
 * name)" and "([192.0.2.1] helo=name)" are usual. A name counts where it comes first or behind HELO.
 */
void smtp_chain_host_comment(smtp_span comment, struct smtp_trace_host *host)
{
    bool names = true;
    for (smtp_span rest = comment, word; (word = comment_word(&rest)).n > 0;) {
        struct smtp_domain read;
        if (read_bare(word, &read) || read_literal(word, &read)) {
            if (host->address.kind == SMTP_D_NONE)
                host->address = read;
        } else if (names && host->name.kind == SMTP_D_NONE && read_name(word, &read)) {
            host->name = read;
        }
        names = is_helo(word);
    }
}

/* ---- which are the same ---- */

static bool is_address(const struct smtp_domain *d)
{
    return d->kind == SMTP_D_IPV4 || d->kind == SMTP_D_IPV6;
}

static size_t octets_of(const struct smtp_domain *d)
{
    return d->kind == SMTP_D_IPV4 ? 4 : 16;
}

static size_t first_label(smtp_span name)
{
    const char *dot = memchr(name.p, '.', name.n);
    return dot != NULL ? (size_t)(dot - name.p) : name.n;
}

/* A name of one label is that of any host whose name begins with it: people leave the rest away. */
static bool same_name(smtp_span a, smtp_span b)
{
    size_t a_first = first_label(a), b_first = first_label(b);
    if (a_first != a.n && b_first != b.n)
        return smtp_span_is_nocase(a, b);
    return smtp_span_is_nocase(smtp_span_cut(a, 0, a_first), smtp_span_cut(b, 0, b_first));
}

/* The part of a name behind the nth dot from its end; all of it when it has not as many. */
static smtp_span last_labels(smtp_span name, unsigned n)
{
    size_t at = name.n;
    while (at > 0 && (name.p[at - 1] != '.' || --n > 0))
        at--;
    return smtp_span_cut(name, at, name.n);
}

/*
 * The domain that somebody registered, by guess: two labels, three below the likes of co.uk. Of a
 * name of one label: nothing.
 */
static smtp_span registered(smtp_span name)
{
    size_t top = last_labels(name, 1).n, two = last_labels(name, 2).n;
    if (first_label(name) == name.n)
        return SMTP_SPAN("");
    return last_labels(name, top == 2 && two - top <= 4 ? 3 : 2);
}

static enum smtp_kinship names_kinship(smtp_span a, smtp_span b)
{
    if (same_name(a, b))
        return SMTP_KIN_SAME;
    smtp_span domain = registered(a);
    return domain.n > 0 && smtp_span_is_nocase(domain, registered(b)) ? SMTP_KIN_DOMAIN
                                                                      : SMTP_KIN_NONE;
}

static enum smtp_kinship kinship(const struct smtp_domain *a, const struct smtp_domain *b)
{
    if (is_address(a) && is_address(b)) {
        bool same = a->kind == b->kind && memcmp(a->address, b->address, octets_of(a)) == 0;
        return same ? SMTP_KIN_SAME : SMTP_KIN_NONE;
    }
    if (a->kind != SMTP_D_NAME || b->kind != SMTP_D_NAME)
        return SMTP_KIN_UNKNOWN;
    return names_kinship(a->value, b->value);
}

enum smtp_kinship smtp_host_kinship(const struct smtp_trace_host *a,
                                    const struct smtp_trace_host *b)
{
    const struct smtp_domain *const all_a[] = {&a->domain, &a->name, &a->address};
    const struct smtp_domain *const all_b[] = {&b->domain, &b->name, &b->address};
    enum smtp_kinship best = SMTP_KIN_UNKNOWN;
    for (unsigned i = 0; i < 3; i++)
        for (unsigned j = 0; j < 3; j++) {
            enum smtp_kinship one = kinship(all_a[i], all_b[j]);
            best = one > best ? one : best;
        }
    return best;
}

static bool is_local(const struct smtp_domain *d)
{
    static const uint8_t v6_loopback[16] = {[15] = 1};
    if (d->kind == SMTP_D_IPV4)
        return d->address[0] == 127;
    if (d->kind == SMTP_D_IPV6)
        return memcmp(d->address, v6_loopback, sizeof v6_loopback) == 0;
    return d->kind == SMTP_D_NAME && (smtp_span_is_nocase(d->value, SMTP_SPAN("localhost")) ||
                                      smtp_span_has_head_nocase(d->value, SMTP_SPAN("localhost.")));
}

/* The address of the connection tells it; without one, the name does (anybody may say it in HELO). */
bool smtp_host_is_local(const struct smtp_trace_host *h)
{
    return is_local(h->address.kind != SMTP_D_NONE ? &h->address : &h->domain);
}
