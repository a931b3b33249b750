#include <assert.h>

#include "capabilities_parts.h"
#include "params_parts.h"
#include "smtp/received.h"

/* RFC 1870 3: size-param ::= [1*DIGIT] */
static bool read_size(smtp_span params, struct smtp_capabilities *out)
{
    struct smtp_cursor c = smtp_cursor_of(params, 0);
    while (smtp_grammar_take(&c, '0'))
        ;
    const char *begin = c.at;
    smtp_grammar_run(&c, SMTP_C_DIGIT);
    if (c.at < c.end)
        return false;
    smtp_span digits = smtp_grammar_since(&c, begin);
    out->size = 0;
    if (digits.n > 0 && !smtp_span_number(digits, 20, &out->size))
        out->size = UINT64_MAX;
    return true;
}

static void put_size(smtp_room to, size_t *at, const struct smtp_capabilities *caps)
{
    if (caps->size == 0)
        return;
    smtp_room_put(to, at, SMTP_SPAN(" "));
    smtp_room_put_number(to, at, caps->size);
}

/*
 * RFC 2852 3
 *     deliverby-param = min-by-time *( ',' extension-token )
 *     min-by-time     = [1*9DIGIT]
 *     extension-token = 1*<any CHAR excluding SP, COMMA and all control characters>
 */
static bool read_deliver_by(smtp_span params, struct smtp_capabilities *out)
{
    struct smtp_cursor c = smtp_cursor_of(params, 0);
    uint32_t least = 0;
    for (unsigned n = 0; n < 9 && smtp_grammar_is(&c, SMTP_C_DIGIT); n++, c.at++)
        least = 10 * least + (uint32_t)(*c.at - '0');
    while (smtp_grammar_take(&c, ',')) {
        const char *token = c.at;
        while (smtp_grammar_is(&c, SMTP_C_VCHAR_SP) && *c.at != ' ' && *c.at != ',')
            c.at++;
        if (c.at == token)
            return false;
    }
    if (c.at < c.end)
        return false;
    out->deliver_by_min = least;
    return true;
}

static void put_deliver_by(smtp_room to, size_t *at, const struct smtp_capabilities *caps)
{
    if (caps->deliver_by_min == 0)
        return;
    smtp_room_put(to, at, SMTP_SPAN(" "));
    smtp_room_put_number(to, at, caps->deliver_by_min);
}

/* In the order of enum smtp_priority_policy, from MIXER. */
static const char *const policies[] = {"MIXER", "STANAG4406", "NSEP"};
enum { POLICIES = sizeof policies / sizeof *policies };

/* RFC 6710 7: priority-profile = 1*20(ALPHA / DIGIT / "-" / "_" / ".") */
static bool read_priority(smtp_span params, struct smtp_capabilities *out)
{
    out->priority_policy = params.n == 0 ? SMTP_POLICY_UNTOLD : SMTP_POLICY_OTHER;
    for (unsigned i = 0; i < POLICIES; i++)
        if (smtp_span_is_nocase(params, smtp_span_of(policies[i])))
            out->priority_policy = (enum smtp_priority_policy)(SMTP_POLICY_MIXER + i);
    for (size_t i = 0; i < params.n; i++)
        if (!smtp_is(params.p[i], SMTP_C_LDH) && params.p[i] != '_' && params.p[i] != '.')
            return false;
    return params.n <= 20;
}

static void put_priority(smtp_room to, size_t *at, const struct smtp_capabilities *caps)
{
    unsigned i = (unsigned)caps->priority_policy - SMTP_POLICY_MIXER;
    if (i >= POLICIES) /* UNTOLD too */
        return;
    smtp_room_put(to, at, SMTP_SPAN(" "));
    smtp_room_put(to, at, smtp_span_of(policies[i]));
}

/*
 * RFC 4865 3
 *     line = "250-FUTURERELEASE" SP max-future-release-interval SP max-future-release-date-time
 * Both "required".
 */
static bool read_future(smtp_span params, struct smtp_capabilities *out)
{
    struct smtp_cursor c = smtp_cursor_of(params, 0);
    uint32_t interval;
    int64_t until;
    if (!smtp_grammar_interval(&c, &interval) || !smtp_grammar_take(&c, ' ') ||
        !smtp_grammar_timestamp(&c, &until) || c.at < c.end)
        return false;
    out->hold_for_max = interval;
    out->hold_until_max = until;
    out->given |= (unsigned)SMTP_KW_FUTURERELEASE;
    return true;
}

static void put_future(smtp_room to, size_t *at, const struct smtp_capabilities *caps)
{
    smtp_room_put(to, at, SMTP_SPAN(" "));
    smtp_room_put_number(to, at, caps->hold_for_max);
    smtp_room_put(to, at, SMTP_SPAN(" "));
    smtp_grammar_put_timestamp(to, at, caps->hold_until_max);
}

/* In the order of enum smtp_keyword. */
static const struct {
    const char *name;
    bool (*read)(smtp_span params, struct smtp_capabilities *out); /* NULL: no parameters */
    void (*put)(smtp_room to, size_t *at, const struct smtp_capabilities *caps);
    bool required; /* not given without its parameters: the reader sets the bit */
} rows[] = {
    {"SIZE", read_size, put_size, false},
    {"8BITMIME", NULL, NULL, false},
    {"PIPELINING", NULL, NULL, false},
    {"ENHANCEDSTATUSCODES", NULL, NULL, false},
    {"STARTTLS", NULL, NULL, false},
    {"HELP", NULL, NULL, false},
    {"VRFY", NULL, NULL, false},
    {"EXPN", NULL, NULL, false},
    {"CHUNKING", NULL, NULL, false},
    {"BINARYMIME", NULL, NULL, false},
    {"SMTPUTF8", NULL, NULL, false},
    {"DSN", NULL, NULL, false},
    {"AUTH", smtp_grammar_read_auth, smtp_grammar_put_auth, false},
    {"REQUIRETLS", NULL, NULL, false},
    {"LIMITS", smtp_grammar_read_limits, smtp_grammar_put_limits, true},
    {"DELIVERBY", read_deliver_by, put_deliver_by, false},
    {"MT-PRIORITY", read_priority, put_priority, false},
    {"FUTURERELEASE", read_future, put_future, true},
    {"ETRN", NULL, NULL, false},
};
enum { ROWS = sizeof rows / sizeof *rows };

static size_t row_of(smtp_span name)
{
    size_t i = 0;
    while (i < ROWS && !smtp_span_is_nocase(name, smtp_span_of(rows[i].name)))
        i++;
    return i;
}

unsigned smtp_keyword_of(smtp_span name)
{
    size_t i = row_of(name);
    return i < ROWS ? 1U << i : 0;
}

const char *smtp_keyword_name(enum smtp_keyword keyword)
{
    size_t i = 0;
    while (i + 1 < ROWS && (unsigned)keyword != 1U << i)
        i++;
    assert((unsigned)keyword == 1U << i);
    return rows[i].name;
}

enum smtp_fault smtp_capabilities_add(struct smtp_capabilities *caps,
                                      const struct smtp_ehlo_keyword *keyword)
{
    size_t i = row_of(keyword->keyword);
    if (i == ROWS)
        return SMTP_NOMATCH;
    caps->given |= rows[i].required ? 0 : 1U << i;
    bool good = rows[i].read == NULL ? keyword->params.n == 0 : rows[i].read(keyword->params, caps);
    return good ? SMTP_OK : SMTP_E_EHLO_PARAM;
}

/*
 * RFC 5321 4.1.1.1: ehlo-line = ehlo-keyword *( SP ehlo-param ). Where a parameter is required and
 * none is known (RFC 9422 3), there is no line.
 */
size_t smtp_print_capabilities(smtp_room to, const struct smtp_capabilities *caps)
{
    size_t at = 0;
    for (size_t i = 0; i < ROWS; i++) {
        size_t begin = at;
        if ((caps->given & 1U << i) == 0)
            continue;
        smtp_room_put(to, &at, SMTP_SPAN("\n"));
        smtp_room_put(to, &at, smtp_span_of(rows[i].name));
        size_t params = at;
        if (rows[i].put != NULL)
            rows[i].put(to, &at, caps);
        if (rows[i].required && at == params)
            at = begin;
    }
    return at;
}
