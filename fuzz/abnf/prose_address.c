#include <string.h>

#include "parts.h"
#include "smtp/chars.h"

static const char local_long[] = "5321-4.5.3.1.1", domain_long[] = "5321-4.5.3.1.2",
                  path_long[] = "5321-4.5.3.1.3", not_ascii[] = "6531-3.7.1";

enum { LOCAL = 64, DOMAIN = 255, PATH = 256 };

/* The octets of a Quoted-string or a literal that begins at `at`; else one. */
static size_t unit_at(smtp_span s, size_t at)
{
    char end = '"';
    size_t from = at;
    if (s.p[at] == '[')
        end = ']';
    else if (s.p[at] != '"')
        return 1;
    for (at++; at < s.n && s.p[at] != end; at++)
        at += s.p[at] == '\\' && end == '"' ? 1 : 0;
    return at + 1 - from;
}

size_t abnf_local_end(smtp_span mailbox)
{
    size_t at = 0;
    while (at < mailbox.n && mailbox.p[at] != '@')
        at += unit_at(mailbox, at);
    return at < mailbox.n ? at : mailbox.n;
}

size_t abnf_path_end(smtp_span text)
{
    size_t at = 0;
    while (at < text.n && text.p[at] != '>')
        at += unit_at(text, at);
    return at < text.n ? at + 1 : text.n;
}

const char *abnf_prose_local(struct abnf *g, smtp_span text)
{
    (void)g;
    return text.n > LOCAL ? local_long : NULL;
}

const char *abnf_prose_domain(struct abnf *g, smtp_span text)
{
    (void)g;
    return text.n > DOMAIN ? domain_long : NULL;
}

/* <Postmaster> has no domain. */
const char *abnf_prose_mailbox(struct abnf *g, smtp_span text)
{
    size_t local = abnf_local_end(text);
    if (local > LOCAL)
        return local_long;
    return abnf_prose_domain(g, smtp_span_cut(text, local + 1, text.n));
}

/* Takes the source route off, with its colon. */
static const char *prose_route(smtp_span *rest)
{
    while (rest->n > 0 && rest->p[0] == '@') {
        size_t n = 1;
        while (n < rest->n && rest->p[n] != ',' && rest->p[n] != ':')
            n++;
        if (n - 1 > DOMAIN)
            return domain_long;
        *rest = smtp_span_cut(*rest, n + 1, rest->n);
    }
    return NULL;
}

const char *abnf_prose_path(struct abnf *g, smtp_span text)
{
    smtp_span inner = smtp_span_cut(text, 1, text.n - 1);
    const char *route = prose_route(&inner);
    if (text.n > PATH)
        return path_long;
    return route != NULL ? route : abnf_prose_mailbox(g, inner);
}

/* ---- commands ---- */

/* What stands behind a head, in any case; false: another head. */
static bool behind(smtp_span text, const char *head, smtp_span *out)
{
    smtp_span wanted = smtp_span_of(head);
    if (!smtp_span_has_head_nocase(text, wanted))
        return false;
    *out = smtp_span_cut(text, wanted.n, text.n);
    return true;
}

static bool has_high(smtp_span text)
{
    for (size_t i = 0; i < text.n; i++)
        if (smtp_is(text.p[i], SMTP_C_HIGH))
            return true;
    return false;
}

/* RFC 6531 3.7.1: only ASCII in EHLO; 3.1 extends MAIL, RCPT, VRFY and EXPN. */
static const char *prose_host(struct abnf *g, smtp_span argument)
{
    return has_high(argument) ? not_ascii : abnf_prose_domain(g, argument);
}

/* VRFY, EXPN: a String has no limit of its own, a Mailbox has. */
static const char *prose_user(struct abnf *g, smtp_span argument)
{
    const smtp_span word = SMTP_SPAN(" SMTPUTF8");
    if (argument.n > word.n &&
        smtp_span_is_nocase(smtp_span_cut(argument, argument.n - word.n, argument.n), word))
        argument.n -= word.n;
    return abnf_local_end(argument) < argument.n ? abnf_prose_mailbox(g, argument) : NULL;
}

/* RFC 1985 5.3: "#" names a queue, not a domain. */
static const char *prose_node(struct abnf *g, smtp_span argument)
{
    if (argument.p[0] == '#')
        return NULL;
    return prose_host(g, smtp_span_cut(argument, argument.p[0] == '@', argument.n));
}

const char *abnf_prose_command(struct abnf *g, smtp_span text)
{
    smtp_span rest;
    if (behind(text, "MAIL FROM:", &rest) || behind(text, "RCPT TO:", &rest))
        return abnf_prose_path(g, smtp_span_cut(rest, 0, abnf_path_end(rest)));
    if (behind(text, "EHLO ", &rest) || behind(text, "HELO ", &rest) ||
        behind(text, "LHLO ", &rest))
        return prose_host(g, rest);
    if (behind(text, "VRFY ", &rest) || behind(text, "EXPN ", &rest))
        return prose_user(g, rest);
    if (behind(text, "ETRN ", &rest))
        return prose_node(g, rest);
    return NULL;
}

/* ---- replies ---- */

/* RFC 5321 4.2.1: one code on all lines. */
const char *abnf_prose_reply(struct abnf *g, smtp_span text)
{
    (void)g;
    for (size_t i = 0; i + 5 < text.n; i++)
        if (text.p[i] == '\n' && memcmp(text.p + i + 1, text.p, 3) != 0)
            return "5321-4.2.1";
    return NULL;
}

static smtp_span host_of(smtp_span text)
{
    size_t n = 0;
    while (n < text.n && text.p[n] != ' ' && text.p[n] != '\r')
        n++;
    return smtp_span_cut(text, 0, n);
}

const char *abnf_prose_greeting(struct abnf *g, smtp_span text)
{
    return abnf_prose_domain(g, host_of(text));
}

/* RFC 5321 4.2: it is a reply like any other, whose text is a textstring. */
const char *abnf_prose_ehlo(struct abnf *g, smtp_span text)
{
    if (!abnf_matches(g, abnf_rule(g, "reply-taken"), text))
        return "5321-4.2";
    return abnf_prose_domain(g, host_of(smtp_span_cut(text, 4, text.n)));
}
