#include "received_parts.h"

/*
 * RFC 5321 4.4: each of the two lines ends in <CRLF>. A cursor over one field may end before it. A
 * blank behind CRLF is a line of the same field.
 */
static bool read_line_end(struct smtp_cursor *c)
{
    struct smtp_cursor line = *c;
    if (line.at == line.end)
        return true;
    if (!smtp_grammar_word(&line, "\r\n") || smtp_grammar_at(&line, ' ') ||
        smtp_grammar_at(&line, '\t'))
        return false;
    c->at = line.at;
    return true;
}

/* The name of the field, its colon, and FWS. */
static enum smtp_trace_fault read_name(struct smtp_cursor *c, const char *name)
{
    if (!smtp_grammar_word(c, name))
        return SMTP_T_NOMATCH;
    return smtp_trace_blank(c);
}

/* RFC 5321 4.4: Time-stamp-line = "Received:" FWS Stamp <CRLF> */
enum smtp_trace_fault smtp_parse_received(struct smtp_cursor *c, struct smtp_received *out)
{
    const char *begin = c->at;
    struct smtp_received read;
    enum smtp_trace_fault fault = read_name(c, "Received:");
    if (fault != SMTP_T_OK)
        return smtp_trace_end(c, begin, fault);
    fault = smtp_parse_stamp(c, &read);
    if (fault != SMTP_T_OK)
        c->at = c->fault_at;
    else if (!read_line_end(c))
        fault = SMTP_T_TRAILING;
    else
        *out = read;
    return smtp_trace_end(c, begin, fault);
}

/* RFC 5321 4.4: Return-path-line = "Return-Path:" FWS Reverse-path <CRLF> */
enum smtp_trace_fault smtp_parse_return_path(struct smtp_cursor *c, struct smtp_path *out)
{
    const char *begin = c->at;
    struct smtp_path read;
    enum smtp_trace_fault fault = read_name(c, "Return-Path:");
    if (fault != SMTP_T_OK)
        return smtp_trace_end(c, begin, fault);
    enum smtp_fault path = smtp_parse_reverse_path(c, &read);
    if (path != SMTP_OK && path != SMTP_NOMATCH)
        c->at = c->fault_at;
    if (path != SMTP_OK)
        fault = SMTP_T_PATH;
    else if (!read_line_end(c))
        fault = SMTP_T_TRAILING;
    else
        *out = read;
    return smtp_trace_end(c, begin, fault);
}

size_t smtp_print_return_path(smtp_room to, const struct smtp_path *p)
{
    size_t at = 0;
    smtp_room_put(to, &at, SMTP_SPAN("Return-Path: "));
    at += smtp_print_path(smtp_trace_rest(to, at), p);
    smtp_room_put(to, &at, SMTP_SPAN("\r\n"));
    return at;
}

/* RFC 5321 4.4: Extended-Domain; TCP-info may be an address-literal alone. */
static void put_host(smtp_room to, size_t *at, const struct smtp_trace_host *h)
{
    *at += smtp_print_domain(smtp_trace_rest(to, *at), &h->domain);
    if (h->address.kind == SMTP_D_NONE)
        return;
    smtp_room_put(to, at, SMTP_SPAN(" ("));
    *at += smtp_print_domain(smtp_trace_rest(to, *at), &h->name);
    if (h->name.kind != SMTP_D_NONE)
        smtp_room_put(to, at, SMTP_SPAN(" "));
    *at += smtp_print_domain(smtp_trace_rest(to, *at), &h->address);
    smtp_room_put(to, at, SMTP_SPAN(")"));
}

/* RFC 5322 2.2.3: one fold before the first clause, spaces between the others. */
static void put_name(smtp_room to, size_t *at, bool *folded, smtp_span name)
{
    smtp_room_put(to, at, *folded ? SMTP_SPAN(" ") : SMTP_SPAN("\r\n\t"));
    smtp_room_put(to, at, name);
    smtp_room_put(to, at, SMTP_SPAN(" "));
    *folded = true;
}

static void put_clause(smtp_room to, size_t *at, bool *folded, smtp_span name, smtp_span value)
{
    if (value.n == 0)
        return;
    put_name(to, at, folded, name);
    smtp_room_put(to, at, value);
}

/* RFC 5321 4.4: Opt-info = [Via] [With] [ID] [For] [Additional-Registered-Clauses] */
static void put_opt_info(smtp_room to, size_t *at, const struct smtp_received *r)
{
    bool folded = false;
    put_clause(to, at, &folded, SMTP_SPAN("via"), r->via);
    put_clause(to, at, &folded, SMTP_SPAN("with"), r->with);
    put_clause(to, at, &folded, SMTP_SPAN("id"), r->id);
    if (r->recipient.local.n > 0) {
        put_name(to, at, &folded, SMTP_SPAN("for"));
        *at += smtp_print_path(smtp_trace_rest(to, *at), &r->recipient);
    }
    struct smtp_clause clause;
    for (smtp_span rest = r->clauses; smtp_clause_next(&rest, &clause);)
        put_clause(to, at, &folded, clause.name, clause.value);
}

/* RFC 5321 4.4: Stamp = From-domain By-domain Opt-info [CFWS] ";" FWS date-time */
size_t smtp_print_received(smtp_room to, const struct smtp_received *r)
{
    size_t at = 0;
    smtp_room_put(to, &at, SMTP_SPAN("Received: from "));
    put_host(to, &at, &r->from);
    smtp_room_put(to, &at, SMTP_SPAN("\r\n\tby "));
    put_host(to, &at, &r->by);
    put_opt_info(to, &at, r);
    smtp_room_put(to, &at, SMTP_SPAN(";\r\n\t"));
    at += smtp_print_date(smtp_trace_rest(to, at), &r->date);
    smtp_room_put(to, &at, SMTP_SPAN("\r\n"));
    return at;
}
