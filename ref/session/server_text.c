#include "server_parts.h"

/* RFC 1870 6.3: octets of a run that are still within the limit of the message. */
static size_t within_limit(const struct smtp_server *s, size_t run)
{
    uint64_t limit = s->limits->message, left = s->text < limit ? limit - s->text : 0;
    return limit == 0 || run <= left ? run : (size_t)left;
}

bool smtp_session_body(struct smtp_server *s, smtp_span run, struct smtp_event *ev)
{
    ev->bytes = (smtp_span){run.p, within_limit(s, run.n)};
    s->text += run.n;
    smtp_hops_next(&s->hops, run);
    if (ev->bytes.n > 0) {
        ev->kind = SMTP_EV_BODY;
        return true;
    }
    smtp_session_release(s);
    return false;
}

enum smtp_fault smtp_session_text_fault(const struct smtp_server *s, uint64_t *off)
{
    uint64_t limit = s->limits->message;
    if (limit > 0 && s->text > limit) {
        *off = limit;
        return SMTP_E_SIZE;
    }
    if (s->limits->hops > 0 && s->hops.count > s->limits->hops)
        return SMTP_E_LOOP;
    if (!s->config->refuse_bare)
        return SMTP_OK;
    *off = s->dot.fault_off;
    return s->dot.fault;
}

bool smtp_session_finish(struct smtp_server *s, enum smtp_verb verb, struct smtp_event *ev)
{
    ev->rule = smtp_rule_for(s->rules, verb, s->state, s->config->extensions);
    if (ev->fault == SMTP_OK && ev->rule == NULL)
        ev->fault = SMTP_E_STORE;
    if (ev->fault != SMTP_OK) {
        smtp_session_refuse(s, verb, ev->fault);
        return true;
    }
    if (ev->rule->code >= 400) {
        ev->fault = SMTP_E_STORE;
        smtp_session_answer(s, verb, ev->rule);
        return true;
    }
    ev->wants_reply = smtp_session_ask(s, verb, ev->rule);
    return true;
}

/* RFC 5321 4.1.1.4: the end of data is answered, and once; RFC 2033 4.2: for each recipient. */
bool smtp_session_end_of_data(struct smtp_server *s, struct smtp_event *ev)
{
    struct smtp_ending *end = &s->ending;
    if (!end->reached)
        end->fault = smtp_session_text_fault(s, &end->fault_off);
    end->reached = true;
    ev->kind = SMTP_EV_MESSAGE;
    ev->size = s->text;
    ev->lax_used = s->dot.lax_used;
    ev->fault = end->fault;
    ev->fault_off = end->fault_off;
    ev->recipient = end->answered;
    ev->recipients = s->recipients;
    return smtp_session_finish(s, SMTP_V_END_OF_DATA, ev);
}

/* Law 3: a text over the limit is drained to its end all the same. Law 4: bytes only. */
bool smtp_session_step_text(struct smtp_server *s, uint64_t now_ms, struct smtp_event *ev)
{
    while (!s->ending.reached) {
        smtp_span in = smtp_edge_in(&s->edge), run;
        size_t before = in.n;
        enum smtp_step step = smtp_dot_next(&s->dot, &in, &run);
        s->taken = before - in.n;
        if (s->taken > 0)
            smtp_session_came(s, s->taken, now_ms);
        if (step == SMTP_STEP_END)
            break;
        if (step == SMTP_STEP_MORE) {
            smtp_session_release(s);
            return false;
        }
        if (smtp_session_body(s, run, ev))
            return true;
    }
    return smtp_session_end_of_data(s, ev);
}
