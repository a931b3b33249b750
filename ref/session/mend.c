#include "smtp/mend.h"

#include <assert.h>
#include <string.h>

#include "smtp/addresses.h"
#include "smtp/chars.h"

struct output {
    smtp_room to;
    size_t n;
};

static void put(struct output *out, smtp_span octets)
{
    smtp_room_put(out->to, &out->n, octets);
}

static void put_octet(struct output *out, char octet)
{
    put(out, (smtp_span){&octet, 1});
}

static bool is_blank(char octet)
{
    return octet == ' ' || octet == '\t';
}

/* ---- fields -------------------------------------------------------------------------------- */

/* RFC 5322 3.6.2, 3.6.3, 3.6.6: those that hold addresses. */
static const struct {
    const char *name;
    enum smtp_mend_field kind;
} fields[] = {
    {"Date", SMTP_MEND_DATE},
    {"Message-ID", SMTP_MEND_ID},
    {"From", SMTP_MEND_ADDRESSES},
    {"Sender", SMTP_MEND_ADDRESSES},
    {"Reply-To", SMTP_MEND_ADDRESSES},
    {"To", SMTP_MEND_ADDRESSES},
    {"Cc", SMTP_MEND_ADDRESSES},
    {"Bcc", SMTP_MEND_ADDRESSES},
    {"Resent-From", SMTP_MEND_ADDRESSES},
    {"Resent-Sender", SMTP_MEND_ADDRESSES},
    {"Resent-To", SMTP_MEND_ADDRESSES},
    {"Resent-Cc", SMTP_MEND_ADDRESSES},
    {"Resent-Bcc", SMTP_MEND_ADDRESSES},
};

static enum smtp_mend_field kind_of(smtp_span name)
{
    while (name.n > 0 && is_blank(name.p[name.n - 1])) /* RFC 5322 4.5 */
        name.n--;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (smtp_span_is_nocase(name, smtp_span_of(fields[i].name)))
            return fields[i].kind;
    return SMTP_MEND_OTHER;
}

/* RFC 6409 4.2: "fully qualified"; an address literal is. */
static bool is_full(smtp_span domain)
{
    return domain.n > 0 && (domain.p[0] == '[' || memchr(domain.p, '.', domain.n) != NULL);
}

/* RFC 6409 4.2 and 5.1; what was kept begins with the colon. */
static void judge_addresses(struct smtp_mend *m)
{
    smtp_span field = {m->field, m->field_n};
    struct smtp_addresses list = smtp_addresses_of(smtp_span_cut(field, 1, field.n));
    struct smtp_address address;
    enum smtp_fault fault;
    do
        fault = smtp_addresses_next(&list, &address);
    while (fault == SMTP_OK && is_full(address.domain));
    if (fault != SMTP_NOMATCH)
        m->fault = SMTP_E_HEADER_ADDRESS;
}

/*
 * RFC 5322 3.6.4: msg-id = [CFWS] "<" id-left "@" id-right ">" [CFWS], with the obsolete forms of 4.5.4:
 * what stands in the brackets looks like an address.
 */
static bool is_msg_id(smtp_span body)
{
    struct smtp_addresses list = smtp_addresses_of(body);
    struct smtp_address id, second;
    size_t at = 0;
    while (at < body.n && (is_blank(body.p[at]) || body.p[at] == '\r' || body.p[at] == '\n'))
        at++;
    return at < body.n && (body.p[at] == '<' || body.p[at] == '(') &&
           smtp_addresses_next(&list, &id) == SMTP_OK && id.domain.n > 0 &&
           smtp_addresses_next(&list, &second) == SMTP_NOMATCH;
}

/* RFC 6409 8.3: a malformed one goes, and the end of the header brings another. */
static void end_id(struct smtp_mend *m, struct output *out)
{
    smtp_span field = {m->field, m->field_n};
    const char *colon = memchr(field.p, ':', field.n);
    size_t at = (size_t)(colon - field.p) + 1;
    if (!is_msg_id(smtp_span_cut(field, at, field.n)))
        return;
    put(out, field);
    m->has_id = true;
}

static void end_field(struct smtp_mend *m, struct output *out)
{
    bool whole = m->begun && !m->cut;
    if (whole && m->kind == SMTP_MEND_ADDRESSES)
        judge_addresses(m);
    if (whole && m->kind == SMTP_MEND_ID)
        end_id(m, out);
    m->begun = m->cut = false;
    m->field_n = 0;
}

static void put_name(struct smtp_mend *m, struct output *out)
{
    put(out, (smtp_span){m->name, m->name_n});
    m->name_n = 0;
}

static void keep(struct smtp_mend *m, char octet)
{
    m->field[m->field_n++] = octet;
}

/* The name has come, or more of it than any that we look for has. */
static void begin_field(struct smtp_mend *m, struct output *out)
{
    m->kind = kind_of((smtp_span){m->name, m->name_n});
    m->has_date = m->has_date || m->kind == SMTP_MEND_DATE;
    m->begun = true;
    m->phase = SMTP_MEND_LINE;
    m->cr = false;
    if (m->kind == SMTP_MEND_ID) {
        memcpy(m->field, m->name, m->name_n);
        m->field_n = m->name_n;
        m->name_n = 0;
    }
    put_name(m, out);
}

static void put_added(struct smtp_mend *m, struct output *out)
{
    smtp_span none = SMTP_SPAN("");
    put(out, m->has_date ? none : SMTP_SPAN("Date: "));
    put(out, m->has_date ? none : m->date);
    put(out, m->has_date ? none : SMTP_SPAN("\r\n"));
    put(out, m->has_id ? none : SMTP_SPAN("Message-ID: "));
    put(out, m->has_id ? none : m->id);
    put(out, m->has_id ? none : SMTP_SPAN("\r\n"));
    m->phase = SMTP_MEND_BODY;
}

/* RFC 5322 2.1: an empty line between header and body. */
static void end_header(struct smtp_mend *m, bool empty, struct output *out)
{
    put_added(m, out);
    put(out, empty ? SMTP_SPAN("") : SMTP_SPAN("\r\n"));
    put_name(m, out);
}

/* ---- octets -------------------------------------------------------------------------------- */

/* Of a Message-ID that is too long to be held back, what was held, and it stays (see BUGS). */
static void let_go(struct smtp_mend *m, struct output *out)
{
    m->cut = m->has_id = true;
    put(out, (smtp_span){m->field, m->field_n});
    m->field_n = 0;
}

static void take_line(struct smtp_mend *m, char octet, struct output *out)
{
    bool ends = m->cr && octet == '\n';
    m->cr = octet == '\r';
    if (m->kind == SMTP_MEND_ID && !m->cut && m->field_n == SMTP_MEND_ID_MAX)
        let_go(m, out);
    if (m->kind == SMTP_MEND_ID && !m->cut) {
        keep(m, octet);
    } else {
        put_octet(out, octet);
        m->cut = m->cut || m->field_n == SMTP_MEND_FIELD_MAX;
        if (m->kind == SMTP_MEND_ADDRESSES && !m->cut)
            keep(m, octet);
    }
    if (ends)
        m->phase = SMTP_MEND_NAME;
}

/*
 * RFC 5322 2.2: field-name = 1*ftext, ftext = %d33-57 / %d59-126; 4.5.8: blanks may stand behind it. "\r"
 * may begin the empty line.
 */
static bool may_be_name(const struct smtp_mend *m, char octet)
{
    bool graphic = octet > ' ' && octet < 127;
    if (m->name_n == 0)
        return graphic || octet == '\r';
    char last = m->name[m->name_n - 1];
    return last != '\r' && (is_blank(octet) || (graphic && !is_blank(last)));
}

/* An octet at the start of a line. */
static void take_name(struct smtp_mend *m, char octet, struct output *out)
{
    if (m->name_n == 0 && m->begun && is_blank(octet)) { /* RFC 5322 2.2.3: folded */
        m->phase = SMTP_MEND_LINE;
        take_line(m, octet, out);
        return;
    }
    if (m->name_n == 0)
        end_field(m, out);
    bool begins = m->name_n > 0 && m->name[0] != '\r';
    bool full = m->name_n == SMTP_MEND_NAME_MAX;
    if (begins && (octet == ':' || full)) {
        begin_field(m, out);
        take_line(m, octet, out);
    } else if (may_be_name(m, octet)) {
        m->name[m->name_n++] = octet;
    } else {
        end_header(m, m->name_n == 1 && !begins && octet == '\n', out);
        put_octet(out, octet);
    }
}

void smtp_mend_init(struct smtp_mend *m, smtp_span date, smtp_span id)
{
    assert(date.n + id.n + 32 <= SMTP_MEND_ADDED_MAX);
    m->date = date;
    m->id = id;
    m->phase = SMTP_MEND_NAME;
    m->kind = SMTP_MEND_OTHER;
    m->fault = SMTP_OK;
    m->begun = m->has_date = m->has_id = m->cr = m->cut = false;
    m->name_n = m->field_n = 0;
}

size_t smtp_mend_next(struct smtp_mend *m, smtp_span in, smtp_room to)
{
    struct output out = {.to = to};
    size_t i = 0;
    for (; i < in.n && m->phase != SMTP_MEND_BODY; i++) {
        if (m->phase == SMTP_MEND_NAME)
            take_name(m, in.p[i], &out);
        else
            take_line(m, in.p[i], &out);
    }
    put(&out, smtp_span_cut(in, i, in.n));
    return out.n;
}

size_t smtp_mend_end(struct smtp_mend *m, smtp_room to)
{
    struct output out = {.to = to};
    if (m->phase == SMTP_MEND_BODY)
        return 0;
    /* RFC 3030: the last line of chunks may lack its end */
    bool open = m->phase == SMTP_MEND_LINE;
    if (open && m->kind == SMTP_MEND_ID && !m->cut) {
        keep(m, '\r');
        keep(m, '\n');
    } else if (open) {
        put(&out, SMTP_SPAN("\r\n"));
    }
    end_field(m, &out);
    if (m->name_n > 0)
        end_header(m, false, &out);
    else
        put_added(m, &out);
    return out.n;
}

enum smtp_fault smtp_mend_fault(const struct smtp_mend *m)
{
    return m->fault;
}
