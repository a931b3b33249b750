#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../../drive/idn.h"
#include "message.h"
#include "smtp/chars.h"
#include "smtp/params.h"
#include "smtp/received.h"

/* ---- fields -------------------------------------------------------------------------------- */

/* RFC 5322 2.2: ftext = %d33-57 / %d59-126 */
static bool is_ftext(char octet)
{
    return octet > ' ' && octet < '\x7f' && octet != ':';
}

static bool is_blank(char octet)
{
    return octet == ' ' || octet == '\t';
}

/* Behind the CRLF of the line that begins at `from`, or the end of the text. */
static size_t line_end(smtp_span text, size_t from)
{
    const char *lf = from < text.n ? memchr(text.p + from, '\n', text.n - from) : NULL;
    return lf != NULL ? (size_t)(lf - text.p) + 1 : text.n;
}

/* RFC 5322 2.2.3: a line that begins with white space belongs to the field. */
static size_t field_end(smtp_span text)
{
    size_t end = line_end(text, 0);
    while (end < text.n && is_blank(text.p[end]))
        end = line_end(text, end);
    return end;
}

static smtp_span without_end(smtp_span line)
{
    if (line.n > 0 && line.p[line.n - 1] == '\n')
        line.n--;
    if (line.n > 0 && line.p[line.n - 1] == '\r')
        line.n--;
    return line;
}

/* RFC 5322 2.2; 4.5: white space before the colon is obsolete, and borne. */
bool field_next(smtp_span *rest, struct field *out)
{
    size_t name = 0;
    while (name < rest->n && is_ftext(rest->p[name]))
        name++;
    size_t colon = name;
    while (colon < rest->n && is_blank(rest->p[colon]))
        colon++;
    if (name == 0 || colon == rest->n || rest->p[colon] != ':')
        return false;
    size_t end = field_end(*rest);
    out->whole = smtp_span_cut(*rest, 0, end);
    out->name = smtp_span_cut(*rest, 0, name);
    out->body = without_end(smtp_span_cut(*rest, colon + 1, end));
    *rest = smtp_span_cut(*rest, end, rest->n);
    return true;
}

static bool is_one_of(smtp_span name, const char *const names[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (smtp_span_is_nocase(name, smtp_span_of(names[i])))
            return true;
    return false;
}

static bool has_one_of(smtp_span message, const char *const names[], size_t count)
{
    struct field field;
    while (field_next(&message, &field))
        if (is_one_of(field.name, names, count))
            return true;
    return false;
}

/* ---- recipients ---------------------------------------------------------------------------- */

static const char *const first_to[] = {"To", "Cc", "Bcc"};
static const char *const resent_to[] = {"Resent-To", "Resent-Cc", "Resent-Bcc"};
enum { TO_COUNT = 3 };

/* NOMATCH: that was all of it; OK: `add` wants no more. */
static enum smtp_fault read_field(const struct field *field,
                                  bool (*add)(void *arg, const struct smtp_address *), void *arg,
                                  size_t *off)
{
    struct smtp_addresses list = smtp_addresses_of(field->body);
    struct smtp_address address;
    enum smtp_fault fault;
    while ((fault = smtp_addresses_next(&list, &address)) == SMTP_OK)
        if (!add(arg, &address))
            return SMTP_OK;
    *off = fault != SMTP_NOMATCH ? (size_t)(list.cursor.fault_at - field->body.p) : 0;
    return fault;
}

enum smtp_fault message_recipients(smtp_span message,
                                   bool (*add)(void *arg, const struct smtp_address *), void *arg,
                                   struct recipient_fault *where)
{
    bool resent = has_one_of(message, resent_to, TO_COUNT);
    enum smtp_fault fault = SMTP_NOMATCH;
    while (fault == SMTP_NOMATCH && field_next(&message, &where->field))
        if (is_one_of(where->field.name, resent ? resent_to : first_to, TO_COUNT))
            fault = read_field(&where->field, add, arg, &where->off);
    return fault == SMTP_NOMATCH ? SMTP_OK : fault;
}

void message_drop_bcc(struct text *message)
{
    static const char *const names[] = {"Bcc", "Resent-Bcc"};
    struct field field;
    smtp_span rest = text_span(message);
    while (field_next(&rest, &field)) {
        if (!is_one_of(field.name, names, 2))
            continue;
        size_t at = (size_t)(field.whole.p - message->p);
        text_cut(message, at, field.whole.n);
        rest = smtp_span_cut(text_span(message), at, message->n);
    }
}

/* ---- what is missing ----------------------------------------------------------------------- */

/* RFC 2047 2: an encoded-word has at most 75 characters; 5: one has whole characters. */
static size_t word_size(smtp_span text)
{
    size_t n = text.n < 45 ? text.n : 45;
    while (n > 1 && n < text.n && ((unsigned char)text.p[n] & 0xC0U) == 0x80U)
        n--;
    return n;
}

static bool add_encoded(struct text *out, smtp_span name)
{
    bool good = true;
    for (size_t at = 0; good && at < name.n;) {
        char word[64];
        size_t n = word_size(smtp_span_cut(name, at, name.n));
        size_t length =
            smtp_print_base64((smtp_room){word, sizeof word}, smtp_span_cut(name, at, at + n));
        good = (at == 0 || text_add(out, SMTP_SPAN("\r\n "))) &&
               text_add(out, SMTP_SPAN("=?UTF-8?B?")) && text_add(out, (smtp_span){word, length}) &&
               text_add(out, SMTP_SPAN("?="));
        at += n;
    }
    return good;
}

/* RFC 5322 3.2.4; control characters are left out, so that no name adds a field. */
static bool add_quoted(struct text *out, smtp_span name)
{
    bool good = text_add(out, SMTP_SPAN("\""));
    for (size_t i = 0; good && i < name.n; i++) {
        if (smtp_is(name.p[i], SMTP_C_CTL))
            continue;
        bool escape = name.p[i] == '"' || name.p[i] == '\\';
        good = (!escape || text_add(out, SMTP_SPAN("\\"))) &&
               text_add(out, smtp_span_cut(name, i, i + 1));
    }
    return good && text_add(out, SMTP_SPAN("\""));
}

static bool add_from(struct text *out, const struct message_origin *origin)
{
    smtp_span name = smtp_span_of(origin->full_name), sender = smtp_span_of(origin->sender);
    if (sender.n == 0) /* RFC 5322 3.6.2: there is no From without an address */
        sender = SMTP_SPAN("MAILER-DAEMON");
    bool bare = smtp_span_is(sender, SMTP_SPAN("MAILER-DAEMON"));
    bool good = text_add(out, SMTP_SPAN("From: "));
    if (good && name.n > 0)
        good = (idn_is_ascii(name) ? add_quoted(out, name) : add_encoded(out, name)) &&
               text_add(out, SMTP_SPAN(" "));
    return good && text_add(out, SMTP_SPAN("<")) && text_add(out, sender) &&
           (!bare ||
            (text_add(out, SMTP_SPAN("@")) && text_add(out, smtp_span_of(origin->host)))) &&
           text_add(out, SMTP_SPAN(">\r\n"));
}

static bool add_date(struct text *out, const struct message_origin *origin)
{
    struct smtp_date date;
    char line[64];
    if (!smtp_date_at(origin->seconds, origin->zone, &date))
        return true;
    size_t n = smtp_print_date((smtp_room){line, sizeof line}, &date);
    return text_add(out, SMTP_SPAN("Date: ")) && text_add(out, (smtp_span){line, n}) &&
           text_add(out, SMTP_SPAN("\r\n"));
}

static bool add_message_id(struct text *out, const struct message_origin *origin)
{
    char line[512];
    int n = snprintf(line, sizeof line, "Message-ID: <%" PRIx64 ".%" PRIx64 "@%s>\r\n",
                     (uint64_t)origin->seconds, origin->unique, origin->host);
    return n > 0 && (size_t)n < sizeof line && text_add(out, (smtp_span){line, (size_t)n});
}

static const struct {
    const char *name;
    bool (*add)(struct text *out, const struct message_origin *origin);
} needed[] = {{"From", add_from}, {"Date", add_date}, {"Message-ID", add_message_id}};

static size_t header_size(smtp_span message)
{
    smtp_span rest = message;
    struct field field;
    while (field_next(&rest, &field))
        continue;
    return message.n - rest.n;
}

/* RFC 5322 2.1: an empty line is between header section and body. */
static bool needs_empty_line(smtp_span message, size_t header)
{
    smtp_span rest = smtp_span_cut(message, header, message.n);
    return !(rest.n >= 2 && rest.p[0] == '\r' && rest.p[1] == '\n');
}

bool message_complete(struct text *message, const struct message_origin *origin)
{
    struct text added = {NULL, 0, 0};
    bool good = true;
    size_t header = header_size(text_span(message));
    if (header > 0 && message->p[header - 1] != '\n') /* the last line has no end */
        good = text_add(&added, SMTP_SPAN("\r\n"));
    for (size_t i = 0; good && i < sizeof needed / sizeof *needed; i++)
        if (!has_one_of(text_span(message), &needed[i].name, 1))
            good = needed[i].add(&added, origin);
    if (good && needs_empty_line(text_span(message), header))
        good = text_add(&added, SMTP_SPAN("\r\n"));
    good = good && text_insert(message, header, text_span(&added));
    text_free(&added);
    return good;
}
