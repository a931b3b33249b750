#include "server_parts.h"

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

/* Which extension brings a parameter of MAIL. */
static const struct {
    enum smtp_mail_param param;
    enum smtp_ext extension;
} params[] = {
    {SMTP_P_SIZE, SMTP_X_SIZE},
    {SMTP_P_BODY, SMTP_X_8BITMIME},
};

/* After HELO no parameter is. */
static bool is_offered(const struct smtp_server *s, unsigned param)
{
    for (size_t i = 0; s->extended && i < sizeof params / sizeof *params; i++)
        if (((unsigned)params[i].param & param) != 0)
            return smtp_session_has(s, params[i].extension);
    return false;
}

/* RFC 5321 4.1.1.11: 555 for what is not known. RFC 3030 3: BINARYMIME is an extension of its own. */
static enum smtp_fault read_param(const struct smtp_server *s, const struct smtp_param *param,
                                  struct smtp_mail_params *out, size_t *off)
{
    if (!is_offered(s, smtp_mail_param_of(param->keyword)))
        return (s->config->lax & SMTP_LAX_PARAM_ANY) != 0 ? SMTP_OK : SMTP_E_PARAM_UNKNOWN;
    enum smtp_fault fault = smtp_parse_mail_param(param, s->config->lax, out, off);
    if (fault != SMTP_OK || out->body != SMTP_BODY_BINARYMIME)
        return fault;
    *off = 0;
    return SMTP_E_PARAM_BODY;
}

/* Where the fault stands: in the value, or it is the whole parameter that is wrong. */
static size_t place_of(const struct smtp_param *param, enum smtp_fault fault, size_t off)
{
    bool whole = fault == SMTP_E_PARAM_UNKNOWN || fault == SMTP_E_PARAM_TWICE;
    return whole ? 0 : (size_t)(param->value.p - param->keyword.p) + off;
}

enum smtp_fault smtp_session_ext_mail(const struct smtp_server *s, const struct smtp_command *cmd,
                                      struct smtp_mail_params *out, size_t *off)
{
    struct smtp_cursor c = cmd->params;
    struct smtp_param param;
    enum smtp_fault fault = smtp_param_next(&c, &param);
    for (; fault == SMTP_OK; fault = smtp_param_next(&c, &param)) {
        size_t place = 0;
        fault = read_param(s, &param, out, &place);
        if (fault == SMTP_OK)
            continue;
        *off = (size_t)(param.keyword.p - cmd->line.p) + place_of(&param, fault, place);
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
