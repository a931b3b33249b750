#include <string.h>

#include "parts.h"

enum { DOMAIN = 255 };

static bool is_blank(char octet)
{
    return octet == ' ' || octet == '\t';
}

static void skip_blank(smtp_span *s)
{
    while (s->n > 0 && (is_blank(s->p[0]) || s->p[0] == '\r' || s->p[0] == '\n'))
        *s = smtp_span_cut(*s, 1, s->n);
}

/* A comment, with its parentheses. */
static size_t comment_end(smtp_span s)
{
    size_t at = 0, depth = 0;
    do {
        depth += s.p[at] == '(' ? 1 : 0;
        depth -= s.p[at] == ')' ? 1 : 0;
        at += s.p[at] == '\\' ? 2 : 1;
    } while (at < s.n && depth > 0);
    return at;
}

/* A word: up to a blank, a comment or a semicolon, none of which ends it within quotes or brackets. */
static size_t word_end(smtp_span s)
{
    size_t at = 0;
    char within = '\0';
    for (; at < s.n; at++) {
        char octet = s.p[at];
        if (within == '\0' && (is_blank(octet) || octet == '\r' || octet == '(' || octet == ';'))
            break;
        if (within == '"' && octet == '\\')
            at++;
        else if (octet == within)
            within = '\0';
        else if (within == '\0' && octet == '"')
            within = octet;
        else if (within == '\0' && octet == '[')
            within = ']';
    }
    return at;
}

static smtp_span take(smtp_span *s, size_t n)
{
    smtp_span taken = smtp_span_cut(*s, 0, n);
    *s = smtp_span_cut(*s, n, s->n);
    return taken;
}

/* The next word that is no comment. */
static smtp_span next_word(smtp_span *s)
{
    skip_blank(s);
    while (s->n > 0 && s->p[0] == '(') {
        take(s, comment_end(*s));
        skip_blank(s);
    }
    return take(s, word_end(*s));
}

/*
 * RFC 5321 4.4: "(" [ Domain FWS ] address-literal ")". The end of such a TCP-info at the head of the
 * text, or 0; *longest: the octets of its longer name.
 */
static size_t tcp_info_end(smtp_span s, size_t *longest)
{
    size_t at = 1, name;
    smtp_span rest = smtp_span_cut(s, 1, s.n);
    for (name = 0; name < rest.n && rest.p[name] != '[' && !is_blank(rest.p[name]) &&
                   rest.p[name] != '\r' && rest.p[name] != ')';)
        name++;
    take(&rest, name);
    skip_blank(&rest);
    const char *close = rest.n > 0 && rest.p[0] == '[' ? memchr(rest.p, ']', rest.n) : NULL;
    if (close == NULL)
        return 0;
    size_t literal = (size_t)(close + 1 - rest.p);
    at = (size_t)(close + 1 - s.p);
    *longest = name > literal ? name : literal;
    return at < s.n && s.p[at] == ')' ? at + 1 : 0;
}

/*
 * Whether the field is one when the parentheses at `info` hold a comment: with its bracket gone, which a
 * ctext is as well, there is no TCP-info in them.
 */
static bool fits_as_comment(struct abnf *g, smtp_span whole, smtp_span info)
{
    char text[ABNF_TEXT_MAX];
    size_t n = 0, at = (size_t)((const char *)memchr(info.p, '[', info.n) - whole.p);
    smtp_room_put((smtp_room){text, sizeof text}, &n, whole);
    text[at] = 'x';
    return abnf_matches(g, abnf_rule(g, "Time-stamp-line"), (smtp_span){text, n});
}

/*
 * RFC 5321 4.5.3.1.2 for an Extended-Domain. Behind a Domain, what is too long for TCP-info may be a
 * comment, which has no limit.
 */
static const char *prose_place(struct abnf *g, smtp_span whole, smtp_span *rest)
{
    smtp_span host = next_word(rest), info = *rest;
    size_t longest = 0;
    const char *prose = abnf_prose_domain(g, host);
    bool literal = host.n > 0 && host.p[0] == '[';
    skip_blank(&info);
    size_t end = info.n > 0 && info.p[0] == '(' ? tcp_info_end(info, &longest) : 0;
    smtp_span inner = smtp_span_cut(info, 1, end > 0 ? end - 1 : 0);
    if (prose != NULL || end == 0 || !abnf_matches(g, abnf_rule(g, "TCP-info"), inner))
        return prose;
    bool same_ends = longest <= DOMAIN && memchr(inner.p, '(', inner.n) == NULL &&
                     memchr(inner.p, ')', inner.n) == NULL;
    if (!literal && !same_ends && fits_as_comment(g, whole, info))
        return NULL;
    *rest = smtp_span_cut(info, end, info.n);
    return longest > DOMAIN ? "5321-4.5.3.1.2" : NULL;
}

/* For = CFWS "FOR" FWS ( Path / Mailbox ) has their limits. */
const char *abnf_prose_received(struct abnf *g, smtp_span text)
{
    const smtp_span whole = text;
    if (abnf_has_blank_line(text))
        return "5322-3.2.2";
    take(&text, strlen("Received:"));
    (void)next_word(&text); /* from */
    const char *prose = prose_place(g, whole, &text);
    (void)next_word(&text); /* by */
    if (prose == NULL)
        prose = prose_place(g, whole, &text);
    for (smtp_span clause = next_word(&text); prose == NULL && clause.n > 0;
         clause = next_word(&text)) {
        smtp_span value = next_word(&text);
        bool path = value.n > 0 && value.p[0] == '<';
        if (smtp_span_is_nocase(clause, SMTP_SPAN("for")))
            prose = path ? abnf_prose_path(g, value) : abnf_prose_mailbox(g, value);
    }
    take(&text, 1); /* the semicolon */
    return prose != NULL ? prose : abnf_prose_date_alone(text);
}

const char *abnf_prose_return_path(struct abnf *g, smtp_span text)
{
    smtp_span rest = smtp_span_cut(text, strlen("Return-Path:"), text.n - strlen("\r\n"));
    skip_blank(&rest);
    return abnf_prose_path(g, rest);
}
