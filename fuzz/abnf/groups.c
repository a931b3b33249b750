#include <string.h>

#include "grammars.h"
#include "parts.h"
#include "smtp/lax.h"

/* clang-format off */
const struct abnf_group abnf_groups[] = {
    {"domain",            "Domain",           "",     abnf_ask_domain,       abnf_prose_domain,      false, NULL},
    {"literal",           "address-literal",  "",     abnf_ask_literal,      abnf_prose_domain,      false, NULL},
    {"host",              "host",             "",     abnf_ask_host,         abnf_prose_domain,      false, NULL},
    {"local-part",        "Local-part",       "",     abnf_ask_local,        abnf_prose_local,       false, NULL},
    {"string",            "String",           "",     abnf_ask_string,       NULL,                   false, NULL},
    {"mailbox",           "Mailbox",          "",     abnf_ask_mailbox,      abnf_prose_mailbox,     false, NULL},
    {"path",              "Path",             "",     abnf_ask_path,         abnf_prose_path,        false, NULL},
    {"reverse-path",      "Reverse-path",     "",     abnf_ask_reverse_path, abnf_prose_path,        false, NULL},
    {"forward-path",      "forward",          "",     abnf_ask_forward_path, abnf_prose_path,        false, NULL},
    {"command",           "command",          "\r\n", abnf_ask_command,      abnf_prose_command,     false, NULL},
    {"mail-params",       "mail-typed",       "",     abnf_ask_mail_params,  abnf_prose_mail_params, false, NULL},
    {"rcpt-params",       "rcpt-typed",       "",     abnf_ask_rcpt_params,  abnf_prose_rcpt_params, false, NULL},
    {"xtext",             "xtext",            "",     abnf_ask_xtext,        NULL,                   false, NULL},
    {"base64",            "base64-decoded",   "",     abnf_ask_base64,       NULL,                   false, NULL},
    {"reply",             "reply-taken",      "",     abnf_ask_reply,        abnf_prose_reply,       false, abnf_mend_reply},
    {"greeting",          "greeting-text",    "",     abnf_ask_greeting,     abnf_prose_greeting,    false, NULL},
    {"ehlo",              "ehlo-ok-rsp",      "",     abnf_ask_ehlo,         abnf_prose_ehlo,        false, abnf_mend_reply},
    {"ehlo-line",         "ehlo-line",        "",     abnf_ask_ehlo_line,    NULL,                   false, NULL},
    {"capability",        "ehlo-typed",       "",     abnf_ask_capability,   abnf_prose_capability,  false, NULL},
    {"enhanced",          "status-code",      "",     abnf_ask_enhanced,     NULL,                   false, NULL},
    {"date",              "date-time",        "",     abnf_ask_date,         abnf_prose_date,        false, abnf_mend_date},
    {"received",          "Time-stamp-line",  "",     abnf_ask_received,     abnf_prose_received,    false, abnf_mend_date},
    {"return-path",       "Return-path-line", "",     abnf_ask_return_path,  abnf_prose_return_path, false, NULL},
    {"utf8-domain",       "Domain",           "",     abnf_ask_domain,       abnf_prose_domain,      true, NULL},
    {"utf8-local-part",   "Local-part",       "",     abnf_ask_local,        abnf_prose_local,       true, NULL},
    {"utf8-string",       "String",           "",     abnf_ask_string,       NULL,                   true, NULL},
    {"utf8-mailbox",      "Mailbox",          "",     abnf_ask_mailbox,      abnf_prose_mailbox,     true, NULL},
    {"utf8-reverse-path", "Reverse-path",     "",     abnf_ask_reverse_path, abnf_prose_path,        true, NULL},
    {"utf8-forward-path", "forward",          "",     abnf_ask_forward_path, abnf_prose_path,        true, NULL},
    {"utf8-command",      "command",          "\r\n", abnf_ask_command,      abnf_prose_command,     true, NULL},
    {"utf8-mail-params",  "mail-typed",       "",     abnf_ask_mail_params,  abnf_prose_mail_params, true, NULL},
    {"utf8-rcpt-params",  "rcpt-typed",       "",     abnf_ask_rcpt_params,  abnf_prose_rcpt_params, true, NULL},
    {NULL, NULL, NULL, NULL, NULL, false, NULL},
};
/* clang-format on */

const struct abnf_group *abnf_group_of(const char *name)
{
    for (const struct abnf_group *group = abnf_groups; group->name != NULL; group++)
        if (strcmp(group->name, name) == 0)
            return group;
    return NULL;
}

struct abnf *abnf_grammar_of(struct abnf_pair *pair, const struct abnf_group *group)
{
    struct abnf **g = group->utf8 ? &pair->utf8 : &pair->ascii;
    if (*g == NULL)
        *g = abnf_load(group->utf8);
    return *g;
}

void abnf_pair_free(struct abnf_pair *pair)
{
    abnf_free(pair->ascii);
    abnf_free(pair->utf8);
}

bool abnf_agree(struct abnf_pair *pair, const struct abnf_group *group, smtp_span text,
                struct abnf_answer *out)
{
    char whole[ABNF_TEXT_MAX + 2];
    size_t n = 0;
    struct abnf *g = abnf_grammar_of(pair, group);
    smtp_room_put((smtp_room){whole, sizeof whole}, &n, text);
    smtp_room_put((smtp_room){whole, sizeof whole}, &n, smtp_span_of(group->tail));
    *out = (struct abnf_answer){.generated = false};
    out->generated =
        n <= sizeof whole && abnf_matches(g, abnf_rule(g, group->rule), (smtp_span){whole, n});
    if (out->generated && group->prose != NULL)
        out->prose = group->prose(g, text);
    out->fault = group->ask(text, group->utf8 ? (unsigned)SMTP_LAX_UTF8 : 0);
    return (out->fault == NULL) == (out->generated && out->prose == NULL);
}
