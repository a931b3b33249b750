#include "server_parts.h"

/* What a word needs beyond the table and its syntax. */
static const struct {
    enum smtp_verb verb;
    enum smtp_fault (*check)(struct smtp_server *s, struct smtp_event *ev, size_t *off);
} checks[] = {
    {SMTP_V_MAIL, smtp_session_check_mail},         {SMTP_V_RCPT, smtp_session_check_rcpt},
    {SMTP_V_DATA, smtp_session_check_data},         {SMTP_V_BDAT, smtp_session_check_bdat},
    {SMTP_V_STARTTLS, smtp_session_check_starttls}, {SMTP_V_AUTH, smtp_session_check_auth},
};

static enum smtp_fault check(struct smtp_server *s, struct smtp_event *ev)
{
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
        if (checks[i].verb == ev->cmd.verb)
            return checks[i].check(s, ev, &ev->cmd.fault_off);
    return SMTP_OK;
}

/*
 * Answers with the row, or without one with the fault's reply. RFC 3030 2: a chunk is answered when its
 * octets are gone; so there is no event yet, and false. Where CHUNKING is not offered 502 comes at once,
 * as to any word that is not implemented.
 */
static bool turn_down(struct smtp_server *s, struct smtp_event *ev, enum smtp_fault fault,
                      const struct smtp_rule *rule)
{
    bool chunk = ev->cmd.verb == SMTP_V_BDAT && s->chunk.counted;
    if (chunk && smtp_session_has(s, SMTP_X_CHUNKING)) {
        smtp_session_owe_chunk(s, fault, rule);
        return false;
    }
    ev->kind = SMTP_EV_REJECTED;
    ev->fault = fault;
    ev->rule = rule;
    ev->size = chunk ? s->chunk.size : 0;
    ev->cmd.initial = (smtp_span){NULL, 0};
    s->verb = ev->cmd.verb;
    if (rule != NULL)
        smtp_session_answer(s, s->verb, rule);
    else
        smtp_session_refuse(s, s->verb, fault);
    return true;
}

static bool reject(struct smtp_server *s, struct smtp_event *ev, enum smtp_fault fault)
{
    ev->fault_off = ev->cmd.fault_off;
    return turn_down(s, ev, fault, NULL);
}

/* The fault that a refusing row stands for. */
static enum smtp_fault row_fault(const struct smtp_rule *rule, enum smtp_fault syntax)
{
    if (rule->code == 500)
        return syntax != SMTP_OK ? syntax : SMTP_E_VERB;
    if (rule->code == 502)
        return SMTP_E_NOT_HERE;
    return SMTP_E_SEQUENCE;
}

/* RFC 3207 4: 530 to every command other than NOOP, EHLO, STARTTLS and QUIT. */
static bool lacks_tls(const struct smtp_server *s, enum smtp_verb verb)
{
    if (!s->config->tls_needed || s->edge.secure || s->state == SMTP_S_REFUSED)
        return false;
    return verb != SMTP_V_NOOP && verb != SMTP_V_EHLO && verb != SMTP_V_STARTTLS &&
           verb != SMTP_V_QUIT && verb != SMTP_V_UNKNOWN;
}

/* RFC 4954 6: 530 to "any command other than AUTH, EHLO, HELO, NOOP, RSET, or QUIT"; STARTTLS may be
 * what lets AUTH be. */
static bool lacks_auth(const struct smtp_server *s, enum smtp_verb verb)
{
    static const enum smtp_verb open[] = {SMTP_V_AUTH, SMTP_V_EHLO,     SMTP_V_HELO,
                                          SMTP_V_LHLO, SMTP_V_NOOP,     SMTP_V_RSET,
                                          SMTP_V_QUIT, SMTP_V_STARTTLS, SMTP_V_UNKNOWN};
    if (!s->config->auth_needed || s->authenticated || s->state == SMTP_S_REFUSED)
        return false;
    for (size_t i = 0; i < sizeof open / sizeof *open; i++)
        if (open[i] == verb)
            return false;
    return true;
}

enum smtp_fault smtp_session_farewell(const struct smtp_server *s)
{
    if (s->shutting)
        return SMTP_E_SHUTDOWN;
    if (s->limits->errors > 0 && s->errors >= s->limits->errors)
        return SMTP_E_ERRORS_MANY;
    return SMTP_OK;
}

/* What is said whatever the order of commands is. */
static enum smtp_fault standing(struct smtp_server *s, enum smtp_verb verb)
{
    enum smtp_fault goodbye = smtp_session_farewell(s);
    size_t most = s->limits->transactions;
    if (verb != SMTP_V_QUIT && goodbye != SMTP_OK)
        return goodbye;
    if (verb == SMTP_V_MAIL && ++s->transactions > most && most > 0) /* RFC 9422 4.1 */
        return SMTP_E_MAIL_MANY;
    if (lacks_tls(s, verb))
        return SMTP_E_TLS_NEEDED;
    return lacks_auth(s, verb) ? SMTP_E_AUTH_NEEDED : SMTP_OK;
}

/* Order before syntax, syntax before what the command asks for. */
static bool judge(struct smtp_server *s, struct smtp_event *ev, enum smtp_fault syntax)
{
    enum smtp_verb verb = ev->cmd.verb;
    enum smtp_fault fault = standing(s, verb);
    if (fault == SMTP_OK && s->mailless && verb != SMTP_V_QUIT) /* RFC 7504 3 */
        fault = SMTP_E_NO_MAIL;
    if (fault != SMTP_OK)
        return reject(s, ev, fault);
    const struct smtp_rule *rule = smtp_rule_for(s->rules, verb, s->state, s->config->extensions);
    if (rule == NULL)
        return reject(s, ev, SMTP_E_VERB);
    if (rule->code >= 400)
        return turn_down(s, ev, row_fault(rule, syntax), rule);
    fault = verb != SMTP_V_UNKNOWN ? syntax : SMTP_OK;
    if (fault == SMTP_OK)
        fault = check(s, ev);
    if (fault != SMTP_OK)
        return reject(s, ev, fault);
    ev->kind = SMTP_EV_COMMAND;
    ev->rule = rule;
    ev->wants_reply = smtp_session_ask(s, verb, rule);
    return true;
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

/*
 * RFC 6531 3.1(9), 3.7.4.2: SMTPUTF8 extends mailboxes and the strings of VRFY and EXPN; 3.7.1: a client
 * sends only ASCII domains in EHLO.
 */
static enum smtp_fault parse(const struct smtp_server *s, smtp_span line, struct smtp_command *out)
{
    unsigned lax = s->config->lax;
    if (s->extended && smtp_session_offers(s, SMTP_X_SMTPUTF8))
        lax |= (unsigned)SMTP_LAX_UTF8;
    enum smtp_fault fault = smtp_parse_command(line, lax, out);
    bool takes = out->verb == SMTP_V_MAIL || out->verb == SMTP_V_RCPT || out->verb == SMTP_V_VRFY ||
                 out->verb == SMTP_V_EXPN;
    if (lax != s->config->lax && !takes)
        return smtp_parse_command(line, s->config->lax, out);
    return fault;
}

bool smtp_session_needs_utf8(const struct smtp_server *s, const struct smtp_event *ev)
{
    return (ev->lax_used & ~s->config->lax & (unsigned)SMTP_LAX_UTF8) != 0;
}

/* Law 3: the octets of a chunk are never commands, refused or not. */
static void announce(struct smtp_server *s, const struct smtp_command *cmd, enum smtp_fault syntax)
{
    if (cmd->verb != SMTP_V_BDAT)
        return;
    s->chunk = (struct smtp_chunk){.counted = syntax == SMTP_OK, .last = cmd->last};
    if (s->chunk.counted)
        s->chunk.size = s->chunk.left = cmd->chunk;
}

/* A line that is broken as a line is no command, whatever it begins with. */
static bool judge_line(struct smtp_server *s, struct smtp_event *ev, smtp_span line,
                       enum smtp_fault framing)
{
    if (framing != SMTP_OK) {
        ev->cmd = (struct smtp_command){.line = line, .fault_off = s->line.fault_off};
        smtp_session_hide(&ev->cmd);
        ev->lax_used = s->line.lax_used;
        enum smtp_fault goodbye = smtp_session_farewell(s);
        return reject(s, ev, goodbye != SMTP_OK ? goodbye : framing);
    }
    if ((s->line.lax_used & SMTP_LAX_LINE_NUL) != 0)
        line = without_nul(s, line);
    enum smtp_fault syntax = parse(s, line, &ev->cmd);
    smtp_session_hide(&ev->cmd);
    ev->lax_used = ev->cmd.lax_used | s->line.lax_used;
    announce(s, &ev->cmd, syntax);
    return judge(s, ev, syntax);
}

bool smtp_session_step_command(struct smtp_server *s, uint64_t now_ms, struct smtp_event *ev)
{
    for (;;) {
        smtp_span line;
        enum smtp_fault framing;
        if (!smtp_session_drop_chunk(s, now_ms))
            return false;
        if (s->chunk.refused)
            return smtp_session_pay_chunk(s, ev);
        enum smtp_step step =
            smtp_line_next(&s->line, smtp_edge_in(&s->edge), &line, &s->taken, &framing);
        if (step == SMTP_STEP_MORE) {
            smtp_session_release(s);
            return false;
        }
        if (judge_line(s, ev, line, framing))
            return true;
        *ev = (struct smtp_event){.kind = SMTP_EV_CLOSED};
    }
}
