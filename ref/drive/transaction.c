#include <assert.h>
#include <string.h>

#include "connection.h"

/* ---- the end ------------------------------------------------------------------------------- */

static void forget(struct drive_session *s)
{
    if (s->transfer != NULL)
        transfer_let_go(s->transfer); /* and the envelope with it */
    else
        envelope_free(s->envelope);
    s->envelope = NULL;
    s->transfer = NULL;
}

void transaction_over(struct drive_session *s, uint64_t size, const char *outcome)
{
    if (s->envelope != NULL && !s->answering)
        log_transaction(s, size, outcome);
    s->answering = false;
    forget(s);
}

void transaction_refused(struct drive_session *s, uint64_t size, unsigned code)
{
    char text[16];
    snprintf(text, sizeof text, "%u", code);
    transaction_over(s, size, text);
}

/* ---- commands ------------------------------------------------------------------------------ */

/* RFC 5321 4.1.1.1: EHLO and HELO begin anew. */
static enum smtp_fault note_hello(struct drive_session *s, const struct smtp_event *ev)
{
    smtp_span name = ev->cmd.host.text;
    transaction_over(s, 0, "abandoned");
    s->hello_n = name.n < DRIVE_HELLO_MAX ? name.n : DRIVE_HELLO_MAX;
    if (s->hello_n > 0)
        memcpy(s->hello, name.p, s->hello_n);
    return SMTP_OK;
}

static enum smtp_fault note_mail(struct drive_session *s, const struct smtp_event *ev)
{
    transaction_over(s, 0, "abandoned");
    s->envelope = envelope_new(ev->cmd.path.mailbox, &ev->mail);
    return s->envelope != NULL ? SMTP_OK : SMTP_E_STORE;
}

static enum smtp_fault note_rcpt(struct drive_session *s, const struct smtp_event *ev)
{
    assert(s->envelope != NULL);
    return envelope_add(s->envelope, ev->cmd.path.mailbox, &ev->rcpt) ? SMTP_OK : SMTP_E_STORE;
}

void transaction_text(struct drive_session *s)
{
    assert(s->envelope != NULL && s->transfer == NULL);
    s->transfer = transfer_new(s);
}

static enum smtp_fault note_data(struct drive_session *s, const struct smtp_event *ev)
{
    (void)ev;
    transaction_text(s);
    return SMTP_OK;
}

static enum smtp_fault note_rset(struct drive_session *s, const struct smtp_event *ev)
{
    (void)ev;
    transaction_over(s, 0, "abandoned");
    return SMTP_OK;
}

static enum smtp_fault note_quit(struct drive_session *s, const struct smtp_event *ev)
{
    (void)ev;
    s->how = "quit";
    return SMTP_OK;
}

static const struct {
    enum smtp_verb verb;
    enum smtp_fault (*note)(struct drive_session *s, const struct smtp_event *ev);
} notes[] = {
    {SMTP_V_EHLO, note_hello}, {SMTP_V_HELO, note_hello}, {SMTP_V_LHLO, note_hello},
    {SMTP_V_MAIL, note_mail},  {SMTP_V_RCPT, note_rcpt},  {SMTP_V_DATA, note_data},
    {SMTP_V_RSET, note_rset},  {SMTP_V_QUIT, note_quit},
};

enum smtp_fault transaction_note(struct drive_session *s, const struct smtp_event *ev)
{
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++)
        if (notes[i].verb == ev->cmd.verb)
            return notes[i].note(s, ev);
    return SMTP_OK;
}

/* ---- answers about the text ---------------------------------------------------------------- */

/* What the store said about a recipient says more than the fault does. */
static void explain(const struct drive_recipient *r, struct drive_verdict *v, char enhanced[16])
{
    const struct smtp_fault_row *row = smtp_fault_row(v->fault);
    if (r == NULL || r->fault != v->fault || r->enhanced.class != row->code / 100)
        return;
    snprintf(enhanced, 16, "%u.%u.%u", r->enhanced.class, r->enhanced.subject, r->enhanced.detail);
    v->enhanced = enhanced;
    v->code = row->code;
    snprintf(v->text, sizeof v->text, "%s", row->text);
}

static bool is_lmtp(const struct drive_session *s)
{
    return s->host->config->session.mode == SMTP_MODE_LMTP;
}

/*
 * Says what there is to say about the recipient of s->ev; the transaction is over with the last. RFC
 * 2033 4.2: in LMTP one may have the message and the next not.
 */
static void answer_one(struct drive_session *s)
{
    struct drive_verdict v = s->text;
    const struct drive_recipient *r = NULL;
    char enhanced[16];
    if (s->envelope != NULL && is_lmtp(s)) {
        r = &s->envelope->shown.recipients[s->ev.recipient];
        if (answer_code(&v) < 400)
            v.fault = r->fault;
    } else if (s->envelope != NULL) {
        r = envelope_refused(s->envelope, v.fault);
    }
    if (v.fault != SMTP_OK && v.code == 0)
        explain(r, &v, enhanced);
    if (!is_lmtp(s) || s->ev.recipient + 1 >= s->ev.recipients)
        transaction_over(s, s->ev.size, "");
    answer_say(s, &v);
}

bool transaction_answers(struct drive_session *s)
{
    if (s->ev.kind != SMTP_EV_MESSAGE || !s->answering)
        return false;
    answer_one(s);
    return true;
}

/* How many recipients have it. */
static size_t count_delivered(const struct drive_session *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->envelope->shown.recipient_count; i++)
        n += !is_lmtp(s) || s->envelope->shown.recipients[i].fault == SMTP_OK;
    return n;
}

/* The outcome is known: it is logged, then said to the first recipient. */
static void conclude(struct drive_session *s, const struct drive_verdict *v)
{
    char code[16];
    s->text = *v;
    bool good = answer_code(v) < 400 && count_delivered(s) > 0;
    s->messages += good;
    if (answer_code(v) < 400 && !good)
        snprintf(code, sizeof code, "%u",
                 smtp_fault_row(s->envelope->shown.recipients[0].fault)->code);
    else
        snprintf(code, sizeof code, "%u", answer_code(v));
    log_transaction(s, s->ev.size, good ? "accepted" : code);
    if (s->storing) /* the store has done with it */
        s->transfer = NULL;
    s->storing = false;
    s->answering = true;
    answer_one(s);
}

void transaction_end(struct drive_session *s, const struct drive_verdict *v)
{
    bool good = answer_code(v) < 400;
    enum smtp_fault fault = good && s->transfer != NULL ? transfer_finish(s->transfer) : SMTP_OK;
    if (fault != SMTP_OK) {
        conclude(s, &(struct drive_verdict){.fault = fault});
    } else if (good && s->transfer != NULL) {
        s->storing = true;
        transfer_commit(s->transfer);
    } else {
        conclude(s, good ? &(struct drive_verdict){.fault = SMTP_E_STORE} : v);
    }
}

void connection_stored(struct drive_session *s, enum smtp_fault fault)
{
    conclude(s, &(struct drive_verdict){.fault = fault});
    net_kick(&s->end);
}

/* RFC 3030 2: a chunk that is refused takes the message with it. */
void transaction_chunk(struct drive_session *s, const struct drive_verdict *v)
{
    static const struct drive_verdict lost = {.fault = SMTP_E_STORE};
    if (answer_code(v) < 400 && s->transfer == NULL)
        v = &lost;
    if (answer_code(v) >= 400)
        transaction_refused(s, s->ev.size, answer_code(v));
    answer_say(s, v);
}
