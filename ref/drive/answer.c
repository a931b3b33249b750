#include <assert.h>

#include "connection.h"

unsigned answer_code(const struct drive_verdict *v)
{
    return v->code != 0 ? v->code : smtp_fault_row(v->fault)->code;
}

void answer_say(struct drive_session *s, const struct drive_verdict *v)
{
    s->refused += answer_code(v) >= 400;
    if (v->code != 0 && smtp_server_reply(&s->server, v->code, v->enhanced, smtp_span_of(v->text)))
        return;
    assert(v->code == 0); /* a policy's mistake */
    if (v->code != 0 || v->fault != SMTP_OK)
        smtp_server_refuse(&s->server, v->fault != SMTP_OK ? v->fault : SMTP_E_LATER);
    else
        smtp_server_accept(&s->server);
}

static void answer_command(struct drive_session *s, const struct drive_verdict *v)
{
    struct drive_verdict noted = {.fault = SMTP_OK};
    if (answer_code(v) < 400)
        noted.fault = transaction_note(s, &s->ev);
    answer_say(s, noted.fault == SMTP_OK ? v : &noted);
}

static void answer(struct drive_session *s, const struct drive_verdict *v)
{
    s->asked = false;
    if (s->ev.kind == SMTP_EV_MESSAGE)
        transaction_end(s, v);
    else if (s->ev.kind == SMTP_EV_CHUNK)
        transaction_chunk(s, v);
    else if (s->ev.kind == SMTP_EV_COMMAND)
        answer_command(s, v);
    else
        answer_say(s, v);
}

void drive_session_answer(struct drive_session *s, const struct drive_verdict *v)
{
    assert(s->asked);
    answer(s, v);
    net_kick(&s->end);
}

/* RFC 5321 3.8: 421 to those that are too many. */
static void turn_away(struct drive_session *s)
{
    struct drive_verdict v = {.code = 421, .enhanced = "4.7.0"};
    snprintf(v.text, sizeof v.text, "%s", s->turned_away);
    answer(s, &v);
}

void answer_ask(struct drive_session *s)
{
    struct drive_policy *policy = s->host->config->policy;
    struct drive_verdict v = {.fault = SMTP_OK};
    bool auth = s->ev.kind == SMTP_EV_COMMAND && s->ev.cmd.verb == SMTP_V_AUTH;
    if (s->turned_away != NULL) {
        turn_away(s);
        return;
    }
    if (auth || s->ev.kind == SMTP_EV_RESPONSE) {
        login_step(s);
        return;
    }
    if (transaction_answers(s))
        return;
    s->asked = true;
    if (policy->judge(policy, s, &s->ev, &v))
        answer(s, &v);
}
