/*
 * NAME
 *     timers.h: a list of timers, linked by their `state`, in the order of their setting
 */
#ifndef TIMERS_H
#define TIMERS_H

#include "net/net.h"

void timers_add(struct net_timer **list,
                struct net_timer *timer); /* one that is in it is set again */
void timers_remove(struct net_timer **list, struct net_timer *timer); /* if it is in it */

/* The first of those with the earliest time; NULL: none. */
struct net_timer *timers_soonest(struct net_timer *list);

#endif
