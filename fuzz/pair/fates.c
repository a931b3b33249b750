#include "fuzz.h"
#include "pair/play.h"

/* RFC 9422 4.2: those beyond RCPTMAX are left for another transaction. */
void fates_begin(struct play *p)
{
    size_t most = SCRIPT_RCPTS;
    if (play_has(p, SMTP_X_LIMITS) && smtp_client_is_extended(&p->client) &&
        p->server_config.limits != NULL && p->server_config.limits->recipients < most)
        most = p->server_config.limits->recipients;
    p->fate_count = most;
    for (size_t i = 0; i < SCRIPT_RCPTS; i++)
        p->fates[i] = (struct fate){.told = SMTP_O_NONE};
}

static void move_all(struct play *p, enum smtp_outcome from, enum smtp_outcome to)
{
    for (size_t i = 0; i < p->fate_count; i++)
        if (p->fates[i].told == from)
            p->fates[i].told = to;
}

static enum smtp_outcome refusal(unsigned code)
{
    return code / 100 == 4 ? SMTP_O_LATER : SMTP_O_NEVER;
}

/* RFC 5321 4.5.3.1.10: 552 to RCPT is to be read as 452. */
static void answer_rcpt(struct play *p, unsigned code)
{
    size_t i = p->application.rcpts - 1;
    if (i >= SCRIPT_RCPTS || p->fates[i].told != SMTP_O_NONE)
        return;
    p->fates[i].told = code == 552 ? SMTP_O_LATER : code >= 400 ? refusal(code) : SMTP_O_ACCEPTED;
}

static void answer_text(struct play *p, unsigned code)
{
    const struct application *a = &p->application;
    bool each = p->server_config.mode == SMTP_MODE_LMTP; /* RFC 2033 4.2 */
    for (size_t i = 0; i < a->taken_n; i++) {
        struct fate *fate = &p->fates[a->taken[i]];
        if (each && i != a->recipient)
            continue;
        if (fate->told == SMTP_O_ACCEPTED)
            fate->told = code >= 400 ? refusal(code) : SMTP_O_DELIVERED;
        fate->taken += code < 400;
    }
}

/* RFC 5321 4.2.1: the first digit tells. */
void fates_answer(struct play *p, enum smtp_verb verb, unsigned code)
{
    bool refused = code >= 400;
    if (code == 421) { /* 3.8: nothing more will be answered */
        move_all(p, SMTP_O_ACCEPTED, SMTP_O_LATER);
        move_all(p, SMTP_O_NONE, SMTP_O_LATER);
    } else if (verb == SMTP_V_MAIL && refused) {
        move_all(p, SMTP_O_NONE, refusal(code));
    } else if (verb == SMTP_V_RCPT) {
        answer_rcpt(p, code);
    } else if (verb == SMTP_V_END_OF_DATA) {
        answer_text(p, code);
    } else if ((verb == SMTP_V_DATA || verb == SMTP_V_BDAT) && refused) {
        move_all(p, SMTP_O_ACCEPTED, refusal(code));
    }
}

static void check_rcpt(const struct play *p, size_t i)
{
    const struct fate *fate = &p->fates[i];
    enum smtp_outcome got = p->caller.rcpts[i].outcome, told = fate->told;
    FUZZ_CHECK(fate->taken <= 1, "closed-loop", "recipient %zu has the text %u times", i,
               fate->taken);
    FUZZ_CHECK(got != SMTP_O_DELIVERED || fate->taken == 1, "closed-loop",
               "delivered to recipient %zu, says the client alone", i);
    bool known = got == SMTP_O_DELIVERED || (got == SMTP_O_UNKNOWN && p->trouble);
    FUZZ_CHECK(fate->taken == 0 || known, "closed-loop",
               "recipient %zu has the text, the client would send it again: %d", i, (int)got);
    if (told == SMTP_O_ACCEPTED)
        told = SMTP_O_NONE;
    FUZZ_CHECK(p->trouble || got == told, "closed-loop", "recipient %zu: told %d, understood %d", i,
               (int)told, (int)got);
}

void fates_check(struct play *p)
{
    const struct caller *c = &p->caller;
    bool ours = c->mail.fault != SMTP_OK;
    for (size_t i = 0; i < c->mail.rcpt_count; i++) {
        if (!ours)
            check_rcpt(p, i);
        FUZZ_CHECK(!ours || p->fates[i].taken == 0, "closed-loop", "taken, and the client refused");
    }
}
