#include <string.h>

#include "received_parts.h"

/* The words of a Stamp, in the order that it wants; any other Atom stands behind them. */
enum word { WORD_FROM, WORD_BY, WORD_VIA, WORD_WITH, WORD_ID, WORD_FOR, WORD_OTHER };
static const char words[WORD_OTHER][5] = {"from", "by", "via", "with", "id", "for"};

static enum word word_of(smtp_span name)
{
    for (unsigned i = 0; i < WORD_OTHER; i++)
        if (smtp_span_is_nocase(name, smtp_span_of(words[i])))
            return (enum word)i;
    return WORD_OTHER;
}

/* A parser of smtp/grammar.h, whose fault leaves the cursor at the octet that broke the rule. */
static bool moved(struct smtp_cursor *c, enum smtp_fault fault)
{
    if (fault != SMTP_OK && fault != SMTP_NOMATCH)
        c->at = c->fault_at;
    return fault == SMTP_OK;
}

/* RFC 5321 4.4: TCP-info = address-literal / ( Domain FWS address-literal ), and its parentheses */
static bool read_tcp_info(struct smtp_cursor *c, struct smtp_trace_host *out)
{
    if (!smtp_trace_fws(c) || !smtp_grammar_take(c, '('))
        return false;
    if (!smtp_grammar_at(c, '[') &&
        (!moved(c, smtp_parse_domain(c, &out->name)) || !smtp_trace_fws(c)))
        return false;
    return moved(c, smtp_parse_literal(c, &out->address)) && smtp_grammar_take(c, ')');
}

/*
 * RFC 5321 4.4
 *     Extended-Domain = Domain /
 *                       ( Domain FWS "(" TCP-info ")" ) /
 *                       ( address-literal FWS "(" TCP-info ")" )
 * Behind a Domain, parentheses that hold no TCP-info are a comment of the CFWS that comes next; so are
 * they all with `comment`.
 */
static enum smtp_trace_fault read_host(struct smtp_cursor *c, bool comment,
                                       struct smtp_trace_host *out)
{
    struct smtp_domain domain;
    if (!moved(c, smtp_parse_host(c, &domain)))
        return SMTP_T_HOST;
    *out = (struct smtp_trace_host){.domain = domain};
    struct smtp_cursor info = *c;
    if (comment && domain.kind == SMTP_D_NAME)
        return SMTP_T_OK;
    if (read_tcp_info(&info, out)) {
        *c = info;
        return SMTP_T_OK;
    }
    *out = (struct smtp_trace_host){.domain = domain};
    if (domain.kind == SMTP_D_NAME)
        return SMTP_T_OK;
    c->at = info.at;
    return SMTP_T_TCP_INFO;
}

/* RFC 5322 3.2.3: dot-atom-text = 1*atext *("." 1*atext) */
static bool read_dot_atom_text(struct smtp_cursor *c)
{
    do {
        if (smtp_grammar_run(c, SMTP_C_ATEXT) == 0)
            return false;
    } while (smtp_grammar_take(c, '.'));
    return true;
}

/*
 * RFC 5322 3.6.4
 *     msg-id          = [CFWS] "<" id-left "@" id-right ">" [CFWS]
 *     id-left         = dot-atom-text
 *     id-right        = dot-atom-text / no-fold-literal
 *     no-fold-literal = "[" *dtext "]"
 * dtext is what RFC 5321 calls dcontent. The CFWS is the caller's.
 */
static bool read_msg_id(struct smtp_cursor *c)
{
    if (!smtp_grammar_take(c, '<') || !read_dot_atom_text(c) || !smtp_grammar_take(c, '@'))
        return false;
    if (smtp_grammar_take(c, '[')) {
        smtp_grammar_run(c, SMTP_C_DCONTENT);
        return smtp_grammar_take(c, ']') && smtp_grammar_take(c, '>');
    }
    return read_dot_atom_text(c) && smtp_grammar_take(c, '>');
}

/* RFC 5321 4.4: ID = CFWS "ID" FWS ( Atom / msg-id ) */
static enum smtp_trace_fault read_id(struct smtp_cursor *c, smtp_span *out)
{
    bool comment;
    enum smtp_trace_fault fault = smtp_trace_cfws(c, &comment);
    if (fault != SMTP_T_OK)
        return fault;
    const char *begin = c->at;
    bool read = !comment && smtp_grammar_run(c, SMTP_C_ATEXT) > 0;
    if (!read && !read_msg_id(c))
        return SMTP_T_ID;
    *out = smtp_grammar_since(c, begin);
    return SMTP_T_OK;
}

/* RFC 5321 4.4: For = CFWS "FOR" FWS ( Path / Mailbox ); a Path is never null (4.1.2). */
static enum smtp_trace_fault read_for(struct smtp_cursor *c, struct smtp_path *out)
{
    struct smtp_path path = {.null = false};
    const char *begin = c->at;
    bool brackets = smtp_grammar_at(c, '<');
    if (!moved(c, brackets ? smtp_parse_reverse_path(c, &path) : smtp_parse_mailbox(c, &path)))
        return SMTP_T_RECIPIENT;
    if (path.null) {
        c->at = begin + 1;
        return SMTP_T_RECIPIENT;
    }
    path.text = smtp_grammar_since(c, begin);
    *out = path;
    return SMTP_T_OK;
}

/* Atom, of a Link (RFC 5321 4.4) or Protocol */
static enum smtp_trace_fault read_atom(struct smtp_cursor *c, smtp_span *out)
{
    const char *begin = c->at;
    if (smtp_grammar_run(c, SMTP_C_ATEXT) == 0)
        return SMTP_T_VALUE;
    *out = smtp_grammar_since(c, begin);
    return SMTP_T_OK;
}

/*
 * RFC 5321 4.4
 *     Additional-Registered-Clauses = 1*(CFWS Atom FWS String)        (erratum 1683)
 * `name`: where the Atom began; the span goes from the first of them to the end of the last.
 */
static enum smtp_trace_fault read_additional(struct smtp_cursor *c, const char *name,
                                             smtp_span *out)
{
    smtp_span value;
    if (!moved(c, smtp_parse_string(c, &value)))
        return SMTP_T_VALUE;
    *out = smtp_grammar_since(c, out->n > 0 ? out->p : name);
    return SMTP_T_OK;
}

/* Behind its word, which is not from or by. */
static enum smtp_trace_fault read_value(struct smtp_cursor *c, enum word word, const char *name,
                                        struct smtp_received *out)
{
    if (word == WORD_OTHER)
        return read_additional(c, name, &out->clauses);
    if (word == WORD_ID)
        return read_id(c, &out->id);
    if (word == WORD_FOR)
        return read_for(c, &out->recipient);
    return read_atom(c, word == WORD_VIA ? &out->via : &out->with);
}

/* One clause of Opt-info from its name on; `last`: the word before. */
static enum smtp_trace_fault read_clause(struct smtp_cursor *c, enum word *last,
                                         struct smtp_received *out)
{
    const char *name = c->at;
    if (smtp_grammar_run(c, SMTP_C_ATEXT) == 0)
        return SMTP_T_CLAUSE;
    enum word word = word_of(smtp_grammar_since(c, name));
    if (word != WORD_OTHER && word <= *last) {
        c->at = name;
        return SMTP_T_ORDER;
    }
    *last = word;
    if (!smtp_trace_fws(c))
        return SMTP_T_BLANK;
    return read_value(c, word, name, out);
}

/*
 * RFC 5321 4.4
 *     Opt-info = [Via] [With] [ID] [For] [Additional-Registered-Clauses]
 *     Via      = CFWS "VIA" FWS Link
 *     With     = CFWS "WITH" FWS Protocol
 * and behind it [CFWS] ";". A name that has its own place is no additional clause.
 */
static enum smtp_trace_fault read_opt_info(struct smtp_cursor *c, struct smtp_received *out)
{
    enum word last = WORD_BY;
    for (;;) {
        bool blank;
        enum smtp_trace_fault fault = smtp_trace_cfws(c, &blank);
        if (fault != SMTP_T_OK)
            return fault;
        if (smtp_grammar_take(c, ';'))
            return SMTP_T_OK;
        if (!blank)
            return SMTP_T_CLAUSE;
        fault = read_clause(c, &last, out);
        if (fault != SMTP_T_OK)
            return fault;
    }
}

/* RFC 5321 4.4: From-domain = "FROM" FWS Extended-Domain, and By-domain behind its CFWS alike */
static enum smtp_trace_fault read_place(struct smtp_cursor *c, enum word word, bool comment,
                                        struct smtp_trace_host *out)
{
    if (!smtp_grammar_word(c, words[word]))
        return word == WORD_FROM ? SMTP_T_FROM : SMTP_T_BY;
    if (!smtp_trace_fws(c))
        return SMTP_T_BLANK;
    return read_host(c, comment, out);
}

/* Bits: what stands behind that host is read as a comment. */
enum { FROM_COMMENT = 1 << 0, BY_COMMENT = 1 << 1 };

/* RFC 5321 4.4: By-domain = CFWS "BY" FWS Extended-Domain */
static enum smtp_trace_fault read_places(struct smtp_cursor *c, unsigned comments,
                                         struct smtp_received *out)
{
    bool blank;
    enum smtp_trace_fault fault =
        read_place(c, WORD_FROM, (comments & FROM_COMMENT) != 0, &out->from);
    if (fault == SMTP_T_OK)
        fault = smtp_trace_cfws(c, &blank);
    if (fault != SMTP_T_OK)
        return fault;
    if (!blank)
        return smtp_grammar_at(c, 'b') || smtp_grammar_at(c, 'B') ? SMTP_T_BLANK : SMTP_T_BY;
    return read_place(c, WORD_BY, (comments & BY_COMMENT) != 0, &out->by);
}

/*
 * RFC 5321 4.4
 *     Stamp = From-domain By-domain Opt-info [CFWS] ";" FWS date-time
 */
static enum smtp_trace_fault read_stamp(struct smtp_cursor *c, unsigned comments,
                                        struct smtp_received *out)
{
    memset(out, 0, sizeof *out);
    enum smtp_trace_fault fault = read_places(c, comments, out);
    if (fault == SMTP_T_OK)
        fault = read_opt_info(c, out);
    if (fault == SMTP_T_OK)
        fault = smtp_trace_blank(c);
    if (fault != SMTP_T_OK)
        return fault;
    fault = smtp_parse_date(c, &out->date);
    if (fault != SMTP_T_OK)
        c->at = c->fault_at;
    return fault;
}

/* Whether what was read as TCP-info is where a comment may stand. */
static bool is_ambiguous(const struct smtp_trace_host *host)
{
    return host->domain.kind == SMTP_D_NAME && host->address.kind != SMTP_D_NONE;
}

/*
 * RFC 5321 4.4: the rules tell TCP-info from a comment by what stands behind it alone: behind the former
 * CFWS has to be there, behind the latter, which is that CFWS, nothing. A literal may hold parentheses.
 */
static bool read_as_comments(struct smtp_cursor c, struct smtp_received *out, const char **end)
{
    unsigned may = 0;
    for (unsigned comments = FROM_COMMENT; comments <= (FROM_COMMENT | BY_COMMENT); comments++) {
        may |= is_ambiguous(&out->from) ? FROM_COMMENT : 0U;
        may |= is_ambiguous(&out->by) ? BY_COMMENT : 0U;
        struct smtp_cursor again = c;
        if ((comments & ~may) == 0 && read_stamp(&again, comments, out) == SMTP_T_OK) {
            *end = again.at;
            return true;
        }
    }
    return false;
}

enum smtp_trace_fault smtp_parse_stamp(struct smtp_cursor *c, struct smtp_received *out)
{
    const struct smtp_cursor begin = *c;
    struct smtp_received read;
    enum smtp_trace_fault fault = smtp_trace_end(c, begin.at, read_stamp(c, 0, &read));
    if (fault != SMTP_T_OK && !read_as_comments(begin, &read, &c->at))
        return fault;
    read.protocol = smtp_with_of(read.with);
    *out = read;
    return SMTP_T_OK;
}

bool smtp_clause_next(smtp_span *clauses, struct smtp_clause *out)
{
    struct smtp_cursor c = smtp_cursor_of(*clauses, SMTP_LAX_HIGH | SMTP_LAX_CONTROL);
    bool some;
    if (smtp_trace_cfws(&c, &some) != SMTP_T_OK || read_atom(&c, &out->name) != SMTP_T_OK ||
        !smtp_trace_fws(&c) || smtp_parse_string(&c, &out->value) != SMTP_OK)
        return false;
    *clauses = (smtp_span){c.at, (size_t)(c.end - c.at)};
    return true;
}
