#include "notice_parts.h"
#include "received_parts.h"

/* ---- who is told --------------------------------------------------------------------------- */

/* The condition that asks for it. */
static unsigned condition_of(enum smtp_action action)
{
    switch (action) {
    case SMTP_ACTION_FAILED:
        return SMTP_NOTIFY_FAILURE;
    case SMTP_ACTION_DELAYED:
        return SMTP_NOTIFY_DELAY;
    case SMTP_ACTION_DELIVERED:
    case SMTP_ACTION_RELAYED:
    case SMTP_ACTION_EXPANDED:
        break;
    }
    return SMTP_NOTIFY_SUCCESS;
}

/*
 * RFC 3461 5.2: never to the null reverse-path; 5.2.2, 5.2.3, 5.2.5, 5.2.6, 5.2.7.3: as NOTIFY says,
 * and without it (4.1) as FAILURE,DELAY would.
 */
bool smtp_notice_is_due(const struct smtp_notice *n, const struct smtp_notice_rcpt *r)
{
    unsigned notify = SMTP_NOTIFY_FAILURE | SMTP_NOTIFY_DELAY;
    if ((r->params.given & (unsigned)SMTP_P_NOTIFY) != 0)
        notify = r->params.notify;
    return n->sender.n > 0 && (notify & condition_of(r->action)) != 0;
}

size_t smtp_notice_due(const struct smtp_notice *n)
{
    size_t due = 0;
    for (size_t i = 0; i < n->rcpt_count; i++)
        due += smtp_notice_is_due(n, &n->rcpts[i]);
    return due;
}

/* ---- the envelope -------------------------------------------------------------------------- */

/* RFC 6531 3.4: where the message "includes" UTF-8 in a header section, its own or a part's. */
static bool needs_utf8(const struct smtp_notice *n, const struct smtp_notice_form *form)
{
    return smtp_notice_has_high(n->sender) || form->global ||
           (form->original_global && !form->quoted);
}

static bool needs_8bit(const struct smtp_notice *n, const struct smtp_notice_form *form)
{
    return needs_utf8(n, form) || (form->original_high && !form->quoted);
}

/* RFC 3461 6.1: no RET. RFC 8689 5: "MUST also specify the REQUIRETLS SMTP option". */
struct smtp_mail_params smtp_notice_mail_params(const struct smtp_notice *n)
{
    struct smtp_notice_form form;
    struct smtp_mail_params params = {.given = n->params.given & (unsigned)SMTP_P_REQUIRETLS};
    smtp_notice_choose(n, &form);
    if (needs_8bit(n, &form)) {
        params.given |= (unsigned)SMTP_P_BODY;
        params.body = SMTP_BODY_8BITMIME;
    }
    if (needs_utf8(n, &form))
        params.given |= (unsigned)SMTP_P_SMTPUTF8;
    return params;
}

struct smtp_rcpt_params smtp_notice_rcpt_params(void)
{
    return (struct smtp_rcpt_params){.given = SMTP_P_NOTIFY, .notify = SMTP_NOTIFY_NEVER};
}

/* ---- the notice ---------------------------------------------------------------------------- */

static void put(smtp_room to, size_t *at, const char *text)
{
    smtp_room_put(to, at, smtp_span_of(text));
}

static void put_encoding(smtp_room to, size_t *at, const char *encoding)
{
    put(to, at, "Content-Transfer-Encoding: ");
    put(to, at, encoding);
    put(to, at, "\r\n");
}

/* The gravest that is told. */
static enum smtp_action action_of(const struct smtp_notice *n)
{
    enum smtp_action action = SMTP_ACTION_EXPANDED;
    for (size_t i = 0; i < n->rcpt_count; i++)
        if (smtp_notice_is_due(n, &n->rcpts[i]) && n->rcpts[i].action < action)
            action = n->rcpts[i].action;
    return action;
}

/* RFC 3464 2: "addressed (in both the message header and the transport envelope)" to the sender. */
static void put_addresses(smtp_room to, size_t *at, const struct smtp_notice *n)
{
    put(to, at, "From: Mail Delivery System <postmaster@");
    smtp_room_put(to, at, n->host);
    put(to, at, ">\r\nTo: <");
    smtp_room_put(to, at, n->sender);
    put(to, at, ">\r\n");
}

static void put_head(smtp_room to, size_t *at, const struct smtp_notice *n,
                     const struct smtp_notice_form *form)
{
    put(to, at, "Date: ");
    *at += smtp_print_date(smtp_trace_rest(to, *at), &n->date);
    put(to, at, "\r\n");
    put_addresses(to, at, n);
    put(to, at, "Subject: Delivery status notification: ");
    smtp_room_put(to, at, smtp_notice_action(action_of(n)));
    put(to, at, "\r\nMessage-ID: <");
    smtp_room_put(to, at, n->id);
    put(to, at, "@");
    smtp_room_put(to, at, n->host);
    put(to, at,
        ">\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status;\r\n boundary=\"");
    smtp_room_put(to, at, (smtp_span){form->boundary, form->boundary_n});
    put(to, at, "\"\r\n");
    if (needs_8bit(n, form))
        put_encoding(to, at, "8bit");
}

/* RFC 2046 5.1.1: dash-boundary, behind the CRLF that belongs to it. */
static void put_boundary(smtp_room to, size_t *at, const struct smtp_notice_form *form,
                         const char *end)
{
    put(to, at, "\r\n--");
    smtp_room_put(to, at, (smtp_span){form->boundary, form->boundary_n});
    put(to, at, end);
}

static void put_explanation(smtp_room to, size_t *at, const struct smtp_notice *n, bool global)
{
    static const char *const told[] = {
        [SMTP_ACTION_FAILED] = "not delivered, and no longer tried",
        [SMTP_ACTION_DELAYED] = "not delivered so far, and still tried",
        [SMTP_ACTION_DELIVERED] = "delivered",
        [SMTP_ACTION_RELAYED] = "passed on to a system that may not report its delivery",
        [SMTP_ACTION_EXPANDED] = "delivered, and passed on to other addresses",
    };
    put(to, at, "Content-Type: text/plain; charset=");
    put(to, at, global ? "utf-8\r\n" : "us-ascii\r\n");
    if (global)
        put_encoding(to, at, "8bit");
    put(to, at, "\r\nThis is the mail system at ");
    smtp_room_put(to, at, n->host);
    put(to, at, ".\r\nWhat became of your message:\r\n\r\n");
    for (size_t i = 0; i < n->rcpt_count; i++) {
        if (!smtp_notice_is_due(n, &n->rcpts[i]))
            continue;
        put(to, at, "<");
        smtp_notice_put_mailbox(to, at, n->rcpts[i].mailbox, global);
        put(to, at, ">:\r\n    ");
        put(to, at, told[n->rcpts[i].action]);
        put(to, at, ".\r\n");
    }
}

/* RFC 3461 6.2, RFC 6533 4.1 */
static void put_machine_part(smtp_room to, size_t *at, const struct smtp_notice *n, bool global)
{
    put(to, at,
        global ? "Content-Type: message/global-delivery-status\r\n"
               : "Content-Type: message/delivery-status\r\n");
    if (global)
        put_encoding(to, at, "8bit");
    put(to, at, "\r\n");
    smtp_notice_put_status(to, at, n, global);
}

static void put_returned_part(smtp_room to, size_t *at, const struct smtp_notice_form *form)
{
    put(to, at, "Content-Type: ");
    put(to, at, form->original_type);
    put(to, at, "\r\n");
    if (form->quoted || form->original_high)
        put_encoding(to, at, form->quoted ? "quoted-printable" : "8bit");
    put(to, at, "\r\n");
    smtp_notice_put_original(to, at, form);
}

size_t smtp_print_notice(smtp_room to, const struct smtp_notice *n)
{
    struct smtp_notice_form form;
    size_t at = 0;
    if (smtp_notice_due(n) == 0)
        return 0;
    smtp_notice_choose(n, &form);
    put_head(to, &at, n, &form);
    put_boundary(to, &at, &form, "\r\n");
    put_explanation(to, &at, n, form.global);
    put_boundary(to, &at, &form, "\r\n");
    put_machine_part(to, &at, n, form.global);
    put_boundary(to, &at, &form, "\r\n");
    put_returned_part(to, &at, &form);
    put_boundary(to, &at, &form, "--\r\n");
    return at;
}
