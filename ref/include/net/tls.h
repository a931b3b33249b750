/*
 * NAME
 *     net/tls.h: TLS around any edge
 *
 * DESCRIPTION
 *     A filter is an end that looks after another end: the transport serves the filter's edge, the
 *     filter serves the inner one by a bounded pair of memory BIOs. In clear it passes octets on,
 *     write by write. When the inner edge wants TLS and its last plain octet has left, the
 *     handshake runs (the inner deadline goes on counting); then smtp_edge_tls_done(). With
 *     `implicit` it begins at once. The same for both roles, for memory and for sockets, so that
 *     STARTTLS runs on the virtual clock too. close_notify from the peer ends the inner edge with
 *     SMTP_END_CLOSE, end of file without it with SMTP_END_CUT. A handshake that fails sets
 *     tls_failed and ends it with SMTP_END_RESET, any failure of TLS later does the latter. CLOSE
 *     while the handshake runs gives it up, unless there is something to be said behind it.
 *
 * LIFETIME
 *     A context outlives its filters.
 */
#ifndef NET_TLS_H
#define NET_TLS_H

#include "net/net.h"

struct net_tls_context; /* certificates and options, shared by many filters */
struct net_tls;

struct net_tls_options {
    bool server;
    const char *cert_file, *key_file; /* PEM; a server needs them (key NULL: in cert_file) */
    const char *ca_file;              /* a client: trust these; NULL = the system's */
    bool insecure;                    /* a client: no verification */
    const char *name; /* a client: SNI and the name verified; an address literal: no SNI.
                         NULL only with insecure */
};

/* NULL and *why (good until the next call) on failure. */
struct net_tls_context *net_tls_context_new(const struct net_tls_options *options,
                                            const char **why);
void net_tls_context_free(struct net_tls_context *context);

/*
 * Makes a server context with a fresh self-signed certificate for `name` in memory (P-256), for
 * tests and the target `self`. pem, if not NULL, gets the certificate (caller frees it with
 * free()).
 */
struct net_tls_context *net_tls_context_self_signed(const char *name, char **pem, const char **why);

/* As net_tls_context_new for a client that trusts just this certificate. */
struct net_tls_context *net_tls_context_trusting(const char *pem, const char *name,
                                                 const char **why);

/* The filter around `inner`; its own end is for the transport. It frees itself after gone(). */
struct net_end *net_tls_wrap(struct net_tls_context *context, struct net_end *inner, bool implicit);

/* "TLSv1.3" and the like while TLS is up, else NULL. `filter` is what net_tls_wrap returned, here
 * and below. */
const char *net_tls_version(const struct net_end *filter);

/*
 * What ties an authentication to this very connection (RFC 5056). tls-exporter (RFC 9266) in TLS 1.3;
 * tls-unique (RFC 5929 3) in TLS 1.2, and there only with the extended master secret, without which it
 * is not unique (RFC 7627 1).
 */
enum net_tls_binding { NET_TLS_EXPORTER, NET_TLS_UNIQUE };
enum { NET_TLS_BINDING_MAX = 64 };

/* Returns how many octets it has; 0: there is none. */
size_t net_tls_binding(const struct net_end *filter, enum net_tls_binding kind,
                       unsigned char out[NET_TLS_BINDING_MAX]);

/* Why the handshake failed, for people; NULL if it did not. */
const char *net_tls_why(const struct net_end *filter);

#endif
