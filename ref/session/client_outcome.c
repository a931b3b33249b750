#include "client_parts.h"

enum smtp_outcome smtp_dialog_outcome(enum smtp_verdict verdict)
{
    if (verdict == SMTP_VERDICT_DONE)
        return SMTP_O_ACCEPTED;
    return verdict == SMTP_VERDICT_LATER ? SMTP_O_LATER : SMTP_O_NEVER;
}

/* Without a reply there is no code. */
void smtp_dialog_decide(struct smtp_client *c, size_t rcpt, enum smtp_outcome outcome)
{
    struct smtp_rcpt *r = &c->mail->rcpts[rcpt];
    bool by_reply = c->reply.complete && outcome != SMTP_O_NONE && outcome != SMTP_O_UNKNOWN;
    r->outcome = outcome;
    r->code = by_reply ? c->reply.code : 0;
    r->enhanced = by_reply ? c->enhanced : (struct smtp_enhanced){.class = 0};
}

void smtp_dialog_decide_all(struct smtp_client *c, enum smtp_outcome from, enum smtp_outcome to)
{
    for (size_t i = 0; i < c->rcpts; i++)
        if (c->mail->rcpts[i].outcome == from)
            smtp_dialog_decide(c, i, to);
}

/* What counts most for the whole: the text is there, may be there, may be tried again, never. */
static int weight(enum smtp_outcome outcome)
{
    static const int weights[] = {
        [SMTP_O_DELIVERED] = 5, [SMTP_O_UNKNOWN] = 4, [SMTP_O_NONE] = 3,
        [SMTP_O_ACCEPTED] = 3,  [SMTP_O_LATER] = 2,   [SMTP_O_NEVER] = 1,
    };
    return weights[outcome];
}

void smtp_dialog_settle(struct smtp_client *c)
{
    const struct smtp_rcpt *best = &c->mail->rcpts[0];
    smtp_dialog_decide_all(c, SMTP_O_ACCEPTED, SMTP_O_NONE);
    for (size_t i = 1; i < c->rcpts; i++)
        if (weight(c->mail->rcpts[i].outcome) > weight(best->outcome))
            best = &c->mail->rcpts[i];
    c->mail->outcome = best->outcome;
    c->mail->code = best->code;
    c->mail->enhanced = best->enhanced;
    c->done = true;
}
