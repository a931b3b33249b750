#include "server_parts.h"

/* Octets of a run that are still within the limit of the message. */
static size_t within_limit(const struct smtp_server *s, size_t run)
{
    uint64_t limit = s->limits->message, before = s->dot.seen - run;
    if (limit == 0 || s->dot.seen <= limit)
        return run;
    return before < limit ? (size_t)(limit - before) : 0;
}

static enum smtp_fault text_fault(const struct smtp_server *s, uint64_t *off)
{
    uint64_t limit = s->limits->message;
    if (limit > 0 && s->dot.seen > limit) {
        *off = limit;
        return SMTP_E_SIZE;
    }
    if (!s->config->refuse_bare)
        return SMTP_OK;
    *off = s->dot.fault_off;
    return s->dot.fault;
}

/* RFC 5321 4.1.1.4: the end of data is answered, and once. RFC 1870 6.3: 552 for a text too large.
 */
static bool end_of_data(struct smtp_server *s, struct smtp_event *ev)
{
    ev->kind = SMTP_EV_MESSAGE;
    ev->size = s->dot.seen;
    ev->lax_used = s->dot.lax_used;
    ev->fault = text_fault(s, &ev->fault_off);
    ev->rule = smtp_rule_for(s->rules, SMTP_V_END_OF_DATA, SMTP_S_TEXT, s->config->extensions);
    if (ev->fault == SMTP_OK && ev->rule == NULL)
        ev->fault = SMTP_E_STORE;
    if (ev->fault != SMTP_OK) {
        smtp_session_refuse(s, SMTP_V_END_OF_DATA, ev->fault);
        return true;
    }
    if (ev->rule->code >= 400) {
        ev->fault = SMTP_E_STORE;
        smtp_session_answer(s, SMTP_V_END_OF_DATA, ev->rule);
        return true;
    }
    ev->wants_reply = smtp_session_ask(s, SMTP_V_END_OF_DATA, ev->rule);
    return true;
}

/* Law 3: a text over the limit is drained to its end all the same. Law 4: bytes only. */
bool smtp_session_step_text(struct smtp_server *s, uint64_t now_ms, struct smtp_event *ev)
{
    for (;;) {
        smtp_span in = smtp_edge_in(&s->edge), run;
        size_t before = in.n;
        enum smtp_step step = smtp_dot_next(&s->dot, &in, &run);
        s->taken = before - in.n;
        if (s->taken > 0)
            s->since_ms = now_ms;
        if (step == SMTP_STEP_END)
            return end_of_data(s, ev);
        if (step == SMTP_STEP_MORE) {
            smtp_session_release(s);
            return false;
        }
        ev->bytes = (smtp_span){run.p, within_limit(s, run.n)};
        if (ev->bytes.n > 0) {
            ev->kind = SMTP_EV_BODY;
            return true;
        }
        smtp_session_release(s);
    }
}
