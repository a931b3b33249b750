#include <string.h>

#include "courier.h"

/* ---- who ----------------------------------------------------------------------------------- */

/* RFC 5321 4.5.3.1.8: a server takes 100 at least, unless it says otherwise (RFC 9422 4.2). */
static size_t batch_max(const struct courier *c)
{
    size_t most = c->client.offered.rcpt_max;
    return most > 0 && most < COURIER_BATCH ? most : COURIER_BATCH;
}

static size_t gather(struct courier *c)
{
    const struct courier_job *job = c->job;
    size_t n = 0;
    for (size_t i = 0; i < job->who_count && n < batch_max(c); i++) {
        const struct drive_rcpt *rcpt = &job->mail->rcpts[job->who[i]];
        if (rcpt->outcome != SMTP_O_NONE)
            continue;
        c->rcpts[n] = (struct smtp_rcpt){.address = rcpt->mailbox, .params = rcpt->params};
        c->told[n] = false;
        c->index[n++] = job->who[i];
    }
    return n;
}

static struct drive_rcpt *rcpt_of(const struct courier *c, size_t i)
{
    return &c->job->mail->rcpts[c->index[i]];
}

static void set_text(const struct courier *c, struct drive_rcpt *rcpt, const char *text)
{
    snprintf(rcpt->text, sizeof rcpt->text, "%s", text);
    snprintf(rcpt->host, sizeof rcpt->host, "%s", c->job->host);
}

/* ---- the beginning ------------------------------------------------------------------------- */

static bool rewind_text(struct courier *c)
{
    c->piece_n = c->piece_at = 0;
    c->read_all = false;
    if (c->job->mail->source->rewind(c->job->mail->source))
        return true;
    courier_trouble(c, SMTP_O_LATER, "", "the text cannot be read");
    return false;
}

/* An address that no command can carry is nobody's fault but its own. */
static bool refuse(struct courier *c, size_t i, enum smtp_fault fault)
{
    if (i == SIZE_MAX) {
        courier_trouble(c, SMTP_O_NEVER, "", smtp_fault_row(fault)->text);
        return false;
    }
    struct drive_rcpt *rcpt = rcpt_of(c, i);
    rcpt->outcome = SMTP_O_NEVER;
    rcpt->enhanced = (struct smtp_enhanced){5, 1, 3}; /* RFC 3463 3.2 */
    set_text(c, rcpt, smtp_fault_row(fault)->text);
    return true;
}

/* RFC 9422 4.1: no more transactions than MAILMAX. */
static bool may_begin(const struct courier *c)
{
    uint32_t most = c->client.offered.mail_max;
    return most == 0 || c->mails < most;
}

bool courier_begin_mail(struct courier *c)
{
    enum smtp_fault fault = SMTP_OK;
    do {
        size_t refused;
        size_t n = may_begin(c) ? gather(c) : 0;
        if (n == 0 || !rewind_text(c))
            return false;
        c->mail = (struct smtp_mail){
            .sender = c->job->mail->sender,
            .params = c->job->mail->params,
            .rcpts = c->rcpts,
            .rcpt_count = n,
        };
        source_declare(c->job->facts, &c->mail.params);
        fault = smtp_client_mail(&c->client, &c->mail, &refused);
        if (fault != SMTP_OK && !refuse(c, refused, fault))
            return false;
    } while (fault != SMTP_OK);
    c->open = true;
    c->bad.code = 0;
    c->mails++;
    return true;
}

/* ---- the text ------------------------------------------------------------------------------ */

static bool fill(struct courier *c)
{
    struct drive_source *source = c->job->mail->source;
    while (c->piece_n < sizeof c->piece && !c->read_all) {
        size_t n =
            source->read(source, (smtp_room){c->piece + c->piece_n, sizeof c->piece - c->piece_n});
        if (n == SIZE_MAX)
            return false;
        c->piece_n += n;
        c->read_all = n == 0;
    }
    return true;
}

/* As much as there is room for: with CHUNKING each piece is a chunk. */
void courier_give_text(struct courier *c, size_t room)
{
    if (c->piece_at > 0) {
        memmove(c->piece, c->piece + c->piece_at, c->piece_n - c->piece_at);
        c->piece_n -= c->piece_at;
        c->piece_at = 0;
    }
    if (!fill(c)) {
        courier_trouble(c, SMTP_O_LATER, "", "the text cannot be read");
        smtp_client_abandon(&c->client);
        return;
    }
    size_t n = c->piece_n < room ? c->piece_n : room;
    bool last = c->read_all && n == c->piece_n;
    c->piece_at = smtp_client_text(&c->client, (smtp_span){c->piece, n}, last);
    courier_trace_text(c);
}

/* ---- results ------------------------------------------------------------------------------- */

/* In LMTP a second answer comes behind the text (RFC 2033 4.2). */
void courier_note_rcpt(struct courier *c, const struct smtp_client_event *ev)
{
    bool final = c->rcpts[ev->rcpt].outcome != SMTP_O_ACCEPTED;
    if (!final || c->told[ev->rcpt])
        return;
    c->told[ev->rcpt] = true;
    set_text(c, rcpt_of(c, ev->rcpt), c->last.text);
}

/*
 * RFC 5321 4.5.3.1.10: 452 to RCPT when there are too many: those that were accepted get the message, "the
 * sender-SMTP SHOULD" then send the rest in a further transaction.
 */
static bool is_one_too_many(const struct courier *c, size_t i)
{
    return c->told[i] && c->rcpts[i].outcome == SMTP_O_LATER && !c->job->config->lmtp &&
           (c->rcpts[i].code == 452 || c->rcpts[i].code == 552) &&
           c->mail.outcome == SMTP_O_DELIVERED;
}

static void take_result(struct courier *c, size_t i)
{
    struct drive_rcpt *rcpt = rcpt_of(c, i);
    if (c->rcpts[i].outcome == SMTP_O_NONE || is_one_too_many(c, i))
        return;
    rcpt->outcome = c->rcpts[i].outcome;
    rcpt->code = c->rcpts[i].code;
    rcpt->enhanced = c->rcpts[i].enhanced;
    rcpt->dsn = (c->client.offered.given & (unsigned)SMTP_KW_DSN) != 0;
    if (rcpt->outcome == SMTP_O_UNKNOWN)
        set_text(c, rcpt, "the text was sent, and never answered: it may have arrived");
    else if (!c->told[i])
        set_text(c, rcpt, courier_reply_of(c, rcpt->code)->text);
    c->job->progress = true;
}

/* What this server cannot do, another one may (RFC 8689 4.2.1). */
void courier_take_results(struct courier *c)
{
    const struct smtp_fault_row *row = smtp_fault_row(c->mail.fault);
    c->open = false;
    if (c->mail.fault != SMTP_OK) {
        courier_trouble(c, SMTP_O_NEVER, row->enhanced, row->text);
        return;
    }
    for (size_t i = 0; i < c->mail.rcpt_count; i++)
        take_result(c, i);
}
