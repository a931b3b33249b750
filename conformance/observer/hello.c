#include "observer/observer_parts.h"
#include "smtp/chars.h"

/* RFC 5321 4.1.2: sub-domain = Let-dig [Ldh-str], Ldh-str = *( ALPHA / DIGIT / "-" ) Let-dig */
static bool is_label(smtp_span s)
{
    if (s.n == 0 || s.p[0] == '-' || s.p[s.n - 1] == '-')
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (!smtp_is(s.p[i], SMTP_C_LDH))
            return false;
    return true;
}

/* Domain = sub-domain *("." sub-domain) */
static bool is_domain(smtp_span s)
{
    size_t from = 0;
    for (size_t i = 0; i <= s.n; i++) {
        if (i < s.n && s.p[i] != '.')
            continue;
        if (!is_label(smtp_span_cut(s, from, i)))
            return false;
        from = i + 1;
    }
    return true;
}

/* 4.1.3, no more than brackets and what may stand in them. */
static bool is_literal(smtp_span s)
{
    if (s.n < 3 || s.p[0] != '[' || s.p[s.n - 1] != ']')
        return false;
    for (size_t i = 1; i + 1 < s.n; i++)
        if (!smtp_is(s.p[i], SMTP_C_DCONTENT))
            return false;
    return true;
}

static smtp_span first_word(smtp_span text)
{
    size_t n = 0;
    while (n < text.n && text.p[n] != ' ')
        n++;
    return smtp_span_cut(text, 0, n);
}

static bool names_a_host(smtp_span text)
{
    smtp_span word = first_word(text);
    return is_domain(word) || is_literal(word);
}

/* RFC 5321 4.2: Greeting = "220" ( SP / "-" ) ( Domain / address-literal ) [ SP textstring ] CRLF
 * ... */
void observer_greeting_line(struct observer *o, smtp_span text)
{
    if (!names_a_host(text))
        observer_find(o, RULE_GREETING_FORM, "the first word is no domain and no address literal",
                      observer_kept_line(o));
}

/* 4.1.1.1: ehlo-keyword = (ALPHA / DIGIT) *(ALPHA / DIGIT / "-") */
static bool is_keyword(smtp_span s)
{
    if (s.n == 0 || s.p[0] == '-')
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (!smtp_is(s.p[i], SMTP_C_LDH))
            return false;
    return true;
}

/* ehlo-param = 1*(%d33-126) */
static bool is_param(smtp_span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < 33 || s.p[i] > 126)
            return false;
    return s.n > 0;
}

/* ehlo-line = ehlo-keyword *( SP ehlo-param ) */
static bool is_ehlo_line(smtp_span text)
{
    smtp_span word = first_word(text);
    if (!is_keyword(word))
        return false;
    for (size_t at = word.n; at < text.n; at += 1 + word.n) {
        word = first_word(smtp_span_cut(text, at + 1, text.n));
        if (!is_param(word))
            return false;
    }
    return true;
}

static void take_offer(struct observer *o, smtp_span keyword)
{
    static const struct {
        const char *keyword;
        unsigned bit;
    } offers[] = {
        {"PIPELINING", OFFER_PIPELINING},
        {"CHUNKING", OFFER_CHUNKING},
        {"ENHANCEDSTATUSCODES", OFFER_ENHANCED},
        {"SMTPUTF8", OFFER_UTF8},
    };
    for (size_t i = 0; i < sizeof offers / sizeof *offers; i++)
        if (smtp_span_is_nocase(smtp_span_of(offers[i].keyword), keyword))
            o->offers |= offers[i].bit;
}

/*
 * 4.1.1.1: ehlo-ok-rsp = "250" ( SP / "-" ) Domain [ SP ehlo-greet ] CRLF, then a keyword a line.
 * 4.3.1 lets a host without a name say its address literal.
 */
void observer_ehlo_line(struct observer *o, smtp_span text)
{
    if (o->reply_line == 1) {
        o->offers = 0;
        if (!names_a_host(text))
            observer_find(o, RULE_EHLO_FIRST_LINE,
                          "the first word is no domain and no address literal",
                          observer_kept_line(o));
        return;
    }
    if (!is_ehlo_line(text))
        observer_find(o, RULE_EHLO_KEYWORD_FORM, "not a keyword with its parameters",
                      observer_kept_line(o));
    smtp_span keyword = first_word(text);
    if (o->secure && smtp_span_is_nocase(keyword, SMTP_SPAN("STARTTLS")))
        observer_find(o, RULE_STARTTLS_LISTED_INSIDE, "STARTTLS inside TLS", observer_kept_line(o));
    take_offer(o, keyword);
}

/*
 * RFC 4954 8: continue-req = "334" SP [base64] CRLF, base64 = base64-terminal /
 * ( 1*(4base64-char) [base64-terminal] ).
 */
void observer_challenge(struct observer *o, char mark, smtp_span text)
{
    size_t n = text.n;
    for (size_t pads = 0; pads < 2 && n > 0 && text.p[n - 1] == '='; pads++)
        n--;
    bool good = mark == ' ' && text.n % 4 == 0;
    for (size_t i = 0; good && i < n; i++)
        good = smtp_is(text.p[i], SMTP_C_LET_DIG) || text.p[i] == '+' || text.p[i] == '/';
    if (!good && o->reply_n < sizeof o->reply)
        observer_find(o, RULE_AUTH_CHALLENGE, "no challenge in base64", observer_kept_line(o));
}
