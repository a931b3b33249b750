#include <string.h>

#include "parts.h"

/* RFC 5321 4.2.1, and RFC 3463 3.1 */
static const char *class_of(unsigned code)
{
    static const char *const classes[] = {"",
                                          "",
                                          "positive completion",
                                          "positive intermediate",
                                          "transient negative",
                                          "permanent negative"};
    return code / 100 < sizeof classes / sizeof *classes ? classes[code / 100] : "";
}

static void enhanced_field(struct reading *r, const struct smtp_enhanced *e)
{
    reading_field(r, "enhanced", reading_keep(r, smtp_print_enhanced(reading_scratch(r), e)));
}

static bool ends_in_crlf(smtp_span text)
{
    return text.n >= 2 && memcmp(text.p + text.n - 2, "\r\n", 2) == 0;
}

static void line_fields(struct reading *r, const struct smtp_reply_line *line)
{
    if (line->enhanced.class != 0)
        enhanced_field(r, &line->enhanced);
    reading_field(r, "text", line->rest);
}

/* RFC 5321 4.5.3.1.5: 512 octets with code and CRLF. */
static bool read_line(struct reading *r, smtp_span line, struct smtp_reply_line *out)
{
    size_t off = 0;
    enum smtp_fault fault = smtp_parse_reply_line(line, out, &off);
    if (fault == SMTP_OK && line.n + 2 > SMTP_REPLY_LINE_MAX) {
        fault = SMTP_E_REPLY_LONG;
        off = SMTP_REPLY_LINE_MAX - 2;
    }
    if (fault != SMTP_OK)
        reading_fail(r, fault, (size_t)(line.p - r->text.p) + off);
    return fault == SMTP_OK;
}

/* One line, with or without its CRLF. */
void reading_reply_line(struct reading *r)
{
    smtp_span line = r->text;
    bool ended = ends_in_crlf(line);
    line.n -= ended ? 2 : 0;
    struct smtp_reply_line read;
    if (!read_line(r, line, &read))
        return;
    size_t n = smtp_print_reply(r->print, read.code, NULL, read.text);
    if (!read.last)
        r->print.p[3] = '-';
    r->canonical = (smtp_span){r->print.p, ended ? n : n - 2};
    if (!read.last && read.text.n == 0)
        r->canonical = smtp_span_cut(r->text, 0, r->text.n);
    reading_number(r, "code", read.code);
    reading_word(r, "class", class_of(read.code));
    reading_word(r, "last", read.last ? "yes" : "no");
    line_fields(r, &read);
}

/* The line that begins the rest, up to CRLF; false: there is no CRLF. */
static bool next_line(smtp_span *rest, smtp_span *out)
{
    for (size_t i = 0; i + 1 < rest->n; i++) {
        if (rest->p[i] != '\r' || rest->p[i + 1] != '\n')
            continue;
        *out = smtp_span_cut(*rest, 0, i);
        *rest = smtp_span_cut(*rest, i + 2, rest->n);
        return true;
    }
    return false;
}

/* The next line of the reply; false: the fault is said. */
static bool next_of_reply(struct reading *r, smtp_span *rest, struct smtp_reply *reply,
                          struct smtp_reply_line *out)
{
    smtp_span line;
    if (rest->n == 0) {
        reading_fail_own(r, reply->lines > 0 ? READING_REPLY_PART : READING_REPLY_NONE, r->text.n);
        return false;
    }
    if (!next_line(rest, &line)) {
        if (read_line(r, *rest, out))
            reading_fail(r, SMTP_E_REPLY_BARE, r->text.n);
        return false;
    }
    if (!read_line(r, line, out))
        return false;
    enum smtp_fault fault = smtp_reply_add(reply, out);
    if (fault != SMTP_OK)
        reading_fail(r, fault, (size_t)(line.p - r->text.p));
    return fault == SMTP_OK;
}

/* All lines, each shown to `line`; the texts end up in the print, for smtp_print_reply(). */
static bool read_reply(struct reading *r, struct smtp_reply *reply,
                       bool (*line)(struct reading *r, const struct smtp_reply_line *read,
                                    unsigned number))
{
    smtp_span rest = r->text;
    size_t n = 0;
    smtp_room texts = reading_scratch(r);
    texts.n = 2 * r->text.n + 1;
    (void)reading_keep(r, texts.n);
    while (!reply->complete) {
        struct smtp_reply_line read;
        if (!next_of_reply(r, &rest, reply, &read) || !line(r, &read, reply->lines))
            return false;
        smtp_room_put(texts, &n, reply->lines > 1 ? SMTP_SPAN("\n") : SMTP_SPAN(""));
        smtp_room_put(texts, &n, read.text);
    }
    if (rest.n > 0)
        reading_fail_own(r, READING_REPLY_MORE, (size_t)(rest.p - r->text.p));
    n = smtp_print_reply(r->print, reply->code, NULL, (smtp_span){texts.p, n});
    r->canonical = (smtp_span){r->print.p, n};
    return rest.n == 0;
}

static bool show_line(struct reading *r, const struct smtp_reply_line *read, unsigned number)
{
    if (number == 1) {
        reading_number(r, "code", read->code);
        reading_word(r, "class", class_of(read->code));
    }
    line_fields(r, read);
    return true;
}

void reading_reply(struct reading *r)
{
    struct smtp_reply reply = {.lines = 0};
    (void)read_reply(r, &reply, show_line);
}

void reading_greeting(struct reading *r)
{
    struct smtp_domain host;
    enum smtp_fault fault = smtp_parse_greeting(r->text, &host);
    if (fault != SMTP_OK) {
        struct smtp_cursor c = smtp_cursor_of(r->text, 0);
        fault = smtp_parse_host(&c, &host);
        const char *at = fault == SMTP_OK || fault == SMTP_NOMATCH ? c.at : c.fault_at;
        reading_fail(r, SMTP_E_GREETING, (size_t)(at - r->text.p));
        return;
    }
    r->canonical = r->text;
    reading_domain_fields(r, &host);
    if (host.text.n < r->text.n)
        reading_field(r, "text", smtp_span_cut(r->text, host.text.n + 1, r->text.n));
}

static void keyword_fields(struct reading *r, const struct smtp_ehlo_keyword *read)
{
    smtp_span params = read->params, param;
    reading_field(r, "keyword", read->keyword);
    while (smtp_ehlo_param_next(&params, &param))
        reading_field(r, "parameter", param);
}

void reading_ehlo_line(struct reading *r)
{
    struct smtp_ehlo_keyword read;
    size_t off = 0, n = 0;
    enum smtp_fault fault = smtp_parse_ehlo_line(r->text, &read, &off);
    if (fault != SMTP_OK) {
        reading_fail(r, fault, off);
        return;
    }
    smtp_room_put(r->print, &n, read.keyword);
    smtp_room_put(r->print, &n, read.params.n > 0 ? SMTP_SPAN(" ") : SMTP_SPAN(""));
    smtp_room_put(r->print, &n, read.params);
    r->canonical = (smtp_span){r->print.p, n};
    keyword_fields(r, &read);
}

/*
 * RFC 5321 4.1.1.1
 *     ehlo-ok-rsp = ( "250" SP Domain [ SP ehlo-greet ] CRLF ) / ( "250-" Domain ... )
 *     ehlo-greet  = 1*(%d0-9 / %d11-12 / %d14-127)
 */
static bool show_first(struct reading *r, const struct smtp_reply_line *read)
{
    if (read->code != 250) {
        reading_fail_own(r, READING_EHLO_CODE, (size_t)(read->text.p - r->text.p) - 4);
        return false;
    }
    struct smtp_cursor c = smtp_cursor_of(read->text, 0);
    struct smtp_domain host;
    enum smtp_fault fault = smtp_parse_domain(&c, &host);
    const char *at = fault == SMTP_OK || fault == SMTP_NOMATCH ? c.at : c.fault_at;
    size_t greet = (size_t)(c.end - at);
    if (fault != SMTP_OK || (greet > 0 && (*at != ' ' || greet == 1))) {
        reading_fail_own(r, READING_EHLO_NAME, (size_t)(at - r->text.p));
        return false;
    }
    reading_field(r, "domain", host.text);
    if (greet > 1)
        reading_field(r, "greet", (smtp_span){at + 1, greet - 1});
    return true;
}

static bool show_keyword(struct reading *r, const struct smtp_reply_line *read, unsigned number)
{
    if (number == 1)
        return show_first(r, read);
    struct smtp_ehlo_keyword keyword;
    size_t off = 0;
    enum smtp_fault fault = smtp_parse_ehlo_line(read->text, &keyword, &off);
    if (fault != SMTP_OK)
        reading_fail(r, fault, (size_t)(read->text.p - r->text.p) + off);
    else
        keyword_fields(r, &keyword);
    return fault == SMTP_OK;
}

void reading_ehlo(struct reading *r)
{
    struct smtp_reply reply = {.lines = 0};
    (void)read_reply(r, &reply, show_keyword);
}

void reading_enhanced(struct reading *r)
{
    struct smtp_cursor c = smtp_cursor_of(r->text, 0);
    struct smtp_enhanced e;
    if (smtp_parse_enhanced(&c, &e) != SMTP_OK) {
        reading_fail_own(r, READING_ENHANCED, 0);
        return;
    }
    if (c.at < c.end) {
        reading_fail(r, SMTP_E_TRAILING, (size_t)(c.at - r->text.p));
        return;
    }
    reading_word(r, "class", class_of(100U * e.class));
    enhanced_field(r, &e);
    r->canonical = r->fields[r->field_count - 1].value;
}
