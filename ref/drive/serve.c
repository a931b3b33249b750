#include <signal.h>
#include <stdlib.h>
#include <uv.h>

#include "connection.h"

enum { PATIENCE_MS = 10000, SIGNALS = 2 };

struct listener {
    struct drive_serve *serve;
    struct net_uv_listener *socket;
    bool implicit;
    struct listener *next;
};

struct patience {
    struct net_timer timer; /* first: its callback gets no more */
    struct drive_serve *serve;
};

struct drive_serve {
    struct drive_host host; /* first: left() is told about the host */
    struct drive_serve_config config;
    struct net_uv *uv;
    struct net_world *world;
    struct listener *listeners;
    uv_signal_t signals[SIGNALS];
    int handles; /* of signals, that are not closed yet */
    struct patience patience;
    bool stopping, stopped;
};

/* ---- the end ------------------------------------------------------------------------------- */

static void look(struct drive_serve *serve)
{
    serve->stopped = serve->stopping && serve->host.sessions == 0 && serve->host.transfers == 0;
}

static void host_left(struct drive_host *host)
{
    look((struct drive_serve *)host);
}

static void for_each(struct drive_serve *serve, void (*what)(struct drive_session *s))
{
    struct drive_session *next;
    for (struct drive_session *s = serve->host.first; s != NULL; s = next) {
        next = s->next; /* this one may be freed */
        what(s);
    }
}

static void patience_over(struct net_timer *timer, uint64_t now_ms)
{
    (void)now_ms;
    for_each(((struct patience *)timer)->serve, connection_break);
}

static void close_listeners(struct drive_serve *serve)
{
    while (serve->listeners != NULL) {
        struct listener *l = serve->listeners;
        serve->listeners = l->next;
        net_uv_listener_close(l->socket);
        free(l);
    }
}

void drive_serve_stop(struct drive_serve *serve)
{
    if (serve->stopping) {
        for_each(serve, connection_break);
        return;
    }
    serve->stopping = true;
    close_listeners(serve);
    struct net_timer *timer = &serve->patience.timer;
    timer->at_ms = serve->world->ops->now(serve->world) + PATIENCE_MS;
    timer->done = patience_over;
    serve->patience.serve = serve;
    net_uv_timer(serve->uv, timer);
    for_each(serve, connection_stop);
    look(serve);
}

/* ---- signals ------------------------------------------------------------------------------- */

static void on_signal(uv_signal_t *handle, int number)
{
    (void)number;
    drive_serve_stop(handle->data);
}

static void signal_closed(uv_handle_t *handle)
{
    struct drive_serve *serve = handle->data;
    serve->handles--;
}

static bool open_signals(struct drive_serve *serve)
{
    static const int numbers[SIGNALS] = {SIGTERM, SIGINT};
    for (; serve->handles < SIGNALS; serve->handles++) {
        uv_signal_t *handle = &serve->signals[serve->handles];
        if (uv_signal_init(net_uv_loop(serve->uv), handle) != 0)
            return false;
        handle->data = serve;
        if (uv_signal_start(handle, on_signal, numbers[serve->handles]) != 0) {
            serve->handles++;
            return false;
        }
    }
    return true;
}

/* ---- the middle ---------------------------------------------------------------------------- */

struct drive_serve *drive_serve_new(struct net_uv *uv, const struct drive_serve_config *config)
{
    struct drive_serve *serve = calloc(1, sizeof *serve);
    if (serve == NULL)
        return NULL;
    serve->config = *config;
    if (config->tls == NULL)
        serve->config.session.extensions &= ~(unsigned)(SMTP_X_STARTTLS | SMTP_X_REQUIRETLS);
    serve->host.config = &serve->config;
    serve->host.left = host_left;
    serve->uv = uv;
    serve->world = net_uv_world(uv);
    serve->host.callers = callers_new(config->address_connections, config->address_per_minute);
    if (open_signals(serve) && serve->host.callers != NULL)
        return serve;
    drive_serve_free(serve);
    return NULL;
}

static struct net_end *accept_one(void *arg, const char *peer)
{
    const struct listener *l = arg;
    struct net_world *world = l->serve->world;
    return connection_new(&l->serve->host, peer, l->implicit, world->ops->now(world));
}

uint16_t drive_serve_listen(struct drive_serve *serve, const char *host, uint16_t port,
                            bool implicit, const char **why)
{
    struct listener *l = calloc(1, sizeof *l);
    *why = "no memory";
    if (l == NULL)
        return 0;
    *l = (struct listener){.serve = serve, .implicit = implicit, .next = serve->listeners};
    l->socket = net_uv_listen(serve->uv, host, port, accept_one, l, why);
    if (l->socket == NULL) {
        free(l);
        return 0;
    }
    serve->listeners = l;
    return net_uv_port(l->socket);
}

bool drive_serve_run(struct drive_serve *serve)
{
    return serve->world->ops->run(serve->world, &serve->stopped);
}

void drive_serve_free(struct drive_serve *serve)
{
    uv_loop_t *loop = net_uv_loop(serve->uv);
    if (!serve->stopped)
        drive_serve_stop(serve);
    for_each(serve, connection_break);
    if (!serve->stopped)
        serve->world->ops->run(serve->world, &serve->stopped);
    net_uv_timer_stop(serve->uv, &serve->patience.timer);
    for (int i = 0; i < serve->handles; i++)
        uv_close((uv_handle_t *)&serve->signals[i], signal_closed);
    while (serve->handles > 0)
        uv_run(loop, UV_RUN_ONCE);
    callers_free(serve->host.callers);
    free(serve);
}
