/*
 * NAME
 *     ehlo.c: the reply to EHLO, its keyword lines, and what they say
 *
 * DESCRIPTION
 *     Input: the reply. Each of its lines is also read as a keyword line, with and without its code.
 *     Oracles:
 *
 *       abnf          the parsers accept what the grammar generates and no prose forbids: the reply, a
 *                     keyword line, and one of those that are known
 *       spans-inside  keyword and parameters lie in the line
 *       fault-inside  a fault lies in the line or at its end
 *       order-free    a keyword that is given twice is known as well as once, and none takes one away
 *       print-parse   what is known prints to lines from which the same is known
 *       case          with all letters in the other case the same is known (names of mechanisms are in capitals)
 */
#include <string.h>

#include "fuzz.h"
#include "oracle.h"
#include "smtp/capabilities.h"

enum { MOST = 4096, PRINTED = 4096 };

static bool is_same(const struct smtp_capabilities *a, const struct smtp_capabilities *b)
{
    return a->given == b->given && a->mechanisms == b->mechanisms && a->size == b->size &&
           a->mail_max == b->mail_max && a->rcpt_max == b->rcpt_max &&
           a->rcpt_domain_max == b->rcpt_domain_max && a->deliver_by_min == b->deliver_by_min &&
           a->priority_policy == b->priority_policy && a->hold_for_max == b->hold_for_max &&
           a->hold_until_max == b->hold_until_max;
}

static enum smtp_fault add(struct smtp_capabilities *caps, smtp_span line)
{
    struct smtp_ehlo_keyword keyword;
    size_t off = 0;
    enum smtp_fault fault = smtp_parse_ehlo_line(line, &keyword, &off);
    if (fault == SMTP_OK)
        return smtp_capabilities_add(caps, &keyword);
    FUZZ_CHECK(off <= line.n, "fault-inside", "%zu of %zu", off, line.n);
    return fault;
}

/* OTHER has no name, and LIMITS that are not known have none either. */
static void check_print(const struct smtp_capabilities *caps)
{
    char printed[PRINTED];
    struct smtp_capabilities again = {.given = 0}, want = *caps;
    size_t n = smtp_print_capabilities((smtp_room){printed, sizeof printed}, caps);
    FUZZ_CHECK(n <= sizeof printed, "print-parse", "room %zu", n);
    if (want.priority_policy == SMTP_POLICY_OTHER)
        want.priority_policy = SMTP_POLICY_UNTOLD;
    if (want.mail_max == 0 && want.rcpt_max == 0 && want.rcpt_domain_max == 0)
        want.given &= ~(unsigned)SMTP_KW_LIMITS;
    for (size_t at = 0; at < n;) {
        FUZZ_CHECK(printed[at] == '\n', "print-parse", "octet %d", printed[at]);
        const char *end = memchr(printed + at + 1, '\n', n - at - 1);
        size_t next = end != NULL ? (size_t)(end - printed) : n;
        enum smtp_fault fault = add(&again, (smtp_span){printed + at + 1, next - at - 1});
        FUZZ_CHECK(fault == SMTP_OK, "print-parse", "%s in %.*s", smtp_fault_row(fault)->symbol,
                   (int)(next - at - 1), printed + at + 1);
        at = next;
    }
    FUZZ_CHECK(is_same(&want, &again), "print-parse", "other capabilities: %.*s", (int)n, printed);
}

static void check_spans(smtp_span line)
{
    struct smtp_ehlo_keyword keyword;
    smtp_span param;
    size_t off;
    if (smtp_parse_ehlo_line(line, &keyword, &off) != SMTP_OK)
        return;
    FUZZ_CHECK(fuzz_inside(line, keyword.keyword) && fuzz_inside(line, keyword.params),
               "spans-inside", "a keyword");
    for (smtp_span rest = keyword.params; smtp_ehlo_param_next(&rest, &param);)
        FUZZ_CHECK(fuzz_inside(line, param) && param.n > 0, "spans-inside", "a parameter");
}

/* RFC 5321 2.4. RFC 4422 3.1 has mechanisms in capitals alone. */
static void check_case(smtp_span line)
{
    char other[MOST];
    struct smtp_capabilities caps = {.given = 0}, swapped = {.given = 0};
    if (smtp_span_has_head_nocase(line, SMTP_SPAN("AUTH")))
        return;
    enum smtp_fault fault = add(&caps, line), again = add(&swapped, abnf_swapped(other, line));
    FUZZ_CHECK(fault == again && is_same(&caps, &swapped), "case", "%s and %s",
               smtp_fault_row(fault)->symbol, smtp_fault_row(again)->symbol);
}

static void check_line(struct smtp_capabilities *caps, smtp_span line)
{
    struct smtp_capabilities once = *caps;
    check_spans(line);
    check_case(line);
    enum smtp_fault fault = add(caps, line);
    FUZZ_CHECK((caps->given & once.given) == once.given, "order-free", "a keyword is gone");
    once = *caps;
    FUZZ_CHECK(add(caps, line) == fault && is_same(&once, caps), "order-free",
               "the second time it says something else");
    abnf_oracle("ehlo-line", line);
    if (fault != SMTP_NOMATCH)
        abnf_oracle("capability", line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t nothing[1];
    if (size > MOST)
        return 0;
    smtp_span text = {(const char *)(size > 0 ? data : nothing), size};
    struct smtp_capabilities caps = {.given = 0};
    abnf_oracle("ehlo", text);
    for (size_t at = 0; at < text.n;) {
        const char *lf = memchr(text.p + at, '\n', text.n - at);
        size_t next = lf != NULL ? (size_t)(lf + 1 - text.p) : text.n;
        size_t end = next - (lf != NULL ? 1 : 0);
        end -= end > at && text.p[end - 1] == '\r' ? 1 : 0;
        smtp_span line = smtp_span_cut(text, at, end);
        bool coded = line.n >= 4 && memcmp(line.p, "250", 3) == 0;
        check_line(&caps, smtp_span_cut(line, coded ? 4 : 0, line.n));
        at = next;
    }
    check_print(&caps);
    return 0;
}
