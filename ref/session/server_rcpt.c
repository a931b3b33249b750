#include "server_parts.h"

/* RFC 5321 4.5.3.1.10: 452, and the recipients that were accepted stay. */
enum smtp_fault smtp_session_check_rcpt(struct smtp_server *s, struct smtp_event *ev, size_t *off)
{
    enum smtp_fault fault = smtp_session_ext_rcpt(s, &ev->cmd, off);
    if (fault != SMTP_OK)
        return fault;
    return s->recipients >= s->limits->recipients ? SMTP_E_RCPT_MANY : SMTP_OK;
}
