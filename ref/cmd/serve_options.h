/*
 * NAME
 *     serve_options.h: what `smtpref serve` is told
 */
#ifndef CMD_SERVE_OPTIONS_H
#define CMD_SERVE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "drive/serve.h"

enum { HOST_MAX = 256 };

struct address {
    char host[HOST_MAX]; /* without brackets */
    uint16_t port;
    bool implicit; /* TLS from the first octet */
    bool bracketed;
};

struct serve_options {
    struct address *addresses; /* in the order given */
    const char **domains, **mailboxes, **refused_senders;
    struct drive_list *lists;
    size_t address_count;
    struct drive_site_config site; /* all of these, and whether it denies its service */
    struct address relay;          /* port 0: none */
    const char *cert, *key, *maildir, *name, *users;
    enum smtp_mode mode;
    unsigned extensions; /* bits of enum smtp_ext: what is not taken away, and what is promised */
    bool sink, relay_lmtp, auth_clear, require_tls, quiet, help;
    uint64_t max_size, max_connections, max_per_address, max_per_minute, max_transactions, timeout,
        min_speed;
};

/* 0, or the exit status: it has been said why. Free it in both cases. */
int serve_options_read(struct serve_options *out, int argc, char **argv);
void serve_options_free(struct serve_options *options);

extern const char serve_help[];

const char *serve_mode_name(enum smtp_mode mode); /* "smtp" and so on */

#endif
