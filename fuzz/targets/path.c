/*
 * NAME
 *     path.c: paths, mailboxes, domains, literals, local-parts and strings
 *
 * DESCRIPTION
 *     Input: the text, read as each of them. Oracles:
 *
 *       abnf           the parser accepts what the grammar generates and no prose forbids, both with and
 *                      without UTF-8
 *       spans-inside   every span of the result lies in the text
 *       fault-inside   a fault lies in the text or at its end, and the cursor has not moved
 *       print-parse    what is accepted prints to a text that is accepted, and prints the same again
 *       case           with all letters in the other case it is accepted too, and prints the same but for
 *                      case; with those of the domain alone it is the same mailbox
 *       strict-in-lax  what is accepted strictly is accepted under all tolerances, and uses none
 *       lax-is-named   what only tolerance accepts says which
 */
#include <string.h>

#include "fuzz.h"
#include "oracle.h"
#include "smtp/grammar.h"

enum { MOST = 4096, PRINTED = 8192, ALL_LAX = (1 << 28) - 1 };

typedef enum smtp_fault (*reader)(struct smtp_cursor *c, struct smtp_path *out);
typedef size_t (*printer)(smtp_room to, const struct smtp_path *p);

static enum smtp_fault read_host(struct smtp_cursor *c, struct smtp_path *out)
{
    return smtp_parse_host(c, &out->domain);
}

static enum smtp_fault read_local(struct smtp_cursor *c, struct smtp_path *out)
{
    return smtp_parse_local(c, &out->local, &out->quoted);
}

static enum smtp_fault read_string(struct smtp_cursor *c, struct smtp_path *out)
{
    return smtp_parse_string(c, &out->local);
}

static size_t print_host(smtp_room to, const struct smtp_path *p)
{
    return smtp_print_domain(to, &p->domain);
}

static size_t print_local(smtp_room to, const struct smtp_path *p)
{
    size_t at = 0;
    smtp_room_put(to, &at, p->local);
    return at;
}

static size_t print_mailbox(smtp_room to, const struct smtp_path *p)
{
    size_t at = print_local(to, p);
    smtp_room_put(to, &at, SMTP_SPAN("@"));
    return at + smtp_print_domain((smtp_room){to.p + at, to.n - at}, &p->domain);
}

static const struct subject {
    const char *group, *utf8;
    reader read;
    printer print;
} subjects[] = {
    {"reverse-path", "utf8-reverse-path", smtp_parse_reverse_path, smtp_print_path},
    {"forward-path", "utf8-forward-path", smtp_parse_forward_path, smtp_print_path},
    {"mailbox", "utf8-mailbox", smtp_parse_mailbox, print_mailbox},
    {"host", NULL, read_host, print_host},
    {"local-part", "utf8-local-part", read_local, print_local},
    {"string", "utf8-string", read_string, print_local},
};

static bool read_whole(const struct subject *s, smtp_span text, struct smtp_cursor *c,
                       struct smtp_path *out)
{
    *out = (struct smtp_path){.null = false};
    return s->read(c, out) == SMTP_OK && c->at == text.p + text.n;
}

static void check_spans(const struct subject *s, smtp_span text, const struct smtp_path *p)
{
    const smtp_span spans[] = {p->text,        p->route,        p->mailbox,   p->local,
                               p->domain.text, p->domain.value, p->domain.tag};
    for (size_t i = 0; i < sizeof spans / sizeof *spans; i++)
        FUZZ_CHECK(fuzz_inside(text, spans[i]), "spans-inside", "%s: span %zu", s->group, i);
}

static void check_print(const struct subject *s, const struct smtp_path *p)
{
    char first[PRINTED], second[PRINTED];
    size_t n = s->print((smtp_room){first, sizeof first}, p);
    FUZZ_CHECK(n <= sizeof first, "print-parse", "%s: room %zu", s->group, n);
    smtp_span printed = {first, n};
    struct smtp_cursor c = smtp_cursor_of(printed, 0);
    struct smtp_path again;
    FUZZ_CHECK(read_whole(s, printed, &c, &again), "print-parse", "%s: %.*s", s->group, (int)n,
               first);
    FUZZ_CHECK(smtp_mailbox_is(p, &again), "print-parse", "%s: another mailbox", s->group);
    size_t m = s->print((smtp_room){second, sizeof second}, &again);
    FUZZ_CHECK(m == n && memcmp(first, second, n) == 0, "print-parse", "%s: prints differ",
               s->group);
}

/* RFC 5321 2.4, RFC 5234 2.3 */
static void check_case(const struct subject *s, smtp_span text, const struct smtp_path *p)
{
    char other[MOST], first[PRINTED], second[PRINTED];
    smtp_span swapped = abnf_swapped(other, text);
    struct smtp_cursor c = smtp_cursor_of(swapped, 0);
    struct smtp_path again;
    FUZZ_CHECK(read_whole(s, swapped, &c, &again), "case", "%s: refused", s->group);
    smtp_span one = {first, s->print((smtp_room){first, sizeof first}, p)};
    smtp_span two = {second, s->print((smtp_room){second, sizeof second}, &again)};
    FUZZ_CHECK(smtp_span_is_nocase(one, two), "case", "%s: prints differ", s->group);
    if (p->domain.text.n == 0)
        return;
    size_t at = (size_t)(p->domain.text.p - text.p);
    memcpy(other, text.p, text.n);
    (void)abnf_swapped(other + at, p->domain.text);
    c = smtp_cursor_of((smtp_span){other, text.n}, 0);
    FUZZ_CHECK(read_whole(s, (smtp_span){other, text.n}, &c, &again), "case", "%s: refused",
               s->group);
    FUZZ_CHECK(smtp_mailbox_is(p, &again), "case", "%s: another mailbox", s->group);
}

static void check_lax(const struct subject *s, smtp_span text, bool strict)
{
    struct smtp_cursor c = smtp_cursor_of(text, ALL_LAX);
    struct smtp_path p;
    bool taken = read_whole(s, text, &c, &p);
    if (strict)
        FUZZ_CHECK(taken && c.lax_used == 0, "strict-in-lax", "%s: used %x", s->group, c.lax_used);
    else if (taken)
        FUZZ_CHECK(c.lax_used != 0, "lax-is-named", "%s", s->group);
    if (taken)
        check_spans(s, text, &p);
}

static void check(const struct subject *s, smtp_span text)
{
    struct smtp_cursor c = smtp_cursor_of(text, 0);
    struct smtp_path p = {.null = false};
    enum smtp_fault fault = s->read(&c, &p);
    bool strict = fault == SMTP_OK && c.at == text.p + text.n;
    FUZZ_CHECK(c.lax_used == 0, "strict-in-lax", "%s: strict used %x", s->group, c.lax_used);
    if (fault == SMTP_OK) {
        check_spans(s, text, &p);
    } else {
        FUZZ_CHECK(c.at == text.p, "fault-inside", "%s: the cursor moved", s->group);
        FUZZ_CHECK(c.fault_at >= text.p && c.fault_at <= text.p + text.n, "fault-inside", "%s",
                   s->group);
    }
    if (strict) {
        check_print(s, &p);
        check_case(s, text, &p);
    }
    check_lax(s, text, strict);
    abnf_oracle(s->group, text);
    if (s->utf8 != NULL)
        abnf_oracle(s->utf8, text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t nothing[1];
    if (size > MOST)
        return 0;
    smtp_span text = {(const char *)(size > 0 ? data : nothing), size};
    for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++)
        check(&subjects[i], text);
    abnf_oracle("path", text);
    abnf_oracle("domain", text);
    abnf_oracle("utf8-domain", text);
    abnf_oracle("literal", text);
    return 0;
}
