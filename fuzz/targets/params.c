/*
 * NAME
 *     params.c: the parameters of MAIL and RCPT, xtext and base64
 *
 * DESCRIPTION
 *     Input: parameters as they stand behind the path, each with its space. They are read as those of MAIL
 *     and as those of RCPT; the text is also taken as xtext, as octets to encode, and as base64. Oracles:
 *
 *       abnf           the parsers accept what the grammar generates and no prose forbids
 *       spans-inside   every span of the result lies in the text
 *       fault-inside   a fault lies in the value or at its end, and the result is as it was
 *       print-parse    what is read prints to parameters that read as the same values; SIZE is the number
 *                      that was written, or the greatest
 *       strict-in-lax  what is accepted strictly is accepted with UTF-8, and says the same
 *       case           a keyword and the words of a value in the other case say the same
 *       code-decode    xtext and base64 decode to what was encoded
 */
#include <string.h>

#include "fuzz.h"
#include "oracle.h"
#include "smtp/params.h"

enum { MOST = 4096, PRINTED = 8192, UTF8 = SMTP_LAX_UTF8 };

struct both {
    struct smtp_mail_params mail;
    struct smtp_rcpt_params rcpt;
    unsigned mail_faults, rcpt_faults;
};

/* ---- reading ---- */

static void check_fault(const struct smtp_param *param, size_t off, enum smtp_fault fault)
{
    FUZZ_CHECK(off <= param->value.n, "fault-inside", "%s at %zu of %zu",
               smtp_fault_row(fault)->symbol, off, param->value.n);
}

/* RFC 1870 4: size-value ::= 1*20DIGIT */
static void check_size(const struct smtp_param *param, uint64_t size)
{
    if (smtp_mail_param_of(param->keyword) == (unsigned)SMTP_P_SIZE)
        FUZZ_CHECK(abnf_is_size(param->value, size), "print-parse", "%.*s is read as %llu",
                   (int)param->value.n, param->value.p, (unsigned long long)size);
}

static void read_one(const struct smtp_param *param, unsigned lax, struct both *out)
{
    size_t off = 0;
    enum smtp_fault fault = smtp_parse_mail_param(param, lax, &out->mail, &off);
    out->mail_faults += fault != SMTP_OK;
    if (fault == SMTP_OK)
        check_size(param, out->mail.size);
    else if (fault != SMTP_NOMATCH)
        check_fault(param, off, fault);
    off = 0;
    fault = smtp_parse_rcpt_param(param, lax, &out->rcpt, &off);
    out->rcpt_faults += fault != SMTP_OK;
    if (fault != SMTP_OK && fault != SMTP_NOMATCH)
        check_fault(param, off, fault);
}

/* As far as the parameters have a form. */
static bool read_all(smtp_span text, unsigned lax, struct both *out)
{
    struct smtp_cursor c = smtp_cursor_of(text, lax);
    struct smtp_param param;
    enum smtp_fault fault;
    *out = (struct both){.mail_faults = 0};
    while ((fault = smtp_param_next(&c, &param)) == SMTP_OK) {
        FUZZ_CHECK(fuzz_inside(text, param.keyword) && fuzz_inside(text, param.value),
                   "spans-inside", "a parameter");
        read_one(&param, lax, out);
    }
    return fault == SMTP_NOMATCH;
}

static bool same_mail(const struct smtp_mail_params *a, const struct smtp_mail_params *b)
{
    return a->given == b->given && a->size == b->size && a->body == b->body && a->ret == b->ret &&
           smtp_span_is(a->envid, b->envid) && smtp_span_is(a->auth, b->auth) &&
           a->by.seconds == b->by.seconds && a->by.returns == b->by.returns &&
           a->by.trace == b->by.trace && a->hold_for == b->hold_for &&
           smtp_span_is(a->hold_until, b->hold_until) && a->hold_until_s == b->hold_until_s &&
           a->priority == b->priority;
}

static bool same_rcpt(const struct smtp_rcpt_params *a, const struct smtp_rcpt_params *b)
{
    return a->given == b->given && a->notify == b->notify &&
           smtp_span_is(a->orcpt_type, b->orcpt_type) && smtp_span_is(a->orcpt, b->orcpt);
}

/* ---- oracles ---- */

static void check_spans(smtp_span text, const struct both *b)
{
    const smtp_span spans[] = {b->mail.envid, b->mail.auth, b->mail.hold_until, b->rcpt.orcpt_type,
                               b->rcpt.orcpt};
    for (size_t i = 0; i < sizeof spans / sizeof *spans; i++)
        FUZZ_CHECK(fuzz_inside(text, spans[i]), "spans-inside", "span %zu", i);
}

static void check_print(const struct both *b, unsigned lax)
{
    char printed[PRINTED];
    struct both again;
    size_t n = smtp_print_mail_params((smtp_room){printed, sizeof printed}, &b->mail);
    FUZZ_CHECK(n <= sizeof printed, "print-parse", "room %zu", n);
    FUZZ_CHECK(read_all((smtp_span){printed, n}, lax, &again) && again.mail_faults == 0 &&
                   same_mail(&b->mail, &again.mail),
               "print-parse", "MAIL: %.*s", (int)n, printed);
    n = smtp_print_rcpt_params((smtp_room){printed, sizeof printed}, &b->rcpt);
    FUZZ_CHECK(n <= sizeof printed, "print-parse", "room %zu", n);
    FUZZ_CHECK(read_all((smtp_span){printed, n}, lax, &again) && again.rcpt_faults == 0 &&
                   same_rcpt(&b->rcpt, &again.rcpt),
               "print-parse", "RCPT: %.*s", (int)n, printed);
}

/* RFC 3461 4: hexchar in capitals; RFC 6533 3: a small x. So ENVID, AUTH and ORCPT are left as they are. */
static bool has_cased_value(smtp_span keyword)
{
    const unsigned cased = (unsigned)SMTP_P_ENVID | (unsigned)SMTP_P_AUTH;
    return (smtp_mail_param_of(keyword) & cased) != 0 ||
           smtp_rcpt_param_of(keyword) == (unsigned)SMTP_P_ORCPT;
}

static void swap_at(char *to, smtp_span text, smtp_span part)
{
    if (part.n > 0)
        (void)abnf_swapped(to + (part.p - text.p), part);
}

static void check_case(smtp_span text, const struct both *b)
{
    static char other[MOST];
    struct smtp_cursor c = smtp_cursor_of(text, 0);
    struct smtp_param param;
    struct both again;
    if (text.n > 0)
        memcpy(other, text.p, text.n);
    while (smtp_param_next(&c, &param) == SMTP_OK) {
        swap_at(other, text, param.keyword);
        if (!has_cased_value(param.keyword))
            swap_at(other, text, param.value);
    }
    bool formed = read_all((smtp_span){other, text.n}, 0, &again);
    FUZZ_CHECK(formed && again.mail_faults == b->mail_faults && again.rcpt_faults == b->rcpt_faults,
               "case", "refused");
    struct smtp_mail_params mail = again.mail;
    mail.hold_until = b->mail.hold_until; /* as written; its seconds are compared */
    FUZZ_CHECK(same_mail(&b->mail, &mail) && same_rcpt(&b->rcpt, &again.rcpt), "case",
               "other values");
}

static void check_read(smtp_span text)
{
    struct both strict, lax;
    bool formed = read_all(text, 0, &strict);
    check_spans(text, &strict);
    check_print(&strict, 0);
    if (formed)
        check_case(text, &strict);
    bool lax_formed = read_all(text, UTF8, &lax);
    check_spans(text, &lax);
    check_print(&lax, UTF8);
    if (formed && strict.mail_faults == 0)
        FUZZ_CHECK(lax_formed && lax.mail_faults == 0 && same_mail(&strict.mail, &lax.mail),
                   "strict-in-lax", "MAIL");
    if (formed && strict.rcpt_faults == 0)
        FUZZ_CHECK(lax_formed && lax.rcpt_faults == 0 && same_rcpt(&strict.rcpt, &lax.rcpt),
                   "strict-in-lax", "RCPT");
}

static void check_codes(smtp_span octets)
{
    static char coded[4 * MOST + 8], decoded[4 * MOST + 8];
    size_t n = smtp_print_xtext((smtp_room){coded, sizeof coded}, octets);
    FUZZ_CHECK(n <= sizeof coded && smtp_is_xtext((smtp_span){coded, n}), "code-decode", "xtext");
    size_t m = smtp_decode_xtext((smtp_room){decoded, sizeof decoded}, (smtp_span){coded, n});
    FUZZ_CHECK(smtp_span_is((smtp_span){decoded, m}, octets), "code-decode", "xtext");
    n = smtp_print_base64((smtp_room){coded, sizeof coded}, octets);
    FUZZ_CHECK(n <= sizeof coded && smtp_decode_base64((smtp_room){decoded, sizeof decoded},
                                                       (smtp_span){coded, n}, &m),
               "code-decode", "base64");
    FUZZ_CHECK(smtp_span_is((smtp_span){decoded, m}, octets), "code-decode", "base64");
    if (!smtp_decode_base64((smtp_room){decoded, sizeof decoded}, octets, &m))
        return;
    n = smtp_print_base64((smtp_room){coded, sizeof coded}, (smtp_span){decoded, m});
    FUZZ_CHECK(smtp_span_is((smtp_span){coded, n}, octets), "code-decode",
               "two texts, one meaning");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const groups[] = {"mail-params", "rcpt-params",      "xtext",
                                         "base64",      "utf8-mail-params", "utf8-rcpt-params"};
    static const uint8_t nothing[1];
    if (size > MOST)
        return 0;
    smtp_span text = {(const char *)(size > 0 ? data : nothing), size};
    check_read(text);
    check_codes(text);
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
        abnf_oracle(groups[i], text);
    return 0;
}
