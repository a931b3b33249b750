#include <string.h>

#include "params_parts.h"

enum { ORCPT_MAX = 500 };

/* In the order of enum smtp_notify. */
static const char *const conditions[] = {"NEVER", "SUCCESS", "FAILURE", "DELAY"};
enum { CONDITIONS = sizeof conditions / sizeof *conditions };

/*
 * RFC 3461 4.1
 *     notify-esmtp-value  = "NEVER" / 1#notify-list-element
 *     notify-list-element = "SUCCESS" / "FAILURE" / "DELAY"
 * in any case. RFC 822 2.7, whose ABNF this is: nothing may stand between two commas of a list.
 */
static bool read_notify(struct smtp_cursor *c, struct smtp_rcpt_params *out)
{
    unsigned seen = 0, first = 0; /* of the conditions that may stand here */
    for (; seen != SMTP_NOTIFY_NEVER && (first == 0 || smtp_grammar_take(c, ',')); first = 1) {
        if (c->at == c->end || smtp_grammar_at(c, ','))
            continue;
        unsigned i = first + smtp_grammar_choice(c, conditions + first, CONDITIONS - first);
        if (i == CONDITIONS)
            return false;
        seen |= 1U << i;
    }
    out->notify = seen;
    return seen != 0;
}

static void put_notify(smtp_room to, size_t *at, const struct smtp_rcpt_params *params)
{
    smtp_span comma = SMTP_SPAN("");
    for (size_t i = 0; i < CONDITIONS; i++) {
        if ((params->notify & 1U << i) == 0)
            continue;
        smtp_room_put(to, at, comma);
        smtp_room_put(to, at, smtp_span_of(conditions[i]));
        comma = SMTP_SPAN(",");
    }
}

/*
 * RFC 6533 3
 *     HEXPOINT = ( ( "0"/"1" ) %x31-39 ) / "10" / "20" /
 *                "2B" / "3D" / "7F" /         ; all xtext-specials
 *                "5C" / (HEXDIG8 HEXDIG) /    ; 2-digit forms
 *                ( NZHEXDIG 2(HEXDIG) ) /     ; 3-digit forms
 *                ( NZDHEXDIG 3(HEXDIG) ) /    ; 4-digit forms excluding
 *                ( "D" %x30-37 2(HEXDIG) ) /  ; ... surrogate
 *                ( NZHEXDIG 4(HEXDIG) ) /     ; 5-digit forms
 *                ( "10" 4*HEXDIG )            ; 6-digit forms
 * "2 to 6 hexadecimal digits": so many digits as the number needs, but two at least.
 */
static bool is_hexpoint(unsigned digits, uint32_t point)
{
    static const unsigned char specials[] = {0x10, 0x20, 0x2B, 0x3D, 0x5C, 0x7F};
    if (digits != 2)
        return digits > 2 && point >> (4 * (digits - 1)) != 0 && point <= 0x10FFFF &&
               (point < 0xD800 || point > 0xDFFF);
    bool control = point < 0x20 && point % 16 >= 1 && point % 16 <= 9;
    return control || point >= 0x80 || memchr(specials, (int)point, sizeof specials) != NULL;
}

/* RFC 6533 3: EmbeddedUnicodeChar = %x5C.78 "{" HEXPOINT "}"; a bad number is the fault of its head. */
bool smtp_grammar_embedded(struct smtp_cursor *c, uint32_t *out)
{
    if (!smtp_grammar_take(c, '\\') || !smtp_grammar_take(c, 'x') || !smtp_grammar_take(c, '{'))
        return false;
    const char *begin = c->at;
    uint32_t point = 0;
    for (; c->at < begin + 6 && smtp_grammar_is(c, SMTP_C_HEXDIG); c->at++) {
        char digit = smtp_lower(*c->at);
        point = 16 * point + (uint32_t)(digit >= 'a' ? digit - 'a' + 10 : digit - '0');
    }
    unsigned digits = (unsigned)(c->at - begin);
    if (!smtp_grammar_take(c, '}'))
        return false;
    if (is_hexpoint(digits, point)) {
        *out = point;
        return true;
    }
    c->at = begin;
    return false;
}

/*
 * RFC 6533 3
 *     utf-8-addr-xtext   = 1*(QCHAR / EmbeddedUnicodeChar)
 *     utf-8-addr-unitext = 1*(QUCHAR / EmbeddedUnicodeChar)
 *     QCHAR              = %x21-2a / %x2c-3c / %x3e-5b / %x5d-7e
 *     QUCHAR             = QCHAR / UTF8-2 / UTF8-3 / UTF8-4
 * A utf-8-address has to be one of them, or it has what ORCPT forbids.
 */
static bool read_utf8_address(struct smtp_cursor *c)
{
    const char *begin = c->at;
    uint32_t point;
    while (c->at < c->end) {
        if (smtp_grammar_at(c, '+'))
            return false;
        if (smtp_grammar_is(c, SMTP_C_ESMTP) && *c->at != '\\')
            c->at++;
        else if (smtp_grammar_is(c, SMTP_C_HIGH) ? !smtp_grammar_utf8(c)
                                                 : !smtp_grammar_embedded(c, &point))
            return false;
    }
    return c->at > begin;
}

/*
 * RFC 3461 4.2
 *     original-recipient-address = addr-type ";" xtext
 *     addr-type = atom
 * RFC 6533 3: utf-8-type-addr = "utf-8;" utf-8-enc-addr
 */
static bool read_address(struct smtp_cursor *c, struct smtp_rcpt_params *out)
{
    const char *begin = c->at;
    if (smtp_grammar_run(c, SMTP_C_ATEXT) == 0)
        return false;
    out->orcpt_type = smtp_grammar_since(c, begin);
    if (!smtp_grammar_take(c, ';'))
        return false;
    begin = c->at;
    bool utf8 = smtp_span_is_nocase(out->orcpt_type, SMTP_SPAN("utf-8"));
    if (utf8 ? !read_utf8_address(c) : !smtp_grammar_xtext_printable(c))
        return false;
    out->orcpt = smtp_grammar_since(c, begin);
    return true;
}

/* RFC 3461 4.2: ORCPT "MAY be up to 500 characters in length". */
static bool read_orcpt(struct smtp_cursor *c, struct smtp_rcpt_params *out)
{
    const char *begin = c->at;
    bool whole = read_address(c, out);
    if ((size_t)(c->at - begin) <= ORCPT_MAX)
        return whole;
    c->at = begin + ORCPT_MAX;
    return false;
}

static void put_orcpt(smtp_room to, size_t *at, const struct smtp_rcpt_params *params)
{
    smtp_room_put(to, at, params->orcpt_type);
    smtp_room_put(to, at, SMTP_SPAN(";"));
    smtp_room_put(to, at, params->orcpt);
}

/* In the order of enum smtp_rcpt_param. */
static const struct {
    const char *keyword;
    enum smtp_fault fault;
    bool (*read)(struct smtp_cursor *c, struct smtp_rcpt_params *out);
    void (*put)(smtp_room to, size_t *at, const struct smtp_rcpt_params *params);
} rows[] = {
    {"NOTIFY", SMTP_E_PARAM_NOTIFY, read_notify, put_notify},
    {"ORCPT", SMTP_E_PARAM_ORCPT, read_orcpt, put_orcpt},
};
enum { ROWS = sizeof rows / sizeof *rows };

/* RFC 3461 4.5: neither "more than once in any RCPT command". */
static enum smtp_fault read_row(size_t i, struct smtp_cursor *c, struct smtp_rcpt_params *out)
{
    struct smtp_rcpt_params read = *out;
    if ((out->given & 1U << i) != 0)
        return SMTP_E_PARAM_TWICE;
    read.given |= 1U << i;
    if (!rows[i].read(c, &read) || c->at < c->end)
        return rows[i].fault;
    *out = read;
    return SMTP_OK;
}

static size_t row_of(smtp_span keyword)
{
    size_t i = 0;
    while (i < ROWS && !smtp_span_is_nocase(keyword, smtp_span_of(rows[i].keyword)))
        i++;
    return i;
}

unsigned smtp_rcpt_param_of(smtp_span keyword)
{
    size_t i = row_of(keyword);
    return i < ROWS ? 1U << i : 0;
}

enum smtp_fault smtp_parse_rcpt_param(const struct smtp_param *param, unsigned lax,
                                      struct smtp_rcpt_params *out, size_t *off)
{
    struct smtp_cursor c = smtp_cursor_of(param->value, lax);
    size_t i = row_of(param->keyword);
    if (i == ROWS)
        return SMTP_NOMATCH;
    enum smtp_fault fault = read_row(i, &c, out);
    if (fault != SMTP_OK)
        *off = (size_t)(c.at - param->value.p);
    return fault;
}

size_t smtp_print_rcpt_params(smtp_room to, const struct smtp_rcpt_params *params)
{
    size_t at = 0;
    for (size_t i = 0; i < ROWS; i++) {
        if ((params->given & 1U << i) == 0)
            continue;
        smtp_room_put(to, &at, SMTP_SPAN(" "));
        smtp_room_put(to, &at, smtp_span_of(rows[i].keyword));
        smtp_room_put(to, &at, SMTP_SPAN("="));
        rows[i].put(to, &at, params);
    }
    return at;
}
