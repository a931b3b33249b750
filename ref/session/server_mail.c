#include "server_parts.h"

/* RFC 1870 6.1(2): a message that is declared too large is refused before it is sent. */
enum smtp_fault smtp_session_check_mail(struct smtp_server *s, struct smtp_event *ev, size_t *off)
{
    enum smtp_fault fault = smtp_session_ext_mail(s, &ev->cmd, &ev->mail, off);
    if (fault != SMTP_OK)
        return fault;
    uint64_t limit = s->limits->message;
    if ((ev->mail.given & (unsigned)SMTP_P_SIZE) != 0 && limit > 0 && ev->mail.size > limit)
        return SMTP_E_SIZE_DECLARED;
    return SMTP_OK;
}
