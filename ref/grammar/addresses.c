#include "smtp/addresses.h"

#include <string.h>

#include "grammar_parts.h"

/* RFC 5322 3.2.3, RFC 6532 3.2: UTF-8 in atoms. */
#define WORD (SMTP_C_ATEXT | SMTP_C_HIGH)

struct smtp_addresses smtp_addresses_of(smtp_span body)
{
    return (struct smtp_addresses){smtp_cursor_of(body, SMTP_LAX_NONE), false};
}

static bool is_blank(const struct smtp_cursor *c)
{
    return smtp_grammar_at(c, ' ') || smtp_grammar_at(c, '\t') || smtp_grammar_at(c, '\r') ||
           smtp_grammar_at(c, '\n');
}

/* RFC 5322 3.2.2: comments nest; 3.2.1: a backslash takes the meaning of what follows it. */
static bool skip_comment(struct smtp_cursor *c)
{
    size_t depth = 0;
    do {
        if (c->at == c->end)
            return false;
        if (smtp_grammar_at(c, '('))
            depth++;
        else if (smtp_grammar_at(c, ')'))
            depth--;
        else if (smtp_grammar_at(c, '\\') && c->end - c->at > 1)
            c->at++;
        c->at++;
    } while (depth > 0);
    return true;
}

/* [CFWS], its obsolete forms too (RFC 5322 4.2). */
static enum smtp_fault skip(struct smtp_cursor *c)
{
    for (;;) {
        while (is_blank(c))
            c->at++;
        if (!smtp_grammar_at(c, '('))
            return SMTP_OK;
        if (!skip_comment(c))
            return SMTP_E_COMMENT;
    }
}

/* RFC 5322 3.2.4: quoted-string, its quote is here. */
static enum smtp_fault read_quoted(struct smtp_cursor *c)
{
    for (c->at++; c->at < c->end; c->at++) {
        if (smtp_grammar_at(c, '\\') && c->end - c->at > 1)
            c->at++;
        else if (smtp_grammar_take(c, '"'))
            return SMTP_OK;
    }
    return SMTP_E_QUOTED_OPEN;
}

/*
 * RFC 5322
 *     phrase         = 1*word / obs-phrase       obs-phrase     = word *(word / "." / CFWS)
 *     word           = atom / quoted-string      obs-local-part = word *("." word)
 * What it was, the octet behind it says. `local`: it may be a local-part.
 */
struct words {
    smtp_span text;
    size_t count;
    bool local;
};

static enum smtp_fault read_words(struct smtp_cursor *c, struct words *out)
{
    bool word_due = true; /* by the rule of local-parts */
    *out = (struct words){.text = {c->at, 0}, .local = true};
    for (;;) {
        bool quoted = smtp_grammar_at(c, '"'), dot = smtp_grammar_at(c, '.');
        if (!quoted && !dot && !smtp_grammar_is(c, WORD))
            break;
        enum smtp_fault fault = quoted ? read_quoted(c) : SMTP_OK;
        if (fault != SMTP_OK)
            return fault;
        c->at += dot ? 1 : 0;
        (void)smtp_grammar_run(c, quoted || dot ? 0 : WORD);
        out->count++;
        out->local = out->local && word_due != dot;
        word_due = dot;
        out->text.n = (size_t)(c->at - out->text.p);
        fault = skip(c);
        if (fault != SMTP_OK)
            return fault;
    }
    out->local = out->local && !word_due;
    return SMTP_OK;
}

/* RFC 5322 3.4.1: domain-literal = "[" *([FWS] dtext) [FWS] "]" */
static enum smtp_fault read_literal(struct smtp_cursor *c)
{
    for (c->at++; smtp_grammar_is(c, SMTP_C_DCONTENT) || is_blank(c); c->at++)
        continue;
    return smtp_grammar_take(c, ']') ? SMTP_OK : SMTP_E_LITERAL;
}

/* RFC 5322 3.4.1, 4.4: domain = dot-atom / domain-literal / atom *("." atom); "@" is behind us. */
static enum smtp_fault read_domain(struct smtp_cursor *c, smtp_span *out)
{
    enum smtp_fault fault = skip(c);
    const char *begin = c->at;
    bool literal = smtp_grammar_at(c, '[');
    if (fault == SMTP_OK && literal)
        fault = read_literal(c);
    for (bool more = !literal; fault == SMTP_OK && more;) {
        if (smtp_grammar_run(c, WORD) == 0)
            return SMTP_E_DOMAIN;
        *out = smtp_grammar_since(c, begin);
        fault = skip(c);
        more = smtp_grammar_take(c, '.');
        if (fault == SMTP_OK && more)
            fault = skip(c);
    }
    if (fault != SMTP_OK || !literal)
        return fault;
    *out = smtp_grammar_since(c, begin);
    return skip(c);
}

/* RFC 5322 3.4.1: addr-spec = local-part "@" domain; or the local-part alone. */
static enum smtp_fault read_spec(struct smtp_cursor *c, const struct words *words,
                                 struct smtp_address *out)
{
    out->domain = (smtp_span){c->at, 0};
    if (!words->local)
        return smtp_grammar_at(c, '@') || words->count == 0 ? SMTP_E_LOCAL_PART : SMTP_E_AT;
    out->local = words->text;
    return smtp_grammar_take(c, '@') ? read_domain(c, &out->domain) : SMTP_OK;
}

/* RFC 5322 4.4: obs-route = obs-domain-list ":"; "SHOULD be ignored" (RFC 5321 appendix C). */
static enum smtp_fault skip_route(struct smtp_cursor *c)
{
    smtp_span domain;
    enum smtp_fault fault = SMTP_OK;
    while (fault == SMTP_OK && !smtp_grammar_take(c, ':')) {
        if (smtp_grammar_take(c, '@'))
            fault = read_domain(c, &domain);
        else
            fault = smtp_grammar_take(c, ',') ? skip(c) : SMTP_E_ROUTE;
    }
    return fault == SMTP_OK ? skip(c) : fault;
}

/* RFC 5322 3.4: angle-addr = [CFWS] "<" addr-spec ">" [CFWS], with obs-route; "<" is behind us. */
static enum smtp_fault read_angle(struct smtp_cursor *c, struct smtp_address *out)
{
    struct words words;
    enum smtp_fault fault = skip(c);
    if (fault == SMTP_OK && smtp_grammar_at(c, '@'))
        fault = skip_route(c);
    if (fault == SMTP_OK)
        fault = read_words(c, &words);
    if (fault == SMTP_OK)
        fault = read_spec(c, &words, out);
    if (fault != SMTP_OK)
        return fault;
    return smtp_grammar_take(c, '>') ? skip(c) : SMTP_E_PATH_CLOSE;
}

static bool is_end(const struct smtp_addresses *list)
{
    const struct smtp_cursor *c = &list->cursor;
    return c->at == c->end || smtp_grammar_at(c, ',') || (list->group && smtp_grammar_at(c, ';'));
}

/*
 * RFC 5322 3.4
 *     address-list = (address *("," address)) / obs-addr-list
 *     address      = mailbox / group         group   = display-name ":" [group-list] ";" [CFWS]
 *     mailbox      = name-addr / addr-spec   name-addr = [display-name] angle-addr
 * 4.4: between two commas there may be nothing. OK with *found false: a piece that is no address.
 */
static enum smtp_fault read_piece(struct smtp_addresses *list, struct smtp_address *out,
                                  bool *found)
{
    struct smtp_cursor *c = &list->cursor;
    struct words words;
    *found = false;
    enum smtp_fault fault = skip(c);
    if (fault != SMTP_OK || smtp_grammar_take(c, ','))
        return fault;
    if (list->group && smtp_grammar_take(c, ';')) {
        list->group = false;
        fault = skip(c);
        return fault != SMTP_OK || is_end(list) ? fault : SMTP_E_TRAILING;
    }
    fault = read_words(c, &words);
    if (fault != SMTP_OK)
        return fault;
    if (words.count > 0 && !list->group && smtp_grammar_take(c, ':')) {
        list->group = true;
        return SMTP_OK;
    }
    *found = words.count > 0 || !is_end(list);
    if (!*found)
        return SMTP_OK;
    fault = smtp_grammar_take(c, '<') ? read_angle(c, out) : read_spec(c, &words, out);
    return fault != SMTP_OK || is_end(list) ? fault : SMTP_E_TRAILING;
}

enum smtp_fault smtp_addresses_next(struct smtp_addresses *list, struct smtp_address *out)
{
    struct smtp_cursor *c = &list->cursor;
    bool found = false;
    enum smtp_fault fault = SMTP_OK;
    while (fault == SMTP_OK && !found && c->at < c->end)
        fault = read_piece(list, out, &found);
    if (fault == SMTP_OK && !found)
        fault = list->group ? SMTP_E_GROUP : SMTP_NOMATCH;
    if (fault != SMTP_OK && fault != SMTP_NOMATCH)
        c->fault_at = c->at;
    return fault;
}

/* ---- print --------------------------------------------------------------------------------- */

static void print_without(smtp_room to, size_t *at, smtp_span text, smtp_span left_out)
{
    for (size_t i = 0; i < text.n; i++)
        if (memchr(left_out.p, text.p[i], left_out.n) == NULL)
            smtp_room_put(to, at, smtp_span_cut(text, i, i + 1));
}

/* RFC 5322 3.2.2, 3.2.4: of a fold inside of quotes, the blanks count and its CRLF does not. */
static void print_word(smtp_room to, size_t *at, struct smtp_cursor *c)
{
    const char *begin = c->at++;
    if (*begin != '"') {
        smtp_room_put(to, at, smtp_grammar_since(c, begin));
        return;
    }
    c->at = begin;
    (void)read_quoted(c);
    smtp_span quoted = smtp_grammar_since(c, begin);
    print_without(to, at, smtp_span_cut(quoted, 1, quoted.n - 1), SMTP_SPAN("\r\n"));
}

/* Words and dots without the blanks and comments between them. */
static void print_words(smtp_room to, size_t *at, smtp_span text)
{
    struct smtp_cursor c = smtp_cursor_of(text, SMTP_LAX_NONE);
    while (c.at < c.end) {
        print_word(to, at, &c);
        (void)skip(&c);
    }
}

/* In a literal parentheses are dtext. */
static void print_domain(smtp_room to, size_t *at, smtp_span domain)
{
    if (domain.p[0] == '[')
        print_without(to, at, domain, SMTP_SPAN(" \t\r\n"));
    else
        print_words(to, at, domain);
}

static bool has_quote(smtp_span text)
{
    struct smtp_cursor c = smtp_cursor_of(text, SMTP_LAX_NONE);
    while (c.at < c.end && !smtp_grammar_at(&c, '"')) {
        c.at++;
        (void)skip(&c);
    }
    return c.at < c.end;
}

/* RFC 5321 4.1.2: Quoted-string is the whole Local-part or nothing of it. */
size_t smtp_print_address(smtp_room to, const struct smtp_address *address)
{
    size_t at = 0;
    smtp_span quote = has_quote(address->local) ? SMTP_SPAN("\"") : SMTP_SPAN("");
    smtp_room_put(to, &at, quote);
    print_words(to, &at, address->local);
    smtp_room_put(to, &at, quote);
    if (address->domain.n == 0)
        return at;
    smtp_room_put(to, &at, SMTP_SPAN("@"));
    print_domain(to, &at, address->domain);
    return at;
}
