#include "parts.h"

static bool whole(struct reading *r, const struct smtp_cursor *c, enum smtp_trace_fault fault)
{
    r->lax_used |= c->lax_used;
    if (fault == SMTP_T_NOMATCH)
        reading_fail_own(r, READING_FIELD, 0);
    else if (fault != SMTP_T_OK)
        reading_fail_trace(r, fault, (size_t)(c->fault_at - r->text.p));
    else if (c->at < c->end)
        reading_fail_trace(r, SMTP_T_TRAILING, (size_t)(c->at - r->text.p));
    return r->fault.symbol == NULL;
}

static void date_fields(struct reading *r, const struct smtp_date *d)
{
    size_t n = smtp_print_date(reading_scratch(r), d);
    reading_field(r, "date", reading_keep(r, n));
    reading_signed(r, "unix-time", smtp_date_seconds(d));
    if (d->zone_unknown)
        reading_word(r, "zone", "not known");
}

void reading_date(struct reading *r)
{
    struct smtp_cursor c = smtp_cursor_of(r->text, r->lax);
    struct smtp_date d;
    if (!whole(r, &c, smtp_parse_date(&c, &d)))
        return;
    r->canonical = (smtp_span){r->print.p, smtp_print_date(r->print, &d)};
    date_fields(r, &d);
}

static void host_fields(struct reading *r, const char *name, const struct smtp_trace_host *host)
{
    reading_field(r, name, host->domain.text);
    if (host->name.kind != SMTP_D_NONE)
        reading_field(r, "tcp-name", host->name.text);
    if (host->address.kind != SMTP_D_NONE)
        reading_field(r, "tcp-address", host->address.text);
}

static void given_field(struct reading *r, const char *name, smtp_span value)
{
    if (value.n > 0)
        reading_field(r, name, value);
}

void reading_received(struct reading *r)
{
    struct smtp_cursor c = smtp_cursor_of(r->text, r->lax);
    struct smtp_received read;
    if (!whole(r, &c, smtp_parse_received(&c, &read)))
        return;
    r->canonical = (smtp_span){r->print.p, smtp_print_received(r->print, &read)};
    host_fields(r, "from", &read.from);
    host_fields(r, "by", &read.by);
    given_field(r, "via", read.via);
    given_field(r, "with", read.with);
    if (read.protocol == SMTP_WITH_OTHER)
        reading_word(r, "with-form", "not registered");
    given_field(r, "id", read.id);
    if (read.recipient.local.n > 0)
        reading_field(r, "for", read.recipient.text);
    struct smtp_clause clause;
    for (smtp_span rest = read.clauses; smtp_clause_next(&rest, &clause);) {
        reading_field(r, "clause", clause.name);
        reading_field(r, "value", clause.value);
    }
    date_fields(r, &read.date);
}

void reading_return_path(struct reading *r)
{
    struct smtp_cursor c = smtp_cursor_of(r->text, r->lax);
    struct smtp_path p;
    if (!whole(r, &c, smtp_parse_return_path(&c, &p)))
        return;
    r->canonical = (smtp_span){r->print.p, smtp_print_return_path(r->print, &p)};
    reading_path_fields(r, &p);
}
