#include <string.h>

#include "chain_parts.h"

enum clause { FROM, BY, VIA, WITH, ID, FOR, CLAUSES };
static const char words[CLAUSES][5] = {"from", "by", "via", "with", "id", "for"};

static bool is_blank(char octet)
{
    return octet == ' ' || octet == '\t' || octet == '\r' || octet == '\n';
}

/* Behind the closing quote, or at the end. */
static void pass_quoted(struct smtp_cursor *c)
{
    for (c->at++; c->at < c->end && *c->at != '"'; c->at++)
        if (*c->at == '\\' && c->at + 1 < c->end)
            c->at++;
    if (c->at < c->end)
        c->at++;
}

static void pass_word(struct smtp_cursor *c)
{
    while (c->at < c->end && !is_blank(*c->at) && *c->at != '(' && *c->at != ';') {
        if (*c->at == '"')
            pass_quoted(c);
        else
            c->at++;
    }
}

/* Behind the parenthesis that closes; comments nest. A comment without its end is all the rest. */
static void pass_comment(struct smtp_cursor *c)
{
    size_t depth = 0;
    do {
        char octet = *c->at++;
        if (octet == '\\' && c->at < c->end)
            c->at++;
        else if (octet == '(')
            depth++;
        else if (octet == ')')
            depth--;
    } while (depth > 0 && c->at < c->end);
}

enum chain_piece smtp_chain_next(struct smtp_cursor *c, smtp_span *out)
{
    while (c->at < c->end && is_blank(*c->at))
        c->at++;
    const char *begin = c->at;
    *out = (smtp_span){begin, 0};
    if (c->at == c->end)
        return CHAIN_END;
    if (smtp_grammar_take(c, ';'))
        return CHAIN_SEMICOLON;
    if (!smtp_grammar_at(c, '(')) {
        pass_word(c);
        *out = smtp_grammar_since(c, begin);
        return CHAIN_WORD;
    }
    pass_comment(c);
    bool closed = c->at - begin > 1 && c->at[-1] == ')';
    *out = smtp_grammar_since(c, begin);
    *out = smtp_span_cut(*out, 1, out->n - (closed ? 1 : 0));
    return CHAIN_COMMENT;
}

/* TLS as the programs of the world write it into a comment: TLSv1.3, TLS1_3, TLS_AES_256... */
static bool tells_tls(smtp_span comment)
{
    for (; comment.n > 0; comment = smtp_span_cut(comment, 1, comment.n))
        if (smtp_span_has_head_nocase(comment, SMTP_SPAN("TLS1")) ||
            smtp_span_has_head_nocase(comment, SMTP_SPAN("TLSv1")) ||
            smtp_span_has_head_nocase(comment, SMTP_SPAN("TLS_")))
            return true;
    return false;
}

static enum clause clause_of(smtp_span word)
{
    unsigned i = 0;
    while (i < CLAUSES && !smtp_span_is_nocase(word, smtp_span_of(words[i])))
        i++;
    return (enum clause)i;
}

/* RFC 5321 4.4: For = CFWS "FOR" FWS ( Path / Mailbox ); else the text alone. */
static void look_for(smtp_span word, struct smtp_path *out)
{
    struct smtp_cursor c = smtp_cursor_of(word, SMTP_LAX_NONE);
    struct smtp_path path = {.null = false};
    bool brackets = smtp_grammar_at(&c, '<');
    enum smtp_fault fault =
        brackets ? smtp_parse_reverse_path(&c, &path) : smtp_parse_mailbox(&c, &path);
    *out = (struct smtp_path){.text = word};
    if (fault != SMTP_OK || c.at != c.end)
        return;
    *out = path;
    out->text = word;
}

/* The value of a clause, the first one of its name. */
static void look_value(enum clause clause, smtp_span word, struct smtp_received *seen)
{
    if (clause == FROM)
        seen->from.domain = smtp_chain_host_of(word);
    else if (clause == BY)
        seen->by.domain = smtp_chain_host_of(word);
    else if (clause == VIA)
        seen->via = word;
    else if (clause == WITH)
        seen->with = word;
    else if (clause == ID)
        seen->id = word;
    else
        look_for(word, &seen->recipient);
}

/* Where in a field the reading is. */
struct look {
    struct smtp_hop *hop;
    enum clause clause; /* whose value is due; CLAUSES: none */
    enum clause host;   /* FROM, BY: the comments that come are about that host */
    unsigned had;       /* clauses that were there */
    const char *date;   /* behind the last semicolon */
};

static void look_word(struct look *l, smtp_span word)
{
    l->host = CLAUSES;
    if (l->clause == CLAUSES) {
        enum clause clause = clause_of(word);
        if (clause != CLAUSES && (l->had & 1U << clause) == 0)
            l->clause = clause;
        return;
    }
    look_value(l->clause, word, &l->hop->seen);
    l->had |= 1U << l->clause;
    l->host = l->clause;
    l->clause = CLAUSES;
}

static void look_comment(struct look *l, smtp_span comment)
{
    if (l->host == FROM)
        smtp_chain_host_comment(comment, &l->hop->seen.from);
    if (l->host == BY)
        smtp_chain_host_comment(comment, &l->hop->seen.by);
    if (tells_tls(comment))
        l->hop->tls = SMTP_HOP_TLS;
}

static void look_date(struct look *l, const char *end)
{
    struct smtp_hop *hop = l->hop;
    bool guessed = false;
    if (l->date != NULL)
        hop->dated = smtp_chain_date((smtp_span){l->date, (size_t)(end - l->date)}, &hop->seen.date,
                                     &guessed);
    if (!hop->dated)
        hop->findings |= 1U << SMTP_FI_UNDATED;
    else if (guessed)
        hop->findings |= 1U << SMTP_FI_ZONE;
}

/* RFC 3848 1: which protocols say that there is no TLS; of others one does not know. */
static void look_protocol(struct smtp_hop *hop)
{
    hop->seen.protocol = smtp_with_of(hop->seen.with);
    hop->traits = smtp_with_traits(hop->seen.protocol);
    if ((hop->traits & SMTP_TRAIT_TLS) != 0)
        hop->tls = SMTP_HOP_TLS;
    else if (hop->tls == SMTP_HOP_UNKNOWN && hop->seen.protocol > SMTP_WITH_OTHER)
        hop->tls = SMTP_HOP_CLEAR;
}

void smtp_chain_look(smtp_span body, struct smtp_hop *hop)
{
    struct smtp_cursor c = smtp_cursor_of(body, SMTP_LAX_NONE);
    struct look l = {.hop = hop, .clause = CLAUSES, .host = CLAUSES};
    smtp_span piece;
    for (enum chain_piece kind; (kind = smtp_chain_next(&c, &piece)) != CHAIN_END;) {
        if (kind == CHAIN_WORD)
            look_word(&l, piece);
        else if (kind == CHAIN_COMMENT)
            look_comment(&l, piece);
        else
            l.date = c.at;
    }
    look_date(&l, c.end);
    look_protocol(hop);
}
