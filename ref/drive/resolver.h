/*
 * NAME
 *     resolver.h: MX and address records, by c-ares on the loop
 *
 * DESCRIPTION
 *     A lookup is the caller's and lies still until done(), which comes now or later, but not any more
 *     once the resolver is freed. Answers that were cut off are asked for again over TCP, aliases are
 *     followed (RFC 5321 5.1), names are taken as they are: nothing is appended to them (2.3.5).
 *
 * LIFETIME
 *     Results are the caller's, until lookup_clear(). The resolver is not freed in done().
 */
#ifndef DRIVE_RESOLVER_H
#define DRIVE_RESOLVER_H

#include "mx.h"

struct resolver;

enum lookup_status {
    LOOKUP_FOUND,
    LOOKUP_NOTHING, /* the name is there, and has no such record */
    LOOKUP_NO_NAME, /* there is no such name */
    LOOKUP_LATER    /* no answer, or one that is not final */
};

enum { LOOKUP_ADDRESS_MAX = 64 };

struct lookup_address {
    char text[LOOKUP_ADDRESS_MAX]; /* "192.0.2.1", "2001:db8::1" */
};

struct lookup {
    void (*done)(struct lookup *lookup);
    void *arg; /* the caller's */
    enum lookup_status status;
    const char *why; /* LATER, for people; a constant */
    struct mx_host *hosts;
    size_t host_count; /* of resolver_mx() */
    struct lookup_address *addresses;
    size_t address_count; /* of resolver_addresses(), in the order in which they are to be tried */
};

/*
 * `loop` is a uv_loop_t; `dns`: ADDR:PORT of the server to ask ([::1]:53 for IPv6), NULL: the
 * system's; try_ms: the first of three tries, each twice as long as the one before. NULL and *why (a
 * constant) on failure.
 */
struct resolver *resolver_new(void *loop, const char *dns, uint64_t try_ms, const char **why);
void resolver_free(struct resolver *resolver);

void resolver_mx(struct resolver *resolver, const char *domain, struct lookup *lookup);
void resolver_addresses(struct resolver *resolver, const char *host, struct lookup *lookup);

void lookup_clear(struct lookup *lookup);

#endif
