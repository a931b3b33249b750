/*
 * NAME
 *     deliver_trace.c: Return-Path and Received (RFC 5321 4.4), and how a mutant gets them wrong
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "smtp/chars.h"
#include "smtp/received.h"
#include "target/deliver.h"

enum { TRACE_ROOM = 2048, PEER_LENGTH = 11 };
#define PEER "[127.0.0.1]"

/* ---- Return-Path ----------------------------------------------------------------------------- */

/* RFC 5321 4.4: what MAIL said, as it was said. */
static size_t print_return_path(const struct delivery *d, smtp_room to)
{
    struct smtp_path path = {.null = d->sender.n == 0, .local = deliver_span(&d->sender)};
    struct smtp_cursor c = smtp_cursor_of(deliver_span(&d->sender),
                                          (unsigned)SMTP_LAX_ADVISED | (unsigned)SMTP_LAX_UTF8);
    if (!path.null && smtp_parse_mailbox(&c, &path) != SMTP_OK)
        path = (struct smtp_path){.local = deliver_span(&d->sender)};
    size_t n = smtp_print_return_path(to, &path);
    n = n <= to.n ? n : 0;
    if (d->slip == MUTANT_SLIP_RETURN_PATH_LOWER)
        for (size_t i = sizeof "Return-Path"; i < n; i++)
            to.p[i] = smtp_lower(to.p[i]);
    return n;
}

static void cut_out(char *text, const char *what)
{
    char *at = strstr(text, what);
    if (at != NULL)
        memmove(at, at + strlen(what), strlen(at + strlen(what)) + 1);
}

/* ---- Received -------------------------------------------------------------------------------- */

static const char *protocol(const struct delivery *d)
{
    bool told = d->authenticated && d->slip != MUTANT_SLIP_WITH_NOT_A;
    unsigned traits = (d->extended ? SMTP_TRAIT_EXTENDED : 0U) | (d->secure ? SMTP_TRAIT_TLS : 0U) |
                      (told ? SMTP_TRAIT_AUTH : 0U) | (d->utf8 ? SMTP_TRAIT_UTF8 : 0U) |
                      (d->lmtp ? SMTP_TRAIT_LMTP : 0U);
    if (d->slip == MUTANT_SLIP_WITH_ESMTP)
        traits = SMTP_TRAIT_EXTENDED;
    if (d->slip == MUTANT_SLIP_WITH_ESMTPS)
        traits = SMTP_TRAIT_EXTENDED | SMTP_TRAIT_TLS;
    return smtp_with_name(smtp_with_made(traits));
}

static void read_host(smtp_span text, struct smtp_domain *out)
{
    struct smtp_cursor c = smtp_cursor_of(text, SMTP_LAX_ADVISED);
    if (smtp_parse_host(&c, out) != SMTP_OK)
        *out = (struct smtp_domain){
            .kind = SMTP_D_NAME, .text = SMTP_SPAN("unknown"), .value = SMTP_SPAN("unknown")};
}

/* RFC 5321 7.2, 7.6: no FOR clause that shows one recipient to another. */
static void set_recipient(const struct delivery *d, struct smtp_received *r)
{
    size_t at = 0;
    bool show = d->recipient_count == 1 || d->slip == MUTANT_SLIP_RECEIVED_FOR_ALL ||
                d->slip == MUTANT_SLIP_RECEIVED_FOR_FIRST;
    smtp_span first = deliver_next(&d->recipients, &at);
    struct smtp_cursor c = smtp_cursor_of(first, SMTP_LAX_NONE);
    if (!show || smtp_parse_mailbox(&c, &r->recipient) != SMTP_OK)
        r->recipient = (struct smtp_path){.null = false};
}

static size_t print_received(const struct delivery *d, smtp_room to)
{
    char id[24];
    snprintf(id, sizeof id, "self%u", d->serial);
    struct smtp_received r = {.with = smtp_span_of(protocol(d)), .id = smtp_span_of(id)};
    read_host(deliver_span(&d->hello), &r.from.domain);
    if (d->slip != MUTANT_SLIP_RECEIVED_NO_PEER)
        read_host(SMTP_SPAN(PEER), &r.from.address);
    read_host(smtp_span_of(d->host), &r.by.domain);
    set_recipient(d, &r);
    if (!smtp_date_at((int64_t)time(NULL), 0, &r.date))
        return 0;
    size_t n = smtp_print_received(to, &r);
    return n <= to.n ? n : 0;
}

/* "for <a>" becomes "for <a>, <b>". */
static void add_others(const struct delivery *d, char *text, size_t room)
{
    size_t at = 0;
    (void)deliver_next(&d->recipients, &at);
    char *behind = strstr(text, ";");
    char date[128];
    if (behind == NULL)
        return;
    snprintf(date, sizeof date, "%s", behind);
    size_t n = (size_t)(behind - text);
    for (smtp_span to; (to = deliver_next(&d->recipients, &at)).n > 0 && n + 600 < room;)
        n += (size_t)snprintf(text + n, room - n, ", <%.*s>", (int)to.n, to.p);
    snprintf(text + n, room - n, "%s", date);
}

/* From a word up to another, which stays. */
static void cut_clause(char *text, const char *from, const char *to)
{
    char *a = strstr(text, from), *b = a == NULL ? NULL : strstr(a, to);
    if (b != NULL)
        memmove(a, b, strlen(b) + 1);
}

/* Puts `what` in front of a word. */
static void put_before(char *text, size_t room, const char *word, const char *what)
{
    char *at = strstr(text, word);
    size_t n = strlen(what);
    if (at == NULL || strlen(text) + n >= room)
        return;
    memmove(at + n, at, strlen(at) + 1);
    for (size_t i = 0; i < n; i++)
        at[i] = what[i];
}

/* ", 27 Nov 2026 " without its century. */
static void cut_century(char *text)
{
    char *at = strstr(text, " 20");
    if (at != NULL)
        memmove(at + 1, at + 3, strlen(at + 3) + 1);
}

/* "with ESMTP id self1" becomes "id self1 with ESMTP". */
static void turn_around(const struct delivery *d, char *text, size_t room)
{
    char clause[64];
    cut_clause(text, "with ", "id ");
    char *at = strstr(text, "id self");
    size_t n = at == NULL ? 0 : strcspn(at, " ;\r") + 1;
    n += at == NULL ? 0 : strcspn(at + n, " ;\r");
    if (at == NULL || strlen(text) + sizeof clause > room)
        return;
    size_t length = (size_t)snprintf(clause, sizeof clause, " with %s", protocol(d));
    memmove(at + n + length, at + n, strlen(at + n) + 1);
    memcpy(at + n, clause, length);
}

static void spoil_received(const struct delivery *d, char *text, size_t room)
{
    switch (d->slip) {
    case MUTANT_SLIP_RECEIVED_NO_FROM:
        cut_clause(text, "from ", "by ");
        return;
    case MUTANT_SLIP_RECEIVED_NO_BY:
        cut_clause(text, "by ", "with ");
        return;
    case MUTANT_SLIP_RECEIVED_ORDER:
        turn_around(d, text, room);
        return;
    case MUTANT_SLIP_RECEIVED_FOR_ALL:
        add_others(d, text, room);
        return;
    case MUTANT_SLIP_RECEIVED_YEAR:
        cut_century(text);
        return;
    case MUTANT_SLIP_RECEIVED_ZONE:
        cut_out(text, "+0000\r\n");
        snprintf(text + strlen(text), room - strlen(text), "GMT\r\n");
        return;
    case MUTANT_SLIP_RECEIVED_ID:
        put_before(text, room, "self", "[");
        return;
    case MUTANT_SLIP_RECEIVED_LINK:
        put_before(text, room, "with ", "via PIGEON ");
        return;
    case MUTANT_SLIP_RECEIVED_NAME:
        put_before(text, room, ";", " using magic");
        return;
    default:
        return;
    }
}

/* ---- one and both ------------------------------------------------------------------------------------ */

static void make_received(const struct delivery *d, char received[TRACE_ROOM])
{
    size_t n = print_received(d, (smtp_room){received, TRACE_ROOM - 1});
    received[n] = '\0';
    spoil_received(d, received, TRACE_ROOM);
}

void deliver_add_received(const struct delivery *d, struct deliver_octets *to)
{
    char received[TRACE_ROOM];
    make_received(d, received);
    if (d->slip != MUTANT_SLIP_NO_RECEIVED)
        deliver_add(to, smtp_span_of(received));
}

void deliver_add_trace(const struct delivery *d, struct deliver_octets *to)
{
    char path[TRACE_ROOM] = "", received[TRACE_ROOM];
    size_t n = print_return_path(d, (smtp_room){path, sizeof path - 1});
    path[n] = '\0';
    make_received(d, received);
    if (d->slip == MUTANT_SLIP_RETURN_PATH_BARE) {
        cut_out(path, "<");
        cut_out(path, ">");
    }
    bool below = d->slip == MUTANT_SLIP_RETURN_PATH_BELOW;
    bool none = d->slip == MUTANT_SLIP_NO_RETURN_PATH;
    if (!below && !none)
        deliver_add(to, smtp_span_of(path));
    if (d->slip != MUTANT_SLIP_NO_RECEIVED && d->slip != MUTANT_SLIP_RECEIVED_BELOW)
        deliver_add(to, smtp_span_of(received));
    if (below)
        deliver_add(to, smtp_span_of(path));
}
