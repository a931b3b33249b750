/*
 * NAME
 *     tls_context.h: what contexts and filters of TLS share
 */
#ifndef TLS_CONTEXT_H
#define TLS_CONTEXT_H

#include <openssl/ssl.h>

#include "net/tls.h"

struct net_tls_context {
    SSL_CTX *ssl;
    char *name; /* a client: to be verified and, unless it is an address, for SNI; or NULL */
    bool server, verify, literal;
};

/* TLS 1.2 or later with nothing loaded; NULL and *why. */
struct net_tls_context *tls_context_bare(bool server, const char **why);

/* "what: OpenSSL's last reason", good until the next call of this thread. */
const char *tls_context_why(const char *what);

/* A fresh P-256 key and a certificate for `name`, a DNS name or an address, signed with it. */
SMTP_CHECK bool tls_certificate_make(const char *name, EVP_PKEY **key, X509 **certificate);

#endif
