#include "server_parts.h"

/* The parameter of MAIL or RCPT, and which extensions bring it. */
struct origin {
    unsigned param, extensions;
};

static const struct origin of_mail[] = {
    {SMTP_P_SIZE, SMTP_X_SIZE},
    {SMTP_P_BODY, (unsigned)SMTP_X_8BITMIME | (unsigned)SMTP_X_BINARYMIME},
    {SMTP_P_SMTPUTF8, SMTP_X_SMTPUTF8},
    {SMTP_P_RET, SMTP_X_DSN},
    {SMTP_P_ENVID, SMTP_X_DSN},
    {SMTP_P_AUTH, SMTP_X_AUTH},
    {SMTP_P_REQUIRETLS, SMTP_X_REQUIRETLS},
    {SMTP_P_BY, SMTP_X_DELIVERBY},
    {SMTP_P_HOLDFOR, SMTP_X_FUTURERELEASE},
    {SMTP_P_HOLDUNTIL, SMTP_X_FUTURERELEASE},
    {SMTP_P_MT_PRIORITY, SMTP_X_MT_PRIORITY},
    {0, 0},
};
static const struct origin of_rcpt[] = {
    {SMTP_P_NOTIFY, SMTP_X_DSN},
    {SMTP_P_ORCPT, SMTP_X_DSN},
    {0, 0},
};

static bool any_is_offered(const struct smtp_server *s, unsigned extensions)
{
    for (unsigned bit = 1; bit <= extensions; bit <<= 1)
        if ((extensions & bit) != 0 && smtp_session_offers(s, (enum smtp_ext)bit))
            return true;
    return false;
}

/* RFC 5321 4.1.1.11: 555 for what is not known, and after HELO nothing is. */
static enum smtp_fault find(const struct smtp_server *s, const struct origin *table, unsigned param)
{
    for (const struct origin *row = table; s->extended && row->param != 0; row++)
        if (row->param == param && any_is_offered(s, row->extensions))
            return SMTP_OK;
    return (s->config->lax & (unsigned)SMTP_LAX_PARAM_ANY) != 0 ? SMTP_NOMATCH
                                                                : SMTP_E_PARAM_UNKNOWN;
}

/* Where in the line the fault is: in the value, or at a keyword that should not be there. */
static size_t place(const struct smtp_command *cmd, const struct smtp_param *param,
                    enum smtp_fault fault, size_t off)
{
    size_t keyword = (size_t)(param->keyword.p - cmd->line.p);
    if (fault == SMTP_E_PARAM_UNKNOWN || fault == SMTP_E_PARAM_TWICE)
        return keyword;
    return keyword + param->keyword.n + (param->has_value ? 1 + off : 0);
}

/* RFC 6152 2 and 3030 3: each extension brings its own value of BODY. */
static bool body_is_offered(const struct smtp_server *s, enum smtp_body body)
{
    if (body == SMTP_BODY_8BITMIME)
        return smtp_session_offers(s, SMTP_X_8BITMIME);
    return body != SMTP_BODY_BINARYMIME || smtp_session_offers(s, SMTP_X_BINARYMIME);
}

enum smtp_fault smtp_session_ext_mail(const struct smtp_server *s, const struct smtp_command *cmd,
                                      struct smtp_mail_params *out, size_t *off)
{
    struct smtp_cursor c = cmd->params;
    struct smtp_param param;
    while (smtp_param_next(&c, &param) == SMTP_OK) {
        size_t at = 0;
        enum smtp_fault fault = find(s, of_mail, smtp_mail_param_of(param.keyword));
        if (fault == SMTP_OK)
            fault = smtp_parse_mail_param(&param, c.lax, out, &at);
        if (fault == SMTP_OK && !body_is_offered(s, out->body))
            fault = SMTP_E_PARAM_BODY;
        if (fault == SMTP_OK || fault == SMTP_NOMATCH)
            continue;
        *off = place(cmd, &param, fault, at);
        return fault;
    }
    return SMTP_OK;
}

enum smtp_fault smtp_session_ext_rcpt(const struct smtp_server *s, const struct smtp_command *cmd,
                                      struct smtp_rcpt_params *out, size_t *off)
{
    struct smtp_cursor c = cmd->params;
    struct smtp_param param;
    while (smtp_param_next(&c, &param) == SMTP_OK) {
        size_t at = 0;
        enum smtp_fault fault = find(s, of_rcpt, smtp_rcpt_param_of(param.keyword));
        if (fault == SMTP_OK)
            fault = smtp_parse_rcpt_param(&param, c.lax, out, &at);
        if (fault == SMTP_OK || fault == SMTP_NOMATCH)
            continue;
        *off = place(cmd, &param, fault, at);
        return fault;
    }
    return SMTP_OK;
}
