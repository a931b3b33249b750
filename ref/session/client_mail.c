#include <assert.h>
#include <string.h>

#include "client_parts.h"

/* ---- what is refused before anything is sent ---- */

/* The free part of the output is ours to write in. */
static enum smtp_fault check_path(const struct smtp_client *c, smtp_span address, bool forward,
                                  unsigned lax)
{
    smtp_room tail = smtp_dialog_tail(c);
    struct smtp_path path;
    size_t n = 0;
    enum smtp_fault fault = smtp_dialog_breaks_line(address);
    if (fault != SMTP_OK)
        return fault;
    smtp_room_put(tail, &n, SMTP_SPAN("<"));
    smtp_room_put(tail, &n, address);
    smtp_room_put(tail, &n, SMTP_SPAN(">"));
    if (n > tail.n)
        return SMTP_E_PATH_LONG;
    struct smtp_cursor at = smtp_cursor_of((smtp_span){tail.p, n}, lax);
    fault = forward ? smtp_parse_forward_path(&at, &path) : smtp_parse_reverse_path(&at, &path);
    if (fault != SMTP_OK)
        return fault;
    if (path.route.n > 0) /* RFC 5321 3.6.1: clients do not make source routes */
        return SMTP_E_ROUTE;
    return at.at == at.end ? SMTP_OK : SMTP_E_TRAILING;
}

/* Our own parameters, read back by the grammar that a server has for them: those that were given, and no
 * other that stands in a value. */
static enum smtp_fault check_params(smtp_span printed, bool rcpt, unsigned given, unsigned lax)
{
    struct smtp_cursor at = smtp_cursor_of(printed, lax);
    struct smtp_mail_params mail = {.given = 0};
    struct smtp_rcpt_params to = {.given = 0};
    struct smtp_param param;
    size_t off;
    enum smtp_fault fault = smtp_dialog_breaks_line(printed);
    while (fault == SMTP_OK && (fault = smtp_param_next(&at, &param)) == SMTP_OK) {
        fault = rcpt ? smtp_parse_rcpt_param(&param, lax, &to, &off)
                     : smtp_parse_mail_param(&param, lax, &mail, &off);
        if (fault == SMTP_NOMATCH)
            fault = SMTP_E_PARAM;
        if (fault != SMTP_OK)
            return fault;
    }
    if (fault != SMTP_NOMATCH)
        return fault;
    return (rcpt ? to.given : mail.given) == given ? SMTP_OK : SMTP_E_PARAM;
}

static enum smtp_fault check_mail_params(const struct smtp_client *c,
                                         const struct smtp_mail_params *params, unsigned lax)
{
    smtp_room tail = smtp_dialog_tail(c);
    size_t n = smtp_print_mail_params(tail, params);
    if (n > SMTP_DIALOG_PARAMS_MAX)
        return SMTP_E_LINE_LONG;
    return check_params((smtp_span){tail.p, n}, false, params->given, lax);
}

static enum smtp_fault check_rcpt(const struct smtp_client *c, const struct smtp_rcpt *rcpt,
                                  unsigned lax)
{
    smtp_room tail = smtp_dialog_tail(c);
    enum smtp_fault fault = check_path(c, rcpt->address, true, lax);
    if (fault != SMTP_OK)
        return fault;
    size_t n = smtp_print_rcpt_params(tail, &rcpt->params);
    if (n > SMTP_DIALOG_PARAMS_MAX)
        return SMTP_E_LINE_LONG;
    return check_params((smtp_span){tail.p, n}, true, rcpt->params.given, lax);
}

static enum smtp_fault check(const struct smtp_client *c, const struct smtp_mail *mail,
                             size_t *rcpt)
{
    bool utf8 = (mail->params.given & (unsigned)SMTP_P_SMTPUTF8) != 0;
    unsigned lax = utf8 ? (unsigned)SMTP_LAX_UTF8 : 0;
    *rcpt = SIZE_MAX;
    if (mail->rcpt_count == 0)
        return SMTP_E_NO_RCPT;
    enum smtp_fault fault = check_path(c, mail->sender, false, lax);
    if (fault == SMTP_OK)
        fault = check_mail_params(c, &mail->params, lax);
    for (size_t i = 0; fault == SMTP_OK && i < mail->rcpt_count; i++) {
        fault = check_rcpt(c, &mail->rcpts[i], lax);
        if (fault != SMTP_OK)
            *rcpt = i;
    }
    return fault;
}

/* ---- what the server offers ---- */

/* Without its extension a parameter is left out, or the transaction cannot be (needs). */
static const struct {
    enum smtp_mail_param param;
    enum smtp_keyword keyword;
    enum smtp_fault needs;
} wishes[] = {
    {SMTP_P_SIZE, SMTP_KW_SIZE, SMTP_OK},
    {SMTP_P_SMTPUTF8, SMTP_KW_SMTPUTF8, SMTP_E_NEEDS_UTF8},       /* RFC 6531 3.2 */
    {SMTP_P_RET, SMTP_KW_DSN, SMTP_OK},                           /* RFC 3461 5.2.2 */
    {SMTP_P_ENVID, SMTP_KW_DSN, SMTP_OK},                         /* the same */
    {SMTP_P_AUTH, SMTP_KW_AUTH, SMTP_OK},                         /* RFC 4954 5 */
    {SMTP_P_REQUIRETLS, SMTP_KW_REQUIRETLS, SMTP_E_NEEDS_TLS},    /* RFC 8689 4.2.1 */
    {SMTP_P_BY, SMTP_KW_DELIVERBY, SMTP_OK},                      /* RFC 2852 4 */
    {SMTP_P_HOLDFOR, SMTP_KW_FUTURERELEASE, SMTP_E_NEEDS_HOLD},   /* RFC 4865 4 */
    {SMTP_P_HOLDUNTIL, SMTP_KW_FUTURERELEASE, SMTP_E_NEEDS_HOLD}, /* the same */
    {SMTP_P_MT_PRIORITY, SMTP_KW_MT_PRIORITY, SMTP_OK},           /* RFC 6710 4.1 */
};

static enum smtp_fault leave_out(struct smtp_client *c, enum smtp_mail_param param)
{
    c->params.given &= ~(unsigned)param;
    c->mail->left_out |= (unsigned)param;
    return SMTP_OK;
}

/* RFC 6152 3 and 3030 3: BODY says what the text is, to a server that knows the word. */
static enum smtp_fault choose_body(struct smtp_client *c)
{
    bool binary = smtp_dialog_has(c, SMTP_KW_BINARYMIME) && c->chunked;
    if ((c->params.given & (unsigned)SMTP_P_BODY) == 0)
        c->params.body = SMTP_BODY_NONE;
    if (c->params.body == SMTP_BODY_NONE)
        return SMTP_OK;
    if (c->params.body == SMTP_BODY_BINARYMIME)
        return binary ? SMTP_OK : SMTP_E_NEEDS_BINARY;
    if (smtp_dialog_has(c, SMTP_KW_8BITMIME))
        return SMTP_OK;
    if (c->params.body == SMTP_BODY_8BITMIME && !c->config->just_send_8)
        return SMTP_E_NEEDS_8BITMIME;
    return leave_out(c, SMTP_P_BODY);
}

/* RFC 1870 6.1: a text that is larger than the server takes is not tried. */
static enum smtp_fault check_size(const struct smtp_client *c)
{
    bool given = (c->params.given & (unsigned)SMTP_P_SIZE) != 0;
    bool limited = smtp_dialog_has(c, SMTP_KW_SIZE) && c->offered.size > 0;
    return given && limited && c->params.size > c->offered.size ? SMTP_E_SIZE_DECLARED : SMTP_OK;
}

/* RFC 8689 5: with a null path REQUIRETLS "SHOULD NOT cause a bounce message to be discarded". */
static enum smtp_fault do_without(struct smtp_client *c, enum smtp_mail_param param,
                                  enum smtp_fault needs)
{
    bool bounce = param == SMTP_P_REQUIRETLS && c->mail->sender.n == 0;
    return needs != SMTP_OK && !bounce ? needs : leave_out(c, param);
}

static enum smtp_fault choose(struct smtp_client *c)
{
    enum smtp_fault fault = choose_body(c);
    if (fault == SMTP_OK)
        fault = check_size(c);
    for (size_t i = 0; fault == SMTP_OK && i < sizeof wishes / sizeof *wishes; i++) {
        bool wished = (c->params.given & (unsigned)wishes[i].param) != 0;
        bool inside = wishes[i].param != SMTP_P_REQUIRETLS || c->edge.secure;
        if (wished && !(smtp_dialog_has(c, wishes[i].keyword) && inside))
            fault = do_without(c, wishes[i].param, wishes[i].needs);
    }
    return fault;
}

/* ---- the beginning ---- */

static void clear_results(struct smtp_mail *mail)
{
    mail->outcome = SMTP_O_NONE;
    mail->fault = SMTP_OK;
    mail->code = 0;
    mail->enhanced = (struct smtp_enhanced){.class = 0};
    mail->left_out = 0;
    for (size_t i = 0; i < mail->rcpt_count; i++) {
        mail->rcpts[i].outcome = SMTP_O_NONE;
        mail->rcpts[i].code = 0;
        mail->rcpts[i].enhanced = (struct smtp_enhanced){.class = 0};
    }
}

/* RFC 9422 4.2: RCPTMAX; the recipients beyond it stay NONE, for a transaction of their own. */
static size_t recipients(const struct smtp_client *c, const struct smtp_mail *mail)
{
    uint64_t most = smtp_dialog_has(c, SMTP_KW_LIMITS) ? c->offered.rcpt_max : 0;
    return most > 0 && most < mail->rcpt_count ? (size_t)most : mail->rcpt_count;
}

/* RFC 9422 4.1: MAILMAX counts MAIL commands, whatever became of them. */
static bool is_used_up(const struct smtp_client *c)
{
    uint64_t most = smtp_dialog_has(c, SMTP_KW_LIMITS) ? c->offered.mail_max : 0;
    return most > 0 && c->mails >= most;
}

enum smtp_fault smtp_client_mail(struct smtp_client *c, struct smtp_mail *mail, size_t *rcpt)
{
    assert(c->phase == SMTP_CP_READY && c->asked);
    enum smtp_fault fault = check(c, mail, rcpt);
    if (fault != SMTP_OK)
        return fault;
    clear_results(mail);
    c->mail = mail;
    c->params = mail->params;
    c->rcpts = recipients(c, mail);
    c->accepted = c->text_rcpt = 0;
    c->chunked = smtp_dialog_has(c, SMTP_KW_CHUNKING);
    c->mail_refused = c->ended = c->cr = false;
    mail->fault = choose(c);
    if (mail->fault != SMTP_OK) {
        smtp_dialog_decide_all(c, SMTP_O_NONE, SMTP_O_NEVER);
    } else if (is_used_up(c)) {
        mail->fault = SMTP_E_MAILMAX;
    }
    if (mail->fault == SMTP_OK) {
        smtp_dialog_enter(c, SMTP_CP_ENVELOPE);
        return SMTP_OK;
    }
    smtp_dialog_settle(c);
    smtp_dialog_ready(c);
    return SMTP_OK;
}
