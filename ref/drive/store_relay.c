#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "drive/serve.h"
#include "smtp/client.h"

enum { TEXT = 2 * DRIVE_WRITE_MAX, OUT = DRIVE_WRITE_MAX };

struct relay {
    struct drive_store store; /* first: a relay is a store */
    struct net_world *world;
    struct net_dialler *dialler;
    struct smtp_client_config config;
    size_t open; /* deliveries whose connection is still there */
    bool freed;  /* the last of them frees the relay */
};

enum wish { WISH_NONE, WISH_WRITE, WISH_COMMIT, WISH_ABORT };

/* One message on a connection of its own, which may outlive the delivery by a QUIT. */
struct drive_delivery {
    struct net_end end; /* first: a delivery is its own end */
    struct smtp_client client;
    struct relay *relay;
    struct drive_giver *giver; /* NULL: done() was called */
    struct drive_envelope *envelope;
    struct smtp_mail mail;
    struct smtp_rcpt *rcpts;
    enum wish wish;
    bool begun;            /* the transaction */
    bool wanted;           /* the session waits for text */
    bool decided;          /* what becomes of the message, `fault` says */
    bool made_room;        /* the giver is to be told */
    bool gone;             /* the connection */
    enum smtp_fault fault; /* the answer to the giver */
    char text[TEXT];
    size_t head, n; /* what was not yet given to the session */
    char in[SMTP_CLIENT_IN_MIN], out[OUT];
};

/* ---- the end of it ------------------------------------------------------------------------- */

static void leave(struct relay *relay)
{
    if (relay->freed && relay->open == 0)
        free(relay);
}

static void release(struct drive_delivery *d)
{
    struct relay *relay = d->relay;
    relay->open--;
    free(d->rcpts);
    free(d);
    leave(relay);
}

/* The giver's last call, when all is decided and he asked for it. */
static void answer_if_due(struct drive_delivery *d)
{
    struct drive_giver *giver = d->giver;
    if (giver == NULL || !d->decided || d->wish != WISH_COMMIT)
        return;
    d->giver = NULL;
    giver->done(giver, d->fault);
}

/* ---- what becomes of the message ----------------------------------------------------------- */

/* RFC 1047: a text that was never answered may be there; it is better twice than lost. */
static enum smtp_fault fault_of(enum smtp_outcome outcome)
{
    switch (outcome) {
    case SMTP_O_DELIVERED:
        return SMTP_OK;
    case SMTP_O_LATER:
        return SMTP_E_HOP_LATER;
    case SMTP_O_NEVER:
        return SMTP_E_HOP_NEVER;
    case SMTP_O_NONE:
    case SMTP_O_ACCEPTED:
    case SMTP_O_UNKNOWN:
        break;
    }
    return SMTP_E_HOP_DOWN;
}

static bool has_fault(const struct drive_envelope *e, enum smtp_fault fault)
{
    for (size_t i = 0; i < e->recipient_count; i++)
        if (e->recipients[i].fault == fault)
            return true;
    return false;
}

/*
 * One answer for all (RFC 5321 4.2.5: 250 says that they all have it). One that is refused for good
 * stays so however often the message comes again, and its sender has to be told: 554. Else it is
 * tried again.
 */
static enum smtp_fault fault_of_all(const struct drive_envelope *e)
{
    static const enum smtp_fault worst[] = {SMTP_E_HOP_NEVER, SMTP_E_HOP_LATER, SMTP_E_HOP_DOWN};
    for (size_t i = 0; i < sizeof worst / sizeof *worst; i++)
        if (has_fault(e, worst[i]))
            return worst[i];
    return SMTP_OK;
}

/* What is not decided by a reply is by `fault`. */
static void decide(struct drive_delivery *d, enum smtp_fault fault)
{
    if (d->decided || d->giver == NULL)
        return;
    struct drive_envelope *e = d->envelope;
    for (size_t i = 0; i < e->recipient_count; i++) {
        e->recipients[i].fault = fault_of(d->rcpts[i].outcome);
        e->recipients[i].enhanced = d->rcpts[i].enhanced;
    }
    if (fault == SMTP_OK && !e->each)
        fault = fault_of_all(e);
    d->fault = fault;
    d->decided = true;
    d->made_room = true; /* for what is dropped */
    d->n = 0;
}

static bool is_refused(const struct drive_delivery *d)
{
    for (size_t i = 0; i < d->mail.rcpt_count; i++)
        if (d->rcpts[i].outcome != SMTP_O_ACCEPTED)
            return true;
    return false;
}

/* ---- the session --------------------------------------------------------------------------- */

/* RFC 6152 3: an undeclared text may be 8bit all the same, and is let through where it can be. */
static void choose_body(struct drive_delivery *d)
{
    struct smtp_mail_params *params = &d->mail.params;
    bool offered = (d->client.offered.given & (unsigned)SMTP_KW_8BITMIME) != 0;
    if ((params->given & (unsigned)SMTP_P_BODY) != 0 || !offered)
        return;
    params->given |= (unsigned)SMTP_P_BODY;
    params->body = SMTP_BODY_8BITMIME;
}

static void take_turn(struct drive_delivery *d)
{
    size_t rcpt;
    if (d->begun || d->giver == NULL) {
        smtp_client_quit(&d->client);
        return;
    }
    d->begun = true;
    choose_body(d);
    if (smtp_client_mail(&d->client, &d->mail, &rcpt) == SMTP_OK)
        return;
    decide(d, SMTP_E_HOP_NEVER); /* an address that was tolerated and cannot be said */
    smtp_client_quit(&d->client);
}

/* Where there is one answer for all, nobody gets what somebody is refused, if that is known before. */
static void take_text_turn(struct drive_delivery *d)
{
    if (!d->envelope->each && is_refused(d))
        smtp_client_abandon(&d->client);
    else
        d->wanted = true;
}

static void handle(struct drive_delivery *d, const struct smtp_client_event *ev)
{
    switch (ev->kind) {
    case SMTP_CE_READY:
        take_turn(d);
        break;
    case SMTP_CE_TEXT:
        take_text_turn(d);
        break;
    case SMTP_CE_DONE:
        decide(d, d->mail.fault);
        break;
    case SMTP_CE_CLOSED:
        decide(d, SMTP_E_HOP_DOWN);
        break;
    case SMTP_CE_CHALLENGE: /* nobody asked for one */
        smtp_client_cancel(&d->client);
        break;
    case SMTP_CE_LINE:
    case SMTP_CE_TLS:
    case SMTP_CE_INJECTED:
    case SMTP_CE_AUTH:
    case SMTP_CE_REPLY:
    case SMTP_CE_RCPT:
    case SMTP_CE_TIMEOUT:
        break;
    }
}

static void pour(struct drive_delivery *d)
{
    bool last = d->wish == WISH_COMMIT;
    if (!d->wanted || d->decided || (d->n == 0 && !last))
        return;
    d->wanted = false;
    size_t taken = smtp_client_text(&d->client, (smtp_span){d->text + d->head, d->n}, last);
    d->head += taken;
    d->n -= taken;
    d->made_room |= taken > 0;
}

static void delivery_step(struct net_end *end, uint64_t now_ms)
{
    struct drive_delivery *d = (struct drive_delivery *)end;
    struct smtp_client_event ev;
    pour(d);
    while (smtp_client_next(&d->client, now_ms, &ev)) {
        handle(d, &ev);
        pour(d);
    }
    answer_if_due(d);
    bool made_room = d->made_room;
    d->made_room = false;
    if (made_room && d->giver != NULL && d->wish == WISH_WRITE)
        d->giver->room(d->giver);
}

static void delivery_gone(struct net_end *end, uint64_t now_ms)
{
    struct drive_delivery *d = (struct drive_delivery *)end;
    (void)now_ms;
    d->gone = true;
    decide(d, SMTP_E_HOP_DOWN);
    answer_if_due(d);
    if (d->giver == NULL)
        release(d);
    else if (d->made_room && d->wish == WISH_WRITE)
        d->giver->room(d->giver);
}

/* ---- the store's side ---------------------------------------------------------------------- */

/* RFC 4954 5: nobody here vouches for the identity in AUTH=. */
static bool fill_mail(struct drive_delivery *d)
{
    const struct drive_envelope *e = d->envelope;
    d->rcpts = calloc(e->recipient_count, sizeof *d->rcpts);
    if (d->rcpts == NULL)
        return false;
    for (size_t i = 0; i < e->recipient_count; i++)
        d->rcpts[i] = (struct smtp_rcpt){.address = e->recipients[i].mailbox,
                                         .params = e->recipients[i].params};
    d->mail = (struct smtp_mail){.sender = e->sender,
                                 .params = e->params,
                                 .rcpts = d->rcpts,
                                 .rcpt_count = e->recipient_count};
    d->mail.params.given &= ~(unsigned)SMTP_P_AUTH;
    return true;
}

static struct drive_delivery *relay_begin(struct drive_store *store, const char *id,
                                          struct drive_envelope *envelope,
                                          struct drive_giver *giver)
{
    struct relay *relay = (struct relay *)store;
    struct net_world *world = relay->world;
    struct drive_delivery *d = calloc(1, sizeof *d);
    (void)id;
    if (d == NULL)
        return NULL;
    smtp_room in = {d->in, sizeof d->in}, out = {d->out, sizeof d->out};
    d->relay = relay;
    d->envelope = envelope;
    if (!fill_mail(d) ||
        smtp_client_init(&d->client, &relay->config, in, out, world->ops->now(world)) != SMTP_OK) {
        free(d->rcpts);
        free(d);
        return NULL;
    }
    d->end = (struct net_end){&d->client.edge, delivery_step, delivery_gone, NULL};
    relay->open++;
    d->giver = giver;
    relay->dialler->ops->dial(relay->dialler, &d->end); /* where it fails, perhaps at once */
    d->wish = WISH_WRITE;
    return d;
}

static size_t relay_room(const struct drive_delivery *d)
{
    return d->decided ? SIZE_MAX : TEXT - d->n;
}

static void relay_write(struct drive_delivery *d, smtp_span octets)
{
    assert(octets.n <= relay_room(d) && d->wish == WISH_WRITE);
    if (d->decided || octets.n == 0)
        return;
    if (d->head > 0)
        memmove(d->text, d->text + d->head, d->n);
    d->head = 0;
    memcpy(d->text + d->n, octets.p, octets.n);
    d->n += octets.n;
    if (d->wanted)
        net_kick(&d->end);
}

static void relay_commit(struct drive_delivery *d)
{
    d->wish = WISH_COMMIT;
    if (!d->decided) {
        net_kick(&d->end);
        return;
    }
    answer_if_due(d);
    if (d->gone)
        release(d);
}

static void relay_abort(struct drive_delivery *d)
{
    struct drive_giver *giver = d->giver;
    d->wish = WISH_ABORT;
    d->giver = NULL;
    if (d->gone) {
        release(d);
    } else if (!d->decided) {
        smtp_client_abandon(&d->client);
        net_kick(&d->end);
    }
    giver->done(giver, SMTP_OK);
}

static void relay_free(struct drive_store *store)
{
    struct relay *relay = (struct relay *)store;
    relay->freed = true;
    leave(relay);
}

static const struct drive_store_ops relay_ops = {relay_begin,  relay_room,  relay_write,
                                                 relay_commit, relay_abort, relay_free};

struct drive_store *drive_relay_new(struct net_world *world, struct net_dialler *dialler,
                                    const struct drive_relay_config *config)
{
    struct relay *relay = calloc(1, sizeof *relay);
    if (relay == NULL)
        return NULL;
    relay->store = (struct drive_store){.ops = &relay_ops, .relays = true};
    relay->world = world;
    relay->dialler = dialler;
    relay->config = (struct smtp_client_config){.name = config->name,
                                                .limits = config->limits,
                                                .tls = SMTP_TLS_NEVER,
                                                .lmtp = config->lmtp};
    return &relay->store;
}
