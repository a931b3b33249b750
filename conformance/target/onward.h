/*
 * NAME
 *     onward.h: self as a relay
 *
 * DESCRIPTION
 *     All mail for hop.example.test is accepted and given to the run's next hop (player/hop.h), from
 *     the memory in which it lies. What the next hop refuses for good is reported to the
 *     reverse-path (RFC 5321 3.6.3, RFC 3461 5.2), over the next hop where that is there, or into a
 *     mailbox. Nothing is kept on a disk: self is never restarted with mail under way.
 */
#ifndef CONFORMANCE_ONWARD_H
#define CONFORMANCE_ONWARD_H

#include "drive/forward.h"
#include "net/mem.h"
#include "target/deliver.h"

#define ONWARD_DOMAIN "hop.example.test"

struct onward;

/* NULL: no memory. It is closed before the world is freed, and freed behind that. */
struct onward *onward_new(struct net_mem *mem, struct inbox *inbox, const struct mutant *mutant,
                          const char *host, const char *domain);
void onward_close(struct onward *onward); /* NULL: nothing */
void onward_free(struct onward *onward);  /* likewise */

/* We are told of its connections. */
struct hop *onward_hop(struct onward *onward);

/* Whether it is another's mailbox, of a domain that is relayed to. */
bool onward_takes(const struct smtp_path *path);

/* A session's event that was answered. `parcel` is the session's: NULL at first, and freed by it. */
void onward_note(struct drive_parcel **parcel, const struct smtp_event *ev, bool accepted);

/* The end of an accepted text, with its trace on top: to those of the recipients who are elsewhere. */
void onward_send(struct onward *onward, struct drive_parcel **parcel, const struct delivery *d);

#endif
