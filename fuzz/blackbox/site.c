#include "blackbox/site.h"

struct nap {
    struct net_timer timer; /* first */
    bool *stop;
    bool over;
};

static bool is_interrupted(const struct site *site)
{
    return site->interrupted != NULL && site->interrupted();
}

static void wake(struct net_timer *timer, uint64_t now_ms)
{
    struct nap *nap = (struct nap *)timer;
    (void)now_ms;
    nap->over = true;
    *nap->stop = true;
}

static bool nap_until(struct site *site, uint64_t at_ms)
{
    struct nap nap = {.timer = {.at_ms = at_ms, .done = wake}, .stop = site->stop};
    site->world->ops->timer(site->world, &nap.timer);
    while (!nap.over && !is_interrupted(site)) {
        *site->stop = false;
        if (!site->world->ops->run(site->world, site->stop))
            break;
    }
    site->world->ops->timer_stop(site->world, &nap.timer);
    return nap.over;
}

bool site_sleep(struct site *site, uint64_t ms)
{
    return nap_until(site, site->world->ops->now(site->world) + ms);
}

bool site_await(struct site *site)
{
    uint64_t now = site->world->ops->now(site->world);
    bool good = true;
    if (site->pace_ms > 0 && now < site->due_ms)
        good = nap_until(site, site->due_ms);
    else
        site->due_ms = now;
    site->due_ms += site->pace_ms;
    return good && !is_interrupted(site);
}

bool site_run(struct site *site, const bool *over, void (*ask)(void *arg), void *arg)
{
    bool asked = false;
    while (!*over) {
        if (!asked && is_interrupted(site)) {
            asked = true;
            ask(arg);
            continue;
        }
        *site->stop = false;
        if (!site->world->ops->run(site->world, site->stop))
            return false;
    }
    return true;
}
