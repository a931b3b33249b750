#include "params_parts.h"

static bool read_hex(struct smtp_cursor *c, bool any_case, unsigned *out)
{
    char at = '\0';
    if (c->at < c->end)
        at = *c->at;
    if (any_case && at >= 'a' && at <= 'f')
        at = (char)(at - 'a' + 'A');
    bool number = smtp_is(at, SMTP_C_DIGIT);
    if (!number && (at < 'A' || at > 'F'))
        return false;
    *out = 16 * *out + (number ? (unsigned)(at - '0') : (unsigned)(at - 'A') + 10);
    c->at++;
    return true;
}

/*
 * RFC 3461 4
 *     xtext   = *( xchar / hexchar )
 *     xchar   = any ASCII CHAR between "!" (33) and "~" (126) inclusive, except for "+" and "="
 *     hexchar = ASCII "+" immediately followed by two upper case hexadecimal digits
 * esmtp-value lacks the "=" already.
 */
static bool read_xtext(struct smtp_cursor *c, bool any_case, char *out)
{
    unsigned octet = 0;
    if (smtp_grammar_take(c, '+')) {
        bool high = read_hex(c, any_case, &octet), both = high && read_hex(c, any_case, &octet);
        *out = (char)octet;
        return both;
    }
    if (!smtp_grammar_is(c, SMTP_C_ESMTP))
        return false;
    *out = *c->at++;
    return true;
}

bool smtp_grammar_xtext(struct smtp_cursor *c, char *out)
{
    return read_xtext(c, false, out);
}

/* RFC 4954 8: hexchar = "+" HEXDIG HEXDIG, and "implementations MUST accept these strings in a
 * case-insensitive fashion". */
bool smtp_grammar_xtext_any_case(struct smtp_cursor *c, char *out)
{
    return read_xtext(c, true, out);
}

/*
 * RFC 3461 4.2, 4.4: the value prior to encoding "MUST consist entirely of printable (graphic and
 * white space) characters from the US-ASCII repertoire".
 */
bool smtp_grammar_xtext_printable(struct smtp_cursor *c)
{
    char octet;
    while (c->at < c->end) {
        const char *begin = c->at;
        if (!smtp_grammar_xtext(c, &octet))
            return false;
        if (!smtp_is(octet, SMTP_C_TEXT)) {
            c->at = begin;
            return false;
        }
    }
    return true;
}

bool smtp_is_xtext(smtp_span text)
{
    struct smtp_cursor c = smtp_cursor_of(text, 0);
    char octet;
    while (c.at < c.end)
        if (!smtp_grammar_xtext(&c, &octet))
            return false;
    return true;
}

size_t smtp_decode_xtext(smtp_room to, smtp_span xtext)
{
    struct smtp_cursor c = smtp_cursor_of(xtext, 0);
    size_t at = 0;
    while (c.at < c.end) {
        const char *begin = c.at;
        char octet;
        if (!smtp_grammar_xtext(&c, &octet)) {
            octet = *begin;
            c.at = begin + 1;
        }
        smtp_room_put(to, &at, (smtp_span){&octet, 1});
    }
    return at;
}

/* RFC 3461 4: an xchar "MAY be encoded as itself", and is. */
size_t smtp_print_xtext(smtp_room to, smtp_span octets)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t at = 0;
    for (size_t i = 0; i < octets.n; i++) {
        unsigned char octet = (unsigned char)octets.p[i];
        const char code[3] = {'+', hex[octet >> 4], hex[octet & 15]};
        bool plain = smtp_is(octets.p[i], SMTP_C_ESMTP) && octet != '+';
        smtp_room_put(to, &at, plain ? smtp_span_cut(octets, i, i + 1) : (smtp_span){code, 3});
    }
    return at;
}
