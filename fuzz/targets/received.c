/*
 * NAME
 *     received.c: trace fields, and the chain that they are
 *
 * DESCRIPTION
 *     Input: a header section. Each of its fields is read as Received and as Return-Path, and all of it as
 *     a chain of hops. Oracles:
 *
 *       abnf           the parser accepts what the grammar generates and no prose forbids
 *       spans-inside   every span of the result lies in the text, and that of a clause in the clause
 *       fault-inside   a fault lies in the text or at its end, and the cursor has not moved
 *       print-parse    what is accepted prints to a line that is accepted, of the same moment, and prints
 *                      the same again
 *       case           with all letters in the other case it is accepted too, and prints the same but for
 *                      case
 *       hops-counted   each Received field is one hop, in the order of the header, and a hop without fault
 *                      is what the parser reads
 */
#include <string.h>

#include "fuzz.h"
#include "oracle.h"
#include "smtp/chain.h"

enum { MOST = 4096, PRINTED = 16384, HOPS = 512, FIELDS = 16 };

static void check_host(smtp_span text, const struct smtp_trace_host *host)
{
    const smtp_span spans[] = {host->domain.text, host->domain.value, host->name.text,
                               host->name.value,  host->address.text, host->address.value};
    for (size_t i = 0; i < sizeof spans / sizeof *spans; i++)
        FUZZ_CHECK(fuzz_inside(text, spans[i]), "spans-inside", "span %zu of a host", i);
}

/* RFC 5321 4.4: Atom, or a msg-id; neither ends in what may stand behind a clause. */
static void check_value(smtp_span value)
{
    FUZZ_CHECK(value.n == 0 || strchr(" \t\r(;", value.p[value.n - 1]) == NULL, "spans-inside",
               "%.*s", (int)value.n, value.p);
}

static void check_spans(smtp_span text, const struct smtp_received *r)
{
    const smtp_span spans[] = {r->via,
                               r->with,
                               r->id,
                               r->clauses,
                               r->recipient.text,
                               r->recipient.local,
                               r->recipient.mailbox,
                               r->recipient.domain.text};
    check_host(text, &r->from);
    check_host(text, &r->by);
    for (size_t i = 0; i < sizeof spans / sizeof *spans; i++)
        FUZZ_CHECK(fuzz_inside(text, spans[i]), "spans-inside", "span %zu", i);
    check_value(r->via);
    check_value(r->with);
    check_value(r->id);
    struct smtp_clause clause;
    for (smtp_span rest = r->clauses; smtp_clause_next(&rest, &clause);)
        FUZZ_CHECK(fuzz_inside(text, clause.name) && fuzz_inside(text, clause.value),
                   "spans-inside", "a clause");
}

static void check_print(const struct smtp_received *r)
{
    static char first[PRINTED], second[PRINTED];
    size_t n = smtp_print_received((smtp_room){first, sizeof first}, r);
    FUZZ_CHECK(n <= sizeof first, "print-parse", "room %zu", n);
    struct smtp_cursor c = smtp_cursor_of((smtp_span){first, n}, 0);
    struct smtp_received again;
    enum smtp_trace_fault fault = smtp_parse_received(&c, &again);
    FUZZ_CHECK(fault == SMTP_T_OK && c.at == c.end, "print-parse", "%s in %.*s",
               smtp_trace_row(fault)->symbol, (int)n, first);
    FUZZ_CHECK(smtp_date_seconds(&r->date) == smtp_date_seconds(&again.date) &&
                   r->protocol == again.protocol,
               "print-parse", "another value: %.*s", (int)n, first);
    size_t m = smtp_print_received((smtp_room){second, sizeof second}, &again);
    FUZZ_CHECK(m == n && memcmp(first, second, n) == 0, "print-parse", "prints differ");
}

static void check_case(smtp_span text, const struct smtp_received *r)
{
    static char other[MOST + 2], first[PRINTED], second[PRINTED];
    struct smtp_cursor c = smtp_cursor_of(abnf_swapped(other, text), 0);
    struct smtp_received again;
    FUZZ_CHECK(smtp_parse_received(&c, &again) == SMTP_T_OK, "case", "refused");
    smtp_span one = {first, smtp_print_received((smtp_room){first, sizeof first}, r)};
    smtp_span two = {second, smtp_print_received((smtp_room){second, sizeof second}, &again)};
    FUZZ_CHECK(smtp_span_is_nocase(one, two) && r->protocol == again.protocol, "case",
               "another value");
}

static void check_fault(smtp_span text, const struct smtp_cursor *c, enum smtp_trace_fault fault)
{
    FUZZ_CHECK(c->at == text.p && c->fault_at >= text.p && c->fault_at <= text.p + text.n,
               "fault-inside", "%s", smtp_trace_row(fault)->symbol);
}

static void check_received(smtp_span text)
{
    struct smtp_cursor c = smtp_cursor_of(text, 0);
    struct smtp_received received;
    enum smtp_trace_fault fault = smtp_parse_received(&c, &received);
    if (fault == SMTP_T_OK) {
        check_spans(text, &received);
        check_print(&received);
        check_case(smtp_span_cut(text, 0, (size_t)(c.at - text.p)), &received);
    } else {
        check_fault(text, &c, fault);
    }
    abnf_oracle("received", text);
}

static void check_return_path(smtp_span text)
{
    char printed[PRINTED];
    struct smtp_cursor c = smtp_cursor_of(text, 0);
    struct smtp_path path, again;
    enum smtp_trace_fault fault = smtp_parse_return_path(&c, &path);
    abnf_oracle("return-path", text);
    if (fault != SMTP_T_OK) {
        check_fault(text, &c, fault);
        return;
    }
    size_t n = smtp_print_return_path((smtp_room){printed, sizeof printed}, &path);
    c = smtp_cursor_of((smtp_span){printed, n}, 0);
    FUZZ_CHECK(smtp_parse_return_path(&c, &again) == SMTP_T_OK && smtp_mailbox_is(&path, &again),
               "print-parse", "%.*s", (int)n, printed);
}

/* RFC 5322 4.5: white space may stand before the colon. */
static bool is_received(smtp_span line)
{
    const smtp_span name = SMTP_SPAN("Received");
    size_t at = name.n;
    if (!smtp_span_has_head_nocase(line, name))
        return false;
    while (at < line.n && (line.p[at] == ' ' || line.p[at] == '\t'))
        at++;
    return at < line.n && line.p[at] == ':';
}

/* RFC 5321 6.3 has them counted: here by the lines of the text, up to an empty one. */
static size_t count_lines(smtp_span rest)
{
    size_t count = 0, n;
    for (; rest.n > 0 && !smtp_span_has_head_nocase(rest, SMTP_SPAN("\r\n"));
         rest = smtp_span_cut(rest, n + 2, rest.n)) {
        count += is_received(rest) ? 1 : 0;
        for (n = 0; n + 1 < rest.n && (rest.p[n] != '\r' || rest.p[n + 1] != '\n');)
            n++;
    }
    return count;
}

static void check_hop(smtp_span header, const struct smtp_hop *hop)
{
    struct smtp_received alone;
    FUZZ_CHECK(fuzz_inside(header, hop->field), "spans-inside", "hop at %zu", hop->at);
    if (hop->fault != SMTP_T_OK)
        FUZZ_CHECK(hop->fault_at >= hop->at && hop->fault_at - hop->at <= hop->field.n,
                   "fault-inside", "hop at %zu: %zu", hop->at, hop->fault_at);
    struct smtp_cursor c = smtp_cursor_of(hop->field, 0);
    bool whole = smtp_parse_received(&c, &alone) == SMTP_T_OK && c.at == c.end;
    FUZZ_CHECK((hop->fault == SMTP_T_OK) == whole, "hops-counted", "hop at %zu: %s", hop->at,
               smtp_trace_row(hop->fault)->symbol);
}

static void check_chain(smtp_span header)
{
    static struct smtp_hop hops[HOPS];
    struct smtp_chain chain;
    size_t count = smtp_chain_count(header);
    FUZZ_CHECK(count == count_lines(header), "hops-counted", "%zu", count);
    if (count > HOPS)
        return;
    FUZZ_CHECK(smtp_chain_read(header, hops, HOPS, SMTP_HOPS_MAX, &chain) && chain.count == count,
               "hops-counted", "%zu, not %zu", chain.count, count);
    for (size_t i = 0; i < count; i++) {
        FUZZ_CHECK(i == 0 || hops[i].at < hops[i - 1].at, "hops-counted", "hop %zu", i);
        check_hop(header, &hops[i]);
    }
    (void)smtp_chain_findings(&chain);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char line[MOST + 2];
    static const uint8_t nothing[1];
    if (size > MOST)
        return 0;
    smtp_span header = {(const char *)(size > 0 ? data : nothing), size};
    struct smtp_field field;
    unsigned left = FIELDS;
    for (size_t at = 0; left > 0 && smtp_field_next(header, &at, &field); left--) {
        size_t n = 0;
        smtp_room_put((smtp_room){line, sizeof line}, &n, field.text);
        smtp_room_put((smtp_room){line, sizeof line}, &n, SMTP_SPAN("\r\n"));
        check_received((smtp_span){line, n});
        check_return_path((smtp_span){line, n});
    }
    check_received(header);
    check_chain(header);
    return 0;
}
