#include <string.h>

#include "client_parts.h"

/* RFC 3030 2: bdat-cmd = "BDAT" SP chunk-size [ SP end-marker ] CRLF, with twenty digits at most. */
enum {
    BDAT_MAX = sizeof "BDAT 18446744073709551615 LAST\r\n" - 1,
    END_MAX = sizeof "\r\n.\r\n" - 1
};

void smtp_dialog_begin_text(struct smtp_client *c)
{
    c->stuff = (struct smtp_stuff){.state = 0};
    smtp_dialog_enter(c, SMTP_CP_TEXT);
}

/* Octets that text() takes at most. */
static size_t room_now(const struct smtp_client *c)
{
    return smtp_edge_free(&c->edge) - (c->chunked ? BDAT_MAX : END_MAX);
}

/* RFC 2920 3.1 lets chunks go in groups; RFC 2033 4.3 leaves open how many replies those behind a
 * refused one get, so that LMTP goes one by one. */
static bool waits_for_chunk(const struct smtp_client *c)
{
    bool group = smtp_dialog_has(c, SMTP_KW_PIPELINING) && !c->config->lmtp;
    return smtp_dialog_open(c) > 0 && !group;
}

/* When half of the output is free, so that chunks are no smaller than that. */
bool smtp_dialog_step_text(struct smtp_client *c, struct smtp_client_event *ev)
{
    if (c->asked || smtp_edge_free(&c->edge) < c->edge.out.n / 2 || waits_for_chunk(c))
        return false;
    ev->kind = SMTP_CE_TEXT;
    ev->room = room_now(c);
    c->asked = true;
    c->edge.ask |= SMTP_WANT_REPLY;
    return true;
}

/* ---- pieces ---- */

/* RFC 5321 2.3.8: CR and LF stand in a text as CRLF only. RFC 6152 3: no octet above 127 unless BODY
 * says so. A binary text is free of both (RFC 3030 3). */
static enum smtp_fault scan(struct smtp_client *c, smtp_span octets)
{
    bool may_8 = c->params.body == SMTP_BODY_8BITMIME || c->config->just_send_8;
    if (c->params.body == SMTP_BODY_BINARYMIME)
        return SMTP_OK;
    for (size_t i = 0; i < octets.n; i++) {
        bool lf = octets.p[i] == '\n';
        if (lf != c->cr)
            return lf ? SMTP_E_TEXT_BARE_LF : SMTP_E_TEXT_BARE_CR;
        c->cr = octets.p[i] == '\r';
        if ((unsigned char)octets.p[i] > 127 && !may_8)
            return SMTP_E_NEEDS_8BITMIME;
    }
    return SMTP_OK;
}

/* RFC 5321 4.5.2 */
static size_t put_stuffed(struct smtp_client *c, smtp_span octets)
{
    smtp_span rest = octets;
    smtp_room tail = smtp_dialog_tail(c);
    tail.n -= END_MAX;
    smtp_dialog_grow(c, smtp_stuff_next(&c->stuff, tail, &rest));
    return octets.n - rest.n;
}

static size_t put_chunk(struct smtp_client *c, smtp_span octets, bool last)
{
    smtp_room tail = smtp_dialog_tail(c);
    size_t n = 0;
    smtp_span piece = smtp_span_cut(octets, 0, tail.n - BDAT_MAX);
    last = last && piece.n == octets.n;
    smtp_room_put(tail, &n, SMTP_SPAN("BDAT "));
    smtp_room_put_number(tail, &n, piece.n);
    smtp_room_put(tail, &n, last ? SMTP_SPAN(" LAST\r\n") : SMTP_SPAN("\r\n"));
    smtp_room_put(tail, &n, piece);
    smtp_dialog_grow(c, n);
    c->said++;
    return piece.n;
}

/* RFC 5321 4.1.1.4. The BDAT that was LAST has asked for one reply already. */
static void end_text(struct smtp_client *c)
{
    size_t open = smtp_dialog_open(c) - (c->chunked ? 1 : 0);
    if (!c->chunked)
        smtp_dialog_grow(c, smtp_stuff_end(&c->stuff, smtp_dialog_tail(c)));
    smtp_dialog_enter(c, SMTP_CP_END);
    c->ended = true;
    c->said = open + smtp_dialog_end_replies(c);
}

size_t smtp_client_text(struct smtp_client *c, smtp_span octets, bool last)
{
    if (c->phase != SMTP_CP_TEXT || !c->asked || (octets.n == 0 && !last))
        return 0;
    size_t taken = c->chunked ? put_chunk(c, octets, last) : put_stuffed(c, octets);
    enum smtp_fault fault = scan(c, smtp_span_cut(octets, 0, taken));
    bool ends = last && taken == octets.n;
    if (fault == SMTP_OK && ends && c->cr)
        fault = SMTP_E_TEXT_BARE_CR;
    c->asked = false;
    c->edge.ask &= ~(unsigned)SMTP_WANT_REPLY;
    if (fault != SMTP_OK) {
        c->mail->fault = fault;
        smtp_dialog_decide_all(c, SMTP_O_ACCEPTED, SMTP_O_NEVER);
        smtp_dialog_break(c, fault);
    } else if (ends) {
        end_text(c);
    }
    return taken;
}

/* ---- replies ---- */

static bool is_delivered(const struct smtp_client *c)
{
    for (size_t i = 0; i < c->rcpts; i++)
        if (c->mail->rcpts[i].outcome == SMTP_O_DELIVERED)
            return true;
    return false;
}

/* RFC 5321 4.1.1.4: whatever the answer, the transaction is over. RFC 3030 2: but a BDAT that failed
 * leaves a state that nobody knows, and RSET clears it. */
static void finish(struct smtp_client *c)
{
    if (c->chunked && !is_delivered(c)) {
        smtp_dialog_enter(c, SMTP_CP_RESET);
        return;
    }
    smtp_dialog_settle(c);
    smtp_dialog_ready(c);
}

/* A text that nobody gets, after a 354 that should not be there: its end, and nothing before it. */
void smtp_dialog_say_end(struct smtp_client *c)
{
    if (c->ended || !smtp_edge_put(&c->edge, SMTP_SPAN(".\r\n")))
        return;
    c->ended = true;
    c->restart = true;
    c->said = smtp_dialog_end_replies(c);
    if (c->said == 0) /* RFC 2033 4.2: no recipient, no reply */
        finish(c);
}

/* RFC 2033 4.2: the replies come in the order of the recipients that were accepted. */
static bool hear_recipient(struct smtp_client *c, struct smtp_client_event *ev,
                           enum smtp_outcome outcome)
{
    while (c->mail->rcpts[c->text_rcpt].outcome != SMTP_O_ACCEPTED)
        c->text_rcpt++;
    smtp_dialog_decide(c, c->text_rcpt, outcome);
    ev->kind = SMTP_CE_RCPT;
    ev->rcpt = c->text_rcpt++;
    if (smtp_dialog_open(c) == 0)
        finish(c);
    return true;
}

static bool hear_end(struct smtp_client *c, struct smtp_client_event *ev, enum smtp_verdict verdict)
{
    enum smtp_outcome outcome = smtp_dialog_outcome(verdict);
    if (outcome == SMTP_O_ACCEPTED) /* RFC 5321 4.2.5: now it is the server's */
        outcome = SMTP_O_DELIVERED;
    if (c->config->lmtp)
        return hear_recipient(c, ev, outcome);
    smtp_dialog_decide_all(c, SMTP_O_ACCEPTED, outcome);
    finish(c);
    return false;
}

/* RFC 3030 2: after a refusal no more chunks, and RSET before anything else. */
static void hear_chunk(struct smtp_client *c, enum smtp_verdict verdict)
{
    if (verdict == SMTP_VERDICT_DONE)
        return;
    size_t open = smtp_dialog_open(c);
    smtp_dialog_decide_all(c, SMTP_O_ACCEPTED, smtp_dialog_outcome(verdict));
    c->ended = false;
    smtp_dialog_enter(c, open > 0 ? SMTP_CP_FAILED : SMTP_CP_RESET);
    c->said = open;
}

bool smtp_dialog_hear_failed(struct smtp_client *c, struct smtp_client_event *ev)
{
    (void)ev;
    if (smtp_dialog_open(c) == 0)
        smtp_dialog_enter(c, SMTP_CP_RESET);
    return false;
}

bool smtp_dialog_hear_text(struct smtp_client *c, struct smtp_client_event *ev)
{
    enum smtp_verdict verdict = smtp_client_verdict(ev->verb, ev->code);
    if (verdict == SMTP_VERDICT_WRONG) {
        c->code = ev->code;
        smtp_dialog_end(c, SMTP_E_REPLY_CLASS);
        return false;
    }
    if (ev->verb == SMTP_V_END_OF_DATA)
        return hear_end(c, ev, verdict);
    hear_chunk(c, verdict);
    return false;
}
