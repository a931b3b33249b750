#include <string.h>

#include "parts.h"
#include "smtp/chars.h"

static bool is_hex(smtp_span text, size_t at)
{
    static const char digits[] = "0123456789ABCDEF";
    return at < text.n && memchr(digits, text.p[at], sizeof digits - 1) != NULL;
}

/* The first octet with which no xtext goes on. */
static size_t xtext_fault(smtp_span text)
{
    size_t at = 0;
    while (at < text.n) {
        size_t unit = text.p[at] == '+' ? 3 : 1;
        if (!smtp_is_xtext(smtp_span_cut(text, at, at + unit)))
            break;
        at += unit;
    }
    if (at == text.n || text.p[at] != '+')
        return at;
    return is_hex(text, at + 1) ? at + 2 : at + 1;
}

void reading_xtext(struct reading *r)
{
    if (!smtp_is_xtext(r->text)) {
        reading_fail_own(r, READING_XTEXT, xtext_fault(r->text));
        return;
    }
    size_t n = smtp_decode_xtext(reading_scratch(r), r->text);
    smtp_span octets = reading_keep(r, n);
    r->canonical = (smtp_span){r->print.p, smtp_print_xtext(r->print, octets)};
    reading_field(r, "meaning", octets);
}

static bool is_base64_char(char octet)
{
    return smtp_is(octet, SMTP_C_LET_DIG) || octet == '+' || octet == '/';
}

/* An octet outside of the alphabet; else the end, where something lacks; else the unused bits. */
static size_t base64_fault(smtp_span text)
{
    size_t at = 0;
    while (at < text.n && is_base64_char(text.p[at]))
        at++;
    size_t chars = at;
    while (at < text.n && text.p[at] == '=' && at % 4 >= 2)
        at++;
    return at == text.n && at % 4 == 0 && chars > 0 ? chars - 1 : at;
}

void reading_base64(struct reading *r)
{
    size_t n;
    if (!smtp_decode_base64(reading_scratch(r), r->text, &n)) {
        reading_fail_own(r, READING_BASE64, base64_fault(r->text));
        return;
    }
    smtp_span octets = reading_keep(r, n);
    r->canonical = (smtp_span){r->print.p, smtp_print_base64(r->print, octets)};
    reading_field(r, "meaning", octets);
    reading_number(r, "octets", n);
}
