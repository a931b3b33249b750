#include <string.h>

#include "notice_parts.h"

enum { LINE_MAX = 998, QUOTED_MAX = 76 }; /* RFC 5322 2.1.1; RFC 2045 6.7 */

/* ---- what stands in the text --------------------------------------------------------------- */

bool smtp_notice_has_high(smtp_span text)
{
    for (size_t i = 0; i < text.n; i++)
        if (smtp_is(text.p[i], SMTP_C_HIGH))
            return true;
    return false;
}

static bool is_crlf_at(smtp_span text, size_t i)
{
    return i + 1 < text.n && text.p[i] == '\r' && text.p[i + 1] == '\n';
}

/* RFC 2045 2.7, 2.8: text of lines, or "binary": NUL, CR or LF alone, a line that is too long. */
static bool is_lines(smtp_span text)
{
    size_t line = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (is_crlf_at(text, i)) {
            i++;
            line = 0;
        } else if (text.p[i] == '\0' || text.p[i] == '\r' || text.p[i] == '\n' ||
                   ++line > LINE_MAX) {
            return false;
        }
    }
    return true;
}

/* RFC 6522 4: "all header fields prior to the first blank line in the message" */
static smtp_span header_of(smtp_span text)
{
    bool line_begins = true;
    for (size_t i = 0; i < text.n; i++) {
        if (is_crlf_at(text, i)) {
            if (line_begins)
                return smtp_span_cut(text, 0, i);
            i++;
            line_begins = true;
        } else {
            line_begins = false;
        }
    }
    return text;
}

/* ---- the form ------------------------------------------------------------------------------ */

/*
 * RFC 3461 6.2: all of it only with a failure, and if RET=FULL; RFC 6522 3: or if nothing was said of
 * it. RFC 8689 5: RET=FULL is disregarded with REQUIRETLS.
 */
static bool is_whole_wanted(const struct smtp_notice *n)
{
    unsigned tls = (unsigned)SMTP_P_REQUIRETLS, ret = (unsigned)SMTP_P_RET;
    if ((n->params.given & tls) != 0)
        return false;
    if ((n->params.given & ret) != 0 && n->params.ret != SMTP_RET_FULL)
        return false;
    for (size_t i = 0; i < n->rcpt_count; i++)
        if (n->rcpts[i].action == SMTP_ACTION_FAILED && smtp_notice_is_due(n, &n->rcpts[i]))
            return true;
    return false;
}

/* RFC 6533 4.4: where all is 7-bit, "the equivalent traditional types [...] MAY be used". */
static bool is_global(const struct smtp_notice *n, smtp_span original)
{
    return (n->params.given & (unsigned)SMTP_P_SMTPUTF8) != 0 && smtp_notice_has_high(original);
}

/*
 * RFC 2046 5.2.1: a message/rfc822 part is 7bit or 8bit, never encoded; RFC 6533 4.4: a
 * message/global part may be. RFC 6522 3: what is neither goes back as its header section.
 */
static bool can_be_whole(const struct smtp_notice *n)
{
    if (!n->text_is_whole || !is_lines(n->text))
        return false;
    return !n->seven_bit || is_global(n, n->text) || !smtp_notice_has_high(n->text);
}

static const char *type_of(bool whole, bool global)
{
    if (global)
        return whole ? "message/global" : "message/global-headers";
    return whole ? "message/rfc822" : "text/rfc822-headers";
}

static void choose_original(const struct smtp_notice *n, struct smtp_notice_form *out)
{
    bool whole = is_whole_wanted(n) && can_be_whole(n);
    out->original = whole ? n->text : header_of(n->text);
    out->original_global = is_global(n, out->original);
    out->original_type = type_of(whole, out->original_global);
    out->original_high = smtp_notice_has_high(out->original);
    out->quoted = !is_lines(out->original) || (n->seven_bit && out->original_high);
}

static bool stands_in(smtp_span text, const char *p, size_t n)
{
    const char *at = text.p, *end = text.p + text.n;
    while (at < end && (at = memchr(at, p[0], (size_t)(end - at))) != NULL) {
        if ((size_t)(end - at) >= n && memcmp(at, p, n) == 0)
            return true;
        at++;
    }
    return false;
}

/* RFC 2046 5.1.1: bchars. Quoted-printable cannot make "=_" (RFC 2045 6.7). */
static void put_boundary(struct smtp_notice_form *form, smtp_span id, uint64_t attempt)
{
    enum { ID_MAX = 40 };
    smtp_room to = {form->boundary, sizeof form->boundary};
    size_t at = 0;
    smtp_room_put(to, &at, SMTP_SPAN("=_"));
    for (size_t i = 0; i < id.n && i < ID_MAX; i++)
        if (smtp_is(id.p[i], SMTP_C_LET_DIG))
            smtp_room_put(to, &at, smtp_span_cut(id, i, i + 1));
    smtp_room_put(to, &at, SMTP_SPAN("_"));
    smtp_room_put_number(to, &at, attempt);
    form->boundary_n = at;
}

void smtp_notice_choose(const struct smtp_notice *n, struct smtp_notice_form *out)
{
    uint64_t attempt = 1;
    *out = (struct smtp_notice_form){0};
    choose_original(n, out);
    out->global = (n->params.given & (unsigned)SMTP_P_SMTPUTF8) != 0 && !n->seven_bit &&
                  smtp_notice_is_high(n);
    do
        put_boundary(out, n->id, attempt++);
    while (stands_in(out->original, out->boundary, out->boundary_n));
}

/* ---- quoted-printable ---------------------------------------------------------------------- */

/* RFC 2045 6.7 rules 2 and 3: itself, but for "=" and for what stands at the end of a line. */
static bool is_plain(smtp_span text, size_t i)
{
    bool ends = i + 1 == text.n || is_crlf_at(text, i + 1);
    if (text.p[i] == ' ' || text.p[i] == '\t')
        return !ends;
    return smtp_is(text.p[i], SMTP_C_TEXT) && text.p[i] != '=';
}

/* RFC 2045 6.7 rules 4 and 5: CRLF is a line break, a longer line is broken behind an "=". */
static void put_quoted(smtp_room to, size_t *at, smtp_span text)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t column = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (is_crlf_at(text, i)) {
            smtp_room_put(to, at, smtp_span_cut(text, i, i + 2));
            i++;
            column = 0;
            continue;
        }
        unsigned char octet = (unsigned char)text.p[i];
        const char code[3] = {'=', hex[octet >> 4], hex[octet & 15]};
        smtp_span piece = is_plain(text, i) ? smtp_span_cut(text, i, i + 1) : (smtp_span){code, 3};
        if (column + piece.n >= QUOTED_MAX) {
            smtp_room_put(to, at, SMTP_SPAN("=\r\n"));
            column = 0;
        }
        smtp_room_put(to, at, piece);
        column += piece.n;
    }
}

void smtp_notice_put_original(smtp_room to, size_t *at, const struct smtp_notice_form *form)
{
    if (form->quoted)
        put_quoted(to, at, form->original);
    else
        smtp_room_put(to, at, form->original);
}
