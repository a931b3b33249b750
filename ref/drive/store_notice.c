#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "drive/serve.h"
#include "smtp/notice.h"
#include "trace.h"

/* RFC 3461 6.2: of what was delivered the header section goes back; more of it than this is cut. */
enum { HEAD_MAX = 65536, ID_SIZE = 160 };

struct notifier {
    struct drive_store store; /* first: a notifier is a store */
    struct drive_store *inner;
    const struct drive_policy *site;
    const char *host;
};

/* One message, and then the notice of it. */
struct drive_delivery {
    struct drive_giver own; /* first: what the inner store tells, it tells us */
    struct notifier *notifier;
    struct drive_giver *giver;
    struct drive_envelope *envelope;
    struct drive_delivery *inner; /* the inner store's */
    bool committed;
    bool telling; /* the message is safe, and the notice is under way */
    char id[ID_SIZE];
    struct drive_envelope to; /* of the notice */
    struct drive_recipient sender;
    char *notice;
    size_t notice_n, notice_at;
    size_t head_n;
    char head[HEAD_MAX];
};

static const struct drive_store_ops *inner_of(const struct drive_delivery *d)
{
    return d->notifier->inner->ops;
}

static void finish(struct drive_delivery *d, enum smtp_fault fault)
{
    struct drive_giver *giver = d->giver;
    free(d->notice);
    free(d);
    giver->done(giver, fault);
}

/* ---- the notice ---------------------------------------------------------------------------- */

static struct smtp_notice_rcpt *list_recipients(const struct drive_envelope *e, size_t *count)
{
    struct smtp_notice_rcpt *rcpts = calloc(e->recipient_count, sizeof *rcpts);
    *count = 0;
    for (size_t i = 0; rcpts != NULL && i < e->recipient_count; i++) {
        const struct drive_recipient *r = &e->recipients[i];
        if (!e->each || r->fault == SMTP_OK) /* others have had their answer (RFC 2033 4.2) */
            rcpts[(*count)++] = (struct smtp_notice_rcpt){
                .mailbox = r->mailbox, .params = r->params, .action = SMTP_ACTION_DELIVERED};
    }
    return rcpts;
}

/* RFC 5321 4.5.5: with a null reverse-path, which stands on top where it is delivered (4.4). */
static bool print(struct drive_delivery *d, const struct smtp_notice *n)
{
    static const char path[] = "Return-Path: <>\r\n";
    size_t head = sizeof path - 1, size = smtp_print_notice((smtp_room){NULL, 0}, n);
    if (size == 0)
        return false;
    d->notice = malloc(head + size);
    if (d->notice == NULL)
        return false;
    memcpy(d->notice, path, head);
    d->notice_n = head + smtp_print_notice((smtp_room){d->notice + head, size}, n);
    return true;
}

/* False: none is due, or it cannot be made. */
static bool compose(struct drive_delivery *d)
{
    int64_t now = (int64_t)time(NULL);
    const struct drive_envelope *e = d->envelope;
    struct smtp_notice n = {.host = smtp_span_of(d->notifier->host),
                            .id = smtp_span_of(d->id),
                            .sender = e->sender,
                            .params = e->params,
                            .text = {d->head, d->head_n}};
    if (e->sender.n == 0 || !drive_site_has(d->notifier->site, e->sender) ||
        !smtp_date_at(now, trace_zone_at(now), &n.date))
        return false;
    struct smtp_notice_rcpt *rcpts = list_recipients(e, &n.rcpt_count);
    n.rcpts = rcpts;
    bool good = rcpts != NULL && print(d, &n);
    if (good) {
        d->sender =
            (struct drive_recipient){.mailbox = e->sender, .params = smtp_notice_rcpt_params()};
        d->to = (struct drive_envelope){
            .params = smtp_notice_mail_params(&n), .recipients = &d->sender, .recipient_count = 1};
    }
    free(rcpts);
    return good;
}

/* Nothing of the delivery may be touched behind it. */
static void pour(struct drive_delivery *d)
{
    const struct drive_store_ops *inner = inner_of(d);
    while (d->notice_at < d->notice_n) {
        size_t room = inner->room(d->inner), left = d->notice_n - d->notice_at;
        size_t n = left < DRIVE_WRITE_MAX ? left : DRIVE_WRITE_MAX;
        n = n < room ? n : room;
        if (n == 0)
            return;
        inner->write(d->inner, (smtp_span){d->notice + d->notice_at, n});
        d->notice_at += n;
    }
    inner->commit(d->inner);
}

/* ---- what the inner store tells ------------------------------------------------------------ */

static void notice_room(struct drive_giver *own)
{
    struct drive_delivery *d = (struct drive_delivery *)own;
    if (!d->telling)
        d->giver->room(d->giver);
    else if (d->notice_at < d->notice_n)
        pour(d);
}

/* A notice that cannot be stored does not undo the message. */
static void notice_done(struct drive_giver *own, enum smtp_fault fault)
{
    struct drive_delivery *d = (struct drive_delivery *)own;
    if (d->telling || !d->committed || fault != SMTP_OK || !compose(d)) {
        finish(d, d->telling ? SMTP_OK : fault);
        return;
    }
    d->telling = true;
    d->inner = inner_of(d)->begin(d->notifier->inner, d->id, &d->to, &d->own);
    if (d->inner == NULL)
        finish(d, SMTP_OK);
    else
        pour(d);
}

/* ---- what the giver asks ------------------------------------------------------------------- */

static struct drive_delivery *notice_begin(struct drive_store *store, const char *id,
                                           struct drive_envelope *envelope,
                                           struct drive_giver *giver)
{
    struct notifier *notifier = (struct notifier *)store;
    struct drive_delivery *d = malloc(sizeof *d); /* the head need not be zeroed */
    if (d == NULL)
        return NULL;
    d->own = (struct drive_giver){notice_room, notice_done};
    d->notifier = notifier;
    d->giver = giver;
    d->envelope = envelope;
    d->committed = d->telling = false;
    d->notice = NULL;
    d->notice_n = d->notice_at = d->head_n = 0;
    int n = snprintf(d->id, sizeof d->id, "%s-n", id);
    assert(n > 0 && (size_t)n < sizeof d->id);
    (void)n;
    d->inner = notifier->inner->ops->begin(notifier->inner, id, envelope, &d->own);
    if (d->inner != NULL)
        return d;
    free(d);
    return NULL;
}

static size_t notice_has_room(const struct drive_delivery *d)
{
    return inner_of(d)->room(d->inner);
}

static void notice_write(struct drive_delivery *d, smtp_span octets)
{
    size_t left = HEAD_MAX - d->head_n, n = octets.n < left ? octets.n : left;
    if (n > 0)
        memcpy(d->head + d->head_n, octets.p, n);
    d->head_n += n;
    inner_of(d)->write(d->inner, octets);
}

static void notice_commit(struct drive_delivery *d)
{
    d->committed = true;
    inner_of(d)->commit(d->inner);
}

static void notice_abort(struct drive_delivery *d)
{
    inner_of(d)->abort(d->inner);
}

static void notice_free(struct drive_store *store)
{
    struct notifier *notifier = (struct notifier *)store;
    notifier->inner->ops->free(notifier->inner);
    free(notifier);
}

static const struct drive_store_ops notice_ops = {notice_begin,  notice_has_room, notice_write,
                                                  notice_commit, notice_abort,    notice_free};

struct drive_store *drive_notifier_new(struct drive_store *inner, const struct drive_policy *site,
                                       const char *host)
{
    struct notifier *notifier = malloc(sizeof *notifier);
    assert(!inner->relays); /* what is handed on is not delivered (RFC 3461 5.2.1) */
    if (notifier == NULL)
        return NULL;
    *notifier = (struct notifier){
        .store = {.ops = &notice_ops}, .inner = inner, .site = site, .host = host};
    return &notifier->store;
}
