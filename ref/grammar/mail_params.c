#include <assert.h>

#include "params_parts.h"

enum {
    ENVID_MAX = 100,
    MAILBOX_MAX = SMTP_LOCAL_MAX + 1 + SMTP_DOMAIN_MAX, /* RFC 5321 4.5.3.1.1, 4.5.3.1.2 */
    SIZE_DIGITS = 20
};

static const char *const bodies[] = {"7BIT", "8BITMIME", "BINARYMIME"};
static const char *const rets[] = {"FULL", "HDRS"};
enum { BODIES = sizeof bodies / sizeof *bodies, RETS = sizeof rets / sizeof *rets };

/* RFC 1870 4: size-value ::= 1*20DIGIT; what no number of ours holds is over every limit. */
static bool read_size(struct smtp_cursor *c, struct smtp_mail_params *out)
{
    const char *begin = c->at;
    while (c->at < begin + SIZE_DIGITS && smtp_grammar_is(c, SMTP_C_DIGIT))
        c->at++;
    if (!smtp_span_number(smtp_grammar_since(c, begin), SIZE_DIGITS, &out->size))
        out->size = UINT64_MAX;
    return c->at > begin;
}

static void put_size(smtp_room to, size_t *at, const struct smtp_mail_params *params)
{
    smtp_room_put_number(to, at, params->size);
}

/* RFC 6152 2, RFC 3030 3: body-value ::= "7BIT" / "8BITMIME" / "BINARYMIME" */
static bool read_body(struct smtp_cursor *c, struct smtp_mail_params *out)
{
    unsigned body = smtp_grammar_choice(c, bodies, BODIES);
    out->body = (enum smtp_body)(SMTP_BODY_7BIT + body);
    return body < BODIES;
}

static void put_body(smtp_room to, size_t *at, const struct smtp_mail_params *params)
{
    assert(params->body != SMTP_BODY_NONE);
    smtp_room_put(to, at, smtp_span_of(bodies[params->body - SMTP_BODY_7BIT]));
}

/* RFC 3461 4.3: "FULL" or "HDRS", "in any combination of upper and lower case letters" */
static bool read_ret(struct smtp_cursor *c, struct smtp_mail_params *out)
{
    unsigned ret = smtp_grammar_choice(c, rets, RETS);
    out->ret = (enum smtp_ret)(SMTP_RET_FULL + ret);
    return ret < RETS;
}

static void put_ret(smtp_room to, size_t *at, const struct smtp_mail_params *params)
{
    assert(params->ret != SMTP_RET_NONE);
    smtp_room_put(to, at, smtp_span_of(rets[params->ret - SMTP_RET_FULL]));
}

/* RFC 3461 4.4: envid-parameter = "ENVID=" xtext, "up to 100 characters in length" */
static bool read_envid(struct smtp_cursor *c, struct smtp_mail_params *out)
{
    const char *begin = c->at;
    bool whole = smtp_grammar_xtext_printable(c);
    out->envid = smtp_grammar_since(c, begin);
    if (out->envid.n <= ENVID_MAX)
        return whole && out->envid.n > 0;
    c->at = begin + ENVID_MAX;
    return false;
}

static void put_envid(smtp_room to, size_t *at, const struct smtp_mail_params *params)
{
    smtp_room_put(to, at, params->envid);
}

/* Moves the cursor behind what stands for so many octets. */
static void skip_xtext(struct smtp_cursor *c, size_t octets)
{
    for (char octet; octets > 0; octets--)
        (void)smtp_grammar_xtext_any_case(c, &octet);
}

/*
 * RFC 4954 5: a mailbox, "encoded inside an xtext", or "the two character sequence "<>"". One octet
 * more than any mailbox has is enough to see that it is none.
 */
static bool read_auth(struct smtp_cursor *c, struct smtp_mail_params *out)
{
    char text[MAILBOX_MAX + 1];
    smtp_span meaning = {text, 0};
    struct smtp_cursor value = *c;
    for (char octet; c->at < c->end;) {
        if (!smtp_grammar_xtext_any_case(c, &octet))
            return false;
        if (meaning.n < sizeof text)
            text[meaning.n++] = octet;
    }
    out->auth = smtp_grammar_since(c, value.at);
    if (smtp_span_is(meaning, SMTP_SPAN("<>")))
        return true;
    struct smtp_path path;
    struct smtp_cursor m = smtp_cursor_of(meaning, c->lax & (unsigned)SMTP_LAX_UTF8);
    enum smtp_fault fault = smtp_parse_mailbox(&m, &path);
    const char *wrong = fault == SMTP_OK || fault == SMTP_NOMATCH ? m.at : m.fault_at;
    if (fault == SMTP_OK && m.at == m.end)
        return true;
    skip_xtext(&value, (size_t)(wrong - text));
    c->at = value.at;
    return false;
}

static void put_auth(smtp_room to, size_t *at, const struct smtp_mail_params *params)
{
    smtp_room_put(to, at, params->auth);
}

static void put_hold_for(smtp_room to, size_t *at, const struct smtp_mail_params *params)
{
    smtp_room_put_number(to, at, params->hold_for);
}

static void put_hold_until(smtp_room to, size_t *at, const struct smtp_mail_params *params)
{
    smtp_room_put(to, at, params->hold_until);
}

/* In the order of enum smtp_mail_param. RFC 6531 3.1, RFC 8689 2: two take no value. */
static const struct {
    const char *keyword;
    enum smtp_fault fault;
    bool (*read)(struct smtp_cursor *c, struct smtp_mail_params *out);
    void (*put)(smtp_room to, size_t *at, const struct smtp_mail_params *params);
} rows[] = {
    {"SIZE", SMTP_E_PARAM_SIZE, read_size, put_size},
    {"BODY", SMTP_E_PARAM_BODY, read_body, put_body},
    {"SMTPUTF8", SMTP_E_PARAM_VALUE, NULL, NULL},
    {"RET", SMTP_E_PARAM_RET, read_ret, put_ret},
    {"ENVID", SMTP_E_PARAM_ENVID, read_envid, put_envid},
    {"AUTH", SMTP_E_PARAM_AUTH, read_auth, put_auth},
    {"REQUIRETLS", SMTP_E_PARAM_VALUE, NULL, NULL},
    {"BY", SMTP_E_PARAM_BY, smtp_grammar_by, smtp_grammar_put_by},
    {"HOLDFOR", SMTP_E_PARAM_HOLD, smtp_grammar_hold_for, put_hold_for},
    {"HOLDUNTIL", SMTP_E_PARAM_HOLD, smtp_grammar_hold_until, put_hold_until},
    {"MT-PRIORITY", SMTP_E_PARAM_PRIORITY, smtp_grammar_priority, smtp_grammar_put_priority},
};
enum { ROWS = sizeof rows / sizeof *rows };

/* What may not stand beside the parameter. RFC 4865 4.1: "one, and only one, hold-param". */
static unsigned rivals_of(unsigned bit)
{
    const unsigned hold = (unsigned)SMTP_P_HOLDFOR | (unsigned)SMTP_P_HOLDUNTIL;
    return (bit & hold) != 0 ? hold : bit;
}

static enum smtp_fault read_row(size_t i, struct smtp_cursor *c, bool has_value,
                                struct smtp_mail_params *out)
{
    unsigned bit = 1U << i;
    if ((out->given & rivals_of(bit)) != 0)
        return SMTP_E_PARAM_TWICE;
    struct smtp_mail_params read = *out;
    read.given |= bit;
    if (rows[i].read == NULL ? has_value : !rows[i].read(c, &read) || c->at < c->end)
        return rows[i].fault;
    *out = read;
    return SMTP_OK;
}

static size_t row_of(smtp_span keyword)
{
    size_t i = 0;
    while (i < ROWS && !smtp_span_is_nocase(keyword, smtp_span_of(rows[i].keyword)))
        i++;
    return i;
}

unsigned smtp_mail_param_of(smtp_span keyword)
{
    size_t i = row_of(keyword);
    return i < ROWS ? 1U << i : 0;
}

enum smtp_fault smtp_parse_mail_param(const struct smtp_param *param, unsigned lax,
                                      struct smtp_mail_params *out, size_t *off)
{
    struct smtp_cursor c = smtp_cursor_of(param->value, lax);
    size_t i = row_of(param->keyword);
    if (i == ROWS)
        return SMTP_NOMATCH;
    enum smtp_fault fault = read_row(i, &c, param->has_value, out);
    if (fault != SMTP_OK)
        *off = (size_t)(c.at - param->value.p);
    return fault;
}

size_t smtp_print_mail_params(smtp_room to, const struct smtp_mail_params *params)
{
    size_t at = 0;
    for (size_t i = 0; i < ROWS; i++) {
        if ((params->given & 1U << i) == 0)
            continue;
        smtp_room_put(to, &at, SMTP_SPAN(" "));
        smtp_room_put(to, &at, smtp_span_of(rows[i].keyword));
        if (rows[i].put == NULL)
            continue;
        smtp_room_put(to, &at, SMTP_SPAN("="));
        rows[i].put(to, &at, params);
    }
    return at;
}
