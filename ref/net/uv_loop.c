#include <signal.h>
#include <stdlib.h>

#include "timers.h"
#include "uv_parts.h"

uint64_t uv_clock(struct net_uv *uv)
{
    uv_update_time(&uv->loop);
    return uv_now(&uv->loop);
}

/* ---- timers -------------------------------------------------------------------------------- */

static void arm(struct net_uv *uv);

static void timer_fired(uv_timer_t *handle)
{
    struct net_uv *uv = handle->data;
    uint64_t now_ms = uv_clock(uv);
    struct net_timer *timer = timers_soonest(uv->timers);
    bool due = timer != NULL && timer->at_ms <= now_ms;
    if (due)
        timers_remove(&uv->timers, timer);
    arm(uv);
    if (due)
        timer->done(timer, now_ms);
}

static void arm(struct net_uv *uv)
{
    const struct net_timer *timer = timers_soonest(uv->timers);
    uint64_t now_ms = uv_clock(uv);
    if (uv->freeing)
        return;
    uv_timer_stop(&uv->timer);
    if (timer != NULL && timer->at_ms != SMTP_NEVER)
        uv_timer_start(&uv->timer, timer_fired, timer->at_ms > now_ms ? timer->at_ms - now_ms : 0,
                       0);
}

void net_uv_timer(struct net_uv *uv, struct net_timer *timer)
{
    timers_add(&uv->timers, timer);
    arm(uv);
}

void net_uv_timer_stop(struct net_uv *uv, struct net_timer *timer)
{
    timers_remove(&uv->timers, timer);
    arm(uv);
}

/* ---- the world ----------------------------------------------------------------------------- */

static uint64_t loop_now(struct net_world *world)
{
    return uv_clock((struct net_uv *)world);
}

/* Timers fire before the loop waits for sockets: what one of them has stopped does not wait. */
static void look_at_stop(uv_prepare_t *prepare)
{
    const struct net_uv *uv = prepare->data;
    if (*uv->stop)
        uv_stop(prepare->loop);
}

static bool loop_run(struct net_world *world, const bool *stop)
{
    struct net_uv *uv = (struct net_uv *)world;
    uv->stop = stop;
    uv_prepare_start(&uv->prepare, look_at_stop);
    while (!*stop)
        if (uv_run(&uv->loop, UV_RUN_ONCE) == 0 && !*stop)
            break;
    uv_prepare_stop(&uv->prepare);
    return *stop;
}

static void loop_timer(struct net_world *world, struct net_timer *timer)
{
    net_uv_timer((struct net_uv *)world, timer);
}

static void loop_timer_stop(struct net_world *world, struct net_timer *timer)
{
    net_uv_timer_stop((struct net_uv *)world, timer);
}

static const struct net_world_ops world_ops = {loop_now, loop_run, loop_timer, loop_timer_stop};

/* A peer that has gone is an error of write() to us, not the end of the process. */
static void ignore_sigpipe(void)
{
    struct sigaction old, ignore = {.sa_handler = SIG_IGN};
    if (sigaction(SIGPIPE, NULL, &old) == 0 && old.sa_handler == SIG_DFL)
        (void)sigaction(SIGPIPE, &ignore, NULL);
}

struct net_uv *net_uv_new(void)
{
    struct net_uv *uv = calloc(1, sizeof *uv);
    if (uv == NULL)
        return NULL;
    if (uv_loop_init(&uv->loop) != 0) {
        free(uv);
        return NULL;
    }
    ignore_sigpipe();
    uv->world.ops = &world_ops;
    uv_timer_init(&uv->loop, &uv->timer);
    uv->timer.data = uv;
    uv_prepare_init(&uv->loop, &uv->prepare);
    uv->prepare.data = uv;
    uv_unref((uv_handle_t *)&uv->prepare);
    return uv;
}

static void close_left(uv_handle_t *handle, void *arg)
{
    (void)arg;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

void net_uv_free(struct net_uv *uv)
{
    if (uv == NULL)
        return;
    uv->freeing = true;
    while (uv->listeners != NULL)
        net_uv_listener_close(uv->listeners);
    uv_dials_refuse(uv);
    for (struct uv_conn *c = uv->conns; c != NULL; c = c->next)
        uv_conn_drop(c);
    uv_walk(&uv->loop, close_left, NULL);
    while (uv_run(&uv->loop, UV_RUN_DEFAULT) != 0)
        continue;
    (void)uv_loop_close(&uv->loop);
    uv_diallers_free(uv);
    free(uv);
}

struct net_world *net_uv_world(struct net_uv *uv)
{
    return &uv->world;
}

void *net_uv_loop(struct net_uv *uv)
{
    return &uv->loop;
}
