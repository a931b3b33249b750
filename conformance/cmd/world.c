#include "world.h"

#include <stdio.h>
#include <stdlib.h>

static struct net_end *wrap(void *arg, struct net_end *inner, bool implicit)
{
    return net_tls_wrap(arg, inner, implicit);
}

static const char *why_failed(void *arg, const struct net_end *filter)
{
    (void)arg;
    return net_tls_why(filter);
}

/*
 * Where mail goes on in clear when there is no TLS, a certificate proves nothing (RFC 3207 4.1
 * leaves it to the two sides); it is verified where the run depends on TLS, or --ca says whom to
 * trust.
 */
static bool open_tls(struct world *w, const struct check_options *o, const char **why)
{
    struct net_tls_options options = {
        .ca_file = o->ca,
        .insecure = o->insecure || (o->mode == PLAYER_CLEAR && o->ca == NULL),
        .name = o->target.host,
    };
    w->context = net_tls_context_new(&options, why);
    w->uv_tls = (struct player_tls){.wrap = wrap, .why = why_failed, .arg = w->context};
    w->tls = &w->uv_tls;
    return w->context != NULL;
}

/* The user's own command: it is to come back at once, whatever the server does meanwhile. */
static bool run_command(const char *command, const char *failed, const char **why)
{
    *why = failed;
    return system(command) == 0; /* NOLINT(cert-env33-c): it is the user's own */
}

static bool stop_server(void *arg, const char **why)
{
    const struct check_options *o = arg;
    return run_command(o->on_stop, "the command of --on-stop failed", why);
}

static bool kill_server(void *arg, const char **why)
{
    const struct check_options *o = arg;
    return run_command(o->on_kill, "the command of --on-kill failed", why);
}

static bool start_server(void *arg, const char **why)
{
    const struct check_options *o = arg;
    return run_command(o->on_start, "the command of --on-start failed", why);
}

static void set_hooks(struct world *w, struct check_options *o)
{
    w->hooks = (struct player_hooks){
        .stop = o->on_stop == NULL ? NULL : stop_server,
        .kill = o->on_kill == NULL ? NULL : kill_server,
        .start = o->on_start == NULL ? NULL : start_server,
        .arg = o,
    };
}

static struct net_end *came(void *arg, const char *peer)
{
    (void)peer;
    return hop_came(arg);
}

static bool open_hop(struct world *w, const struct check_options *o, const char **why)
{
    const char *reason = "";
    if (o->hop_port == 0)
        return true;
    w->hop = (struct hop){.domain = o->hop_domain, .wait_ms = o->inbox_wait_ms};
    w->hop_listener = net_uv_listen(w->uv, o->hop_host, o->hop_port, came, &w->hop, &reason);
    snprintf(w->why, sizeof w->why, "--hop %.100s:%u: %.100s", o->hop_host, (unsigned)o->hop_port,
             reason);
    *why = w->why;
    return w->hop_listener != NULL;
}

static bool open_net(struct world *w, struct check_options *o, const char **why)
{
    *why = "no memory for the event loop";
    w->uv = net_uv_new();
    if (w->uv == NULL)
        return false;
    w->world = net_uv_world(w->uv);
    w->loop = net_uv_loop(w->uv);
    w->dialler = net_uv_dialler(w->uv, o->target.host, o->target.port, o->timeout_ms);
    if (o->clear_port > 0)
        w->clear = net_uv_dialler(w->uv, o->target.host, (uint16_t)o->clear_port, o->timeout_ms);
    set_hooks(w, o);
    return w->dialler != NULL && (o->clear_port == 0 || w->clear != NULL) && open_tls(w, o, why) &&
           inboxes_open(&w->inboxes, w->uv, o, why) && open_hop(w, o, why);
}

bool world_open(struct world *w, struct check_options *o, const char **why)
{
    *w = (struct world){.world = NULL};
    if (!o->target.self)
        return open_net(w, o, why);
    w->self = target_self_new(o->mode, o->profile, NULL, why);
    if (w->self == NULL)
        return false;
    w->world = target_self_world(w->self);
    w->dialler = target_self_dialler(w->self);
    w->tls = target_self_tls(w->self);
    return true;
}

void world_doors(struct world *w, struct player_run *run)
{
    run->clear = w->clear;
    run->hooks = &w->hooks;
    run->inbox = inboxes_inbox(&w->inboxes);
    run->hop = w->hop_listener == NULL ? NULL : &w->hop;
    if (w->self != NULL)
        target_self_doors(w->self, run);
}

void world_close(struct world *w)
{
    target_self_free(w->self);
    net_uv_free(w->uv);
    inboxes_close(&w->inboxes);
    net_tls_context_free(w->context);
}
