#include "notice_parts.h"
#include "params_parts.h"
#include "received_parts.h"

enum { LINE_WISH = 78, VALUE_MAX = 500 }; /* RFC 5322 2.1.1; RFC 3461 4.2: the longest value */

static const struct {
    const char *name;
    unsigned char class; /* of the status */
} actions[] = {
    [SMTP_ACTION_FAILED] = {"failed", 5},       [SMTP_ACTION_DELAYED] = {"delayed", 4},
    [SMTP_ACTION_DELIVERED] = {"delivered", 2}, [SMTP_ACTION_RELAYED] = {"relayed", 2},
    [SMTP_ACTION_EXPANDED] = {"expanded", 2},
};

smtp_span smtp_notice_action(enum smtp_action action)
{
    return smtp_span_of(actions[action].name);
}

/* ---- octets -------------------------------------------------------------------------------- */

/* RFC 3464 2: *text, "?" for what may not stand there. */
static void put_text(smtp_room to, size_t *at, smtp_span text, bool global)
{
    struct smtp_cursor c = smtp_cursor_of(text, global ? (unsigned)SMTP_LAX_UTF8 : 0);
    while (c.at < c.end) {
        const char *begin = c.at;
        if (smtp_grammar_one(&c, SMTP_C_TEXT) || smtp_grammar_utf8(&c)) {
            smtp_room_put(to, at, smtp_grammar_since(&c, begin));
        } else {
            smtp_room_put(to, at, SMTP_SPAN("?"));
            c.at = begin + 1;
        }
    }
}

static uint32_t point_of(smtp_span utf8)
{
    static const unsigned char marks[] = {0, 0x7F, 0x1F, 0x0F, 0x07}; /* by the number of octets */
    uint32_t point = (unsigned char)utf8.p[0] & marks[utf8.n];
    for (size_t i = 1; i < utf8.n; i++)
        point = point << 6 | ((unsigned char)utf8.p[i] & 0x3FU);
    return point;
}

/* RFC 6533 3: EmbeddedUnicodeChar, two digits at least. */
static void put_embedded(smtp_room to, size_t *at, uint32_t point)
{
    static const char hex[] = "0123456789ABCDEF";
    char digits[8];
    size_t first = sizeof digits;
    for (; point > 0 || first > sizeof digits - 2; point >>= 4)
        digits[--first] = hex[point & 15];
    smtp_room_put(to, at, SMTP_SPAN("\\x{"));
    smtp_room_put(to, at, (smtp_span){digits + first, sizeof digits - first});
    smtp_room_put(to, at, SMTP_SPAN("}"));
}

/*
 * RFC 6533 3: utf-8-addr-xtext = 1*(QCHAR / EmbeddedUnicodeChar). What came in this form already keeps
 * its escapes (`escaped`).
 */
static void put_seven(smtp_room to, size_t *at, smtp_span address, bool escaped)
{
    struct smtp_cursor c = smtp_cursor_of(address, SMTP_LAX_UTF8);
    while (c.at < c.end) {
        const char *begin = c.at;
        bool plain = smtp_grammar_is(&c, SMTP_C_ESMTP) && *c.at != '+' && *c.at != '\\';
        if (plain || (escaped && *c.at == '\\')) {
            c.at++;
            smtp_room_put(to, at, smtp_grammar_since(&c, begin));
            continue;
        }
        if (!smtp_grammar_utf8(&c))
            c.at = begin + 1;
        smtp_span octets = smtp_grammar_since(&c, begin);
        put_embedded(to, at, octets.n == 1 ? (unsigned char)octets.p[0] : point_of(octets));
    }
}

void smtp_notice_put_mailbox(smtp_room to, size_t *at, smtp_span mailbox, bool global)
{
    if (!global && smtp_notice_has_high(mailbox))
        put_seven(to, at, mailbox, false);
    else
        put_text(to, at, mailbox, global);
}

/* ---- fields -------------------------------------------------------------------------------- */

static void put_name(smtp_room to, size_t *at, const char *field, const char *type)
{
    smtp_room_put(to, at, smtp_span_of(field));
    smtp_room_put(to, at, SMTP_SPAN(": "));
    smtp_room_put(to, at, smtp_span_of(type));
    if (type[0] != '\0')
        smtp_room_put(to, at, SMTP_SPAN("; "));
}

static void put_end(smtp_room to, size_t *at)
{
    smtp_room_put(to, at, SMTP_SPAN("\r\n"));
}

/* xtext decoded (RFC 3461 6.3 a, 4.2). */
static void put_decoded(smtp_room to, size_t *at, smtp_span xtext)
{
    char value[VALUE_MAX];
    size_t n = smtp_decode_xtext((smtp_room){value, sizeof value}, xtext);
    put_text(to, at, (smtp_span){value, n < sizeof value ? n : sizeof value}, false);
}

/* RFC 3461 6.3 b, 9.3: "dns" for a name that is fully qualified, or an address literal. */
static const char *type_of_host(smtp_span host)
{
    for (size_t i = 0; i < host.n; i++)
        if (host.p[i] == '.' || host.p[i] == '[')
            return "dns";
    return "x-local-hostname";
}

static void put_per_message(smtp_room to, size_t *at, const struct smtp_notice *n)
{
    if ((n->params.given & (unsigned)SMTP_P_ENVID) != 0) {
        put_name(to, at, "Original-Envelope-Id", "");
        put_decoded(to, at, n->params.envid);
        put_end(to, at);
    }
    put_name(to, at, "Reporting-MTA", type_of_host(n->host));
    put_text(to, at, n->host, false);
    put_end(to, at);
}

/* RFC 3629 3: the octets of a character. */
static smtp_span utf8_of(uint32_t point, char octets[4])
{
    static const uint32_t ends[] = {0x80, 0x800, 0x10000};
    static const unsigned char heads[] = {0, 0xC0, 0xE0, 0xF0};
    size_t tails = 0;
    while (tails < 3 && point >= ends[tails])
        tails++;
    for (size_t i = tails; i > 0; i--, point >>= 6)
        octets[i] = (char)(0x80 | (point & 0x3F));
    octets[0] = (char)(heads[tails] | point);
    return (smtp_span){octets, tails + 1};
}

/* RFC 6533 3: in a global part, the utf-8-address form, "by removing the unitext encoding". */
static void put_unescaped(smtp_room to, size_t *at, smtp_span address)
{
    char value[VALUE_MAX];
    smtp_room plain = {value, sizeof value};
    size_t n = 0;
    struct smtp_cursor c = smtp_cursor_of(address, 0);
    while (c.at < c.end) {
        const char *begin = c.at;
        char octets[4];
        uint32_t point;
        if (smtp_grammar_embedded(&c, &point)) {
            smtp_room_put(plain, &n, utf8_of(point, octets));
            continue;
        }
        c.at = begin + 1;
        smtp_room_put(plain, &n, smtp_grammar_since(&c, begin));
    }
    put_text(to, at, (smtp_span){value, n < sizeof value ? n : sizeof value}, true);
}

/* RFC 3461 6.3 d: there if ORCPT was, and not else. */
static void put_original_recipient(smtp_room to, size_t *at, const struct smtp_rcpt_params *params,
                                   bool global)
{
    if ((params->given & (unsigned)SMTP_P_ORCPT) == 0)
        return;
    put_name(to, at, "Original-Recipient", "");
    put_text(to, at, params->orcpt_type, false);
    smtp_room_put(to, at, SMTP_SPAN("; "));
    if (!smtp_span_is_nocase(params->orcpt_type, SMTP_SPAN("utf-8")))
        put_decoded(to, at, params->orcpt);
    else if (global)
        put_unescaped(to, at, params->orcpt);
    else
        put_seven(to, at, params->orcpt, true);
    put_end(to, at);
}

/* RFC 3461 6.3 g: where no code fits, 4.0.0 or 5.0.0; RFC 3464 2.3.3: "4" may be failed too. */
static void put_status(smtp_room to, size_t *at, const struct smtp_notice_rcpt *r)
{
    struct smtp_enhanced status = r->status;
    unsigned char class = actions[r->action].class;
    if (status.class != class && (r->action != SMTP_ACTION_FAILED || status.class != 4))
        status = (struct smtp_enhanced){.class = class};
    put_name(to, at, "Status", "");
    *at += smtp_print_enhanced(smtp_trace_rest(to, *at), &status);
    put_end(to, at);
}

/* RFC 5322 2.2.3: folded before words, never to a line of blanks. */
static void put_folded(smtp_room to, size_t *at, size_t *column, smtp_span line, bool global)
{
    for (size_t i = 0, end; i < line.n; i = end) {
        for (end = i + 1; end < line.n && line.p[end] != ' ';)
            end++;
        bool word = line.p[i] == ' ' && end > i + 1 && line.p[i + 1] != '\t';
        if (word && *column + (end - i) > LINE_WISH) {
            put_end(to, at);
            *column = 0;
        }
        put_text(to, at, smtp_span_cut(line, i, end), global);
        *column += end - i;
    }
}

/* Takes a line off the front of a reply, without its end. */
static smtp_span take_line(smtp_span *reply)
{
    size_t n = 0;
    while (n < reply->n && reply->p[n] != '\n')
        n++;
    smtp_span line = smtp_span_cut(*reply, 0, n);
    *reply = smtp_span_cut(*reply, n + 1, reply->n);
    return line.n > 0 && line.p[line.n - 1] == '\r' ? smtp_span_cut(line, 0, line.n - 1) : line;
}

/* RFC 3461 9.2: as the reply was, "a SPACE before each line after the first". */
static void put_diagnostic(smtp_room to, size_t *at, smtp_span reply, bool global)
{
    size_t column = sizeof "Diagnostic-Code: smtp; " - 1;
    put_name(to, at, "Diagnostic-Code", "smtp");
    put_folded(to, at, &column, take_line(&reply), global);
    while (reply.n > 0) {
        smtp_span line = take_line(&reply);
        column = 1;
        if (line.n == 0)
            continue;
        smtp_room_put(to, at, SMTP_SPAN("\r\n "));
        put_folded(to, at, &column, line, global);
    }
    put_end(to, at);
}

static void put_per_recipient(smtp_room to, size_t *at, const struct smtp_notice_rcpt *r,
                              bool global)
{
    put_original_recipient(to, at, &r->params, global);
    /* RFC 3461 6.3 e, 9.1: as it came, type rfc822; RFC 6533 3: or utf-8 */
    put_name(to, at, "Final-Recipient", smtp_notice_has_high(r->mailbox) ? "utf-8" : "rfc822");
    smtp_notice_put_mailbox(to, at, r->mailbox, global);
    put_end(to, at);
    put_name(to, at, "Action", "");
    smtp_room_put(to, at, smtp_notice_action(r->action));
    put_end(to, at);
    put_status(to, at, r);
    if (r->remote.n > 0) { /* RFC 3461 6.3 h */
        put_name(to, at, "Remote-MTA", "dns");
        put_text(to, at, r->remote, false);
        put_end(to, at);
    }
    if (r->reply.n > 0) /* RFC 3461 6.3 i */
        put_diagnostic(to, at, r->reply, global);
}

bool smtp_notice_is_high(const struct smtp_notice *n)
{
    for (size_t i = 0; i < n->rcpt_count; i++) {
        const struct smtp_notice_rcpt *r = &n->rcpts[i];
        if (smtp_notice_is_due(n, r) &&
            (smtp_notice_has_high(r->mailbox) || smtp_notice_has_high(r->params.orcpt) ||
             smtp_notice_has_high(r->reply)))
            return true;
    }
    return smtp_notice_has_high(n->sender);
}

/* RFC 3464 2.1: delivery-status-content = per-message-fields 1*( CRLF per-recipient-fields ) */
void smtp_notice_put_status(smtp_room to, size_t *at, const struct smtp_notice *n, bool global)
{
    put_per_message(to, at, n);
    for (size_t i = 0; i < n->rcpt_count; i++) {
        if (!smtp_notice_is_due(n, &n->rcpts[i]))
            continue;
        put_end(to, at);
        put_per_recipient(to, at, &n->rcpts[i], global);
    }
}
