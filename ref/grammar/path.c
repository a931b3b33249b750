#include "grammar_parts.h"

/* RFC 5321 4.1.2: Mailbox = Local-part "@" ( Domain / address-literal ) */
enum smtp_fault smtp_parse_mailbox(struct smtp_cursor *c, struct smtp_path *out)
{
    const char *begin = c->at;
    smtp_span local;
    bool quoted;
    struct smtp_domain domain;
    enum smtp_fault fault = smtp_parse_local(c, &local, &quoted);
    if (fault != SMTP_OK)
        return fault;
    if (!smtp_grammar_take(c, '@'))
        return smtp_grammar_fault(c, begin, SMTP_E_AT);
    fault = smtp_parse_host(c, &domain);
    if (fault == SMTP_NOMATCH)
        return smtp_grammar_fault(c, begin, SMTP_E_DOMAIN);
    if (fault != SMTP_OK) {
        c->at = begin;
        return fault;
    }
    out->local = local;
    out->quoted = quoted;
    out->domain = domain;
    out->mailbox = smtp_grammar_since(c, begin);
    return SMTP_OK;
}

/*
 * RFC 5321 4.1.2
 *     A-d-l     = At-domain *( "," At-domain )
 *                 ; this form, the so-called "source route", MUST BE accepted
 *     At-domain = "@" Domain
 * with the colon behind it. A fault leaves the cursor where it is; the caller goes back.
 */
static enum smtp_fault read_route(struct smtp_cursor *c, smtp_span *out)
{
    const char *begin = c->at;
    struct smtp_domain host;
    do {
        if (!smtp_grammar_take(c, '@'))
            return smtp_grammar_fault(c, begin, SMTP_E_ROUTE);
        enum smtp_fault fault = smtp_parse_domain(c, &host);
        if (fault == SMTP_NOMATCH)
            return smtp_grammar_fault(c, begin, SMTP_E_ROUTE);
        if (fault != SMTP_OK)
            return fault;
    } while (smtp_grammar_take(c, ','));
    *out = smtp_grammar_since(c, begin);
    if (!smtp_grammar_take(c, ':'))
        return smtp_grammar_fault(c, begin, SMTP_E_ROUTE);
    return SMTP_OK;
}

/* RFC 5321 4.1.1.3: "<Postmaster>", and this word in any case. */
static bool read_postmaster(struct smtp_cursor *c, struct smtp_path *out, bool brackets)
{
    const char *begin = c->at;
    bool alone = smtp_grammar_word(c, "postmaster") &&
                 (brackets ? smtp_grammar_at(c, '>') : c->at == c->end || smtp_grammar_at(c, ' '));
    if (alone)
        out->local = out->mailbox = smtp_grammar_since(c, begin);
    else
        c->at = begin;
    return alone;
}

static enum smtp_fault read_mailbox(struct smtp_cursor *c, struct smtp_path *out)
{
    const char *begin = c->at;
    enum smtp_fault fault = smtp_parse_mailbox(c, out);
    return fault == SMTP_NOMATCH ? smtp_grammar_fault(c, begin, SMTP_E_LOCAL_PART) : fault;
}

/* What stands between the brackets of a path that is not null. */
static enum smtp_fault read_inside(struct smtp_cursor *c, bool forward, struct smtp_path *out)
{
    if (forward && read_postmaster(c, out, true))
        return SMTP_OK;
    if (smtp_grammar_at(c, '@')) {
        enum smtp_fault fault = read_route(c, &out->route);
        if (fault != SMTP_OK)
            return fault;
    }
    return read_mailbox(c, out);
}

/* RFC 5321 4.1.2: Path = "<" [ A-d-l ":" ] Mailbox ">" */
static enum smtp_fault read_path(struct smtp_cursor *c, bool forward, struct smtp_path *out)
{
    const char *begin = c->at;
    if (!smtp_grammar_take(c, '<')) {
        /* RFC 5321 3.3, 4.1.2: the brackets are part of the path. */
        if (!smtp_grammar_is(c, SMTP_C_ATEXT | SMTP_C_HIGH) && !smtp_grammar_at(c, '"') &&
            !smtp_grammar_at(c, '.'))
            return SMTP_NOMATCH;
        if (!smtp_grammar_allow(c, SMTP_LAX_NO_BRACKETS))
            return SMTP_NOMATCH;
        return forward && read_postmaster(c, out, false) ? SMTP_OK : read_mailbox(c, out);
    }
    if (smtp_grammar_at(c, '>') && forward)
        return smtp_grammar_fault(c, begin, SMTP_E_PATH_NULL);
    out->null = smtp_grammar_take(c, '>');
    if (out->null)
        return SMTP_OK;
    enum smtp_fault fault = read_inside(c, forward, out);
    if (fault == SMTP_OK && !smtp_grammar_take(c, '>'))
        return smtp_grammar_fault(c, begin, SMTP_E_PATH_CLOSE);
    return fault;
}

/* 4.5.3.1.3: 256 octets "including the punctuation and element separators". */
static enum smtp_fault parse_path(struct smtp_cursor *c, bool forward, struct smtp_path *out)
{
    const char *begin = c->at;
    struct smtp_path read = {.null = false};
    enum smtp_fault fault = read_path(c, forward, &read);
    if (fault == SMTP_OK)
        fault = smtp_grammar_limit(c, begin, SMTP_PATH_MAX, SMTP_E_PATH_LONG);
    if (fault != SMTP_OK) {
        c->at = begin;
        return fault;
    }
    read.text = smtp_grammar_since(c, begin);
    *out = read;
    return SMTP_OK;
}

/* RFC 5321 4.1.2: Reverse-path = Path / "<>" */
enum smtp_fault smtp_parse_reverse_path(struct smtp_cursor *c, struct smtp_path *out)
{
    return parse_path(c, false, out);
}

/* RFC 5321 4.1.1.3: ( "<Postmaster@" Domain ">" / "<Postmaster>" / Forward-path ) */
enum smtp_fault smtp_parse_forward_path(struct smtp_cursor *c, struct smtp_path *out)
{
    return parse_path(c, true, out);
}

size_t smtp_print_path(smtp_room to, const struct smtp_path *p)
{
    size_t at = 0;
    smtp_room_put(to, &at, SMTP_SPAN("<"));
    if (p->route.n > 0) {
        smtp_room_put(to, &at, p->route);
        smtp_room_put(to, &at, SMTP_SPAN(":"));
    }
    smtp_room_put(to, &at, p->local);
    if (p->domain.kind != SMTP_D_NONE) {
        smtp_room_put(to, &at, SMTP_SPAN("@"));
        smtp_room rest = {to.p, 0};
        if (at < to.n)
            rest = (smtp_room){to.p + at, to.n - at};
        at += smtp_print_domain(rest, &p->domain);
    }
    smtp_room_put(to, &at, SMTP_SPAN(">"));
    return at;
}
