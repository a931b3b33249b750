#include "server_parts.h"

/* RFC 3207 4.2: no TLS inside TLS. */
enum smtp_fault smtp_session_check_starttls(struct smtp_server *s, struct smtp_event *ev,
                                            size_t *off)
{
    (void)ev;
    *off = 0;
    if (s->edge.secure)
        return SMTP_E_TLS_HERE;
    return smtp_session_has(s, SMTP_X_STARTTLS) ? SMTP_OK : SMTP_E_NOT_HERE;
}

/* RFC 3207 4.2: all knowledge obtained in clear is dropped, and a command is knowledge. */
static bool drop_injected(struct smtp_server *s, struct smtp_event *ev)
{
    size_t n = s->edge.in_len;
    if (n == 0)
        return false;
    smtp_edge_take(&s->edge, n);
    ev->kind = SMTP_EV_INJECTED;
    ev->fault = SMTP_E_TLS_INJECTED;
    ev->size = n;
    return true;
}

/* The state TLS: 220 was said, the handshake is the transport's. */
bool smtp_session_step_tls(struct smtp_server *s, struct smtp_event *ev)
{
    if (!s->edge.secure && !s->edge.tls_failed)
        return drop_injected(s, ev);
    ev->kind = SMTP_EV_TLS;
    if (s->edge.tls_failed) {
        ev->fault = SMTP_E_TLS_FAILED;
        smtp_session_enter(s, SMTP_S_CLOSED);
        return true;
    }
    ev->rule = smtp_rule_for(s->rules, SMTP_V_TLS_UP, SMTP_S_TLS, s->config->extensions);
    if (ev->rule != NULL && ev->rule->code != 0)
        smtp_session_answer(s, SMTP_V_TLS_UP, ev->rule);
    else
        smtp_session_enter(s, ev->rule != NULL ? ev->rule->then : SMTP_S_START);
    return true;
}
