#include <stdlib.h>

#include "drive/serve.h"

struct sink {
    struct drive_store store; /* first: a sink is a store */
    struct drive_sink_count count;
};

struct drive_delivery {
    struct sink *sink;
    struct drive_giver *giver;
    uint64_t octets;
};

static struct drive_delivery *sink_begin(struct drive_store *store, const char *id,
                                         struct drive_envelope *envelope, struct drive_giver *giver)
{
    (void)envelope; /* one place for all of them */
    (void)id;
    struct drive_delivery *d = malloc(sizeof *d);
    if (d != NULL)
        *d = (struct drive_delivery){.sink = (struct sink *)store, .giver = giver};
    return d;
}

static size_t sink_room(const struct drive_delivery *d)
{
    (void)d;
    return SIZE_MAX;
}

static void sink_write(struct drive_delivery *d, smtp_span octets)
{
    d->octets += octets.n;
}

static void sink_abort(struct drive_delivery *d)
{
    struct drive_giver *giver = d->giver;
    free(d);
    giver->done(giver, SMTP_OK);
}

static void sink_commit(struct drive_delivery *d)
{
    d->sink->count.messages++;
    d->sink->count.octets += d->octets;
    sink_abort(d);
}

static void sink_free(struct drive_store *store)
{
    free(store);
}

static const struct drive_store_ops sink_ops = {sink_begin,  sink_room,  sink_write,
                                                sink_commit, sink_abort, sink_free};

struct drive_store *drive_sink_new(void)
{
    struct sink *sink = calloc(1, sizeof *sink);
    if (sink == NULL)
        return NULL;
    sink->store.ops = &sink_ops;
    return &sink->store;
}

struct drive_sink_count drive_sink_count(const struct drive_store *sink)
{
    return ((const struct sink *)sink)->count;
}
