#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "relay_delivery.h"

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
    d->end = (struct net_end){&d->client.edge, relay_step, relay_gone, NULL};
    relay->open++;
    d->giver = giver;
    relay->dialler->ops->dial(relay->dialler, &d->end); /* where it fails, perhaps at once */
    d->wish = WISH_WRITE;
    return d;
}

static size_t relay_room(const struct drive_delivery *d)
{
    return d->decided ? SIZE_MAX : RELAY_TEXT - d->n;
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
    relay_answer_if_due(d);
    if (d->gone)
        relay_release(d);
}

static void relay_abort(struct drive_delivery *d)
{
    struct drive_giver *giver = d->giver;
    d->wish = WISH_ABORT;
    d->giver = NULL;
    if (d->gone) {
        relay_release(d);
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
    relay_leave(relay);
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
