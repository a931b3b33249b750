#include "oracle/client/play.h"

/* RFC 5321 4.2.1: the lines of one reply have one code, and it is over with the line that has no hyphen. */
static void hear_line(struct client_play *p, const struct smtp_client_event *ev)
{
    bool refused =
        ev->code == 0 || ev->fault == SMTP_E_REPLY_MIXED || ev->fault == SMTP_E_REPLY_LINES;
    FUZZ_CHECK(refused || !p->open || ev->code == p->open_code, "replies", "%u goes on as %u",
               p->open_code, ev->code);
    p->open = !ev->last && ev->verb != SMTP_V_UNKNOWN && !refused;
    p->open_code = ev->code;
    if (!ev->last || refused)
        return;
    p->answered = ev->verb;
    p->code = ev->code;
    if (ev->verb == SMTP_V_MAIL)
        p->opened = ev->code / 100 == 2;
    p->taken += ev->verb == SMTP_V_RCPT && p->opened && ev->code / 100 == 2;
    p->confirmed += ev->verb == SMTP_V_END_OF_DATA && ev->code / 100 == 2;
    client_cell(p, ev);
}

static bool is_answer(enum smtp_client_event_kind kind)
{
    return kind == SMTP_CE_READY || kind == SMTP_CE_CHALLENGE || kind == SMTP_CE_AUTH ||
           kind == SMTP_CE_REPLY || kind == SMTP_CE_RCPT;
}

void client_hear(struct client_play *p, const struct smtp_client_event *ev)
{
    if (ev->kind == SMTP_CE_LINE) {
        hear_line(p, ev);
        return;
    }
    FUZZ_CHECK(!p->open || !is_answer(ev->kind), "replies", "event %d within a reply",
               (int)ev->kind);
    if (ev->kind == SMTP_CE_AUTH)
        p->authenticated = ev->code / 100 == 2;
}

/*
 * RFC 5321 4.2.5 and 6.1: with 2yz to its end the text is the server's, for each whom it had taken, and without it
 * for nobody. RFC 2033 4.2: in LMTP each has a reply of his own.
 */
void client_check_done(const struct client_play *p)
{
    unsigned delivered = 0, most = p->confirmed > 0 ? p->taken : 0;
    for (size_t i = 0; i < CLIENT_RCPTS; i++)
        delivered += p->rcpts[i].outcome == SMTP_O_DELIVERED;
    if (p->config.lmtp)
        most = p->confirmed;
    FUZZ_CHECK(delivered == most, "outcomes", "delivered to %u: %u taken, %u confirmed", delivered,
               p->taken, p->confirmed);
    bool best = p->mail.outcome == SMTP_O_DELIVERED;
    FUZZ_CHECK(best == (delivered > 0), "outcomes", "all in all %d", (int)p->mail.outcome);
}
