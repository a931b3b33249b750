#include "timers.h"

void timers_remove(struct net_timer **list, struct net_timer *timer)
{
    struct net_timer *before = NULL, *t = *list;
    while (t != NULL && t != timer) {
        before = t;
        t = t->state;
    }
    if (t == NULL)
        return;
    if (before == NULL)
        *list = t->state;
    else
        before->state = t->state;
    t->state = NULL;
}

void timers_add(struct net_timer **list, struct net_timer *timer)
{
    timers_remove(list, timer);
    timer->state = NULL;
    if (*list == NULL) {
        *list = timer;
        return;
    }
    struct net_timer *last = *list;
    while (last->state != NULL)
        last = last->state;
    last->state = timer;
}

struct net_timer *timers_soonest(struct net_timer *list)
{
    struct net_timer *soonest = list;
    for (struct net_timer *t = list; t != NULL; t = t->state)
        if (t->at_ms < soonest->at_ms)
            soonest = t;
    return soonest;
}
