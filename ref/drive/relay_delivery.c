#include "relay_delivery.h"

#include <stdlib.h>

/* ---- the end of it ------------------------------------------------------------------------- */

void relay_leave(struct relay *relay)
{
    if (relay->freed && relay->open == 0)
        free(relay);
}

void relay_release(struct drive_delivery *d)
{
    struct relay *relay = d->relay;
    relay->open--;
    free(d->rcpts);
    free(d);
    relay_leave(relay);
}

void relay_answer_if_due(struct drive_delivery *d)
{
    struct drive_giver *giver = d->giver;
    if (giver == NULL || !d->decided || d->wish != WISH_COMMIT)
        return;
    d->giver = NULL;
    giver->done(giver, d->fault);
}

/* ---- what becomes of the message ----------------------------------------------------------- */

/* RFC 1047: a text that was never answered may be there; it is better twice than lost. */
static enum smtp_fault fault_of(enum smtp_outcome outcome)
{
    switch (outcome) {
    case SMTP_O_DELIVERED:
        return SMTP_OK;
    case SMTP_O_LATER:
        return SMTP_E_HOP_LATER;
    case SMTP_O_NEVER:
        return SMTP_E_HOP_NEVER;
    case SMTP_O_NONE:
    case SMTP_O_ACCEPTED:
    case SMTP_O_UNKNOWN:
        break;
    }
    return SMTP_E_HOP_DOWN;
}

static bool has_fault(const struct drive_envelope *e, enum smtp_fault fault)
{
    for (size_t i = 0; i < e->recipient_count; i++)
        if (e->recipients[i].fault == fault)
            return true;
    return false;
}

/*
 * One answer for all (RFC 5321 4.2.5: 250 says that they all have it). One that is refused for good
 * stays so however often the message comes again, and its sender has to be told: 554. Else it is
 * tried again.
 */
static enum smtp_fault fault_of_all(const struct drive_envelope *e)
{
    static const enum smtp_fault worst[] = {SMTP_E_HOP_NEVER, SMTP_E_HOP_LATER, SMTP_E_HOP_DOWN};
    for (size_t i = 0; i < sizeof worst / sizeof *worst; i++)
        if (has_fault(e, worst[i]))
            return worst[i];
    return SMTP_OK;
}

/* What is not decided by a reply is by `fault`. */
static void decide(struct drive_delivery *d, enum smtp_fault fault)
{
    if (d->decided || d->giver == NULL)
        return;
    struct drive_envelope *e = d->envelope;
    for (size_t i = 0; i < e->recipient_count; i++) {
        e->recipients[i].fault = fault_of(d->rcpts[i].outcome);
        e->recipients[i].enhanced = d->rcpts[i].enhanced;
    }
    if (fault == SMTP_OK && !e->each)
        fault = fault_of_all(e);
    d->fault = fault;
    d->decided = true;
    d->made_room = true; /* for what is dropped */
    d->n = 0;
}

static bool is_refused(const struct drive_delivery *d)
{
    for (size_t i = 0; i < d->mail.rcpt_count; i++)
        if (d->rcpts[i].outcome != SMTP_O_ACCEPTED)
            return true;
    return false;
}

/* ---- the session --------------------------------------------------------------------------- */

/* RFC 6152 3: an undeclared text may be 8bit all the same, and is let through where it can be. */
static void choose_body(struct drive_delivery *d)
{
    struct smtp_mail_params *params = &d->mail.params;
    bool offered = (d->client.offered.given & (unsigned)SMTP_KW_8BITMIME) != 0;
    if ((params->given & (unsigned)SMTP_P_BODY) != 0 || !offered)
        return;
    params->given |= (unsigned)SMTP_P_BODY;
    params->body = SMTP_BODY_8BITMIME;
}

static void take_turn(struct drive_delivery *d)
{
    size_t rcpt;
    if (d->begun || d->giver == NULL) {
        smtp_client_quit(&d->client);
        return;
    }
    d->begun = true;
    choose_body(d);
    if (smtp_client_mail(&d->client, &d->mail, &rcpt) == SMTP_OK)
        return;
    decide(d, SMTP_E_HOP_NEVER); /* an address that was tolerated and cannot be said */
    smtp_client_quit(&d->client);
}

/* Where there is one answer for all, nobody gets what somebody is refused, if that is known before. */
static void take_text_turn(struct drive_delivery *d)
{
    if (!d->envelope->each && is_refused(d))
        smtp_client_abandon(&d->client);
    else
        d->wanted = true;
}

static void handle(struct drive_delivery *d, const struct smtp_client_event *ev)
{
    switch (ev->kind) {
    case SMTP_CE_READY:
        take_turn(d);
        break;
    case SMTP_CE_TEXT:
        take_text_turn(d);
        break;
    case SMTP_CE_DONE:
        decide(d, d->mail.fault);
        break;
    case SMTP_CE_CLOSED:
        decide(d, SMTP_E_HOP_DOWN);
        break;
    case SMTP_CE_CHALLENGE: /* nobody asked for one */
        smtp_client_cancel(&d->client);
        break;
    case SMTP_CE_LINE:
    case SMTP_CE_TLS:
    case SMTP_CE_INJECTED:
    case SMTP_CE_AUTH:
    case SMTP_CE_REPLY:
    case SMTP_CE_RCPT:
    case SMTP_CE_TIMEOUT:
        break;
    }
}

static void pour(struct drive_delivery *d)
{
    bool last = d->wish == WISH_COMMIT;
    if (!d->wanted || d->decided || (d->n == 0 && !last))
        return;
    d->wanted = false;
    size_t taken = smtp_client_text(&d->client, (smtp_span){d->text + d->head, d->n}, last);
    d->head += taken;
    d->n -= taken;
    d->made_room |= taken > 0;
}

void relay_step(struct net_end *end, uint64_t now_ms)
{
    struct drive_delivery *d = (struct drive_delivery *)end;
    struct smtp_client_event ev;
    pour(d);
    while (smtp_client_next(&d->client, now_ms, &ev)) {
        handle(d, &ev);
        pour(d);
    }
    relay_answer_if_due(d);
    bool made_room = d->made_room;
    d->made_room = false;
    if (made_room && d->giver != NULL && d->wish == WISH_WRITE)
        d->giver->room(d->giver);
}

void relay_gone(struct net_end *end, uint64_t now_ms)
{
    struct drive_delivery *d = (struct drive_delivery *)end;
    (void)now_ms;
    d->gone = true;
    decide(d, SMTP_E_HOP_DOWN);
    relay_answer_if_due(d);
    if (d->giver == NULL)
        relay_release(d);
    else if (d->made_room && d->wish == WISH_WRITE)
        d->giver->room(d->giver);
}
