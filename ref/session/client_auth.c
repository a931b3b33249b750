#include <assert.h>

#include "client_parts.h"

/* RFC 4954 4: the AUTH command keeps the limit of a command line (RFC 5321 4.5.3.1.4). */
enum { AUTH_LINE_MAX = 512, EXCHANGE_LINE_MAX = 12288 };

/* RFC 4422 3.1: sasl-mech = 1*20mech-char */
static bool is_mechanism(smtp_span name)
{
    for (size_t i = 0; i < name.n; i++) {
        bool upper = name.p[i] >= 'A' && name.p[i] <= 'Z';
        bool digit = name.p[i] >= '0' && name.p[i] <= '9';
        if (!upper && !digit && name.p[i] != '-' && name.p[i] != '_')
            return false;
    }
    return name.n >= 1 && name.n <= 20;
}

/* RFC 4954 4: "=" stands for an initial response of no octets. */
static void put_initial(smtp_room to, size_t *n, smtp_span initial)
{
    smtp_room_put(to, n, SMTP_SPAN(" "));
    if (initial.n == 0)
        smtp_room_put(to, n, SMTP_SPAN("="));
    else
        *n += smtp_print_base64((smtp_room){to.p + *n, to.n - *n}, initial);
}

enum smtp_fault smtp_client_auth(struct smtp_client *c, smtp_span mechanism, bool has_initial,
                                 smtp_span initial)
{
    assert(c->phase == SMTP_CP_READY && c->asked);
    smtp_room tail = smtp_dialog_tail(c);
    size_t n = 0;
    if (!is_mechanism(mechanism))
        return SMTP_E_AUTH_MECHANISM;
    if (!smtp_dialog_has(c, SMTP_KW_AUTH))
        return SMTP_E_NOT_HERE;
    if ((smtp_mechanism_of(mechanism) & ~c->offered.mechanisms) != 0)
        return SMTP_E_AUTH_MECHANISM;
    if (c->authenticated)
        return SMTP_E_AUTH_HERE;
    smtp_room_put(tail, &n, SMTP_SPAN("AUTH "));
    smtp_room_put(tail, &n, mechanism);
    if (has_initial)
        put_initial(tail, &n, initial);
    smtp_room_put(tail, &n, SMTP_SPAN("\r\n"));
    if (n > AUTH_LINE_MAX)
        return SMTP_E_LINE_LONG;
    smtp_dialog_enter(c, SMTP_CP_AUTH);
    smtp_dialog_grow(c, n);
    c->said++;
    c->bad_challenge = c->cancelled = false;
    return SMTP_OK;
}

static void answered(struct smtp_client *c, size_t n)
{
    smtp_dialog_grow(c, n);
    c->said++;
    c->asked = false;
    c->edge.ask &= ~(unsigned)SMTP_WANT_REPLY;
}

bool smtp_client_respond(struct smtp_client *c, smtp_span octets)
{
    smtp_room tail = smtp_dialog_tail(c);
    if (c->phase != SMTP_CP_AUTH || !c->asked)
        return false;
    size_t n = smtp_print_base64(tail, octets);
    smtp_room_put(tail, &n, SMTP_SPAN("\r\n"));
    if (n > EXCHANGE_LINE_MAX || n > tail.n)
        return false;
    answered(c, n);
    return true;
}

/* RFC 4954 4: "*" cancels the exchange; the server answers 501. */
void smtp_client_cancel(struct smtp_client *c)
{
    size_t n = 0;
    smtp_room tail = smtp_dialog_tail(c);
    if (c->phase != SMTP_CP_AUTH || !c->asked)
        return;
    smtp_room_put(tail, &n, SMTP_SPAN("*\r\n"));
    if (n > tail.n)
        smtp_dialog_break(c, SMTP_E_BUFFER);
    else
        answered(c, n);
    c->cancelled = true;
}

/* RFC 4954 4: a challenge that cannot be decoded is answered by "*". Decoded in place. */
static bool challenged(struct smtp_client *c, struct smtp_client_event *ev)
{
    smtp_span in = smtp_edge_in(&c->edge), text = ev->text;
    size_t n = 0;
    smtp_room place = {c->edge.in.p + c->edge.in_head + (size_t)(text.p - in.p), text.n};
    c->asked = true;
    if (!smtp_decode_base64(place, text, &n)) {
        c->bad_challenge = true;
        smtp_client_cancel(c);
        return false;
    }
    ev->kind = SMTP_CE_CHALLENGE;
    ev->text = (smtp_span){place.p, n};
    c->edge.ask |= SMTP_WANT_REPLY;
    return true;
}

bool smtp_dialog_hear_auth(struct smtp_client *c, struct smtp_client_event *ev)
{
    enum smtp_verdict verdict = smtp_client_verdict(SMTP_V_AUTH, ev->code);
    if (verdict == SMTP_VERDICT_MORE && !c->cancelled)
        return challenged(c, ev);
    if (verdict == SMTP_VERDICT_MORE) {
        c->code = ev->code;
        smtp_dialog_end(c, SMTP_E_REPLY_CLASS);
        return false;
    }
    ev->kind = SMTP_CE_AUTH;
    ev->fault = c->bad_challenge ? SMTP_E_AUTH_BASE64 : SMTP_OK;
    c->authenticated = verdict == SMTP_VERDICT_DONE;
    smtp_dialog_ready(c);
    return true;
}
