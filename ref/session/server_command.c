#include "server_parts.h"

/* What a word needs beyond the table and its syntax. */
static const struct {
    enum smtp_verb verb;
    enum smtp_fault (*check)(struct smtp_server *s, struct smtp_event *ev, size_t *off);
} checks[] = {
    {SMTP_V_MAIL, smtp_session_check_mail},
    {SMTP_V_RCPT, smtp_session_check_rcpt},
    {SMTP_V_STARTTLS, smtp_session_check_starttls},
};

static enum smtp_fault check(struct smtp_server *s, struct smtp_event *ev)
{
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
        if (checks[i].verb == ev->cmd.verb)
            return checks[i].check(s, ev, &ev->cmd.fault_off);
    return SMTP_OK;
}

static void reject(struct smtp_server *s, struct smtp_event *ev, enum smtp_fault fault)
{
    ev->kind = SMTP_EV_REJECTED;
    ev->fault = fault;
    ev->fault_off = ev->cmd.fault_off;
    s->verb = ev->cmd.verb;
    smtp_session_refuse(s, s->verb, fault);
}

/* The fault that a refusing row stands for. */
static enum smtp_fault row_fault(const struct smtp_event *ev, enum smtp_fault syntax)
{
    if (ev->rule->code == 500)
        return syntax != SMTP_OK ? syntax : SMTP_E_VERB;
    if (ev->rule->code == 502)
        return SMTP_E_NOT_HERE;
    return SMTP_E_SEQUENCE;
}

static void reject_by_row(struct smtp_server *s, struct smtp_event *ev, enum smtp_fault syntax)
{
    ev->kind = SMTP_EV_REJECTED;
    ev->fault = row_fault(ev, syntax);
    s->verb = ev->cmd.verb;
    smtp_session_answer(s, s->verb, ev->rule);
}

/* RFC 3207 4: 530 to every command other than NOOP, EHLO, STARTTLS and QUIT. */
static bool lacks_tls(const struct smtp_server *s, enum smtp_verb verb)
{
    if (!s->config->tls_needed || s->edge.secure || s->state == SMTP_S_REFUSED)
        return false;
    return verb != SMTP_V_NOOP && verb != SMTP_V_EHLO && verb != SMTP_V_STARTTLS &&
           verb != SMTP_V_QUIT && verb != SMTP_V_UNKNOWN;
}

/* RFC 5321 3.8 and 7.8: whether 421 is due instead of an answer. */
static enum smtp_fault farewell(const struct smtp_server *s)
{
    if (s->shutting)
        return SMTP_E_SHUTDOWN;
    if (s->limits->errors > 0 && s->errors >= s->limits->errors)
        return SMTP_E_ERRORS_MANY;
    return SMTP_OK;
}

/* Order before syntax, syntax before what the command asks for. */
static void judge(struct smtp_server *s, struct smtp_event *ev, enum smtp_fault syntax)
{
    enum smtp_verb verb = ev->cmd.verb;
    if (verb != SMTP_V_QUIT && farewell(s) != SMTP_OK) {
        reject(s, ev, farewell(s));
        return;
    }
    if (lacks_tls(s, verb)) {
        reject(s, ev, SMTP_E_TLS_NEEDED);
        return;
    }
    ev->rule = smtp_rule_for(s->rules, verb, s->state, s->config->extensions);
    if (ev->rule == NULL) {
        reject(s, ev, SMTP_E_VERB);
        return;
    }
    if (ev->rule->code >= 400) {
        reject_by_row(s, ev, syntax);
        return;
    }
    enum smtp_fault fault = verb != SMTP_V_UNKNOWN ? syntax : SMTP_OK;
    if (fault == SMTP_OK)
        fault = check(s, ev);
    if (fault != SMTP_OK) {
        reject(s, ev, fault);
        return;
    }
    ev->kind = SMTP_EV_COMMAND;
    ev->wants_reply = smtp_session_ask(s, verb, ev->rule);
}

/* SMTP_LAX_LINE_NUL: the line stands in our own input, so it is closed up in place. */
static smtp_span without_nul(struct smtp_server *s, smtp_span line)
{
    char *p = s->edge.in.p + s->edge.in_head;
    size_t n = 0;
    for (size_t i = 0; i < line.n; i++)
        if (line.p[i] != '\0')
            p[n++] = line.p[i];
    return (smtp_span){p, n};
}

/* A line that is broken as a line is no command, whatever it begins with. */
static void judge_line(struct smtp_server *s, struct smtp_event *ev, smtp_span line,
                       enum smtp_fault framing)
{
    if (framing != SMTP_OK) {
        ev->cmd = (struct smtp_command){.line = line, .fault_off = s->line.fault_off};
        ev->lax_used = s->line.lax_used;
        enum smtp_fault goodbye = farewell(s);
        reject(s, ev, goodbye != SMTP_OK ? goodbye : framing);
        return;
    }
    if ((s->line.lax_used & SMTP_LAX_LINE_NUL) != 0)
        line = without_nul(s, line);
    enum smtp_fault syntax = smtp_parse_command(line, s->config->lax, &ev->cmd);
    ev->lax_used = ev->cmd.lax_used | s->line.lax_used;
    /* Law 3: the octets of a chunk are never commands, refused or not. */
    if (ev->cmd.verb == SMTP_V_BDAT && syntax == SMTP_OK)
        s->chunk.left = ev->cmd.chunk;
    judge(s, ev, syntax);
}

/* Drops what is here of a refused chunk; true when it is complete. */
static bool chunk_is_gone(struct smtp_server *s)
{
    smtp_span in = smtp_edge_in(&s->edge), run;
    enum smtp_step step = smtp_chunk_next(&s->chunk.left, &in, &run);
    smtp_edge_take(&s->edge, run.n);
    return step == SMTP_STEP_END || s->chunk.left == 0;
}

bool smtp_session_step_command(struct smtp_server *s, struct smtp_event *ev)
{
    if (!chunk_is_gone(s))
        return false;
    smtp_span line;
    enum smtp_fault framing;
    enum smtp_step step =
        smtp_line_next(&s->line, smtp_edge_in(&s->edge), &line, &s->taken, &framing);
    if (step == SMTP_STEP_MORE) {
        smtp_session_release(s);
        return false;
    }
    judge_line(s, ev, line, framing);
    return true;
}
