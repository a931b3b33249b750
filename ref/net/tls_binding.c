#include "tls_filter.h"

/* RFC 9266 2: 32 octets, an empty context. */
static size_t export(SSL *ssl, unsigned char *out)
{
    static const char label[] = "EXPORTER-Channel-Binding";
    enum { SIZE = 32 };
    if (SSL_version(ssl) < TLS1_3_VERSION)
        return 0;
    int good = SSL_export_keying_material(ssl, out, SIZE, label, sizeof label - 1,
                                          (const unsigned char *)"", 0, 1);
    return good == 1 ? SIZE : 0;
}

/* RFC 5929 3.1: the first Finished message, which is the client's in a full handshake. */
static size_t copy_finished(SSL *ssl, bool server, unsigned char *out)
{
    if (SSL_version(ssl) != TLS1_2_VERSION || SSL_get_extms_support(ssl) != 1)
        return 0;
    bool ours = server == (SSL_session_reused(ssl) == 1);
    size_t n = ours ? SSL_get_finished(ssl, out, NET_TLS_BINDING_MAX)
                    : SSL_get_peer_finished(ssl, out, NET_TLS_BINDING_MAX);
    return n <= NET_TLS_BINDING_MAX ? n : 0;
}

size_t net_tls_binding(const struct net_end *filter, enum net_tls_binding kind,
                       unsigned char out[NET_TLS_BINDING_MAX])
{
    const struct net_tls *t = (const struct net_tls *)filter;
    if (t->state != SECURE)
        return 0;
    return kind == NET_TLS_EXPORTER ? export(t->ssl, out)
                                    : copy_finished(t->ssl, t->context->server, out);
}
