#include "smtp/reply.h"

#include <assert.h>

#include "grammar_parts.h"

/* RFC 5321 4.2: Reply-code = %x32-35 %x30-35 %x30-39 */
static bool read_code(struct smtp_cursor *c, unsigned *out)
{
    static const char range[3][2] = {{'2', '5'}, {'0', '5'}, {'0', '9'}};
    *out = 0;
    for (size_t i = 0; i < 3; i++, c->at++) {
        if (c->at == c->end || *c->at < range[i][0] || *c->at > range[i][1])
            return false;
        *out = 10 * *out + (unsigned)(*c->at - '0');
    }
    return true;
}

/*
 * RFC 5321 4.2
 *     Reply-line = *( Reply-code "-" [ textstring ] CRLF )
 *                  Reply-code [ SP textstring ] CRLF
 *     textstring = 1*(%d09 / %d32-126)
 * and a client takes "the code alone (with or without a trailing space character)".
 */
static enum smtp_fault read_line(struct smtp_cursor *c, struct smtp_reply_line *out)
{
    if (!read_code(c, &out->code))
        return SMTP_E_REPLY_CODE;
    bool more = smtp_grammar_take(c, '-');
    out->last = !more;
    if (!more && c->at < c->end && !smtp_grammar_take(c, ' '))
        return SMTP_E_REPLY_MARK;
    const char *text = c->at;
    smtp_grammar_run(c, SMTP_C_TEXT);
    out->text = out->rest = smtp_grammar_since(c, text);
    return c->at == c->end ? SMTP_OK : SMTP_E_REPLY_TEXT;
}

/* RFC 2034 3: the status code stands first in the text, a space behind it. */
static void find_enhanced(struct smtp_reply_line *line)
{
    struct smtp_cursor c = smtp_cursor_of(line->text, 0);
    struct smtp_enhanced enhanced;
    if (smtp_parse_enhanced(&c, &enhanced) != SMTP_OK ||
        (c.at < c.end && !smtp_grammar_take(&c, ' ')))
        return;
    line->enhanced = enhanced;
    line->rest = (smtp_span){c.at, (size_t)(c.end - c.at)};
}

enum smtp_fault smtp_parse_reply_line(smtp_span line, struct smtp_reply_line *out,
                                      size_t *fault_off)
{
    struct smtp_cursor c = smtp_cursor_of(line, 0);
    *out = (struct smtp_reply_line){.last = true};
    enum smtp_fault fault = read_line(&c, out);
    if (fault == SMTP_OK)
        find_enhanced(out);
    else
        *fault_off = (size_t)(c.at - line.p);
    return fault;
}

/* RFC 5321 4.2.1: in a multiline reply "the reply code on each of the lines MUST be the same". */
enum smtp_fault smtp_reply_add(struct smtp_reply *r, const struct smtp_reply_line *line)
{
    assert(!r->complete);
    if (r->lines == 0)
        r->code = line->code;
    r->lines++;
    r->complete = line->last;
    return r->code == line->code ? SMTP_OK : SMTP_E_REPLY_MIXED;
}

/* RFC 3463 2: subject = 1*3digit, detail = 1*3digit */
static bool read_number(struct smtp_cursor *c, unsigned short *out)
{
    unsigned value = 0, digits = 0;
    for (; digits < 3 && smtp_grammar_is(c, SMTP_C_DIGIT); digits++, c->at++)
        value = 10 * value + (unsigned)(*c->at - '0');
    *out = (unsigned short)value;
    return digits > 0;
}

/*
 * RFC 3463 2
 *     status-code = class "." subject "." detail
 *     class       = "2"/"4"/"5"
 */
enum smtp_fault smtp_parse_enhanced(struct smtp_cursor *c, struct smtp_enhanced *out)
{
    const char *begin = c->at;
    struct smtp_enhanced read = {.class = 0};
    if (smtp_grammar_at(c, '2') || smtp_grammar_at(c, '4') || smtp_grammar_at(c, '5'))
        read.class = (unsigned char)(*c->at++ - '0');
    if (read.class == 0 || !smtp_grammar_take(c, '.') || !read_number(c, &read.subject) ||
        !smtp_grammar_take(c, '.') || !read_number(c, &read.detail)) {
        c->at = begin;
        return SMTP_NOMATCH;
    }
    *out = read;
    return SMTP_OK;
}

size_t smtp_print_enhanced(smtp_room to, const struct smtp_enhanced *code)
{
    size_t at = 0;
    smtp_room_put_number(to, &at, code->class);
    smtp_room_put(to, &at, SMTP_SPAN("."));
    smtp_room_put_number(to, &at, code->subject);
    smtp_room_put(to, &at, SMTP_SPAN("."));
    smtp_room_put_number(to, &at, code->detail);
    return at;
}

static void print_line(smtp_room to, size_t *at, unsigned code, smtp_span enhanced, smtp_span text,
                       bool last)
{
    smtp_room_put_number(to, at, code);
    if (!last || text.n > 0 || enhanced.n > 0)
        smtp_room_put(to, at, last ? SMTP_SPAN(" ") : SMTP_SPAN("-"));
    if (enhanced.n > 0) {
        smtp_room_put(to, at, enhanced);
        smtp_room_put(to, at, SMTP_SPAN(" "));
    }
    smtp_room_put(to, at, text);
    smtp_room_put(to, at, SMTP_SPAN("\r\n"));
}

/* RFC 5321 4.2.1: a hyphen behind the code of every line but the last. */
size_t smtp_print_reply(smtp_room to, unsigned code, const char *enhanced, smtp_span text)
{
    size_t at = 0, begin = 0;
    smtp_span status = smtp_span_of(enhanced);
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] != '\n')
            continue;
        print_line(to, &at, code, status, smtp_span_cut(text, begin, i), false);
        begin = i + 1;
    }
    print_line(to, &at, code, status, smtp_span_cut(text, begin, text.n), true);
    return at;
}
