#include "server_parts.h"

#include "smtp/chars.h"

struct keyword {
    enum smtp_ext bit;
    const char *text;
    size_t line; /* octets that it adds to the longest command line */
};

/* RFC 1870 3(5): 26 octets for SIZE. RFC 6152 adds none; so that BODY takes no room from the
 * path: 14. */
static const struct keyword keywords[] = {
    {SMTP_X_PIPELINING, "PIPELINING", 0},
    {SMTP_X_SIZE, "SIZE ", 26},
    {SMTP_X_8BITMIME, "8BITMIME", 14},
    {SMTP_X_ENHANCEDSTATUSCODES, "ENHANCEDSTATUSCODES", 0},
    {SMTP_X_STARTTLS, "STARTTLS", 0},
    {SMTP_X_VRFY, "VRFY", 0},
    {SMTP_X_EXPN, "EXPN", 0},
    {SMTP_X_HELP, "HELP", 0},
};
enum { KEYWORDS = sizeof keywords / sizeof *keywords };

size_t smtp_session_ext_line(unsigned extensions)
{
    size_t sum = 0;
    for (size_t i = 0; i < KEYWORDS; i++)
        if ((extensions & (unsigned)keywords[i].bit) != 0)
            sum += keywords[i].line;
    return sum;
}

/* RFC 5321 4.1.1.1: *( "250-" ehlo-line CRLF ). RFC 3207 4.2: no STARTTLS inside TLS. */
void smtp_session_ext_print(const struct smtp_server *s, smtp_room to, size_t *at)
{
    for (size_t i = 0; i < KEYWORDS; i++) {
        const struct keyword *k = &keywords[i];
        if (!smtp_session_has(s, k->bit) || (k->bit == SMTP_X_STARTTLS && s->edge.secure))
            continue;
        smtp_room_put(to, at, SMTP_SPAN("\n"));
        smtp_room_put(to, at, smtp_span_of(k->text));
        if (k->bit == SMTP_X_SIZE)
            smtp_room_put_number(to, at, s->limits->message);
    }
}

/* RFC 1870 4: size-value ::= 1*20DIGIT; what no number of ours holds is over every limit. */
static enum smtp_fault read_size(smtp_span value, struct smtp_mail_params *out)
{
    if (value.n < 1 || value.n > 20)
        return SMTP_E_PARAM_SIZE;
    for (size_t i = 0; i < value.n; i++)
        if (!smtp_is(value.p[i], SMTP_C_DIGIT))
            return SMTP_E_PARAM_SIZE;
    out->given |= (unsigned)SMTP_P_SIZE;
    out->size = UINT64_MAX;
    if (!smtp_span_number(value, 20, &out->size))
        out->size = UINT64_MAX;
    return SMTP_OK;
}

/* RFC 6152 2: body-value = "7BIT" / "8BITMIME" */
static enum smtp_fault read_body(smtp_span value, struct smtp_mail_params *out)
{
    if (smtp_span_is_nocase(value, SMTP_SPAN("7BIT")))
        out->body = SMTP_BODY_7BIT;
    else if (smtp_span_is_nocase(value, SMTP_SPAN("8BITMIME")))
        out->body = SMTP_BODY_8BITMIME;
    return out->body == SMTP_BODY_NONE ? SMTP_E_PARAM_BODY : SMTP_OK;
}

static const struct {
    const char *keyword;
    enum smtp_ext extension;
    enum smtp_fault (*read)(smtp_span value, struct smtp_mail_params *out);
} params[] = {
    {"SIZE", SMTP_X_SIZE, read_size},
    {"BODY", SMTP_X_8BITMIME, read_body},
};

/* RFC 5321 4.1.1.11: 555 for what is not known, and after HELO nothing is. */
static enum smtp_fault read_param(const struct smtp_server *s, const struct smtp_param *param,
                                  unsigned *seen, struct smtp_mail_params *out)
{
    for (size_t i = 0; i < sizeof params / sizeof *params; i++) {
        if (!smtp_span_is_nocase(param->keyword, smtp_span_of(params[i].keyword)))
            continue;
        if (!s->extended || !smtp_session_has(s, params[i].extension))
            break;
        if ((*seen & 1U << i) != 0)
            return SMTP_E_PARAM_TWICE;
        *seen |= 1U << i;
        return params[i].read(param->value, out);
    }
    return (s->config->lax & SMTP_LAX_PARAM_ANY) != 0 ? SMTP_OK : SMTP_E_PARAM_UNKNOWN;
}

enum smtp_fault smtp_session_ext_mail(const struct smtp_server *s, const struct smtp_command *cmd,
                                      struct smtp_mail_params *out, size_t *off)
{
    struct smtp_cursor c = cmd->params;
    struct smtp_param param;
    unsigned seen = 0;
    enum smtp_fault fault = smtp_param_next(&c, &param);
    for (; fault == SMTP_OK; fault = smtp_param_next(&c, &param)) {
        fault = read_param(s, &param, &seen, out);
        if (fault == SMTP_OK)
            continue;
        *off = (size_t)(param.keyword.p - cmd->line.p);
        return fault;
    }
    return SMTP_OK;
}

enum smtp_fault smtp_session_ext_rcpt(const struct smtp_server *s, const struct smtp_command *cmd,
                                      size_t *off)
{
    struct smtp_cursor c = cmd->params;
    struct smtp_param param;
    if ((s->config->lax & SMTP_LAX_PARAM_ANY) != 0 || smtp_param_next(&c, &param) != SMTP_OK)
        return SMTP_OK;
    *off = (size_t)(param.keyword.p - cmd->line.p);
    return SMTP_E_PARAM_UNKNOWN;
}
