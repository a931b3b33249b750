#include "server_parts.h"

/* Decodes base64 that stands in our own input, in place. */
static bool decode(struct smtp_server *s, smtp_span text, smtp_span *out)
{
    smtp_room room = {s->edge.in.p + (text.p - s->edge.in.p), text.n};
    *out = (smtp_span){room.p, 0};
    return smtp_decode_base64(room, text, &out->n);
}

/* ---- the command ---- */

smtp_span smtp_session_mechanisms(const struct smtp_server *s)
{
    return smtp_span_of(s->edge.secure ? s->config->auth_tls : s->config->auth_clear);
}

static bool lists(smtp_span names, smtp_span mechanism)
{
    for (size_t begin = 0, i = 0; i <= names.n; i++) {
        if (i < names.n && names.p[i] != ' ')
            continue;
        if (smtp_span_is(smtp_span_cut(names, begin, i), mechanism))
            return true;
        begin = i + 1;
    }
    return false;
}

/* RFC 4954 4: 504 for a mechanism that "is not supported or requires an encryption layer"; 6: 538 is "for
 * historical purposes only". */
static enum smtp_fault check_mechanism(const struct smtp_server *s, smtp_span mechanism)
{
    if (lists(smtp_session_mechanisms(s), mechanism))
        return SMTP_OK;
    bool inside = !s->edge.secure && lists(smtp_span_of(s->config->auth_tls), mechanism);
    return inside ? SMTP_E_AUTH_ENCRYPT : SMTP_E_AUTH_MECHANISM;
}

/* RFC 4954 4: a single "=" is an initial response of no octets. */
static enum smtp_fault read_initial(struct smtp_server *s, struct smtp_event *ev, size_t *off)
{
    smtp_span initial = ev->cmd.initial;
    ev->cmd.initial = (smtp_span){NULL, 0};
    if (!ev->cmd.has_initial || smtp_span_is(initial, SMTP_SPAN("=")))
        return SMTP_OK;
    *off = (size_t)(initial.p - ev->cmd.line.p);
    return decode(s, initial, &ev->bytes) ? SMTP_OK : SMTP_E_AUTH_BASE64;
}

/* RFC 4954 4: not after success. 9: not for ever. */
enum smtp_fault smtp_session_check_auth(struct smtp_server *s, struct smtp_event *ev, size_t *off)
{
    unsigned tries = s->limits->auth_tries;
    *off = 0;
    if (!s->extended)
        return SMTP_E_SEQUENCE;
    if (s->authenticated)
        return SMTP_E_AUTH_HERE;
    if (tries > 0 && s->auth_failures >= tries)
        return SMTP_E_AUTH_MANY;
    enum smtp_fault fault = check_mechanism(s, ev->cmd.mechanism);
    return fault != SMTP_OK ? fault : read_initial(s, ev, off);
}

static smtp_span up_to_space(smtp_span s, size_t from)
{
    size_t n = from;
    while (n < s.n && s.p[n] != ' ')
        n++;
    return smtp_span_cut(s, 0, n);
}

void smtp_session_hide(struct smtp_command *cmd)
{
    if (smtp_span_has_head_nocase(cmd->line, SMTP_SPAN("AUTH ")))
        cmd->line = up_to_space(cmd->line, 5);
    if (cmd->verb == SMTP_V_AUTH)
        cmd->argument = up_to_space(cmd->argument, 0);
}

/* ---- the exchange ---- */

/* RFC 4954 4: "*" cancels, everything else is base64; 500 for a line over the limit. */
static enum smtp_fault read_response(struct smtp_server *s, smtp_span line, enum smtp_fault framing,
                                     smtp_span *out)
{
    enum smtp_fault goodbye = smtp_session_farewell(s);
    if (goodbye != SMTP_OK)
        return goodbye;
    if (framing == SMTP_E_LINE_LONG)
        return SMTP_E_AUTH_LONG;
    if (smtp_span_is(line, SMTP_SPAN("*")))
        return SMTP_E_AUTH_CANCEL;
    return framing == SMTP_OK && decode(s, line, out) ? SMTP_OK : SMTP_E_AUTH_BASE64;
}

static void refuse_response(struct smtp_server *s, struct smtp_event *ev)
{
    ev->kind = SMTP_EV_REJECTED;
    ev->bytes = (smtp_span){NULL, 0};
    ev->rule = NULL;
    smtp_session_refuse(s, SMTP_V_RESPONSE, ev->fault);
}

bool smtp_session_step_auth(struct smtp_server *s, struct smtp_event *ev)
{
    smtp_span line;
    enum smtp_fault framing;
    enum smtp_step step =
        smtp_line_next(&s->line, smtp_edge_in(&s->edge), &line, &s->taken, &framing);
    if (step == SMTP_STEP_MORE) {
        smtp_session_release(s);
        return false;
    }
    ev->rule = smtp_rule_for(s->rules, SMTP_V_RESPONSE, s->state, s->config->extensions);
    ev->cmd.verb = SMTP_V_AUTH;
    ev->lax_used = s->line.lax_used;
    ev->fault = read_response(s, line, framing, &ev->bytes);
    if (ev->fault == SMTP_OK && ev->rule == NULL)
        ev->fault = SMTP_E_AUTH_TEMPORARY;
    if (ev->fault != SMTP_OK) {
        refuse_response(s, ev);
    } else if (ev->rule->code >= 400) {
        ev->kind = SMTP_EV_REJECTED;
        ev->bytes = (smtp_span){NULL, 0};
        ev->fault = SMTP_E_AUTH_CREDENTIALS;
        smtp_session_answer(s, SMTP_V_RESPONSE, ev->rule);
    } else {
        ev->kind = SMTP_EV_RESPONSE;
        ev->wants_reply = smtp_session_ask(s, SMTP_V_RESPONSE, ev->rule);
    }
    return true;
}
