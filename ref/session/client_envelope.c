#include "client_parts.h"

/* Positions: 0 is MAIL, 1 to rcpts the recipients, then DATA. */

static bool put_line(struct smtp_client *c, const char *begin, smtp_span address,
                     const struct smtp_mail_params *mail, const struct smtp_rcpt_params *rcpt)
{
    smtp_room tail = smtp_dialog_tail(c);
    size_t n = 0;
    smtp_room_put(tail, &n, smtp_span_of(begin));
    smtp_room_put(tail, &n, address);
    smtp_room_put(tail, &n, SMTP_SPAN(">"));
    smtp_room rest = n < tail.n ? (smtp_room){tail.p + n, tail.n - n} : (smtp_room){tail.p, 0};
    n += mail != NULL ? smtp_print_mail_params(rest, mail) : smtp_print_rcpt_params(rest, rcpt);
    smtp_room_put(tail, &n, SMTP_SPAN("\r\n"));
    if (n > tail.n)
        return false;
    smtp_dialog_grow(c, n);
    c->said++;
    return true;
}

/* RFC 5321 4.1.1.2: mail = "MAIL FROM:" Reverse-path [SP Mail-parameters] CRLF */
static bool say_mail(struct smtp_client *c)
{
    if (!put_line(c, "MAIL FROM:<", c->mail->sender, &c->params, NULL))
        return false;
    c->mails++;
    return true;
}

/* RFC 5321 4.1.1.3: rcpt = "RCPT TO:" ( "<Postmaster>" / Forward-path ) [SP Rcpt-parameters] CRLF */
static bool say_rcpt(struct smtp_client *c)
{
    const struct smtp_rcpt *rcpt = &c->mail->rcpts[c->said - 1];
    struct smtp_rcpt_params params = rcpt->params;
    if (!smtp_dialog_has(c, SMTP_KW_DSN)) /* RFC 3461 5.2.2 */
        params.given = 0;
    return put_line(c, "RCPT TO:<", rcpt->address, NULL, &params);
}

static bool say_next(struct smtp_client *c)
{
    if (c->said == 0)
        return say_mail(c);
    if (c->said <= c->rcpts)
        return say_rcpt(c);
    return smtp_dialog_say(c, SMTP_SPAN("DATA"), SMTP_SPAN(""));
}

/*
 * RFC 2920 3.1: with PIPELINING all at once, DATA the last of the group; else one, and its reply.
 * RFC 3030 2: no chunk before all replies to MAIL and RCPT are here.
 */
void smtp_dialog_say_envelope(struct smtp_client *c)
{
    size_t end = c->rcpts + (c->chunked ? 1 : 2);
    bool group = smtp_dialog_has(c, SMTP_KW_PIPELINING);
    while (c->said < end && !c->mail_refused && (group || smtp_dialog_open(c) == 0))
        if (!say_next(c))
            return;
}

/* ---- replies ---- */

static bool hear_mail(struct smtp_client *c, enum smtp_verdict verdict)
{
    if (verdict == SMTP_VERDICT_DONE)
        return false;
    c->mail_refused = true;
    smtp_dialog_decide_all(c, SMTP_O_NONE, smtp_dialog_outcome(verdict));
    return false;
}

/* RFC 5321 3.3: recipients are taken or refused one by one. */
static bool hear_rcpt(struct smtp_client *c, enum smtp_verdict verdict,
                      struct smtp_client_event *ev)
{
    size_t i = c->heard - 2; /* this one is counted already */
    if (c->mail_refused)
        return false;
    smtp_dialog_decide(c, i, smtp_dialog_outcome(verdict));
    c->accepted += verdict == SMTP_VERDICT_DONE ? 1 : 0;
    ev->kind = SMTP_CE_RCPT;
    ev->rcpt = i;
    return true;
}

/*
 * RFC 5321 3.3 and RFC 2920 3.1: where no recipient was taken, and 354 came all the same, nothing but
 * the end of data is sent.
 */
static void hear_data(struct smtp_client *c, enum smtp_verdict verdict)
{
    if (verdict == SMTP_VERDICT_MORE && c->accepted > 0)
        smtp_dialog_begin_text(c);
    else if (verdict == SMTP_VERDICT_MORE)
        smtp_dialog_enter(c, SMTP_CP_END);
    else if (!c->mail_refused)
        smtp_dialog_decide_all(c, SMTP_O_ACCEPTED, smtp_dialog_outcome(verdict));
}

/* All replies are here: the text, the end, or RSET for a transaction that is open still. */
static void conclude(struct smtp_client *c)
{
    if (c->mail_refused) {
        smtp_dialog_settle(c);
        smtp_dialog_ready(c);
    } else if (c->heard == c->rcpts + 2 || (c->heard == c->rcpts + 1 && c->accepted == 0)) {
        smtp_dialog_enter(c, SMTP_CP_RESET);
    } else if (c->heard == c->rcpts + 1 && c->chunked) {
        smtp_dialog_begin_text(c);
    }
}

bool smtp_dialog_hear_envelope(struct smtp_client *c, struct smtp_client_event *ev)
{
    enum smtp_verdict verdict = smtp_client_verdict(ev->verb, ev->code);
    bool some = false, mail_is_gone = c->mail_refused && ev->verb == SMTP_V_RCPT;
    if (verdict == SMTP_VERDICT_WRONG && !mail_is_gone) {
        c->code = ev->code;
        smtp_dialog_end(c, SMTP_E_REPLY_CLASS);
        return false;
    }
    if (ev->verb == SMTP_V_MAIL)
        some = hear_mail(c, verdict);
    else if (ev->verb == SMTP_V_RCPT)
        some = hear_rcpt(c, verdict, ev);
    else
        hear_data(c, verdict);
    if (c->phase == SMTP_CP_ENVELOPE && smtp_dialog_open(c) == 0)
        conclude(c);
    return some;
}
