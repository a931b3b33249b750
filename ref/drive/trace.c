#include "trace.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static void put(smtp_room to, size_t *at, const char *text)
{
    smtp_room_put(to, at, smtp_span_of(text));
}

/* RFC 5321 4.1.3: IPv6-address-literal = "IPv6:" IPv6-addr. A zone (RFC 4007) is ours alone. */
size_t trace_print_literal(smtp_room to, const char *address)
{
    size_t at = 0;
    put(to, &at, strchr(address, ':') != NULL ? "[IPv6:" : "[");
    smtp_room_put(to, &at, (smtp_span){address, strcspn(address, "%")});
    put(to, &at, "]");
    return at;
}

/* RFC 3848 1 and RFC 6531 4.3; there is no name for HELO inside TLS. */
static smtp_span protocol(const struct trace *t)
{
    unsigned traits = (t->extended ? SMTP_TRAIT_EXTENDED : 0U) | (t->secure ? SMTP_TRAIT_TLS : 0U) |
                      (t->authenticated ? SMTP_TRAIT_AUTH : 0U) | (t->utf8 ? SMTP_TRAIT_UTF8 : 0U) |
                      (t->lmtp ? SMTP_TRAIT_LMTP : 0U);
    return smtp_span_of(smtp_with_name(smtp_with_made(traits)));
}

static bool read_host(smtp_span text, struct smtp_domain *out)
{
    struct smtp_cursor c = smtp_cursor_of(text, SMTP_LAX_NONE);
    return smtp_parse_host(&c, out) == SMTP_OK && c.at == c.end;
}

static bool read_mailbox(smtp_span text, struct smtp_path *out)
{
    struct smtp_cursor c = smtp_cursor_of(text, SMTP_LAX_NONE);
    return smtp_parse_mailbox(&c, out) == SMTP_OK && c.at == c.end;
}

/* The session has accepted it; what it took by a tolerance goes through as it is. */
static struct smtp_path reverse_path(smtp_span mailbox)
{
    struct smtp_path path = {.null = mailbox.n == 0};
    if (mailbox.n > 0 && !read_mailbox(mailbox, &path))
        path = (struct smtp_path){.local = mailbox};
    return path;
}

/*
 * RFC 5321 4.4: From-domain holds "the name of the source host as presented in the EHLO command" and
 * the address literal of the connection. Where a site tolerates what is no domain, that literal
 * stands for both.
 */
static void set_from(struct smtp_trace_host *from, const struct trace *t, smtp_span literal)
{
    if (!read_host(literal, &from->address))
        from->address = (struct smtp_domain){.kind = SMTP_D_NONE};
    if (read_host(t->hello, &from->domain))
        return;
    from->domain = from->address;
    if (from->domain.kind == SMTP_D_NONE)
        from->domain = (struct smtp_domain){.kind = SMTP_D_NAME, .value = SMTP_SPAN("unknown")};
}

/*
 * RFC 5321 4.4: Return-path-line and Time-stamp-line. 7.2 wants no FOR clause that would show one
 * recipient to another: it is there for a message with a single one, when that is a Mailbox.
 */
size_t trace_print(smtp_room to, const struct trace *t)
{
    char octets[80];
    size_t n = trace_print_literal((smtp_room){octets, sizeof octets}, t->peer);
    struct smtp_received received = {.with = protocol(t), .id = smtp_span_of(t->id)};
    struct smtp_path sender = reverse_path(t->sender);
    set_from(&received.from, t, (smtp_span){octets, n < sizeof octets ? n : sizeof octets});
    received.by.domain = (struct smtp_domain){.kind = SMTP_D_NAME, .value = smtp_span_of(t->name)};
    if (!read_mailbox(t->recipient, &received.recipient))
        received.recipient = (struct smtp_path){.null = false};
    if (!smtp_date_at(t->seconds, t->zone_minutes, &received.date))
        received.date = (struct smtp_date){.year = 1970, .month = 1, .day = 1};
    size_t at = t->relayed ? 0 : smtp_print_return_path(to, &sender);
    smtp_room rest = at < to.n ? (smtp_room){to.p + at, to.n - at} : (smtp_room){to.p, 0};
    return at + smtp_print_received(rest, &received);
}

/* tm_gmtoff is no POSIX; %z is, and knows no locale. */
int trace_zone_at(int64_t seconds)
{
    time_t now = (time_t)seconds;
    struct tm tm;
    char text[8];
    uint64_t zone = 0;
    if (localtime_r(&now, &tm) == NULL || strftime(text, sizeof text, "%z", &tm) != 5 ||
        !smtp_span_number((smtp_span){text + 1, 4}, 4, &zone))
        return 0;
    int minutes = (int)(zone / 100 * 60 + zone % 100);
    return text[0] == '-' ? -minutes : minutes;
}
