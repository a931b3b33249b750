/*
 * NAME
 *     policy.c: what a small site decides
 *
 * DESCRIPTION
 *     Four mailboxes, one of them not in ASCII, a list and postmaster at example.test, no relaying,
 *     one account. A mutant may answer otherwise where its condition holds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "smtp/chars.h"
#include "target/self_parts.h"

/* Octets of storage. */
#define ROOM (UINT64_C(1) << 40)

static bool is_mailbox(const struct smtp_path *path)
{
    static const char *const names[] = {"tester", "tester2",     "tester3",
                                        LIST,     DELIVER_ALIAS, UTF8_LOCAL};
    char local[SMTP_LOCAL_MAX + 1];
    size_t n = smtp_print_local_meaning((smtp_room){local, sizeof local}, path->local);
    smtp_span meaning = {local, n <= sizeof local ? n : 0};
    if (smtp_span_is_nocase(meaning, SMTP_SPAN("postmaster"))) /* RFC 5321 4.5.1 */
        return true;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (smtp_span_is(meaning, smtp_span_of(names[i])))
            return true;
    return false;
}

static enum smtp_fault judge_recipient(const struct smtp_path *path)
{
    if (onward_takes(path))
        return SMTP_OK;
    bool ours = path->domain.kind == SMTP_D_NONE ||
                smtp_span_is_nocase(path->domain.text, SMTP_SPAN(DOMAIN));
    if (smtp_span_is_nocase(path->domain.text, SMTP_SPAN(HOST))) /* the name in its notices */
        return smtp_span_is_nocase(path->local, SMTP_SPAN("postmaster")) ? SMTP_OK
                                                                         : SMTP_E_NO_MAILBOX;
    if (!ours)
        return SMTP_E_NO_RELAY;
    return is_mailbox(path) ? SMTP_OK : SMTP_E_NO_MAILBOX;
}

static bool has_capital(smtp_span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] >= 'A' && s.p[i] <= 'Z')
            return true;
    return false;
}

static bool is_literal(const struct smtp_domain *d)
{
    return d->kind == SMTP_D_IPV4 || d->kind == SMTP_D_IPV6 || d->kind == SMTP_D_GENERAL;
}

/* Whether the mutant's condition holds for a command with a path. */
static bool path_holds(enum mutant_when when, const struct smtp_command *cmd)
{
    const struct smtp_path *path = &cmd->path;
    bool rcpt = cmd->verb == SMTP_V_RCPT;
    switch (when) {
    case MUTANT_NULL_PATH:
        return !rcpt && path->null;
    case MUTANT_SENDER:
        return !rcpt;
    case MUTANT_BODY:
        return !rcpt && cmd->params.at < cmd->params.end &&
               smtp_span_has_head_nocase(
                   (smtp_span){cmd->params.at, (size_t)(cmd->params.end - cmd->params.at)},
                   SMTP_SPAN(" BODY="));
    case MUTANT_POSTMASTER:
        return rcpt && path->domain.kind == SMTP_D_NONE && !path->null;
    case MUTANT_ROUTE:
        return path->route.n > 0;
    case MUTANT_QUOTED:
        return path->quoted;
    case MUTANT_LONG:
        return path->local.n >= SMTP_LOCAL_MAX;
    case MUTANT_CASE:
        return has_capital(path->domain.text);
    case MUTANT_LITERAL:
        return is_literal(&path->domain);
    case MUTANT_FOREIGN:
        return rcpt && judge_recipient(path) == SMTP_E_NO_RELAY;
    case MUTANT_UNKNOWN:
        return rcpt && judge_recipient(path) == SMTP_E_NO_MAILBOX;
    case MUTANT_NEVER:
    case MUTANT_GREETING:
    case MUTANT_HELLO:
    case MUTANT_TEXT:
    case MUTANT_TRACE:
    case MUTANT_VRFY:
    case MUTANT_CHUNK:
    case MUTANT_LOGIN:
    case MUTANT_WRONG_LOGIN:
        return false;
    }
    return false;
}

static bool holds(const struct session *s, enum mutant_when when, const struct smtp_event *ev)
{
    if (ev->kind == SMTP_EV_CONNECT)
        return when == MUTANT_GREETING;
    if (ev->kind == SMTP_EV_MESSAGE)
        return when == MUTANT_TEXT || (when == MUTANT_TRACE && s->traced);
    if (ev->kind == SMTP_EV_CHUNK)
        return when == MUTANT_CHUNK;
    enum smtp_verb verb = ev->cmd.verb;
    if (verb == SMTP_V_EHLO || verb == SMTP_V_HELO)
        return when == MUTANT_HELLO || (when == MUTANT_LITERAL && is_literal(&ev->cmd.host));
    if (verb == SMTP_V_MAIL || verb == SMTP_V_RCPT)
        return path_holds(when, &ev->cmd);
    return verb == SMTP_V_VRFY && when == MUTANT_VRFY;
}

static bool is_ascii(smtp_span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (smtp_is(s.p[i], SMTP_C_HIGH))
            return false;
    return true;
}

/*
 * RFC 5321 3.5: 250 and the mailbox for those that RCPT takes, 550 for others. RFC 6531 3.7.4.2: 252
 * for a mailbox that a reply may not show; we show it to nobody.
 */
static void verify(struct session *s, const struct smtp_command *cmd)
{
    smtp_span name = smtp_command_name(cmd);
    struct smtp_cursor c = smtp_cursor_of(name, SMTP_LAX_UTF8);
    struct smtp_path path = {.local = name};
    if (smtp_parse_mailbox(&c, &path) != SMTP_OK)
        path = (struct smtp_path){.local = name};
    char text[2 * SMTP_LOCAL_MAX];
    int n = snprintf(text, sizeof text, "<%.*s@" DOMAIN ">", (int)path.local.n, path.local.p);
    enum smtp_fault fault = judge_recipient(&path);
    if (fault != SMTP_OK || n < 0 || (size_t)n >= sizeof text)
        smtp_server_refuse(&s->server, SMTP_E_NO_MAILBOX);
    else if (!is_ascii(path.local)
                 ? !smtp_server_reply(&s->server, 252, "2.6.8", SMTP_SPAN("RCPT takes it"))
                 : !smtp_server_reply(&s->server, 250, "2.1.5", smtp_span_of(text)))
        abort();
}

/* RFC 5321 3.5.1, 3.5.2: the members of the list, a line each. */
static void expand(struct session *s, const struct smtp_command *cmd)
{
    static const char members[] = "Tester <tester@" DOMAIN ">\n<tester2@" DOMAIN ">";
    smtp_span name = smtp_command_name(cmd);
    bool known =
        smtp_span_is(name, SMTP_SPAN(LIST)) || smtp_span_is(name, SMTP_SPAN(LIST "@" DOMAIN));
    if (!known)
        smtp_server_accept(&s->server); /* the table's own, 252 */
    else if (!smtp_server_reply(&s->server, 250, "2.1.5", smtp_span_of(members)))
        abort();
}

/* What the answer means for the message. */
static void note(struct session *s, const struct smtp_event *ev, bool accepted)
{
    struct delivery *d = &s->delivery;
    d->secure = s->server.edge.secure;
    d->authenticated = smtp_server_is_authenticated(&s->server);
    d->lmtp = s->server.config->mode == SMTP_MODE_LMTP;
    d->submission = s->server.config->mode == SMTP_MODE_SUBMISSION;
    if (ev->kind == SMTP_EV_COMMAND && ev->cmd.verb == SMTP_V_MAIL) {
        d->utf8 = (ev->mail.given & SMTP_P_SMTPUTF8) != 0;
        d->sender_is_ours = !ev->cmd.path.null && !onward_takes(&ev->cmd.path) &&
                            judge_recipient(&ev->cmd.path) == SMTP_OK;
    }
    if (ev->kind == SMTP_EV_COMMAND && ev->cmd.verb == SMTP_V_RCPT)
        d->is_lost = s->late && judge_recipient(&ev->cmd.path) != SMTP_OK;
    bool elsewhere =
        ev->kind == SMTP_EV_COMMAND && ev->cmd.verb == SMTP_V_RCPT && onward_takes(&ev->cmd.path);
    if (ev->kind == SMTP_EV_COMMAND && accepted && !elsewhere)
        deliver_command(d, &ev->cmd);
    onward_note(&s->parcel, ev, accepted);
    if (ev->kind == SMTP_EV_MESSAGE && accepted)
        onward_send(s->self->onward, &s->parcel, d);
    if (ev->kind == SMTP_EV_MESSAGE && !deliver_end(d, accepted))
        abort();
}

/* Where the mutant says so, its answer in place of the policy's. */
static bool answered_by_mutant(struct session *s, const struct smtp_event *ev, bool applies)
{
    const struct mutant *m = s->self->mutant;
    if (m == NULL || !applies)
        return false;
    note(s, ev, m->code < 400);
    char enhanced[] = "2.0.0";
    enhanced[0] = (char)('0' + m->code / 100);
    if (!smtp_server_reply(&s->server, m->code, enhanced, SMTP_SPAN("mutant")))
        abort();
    return true;
}

/* RFC 4954 4: the command, and each line behind a 334. */
static void log_in(struct session *s, const struct smtp_event *ev)
{
    const struct mutant *m = s->self->mutant;
    const smtp_span *initial = ev->cmd.has_initial ? &ev->bytes : NULL;
    struct login_answer answer =
        ev->kind == SMTP_EV_RESPONSE
            ? login_go_on(&s->login, ev->bytes)
            : login_begin(&s->login, ev->cmd.mechanism, initial, ++s->self->logins);
    bool wrong = answer.fault == SMTP_E_AUTH_CREDENTIALS;
    if (m != NULL && answered_by_mutant(s, ev,
                                        (m->when == MUTANT_LOGIN && answer.done) ||
                                            (m->when == MUTANT_WRONG_LOGIN && wrong)))
        return;
    if (answer.fault != SMTP_OK)
        smtp_server_refuse(&s->server, answer.fault);
    else if (answer.done)
        smtp_server_accept(&s->server);
    else if (!smtp_server_challenge(&s->server, answer.challenge))
        abort();
}

static enum smtp_fault judge(struct session *s, const struct smtp_event *ev)
{
    if (ev->kind == SMTP_EV_CONNECT)
        return s->greeting;
    if (ev->kind == SMTP_EV_MESSAGE && s->delivery.slip == MUTANT_SLIP_COUNTS_DOUBLED &&
        inbox_holds((smtp_span){s->delivery.text.p, s->delivery.text.n}, SMTP_SPAN("\n.")))
        return SMTP_E_SIZE;
    if (ev->kind == SMTP_EV_MESSAGE)
        return deliver_judge(&s->delivery);
    if (ev->kind != SMTP_EV_COMMAND)
        return SMTP_OK;
    if (ev->cmd.verb == SMTP_V_RCPT) {
        enum smtp_fault fault = judge_recipient(&ev->cmd.path);
        return s->late && fault == SMTP_E_NO_MAILBOX ? SMTP_OK : fault;
    }
    if (ev->cmd.verb != SMTP_V_MAIL)
        return SMTP_OK;
    if (smtp_span_is(ev->cmd.path.mailbox, smtp_span_of(REFUSED_SENDER)))
        return SMTP_E_SENDER;
    /* RFC 1870 6.1(1) */
    return (ev->mail.given & SMTP_P_SIZE) != 0 && ev->mail.size > ROOM ? SMTP_E_STORE_FULL
                                                                       : SMTP_OK;
}

void policy_decide(struct session *s, const struct smtp_event *ev)
{
    const struct mutant *m = s->self->mutant;
    if (ev->kind == SMTP_EV_RESPONSE ||
        (ev->kind == SMTP_EV_COMMAND && ev->cmd.verb == SMTP_V_AUTH)) {
        log_in(s, ev);
        return;
    }
    if (m != NULL && answered_by_mutant(s, ev, holds(s, m->when, ev)))
        return;
    if (ev->kind == SMTP_EV_COMMAND && ev->cmd.verb == SMTP_V_VRFY) {
        verify(s, &ev->cmd);
        return;
    }
    if (ev->kind == SMTP_EV_COMMAND && ev->cmd.verb == SMTP_V_EXPN) {
        expand(s, &ev->cmd);
        return;
    }
    enum smtp_fault fault = judge(s, ev);
    note(s, ev, fault == SMTP_OK);
    if (fault == SMTP_OK)
        smtp_server_accept(&s->server);
    else
        smtp_server_refuse(&s->server, fault);
}

/* RFC 5321 4.4: what stands on top of a message that has travelled. */
void policy_look(struct session *s, const struct smtp_event *ev)
{
    if (ev->kind == SMTP_EV_BODY && !s->begun)
        s->traced = smtp_span_has_head_nocase(ev->bytes, SMTP_SPAN("Received:")) ||
                    smtp_span_has_head_nocase(ev->bytes, SMTP_SPAN("Return-Path:"));
    s->begun = ev->kind == SMTP_EV_BODY || (s->begun && ev->kind == SMTP_EV_CHUNK);
    if (ev->kind == SMTP_EV_BODY)
        deliver_text(&s->delivery, ev->bytes);
    if (ev->kind == SMTP_EV_COMMAND && (ev->cmd.verb == SMTP_V_BDAT || ev->cmd.verb == SMTP_V_DATA))
        s->delivery.chunks = ev->cmd.verb == SMTP_V_BDAT;
    if (ev->kind == SMTP_EV_MESSAGE && !ev->wants_reply)
        note(s, ev, false);
}
