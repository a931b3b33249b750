#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "parts.h"
#include "rules.h"

/* clang-format off */
const struct reading_kind reading_kinds[] = {
    {"command",      "a command line (RFC 5321 4.1.1 and the extensions)",  "command",         READING_LINE,   reading_command},
    {"mail-params",  "parameters of MAIL, as behind the path",              "esmtp-param",     READING_LINE,   reading_params_of_mail},
    {"rcpt-params",  "parameters of RCPT",                                  "esmtp-param",     READING_LINE,   reading_params_of_rcpt},
    {"path",         "Path (4.1.2)",                                        "Path",            READING_LINE,   reading_path},
    {"reverse-path", "what stands behind MAIL FROM: (4.1.1.2)",             "Path",            READING_LINE,   reading_reverse_path},
    {"forward-path", "what stands behind RCPT TO: (4.1.1.3)",               "Path",            READING_LINE,   reading_forward_path},
    {"mailbox",      "Mailbox (4.1.2)",                                     "Mailbox",         READING_LINE,   reading_mailbox},
    {"local-part",   "Local-part (4.1.2)",                                  "Local-part",      READING_LINE,   reading_local},
    {"domain",       "Domain (4.1.2)",                                      "Domain",          READING_LINE,   reading_domain},
    {"literal",      "address-literal (4.1.3)",                             "address-literal", READING_LINE,   reading_literal},
    {"host",         "Domain or address-literal, as in EHLO",               "Domain",          READING_LINE,   reading_host},
    {"string",       "String (4.1.2), as in VRFY and NOOP",                 "String",          READING_LINE,   reading_string},
    {"reply",        "a whole reply, all its lines (4.2)",                  "Reply-line",      READING_REPLY,  reading_reply},
    {"reply-line",   "one line of a reply",                                 "Reply-line",      READING_LINE,   reading_reply_line},
    {"greeting",     "what stands behind the code of a 220 greeting",       "Greeting",        READING_LINE,   reading_greeting},
    {"ehlo",         "a whole reply to EHLO (4.1.1.1)",                     "ehlo-ok-rsp",     READING_REPLY,  reading_ehlo},
    {"ehlo-line",    "one keyword line of it, behind the code",             "ehlo-line",       READING_LINE,   reading_ehlo_line},
    {"enhanced",     "enhanced status code (RFC 3463)",                     "status-code",     READING_LINE,   reading_enhanced},
    {"date",         "date-time (RFC 5322 3.3, as 5321 4.4 narrows it)",    "date-time",       READING_FOLDED, reading_date},
    {"received",     "a Received field, folded or not (4.4)",               "Stamp",           READING_FOLDED, reading_received},
    {"return-path",  "a Return-Path field (4.4)",                           "trace-field",     READING_FOLDED, reading_return_path},
    {"xtext",        "xtext (RFC 3461 4)",                                  "xtext",           READING_LINE,   reading_xtext},
    {"base64",       "base64 (RFC 4648 4, as 4954 4 narrows it)",           "base64",          READING_LINE,   reading_base64},
    {NULL, NULL, NULL, READING_LINE, NULL},
};
/* clang-format on */

const struct reading_kind *reading_kind_of(const char *name)
{
    for (const struct reading_kind *kind = reading_kinds; kind->name != NULL; kind++)
        if (strcmp(kind->name, name) == 0)
            return kind;
    return NULL;
}

/* ---- storage: in proportion to the text, for no rule makes more of an octet ---- */

enum { FIELDS_MIN = 64, ROOM_MIN = 4096, ROOM_PER_OCTET = 8 };

static smtp_room room_new(size_t n)
{
    char *p = malloc(n);
    return (smtp_room){p, p != NULL ? n : 0};
}

bool reading_begin(struct reading *r, const struct reading_kind *kind, smtp_span text, unsigned lax)
{
    *r = (struct reading){.kind = kind, .text = text, .lax = lax};
    r->field_max = FIELDS_MIN + text.n;
    r->fields = calloc(r->field_max, sizeof *r->fields);
    r->print = room_new(ROOM_MIN + ROOM_PER_OCTET * text.n);
    r->scratch = room_new(ROOM_MIN + ROOM_PER_OCTET * text.n);
    if (r->fields == NULL || r->print.p == NULL || r->scratch.p == NULL) {
        reading_end(r);
        return false;
    }
    kind->read(r);
    return true;
}

void reading_end(struct reading *r)
{
    free(r->fields);
    free(r->print.p);
    free(r->scratch.p);
}

smtp_room reading_scratch(struct reading *r)
{
    return (smtp_room){r->scratch.p + r->scratch_at, r->scratch.n - r->scratch_at};
}

smtp_span reading_keep(struct reading *r, size_t n)
{
    smtp_room room = reading_scratch(r);
    assert(n <= room.n);
    r->scratch_at += n;
    return (smtp_span){room.p, n};
}

/* ---- fields ---- */

void reading_field(struct reading *r, const char *name, smtp_span value)
{
    assert(r->field_count < r->field_max);
    r->fields[r->field_count++] = (struct reading_field){name, value};
}

void reading_word(struct reading *r, const char *name, const char *value)
{
    reading_field(r, name, smtp_span_of(value));
}

void reading_number(struct reading *r, const char *name, uint64_t value)
{
    size_t n = 0;
    smtp_room_put_number(reading_scratch(r), &n, value);
    reading_field(r, name, reading_keep(r, n));
}

void reading_signed(struct reading *r, const char *name, int64_t value)
{
    size_t n = 0;
    smtp_room room = reading_scratch(r);
    if (value < 0)
        smtp_room_put(room, &n, SMTP_SPAN("-"));
    smtp_room_put_number(room, &n, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
    reading_field(r, name, reading_keep(r, n));
}

/* ---- faults ---- */

void reading_fail(struct reading *r, enum smtp_fault fault, size_t off)
{
    const struct smtp_fault_row *row = smtp_fault_row(fault);
    r->fault = (struct reading_fault){row->symbol, row->code, row->enhanced,
                                      row->clause, row->text, rule_of_fault(fault)};
    if (fault == SMTP_E_TRAILING)
        r->fault.rule = r->kind->rule;
    r->off = off;
}

void reading_fail_trace(struct reading *r, enum smtp_trace_fault fault, size_t off)
{
    const struct smtp_trace_row *row = smtp_trace_row(fault);
    r->fault = (struct reading_fault){row->symbol, 0,         "",
                                      row->clause, row->text, rule_of_trace_fault(fault)};
    r->off = off;
}

void reading_fail_own(struct reading *r, enum reading_own_fault fault, size_t off)
{
    static const struct reading_fault own[] = {
#define READING_ROW(symbol, clause, rule, text) {#symbol, 0, "", clause, text, rule},
        READING_FAULTS(READING_ROW)
#undef READING_ROW
    };
    r->fault = own[fault];
    r->off = off;
}

bool reading_whole(struct reading *r, const struct smtp_cursor *c, enum smtp_fault fault,
                   enum smtp_fault none)
{
    r->lax_used |= c->lax_used;
    if (fault == SMTP_NOMATCH)
        reading_fail(r, none, 0);
    else if (fault != SMTP_OK)
        reading_fail(r, fault, (size_t)(c->fault_at - r->text.p));
    else if (c->at < c->end)
        reading_fail(r, SMTP_E_TRAILING, (size_t)(c->at - r->text.p));
    return r->fault.symbol == NULL;
}
