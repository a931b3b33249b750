#include "parts.h"

static const char *const kinds[] = {
    [SMTP_D_NONE] = "none",
    [SMTP_D_NAME] = "Domain",
    [SMTP_D_IPV4] = "IPv4-address-literal",
    [SMTP_D_IPV6] = "IPv6-address-literal",
    [SMTP_D_GENERAL] = "General-address-literal",
};

/* The address in full: dotted, or eight groups of four digits. */
static void address_field(struct reading *r, const struct smtp_domain *d)
{
    static const char digits[] = "0123456789abcdef";
    size_t n = 0;
    smtp_room room = reading_scratch(r);
    for (size_t i = 0; i < (d->kind == SMTP_D_IPV4 ? 4U : 16U); i++) {
        uint8_t octet = d->address[i];
        const char pair[2] = {digits[octet >> 4], digits[octet & 15]};
        if (d->kind == SMTP_D_IPV4) {
            smtp_room_put(room, &n, i > 0 ? SMTP_SPAN(".") : SMTP_SPAN(""));
            smtp_room_put_number(room, &n, octet);
            continue;
        }
        smtp_room_put(room, &n, i > 0 && i % 2 == 0 ? SMTP_SPAN(":") : SMTP_SPAN(""));
        smtp_room_put(room, &n, (smtp_span){pair, 2});
    }
    reading_field(r, "address", reading_keep(r, n));
}

void reading_domain_fields(struct reading *r, const struct smtp_domain *d)
{
    if (d->kind == SMTP_D_NONE && d->text.n == 0)
        return;
    reading_field(r, "domain", d->text);
    reading_word(r, "domain-form", d->kind == SMTP_D_NONE ? "any text" : kinds[d->kind]);
    if (d->kind == SMTP_D_GENERAL) {
        reading_field(r, "tag", d->tag);
        reading_field(r, "value", d->value);
    }
    if (d->kind == SMTP_D_IPV4 || d->kind == SMTP_D_IPV6)
        address_field(r, d);
}

static void local_fields(struct reading *r, smtp_span local, bool quoted)
{
    reading_field(r, "local-part", local);
    reading_word(r, "local-form", quoted ? "Quoted-string" : "Dot-string");
    if (!quoted)
        return;
    size_t n = smtp_print_local_meaning(reading_scratch(r), local);
    reading_field(r, "meaning", reading_keep(r, n));
}

void reading_path_fields(struct reading *r, const struct smtp_path *p)
{
    if (p->null) {
        reading_word(r, "path", "null");
        return;
    }
    if (p->route.n > 0)
        reading_field(r, "route", p->route);
    if (p->domain.kind == SMTP_D_NONE)
        reading_word(r, "path", "Postmaster of this host");
    else
        reading_field(r, "mailbox", p->mailbox);
    local_fields(r, p->local, p->quoted);
    reading_domain_fields(r, &p->domain);
}

static void print_path(struct reading *r, const struct smtp_path *p)
{
    r->canonical = (smtp_span){r->print.p, smtp_print_path(r->print, p)};
    reading_path_fields(r, p);
}

void reading_reverse_path(struct reading *r)
{
    struct smtp_cursor c = smtp_cursor_of(r->text, r->lax);
    struct smtp_path p;
    if (reading_whole(r, &c, smtp_parse_reverse_path(&c, &p), SMTP_E_PATH_OPEN))
        print_path(r, &p);
}

void reading_forward_path(struct reading *r)
{
    struct smtp_cursor c = smtp_cursor_of(r->text, r->lax);
    struct smtp_path p;
    if (reading_whole(r, &c, smtp_parse_forward_path(&c, &p), SMTP_E_PATH_OPEN))
        print_path(r, &p);
}

/* RFC 5321 4.1.2: Path = "<" [ A-d-l ":" ] Mailbox ">", so it is not null. */
void reading_path(struct reading *r)
{
    struct smtp_cursor c = smtp_cursor_of(r->text, r->lax);
    struct smtp_path p;
    if (!reading_whole(r, &c, smtp_parse_reverse_path(&c, &p), SMTP_E_PATH_OPEN))
        return;
    if (p.null)
        reading_fail(r, SMTP_E_PATH_NULL, 1);
    else
        print_path(r, &p);
}

void reading_mailbox(struct reading *r)
{
    struct smtp_cursor c = smtp_cursor_of(r->text, r->lax);
    struct smtp_path p = {.null = false};
    if (!reading_whole(r, &c, smtp_parse_mailbox(&c, &p), SMTP_E_LOCAL_PART))
        return;
    size_t n = 0;
    smtp_room_put(r->print, &n, p.local);
    smtp_room_put(r->print, &n, SMTP_SPAN("@"));
    n += smtp_print_domain((smtp_room){r->print.p + n, r->print.n - n}, &p.domain);
    r->canonical = (smtp_span){r->print.p, n};
    reading_path_fields(r, &p);
}

void reading_local(struct reading *r)
{
    struct smtp_cursor c = smtp_cursor_of(r->text, r->lax);
    smtp_span local;
    bool quoted;
    if (!reading_whole(r, &c, smtp_parse_local(&c, &local, &quoted), SMTP_E_LOCAL_PART))
        return;
    r->canonical = local;
    local_fields(r, local, quoted);
}

static void read_domain(struct reading *r,
                        enum smtp_fault (*parse)(struct smtp_cursor *c, struct smtp_domain *out),
                        enum smtp_fault none)
{
    struct smtp_cursor c = smtp_cursor_of(r->text, r->lax);
    struct smtp_domain d;
    if (!reading_whole(r, &c, parse(&c, &d), none))
        return;
    r->canonical = (smtp_span){r->print.p, smtp_print_domain(r->print, &d)};
    reading_domain_fields(r, &d);
}

void reading_domain(struct reading *r)
{
    read_domain(r, smtp_parse_domain, SMTP_E_DOMAIN);
}

void reading_literal(struct reading *r)
{
    read_domain(r, smtp_parse_literal, SMTP_E_LITERAL);
}

void reading_host(struct reading *r)
{
    read_domain(r, smtp_parse_host, SMTP_E_DOMAIN);
}

void reading_string(struct reading *r)
{
    struct smtp_cursor c = smtp_cursor_of(r->text, r->lax);
    smtp_span string;
    if (!reading_whole(r, &c, smtp_parse_string(&c, &string), SMTP_E_STRING))
        return;
    r->canonical = string;
    bool quoted = string.p[0] == '"';
    reading_word(r, "form", quoted ? "Quoted-string" : "Atom");
    size_t n = smtp_print_local_meaning(reading_scratch(r), string);
    reading_field(r, "meaning", reading_keep(r, n));
}
