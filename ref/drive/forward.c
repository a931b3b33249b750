#include "drive/forward.h"

#include <stdlib.h>
#include <string.h>

#include "courier.h"
#include "envelope.h"
#include "smtp/chain.h"

struct drive_parcel {
    struct net_timer timer; /* for the next try; first */
    struct drive_forward *forward;
    struct drive_parcel *next, **link; /* in the list of all that are under way */
    struct envelope *envelope;
    char *text;
    struct drive_memory memory;
    struct source_facts facts;
    struct drive_mail mail;
    size_t *who;
    struct courier_job job;
    uint64_t give_up_ms;
    bool busy;   /* its connection is open */
    bool unsaid; /* binary encoding that MAIL did not tell of, and a path to return it to */
};

struct drive_forward {
    struct net_world *world;
    struct net_dialler *dialler;
    struct drive_forward_config config;
    struct drive_submit_config submit;
    struct drive_parcel *parcels;
    bool freed; /* the last parcel frees it */
};

/* ---- parcels --------------------------------------------------------------------------------- */

struct drive_parcel *drive_parcel_new(smtp_span sender, const struct smtp_mail_params *params)
{
    struct drive_parcel *p = calloc(1, sizeof *p);
    if (p == NULL)
        return NULL;
    p->envelope = envelope_new(sender, params);
    if (p->envelope != NULL)
        return p;
    free(p);
    return NULL;
}

bool drive_parcel_add(struct drive_parcel *p, smtp_span mailbox,
                      const struct smtp_rcpt_params *params)
{
    return envelope_add(p->envelope, mailbox, params);
}

size_t drive_parcel_count(const struct drive_parcel *p)
{
    return p->envelope->shown.recipient_count;
}

void drive_parcel_free(struct drive_parcel *p)
{
    if (p == NULL)
        return;
    if (p->link != NULL)
        *p->link = p->next;
    if (p->link != NULL && p->next != NULL)
        p->next->link = p->link;
    envelope_free(p->envelope);
    free(p->text);
    free(p->mail.rcpts);
    free(p->who);
    free(p);
}

/* ---- a try ----------------------------------------------------------------------------------- */

static uint64_t now_of(const struct drive_forward *f)
{
    return f->world->ops->now(f->world);
}

/* Those that a further try may help. */
static bool is_open(const struct drive_rcpt *rcpt)
{
    return rcpt->outcome == SMTP_O_NONE || rcpt->outcome == SMTP_O_LATER ||
           rcpt->outcome == SMTP_O_UNKNOWN;
}

static size_t gather(struct drive_parcel *p)
{
    size_t n = 0;
    for (size_t i = 0; i < p->mail.rcpt_count; i++)
        if (is_open(&p->mail.rcpts[i]))
            p->who[n++] = i;
    return n;
}

static void leave(struct drive_forward *f)
{
    if (f->freed && f->parcels == NULL)
        free(f);
}

static void end(struct drive_parcel *p)
{
    struct drive_forward *f = p->forward;
    if (f->config.ended != NULL && !f->freed)
        f->config.ended(f->config.arg, &p->mail, p->memory.text);
    drive_parcel_free(p);
    leave(f);
}

/* RFC 5321 4.2.1, 4.5.4.1: what failed for now is tried again, what failed for good is not. */
static void settle(struct drive_parcel *p)
{
    struct drive_forward *f = p->forward;
    uint64_t next_ms = now_of(f) + f->config.retry_ms;
    if (f->freed || gather(p) == 0 || next_ms > p->give_up_ms) {
        end(p);
        return;
    }
    p->timer.at_ms = next_ms;
    f->world->ops->timer(f->world, &p->timer);
}

/* The trouble of the connection is that of all who have no result of their own. */
static void tried(struct courier_job *job)
{
    struct drive_parcel *p = job->arg;
    p->busy = false;
    for (size_t i = 0; i < job->who_count; i++) {
        struct drive_rcpt *rcpt = &p->mail.rcpts[job->who[i]];
        if (rcpt->outcome != SMTP_O_NONE)
            continue;
        rcpt->outcome = job->why.outcome == SMTP_O_NEVER ? SMTP_O_NEVER : SMTP_O_LATER;
        rcpt->code = job->why.code;
        rcpt->enhanced = job->why.enhanced;
        snprintf(rcpt->text, sizeof rcpt->text, "%s", job->why.text);
        snprintf(rcpt->host, sizeof rcpt->host, "%s", job->host);
    }
    settle(p);
}

static void next_try(struct drive_parcel *p)
{
    struct drive_forward *f = p->forward;
    size_t n = gather(p);
    for (size_t i = 0; i < n; i++)
        p->mail.rcpts[p->who[i]].outcome = SMTP_O_NONE;
    p->job = (struct courier_job){.config = &f->submit,
                                  .facts = &p->facts,
                                  .mail = &p->mail,
                                  .who = p->who,
                                  .who_count = n,
                                  .host = f->config.host,
                                  .tls = SMTP_TLS_NEVER,
                                  .done = tried,
                                  .arg = p};
    p->busy = true;
    struct courier *courier = courier_new(&p->job, now_of(f));
    if (courier == NULL)
        tried(&p->job);
    else
        f->dialler->ops->dial(f->dialler, courier_end(courier));
}

/* RFC 3030 3: the message "SHOULD be returned to the sender"; to mend it is not asked for. */
static void give_back(struct drive_parcel *p)
{
    p->job = (struct courier_job){.who = p->who,
                                  .who_count = gather(p),
                                  .host = "",
                                  .why = {.outcome = SMTP_O_NEVER,
                                          .enhanced = {5, 6, 3},
                                          .text = "binary encoding without BODY=BINARYMIME"},
                                  .arg = p};
    tried(&p->job);
}

static void on_time(struct net_timer *timer, uint64_t now_ms)
{
    struct drive_parcel *p = (struct drive_parcel *)timer;
    (void)now_ms;
    if (p->unsaid)
        give_back(p);
    else
        next_try(p);
}

/* ---- sending --------------------------------------------------------------------------------- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* RFC 2045 6.1, of the message as a whole; a comment beside the word is not looked for. */
static bool says_binary(smtp_span text)
{
    struct smtp_field field;
    for (size_t at = 0; smtp_field_next(text, &at, &field);) {
        smtp_span value = smtp_span_cut(field.text, field.body, field.text.n);
        while (value.n > 0 && is_blank(value.p[0]))
            value = smtp_span_cut(value, 1, value.n);
        while (value.n > 0 && is_blank(value.p[value.n - 1]))
            value.n--;
        if (smtp_span_is_nocase(field.name, SMTP_SPAN("Content-Transfer-Encoding")))
            return smtp_span_is_nocase(value, SMTP_SPAN("binary"));
    }
    return false;
}

static bool fill(struct drive_parcel *p, smtp_span text)
{
    const struct drive_envelope *e = &p->envelope->shown;
    p->text = malloc(text.n + 1);
    p->mail.rcpts = calloc(e->recipient_count + 1, sizeof *p->mail.rcpts);
    p->who = calloc(e->recipient_count + 1, sizeof *p->who);
    if (p->text == NULL || p->mail.rcpts == NULL || p->who == NULL)
        return false;
    memcpy(p->text, text.p, text.n);
    drive_memory_init(&p->memory, (smtp_span){p->text, text.n});
    p->mail.sender = e->sender;
    p->mail.params = e->params;
    p->mail.source = &p->memory.source;
    p->mail.rcpt_count = e->recipient_count;
    for (size_t i = 0; i < e->recipient_count; i++) {
        p->mail.rcpts[i].mailbox = e->recipients[i].mailbox;
        p->mail.rcpts[i].params = e->recipients[i].params;
    }
    /* RFC 4954 5: nobody here vouches for the identity in AUTH=; SIZE is that of the text now */
    p->mail.params.given &= ~((unsigned)SMTP_P_AUTH | (unsigned)SMTP_P_SIZE);
    bool said = (p->mail.params.given & (unsigned)SMTP_P_BODY) != 0 &&
                p->mail.params.body == SMTP_BODY_BINARYMIME;
    p->unsaid = !said && e->sender.n > 0 && says_binary(p->memory.text);
    if (p->unsaid) { /* its content is no part of a legal notice */
        p->mail.params.given |= (unsigned)SMTP_P_RET;
        p->mail.params.ret = SMTP_RET_HDRS;
    }
    return source_look(p->mail.source, &p->facts);
}

bool drive_forward_send(struct drive_forward *f, struct drive_parcel *p, smtp_span text)
{
    if (!fill(p, text)) {
        drive_parcel_free(p);
        return false;
    }
    p->forward = f;
    p->timer.done = on_time;
    p->give_up_ms = now_of(f) + f->config.give_up_ms;
    p->next = f->parcels;
    p->link = &f->parcels;
    if (p->next != NULL)
        p->next->link = &p->next;
    f->parcels = p;
    p->timer.at_ms = now_of(f); /* not from here: the caller is in the middle of something */
    f->world->ops->timer(f->world, &p->timer);
    return true;
}

struct drive_forward *drive_forward_new(struct net_world *world, struct net_dialler *dialler,
                                        const struct drive_forward_config *config)
{
    struct drive_forward *f = calloc(1, sizeof *f);
    if (f == NULL)
        return NULL;
    f->world = world;
    f->dialler = dialler;
    f->config = *config;
    f->submit = (struct drive_submit_config){.name = config->name,
                                             .limits = config->limits,
                                             .tls = DRIVE_TLS_NEVER,
                                             .ignore = config->ignore};
    return f;
}

void drive_forward_free(struct drive_forward *f)
{
    if (f == NULL)
        return;
    f->freed = true;
    for (struct drive_parcel *p = f->parcels, *next; p != NULL; p = next) {
        next = p->next;
        if (p->busy)
            continue;
        f->world->ops->timer_stop(f->world, &p->timer);
        drive_parcel_free(p);
    }
    leave(f);
}
