#include "client_parts.h"

/* RFC 5321 3.2: EHLO first. RFC 2033 4.1: LMTP has LHLO instead of both. RFC 3207 4.2: what an earlier
 * one offered is forgotten. */
static void begin_hello(struct smtp_client *c)
{
    c->offered = (struct smtp_capabilities){.given = 0};
    c->verb = c->config->lmtp ? SMTP_V_LHLO : SMTP_V_EHLO;
    smtp_dialog_enter(c, SMTP_CP_HELLO);
}

void smtp_dialog_say_hello(struct smtp_client *c)
{
    if (c->said == 0)
        (void)smtp_dialog_say(c, smtp_span_of(smtp_verb_name(c->verb)),
                              smtp_span_of(c->config->name));
}

/* RFC 5321 3.1: a server that greets with 554 waits for QUIT, and so does one that greets with 4yz. */
bool smtp_dialog_hear_greeting(struct smtp_client *c, struct smtp_client_event *ev)
{
    enum smtp_verdict verdict = smtp_client_verdict(SMTP_V_CONNECT, ev->code);
    if (verdict != SMTP_VERDICT_DONE) {
        c->code = ev->code;
        smtp_dialog_end(c, verdict == SMTP_VERDICT_WRONG ? SMTP_E_REPLY_CLASS : SMTP_E_NO_SERVICE);
    } else if (c->leaving) {
        smtp_dialog_ready(c);
    } else {
        begin_hello(c);
    }
    return false;
}

/* ---- EHLO ---- */

/* RFC 5321 4.1.1.1: a keyword line that is none is noted, and offers nothing. */
void smtp_dialog_offer(struct smtp_client *c, struct smtp_client_event *ev)
{
    struct smtp_ehlo_keyword keyword;
    size_t off = 0;
    enum smtp_fault fault = smtp_parse_ehlo_line(ev->text, &keyword, &off);
    if (fault == SMTP_OK) {
        fault = smtp_capabilities_add(&c->offered, &keyword);
        off = keyword.keyword.n;
    }
    if (fault != SMTP_OK && fault != SMTP_NOMATCH && ev->fault == SMTP_OK) {
        ev->fault = fault;
        ev->fault_off = off + 4; /* behind the code and its mark */
    }
}

/* RFC 3207 4 and 5: TLS before anything else, where it is wished. */
static void after_hello(struct smtp_client *c)
{
    bool wished = !c->edge.secure && c->config->tls != SMTP_TLS_NEVER;
    if (wished && !c->tls_tried && !c->leaving && smtp_dialog_has(c, SMTP_KW_STARTTLS))
        smtp_dialog_enter(c, SMTP_CP_STARTTLS);
    else if (wished && c->config->tls == SMTP_TLS_ALWAYS)
        smtp_dialog_end(c, SMTP_E_TLS_NEEDED);
    else
        smtp_dialog_ready(c);
}

/* RFC 5321 3.2: HELO after "command not recognized", which is 500, or 502 (4.2.4). RFC 2033 4.1: no
 * HELO in LMTP. */
static bool is_unknown(const struct smtp_client *c, unsigned code)
{
    return c->verb == SMTP_V_EHLO && (code == 500 || code == 502);
}

bool smtp_dialog_hear_hello(struct smtp_client *c, struct smtp_client_event *ev)
{
    enum smtp_verdict verdict = smtp_client_verdict(c->verb, ev->code);
    if (verdict != SMTP_VERDICT_DONE)
        c->offered = (struct smtp_capabilities){.given = 0};
    if (verdict == SMTP_VERDICT_DONE) {
        c->extended = c->verb != SMTP_V_HELO;
        after_hello(c);
    } else if (is_unknown(c, ev->code)) {
        c->verb = SMTP_V_HELO;
        smtp_dialog_enter(c, SMTP_CP_HELLO);
    } else {
        c->code = ev->code;
        smtp_dialog_end(c, verdict == SMTP_VERDICT_WRONG ? SMTP_E_REPLY_CLASS : SMTP_E_HELLO);
    }
    return false;
}

/* ---- STARTTLS ---- */

/* RFC 3207 4: the client decides what becomes of a session without TLS. */
bool smtp_dialog_hear_starttls(struct smtp_client *c, struct smtp_client_event *ev)
{
    enum smtp_verdict verdict = smtp_client_verdict(SMTP_V_STARTTLS, ev->code);
    c->tls_tried = true;
    if (verdict == SMTP_VERDICT_DONE) {
        c->extended = false;
        smtp_dialog_enter(c, SMTP_CP_TLS);
    } else if (verdict == SMTP_VERDICT_WRONG) {
        c->code = ev->code;
        smtp_dialog_end(c, SMTP_E_REPLY_CLASS);
    } else {
        c->code = c->config->tls == SMTP_TLS_ALWAYS ? ev->code : 0;
        after_hello(c);
    }
    return false;
}

/* RFC 3207 4.2: all knowledge obtained in clear is dropped, and a reply is knowledge. */
static bool drop_injected(struct smtp_client *c, struct smtp_client_event *ev)
{
    size_t n = c->edge.in_len;
    if (n == 0)
        return false;
    smtp_edge_take(&c->edge, n);
    c->line.seen = 0;
    ev->kind = SMTP_CE_INJECTED;
    ev->fault = SMTP_E_TLS_INJECTED;
    ev->size = n;
    return true;
}

/* RFC 3207 4.2: after the handshake EHLO again. 4.1: a handshake that failed leaves nothing to talk on. */
bool smtp_dialog_step_tls(struct smtp_client *c, struct smtp_client_event *ev)
{
    if (!c->edge.secure && !c->edge.tls_failed)
        return drop_injected(c, ev);
    ev->kind = SMTP_CE_TLS;
    if (c->edge.tls_failed) {
        ev->fault = SMTP_E_TLS_FAILED;
        smtp_dialog_break(c, SMTP_E_TLS_FAILED);
        return true;
    }
    begin_hello(c);
    return true;
}
