#include "target/onward.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "player/hop.h"
#include "smtp/notice.h"
#include "target/rewrite.h"

enum { MINUTE_MS = 60000, DAY_MS = 86400000, DAYS = 5 };

struct onward {
    struct net_dialler dialler; /* first: the way to the next hop */
    struct net_mem *mem;
    struct inbox *inbox;
    struct hop hop;
    struct drive_forward *forward;
    const struct mutant *mutant;
    const char *host, *domain;
    unsigned long notices; /* so far */
};

static void dial(struct net_dialler *dialler, struct net_end *end)
{
    struct onward *o = (struct onward *)dialler;
    if (o->mutant != NULL)
        end = rewrite_wrap_onward(o->mutant, end);
    struct net_end *other = hop_came(&o->hop);
    if (end == NULL || other == NULL || !net_mem_join(o->mem, end, other))
        abort();
}

/* ---- who gets it ----------------------------------------------------------------------------- */

bool onward_takes(const struct smtp_path *path)
{
    return smtp_span_is_nocase(path->domain.text, SMTP_SPAN(ONWARD_DOMAIN));
}

static void forget(struct drive_parcel **parcel)
{
    drive_parcel_free(*parcel);
    *parcel = NULL;
}

void onward_note(struct drive_parcel **parcel, const struct smtp_event *ev, bool accepted)
{
    if (ev->kind != SMTP_EV_COMMAND || !accepted)
        return;
    switch (ev->cmd.verb) {
    case SMTP_V_MAIL:
        forget(parcel);
        *parcel = drive_parcel_new(ev->cmd.path.mailbox, &ev->mail);
        return;
    case SMTP_V_RCPT:
        /* a mutant takes RCPT where no transaction is open, too */
        if (*parcel != NULL && onward_takes(&ev->cmd.path) &&
            !drive_parcel_add(*parcel, ev->cmd.path.mailbox, &ev->rcpt))
            abort();
        return;
    case SMTP_V_EHLO:
    case SMTP_V_HELO:
    case SMTP_V_LHLO:
    case SMTP_V_RSET:
        forget(parcel);
        return;
    default: /* nothing of an envelope */
        return;
    }
}

void onward_send(struct onward *o, struct drive_parcel **parcel, const struct delivery *d)
{
    struct deliver_octets text = {.p = NULL};
    if (*parcel == NULL || drive_parcel_count(*parcel) == 0) {
        forget(parcel);
        return;
    }
    deliver_add_received(d, &text);
    deliver_add(&text, deliver_span(&d->text));
    bool good = !text.failed && drive_forward_send(o->forward, *parcel, deliver_span(&text));
    *parcel = NULL;
    deliver_free_octets(&text);
    if (!good)
        abort();
}

/* ---- notices --------------------------------------------------------------------------------- */

struct reply_text {
    char text[DRIVE_TEXT_MAX + 32];
};

/* RFC 3461 9.2: the reply as it came, put together again. */
static void print_reply(const struct drive_rcpt *rcpt, struct reply_text *out)
{
    const struct smtp_enhanced *e = &rcpt->enhanced;
    if (rcpt->code == 0)
        snprintf(out->text, sizeof out->text, "%s", rcpt->text);
    else if (e->class == 0)
        snprintf(out->text, sizeof out->text, "%u %s", rcpt->code, rcpt->text);
    else
        snprintf(out->text, sizeof out->text, "%u %u.%u.%u %s", rcpt->code, (unsigned)e->class,
                 (unsigned)e->subject, (unsigned)e->detail, rcpt->text);
}

/* What became of a recipient; false: nothing that we have to tell of (RFC 3461 5.2.1). */
static bool is_told(const struct drive_rcpt *rcpt, struct reply_text *reply,
                    struct smtp_notice_rcpt *out)
{
    print_reply(rcpt, reply);
    *out = (struct smtp_notice_rcpt){.mailbox = rcpt->mailbox,
                                     .params = rcpt->params,
                                     .status = rcpt->enhanced,
                                     .remote = smtp_span_of(rcpt->host),
                                     .reply = smtp_span_of(reply->text)};
    out->action = rcpt->outcome == SMTP_O_DELIVERED ? SMTP_ACTION_RELAYED : SMTP_ACTION_FAILED;
    return rcpt->outcome != SMTP_O_DELIVERED || !rcpt->dsn;
}

/* The reverse-path's own server: the next hop, or we. */
static void send_notice(struct onward *o, const struct smtp_notice *n, smtp_span text)
{
    const char *at = memchr(n->sender.p, '@', n->sender.n);
    smtp_span domain = at == NULL
                           ? (smtp_span){NULL, 0}
                           : smtp_span_cut(n->sender, (size_t)(at - n->sender.p) + 1, n->sender.n);
    struct smtp_mail_params mail = smtp_notice_mail_params(n);
    struct smtp_rcpt_params rcpt = smtp_notice_rcpt_params();
    if (smtp_span_is_nocase(domain, smtp_span_of(o->domain))) {
        if (!inbox_put(o->inbox, n->sender, text, false))
            abort();
        return;
    }
    if (!smtp_span_is_nocase(domain, SMTP_SPAN(ONWARD_DOMAIN)))
        return;
    struct drive_parcel *parcel = drive_parcel_new((smtp_span){"", 0}, &mail);
    if (parcel == NULL || !drive_parcel_add(parcel, n->sender, &rcpt) ||
        !drive_forward_send(o->forward, parcel, text))
        abort();
}

static void compose(struct onward *o, struct smtp_notice *n)
{
    char id[32];
    snprintf(id, sizeof id, "notice%lu", ++o->notices);
    n->id = smtp_span_of(id);
    if (!smtp_date_at((int64_t)time(NULL), 0, &n->date))
        abort();
    size_t size = smtp_print_notice((smtp_room){NULL, 0}, n);
    char *text = malloc(size + 1);
    if (text == NULL)
        abort();
    smtp_print_notice((smtp_room){text, size}, n);
    if (size > 0)
        send_notice(o, n, (smtp_span){text, size});
    free(text);
}

/* RFC 3834 5: so that the mutant's notices bring no further ones. */
static bool is_notice(smtp_span text)
{
    static const char field[] = "\r\nAuto-Submitted: ";
    for (size_t i = 0; i + sizeof field - 1 <= text.n; i++)
        if (memcmp(text.p + i, field, sizeof field - 1) == 0)
            return true;
    return false;
}

static void ended(void *arg, const struct drive_mail *mail, smtp_span text)
{
    struct onward *o = arg;
    struct smtp_notice_rcpt *rcpts = calloc(mail->rcpt_count + 1, sizeof *rcpts);
    struct reply_text *replies = calloc(mail->rcpt_count + 1, sizeof *replies);
    size_t count = 0;
    bool always = o->mutant != NULL && o->mutant->slip == MUTANT_SLIP_NOTICE_ALWAYS;
    if (rcpts == NULL || replies == NULL)
        abort();
    for (size_t i = 0; i < mail->rcpt_count; i++)
        count += is_told(&mail->rcpts[i], &replies[count], &rcpts[count]);
    for (size_t i = 0; always && i < count; i++)
        rcpts[i].params = (struct smtp_rcpt_params){
            .given = SMTP_P_NOTIFY, .notify = SMTP_NOTIFY_SUCCESS | SMTP_NOTIFY_FAILURE};
    struct smtp_notice n = {.host = smtp_span_of(o->host),
                            .sender = mail->sender,
                            .params = mail->params,
                            .rcpts = rcpts,
                            .rcpt_count = count,
                            .text = text,
                            .text_is_whole = true};
    if (always && n.sender.n == 0 && !is_notice(text))
        n.sender = mail->rcpts[0].mailbox;
    if (count > 0)
        compose(o, &n);
    free(replies);
    free(rcpts);
}

/* ---- coming and going ------------------------------------------------------------------------ */

struct onward *onward_new(struct net_mem *mem, struct inbox *inbox, const struct mutant *mutant,
                          const char *host, const char *domain)
{
    static const struct net_dialler_ops ops = {dial};
    struct onward *o = calloc(1, sizeof *o);
    if (o == NULL)
        return NULL;
    *o = (struct onward){.dialler = {.ops = &ops},
                         .mem = mem,
                         .inbox = inbox,
                         .mutant = mutant,
                         .host = host,
                         .domain = domain,
                         .hop = {.domain = ONWARD_DOMAIN, .wait_ms = MINUTE_MS / 2}};
    /* RFC 5321 4.5.4.1 says 30 minutes: of a clock that leaps that would be waiting for its own sake */
    const struct drive_forward_config config = {.name = host,
                                                .host = "next-hop.example",
                                                .retry_ms = MINUTE_MS,
                                                .give_up_ms = (uint64_t)DAYS * DAY_MS,
                                                .ended = ended,
                                                .arg = o};
    o->forward = drive_forward_new(net_mem_world(mem), &o->dialler, &config);
    if (o->forward != NULL)
        return o;
    free(o);
    return NULL;
}

void onward_close(struct onward *o)
{
    if (o != NULL)
        drive_forward_free(o->forward);
}

void onward_free(struct onward *o)
{
    free(o);
}

struct hop *onward_hop(struct onward *o)
{
    return &o->hop;
}
