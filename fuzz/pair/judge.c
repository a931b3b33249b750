#include <string.h>

#include "fuzz.h"
#include "pair/play.h"

/* ---- no command from content ---- */

static bool is_asked_for(const struct play *p, enum smtp_verb verb)
{
    const struct script_request *r = p->caller.request;
    const struct application *a = &p->application;
    enum smtp_client_phase phase = p->client.phase;
    bool mail = r != NULL && r->verb == SMTP_V_MAIL;
    if (verb == SMTP_V_EHLO || verb == SMTP_V_HELO || verb == SMTP_V_LHLO)
        return phase == SMTP_CP_HELLO || p->trouble;
    if (verb == SMTP_V_STARTTLS)
        return phase == SMTP_CP_STARTTLS || p->trouble;
    if (verb == SMTP_V_QUIT)
        return phase == SMTP_CP_QUIT || phase == SMTP_CP_CLOSED;
    if (verb == SMTP_V_MAIL)
        return mail && a->mails <= p->caller.begun;
    if (verb == SMTP_V_RCPT)
        return mail && a->rcpts <= r->rcpt_count;
    if (verb == SMTP_V_DATA || verb == SMTP_V_BDAT)
        return mail;
    return r != NULL && (r->verb == verb || (mail && verb == SMTP_V_RSET));
}

/* ---- what a server of ours may say to a client of ours ---- */

static bool may_refuse(const struct play *p, const struct smtp_event *ev)
{
    static const enum smtp_fault faults[] = {
        SMTP_E_SEQUENCE,   SMTP_E_NO_RCPT,        SMTP_E_NO_SERVICE,   SMTP_E_SENDER_SHORT,
        SMTP_E_RCPT_SHORT, SMTP_E_RCPT_MANY,      SMTP_E_MAIL_MANY,    SMTP_E_SIZE_DECLARED,
        SMTP_E_SIZE,       SMTP_E_LOOP,           SMTP_E_ERRORS_MANY,  SMTP_E_TLS_NEEDED,
        SMTP_E_BY_SHORT,   SMTP_E_HOLD_LONG,      SMTP_E_HOLD_BY,      SMTP_E_AUTH_NEEDED,
        SMTP_E_AUTH_MANY,  SMTP_E_AUTH_MECHANISM, SMTP_E_TEXT_BARE_CR, SMTP_E_TEXT_BARE_LF,
    };
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        if (faults[i] == ev->fault)
            return true;
    bool wrong_word = ev->fault == SMTP_E_VERB && ev->cmd.verb == SMTP_V_LHLO;
    return wrong_word && p->client_config.lmtp && p->server_config.mode != SMTP_MODE_LMTP;
}

/* ---- capabilities ---- */

static const struct {
    unsigned param;
    enum smtp_ext extension;
} brought_by[] = {
    {SMTP_P_SIZE, SMTP_X_SIZE},
    {SMTP_P_BODY, SMTP_X_8BITMIME},
    {SMTP_P_SMTPUTF8, SMTP_X_SMTPUTF8},
    {SMTP_P_RET, SMTP_X_DSN},
    {SMTP_P_ENVID, SMTP_X_DSN},
    {SMTP_P_AUTH, SMTP_X_AUTH},
    {SMTP_P_REQUIRETLS, SMTP_X_REQUIRETLS},
    {SMTP_P_BY, SMTP_X_DELIVERBY},
    {SMTP_P_HOLDFOR, SMTP_X_FUTURERELEASE},
    {SMTP_P_HOLDUNTIL, SMTP_X_FUTURERELEASE},
    {SMTP_P_MT_PRIORITY, SMTP_X_MT_PRIORITY},
};

/* RFC 3030 3 brings a value for a parameter that RFC 6152 has brought. */
static bool is_offered(const struct play *p, size_t row, enum smtp_body body)
{
    bool binary = brought_by[row].param == SMTP_P_BODY && body == SMTP_BODY_BINARYMIME;
    return play_has(p, binary ? SMTP_X_BINARYMIME : brought_by[row].extension);
}

static void check_params_offered(const struct play *p, const struct smtp_mail_params *said,
                                 const struct smtp_mail_params *wish)
{
    unsigned left_out = p->caller.mail.left_out;
    for (size_t i = 0; i < sizeof brought_by / sizeof *brought_by; i++) {
        unsigned param = brought_by[i].param;
        FUZZ_CHECK((said->given & param) == 0 || is_offered(p, i, said->body), "capabilities",
                   "parameter %x is not offered", param);
        FUZZ_CHECK((left_out & param) == 0 || !is_offered(p, i, wish->body), "capabilities",
                   "parameter %x is left out and offered", param);
    }
}

static bool ignores(const struct play *p, enum smtp_keyword keyword)
{
    return (p->client_config.ignore & (unsigned)keyword) != 0;
}

static void check_verb_offered(const struct play *p, enum smtp_verb verb)
{
    bool chunks = play_has(p, SMTP_X_CHUNKING) && !ignores(p, SMTP_KW_CHUNKING);
    FUZZ_CHECK(verb != SMTP_V_BDAT || chunks, "capabilities", "BDAT");
    FUZZ_CHECK(verb != SMTP_V_STARTTLS || play_has(p, SMTP_X_STARTTLS), "capabilities", "STARTTLS");
    FUZZ_CHECK(verb != SMTP_V_AUTH || play_has(p, SMTP_X_AUTH), "capabilities", "AUTH");
}

/* RFC 3207 4 and 5: what a client that has to have TLS may say without. */
static void check_clear(const struct play *p, enum smtp_verb verb)
{
    bool clear = !p->server.edge.secure && p->client_config.tls == SMTP_TLS_ALWAYS;
    bool open = verb == SMTP_V_EHLO || verb == SMTP_V_HELO || verb == SMTP_V_LHLO ||
                verb == SMTP_V_STARTTLS || verb == SMTP_V_QUIT;
    FUZZ_CHECK(open || !clear, "credentials", "%s in clear where TLS has to be",
               smtp_verb_name(verb));
}

/* RFC 2920 3.1: what ends a group; the octets of a chunk are not a command. */
static bool must_be_last(const struct play *p, enum smtp_verb verb)
{
    bool groups =
        p->server.extended && play_has(p, SMTP_X_PIPELINING) && !ignores(p, SMTP_KW_PIPELINING);
    return !groups || (verb != SMTP_V_MAIL && verb != SMTP_V_RCPT && verb != SMTP_V_RSET);
}

static void check_alone(const struct play *p, const struct smtp_command *cmd)
{
    size_t own = cmd->line.n + 2, here = p->server.edge.in_len;
    if (cmd->verb == SMTP_V_BDAT || cmd->verb == SMTP_V_AUTH || cmd->line.n == 0)
        return;
    bool more = here > own || p->client.edge.out_len > 0 || p->to_server.n > 0;
    FUZZ_CHECK(!more || !must_be_last(p, cmd->verb), "pipelining", "octets behind %s",
               smtp_verb_name(cmd->verb));
}

/* ---- the envelope ---- */

static void check_mail_params(const struct smtp_mail_params *said,
                              const struct smtp_mail_params *wish)
{
    unsigned given = said->given;
    bool numbers = ((given & SMTP_P_SIZE) == 0 || said->size == wish->size) &&
                   ((given & SMTP_P_BODY) == 0 || said->body == wish->body) &&
                   ((given & SMTP_P_RET) == 0 || said->ret == wish->ret) &&
                   ((given & SMTP_P_HOLDFOR) == 0 || said->hold_for == wish->hold_for) &&
                   ((given & SMTP_P_MT_PRIORITY) == 0 || said->priority == wish->priority);
    bool by = (given & SMTP_P_BY) == 0 ||
              (said->by.seconds == wish->by.seconds && said->by.returns == wish->by.returns &&
               said->by.trace == wish->by.trace);
    bool words =
        ((given & SMTP_P_ENVID) == 0 || smtp_span_is(said->envid, wish->envid)) &&
        ((given & SMTP_P_AUTH) == 0 || smtp_span_is(said->auth, wish->auth)) &&
        ((given & SMTP_P_HOLDUNTIL) == 0 || smtp_span_is(said->hold_until, wish->hold_until));
    FUZZ_CHECK(numbers && by && words, "closed-loop", "a parameter of MAIL has changed");
}

static void judge_mail(const struct play *p, const struct smtp_event *ev)
{
    const struct script_request *r = p->caller.request;
    unsigned left_out = p->caller.mail.left_out;
    FUZZ_CHECK(smtp_span_is(ev->cmd.path.mailbox, r->argument), "closed-loop",
               "sender %.*s arrives as %.*s", (int)r->argument.n, r->argument.p,
               (int)ev->cmd.path.mailbox.n, ev->cmd.path.mailbox.p);
    FUZZ_CHECK(ev->mail.given == (r->params.given & ~left_out), "closed-loop",
               "parameters %x, wished %x, left out %x", ev->mail.given, r->params.given, left_out);
    check_params_offered(p, &ev->mail, &r->params);
    check_mail_params(&ev->mail, &r->params);
}

static void judge_rcpt(const struct play *p, const struct smtp_event *ev)
{
    const struct script_rcpt *rcpt = &p->caller.request->rcpts[p->application.rcpts - 1];
    const struct smtp_rcpt_params *said = &ev->rcpt, *wish = &rcpt->params;
    bool path = smtp_span_is(ev->cmd.path.mailbox, rcpt->address);
    FUZZ_CHECK(path, "closed-loop", "recipient %.*s arrives as %.*s", (int)rcpt->address.n,
               rcpt->address.p, (int)ev->cmd.path.mailbox.n, ev->cmd.path.mailbox.p);
    FUZZ_CHECK(said->given == (play_has(p, SMTP_X_DSN) ? wish->given : 0), "closed-loop",
               "parameters %x, wished %x", said->given, wish->given);
    bool same = ((said->given & SMTP_P_NOTIFY) == 0 || said->notify == wish->notify) &&
                ((said->given & SMTP_P_ORCPT) == 0 || (smtp_span_is(said->orcpt, wish->orcpt)));
    FUZZ_CHECK(same, "closed-loop", "a parameter of RCPT has changed");
}

void judge_command(const struct play *p, const struct smtp_event *ev)
{
    enum smtp_verb verb = ev->cmd.verb;
    FUZZ_CHECK(is_asked_for(p, verb), "no-command-from-content", "%s: %.*s", smtp_verb_name(verb),
               (int)ev->cmd.line.n, ev->cmd.line.n > 0 ? ev->cmd.line.p : "");
    check_verb_offered(p, verb);
    check_clear(p, verb);
    check_alone(p, &ev->cmd);
    if (ev->kind == SMTP_EV_REJECTED) {
        FUZZ_CHECK(may_refuse(p, ev), "understood", "%s: %.*s", smtp_fault_row(ev->fault)->symbol,
                   (int)ev->cmd.line.n, ev->cmd.line.n > 0 ? ev->cmd.line.p : "");
    } else if (verb == SMTP_V_MAIL) {
        judge_mail(p, ev);
    } else if (verb == SMTP_V_RCPT) {
        judge_rcpt(p, ev);
    }
}

/* ---- the text ---- */

/* RFC 5321 4.1.1.4: DATA ends with CRLF, which is added where it is not there. */
static size_t added(const struct play *p)
{
    smtp_span text = p->caller.request->text;
    bool ends = text.n >= 2 && memcmp(text.p + text.n - 2, "\r\n", 2) == 0;
    return p->application.chunked || text.n == 0 || ends ? 0 : 2;
}

void judge_body(const struct play *p, smtp_span bytes)
{
    smtp_span text = p->caller.request->text, end = SMTP_SPAN("\r\n");
    size_t at = (size_t)p->application.body_n;
    smtp_span own = smtp_span_cut(text, at, at + bytes.n);
    smtp_span rest = smtp_span_cut(bytes, own.n, bytes.n);
    size_t behind = at + own.n - text.n;
    bool same = own.n == 0 || memcmp(own.p, bytes.p, own.n) == 0;
    bool closed =
        rest.n == 0 || (behind + rest.n <= added(p) && memcmp(end.p + behind, rest.p, rest.n) == 0);
    FUZZ_CHECK(same && closed, "closed-loop", "the text changes at %zu: %.*s", at, (int)bytes.n,
               bytes.p);
}

void judge_message(const struct play *p, const struct smtp_event *ev)
{
    const struct application *a = &p->application;
    size_t n = p->caller.request->text.n + added(p);
    FUZZ_CHECK(ev->size == n, "closed-loop", "%llu octets of %zu arrived",
               (unsigned long long)ev->size, n);
    FUZZ_CHECK(ev->fault != SMTP_OK || a->body_n == n, "closed-loop",
               "%llu octets of %zu delivered", (unsigned long long)a->body_n, n);
    FUZZ_CHECK(ev->recipients == a->taken_n, "closed-loop", "%zu recipients of %zu", ev->recipients,
               a->taken_n);
    bool ended = p->caller.text_at == p->caller.request->text.n;
    FUZZ_CHECK(ended, "closed-loop", "the text ends before its caller has ended it");
}
