#include "parts.h"

enum { KEYWORDS_MAX = 64, ENVID = 100, ORCPT = 500 };

struct param {
    smtp_span keyword, value;
};

/* Takes " keyword[=value]" off the front. */
static bool next_param(smtp_span *rest, struct param *out)
{
    size_t n = 1, equals;
    if (rest->n == 0)
        return false;
    while (n < rest->n && rest->p[n] != ' ')
        n++;
    for (equals = 1; equals < n && rest->p[equals] != '=';)
        equals++;
    out->keyword = smtp_span_cut(*rest, 1, equals);
    out->value = smtp_span_cut(*rest, equals + 1, n);
    *rest = smtp_span_cut(*rest, n, rest->n);
    return true;
}

static bool is_word(smtp_span s, const char *word)
{
    return smtp_span_is_nocase(s, smtp_span_of(word));
}

static bool is_hold(smtp_span keyword)
{
    return is_word(keyword, "HOLDFOR") || is_word(keyword, "HOLDUNTIL");
}

/* RFC 5321 4.1.1.11: none "more than once"; RFC 4865 4.1: one of two. */
static bool has_twice(smtp_span text)
{
    smtp_span seen[KEYWORDS_MAX];
    struct param param;
    size_t n = 0;
    for (; next_param(&text, &param); seen[n++] = param.keyword) {
        for (size_t i = 0; i < n; i++)
            if (smtp_span_is_nocase(seen[i], param.keyword) ||
                (is_hold(seen[i]) && is_hold(param.keyword)))
                return true;
        if (n == KEYWORDS_MAX)
            return true; /* there are not so many to be given once */
    }
    return false;
}

static unsigned number_at(smtp_span s, size_t at, size_t digits)
{
    unsigned number = 0;
    for (; digits > 0; digits--, at++)
        number = 10 * number + (unsigned)(s.p[at] - '0');
    return number;
}

/* RFC 3339 5.7 */
static bool has_its_day(smtp_span timestamp)
{
    return abnf_has_day(number_at(timestamp, 0, 4), number_at(timestamp, 5, 2),
                        number_at(timestamp, 8, 2));
}

static unsigned hex_of(char digit)
{
    if (digit <= '9')
        return (unsigned)(digit - '0');
    return (unsigned)((digit | 0x20) - 'a') + 10;
}

/* RFC 4954 5: what the xtext stands for is "<>" or a mailbox. */
static const char *prose_auth(struct abnf *g, smtp_span value)
{
    char text[ABNF_TEXT_MAX];
    smtp_span meaning = {text, 0};
    for (size_t i = 0; i < value.n; i++) {
        char octet = value.p[i];
        if (octet == '+') {
            octet = (char)(hex_of(value.p[i + 1]) << 4 | hex_of(value.p[i + 2]));
            i += 2;
        }
        text[meaning.n++] = octet;
    }
    if (smtp_span_is(meaning, SMTP_SPAN("<>")))
        return NULL;
    if (!abnf_matches(g, abnf_rule(g, "Mailbox"), meaning))
        return "4954-5";
    return abnf_prose_mailbox(g, meaning);
}

const char *abnf_prose_mail_params(struct abnf *g, smtp_span text)
{
    struct param param;
    if (has_twice(text))
        return "5321-4.1.1.11";
    while (next_param(&text, &param)) {
        if (is_word(param.keyword, "ENVID") && param.value.n > ENVID)
            return "3461-4.4";
        if (is_word(param.keyword, "HOLDUNTIL") && !has_its_day(param.value))
            return "3339-5.7";
        const char *auth = is_word(param.keyword, "AUTH") ? prose_auth(g, param.value) : NULL;
        if (auth != NULL)
            return auth;
    }
    return NULL;
}

const char *abnf_prose_rcpt_params(struct abnf *g, smtp_span text)
{
    struct param param;
    (void)g;
    if (has_twice(text))
        return "3461-4.5";
    while (next_param(&text, &param))
        if (is_word(param.keyword, "ORCPT") && param.value.n > ORCPT)
            return "3461-4.2";
    return NULL;
}

/* ---- EHLO ---- */

/* RFC 9422 4.1 to 4.3: %x31-39 0*5DIGIT */
static bool is_limit_number(smtp_span value)
{
    if (value.n == 0 || value.n > 6 || value.p[0] == '0')
        return false;
    for (size_t i = 0; i < value.n; i++)
        if (value.p[i] < '0' || value.p[i] > '9')
            return false;
    return true;
}

static bool is_limit(smtp_span keyword)
{
    return is_word(keyword, "MAILMAX") || is_word(keyword, "RCPTMAX") ||
           is_word(keyword, "RCPTDOMAINMAX");
}

/* The day of the date-time behind "FUTURERELEASE 1*9DIGIT". */
static const char *prose_future(smtp_span params)
{
    struct param interval;
    (void)next_param(&params, &interval);
    return has_its_day(smtp_span_cut(params, 1, params.n)) ? NULL : "3339-5.7";
}

const char *abnf_prose_capability(struct abnf *g, smtp_span text)
{
    const smtp_span limits = SMTP_SPAN("LIMITS"), future = SMTP_SPAN("FUTURERELEASE");
    struct param param;
    (void)g;
    if (smtp_span_has_head_nocase(text, future))
        return prose_future(smtp_span_cut(text, future.n, text.n));
    if (!smtp_span_has_head_nocase(text, limits))
        return NULL;
    text = smtp_span_cut(text, limits.n, text.n);
    while (next_param(&text, &param))
        if (is_limit(param.keyword) && !is_limit_number(param.value))
            return "9422-4";
    return NULL;
}
