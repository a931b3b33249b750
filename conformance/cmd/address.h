/*
 * NAME
 *     address.h: the target as the user names it
 *
 * DESCRIPTION
 *     self, HOST, HOST:PORT, smtp://HOST[:PORT] (25), smtps:// (465, TLS from the first octet),
 *     submission:// (587). An IPv6 address stands in brackets: [::1]:25.
 */
#ifndef CONFORMANCE_CMD_ADDRESS_H
#define CONFORMANCE_CMD_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ADDRESS_HOST_SIZE = 256, ADDRESS_URL_SIZE = ADDRESS_HOST_SIZE + 32 };

struct address {
    bool self;
    char host[ADDRESS_HOST_SIZE]; /* without brackets */
    uint16_t port;
    const char *scheme; /* "smtp", "smtps", "submission" */
    bool implicit, port_given;
};

/* False: *why says what is wrong with it. */
bool address_read(const char *text, struct address *out, const char **why);

/* TLS from the first octet: smtps://, on its port where none was given. */
void address_make_implicit(struct address *a);

/* Whether it is this machine by its name alone: nothing is looked up. self is. */
bool address_is_loopback(const struct address *a);

/* "smtp://[::1]:25", or "self". */
void address_print(const struct address *a, char out[ADDRESS_URL_SIZE]);

#endif
