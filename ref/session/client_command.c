#include <assert.h>
#include <string.h>

#include "client_parts.h"

/* RFC 5321 4.1.1.5 to 4.1.1.9: who takes a String, and who has to have one. */
static const struct {
    enum smtp_verb verb;
    bool takes, needs;
} requests[] = {
    {SMTP_V_VRFY, true, true},  {SMTP_V_EXPN, true, true},   {SMTP_V_HELP, true, false},
    {SMTP_V_NOOP, true, false}, {SMTP_V_RSET, false, false},
};

/* The first octet that breaks a line, by its name. */
enum smtp_fault smtp_dialog_breaks_line(smtp_span text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '\r')
            return SMTP_E_BARE_CR;
        if (text.p[i] == '\n')
            return SMTP_E_BARE_LF;
        if (text.p[i] == '\0')
            return SMTP_E_NUL;
    }
    return SMTP_OK;
}

static enum smtp_fault check_string(smtp_span argument)
{
    struct smtp_cursor at = smtp_cursor_of(argument, 0);
    smtp_span string;
    enum smtp_fault fault = smtp_dialog_breaks_line(argument);
    if (fault != SMTP_OK || argument.n == 0)
        return fault;
    if (smtp_parse_string(&at, &string) != SMTP_OK || at.at != at.end)
        return SMTP_E_STRING;
    return argument.n + sizeof "VRFY \r\n" - 1 > 512 ? SMTP_E_LINE_LONG : SMTP_OK;
}

enum smtp_fault smtp_client_command(struct smtp_client *c, enum smtp_verb verb, smtp_span argument)
{
    assert(c->phase == SMTP_CP_READY && c->asked);
    size_t i = 0;
    while (i < sizeof requests / sizeof *requests && requests[i].verb != verb)
        i++;
    if (i == sizeof requests / sizeof *requests)
        return SMTP_E_VERB;
    if (requests[i].needs && argument.n == 0)
        return SMTP_E_NO_ARGUMENT;
    if (!requests[i].takes && argument.n > 0)
        return SMTP_E_ARGUMENT;
    enum smtp_fault fault = check_string(argument);
    if (fault != SMTP_OK)
        return fault;
    c->verb = verb;
    smtp_dialog_enter(c, SMTP_CP_COMMAND);
    (void)smtp_dialog_say(c, smtp_span_of(smtp_verb_name(verb)), argument);
    return SMTP_OK;
}

/* A refusal is an answer too: the caller sees the code. */
bool smtp_dialog_hear_command(struct smtp_client *c, struct smtp_client_event *ev)
{
    if (smtp_client_verdict(c->verb, ev->code) == SMTP_VERDICT_WRONG) {
        c->code = ev->code;
        smtp_dialog_end(c, SMTP_E_REPLY_CLASS);
        return false;
    }
    ev->kind = SMTP_CE_REPLY;
    smtp_dialog_ready(c);
    return true;
}
