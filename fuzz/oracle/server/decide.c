#include "oracle/server/play.h"

/* What an application says to each decision that it may refuse: refuse, defer (RFC 5321 4.3.2). */
static const struct {
    enum smtp_event_kind kind;
    enum smtp_verb verb;
    enum smtp_fault refuse, defer;
} decisions[] = {
    {SMTP_EV_CONNECT, SMTP_V_UNKNOWN, SMTP_E_NO_SERVICE, SMTP_E_NO_MAIL},
    {SMTP_EV_COMMAND, SMTP_V_MAIL, SMTP_E_SENDER, SMTP_E_LATER},
    {SMTP_EV_COMMAND, SMTP_V_RCPT, SMTP_E_NO_MAILBOX, SMTP_E_LATER},
    {SMTP_EV_COMMAND, SMTP_V_DATA, SMTP_E_HOP_NEVER, SMTP_E_STORE},
    {SMTP_EV_COMMAND, SMTP_V_VRFY, SMTP_E_NO_MAILBOX, SMTP_E_LATER},
    {SMTP_EV_COMMAND, SMTP_V_EXPN, SMTP_E_NO_MAILBOX, SMTP_E_LATER},
    {SMTP_EV_COMMAND, SMTP_V_STARTTLS, SMTP_E_TLS_NONE, SMTP_E_TLS_NONE},
    {SMTP_EV_COMMAND, SMTP_V_AUTH, SMTP_E_AUTH_CREDENTIALS, SMTP_E_AUTH_TEMPORARY},
    {SMTP_EV_RESPONSE, SMTP_V_AUTH, SMTP_E_AUTH_CREDENTIALS, SMTP_E_AUTH_TEMPORARY},
    {SMTP_EV_CHUNK, SMTP_V_UNKNOWN, SMTP_E_HOP_NEVER, SMTP_E_STORE_FULL},
    {SMTP_EV_MESSAGE, SMTP_V_UNKNOWN, SMTP_E_HOP_NEVER, SMTP_E_STORE_FULL},
};

/* An exchange of one challenge: so both kinds of answer come up. */
static void agree(struct smtp_server *s, const struct smtp_event *ev)
{
    bool login = ev->kind == SMTP_EV_COMMAND && ev->cmd.verb == SMTP_V_AUTH && ev->bytes.n == 0;
    if (!login || !smtp_server_challenge(s, SMTP_SPAN("who?")))
        smtp_server_accept(s);
}

static enum smtp_fault fault_for(const struct smtp_event *ev, enum record_kind outcome)
{
    for (size_t i = 0; i < sizeof decisions / sizeof *decisions; i++) {
        if (decisions[i].kind != ev->kind || decisions[i].verb != ev->cmd.verb)
            continue;
        if (outcome == RECORD_CLOSE)
            return SMTP_E_SHUTDOWN;
        return outcome == RECORD_REFUSE ? decisions[i].refuse : decisions[i].defer;
    }
    return SMTP_OK;
}

bool server_decide(struct smtp_server *s, const struct smtp_event *ev, enum record_kind outcome)
{
    bool set = outcome == RECORD_REFUSE || outcome == RECORD_DEFER || outcome == RECORD_CLOSE;
    enum smtp_fault fault = set ? fault_for(ev, outcome) : SMTP_OK;
    if (fault == SMTP_OK)
        agree(s, ev);
    else
        smtp_server_refuse(s, fault);
    return fault != SMTP_OK;
}
