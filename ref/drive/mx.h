/*
 * NAME
 *     mx.h: mail exchangers in the order in which they are tried
 *
 * DESCRIPTION
 *     What RFC 5321 5.1 and RFC 7505 make of the MX records of a domain, without asking anybody:
 *     resolver.h brings the records.
 */
#ifndef DRIVE_MX_H
#define DRIVE_MX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MX_NAME_MAX = 256 };

struct mx_host {
    char name[MX_NAME_MAX]; /* without the dot at the end; "" for the root */
    unsigned preference;    /* lower is tried first */
};

/* RFC 7505 3: the domain takes no mail. */
bool mx_is_null(const struct mx_host *hosts, size_t count);

/*
 * Sorts by preference; those of one preference stand in an order that `seed` chooses. Names that are none (the
 * root beside others) are dropped. Returns how many are left.
 */
size_t mx_order(struct mx_host *hosts, size_t count, uint64_t seed);

/* How many of the sorted hosts may be tried by the host `own`: those preferred to itself. */
size_t mx_before(const struct mx_host *hosts, size_t count, const char *own);

#endif
