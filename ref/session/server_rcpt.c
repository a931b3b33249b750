#include "server_parts.h"

/* RFC 5321 4.5.3.1.10: 452, and the recipients that were accepted stay. RFC 6531 3.5: 553. */
enum smtp_fault smtp_session_check_rcpt(struct smtp_server *s, struct smtp_event *ev, size_t *off)
{
    enum smtp_fault fault = smtp_session_ext_rcpt(s, &ev->cmd, &ev->rcpt, off);
    if (fault != SMTP_OK)
        return fault;
    if (!s->utf8 && smtp_session_needs_utf8(s, ev))
        return SMTP_E_UTF8_RCPT;
    if (smtp_session_lacks_domain(s, &ev->cmd.path))
        return SMTP_E_RCPT_SHORT;
    return s->recipients >= s->limits->recipients ? SMTP_E_RCPT_MANY : SMTP_OK;
}
