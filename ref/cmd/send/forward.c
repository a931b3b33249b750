#include "forward.h"

#include <stdlib.h>

#include "message.h"
#include "report.h"

struct forward {
    struct drive_store store; /* first */
    struct net_uv *uv;
    const struct drive_submit_config *config;
    struct drive_delivery *under_way; /* committed; a session has one at a time */
};

struct drive_delivery {
    struct forward *forward;
    struct drive_envelope *envelope;
    struct drive_giver *giver;
    struct text text;
    bool failed; /* no memory */
    struct drive_mail mail;
    struct drive_memory source;
    struct drive_submit *submit;
};

static void finish(struct drive_delivery *d, enum smtp_fault fault)
{
    struct drive_giver *giver = d->giver;
    d->forward->under_way = NULL;
    drive_submit_free(d->submit);
    text_free(&d->text);
    free(d->mail.rcpts);
    free(d);
    giver->done(giver, fault);
}

/* ---- results ------------------------------------------------------------------------------- */

/* RFC 5321 4.2.5: one answer for all. Better twice than lost (RFC 1047). */
static enum smtp_fault fault_of(const struct drive_mail *mail)
{
    enum smtp_fault fault = SMTP_OK;
    for (size_t i = 0; i < mail->rcpt_count; i++) {
        enum smtp_outcome outcome = mail->rcpts[i].outcome;
        if (outcome == SMTP_O_NEVER)
            return SMTP_E_HOP_NEVER;
        if (outcome != SMTP_O_DELIVERED)
            fault = SMTP_E_HOP_LATER;
    }
    return fault;
}

static void submitted(void *arg)
{
    struct drive_delivery *d = arg;
    report_lines(&d->mail, true);
    finish(d, fault_of(&d->mail));
}

/* ---- the store ----------------------------------------------------------------------------- */

static struct drive_delivery *forward_begin(struct drive_store *store, const char *id,
                                            struct drive_envelope *envelope,
                                            struct drive_giver *giver)
{
    struct drive_delivery *d = calloc(1, sizeof *d);
    (void)id;
    if (d == NULL)
        return NULL;
    d->forward = (struct forward *)store;
    d->envelope = envelope;
    d->giver = giver;
    return d;
}

static size_t forward_room(const struct drive_delivery *d)
{
    (void)d;
    return DRIVE_WRITE_MAX;
}

static void forward_write(struct drive_delivery *d, smtp_span octets)
{
    d->failed = d->failed || !text_add(&d->text, octets);
}

static bool prepare(struct drive_delivery *d)
{
    const struct drive_envelope *e = d->envelope;
    d->mail =
        (struct drive_mail){.sender = e->sender, .params = e->params, .source = &d->source.source};
    d->mail.rcpts = calloc(e->recipient_count, sizeof *d->mail.rcpts);
    if (d->failed || d->mail.rcpts == NULL)
        return false;
    for (size_t i = 0; i < e->recipient_count; i++)
        d->mail.rcpts[d->mail.rcpt_count++] = (struct drive_rcpt){
            .mailbox = e->recipients[i].mailbox, .params = e->recipients[i].params};
    drive_memory_init(&d->source, text_span(&d->text));
    return true;
}

static void forward_commit(struct drive_delivery *d)
{
    struct forward *f = d->forward;
    const char *why;
    if (prepare(d))
        d->submit = drive_submit_new(f->uv, f->config, &d->mail, submitted, d, &why);
    if (d->submit == NULL)
        finish(d, SMTP_E_STORE);
    else
        f->under_way = d;
}

static void forward_abort(struct drive_delivery *d)
{
    finish(d, SMTP_E_STORE);
}

static void forward_free(struct drive_store *store)
{
    free(store);
}

static const struct drive_store_ops forward_ops = {
    forward_begin, forward_room, forward_write, forward_commit, forward_abort, forward_free,
};

struct drive_store *forward_new(struct net_uv *uv, const struct drive_submit_config *config)
{
    struct forward *f = calloc(1, sizeof *f);
    if (f == NULL)
        return NULL;
    f->store = (struct drive_store){&forward_ops, true};
    f->uv = uv;
    f->config = config;
    return &f->store;
}

void forward_stop(struct drive_store *store)
{
    struct forward *f = (struct forward *)store;
    if (f->under_way != NULL)
        drive_submit_stop(f->under_way->submit);
}
