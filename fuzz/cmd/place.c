#include "place.h"

#include <stdio.h>
#include <string.h>

#include "cmd/closest.h"
#include "cmd/interrupt.h"

/* ---- the target self ------------------------------------------------------------------------- */

static bool find_mutant(struct place *p, const struct place_plan *plan, const struct mutant **out)
{
    struct closest near = closest_to(plan->mutant);
    p->list = mutant_list_load(plan->mutants, p->why, sizeof p->why);
    if (p->list == NULL)
        return false;
    for (size_t i = 0; i < mutant_count(p->list); i++) {
        const struct mutant_row *row = mutant_at(p->list, i);
        closest_offer(&near, row->name);
        *out = row->mutant;
        if (strcmp(row->name, plan->mutant) == 0)
            return true;
    }
    snprintf(p->why, sizeof p->why, "no mutant is named %s%s%s", plan->mutant,
             closest_best(&near) != NULL ? "; did you mean " : "",
             closest_best(&near) != NULL ? closest_best(&near) : "");
    return false;
}

static bool open_self(struct place *p, const struct place_plan *plan)
{
    const struct mutant *mutant = NULL;
    const char *why = "";
    if (plan->mutant != NULL && !find_mutant(p, plan, &mutant))
        return false;
    p->self = target_self_new(plan->mode, TARGET_MX, mutant, &why);
    if (p->self == NULL) {
        snprintf(p->why, sizeof p->why, "%s", why);
        return false;
    }
    p->site.world = target_self_world(p->self);
    p->site.dialler = target_self_dialler(p->self);
    p->site.tls = target_self_tls(p->self);
    p->site.quiet_ms = 1000; /* of the virtual clock: it costs nothing */
    return interrupt_watch(NULL, &p->stop);
}

/* ---- sockets --------------------------------------------------------------------------------- */

static struct net_end *wrap(void *arg, struct net_end *inner, bool implicit)
{
    return net_tls_wrap(arg, inner, implicit);
}

static const char *why_failed(void *arg, const struct net_end *filter)
{
    (void)arg;
    return net_tls_why(filter);
}

/* In clear STARTTLS is one command among others, and a certificate proves nothing. */
static bool open_tls(struct place *p, const struct place_plan *plan)
{
    struct net_tls_options options = {
        .ca_file = plan->ca,
        .insecure = plan->insecure || (plan->mode == PLAYER_CLEAR && plan->ca == NULL),
        .name = plan->host,
    };
    const char *why = "";
    p->context = net_tls_context_new(&options, &why);
    snprintf(p->why, sizeof p->why, "%s", why);
    p->tls = (struct player_tls){.wrap = wrap, .why = why_failed, .arg = p->context};
    p->site.tls = &p->tls;
    return p->context != NULL;
}

static bool open_net(struct place *p, const struct place_plan *plan)
{
    enum { QUIET_MS = 60, CUT_MS = 10 };
    snprintf(p->why, sizeof p->why, "no memory for the event loop");
    p->shares_uv = plan->beside != NULL;
    p->uv = p->shares_uv ? plan->beside->uv : net_uv_new();
    if (p->shares_uv)
        p->site.stop = plan->beside->site.stop;
    if (p->uv == NULL || (!p->shares_uv && !interrupt_watch(net_uv_loop(p->uv), p->site.stop)))
        return false;
    p->site.world = net_uv_world(p->uv);
    p->site.dialler = net_uv_dialler(p->uv, plan->host, plan->port, plan->timeout_ms);
    p->site.quiet_ms = QUIET_MS;
    p->site.cut_ms = CUT_MS;
    return p->site.dialler != NULL && open_tls(p, plan);
}

bool place_open(struct place *p, const struct place_plan *plan)
{
    *p = (struct place){.stop = false};
    p->site.mode = plan->mode;
    p->site.timeout_ms = plan->timeout_ms;
    p->site.interrupted = interrupt_came;
    p->site.stop = &p->stop;
    return plan->host == NULL ? open_self(p, plan) : open_net(p, plan);
}

void place_close(struct place *p)
{
    interrupt_forget_loop();
    target_self_free(p->self);
    if (p->list != NULL)
        mutant_list_free(p->list);
    if (!p->shares_uv)
        net_uv_free(p->uv);
    net_tls_context_free(p->context);
}
