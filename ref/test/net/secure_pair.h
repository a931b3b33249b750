/*
 * NAME
 *     secure_pair.h: two ends with TLS between them, in memory
 */
#ifndef SECURE_PAIR_H
#define SECURE_PAIR_H

#include "net/tls.h"

struct secure_pair;

enum secure_kind { SECURE_TLS13, SECURE_TLS12, SECURE_TLS12_NO_EMS };

/* With the handshake done. */
struct secure_pair *secure_pair_new(enum secure_kind kind);
void secure_pair_free(struct secure_pair *pair);

/* The filters, as net_tls_binding() takes them. */
const struct net_end *secure_pair_server(const struct secure_pair *pair);
const struct net_end *secure_pair_client(const struct secure_pair *pair);

#endif
