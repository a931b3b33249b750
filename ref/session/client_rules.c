#include "client_parts.h"

#define WAIT(field) offsetof(struct smtp_client_limits, field)

/*
 * RFC 5321 4.3.2, the codes of success and of "go on"; 4.5.3.2, the times. Of the extensions: RFC
 * 3030 2, 3207 4, 4954 4.
 */
/* clang-format off */
const struct smtp_client_rule smtp_client_rules[] = {
    {SMTP_V_CONNECT,     {220},           0,   0,   WAIT(greeting_ms), "5321-4.5.3.2.1"},
    {SMTP_V_EHLO,        {250},           0,   0,   WAIT(command_ms),  "5321-4.1.1.1"},
    {SMTP_V_HELO,        {250},           0,   0,   WAIT(command_ms),  "5321-4.1.1.1"},
    {SMTP_V_LHLO,        {250},           0,   0,   WAIT(command_ms),  "2033-4.1"},
    {SMTP_V_STARTTLS,    {220},           0,   0,   WAIT(command_ms),  "3207-4"},
    {SMTP_V_AUTH,        {235},           334, 0,   WAIT(command_ms),  "4954-4"},
    {SMTP_V_MAIL,        {250},           0,   0,   WAIT(mail_ms),     "5321-4.5.3.2.2"},
    {SMTP_V_RCPT,        {250, 251, 252}, 0,   552, WAIT(rcpt_ms),     "5321-4.5.3.2.3"},
    {SMTP_V_DATA,        {0},             354, 0,   WAIT(data_ms),     "5321-4.5.3.2.4"},
    {SMTP_V_BDAT,        {250},           0,   0,   WAIT(end_ms),      "3030-2"},
    {SMTP_V_END_OF_DATA, {250},           0,   0,   WAIT(end_ms),      "5321-4.5.3.2.6"},
    {SMTP_V_RSET,        {250},           0,   0,   WAIT(command_ms),  "5321-4.1.1.5"},
    {SMTP_V_VRFY,        {250, 251, 252}, 0,   0,   WAIT(command_ms),  "5321-4.1.1.6"},
    {SMTP_V_EXPN,        {250, 252},      0,   0,   WAIT(command_ms),  "5321-4.1.1.7"},
    {SMTP_V_HELP,        {211, 214},      0,   0,   WAIT(command_ms),  "5321-4.1.1.8"},
    {SMTP_V_NOOP,        {250},           0,   0,   WAIT(command_ms),  "5321-4.1.1.9"},
    {SMTP_V_QUIT,        {221},           0,   0,   WAIT(quit_ms),     "5321-4.1.1.10"},
    {SMTP_V_UNKNOWN,     {0},             0,   0,   0,                 NULL},
};
/* clang-format on */

const struct smtp_client_rule *smtp_client_rule_for(enum smtp_verb verb)
{
    for (const struct smtp_client_rule *rule = smtp_client_rules; rule->clause != NULL; rule++)
        if (rule->verb == verb)
            return rule;
    return NULL;
}

/* RFC 5321 4.2.1 and 4.3.2: what is not known is read by its first digit. */
enum smtp_verdict smtp_client_verdict(enum smtp_verb verb, unsigned code)
{
    const struct smtp_client_rule *rule = smtp_client_rule_for(verb);
    unsigned digit = code / 100;
    if (digit == 4 || (rule != NULL && rule->later == code))
        return SMTP_VERDICT_LATER;
    if (digit == 5)
        return SMTP_VERDICT_NEVER;
    if (rule != NULL && digit == rule->success[0] / 100U)
        return SMTP_VERDICT_DONE;
    return rule != NULL && digit == rule->more / 100U ? SMTP_VERDICT_MORE : SMTP_VERDICT_WRONG;
}

const struct smtp_client_limits smtp_client_limits_default = {
    .greeting_ms = 300000,
    .command_ms = 300000,
    .mail_ms = 300000,
    .rcpt_ms = 300000,
    .data_ms = 120000,
    .block_ms = 180000,
    .end_ms = 600000,
    .tls_ms = 60000,
    .quit_ms = 5000,
    .reply_lines = 1000,
};
